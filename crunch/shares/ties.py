"""Columns that can hardly be told apart: how hardly, which, and one player made of them."""

import numpy as np

from crunch.shares.sweeping import TOLERANCE, sweep

NOISE = 1e5  # scaled condition number above which shares from moments are rounding (error ~ eps cond²)
_PART = 0.02  # part in the directions that hardly move from which a column counts as tied


def condition(route):
    """The scaled condition number of a route's levers, but for those with nothing left; infinite when one repeats."""
    _, S, _, size = route.principal()
    S = np.sort(S[0])[::-1][:np.count_nonzero(size[0])]
    if S.size == 0:
        return 1.0
    return float(S[0] / S[-1]) if S[-1] > 0 else np.inf


def ties(matrix):
    """Sets of columns that move almost only together.

    Parameters
    ----------
    matrix : array, shape (q, q)
        Moments of the columns.

    Returns
    -------
    list of list of int
        Each set has at least two columns; empty when the scaled condition number is at most 1e5.
    """
    size = np.sqrt(np.diag(matrix))
    # A column with nothing left is tied to none: its zeros are replaced by a direction of its own.
    scaled = np.where(np.eye(len(matrix), dtype=bool), 1, matrix / np.outer(*[np.where(size > 0, size, 1)] * 2))
    values, axes = np.linalg.eigh(scaled)
    still = axes[:, values <= values[-1] / NOISE**2]
    # Columns that share a direction in which nothing moves; axes alone would mix separate ties.
    linked = np.abs(still @ still.T) > _PART
    sets, seen = [], set()
    for j in range(len(matrix)):
        if j in seen or not linked[j, j]:
            continue
        members, more = set(), {j}
        while more:
            members |= more
            more = {int(k) for m in more for k in np.flatnonzero(linked[m])} - members
        seen |= members
        if len(members) > 1:
            sets.append(sorted(members))
    return sets


def merged(players, sets):
    """Players joined where a set of tied columns spans several of them.

    Parameters
    ----------
    players : sequence of tuple of int
        Columns of each player.
    sets : list of list of int

    Returns
    -------
    list of tuple
        Positions of the players that each new player joins, in order.
    """
    joined = [{j} for j in range(len(players))]
    for tied in sets:
        hit = [group for group in joined if any(set(tied) & set(players[j]) for j in group)]
        joined = [group for group in joined if group not in hit] + [set().union(*hit)]
    return sorted((tuple(sorted(group)) for group in joined), key=lambda group: group[0])


def needed(matrix, columns):
    """The columns of a player that are not given by those before them.

    Parameters
    ----------
    matrix : array, shape (q, q)
        Moments.
    columns : tuple of int

    Returns
    -------
    tuple of int
    """
    kept = []
    for column in columns:
        rest = sweep(matrix[np.ix_([*kept, column], [*kept, column])], len(kept))
        if rest[0, 0] > TOLERANCE * matrix[column, column]:
            kept.append(column)
    return tuple(kept)
