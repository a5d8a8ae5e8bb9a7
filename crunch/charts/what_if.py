"""A scenario: what the score would show, and where every side effect would go."""

import numpy as np

from crunch.charts.colours import ACCENT, INK, PALE, SOFT, TRACK, WORSE
from crunch.charts.directions import BAD, COLOURS, GOOD, HOLLOW, OPEN, UNSURE, direction, key
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import flat, kept
from crunch.charts.words import safe
from crunch.digits import plain, roughly
from crunch.effects.limits import BREAKS, HOLDS
from crunch.questions.what_if.words import COARSE
from crunch.wording import level_text, on_grid, percent, series

_LADDER, _GAP, _ROW, _FLAT = 1.3, 0.4, 0.62, 0.44  # inches: the shown scores, what lies between, a row, a low one
_LEAST = 0.005  # probability below which a shown score is not drawn
_LABEL = 0.45  # inches a step, from which every probability is printed
_MARKS = {GOOD: {"marker": "o", "ms": 9}, BAD: {"marker": "s", "ms": 8.5}, OPEN: {"marker": "D", "ms": 7.5},
          UNSURE: {**HOLLOW, "ms": 8}}
_NOW = 0.42  # inches that a label is wider for the word
_FAR = 4  # spans of a row, beyond which a limit is told but not drawn


@in_house_style
def what_if(answer, *, ax=None):
    """Draw what a scenario does: the shown scores with their probabilities, then each side effect from now to after.

    Parameters
    ----------
    answer : WhatIf
        From `crunch.what_if`, or the scenario of a plan.
    ax : matplotlib Axes, optional
        Its area is divided among score and side effects; names go to the left of it, numbers to the
        right. A new figure without.

    Returns
    -------
    matplotlib Axes
        The one that carries the title; the panels are its child axes.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.what_if(crunch.what_if(study("stuck_at_55"), {"followers": "+15%"}))
    >>> ax.get_title()
    'klout would most likely show 56; talked_with gets worse'
    """
    said = answer.readable().to_dict("records")
    everything = [{**row, "text": _text(row, text), "better": outcome.better}
            for row, text, outcome in zip(answer.table.to_dict("records"), said, answer.outcomes, strict=True)]
    rows = kept(everything, lambda row: 3 if row is everything[0] else {BAD: 2, GOOD: 1}.get(_kind(row), 0))
    labels = [_label(row, i == 0 and _stepped(answer)) for i, row in enumerate(rows)]
    name = _heading(answer)
    left = 0.3 + max(widest(labels), widest([name], weight="bold") if _stepped(answer) else 0)
    right = 0.3 + widest([row["text"] for row in rows], 9.5)
    ladder = _LADDER + _GAP if _stepped(answer) else 0
    row = max(_FLAT if flat() else _ROW, 0.19 * max(1 + label.count("\n") for label in labels) + 0.08)
    height = ladder + row * len(rows)
    frame = Frame(left=left, right=right, bottom=0.5, height=height, least=0.75)
    ax = axes_for(ax, frame, title(answer), _measured(answer), (len(rows), len(everything), "outcome"))
    ax.set_axis_off()
    share = ladder / height
    if ladder:
        _shown(ax.inset_axes([0, 1 - share * _LADDER / ladder, 1, share * _LADDER / ladder]), answer)
    below = ax.inset_axes([0, 0, 1, 1 - share])
    below.set_xlim(0, 1)
    below.set_ylim(-0.5, len(rows) - 0.5)
    kinds = [_row(below, len(rows) - 1 - i, row) for i, row in enumerate(rows)]
    below.set_yticks(range(len(rows)), labels[::-1], parse_math=False)
    below.set_xticks([])
    below.spines["bottom"].set_visible(False)
    below.grid(False)
    wide = ax.get_window_extent().width / ax.figure.dpi
    key(below, _key(kinds), -72 * (left - 0.15), 12, 72 * (wide + left + right - 0.4))
    told = [f"{row['outcome']}: {row['text']}".replace("\n", ", ") for row in rows]
    describe(ax, f"Gauge and dots of {answer.score} and side effects, from now to after", told, answer.sentence,
             answer.table)
    return ax


