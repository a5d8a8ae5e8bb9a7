"""How an outcome's variance divides among players, from rows or from moments, once and in many draws."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crunch import checks
from crunch.progress import step
from crunch.shares import orthogonal
from crunch.shares.game import SAMPLED, Game, game
from crunch.shares.products import moments
from crunch.shares.routes import Squares, Vectors
from crunch.shares.ties import NOISE, condition

_AT_ONCE = 4_000_000  # numbers held at a time: keeps memory flat over many draws


@dataclass(frozen=True)
class Shares:
    """Parts of the outcome's variance that structure leaves.

    Attributes
    ----------
    game : Game
        Who divides it, and how.
    share : array, shape (p,)
    drawn : array, shape (draws, p), or None
    standard_error : array, shape (p,), or None
        Of the sampling of orders, where not all of them are looked at.
    explained, context : float
        R² of everything together, and of what is always in alone.
    rank : int
        Columns of the players that say something new.
    route : Squares or Vectors
        What there was to divide, the total in `total`.
    total : float
    """

    game: Game
    share: np.ndarray
    drawn: np.ndarray | None
    standard_error: np.ndarray | None
    explained: float
    context: float
    rank: int
    route: Squares | Vectors
    total: float


@dataclass(frozen=True)
class Table:
    """Rows to divide: what is swept out, what is always in, the levers and the outcome side by side.

    Attributes
    ----------
    data : array, shape (rows, q)
        Centred and scaled columns.
    swept, always : int
        How many columns come first and are taken out before anything is counted; how many come
        next and take their part before the players.
    weights : array, shape (rows,), or None
    groups : array of int, shape (rows,), or None
        Codes of groups whose means are taken out of every draw.
    parts : list of array of int, or None
        The rows of each part of the table, where parts are drawn whole and not rows.
    """

    data: np.ndarray
    swept: int
    always: int
    weights: np.ndarray | None = None
    groups: np.ndarray | None = None
    parts: list | None = None

    @cached_property
    def _sums(self):
        """Moments of each part, shape (parts, q, q)."""
        return np.array([part.T @ part for part in (self.data[rows] for rows in self.parts)])

    def vectors(self):
        """The table itself, as vectors."""
        weights = None if self.weights is None else self.weights[None]
        return Vectors(orthogonal.vectors(self.data, weights, self.groups))

    def squares(self):
        """The table itself, as moments."""
        if self.groups is not None:
            return Squares(moments(self.data, None if self.weights is None else self.weights[None], self.groups))
        weighted = self.data if self.weights is None else self.data * self.weights[:, None]
        return Squares((self.data.T @ weighted)[None])

    def drawn(self, counts, exact):
        """Each draw: as vectors where they are needed, else as moments."""
        if self.parts is not None and not exact:
            return Squares(np.tensordot(counts, self._sums, 1))
        if self.parts is not None:
            part_of = np.empty(len(self.data), dtype=int)
            part_of[np.concatenate(self.parts)] = np.repeat(np.arange(len(self.parts)), list(map(len, self.parts)))
            counts = counts[:, part_of]
        counts = counts if self.weights is None else counts * self.weights
        if exact:
            return Vectors(orthogonal.vectors(self.data, counts, self.groups))
        return Squares(moments(self.data, counts, self.groups))


def standardised(matrix, weights=None):
    """Columns centred and scaled; one that does not vary is only scaled."""
    largest = np.maximum(matrix.max(axis=0), -matrix.min(axis=0))
    data = matrix / np.where(largest > 0, largest, 1)  # from here on in place: there may be many rows
    mean = np.average(data, axis=0, weights=weights)
    data -= mean
    spread = np.sqrt(np.einsum("ij,ij,i->j", data, data, np.ones(len(data)) if weights is None else weights)
                     / (len(data) if weights is None else weights.sum()))
    varies = spread > 1e-12
    data[:, ~varies] += mean[~varies]
    data /= np.where(varies, spread, 1)
    return data


def divide(table, players, method="lmg", *, draw=None, draws=0, rng=None, progress=iter):
    """Divide a table's variance among players.

    Moments serve while the levers' scaled condition number is at most 1e5. Beyond that vectors do,
    for lmg up to 16 columns; beyond these, levers that are tied become one player.

    Parameters
    ----------
    table : Table
    players : sequence of tuple of int
        Lever positions of each player.
    method : str
        One of `methods.METHODS`, or "permutation".
    draw : callable
        From a number of draws to counts of shape (draws, rows), or (draws, parts) of a table in parts.
    draws : int
    rng : None, int or numpy.random.Generator
        For the orders, where they are sampled.
    progress : callable
        Wraps an iterable of known length.

    Returns
    -------
    Shares

    Raises
    ------
    TiedError
        When the method needs every column apart and some are not.
    """
    rng = checks.generator(rng)
    left, free = _freed(table, method)
    exact = isinstance(free, Vectors)
    play = game(free, players, method, rng)
    few = play.for_draws(rng)

    def parts():
        rows, q = table.data.shape
        chunk = _chunk(few, max(rows * (q if exact else 1), q**2), q if exact else 1)
        for start in progress(range(0, draws, chunk)):
            step(start / draws)
            some = table.drawn(draw(min(chunk, draws - start)), exact).without(table.swept)
            yield some.left, some.without(table.always)

    return _divided(play, few, free, left.left[0], parts() if draws else None, progress)


def _freed(table, method):
    """What structure leaves of the table, and what is always in as well: on the route that keeps the digits."""
    squares = table.squares()
    if condition(squares) <= NOISE:
        left = squares.without(table.swept)
        return left, left.without(table.always)
    left = table.vectors().without(table.swept)
    free = left.without(table.always)
    few = free.columns.shape[1] - 1 <= orthogonal.MOST or method not in ("lmg", SAMPLED)
    return left, free if few and method != SAMPLED and condition(free) > NOISE else free.squares()


def divide_moments(matrix, always, players, method="lmg", *, many=None, rng=None, progress=iter):
    """The same from a moment matrix, and from many of the same columns, such as those without one block.

    Parameters
    ----------
    matrix : array, shape (q, q)
        About the means: what is always in, the levers, the outcome.
    always : int
    players, method, rng, progress
        As for `divide`.
    many : array, shape (draws, q, q), optional

    Returns
    -------
    Shares

    Raises
    ------
    TiedError
    """
    rng = checks.generator(rng)
    size = np.sqrt(np.where(np.diag(matrix) > 0, np.diag(matrix), 1))
    scale = np.outer(size, size)
    whole = Squares((matrix / scale)[None])
    free = whole.without(always)
    play = game(free, players, method, rng)
    few = play.for_draws(rng)

    def parts():
        chunk = _chunk(few, matrix.size, 1)
        for start in progress(range(0, len(many), chunk)):
            some = Squares(many[start:start + chunk] / scale)
            yield some.left, some.without(always)

    return _divided(play, few, free, whole.left[0], None if many is None else parts(), progress)


def _chunk(few, numbers, per_subset):
    """How many draws to look at together."""
    subsets = 4 * per_subset * 2 ** len(few.sizes) if few.method == "lmg" else 1
    return max(1, math.floor(_AT_ONCE / max(numbers, subsets)))


def _divided(play, few, free, total, parts, progress):
    """The shares of the table itself and of each of its draws."""
    share, error = play.estimate(free, progress)
    drawn = None
    if parts is not None:
        # Few orders err alike in the table and in its draws, which leaves the spread of the draws true.
        offset = 0 if few is play else share / total - few.shares(free)[0] / total
        drawn = np.concatenate([_shares(few, *part) for part in parts]) + offset
    context = 1 - free.left[0] / total
    _, spread, _, size = free.principal()
    explained, rank = 1 - free.without(len(size[0])).left[0] / total, int((spread[0] > 0).sum())
    return Shares(play, share / total, drawn, None if error is None else error / total, explained, context, rank, free,
                  total)


def _shares(play, total, free):
    """Shares of some draws, shape (draws, p); in a draw whose outcome never moves there is nothing to share."""
    moves = total > 1e-10 * total.max()
    return np.where(moves[:, None], play.shares(free) / np.where(moves, total, 1)[:, None], 0)
