"""Several regressions of the same rows, taken together: what one estimate's error says of another's."""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Joint:
    """Coefficients of p columns in m regressions, and how their errors go together.

    Attributes
    ----------
    coef, se : array, shape (p, m)
        NaN where a regression says nothing of a column.
    dof : array, shape (m,)
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

    def half_width(self, level, draws, rng):
        """Half the widths of intervals that all hold at once at this level, shape (p, m).

        The largest of all |t| that the errors bring by chance, from a Gaussian multiplier bootstrap
        of the rows or clusters (Chernozhukov, Chetverikov & Kato 2013, Annals of Statistics 41;
        Montiel Olea & Plagborg-Møller 2019, Journal of Applied Econometrics 34), widened for few
        degrees of freedom as a t interval is.
        """
        known = ~np.isnan(self.se).ravel()
        if not known.any():
            return np.full(self.se.shape, np.nan)
        largest = np.abs(self.errors(draws, rng).reshape(draws, -1)[:, known]).max(axis=1)
        alone = stats.norm.sf(np.quantile(largest, level))
        return stats.t.isf(alone, self.dof) * self.se

    def errors(self, draws, rng):
        """Draws of the errors in standard errors, jointly normal, shape (draws, p, m)."""
        values, vectors = np.linalg.eigh(self.correlation)
        # The symmetric root: others hang on signs that a rounding error, or another computer, turns round.
        root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
        return (rng.normal(size=(draws, len(values))) @ root).reshape(draws, *self.coef.shape)

    def draws(self, draws, rng):
        """Draws of the coefficients, jointly t, shape (draws, p, m)."""
        errors = self.errors(draws, rng)
        known = self.dof[~np.isnan(self.se).all(axis=0)]  # a fit that says nothing has no degrees of freedom to lack
        dof = known.min() if known.size else 1.0
        heavy = np.sqrt(dof / rng.chisquare(dof, draws))
        return self.coef + np.nan_to_num(self.se) * errors * heavy[:, None, None]


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
    coef, se = np.full((2, p, m), np.nan)
    together, dof = np.zeros((p, m, p, m)), np.ones(m)
    known = [o for o in range(m) if fits[o] is not None]
    for o in known:
        k = len(at[o])
        coef[at[o], o], se[at[o], o], dof[o] = fits[o].coef[:k], fits[o].se[:k], fits[o].dof
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
