"""Least squares on a matrix that is taken apart once: any number of outcomes, errors that fit the kind of table."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats
from scipy.linalg import solve_triangular

from crunch.regression.columns import lengths
from crunch.regression.errors import Clusters, Errors, Rows

REFINEMENTS = 2  # each gains as many digits as the plain solution has
_LARGE, _WELL = 20_000, 30.0  # rows from which, and condition up to which, QR alone keeps digits enough
_PLAIN = 1e3  # condition of columns of equal length, far below that of any that repeat others
_NEW = 1e-7  # part of a column's length that must be new
_SPARE = 1e-9  # the least that a row leaves to the others: rows that stand alone are taken out before
_AT_ONCE = 2048  # rows held at a time: stays in the processor's cache
_HALVES = 2.0**27 + 1  # splits a double into two numbers whose products are exact


@dataclass(frozen=True)
class Fit:
    """Coefficients and what is known of them.

    Attributes
    ----------
    coef : array, shape (columns,)
    pulls : array, shape (rows or clusters, columns)
        How far each row, or each cluster, pulls the coefficients; their squares add up to the variances.
    dof : array, shape (columns,)
        Degrees of freedom of each one's t distribution; NaN for columns nobody asks about.
    residuals : array, shape (rows,)
    """

    coef: np.ndarray
    pulls: np.ndarray
    dof: np.ndarray
    residuals: np.ndarray

    @cached_property
    def cov(self):
        """Covariance of the coefficients, shape (columns, columns)."""
        return self.pulls.T @ self.pulls

    @cached_property
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


@dataclass(frozen=True)
class Factored:
    """A design matrix as Q R, on columns scaled by powers of two; see `factored`.

    Attributes
    ----------
    X : array, shape (rows, columns)
        Scaled; `scale` holds by what.
    Q, R : arrays, shapes (rows, columns) and (columns, columns)
    errors : Rows or Clusters
    asked : int
        How many of the first columns are asked about.
    """

    X: np.ndarray
    scale: np.ndarray
    Q: np.ndarray
    R: np.ndarray
    errors: Errors
    asked: int

    @cached_property
    def is_plain(self):
        """Whether nothing needs clearing: no column nearly repeats others, no row is fitted all by itself."""
        size = lengths(self.R)
        if len(self.Q) < len(self.R) or not (size > 0).all():
            return False
        return bool(np.linalg.cond(self.R / size) <= _PLAIN and self.errors.leverage.max(initial=0) <= 1 - _SPARE)

    @cached_property
    def _well(self):
        return len(self.Q) >= _LARGE and np.linalg.cond(self.R) <= _WELL

    def fit(self, y):
        """The regression of one outcome, shape (rows,).

        Returns
        -------
        Fit
        """
        coef, residuals = _plain(y, self.Q, self.R) if self._well else _refined(y, self.X, self.Q, self.R)
        pulls = self.errors.pulls(residuals, self._directions)
        return Fit(coef / self.scale, pulls / self.scale, self._dof, residuals)

    @cached_property
    def _directions(self):
        """Along which each coefficient lies, in coordinates of Q, shape (columns, columns)."""
        return solve_triangular(self.R, np.eye(len(self.R))).T

    @cached_property
    def _dof(self):
        few = self.errors.dof(self._directions[:, :self.asked])
        return np.append(few, np.full(len(self.R) - len(few), np.nan))

    @cached_property
    def carried(self):
        """The part that each row, or cluster, has of what a column asked about moves beside the others.

        Returns
        -------
        array, shape (rows or clusters, asked)
        """
        return self.errors.carried(self._directions[:, :self.asked])

    def residuals(self, y):
        """What the matrix leaves of an outcome, by QR alone, shape (rows,)."""
        return y - self.Q @ (self.Q.T @ y)

    def beside(self, columns, outcomes):
        """What each of some columns does to each outcome, added to the matrix by itself.

        Parameters
        ----------
        columns : array, shape (rows, a)
        outcomes : array, shape (rows, b)

        Returns
        -------
        coef, se : array, shape (a, b)
            NaN for a column that says nothing new.
        dof : array, shape (a, 1)
        """
        free, left = self._freed(columns), self._freed(outcomes)
        size = lengths(free)
        coef, se = np.full((2, columns.shape[1], outcomes.shape[1]), np.nan)
        dof, last = np.full((columns.shape[1], 1), np.nan), np.eye(len(self.R) + 1)[:, -1:]
        for j in np.flatnonzero(size > _NEW * lengths(columns)):
            way = free[:, j] / size[j]
            coef[j] = way @ left / size[j]
            errors, rest = self.errors.with_column(way), left - np.outer(free[:, j], coef[j])
            se[j] = [lengths(errors.pulls(one, last))[0] / size[j] for one in rest.T]
            dof[j] = errors.dof(last)
        return coef, se, dof

    def _freed(self, columns):
        """What the matrix leaves of columns, orthogonal to rounding: after two rounds, or one where it is well."""
        for _ in range(1 if self._well else 2):
            columns = columns - self.Q @ (self.Q.T @ columns)
        return columns


def factored(X, *, clusters=None, times=None, asked=None):
    """Take a design matrix apart, for the regressions of any number of outcomes on it.

    Coefficients and residuals are refined together, twice (Björck 1967, BIT 7), from sums taken in
    twice the precision by error-free products and sums (Dekker 1971, Numerische Mathematik 18;
    Ogita, Rump & Oishi 2005, SIAM Journal on Scientific Computing 26), which needs no longer float
    than every computer has; of many rows only where the matrix is not well conditioned.

    Errors allow unequal noise of rows, or whatever noise within clusters, with degrees of freedom for each column: see
    `crunch.regression.errors`.

    Parameters
    ----------
    X : array, shape (rows, columns)
        Full column rank, intercept included where one is wanted.
    clusters, times : array of int, shape (rows,), optional
        Codes 0, 1, ..., each of them there; `times` where means of clusters and of times were taken out.
    asked : int, optional
        How many of the first columns are asked about; all by default.

    Returns
    -------
    Factored
    """
    # Powers of two: to divide by them rounds nothing.
    scale = np.ldexp(1.0, np.frexp(lengths(X) / np.sqrt(len(X)))[1])
    Q, R = _orthogonal(X / scale)
    errors = Rows(Q) if clusters is None else Clusters(Q, clusters, times)
    return Factored(X / scale, scale, Q, R, errors, X.shape[1] if asked is None else asked)


def _orthogonal(X):
    """Q and R. Of many rows from their products, twice over, which is as exact as reflections are while columns are
    far from repeating each other (CholeskyQR2: Yamamoto, Nakatsukasa, Yanagisawa & Fukaya 2015, Electronic
    Transactions on Numerical Analysis 44), and takes a sixth of the time."""
    if len(X) < _LARGE or X.shape[1] == 0:
        return np.linalg.qr(X)
    try:
        first = np.linalg.cholesky(X.T @ X).T
        if np.linalg.cond(first) > _PLAIN:
            return np.linalg.qr(X)
        Q = X @ np.linalg.inv(first)
        second = np.linalg.cholesky(Q.T @ Q).T
        return Q @ np.linalg.inv(second), second @ first
    except np.linalg.LinAlgError:  # a column is nothing
        return np.linalg.qr(X)


def _plain(y, Q, R):
    """Coefficients and residuals by QR alone."""
    along = Q.T @ y
    return solve_triangular(R, along), y - Q @ along


def _refined(y, X, Q, R):
    """Coefficients and residuals of the plain QR solution, moved until r + X b = y and X'r = 0."""
    b, r = _plain(y, Q, R)
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
