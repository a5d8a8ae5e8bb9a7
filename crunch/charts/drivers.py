"""The chart of question 2: effects with intervals, shares beside them, verdicts in words."""

import numpy as np
import pandas as pd

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, PALE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import flat, kept, lean
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe
from crunch.effects.verdict import CANNOT, MOVES, SMALL
from crunch.errors import counted
from crunch.questions.drivers.words import nothing_found
from crunch.wording import estimate, level_text, number, percent, series
from crunch.wording import places as decimals

# Shape and fill tell the verdicts apart without colour; the words beside them say it again.
_MARKS = {
    MOVES: {"marker": "o", "mfc": ACCENT, "mec": ACCENT, "color": ACCENT},
    SMALL: {"marker": "|", "mfc": SOFT, "mec": SOFT, "color": SOFT},
    CANNOT: {"marker": "o", "mfc": PAGE, "mec": SOFT, "color": SOFT},
}
# Columns right of the axes, in inches: the verdict, the share's bar, the share's number.
_GAP, _VERDICT, _BAR, _NUMBER = 0.15, 1.5, 0.75, 0.58


@in_house_style
def drivers(answer, *, ax=None):
    """Draw what goes with the score, lever by lever.

    Parameters
    ----------
    answer : Drivers
        From `crunch.drivers`.
    ax : matplotlib Axes, optional
        Axes to draw on; verdicts and shares go to the right of them, labels to the left. A new
        figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.drivers(crunch.drivers(study("accounts"), draws=100))
    >>> ax.get_title().replace(chr(10), " ")
    '4 of 5 levers stand out: followers, listed, favourites and following'
    """
    rows = kept(answer.table.to_dict("records"), lambda row: row["verdict"] == MOVES)
    labels = [f"{safe(row['lever'], 24)}\n{row['change']}" for row in rows]
    shares = flat() or not lean()
    frame = Frame(left=0.3 + widest(labels), right=_GAP + _VERDICT + (_BAR + _NUMBER) * shares,
                  height=0.62 * sum(1 + label.count("\n") for label in labels) / 2)
    ax = axes_for(ax, frame, title(answer), _measured(answer), (len(rows), len(answer.table), "lever"))
    places = np.arange(len(rows))[::-1]
    ax.axvline(0, color=LINE, lw=1)
    for place, row in zip(places, rows, strict=True):
        _one(ax, place, row)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    if answer.table["effect"].isna().all():
        ax.set_xlim(-1, 1)
    number_axis(ax.xaxis, 5, sign=True)
    ax.set_xlabel(f"points of {safe(answer.score, 40)}", parse_math=False)
    ax.grid(False, axis="y")
    if shares:
        _shares(ax, places, pd.DataFrame(rows), answer.divided)
    told = [_said(row) for row in rows]
    describe(ax, f"Dot chart of what goes with {answer.score}, with intervals", told, answer.sentence, answer.table)
    return ax


def title(answer):
    """The finding, short enough for a title.

    Parameters
    ----------
    answer : Drivers

    Returns
    -------
    str
    """
    table = answer.table
    if answer.computed:
        return f"{answer.score} is computed from its levers"
    moving = table.loc[table["verdict"] == MOVES, "lever"].map(safe).tolist()
    if table["effect"].isna().all():
        return f"Nothing here can tell what moves {answer.score}"
    if not moving:
        return nothing_found(answer.score, table, answer.doubts)
    which = series(moving) if len(moving) <= 4 else f"{series(moving[:3])} and others"
    if len(table) == 1:
        return f"{which} stands out from chance"
    return f"{len(moving)} of {len(table)} levers stand{'s' if len(moving) == 1 else ''} out: {which}"


def _said(row):
    """A lever in words, for those who cannot see the chart."""
    effect = "" if np.isnan(row["effect"]) else f" {estimate(row['effect'], row['low'], row['high'])},"
    return f"{row['lever']} {row['change']}:{effect} {row['verdict']}"


def _measured(answer):
    if answer.table["effect"].isna().all():
        return f"No interval can be given. {counted(answer.rows, 'row')}."
    when = ""
    if answer.kind != "accounts":
        when = (f" in the same {answer.period}" if answer.horizon == 0
                else f" {counted(answer.horizon, answer.period)} later")
    average = ", on average over the rows" if answer.bent else ""
    allowing = ", which allow for all" if answer.each > answer.level else ""
    return (f"Points of {answer.score}{when} that go with the change under each lever's name{average}, {answer.held}. "
            f"Bars: {level_text(answer.level)} intervals{allowing}. {counted(answer.rows, 'row')}.")


def _one(ax, place, row):
    """One lever: interval, estimate and its number, verdict in words."""
    mark = _MARKS[row["verdict"]]
    strong = {"color": INK, "weight": "bold"} if row["verdict"] == MOVES else {"color": SOFT}
    if not np.isnan(row["effect"]):
        ax.plot([row["low"], row["high"]], [place, place], color=mark["color"], lw=2.4, solid_capstyle="butt")
        ax.plot([row["effect"]], [place], ls="none", ms=12 if mark["marker"] == "|" else 8, mew=2, **mark)
        text = number(row["effect"], decimals(row["high"] - row["low"]), sign=True)
        ax.annotate(text, (row["effect"], place), (0, 8), textcoords="offset points", ha="center", va="bottom",
                    fontsize=9.5, bbox={"fc": PAGE, "ec": "none", "pad": 0.6}, **strong)
    ax.annotate(row["verdict"], (1, place), (72 * _GAP, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", va="center", ha="left", fontsize=10, annotation_clip=False, **strong)


def _shares(ax, places, table, divided):
    """Shares of the score's variation as bars with intervals, in axes of their own on the right."""
    width = ax.get_window_extent().width / ax.figure.dpi
    side = ax.inset_axes([1 + (_GAP + _VERDICT) / width, 0, _BAR / width, 1], sharey=ax)
    side.tick_params(labelleft=False)
    side.spines["bottom"].set_visible(False)
    side.grid(False)
    side.set_xticks([])
    side.set_xlabel("share of\nvariation" if divided == "variation" else "share of what\nis left open", fontsize=10)
    known = table["share"].notna().to_numpy()
    if not known.any():
        return
    most = max(table["share_high"].fillna(table["share"]).max(), 1e-9)
    side.set_xlim(0, 1.02 * most)
    side.barh(places[known], table["share"][known], height=0.34, color=PALE)
    for place, row in zip(places[known], table[known].to_dict("records"), strict=True):
        if not np.isnan(row["share_low"]):
            side.plot([row["share_low"], row["share_high"]], [place, place], color=SOFT, lw=1.2)
        side.annotate(percent(row["share"]), (1, place), (5, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", ha="left", fontsize=10, annotation_clip=False)
