"""Bootstrap draws as counts: how often each row is in each draw."""

import math

import numpy as np


def rows(count, draws, rng):
    """Draw single rows with replacement; shape (draws, count)."""
    return _tally(rng.integers(count, size=(draws, count)), count)


def blocks(count, draws, rng, length=None):
    """Draw runs of neighbouring rows, so that what lasts for weeks stays together.

    Parameters
    ----------
    count, draws : int
    rng : numpy.random.Generator
    length : int, optional
        Rows per block; the cube root of the rows, rounded up, when not given (the rate of
        Künsch 1989, Annals of Statistics 17).

    Returns
    -------
    array of float, shape (draws, count)
        Each row of it sums to `count`.
    """
    length = min(length or math.ceil(count ** (1 / 3)), count)
    needed = math.ceil(count / length)
    starts = rng.integers(count - length + 1, size=(draws, needed))
    picked = (starts[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :count]
    return _tally(picked, count)


def units(codes, draws, rng):
    """Draw whole units with replacement, each with all its rows.

    Parameters
    ----------
    codes : array of int, shape (rows,)
        Unit of each row, 0, 1, ...

    Returns
    -------
    array of float, shape (draws, rows)
    """
    return rows(int(codes.max()) + 1, draws, rng)[:, codes]


def _tally(picked, count):
    draws = len(picked)
    flat = picked + count * np.arange(draws)[:, None]
    return np.bincount(flat.ravel(), minlength=draws * count).reshape(draws, count).astype(float)
