"""One regression, where a test needs no more than that, and its referee."""

from types import SimpleNamespace

import numpy as np
import statsmodels.api as sm
from scipy import stats

from crunch.regression.fit import factored


def least_squares(y, X, **errors):
    """The regression of one outcome on a matrix; errors as for `factored`."""
    return factored(X, **errors).fit(y)


def degrees_of_freedom(X):
    """Of HC2 errors, from the full matrix of pairs of rows (Bell & McCaffrey 2002)."""
    inverse = np.linalg.inv(X.T @ X)
    M, out = np.eye(len(X)) - X @ inverse @ X.T, []
    for pulled in (X @ inverse).T:
        P = M @ np.diag(pulled**2 / np.diag(M)) @ M
        out.append(np.trace(P) ** 2 / (P**2).sum())
    return np.array(out)


def by_leverage(y, X):
    """statsmodels' coefficients and HC2 errors, with degrees of freedom by hand: params, bse, pvalues, ends(level)."""
    X = np.asarray(X, dtype=float)
    fit, dof = sm.OLS(np.asarray(y, dtype=float), X).fit(cov_type="HC2"), degrees_of_freedom(X)
    return SimpleNamespace(params=fit.params, bse=fit.bse, dof=dof, pvalues=2 * stats.t.sf(np.abs(fit.params / fit.bse), dof),
                           ends=lambda level=0.95: fit.params[:, None] + np.outer(
                               fit.bse * stats.t.ppf(0.5 + level / 2, dof), [-1, 1]))