def title(answer):
    """What the score would show, or how far it would go.

    Parameters
    ----------
    answer : WhatIf

    Returns
    -------
    str
    """
    score, name = answer.table.iloc[0], safe(answer.score)
    if answer.levers.empty:
        return f"Nothing is changed, and {name} stays as it is"
    if not _stepped(answer):
        if not score["change_low"] * score["change_high"] > 0:
            return f"Whether {name} would move can't be told{_worse(answer)}"
        size = plain(float(f"{abs(score['change']):.2g}"))
        return f"{name} would go {'up' if score['change'] > 0 else 'down'} by about {size}{_worse(answer)}"
    return f"{name} would {_likely(answer)}{_worse(answer)}"


def _stepped(answer):
    """Whether the steps of the shown score are large enough to speak of single ones."""
    return len(answer.shown) > 0 and answer.shown["probability"].max() >= COARSE


def _likely(answer):
    """The shown score that is likeliest, and how far others are."""
    shown, step = answer.shown, answer.step
    best = shown.loc[shown["probability"].idxmax()]
    value, still = on_grid(best["shown"], step), "still " if best["probability_now"] > 0.5 else ""
    if best["probability"] > 1 - _LEAST:
        return f"{still}show {value}"
    if best["probability"] > 0.5:
        return f"most likely {still}show {value}"
    ends = shown.loc[shown["probability"] >= 0.05, "shown"]
    if len(ends) < 2:
        return f"show about {value}"
    return f"show {on_grid(ends.min(), step)} to {on_grid(ends.max(), step)}, most likely {still}{value}"


def _worse(answer):
    """Which side effects get worse."""
    worse = [safe(outcome.name) for row, outcome in zip(answer.table.to_dict("records"), answer.outcomes, strict=True)
             if not outcome.is_score
             and direction(row["change"], outcome.better, row["change_low"] * row["change_high"] > 0) == BAD]
    if not worse:
        return ""
    named = series(worse) if len(worse) <= 2 else f"{len(worse)} side effects"
    return f"; {named} {'gets' if len(worse) == 1 else 'get'} worse"


def _measured(answer):
    moves = [f"{safe(row['lever'])} {plain(row['now'])} → {plain(row['after'])}"
             + ("" if np.isnan(row["change_percent"]) else f" ({roughly(row['change_percent'])})")
             for row in answer.levers.to_dict("records")]
    moves = [*moves[:4], f"{len(moves) - 4} more"] if len(moves) > 5 else moves
    lead = f"With {series(moves)}. " if moves else ""
    score = ("The score is by its formula, side effects are estimates. Bands:" if answer.exact else
             "As far as what goes together still does when it is done on purpose. Bands:")
    outside = " Careful: the table hardly vouches for this." if answer.warnings else ""
    return f"{lead}{score} {level_text(answer.level)} intervals.{outside}"


def _shown(ax, answer):
    """The steps of the shown score, each as high as it is likely."""
    rows = answer.shown[(answer.shown["probability"] >= _LEAST) | (answer.shown["probability_now"] >= 0.5)]
    rows = rows if len(rows) else answer.shown
    now = answer.shown.loc[answer.shown["probability_now"].idxmax(), "shown"]
    low, high = min(rows["shown"].min(), now), max(rows["shown"].max(), now)
    room = max(3.2 * answer.step - (high - low), 1.4 * answer.step) / 2
    inch = (high - low + 2 * room) * ax.figure.dpi / ax.get_window_extent().width
    every = answer.step >= _LABEL * inch
    for row in rows.to_dict("records"):
        is_now = row["shown"] == now
        height = row["probability"]
        ax.bar(row["shown"], height, width=0.86 * answer.step, color=PALE if is_now else ACCENT, zorder=2)
        if height >= _LEAST and (every or height == rows["probability"].max()):
            ax.annotate(percent(height), (row["shown"], height), (0, 3), textcoords="offset points", ha="center",
                        va="bottom", fontsize=10, weight="bold" if height == rows["probability"].max() else "normal")
    ax.set_xlim(low - room, high + room)
    ax.set_ylim(0, 1.28 * max(rows["probability"].max(), 1e-9))
    first = [rows.loc[rows["probability"].idxmax(), "shown"], now, low, high]
    wide = 0.13 + 0.1 * len(on_grid(high, answer.step))
    ax.set_xticks(_apart([*first, *rows["shown"]], lambda value: inch * (wide + _NOW * (value == now))))
    ax.xaxis.set_major_formatter(lambda value, _: ("now " if abs(value - now) < answer.step / 2 else "")
                                 + on_grid(value, answer.step))
    ax.set_yticks([])
    ax.grid(False)
    ax.annotate(_heading(answer), (0, 0.3), (-6, 0), xycoords="axes fraction", textcoords="offset points", ha="right",
                va="center", weight="bold", parse_math=False, annotation_clip=False)


