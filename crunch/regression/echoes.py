"""Whether residuals resemble each other: of rows that follow each other, or of rows that share a label."""

import numpy as np
from scipy import stats

from crunch.regression.columns import independent
from crunch.regression.fit import factored

MOST = 4  # rows back that are looked at
SORTED = 0.9  # part of the steps from row to row that go one way in a column by which rows were sorted
_BENDS = 8  # the highest power of a row's place
_NOTHING = 1e-12  # part of the variation below which residuals are rounding


def echo(matrix, residuals):
    """The p-value of the Breusch-Godfrey test on four rows back (Lagrange multiplier form, chi-squared).

    Breusch (1978), Australian Economic Papers 17; Godfrey (1978), Econometrica 46.

    Parameters
    ----------
    matrix : array, shape (rows, columns)
        Of the regression, intercept included, full column rank; rows in their order.
    residuals : array, shape (rows,)

    Returns
    -------
    float
        1 where there are too few rows for a test.
    """
    rows, columns = matrix.shape
    if rows < columns + 3 * MOST:
        return 1.0
    left = factored(np.column_stack([matrix, _before(residuals, MOST)])).residuals(residuals)
    statistic = rows * (1 - (left**2).sum() / (residuals**2).sum())
    return float(stats.chi2.sf(statistic, MOST))


def follow(basis, columns, residuals, order):
    """The p-value of rows being no more like the row before them than like any other.

    The same test on one row back, one-sided, in the form of Wooldridge (1991, Journal of Econometrics 47), which allows
    more noise in some rows than in others: in a table that is sorted neighbours have that in common. What bends with a
    column that the rows are sorted by is no echo: powers of such columns and of the row's place are held constant.

    Parameters
    ----------
    basis : array, shape (rows, columns)
        Orthonormal, of the columns of the regression.
    columns : sequence of array of shape (rows,)
        Those that rows may be sorted by.
    residuals : array, shape (rows,)
    order : array of int, shape (rows,)

    Returns
    -------
    float
        1 where there are too few rows for a test.

    Examples
    --------
    >>> noise, one = np.random.default_rng(0).normal(size=80), np.full((80, 1), 80**-0.5)
    >>> walk = np.cumsum(noise) - np.cumsum(noise).mean()
    >>> [bool(follow(one, [], values, np.arange(80)) < 0.01) for values in (walk, noise - noise.mean())]
    [True, False]
    """
    steady = [column for column in columns if one_way(column[order])]
    if steady:
        basis = independent(np.column_stack([basis, *_bends(steady, order)]))[1]
    if len(basis) < basis.shape[1] + 3:
        return 1.0
    basis, residuals = basis[order], residuals[order]
    before = _before(residuals, 1)[:, 0]
    alone = (before - basis @ (basis.T @ before)) * residuals
    size = np.sqrt((alone**2).sum())
    return float(stats.norm.sf(alone.sum() / size)) if size > 0 else 1.0


def _bends(columns, order):
    """What may go smoothly with columns by which rows are sorted: squares and cubes, polynomials of the row's place."""
    rows = len(order)
    place = np.empty(rows)
    place[order] = np.linspace(-1, 1, rows)
    powers = [(column / (np.abs(column).max() or 1.0)) ** k for column in columns for k in (1, 2, 3)]
    return [*powers, *np.polynomial.legendre.legvander(place, min(_BENDS, rows // 10)).T[1:]]


def one_way(values):
    """Whether rows are sorted by a column, within groups of rows at least.

    Examples
    --------
    >>> one_way(np.array([1, 2, 2, 5, 7])), one_way(np.array([1, 5, 2, 7, 5]))
    (True, False)
    """
    steps = np.sign(np.diff(values))
    up, down = int((steps > 0).sum()), int((steps < 0).sum())
    return max(up, down) >= SORTED * max(up + down, 1)


def _before(residuals, back):
    """What stood so many rows before, shape (rows, back)."""
    return np.column_stack([np.concatenate([np.zeros(k), residuals[:-k]]) for k in range(1, back + 1)])


def alike(values, labels):
    """The p-value of rows that share a label having nothing in common.

    The sum of products of two rows of a group, over all groups: zero on average where rows have nothing in common,
    whatever their noise, and as spread as the squares say. A gamma law of that mean and spread has the long upper
    tail of few groups.

    Parameters
    ----------
    values : array, shape (rows,)
        About zero, such as residuals.
    labels : array of int, shape (rows,)
        Codes from 0; rows with -1 belong to none.

    Returns
    -------
    float
        1 where no label is shared.

    Examples
    --------
    >>> labels = np.repeat(np.arange(10), 8)
    >>> noise = np.random.default_rng(0).normal(size=80)
    >>> bool(alike(noise, labels) > 0.05), bool(alike(noise + labels - labels.mean(), labels) < 1e-6)
    (True, True)
    """
    counts = np.bincount(labels[labels >= 0])
    shared = (labels >= 0) & (counts[labels] > 1)
    if not shared.any():
        return 1.0
    values, labels = values[shared], labels[shared]
    sums, squares, fourth = (np.bincount(labels, values**k) for k in (1, 2, 4))
    mean, variance = squares.sum(), 2 * (squares**2 - fourth).sum()
    if not variance > 0:
        return 1.0
    return float(stats.gamma.sf((sums**2).sum(), mean**2 / variance, scale=variance / mean))


def means_of(values, labels):
    """For each row the mean of the rows that share its label; 0 for those without one."""
    known = labels >= 0
    means = np.bincount(labels[known], values[known]) / np.maximum(np.bincount(labels[known]), 1)
    return np.where(known, means[labels], 0)


def is_noise(residuals, y):
    """Whether residuals are more than what rounding leaves of an exact fit."""
    return bool((residuals**2).sum() > _NOTHING * ((y - y.mean()) ** 2).sum())
