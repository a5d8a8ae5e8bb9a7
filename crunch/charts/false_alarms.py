"""The chart of false alarms: how often each method sees an effect where there is none."""

import numpy as np

from crunch.charts.colours import ACCENT, INK, PALE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.ticks import number_axis
from crunch.wording import THIN, number, percent


@in_house_style
def false_alarms(answer, *, ax=None):
    """Draw the share of false alarms of each method beside the share it claims.

    Parameters
    ----------
    answer : FalseAlarms
        From `crunch.false_alarms`.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> ax = crunch.charts.false_alarms(crunch.false_alarms(diaries=20))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['plain least squares', 'crunch.drivers']
    """
    table = answer.table
    worst = table.loc[table["alarms"].idxmax()]
    claimed = table["claimed"].iloc[0]
    ax = axes_for(ax, Frame(left=0.3 + widest(table["method"]), right=0.8, height=0.7 * len(table)),
                  f"Two unrelated series, and {worst['method']} sees an effect in {percent(worst['alarms'])} of pairs",
                  f"Share of pairs of {getattr(answer, 'pairs', 'unrelated series')} in which a method sees an effect, "
                  f"with its interval. "
                  f"The dashed line is the share it claims, {percent(claimed)}.")
    places = np.arange(len(table))[::-1]
    ax.axvline(claimed, color=INK, lw=1.2, ls=(0, (4, 3)))
    colours = [ACCENT if row == worst.name else PALE for row in table.index]
    ax.barh(places, table["alarms"], height=0.45, color=colours)
    for place, row in zip(places, table.to_dict("records"), strict=True):
        ax.plot([row["low"], row["high"]], [place, place], color=SOFT, lw=2)
        ax.annotate(f"{number(100 * row['alarms'], 0)}{THIN}%", (max(row["high"], claimed), place), (8, 0),
                    textcoords="offset points", va="center", weight="bold")
    ax.set_yticks(places, table["method"], parse_math=False)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_xlim(0, 1)
    number_axis(ax.xaxis, percent=True)
    told = [f"{row['method']}: {percent(row['alarms'], row['low'], row['high'])}" for row in table.to_dict("records")]
    describe(ax, "Bar chart of false alarms by method", told, answer.sentence, table)
    return ax
