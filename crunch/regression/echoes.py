"""Whether residuals of rows that follow each other resemble each other."""

import numpy as np
from scipy import stats

from crunch.regression.fit import factored

MOST = 4  # rows back that are looked at
_NOTHING = 1e-12  # part of the variation below which residuals are rounding


def echo(matrix, residuals):
    """The p-value of the Breusch-Godfrey test (Lagrange multiplier form, chi-squared).

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
    echoes = np.column_stack([np.concatenate([np.zeros(k), residuals[:-k]]) for k in range(1, MOST + 1)])
    left = factored(np.column_stack([matrix, echoes])).residuals(residuals)
    statistic = rows * (1 - (left**2).sum() / (residuals**2).sum())
    return float(stats.chi2.sf(statistic, MOST))


def is_noise(residuals, y):
    """Whether residuals are more than what rounding leaves of an exact fit."""
    return bool((residuals**2).sum() > _NOTHING * ((y - y.mean()) ** 2).sum())
