"""What `importance` is given, as arrays: levers, outcome, what is always in, weights, clusters, groups."""

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, counted, show
from crunch.questions.importance.players import Players, players

ROLES = {"y": "outcome", "weights": "weight"}


@dataclass(frozen=True)
class Predictors:
    """Complete rows as arrays.

    Attributes
    ----------
    players : Players
    columns : array, shape (rows, q)
        The players' columns in order.
    always : array, shape (rows, a)
    y : array, shape (rows,)
    weights : array, shape (rows,), or None
    clusters : array of int, shape (rows,), or None
    notes : list of str
    time : tuple
        The column of dates, or index, that the rows are put in order by, if any.
    order : array of int, shape (rows,)
    """

    players: Players
    columns: np.ndarray
    always: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None
    clusters: np.ndarray | None
    notes: list
    time: tuple
    order: np.ndarray


def predictors(X, y, *, groups=None, always=(), weights=None, cluster=None):
    """Check what was given and bring it into the form the shares are computed from.

    Parameters
    ----------
    X, y, groups, always, weights, cluster
        As for `importance`.

    Returns
    -------
    Predictors

    Raises
    ------
    InputError
    """
    frame = _frame(X)
    taken = {}
    for role, value in (("y", y), ("weights", weights), ("cluster", cluster)):
        taken[role] = _column(frame, value, role)
    outcome = taken["y"].name if taken["y"] is not None else None
    if outcome is None:
        raise InputError("importance needs an outcome, but y was not given. Name a column of X, y='score', or give "
                         "one number a row.")
    always = checks.columns(checks.names(always, "always"), frame.columns, "always")
    roles = {role: (value,) for role, value in (("y", y), ("weights", weights), ("cluster", cluster))
             if _names_a_column(value)}
    in_role = set().union(*checks.one_role_each({"always": always, **roles}).values())
    levers = [name for name in frame.columns if name not in in_role]
    dates = _dates(X, frame, levers)
    levers = [name for name in levers if name not in dates]
    checks.columns(levers, frame.columns, "X")
    if not levers:
        raise InputError("importance needs at least one lever, but X has no column beside those named in a role. "
                         "Give X the inputs whose importance is asked.")
    parts = {name: _numeric(frame[name], "context column" if name in always else "lever")
             for name in (*levers, *always)}
    given = {role: _codes(column) if role == "cluster" else _numeric(column, ROLES[role])
             for role, column in taken.items() if column is not None}
    keep = ~np.isnan(np.column_stack([*parts.values(), *given.values()])).any(axis=1)
    notes = []
    if not keep.all():
        notes = [f"{counted(int((~keep).sum()), 'row')} of {len(keep)} left out for missing values."]
    if "weights" in given:
        keep &= given["weights"][:, 0] != 0  # such a row says nothing, and would count as one all the same
    parts, given = ({name: part[keep] for name, part in which.items()} for which in (parts, given))
    notes += [f"{show(name)} holds dates, so it is no lever." for name in dates if name in frame.columns]
    time = tuple(dates)[:1]
    order = np.argsort(dates[time[0]][keep], kind="stable") if time else np.arange(int(keep.sum()))
    return _assembled(levers, always, parts, given, groups, outcome, (notes, time, order))


def _dates(X, frame, levers):
    """The columns of dates of which each row has one of its own, and an index of such; by name."""
    found = {name: frame[name] for name in levers if pd.api.types.is_datetime64_any_dtype(frame[name])}
    if isinstance(X, pd.DataFrame) and isinstance(X.index, pd.DatetimeIndex):
        found.setdefault("index" if X.index.name is None else X.index.name, pd.Series(X.index))
    return {name: column.to_numpy() for name, column in found.items() if column.notna().all() and column.is_unique}


def _assembled(levers, always, parts, given, groups, outcome, told):
    """The arrays, players in order, levers that never move set aside."""
    y, weights, clusters = given["y"][:, 0], given.get("weights"), given.get("cluster")
    moving = {name: _moving(part) for name, part in parts.items()}
    _enough(len(y), sum(part.shape[1] for part in (moving if len(y) > 1 else parts).values()))
    who, order = players({name: moving[name].shape[1] for name in levers}, groups, outcome, always)
    found = Predictors(
        who, np.column_stack([moving[name] for name in order]),
        np.column_stack([np.empty((len(y), 0)), *(moving[name] for name in always)]), y,
        None if weights is None else _weights(weights[:, 0]),
        None if clusters is None else pd.factorize(clusters[:, 0])[0], *told)
    _moves(found)
    return found


