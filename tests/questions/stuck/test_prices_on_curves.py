"""Prices along a curve against a walk in small steps, and in worlds whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all
from hypothesis import given, settings
from hypothesis import strategies as st

import crunch
from crunch import Study
from crunch.effects.bends import Bends
from crunch.questions.stuck.prices import _ways
from crunch.questions.stuck.words import interval

CURVE = Bends(np.array(0), np.array(2.0), np.array(-1.0), np.array(5.0))


def walked(points, slope, bend, here, way, most=40.0, step=1e-3):
    """The first of many small steps with which the curve has brought so many points."""
    x = here + way * np.arange(0, most, step)
    gained = slope * (x - here) + bend * (CURVE.of(x) - CURVE.of(np.array(here)))
    there = np.flatnonzero(np.sign(points) * (gained - points) >= 0)
    return there[0] * step if len(there) else np.inf


@settings(max_examples=150, deadline=None)
@given(points=st.floats(-5, 5).filter(lambda p: abs(p) > 1e-2), slope=st.floats(-2, 2), bend=st.floats(-1, 1),
       here=st.floats(-4, 8))
def test_the_nearest_way_is_the_first_of_many_small_steps(points, slope, bend, here):
    found = _ways(points, np.array([[slope], [bend]]), CURVE, here)
    for way, size in zip((1, -1), found, strict=True):
        truth = walked(points, slope, bend, here, way)
        if np.isinf(truth):
            # just beyond the walk, or where the top of the parabola is missed by a hair
            assert size[0] > 39 or walked(points * (1 - 1e-3), slope, bend, here, way) < np.inf
        else:
            assert truth - 2e-3 <= size[0] <= truth + 1e-6


def test_without_a_curve_a_price_is_a_ratio():
    up, down = _ways(3.0, np.array([[1.5, -1.5, 0.0], [0.0, 0.0, 0.0]]), None, 10.0)
    assert up.tolist() == [2.0, np.inf, np.inf]
    assert down.tolist() == [np.inf, 2.0, np.inf]


def world(seed, rows=250):
    rng = np.random.default_rng(seed)
    a = rng.normal(10, 2, rows)
    hidden = 50 + 2 * a - 0.3 * (a - 10) ** 2 + rng.normal(0, 1, rows)
    return pd.DataFrame({"a": a, "s": np.floor(hidden + 0.5)}), hidden


@pytest.mark.simulation
@some_and_all("worlds", 60, 200)
def test_intervals_of_prices_hold_the_truth_on_a_curve(worlds):
    """The smallest change of a that brings the row's own hidden score to the next point, by the true curve."""
    inside = []
    for seed in range(worlds):
        table, hidden = world(seed)
        s = Study(table, score="s", levers="a", step=1, scales={"a": "linear"})
        at = int(np.argmin(np.abs(table["a"] - 8.5)))
        row = crunch.stuck(s, at=at, level=0.9).table.iloc[0]
        missing = np.floor(hidden[at] + 0.5) + 0.5 - hidden[at]
        x = np.arange(0, 8, 1e-3)
        truth = x[np.argmax(2 * x - 0.3 * ((table["a"][at] + x - 10) ** 2 - (table["a"][at] - 10) ** 2) >= missing)]
        inside.append(row["change_low"] <= truth <= row["change_high"])
    print(f"\n90 % intervals of prices on a curve hold {np.mean(inside):.3f}")
    assert np.mean(inside) >= 0.9 - 3 * np.sqrt(0.9 * 0.1 / worlds)


def test_where_the_curve_never_gets_there_nothing_is_priced():
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 10, 300)
    s = Study(pd.DataFrame({"x": x, "y": np.round(60 - 0.6 * (x - 5) ** 2 + rng.normal(0, 0.5, 300))}), score="y",
              levers="x", step=1)
    answer = crunch.stuck(s, at=int(np.argmin(np.abs(x - 5))), target=75)
    assert answer.table["verdict"].tolist() == ["can't tell"]
    assert "can't be priced" in str(answer.readable())
    crunch.charts.stuck(answer)


def of_counts(way):
    """Many rows without any posts; each doubling of posts + 1 goes with points, up or down."""
    rng = np.random.default_rng(0)
    posts = rng.poisson(np.exp(rng.normal(2, 1, 200))).astype(float)
    posts[:40] = 0
    table = pd.DataFrame({"posts": posts, "y": np.round(50 + way * 2 * np.log1p(posts) + rng.normal(size=200))})
    return Study(table, score="y", levers="posts", step=1)


def test_a_price_from_zero_is_in_units_since_nothing_is_a_percent_of_it():
    answer = crunch.stuck(of_counts(1), at=3)
    row = answer.table.iloc[0]
    assert (row["value"], row["needed"], row["verdict"]) == (0, 1, "priced")
    assert answer.sentence.endswith(" what is missing goes with posts " + interval(row) + ".")
    assert interval(row).startswith("+1.")
    assert "–" not in interval(row)


def test_a_count_is_never_priced_below_zero():
    row = crunch.stuck(of_counts(-1), at=3).table.iloc[0]
    assert row["needed"] < 0
    assert (row["reachable"], row["verdict"]) == (False, "never seen")


def test_a_lever_that_came_back_on_its_curve_does_not_count_most():
    """Far out and back to the top: points gained without a change, which says nothing of how steep the curve is there."""
    rng = np.random.default_rng(2)
    x, z = rng.uniform(0, 10, 160), rng.normal(10, 2, 160)
    x[-12:] = [2, 8, 2, 8, 5, 5, 5, 5, 5, 5, 5, 5 + 4e-6]
    z[-12:] = 10 + rng.normal(0, 0.1, 12)
    y = np.round(50 - 0.05 * (x - 5) ** 2 + 0.8 * z + 0.2 * rng.normal(size=160))
    y[-12:] = 58
    table = pd.DataFrame({"week": pd.date_range("2020-01-06", periods=160, freq="W-MON"), "x": x, "z": z, "y": y})
    s = Study(table, score="y", levers=["x", "z"], time="week", step=1, scales={"x": "linear", "z": "linear"})
    reasons = crunch.stuck(s, window={}).why.table.set_index("reason")
    assert reasons.loc["the levers have hardly moved", "evidence"].startswith("z, which counts most, ")
    assert reasons.loc["levers offset each other", "evidence"].startswith("From the first to the last third, in points with "
                                                                          "intervals: x +0.4")
