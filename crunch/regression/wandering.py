"""Whether a series comes back by itself, or may wander."""

import numpy as np

from crunch.regression.fit import factored

ALPHA = 0.01
_SPARE = 10  # residual degrees of freedom below which nothing is sure


def comes_back(index, values, lags):
    """Whether a series is sure to come back to its trend by itself, so that what wanders does not seem to go with it.

    Augmented Dickey-Fuller test with a linear trend (Said & Dickey 1984, Biometrika 71; p-values of MacKinnon 2010).

    Parameters
    ----------
    index : array of int, shape (rows,)
        The period of each row.
    values : array, shape (rows,)
        NaN where nothing was noted.
    lags : int
        Past changes held constant.

    Returns
    -------
    bool
        False where there are too few periods to tell.
    """
    from statsmodels.tsa.adfvalues import mackinnonp  # here, because only bends in diaries need it

    full = np.full(index[-1] + 1, np.nan)
    full[index] = (values - np.nanmean(values)) / (np.nanstd(values) or 1)
    change, time = np.diff(full), np.arange(len(full)) / len(full)
    now = np.arange(lags, len(change))
    X = np.column_stack([full[now], np.ones(len(now)), time[now], *(change[now - k] for k in range(1, lags + 1))])
    known = ~np.isnan(np.column_stack([X, change[now]])).any(axis=1)
    if known.sum() < X.shape[1] + _SPARE:
        return False
    taken_apart = factored(X[known])
    rest = taken_apart.residuals(change[now][known])
    inverse = np.linalg.inv(taken_apart.R)[0]
    slope = inverse @ (taken_apart.Q.T @ change[now][known])
    error = np.sqrt((rest @ rest) / (known.sum() - X.shape[1]) * (inverse @ inverse))
    return bool(error > 0 and mackinnonp(slope / error, regression="ct", N=1) < ALPHA)
