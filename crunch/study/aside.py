"""Rows of a table that are no rows of their own: a total of the others, copies of others."""

import numpy as np
import pandas as pd
from scipy import stats

from crunch.errors import counted, listing, show
from crunch.study.unused import every_column

_EXACT = 1e-9  # of the size of what is summed
_FEW = 3  # values that a sum must have, so that one of two is none
_COMMON = 0.05  # part of the rows from which a value is so common that rows repeat by themselves
_CHANCE = 0.001  # probability of so many equal rows where columns have nothing to do with each other
_NEAR = 3  # times as many, for columns that go together


def own_rows(table, raw, roles):
    """The places of the rows that stand for themselves, and notes on the others.

    Parameters
    ----------
    table : frame in memory
    raw : DataFrame
        Its columns with a role.
    roles : dict
        Role to names.

    Returns
    -------
    array of int, list of str
    """
    names = [name for role in ("score", "levers", "side_effects") for name in roles[role]]
    keep, notes = _without_total(table, raw, names, roles["score"])
    if roles["time"]:
        return keep, notes
    copies = _copies(table, raw, keep)
    return np.setdiff1d(keep, copies), [*notes, *_told(len(copies), len(raw))]


def _told(copies, rows):
    """That copies were not counted again."""
    if not copies:
        return []
    if copies == 1:
        return [f"1 row of {rows} is a copy of another in every column, as chance would hardly make it, and is not "
                "counted again. If it is a row of its own, bring the column that tells it apart."]
    return [f"{counted(copies, 'row')} of {rows} are copies of others in every column, more than chance would make, "
            "and are not counted again. If they are rows of their own, bring the column that tells them apart."]


def _without_total(table, raw, names, score):
    """All rows but the one that sums the others up, and the one that is their mean."""
    rows, notes = np.arange(len(raw)), []
    values = np.column_stack([pd.to_numeric(raw[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
                              for name in names if not pd.api.types.is_datetime64_any_dtype(raw[name])])
    if len(raw) <= _FEW or values.shape[1] != len(names):
        return rows, []
    scored = [names.index(name) for name in score]
    for row, where, what in _summaries(values, scored):
        of = listing([name for name, yes in zip(names, where, strict=True) if yes], most=4)
        notes.append(f"Row {row}{_label(table, row)} is the {what} of all others in {of}, so it is no row of its own "
                     "and is set aside.")
        rows = rows[rows != row]
    return rows, notes


def _summaries(values, scored):
    """A total, a mean, or both: each row, in which columns, and what it is; each hides the other while it is there."""
    first = _summary(values, scored)
    for hidden in ([] if first else _largest(values)):
        second = _summary(np.delete(values, hidden, axis=0), scored)
        if not second:
            continue
        other = second[0] + (second[0] >= hidden)
        first = _summary(np.delete(values, other, axis=0), scored)
        if first and first[0] + (first[0] >= other) == hidden:
            return [(hidden, *first[1:]), (other, *second[1:])]
    return [first] if first else []


def _largest(values):
    """The row that holds the largest value of most columns, where there is one."""
    row, count = np.unique(np.abs(np.nan_to_num(values)).argmax(axis=0), return_counts=True)
    return row[count >= 2][:1]


def _summary(values, scored):
    """The one row that is the sum of all others or their mean, in which columns, and what it is; None without one."""
    sums, means = _sums_and_means(values)
    total = np.flatnonzero(sums.sum(axis=1) >= 2)
    mean = np.flatnonzero((means.sum(axis=1) >= 2) & means[:, scored].all(axis=1))
    for found, where, what in ((total, sums, "sum"), (mean, means, "mean")):
        if len(found) == 1:
            return int(found[0]), where[found[0]], what
    return None


def _sums_and_means(values):
    """Which cells are the sum of all others in their column, or their mean; both shapes (rows, columns)."""
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    others, size = filled.sum(axis=0) - filled, np.abs(filled).sum(axis=0)
    one_sign = ((filled >= 0).all(axis=0) | (filled <= 0).all(axis=0)) & ((filled != 0).sum(axis=0) > _FEW)
    sums = known & (filled != 0) & one_sign & (np.abs(filled - others) <= _EXACT * size)
    count = known.sum(axis=0) - 1
    moves = np.ptp(filled, axis=0) > 0
    means = known & moves & (count >= _FEW) & (
        np.abs(filled - others / np.maximum(count, 1)) <= _EXACT * np.abs(filled).max(axis=0))
    return sums, means


def _label(table, row):
    """What a row is called, in brackets, where a column of texts says it."""
    for _, column in every_column(table):
        cell = column.iloc[row]
        if isinstance(cell, str):
            return f" ({show(cell)})"
    return ""


def _copies(table, raw, keep):
    """Rows after the first of several that are equal in every column, where chance does not make so many.

    Rows whose values are all common repeat by themselves; of them nothing is said.
    """
    if not _repeated(raw.iloc[keep]).any():
        return keep[:0]
    codes = np.column_stack([_codes(column.iloc[keep]) for _, column in every_column(table)])
    marks = np.random.default_rng(0).integers(0, 2**63, codes.max() + 1, dtype=np.uint64)
    # A number for each cell, so that rows are equal when the sums of theirs are.
    cells = np.column_stack([marks[column] * np.uint64(2 * j + 1) for j, column in enumerate(codes.T)])
    whole = cells.sum(axis=1, dtype=np.uint64)
    _, first, group, times = np.unique(whole, return_index=True, return_inverse=True, return_counts=True)
    counts = np.column_stack([np.bincount(column)[column] for column in codes.T])
    rare = (counts <= max(_COMMON * len(keep), _FEW)).any(axis=1)
    again = rare & (times[group] > 1)
    if not again.any():
        return keep[:0]
    if stats.poisson.sf(len(np.unique(group[again])) - 1, _by_chance(cells, whole)) >= _CHANCE:
        return keep[:0]
    return keep[again & (first[group] != np.arange(len(keep)))]


def _by_chance(cells, whole):
    """About how many pairs of rows would be equal without any copy.

    As many as columns that have nothing to do with each other would make; or as the pairs that are equal but for one
    column say, which allows the others to go together, and some times as many for what that column has to do with them.
    """
    pairs, equal = len(whole) * (len(whole) - 1) / 2, _pairs(whole)
    alike = np.array([_pairs(column) for column in cells.T]) / pairs
    near = np.array([_pairs(whole - column) for column in cells.T]) - equal
    return max(pairs * alike.prod(), _NEAR * (near * alike / np.maximum(1 - alike, 1 / pairs)).max())


def _repeated(frame):
    try:
        return frame.duplicated().to_numpy()
    except TypeError:  # cells that are no values; what has a role is checked later
        return np.zeros(len(frame), dtype=bool)


def _codes(column):
    """A number for each value, missing ones the same."""
    try:
        return pd.factorize(column)[0] + 1
    except TypeError:
        return pd.factorize(column.map(repr))[0] + 1


def _pairs(values):
    """Pairs of equal values."""
    times = np.unique(values, return_counts=True)[1].astype(float)
    return (times * (times - 1) / 2).sum()
