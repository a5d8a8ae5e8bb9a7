"""One figure that lives as long as its panel: drawn once, then only what moved."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from crunch.charts import looks
from crunch.charts.colours import recolour
from crunch.charts.fonts import covering, lettered
from crunch.charts.house import house_style, lost
from crunch.charts.picture import Picture
from crunch.errors import InputError


class Stage:
    """A picture of values that is brought up to date as cheaply as its chart allows.

    Parameters
    ----------
    draw : callable
        ``draw(ax, **values)`` draws everything. It may return a function of the same values that moves what
        it drew and returns the artists that it touched: those are then drawn over a stored background. The
        function returns None when more has changed than that. Without one, each change draws all anew.
    size : (float, float)
        Inches; a hundred pixels of the page each.

    Attributes
    ----------
    figure : Picture
        Never known to pyplot, so that nothing piles up there.
    pixels : array of uint8, shape (height, width, 4)
        What the last `show` drew.
    """

    def __init__(self, draw, size):
        self.draw = draw
        self.figure = Picture(figsize=size, dpi=100)
        self._canvas = FigureCanvasAgg(self.figure)
        self._update = self._rest = self._frame = None
        self._moving = frozenset()
        self._helps = True
        self._look, self._colours = _look(), looks.chosen().table
        self.pixels = None

    def show(self, values):
        """Bring the picture up to date.

        Parameters
        ----------
        values : dict

        Returns
        -------
        array of uint8, shape (height, width, 4)
            A new one each time.
        """
        with mpl.rc_context(self._look), lettered():
            if self._update is None or not self._move(values):
                self._afresh(values)
        return self.pixels

    def sharpen(self, ratio):
        """Draw as many pixels as a screen has for one of the page's; what was shown is forgotten.

        Parameters
        ----------
        ratio : float
        """
        if self.figure.dpi != 100 * ratio:
            self.figure.set_dpi(100 * ratio)
            self.forget()

    def forget(self):
        """Keep nothing that the next picture could build on."""
        self.figure.clear()
        self._update = self._rest = self.pixels = self._frame = None
        self._moving = frozenset()

    def _afresh(self, values):
        """Everything, on axes in the place where the first ones were."""
        first = self._frame is None
        self.figure.clear()
        self._rest, self._moving = None, frozenset()
        self.figure.set_layout_engine("constrained" if first else "none")
        ax = self.figure.add_subplot() if first else self.figure.add_axes(self._frame)
        update = self.draw(ax, **values)
        if first and self._helped():
            return self._afresh(values)
        self._update = update if callable(update) else None
        recolour(self.figure, self._colours)
        if first and self.figure.get_layout_engine() is not None:
            self._canvas.draw()  # finds room for the labels, once: a page that jumps cannot be followed
            self.figure.set_layout_engine("none")
        self._canvas.draw()
        if first:
            self._helps = self._fits()  # where no layout finds enough room, none is looked for again
        elif self._helps and not self._fits():
            self._frame = None  # unless labels have grown beyond the picture
            return self._afresh(values)
        self._frame = ax.get_position(original=True) if ax.figure is self.figure else None
        self.pixels = np.array(self._canvas.buffer_rgba())

    def _helped(self):
        """Whether another font helps out with letters that those in use lack, from now on."""
        helping = covering(lost(self.figure))
        self._look["font.family"] = mpl.rcParams["font.family"] = [*mpl.rcParams["font.family"], *helping]
        return bool(helping)

    def _fits(self):
        """Whether nothing that room can be found for sticks out of the picture."""
        renderer, axes = self._canvas.get_renderer(), [ax for ax in self.figure.get_axes() if ax.get_in_layout()]
        boxes = [ax.get_tightbbox(renderer, for_layout_only=True) for ax in axes]
        edges = np.array([[box.x0, box.y0, -box.x1, -box.y1] for box in boxes if box is not None]).reshape(-1, 4)
        width, height = self.figure.bbox.size
        return bool((edges >= np.array([0, 0, -width, -height]) - 0.5).all())

    def _move(self, values):
        """Only what moved, over the stored background; False when all must be drawn anew."""
        before = _limits(self.figure)
        touched = self._update(**values)
        if touched is None:
            return False
        touched = frozenset(touched)
        for artist in touched if self._colours else ():
            recolour(artist, self._colours)
        if _limits(self.figure) != before:
            self._rest = None  # the background has moved as well
            if self._helps and not self._fits():
                return False
        if self._rest is None or not touched <= self._moving:
            self._moving |= touched
            self._above = _above(self.figure, self._moving)
            self._rest = self._background()
        self._canvas.restore_region(self._rest)
        renderer = self._canvas.get_renderer()
        for artist in self._above:
            artist.draw(renderer)
        self.pixels = np.array(self._canvas.buffer_rgba())
        return True

    def _background(self):
        """The picture without what moves and all that lies over it."""
        were = [artist.get_animated() for artist in self._above]
        for artist in self._above:
            artist.set_animated(True)  # which leaves it out
        try:
            self._canvas.draw()
            return self._canvas.copy_from_bbox(self.figure.bbox)
        finally:
            for artist, was in zip(self._above, were, strict=True):
                artist.set_animated(was)


def _look():
    """The settings of the house style, read once instead of for each picture."""
    with house_style():
        return dict(mpl.rcParams)


def _limits(figure):
    """What places artists on the page: while it stays, the background does."""
    return [(*ax.get_xlim(), *ax.get_ylim(), *ax.get_position().bounds) for ax in figure.get_axes()]


def _above(figure, moving):
    """What moves and everything drawn after it, in the order of drawing."""
    order = _order(figure)
    lost = moving - set(order)
    if lost:
        raise InputError(f"An update returns artists of its own figure that are still there, but {next(iter(lost))!r} "
                         "is none of them. Return what draw() made.")
    first = min((order.index(artist) for artist in moving), default=len(order))
    return order[first:]


def _order(parent):
    """All artists that a figure draws one by one, those of its axes in place of the axes."""
    left_out = {parent.patch}
    if isinstance(parent, Axes) and not parent.axison:
        left_out |= {*parent.spines.values(), parent.xaxis, parent.yaxis}
    out = []
    for artist in sorted((a for a in parent.get_children() if a not in left_out), key=lambda a: a.get_zorder()):
        out += [artist.patch, *_order(artist)] if isinstance(artist, Axes) else [artist]
    return out
