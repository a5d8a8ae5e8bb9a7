"""What is exported: any chart as a figure, with the words that belong to it and the way to draw it anew."""

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crunch import charts
from crunch.charts import looks
from crunch.charts.picture import Picture
from crunch.charts.sheet import Sheet, on
from crunch.errors import InputError, show
from crunch.publish.layouts import laid_out, resized
from crunch.results import Answer


@dataclass(frozen=True)
class Subject:
    """A chart to be exported.

    Attributes
    ----------
    figure : Figure
    anew : bool
        Whether it can be drawn anew: it is a chart of crunch, and nobody has changed it since.
    """

    figure: Figure
    anew: bool

    @property
    def data(self):
        """What is drawn, as a tidy table; None where nobody knows."""
        table = getattr(self.figure, "data", None)
        return table if isinstance(table, pd.DataFrame) else None

    def said(self, name):
        """Words that belong to the chart; "" where it has none."""
        return getattr(self.figure, name, "") or ""

    @contextmanager
    def on_page(self, size, dark, **foot):
        """The chart on a page of that size, and its pixels an inch, inside a with block.

        `dark` is None for the look in use; `foot` is what `Sheet` takes.
        """
        if not self.anew:
            with resized(self.figure, size) as page:
                yield page
            return
        with nullcontext() if dark is None else looks.dark(dark):
            page = laid_out(self.figure.again, size, **foot)
        yield page


def subject(chart):
    """A chart in whatever form somebody has it.

    Parameters
    ----------
    chart : Axes, Figure, Answer or Panel

    Returns
    -------
    Subject

    Raises
    ------
    InputError
        When it is none of these, or an answer that has no chart.
    """
    if isinstance(chart, Answer):
        return Subject(_draw(chart), anew=True)
    figure = chart if isinstance(chart, Figure) else getattr(chart, "figure", None)
    figure = figure.figure if isinstance(chart, Axes) else figure  # of a part of a figure, the whole
    if not isinstance(figure, Figure):
        raise InputError("What is exported is a chart of crunch.charts, a panel, an answer, or a figure of matplotlib, "
                         f"but {show(chart)} was given. For example: crunch.export(crunch.charts.drivers(answer), "
                         "'drivers').")
    return Subject(figure, _untouched(figure))


def _draw(answer):
    """The chart that the answer names."""
    if answer.chart not in charts.__all__:
        raise InputError("An answer is exported as the function of crunch.charts that it names as its chart, but "
                         f"{type(answer).__name__} names {show(answer.chart)}. Keep its table instead: "
                         "answer.table.to_csv('table.csv', index=False).")
    figure = getattr(charts, answer.chart)(answer).figure
    plt.close(figure)  # a notebook would show it
    return figure


def _untouched(figure):
    """Whether a chart is as crunch drew it: what somebody has changed by hand would be lost if it were drawn anew."""
    if not isinstance(figure, Picture) or figure.again is None:
        return False
    if figure.look is None:
        return True  # a panel's, made for this
    with looks.aside(figure.look), on(Sheet()):
        made = figure.again().figure
    plt.close(made)
    before, after = (np.asarray(picture.image(72)) for picture in (figure, made))
    return before.shape == after.shape and bool((before == after).all())
