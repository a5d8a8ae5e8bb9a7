"""What every subset of the players leaves unexplained, and the Shapley (LMG) shares that follow.

A player is a lever, or a group of levers that enter together. Subset number s holds player j when
bit j of s is set. From moments all 2^p residual variances come by Schur complements: for each
player, append to the matrices without it those with it swept out, about 6·2^p operations. Memory
stays flat: the first players are doubled once, the rest a piece at a time.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec

import numpy as np

from crunch.shares.sets import popcounts
from crunch.shares.sweeping import TOLERANCE, inverse_pivot

MOST = 30  # players beyond which looking at every subset takes too long
PIECE = 17  # numbers in a piece, as a power of two: about what a core's cache holds
_FAST = 20  # players from which compiled code is worth loading


def residual_variances(matrices, sizes=None):
    """The unexplained moment of the last column for every subset of the players.

    Parameters
    ----------
    matrices : array, shape (draws, q + 1, q + 1)
        Moments, columns in the order of the players, the outcome last.
    sizes : sequence of int, optional
        Columns of each player; one each when not given.

    Returns
    -------
    array, shape (2^p, draws)
    """
    return _doubled(_rows(matrices), _each(matrices, sizes), _floors(matrices))[0][0]


def shapley(matrices, sizes=None, progress=iter):
    """Shapley shares of the explained moment: what each player adds, averaged over all orders.

    Parameters
    ----------
    matrices : array, shape (draws, q + 1, q + 1)
        Moments, columns in the order of the players, the outcome last.
    sizes : sequence of int, optional
        Columns of each player, for at most 30 players; one each when not given.
    progress : callable
        Wraps an iterable of known length, as `tqdm` does.

    Returns
    -------
    array, shape (draws, p)
        In units of the outcome's moment; a row sums to what all players explain together.

    References
    ----------
    Lindeman, Merenda & Gold (1980), Introduction to Bivariate and Multivariate Analysis;
    Grömping (2006), Journal of Statistical Software 17(1).

    Examples
    --------
    Two uncorrelated levers share what they explain, 4 and 1 of 6:

    >>> import numpy as np
    >>> shapley(np.array([[[1.0, 0, 2], [0, 1, 1], [2, 1, 6]]]))
    array([[4., 1.]])
    """
    sizes, draws = _each(matrices, sizes), len(matrices)
    piece, free, step = _piece, max(PIECE - math.ceil(math.log2(draws)), 1), 1
    if draws == 1 and len(sizes) >= _FAST and find_spec("numba"):
        from crunch.shares import fast

        piece, free, step = fast.piece, fast.FREE, fast.STEP
    fixed = max(len(sizes) - free, 0)
    floors = _floors(matrices)
    head = _doubled(_rows(matrices), sizes[:fixed], floors)
    work = partial(piece, head, sizes[fixed:], floors[sum(sizes[:fixed]):], popcounts(fixed), _weights(len(sizes)))
    shares, numbers = np.zeros((len(sizes), draws)), np.arange(1 << fixed)
    starts = range(0, 1 << fixed, step)
    for start, (inside, totals, absent) in zip(progress(starts), _in_threads(work, starts), strict=True):
        shares[fixed:] += inside
        shares += absent
        for j in range(fixed):
            shares[j] += totals[numbers[start:start + step] >> j & 1 == 1].sum(axis=0)
    return shares.T


def shares_of(left):
    """Shapley shares from what every subset leaves unexplained.

    Parameters
    ----------
    left : array, shape (2^p, draws)

    Returns
    -------
    array, shape (draws, p)
    """
    players = len(left).bit_length() - 1
    inside, _, absent = _weighed(left, popcounts(players), _weights(players))
    return (inside + absent).T


def _weights(players):
    """What a subset's residual counts for, by its size: for absent players, and beyond that for present ones.

    A share is the weighted mean of left(S) - left(S with j), with weight 1 / (p C(p - 1, |S|)).
    """
    weights = [1 / (players * math.comb(players - 1, size)) for size in range(players)]
    absent = np.array([*weights, 0.0])
    return absent, -np.array([0.0, *weights]) - absent


def _weighed(left, counts, weights):
    """Sums over the subsets: for those with each player, for all of them, and for absent players."""
    absent, beyond = (w[counts][:, None] for w in weights)
    gap, inside = left * beyond, []
    while len(gap) > 1:  # fold the highest player away: its half is what the subsets with it count for
        half = len(gap) // 2
        inside.append(gap[half:].sum(axis=0))
        gap = gap[:half] + gap[half:]
    return np.array(inside[::-1]).reshape(-1, left.shape[1]), gap, (left * absent).sum(axis=0)


def _piece(head, sizes, floors, counts, weights, start):
    """The weighed sums of all subsets whose first players are those of subset number `start`."""
    left = _doubled([row[:, start:start + 1] for row in head], sizes, floors)[0][0]
    return _weighed(left, counts[start] + popcounts(len(sizes)), weights)


def _in_threads(work, starts):
    """The results in order, computed on all cores: NumPy and compiled code let go of the interpreter."""
    threads = min(os.cpu_count() or 1, len(starts))
    if threads == 1:
        yield from map(work, starts)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        yield from pool.map(work, starts)
    finally:
        pool.shutdown(cancel_futures=True)


def _each(matrices, sizes):
    return [1] * (matrices.shape[-1] - 1) if sizes is None else list(sizes)


def _rows(matrices):
    """Upper triangles as rows of shape (q - i, subsets, draws): long runs of equal operations."""
    return [np.ascontiguousarray(matrices[:, i, i:].T)[:, None] for i in range(matrices.shape[-1])]


def _floors(matrices):
    """The pivots, by column and draw, below which a column repeats others; shape (q, draws)."""
    return TOLERANCE * np.maximum(np.diagonal(matrices, axis1=1, axis2=2).T, np.finfo(float).tiny)


def _doubled(rows, sizes, floors):
    """The matrices of every subset of these players: without each, then with it swept out."""
    k = 0
    for size in sizes:
        swept = rows
        for _ in range(size):
            first = swept[0]
            scaled = first[1:] * inverse_pivot(first[0], floors[k])
            swept = [row - scaled[i] * first[i + 1:] for i, row in enumerate(swept[1:])]
            k += 1
        rows = [np.concatenate(pair, axis=1) for pair in zip(rows[size:], swept, strict=True)]
    return rows
