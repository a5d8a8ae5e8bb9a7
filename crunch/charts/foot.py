"""The foot of a chart: a note, the source of its numbers, who made it, a logo."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from crunch.charts.colours import SOFT
from crunch.charts.words import safe, wrapped

_SIZE, _LINE, _EDGE = 9, 0.17, 0.15  # points; inches of a line, and what it keeps from the edge of the page
_LOGO = 0.34  # inches, the height of a logo


def height(page, width):
    """Inches that the foot of a page takes; 0 where nothing is said there.

    Parameters
    ----------
    page : Sheet
    width : float
        Inches.

    Returns
    -------
    float
    """
    lines = _said(page, width).count("\n") + 1 if _words(page) else 0
    tall = max(_LINE * lines, _LOGO if page.logo else 0)
    return 0.12 + tall if tall else 0.0


def draw(figure: Figure, page):
    """Write the foot on a figure whose lower margin has room for it.

    Parameters
    ----------
    figure : Figure
    page : Sheet
    """
    width, tall = figure.get_size_inches()
    if _words(page):
        figure.text(_EDGE / width, 0.1 / tall, _said(page, width), fontsize=_SIZE, color=SOFT, va="bottom",
                    linespacing=1.3, parse_math=False)
    if page.logo:
        picture, wide = _logo(page.logo)
        ax: Axes = figure.add_axes([1 - (_EDGE + wide) / width, 0.1 / tall, wide / width, _LOGO / tall])
        ax.set_axis_off()
        ax.set_in_layout(False)
        ax.imshow(picture, aspect="auto", interpolation="antialiased")


def _words(page):
    """What is said, a line each."""
    last = [f"Source: {safe(page.source)}"] if page.source else []
    last += [f"Chart: {safe(page.byline)}"] if page.byline else []
    return [*([f"Note: {safe(page.note)}"] if page.note else []), *([". ".join(last)] if last else [])]


def _said(page, width):
    room = width - 2 * _EDGE - (_logo(page.logo)[1] + _EDGE if page.logo else 0)
    return "\n".join(wrapped(line, room, _SIZE) for line in _words(page))


def _logo(path):
    """A logo, and how wide it is at its height."""
    with Image.open(path) as image:
        picture = image.convert("RGBA")
    return picture, min(_LOGO * picture.width / picture.height, 2.0)
