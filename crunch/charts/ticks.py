"""Numbers and dates at the ticks of an axis."""

from decimal import Decimal
from itertools import pairwise

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import Formatter, MaxNLocator
from pandas.api.types import is_datetime64_any_dtype

from crunch.charts.fonts import width
from crunch.wording import MINUS, THIN, UNITS

_APART = 0.15  # inches between numbers
_NOISE = 1e-9  # of the largest tick: what floats make of zero


class Numbers(Formatter):
    """Ticks as people write numbers: thousands held together, millions as 1.5m, never 1e6 above the axis.

    Parameters
    ----------
    sign : bool
        Whether a plus is written.
    percent : bool
        Whether the values are shares of 1.
    after : str
        What follows each number.
    """

    def __init__(self, *, sign=False, percent=False, after=""):
        self.sign, self.times, self.after = sign, 100 if percent else 1, f"{THIN}%" if percent else after
        self._ticks = ()

    def format_ticks(self, values):
        """Texts of all ticks, which share a unit."""
        self._ticks = tuple(values)
        return [self(value) for value in values]

    def __call__(self, value, position=None):
        ticks = [abs(tick) * self.times for tick in self._ticks]
        size, largest = abs(value) * self.times, max(ticks, default=0)
        if size <= _NOISE * largest:
            return f"0{self.after}"
        power, unit = self._unit(sorted(ticks), largest)
        text = f"{Decimal(f'{size / 10**power:.10g}'):,f}".replace(",", THIN)
        return (MINUS if value < 0 else "+" if self.sign else "") + text + unit + self.after

    @staticmethod
    def _unit(ticks, largest):
        """Millions or billions where three decimals are enough for all ticks."""
        gap = min((b - a for a, b in pairwise(ticks) if b - a > _NOISE * largest), default=largest)
        return next(((power, unit) for power, unit in UNITS
                     if power >= 6 and largest >= 10**power and gap >= 10.0 ** (power - 3)), (0, ""))


def number_axis(axis, most=6, **how):
    """At most so many round numbers, fewer where they would meet.

    Parameters
    ----------
    axis : matplotlib Axis
        Whose limits are set.
    most : int
    **how
        What `Numbers` takes.
    """
    if axis.axis_name == "x":
        room, ends = axis.axes.get_window_extent().width / axis.figure.dpi, axis.axes.get_xlim()
        while most > 1 and sum(width(text) + _APART for text in tick_texts(*sorted(ends), most, **how)) > room:
            most -= 1
    axis.set_major_locator(_round(most))
    axis.set_major_formatter(Numbers(**how))


def tick_texts(low, high, most=6, **how):
    """What `number_axis` will write between these limits, for room to be made."""
    return Numbers(**how).format_ticks([at for at in _round(most).tick_values(low, high) if low <= at <= high])


def _round(most):
    return MaxNLocator(most, steps=[1, 2, 5, 10])


def time_axis(axis, time):
    """Up to seven dates, or numbers of periods.

    Parameters
    ----------
    axis : matplotlib Axis
    time : Series
        Dates or whole numbers.
    """
    if is_datetime64_any_dtype(time):
        locator = AutoDateLocator(minticks=3, maxticks=7)
        axis.set_major_locator(locator)
        axis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    else:
        axis.set_major_locator(MaxNLocator(7, integer=True))
