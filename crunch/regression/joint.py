"""Several regressions of the same rows, taken together: what one estimate's error says of another's."""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from scipy import special, stats

_LUCKS = 256  # quantiles of chi-squared that draws are made from


@dataclass(frozen=True)
class Joint:
    """Coefficients of p columns in m regressions, and how their errors go together.

    Attributes
    ----------
    coef, se : array, shape (p, m)
        NaN where a regression says nothing of a column.
    dof : array, shape (p, m)
    correlation : array, shape (p * m, p * m)
        Of the errors, in the order of ``coef.ravel()``; zero where there is no estimate.
    """

    coef: np.ndarray
    se: np.ndarray
    dof: np.ndarray
    correlation: np.ndarray

    @property
    def p_values(self):
        """Two-sided p-values, each by itself, shape (p, m)."""
        return 2 * stats.t.sf(np.abs(self._ratios()), self.dof)

    def _ratios(self):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.se > 0, self.coef / self.se, np.where(self.coef == 0, 0, np.inf) + 0 * self.coef)

    def errors(self, draws, rng):
        """Draws of the errors in standard errors, jointly normal, shape (draws, p, m)."""
        values, vectors = np.linalg.eigh(self.correlation)
        # The symmetric root: others hang on signs that a rounding error, or another computer, turns round.
        root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
        return (rng.normal(size=(draws, len(values))) @ root).reshape(draws, *self.coef.shape)

    def draws(self, draws, rng):
        """Draws of the coefficients, each of them t with its own degrees of freedom, shape (draws, p, m)."""
        errors, dof = self.errors(draws, rng), np.nan_to_num(self.dof, nan=1.0)
        # One luck for all: where noise was seen too small for one estimate, it was for those that share its rows.
        luck = (np.arange(_LUCKS) + 0.5) / _LUCKS
        few, which = np.unique(np.round(dof, 3), return_inverse=True)
        heavy = np.sqrt(few / (2 * special.gammaincinv(few / 2, luck[:, None])))
        heavy = heavy[rng.integers(_LUCKS, size=draws)][:, which.ravel()].reshape(draws, *dof.shape)
        return self.coef + np.nan_to_num(self.se) * errors * heavy


def joint(fits, at, groups, shape):
    """Put regressions together.

    Parameters
    ----------
    fits : sequence of Fit or None
        None where nothing could be estimated.
    at : sequence of array of int
        For each fit, where its first coefficients stand among the p columns wanted; further ones are left out.
    groups : sequence of array of int
        For each fit, whose pull each of its rows or clusters is: pulls of one number go together.
    shape : (int, int)
        How many groups there are, and p.

    Returns
    -------
    Joint
    """
    (count, p), m = shape, len(fits)
    coef, se, dof = np.full((3, p, m), np.nan)
    together = np.zeros((p, m, p, m))
    known = [o for o in range(m) if fits[o] is not None]
    for o in known:
        k = len(at[o])
        coef[at[o], o], se[at[o], o], dof[at[o], o] = fits[o].coef[:k], fits[o].se[:k], fits[o].dof[:k]
    for one, other in combinations_with_replacement(known, 2):
        cells = _products(fits[one].pulls[:, :len(at[one])], groups[one], fits[other].pulls[:, :len(at[other])],
                          groups[other], count)
        together[np.ix_(at[one], [one], at[other], [other])] = cells[:, None, :, None]
        together[np.ix_(at[other], [other], at[one], [one])] = cells.T[:, None, :, None]
    size = np.where(se > 0, se, 1).ravel()
    return Joint(coef, se, dof, together.reshape(p * m, p * m) / np.outer(size, size))


def _products(one, ones, other, others, count):
    """Sums of products of what the same groups pull in two fits, shape (columns of one, columns of the other)."""
    if len(ones) == len(others) and (ones == others).all():
        return one.T @ other
    place = np.full(count, -1)
    place[others] = np.arange(len(others))
    both = place[ones] >= 0
    return one[both].T @ other[place[ones][both]]
