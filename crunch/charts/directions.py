"""What charts of side effects share: good, bad, open and unsure told apart by colour and by shape; a key of marks."""

import numpy as np
from matplotlib.transforms import ScaledTranslation

from crunch.charts.colours import ACCENT, INK, PAGE, RING, SOFT, WORSE

GOOD, BAD, UNSURE, IDLE = "better", "worse", "can't tell", "too small to matter"
OPEN = "nobody said which way is better"
COLOURS = {GOOD: ACCENT, BAD: WORSE, OPEN: SOFT, UNSURE: SOFT, IDLE: SOFT}
HOLLOW = {"marker": "o", "mfc": PAGE, "mec": RING, "mew": 1.2}


def direction(change, better, sure):
    """Which of the kinds a change is.

    Parameters
    ----------
    change : float
    better : {"more", "less", None, ""}
    sure : bool
        Whether its sign is known.

    Returns
    -------
    str
    """
    if not sure or np.isnan(change):
        return UNSURE
    if not better:
        return OPEN
    return GOOD if (change > 0) == (better == "more") else BAD


def key(ax, entries, left, below, most):
    """Marks with words beneath a chart, wrapped where the line is full.

    Parameters
    ----------
    ax : Axes
    entries : list of (marks, words)
        Styles of what is drawn at one spot, and what it means.
    left, below, most : float
        Where the key starts beside and beneath the lower left corner of the axes, and its width, in points.
    """
    figure, x, y = ax.figure, 0.0, -below
    for marks, words in entries:
        label = ax.text(0, 0, words, transform=beside(ax, ax.transAxes, left + x + 15, y), ha="left", va="center",
                        fontsize=9.5, color=INK, parse_math=False)
        width = label.get_window_extent().width * 72 / figure.dpi + 30
        if x and x + width - 15 > most:
            x, y = 0.0, y - 16
            label.set_transform(beside(ax, ax.transAxes, left + 15, y))
        for style in marks:
            ax.plot(0, 0, ls="none", transform=beside(ax, ax.transAxes, left + x + 6, y), clip_on=False, **style)
        x += width


def beside(ax, transform, x, y):
    """The transform, so many points to the right and up."""
    return transform + ScaledTranslation(x / 72, y / 72, ax.figure.dpi_scale_trans)
