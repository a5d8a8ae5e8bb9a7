"""How many past periods a diary must hold constant."""

import numpy as np
from scipy import stats

from crunch.effects.design import design
from crunch.errors import FEW_ROWS, InputError
from crunch.regression.fit import factored

MOST = 4
ALPHA = 0.01  # strict: a lag added by mistake costs power, and this test is asked up to four times


def lags_needed(study):
    """The fewest lags, 1 to 4, after which the residuals no longer echo.

    Lag-augmented local projections are valid when the lags cover the memory of the series
    (Montiel Olea & Plagborg-Møller 2021); the check is the Breusch-Godfrey test on four lags.

    Parameters
    ----------
    study : Study
        A diary.

    Returns
    -------
    lags : int
    echo : bool
        Whether the residuals still echo with the most lags that the rows allow.
    """
    for lags in range(1, MOST + 1):
        try:
            plan = design(study, lags=lags)
        except InputError as error:
            if lags == 1 or error.code != FEW_ROWS:
                raise
            return lags - 1, True
        if plan.matrix.shape[1] == 0 or _quiet(plan):
            return lags, False
    return MOST, True


def _quiet(plan):
    """Whether the residuals pass the Breusch-Godfrey test (Lagrange multiplier form, chi-squared)."""
    rows, columns = plan.matrix.shape
    residuals = plan.factored.residuals(plan.y)
    if rows < columns + 3 * MOST or (residuals**2).sum() <= 1e-12 * ((plan.y - plan.y.mean()) ** 2).sum():
        return True
    echoes = np.column_stack([np.concatenate([np.zeros(k), residuals[:-k]]) for k in range(1, MOST + 1)])
    left = factored(np.column_stack([plan.matrix, echoes])).residuals(residuals)
    statistic = rows * (1 - (left**2).sum() / (residuals**2).sum())
    return stats.chi2.sf(statistic, MOST) >= ALPHA
