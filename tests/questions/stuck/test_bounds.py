"""What a standing score still tells: linear programs against vertices, worlds, and the words."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crunch
from crunch import InputError, Study
from crunch.datasets import study
from crunch.questions.stuck.bounds import between, bounds, outward
from crunch.regression.band import extremes, least_slack
from crunch.rounding import RULES, Rounding

DAYS = np.arange(30)


def world(seed, rows=30, step=1.0, rule="round", spread=1.0, noise=0.0, levers=2):
    """A hidden score that is exactly 20 + sum of effect × lever, shown on a grid; and the effects."""
    rng = np.random.default_rng(seed)
    effects = rng.normal(0, 0.6, levers)
    columns = {f"x{j}": 10 + spread * rng.normal(size=rows) for j in range(levers)}
    hidden = 20 + sum(e * x for e, x in zip(effects, columns.values(), strict=True)) + rng.uniform(-noise, noise, rows)
    return pd.DataFrame({**columns, "s": Rounding(step, rule)(hidden)}), effects


def asked(table, **given):
    names = [name for name in table if name.startswith("x")]
    roles = {"step": 1, "scales": dict.fromkeys(names, "linear"), **given}
    return Study(table, score="s", levers=names, **roles)


def vertices(low, high, X):
    """Extremes of each coefficient by brute force: every corner of the polyhedron."""
    Z = np.column_stack([np.ones(len(X)), X])
    sides, ends = np.vstack([Z, -Z]), np.concatenate([high, -low])
    corners = []
    for rows in combinations(range(len(sides)), Z.shape[1]):
        square = sides[list(rows)]
        if abs(np.linalg.det(square)) > 1e-9:
            corner = np.linalg.solve(square, ends[list(rows)])
            if (sides @ corner <= ends + 1e-9).all():
                corners.append(corner)
    return np.array(corners)[:, 1:]


@pytest.mark.parametrize("seed", range(12))
def test_extremes_are_the_outermost_corners(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(6, 2))
    hidden = 3 + X @ rng.normal(size=2)
    low, high = np.floor(hidden), np.floor(hidden) + 1
    corners = vertices(low, high, X)
    np.testing.assert_allclose(extremes(low, high, X), np.column_stack([corners.min(0), corners.max(0)]), rtol=1e-6,
                               atol=1e-7)


def test_units_and_offsets_change_nothing():
    table, _ = world(3)
    X, low = table[["x0", "x1"]].to_numpy(), table["s"].to_numpy() - 0.5
    plain = extremes(low, low + 1, X)
    np.testing.assert_allclose(extremes(low, low + 1, X * [1e8, 1e-8]) * np.array([[1e8], [1e-8]]), plain, rtol=1e-6)
    np.testing.assert_allclose(extremes(low + 1e7, low + 1e7 + 1, X + 1e5), plain, rtol=1e-4)
    for unit in (1e-10, 1e-6, 1e8):  # of the score: a solver's tolerance is a number, not a part of a band
        np.testing.assert_allclose(extremes(low * unit, (low + 1) * unit, X) / unit, plain, rtol=1e-7)
        wild = np.random.default_rng(1).normal(0, 5, len(low))
        assert least_slack(wild * unit, (wild + 1) * unit, X) == pytest.approx(unit * least_slack(wild, wild + 1, X))


def test_a_context_in_large_units_does_no_harm():
    table, _ = world(5)
    plain, large = (bounds(asked(table.assign(x1=table["x1"] * unit).rename(columns={"x1": "c"}), context="c")).table
                    for unit in (1, 1e9))
    np.testing.assert_allclose(large[["low", "high"]], plain[["low", "high"]], rtol=1e-6)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), rule=st.sampled_from(RULES), step=st.sampled_from([0.1, 1.0, 5.0]),
       levers=st.integers(1, 4), rows=st.integers(8, 40))
def test_the_truth_always_lies_inside(seed, rule, step, levers, rows):
    table, effects = world(seed, rows=rows, step=step, rule=rule, levers=levers)
    answer = bounds(asked(table, step=step, rounding=rule))
    assert answer.feasible
    assert answer.slack == 0
    size = np.array([float(change.lstrip("+")) for change in answer.table["change"]])
    assert (answer.table["low"] <= effects * size + 1e-7).all()
    assert (answer.table["high"] >= effects * size - 1e-7).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_truth_lies_inside_when_the_noise_is_allowed_for(seed):
    table, effects = world(seed, noise=0.4)
    answer = bounds(asked(table), noise=0.4)
    assert (answer.table["low"] <= effects + 1e-7).all()
    assert (answer.table["high"] >= effects - 1e-7).all()
    assert answer.slack <= 0.4


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), few=st.integers(8, 20))
def test_more_rows_never_widen_the_bounds(seed, few):
    table, _ = world(seed)
    less, more = (bounds(asked(rows)).table for rows in (table.head(few), table))
    assert (more["low"] >= less["low"] - 1e-7).all()
    assert (more["high"] <= less["high"] + 1e-7).all()


def test_bounds_shrink_as_levers_vary_more():
    """Ten times the movement, about a tenth of the room."""
    widths = {spread: np.mean([np.ptp(bounds(asked(world(seed, spread=spread)[0])).table[["low", "high"]], axis=1).mean()
                               for seed in range(20)]) for spread in (0.3, 1, 3)}
    assert widths[0.3] > 2 * widths[1] > 4 * widths[3]


def test_a_score_that_never_moved():
    """Shown 50 throughout: no effect times the largest difference may exceed a step."""
    table = pd.DataFrame({"x0": np.linspace(0, 10, 12), "s": 50.0})
    row = bounds(asked(table)).table.iloc[0]
    assert [row["low"], row["high"]] == pytest.approx([-0.1, 0.1])
    assert row["verdict"] == "bounded"


def test_a_sign_that_is_sure():
    table = pd.DataFrame({"x0": [0.0, 10, 20, 30], "s": [1.0, 2, 3, 4]})
    answer = bounds(asked(table))
    row = answer.table.iloc[0]
    assert row["low"] == pytest.approx(2 / 30)  # from 1.5 to 3.5 over 30
    assert row["high"] == pytest.approx(4 / 30)
    assert row["verdict"] == "goes up with it"
    assert answer.sentence == ("If nothing else moved s, what it showed in 4 rows leaves room for these effects in points "
                               "and for none beyond: +1 x0 with +0.066 to +0.14.")


def test_two_levers_that_moved_alike_are_not_bounded():
    X = np.column_stack([np.arange(6.0), np.arange(6.0)])
    ends = extremes(np.full(6, 4.5), np.full(6, 5.5), X)
    assert ends.tolist() == [[-np.inf, np.inf]] * 2


def test_no_story_fits():
    table = pd.DataFrame({"x0": [1.0, 2, 3, 4, 5], "s": [10.0, 20, 10, 20, 10]})
    answer = bounds(asked(table))
    assert not answer.feasible
    assert answer.slack == pytest.approx(4.5)  # a level line at 15, ten points between the two, less a step
    assert answer.table[["low", "high"]].isna().all(axis=None)
    assert answer.table["verdict"].tolist() == ["refuted"]
    assert answer.sentence == ("No constant effects of these levers are in line with what s showed in 5 rows: something "
                               "else must have moved it, by 4.50 points at least.")
    assert bounds(asked(table), noise=4.6).feasible


def test_the_least_slack_is_just_enough():
    rng = np.random.default_rng(8)
    X, shown = rng.normal(size=(40, 2)), np.floor(rng.normal(50, 5, 40))
    slack = least_slack(shown, shown + 1, X)
    assert np.isfinite(extremes(shown, shown + 1, X, slack=slack * 1.0001)).all()
    assert np.isnan(extremes(shown, shown + 1, X, slack=slack * 0.9999)).all()


@pytest.mark.parametrize("seed", range(10))
def test_allowing_for_the_least_slack_leaves_something(seed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"x0": rng.normal(size=15), "x1": rng.normal(size=15), "s": np.floor(rng.normal(50, 4, 15))})
    slack = bounds(asked(table)).slack
    answer = bounds(asked(table), noise=slack)
    assert slack > 0
    assert answer.feasible
    assert answer.table[["low", "high"]].notna().all(axis=None)


def test_an_end_at_zero_is_zero():
    """Shown 0, 0 and 1 over 0, 10 and 20: from a level line at the edge upward; a solver says −0.0000000013."""
    table = pd.DataFrame({"x0": [0.0, 10, 20, 20], "s": [0.0, 0, 1, 1]})
    row = bounds(asked(table)).table.iloc[0]
    assert row["low"] == 0
    assert row["high"] == pytest.approx(0.1)
    assert row["verdict"] == "bounded"


def test_one_row_bounds_nothing_and_says_what_to_ask():
    table = pd.DataFrame({"x0": [1.0, 2, 3, 4, 6], "week": range(5), "s": [4.0, 4, 4, 4, 5]})
    answer = bounds(asked(table, time="week"))
    assert answer.rows == 1
    assert answer.table["verdict"].tolist() == ["not bounded"]
    assert answer.sentence == ("What s showed in 1 week bounds no effect: it has stood there for one row only, which can be "
                               "met with any effects. Ask for the rows before as well, with rows='all'.")
    row = bounds(asked(table, time="week"), rows="all").table.iloc[0]
    assert (row["low"], row["verdict"]) == (0, "bounded")  # level at the edge of the band, in the limit


def test_more_numbers_than_rows_say_so():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame([(u, t) for u in range(3) for t in range(3)], columns=["shop", "week"])
    rows = rows.assign(**{f"x{j}": rng.normal(size=9) for j in range(5)}, s=np.floor(rng.normal(50, 4, 9)))
    answer = bounds(asked(rows, time="week", unit="shop"))
    assert answer.sentence == ("What s showed in 9 rows bounds no effect: 10 numbers are free (the effects and the constants "
                               "beside them), and so few rows can be met with any effects. Add rows, or name fewer levers.")
    as_many = bounds(asked(rows.drop(columns="x4"), time="week", unit="shop"))  # as many as rows: one answer per band
    assert np.isfinite(as_many.table[["low", "high"]]).all(axis=None)


def test_many_levers_are_named_by_what_they_leave_open():
    table, _ = world(9, rows=60, levers=9)
    answer = bounds(asked(table.assign(x3=table["x3"] / 100 + 10)))  # hardly ever moved
    assert answer.sentence.count(" with ") == 6
    assert answer.sentence.endswith("The other 3 bounds say less about a lever's usual moves.")


def test_her_twenty_two_weeks():
    answer = bounds(study("stuck_at_55"))
    table = answer.table.set_index("lever")
    assert answer.rows == 22
    assert table.loc["posts", "high"] == pytest.approx(0.0913, abs=1e-3)
    assert table.loc["posts", "low"] == pytest.approx(-table.loc["posts", "high"])  # nothing says which way
    assert not bounds(study("stuck_at_55"), rows="all").feasible
    assert bounds(study("stuck_at_55"), rows="all").rows == 130
    assert crunch.stuck(study("stuck_at_55")).bounds.table.equals(answer.table)


def test_a_panel_lets_every_unit_and_period_have_its_own():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(product(range(6), range(12)), columns=["shop", "week"])
    rows["x0"] = rng.normal(10, 3, len(rows))
    hidden = rng.normal(0, 20, 6)[rows["shop"]] + rng.normal(0, 20, 12)[rows["week"]] + 0.7 * rows["x0"]
    rows["s"] = np.floor(hidden + 0.5)
    row = bounds(asked(rows, time="week", unit="shop")).table.iloc[0]
    assert 0 < row["low"] <= 0.7 <= row["high"] < 1.5


def test_context_counts_as_well():
    table, effects = world(5, levers=2)
    answer = bounds(Study(table, score="s", levers="x0", context="x1", step=1, scales={"x0": "linear"}))
    assert answer.feasible
    assert answer.table["low"][0] <= effects[0] <= answer.table["high"][0]
    assert not bounds(Study(table.assign(s=table["s"] * 1.0), score="s", levers="x0", step=0.01)).feasible


@pytest.mark.parametrize(("low", "high", "text"), [
    (-0.0913, 0.0913, "−0.092 and +0.092"), (-np.inf, 1.23, "at most +1.3"), (0.0, np.inf, "at least 0"),
    (-np.inf, np.inf, "anything"), (np.nan, np.nan, "–")])
def test_bounds_are_rounded_outward(low, high, text):
    assert between(low, high) == text


def test_a_bound_on_its_printed_grid_stays():
    assert [outward(0.1, 1), outward(-0.1, -1), outward(20.0, 1)] == ["+0.10", "−0.10", "+20"]


@pytest.mark.parametrize(("given", "sentence"), [
    ({"rows": "some"}, "rows must be one of 'standing' and 'all', but 'some' was given. Choose one of these."),
    ({"noise": -1}, "noise must be a number above 0, but -1 was given. Give one such as noise=1, or leave it out.")])
def test_settings(given, sentence):
    with pytest.raises(InputError) as error:
        bounds(study("stuck_at_55"), **given)
    assert str(error.value) == sentence


def test_needs_a_step():
    with pytest.raises(InputError, match="does not say how wide a step is"):
        bounds(study("schools"))


def test_the_chart():
    answer = bounds(study("stuck_at_55"))
    ax = crunch.charts.bounds(answer)
    bars = [patch for patch in ax.patches if patch.get_width() > 0 and patch.get_height() == 0.5]
    assert [bar.get_width() for bar in bars] == pytest.approx((answer.table["high"] - answer.table["low"]).tolist())
    assert "6 of 6 effects are bounded" in ax.get_title()
    assert "−0.092 to +0.092" in [text.get_text() for text in ax.texts]
    refuted = crunch.charts.bounds(bounds(study("stuck_at_55"), rows="all"))
    assert "cannot make klout what it showed" in refuted.get_title()
    assert "no constant effects fit" in [text.get_text() for text in refuted.texts]
    assert [label.get_text() for label in refuted.get_xticklabels()] == ["0"]  # no scale where there is no bound


def test_arrows_where_nothing_bounds_an_effect():
    x = np.arange(9.0)
    table = pd.DataFrame({"x0": x**2, "x1": np.sin(x), "x2": np.cos(x), "s": [1.0, 2, 3, 5, 8, 13, 18, 25, 25], "week": x.astype(int)})
    answer = bounds(asked(table, time="week"))  # it has stood for two weeks
    assert answer.table["verdict"].tolist() == ["not bounded"] * 3
    ax = crunch.charts.bounds(answer)
    assert sum(text.arrow_patch is not None for text in ax.texts if hasattr(text, "arrow_patch")) == 6
    assert ax.get_title() == "What s showed bounds no effect"


def test_the_chart_of_what_is_not_bounded():
    table = pd.DataFrame({"x0": np.arange(8.0), "x1": np.where(np.arange(8) == 7, 1.0, 0.0), "s": [1.0] * 7 + [9.0]})
    answer = bounds(asked(table))
    assert answer.table["verdict"].tolist() == ["bounded", "goes up with it"]
    ax = crunch.charts.bounds(answer)
    assert "x1 goes with" in ax.get_title()
