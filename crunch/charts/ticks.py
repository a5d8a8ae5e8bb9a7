"""Numbers and dates at the ticks of an axis."""

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import FuncFormatter, MaxNLocator
from pandas.api.types import is_datetime64_any_dtype

from crunch.wording import MINUS, THIN


def signed(value, _position=None):
    """A tick label with a true minus and an explicit plus."""
    text = f"{abs(value):.10g}"
    whole, dot, rest = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN) if whole.isdigit() else whole
    return (MINUS if value < 0 else "+" if value > 0 else "") + grouped + dot + rest


def signed_axis(axis):
    """Sign the numbers of an axis of differences."""
    axis.set_major_formatter(FuncFormatter(signed))


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
