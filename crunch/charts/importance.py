"""Shares of variation with their intervals and possible ranks."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from crunch.charts.house import ACCENT, INK, LINE, PALE, SOFT, Frame, axes_for, describe, in_house_style, safe
from crunch.errors import counted
from crunch.questions.importance_words import MEASURED
from crunch.questions.standing import AHEAD
from crunch.wording import THIN, level_text, number, percent

MOST = 15  # levers beyond which the smallest are left out of the picture
_RANK = 1.0  # inches right of the axes


@in_house_style
def importance(answer, *, ax=None):
    """Draw shares with intervals, and whom the first is really ahead of.

    Parameters
    ----------
    answer : Importance
        From `crunch.importance`.
    ax : matplotlib Axes, optional
        A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch"]]
    >>> ax = crunch.charts.importance(crunch.importance(schools, "test_score", draws=200))
    >>> ax.get_title().replace(chr(10), " ")
    'free_lunch has the largest share, ahead of the other'
    """
    table = answer.table[:MOST]
    known = bool(table["share_low"].notna().all())
    labels = [safe(name, 26) for name in table["lever"]]
    longest = max(len(line) for label in labels for line in label.split("\n"))
    frame = Frame(left=0.35 + 0.088 * longest, right=_RANK if known else 0.3, bottom=0.4,
                  height=0.5 * len(table) + 0.15)
    ax = axes_for(ax, frame, title(answer), _measured(answer))
    behind = _behind(answer)
    places = np.arange(len(table))[::-1]
    ax.axvline(0, color=LINE, lw=1)
    for place, row in zip(places, table.to_dict("records"), strict=True):
        colour = PALE if row["lever"] in behind or not known else ACCENT
        _one(ax, place, row, colour, known, answer)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ends = table[["share", "share_low", "share_high"]].to_numpy(dtype=float)
    ax.set_xlim(min(1.15 * np.nanmin(ends), 0), max(1.15 * np.nanmax(ends), 1e-9))  # room for the numbers
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    if _parts(answer):
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{number(100 * value, 0)}{THIN}%"))
    ax.grid(False, axis="y")
    describe(ax, f"Bar chart{' with intervals' if known else ''}: {title(answer)}. {answer.sentence}")
    return ax


def title(answer):
    """The finding: the largest share, and whether it is really the largest.

    Parameters
    ----------
    answer : Importance

    Returns
    -------
    str
    """
    first, others = safe(answer.table["lever"][0], 40), len(answer.table) - 1
    if not others:
        return f"{first} goes with {percent(answer.table['share'][0])} of the variation of {safe(answer.outcome, 40)}"
    lead = f"{first} has the largest {'share' if _parts(answer) else 'value'}"
    if answer.table["share_low"].isna().any():
        return lead
    ahead = len(_behind(answer))
    if ahead == others:
        return f"{lead}, ahead of {'the other' if others == 1 else f'all {others} others'}"
    if not ahead:
        return f"{lead}, but whether it comes first, these rows can't tell"
    return f"{lead}, surely ahead of {ahead} of {others} others"


def _behind(answer):
    """The levers that the first is really ahead of."""
    pairs = answer.pairs
    mine = pairs[(pairs["lever"] == answer.table["lever"][0]) & (pairs["verdict"] == AHEAD)]
    return set(mine["other"])


def _parts(answer):
    """Whether values are parts of the variation, to be read in per cent."""
    return answer.method != "betasq"


def _measured(answer):
    about = ", estimated from random orders" if not answer.exact else ""
    rest = len(answer.table) - MOST
    more = f" The {MOST} largest of {len(answer.table)}." if rest > 0 else ""
    if answer.table["share_low"].isna().any():
        told = " No intervals were asked for."
    else:
        told = (f" Lines: {level_text(answer.level)} intervals. Dark: not surely behind the first. Right: the ranks "
                "that are possible.")
    return (f"{MEASURED[answer.method].replace('OUTCOME', str(answer.outcome))}{about}. {counted(answer.rows, 'row')}."
            f"{told}{more}")


def _one(ax, place, row, colour, known, answer):
    """One lever: bar, interval, number, possible ranks."""
    ax.barh(place, row["share"], height=0.5, color=colour)
    shown = percent(row["share"]) if _parts(answer) else number(row["share"], 2)
    end = row["share"]
    if known:
        ax.plot([row["share_low"], row["share_high"]], [place, place], color=INK, lw=1.4, solid_capstyle="butt")
        end = row["share_high"]
        low, high = int(row["rank_low"]), int(row["rank_high"])
        ranks = f"rank {low}" if low == high else f"rank {low} to {high}"
        ax.annotate(ranks, (1, place), (8, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", ha="left", fontsize=10, color=SOFT, annotation_clip=False)
    ax.annotate(shown, (max(end, 0), place), (5, 0), textcoords="offset points", va="center", ha="left", fontsize=10,
                color=INK, annotation_clip=False)
