"""Effects and shares from moments alone: what no rows are needed for."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from crunch.effects.verdict import shared_level
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
    each : float
        The level of each interval, which allows for all of them.
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
    each: float
    correlation: np.ndarray
    shares: Shares | None


def effects(moments, context, level, progress=iter):
    """Least squares on moments; errors and intervals leave out one block of rows after another.

    The delete-a-block jackknife allows unequal noise, and dependence within blocks. It has as many degrees of freedom
    as blocks take part in what a lever moves beside the others: one less than there are where all do so equally.

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
        return Effects([], lost, tied, len(held), *np.empty((3, 0)), level, np.empty((0, 0)), None)
    order = [*held, *(levers[j] for j in kept), len(whole) - 1]
    free = _only(whole, order[:-1], len(held))
    coef = _solved(free[None])[0]
    without = _solved(sweep_many(many[:, order][:, :, order], len(held)))
    se = np.sqrt(np.diag(jackknife(without, coef, moments.counts)))
    dof = _freedom(whole, many, held, [levers[j] for j in kept])
    p_values = student(coef, se, dof, level)[2]
    each = shared_level(p_values, level)
    half = stats.t.ppf(0.5 + each / 2, dof) * se
    unit = size[-1] / size[[levers[j] for j in kept]]
    spread = np.sqrt(np.diag(free)[:-1])
    shares = divide_moments(whole[np.ix_(order, order)], len(held), [(j,) for j in range(len(kept))],
                            many=many[:, order][:, :, order], progress=progress)
    return Effects(kept, lost, tied, len(held), coef * unit, half * unit, p_values, each,
                   free[:-1, :-1] / np.outer(spread, spread), shares)


def _freedom(whole, many, held, kept):
    """Degrees of freedom per lever: one less than the number of blocks that its own movement amounts to."""
    columns = [*kept, *held]
    own = np.linalg.inv(whole[np.ix_(columns, columns)])[:, :len(kept)]  # a lever less what the others say of it
    moved = np.einsum("ij,bik,kj->bj", own, (whole - many)[:, columns][:, :, columns], own)
    return np.maximum(moved.sum(axis=0) ** 2 / (moved**2).sum(axis=0) - 1, 1)


def _only(matrix, columns, count):
    """What the first `count` of these columns leave of the others and of the score."""
    order = [*columns, len(matrix) - 1]
    return sweep(matrix[np.ix_(order, order)], count)


def _solved(free):
    """Coefficients from moments of levers and score, shape (draws, p)."""
    return np.linalg.solve(free[:, :-1, :-1], free[:, :-1, -1:])[..., 0]