def _heading(answer):
    """What stands beside the shown scores."""
    return safe(f"{answer.score} shown", 16)


def _apart(ticks, width):
    """Ticks whose labels of that width keep clear of each other, the first ones kept."""
    apart = []
    for tick in ticks:
        if all(abs(tick - other) >= (width(tick) + width(other)) / 2 for other in apart):
            apart.append(tick)
    return sorted(apart)


def _kind(row):
    """Better, worse, open or unsure."""
    return direction(row["change"], row["better"], row["change_low"] * row["change_high"] > 0)


def _row(ax, y, row):
    """One outcome on a scale of its own: from now to after, the interval, the limit."""
    kind = _kind(row)
    values = np.array([row[name] for name in ("now", "after", "low", "high")])
    if np.isnan(values).any():
        ax.annotate(row["text"], (1, y), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", fontsize=9.5, annotation_clip=False, color=SOFT)
        return None
    ends, bound = [values.min(), values.max()], row.get("bound", np.nan)
    span = float(np.ptp(ends))
    if ends[0] - _FAR * span <= bound <= ends[1] + _FAR * span:
        ends = [min(ends[0], bound), max(ends[1], bound)]
    span = float(np.ptp(ends)) or 1.0

    def at(value):
        return 0.06 + 0.88 * (value - ends[0]) / span if np.ptp(ends) else 0.5

    colour = COLOURS[kind]
    ax.plot([0, 1], [y, y], color=TRACK, lw=1, zorder=0.8)
    ax.plot([at(row["low"]), at(row["high"])], [y, y], color=colour, lw=5, alpha=0.35, solid_capstyle="butt", zorder=1)
    ax.annotate("", (at(row["after"]), y), (at(row["now"]), y), zorder=2,
                arrowprops={"arrowstyle": "-", "color": colour, "lw": 1.4, "shrinkA": 0, "shrinkB": 0})
    ax.plot(at(row["now"]), y, "|", ms=15, mew=2.2, color=INK, zorder=3)
    if row["change_low"] == row["change_high"] == 0:
        return None
    ax.plot(at(row["after"]), y, ls="none", zorder=4, **{"color": colour, "mec": colour, **_MARKS[kind]})
    if ends[0] <= bound <= ends[1]:
        broken = row["verdict"] == BREAKS
        ax.plot([at(bound)] * 2, [y - 0.3, y + 0.3], color=WORSE if broken else INK, lw=1.2, ls=(0, (3, 2)), zorder=2.5)
        ax.annotate(f"limit {plain(bound)}", (at(bound), y + 0.28), (0, 0), textcoords="offset points", fontsize=8.5,
                    ha="left" if at(bound) < 0.15 else "right" if at(bound) > 0.85 else "center", va="bottom",
                    color=WORSE if broken else SOFT)
    ax.annotate(row["text"], (1, y), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                va="center", fontsize=9.5, annotation_clip=False, parse_math=False, linespacing=1.25)
    return kind


def _text(row, said):
    """What is printed beside a row."""
    if np.isnan(row["now"]):
        return "no value in this row"
    then = f"{said['now']} → {said['after (interval)']}"
    if row["change_low"] == row["change_high"] == 0:
        then = f"{plain(row['now'])}, unchanged"
    if not row["verdict"]:
        return then
    word = {HOLDS: "✓ holds", BREAKS: "✗ breaks"}.get(row["verdict"], row["verdict"])
    return f"{then}\nlimit: {word}, kept with {percent(row['keeps'])}"


def _label(row, hidden):
    name = safe(row["outcome"], 22)
    if flat():
        return f"{name} (hidden)" if hidden else name
    better = {"more": "more is better", "less": "less is better"}.get(row["better"], "either way")
    return f"{name}\n{'behind the steps' if hidden else better}"


def _key(kinds):
    words = {GOOD: "after: better", BAD: "after: worse", OPEN: "after; nobody said which way is better",
             UNSURE: "after: can't tell from now"}
    marks = [([{"marker": "|", "ms": 13, "mew": 2.2, "color": INK}], "now")]
    marks += [([{"color": COLOURS[kind], "mec": COLOURS[kind], **_MARKS[kind]}], said) for kind, said in words.items()
              if kind in kinds]
    return marks
