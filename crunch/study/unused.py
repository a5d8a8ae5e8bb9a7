"""Columns without a role that say which rows belong together: dates, and codes of units."""

import re
from collections import Counter
from dataclasses import dataclass, field

import narwhals as nw
import numpy as np
import pandas as pd

from crunch.errors import NO_TIME, InputError, show
from crunch.regression.echoes import one_way
from crunch.study.timeline import NAMED, moments_in_time, timeline

FEW_GROUPS = 3  # fewer units make no panel
_WRITTEN = re.compile(r"\d{4}-\d\d(-\d\d)?([T ]\d\d:\d\d.*)?")
_TIMES = (*NAMED, "time", "date", "period", "t")  # what a column of whole numbers may be called that tells time


@dataclass(frozen=True)
class Unused:
    """What is kept of them, a value for each row of the study.

    Attributes
    ----------
    dates : dict of name to array
        Complete columns of dates, or of whole numbers that are called after a period.
    codes : dict of name to array of int
        Columns whose values repeat, a number for each value, -1 for none.
    numbers : dict of name to array of float
        Those of the codes that are numbers, as they are; and measures by which the rows are sorted.
    index : tuple of names
        Which of them are the index of the table, or its levels, not columns.
    """

    dates: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)
    index: tuple = ()

    def only(self, rows):
        """The same for some of the rows."""
        parts = ({name: values[rows] for name, values in part.items()} for part in (self.dates, self.codes,
                                                                                   self.numbers))
        return Unused(*parts, self.index)

    @property
    def one_a_row(self):
        """The columns of dates in which no date occurs twice."""
        return [name for name, values in self.dates.items() if len(np.unique(values)) == len(values)]

    @property
    def sorted_by(self):
        """The measures by which the rows are sorted."""
        return [values for name, values in self.numbers.items() if name not in self.codes]

    def time_of(self, unit):
        """The column of dates that tells the rows of a unit apart, so that both can be named; None without one."""
        for name, values in self.dates.items():
            pairs = pd.DataFrame({"unit": self.codes[unit], "time": values})
            if name != unit and not pairs.duplicated().any() and regular(name, values):
                return name
        return None


def unused(table, roles, rows):
    """What columns without a role say of the rows.

    Parameters
    ----------
    table : frame in memory
    roles : dict
        Role to names.
    rows : array of int
        The rows of the table that the study uses.

    Returns
    -------
    Unused
    """
    taken = {name for members in roles.values() for name in members}
    dates, codes, numbers = {}, {}, {}
    times = Counter(nw.from_native(table, eager_only=True).columns if not isinstance(table, pd.DataFrame) else table)
    for name, column in every_column(table):
        if name in taken or times[name] > 1:
            continue
        try:
            _sort_in(name, column, rows, dates, codes, numbers)
        except (TypeError, ValueError, OverflowError):  # cells that are no values, such as lists
            continue
    return Unused(dates, codes, numbers, tuple(levels(table)))


def levels(table):
    """The levels of a pandas index by what they are called when they become columns; {} where it only counts rows."""
    if not isinstance(table, pd.DataFrame):
        return {}
    index, several = table.index, table.index.nlevels > 1
    found = {}
    for place, name in enumerate(index.names):
        values = index.get_level_values(place)
        if pd.api.types.is_numeric_dtype(values.dtype) and not (several and name is not None):
            continue
        called = name if name is not None else f"level_{place}" if several else "index"
        if called not in table.columns:
            found[called] = values
    return found


def every_column(table):
    """Name and column of each, names that occur twice among them; an index that says something is one of them."""
    if not isinstance(table, pd.DataFrame):
        frame = nw.from_native(table, eager_only=True)
        yield from ((name, pd.Series(frame[name].to_numpy(), name=name)) for name in frame.columns)
        return
    yield from ((name, table.iloc[:, place]) for place, name in enumerate(table.columns))
    yield from ((name, values.to_series(index=range(len(table)), name=name)) for name, values in levels(table).items())


def _sort_in(name, column, rows, dates, codes, numbers):
    """Put a column where it belongs, if anywhere."""
    if column.dtype.kind in "fc" or not len(rows):  # most columns are measures: those take no time
        _measure(name, column.to_numpy()[rows], numbers)
        return
    column = column.iloc[rows].reset_index(drop=True)
    when = _moments(name, column)
    if when is not None:
        dates[name] = when
    labels, values = pd.factorize(column)
    if FEW_GROUPS <= len(values) <= len(column) / 2:
        codes[name] = labels
        meant = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        if when is None and not np.isnan(meant).all():  # labels that a context would take for a measure
            numbers[name] = np.where(labels >= 0, meant[labels], np.nan)
    elif when is None and pd.api.types.is_numeric_dtype(column):
        _measure(name, column.to_numpy(dtype=float, na_value=np.nan), numbers)


def _measure(name, values, numbers):
    """Keep a measure by which the rows are sorted."""
    if values.dtype.kind == "f" and len(values) and np.isfinite(values).all() and one_way(values):
        numbers[name] = values


def _moments(name, column):
    """A complete column as moments in time, None where it is none."""
    whole = pd.api.types.is_integer_dtype(column) and str(name).strip().lower() in _TIMES
    dated = pd.api.types.is_datetime64_any_dtype(column) or isinstance(column.dtype, pd.PeriodDtype)
    written = not whole and not dated and not pd.api.types.is_numeric_dtype(column) and _looks_dated(column.iloc[0])
    if not (whole or dated or written) or column.isna().any():
        return None
    try:
        return moments_in_time(column).to_numpy()
    except InputError as error:
        if error.code != NO_TIME:
            raise
        return None


def _looks_dated(cell):
    return hasattr(cell, "isoformat") or (isinstance(cell, str) and _WRITTEN.fullmatch(cell.strip()) is not None)


def regular(name, values):
    """Whether a study would take these dates for its time."""
    try:
        timeline(pd.Series(values, name=name))
    except InputError as error:
        if error.code != NO_TIME:
            raise
        return False
    return True


def asked(found):
    """Whether the rows are one thing seen again and again, asked in a note for each column of dates that fits."""
    return [f"{show(name)} holds one date a row and has no role, so the rows are taken as accounts that have nothing "
            f"to do with each other. If they are one thing seen again and again, name it: "
            f"{named((('time', name),), name in found.index)}."
            for name in found.one_a_row if regular(name, found.dates[name])]


def named(roles, index):
    """How to type that columns have these roles.

    Examples
    --------
    >>> named((("time", "week"), ("unit", "shop")), False)
    "Study(..., time='week', unit='shop')"
    """
    said = [f"{role}={f'[{show(name, 200)}]' if role == 'context' else show(name, 200)}" for role, name in roles]
    return f"Study({'table.reset_index(), ' if index else ''}..., {', '.join(said)})"
