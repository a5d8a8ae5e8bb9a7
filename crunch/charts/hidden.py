"""The hidden score behind the shown one, over time."""

import numpy as np
import pandas as pd

from crunch.charts.colours import ACCENT, INK, PALE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.ticks import number_axis, tick_texts, time_axis
from crunch.charts.words import fitted
from crunch.digits import distance
from crunch.errors import InputError, counted
from crunch.wording import level_text, number, on_grid, places

MOST = 60  # periods that can still be told apart


@in_house_style
def hidden(answer, *, ax=None):
    """Draw where the hidden score was while the shown one stood on its steps.

    Parameters
    ----------
    answer : Stuck
        From `crunch.stuck` on a study with time.
    ax : matplotlib Axes, optional
        A new figure without.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        When there is only one row.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.hidden(crunch.stuck(study("stuck_at_55")))
    >>> ax.get_ylabel()
    'klout'
    """
    if len(answer.path) < 2:
        raise InputError("A path takes at least two rows in order of time, but this answer is about one row. "
                         "Ask about a Study with time=.")
    path = answer.path.tail(int(np.clip(3 * answer.stands, 12, MOST)))
    threshold = answer.hidden + answer.to_target
    target, here = on_grid(answer.target, answer.step), f"hidden\n{_hidden_text(answer)}"
    begins = f"{target} begins\nat {distance(threshold, answer.step)}"
    low = min(path["low"].min(), path["hidden"].min()) - 0.1 * answer.step
    high = max(path["high"].max(), threshold) + 0.35 * answer.step
    left, right = 0.5 + widest(tick_texts(low, high)), 0.25 + widest([begins, here], 10)
    frame = Frame(left=left, right=right, bottom=0.5, least=0.55)
    ax = axes_for(ax, frame, title(answer), _measured(answer))
    time = path["time"]
    edges = _edges(time)
    ax.stairs(path["high"], edges, baseline=path["low"], fill=True, color=PALE, alpha=0.75, lw=0)
    ax.stairs(path["shown"], edges, baseline=None, color=SOFT, lw=1.2)
    if not answer.exact:
        ax.fill_between(time, path["hidden_low"], path["hidden_high"], color=ACCENT, alpha=0.28, lw=0)
    ax.plot(time, path["hidden"], color=ACCENT, lw=2)
    ax.axhline(threshold, color=INK, lw=1, ls=(0, (4, 3)))
    _beside(ax, threshold, begins, INK)
    _beside(ax, _apart(answer, threshold, path), here, ACCENT)
    ax.set_ylabel(fitted(answer.score, ax.get_window_extent().height / ax.figure.dpi), parse_math=False)
    ax.margins(x=0)
    ax.set_ylim(low, high)
    number_axis(ax.yaxis)
    ax.grid(False, axis="x")
    time_axis(ax.xaxis, time)
    told = [here.replace("\n", " "), begins.replace("\n", " ")]
    describe(ax, f"Line chart of the hidden {answer.score} behind the shown one", told, answer.sentence, path)
    return ax


def title(answer):
    """How far the hidden score is from the target."""
    target = on_grid(answer.target, answer.step)
    if answer.exact:
        return f"{distance(answer.to_target, answer.step)} points are missing to {target}"
    digits = places(answer.step) - 1
    low, high = number(answer.to_target_low, digits), number(answer.to_target_high, digits)
    return f"Between {low} and {high} points are missing to {target}"


def _measured(answer):
    said = (f"Steps: {answer.score} as shown, each {answer.period}; pale: what is shown as that. ")
    if answer.exact:
        return f"{said}Line: the hidden score, by the formula."
    edge = answer.path["low"] + (1 - answer.level) / 2 * answer.step
    if np.allclose(answer.path["hidden_low"], edge, rtol=0, atol=1e-6 * answer.step):
        return f"{said}Nothing here says where in the pale band the hidden score was."
    return (f"{said}Line: the hidden score by what the levers and the past say, with {level_text(answer.level)} "
            f"intervals. {counted(len(answer.path), answer.period)}.")


def _hidden_text(answer):
    if answer.exact:
        return distance(answer.hidden, answer.step)
    return f"about {number(answer.hidden, places(answer.step) - 1)}"


def _beside(ax, height, text, colour):
    ax.annotate(text, (1, height), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
                ha="left", fontsize=10, color=colour, annotation_clip=False, linespacing=1.15)


def _apart(answer, threshold, path):
    """Where the label of the hidden score stands: at its end, but clear of the label of the threshold."""
    tall = np.ptp([path["low"].min(), path["high"].max(), threshold]) or 1
    return min(answer.hidden, threshold - 0.17 * tall)


def _edges(time):
    """Where each period begins and ends, so that its step is centred on it."""
    if pd.api.types.is_datetime64_any_dtype(time):
        half = time.diff().median() / 2
        return pd.concat([time - half, time.tail(1) + half]).to_numpy()
    values = time.to_numpy(dtype=float)
    half = np.median(np.diff(values)) / 2
    return np.append(values - half, values[-1] + half)
