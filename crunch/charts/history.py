"""What happened: the score and some other columns of a diary, one strip each."""

import numpy as np

from crunch.charts.colours import ACCENT, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.ticks import time_axis
from crunch.charts.words import safe
from crunch.checks import columns, names
from crunch.digits import shown
from crunch.errors import InputError, counted
from crunch.wording import apart

_APART = 0.15  # inches between names and numbers


@in_house_style
def history(study, others=(), *, ax=None):
    """Draw a diary's score over time, and under it other columns on the same time.

    Parameters
    ----------
    study : Study
        A diary.
    others : names of further columns of the study, one strip each
    ax : matplotlib Axes, optional
        Its area is divided among the strips.

    Returns
    -------
    matplotlib Axes
        The one that carries the title; the strips are its child axes.

    Raises
    ------
    InputError
        When the study is not a diary or lacks a column.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.history(study("stuck_at_55"), ["followers"])
    >>> ax.get_title()
    'klout has stood at 55 for 22 weeks'
    """
    if study.kind != "diary":
        raise InputError(f"A history needs one row a period, but this study holds {study.kind}. "
                         "Take the rows of one unit and name time=.")
    drawn = (study.score, *columns(names(others, "others"), study.frame.columns, "others"))
    numbers = widest([text for name in drawn for text in _ends(study.frame[name])])
    left = 0.3 + _APART + numbers + widest([safe(name, 16) for name in drawn], weight="bold")
    frame = Frame(left=left, right=0.3 + numbers, bottom=0.5, height=1.6 + 0.95 * (len(drawn) - 1), least=0.6)
    ax = axes_for(ax, frame, title(study), f"{', '.join(map(str, drawn))}, one point a {study.timeline.name}.")
    ax.set_axis_off()
    heights = np.array([1.6, *[0.75] * (len(drawn) - 1)])
    gap = 0.2
    heights /= heights.sum() + gap * (len(drawn) - 1)
    top = 1.0
    for name, height in zip(drawn, heights, strict=True):
        strip = ax.inset_axes([0, top - height, 1, height])
        _strip(strip, study, name, numbers, last=name == drawn[-1])
        top -= height + gap * heights[-1] / 0.75
    told = [f"{name}: last {last}, {least} to {most}" for name, (least, most, last) in
            ((name, _ends(study.frame[name])) for name in drawn)]
    describe(ax, "Line charts over time" if others else "Line chart over time", told,
             data=study.frame[[study.time, *drawn]])
    return ax


def title(study):
    """How long the score has stood where it is."""
    values = study.frame[study.score].to_numpy()
    same = len(values) - 1 - np.flatnonzero(values != values[-1]).max(initial=-1)
    if same < 2:
        return f"{study.score}, {counted(len(values), study.timeline.name)}"
    return f"{study.score} has stood at {shown(values[-1], study.step)} for {counted(int(same), study.timeline.name)}"


def _ends(y):
    """The least, the most and the last of a column as texts."""
    return apart([float(y.min()), float(y.max()), float(y.iloc[-1])])


def _strip(ax, study, name, numbers, last):
    """One column over time, its name left of numbers so many inches wide, its last value on the right."""
    x, y = study.frame[study.time], study.frame[name]
    is_score = name == study.score
    ax.plot(x, y, color=ACCENT if is_score else SOFT, lw=2 if is_score else 1.4,
            drawstyle="steps-mid" if is_score and study.step else "default")
    ax.annotate(safe(name, 16), (0, 0.5), (-72 * (_APART + 0.1 + numbers), 0), xycoords="axes fraction",
                textcoords="offset points", ha="right", va="center", weight="bold" if is_score else "normal",
                parse_math=False)
    least, most, latest = _ends(y)
    ax.annotate(latest, (1, y.iloc[-1]), (6, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", va="center", weight="bold" if is_score else "normal")
    ax.set_yticks([y.min(), y.max()], [least, most])
    ax.margins(x=0)
    ax.tick_params(labelbottom=last, bottom=last)
    ax.spines["bottom"].set_visible(last)
    time_axis(ax.xaxis, x)
