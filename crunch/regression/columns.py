"""Which columns of a design say something new, and which rows stand alone."""

import numpy as np
from scipy import sparse


def lengths(matrix):
    """Length of each column, shape (columns,)."""
    return np.sqrt(np.einsum("ij,ij->j", matrix, matrix))


def independent(matrix, basis=None, tolerance=1e-7):
    """The columns that are not combinations of the basis and of the columns before them.

    Parameters
    ----------
    matrix : array, shape (rows, columns)
    basis : array, shape (rows, k), optional
        Orthonormal columns that come first.
    tolerance : float
        Part of a column's length that must be new.

    Returns
    -------
    keep : array of int
        Indices of the columns that add something.
    basis : array, shape (rows, k + len(keep))
        Orthonormal basis of everything.
    """
    basis = np.empty((len(matrix), 0)) if basis is None else basis
    keep = []
    for j, column in enumerate(matrix.T):
        size = np.linalg.norm(column)
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)  # twice is enough to be orthogonal to rounding
        if size > 0 and np.linalg.norm(rest) > tolerance * size:
            keep.append(j)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    return np.array(keep, dtype=int), basis


def without(columns, fixed):
    """What some columns leave of others: least squares on them, by an orthonormal basis.

    Parameters
    ----------
    columns : array, shape (rows,) or (rows, k)
    fixed : array, shape (rows, f)

    Returns
    -------
    array, shape of `columns`
    """
    basis = independent(fixed)[1]
    for _ in range(2):
        columns = columns - basis @ (basis.T @ columns)
    return columns


def entangled(matrix):
    """How close some columns are to moving only in one fixed combination, and which ones.

    Parameters
    ----------
    matrix : array, shape (rows, p)
        Free of everything that comes first.

    Returns
    -------
    condition : float
        The scaled condition number.
    members : array of int
        The columns of the combination that moves least, largest part first.
    """
    _, values, rotation = np.linalg.svd(np.linalg.qr(matrix / lengths(matrix), mode="r"), full_matrices=False)
    loading = np.abs(rotation[-1])
    members = np.argsort(-loading, kind="stable")
    condition = values[0] / max(values[-1], np.finfo(float).eps)
    return float(condition), members[loading[members] > 0.05 * loading.max()]


def alone(basis):
    """Rows that some column fits all by itself: they say nothing about the others.

    Parameters
    ----------
    basis : array, shape (rows, k)
        Orthonormal basis of a design.

    Returns
    -------
    array of bool, shape (rows,)
    """
    return (basis**2).sum(axis=1) > 1 - 1e-9


def demeaned(matrix, units, times, own=None, most=1000):
    """Columns without their unit means and time means (the two-way within transformation).

    Alternating projections: exact after one round in a balanced panel, repeated until nothing
    moves in an unbalanced one.

    Parameters
    ----------
    matrix : array, shape (rows, columns)
    units, times : array of int, shape (rows,)
    own : array, shape (rows, q), optional
        Columns that each unit has coefficients of its own for, such as its trend; taken out as well.
    most : int
        Rounds at most.

    Returns
    -------
    array, shape (rows, columns)
    """
    out = matrix - matrix.mean(axis=0)
    size = np.sqrt((out**2).mean(axis=0)) + np.finfo(float).tiny
    basis = None if own is None or not own.shape[1] else _by_unit(own, units)
    for _ in range(most):
        before = out
        out = _less_means(out, units) if basis is None else out - basis @ (basis.T @ out)
        out = _less_means(out, times)
        if (np.abs(out - before).max(axis=0) <= 1e-12 * size).all():
            break
    return out


def _less_means(columns, codes):
    sums = np.zeros((codes.max() + 1, columns.shape[1]))
    np.add.at(sums, codes, columns)
    return columns - (sums / np.bincount(codes)[:, None])[codes]


def _by_unit(own, units):
    """An orthonormal basis of what each unit has of its own, its mean first, sparse, (rows, columns of all units)."""
    blocks, order = [], np.argsort(units, kind="stable")
    for rows in np.split(order, np.cumsum(np.bincount(units))[:-1]):
        blocks.append(independent(np.column_stack([np.ones(len(rows)), own[rows]]))[1])
    return sparse.block_diag(blocks, format="csr")[np.argsort(order)]
