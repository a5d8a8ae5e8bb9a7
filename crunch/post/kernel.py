"""What runs in the notebook's kernel: charts and panels hand over files for a post, besides what they show."""

from base64 import b64encode

from crunch.charts.picture import Picture
from crunch.publish.pictures import SHARP
from crunch.publish.render import About, rendered
from crunch.publish.subject import subject
from crunch.widgets.page import to_html
from crunch.widgets.panel import Panel

MIME = "application/vnd.crunch.chart+json"
_BELOW = 300  # CSS pixels of a page of sliders: all that stands below its picture


def hand_over(sliders=False):
    """From now on charts and panels of this kernel hand over files.

    Parameters
    ----------
    sliders : bool
        Whether panels come as pages with sliders that need no kernel.
    """
    cards = iter([True])  # the first chart stands for the post where it is shared

    def shown(picture):
        from IPython.display import display
        display({"text/html": picture.html(), MIME: _files(picture, next(cards, False))}, raw=True)

    plain = Panel._repr_mimebundle_

    def bundled(panel, **kwargs):
        data, metadata = plain(panel, **kwargs)
        chart = _files(panel.figure, next(cards, False))
        if sliders and panel.controls:
            chart |= {"page": to_html(panel), "tall": round(100 * panel.scene.size[1]) + _BELOW}
        return {**data, MIME: chart}, metadata

    Picture._ipython_display_, Panel._repr_mimebundle_ = shown, bundled


def _files(picture, card):
    """A chart as JSON: its words, and its files by what stands behind their name."""
    about = About(picture.title, picture.alt, picture.description)
    files, what = {}, subject(picture)
    for dark in (False, True) if what.anew else (None,):
        with what.on_page("blog", dark) as (figure, dpi):
            width, height = (round(dpi * inches) for inches in figure.get_size_inches())
            for times in (1, SHARP):
                ending = f"{'-dark' if dark else ''}{f'-{times}x' if times > 1 else ''}.png"
                files[ending] = _text(rendered(figure, "png", dpi * times, about))
    if card:
        with what.on_page("card", False) as (figure, dpi):
            files["-card.png"] = _text(rendered(figure, "png", dpi, about))
    return {"files": files, "width": width, "height": height, "title": picture.title, "alt": picture.alt,
            "description": picture.description, "caption": picture.sentence}


def _text(content):
    return b64encode(content).decode()
