"""What pure noise would explain: against simulated noise, statsmodels' F test and all flips of signs."""

from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm

from crunch.shares.chance import Chance, sign_flips


def world(rows=40, fixed=3, columns=4, seed=0):
    rng = np.random.default_rng(seed)
    held = np.column_stack([np.ones(rows), rng.normal(size=(rows, fixed - 1))])
    return held, rng.normal(size=(rows, columns)), held @ rng.normal(size=fixed) + rng.normal(size=rows)


def squares_left(y, X):
    return float(sm.OLS(y, X).fit().ssr)


def test_noise_adds_what_is_expected_of_it():
    """The mean over 4000 sets of noise, beyond two columns that are always in."""
    held, _, y = world()
    total, rng = squares_left(y, held[:, :1]), np.random.default_rng(1)
    basis, _ = np.linalg.qr(held)
    left = y - basis @ (basis.T @ y)
    added = []
    for _ in range(4000):
        noise = rng.normal(size=(40, 4))
        Q, _ = np.linalg.qr(noise - basis @ (basis.T @ noise))
        added.append(((Q.T @ left) ** 2).sum() / total)
    context = 1 - squares_left(y, held) / total
    said = Chance(rows=40, columns=4, spent=3, explained=0.9, context=context).expected
    assert said == pytest.approx(np.mean(added), abs=4 * np.std(added) / np.sqrt(4000))
    assert said == pytest.approx((1 - context) * 4 / 37, rel=1e-12)


def test_the_p_value_is_that_of_an_f_test():
    held, X, y = world()
    few, all_ = sm.OLS(y, held).fit(), sm.OLS(y, np.column_stack([held, X])).fit()
    chance = Chance(rows=40, columns=4, spent=3, explained=all_.rsquared, context=few.rsquared)
    assert chance.p_value == pytest.approx(all_.compare_f_test(few)[1], rel=1e-9)


def test_nothing_to_judge_and_nothing_left():
    assert Chance(rows=5, columns=4, spent=1, explained=0.9).p_value == 1
    assert Chance(rows=50, columns=0, spent=1, explained=0.0).p_value == 1
    assert Chance(rows=50, columns=4, spent=1, explained=1.0).p_value == 0
    assert Chance(rows=5, columns=9, spent=1, explained=1.0).expected == 1


@pytest.mark.parametrize("seed", range(3))
def test_flips_are_those_of_brute_force(seed):
    """Eight units have 256 ways to flip; a fit of each by least squares."""
    held, X, y = world(seed=seed)
    units = np.random.default_rng(seed).permutation(np.arange(40) % 8)
    left = sm.OLS(y, held).fit().resid
    free = np.column_stack([sm.OLS(x, held).fit().resid for x in X.T])
    as_much = [sm.OLS(np.array(signs)[units] * left, free).fit().ess for signs in product([-1, 1], repeat=8)]
    truth = np.mean(8 / 7 * np.array(as_much) >= sm.OLS(left, free).fit().ess - 1e-9)
    assert sign_flips(X, held, y, units) == pytest.approx(truth, abs=4 * np.sqrt(truth * (1 - truth) / 999) + 0.002)
