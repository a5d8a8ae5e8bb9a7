"""Bootstrap draws as counts: how often each row is in each draw."""

import math

import numpy as np

FEWEST = 16  # rows below which the memory of a series cannot be read from its autocorrelations


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
        Rows per block, such as `block_length` gives; the cube root of the rows, rounded up, when
        not given (the rate of Künsch 1989, Annals of Statistics 17).

    Returns
    -------
    array of float, shape (draws, count)
        Each row of it sums to `count`.
    """
    length = min(length or _cube_root(count), count)
    needed = math.ceil(count / length)
    starts = rng.integers(count - length + 1, size=(draws, needed))
    picked = (starts[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :count]
    return _tally(picked, count)


def block_length(series):
    """The length of blocks that suits the memory of what is averaged.

    The automatic choice of Politis & White (2004, Econometric Reviews 23), corrected by Patton,
    Politis & White (2009, Econometric Reviews 28), for circular blocks, which is right for moving
    ones as well. All columns are drawn in the same blocks, whose length is the mean of what each
    asks for, rounded up.

    Parameters
    ----------
    series : array, shape (rows, k)
        The summands whose mean is resampled. A column that never moves is passed over.

    Returns
    -------
    int
        From 1 to a third of the rows; the cube root of the rows where there are fewer than 16, or
        nothing moves.
    """
    count = len(series)
    most = max(count // 3, 1)
    spread = np.ptp(series, axis=0)
    moves = spread > 1e-12 * np.abs(series).max(axis=0)
    if count < FEWEST or not moves.any():
        return min(_cube_root(count), most)
    from arch.bootstrap import optimal_block_length  # here, because only diaries need it

    # Without variance in the long run arch divides by zero and gives its longest blocks, as it should.
    with np.errstate(divide="ignore", invalid="ignore"):
        lengths = optimal_block_length(series[:, moves] / spread[moves])["circular"]
    # The longest would suit the most persistent column, but with so few blocks all intervals come out short.
    return min(max(math.ceil(lengths.mean()), 1), most)


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


def _cube_root(count):
    return math.ceil(count ** (1 / 3))


def _tally(picked, count):
    draws = len(picked)
    flat = picked + count * np.arange(draws)[:, None]
    return np.bincount(flat.ravel(), minlength=draws * count).reshape(draws, count).astype(float)
