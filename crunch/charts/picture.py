"""A figure that shows itself in a notebook with alternative text for those who cannot see it."""

import io
from base64 import b64encode
from html import escape

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from crunch.charts.fonts import lettered

COLOURS = 48  # enough for flat charts with smooth edges; a third of the bytes


def move_to(figure, size, corner):
    """Put all of a figure, at the size that it has, on a larger page.

    Parameters
    ----------
    figure : Figure
        Whose axes stand where they were put, without a layout engine.
    size : (float, float)
        Of the new page, inches.
    corner : (float, float)
        Where its lower left corner comes to stand, inches.
    """
    before = figure.get_size_inches()
    inside = {ax: ax.get_position(original=True) for ax in figure.axes}
    words = {text: text.get_position() for text in figure.texts}
    figure.set_size_inches(size, forward=False)
    (wide, high), (width, height), (left, bottom) = before, size, corner
    for ax, box in inside.items():
        ax.set_position([(box.x0 * wide + left) / width, (box.y0 * high + bottom) / height, box.width * wide / width,
                         box.height * high / height])
    for text, (x, y) in words.items():
        text.set_position(((x * wide + left) / width, (y * high + bottom) / height))


def pixels(figure, dpi):
    """Draw a figure, whoever made it, with so many dots an inch.

    Parameters
    ----------
    figure : Figure
    dpi : float

    Returns
    -------
    PIL.Image.Image
    """
    canvas, before = FigureCanvasAgg(figure), figure.dpi
    try:
        figure.set_dpi(dpi)
        with lettered():
            canvas.draw()
        return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    finally:
        figure.set_dpi(before)


def squeezed(image, about=None, colours=COLOURS):
    """The bytes of a small PNG file of a flat RGB image, the same from run to run.

    Parameters
    ----------
    image : PIL.Image.Image
    about : PngInfo, optional
        Metadata.
    colours : int
        Up to 256.

    Returns
    -------
    bytes
    """
    out = io.BytesIO()
    # The other way to choose colours would merge those of small marks, such as a key's, with others.
    few = image.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(out, format="PNG", optimize=True, pnginfo=about)
    return out.getvalue()


class Picture(Figure):
    """A matplotlib figure with a description.

    Attributes
    ----------
    alt : str
        What the picture shows, for screen readers, under 300 letters. Notebooks drop the text of plain PNG
        outputs and keep that of an HTML image, so the picture shows itself as one.
    description : str
        The same at length, with every number.
    title, measured, sentence : str
        The finding, what is measured, and the finding at length.
    data : DataFrame or None
        What is drawn, as a tidy table.
    missing : str
        Letters that no installed font has: they are drawn as boxes.
    again : callable or None
        Draws the same chart anew, on the sheet and in the look of that moment; returns its axes or its figure.
    look : Look or None
        What the chart was drawn in.
    """

    alt = description = title = measured = sentence = missing = ""
    data = again = look = None

    def image(self, dpi=150):
        """The picture as pixels.

        Parameters
        ----------
        dpi : float
            Pixels an inch.

        Returns
        -------
        PIL.Image.Image
        """
        return pixels(self, dpi)

    def png(self, dpi=150, about=None):
        """The picture as the bytes of a PNG file, the same from run to run."""
        return squeezed(self.image(dpi), about)

    def html(self, dpi=135):
        """The picture as an HTML image that carries its own data and description."""
        width = round(self.get_figwidth() * 100)
        boxes = f"<p>No font here has these letters, so they are boxes: {escape(self.missing)}</p>"
        return (f'<img alt="{escape(self.alt, quote=True)}" width="{width}" style="max-width:100%;height:auto" '
                f'src="data:image/png;base64,{b64encode(self.png(dpi)).decode()}">{boxes if self.missing else ""}')

    def _ipython_display_(self):
        # Only a notebook calls this, so IPython is there.
        from IPython.display import HTML, display
        display(HTML(self.html()))
