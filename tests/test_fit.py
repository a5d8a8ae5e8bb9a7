"""Least squares against statsmodels' own formulas, exact arithmetic and least-squares dummies."""

import numpy as np
import pytest
import statsmodels.api as sm

from crunch.regression.columns import alone, demeaned, entangled, independent
from crunch.regression.fit import least_squares


def world(seed=0, rows=80):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(rows), rng.normal(size=(rows, 2))])
    return X, X @ [1.0, 2.0, 0.0] + rng.normal(size=rows) * (1 + X[:, 1] ** 2)


def test_hc3_by_its_formula():
    X, y = world()
    fit = least_squares(y, X)
    inverse = np.linalg.inv(X.T @ X)
    coef = inverse @ X.T @ y
    residuals = y - X @ coef
    leverage = np.einsum("ij,jk,ik->i", X, inverse, X)
    meat = X.T @ (X * (residuals / (1 - leverage))[:, None] ** 2)
    np.testing.assert_allclose(fit.coef, coef, rtol=1e-10)
    np.testing.assert_allclose(fit.se, np.sqrt(np.diag(inverse @ meat @ inverse)), rtol=1e-10)
    assert fit.dof == len(y) - 3


def test_clusters_equal_a_regression_with_dummies():
    rng = np.random.default_rng(1)
    units, times = np.repeat(np.arange(12), 8), np.tile(np.arange(8), 12)
    x = rng.normal(size=96) + units / 3 + times / 5
    y = 0.7 * x + units + np.sin(times) + rng.normal(size=96)
    within = demeaned(np.column_stack([y, x]), units, times)
    fit = least_squares(within[:, 0], within[:, [1]], clusters=units, absorbed=7)
    dummies = np.column_stack([x, np.eye(12)[units], np.eye(8)[times][:, 1:]])
    full = sm.OLS(y, dummies).fit()
    assert fit.coef[0] == pytest.approx(full.params[0], rel=1e-10)
    # The cluster formula by hand, unit effects nested in the clusters and so not counted.
    scores = np.array([(within[units == g, 1] * fit.residuals[units == g]).sum() for g in range(12)])
    variance = (scores**2).sum() / (within[:, 1] ** 2).sum() ** 2
    factor = 12 / 11 * 95 / (96 - 1 - 7)
    assert fit.se[0] == pytest.approx(np.sqrt(variance * factor), rel=1e-10)
    assert fit.dof == 11


def test_wampler1_to_nine_digits():
    """NIST StRD Wampler1: y = 1 + x + x² + x³ + x⁴ + x⁵ for x = 0 … 20, all coefficients 1."""
    x = np.arange(21.0)
    X = np.column_stack([x**k for k in range(6)])
    np.testing.assert_allclose(least_squares(X.sum(axis=1), X).coef, 1, rtol=1e-9)


def test_unbalanced_demeaning_equals_dummies():
    rng = np.random.default_rng(2)
    units, times = np.repeat(np.arange(10), 9), np.tile(np.arange(9), 10)
    keep = rng.random(90) < 0.7
    units, times = units[keep], times[keep]
    data = rng.normal(size=(keep.sum(), 2)) + units[:, None]
    D = np.column_stack([np.eye(10)[units], np.eye(9)[times]])
    expected = data - D @ np.linalg.lstsq(D, data, rcond=None)[0]
    np.testing.assert_allclose(demeaned(data, units, times), expected, atol=1e-9)


def test_columns_that_repeat_others_are_found():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 40))
    keep, basis = independent(np.column_stack([a, b, a - 2 * b, np.zeros(40), a * b]))
    assert keep.tolist() == [0, 1, 4]
    np.testing.assert_allclose(basis.T @ basis, np.eye(3), atol=1e-12)


def test_rows_that_stand_alone():
    dummies = np.column_stack([np.ones(6), [1, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 0]])
    assert alone(independent(dummies)[1]).tolist() == [True, False, False, False, False, False]


def test_entangled_names_the_pair():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 50))
    condition, members = entangled(np.column_stack([b, a, a + 1e-7 * rng.normal(size=50)]))
    assert condition > 1e6
    assert sorted(members.tolist()) == [1, 2]
