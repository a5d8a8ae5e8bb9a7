"""Regression on a rounded score as what it is: intervals that the hidden score lies in."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, special, stats

from crunch.regression.band import least_slack

_STEPS = 100
_MOST_PULL = 0.9  # of a single row, so that no row weighs more than a hundred times its own
_FLAT = 1e-9  # Newton's decrement below which the likelihood has its maximum


@dataclass(frozen=True)
class IntervalFit:
    """Coefficients of the hidden score, and what is known of them.

    Attributes
    ----------
    coef : array, shape (columns,)
    cov : array, shape (columns, columns)
        Robust to noise that is not equal everywhere (a sandwich after the manner of HC3).
    sigma : float
        Standard deviation of the hidden score about the fit, rounding not included.
    dof : float
    """

    coef: np.ndarray
    cov: np.ndarray
    sigma: float
    dof: float

    @property
    def se(self):
        """Standard errors, shape (columns,)."""
        return np.sqrt(np.diag(self.cov))

    def half_width(self, level):
        """Half the width of each interval at this level, shape (columns,)."""
        return stats.t.ppf(0.5 + level / 2, self.dof) * self.se


def interval_fit(low, high, X):
    """Normal regression by maximum likelihood when only the band of each response is known.

    Newton's method in coefficients / sigma and 1 / sigma, in which the likelihood is concave
    (Burridge 1981, Journal of the Royal Statistical Society B 43; after Olsen 1978, Econometrica 46).

    Parameters
    ----------
    low, high : array, shape (rows,)
    X : array, shape (rows, columns)
        Full column rank, intercept included where one is wanted.

    Returns
    -------
    IntervalFit or None
        None when there is no maximum, because coefficients without any noise meet all bands.
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
    parameters, information, scores = _maximum(ends, Z)
    theta = parameters[-1]
    bread = np.linalg.inv(information)
    # As HC3 does: rows that pull the fit toward themselves hide their noise. A plain sandwich covers too seldom here,
    # since where noise is small only the few rows near the edge of their band say anything.
    scores = scores / (1 - _leverage(parameters, ends, Z))[:, None]
    cov = bread @ (scores.T @ scores) @ bread
    # From (b / sigma, 1 / sigma) to b: b = gamma / theta.
    slope = np.column_stack([np.eye(X.shape[1]) / theta, -parameters[:-1] / theta**2])
    unit = width / scale
    return IntervalFit((parameters[:-1] / theta) * unit + shift * constant / scale, (slope @ cov @ slope.T)
                       * np.outer(unit, unit), float(width / theta), float(len(X) - X.shape[1]))


def _maximum(ends, Z):
    """Parameters at the maximum, minus the Hessian there, and each row's scores."""
    mean = ends.mean(axis=1)
    start = np.linalg.lstsq(Z, mean, rcond=None)[0]
    theta = 1 / np.sqrt(((mean - Z @ start) ** 2).mean() + 1 / 12)
    parameters = np.append(start * theta, theta)
    value, scores, information = _likelihood(parameters, ends, Z)
    for _ in range(_STEPS):
        step = np.linalg.lstsq(information, scores.sum(axis=0), rcond=None)[0]
        decrement = scores.sum(axis=0) @ step
        if decrement < _FLAT:
            return parameters, information, scores
        size = 1.0
        while True:  # halved until it climbs
            trial = parameters + size * step
            if trial[-1] > 0:
                new = _likelihood(trial, ends, Z)
                if new[0] >= value + 0.1 * size * decrement or size < 1e-10:
                    break
            size /= 2
        parameters, (value, scores, information) = trial, new
    return parameters, information, scores


def _leverage(parameters, ends, Z):
    """How much each row pulls the fit toward itself: its weight times its distance, shape (rows,)."""
    a, b, _, at_a, at_b = _at_ends(parameters, ends, Z)
    weights = at_b * b - at_a * a + (at_a - at_b) ** 2
    basis = np.linalg.qr(np.sqrt(np.maximum(weights, 0))[:, None] * Z)[0]
    return np.minimum((basis**2).sum(axis=1), _MOST_PULL)


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
