"""What came before each row, and whether a panel must hold it constant."""

import numpy as np
import pandas as pd
from scipy import stats

from crunch.effects.panels import codes
from crunch.effects.switches import staggered
from crunch.effects.verdict import adjusted
from crunch.regression.columns import demeaned, independent
from crunch.regression.fit import factored

ALPHA = 0.05  # false-discovery rate of signs that the past matters
LEAST = 3  # rows the middle unit must have, once its first is spent on the past


def row_at(study, by):
    """For each row of a study the row of its unit so many periods later, -1 where there is none, shape (rows,)."""
    if not by:
        return np.arange(study.rows)
    index = study.timeline.index.astype(np.int64)
    if study.unit is not None:
        index = index + pd.factorize(study.frame[study.unit])[0] * (index.max(initial=0) + abs(by) + 1)
    # A diary is in order of time, a panel in order of units and, in each, of time.
    place = np.minimum(np.searchsorted(index, index + by), len(index) - 1)
    return np.where(index[place] == index + by, place, -1)


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


def holds_past(study):
    """Whether past periods are held constant: always in a diary, in a panel where they matter; found once and kept."""
    if study.kind != "panel" or not study.score_moves:
        return study.kind == "diary"
    return study.kept("past", lambda: past_matters(study))


def past_matters(study):
    """Whether a panel must hold its last period constant: a lever answers to the last score, or counts a period late.

    Two-way means leave what a lever goes with biased where it answers to the last score and the score echoes itself,
    and take a period's effect for the next one's where a lever counts late. Otherwise the past is not held: it costs
    power. Nor is it beside a lever that units switch on and keep on, whose effect would go over into the past score.

    Parameters
    ----------
    study : Study
        A panel whose score moves.

    Returns
    -------
    bool
    """
    levers = np.column_stack([study.scaled(name) for name in study.levers])
    y = study.frame[study.score].to_numpy()
    keep, _, past = look(study, y, levers, 0, 1)
    p = levers.shape[1]
    if keep.sum() < 2 * p + 2 or staggered(study):
        return False
    units, times = codes(study, keep)
    if np.median(np.bincount(units)) < LEAST:
        return False
    now, before = demeaned(np.column_stack([y, levers])[keep], units, times), demeaned(past[keep], units, times)
    answers = _beside(before[:, 1:], before[:, :1], now[:, 1:], units, times)
    late = _beside(now[:, 1:], before[:, 1:], now[:, :1], units, times)
    return bool(np.nanmin(adjusted(np.append(answers, late)), initial=1.0) < ALPHA)


def _beside(held, columns, outcomes, units, times):
    """Two-sided p-value of each column in each outcome, beside what is held."""
    taken_apart = factored(held[:, independent(held)[0]], clusters=units, times=times)
    coef, se, dof = taken_apart.beside(columns, outcomes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(se > 0, 2 * stats.t.sf(np.abs(coef / se), dof), np.nan).ravel()
