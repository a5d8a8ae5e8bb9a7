"""A panel's picture as a figure of its own, which can be laid out on other pages."""

from crunch.charts import foot
from crunch.charts.colours import recolour
from crunch.charts.looks import chosen
from crunch.charts.picture import move_to
from crunch.charts.sheet import sheet
from crunch.charts.words import brief
from crunch.widgets.stage import Stage


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
    width = page.width if page.height else width
    below = foot.height(page, width)
    height = page.height or height + below
    stage = Stage(scene.draw, (width, height - below))
    stage.show(values)
    picture = stage.figure
    if below:
        _footed(picture, page, below)
    picture.sentence = scene.sentence(**values)
    picture.title = scene.title
    picture.alt = brief(scene.alt(**values), ())
    picture.description = scene.alt(**values)
    picture.data = scene.table(**values)
    return picture


def _footed(picture, page, below):
    """Room for the foot; all that is there moves up."""
    width, height = picture.get_size_inches()
    picture.set_layout_engine("none")
    move_to(picture, (width, height + below), (0, below))
    foot.draw(picture, page)
    recolour(picture, chosen().table)
