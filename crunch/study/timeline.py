"""Time as whole periods: which row follows which, and where one is missing."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import NO_TIME, InputError, counted, listing, show

# Calendar periods have no fixed length in days; their index is counted on the calendar.
_CALENDAR = (("month", 28, 31, 1), ("quarter", 89, 92, 3), ("year", 365, 366, 12))
NAMED = ("hour", "day", "week", "fortnight", "month", "quarter", "year")  # what a column of whole numbers may count
_FIXED = {1: "hour", 24: "day", 168: "week", 336: "fortnight"}  # by hours


@dataclass(frozen=True)
class Timeline:
    """Consecutive whole numbers for the periods of a table.

    Attributes
    ----------
    index : array of int, shape (rows,)
        The period of each row, counted from 0; a jump by more than one is a gap.
    name : str
        What one period is: "week", "month", ... or "period" when the table only numbers them.
    per_year : float or None
        Periods in a year, when they can be dated.
    """

    index: np.ndarray
    name: str
    per_year: float | None

    @property
    def gaps(self):
        """How many periods between the first and the last have no row."""
        present = np.unique(self.index)
        if not present.size:
            return 0
        return int(present[-1] - present[0] + 1 - present.size)


def moments_in_time(column):
    """The time column as dates or as whole numbers, or an error that says what to do."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.to_timestamp()
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.tz_localize(None) if column.dt.tz is not None else column
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        known = values[~np.isnan(values)]
        if not np.isfinite(known).all() or (known != np.round(known)).any():
            wrong = known[~np.isfinite(known) | (known != np.round(known))]
            raise InputError(f"Time must be dates or whole numbers, but {show(column.name)} has "
                             f"{listing(wrong[:3])}. Number the periods 0, 1, 2, … or give dates.", NO_TIME)
        return column
    try:
        return pd.to_datetime(column, format="ISO8601")
    except (ValueError, TypeError) as error:
        sample = listing(column.dropna().tolist()[:3])
        raise InputError(f"Time must be dates or whole numbers, but {show(column.name)} holds {sample}. "
                         f"Say how to read it: table[{show(column.name)}] = "
                         f"pd.to_datetime(table[{show(column.name)}], format='%d/%m/%Y').", NO_TIME) from error


def _dated(days, stamps, role):
    """Index, name and periods per year for the sorted distinct days (floats) and their dates."""
    typical = float(np.median(np.diff(days)))
    for name, low, high, months in _CALENDAR:
        if low <= typical <= high:
            index = (stamps.year * 12 + stamps.month - 1).to_numpy() // months
            return index - index[0], name, 12 / months
    weekdays = stamps.day_of_week.to_numpy()
    if typical == 1 and (weekdays < 5).all() and days[-1] - days[0] >= 7:
        dates = stamps.to_numpy().astype("datetime64[D]")
        return np.busday_count(dates[0], dates), "working day", 261.0
    index = np.round((days - days[0]) / typical)
    off = np.abs((days - days[0]) / typical - index) > 0.25
    if off.any():
        raise InputError(f"Time must come in regular steps, but {counted(int(off.sum()), 'date')} of {role} "
                         f"fall between them, first {stamps[off][0].date()} (most steps are {typical:g} days). "
                         "Bring the table to one row a period first, for example with "
                         "table.resample('W', on='date').mean().", NO_TIME)
    return index, _FIXED.get(round(typical * 24, 6), "period"), 365.25 / typical


def timeline(column):
    """Number the periods of a time column.

    Parameters
    ----------
    column : Series
        Dates or whole numbers, no missing cell; repeated values share a period.

    Returns
    -------
    Timeline

    Raises
    ------
    InputError
        When the steps between the dates are irregular.
    """
    distinct = pd.Series(column.unique()).sort_values(ignore_index=True)
    role = show(column.name)
    if len(distinct) < 2:
        return Timeline(np.zeros(len(column), dtype=int), "period", None)
    if pd.api.types.is_datetime64_any_dtype(distinct):
        days = ((distinct - distinct[0]) / pd.Timedelta(days=1)).to_numpy()
        index, name, per_year = _dated(days, pd.DatetimeIndex(distinct), role)
    else:
        numbers = distinct.to_numpy(dtype=float)
        step = np.median(np.diff(numbers))
        index, per_year = (numbers - numbers[0]) / step, None
        name = str(column.name).lower()
        name = name if step == 1 and name in NAMED else "period"
        off = index != np.round(index)
        if off.any():
            raise InputError(f"Time must come in regular steps, but most steps of {role} are {step:g} and "
                             f"{listing(numbers[off][:3])} fall between them. Number the periods 0, 1, 2, …", NO_TIME)
    index = np.asarray(index).astype(int)
    if np.unique(index).size < index.size:
        first = distinct[np.flatnonzero(np.diff(index) == 0)[0]]
        raise InputError(f"Time must have one date a {name}, but {role} has two in the {name} of "
                         f"{first:%Y-%m-%d}. Bring the table to one row a {name} first.", NO_TIME)
    return Timeline(index[np.searchsorted(distinct.to_numpy(), column.to_numpy())], name, per_year)


def rolled(index, values, length):
    """Sums over the last `length` periods.

    Parameters
    ----------
    index : array of int, shape (rows,)
        The period of each row, increasing; a jump by more than one is a gap.
    values : array of float, shape (rows,)
    length : int

    Returns
    -------
    array, shape (rows,); NaN where the window begins before the first row or touches a missing period

    Examples
    --------
    >>> rolled(np.array([0, 1, 2, 4, 5]), np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2).tolist()
    [nan, 3.0, 5.0, nan, 9.0]
    """
    length = checks.whole(length, "length", 1)
    place = np.asarray(index) - index[0] + length - 1
    full = np.full(place[-1] + 1, np.nan)
    full[place] = values
    # Each window is summed by itself: running totals would carry rounding, and one NaN, to all that follow.
    return np.lib.stride_tricks.sliding_window_view(full, length).sum(axis=1)[place - length + 1]
