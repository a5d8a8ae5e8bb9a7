"""What others would say of the same table: least squares as people run it, and whoever knows how the world was made."""

import numpy as np
import statsmodels.api as sm
from scipy import linalg, stats


def least_squares(world):
    """statsmodels' OLS with conventional errors, which are pingouin's defaults too, and with HC3 errors.

    Returns
    -------
    dict of str to (low, high)
        "ols" and "hc3", each two lists, one number a lever, at 95 %.
    """
    levers = list(world.truth)
    design = sm.add_constant(world.data[levers].to_numpy(float), has_constant="add")
    fit = sm.OLS(world.data["score"].to_numpy(float), design).fit()
    with np.errstate(all="ignore"):  # a row that alone has a lever leaves HC3 nothing to divide by
        robust = fit.get_robustcov_results("HC3", use_t=True)
        return {"ols": _ends(fit.conf_int()[1:]), "hc3": _ends(robust.conf_int()[1:])}


def _ends(intervals):
    return [np.asarray(column, float) for column in np.asarray(intervals).T]


def oracle(world):
    """The narrowest interval: generalised least squares by one who knows all but the slopes' and the noise's size.

    Returns
    -------
    (low, high) or None
        At 95 %, one number a lever; NaN for a lever that cannot be told from what is held.
    """
    if world.errors is None:
        return None
    x, y = world.data[list(world.truth)].to_numpy(float), world.data["score"].to_numpy(float)
    held = np.ones((len(y), 1)) if world.held is None else np.column_stack([np.ones(len(y)), world.held])
    white = _whitened(world, np.column_stack([y, x, held]))
    y, x, held = white[:, 0], white[:, 1:x.shape[1] + 1], white[:, x.shape[1] + 1:]
    rank = np.linalg.matrix_rank(held)
    basis = linalg.svd(held, full_matrices=False)[0][:, :rank]
    before = (x ** 2).sum(0)
    y, x = y - basis @ (basis.T @ y), x - basis @ (basis.T @ x)
    told = (x ** 2).sum(0) > 1e-9 * before
    low, high = np.full((2, len(told)), np.nan)
    inverse = np.linalg.pinv(x[:, told].T @ x[:, told])
    slopes = inverse @ x[:, told].T @ y
    free = len(y) - rank - told.sum()
    rest = y - x[:, told] @ slopes
    half = stats.t.ppf(0.975, free) * np.sqrt(rest @ rest / free * np.diag(inverse))
    low[told], high[told] = slopes - half, slopes + half
    return [low, high]


def _whitened(world, columns):
    """Rows freed of the memory of their noise, unit by unit."""
    units = world.data[world.roles["unit"]].to_numpy() if "unit" in world.roles else np.zeros(len(columns))
    spread = np.ones(len(columns)) if world.spread is None else world.spread
    out = np.empty_like(columns)
    for unit in np.unique(units):
        rows = units == unit
        root = np.linalg.cholesky(_covariance(*world.errors, world.when[rows]))
        out[rows] = linalg.solve_triangular(root, columns[rows] / spread[rows, None], lower=True)
    return out


def _covariance(law, coefficient, when):
    apart = np.abs(when[:, None] - when[None, :])
    if law == "ar":
        return coefficient ** apart.astype(float)
    if law == "ma":
        return np.where(apart == 0, 1 + coefficient ** 2, np.where(apart == 1, coefficient, 0.0))
    return np.minimum(when[:, None], when[None, :]) - when.min() + 1.0  # a walk, from wherever it stands
