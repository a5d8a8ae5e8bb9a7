"""What every chart shares: the style as a context, a figure of its own, title, subtitle and source, what it shows."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from importlib.resources import as_file, files

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text

from crunch.charts import foot, looks
from crunch.charts.colours import SOFT, Swap, recolour
from crunch.charts.fonts import covering, lacking, lettered
from crunch.charts.picture import Picture
from crunch.charts.sheet import NoRoomError, sheet
from crunch.charts.words import brief, one_line, safe, sentences, wrapped
from crunch.errors import counted

_EDGE = 0.15  # inches that text keeps from the edge of the page
_NARROWEST = 2.4  # inches of axes that can still be read
_STRETCH = 3.0  # times its height that a chart may be drawn out to fill a page


@contextmanager
def house_style():
    """The look of crunch, inside a with block; nothing outside it changes."""
    with as_file(files("crunch.charts").joinpath("crunch.mplstyle")) as path, plt.style.context(str(path)):
        mpl.rcParams["font.family"] = list(looks.chosen().families)
        try:
            yield
        finally:
            interactive = mpl.is_interactive()
    # The first figure of a session loads the backend, and a notebook's backend switches interactive
    # mode on. The context would undo that, and no later chart would show.
    mpl.interactive(interactive)


def in_house_style(chart):
    """Draw a chart in the look of crunch, with letters of any script, and remember how, for other pages."""
    @wraps(chart)
    def drawn(*args, ax=None, **kwargs):
        with house_style(), lettered():
            made = chart(*args, ax=ax, **kwargs)
            helping = covering(lost(made.figure))
            if helping:
                mpl.rcParams["font.family"] = [*mpl.rcParams["font.family"], *helping]
                if ax is None:
                    plt.close(made.figure)
                    made = chart(*args, ax=None, **kwargs)
            finish(made.figure if ax is None else made)
        if ax is None:
            made.figure.again, made.figure.look = partial(drawn, *args, **kwargs), looks.chosen()
        return made
    return drawn


def finish(drawing):
    """Make a drawing keep the style that is in use, wherever it is drawn later.

    Parameters
    ----------
    drawing : Figure or Axes
    """
    families = mpl.rcParams["font.family"]
    for ax in drawing.findobj(Axes):
        for part in ax.child_axes:  # whose area would cover what stands outside the axes beside it
            part.patch.set_visible(False)
        for name in "xy":  # ticks are made when they are drawn, by the settings of that moment
            ax.tick_params(axis=name, which="both", color=mpl.rcParams[f"{name}tick.color"],
                           labelsize=mpl.rcParams["font.size"], labelcolor=mpl.rcParams[f"{name}tick.labelcolor"],
                           labelfontfamily=families, grid_color=mpl.rcParams["grid.color"],
                           grid_linewidth=mpl.rcParams["grid.linewidth"])
    for text in drawing.findobj(Text):
        text.set_fontfamily(families)
    colours, figure = looks.chosen().table, drawing.figure
    recolour(drawing, colours)
    if colours:  # titles and labels stand on the page, also when it is somebody else's
        figure.set_facecolor(Swap(colours)(figure.get_facecolor()))
    if isinstance(figure, Picture):
        figure.missing = "".join(sorted(lost(figure)))


def lost(figure):
    """Letters of a figure that no font in use has.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    frozenset of str
    """
    said = "".join(text.get_text() for text in figure.findobj(Text))
    return lacking(said, mpl.rcParams["font.family"])


@dataclass(frozen=True)
class Frame:
    """Room around the axes of a new figure, in inches; a chart's parts beside the axes live in it.

    Attributes
    ----------
    least : float
        Part of the height to which the axes may be pressed together on a small page.
    """

    left: float = 1.0
    right: float = 0.3
    bottom: float = 0.65
    height: float = 3.0
    width: float = field(default_factory=lambda: sheet().width)
    least: float = 0.8

    @property
    def inside(self):
        """Width of the axes in inches."""
        return self.width - self.left - self.right


def axes_for(ax, frame, title, subtitle, rows=None):
    """The axes given, or those of a new figure, under their title and subtitle.

    Parameters
    ----------
    ax : Axes or None
    frame : Frame
        Size and margins of a new figure, whose text starts at its left edge.
    title, subtitle : str
        The finding, and what is measured.
    rows : (int, int, str), optional
        How many rows are drawn, of how many, and what they are: the subtitle says when they are not all.

    Returns
    -------
    Axes

    Raises
    ------
    NoRoomError
        When a page of a given height is too small.
    """
    own = ax is None
    title, subtitle = safe(title), safe(subtitle)
    if rows is not None and rows[0] < rows[1]:
        subtitle = f"{subtitle} Drawn: {rows[0]} of {counted(rows[1], rows[2])}."
    width = frame.width if own else ax.get_window_extent().width / ax.figure.dpi
    head = wrapped(title, width - 2 * _EDGE if own else width, 14, "bold")
    below = wrapped(subtitle, width - 2 * _EDGE if own else width, 10)
    lines = 1 + below.count("\n")
    if own:
        ax = _new(frame, 0.3 + 0.2 * lines + 0.25 * (1 + head.count("\n")))
    left = (_EDGE - frame.left) / frame.inside if own else 0
    ax.annotate(below, (left, 1), (0, 9), xycoords="axes fraction", textcoords="offset points", va="bottom",
                ha="left", color=SOFT, fontsize=10, linespacing=1.35, parse_math=False, annotation_clip=False)
    ax.set_title(head, x=left, pad=13 + 14 * lines, ha="left", parse_math=False, linespacing=1.2)
    if isinstance(ax.figure, Picture):
        ax.figure.title, ax.figure.measured = title, subtitle
    describe(ax, "Chart", ())
    return ax


def _new(frame, above):
    """Axes on a new figure that fills the sheet, where that has a height, with its foot."""
    page = sheet()
    below = foot.height(page, frame.width)
    height, total = frame.height, page.height or above + frame.height + frame.bottom + below
    if page.height is not None:
        free = page.height - above - frame.bottom - below
        if free < frame.least * height or frame.inside < _NARROWEST:
            raise NoRoomError
        height = min(free, _STRETCH * height)
    figure = plt.figure(FigureClass=Picture, figsize=(frame.width, total))
    ax = figure.add_axes([frame.left / frame.width, 1 - (above + height) / total, frame.inside / frame.width,
                          height / total])
    foot.draw(figure, page)
    return ax


def describe(ax, kind, numbers, sentence="", data=None):
    """Say what the picture shows that the axes stand in, when it is one of ours.

    Parameters
    ----------
    ax : Axes
        From `axes_for`.
    kind : str
        What kind of chart it is, and of what.
    numbers : sequence of str
        What is drawn, row by row, the most important first.
    sentence : str
        The finding at length.
    data : DataFrame, optional
        What is drawn, as a tidy table.
    """
    picture = ax.figure
    if not isinstance(picture, Picture):
        return
    numbers = [one_line(number) for number in numbers]
    picture.alt = brief(f"{kind}: {picture.title}", numbers)
    picture.sentence = sentence
    picture.description = sentences(f"{kind}: {picture.title}", picture.measured, sentence, "; ".join(numbers))
    if data is not None:
        picture.data = data
