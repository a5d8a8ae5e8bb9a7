"""What pure noise would explain: as many columns without any meaning go with some of the outcome as well."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from crunch.regression.columns import independent, without

_FLIPS = 999


@dataclass(frozen=True)
class Chance:
    """An R², and what chance alone makes of one on as many rows.

    Attributes
    ----------
    rows, columns : int
        Columns that share, without those that repeat others.
    spent : int
        Coefficients that are taken out before anything is shared: mean, structure, what is always in.
    explained, context : float
        R² of everything together, and of what is always in alone.
    flipped : float or None
        The p-value by `sign_flips`, where rows of one unit belong together.
    """

    rows: int
    columns: int
    spent: int
    explained: float
    context: float = 0.0
    flipped: float | None = None

    @property
    def expected(self):
        """Part of the variation that as many columns of pure noise would be expected to add to what is always in.

        Examples
        --------
        >>> Chance(rows=31, columns=6, spent=1, explained=0.5).expected
        0.2
        """
        return (1 - self.context) * min(self.columns / max(self.rows - self.spent, 1), 1)

    @property
    def p_value(self):
        """How often pure noise would explain as much: F test of all columns together, or by flipped signs."""
        if self.flipped is not None:
            return self.flipped
        spare, left = self.rows - self.spent - self.columns, 1 - self.explained
        if spare < 1 or self.columns < 1:
            return 1.0
        if left <= 0:
            return 0.0
        return float(stats.f.sf((self.explained - self.context) / self.columns / (left / spare), self.columns, spare))


def sign_flips(columns, fixed, y, units):
    """How often columns explain as much when whole units have the signs of what is left of the outcome flipped.

    Noise that is the same on both sides of zero would be as likely with any signs, however rows of one unit
    hang together. What is left is a little less than the noise: the means that were taken out had some of it
    (count / (count - 1) makes up for that, as in clustered errors).

    Parameters
    ----------
    columns : array, shape (rows, k)
    fixed : array, shape (rows, f)
        What is held constant.
    y : array, shape (rows,)
    units : array of int, shape (rows,)
        Unit of each row, 0, 1, ...

    Returns
    -------
    float
        Of 999 flips, and at least 1 / 1000.

    References
    ----------
    Kline & Santos (2012), Journal of Econometric Methods 1 (the score bootstrap).
    """
    basis = independent(without(columns, fixed))[1]
    count = int(units.max()) + 1
    scores = np.zeros((count, basis.shape[1]))
    np.add.at(scores, units, basis * without(y, fixed)[:, None])
    signs = np.random.default_rng(0).choice([-1.0, 1.0], size=(_FLIPS, count))
    explained = ((signs @ scores) ** 2).sum(axis=1) * count / max(count - 1, 1)
    as_much = explained >= (1 - 1e-9) * (scores.sum(axis=0) ** 2).sum()
    return float((1 + as_much.sum()) / (1 + _FLIPS))
