"""How far the best of many sums errs: against published figures, simulated sums and brute force over all of them."""

import numpy as np
import pytest
from scipy import stats

from crunch.regression.chi_bar import chi_bar


@pytest.mark.parametrize(("count", "figure"), list(enumerate([0.84, 1.31, 1.61, 1.84, 2.04, 2.21, 2.36, 2.50], start=1)))
def test_all_of_them_are_a_binomial_mixture_of_chi_squares(count, figure):
    law, parts = chi_bar(np.eye(count), count), stats.binom.pmf(np.arange(count + 1), count, 0.5)
    assert law.quantile(0.8) == pytest.approx(figure, abs=0.02)
    for k in (0.5, 1.5, 3.0):
        exact = parts[0] + parts[1:] @ stats.chi2.cdf(k**2, np.arange(1, count + 1))
        assert law.probability(k) == pytest.approx(exact, abs=0.012)


def test_one_is_a_normal_quantile_exactly():
    law = chi_bar(np.eye(1), 1)
    for level in (0.6, 0.8, 0.99):
        assert law.quantile(level) == pytest.approx(stats.norm.ppf(level), abs=1e-7)
    assert law.quantile(0.5) == law.quantile(0.4) == 0
    assert law.probability(-1.0) == 0


@pytest.mark.parametrize("most", [1, 2, 4])
def test_the_best_few_of_many(most):
    errors = np.random.default_rng(3).normal(size=(100_000, 6))
    best = np.sqrt(np.sort(np.maximum(errors, 0), axis=1)[:, -most:] ** 2 @ np.ones(most))
    law = chi_bar(np.eye(6), most)
    for level in (0.6, 0.8, 0.95):
        assert law.quantile(level) == pytest.approx(np.quantile(best, level), abs=0.03)
        assert level <= law.probability(law.quantile(level)) <= level + 1e-8


@pytest.mark.parametrize("together", [-0.4, 0.5])
def test_correlated_errors_against_all_sums_there_are(together):
    """The worst of a fine grid of sums of two or three estimates; errors against each other carry farther."""
    correlation = np.full((3, 3), together) + (1 - together) * np.eye(3)
    errors = np.random.default_rng(4).multivariate_normal(np.zeros(3), correlation, 20_000)
    ways = np.stack(np.meshgrid(*[np.linspace(0, 1, 13)] * 3), axis=-1).reshape(-1, 3)[1:]
    for most in (2, 3):
        some = ways[np.count_nonzero(ways, axis=1) <= most]
        sums = errors @ some.T / np.sqrt(np.einsum("ij,jk,ik->i", some, correlation, some))
        assert chi_bar(correlation, most).quantile(0.8) == pytest.approx(np.quantile(sums.max(axis=1), 0.8), abs=0.04)
    assert (chi_bar(correlation, 3).quantile(0.8) > chi_bar(np.eye(3), 3).quantile(0.8)) == (together < 0)
