"""Who divides the outcome's variance, by which method: players joined where they cannot be told apart."""

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from crunch.shares import orders, subsets
from crunch.shares.methods import METHODS, OF_COEFFICIENTS, OF_SUBSETS
from crunch.shares.routes import Squares
from crunch.shares.ties import NOISE, condition, merged, needed, ties

SAMPLED = "permutation"  # the method that samples orders of entry instead of looking at all subsets
_EXACT_DRAWS = 17  # players beyond which a thousand draws of all subsets would take minutes
_PAIRS_PER_DRAW = 128


class TiedError(ValueError):
    """A method that has to tell every column apart met columns that it cannot; `columns` says which."""

    def __init__(self, columns):
        super().__init__(f"columns {columns} cannot be told apart")
        self.columns = columns


@dataclass(frozen=True)
class Game:
    """How one route's variance is divided; the same for the table itself and for every draw.

    Attributes
    ----------
    joined : list of tuple of int
        For each player, which of the given ones it is made of.
    columns, sizes : list of int
        The players' columns in order; how many each has.
    method : str
    places : array of int, shape (pairs, 2, p), or None
        Orders of entry, where not all subsets are looked at.
    """

    joined: list
    columns: list
    sizes: list
    method: str
    places: np.ndarray | None = None

    def shares(self, free, progress=iter):
        """Each player's part in units of the outcome's sum of squares, shape (draws, p)."""
        route = free.take(self.columns)
        if self.places is None:
            return METHODS[self.method](route, self.sizes, progress)
        return np.stack([orders.sampled(m, self.sizes, self.places, progress)[0] for m in route.matrices])

    def estimate(self, free, progress=iter):
        """The parts of the first draw, and their standard errors where orders are sampled."""
        if self.places is None:
            return self.shares(free, progress)[0], None
        return orders.sampled(free.take(self.columns).matrices[0], self.sizes, self.places, progress)

    def for_draws(self, rng):
        """The same for many draws: where all subsets would take too long, from a few random orders."""
        if self.places is not None:
            return replace(self, places=self.places[:_PAIRS_PER_DRAW])
        if self.method != "lmg" or len(self.sizes) <= _EXACT_DRAWS:
            return self
        return replace(self, method=SAMPLED, places=orders.orders(len(self.sizes), _PAIRS_PER_DRAW, rng))


def game(free, players, method, rng):
    """Settle who plays.

    Parameters
    ----------
    free : Squares or Vectors
        What is left to divide; one draw.
    players : sequence of tuple of int
        Lever positions of each player.
    method : str
        One of `methods.METHODS`, or "permutation".
    rng : numpy.random.Generator
        For the orders, where they are sampled: on demand and beyond 30 players.

    Returns
    -------
    Game

    Raises
    ------
    TiedError
        When the method needs every column apart and some are not.
    """
    joined = [(j,) for j in range(len(players))]
    if isinstance(free, Squares) and condition(free) > NOISE:
        matrix = free.matrices[0, :-1, :-1]
        tied = ties(matrix)
        if method not in (*OF_SUBSETS, SAMPLED):
            raise TiedError(sorted(chain(*tied)))
        joined = merged(players, tied)
        players = [needed(matrix, tuple(chain(*(players[j] for j in group)))) for group in joined]
    elif method in OF_COEFFICIENTS:
        lost = np.flatnonzero(free.principal()[3][0] == 0).tolist()
        if lost or np.isinf(condition(free)):
            matrix = free.matrices if isinstance(free, Squares) else free.squares().matrices
            raise TiedError(sorted({*lost, *chain(*ties(matrix[0, :-1, :-1]))}))
    sampled = method == SAMPLED or (method == "lmg" and len(players) > subsets.MOST)
    places = orders.orders(len(players), orders.PAIRS, rng) if sampled else None
    columns, sizes = [c for player in players for c in player], [len(player) for player in players]
    return Game(joined, columns, sizes, SAMPLED if sampled else method, places)
