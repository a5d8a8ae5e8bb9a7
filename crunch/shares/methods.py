"""Ways to say how much of an outcome each player explains, each written once for both routes.

Each takes a route (`routes.Squares` or `routes.Vectors`) and the number of columns of each player
and returns an array of shape (draws, p) in units of the outcome's sum of squares.
"""

from itertools import accumulate

import numpy as np


def lmg(route, sizes, progress=iter):
    """What each player adds, averaged over all orders of entry (Lindeman, Merenda & Gold 1980; Shapley)."""
    return route.shapley(sizes, progress)


def first(route, sizes, progress=iter):
    """What each player explains alone."""
    return np.stack([route.left - route.take(own).without(len(own)).left for own, _ in _splits(sizes)], axis=1)


def last(route, sizes, progress=iter):
    """What each player adds to all the others."""
    out = []
    for own, others in _splits(sizes):
        before = route.take([*others, *own]).without(len(others))
        out.append(before.left - before.without(len(own)).left)
    return np.stack(out, axis=1)


def betasq(route, sizes, progress=iter):
    """Squared standardised coefficients."""
    return _coefficients(route)[0] ** 2


def pratt(route, sizes, progress=iter):
    """Standardised coefficient times correlation (Hoffman 1960, Pratt 1987); may be negative."""
    coef, with_y = _coefficients(route)
    return coef * with_y


def relative_weights(route, sizes, progress=iter):
    """Weights of the closest uncorrelated levers, led back (Johnson 2000, equal to Genizi 1993)."""
    U, S, t, _ = route.principal()
    root = (U * S[:, None, :]) @ U.swapaxes(1, 2)
    closest = (U @ t[..., None])[..., 0]
    return (root**2 @ closest[..., None] ** 2)[..., 0]


def car(route, sizes, progress=iter):
    """Squared correlations with the closest uncorrelated levers (Zuber & Strimmer 2011)."""
    U, _, t, _ = route.principal()
    return (U @ t[..., None])[..., 0] ** 2


def _coefficients(route):
    """Coefficients of the levers scaled to length one, and their products with the outcome."""
    U, S, t, _ = route.principal()
    inverse = np.where(S > 0, 1 / np.where(S > 0, S, 1), 0)
    return (U @ (inverse * t)[..., None])[..., 0], (U @ (S * t)[..., None])[..., 0]


def _splits(sizes):
    """For each player, its own columns and those of the others."""
    ends = list(accumulate(sizes))
    for size, end in zip(sizes, ends, strict=True):
        own = list(range(end - size, end))
        yield own, [k for k in range(ends[-1]) if k not in own]


METHODS = {f.__name__: f for f in (lmg, first, last, betasq, pratt, relative_weights, car)}
OF_SUBSETS = ("lmg", "first", "last")  # these ask what sets of columns explain, so a player may be a group
OF_COEFFICIENTS = ("betasq", "pratt")  # these need every coefficient, so no lever may repeat others
ADD_UP = ("lmg", "pratt", "relative_weights", "car")  # these sum to what all players explain
MAY_BE_NEGATIVE = ("pratt",)
