"""How a share is made: overlaps of levers, divided equally among those in them."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from crunch.charts.house import INK, LINE, SOFT, Frame, axes_for, describe, in_house_style, safe
from crunch.wording import THIN, number, percent, series

COLOURS = ("#5790fc", "#f89c20", "#964a8b", "#9c9ca1")  # of petroff6, told apart by every kind of colour vision
COUNT = {2: "two", 3: "three", 4: "four"}
_GAP = 1.1  # rows between the pieces and the shares they make


@in_house_style
def overlaps(answer, *, ax=None):
    """Draw what levers explain alone and in common, and the shares that this makes.

    Parameters
    ----------
    answer : Overlaps
        From `crunch.questions.overlaps.overlaps`.
    ax : matplotlib Axes, optional
        A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> from crunch.questions.overlaps import overlaps
    >>> schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch"]]
    >>> ax = crunch.charts.overlaps(overlaps(crunch.importance(schools, "test_score")))
    >>> ax.get_title().replace(chr(10), " ")
    '53 % of what the two levers go with is overlap'
    """
    pieces = answer.table.to_dict("records")
    labels = [_label(row, answer.levers) for row in pieces] + [safe(_short(n), 26) for n in answer.levers]
    longest = max(len(line) for label in labels for line in label.split("\n"))
    count = len(pieces) + len(answer.levers) + _GAP
    high = 0.24 + 0.13 * max(1 + label.count("\n") for label in labels)
    frame = Frame(left=0.35 + 0.088 * longest, right=0.75, bottom=0.4, height=high * count)
    ax = axes_for(ax, frame, title(answer), f"Parts of the variation of {answer.outcome}. Above: what one lever goes "
                  "with alone, and what several have in common, in equal parts. Below: the same parts, put together by "
                  "lever.")
    places = np.array([count - 0.5 - k - (_GAP if k >= len(pieces) else 0) for k in range(len(labels))])
    ax.axvline(0, color=LINE, lw=1)
    for place, row in zip(places, pieces, strict=False):
        _bar(ax, place, [(name, row["each"]) for name in row["members"]], answer.levers, row["piece"])
    for place, name in zip(places[len(pieces):], answer.levers, strict=True):
        parts = [(name, row["each"]) for row in pieces if name in row["members"]]
        _bar(ax, place, parts, answer.levers, sum(part for _, part in parts), strong=True)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(0, count)
    low, high = ax.get_xlim()
    ax.set_xlim(1.2 * low, high)  # room for the numbers of what is below zero
    ax.annotate("Shares", (0, places[len(pieces)] + 0.75), (-4, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", va="center", weight="bold", color=INK, annotation_clip=False)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{number(100 * value, 0)}{THIN}%"))
    ax.grid(False, axis="y")
    describe(ax, f"Stacked bars: {title(answer)}. {answer.sentence}")
    return ax


def title(answer):
    """The finding: how much of what the levers go with is overlap.

    Parameters
    ----------
    answer : Overlaps

    Returns
    -------
    str
    """
    alone = answer.table.loc[answer.table["members"].map(len) == 1, "piece"].sum()
    part, levers = 1 - alone / answer.explained, f"the {COUNT[len(answer.levers)]} levers"
    if part < -0.005:
        return f"Side by side {levers} go with more than apart"
    return f"{_fraction(part)} of what {levers} go with is overlap"


def _fraction(part):
    """A part in words where a word is true to within 3 points, else in per cent."""
    for value, word in ((1 / 4, "A quarter"), (1 / 3, "A third"), (1 / 2, "Half"), (2 / 3, "Two thirds"),
                        (3 / 4, "Three quarters")):
        if abs(part - value) < 0.015:
            return word
    return percent(part)


def _label(row, levers):
    """Who is in a piece."""
    if len(row["members"]) == len(levers) > 2:
        return f"all {COUNT[len(levers)]}"
    names = [_short(name) for name in row["members"]]
    return safe(f"only {names[0]}" if len(names) == 1 else series(names), 26)


def _short(name, most=22):
    name = safe(name)
    return name if len(name) <= most else name[:most - 1] + "…"


def _bar(ax, place, parts, levers, total, strong=False):
    """Parts end to end from zero, those below zero to the left, and their sum at the end."""
    ends = {True: 0.0, False: 0.0}
    for name, part in parts:
        ax.barh(place, part, left=ends[part < 0], height=0.62, color=COLOURS[levers.index(name)], ec="white", lw=1)
        ends[part < 0] += part
    end = ends[False] if total >= 0 else ends[True]
    ax.annotate(percent(total) if total >= 0 else f"{number(100 * total, 0)}{THIN}%", (end, place),
                (5 if total >= 0 else -5, 0), textcoords="offset points", va="center",
                ha="left" if total >= 0 else "right", fontsize=10, color=INK if strong else SOFT,
                weight="bold" if strong else "normal", annotation_clip=False)
