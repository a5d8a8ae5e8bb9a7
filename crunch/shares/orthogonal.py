"""The same from the rows themselves: orthogonal projections, for columns that are nearly dependent.

Moments hold squares and lose twice the digits of the columns: their error grows like eps times the
squared condition number, that of projections like eps times the condition number itself. A table
enters as the triangle of its QR decomposition: vectors with the lengths and angles of its columns.
"""

import numpy as np

MOST = 16  # columns beyond which projecting every subset takes too long
TOLERANCE = 1e-10  # part of a column's length below which what is left of it is rounding


def vectors(data, counts=None, groups=None):
    """Columns as short vectors with the same inner products, for each set of row counts.

    Parameters
    ----------
    data : array, shape (rows, q)
    counts : array, shape (draws, rows), optional
        How often each row counts in each draw; once, without.
    groups : array of int, shape (rows,), optional
        Group codes: columns are then taken about each draw's own group means.

    Returns
    -------
    array, shape (draws, q, d)
        Column i of draw k as vector [k, i], with d the smaller of rows and q.
    """
    if counts is None and groups is None:
        return np.linalg.qr(data, mode="r").T[None]
    out = []
    for count in np.ones((1, len(data))) if counts is None else counts:
        centred = data
        if groups is not None:
            size = np.maximum(np.bincount(groups, count), 1)
            means = np.stack([np.bincount(groups, count * column) / size for column in data.T], axis=1)
            centred = data - means[groups]
        out.append(np.linalg.qr(np.sqrt(count)[:, None] * centred, mode="r").T)
    return np.stack(out)


def lengths(columns):
    """Lengths of vectors, shape (..., q) for columns of shape (..., q, d)."""
    return np.sqrt((columns**2).sum(axis=-1))


def project_out(columns, count, size=None):
    """The later vectors without what lies along the first `count` (modified Gram-Schmidt).

    The residual of a last column is as exact as with Householder reflections (Björck 1967, BIT 7).

    Parameters
    ----------
    columns : array, shape (..., q, d)
    count : int
    size : array, shape (..., q), optional
        Lengths before anything was projected out; those of `columns` when not given.

    Returns
    -------
    array, shape (..., q - count, d)
    """
    size = lengths(columns) if size is None else size
    for k in range(count):
        first = columns[..., 0, :]
        length = lengths(first)
        alive = length > TOLERANCE * size[..., k]
        unit = np.where(alive[..., None], first / np.where(alive, length, 1)[..., None], 0)
        rest = columns[..., 1:, :]
        columns = rest - (rest @ unit[..., None]) * unit[..., None, :]
    return columns


def residual_variances(columns, sizes=None):
    """What every subset of the players leaves of the last column's squared length.

    Parameters
    ----------
    columns : array, shape (draws, q + 1, d)
        Columns in the order of the players, the outcome last.
    sizes : sequence of int, optional
        Columns of each player; one each when not given.

    Returns
    -------
    array, shape (2^p, draws)
        Subset number s holds player j when bit j of s is set.
    """
    size = lengths(columns)
    stack, used = columns[None], 0
    for step in [1] * (columns.shape[1] - 1) if sizes is None else sizes:
        swept = project_out(stack, step, size[:, used:])
        stack = np.concatenate([stack[..., step:, :], swept])
        used += step
    return (stack[..., 0, :] ** 2).sum(axis=-1)
