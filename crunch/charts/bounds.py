"""The chart of bounds: the effects that a score which stands still leaves room for."""

import numpy as np

from crunch.charts.colours import ACCENT, LINE, PAGE, PALE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import kept
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe
from crunch.errors import counted
from crunch.questions.stuck.bounds import ANYTHING, DOWN, UP, between, outward
from crunch.wording import points

_WIDEST = 8  # times the next narrower bar, beyond which a bar is cut


@in_house_style
def bounds(answer, *, ax=None):
    """Draw the largest and smallest effects that the shown scores leave room for.

    Parameters
    ----------
    answer : Bounds
        From `crunch.bounds`, or `bounds` of a `Stuck`.
    ax : matplotlib Axes, optional
        Labels go to the left of them, numbers to the right. A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.bounds(crunch.stuck(study("stuck_at_55")).bounds)
    >>> " ".join(ax.get_title().split())
    '6 of 6 effects are bounded: +10 % followers goes with 0.86 points at most'
    """
    rows = kept(answer.table.to_dict("records"),
                lambda row: 2 * (row["verdict"] in (UP, DOWN)) + np.isfinite(row["low"]))
    labels = [f"{safe(row['lever'], 24)}\n{row['change']}" for row in rows]
    texts = [between(row["low"], row["high"]).replace(" and ", " to ") for row in rows]
    frame = Frame(left=0.3 + widest(labels), right=0.3 + widest(texts, 10),
                  height=max(0.31 * sum(1 + label.count("\n") for label in labels), 1.0))
    ax = axes_for(ax, frame, title(answer), _measured(answer), (len(rows), len(answer.table), "lever"))
    places, limit = np.arange(len(rows))[::-1], _limit(rows)
    ax.set_xlim(-1.06 * limit, 1.06 * limit)
    for place, row, text in zip(places, rows, texts, strict=True):
        _bar(ax, place, row, limit)
        ax.annotate(text, (1, place), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", fontsize=10, annotation_clip=False)
    known = np.isfinite(answer.table["low"]).any()
    if not answer.feasible:
        ax.text(0.5, 0.5, "no constant effects fit", transform=ax.transAxes, ha="center", va="center", color=SOFT,
                bbox={"fc": PAGE, "ec": "none"})
    ax.axvline(0, color=LINE, lw=1, zorder=0.5)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    if known:
        number_axis(ax.xaxis, sign=True)
    else:
        ax.set_xticks([0], ["0"])  # of a scale that no bound gives, only the middle means something
    ax.set_xlabel(f"points of {safe(answer.score, 40)}", parse_math=False)
    ax.grid(False, axis="y")
    told = [f"{row['change']} {row['lever']}: {text if text == ANYTHING else f'{text} points'}"
            for row, text in zip(rows, texts, strict=True)]
    describe(ax, f"Bar chart of what can go with {answer.score} at most", told, answer.sentence, answer.table)
    return ax


def title(answer):
    """The narrowest bound, a sign that is sure, or that no story of this kind holds.

    Parameters
    ----------
    answer : Bounds

    Returns
    -------
    str
    """
    table = answer.table
    if not answer.feasible:
        return f"These levers alone cannot make {answer.score} what it showed"
    signed = table[table["verdict"].isin((UP, DOWN))]
    if len(signed):
        row = signed.iloc[0]
        room = between(row["low"], row["high"]).replace(" and ", " to ")
        return f"As far as {answer.score} shows, {row['change']} {safe(row['lever'])} goes with {room} points"
    known = table[np.isfinite(table[["low", "high"]]).all(axis=1)]
    if known.empty:
        return f"What {answer.score} showed bounds no effect"
    row = known.iloc[0]
    most = outward(max(abs(row["low"]), abs(row["high"])), 1).lstrip("+")
    which = "The effect is" if len(table) == 1 else f"{len(known)} of {len(table)} effects are"
    return f"{which} bounded: {row['change']} {safe(row['lever'])} goes with {most} points at most"


def _measured(answer):
    beside = f"by more than {points(f'{answer.noise:g}')}" if answer.noise else "at all"
    if not answer.feasible:
        return (f"No constant effects fit the steps of {counted(answer.rows, 'row')} unless something else moved "
                f"{answer.score} by at least {points(outward(answer.slack, 1).lstrip('+'))}.")
    return (f"Effects of the change under each lever's name that the shown steps leave room for, if nothing else moved "
            f"{answer.score} {beside}. {counted(answer.rows, 'row')}.")


def _limit(rows):
    """Where the axis ends on both sides: at the widest bar, unless it dwarfs the next."""
    sizes = sorted({abs(row[end]) for row in rows for end in ("low", "high") if np.isfinite(row[end])} - {0.0})
    if not sizes:
        return 1.0
    return [size for i, size in enumerate(sizes) if i == 0 or size <= _WIDEST * sizes[i - 1]][-1]


def _bar(ax, place, row, limit):
    """What is possible as a bar, with an arrow where it goes on beyond the axis."""
    if np.isnan(row["low"]):
        return
    low, high = max(row["low"], -1.06 * limit), min(row["high"], 1.06 * limit)
    ax.barh(place, high - low, left=low, height=0.5, color=ACCENT if row["verdict"] in (UP, DOWN) else PALE)
    for end, drawn in ((row["low"], low), (row["high"], high)):
        if end == drawn:
            ax.plot([end, end], [place - 0.25, place + 0.25], color=ACCENT, lw=2, solid_capstyle="butt")
        else:
            ax.annotate("", (drawn, place), (0.9 * drawn, place),
                        arrowprops={"arrowstyle": "-|>", "color": SOFT, "lw": 1.5, "shrinkA": 0, "shrinkB": 0})
