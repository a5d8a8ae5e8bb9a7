"""Sweeping columns out of moment matrices: what is left once they have explained all they can."""

import numpy as np

# A pivot below this part of its first size is rounding: the column repeats what was swept out.
TOLERANCE = 1e-10


def sweep(matrices, count):
    """What is left of the moments after the first `count` columns have explained all they can.

    Parameters
    ----------
    matrices : array, shape (..., q, q)
        Symmetric second moments.
    count : int
        How many leading columns to sweep out, one at a time; a column that repeats earlier ones
        is passed over.

    Returns
    -------
    array, shape (..., q - count, q - count)
    """
    sizes = np.diagonal(matrices, axis1=-2, axis2=-1)
    for k in range(count):
        pivot, row = matrices[..., 0, 0], matrices[..., 0, 1:]
        inverse = inverse_pivot(pivot, TOLERANCE * np.maximum(sizes[..., k], np.finfo(float).tiny))
        matrices = matrices[..., 1:, 1:] - row[..., :, None] * (row * inverse[..., None])[..., None, :]
    return matrices


def inverse_pivot(pivot, floor):
    """1 / pivot, and 0 where the pivot is not above its floor."""
    alive = pivot > floor
    return np.where(alive, 1 / np.where(alive, pivot, 1), 0)


def sweep_many(matrices, count):
    """The same for many matrices at once, by one solve each: for bootstrap draws.

    A draw may leave out a whole category and so make a column vanish; a ridge of 1e-10 of each
    column's size keeps the solve alive and changes nothing that a bootstrap could show.

    Parameters
    ----------
    matrices : array, shape (draws, q, q)
    count : int

    Returns
    -------
    array, shape (draws, q - count, q - count)
    """
    if count == 0:
        return matrices
    first, cross = matrices[:, :count, :count], matrices[:, :count, count:]
    diagonal = np.diagonal(first, axis1=1, axis2=2)
    # A column absent from a draw is left with rounding, of either sign, and has no cross moments.
    absent = diagonal <= TOLERANCE * np.diagonal(matrices, axis1=1, axis2=2).max(axis=1)[:, None]
    size = np.sqrt(np.where(absent, 1, diagonal))[:, :, None]
    scaled = first / (size * size.swapaxes(1, 2)) + 1e-10 * np.eye(count)
    scaled[:, range(count), range(count)] += absent
    cross = np.where(absent[:, :, None], 0, cross / size)
    return matrices[:, count:, count:] - cross.swapaxes(1, 2) @ np.linalg.solve(scaled, cross)
