"""The chart of shares: how large each is, how sure that is, and which may be the largest."""

import numpy as np

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, PALE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import room
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe
from crunch.effects.words import variation_of
from crunch.errors import counted
from crunch.questions.importance.standing import AHEAD
from crunch.questions.importance.words import IDENTITY, NO_PARTS, amount
from crunch.wording import level_text, number, percent
from crunch.wording import places as decimals

MOST = 15  # rows that can still be read together
_WHOLE = "the variation of OUTCOME"
_MEASURED = {
    "lmg": f"LMG (Shapley) shares of {_WHOLE}",
    "permutation": f"Shapley shares of {_WHOLE}, estimated from random orders of entry",
    "first": f"Part of {_WHOLE} that goes with each lever alone",
    "last": f"Part of {_WHOLE} that each lever adds to all the others",
    "betasq": "Squared standardised coefficients, which are no parts of a whole",
    "pratt": f"Pratt shares of {_WHOLE}",
    "relative_weights": f"Relative weights of the levers, as shares of {_WHOLE}",
    "car": f"CAR shares of {_WHOLE}",
}
_NOUN = {"first": "part", "last": "part", "betasq": "coefficient"}  # of all others: share
_LEADS = {"first": "alone goes with the most of OUTCOME", "last": "adds the most to all the others",
          "betasq": "has the largest squared coefficient"}


@in_house_style
def importance(answer, *, ax=None):
    """Draw the shares of an outcome's variation, largest first, with intervals and possible ranks.

    Parameters
    ----------
    answer : Importance
        From `crunch.importance`; with draws, every share has an interval and possible ranks.
    ax : matplotlib Axes, optional
        Labels go to the left of them, numbers to the right. A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch", "income"]]
    >>> ax = crunch.charts.importance(crunch.importance(schools, "test_score", draws=100))
    >>> " ".join(ax.get_title().split())
    'free_lunch has the largest share of test_score, 39 %'
    """
    rows = answer.table.head(room(MOST)).to_dict("records")
    known = bool(answer.table["share_low"].notna().all())
    labels, texts, ranked = [safe(row["lever"], 24) for row in rows], sizes(answer, rows), [*map(possible, rows)]
    left = 0.3 + widest(labels)
    column, last = (0.25 + widest(words, 10, "bold") for words in (texts, ranked))
    pitch = 0.36 + 0.17 * max(label.count("\n") for label in labels)
    ax = axes_for(ax, Frame(left=left, right=column + last * known, height=max(pitch * len(rows), 1)), title(answer),
                  _measured(answer, known, len(rows)))
    ax.axvline(0, color=LINE, lw=1)
    places, first = np.arange(len(rows))[::-1], leaders(answer)
    for place, row, text, rank in zip(places, rows, texts, ranked, strict=True):
        strong = {"color": INK, "weight": "bold"} if row["lever"] in first else {"color": SOFT}
        if known:
            _interval(ax, place, row, row["lever"] in first)
            _beside(ax, 1, place, 0.15, text, transform=ax.get_yaxis_transform(), **strong)
            _beside(ax, 1, place, 0.05 + column, rank, transform=ax.get_yaxis_transform(), **strong)
        else:
            ax.barh(place, row["share"], height=0.6, color=ACCENT if row["lever"] in first else PALE)
            _beside(ax, max(row["share"], 0), place, 0.08, text, transform=ax.transData, **strong)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    _scale(ax, answer)
    told = [" ".join([f"{row['lever']} {text}", *([f"({rank})"] if rank else [])])
            for row, text, rank in zip(rows, texts, ranked, strict=True)]
    whole = variation_of(answer.divided, answer.outcome)
    describe(ax, f"{'Dot' if known else 'Bar'} chart of shares of the {whole}", told,
             answer.sentence, answer.table)
    return ax


def leaders(answer):
    """The levers that may be the largest: the first and all that it is not surely ahead of, or all if noise may do."""
    top, pairs = answer.table["lever"].iloc[0], answer.pairs
    if answer.doubt or answer.p_value >= 1 - answer.level:
        return answer.table["lever"].tolist()
    if pairs.empty:
        return [top]
    return [top, *pairs.loc[(pairs["lever"] == top) & (pairs["verdict"] != AHEAD), "other"]]


