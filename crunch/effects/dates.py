"""Columns that say when a period of a diary was: trend, hours, weekdays, the year, days of the month, steps."""

import numpy as np
import pandas as pd

MOST_POWERS = 2
_CALENDAR = {"month": "M", "quarter": "Q", "year": "Y"}  # periods without a fixed length in days
_LONGEST_MONTH, _SATURDAY = 31, 5
_ONCE = ("month_days", "holidays", "steps", "outlying")  # what does not come back in the same rhythm


def moments(study):
    """The dates of a study's rows, None where its time is in numbers or its periods cannot be dated."""
    times = study.frame[study.time]
    dated = pd.api.types.is_datetime64_any_dtype(times) and study.timeline.per_year is not None
    return pd.DatetimeIndex(times) if dated else None


def years(timeline):
    """How many years the periods of a table span, with two days to spare in each: 104 weeks are two, and 730 days are.

    Examples
    --------
    >>> from crunch.study.timeline import Timeline
    >>> [years(Timeline(np.arange(span), name, many)) >= 2 for span, name, many in (
    ...     (104, "week", 365.25 / 7), (105, "week", 365.25 / 7), (730, "day", 365.25), (24, "month", 12))]
    [False, True, True, True]
    """
    span = int(np.ptp(timeline.index)) + 1 if len(timeline.index) else 0
    return span / timeline.per_year / (1 - 2 / 365.25)


def before(index, by):
    """The row so many periods before each row, after it where negative; -1 where there is none, shape (rows,)."""
    place = np.minimum(np.searchsorted(index, index - by), len(index) - 1)
    return np.where(index[place] == index - by, place, -1)


class Columns:
    """The columns of a calendar in all rows of a study, each made once.

    Each part has levels that are nested: what the first two hold is what the first holds and what `added` has for
    the second. What does not come back in the same rhythm, as a holiday or a step, is held in the periods of the past
    and of the outcome as well (`shifts`), days of the month in the last one; the past of a weekday is that weekday.
    """

    def __init__(self, study):
        self.study, self.index, self.stamps = study, study.timeline.index, moments(study)
        self._made = {}

    def added(self, part, level, shifts=(0, 1)):
        """What a level of a part adds to those below it, shape (rows, columns).

        Parameters
        ----------
        part : {"powers", "hours", "weekdays", "waves", "month_days", "holidays", "steps", "outlying"}
        level : int
            From 1; of "steps" and "outlying" the period.
        shifts : tuple of int
            So many periods before each row.
        """
        if part == "month_days":  # what they were two periods ago shows in the past that is held
            shifts = tuple(by for by in shifts if by <= 1)
        key = (part, level, shifts if part in _ONCE else ())
        if key not in self._made:
            columns = getattr(self, f"_{part}")(level)
            if part in _ONCE and (part, level) != ("month_days", 3):
                rows = [before(self.index, by) for by in shifts]
                columns = np.column_stack([np.where((row >= 0)[:, None], columns[row], 0) for row in rows])
            self._made[key] = columns
        return self._made[key]

    def _powers(self, level):
        first, last = self.index[0], self.index[-1]
        middle = (2 * self.index - first - last) / max(last - first, 1)
        return np.polynomial.legendre.legvander(middle, level)[:, -1:]

    def _hours(self, level):
        """Of the day; on weekends; of each further day of the week."""
        hours, days = dummies(self.stamps.hour.to_numpy()), self.stamps.day_of_week.to_numpy()
        if level == 1:
            return hours
        on = [days >= _SATURDAY] if level == 2 else [days == day for day in (1, 2, 3, 4, _SATURDAY + 1)]
        return np.column_stack([hours * these[:, None] for these in on])

    def _weekdays(self, level):
        return dummies(self.stamps.day_of_week.to_numpy())

    def _waves(self, level):
        """One more wave of the year. At half as many as there are periods, each of these has a level of its own."""
        angle = 2 * np.pi * self.index[:, None] / self.study.timeline.per_year * level
        return np.cos(angle) if 2 * level == self.study.timeline.per_year else np.hstack([np.cos(angle), np.sin(angle)])

    def _month_days(self, level):
        """First and last; the 15th; every other day but the second, which is what the rest is compared with."""
        first, after = days_of(self.stamps, self.study.timeline)
        if level < 3:
            return in_month(first, after)[:, :2] if level == 1 else in_month(first, after)[:, 2:]
        return (_day(first)[:, None] == [day for day in range(3, _LONGEST_MONTH + 1) if day != 15]).astype(float)

    def _holidays(self, level):
        days = self.study.holidays.to_numpy().astype("datetime64[D]")
        first, after = days_of(self.stamps, self.study.timeline)
        return (np.searchsorted(days, after) - np.searchsorted(days, first)).astype(float)[:, None]

    def _steps(self, period):
        return (self.index >= period).astype(float)[:, None]

    def _outlying(self, period):
        return (self.index == period).astype(float)[:, None]


def dummies(codes):
    """A column of 0 and 1 for each value but the first.

    Examples
    --------
    >>> dummies(np.array([3, 5, 3, 4])).tolist()
    [[0.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
    """
    return (codes[:, None] == np.unique(codes)[1:]).astype(float)


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
    length = 1 if timeline.name == "working day" else max(round(365.25 / timeline.per_year), 1)
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
