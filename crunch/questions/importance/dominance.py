"""Which lever explains more than another: next to any others, at each number of others, on average."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crunch.errors import InputError
from crunch.shares import compared

_SLACK = 1e-12  # part of the variation by which two sums may differ and count as equal


@dataclass(frozen=True)
class Dominance:
    """What every subset of the levers leaves unexplained.

    Attributes
    ----------
    names : sequence
    left : array, shape (2^p,)
        As part of the outcome's variation; subset s holds lever j when bit j of s is set.
    """

    names: list
    left: np.ndarray

    @classmethod
    def of(cls, names, parts):
        """From divided shares; refused beyond 20 levers."""
        play = parts.game
        if len(play.sizes) > compared.MOST:
            raise InputError(f"Dominance compares every pair in every subset and stops at {compared.MOST} levers, but "
                             f"{len(play.sizes)} were given. Put levers into groups, or ask about fewer.")
        return cls(names, parts.route.take(play.columns).residuals(play.sizes)[:, 0] / parts.total)

    def pairs(self):
        """Each pair of levers and the one that dominates in each sense.

        Returns
        -------
        DataFrame
            lever, other (the smaller share), complete (next to any set of others), conditional (at
            each number of others, on average), general (on average): a name, or "neither".

        References
        ----------
        Azen & Budescu (2003), Psychological Methods 8.
        """
        gains, complete = compared.conditional(self.left), compared.complete(self.left, _SLACK)
        order = np.argsort(-gains.mean(axis=1), kind="stable")
        rows = []
        for place, i in enumerate(order):
            for j in order[place + 1:]:
                more = gains[i] - gains[j]
                rows.append((self.names[i], self.names[j], self._one(i, j, complete[i, j], complete[j, i]),
                             self._one(i, j, _ahead(more), _ahead(-more)),
                             self._one(i, j, more.mean() > _SLACK, more.mean() < -_SLACK)))
        return pd.DataFrame(rows, columns=["lever", "other", "complete", "conditional", "general"])

    def gains(self):
        """What each lever adds on average by how many others entered before it.

        Returns
        -------
        DataFrame
            lever, before, gain (part of the outcome's variation); the mean of a lever's gains is
            its share.
        """
        gains = compared.conditional(self.left)
        return pd.DataFrame([(name, before, gain) for name, row in zip(self.names, gains, strict=True)
                             for before, gain in enumerate(row)], columns=["lever", "before", "gain"])

    def _one(self, i, j, first, second):
        return self.names[i] if first else self.names[j] if second else "neither"


def _ahead(more):
    return bool((more >= -_SLACK).all() and (more > _SLACK).any())