def sizes(answer, rows):
    """The shares of some rows with their intervals; no percentages where they are no parts of a whole."""
    if np.isnan(rows[0]["share_low"]):
        return [amount(answer.method, row["share"]) for row in rows]
    if answer.method not in NO_PARTS:
        return [percent(row["share"], row["share_low"], row["share_high"]) for row in rows]
    digits = decimals(max(row["share_high"] - row["share_low"] for row in rows))
    return ["{} ({} to {})".format(*(number(row[part], digits) for part in ("share", "share_low", "share_high")))
            for row in rows]


def possible(row):
    """The ranks that a lever may have, in words."""
    low, high = row["rank_low"], row["rank_high"]
    if np.isnan(low):
        return ""
    return f"rank {low:.0f}" if low == high else f"rank {low:.0f} to {high:.0f}"


def title(answer):
    """Which lever is the largest, or which may be.

    Parameters
    ----------
    answer : Importance

    Returns
    -------
    str
    """
    first, rows = [safe(name) for name in leaders(answer)], answer.table.head(MOST).to_dict("records")
    if answer.explained >= IDENTITY:
        return f"{answer.outcome} is computed from its levers"
    if answer.doubt:
        what = f"Whether {first[0]} goes with" if len(first) == 1 else "Which lever comes first in"
        return f"{what} {answer.outcome} can't be told: {answer.doubt}"
    noun = _NOUN.get(answer.method, "share")
    if len(first) > 3:
        return f"Any of {len(first)} levers may have the largest {noun}"
    if len(first) > 1:
        which = f"{', '.join(first[:-1])} or {first[-1]}"
        return f"{which}: it can't be told which is {'larger' if len(first) == 2 else 'the largest'}"
    size = f"{'' if answer.exact else 'about '}{sizes(answer, rows)[0].split(' (')[0]}"
    if len(rows) == 1 and noun != "coefficient":
        return f"{first[0]} goes with {size} of the {variation_of(answer.divided, answer.outcome)}"
    whole = str(answer.outcome) if answer.divided == "variation" else f"what is left open of {answer.outcome}"
    leads = _LEADS.get(answer.method, "has the largest share of OUTCOME").replace("OUTCOME", whole)
    return f"{'In these rows ' if answer.pairs.empty else ''}{first[0]} {leads}, {size}"


def _measured(answer, known, drawn):
    """What is drawn, what the marks mean, and what is left out."""
    said = _MEASURED[answer.method].replace("variation of OUTCOME", variation_of(answer.divided, answer.outcome))
    first, count = leaders(answer), len(answer.table)
    if answer.context_share > 0:
        said += f", beyond the {percent(answer.context_share)} of what is held constant"
    said += f", with {level_text(answer.level)} intervals. " if known else ". "
    if not known:
        said += "No intervals were asked for, so the order may be chance. "
    elif len(first) < count:
        said += "Filled: may be the largest. " if len(first) > 1 else ""
        said += f"Hollow: behind {first[0]} by more than chance. "
    if count > drawn:
        most = amount(answer.method, answer.table["share"].iloc[drawn])
        said += f"The {drawn} largest of {count} levers; the others have at most {most} each. "
    return f"{said}{counted(answer.rows, 'row')}."


def _interval(ax, place, row, leads):
    """A share as a dot on its interval: filled when it may be the largest."""
    colour = ACCENT if leads else SOFT
    ax.plot([row["share_low"], row["share_high"]], [place, place], color=colour, lw=2.4, solid_capstyle="butt")
    ax.plot([row["share"]], [place], "o", ms=8, mew=2, mec=colour, mfc=colour if leads else PAGE, clip_on=False)


def _beside(ax, x, place, inches, text, transform, **style):
    """A text so many inches to the right of a point."""
    ax.annotate(text, (x, place), (72 * inches, 0), xycoords=transform, textcoords="offset points", va="center",
                fontsize=10, annotation_clip=False, **style)


def _scale(ax, answer):
    """Percentages of the outcome's variation, or plain numbers."""
    number_axis(ax.xaxis, 5, percent=answer.method not in NO_PARTS)
    if answer.method in NO_PARTS:
        ax.set_xlabel("squared standardised coefficient")
        return
    noun = _NOUN.get(answer.method, "share")
    whole = f"the variation of {safe(answer.outcome, 40)}" if answer.divided == "variation" else "that variation"
    ax.set_xlabel(f"{noun} of {whole}", parse_math=False)
