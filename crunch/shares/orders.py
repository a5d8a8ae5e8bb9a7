"""Shapley shares from random orders of entry, for more players than all orders can be looked at."""

import numpy as np

from crunch.shares.sweeping import TOLERANCE

PAIRS = 16_384  # random orders, each with its reverse
_AT_ONCE = 2_000_000  # numbers held at a time


def orders(players, pairs, rng):
    """Random orders, each followed by its reverse: what enters early in one enters late in the other.

    Parameters
    ----------
    players, pairs : int
    rng : numpy.random.Generator

    Returns
    -------
    array of int, shape (pairs, 2, players)
        The place of each player.
    """
    places = rng.permuted(np.tile(np.arange(players), (pairs, 1)), axis=1)
    return np.stack([places, players - 1 - places], axis=1)


def sampled(matrix, sizes, places, progress=iter):
    """Unbiased Shapley shares of the explained moment, and how far the sampling of orders leaves them uncertain.

    In a given order the gains are the squares of the outcome's row in the Cholesky factor.

    Parameters
    ----------
    matrix : array, shape (q + 1, q + 1)
        Moments, columns in the order of the players, the outcome last; scaled condition at most 1e5.
    sizes : sequence of int
        Columns of each player.
    places : array of int, shape (pairs, 2, p)
        From `orders`.
    progress : callable
        Wraps an iterable of known length.

    Returns
    -------
    share, standard_error : array, shape (p,)
        The standard error is that of the mean over the independent pairs.

    References
    ----------
    Castro, Gómez & Tejada (2009), Computers & Operations Research 36; pairs of reversed orders:
    Mitchell, Cooper, Frank & Holmes (2022), Journal of Machine Learning Research 23.
    """
    scaled = _scaled(matrix)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    chunk = max(1, _AT_ONCE // (2 * scaled.size))
    gains = [_gains(scaled, owner, places[start:start + chunk])
             for start in progress(range(0, len(places), chunk))]
    gains = np.concatenate(gains) * matrix[-1, -1]
    return gains.mean(axis=0), gains.std(axis=0, ddof=1) / np.sqrt(len(gains))


def _scaled(matrix):
    """Correlations that have a Cholesky factor whatever a draw left out."""
    variance = np.diag(matrix)
    absent = variance <= TOLERANCE * variance.max()
    size = np.sqrt(np.where(absent, 1, variance))
    scaled = np.where(absent[:, None] | absent, 0, matrix / np.outer(size, size))
    # A ridge far below the smallest part that counts as new; the last pivot is not looked at.
    scaled[np.diag_indices_from(scaled)] += 1e-13 + absent
    scaled[-1, -1] += 1
    return scaled


def _gains(scaled, owner, places):
    """What each player adds, averaged over each order and its reverse; shape (pairs, p)."""
    flat = places.reshape(-1, places.shape[-1])
    order = np.argsort(flat[:, owner], axis=1, kind="stable")
    order = np.column_stack([order, np.full(len(order), len(owner))])
    factor = np.linalg.cholesky(scaled[order[:, :, None], order[:, None, :]])
    by_column = np.zeros((len(order), len(owner)))
    np.put_along_axis(by_column, order[:, :-1], factor[:, -1, :-1] ** 2, axis=1)
    by_player = by_column @ (owner[:, None] == np.arange(places.shape[-1]))
    return by_player.reshape(len(places), 2, -1).mean(axis=1)
