"""A panel's picture as a figure of its own, which can be laid out on other pages."""

from crunch.charts.colours import SOFT, recolour
from crunch.charts.looks import chosen
from crunch.charts.picture import move_to
from crunch.charts.sheet import sheet
from crunch.charts.words import brief, safe, wrapped
from crunch.widgets.stage import Stage

_FOOT, _EDGE = 0.29, 0.15  # inches: a line for the source, and what it keeps from the edge


def still(scene, values):
    """What a panel shows as a picture.

    Parameters
    ----------
    scene : Scene
    values : dict
        Where the controls stand.

    Returns
    -------
    Picture
        With `again`, which lays it out on another sheet.
    """
    picture = _drawn(scene, values)
    picture.again = lambda: _drawn(scene, values)
    return picture


def _drawn(scene, values):
    page, (width, height) = sheet(), scene.size
    height = page.height or height + (_FOOT if page.source else 0)
    width = page.width if page.height else width
    foot = _FOOT if page.source else 0
    stage = Stage(scene.draw, (width, height - foot))
    stage.show(values)
    picture = stage.figure
    if foot:
        _footed(picture, page.source, foot)
    picture.sentence = scene.sentence(**values)
    picture.title = scene.title
    picture.alt = brief(scene.alt(**values), ())
    picture.description = scene.alt(**values)
    picture.data = scene.table(**values)
    return picture


def _footed(picture, source, foot):
    """Room for a line at the foot; all that is there moves up."""
    width, height = picture.get_size_inches()
    tall = height + foot
    picture.set_layout_engine("none")
    move_to(picture, (width, tall), (0, foot))
    text = picture.text(_EDGE / width, 0.1 / tall, wrapped(f"Source: {safe(source)}", width - 2 * _EDGE, 9),
                        fontsize=9, color=SOFT, va="bottom", parse_math=False)
    recolour(text, chosen().table)
