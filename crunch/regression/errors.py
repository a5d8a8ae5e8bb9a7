"""Errors by the leverage of rows or of clusters, and how many degrees of freedom each of them has."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

_SPARE = 1e-9  # the least that a row or a cluster leaves to the others, below which it is fitted all by itself
_SLIGHT = 0.01  # leverage up to which a bound on what it does to degrees of freedom is as good as the sum


class Errors:
    """What the errors of rows and of clusters share; `Q` is the design, orthonormal.

    Directions are in coordinates of Q: along one of them lies a coefficient.
    """

    @cached_property
    def leverage(self):
        """How much of its own fit each row makes, shape (rows,)."""
        return np.einsum("ij,ij->i", self.Q, self.Q)

    def with_column(self, column):
        """The same with one more column, of length one and orthogonal to the others."""
        return replace(self, Q=np.column_stack([self.Q, column]))

    def dof(self, directions):
        """Degrees of freedom of the error along each direction, shape (directions,); see `_degrees`."""
        return np.array([self._dof(direction / np.linalg.norm(direction)) for direction in directions.T])


@dataclass(frozen=True)
class Rows(Errors):
    """Rows whose noise is unequal: HC2 (MacKinnon & White 1985, Journal of Econometrics 29).

    Attributes
    ----------
    Q : array, shape (rows, columns)
        Orthonormal.
    """

    Q: np.ndarray

    @cached_property
    def _stretch(self):
        return 1 / np.sqrt(np.maximum(1 - self.leverage, _SPARE))

    def pulls(self, residuals, directions):
        """How far each row pulls along each direction, shape (rows, directions)."""
        return (self.Q @ directions) * (residuals * self._stretch)[:, None]

    def carried(self, directions):
        """The part of each direction's own movement that each row has, shape (rows, directions)."""
        return _parts((self.Q @ directions) ** 2)

    def _dof(self, direction):
        pulled = self.Q @ direction * self._stretch
        a = pulled**2
        if self.leverage.max(initial=0) <= _SLIGHT:  # of a sum over pairs of rows, at most this
            return _degrees(a, a * self.leverage, (a**2) @ self.leverage)
        across = self.Q.T @ (self.Q * a[:, None])
        return _degrees(a, a * self.leverage, (across**2).sum())


@dataclass(frozen=True)
class Clusters(Errors):
    """Clusters whose rows resemble each other: CR2 (Bell & McCaffrey 2002, Survey Methodology 28).

    In a panel means of units, which are the clusters, and of periods were taken out; that they were estimated counts
    as if every period had as many units (Pustejovsky & Tipton 2018, Journal of Business & Economic Statistics 36).

    Attributes
    ----------
    Q : array, shape (rows, columns)
        Orthonormal.
    codes : array of int, shape (rows,)
        Of the cluster, 0, 1, ..., each of them there.
    times : array of int, shape (rows,), or None
        Codes of the periods.
    """

    Q: np.ndarray
    codes: np.ndarray
    times: np.ndarray | None = None

    @cached_property
    def _members(self):
        order = np.argsort(self.codes, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.codes))[:-1])

    @cached_property
    def _at_once(self):
        """Rows of each period."""
        return np.bincount(self.times)

    @cached_property
    def _axes(self):
        """Of what each cluster has of the design: axes, squared lengths, and what a cluster leaves along them."""
        lengths, axes = np.linalg.eigh(np.array([self.Q[rows].T @ self.Q[rows] for rows in self._members]))
        free = np.ones(len(lengths))
        if self.times is not None:
            free = np.array([1 - (1 / self._at_once[self.times[rows]]).mean() for rows in self._members])
        left = free[:, None] - lengths
        left[left <= _SPARE] = np.inf  # fitted all by itself: it says nothing of the noise
        return axes, np.maximum(lengths, 0), left

    def _rooted(self, directions):
        """Directions stretched by what each cluster leaves to itself, on its axes, (clusters, columns, directions)."""
        axes, _, left = self._axes
        return np.swapaxes(axes, 1, 2) @ directions / np.sqrt(left)[:, :, None]

    def pulls(self, residuals, directions):
        """How far each cluster pulls along each direction, shape (clusters, directions)."""
        sums = np.array([self.Q[rows].T @ residuals[rows] for rows in self._members])
        along = (np.swapaxes(self._axes[0], 1, 2) @ sums[:, :, None])[:, :, 0]
        return np.einsum("gij,gi->gj", self._rooted(directions), along)

    def carried(self, directions):
        """The part of each direction's own movement that each cluster has, shape (clusters, directions)."""
        moved = (self.Q @ directions) ** 2
        return _parts(np.array([moved[rows].sum(axis=0) for rows in self._members]))

    def _dof(self, direction):
        axes, lengths, _ = self._axes
        rooted = self._rooted(direction[:, None])[:, :, 0]
        shared = [np.einsum("gij,gj->gi", axes, lengths * rooted)]
        if self.times is not None:
            back = np.einsum("gij,gj->gi", axes, rooted)
            spread = np.zeros((len(lengths), len(self._at_once)))
            spread[self.codes, self.times] = np.einsum("ij,ij->i", self.Q, back[self.codes])
            shared.append(spread / np.sqrt(self._at_once))
        shared = np.column_stack(shared)
        across = shared.T @ shared if shared.shape[1] < len(shared) else shared @ shared.T
        return _degrees((lengths * rooted**2).sum(axis=1), (shared**2).sum(axis=1), (across**2).sum())


def _parts(moved):
    return moved / np.maximum(moved.sum(axis=0), np.finfo(float).tiny)


def _degrees(a, size, crossed):
    """Degrees of freedom of an estimated variance, by Bell & McCaffrey (2002): of independent, equal noise e it is
    e' P e with P = diag(a) - U U', and twice its squared mean over its variance is (tr P)² / tr P². For HC2 see Imbens
    & Kolesár (2016, Review of Economics and Statistics 98).

    `size` are the squared lengths of the rows of U, `crossed` is the sum of the squares of U U'.
    """
    variance = a @ a - 2 * a @ size + crossed
    return (a - size).sum() ** 2 / variance if variance > 0 else 1.0