def _enough(rows, columns):
    if rows < columns + 2:
        raise InputError(f"Shares of {counted(columns, 'column')} need at least {counted(columns + 2, 'complete row')},"
                         f" but {counted(rows, 'row')} can be used. Add rows, or give fewer columns.")


def _moves(found):
    if np.ptp(found.y) == 0:
        raise InputError(f"The outcome must vary, but {show(found.players.outcome)} is {found.y[0]:.12g} in all "
                         "complete rows. What never moved has no variation to divide.")
    if found.clusters is not None and found.clusters.max() < 1:
        raise InputError("Drawing whole clusters needs at least 2 of them, but cluster has one value in the complete "
                         "rows. Leave cluster out, or give labels that tell groups of rows apart.")


def _frame(X):
    """The levers as a pandas frame with unique names."""
    if isinstance(X, np.ndarray | list | tuple):
        X = np.asarray(X)
        if X.ndim not in (1, 2) or X.dtype == object:
            raise InputError("X must be a table or a two-dimensional array of numbers, but an array of shape "
                             f"{X.shape} and type {X.dtype} was given. Give one row per case, one column per lever.")
        X = X.reshape(len(X), -1)
        return pd.DataFrame(X, columns=[f"x{j + 1}" for j in range(X.shape[1])])
    if isinstance(X, pd.Series):
        X = X.to_frame()
    if not isinstance(X, pd.DataFrame):
        try:
            frame = nw.from_native(X)
        except TypeError as error:
            raise InputError("X must be a table, an array or Moments, but it was given "
                             f"{show(type(X).__name__)}. For a file use crunch.read(path).table.") from error
        if isinstance(frame, nw.LazyFrame):
            raise InputError("X must be in memory, but this table is lazy. Read it in one pass: "
                             "crunch.importance(crunch.Moments.of(table, columns), 'score').")
        X = pd.DataFrame({name: frame[name].to_numpy() for name in frame.columns})
    checks.columns(X.columns, X.columns, "X")
    return X.reset_index(drop=True)


def _names_a_column(value):
    return value is not None and np.ndim(value) == 0


def _column(frame, value, role):
    """A column of X by its name, or values beside it; None when not given."""
    if value is None:
        return None
    if _names_a_column(value):
        checks.columns([value], frame.columns, role)
        return frame[value]
    column = pd.Series(value.to_numpy() if hasattr(value, "to_numpy") else np.asarray(value)).reset_index(drop=True)
    if len(column) != len(frame):
        raise InputError(f"{role} must have one value for each row of X, but X has {counted(len(frame), 'row')} and "
                         f"{role} {counted(len(column), 'value')}. Take both from the same table.")
    name = getattr(value, "name", None)
    return column.rename(role if name is None else name)


def _codes(column):
    """Labels as numbers, missing ones as NaN, shape (rows, 1)."""
    codes = pd.factorize(column)[0].astype(float)
    return np.where(codes < 0, np.nan, codes)[:, None]


def _numeric(column, role):
    """A column of numbers as it is, one of categories as indicators of all values but the first; shape (rows, k)."""
    if column.dtype == float and np.isfinite(column.to_numpy()).all():
        return column.to_numpy()[:, None]
    text = isinstance(column.dtype, pd.CategoricalDtype) or not (
        pd.api.types.is_numeric_dtype(column) or pd.to_numeric(column, errors="coerce").notna().any()
        or pd.api.types.is_datetime64_any_dtype(column))
    if not text or role in ROLES.values():
        return checks.numbers(column, role)[:, None]
    codes, values = pd.factorize(column.astype(object), sort=False)
    if not len(values):
        return np.full((len(column), 1), np.nan)
    if len(values) > len(column) / 2:
        raise InputError(f"Categories must group rows, but {show(column.name)} has {counted(len(values), 'value')} in "
                         f"{counted(len(column), 'row')}. It looks like a label: leave it out.")
    indicators = np.eye(len(values))[codes][:, 1:]
    indicators[codes < 0] = np.nan
    return indicators


def _moving(values):
    return values[:, np.ptp(values, axis=0) > 0] if len(values) else values


def _weights(values):
    if (values < 0).any():
        raise InputError(f"Weights must be 0 or more, but the smallest is {values.min():g}. "
                         "Give how much each row counts.")
    return values / values.mean()
