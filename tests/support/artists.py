"""What tests of charts share: every text with its box, nothing cut or covered, colours as people see them."""

import warnings
from itertools import combinations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from crunch.charts.fonts import lettered

HOSTILE = [("one_word_that_never_ends_" * 4, "$x^2$ & <b>", "z"), ("Followers & friends $ per week", "größe $", " "),
           ("line\nbreak\x07", " ", "z")]


def texts(ax):
    """Every visible text of a chart with its box in pixels."""
    with lettered():
        if ax.figure.stale or not isinstance(ax.figure.canvas, FigureCanvasAgg):  # else all is in its place already
            FigureCanvasAgg(ax.figure).draw()
        return _texts(ax)


def _texts(ax):
    everything = []
    for a in (ax, *ax.child_axes):
        everything += [*a.texts, a.title]
        if a.axison:
            everything += [a.xaxis.label, *_ticks(a.xaxis), *_ticks(a.yaxis)]
    return [(t.get_text(), t.get_window_extent()) for t in everything if t.get_visible() and t.get_text().strip()]


def _ticks(axis):
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high and tick.label1.get_visible()]


def inside(ax):
    """Assert that every text lies on the figure and that no two overlap by more than a sliver."""
    page = ax.figure.bbox
    boxes = texts(ax)
    for text, box in boxes:
        assert box.x0 >= page.x0 - 1, f"{text!r} is cut on the left"
        assert box.x1 <= page.x1 + 1, f"{text!r} is cut on the right"
        assert box.y0 >= page.y0 - 1, f"{text!r} is cut below"
        assert box.y1 <= page.y1 + 1, f"{text!r} is cut above"
    for i, (one, a) in enumerate(boxes):
        for other, b in boxes[:i]:
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert wide <= 2 or high <= 2, f"{one!r} and {other!r} overlap"


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other="white"):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def _colorspacious():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own escapes warn when it is first compiled
        import colorspacious
    return colorspacious


def lab(colour):
    """Lightness and the two hues of a colour, CIE 1976."""
    return _colorspacious().cspace_convert(to_rgb(colour), "sRGB1", "CIELab")


def distances(colours):
    """Distance in CAM02-UCS of any two colours, colour blindness simulated by colorspacious, shape (3 kinds, pairs)."""
    cspace_convert, deltaE = _colorspacious().cspace_convert, _colorspacious().deltaE
    out = []
    for kind in ("deuteranomaly", "protanomaly", "tritanomaly"):
        space = {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}
        seen = [np.clip(cspace_convert(to_rgb(c), space, "sRGB1"), 0, 1) for c in colours]
        out.append([deltaE(one, other, input_space="sRGB1") for one, other in combinations(seen, 2)])
    return np.array(out)
