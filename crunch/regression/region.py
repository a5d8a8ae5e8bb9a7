"""Where the data are: whether a set of levers lies among those that were seen."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

_SLACK = 1e-9
_MOVE_TOGETHER = 0.5  # R² of a lever on the others, from which pulling it apart from them is worth a word


@dataclass(frozen=True)
class Region:
    """The levers of a table, on their scales.

    Attributes
    ----------
    seen : array, shape (rows, p)
    """

    seen: np.ndarray

    @cached_property
    def low(self):
        return self.seen.min(axis=0)

    @cached_property
    def high(self):
        return self.seen.max(axis=0)

    @cached_property
    def _center(self):
        return self.seen.mean(axis=0)

    @cached_property
    def _axes(self):
        """Directions and lengths of the cloud; levers in units of their spread, so that units do not matter.

        One that stands still has no direction: that it leaves where it was seen, `outside` says.
        """
        spread = np.where(self.high > self.low, self.seen.std(axis=0), np.inf)
        _, lengths, axes = np.linalg.svd((self.seen - self._center) / spread, full_matrices=False)
        kept = lengths > 1e-7 * lengths[0]
        return axes[kept].T / lengths[kept] * np.sqrt(len(self.seen)) / spread[:, None]

    def distance(self, point):
        """Mahalanobis distance from the middle, float or shape (points,)."""
        return np.sqrt((((point - self._center) @ self._axes) ** 2).sum(axis=-1))

    @cached_property
    def farthest(self):
        """The largest distance of a row that was seen."""
        return float(self.distance(self.seen).max())

    def outside(self, point):
        """For each lever whether it lies outside all that was seen, shape (p,)."""
        slack = _SLACK * np.maximum(self.high - self.low, np.abs(self.high))
        return (point < self.low - slack) | (point > self.high + slack)

    def pulled_apart(self, point):
        """For each lever whether it stands farther from what the others suggest than in any row, shape (p,).

        Only for levers that the others explain at least half of.
        """
        p = self.seen.shape[1]
        out = np.zeros(p, dtype=bool)
        for j, (slopes, largest, share) in enumerate(self._others):
            if share >= _MOVE_TOGETHER:
                away = point - self._center
                out[j] = abs(away[j] - np.delete(away, j) @ slopes) > largest * (1 + _SLACK)
        return out

    @cached_property
    def _others(self):
        """Each lever on the others: slopes, the largest residual, R²."""
        inside, found = self.seen - self._center, []
        for j in range(inside.shape[1]):
            others = np.delete(inside, j, axis=1)
            slopes = np.linalg.lstsq(others, inside[:, j], rcond=None)[0]
            left = inside[:, j] - others @ slopes
            found.append((slopes, np.abs(left).max(), 1 - (left**2).sum() / max((inside[:, j] ** 2).sum(), 1e-300)))
        return found
