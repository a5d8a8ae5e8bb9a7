"""Curves where a straight line fits worse: their shape, their regression, and worlds with and without a bend."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from amounts import some_and_all
from fits import by_leverage, least_squares

import crunch
from crunch import Study
from crunch.datasets import study
from crunch.effects.bends import Bends
from crunch.effects.effects import effects, of_score
from crunch.effects.outlook import outlook
from crunch.questions.plan.promise import promise

CURVE = 0.3


def world(seed=1, rows=250, curve=CURVE):
    """Causal by construction: what a brings fades as it grows, b is straight, the switch is one."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"a": rng.normal(10, 2, rows), "b": rng.normal(20, 3, rows), "on": rng.integers(0, 2, rows)})
    hidden = 50 + 2 * table["a"] - curve * (table["a"] - 10) ** 2 + 0.5 * table["b"] + table["on"] + rng.normal(0, 1, rows)
    table["hours"] = 3 + 0.7 * table["a"] + rng.normal(0, 0.5, rows)
    return table.assign(s=np.floor(hidden + 0.5))


def asked(table):
    return Study(table, score="s", levers=["a", "b", "on"], side_effects={"hours": "less"}, step=1,
                 scales=dict.fromkeys(("a", "b", "on"), "linear"))


def test_the_curve_is_a_parabola_where_it_was_seen_and_straight_beyond():
    curve = Bends(np.array([0]), np.array([2.0]), np.array([1.0]), np.array([5.0]))
    x = np.linspace(-3, 9, 241)
    y = np.array([curve.of(np.array([one]))[0] for one in x])
    slopes = np.array([curve.slope(np.array([one]))[0] for one in x])
    np.testing.assert_allclose(y[(x >= 1) & (x <= 5)], (x[(x >= 1) & (x <= 5)] - 2) ** 2)
    np.testing.assert_allclose(np.gradient(y, x)[1:-1], slopes[1:-1], atol=0.06)
    assert np.ptp(slopes[x < 1]) == np.ptp(slopes[x > 5]) == 0


def test_only_what_bends_gets_a_curve():
    s = asked(world())
    curved = effects(s)
    assert [curved.names[j] for j in curved.bends.at] == ["a"]
    assert ("What goes with a is a curve for s, as a straight line fits worse than chance allows: where it was "
            "seen a parabola, beyond it straight on.") in curved.notes
    assert [plan.bent for plan in curved.designs] == [("a",), ()]
    z = s.frame["a"] - s.frame["a"].mean()
    X = sm.add_constant(np.column_stack([s.frame[["a", "b", "on"]], z**2]))
    fit = sm.OLS(s.frame["s"], X).fit(cov_type="HC2")
    np.testing.assert_allclose(curved.joint.coef[:, 0], fit.params.to_numpy()[1:], rtol=1e-8)
    np.testing.assert_allclose(curved.joint.se[:, 0], fit.bse.to_numpy()[1:], rtol=1e-8)
    assert np.isnan(curved.joint.coef[3, 1])  # hours are straight


def test_a_panel_as_with_a_dummy_for_each_unit_and_period():
    s = study("shops")
    curved = effects(s)
    o = [outcome.name for outcome in curved.outcomes].index("overtime")
    assert curved.designs[o].bent == ("staff_hours",)
    levers = np.column_stack([s.scaled(name) for name in s.levers])
    z = s.scaled("staff_hours") - s.scaled("staff_hours").mean()
    own = [0, 1, 2, 3 + [curved.names[j] for j in curved.bends.at].index("staff_hours")]
    dummies = pd.get_dummies(s.frame[[s.unit]].astype(str).assign(t=s.timeline.index.astype(str)), drop_first=True, dtype=float)
    X = np.column_stack([levers, z**2, np.ones(len(z)), dummies])
    by_dummies = np.linalg.lstsq(X, s.frame["overtime"].to_numpy(), rcond=None)[0][:4]
    np.testing.assert_allclose(curved.joint.coef[own, o], by_dummies, rtol=1e-6)


def test_a_table_without_bends_is_left_as_it_is():
    s = asked(world(curve=0))
    assert not len(effects(s).bends.at)
    assert outlook(s).features(np.array([1.0, 2.0, 0.0])).tolist() == [1, 2, 0]


@pytest.mark.simulation
@some_and_all("worlds", 60, 200)
def test_few_straight_worlds_seem_to_bend(worlds):
    """The score's levers are a family of tests, and so are those of the side effects."""
    bent = np.array([[len(plan.bent) > 0 for plan in effects(asked(world(seed, rows=120, curve=0))).designs]
                     for seed in range(worlds)])
    print(f"\nstraight worlds with a bend: {bent.mean(axis=0)}")
    assert (bent.mean(axis=0) <= 0.02 + 3 * np.sqrt(0.02 * 0.98 / worlds)).all()


@pytest.mark.simulation
@some_and_all("worlds", 100, 1000)
def test_few_walks_seem_to_bend_with_each_other(worlds):
    """Squares of levers that wander would, were their own past not held constant."""
    rng, bent = np.random.default_rng(9), 0
    for _ in range(worlds):
        score, lever = np.cumsum(rng.normal(size=(2, 104)), axis=1)
        diary = pd.DataFrame({"week": np.arange(104), "score": score, "lever": lever})
        bent += len(of_score(Study(diary, score="score", levers="lever", time="week")).bent)
    print(f"\nwalks that seem to bend: {bent / worlds:.3f}")
    assert bent / worlds <= 0.02 + 3 * np.sqrt(0.02 * 0.98 / worlds)


