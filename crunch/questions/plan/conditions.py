"""What must hold in a share of all draws, and where moves may go."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_NIL = 1e-9


@dataclass(frozen=True)
class Condition:
    """Something that must hold in a share of draws: offset + slopes · features of the moves is not negative.

    Attributes
    ----------
    offset : array, shape (draws,)
    slopes : array, shape (draws, f)
    features : callable, optional
        From moves, shape (p,), to what slopes multiply, shape (f,), and its derivative, shape (f, p). The
        moves themselves without.
    """

    offset: np.ndarray
    slopes: np.ndarray
    features: object = None

    def _features(self, moves):
        return (moves, np.eye(len(moves))) if self.features is None else self.features(moves)

    def drawn(self, moves):
        """Margins, shape (draws,)."""
        return self.offset + self.slopes @ self._features(moves)[0]

    def probability(self, moves):
        return np.count_nonzero(self.drawn(moves) >= -_NIL) / len(self.offset)

    def quantile(self, moves, confidence):
        """The margin that is reached in this share of the draws."""
        return reached(self.drawn(moves), confidence)

    @cached_property
    def _moments(self):
        both = np.column_stack([self.offset, self.slopes])
        return both.mean(axis=0), np.atleast_2d(np.cov(both.T))

    def spread(self, moves):
        """Standard deviation of the margin, and its gradient."""
        values, steep = self._features(moves)
        cov, z = self._moments[1], np.append(1.0, values)
        spread = np.sqrt(max(z @ cov @ z, 0.0))
        return spread, (cov @ z)[1:] @ steep / spread if spread > 0 else np.zeros(len(moves))

    def margin(self, up, down, wide):
        """Mean less `wide` standard deviations: the quantile if all were normal; its gradients by up and down moves."""
        mean, (spread, slope), (values, steep) = self._moments[0], self.spread(up - down), self._features(up - down)
        slope = mean[1:] @ steep - wide * slope
        return mean[0] + mean[1:] @ values - wide * spread, slope, -slope


class Certain:
    """A condition without chance: something known of the moves must not be negative."""

    def probability(self, moves):
        return float(self.value(moves) >= -_NIL)

    def quantile(self, moves, confidence):
        return float(self.value(moves))

    def spread(self, moves):
        return 0.0, np.zeros(len(moves))


@dataclass(frozen=True)
class Known(Certain):
    """That a function of the moves is not negative."""

    value: object

    def margin(self, up, down, wide):
        moves, step = up - down, 0.01  # wide enough to see over the rounding of a formula's parts
        slope = np.array([(self.value(moves + step * e) - self.value(moves - step * e)) / (2 * step)
                          for e in np.eye(len(moves))])
        return self.value(moves), slope, -slope


@dataclass(frozen=True)
class Budget(Certain):
    """That moves do not cost more than an amount."""

    amount: float
    price: object

    def value(self, moves):
        return self.amount - price_of(self.price, moves)

    def margin(self, up, down, wide):
        price, by_up, by_down = self.price(up, down)
        return self.amount - price, -by_up, -by_down


def reached(drawn, confidence):
    """The largest value that no fewer than this share of the draws reach."""
    rank = max(len(drawn) - math.ceil(confidence * len(drawn) - _NIL), 0)
    return float(np.partition(drawn, rank)[rank])


def price_of(price, moves):
    """The price of moves with a sign."""
    return float(price(np.maximum(moves, 0), np.maximum(-moves, 0))[0])


@dataclass(frozen=True)
class Box:
    """Where moves may go: at least `low` and at most `high`, in usual moves of each lever, shape (p,)."""

    low: np.ndarray
    high: np.ndarray

    def inside(self, moves):
        return np.clip(moves, self.low, self.high)


def holds(conditions, moves, confidence):
    """Whether each condition holds in that share of the draws."""
    return all(c.probability(moves) >= confidence for c in conditions)
