"""What must hold in a share of all draws, and where moves may go."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

_NIL = 1e-9


@dataclass(frozen=True)
class Condition:
    """Something that must hold in a share of draws: offset + slopes · moves is not negative.

    Attributes
    ----------
    offset : array, shape (draws,)
    slopes : array, shape (draws, p)
    """

    offset: np.ndarray
    slopes: np.ndarray

    def drawn(self, moves):
        """Margins, shape (draws,)."""
        return self.offset + self.slopes @ moves

    def probability(self, moves):
        return float((self.drawn(moves) >= -_NIL).mean())

    def quantile(self, moves, confidence):
        """The margin that is reached in this share of the draws."""
        return float(np.quantile(self.drawn(moves), 1 - confidence, method="higher"))

    @cached_property
    def _moments(self):
        both = np.column_stack([self.offset, self.slopes])
        return both.mean(axis=0), np.atleast_2d(np.cov(both.T))

    def spread(self, moves):
        """Standard deviation of the margin, and its gradient."""
        cov, z = self._moments[1], np.append(1.0, moves)
        spread = np.sqrt(max(z @ cov @ z, 0.0))
        return spread, (cov @ z)[1:] / spread if spread > 0 else np.zeros(len(moves))

    def margin(self, moves, wide):
        """Mean less `wide` standard deviations, and its gradient: the quantile if all were normal."""
        mean, (spread, slope) = self._moments[0], self.spread(moves)
        return mean[0] + mean[1:] @ moves - wide * spread, mean[1:] - wide * slope


@dataclass(frozen=True)
class Known:
    """A condition without chance: a function of the moves that must not be negative."""

    function: object

    def drawn(self, moves):
        return np.array([self.function(moves)])

    def probability(self, moves):
        return float(self.function(moves) >= -_NIL)

    def quantile(self, moves, confidence):
        return float(self.function(moves))

    def spread(self, moves):
        return 0.0, np.zeros(len(moves))

    def margin(self, moves, wide):
        value, step = self.function(moves), 1e-5
        return value, np.array([(self.function(moves + step * e) - self.function(moves - step * e)) / (2 * step)
                                for e in np.eye(len(moves))])


@dataclass(frozen=True)
class Box:
    """Where moves may go: at least `low` ≤ 0 and at most `high` ≥ 0, in usual moves of each lever, shape (p,)."""

    low: np.ndarray
    high: np.ndarray

    def inside(self, moves):
        return np.clip(moves, self.low, self.high)


def holds(conditions, moves, confidence):
    """Whether each condition holds in that share of the draws."""
    return all(c.probability(moves) >= confidence for c in conditions)
