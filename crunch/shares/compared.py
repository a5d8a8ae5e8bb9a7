"""Which player explains more than another: on average, at each number of others, with any others.

Budescu (1993), Psychological Bulletin 114; Azen & Budescu (2003), Psychological Methods 8.
"""

import math

import numpy as np

from crunch.shares.sets import popcounts

MOST = 20  # players beyond which all pairs in all subsets take too long


def conditional(left):
    """What each player adds on average to each number of others; its mean is the Shapley share.

    Parameters
    ----------
    left : array, shape (2^p,)
        What every subset leaves unexplained; subset s holds player j when bit j of s is set.

    Returns
    -------
    array, shape (p, p)
        Row: player; column: how many entered before it.
    """
    players = len(left).bit_length() - 1
    size, number = popcounts(players), np.arange(len(left))
    out = np.empty((players, players))
    for j in range(players):
        inside = number >> j & 1 == 1
        without = np.bincount(size[~inside], left[~inside], players)
        with_it = np.bincount(size[inside] - 1, left[inside], players)
        out[j] = without - with_it
    return out / [math.comb(players - 1, k) for k in range(players)]


def complete(left, tolerance=1e-12):
    """Whether a player explains more than another next to every set of the rest.

    Parameters
    ----------
    left : array, shape (2^p,)
    tolerance : float
        Part of the outcome's moment by which two sums may differ and count as equal.

    Returns
    -------
    array of bool, shape (p, p)
        [i, j]: with any others, i in j's place leaves less unexplained, and in some case truly less.
    """
    players = len(left).bit_length() - 1
    number, slack = np.arange(len(left)), tolerance * left[0]
    out = np.zeros((players, players), dtype=bool)
    for i in range(players):
        for j in range(i):
            rest = number[(number >> i & 1 == 0) & (number >> j & 1 == 0)]
            ahead = left[rest + (1 << j)] - left[rest + (1 << i)]  # positive where i leaves less
            differs = np.abs(ahead).max() > slack
            out[i, j] = differs and ahead.min() >= -slack
            out[j, i] = differs and ahead.max() <= slack
    return out
