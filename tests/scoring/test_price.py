"""The price of a point against published scores, inverse curves and a search of every input on a grid."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crunch.scoring import (
    Capped,
    Chain,
    Group,
    Linear,
    Log,
    Logistic,
    LogNormal,
    Part,
    Piecewise,
    Power,
    Rounding,
    Score,
    ZScore,
    goalposts,
    hdi,
    lighthouse,
)
from crunch.scoring.price import Price, price

# The sample report of Lighthouse 13.4.1, which shows 32.
PAGE = {"first-contentful-paint": 6795.362, "speed-index": 8296.0, "largest-contentful-paint": 10884.681,
        "total-blocking-time": 1055.198, "cumulative-layout-shift": 0.099576}


def reaches(score, inputs, column, value, target):
    """Whether the score is shown as the target or better with one input set, from a row scored alone."""
    now, then = score.shown(inputs), score.shown({**inputs, column: value})
    step = score.step or 0
    return then >= target - step / 1e6 if target > now else then <= target + step / 1e6


def check(score, inputs, column, target, found):
    """What `needed` promises: there the target is reached, one float nearer to the present input it is not."""
    here = inputs[column]
    assert reaches(score, inputs, column, found.needed, target)
    if found.needed != here:
        assert not reaches(score, inputs, column, float(np.nextafter(found.needed, here)), target)


# a published score


@pytest.mark.parametrize(("metric", "percent", "ceiling"), [
    ("total-blocking-time", -3.85, 54.6), ("speed-index", -4.67, 40.2), ("cumulative-layout-shift", -7.64, 34.6),
    ("first-contentful-paint", -17.95, 41.9), ("largest-contentful-paint", -21.95, 57.1)])
def test_the_next_point_of_a_page(metric, percent, ceiling):
    """Weight is not price: the two metrics of 25 % are dearer than one of 10 %."""
    found = price(lighthouse(), PAGE, metric, 33)
    assert round(100 * (found.needed / PAGE[metric] - 1), 2) == percent
    assert found.ceiling == pytest.approx(ceiling)
    check(lighthouse(), PAGE, metric, 33, found)


def test_beyond_the_ceiling():
    found = price(lighthouse(), PAGE, "cumulative-layout-shift", 36)
    assert math.isnan(found.needed)
    assert found.ceiling == pytest.approx(34.6)
    assert not math.isnan(price(lighthouse(), PAGE, "cumulative-layout-shift", 35).needed)


def test_a_point_lost():
    """Below: the nearest input that costs a point, and the least score this input alone can bring."""
    found = price(lighthouse(), PAGE, "total-blocking-time", 31)
    assert found.needed > PAGE["total-blocking-time"]
    check(lighthouse(), PAGE, "total-blocking-time", 31, found)
    assert found.ceiling == pytest.approx(32.1 - 7.5)


# curves and their inverses


curves = st.sampled_from([
    Linear(0, 10), Linear(10, 0), ZScore(5, 3), ZScore(5, 3, less_is_better=True), Log(1, 12), Log(12, 1, plus=2),
    Power(0, 10, 0.5), Power(10, 0, 3), LogNormal(5, 2), LogNormal(5, 8), Logistic(5, 0.7), Logistic(4, -0.7),
    goalposts(0, 10), goalposts(10, 0), Capped(Log(1, 100, 1)), Piecewise((0, 3, 6, 9), (0, 0.2, 0.2, 1)),
    Piecewise((1, 4, 8), (1, 0.3, 0)), Chain(LogNormal(5, 2), Piecewise((0, 0.9, 1), (0, 0.9, 1.005)))])
inputs = st.integers(1, 200).map(lambda n: n / 16)


@settings(deadline=None)
@given(curves, inputs, inputs, st.sampled_from([(0, 100), (100, 0), (1, 10)]), st.sampled_from(["round", "floor", "ceil"]),
       st.sampled_from([-3, -1, 1, 2, 5]))
def test_the_inverse_curve(curve, x, other, scale, rule, steps):
    """Two parts of 60 and 40 %: the worth at which the band of the target begins, sent back through the curve."""
    score = Score([Part("x", curve, weight=0.6), Part("y", Linear(0, 13), weight=0.4)], scale=scale, step=1, rounding=rule)
    row = {"x": x, "y": other}
    target = score.shown(row) + steps
    found = price(score, row, "x", target)
    low, high = score.rounding.band(target)
    zero, one = score.scale
    worth = (((low if steps > 0 else high) - zero) / (one - zero) - 0.4 * other / 13) / 0.6
    least, most = curve.range
    assume(min(abs(worth - least), abs(worth - most)) > 1e-6)
    level = isinstance(curve, Piecewise) and curve.worths[1] == curve.worths[2]
    assume(not level or abs(worth - 0.2) > 1e-6)
    if least < worth < most:
        assert found.needed == pytest.approx(float(curve.inverse(worth)), rel=1e-9, abs=1e-9)
        check(score, row, "x", target, found)
    else:
        assert math.isnan(found.needed)
    assert (found.ceiling - (low if steps > 0 else high)) * steps > 0 or math.isnan(found.needed)


def test_a_score_shown_as_it_is():
    score = Score([Part("x", Linear(0, 10)), Part("y", Linear(0, 10))], scale=(0, 100))
    found = price(score, {"x": 3, "y": 5}, "x", 44)
    assert found.needed == pytest.approx(3.8, rel=1e-12)
    check(score, {"x": 3, "y": 5}, "x", 44, found)


def test_the_index_of_a_country():
    """0.001 more for Niger in 1990, from the cube root by hand: income has to grow by 1.2 %, longevity by 0.3 years."""
    row = {"life_expectancy": 41.852, "expected_schooling": 1.964450, "mean_schooling": 0.728083,
           "gni_per_head": 1085.825979}
    health, income = (41.852 - 20) / 65, math.log(1085.825979 / 100) / math.log(750)
    schooling = (1.964450 / 18 + 0.728083 / 15) / 2
    edge = 0.2125**3
    for column, needed in (("life_expectancy", 20 + 65 * edge / (schooling * income)),
                           ("gni_per_head", 100 * 750 ** (edge / (schooling * health))),
                           ("mean_schooling", 15 * (2 * edge / (health * income) - 1.964450 / 18)),
                           ("expected_schooling", 18 * (2 * edge / (health * income) - 0.728083 / 15))):
        found = price(hdi(), row, column, 0.213)
        assert found.needed == pytest.approx(needed, rel=1e-9)
        check(hdi(), row, column, 0.213, found)
    assert price(hdi(), row, "life_expectancy", 0.213).ceiling == pytest.approx((schooling * income) ** (1 / 3))


@pytest.mark.parametrize(("mean", "needed"), [
    ("geometric", 45.5**2 / 40), ("harmonic", 1 / (2 / 45.5 - 1 / 40)), ("arithmetic", 51)])
def test_a_mean_that_ends_at_0_is_no_obstacle(mean, needed):
    """Uncapped lines go below 0, where two of the means have no score: inputs are tried up to there."""
    score = Score([Part("x", Linear(0, 100)), Part("y", Linear(0, 100))], mean=mean, scale=(0, 100), step=1)
    row = {"x": 50.0, "y": 40.0}
    assert price(score, row, "x", 46).needed == pytest.approx(needed, rel=1e-9)
    falling = Score([Part("x", Linear(100, 0)), Part("y", Linear(0, 100))], mean=mean, scale=(0, 100), step=1)
    assert price(falling, row, "x", 46).needed == pytest.approx(100 - needed, rel=1e-9)


def test_a_fall_close_to_where_the_mean_ends():
    """From 70 the next farther candidates are 94.7 and 105, and at 105 there is no score; 2 points are lost at 99.93."""
    score = Score([Part("x", Linear(100, 0)), Part("y", Linear(0, 100))], mean="geometric", scale=(0, 100), step=1)
    row = {"x": 70.0, "y": 40.0}
    found = price(score, row, "x", 2)
    assert found.needed == pytest.approx(100 - 2.5**2 / 40, abs=1e-6)
    assert found.ceiling == pytest.approx(0, abs=1e-6)


def test_a_power_that_grows_beyond_every_float():
    score = Score([Part("x", Power(0, 10, 5)), Part("y", Linear(0, 10))], scale=(0, 100), step=1)
    row = {"x": 1.0, "y": 5.0}
    assert price(score, row, "x", 26).needed == pytest.approx(10 * 0.01 ** (1 / 5), rel=1e-9)
    assert price(score, row, "x", 10**9).needed == pytest.approx(10 * (2 * (10**7 - 0.005) - 0.5) ** (1 / 5), rel=1e-9)


# targets and bounds


def line(**settings):
    return Score([Part("x", Linear(0, 10))], **{"scale": (0, 1), "step": 0.1, **settings})


def test_a_target_reckoned_in_floats():
    """0.1 + 0.2 is a little more than 0.3, and means it."""
    for target in (0.3, 0.1 + 0.2):
        assert price(line(), {"x": 2.0}, "x", target).needed == pytest.approx(2.5)
    assert price(line(), {"x": 4.0}, "x", 0.7 - 0.4).needed == pytest.approx(3.5)


def test_a_target_that_is_reached_already():
    assert price(line(), {"x": 2.0}, "x", 0.2).needed == 2


def test_a_target_between_two_shown_numbers():
    assert price(line(), {"x": 2.0}, "x", 0.21).needed == pytest.approx(2.5)


@pytest.mark.parametrize(("bounds", "needed", "ceiling"), [
    ({}, 7.5, None), ({"most": 7.5}, 7.5, 0.75), ({"most": 7.4}, None, 0.74), ({"most": 5}, None, 0.5),
    ({"least": 9}, 9, None), ({"least": 6}, 7.5, None), ({"least": 6, "most": 7}, None, 0.7), ({"most": 2}, None, 0.2)])
def test_bounds(bounds, needed, ceiling):
    """Also those that leave out where the input stands, at 5."""
    found = price(line(), {"x": 5.0}, "x", 0.8, **bounds)
    assert found.needed == pytest.approx(math.nan if needed is None else needed, nan_ok=True)
    if ceiling is not None:
        assert found.ceiling == pytest.approx(ceiling)


@pytest.mark.parametrize(("bounds", "needed"), [
    ({}, 2.5), ({"least": 2.6}, None), ({"most": 2}, 2), ({"most": 1, "least": 1}, 1), ({"least": 6, "most": 8}, None)])
def test_bounds_of_a_fall(bounds, needed):
    found = price(line(), {"x": 5.0}, "x", 0.2, **bounds)
    assert found.needed == pytest.approx(math.nan if needed is None else needed, abs=1e-9, nan_ok=True)


def test_what_an_input_of_0_costs():
    found = price(Score([Part("x", Log(0, 99, plus=1))], scale=(0, 100), step=1), {"x": 0.0}, "x", 1)
    assert found.needed == pytest.approx(100**0.005 - 1, rel=1e-9)
    small = price(Score([Part("x", Linear(0, 1e9))], scale=(0, 100), step=1), {"x": 0.0}, "x", 50)
    assert small.needed == pytest.approx(4.95e8)


# a search on a grid


GRID = np.arange(1, 4001) / 256  # to 15.6


@st.composite
def members(draw, depth, at=""):
    """Parts and groups; all columns but "x" are read once, "x" by up to `several` parts."""
    count = draw(st.integers(1, 3))
    rounding = st.sampled_from([None, Rounding(0.01, "floor"), Rounding(0.05), Rounding(0.1, "ceil")])
    out = []
    for k in range(count):
        if depth and draw(st.booleans()):
            out.append(Group(draw(members(depth - 1, f"{at}{k}")), draw(means), name=f"{at}{k}", rounding=draw(rounding)))
        else:
            out.append(Part(f"c{at}{k}", draw(positive), rounding=draw(rounding)))
    return out


means = st.sampled_from(["arithmetic", "geometric", "harmonic"])
falling = [goalposts(10, 0), LogNormal(5, 2), Piecewise((1, 4, 8), (1, 0.3, 0)), Logistic(4, -0.7), Capped(Log(12, 1))]
rising = [goalposts(0, 10), LogNormal(5, 8), Piecewise((0, 3, 6, 9), (0, 0.2, 0.2, 1)), Logistic(5, 0.7), Capped(Log(1, 12)),
          Capped(Linear(2, 6), 0.1, 0.8)]
positive = st.sampled_from(falling + rising)


@st.composite
def cases(draw, both_ways):
    """A score of a few parts, one of them on "x" or two: in one direction each, or in both."""
    one, two = (rising, falling) if both_ways else draw(st.sampled_from([(rising, rising), (falling, falling)]))
    read = [Part("x", draw(st.sampled_from(one)), name="first"), Part("x", draw(st.sampled_from(two)), name="second")]
    others = draw(members(1))
    score = Score([read[0], Group([read[1], *others], draw(means), name="rest")], mean=draw(means), scale=(0, 100),
                  step=draw(st.sampled_from([0.5, 1, 5])), rounding=draw(st.sampled_from(["round", "floor", "half_even"])))
    row = {name: draw(inputs) for name in score.columns}
    return score, row, score.shown(row) + draw(st.sampled_from([-2, -1, 1, 2, 3])) * score.step


def on_the_grid(score, row, target):
    """The nearest grid input that reaches the target (NaN without one), and the best hidden score on the grid."""
    sign = 1 if target > score.shown(row) else -1
    hidden = score.of({name: GRID if name == "x" else np.full(len(GRID), value) for name, value in row.items()})
    reached = GRID[sign * score.as_shown(hidden) >= sign * target - 1e-6]
    nearest = reached[np.argmin(np.abs(reached - row["x"]))] if len(reached) else np.nan
    return nearest, sign * (sign * hidden).max()


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(cases(both_ways=False))
def test_no_input_on_a_grid_is_nearer(case):
    score, row, target = case
    found = price(score, row, "x", target)
    nearest, best = on_the_grid(score, row, target)
    sign = 1 if target > score.shown(row) else -1
    assert sign * found.ceiling >= sign * best - 1e-9
    if math.isnan(found.needed):
        assert math.isnan(nearest)
        return
    check(score, row, "x", target, found)
    if not math.isnan(nearest):
        assert abs(found.needed - row["x"]) <= abs(nearest - row["x"]) * (1 + 1e-12)


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(cases(both_ways=True))
def test_a_column_that_works_both_ways(case):
    """The score turns: what is found reaches the target, and the top of a grid is found but for a point or two.

    A top without a candidate that shows it, between two of them on the way to a higher one, is passed over.
    """
    score, row, target = case
    plain = Score.from_dict({**score.to_dict(), "members": [_without_rounding(m) for m in score.to_dict()["members"]]})
    row = {name: row[name] for name in plain.columns}
    target = plain.shown(row) + target - score.shown(row)
    found = price(plain, row, "x", target)
    nearest, best = on_the_grid(plain, row, target)
    sign = 1 if target > plain.shown(row) else -1
    assert sign * found.ceiling >= sign * best - 2
    if math.isnan(found.needed):
        assert math.isnan(nearest) or sign * (best - target) < 2
        return
    check(plain, row, "x", target, found)


def _without_rounding(member):
    member = {**member, "rounding": None}
    return {**member, "members": [_without_rounding(m) for m in member["members"]]} if "members" in member else member


def test_a_narrow_top_between_two_candidates():
    """Worth most at 3.3, within 0.02 of which the shown score is one higher: candidates from 1 are 2.5, 3, 3.8 …"""
    hat = [Part("x", goalposts(0, 3.3), name="up", weight=0.5), Part("x", goalposts(10, 3.3), name="down", weight=0.5)]
    score = Score(hat, scale=(0, 100), step=1, rounding="ceil")
    row = {"x": 1.0}
    found = price(score, row, "x", 100)
    assert found.needed == pytest.approx(3.3 * 0.98, rel=1e-9)
    assert found.ceiling == pytest.approx(100)
    check(score, row, "x", 100, found)


def test_both_ways_to_a_target_the_nearer_one():
    """A valley: the target lies on both sides, at a worth of 0.5 each."""
    valley = Score([Part("x", goalposts(10, 0), name="down"), Part("x", goalposts(10, 20), name="up")], step=0.25,
                   rounding="floor")
    assert price(valley, {"x": 8.0}, "x", 0.25).needed == pytest.approx(5)
    assert price(valley, {"x": 11.0}, "x", 0.25).needed == pytest.approx(15)


# a mean of one's own


def test_a_mean_of_ones_own():
    worst = Score([Part("x", Linear(0, 10)), Part("y", Linear(0, 10))], mean=lambda worths, weights: worths.min(axis=0),
                  scale=(0, 100), step=1)
    row = {"x": 3.0, "y": 5.0}
    assert price(worst, row, "x", 40).needed == pytest.approx(3.95)
    assert math.isnan(price(worst, row, "y", 40).needed)
    assert price(worst, row, "x", 51) == Price(pytest.approx(math.nan, nan_ok=True), pytest.approx(50))


def test_a_mean_of_ones_own_with_one_top():
    hump = Score([Part("x", Linear(0, 1))], mean=lambda worths, weights: np.exp(-np.minimum((worths[0] - 7.77) ** 2, 700) * 40),
                 scale=(0, 100), step=1)
    found = price(hump, {"x": 1.0}, "x", 100)
    assert found.needed == pytest.approx(7.77 - math.sqrt(-math.log(0.995) / 40), rel=1e-9)
    assert found.ceiling == pytest.approx(100)


def test_a_mean_of_ones_own_that_ends_somewhere():
    """It has no value below 0: inputs are tried down to there."""
    root = Score([Part("x", Linear(0, 1))], mean=lambda worths, weights: np.sqrt(worths[0]), scale=(0, 10), step=1)
    assert price(root, {"x": 0.49}, "x", 5).needed == pytest.approx(0.3025)
    assert price(root, {"x": 0.49}, "x", 9).needed == pytest.approx(0.7225)
    assert price(root, {"x": 0.49}, "x", 0).needed == pytest.approx(0.0025, rel=1e-6)


def test_a_blip_beside_a_higher_slope_is_passed_over():
    """As documented: one reached and lost again between two candidates, without a top that the candidates show."""
    blip = Score([Part("x", Linear(0, 1))], scale=(0, 100), step=1,
                 mean=lambda worths, weights: np.where(np.abs(worths[0] - 3.3) < 0.001, 1, 0.01 * np.clip(worths[0], 0, 100)))
    assert price(blip, {"x": 1.0}, "x", 50).needed == pytest.approx(49.5)
    assert blip.shown({"x": 3.3}) == 100
