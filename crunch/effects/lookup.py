"""Where the rows of a study stand in time: what came before each of them, and what comes after."""

import numpy as np
import pandas as pd

from crunch.effects.dates import before


def row_at(study, by):
    """For each row of a study the row of its unit so many periods later, -1 where there is none, shape (rows,)."""
    if not by:
        return np.arange(study.rows)
    index = study.timeline.index.astype(np.int64)
    if study.unit is not None:
        index = index + pd.factorize(study.frame[study.unit])[0] * (index.max(initial=0) + abs(by) + 1)
    return before(index, -by)  # a diary is in order of time, a panel in order of units and, in each, of time


def look(study, y, levers, horizon, lags):
    """Rows with a full past and a score ahead, the row that has that score, and the lagged score and levers.

    Returns
    -------
    keep : array of bool, shape (rows,)
    ahead : array of int, shape (rows,)
    past : array, shape (rows, lags * (1 + p))
    """
    ahead, values = row_at(study, horizon), np.column_stack([y, levers])
    past = values[:, :0]
    for k in range(1, lags + 1):
        rows = row_at(study, -k)
        past = np.column_stack([past, np.where((rows >= 0)[:, None], values[rows], np.nan)])
    return (ahead >= 0) & ~np.isnan(y[ahead]) & ~np.isnan(past).any(axis=1), ahead, past
