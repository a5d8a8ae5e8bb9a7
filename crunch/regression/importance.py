"""Exact Shapley (LMG) shares of R², from moments, for many bootstrap draws at once."""

import math

import numpy as np

# A pivot below this part of its first size is rounding: the column repeats what was swept out.
_TOLERANCE = 1e-10


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
        matrices = _without_first(matrices, sizes[..., k])
    return matrices


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
    absent = diagonal <= _TOLERANCE * np.diagonal(matrices, axis1=1, axis2=2).max(axis=1)[:, None]
    size = np.sqrt(np.where(absent, 1, diagonal))[:, :, None]
    scaled = first / (size * size.swapaxes(1, 2)) + 1e-10 * np.eye(count)
    scaled[:, range(count), range(count)] += absent
    cross = np.where(absent[:, :, None], 0, cross / size)
    return matrices[:, count:, count:] - cross.swapaxes(1, 2) @ np.linalg.solve(scaled, cross)


def _without_first(matrices, size):
    """The Schur complement of the first column; `size` is its pivot before anything was swept."""
    pivot = matrices[..., 0, 0]
    alive = pivot > _TOLERANCE * np.maximum(size, np.finfo(float).tiny)
    inverse = np.where(alive, 1 / np.where(alive, pivot, 1), 0)
    row = matrices[..., 0, 1:]
    return matrices[..., 1:, 1:] - row[..., :, None] * (row * inverse[..., None])[..., None, :]


def residual_variances(matrices):
    """The unexplained moment of the last column for every subset of the others.

    Walks the columns once and keeps, for each, the matrices without it and those with it swept
    out: 2^p Schur complements, each from the one before.

    Parameters
    ----------
    matrices : array, shape (draws, p + 1, p + 1)
        Moments, the outcome last.

    Returns
    -------
    array, shape (draws, 2, ..., 2)
        p axes after the first; index 1 on axis j + 1 when column j is in the subset.
    """
    draws, q, _ = matrices.shape
    sizes = np.diagonal(matrices, axis1=-2, axis2=-1)
    stack = matrices[:, None]
    for j in range(q - 1):
        swept = _without_first(stack, sizes[:, None, j])
        stack = np.stack([stack[..., 1:, 1:], swept], axis=2).reshape(draws, -1, q - 1 - j, q - 1 - j)
    return stack.reshape(draws, *[2] * (q - 1))


def lmg(matrices):
    """Shapley shares of R²: what each lever adds, averaged over all orders of entry.

    Parameters
    ----------
    matrices : array, shape (draws, p + 1, p + 1)
        Moments, the outcome last.

    Returns
    -------
    array, shape (draws, p)
        In units of the outcome's moment; a row sums to what all levers explain together.

    References
    ----------
    Lindeman, Merenda & Gold (1980), Introduction to Bivariate and Multivariate Analysis;
    Grömping (2006), Journal of Statistical Software 17(1).

    Examples
    --------
    Two uncorrelated levers share what they explain, 4 and 1 of 6:

    >>> import numpy as np
    >>> lmg(np.array([[[1.0, 0, 2], [0, 1, 1], [2, 1, 6]]]))
    array([[4., 1.]])
    """
    left = residual_variances(matrices)
    p = left.ndim - 1
    sizes = np.indices([2] * (p - 1)).sum(axis=0) if p > 1 else np.zeros(())
    weights = np.vectorize(lambda k: 1 / (p * math.comb(p - 1, int(k))))(sizes)
    shares = [((np.take(left, 0, axis=j + 1) - np.take(left, 1, axis=j + 1)) * weights)
              .reshape(len(left), -1).sum(axis=1) for j in range(p)]
    return np.stack(shares, axis=1)
