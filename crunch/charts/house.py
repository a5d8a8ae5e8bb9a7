"""What every chart shares: the style as a context, safe text, title and subtitle, a figure of its own."""

import textwrap
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.resources import as_file, files

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter

from crunch.charts.picture import Picture
from crunch.wording import MINUS, THIN

INK, SOFT, LINE = "#222222", "#5f5f66", "#999999"
ACCENT = "#3f78e0"  # petroff6 blue, darkened until it keeps 4:1 on white
PALE = "#c9d8f7"  # the same, for areas that carry a line or a number
WORSE = "#b3430b"  # rust: what gets worse; told from ACCENT and SOFT in every colour blindness


@contextmanager
def house_style():
    """The look of crunch, inside a with block; nothing outside it changes."""
    with as_file(files("crunch.charts").joinpath("crunch.mplstyle")) as path, plt.style.context(str(path)):
        try:
            yield
        finally:
            interactive = mpl.is_interactive()
    # The first figure of a session loads the backend, and a notebook's backend switches interactive
    # mode on. The context would undo that, and no later chart would show.
    mpl.interactive(interactive)


def in_house_style(chart):
    """Draw a chart in the look of crunch."""
    @wraps(chart)
    def drawn(*args, **kwargs):
        with house_style():
            return chart(*args, **kwargs)
    return drawn


@dataclass(frozen=True)
class Frame:
    """Room around the axes of a new figure, in inches; a chart's parts beside the axes live in it."""

    left: float = 1.0
    right: float = 0.3
    bottom: float = 0.65
    height: float = 3.0
    width: float = 8.0

    @property
    def inside(self):
        """Width of the axes in inches."""
        return self.width - self.left - self.right


def axes_for(ax, frame, title, subtitle):
    """The axes given, or those of a new figure, under their title and subtitle.

    Parameters
    ----------
    ax : Axes or None
    frame : Frame
        Size and margins of a new figure, whose text starts at its left edge.
    title, subtitle : str
        The finding, and what is measured.

    Returns
    -------
    Axes
    """
    own = ax is None
    width = frame.width if own else ax.get_window_extent().width / ax.figure.dpi
    title = textwrap.fill(safe(title), max(int(width * 7.4), 12))
    subtitle = textwrap.fill(safe(subtitle), max(int(width * 10.8), 16))
    above = 0.3 + 0.2 * (1 + subtitle.count("\n")) + 0.25 * (1 + title.count("\n"))
    if own:
        total = above + frame.height + frame.bottom
        ax = plt.figure(FigureClass=Picture, figsize=(frame.width, total)).add_axes(
            [frame.left / frame.width, frame.bottom / total, frame.inside / frame.width, frame.height / total])
    left = (0.15 - frame.left) / frame.inside if own else 0
    lines = 1 + subtitle.count("\n")
    ax.annotate(subtitle, (left, 1), (0, 9), xycoords="axes fraction", textcoords="offset points", va="bottom",
                ha="left", color=SOFT, fontsize=10, linespacing=1.35, parse_math=False, annotation_clip=False)
    describe(ax, f"{title}. {subtitle}")
    ax.set_title(title, x=left, pad=13 + 14 * lines, ha="left", parse_math=False, linespacing=1.2)
    return ax


def describe(ax, text):
    """Give the picture the axes stand in its alternative text, when it is one of ours."""
    if isinstance(ax.figure, Picture):
        ax.figure.alt = text.replace("\n", " ")


def safe(text, width=None):
    """Text from a table as it may stand in a chart: one line, printable, wrapped when a width is given."""
    clean = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(text))
    # Only plain blanks are folded: a narrow no-break space holds a number to its unit.
    clean = " ".join(part for part in clean.split(" ") if part) or "(no name)"
    if width is None:
        return clean
    # Underscores join the words of a column name: a line may end after one.
    lines = textwrap.wrap(clean.replace("_", "_ "), width, max_lines=3, placeholder="…")
    return "\n".join(line.replace("_ ", "_") for line in lines)


def short(text, most):
    """Text from a table in one line of so many letters."""
    clean = safe(text)
    return clean if len(clean) <= most else f"{clean[:most - 1]}…"


def signed(value, _position=None):
    """A tick label with a true minus and an explicit plus."""
    text = f"{abs(value):.10g}"
    whole, dot, rest = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN) if whole.isdigit() else whole
    return (MINUS if value < 0 else "+" if value > 0 else "") + grouped + dot + rest


def signed_axis(axis):
    """Sign the numbers of an axis of differences."""
    axis.set_major_formatter(FuncFormatter(signed))