def test_a_curve_in_a_diary_that_wanders_is_found_beside_its_own_past():
    """The regression written out: score on lever and square, the last of each, trend and season."""
    rng = np.random.default_rng(10)
    x = 10 + np.cumsum(rng.normal(size=260)) / 3
    y = np.cumsum(rng.normal(size=260)) / 5 + 2 * x - 0.4 * (x - x.mean()) ** 2
    table = pd.DataFrame({"week": pd.date_range("2020-01-06", periods=260, freq="W-MON"), "x": x, "y": y})
    s = Study(table, score="y", levers="x", time="week", scales={"x": "linear"})
    found = of_score(s)
    plan, fit = found.score
    assert found.bent == (("x", "y"),)
    square, t, k = (x - x.mean()) ** 2, np.arange(260), plan.lags
    past = [column[k - back:260 - back] for back in range(1, k + 1) for column in (x, y, square)]
    held = plan.calendar
    turn = 2 * np.pi * t[k:, None] / s.timeline.per_year * np.arange(1, held.waves + 1)
    trend = [(t[k:] / 260) ** power for power in range(held.powers + 1)]
    assert not (held.month_days)
    assert not (held.steps)
    assert not (held.outlying)
    X = np.column_stack([x[k:], square[k:], *past, *trend, np.sin(turn), np.cos(turn)])
    truth = sm.OLS(y[k:], X).fit(cov_type="HC2")
    np.testing.assert_allclose(fit.coef[:2], truth.params[:2], rtol=1e-7)
    np.testing.assert_allclose(fit.se[:2], truth.bse[:2], rtol=1e-7)


@pytest.mark.simulation
@some_and_all("worlds", 50, 150)
def test_what_fades_is_not_promised(worlds):
    """The change that a scenario's interval holds is the true one; by straight lines it would promise far too much."""
    covered, straight = [], []
    for seed in range(worlds):
        s = asked(world(seed))
        at = int(np.argmin(abs(s.frame["a"] - 12)))
        now = s.frame["a"][at]
        truth = 2 * 3 - CURVE * ((now + 3 - 10) ** 2 - (now - 10) ** 2)
        row = crunch.what_if(s, {"a": "+3"}, at=at, level=0.9).table.iloc[0]
        covered.append(row["change_low"] <= truth <= row["change_high"])
        straight.append(3 * least_squares(s.frame['s'].to_numpy(), sm.add_constant(s.frame[['a', 'b', 'on']].to_numpy())).coef[1] - truth)
    print(f"\nintervals hold the truth: {np.mean(covered):.3f}; straight lines promise {np.mean(straight):.1f} too much")
    assert np.mean(covered) >= 0.9 - 3 * np.sqrt(0.9 * 0.1 / worlds)
    assert np.mean(straight) > 3


def test_a_plan_on_a_curve_is_as_good_as_a_grid():
    s = asked(world(rows=800))
    target = crunch.stuck(s).shown + 3
    plan = crunch.plan(s, target=target, costs={"a": 1, "b": 0.3}, limits={"hours": "<= +2"})
    assert plan.feasible
    known, least = outlook(s), np.inf
    share = promise(known, ("a", "b"), {"s": 1, "hours": -1}, 0.8).takes(0.8)
    for a in np.linspace(0, 4, 81):
        for b in np.linspace(0, 9, 91):
            after = known.after(known.scaled({**known.now, "a": known.now["a"] + a, "b": known.now["b"] + b}))
            if ((known.rounding(after[:, 0]) >= target).mean() >= share
                    and (after[:, 1] <= known.outcomes_now[1] + 2).mean() >= share):
                least = min(least, a + 0.3 * b)
    assert plan.cost <= 1.01 * least


def test_the_order_desk_does_not_promise_what_stock_cannot_do():
    """Each further day of stock fills fewer orders: 1.6 points from the middle, 0.8 from 14 to 15 days."""
    known = outlook(study("order_desk"))
    more = [crunch.what_if(known, {"stock_target": f"={days}"}).table.set_index("outcome").loc["filled", "after"]
            for days in (8, 9, 14, 15)]
    assert more[1] - more[0] > 2 > 1 > more[3] - more[2] > -0.5
    far = crunch.what_if(known, {"stock_target": "+1", "rush_budget": "+400%"})
    assert any(warning.startswith("filled ends at 100, and effects usually fade") for warning in far.warnings)


def test_no_curve_is_made_of_half_a_lever_s_range():
    """Hours saturate and are noted for the lower half of x: a parabola of that half falls in the other, where hours rise."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 10, 300)
    hours = 10 * (1 - np.exp(-x / 2)) + 0.5 * rng.normal(size=300)
    table = pd.DataFrame({"x": x, "y": x + rng.normal(size=300), "hours": np.where(x > 5, np.nan, hours)})
    s = Study(table, score="y", levers="x", side_effects={"hours": "less"}, scales={"x": "linear"})
    seen = x <= 5
    cell = crunch.side_effects(s).table.iloc[1]
    fit = by_leverage(hours[seen], sm.add_constant(x[seen]))
    assert cell["effect"] == pytest.approx(fit.params[1], rel=1e-9)
    assert cell["p_value"] == pytest.approx(fit.pvalues[1], rel=1e-6)
    whole = Study(table.assign(hours=hours), score="y", levers="x", side_effects={"hours": "less"}, scales={"x": "linear"})
    assert crunch.side_effects(whole).bent == (("x", "hours"),)
