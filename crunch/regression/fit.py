"""Least squares with errors that fit the kind of table, through statsmodels."""

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats


@dataclass(frozen=True)
class Fit:
    """Coefficients and what is known of them.

    Attributes
    ----------
    coef, se : array, shape (columns,)
    dof : float
        Degrees of freedom of the t distribution.
    residuals : array, shape (rows,)
    """

    coef: np.ndarray
    se: np.ndarray
    dof: float
    residuals: np.ndarray

    @property
    def p_values(self):
        """Two-sided p-values, shape (columns,)."""
        exact = self.se == 0  # a perfect fit: no noise to hide in
        t = np.where(exact, np.where(self.coef == 0, 0, np.inf), self.coef / np.where(exact, 1, self.se))
        return 2 * stats.t.sf(np.abs(t), self.dof)

    def half_width(self, level):
        """Half the width of each interval at this level, shape (columns,)."""
        return stats.t.ppf(0.5 + level / 2, self.dof) * self.se


def least_squares(y, X, *, clusters=None, absorbed=0):
    """Ordinary least squares by QR on scaled columns.

    Errors are HC3 (MacKinnon & White 1985) with n − k degrees of freedom, or, when clusters are
    given, clustered with G − 1 degrees of freedom and the usual small-sample factor.

    Parameters
    ----------
    y : array, shape (rows,)
    X : array, shape (rows, columns)
        Full column rank, intercept included where one is wanted.
    clusters : array of int, shape (rows,), optional
    absorbed : int
        Effects that were demeaned away and are not nested in the clusters; they cost degrees of
        freedom in the small-sample factor.

    Returns
    -------
    Fit
    """
    scale = np.sqrt((X**2).mean(axis=0))
    model = sm.OLS(y, X / scale)
    if clusters is None:
        result = model.fit(method="qr", cov_type="HC3", use_t=True)
        dof, factor = result.df_resid, 1.0
    else:
        result = model.fit(method="qr", cov_type="cluster", use_t=True, cov_kwds={"groups": clusters})
        n, k = X.shape
        dof, factor = len(np.unique(clusters)) - 1, (n - k) / (n - k - absorbed)
    return Fit(result.params / scale, np.sqrt(factor) * result.bse / scale, float(dof), result.resid)
