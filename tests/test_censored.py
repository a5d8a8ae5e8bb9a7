"""A fit that knows of the rounding: against a plain maximiser, against least squares, and in simulated worlds."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import minimize

from crunch import InputError, Study
from crunch.datasets import study
from crunch.questions.rounded import rounded
from crunch.regression.censored import interval_fit
from crunch.regression.fit import least_squares

TRUTH = [20, 0.25, -0.15]  # levers that together move the score by about a quarter of a step


def world(seed, rows=200, noise=0.3, step=1.0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(rows), rng.normal(size=(rows, 2)) * [1, 0.5]])
    hidden = X @ TRUTH + rng.normal(0, noise, rows)
    return X, step * np.floor(hidden / step + 0.5)


def likelihood(parameters, low, high, X):
    """Minus the log-likelihood as anyone would write it down."""
    middle, sigma = X @ parameters[:-1], np.exp(parameters[-1])
    return -np.log(stats.norm.cdf(high, middle, sigma) - stats.norm.cdf(low, middle, sigma)).sum()


@pytest.mark.parametrize("noise", [0.15, 0.4, 1.5])
def test_it_is_the_maximum(noise):
    X, shown = world(1, noise=noise)
    fit = interval_fit(shown - 0.5, shown + 0.5, X)
    ours = np.append(fit.coef, np.log(fit.sigma))
    found = minimize(likelihood, ours + 0.01, args=(shown - 0.5, shown + 0.5, X), method="Nelder-Mead",
                     options={"maxiter": 10_000, "xatol": 1e-9, "fatol": 1e-11})
    np.testing.assert_allclose(ours, found.x, atol=1e-4)
    assert likelihood(ours, shown - 0.5, shown + 0.5, X) <= found.fun + 1e-8


def test_fine_steps_give_least_squares():
    X, shown = world(2, noise=2.0, step=1e-4)
    fit, plain = interval_fit(shown - 5e-5, shown + 5e-5, X), least_squares(shown, X)
    np.testing.assert_allclose(fit.coef, plain.coef, atol=1e-6)
    np.testing.assert_allclose(fit.se, plain.se, rtol=0.03)
    assert fit.sigma == pytest.approx(np.sqrt((plain.residuals**2).mean()), rel=1e-4)


def test_units_and_offsets_change_nothing():
    X, shown = world(3)
    fit = interval_fit(shown - 0.5, shown + 0.5, X)
    other = interval_fit((shown - 0.5) * 1e6 + 1e10, (shown + 0.5) * 1e6 + 1e10, X * [1, 1e8, 1e-8])
    np.testing.assert_allclose(other.coef[1:] * [1e8, 1e-8], fit.coef[1:] * 1e6, rtol=1e-5)
    np.testing.assert_allclose(other.se[1:] * [1e8, 1e-8], fit.se[1:] * 1e6, rtol=1e-4)
    assert other.coef[0] == pytest.approx(fit.coef[0] * 1e6 + 1e10)


def test_without_noise_there_is_no_maximum():
    X, _ = world(4)
    shown = np.floor(X @ TRUTH + 0.5)
    assert interval_fit(shown - 0.5, shown + 0.5, X) is None


def test_far_out_in_the_tails():
    X, shown = world(5)
    shown[0] += 40  # one row a hundred standard deviations off
    fit = interval_fit(shown - 0.5, shown + 0.5, X)
    assert np.isfinite([*fit.coef, *fit.se, fit.sigma]).all()


@pytest.mark.simulation
@pytest.mark.parametrize(("noise", "plain_fails"), [(0.1, True), (0.15, True), (0.25, False), (0.5, False)])
def test_intervals_hold_the_truth(noise, plain_fails):
    """300 worlds of 200 accounts. Where step and levers dwarf the noise, least squares sees half the effect, and is sure."""
    worlds, held, plain_held, sigmas = 300, np.zeros(2), np.zeros(2), []
    for seed in range(worlds):
        X, shown = world(seed, noise=noise)
        fit, plain = interval_fit(shown - 0.5, shown + 0.5, X), least_squares(shown, X)
        for found, counts in ((fit, held), (plain, plain_held)):
            counts += np.abs(found.coef[1:] - TRUTH[1:]) <= found.half_width(0.95)[1:]
        sigmas.append(fit.sigma)
    print(f"\nnoise {noise}: bands hold {held / worlds}, least squares {plain_held / worlds}, "
          f"sigma {np.mean(sigmas):.3f}")
    assert (held / worlds >= 0.95 - 0.038).all()  # three standard errors of 300 worlds
    assert np.mean(sigmas) == pytest.approx(noise, rel=0.15)
    assert ((plain_held / worlds).min() < 0.5) == plain_fails


def test_her_diary():
    answer = rounded(study("stuck_at_55"))
    table = answer.table.set_index("lever")
    assert answer.coarse
    assert answer.noise == pytest.approx(0.16, abs=0.02)  # 0.15 went in: AR(1) with innovations of 0.13
    assert ((table["low"] < table["plain"]) & (table["plain"] < table["high"])).all()
    assert table.loc["followers", "low"] < 5 * np.log(1.1) < table.loc["followers", "high"]
    assert answer.sentence == ("Rounding matters here: a step of klout is 6.2 times the noise about the fit. Allowing for it "
                               "changes followers and replies by more than a quarter of what is uncertain anyway.")
    assert "+0.38 (+0.23 to +0.53)" in str(answer)


def test_accounts_are_too_noisy_for_rounding_to_matter():
    answer = rounded(study("accounts"))
    assert not answer.coarse
    np.testing.assert_allclose(answer.table["effect"], answer.table["plain"], atol=0.002)
    assert answer.sentence.startswith("Rounding does not matter much here: a step of score is 0.1 times the noise")


def test_bands_that_can_be_met():
    table = pd.DataFrame({"x": np.arange(30.0), "s": np.floor(np.arange(30) * 0.21 + 0.5)})
    answer = rounded(Study(table, score="s", levers="x", step=1, scales={"x": "linear"}))
    assert answer.table[["effect", "low", "high"]].isna().all(axis=None)
    assert answer.table["plain"].notna().all()
    assert answer.sentence == ("The levers can meet every step that s showed without any noise, so how they differ from "
                               "least squares can't be told; crunch.stuck(study).bounds has all effects that do.")


@pytest.mark.parametrize(("make", "sentence"), [
    (lambda: study("shops"),
     "The bands of shown scores stay bands only as long as no means are taken out of them, but a panel is compared within "
     "units and periods. Study one unit as a diary (leave out unit=)."),
    (lambda: Study(pd.DataFrame({"x": np.arange(30.0), "s": 5}), score="s", levers="x", step=1),
     "Effects take a score that moves, but s leaves nothing to explain in 30 rows. Ask crunch.stuck(study).bounds what "
     "that rules out."),
])
def test_refusals(make, sentence):
    with pytest.raises(InputError) as error:
        rounded(make())
    assert str(error.value) == sentence
