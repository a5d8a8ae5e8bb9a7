"""A fit that knows of the rounding: against a plain maximiser, against least squares, and in simulated worlds."""

import numpy as np
import pandas as pd
import pytest
from fits import least_squares
from scipy import stats
from scipy.optimize import minimize

import crunch
from crunch import InputError, Study
from crunch.datasets import study
from crunch.regression.censored import interval_fit

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


def left_out(fit, low, high, X):
    """Covariance from leaving out each row, one Newton step each, and that of the model: derivatives by differences."""
    top = np.append(fit.coef, 1) / fit.sigma

    def row(parameters, i):
        ends = parameters[-1] * np.array([low[i], high[i]]) - X[i] @ parameters[:-1]
        return np.log(np.diff(stats.norm.cdf(ends))[0])

    size, k = 1e-4, len(top)
    e = size * np.eye(k)
    score = np.array([[(row(top + d, i) - row(top - d, i)) / (2 * size) for d in e] for i in range(len(X))])
    curve = -np.array([[[(row(top + c + d, i) - row(top + c - d, i) - row(top - c + d, i) + row(top - c - d, i))
                         / (4 * size**2) for c in e] for d in e] for i in range(len(X))])
    slope = np.column_stack([np.eye(k - 1), -fit.coef]) * fit.sigma
    moved = np.array([slope @ np.linalg.solve(curve.sum(axis=0) - c, s) for c, s in zip(curve, score, strict=True)])
    return moved.T @ moved, slope @ np.linalg.inv(curve.sum(axis=0)) @ slope.T


def test_errors_are_those_of_leaving_out_each_row():
    X, shown = world(6, rows=60, noise=0.4)
    low, high = shown - 0.5, shown + 0.5
    fit = interval_fit(low, high, X)
    robust, model = left_out(fit, low, high, X)
    expected = np.sqrt(np.maximum(np.diag(robust), np.diag(model)))
    np.testing.assert_allclose(fit.se, expected, rtol=1e-4)
    assert fit.log_likelihood == pytest.approx(-likelihood(np.append(fit.coef, np.log(fit.sigma)), low, high, X))
    np.testing.assert_allclose(fit.p_values, 2 * stats.t.sf(np.abs(fit.coef) / expected, 57), rtol=1e-3)


def skewed(seed, rows, noise):
    """Levers with a long tail and a seldom switch: few rows say what there is to know."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(rows), np.exp(rng.normal(size=rows)) / 2, rng.random(rows) < 0.2])
    return X, np.floor(X @ [20 + rng.random(), 0.4, -0.3] + rng.normal(0, noise, rows) + 0.5)


@pytest.mark.simulation
@pytest.mark.parametrize(("rows", "noise"), [(60, 0.15), (60, 0.3), (200, 0.1), (200, 0.2)])
def test_intervals_hold_the_truth_with_skewed_levers(rows, noise):
    """250 worlds; those whose bands can be met without noise have no estimate and are not counted."""
    held, plain_held, widths = [], [], []
    for seed in range(250):
        X, shown = skewed(seed, rows, noise)
        fit = interval_fit(shown - 0.5, shown + 0.5, X)
        if fit is not None:
            plain = least_squares(shown, X)
            for found, counts in ((fit, held), (plain, plain_held)):
                counts.append(np.abs(found.coef[1:] - [0.4, -0.3]) <= found.half_width(0.95)[1:])
            widths.append(fit.half_width(0.95)[1:] / plain.half_width(0.95)[1:])
    print(f"\n{rows} rows, noise {noise}: of {len(held)}, bands hold {np.mean(held, axis=0)}, least squares "
          f"{np.mean(plain_held, axis=0)}, {np.median(widths, axis=0)} times as wide")
    assert len(held) >= 170
    assert (np.mean(held, axis=0) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / len(held))).all()


@pytest.mark.simulation
def test_power():
    """Where steps are coarse and levers skewed, effects of nil pass one time in twenty, and real ones are seen."""
    seen, worlds = np.zeros(2), 0
    for seed in range(250):
        rng = np.random.default_rng(seed)
        X, _ = skewed(seed, 200, 0.2)
        shown = np.floor(X @ [20 + rng.random(), 0.4, 0.0] + rng.normal(0, 0.2, 200) + 0.5)
        fit = interval_fit(shown - 0.5, shown + 0.5, X)
        if fit is not None:
            worlds += 1
            seen += fit.p_values[1:] < 0.05
    assert worlds >= 240
    print(f"\nreal effect seen {seen[0] / worlds}, nil effect {seen[1] / worlds}")
    assert seen[0] / worlds > 0.95
    assert seen[1] / worlds <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / worlds)


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
    answer = crunch.rounded(study("stuck_at_55"))
    table = answer.table.set_index("lever")
    assert answer.coarse
    # 0.15 went in (AR(1) with innovations of 0.13), and maximum likelihood takes no degrees of freedom off.
    assert answer.noise == pytest.approx(0.15 * np.sqrt(1 - 38 / 127), abs=0.02)
    assert ((table["low"] < table["plain"]) & (table["plain"] < table["high"])).all()
    assert table.loc["followers", "low"] < 5 * np.log(1.1) < table.loc["followers", "high"]
    assert answer.sentence == ("The steps are coarse here, but the effects stand: a step of klout is about 7 times the noise "
                               "about the fit, and no effect changes by more than a quarter of its uncertainty once it is "
                               "allowed for.")
    assert "+0.42 (−0.20 to +1.04)" in str(answer)
    assert "38 coefficients from 127 rows let the noise appear smaller than it is" in str(answer)


def test_accounts_are_too_noisy_for_rounding_to_matter():
    answer = crunch.rounded(study("accounts"))
    assert not answer.coarse
    np.testing.assert_allclose(answer.table["effect"], answer.table["plain"], atol=0.002)
    assert answer.sentence.startswith("Rounding does not matter much here: a step of score is about 0.1 times the noise")


def test_bands_that_can_be_met():
    table = pd.DataFrame({"x": np.arange(30.0), "s": np.floor(np.arange(30) * 0.21 + 0.5)})
    answer = crunch.rounded(Study(table, score="s", levers="x", step=1, scales={"x": "linear"}))
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
        crunch.rounded(make())
    assert str(error.value) == sentence
