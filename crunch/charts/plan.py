"""A plan: how far each lever goes; or, where there is none, what stands in the way."""

import numpy as np

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, PALE, SOFT, WORSE
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import kept
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe, short
from crunch.digits import plain, roughly, shown
from crunch.questions.plan.words import needed_text
from crunch.wording import percent, series

_ROW = 0.55  # inches a lever or a limit


@in_house_style
def plan(answer, *, ax=None):
    """Draw how far each lever goes in a plan; where there is none, the most that can be shown, and what limits it.

    Levers share an axis, in usual moves of each; the pale bar is how far one may go.

    Parameters
    ----------
    answer : Plan
        From `crunch.plan`.
    ax : matplotlib Axes, optional
        Names go to the left of it, numbers to the right. A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.plan(crunch.plan(study("stuck_at_55"), target=56))
    >>> ax.get_title().split(":")[0]
    'The cheapest way to klout 56'
    """
    everything = _moves(answer) if answer.feasible else _ways(answer)
    rows = kept(everything, lambda row: row["colour"] == INK)
    labels = [row["label"] for row in rows]
    left, right = 0.3 + widest(labels), 0.3 + widest([row["text"] for row in rows], 10)
    frame = Frame(left=left, right=right, bottom=0.7, height=_ROW * len(rows))
    if not rows:  # only words can be said
        frame = Frame(bottom=0.1, height=0.1)
    ax = axes_for(ax, frame, title(answer),
                  _measured(answer), (len(rows), len(everything), "lever" if answer.feasible else "way"))
    (_draw_moves if answer.feasible else _draw_ways)(ax, rows, answer)
    ax.set_ylim(-0.6, max(len(rows), 1) - 0.4)
    ax.set_yticks(range(len(rows)), labels[::-1], parse_math=False)
    for y, row in enumerate(rows[::-1]):
        ax.annotate(row["text"], (1, y), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", fontsize=10, color=row["colour"], annotation_clip=False, parse_math=False)
    kind = "Range chart of how far levers go" if answer.feasible else f"Dot chart of what {answer.score} can reach"
    describe(ax, kind, [f"{row['label']}: {row['text']}" for row in rows], answer.sentence,
             answer.table if answer.feasible else answer.obstacles)
    return ax


def title(answer):
    """The way, or that there is none.

    Parameters
    ----------
    answer : Plan

    Returns
    -------
    str
    """
    name, target = safe(answer.score), shown(answer.target, answer.step)
    if answer.feasible:
        most = np.isfinite(answer.highest)
        moved = [safe(lever) for lever in answer.table.loc[answer.table["change"] != 0, "lever"]]
        lead = f"The most within the limits, {name} {target}" if most else f"The cheapest way to {name} {target}"
        if answer.least:
            better = next(o.better for o in answer.scenario.outcomes if str(o.name) == answer.least)
            lead = f"The {'least' if better == 'less' else 'most'} {safe(answer.least)} with {name} {target}"
        if not moved:
            return f"{lead}: nothing need change"
        return f"{lead}: {series(moved if len(moved) <= 3 else [*moved[:2], f'{len(moved) - 2} more'])}"
    if np.isnan(answer.highest):
        lead = f"No plan for {name} {target}" if np.isfinite(answer.target) else f"No plan for {name}"
        ways = answer.obstacles[answer.obstacles["in_the_way"]] if len(answer.obstacles) else answer.obstacles
        return lead if len(ways) != 1 else f"{lead}: {safe(ways['side_effect'].iloc[0])} stands in the way"
    return f"No plan reaches {name} {target}; {shown(answer.highest, answer.step)} is the most"


def _measured(answer):
    sure = percent(answer.probability if answer.feasible else answer.confidence)
    if answer.feasible:
        limits = [f"{safe(name)} ({percent(kept)})" for name, kept in answer.keeps.items()]
        said = f" Limits are kept: {series(limits)}." if limits else ""
        return (f"{sure} probability, as far as what goes together still does when it is done on purpose. Pale: how "
                f"far a lever may go. A usual move: its 10th to its 90th percentile.{said}")
    if not _ways(answer):
        return answer.sentence
    return f"The most that can be shown with {sure} probability, and without each limit by itself."


def _moves(answer):
    rows = []
    for row in answer.table.to_dict("records"):
        still = row["change"] == 0
        text = f"stays at {plain(row['now'])}" if still else f"{plain(row['now'])} → {plain(row['after'])}"
        if not still and not np.isnan(row["change_percent"]):
            text += f" ({roughly(row['change_percent'])})"
        rows.append({**row, "label": safe(row["lever"], 24), "text": text, "colour": SOFT if still else INK})
    return rows


def _draw_moves(ax, rows, answer):
    """Each lever from where it stands to where it goes, in usual moves."""
    ax.axvline(0, color=LINE, lw=1, zorder=0.8)
    for y, row in enumerate(rows[::-1]):
        ax.plot([row["least_move"], row["most_move"]], [y, y], color=PALE, lw=7, solid_capstyle="butt", zorder=1)
        if row["change"] == 0:
            ax.plot(0, y, "o", ms=7, mfc=PAGE, mec=SOFT, mew=1.3, zorder=3)
            continue
        ax.plot([0, row["move"]], [y, y], color=ACCENT, lw=3, solid_capstyle="butt", zorder=2)
        ax.plot(row["move"], y, ">" if row["move"] > 0 else "<", ms=10, color=ACCENT, zorder=3)
    ends = np.array([0, *(row[end] for row in rows for end in ("least_move", "most_move"))])
    room = 0.04 * (np.ptp(ends) or 1)
    ax.set_xlim(ends.min() - room, ends.max() + room)
    number_axis(ax.xaxis, 5, sign=True)
    ax.set_xlabel("from now, in usual moves of each lever")
    ax.grid(False, axis="y")


def _ways(answer):
    found = [answer.highest, *(answer.obstacles["highest"] if len(answer.obstacles) else ())]
    if np.isnan(found).all():
        return []
    rows = [{"label": "all limits kept" if len(answer.obstacles) else "as asked", "value": answer.highest,
             "text": _reached(answer.highest, answer.step), "colour": INK}]
    for row in answer.obstacles.to_dict("records"):
        would = f"; {needed_text(row)} would do" if np.isfinite(row["needed"]) else ""
        rows.append({"label": f"without {safe(row['side_effect'], 22)}\n{row['limit']}", "value": row["highest"],
                     "text": f"{_reached(row['highest'], answer.step)}{would}",
                     "colour": INK if np.isfinite(row["highest"]) else SOFT})
    return rows


def _reached(value, step):
    return shown(value, step) if np.isfinite(value) else "no way was found"


def _draw_ways(ax, rows, answer):
    """The most that can be shown, as it is and without each limit, against the target."""
    values = np.array([row["value"] for row in rows] + [answer.target])
    values = values[np.isfinite(values)]
    ax.grid(False)
    if not len(values) or not rows:
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        return
    low, high = values.min(), values.max()
    room = 0.15 * (high - low or abs(high) or 1)
    for y, row in enumerate(rows[::-1]):
        reached = row["value"] >= answer.target
        ax.plot([low - room, row["value"]], [y, y], color=LINE, lw=1, zorder=1)
        ax.plot(row["value"], y, "o" if reached else "s", ms=9, color=ACCENT if reached else WORSE, zorder=3)
    ax.axvline(answer.target, color=INK, lw=1.2, ls=(0, (4, 3)), zorder=2)
    ax.annotate(f"asked: {shown(answer.target, answer.step)}", (answer.target, 0), (-4, 5),
                xycoords=("data", "axes fraction"), textcoords="offset points", ha="right", va="bottom", fontsize=9.5,
                color=INK)
    ax.set_xlim(low - room, high + room)
    ax.set_xlabel(f"{short(answer.score, 50)} that can be shown", parse_math=False)
    number_axis(ax.xaxis, 5)
