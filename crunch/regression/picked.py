"""The interval of an effect that is named because it came out largest."""

import numpy as np
from scipy import optimize, special, stats

_SIZES, _PARTS = 24, 10  # points of the grid: how large effects are, and which part of them is there


def picked(estimates, errors, at, low, high, level):
    """An interval for the estimate at one place, though it was picked out of all for being large.

    An estimate that is named because it is the largest owes part of that to luck, and its own interval
    holds the truth too seldom where several weak effects compete, or one stands among nulls. The
    end near zero is that of the posterior where effects are nil with some probability and normal
    otherwise, if it lies nearer; both that probability and the size of effects are learned from all
    estimates, which is what allows for how many were looked at (Scott & Berger 2010, Annals of Statistics
    38, 2587–2619). The far end stays: a posterior alone would take too much off one strong effect among
    nulls. Errors are taken as normal and independent.

    Parameters
    ----------
    estimates, errors : array, shape (m,)
        With their standard errors, in one unit for all, such as what goes with a usual move; NaN where there is none.
    at : int
        Which was picked.
    low, high : float
        Its own interval.
    level : float

    Returns
    -------
    low, high, expected : float
        The mean of the posterior last.

    Examples
    --------
    >>> low, high, expected = picked(np.array([1.0, 0.2, -0.1]), np.full(3, 0.39), 0, 0.24, 1.76, 0.95)
    >>> low, high, round(expected, 1)
    (0.0, 1.76, 0.4)
    """
    sign = -1.0 if estimates[at] < 0 else 1.0
    known = np.isfinite(estimates) & (errors > 0)
    if not known[at] or known.sum() < 2:  # out of one, nothing was picked
        return low, high, float(estimates[at])
    middle, spread, weights = _posterior(sign * estimates[known], errors[known], int(known[:at].sum()))
    tail = (1 - level) / 2

    def beyond(x):
        """How much more than a tail lies below x, above zero."""
        return (1 - weights.sum()) + weights @ special.ndtr((x - middle) / spread) - tail

    near = low if sign > 0 else -high
    if near > 0:
        near = 0.0 if beyond(0.0) >= 0 else min(near, optimize.brentq(beyond, 0.0, sign * float(estimates[at]) * 2))
    expected = sign * float(weights @ middle)
    return (near, high, expected) if sign > 0 else (low, -near, expected)


def _posterior(estimates, errors, at):
    """Means, standard deviations and weights of the normals that one effect's posterior is made of; the rest is nil."""
    largest = max(np.abs(estimates).max(), errors.max())
    sizes = np.geomspace(errors.min() / 4, 4 * largest, _SIZES)[:, None]
    parts = ((np.arange(_PARTS) + 0.5) / _PARTS)[:, None, None]
    there = np.log(parts) + stats.norm.logpdf(estimates, 0, np.hypot(errors, sizes))
    either = np.logaddexp(np.log1p(-parts) + stats.norm.logpdf(estimates, 0, errors), there)
    likely = either.sum(axis=2)
    likely = np.exp(likely - likely.max())
    weights = (likely * np.exp(there - either)[:, :, at]).sum(axis=0) / likely.sum()
    shrunk = (sizes**2 / (sizes**2 + errors[at] ** 2)).ravel()
    return shrunk * estimates[at], np.sqrt(shrunk) * errors[at], weights
