"""How far ranks hang on the weights of a score."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from crunch.charts.colours import ACCENT, PALE
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import room
from crunch.charts.words import safe, short
from crunch.errors import counted
from crunch.wording import THIN, level_text, number, percent

MOST = 20


@in_house_style
def rankings(answer, *, ax=None):
    """Draw the first ranks by a score, with those that other weights would give.

    Parameters
    ----------
    answer : Rankings
        From `crunch.rankings`.
    ax : matplotlib Axes, optional
        A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch, pandas as pd
    >>> score = crunch.scoring.Score([crunch.scoring.Part("a"), crunch.scoring.Part("b")])
    >>> table = pd.DataFrame({"who": ["Ada", "Bo", "Cy"], "a": [0.9, 0.2, 0.5], "b": [0.8, 0.6, 0.2]})
    >>> crunch.charts.rankings(crunch.rankings(score, table, label="who")).get_title()
    'Ada stays first whatever the weights within ±25\\u202f%'
    """
    rows = answer.table.head(room(MOST)).to_dict("records")
    labels, texts = [short(row["label"], 32) for row in rows], [_text(row) for row in rows]
    frame = Frame(left=0.3 + widest(labels), right=0.3 + widest(texts, 10),
                  height=max(0.3 * len(rows), 1.2))
    ax = axes_for(ax, frame, title(answer), _measured(answer, len(rows)))
    places = np.arange(len(rows))[::-1]
    for place, row, text in zip(places, rows, texts, strict=True):
        ax.plot([row["rank_low"], row["rank_high"]], [place, place], color=PALE, lw=7, solid_capstyle="round", zorder=1)
        ax.plot(row["rank"], place, "o", ms=7, color=ACCENT, zorder=2)
        ax.annotate(text, (1, place), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", fontsize=10, annotation_clip=False)
    ax.set_xlim(0.4, max(row["rank_high"] for row in rows) + 0.6)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    ax.set_xlabel("rank")
    ax.grid(False, axis="y")
    told = [f"{row['label']}: {text}" for row, text in zip(rows, texts, strict=True)]
    describe(ax, f"Dot chart of ranks by {answer.score}, with those that other weights would give", told,
             answer.sentence, answer.table)
    return ax


def title(answer):
    """Whether the row in front stays there."""
    first = answer.table.iloc[0]
    varied = f"±{number(100 * answer.spread, 0)}{THIN}%"
    if answer.first_stays >= 0.995:
        return f"{safe(first['label'])} stays first whatever the weights within {varied}"
    return (f"{safe(first['label'])} is first in {percent(answer.first_stays)} of other sets of weights "
            f"({varied})")


def _measured(answer, drawn):
    many = len(answer.table)
    which = f"The first {drawn} of {counted(many, 'row')}" if many > drawn else counted(many, "row")
    return (f"Dots: rank by {safe(answer.score)}. Bands: {level_text(answer.level)} of the ranks in {answer.draws} "
            f"sets of weights. {which}.")


def _text(row):
    low, high = row["rank_low"], row["rank_high"]
    return f"{row['rank']}" if low == high else f"{row['rank']} ({low} to {high})"
