"""Sums of squares and products, weighted by how often each row was drawn."""

import numpy as np

_AT_ONCE = 20_000  # rows


def moments(data, counts=None, groups=None):
    """Second moments of the columns for each set of row counts.

    Parameters
    ----------
    data : array, shape (rows, q)
        Centred and scaled columns: raw ones would lose half their digits in the squares.
    counts : array, shape (draws, rows), optional
        How often each row counts in each draw; once, without.
    groups : array of int, shape (rows,), optional
        Group codes 0, 1, ...: moments are then about each draw's own group means, which is what a
        fixed effect per group does.

    Returns
    -------
    array, shape (draws, q, q)
    """
    rows, q = data.shape
    counts = np.ones((1, rows)) if counts is None else counts
    upper = np.triu_indices(q)
    flat = np.zeros((len(counts), len(upper[0])))
    for start in range(0, rows, _AT_ONCE):  # products of all rows at once would take q times the table's memory
        some = slice(start, start + _AT_ONCE)
        flat += counts[:, some] @ (data[some, upper[0]] * data[some, upper[1]])
    if groups is not None:
        for members in np.split(np.argsort(groups, kind="stable"), np.cumsum(np.bincount(groups))[:-1]):
            sums = counts[:, members] @ data[members]
            size = np.maximum(counts[:, members].sum(axis=1), 1)  # an empty group has zero sums
            flat -= sums[:, upper[0]] * sums[:, upper[1]] / size[:, None]
    out = np.empty((counts.shape[0], q, q))
    out[:, upper[0], upper[1]] = flat
    out[:, upper[1], upper[0]] = flat
    return out
