"""Several regressions of the same rows, taken together: what one estimate's error says of another's."""

from dataclasses import dataclass

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
        root = vectors * np.sqrt(np.maximum(values, 0))
        return (rng.normal(size=(draws, len(values))) @ root.T).reshape(draws, *self.coef.shape)

    def draws(self, draws, rng):
        """Draws of the coefficients, jointly t, shape (draws, p, m)."""
        errors = self.errors(draws, rng)
        heavy = np.sqrt(self.dof.min() / rng.chisquare(self.dof.min(), draws))
        return self.coef + np.nan_to_num(self.se) * errors * heavy[:, None, None]


def joint(fits, designs, places, names, groups):
    """Put regressions together.

    Parameters
    ----------
    fits : sequence of Fit or None
        Levers first, in the order of each design's names; None where nothing could be estimated.
    designs : sequence of Design
    places : sequence of array of int
        For each design, where each of its rows stands among all rows.
    names : tuple
        The levers, in the order wanted.
    groups : array of int, shape (all rows,)
        Rows whose errors go together share a number: each its own, or its unit.

    Returns
    -------
    Joint
    """
    p, m, count = len(names), len(fits), int(groups.max()) + 1
    coef, se = np.full((2, p, m), np.nan)
    pulls, dof = np.zeros((count, p, m)), np.ones(m)
    for o, (fit, plan, rows) in enumerate(zip(fits, designs, places, strict=True)):
        if fit is None:
            continue
        at = [names.index(name) for name in plan.names]
        coef[at, o], se[at, o], dof[o] = fit.coef[:len(at)], fit.se[:len(at)], fit.dof
        np.add.at(pulls[:, :, o], (groups[rows][:, None], at), _influence(plan, fit)[:, :len(at)])
    flat = pulls.reshape(count, p * m)
    size = np.sqrt((flat**2).sum(axis=0))
    flat = flat / np.where(size > 0, size, 1)
    return Joint(coef, se, dof, flat.T @ flat)


def _influence(plan, fit):
    """How far each row pulls each coefficient, shape (rows, columns), by HC3 where rows stand alone."""
    Q, R = np.linalg.qr(plan.matrix)
    # Rows of a unit are summed later, and clustered errors take residuals as they are.
    spare = 1 - (Q**2).sum(axis=1) if plan.units is None else 1.0
    return (Q * (fit.residuals / np.maximum(spare, 1e-9))[:, None]) @ np.linalg.inv(R).T
