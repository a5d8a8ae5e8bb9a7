"""Two ways to what a set of columns explains: sums of squares (fast) or vectors (exact when columns nearly repeat).

Both hold, for each draw, the levers in order and the outcome last, and answer the same questions,
so that a method of importance is written once.
"""

from dataclasses import dataclass

import numpy as np

from crunch.shares import orthogonal, subsets
from crunch.shares.sweeping import TOLERANCE, sweep, sweep_many


@dataclass(frozen=True)
class Squares:
    """Moment matrices, shape (draws, q + 1, q + 1), the outcome last."""

    matrices: np.ndarray

    @property
    def left(self):
        """The outcome's sum of squares that is not explained yet, shape (draws,)."""
        return self.matrices[:, -1, -1]

    def take(self, columns):
        """Only these columns, in this order, and the outcome."""
        keep = [*columns, self.matrices.shape[-1] - 1]
        return Squares(self.matrices[:, keep][:, :, keep])

    def without(self, count):
        """What the first `count` columns leave of the rest; a column they explain is left with exact zeros."""
        many = len(self.matrices) > 1
        left = (sweep_many if many else sweep)(self.matrices, count)
        before, after = (np.diagonal(m, axis1=1, axis2=2) for m in (self.matrices[:, count:, count:], left))
        alive = after > TOLERANCE * before
        return Squares(np.where(alive[:, :, None] & alive[:, None, :], left, 0))

    def shapley(self, sizes, progress=iter):
        """Shapley shares of what the players explain, shape (draws, p)."""
        return subsets.shapley(self.matrices, sizes, progress)

    def residuals(self, sizes):
        """What each subset of the players leaves, shape (2^p, draws)."""
        return subsets.residual_variances(self.matrices, sizes)

    def principal(self):
        """The scaled levers as U diag(S) W', and W'y.

        Returns
        -------
        U, S, t : arrays, shapes (draws, q, q), (draws, q), (draws, q)
            S and t are 0 where the levers say nothing new.
        size : array, shape (draws, q)
            Lengths of the levers.
        """
        size = np.sqrt(np.maximum(np.diagonal(self.matrices, axis1=1, axis2=2)[:, :-1], 0))
        scaled = self.matrices[:, :-1] / _or_one(size)[:, :, None]
        values, U = np.linalg.eigh(scaled[:, :, :-1] / _or_one(size)[:, None, :])
        S = np.sqrt(np.where(values > 1e-10 * values.max(axis=1, keepdims=True, initial=0), values, 0))
        t = (U.swapaxes(1, 2) @ scaled[:, :, -1:])[..., 0] / _or_one(S)
        return U, S, np.where(S > 0, t, 0), size


@dataclass(frozen=True)
class Vectors:
    """Columns as vectors, shape (draws, q + 1, d), the outcome last; see `orthogonal.vectors`."""

    columns: np.ndarray

    @property
    def left(self):
        """As `Squares.left`."""
        return (self.columns[:, -1] ** 2).sum(axis=-1)

    def take(self, columns):
        """As `Squares.take`."""
        return Vectors(self.columns[:, [*columns, self.columns.shape[1] - 1]])

    def without(self, count):
        """As `Squares.without`."""
        left = orthogonal.project_out(self.columns, count)
        alive = orthogonal.lengths(left) > orthogonal.TOLERANCE * orthogonal.lengths(self.columns[:, count:])
        return Vectors(np.where(alive[..., None], left, 0))

    def shapley(self, sizes, progress=iter):
        """As `Squares.shapley`."""
        return subsets.shares_of(self.residuals(sizes))

    def residuals(self, sizes):
        """As `Squares.residuals`."""
        return orthogonal.residual_variances(self.columns, sizes)

    def principal(self):
        """As `Squares.principal`."""
        size = orthogonal.lengths(self.columns[:, :-1])
        U, S, Wt = np.linalg.svd(self.columns[:, :-1] / _or_one(size)[..., None], full_matrices=False)
        alive = orthogonal.TOLERANCE * S.max(axis=1, keepdims=True, initial=0) < S
        t = (Wt @ self.columns[:, -1, :, None])[..., 0]
        return U, np.where(alive, S, 0), np.where(alive, t, 0), size

    def squares(self):
        """The same as sums of squares."""
        return Squares(self.columns @ self.columns.swapaxes(1, 2))


def _or_one(values):
    return np.where(values > 0, values, 1)
