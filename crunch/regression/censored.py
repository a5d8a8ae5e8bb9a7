"""Regression on a rounded score as what it is: intervals that the hidden score lies in."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, special, stats

from crunch.regression.band import least_slack

_STEPS = 100
_LEAST_LEFT = 0.01  # of what is known, when one row is left out; keeps a row that alone says something finite
_FLAT = 1e-9  # Newton's decrement below which the likelihood has its maximum


@dataclass(frozen=True)
class IntervalFit:
    """Coefficients of the hidden score, and what is known of them.

    Attributes
    ----------
    coef : array, shape (columns,)
    cov : array, shape (columns, columns)
        Robust to noise that is not equal everywhere, and no smaller than equal noise would have it.
    sigma : float
        Standard deviation of the hidden score about the fit, rounding not included.
    dof : float
    log_likelihood : float
    """

    coef: np.ndarray
    cov: np.ndarray
    sigma: float
    dof: float
    log_likelihood: float

    @property
    def se(self):
        """Standard errors, shape (columns,)."""
        return np.sqrt(np.diag(self.cov))

    @property
    def p_values(self):
        """Two-sided p-values, shape (columns,)."""
        return 2 * stats.t.sf(np.abs(self.coef) / self.se, self.dof)

    def half_width(self, level):
        """Half the width of each interval at this level, shape (columns,)."""
        return stats.t.ppf(0.5 + level / 2, self.dof) * self.se


def interval_fit(low, high, X):
    """Normal regression by maximum likelihood when only the band of each response is known.

    Newton's method in coefficients / sigma and 1 / sigma, in which the likelihood is concave
    (Burridge 1981, Journal of the Royal Statistical Society B 43; after Olsen 1978, Econometrica 46).

    Where noise is small against the bands, only the few rows near an edge say anything, and a plain
    sandwich covers far too seldom. So errors are from leaving out each row in turn, one Newton step
    each (what HC3 is for least squares), and no smaller than those of the model.

    Parameters
    ----------
    low, high : array, shape (rows,)
    X : array, shape (rows, columns)
        Full column rank, intercept included where one is wanted.

    Returns
    -------
    IntervalFit or None
        None when there is no maximum, because coefficients without any noise meet all bands.

    Examples
    --------
    >>> X = np.column_stack([np.ones(8), np.arange(8)])
    >>> shown = np.array([0, 0, 1, 1, 1, 2, 1, 2])
    >>> interval_fit(shown - 0.5, shown + 0.5, X).coef.round(2).tolist()
    [0.13, 0.25]
    """
    scale = np.sqrt((X**2).mean(axis=0))
    middle, width = (low + high).mean() / 2, float((high - low).mean())
    constant = np.linalg.lstsq(X / scale, np.ones(len(X)), rcond=None)[0]
    shift = middle if np.allclose(X / scale @ constant, 1, atol=1e-9) else 0.0  # an offset that an intercept takes up
    ends = np.column_stack([low - shift, high - shift]) / width
    Z = X / scale
    # Where bands can be met without noise, ever less of it is ever more likely.
    if least_slack(*ends.T, np.empty((len(Z), 0)), sparse.csc_array(Z)) == 0:
        return None
    parameters, information, value = _maximum(ends, Z)
    cov, unit = _covariance(parameters, information, ends, Z), width / scale
    return IntervalFit(parameters[:-1] / parameters[-1] * unit + shift * constant / scale, cov * np.outer(unit, unit),
                       float(width / parameters[-1]), float(len(X) - X.shape[1]), float(value))


def _maximum(ends, Z):
    """Parameters at the maximum, minus the Hessian there, and the log-likelihood."""
    mean = ends.mean(axis=1)
    start = np.linalg.lstsq(Z, mean, rcond=None)[0]
    theta = 1 / np.sqrt(((mean - Z @ start) ** 2).mean() + 1 / 12)
    parameters = np.append(start * theta, theta)
    value, scores, information = _likelihood(parameters, ends, Z)
    for _ in range(_STEPS):
        step = np.linalg.lstsq(information, scores.sum(axis=0), rcond=None)[0]
        decrement = scores.sum(axis=0) @ step
        if decrement < _FLAT:
            return parameters, information, value
        size = 1.0
        while True:  # halved until it climbs
            trial = parameters + size * step
            if trial[-1] > 0:
                new = _likelihood(trial, ends, Z)
                if new[0] >= value + 0.1 * size * decrement or size < 1e-10:
                    break
            size /= 2
        parameters, (value, scores, information) = trial, new
    return parameters, information, value


def _covariance(parameters, information, ends, Z):
    """Of the coefficients: from leaving out each row, and at least what the model says."""
    a, b, _, at_a, at_b = _at_ends(parameters, ends, Z)
    theta, ones = parameters[-1], np.ones(len(Z))
    # A row acts on the parameters through two numbers, its fit and 1 / sigma, so leaving it out is algebra of
    # 2 × 2: own is its part of the information, pull its score, in these two.
    to_a, to_b = (np.column_stack([-ones, end]) for end in ends.T)
    pull = at_b[:, None] * to_b - at_a[:, None] * to_a
    own = (at_b * b)[:, None, None] * _squares(to_b) - (at_a * a)[:, None, None] * _squares(to_a) + _squares(pull)
    size = np.sqrt(np.diag(information))
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    root = vectors / np.sqrt(np.maximum(values, np.finfo(float).eps * len(size))) / size[:, None]  # of the inverse
    # From (b / sigma, 1 / sigma) to b: b = gamma / theta.
    slope = np.column_stack([np.eye(len(size) - 1) / theta, -parameters[:-1] / theta**2]) @ root
    fit, last = Z @ root[:-1], np.broadcast_to(root[-1], (len(Z), len(size)))
    both = np.stack([fit, last], axis=1)
    left = np.eye(2) - own @ (both @ both.transpose(0, 2, 1))
    det = np.maximum(left[:, 0, 0] * left[:, 1, 1] - left[:, 0, 1] * left[:, 1, 0], _LEAST_LEFT)
    turned = np.column_stack([left[:, 1, 1] * pull[:, 0] - left[:, 0, 1] * pull[:, 1],
                              left[:, 0, 0] * pull[:, 1] - left[:, 1, 0] * pull[:, 0]]) / det[:, None]
    moved = (both * turned[:, :, None]).sum(axis=1) @ slope.T
    robust, model = moved.T @ moved, (slope**2).sum(axis=1)
    widen = np.sqrt(np.maximum(1, model / np.diag(robust)))
    return robust * np.outer(widen, widen)


def _squares(pairs):
    """Each row's products with itself, shape (rows, 2, 2)."""
    return pairs[:, :, None] * pairs[:, None, :]


