"""The trade-off drawn out: the best score for each level of a side effect."""

from itertools import product

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, PALE
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.ticks import Numbers, number_axis, tick_texts
from crunch.charts.words import fitted, safe, short
from crunch.digits import plain, shown
from crunch.questions.plan.frontier_words import enough, levels
from crunch.wording import percent

_STEPS = 25  # shown scores up to which each has a line


@in_house_style
def frontier(answer, *, ax=None):
    """Draw the best score for each level of a side effect; the better end of the side effect is at the left.

    Parameters
    ----------
    answer : Frontier
        From `crunch.frontier`.
    ax : matplotlib Axes, optional
        A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.frontier(crunch.frontier(study("shops"), "cash_tied_up", points=5))
    >>> ax.get_ylabel()
    'fulfilment'
    """
    table, last = answer.table, answer.table.iloc[-1]
    best = f"best: {shown(last['shown'], answer.step)}"
    low, high = min(table["low"].min(), answer.score_now), max(table["high"].max(), answer.score_now)
    room = high - low or 1
    low, high = low - 0.12 * room, high + 0.14 * room
    frame = Frame(left=0.55 + widest(tick_texts(low, high)), right=0.3 + widest([best], 10), height=3.6, least=0.55)
    ax = axes_for(ax, frame, title(answer), _measured(answer))
    x = table["level"].to_numpy()
    ax.fill_between(x, table["low"], table["high"], color=PALE, alpha=0.7, lw=0)
    ax.plot(x, table["score"], color=ACCENT, lw=2.2)
    more = (answer.side_now > x[-1]) == (answer.better == "less") and answer.side_now != x[-1]
    if more:  # giving up more brings no more
        beyond = [x[-1], answer.side_now]
        ax.fill_between(beyond, *([last[end]] * 2 for end in ("low", "high")), color=PALE, alpha=0.7, lw=0)
        ax.plot(beyond, [last["score"]] * 2, color=ACCENT, lw=1.4, ls=(0, (4, 3)))
    _across(ax, np.array([min(x.min(), answer.side_now), max(x.max(), answer.side_now)]), answer)
    ax.set_ylim(low, high)
    if answer.step is not None and (high - low) / answer.step <= _STEPS:
        for line in np.arange(np.ceil(low / answer.step) * answer.step, high, answer.step):
            ax.axhline(line, color=LINE, lw=0.4, alpha=0.5, zorder=0.5)
    taken = []
    if answer.knee is not None:
        knee = table.iloc[answer.knee]
        name = f"knee at {levels(table['level'])(knee['level'])}"
        taken += [_point(ax, knee["level"], knee["score"], name, ACCENT, "o")]
    _point(ax, answer.side_now, answer.score_now, "now", INK, "D", taken)
    ax.plot(last["level"], last["score"], "o", ms=6, color=ACCENT, clip_on=False, zorder=4)
    ax.annotate(best, (last["level"], last["score"]), (0, 8) if more else (8, 0), textcoords="offset points",
                va="bottom" if more else "center", fontsize=10, color=ACCENT, annotation_clip=False)
    end = "most" if answer.better == "less" else "least"
    ax.set_xlabel(f"{short(answer.side_effect, 44)} at {end}; better to the left", parse_math=False)
    ax.set_ylabel(fitted(answer.score, ax.get_window_extent().height / ax.figure.dpi), parse_math=False)
    number_axis(ax.yaxis)
    ax.grid(False, axis="x")
    level = levels(table["level"])
    told = [f"{answer.side_effect} {level(row['level'])}: {answer.score} {shown(row['shown'], answer.step)}"
            for row in (table.iloc[0], last)]
    describe(ax, f"Line chart of the best {answer.score} for each level of {answer.side_effect}", told,
             answer.sentence, table)
    return ax


def title(answer):
    """What the best score takes, from where the side effect stands.

    Parameters
    ----------
    answer : Frontier

    Returns
    -------
    str
    """
    first, last = answer.table.iloc[0], enough(answer.table)
    level, step = levels(answer.table["level"]), answer.step
    if shown(first["shown"], step) == shown(last["shown"], step):
        return f"Giving up {safe(answer.side_effect)} buys no more {safe(answer.score)}"
    score, side = f"{safe(answer.score)} {shown(last['shown'], step)}", safe(answer.side_effect)
    worse = (last["level"] > answer.side_now) == (answer.better == "less")
    now, then = level(answer.side_now), level(last["level"])
    then += ", on paper" if answer.warnings else ""
    if worse:
        return f"{score} takes {side} from {now} to {then}"
    return f"{score} at {side} {then}; now {plain(answer.side_now)}"


def _measured(answer):
    score, side = safe(answer.score), safe(answer.side_effect)
    band = f"{percent(answer.confidence)} interval" if answer.step is None else "where the hidden score may be"
    return (f"Line: what {score} reaches with {percent(answer.confidence)} probability when the levers are set for the "
            f"best, {side} kept with the same. Band: {band}.")


def _across(ax, ends, answer):
    """The axis of the side effect, the better end at the left, on the scale that suits it."""
    if answer.scale == "log":
        ax.set_xscale("log")
        room = (ends[1] / ends[0]) ** 0.03
        low, high = ends[0] / room, ends[1] * room
        steps = [1, 2, 5] if high / low < 200 else [1]
        ax.xaxis.set_major_locator(LogLocator(subs=steps, numticks=12))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(Numbers())
    else:
        room = 0.03 * (np.ptp(ends) or 1)
        low, high = ends[0] - room, ends[1] + room
    ax.set_xlim(*((low, high) if answer.better == "less" else (high, low)))
    if answer.scale != "log":
        number_axis(ax.xaxis)


def _point(ax, x, y, text, colour, marker, taken=()):
    """A marked point with its name, on the side where there is room and no other name; the box of the name."""
    near_right = ax.transAxes.inverted().transform(ax.transData.transform((x, y)))[0] > 0.75
    ax.plot(x, y, marker, ms=8, color=colour, mec=PAGE, zorder=5)
    said = ax.annotate(text, (x, y), (0, 0), textcoords="offset points", va="center", fontsize=10, color=colour,
                       zorder=6)
    sides = ("right", "left") if near_right else ("left", "right")
    for side, below in product(sides, (True, False)):  # below the line nothing is drawn
        said.set_position((9 if side == "left" else -9, -13 if below else 13))
        said.set_ha(side)
        box = said.get_window_extent()
        if not any(box.overlaps(other) for other in taken):
            break
    return box
