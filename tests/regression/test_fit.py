"""Least squares against formulas, NIST's reference sets, exact arithmetic and least-squares dummies."""

import json
from fractions import Fraction

import numpy as np
import pytest
import statsmodels.api as sm
from fits import least_squares
from places import REFERENCE
from scipy import stats

from crunch.regression import fit as fitting
from crunch.regression.columns import alone, demeaned, entangled, independent
from crunch.regression.fit import factored

NIST = json.loads((REFERENCE / "nist_strd.json").read_text())["sets"]
WAMPLER_NOISE = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048,
                 -2048, 1838, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 759]


def world(seed=0, rows=80):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(rows), rng.normal(size=(rows, 2))])
    return X, X @ [1.0, 2.0, 0.0] + rng.normal(size=rows) * (1 + X[:, 1] ** 2)


def test_hc2_by_its_formula():
    X, y = world()
    fit = least_squares(y, X)
    inverse = np.linalg.inv(X.T @ X)
    coef = inverse @ X.T @ y
    residuals = y - X @ coef
    leverage = np.einsum("ij,jk,ik->i", X, inverse, X)
    meat = X.T @ (X * residuals[:, None] ** 2 / (1 - leverage)[:, None])
    np.testing.assert_allclose(fit.coef, coef, rtol=1e-10)
    np.testing.assert_allclose(fit.se, np.sqrt(np.diag(inverse @ meat @ inverse)), rtol=1e-10)


def test_clusters_equal_a_regression_with_dummies():
    rng = np.random.default_rng(1)
    units, times = np.repeat(np.arange(12), 8), np.tile(np.arange(8), 12)
    x = rng.normal(size=96) + units / 3 + times / 5
    y = 0.7 * x + units + np.sin(times) + rng.normal(size=96)
    within = demeaned(np.column_stack([y, x]), units, times)
    fit = least_squares(within[:, 0], within[:, [1]], clusters=units, times=times)
    dummies = np.column_stack([x, np.eye(12)[units], np.eye(8)[times][:, 1:]])
    full = sm.OLS(y, dummies).fit()
    assert fit.coef[0] == pytest.approx(full.params[0], rel=1e-10)


def test_errors_are_those_of_statsmodels():
    X, y = world()
    theirs, ours = sm.OLS(y, X).fit(cov_type="HC2", use_t=True), least_squares(y, X)
    np.testing.assert_allclose(ours.cov, theirs.cov_params(), rtol=1e-10)
    t = np.abs(theirs.tvalues)
    np.testing.assert_allclose(ours.p_values, 2 * stats.t.sf(t, ours.dof), rtol=1e-8)
    np.testing.assert_allclose(ours.half_width(0.9), stats.t.ppf(0.95, ours.dof) * theirs.bse, rtol=1e-8)


@pytest.mark.parametrize("clusters", [None, np.repeat(np.arange(10), 8)])
def test_one_more_column_is_a_fit_of_its_own(clusters):
    """Frisch, Waugh & Lovell: on what the matrix leaves, the added column has the same coefficient and error."""
    rng = np.random.default_rng(6)
    X, y = world()
    more, outcomes = rng.normal(size=(80, 2)) + X[:, 1:], np.column_stack([y, y**2])
    coef, se, dof = factored(X, clusters=clusters).beside(np.column_stack([more, 2 * X[:, 1]]), outcomes)
    for j in range(2):
        for o in range(2):
            alone = least_squares(outcomes[:, o], np.column_stack([more[:, j], X]), clusters=clusters)
            assert coef[j, o] == pytest.approx(alone.coef[0], rel=1e-10)
            assert se[j, o] == pytest.approx(alone.se[0], rel=1e-10)
            assert dof[j, 0] == pytest.approx(alone.dof[0], rel=1e-8)
    assert np.isnan(coef[2]).all()  # it repeats a column


def test_many_rows_are_fitted_by_qr_alone_where_that_keeps_the_digits(monkeypatch):
    rng = np.random.default_rng(7)
    X = np.column_stack([np.ones(30_000), rng.normal(size=(30_000, 3))])
    near = np.column_stack([X, X[:, 1] + 1e-3 * rng.normal(size=30_000)])
    y = X.sum(axis=1) + rng.normal(size=30_000)
    quick, sure = least_squares(y, X).coef, least_squares(y, near).coef
    monkeypatch.setattr(fitting, "_LARGE", 10**9)
    np.testing.assert_allclose(quick, least_squares(y, X).coef, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(sure, least_squares(y, near).coef)


def nist(name):
    """y, X and the coefficients and residual standard deviation that NIST certifies, Wampler's by their formulas."""
    if not name.startswith("Wampler"):
        case = NIST[name]
        x = np.array(case["x"], dtype=float).reshape(len(case["y"]), -1)
        X = np.hstack([x**k for k in range(1, case["degree"] + 1)])
        X = np.column_stack([np.ones(len(x)), X]) if case["intercept"] else X
        return np.array(case["y"]), X, [Fraction(b) for b in case["coef"]], float(case["residual_sd"])
    x = np.arange(21.0)
    X = np.column_stack([x**k for k in range(6)])
    coef = [Fraction(1, 10**k) if name == "Wampler2" else Fraction(1) for k in range(6)]
    noise = {"Wampler3": 1, "Wampler4": 100, "Wampler5": 10_000}.get(name, 0) * np.array(WAMPLER_NOISE)
    y = np.array([float(sum(b * Fraction(v) for b, v in zip(coef, row, strict=True))) for row in X])
    return y + noise, X, coef, np.sqrt(noise @ noise / 15)


def exact(y, X):
    """Least squares in rational arithmetic, of the numbers as the computer holds them."""
    rows = [[Fraction(v) for v in row] for row in np.column_stack([X, y]).tolist()]
    k = X.shape[1]
    left = [[sum(row[i] * row[j] for row in rows) for j in range(k + 1)] for i in range(k)]
    for i in range(k):
        left[i] = [v / left[i][i] for v in left[i]]
        for j in set(range(k)) - {i}:
            left[j] = [v - left[j][i] * w for v, w in zip(left[j], left[i], strict=True)]
    return [row[k] for row in left]


def correct_digits(coef, truth):
    """Of the worst coefficient."""
    error = max(abs(Fraction(b) - t) / (abs(t) or 1) for b, t in zip(coef.tolist(), truth, strict=True))
    return -np.log10(max(float(error), 1e-17))


@pytest.mark.parametrize("name", [*NIST, *(f"Wampler{i}" for i in range(1, 6))])
def test_nist_reference_sets(name):
    y, X, coef, residual_sd = nist(name)
    fit = least_squares(y, X)
    # Filip's tenth powers are rounded before any fit begins, and that rounding leaves eight digits.
    assert correct_digits(fit.coef, coef) >= (7 if name == "Filip" else 9)
    assert correct_digits(fit.coef, exact(y, X)) >= 14
    spread = np.sqrt(fit.residuals @ fit.residuals / (len(y) - X.shape[1]))
    assert spread == pytest.approx(residual_sd, rel=1e-9, abs=1e-14)


def test_many_rows_are_refined_as_few():
    """More rows than are held at a time, and noise a million times the effect."""
    rng = np.random.default_rng(5)
    x = np.arange(5001.0)
    X = np.column_stack([np.ones(len(x)), x, x**2, x**3])
    y = X.sum(axis=1) + 1e6 * x.max() ** 3 * rng.choice([-1.0, 1.0], size=len(x))
    assert correct_digits(least_squares(y, X).coef, exact(y, X)) >= 14


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
