"""One lever's effect in several answers: what happens to it when more is held constant."""

import numpy as np
import pandas as pd

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe
from crunch.checks import columns
from crunch.effects.verdict import CANNOT
from crunch.errors import InputError, listing
from crunch.wording import estimate, level_text, number
from crunch.wording import places as decimals


@in_house_style
def compare(answers, lever, *, ax=None):
    """Draw one lever's effect under each of several answers.

    Parameters
    ----------
    answers : dict
        From a label, such as what is held constant, to a `Drivers` answer; drawn in this order.
    lever : name of a lever in all of them
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        When the lever is missing from an answer, or the answers state its effect for different
        changes or levels, so that they cannot share an axis.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> alone = crunch.drivers(study("schools", context=()), draws=0)
    >>> more = crunch.drivers(study("schools", context="free_lunch"), draws=0)
    >>> ax = crunch.charts.compare({"alone": alone, "+ free lunch": more}, "students_per_teacher")
    >>> len(ax.get_yticks())
    2
    """
    rows = [_row(answer, lever) for answer in answers.values()]
    first = next(iter(answers.values()))
    if len({(row["change"], row["outcome"], answer.level) for row, answer in
            zip(rows, answers.values(), strict=True)}) > 1:
        raise InputError("Answers share a chart when they state the same change of the same score at the same level, "
                         f"but these differ: {listing([row['change'] for row in rows], most=6)}. Set scales= and "
                         "level= alike.")
    labels = [safe(label, 30) for label in answers]
    frame = Frame(left=0.3 + widest(labels), right=0.4, height=0.62 * len(rows))
    ax = axes_for(ax, frame, title(rows, lever),
                  f"Points of {first.score} that go with {rows[0]['change']} {lever}, by what is held constant. "
                  f"Bars: {level_text(first.level)} intervals.")
    places = np.arange(len(rows))[::-1]
    ax.axvline(0, color=LINE, lw=1)
    for place, row in zip(places, rows, strict=True):
        known = row["low"] * row["high"] > 0 and row["verdict"] != CANNOT  # a lever in doubt has none
        colour = ACCENT if known else SOFT
        ax.plot([row["low"], row["high"]], [place, place], color=colour, lw=2.4)
        ax.plot([row["effect"]], [place], "o", ms=8, mew=2, mec=colour, mfc=colour if known else PAGE)
        text = number(row["effect"], decimals(row["high"] - row["low"]), sign=True)
        ax.annotate(text, (row["effect"], place), (0, 8), textcoords="offset points", ha="center", fontsize=9.5,
                    color=INK if known else SOFT)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    number_axis(ax.xaxis, sign=True)
    ax.set_xlabel(f"points of {safe(first.score, 40)}", parse_math=False)
    told = [f"{label}: {estimate(row['effect'], row['low'], row['high'])}"
            for label, row in zip(answers, rows, strict=True)]
    data = pd.DataFrame([{"held": label, **row} for label, row in zip(answers, rows, strict=True)])
    describe(ax, f"Dot chart of points of {first.score} by what is held constant, with intervals", told,
             data=data)
    return ax


def title(rows, lever):
    """From the first estimate to the last, in numbers that their intervals support."""
    ends = [rows[0], rows[-1]]
    if len(rows) < 2 or not all(np.isfinite(row["effect"]) for row in ends):
        return f"What goes with {lever}"
    first, last = (number(row["effect"], decimals(row["high"] - row["low"]), sign=True) for row in ends)
    return f"{lever}: from {first} to {last} as what is held constant changes"


def _row(answer, lever):
    columns([lever], answer.table["lever"].tolist(), "lever")
    return answer.table.set_index("lever", drop=False).loc[lever].to_dict()