def _at_ends(parameters, ends, Z):
    """Standardised ends of the bands, log-probabilities between them, and densities over these."""
    a, b = (parameters[-1] * end - Z @ parameters[:-1] for end in ends.T)
    log_p = _log_difference(a, b)
    # As logarithms: far out both are too small for floats.
    return a, b, log_p, *(np.exp(-(z**2) / 2 - np.log(2 * np.pi) / 2 - log_p) for z in (a, b))


def _likelihood(parameters, ends, Z):
    """Log-likelihood, each row's scores, and minus the Hessian, in coefficients / sigma and 1 / sigma."""
    a, b, log_p, at_a, at_b = _at_ends(parameters, ends, Z)
    rows_a, rows_b = (np.column_stack([-Z, end]) for end in ends.T)
    scores = at_b[:, None] * rows_b - at_a[:, None] * rows_a
    curve = (rows_a.T * (at_a * a)) @ rows_a - (rows_b.T * (at_b * b)) @ rows_b - scores.T @ scores
    return log_p.sum(), scores, -curve


def _log_difference(a, b):
    """log(Φ(b) − Φ(a)) for a < b, to full precision in both tails."""
    flip = a > 0  # the upper tail is the lower one of the mirror image
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    log_low, log_high = special.log_ndtr(low), special.log_ndtr(high)
    return log_high + np.log1p(-np.exp(log_low - log_high))
