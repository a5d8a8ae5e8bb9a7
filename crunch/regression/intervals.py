"""Intervals, ranks and comparisons of estimates, from draws or from the table without each of its blocks."""

import numpy as np
from scipy import stats


def percentile(drawn, estimate, level):
    """Percentile intervals, widened to include the estimate.

    Parameters
    ----------
    drawn : array, shape (draws, p)
    estimate : array, shape (p,)
    level : float

    Returns
    -------
    low, high : array, shape (p,)
    """
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def less_overfit(drawn, estimate, level, least=0.0):
    """Percentile intervals of shares, moved down by as much as the draws overestimate.

    A draw fits what the estimate fitted by chance, and once more by chance: its mean lies above the
    estimate by about as much as that lies above the truth. A share of nothing would be below all draws.

    Parameters
    ----------
    drawn : array, shape (draws, p)
    estimate : array, shape (p,)
    level : float
    least : float
        The smallest value a share can have: intervals stop there.

    Returns
    -------
    low, high : array, shape (p,)
        They hold the estimate.
    """
    low, high = percentile(drawn - np.maximum(drawn.mean(axis=0) - estimate, 0), estimate, level)
    return np.maximum(low, least), np.maximum(high, least)


def difference(drawn, estimate, level):
    """Interval and two-sided p-value of a difference, from its draws.

    Parameters
    ----------
    drawn : array, shape (draws,)
    estimate : float
    level : float

    Returns
    -------
    low, high, p_value : float
        The p-value counts the draws on the other side of zero and is at least 2 / (draws + 1).
    """
    low, high = percentile(drawn[:, None], np.array([estimate]), level)
    other = min((drawn <= 0).sum(), (drawn >= 0).sum())
    return low[0], high[0], min(1.0, 2 * (1 + other) / (len(drawn) + 1))


def jackknife(without, estimate, counts):
    """Standard errors from estimates that each leave out one block of rows, blocks of unequal size allowed.

    Parameters
    ----------
    without : array, shape (blocks, p)
        The estimate without each block.
    estimate : array, shape (p,)
        From all rows.
    counts : array, shape (blocks,)
        Rows of each block.

    Returns
    -------
    array, shape (p, p)
        The covariance of the estimates.

    References
    ----------
    Busing, Meijer & van der Leeden (1999), Statistics and Computing 9 (delete-m(j) jackknife).
    """
    blocks = len(counts)
    folds = (counts.sum() / counts)[:, None]
    mean = blocks * estimate - ((1 - 1 / folds) * without).sum(axis=0)
    away = (folds * estimate - (folds - 1) * without - mean) / np.sqrt(folds - 1)
    return away.T @ away / blocks


def student(estimate, se, dof, level):
    """Symmetric intervals and two-sided p-values from standard errors.

    Parameters
    ----------
    estimate, se : array
    dof : float
    level : float

    Returns
    -------
    low, high, p_value : array
    """
    half = stats.t.ppf(0.5 + level / 2, dof) * se
    t = np.where(se > 0, estimate / np.where(se > 0, se, 1), np.where(estimate == 0, 0, np.inf))
    return estimate - half, estimate + half, 2 * stats.t.sf(np.abs(t), dof)


def ranks(values):
    """Ranks from 1, the largest first, ties by order; along the last axis."""
    order = np.argsort(-values, axis=-1, kind="stable")
    return np.argsort(order, axis=-1, kind="stable") + 1


def drawn_ranks(drawn, estimate, level):
    """The ranks that the draws leave possible, whole numbers, the estimate's own included.

    Parameters
    ----------
    drawn : array, shape (draws, p)
    estimate : array, shape (p,)
    level : float

    Returns
    -------
    low, high : array of int, shape (p,)
    """
    own = ranks(estimate)
    tails = [(1 - level) / 2, (1 + level) / 2]
    low = np.quantile(ranks(drawn), tails[0], axis=0, method="lower").astype(int)
    high = np.quantile(ranks(drawn), tails[1], axis=0, method="higher").astype(int)
    return np.minimum(low, own), np.maximum(high, own)
