"""Sums of neighbouring rows: made from rows, merged, left out, drawn."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

# Logarithms of what is not above their bound are missing here, and refused by name after the pass.
SCALES = {"linear": lambda x: x, "log": lambda x: np.log(np.where(x > 0, x, np.nan)),
          "log1p": lambda x: np.log1p(np.where(x >= 0, x, np.nan))}


class Pieces(NamedTuple):
    """What one pass over rows leaves of them; b pieces in the order of the rows, q columns.

    Attributes
    ----------
    counts : array of int, shape (b,)
        Complete rows.
    means : array, shape (b, q)
        Relative to a shift.
    products : array, shape (b, q, q)
        Sums of squares and products about each piece's own mean.
    low, high : array, shape (q,)
        Bounds of the complete rows before any logarithm; NaN when nothing gave reason to ask an engine for them.
    seen : int
        Rows, complete or not.
    """

    counts: np.ndarray
    means: np.ndarray
    products: np.ndarray
    low: np.ndarray
    high: np.ndarray
    seen: int


class Deleted(NamedTuple):
    """Moments with one block left out, for each of B blocks.

    Attributes
    ----------
    rows : array of int, shape (B,)
    means : array, shape (B, q)
    matrices : array, shape (B, q, q)
        Sums of squares and products about the mean of the rows that stay.
    """

    rows: np.ndarray
    means: np.ndarray
    matrices: np.ndarray


def outer(vectors):
    """Each vector times itself, shape (b, q, q)."""
    return vectors[:, :, None] * vectors[:, None, :]


def of_rows(Z, edges, low, high, seen):
    """Pieces of complete rows on their scales, cut at `edges`.

    The rows of a piece are centred at their own mean first, so that squares lose no digits.
    """
    q = Z.shape[1]
    pairs = [(start, stop) for start, stop in pairwise(edges) if stop > start]
    counts = np.array([stop - start for start, stop in pairs], dtype=np.int64)
    means, products = np.empty((len(pairs), q)), np.empty((len(pairs), q, q))
    with np.errstate(invalid="ignore", over="ignore"):  # infinities are refused by name after the pass
        for k, (start, stop) in enumerate(pairs):
            rows = Z[start:stop]
            middle = rows.mean(axis=0)
            rest = rows - middle
            slip = rest.mean(axis=0)  # what rounding left in the mean
            means[k] = middle + slip
            products[k] = rest.T @ rest - (stop - start) * np.outer(slip, slip)
    return Pieces(counts, means, products, low, high, seen)


def appended(*parts):
    """Blocks after one another, as (counts, means, products)."""
    return tuple(np.concatenate([part[k] for part in parts]) for k in range(3))


def joined(parts):
    """Pieces after one another."""
    parts = list(parts)
    return Pieces(*appended(*parts), np.fmin.reduce([part.low for part in parts]),
                  np.fmax.reduce([part.high for part in parts]), sum(part.seen for part in parts))


def merged(pieces, most):
    """Pieces with neighbours merged, see `fewer`."""
    return pieces._replace(**dict(zip(Pieces._fields, fewer(*pieces[:3], most), strict=False)))


def fewer(counts, means, products, most):
    """Neighbours merged until no more than `most` are left, each with about as many rows.

    Chan, Golub & LeVeque (1983), *The American Statistician* 37: only sums of squares are added, never
    subtracted, so no digits are lost.
    """
    if len(counts) <= most:
        return counts, means, products
    middles = np.cumsum(counts) - counts / 2
    keys = (middles / counts.sum() * most).astype(int)
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    total = np.add.reduceat(counts, starts)
    with np.errstate(invalid="ignore", over="ignore"):
        centre = np.add.reduceat(counts[:, None] * means, starts) / total[:, None]
        off = means - np.repeat(centre, np.diff(starts, append=len(keys)), axis=0)
        products = np.add.reduceat(products + counts[:, None, None] * outer(off), starts)
    return total, centre, products


def overall(counts, means, products):
    """Mean (q,) and sums of squares and products about it (q, q) of all rows."""
    with np.errstate(invalid="ignore", over="ignore"):
        mean = counts @ means / counts.sum()
        return mean, (products + counts[:, None, None] * outer(means - mean)).sum(axis=0)


def without_each(counts, means, products):
    """Moments with each one block left out, as `Deleted`; means relative to the shift of `means`.

    Sums before and after a block are added rather than the block subtracted from the total, and
    squares are taken about the median block: a block that dwarfs the others leaves nothing behind.
    """
    centre = np.median(means, axis=0)
    off = means - centre
    rows = counts.sum() - counts
    sums = _others(counts[:, None] * off)
    mean = sums / rows[:, None]
    squares = _others(products + counts[:, None, None] * outer(off))
    return Deleted(rows, centre + mean, squares - rows[:, None, None] * outer(mean))


def _others(values):
    """For each row of an array the sum of the other rows."""
    before, after = np.zeros_like(values), np.zeros_like(values)
    np.cumsum(values[:-1], axis=0, out=before[1:])
    after[:-1] = np.cumsum(values[:0:-1], axis=0)[::-1]
    return before + after


def drawn(times, counts, means, products):
    """Sums of squares and products of resampled blocks, shape (draws, q, q); `times` has shape (draws, B)."""
    q = means.shape[1]
    off = means - np.median(means, axis=0)
    sums = times @ (counts[:, None] * off)
    rows = np.maximum(times @ counts, np.finfo(float).tiny)  # a draw of nothing has zero sums
    squares = times @ (products + counts[:, None, None] * outer(off)).reshape(len(counts), q * q)
    return squares.reshape(-1, q, q) - outer(sums / np.sqrt(rows)[:, None])
