"""Several fits taken together: against each by itself, brute force, and worlds in which nothing moves."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all
from fits import least_squares
from scipy import stats

from crunch import Study
from crunch.datasets import study
from crunch.effects.design import design
from crunch.effects.effects import effects
from crunch.regression.joint import Joint
from crunch.regression.region import Region

SLACK = 3  # standard errors of the binomial


@pytest.mark.parametrize("name", ["stuck_at_55", "shops"])
def test_each_error_is_that_of_its_own_fit(name):
    s = study(name)
    found = effects(s)
    for o, (plan, fit) in enumerate(zip(found.designs, found.fits, strict=True)):
        alone = least_squares(plan.y, plan.matrix, clusters=plan.units, times=plan.times)
        np.testing.assert_allclose(found.slopes.coef[:, o], alone.coef[:len(found.names)])
        np.testing.assert_allclose(found.slopes.se[:, o], alone.se[:len(found.names)])
        np.testing.assert_allclose(found.slopes.p_values[:, o], alone.p_values[:len(found.names)])
        np.testing.assert_allclose(found.slopes.dof[:, o], fit.dof[:len(found.names)])


def test_how_errors_go_together_by_brute_force():
    """HC2 by leaving out each row: the covariance of what that does to each coefficient, less what leverage adds."""
    rng = np.random.default_rng(1)
    X, e = rng.normal(size=(60, 2)), rng.normal(size=60)
    table = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "s": X[:, 0] + e, "h": X[:, 1] - 0.7 * e + rng.normal(size=60)})
    found = effects(Study(table, score="s", levers=["a", "b"], side_effects=["h"]))
    full = np.column_stack([np.ones(60), X])
    left = []
    for i in range(60):
        keep = np.arange(60) != i
        left.append([np.linalg.lstsq(full[keep], table[y].to_numpy()[keep], rcond=None)[0][1:] for y in ("s", "h")])
    moved = np.array(left).transpose(0, 2, 1).reshape(60, 4) - found.joint.coef.ravel()
    moved *= np.sqrt(1 - np.diag(full @ np.linalg.pinv(full)))[:, None]
    expected = (moved.T @ moved) / np.outer(*[np.sqrt((moved**2).sum(axis=0))] * 2)
    np.testing.assert_allclose(found.joint.correlation, expected, atol=1e-10)
    np.testing.assert_allclose(found.joint.se.ravel(), np.sqrt((moved**2).sum(axis=0)), rtol=1e-10)


def test_draws_are_t_with_degrees_of_freedom_of_their_own():
    rng = np.random.default_rng(2)
    found = Joint(np.zeros((2, 2)), np.array([[1.0, 2], [3, 4]]), np.array([[3.0, 3], [60, 60]]), np.eye(4))
    drawn = found.draws(200_000, rng)
    for j, o in np.ndindex(2, 2):
        ends = np.quantile(drawn[:, j, o], [0.05, 0.5, 0.975])
        expected = stats.t.ppf([0.05, 0.5, 0.975], found.dof[j, o]) * found.se[j, o]
        np.testing.assert_allclose(ends, expected, atol=0.03 * found.se[j, o] * (3 if j == 0 else 1))


def test_cells_without_an_estimate_stay_without():
    se = np.array([[1.0, np.nan], [2.0, 1.0]])
    found = Joint(np.where(np.isnan(se), np.nan, 0), se, np.where(np.isnan(se), np.nan, 30.0), np.diag([1.0, 0, 1, 1]))
    drawn = found.draws(5, np.random.default_rng(3))
    assert np.isnan(drawn[:, 0, 1]).all()
    assert np.isfinite(drawn[:, [0, 1, 1], [0, 0, 1]]).all()


def world(kind, seed):
    """Two levers that move nothing, a score and three side effects whose noise goes together."""
    rng = np.random.default_rng(seed)
    rows = {"accounts": 80, "diary": 110, "panel": 40 * 12}[kind]
    noise = rng.normal(size=(rows, 4)) @ (np.eye(4) + 0.5) * (1 + 0.5 * rng.random((rows, 1)))
    table = pd.DataFrame(noise, columns=["s", "h", "k", "m"]).assign(a=rng.normal(size=rows), b=rng.exponential(size=rows))
    roles = {"score": "s", "levers": ["a", "b"], "side_effects": ["h", "k", "m"], "scales": dict.fromkeys("ab", "linear")}
    if kind == "diary":
        table[["s", "h"]] = table[["s", "h"]].cumsum()
        roles["time"] = "t"
        table["t"] = np.arange(rows)
    if kind == "panel":
        table["unit"], table["t"] = np.repeat(np.arange(40), 12), np.tile(np.arange(12), 40)
        table[["s", "h"]] += rng.normal(size=(40, 2))[table["unit"]]
        roles |= {"time": "t", "unit": "unit"}
    return Study(table, **roles)


@pytest.mark.simulation
@some_and_all("worlds", 60, 400)
@pytest.mark.parametrize("kind", ["accounts", "diary", "panel"])
def test_each_family_is_wrong_no_more_often_than_it_says(kind, worlds):
    """All effects are zero, asked at 90 %: some lever of the score, and some cell of a side effect, in 10 % of worlds.

    And an interval leaves out zero exactly where its lever stands out.
    """
    wrong = np.zeros(2)
    for seed in range(worlds):
        found = effects(world(kind, seed))
        out = np.abs(found.slopes.coef) > found.wide(0.9) * found.slopes.se
        np.testing.assert_array_equal(out, found.q_values < 0.1)
        wrong += [out[:, 0].any(), out[:, 1:].any()]
    print(f"\n{kind}: score {wrong[0] / worlds:.3f}, side effects {wrong[1] / worlds:.3f}")
    assert (wrong / worlds <= 0.1 + SLACK * np.sqrt(0.1 * 0.9 / worlds)).all()


def test_the_past_of_the_score_does_not_pass_for_a_side_effect():
    """A lever that answers to last week's score, and a side effect that does so as well: nothing else joins them."""
    rng = np.random.default_rng(4)
    rows = 300
    score = np.zeros(rows)
    for t in range(1, rows):
        score[t] = 0.8 * score[t - 1] + rng.normal()
    before = np.append(0, score[:-1])
    table = pd.DataFrame({"t": np.arange(rows), "s": score, "calls": 10 - before + 0.3 * rng.normal(size=rows),
                          "cash": 5 * before + rng.normal(size=rows)})
    s = Study(table, score="s", levers="calls", side_effects=["cash"], time="t", scales={"calls": "linear"})
    joint = effects(s).joint
    assert joint.p_values[0, 1] > 0.05
    # Without the score's past the two would seem to go together.
    other = Study(table, score="cash", levers="calls", time="t", scales={"calls": "linear"})
    plan = design(other, lags=1)
    assert least_squares(plan.y, plan.matrix).p_values[0] < 1e-6


