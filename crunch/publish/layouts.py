"""A chart laid out anew on a page of given size: the largest letters with which all of it fits."""

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from crunch.charts.fonts import lettered
from crunch.charts.picture import move_to
from crunch.charts.sheet import NoRoomError, Sheet, on
from crunch.checks import several
from crunch.errors import InputError, listing


@dataclass(frozen=True)
class Size:
    """A page in pixels.

    Attributes
    ----------
    width : int
    height : int or None
        None for as high as the chart needs.
    inches : tuple of float
        Widths to lay a chart out on: fewer inches make larger letters.
    about : str
    """

    width: int
    height: int | None
    inches: tuple
    about: str


SIZES = {
    "blog": Size(800, None, (8.0,), "in a text"),
    "card": Size(1200, 630, (6.4, 6.8, 7.2, 7.6, 8.0, 8.4), "Open Graph card"),
    "square": Size(1080, 1080, (4.6, 5.0, 5.4, 5.8, 6.2, 6.6, 7.0, 7.4, 8.0), "square post"),
}
_ROWS = (None, 15, 12, 10, 8, 7, 6, 5, 4, 3)  # what is left out before letters grow too small to read
_LAST = (9.0, 9.6, 10.4)  # inches, when three rows did not fit
_EDGE = 0.04  # inches of the page that no text enters
_SLIVER = 2  # pixels by which boxes of letters may overlap


def sizes(names):
    """The sizes of these names, in the order given.

    Raises
    ------
    InputError
        When there is no such size.
    """
    names = [str(name).lower() for name in several(names)]
    unknown = [name for name in names if name not in SIZES]
    if unknown or not names:
        raise InputError(f"A chart is laid out as {listing(SIZES)}, but {listing(unknown) if unknown else 'no size'} "
                         "was asked for. Choose at least one of these.")
    return {name: SIZES[name] for name in names}


def laid_out(draw, name, **foot):
    """A chart on a page of that name, drawn anew: in the largest letters that fit.

    Where nothing fits, not even the most important rows, the chart stands whole in the middle of the page,
    in letters as small as that takes (`cramped`).

    Parameters
    ----------
    draw : callable
        Draws the chart on the sheet of that moment; returns its axes or its figure.
    name : str
        Of a size.
    **foot
        What is said at its foot, as `Sheet` takes it: source, note, byline, logo.

    Returns
    -------
    Figure
    float
        Pixels an inch.
    """
    size = SIZES[name]
    if size.height is None:
        figure = _drawn(draw, Sheet(size.inches[0], **foot))
        return figure, size.width / figure.get_figwidth()
    # Rather small letters than fewer than three rows.
    for most, inches in [*product(_ROWS, size.inches), *product((5, 3), _LAST), *product((2, 1), size.inches + _LAST)]:
        try:
            figure = _drawn(draw, Sheet(inches, inches * size.height / size.width, most=most, **foot))
        except NoRoomError:
            continue
        if fits(figure):
            return figure, size.width / inches
    return _whole(_drawn(draw, Sheet(**foot)), size)


def cramped(figure):
    """Whether a chart stands on a page in letters that are hard to read, for want of room."""
    return figure.get_figwidth() > _LAST[-1]


@contextmanager
def resized(figure, name):
    """A figure that somebody made, on a page of that name inside a with block; it is as it was after it.

    Where the figure has a grid, its axes fill the page; where axes stand in places of their own, they keep them,
    with room around them.

    Parameters
    ----------
    figure : Figure
    name : str

    Yields
    ------
    Figure
    float
        Pixels an inch.
    """
    size = SIZES[name]
    with _unchanged(figure):
        if size.height is not None and figure.axes and all(ax.get_subplotspec() for ax in figure.axes):
            figure.set_size_inches(_around(figure, size), forward=False)
            if figure.get_layout_engine() is None:
                figure.set_layout_engine("constrained")
        elif size.height is not None:
            _whole(figure, size)
        yield figure, size.width / figure.get_figwidth()


@contextmanager
def _unchanged(figure):
    """Whatever happens inside the with block, the layout of a figure is as before after it."""
    engine, inches = figure.get_layout_engine(), figure.get_size_inches().copy()
    places = [(ax, ax.get_position(original=True), ax.get_position(), ax.get_in_layout()) for ax in figure.axes]
    words = [(text, text.get_position()) for text in figure.texts]
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
        figure.set_size_inches(inches, forward=False)
        for ax, original, active, inside in places:
            ax.set_position(original, which="original")
            ax.set_position(active, which="active")
            ax.set_in_layout(inside)
        for text, place in words:
            text.set_position(place)


def _whole(figure, size):
    """A figure as it is, in the middle of a page around it."""
    (width, height), page = figure.get_size_inches(), _around(figure, size)
    move_to(figure, page, ((page[0] - width) / 2, (page[1] - height) / 2))
    return figure, size.width / page[0]


def _around(figure, size):
    """The smallest page of that shape which holds a figure, in inches."""
    width, height = figure.get_size_inches()
    wide = max(width, height * size.width / size.height)
    return wide, wide * size.height / size.width


def _drawn(draw, page):
    with on(page):
        made = draw()
    figure = made if isinstance(made, Figure) else made.figure
    plt.close(figure)  # a notebook would show it as well
    return figure


def fits(figure):
    """Whether every text of a figure lies on its page and none on another.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    bool
    """
    with lettered():
        FigureCanvasAgg(figure).draw()
        boxes = [text.get_window_extent() for text in _texts(figure)]
    edge, page = _EDGE * figure.dpi, figure.bbox
    if any(box.x0 < edge or box.y0 < edge or box.x1 > page.x1 - edge or box.y1 > page.y1 - edge for box in boxes):
        return False
    return not any(min(a.x1, b.x1) - max(a.x0, b.x0) > _SLIVER and min(a.y1, b.y1) - max(a.y0, b.y0) > _SLIVER
                   for k, a in enumerate(boxes) for b in boxes[:k])


def _texts(figure):
    """All texts that can be seen."""
    everything = list(figure.texts)
    for ax in figure.findobj(Axes):
        everything += [*ax.texts, ax.title]
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            low, high = sorted(axis.get_view_interval())
            ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            everything += [axis.label, *(tick.label1 for tick in ticks)]
    return [text for text in everything if text.get_visible() and text.get_text().strip()]
