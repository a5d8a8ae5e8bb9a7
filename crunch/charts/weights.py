"""What a score is really made of: weights on paper beside what counts in a table."""

import numpy as np

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import room
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe
from crunch.errors import counted
from crunch.questions.weights.weights import AS, STILL, UNSURE
from crunch.wording import THIN, level_text, percent

MOST = 15


@in_house_style
def weights(answer, *, ax=None):
    """Draw each part's weight on paper, hollow, and what it counts for in the table, filled.

    Parameters
    ----------
    answer : Weights
        From `crunch.weights`.
    ax : matplotlib Axes, optional
        A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch, pandas as pd
    >>> score = crunch.scoring.Score([crunch.scoring.Part("a"), crunch.scoring.Part("b")])
    >>> table = pd.DataFrame({"a": [0, 3, 0, 3], "b": [0, 0, 1, 1]})
    >>> crunch.charts.weights(crunch.weights(score, table)).get_title()
    'a counts for 90\\u202f% of what makes score differ, not for 50\\u202f%'
    """
    rows = answer.table.head(room(MOST)).to_dict("records")
    labels, texts = [safe(row["part"], 30) for row in rows], [_text(row) for row in rows]
    pitch = max(0.44, 0.18 * max(1 + label.count("\n") for label in labels) + 0.08)
    frame = Frame(left=0.3 + widest(labels), right=0.3 + widest(texts, 10),
                  height=max(pitch * len(rows), 1.2))
    ax = axes_for(ax, frame, title(answer), _measured(answer), (len(rows), len(answer.table), "part"))
    places = np.arange(len(rows))[::-1]
    for place, row, text in zip(places, rows, texts, strict=True):
        nominal, effective = 100 * row["nominal"], 100 * row["effective"]
        ax.plot([nominal, effective], [place, place], color=LINE, lw=4, solid_capstyle="butt", zorder=1)
        if not np.isnan(row["low"]):
            ax.plot([100 * row["low"], 100 * row["high"]], [place, place], color=INK, lw=1.3, zorder=2)
        ax.plot(nominal, place, "o", ms=9, mfc=PAGE, mec=SOFT, mew=1.6, zorder=3)
        ax.plot(effective, place, "o", ms=9, color=ACCENT, zorder=4)
        ax.annotate(text, (1, place), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", fontsize=10, annotation_clip=False, parse_math=False)
    most = 100 * max(answer.table[["nominal", "effective", "high"]].max())
    ax.set_xlim(-0.03 * most, 1.06 * most)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    number_axis(ax.xaxis, 5, after=f"{THIN}%")
    ax.grid(False, axis="y")
    told = [f"{row['part']}: {text}" for row, text in zip(rows, texts, strict=True)]
    describe(ax, f"Dot chart of weights on paper and what counts in {answer.score}", told, answer.sentence,
             answer.table)
    return ax


def title(answer):
    """The part whose weight misleads most, or that none does."""
    off = answer.table[~answer.table["verdict"].isin((AS, UNSURE))]
    if off.empty:
        return f"The parts of {safe(answer.score)} count for about their weights"
    row = off.loc[(off["effective"] - off["nominal"]).abs().round(9).idxmax()]  # of equal gaps the first
    if row["verdict"] == STILL:
        return f"{safe(row['part'])} never moves here, so its weight of {percent(row['nominal'])} counts for nothing"
    return (f"{safe(row['part'])} counts for {percent(row['effective'])} of what makes {safe(answer.score)} differ, "
            f"not for {percent(row['nominal'])}")


def _measured(answer):
    lines = "" if answer.table["low"].isna().all() else f" Lines: {level_text(answer.level)} intervals."
    return (f"Hollow: weight on paper. Filled: share of the variance of {safe(answer.score)} in "
            f"{counted(answer.rows, 'row')}.{lines}")


def _text(row):
    if row["verdict"] == STILL:
        return f"{percent(row['nominal'])} → 0, never moves"
    return f"{percent(row['nominal'])} → {percent(row['effective'])}"