def test_region_against_the_textbook():
    rng = np.random.default_rng(5)
    seen = rng.normal(size=(200, 3)) @ rng.normal(size=(3, 3))
    region, point = Region(seen), np.array([1.0, -2, 0.5])
    away = point - seen.mean(axis=0)
    assert region.distance(point) == pytest.approx(np.sqrt(away @ np.linalg.inv(np.cov(seen.T, ddof=0)) @ away))
    assert region.farthest == pytest.approx(region.distance(seen).max())
    scaled = Region(seen * [1e6, 1, 1e-6])
    assert scaled.distance(point * [1e6, 1, 1e-6]) == pytest.approx(region.distance(point))
    assert region.outside(seen.max(axis=0)).tolist() == [False] * 3
    assert region.outside(seen.max(axis=0) + np.array([1, 0, 0])).tolist() == [True, False, False]


def test_levers_that_go_together_are_seen_to_be_pulled_apart():
    rng = np.random.default_rng(6)
    a = rng.normal(size=300)
    seen = np.column_stack([a, a + 0.1 * rng.normal(size=300), rng.normal(size=300)])
    region = Region(seen)
    assert region.pulled_apart(np.array([1.0, 1.0, 2.0])).tolist() == [False] * 3
    assert region.pulled_apart(np.array([1.0, -1.0, 0.0])).tolist() == [True, True, False]
    flat = Region(np.column_stack([a, 2 * a]))  # a cloud without thickness
    assert np.isfinite(flat.distance(np.array([1.0, 2.0])))
    assert flat.pulled_apart(np.array([1.0, 0.0])).all()
