"""Least squares with errors that fit the kind of table: errors by statsmodels, coefficients refined."""

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats
from scipy.linalg import solve_triangular

REFINEMENTS = 2  # each gains as many digits as the plain solution has
_AT_ONCE = 2048  # rows held at a time: stays in the processor's cache
_HALVES = 2.0**27 + 1  # splits a double into two numbers whose products are exact


@dataclass(frozen=True)
class Fit:
    """Coefficients and what is known of them.

    Attributes
    ----------
    coef : array, shape (columns,)
    cov : array, shape (columns, columns)
        Covariance of the coefficients.
    dof : float
        Degrees of freedom of the t distribution.
    residuals : array, shape (rows,)
    """

    coef: np.ndarray
    cov: np.ndarray
    dof: float
    residuals: np.ndarray

    @property
    def se(self):
        """Standard errors, shape (columns,)."""
        return np.sqrt(np.diag(self.cov))

    @property
    def p_values(self):
        """Two-sided p-values, shape (columns,)."""
        exact = self.se == 0  # a perfect fit: no noise to hide in
        t = np.where(exact, np.where(self.coef == 0, 0, np.inf), self.coef / np.where(exact, 1, self.se))
        return 2 * stats.t.sf(np.abs(t), self.dof)

    def half_width(self, level):
        """Half the width of each interval at this level, shape (columns,)."""
        return stats.t.ppf(0.5 + level / 2, self.dof) * self.se


def least_squares(y, X, *, clusters=None, absorbed=0):
    """Ordinary least squares by QR on scaled columns, refined.

    Coefficients and residuals are refined together, twice (Björck 1967, BIT 7), from sums taken in
    twice the precision by error-free products and sums (Dekker 1971, Numerische Mathematik 18;
    Ogita, Rump & Oishi 2005, SIAM Journal on Scientific Computing 26), which needs no longer float
    than every computer has. Errors are statsmodels', of the plain QR solution.

    Errors are HC3 (MacKinnon & White 1985) with n − k degrees of freedom, or, when clusters are
    given, clustered with G − 1 degrees of freedom and the usual small-sample factor.

    Parameters
    ----------
    y : array, shape (rows,)
    X : array, shape (rows, columns)
        Full column rank, intercept included where one is wanted.
    clusters : array of int, shape (rows,), optional
    absorbed : int
        Effects that were demeaned away and are not nested in the clusters; they cost degrees of
        freedom in the small-sample factor.

    Returns
    -------
    Fit
    """
    # Powers of two: to divide by them rounds nothing.
    scale = np.ldexp(1.0, np.frexp(np.sqrt((X**2).mean(axis=0)))[1])
    scaled = X / scale
    model = sm.OLS(y, scaled)
    if clusters is None:
        result = model.fit(method="qr", cov_type="HC3", use_t=True)
        dof, factor = result.df_resid, 1.0
    else:
        result = model.fit(method="qr", cov_type="cluster", use_t=True, cov_kwds={"groups": clusters})
        n, k = X.shape
        dof, factor = len(np.unique(clusters)) - 1, (n - k) / (n - k - absorbed)
    coef, residuals = _refined(y, scaled)
    return Fit(coef / scale, factor * result.cov_params() / np.outer(scale, scale), float(dof), residuals)


def _refined(y, X):
    """Coefficients and residuals of the plain QR solution, moved until r + X b = y and X'r = 0."""
    Q, R = np.linalg.qr(X)
    along = Q.T @ y
    b, r = solve_triangular(R, along), y - Q @ along
    for _ in range(REFINEMENTS):
        missed, slope = _defects(y, X, b, r)
        along = Q.T @ missed + solve_triangular(R, slope, trans="T")
        b += solve_triangular(R, along)
        r += missed - Q @ along
    return b, r


def _defects(y, X, b, r):
    """What is left of the two equations, y − r − X b and X'r, summed in twice the precision."""
    missed, slopes = [], []
    for start in range(0, len(y), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        products, rests = _product(X[rows].T, -b[:, None])
        none = np.zeros_like(rests[:1])
        missed.append(sum(_total(np.vstack([y[rows], -r[rows], products]), np.vstack([none, none, rests]))))
        slopes.append(_total(*_product(X[rows], r[rows, None])))
    return np.concatenate(missed), sum(_total(*(np.array(part) for part in zip(*slopes, strict=True))))


def _product(a, b):
    """The rounded product, and exactly what rounding took from it (Dekker 1971)."""
    (a1, a2), (b1, b2) = _split(a), _split(b)
    product = a * b
    return product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)


def _split(a):
    large = _HALVES * a
    high = large - (large - a)
    return high, a - high


def _total(high, low):
    """Sums over the first axis and what rounding took from them, one half laid onto the other until one row is left."""
    while len(high) > 1:
        if len(high) % 2:
            high, low = (np.concatenate([part, np.zeros_like(part[:1])]) for part in (high, low))
        half = len(high) // 2
        a, b = high[:half], high[half:]
        high = a + b
        taken = high - a
        low = low[:half] + low[half:] + ((a - (high - taken)) + (b - taken))
    return high[0], low[0]
