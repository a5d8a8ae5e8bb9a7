"""What dates say of a period: its weekday, hour and month, the days of the month and the holidays in it."""

import numpy as np
import pandas as pd

_CALENDAR = {"month": "M", "quarter": "Q", "year": "Y"}  # periods without a fixed length in days
_LONGEST_MONTH = 31


def dummies(codes):
    """A column of 0 and 1 for each value but the first.

    Examples
    --------
    >>> dummies(np.array([3, 5, 3, 4])).tolist()
    [[0.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
    """
    return (codes[:, None] == np.unique(codes)[1:]).astype(float)


def waves(index, per_year, most):
    """Sine and cosine of the year and of its parts, slowest first; at half as many waves as periods there is no sine.

    Parameters
    ----------
    index : array of int, shape (rows,)
    per_year : float
    most : int
        How many waves, at most half of `per_year`, with which each period of the year has its own level.

    Returns
    -------
    array, shape (rows, 2 × most), or a column less
    """
    angle = 2 * np.pi * np.asarray(index)[:, None] / per_year * np.arange(1, most + 1)
    both = np.stack([np.cos(angle), np.sin(angle)], axis=2).reshape(len(angle), -1)
    return both[:, :-1] if 2 * most == per_year else both


def hours(stamps, detail):
    """Columns for the hours of the day: 1, the same on all days; 2, others on weekends; 3, others on each weekday."""
    days = stamps.day_of_week.to_numpy()
    kind = {1: 0 * days, 2: days >= 5, 3: days}[detail]
    return dummies(stamps.hour.to_numpy() + 24 * kind)


def days_of(stamps, timeline):
    """The first day of each period, and the day after its last.

    Parameters
    ----------
    stamps : DatetimeIndex, shape (rows,)
        Any moment of a month, quarter or year; the beginning of a shorter period, but of a week its last day
        where that is always a Sunday, as pandas has it.
    timeline : Timeline

    Returns
    -------
    first, after : array of datetime64[D], shape (rows,)
    """
    if timeline.name in _CALENDAR:
        period = stamps.to_period(_CALENDAR[timeline.name])
        first, after = period.to_timestamp(), (period + 1).to_timestamp()
        return first.to_numpy().astype("datetime64[D]"), after.to_numpy().astype("datetime64[D]")
    first = stamps.to_numpy().astype("datetime64[D]")
    length = max(round(365.25 / timeline.per_year), 1) if timeline.name != "working day" else 1
    if timeline.name == "week" and (stamps.day_of_week == 6).all():
        first = first - (length - 1)
    return first, first + length


def in_month(first, after):
    """How many first days, last days and 15ths of a month are in each period, shape (rows, 3)."""
    def starts(by):  # of months, between the first day and the last, both moved by so many days
        months = (after - 1 + by).astype("datetime64[M]") - (first - 1 + by).astype("datetime64[M]")
        return months.astype(float)

    return np.column_stack([starts(0), starts(1), starts(-14)])


def _day(days):
    return (days - days.astype("datetime64[M]")).astype(int) + 1


def day_columns(first):
    """A column for each day of the month that `in_month` has none for, but the second, shape (rows, 28)."""
    return (_day(first)[:, None] == [day for day in range(3, _LONGEST_MONTH + 1) if day != 15]).astype(float)


def counted_in(days, first, after):
    """How many of some days are in each period, shape (rows,)."""
    days = np.sort(pd.DatetimeIndex(days).to_numpy().astype("datetime64[D]"))
    return (np.searchsorted(days, after) - np.searchsorted(days, first)).astype(float)
