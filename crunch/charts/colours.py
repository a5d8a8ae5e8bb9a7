"""The colours of every chart: on a white page, on a dark one, and with an accent of the user's own."""

from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

PAGE = "#ffffff"
INK, SOFT, LINE = "#222222", "#5f5f66", "#999999"
ACCENT = "#3f78e0"  # petroff6 blue, darkened until it keeps 4:1 on white
PALE = "#c9d8f7"  # the same, for areas that carry a line or a number
WORSE = "#b3430b"  # rust: what gets worse; told from ACCENT and SOFT in every colour blindness
TILE = "#f8e4d6"  # behind what gets worse, so that it stands out without colour as well
GRID = "#e4e4e7"
LABEL = "#444444"  # of axes
RING = "#8d8d94"  # round what can't be told
FAINT = "#a4a4ab"
TRACK, SHADE, BLUSH = "#e9e9ec", "#f3f3f5", "#faf1ea"  # areas and lines behind everything
# Fills of parts that stand side by side: at least 4.5:1 with the text on them, no two alike to the colour-blind.
PARTS = ("#3a6fd6", "#dd8a1a", "#7d2f6e", "#8f8f94")

NIGHT = {
    PAGE: "#17181c", INK: "#ececf0", SOFT: "#b4b4bc", LINE: "#85858e", ACCENT: "#7aa5f5", PALE: "#27427a",
    WORSE: "#f08c4e", TILE: "#4a2a17", GRID: "#33343b", LABEL: "#cfcfd6", RING: "#9a9aa2", FAINT: "#7f7f88",
    TRACK: "#303138", SHADE: "#26272c", BLUSH: "#2e221b",
    PARTS[0]: "#6b97ee", PARTS[1]: "#96570a", PARTS[2]: "#f3c4ea", PARTS[3]: "#63636a",
}


def palette(accent=None, dark=False):
    """From each colour of the house to the one that is drawn instead; empty when none is.

    Parameters
    ----------
    accent : str, optional
        A colour in place of the blue, as it is on white; on a dark page it is lightened until it can be seen.
    dark : bool

    Returns
    -------
    dict of (red, green, blue) to the same
    """
    table = dict(NIGHT) if dark else {}
    if accent is not None:
        page = table.get(PAGE, PAGE)
        table[ACCENT] = _seen(accent, page) if dark else accent
        table[PALE] = mixed(table[ACCENT], page, 0.3)
    return {to_rgb(old): to_rgb(new) for old, new in table.items()}


def contrast(one, other):
    """The contrast of two colours, from 1 to 21, by the Web Content Accessibility Guidelines.

    Parameters
    ----------
    one, other : colour

    Returns
    -------
    float

    Examples
    --------
    >>> round(contrast("black", "white"), 1)
    21.0
    """
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def mixed(colour, page, part):
    """A colour thinned with that of the page."""
    return to_hex([part * c + (1 - part) * p for c, p in zip(to_rgb(colour), to_rgb(page), strict=True)])


def recolour(artist, table):
    """Put an artist and all that it is made of into other colours.

    Parameters
    ----------
    artist : Figure, Axes or any other Artist
    table : dict
        From `palette`.
    """
    if not table:
        return
    new = Swap(table)
    for part in artist.findobj(include_self=True):
        _one(part, new)


class Halo(withStroke):
    """A line round letters in the colour of the page."""

    def __init__(self, colour=PAGE):
        self.colour = colour
        super().__init__(linewidth=2.5, foreground=colour)


class Swap:
    """A colour's stand-in by a palette; transparency stays as it is."""

    def __init__(self, table):
        self.table = table

    def __call__(self, colour):
        if isinstance(colour, str) and colour in ("none", "auto"):
            return colour
        red, green, blue, alpha = to_rgba(colour)
        return (*self.table.get((red, green, blue), (red, green, blue)), alpha)


def _one(part, new):
    """The colours of one artist."""
    if isinstance(part, Figure | Axes):
        part.set_facecolor(new(part.get_facecolor()))
    if isinstance(part, Axes):
        # Ticks that do not exist yet are made when the chart is drawn.
        for axis in (part.xaxis, part.yaxis):
            kept = axis.get_tick_params()
            axis.set_tick_params(**{name: new(kept[name]) for name in ("color", "labelcolor", "grid_color")
                                    if name in kept})
    elif isinstance(part, Text):
        part.set_color(new(part.get_color()))
        for patch in filter(None, (part.get_bbox_patch(), getattr(part, "arrow_patch", None))):
            _one(patch, new)
    elif isinstance(part, Line2D):
        part.set_color(new(part.get_color()))
        part.set_markerfacecolor(new(part.get_markerfacecolor()))
        part.set_markeredgecolor(new(part.get_markeredgecolor()))
    elif isinstance(part, Patch):
        part.set_facecolor(new(part.get_facecolor()))
        part.set_edgecolor(new(part.get_edgecolor()))
    elif isinstance(part, Collection):
        part.set_facecolor([new(colour) for colour in part.get_facecolor()])
        part.set_edgecolor([new(colour) for colour in part.get_edgecolor()])
    if part.get_path_effects():
        part.set_path_effects([Halo(new(effect.colour)) if isinstance(effect, Halo) else effect
                               for effect in part.get_path_effects()])


def _seen(colour, page):
    """A colour thinned with white until it keeps 4.5:1 on a page."""
    for part in range(100, 0, -2):
        light = mixed(colour, PAGE, part / 100)
        if contrast(light, page) >= 4.5:
            return light
    return PAGE


def _luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
