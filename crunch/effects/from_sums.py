"""Effects and shares from moments alone: what no rows are needed for."""

from dataclasses import dataclass

import numpy as np

from crunch.regression.intervals import jackknife, student
from crunch.shares.divide import Shares, divide_moments
from crunch.shares.sweeping import TOLERANCE, sweep, sweep_many
from crunch.shares.ties import needed, ties


@dataclass(frozen=True)
class Effects:
    """Coefficients of the levers that can be told apart, in order.

    Attributes
    ----------
    kept, lost, tied : list of int
        Levers with a coefficient; those that context explains entirely; those that move only
        together and are held constant.
    held : int
        Columns of context, levers that move only together among them.
    coef, half, p_values : array, shape (kept,)
        `half` is half the width of the interval.
    correlation : array, shape (kept, kept)
        Of what context leaves of the levers.
    shares : Shares
        Among the kept levers.
    """

    kept: list
    lost: list
    tied: list
    held: int
    coef: np.ndarray
    half: np.ndarray
    p_values: np.ndarray
    correlation: np.ndarray
    shares: Shares | None


def effects(moments, context, level, progress=iter):
    """Least squares on moments; errors and intervals leave out one block of rows after another.

    The delete-a-block jackknife allows unequal noise, and dependence within blocks.

    Parameters
    ----------
    moments : Moments
        Columns in order: context, levers, score.
    context : int
        How many columns are context.
    level : float
    progress : callable

    Returns
    -------
    Effects
    """
    size = np.sqrt(np.where(np.diag(moments.matrix) > 0, np.diag(moments.matrix), 1))
    scale = np.outer(size, size)
    whole, many = moments.matrix / scale, moments.deleted() / scale
    held = list(needed(whole, tuple(range(context))))
    levers = list(range(context, len(whole) - 1))
    free = _only(whole, [*held, *levers], len(held))
    lost = [j for j in range(len(levers)) if free[j, j] <= TOLERANCE]
    alive = [j for j in range(len(levers)) if j not in lost]
    tied = [alive[k] for group in ties(free[np.ix_(alive, alive)]) for k in group] if len(alive) > 1 else []
    kept = [j for j in alive if j not in tied]
    # Levers that cannot be told apart stay controls: the others' effects need them.
    held += list(needed(whole, (*held, *(levers[j] for j in tied))))[len(held):]
    if not kept:
        return Effects([], lost, tied, len(held), *np.empty((3, 0)), np.empty((0, 0)), None)
    order = [*held, *(levers[j] for j in kept), len(whole) - 1]
    free = _only(whole, order[:-1], len(held))
    coef = _solved(free[None])[0]
    without = _solved(sweep_many(many[:, order][:, :, order], len(held)))
    se = np.sqrt(np.diag(jackknife(without, coef, moments.counts)))
    low, high, p_values = student(coef, se, len(moments.counts) - 1, level)
    unit = size[-1] / size[[levers[j] for j in kept]]
    spread = np.sqrt(np.diag(free)[:-1])
    shares = divide_moments(whole[np.ix_(order, order)], len(held), [(j,) for j in range(len(kept))],
                            many=many[:, order][:, :, order], progress=progress)
    return Effects(kept, lost, tied, len(held), coef * unit, (high - low) / 2 * unit, p_values,
                   free[:-1, :-1] / np.outer(spread, spread), shares)


def _only(matrix, columns, count):
    """What the first `count` of these columns leave of the others and of the score."""
    order = [*columns, len(matrix) - 1]
    return sweep(matrix[np.ix_(order, order)], count)


def _solved(free):
    """Coefficients from moments of levers and score, shape (draws, p)."""
    return np.linalg.solve(free[:, :-1, :-1], free[:, :-1, -1:])[..., 0]
