"""Curves of a score: what they are worth by another way of reckoning, their inverses, the sentence for each mistake."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from crunch import InputError
from crunch.scoring import (
    Capped,
    Chain,
    Linear,
    Log,
    Logistic,
    LogNormal,
    Piecewise,
    Power,
    ZScore,
    goalposts,
    percentile,
)

numbers = st.integers(-10**6, 10**6).map(lambda n: n / 100)
above_0 = st.integers(1, 10**6).map(lambda n: n / 100)


@st.composite
def apart(draw, values):
    """Two values that differ by a hundredth of their size or more."""
    low, high = draw(values), draw(values)
    assume(abs(high - low) >= 0.01 * max(abs(low), abs(high), 0.01))
    return low, high


@st.composite
def plain(draw):
    """A curve with a formula, and an input inside its domain, not so far out that its worth is all rounding."""
    kind = draw(st.sampled_from([Linear, ZScore, Log, Power, LogNormal, Logistic]))
    part = draw(st.integers(-150, 250)) / 100  # 0 at one goalpost, 1 at the other
    if kind is Linear:
        low, high = draw(apart(numbers))
        return Linear(low, high), low + part * (high - low)
    if kind is ZScore:
        mean, sd = draw(numbers), draw(above_0)
        return ZScore(mean, sd, draw(st.booleans())), mean + part * sd
    if kind is Log:
        plus = draw(st.sampled_from([0, 1, 10, -0.005]))
        low, high = draw(apart(above_0))
        return Log(low, high, plus), (low + plus) * ((high + plus) / (low + plus)) ** part - plus
    if kind is Power:
        low, high = draw(apart(above_0))
        return Power(low, high, draw(st.sampled_from([0.5, 1, 2, 3]))), max(low, high) * (part + 1.6) / 2
    if kind is LogNormal:
        median, p10 = draw(apart(above_0))
        return LogNormal(median, p10), median * (p10 / median) ** part
    middle, slope = draw(numbers), draw(st.sampled_from([-1, 1])) * draw(above_0)
    return Logistic(middle, slope), middle + 4 * part / slope


@st.composite
def points(draw, level=False):
    """A piecewise curve that rises or falls."""
    count = draw(st.integers(2, 6))
    inputs = [n / 500 for n in sorted(draw(st.lists(st.integers(-1000, 1000), min_size=count, max_size=count, unique=True)))]
    worths = sorted(draw(st.lists(st.integers(0, 10 if level else 1000), min_size=count, max_size=count, unique=not level)))
    return Piecewise(inputs, worths[::-1] if draw(st.booleans()) else worths)


# worths by another way


def referee(curve, x):
    """The worth in plain `math`, from the definition of each curve."""
    if isinstance(curve, Linear):
        return (x - curve.low) / (curve.high - curve.low)
    if isinstance(curve, ZScore):
        return (curve.mean - x if curve.less_is_better else x - curve.mean) / curve.sd
    if isinstance(curve, Log):
        return math.log((x + curve.plus) / (curve.low + curve.plus), (curve.high + curve.plus) / (curve.low + curve.plus))
    if isinstance(curve, Power):
        low, high = curve.low**curve.exponent, curve.high**curve.exponent
        return (x**curve.exponent - low) / (high - low)
    if isinstance(curve, LogNormal):
        sigma = abs(math.log(curve.p10 / curve.median)) / stats.norm.ppf(0.9)
        population = stats.lognorm(s=sigma, scale=curve.median)
        return population.sf(x) if curve.p10 < curve.median else population.cdf(x)
    return 1 / (1 + math.exp(-curve.slope * (x - curve.middle)))


@given(plain())
def test_worths_by_their_definition(case):
    curve, x = case
    assert float(curve(x)) == pytest.approx(referee(curve, x), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("curve", "x", "worth"), [
    (Linear(0, 50), 20, 0.4), (Linear(50, 0), 20, 0.6), (Linear(0, 50), -50, -1),
    (ZScore(10, 4), 16, 1.5), (ZScore(10, 4, less_is_better=True), 16, -1.5),
    (Log(1, 10_000), 10, 0.25), (Log(0, 99, plus=1), 9, 0.5), (Log(100, 1), 10, 0.5),
    (Power(0, 10, 2), 5, 0.25), (Power(0, 100, 0.5), 25, 0.5), (Power(10, 0, 2), 5, 0.75), (Power(1, 3, 2), 0, -0.125),
    (Logistic(5, 2), 5 + math.log(3) / 2, 0.75), (Logistic(5, -2), 5 + math.log(3) / 2, 0.25),
    (Piecewise((0, 10, 20), (0, 0.8, 1)), 15, 0.9), (Piecewise((0, 10, 20), (1, 0.8, 0)), 15, 0.4),
    (Piecewise((0, 10), (0.2, 0.8)), -5, 0.2), (Piecewise((0, 10), (0.2, 0.8)), 50, 0.8),
    (goalposts(20, 85), 10, 0), (goalposts(20, 85), 90, 1), (goalposts(20, 85), 52.5, 0.5), (goalposts(48, 0), 12, 0.75),
    (Capped(Linear(0, 10), -0.5, 0.7), -100, -0.5), (Capped(Linear(0, 10), -0.5, 0.7), 9, 0.7),
    (Chain(goalposts(0, 10), Power(0, 1, 2)), 5, 0.25), (Chain(Capped(Linear(10, 0)), Linear(1, 0)), 3, 0.3),
])
def test_worths_reckoned_by_hand(curve, x, worth):
    assert float(curve(x)) == pytest.approx(worth, abs=1e-14)


@pytest.mark.parametrize(("x", "worth"), [
    (3785, 0.9), (7300, 0.5), (2500, 0.9817), (5000, 0.7699), (10_000, 0.2696), (30_000, 0.0029)])
def test_published_log_normal_worths(x, worth):
    """Median 7300 and 10th percentile 3785: figures published with Lighthouse's scoring curves."""
    assert round(float(LogNormal(7300, 3785)(x)), 4) == worth


def test_the_ends_of_log_normal_curves():
    assert LogNormal(7300, 3785)([0, 1e300]).tolist() == [1, 0]
    assert LogNormal(3785, 7300)([0, 1e300]).tolist() == [0, 1]


def test_the_smallest_input_of_a_log_curve_has_a_finite_worth():
    """5e-324 / 100 is 0 in floats, and 0 has no logarithm."""
    curve = Log(100, 75_000)
    assert float(curve(curve.domain[0])) == pytest.approx((math.log(5e-324) - math.log(100)) / math.log(750), rel=1e-12)


@given(st.lists(st.integers(0, 8), min_size=2, max_size=20), st.booleans())
def test_percentile_is_the_mean_rank_among_the_others(values, falling):
    assume(len(set(values)) > 1)
    curve = percentile(values, less_is_better=falling)
    for x in values:
        rank = (sum(v < x for v in values) + (values.count(x) - 1) / 2) / (len(values) - 1)
        assert float(curve(x)) == pytest.approx(1 - rank if falling else rank, abs=1e-12)


# inverses


@given(plain())
def test_the_input_comes_back(case):
    curve, x = case
    worth = float(curve(x))
    assume(not isinstance(curve, LogNormal | Logistic) or 1e-6 < worth < 1 - 1e-6)
    assert float(curve.inverse(worth)) == pytest.approx(x, rel=1e-6, abs=1e-6)
    assert float(curve(curve.inverse(worth))) == pytest.approx(worth, rel=1e-9, abs=1e-9)


@given(points(), st.floats(0, 1))
def test_the_input_comes_back_between_points(curve, part):
    x = curve.inputs[0] + part * (curve.inputs[-1] - curve.inputs[0])
    assert float(curve.inverse(curve(x))) == pytest.approx(x, rel=1e-9, abs=1e-9)
    assert curve(list(curve.inputs)).tolist() == list(curve.worths)


@given(points(level=True), st.floats(0, 1))
def test_of_a_level_stretch_the_first_input_comes_back(curve, part):
    least, most = curve.range
    worth = least + part * (most - least)
    found = float(curve.inverse(worth))
    assert float(curve(found)) == pytest.approx(worth, abs=1e-9)
    for x, y in zip(curve.inputs, curve.worths, strict=True):
        if y == worth:
            assert found <= x


@given(plain(), st.floats(-1, 2), st.floats(0.1, 2), st.floats(-0.5, 1.5))
def test_caps(case, low, width, worth):
    """A capped curve is the curve clipped, and its inverse that of the curve wherever the caps leave it."""
    curve, x = case
    assume(max(low, curve.range[0]) < min(low + width, curve.range[1]))
    capped = Capped(curve, low, low + width)
    assert float(capped(x)) == pytest.approx(min(max(referee(curve, x), low), low + width), rel=1e-9, abs=1e-9)
    inside = low <= worth <= low + width
    np.testing.assert_array_equal(capped.inverse(worth), curve.inverse(worth) if inside else np.nan)
    assert capped.less_is_better == curve.less_is_better


@given(plain(), st.one_of(points(), points(level=True), st.just(Linear(3, -2)), st.just(Logistic(0.5, 3)),
                          st.just(Capped(Linear(0.2, 0.6)))))
def test_chains(case, then):
    first, x = case
    chain = Chain(first, then)
    worth = float(chain(x))
    assert worth == float(then(first(x)))
    if isinstance(then, Logistic) and not 1e-9 < worth < 1 - 1e-9:
        return
    back = float(chain.inverse(worth))
    if math.isnan(back):  # only where no input gives the start of a level stretch, such as a worth of 1 of an S
        assert isinstance(first, LogNormal | Logistic | Log | Power)
    else:
        assert float(chain(back)) == pytest.approx(worth, rel=1e-6, abs=1e-6)
    low, high = chain.range
    assert low <= worth <= high


def test_a_chain_looks_only_at_what_its_first_curve_gives():
    """The level stretch begins at −5, which a curve capped to 0 … 1 never gives."""
    chain = Chain(Capped(Linear(0, 10)), Piecewise((-5, 0.5, 1), (0, 0, 1)))
    assert chain([0, 5, 7.5, 10]).tolist() == [0, 0, 0.5, 1]
    assert chain.inverse([0, 0.5, 1]).tolist() == [0, 7.5, 10]
    assert chain.range == (0, 1)


@pytest.mark.parametrize(("curve", "worths"), [
    (LogNormal(7300, 3785), [-0.1, 0, 1.1]), (LogNormal(3785, 7300), [1]), (Logistic(5, 2), [0, 1, -1]),
    (Power(1, 3, 2), [-0.126]), (Power(3, 1, 2), [1.126]), (Capped(Linear(0, 1)), [-0.01, 1.01]),
    (Piecewise((0, 1), (2, 5)), [1.9, 5.1]), (Log(1, 10), [-1000]), (Linear(0, 1), [np.nan]),
    (Chain(LogNormal(3000, 1800), Piecewise((0, 0.9, 1), (0, 0.9, 1.005))), [0, 1.006])])
def test_a_worth_that_no_input_has(curve, worths):
    """The ends of an S are never reached, nor a worth beyond the range."""
    assert np.isnan(curve.inverse(worths)).all()


# direction, shape, range


@given(plain())
def test_direction(case):
    curve, x = case
    step = 0.01 * max(abs(x), 1)
    rises = float(curve(x + step)) - float(curve(x))
    assert rises <= 0 if curve.less_is_better else rises >= 0
    low, high = curve.range
    assert low <= float(curve(x)) <= high


@pytest.mark.parametrize(("curve", "falls"), [
    (Linear(0, 1), False), (Linear(1, 0), True), (ZScore(0, 1), False), (ZScore(0, 1, True), True),
    (Log(1, 2), False), (Log(2, 1), True), (Power(0, 1, 2), False), (Power(1, 0, 2), True),
    (LogNormal(3, 2), True), (LogNormal(2, 3), False), (Logistic(0, 1), False), (Logistic(0, -1), True),
    (Piecewise((0, 1), (0, 1)), False), (Piecewise((0, 1), (1, 0)), True), (goalposts(48, 0), True),
    (Chain(Linear(1, 0), Linear(1, 0)), False), (Chain(Linear(0, 1), Linear(1, 0)), True),
    (percentile([1, 2]), False), (percentile([1, 2], less_is_better=True), True)])
def test_which_way_is_better(curve, falls):
    assert curve.less_is_better is falls


def test_ranges():
    assert Linear(0, 1).range == (-np.inf, np.inf)
    assert Power(1, 3, 2).range == (-0.125, np.inf)
    assert Power(3, 1, 2).range == (-np.inf, 1.125)
    assert LogNormal(3, 2).range == (0, 1)
    assert Capped(LogNormal(3, 2), -1, 0.8).range == (0, 0.8)
    assert Chain(LogNormal(3, 2), Piecewise((0, 0.9, 1), (0, 0.9, 1.005))).range == (0, 1.005)
    assert Chain(Linear(0, 1), Linear(1, 0)).range == (-np.inf, np.inf)
    assert Chain(Linear(0, 1), Logistic(0, -1)).range == (0, 1)


def test_shapes_come_back():
    assert Linear(0, 2)([[0, 1], [2, 3]]).tolist() == [[0, 0.5], [1, 1.5]]
    assert LogNormal(3, 2)(np.array([])).shape == (0,)
    assert Linear(0, 2).inverse([[0, 0.5]]).tolist() == [[0, 1]]


# from values


def test_curves_from_values():
    values = [4, 1, np.nan, 7]
    assert Linear.of(values) == Linear(1, 7)
    assert Linear.of(values, less_is_better=True) == Linear(7, 1)
    assert ZScore.of(values) == ZScore(4, 3)
    assert ZScore.of(values, less_is_better=True)(1) == 1
    assert Linear.of(pd.Series([4, None, 1], dtype="Int64")) == Linear(1, 4)
    z = ZScore.of(np.arange(10.0))(np.arange(10.0))
    assert (z.mean(), z.std(ddof=1)) == (pytest.approx(0, abs=1e-15), pytest.approx(1))


def test_percentile_with_ties():
    curve = percentile([1, 2, 2, 10])
    assert curve([1, 2, 10]).tolist() == [0, 0.5, 1]
    assert curve([6, 0, 99]).tolist() == [0.75, 0, 1]
    assert percentile([1, 1, 2]) == Piecewise((1, 2), (0.25, 1))
    assert percentile([3, 1, np.nan, 2]) == Piecewise((1, 2, 3), (0, 0.5, 1))


# the sentence for each mistake


def says(sentence, call, *arguments, **settings):
    with pytest.raises(InputError) as caught:
        call(*arguments, **settings)
    assert str(caught.value) == sentence


CURE = "Correct these inputs, or choose another curve."


@pytest.mark.parametrize(("curve", "given", "sentence"), [
    (Linear(0, 1), [1, np.inf], "A linear curve takes a finite number, but it was given inf. "),
    (Linear(0, 1), np.nan, "A linear curve takes a finite number, but it was given nan. "),
    (ZScore(0, 1), -np.inf, "A z-score curve takes a finite number, but it was given -inf. "),
    (Log(1, 10), [5, 0], "A log curve takes numbers above 0, but it was given 0.0. "),
    (Log(0, 10, plus=1), [0, -1, -2], "A log curve takes numbers above -1, but it was given -1.0 and -2.0. "),
    (Log(6, 10, plus=-5), 5, "A log curve takes numbers above 5, but it was given 5.0. "),
    (Power(0, 1, 2), -1, "A power curve takes numbers of 0 or more, but it was given -1.0. "),
    (LogNormal(3, 2), [-1, -2, -3, -4],
     "A log-normal curve takes numbers of 0 or more, but it was given -1.0, -2.0 and -3.0. "),
    (Logistic(0, 1), np.nan, "A logistic curve takes a finite number, but it was given nan. "),
    (Piecewise((0, 1), (0, 1)), np.nan, "A piecewise curve takes a finite number, but it was given nan. "),
    (Capped(Log(1, 10)), 0, "A capped curve takes numbers above 0, but it was given 0.0. "),
    (Chain(LogNormal(3, 2), Linear(0, 1)), -1, "A chain curve takes numbers of 0 or more, but it was given -1.0. "),
])
def test_inputs_outside_the_domain(curve, given, sentence):
    says(sentence + CURE, curve, given)


def finite(name, kind, given):
    return f"{name} of a {kind} curve must be a finite number, but {given} was given. For example {name}=1."


def positive(name, given):
    return f"{name} must be a number above 0, but {given} was given. Give one such as {name}=1, or leave it out."


BETWEEN = "Between them the worth goes from one end to the other."


@pytest.mark.parametrize(("kind", "settings", "sentence"), [
    (Linear, (0, np.nan), finite("high", "linear", "nan")),
    (Linear, ("0", 1), finite("low", "linear", "'0'")),
    (Linear, (0, True), finite("high", "linear", "True")),
    (Linear, (0, None), finite("high", "linear", "None")),
    (Linear, (0, [1]), finite("high", "linear", "[1]")),
    (Linear, (0, 10**400), finite("high", "linear", f"1{'0' * 37}…0")),
    (Linear, (3, 3), f"low and high of a linear curve must differ, but both are 3. {BETWEEN}"),
    (ZScore, (np.inf, 1), finite("mean", "z-score", "inf")),
    (ZScore, (0, 0), positive("sd", "0")),
    (ZScore, (0, 1, "no"), "less_is_better is either True or False, but 'no' was given. Give one of the two."),
    (Log, (1, np.inf), finite("high", "log", "inf")),
    (Log, (1, 2, "1"), finite("plus", "log", "'1'")),
    (Log, (2, 2), f"low and high of a log curve must differ, but both are 2. {BETWEEN}"),
    (Log, (0, 10), "A log curve needs goalposts above 0, but low=0 and high=10 were given. "
                   "Choose goalposts above 0, or a larger plus."),
    (Log, (10, -1, 1), "A log curve needs goalposts above -1, but low=10 and high=-1 were given. "
                       "Choose goalposts above -1, or a larger plus."),
    (Power, (0, "a", 2), finite("high", "power", "'a'")),
    (Power, (1, 1, 2), f"low and high of a power curve must differ, but both are 1. {BETWEEN}"),
    (Power, (0, 1, 0), positive("exponent", "0")),
    (Power, (-1, 1, 2), "A power curve needs goalposts of 0 or more, but low=-1 and high=1 were given. "
                        "Move the lower one to 0 or above."),
    (Power, (0, 100, 1000), "A power curve needs goalposts that stay apart and below 1e308 when raised to its exponent, "
                            "but low=0, high=100 and exponent=1000 do not. Give an exponent nearer to 1."),
    (Power, (0, 0.001, 200), "A power curve needs goalposts that stay apart and below 1e308 when raised to its exponent, "
                             "but low=0, high=0.001 and exponent=200 do not. Give an exponent nearer to 1."),
    (LogNormal, (0, 1), positive("median", "0")),
    (LogNormal, (1, -1), positive("p10", "-1")),
    (LogNormal, (2, 2), f"median and p10 of a log-normal curve must differ, but both are 2. {BETWEEN}"),
    (Logistic, (np.nan, 1), finite("middle", "logistic", "nan")),
    (Logistic, (0, 0), "A logistic curve needs a slope other than 0, but slope=0 was given. "
                       "Give one above 0, or below 0 if less is better."),
    (Piecewise, ((1,), (1,)), "A piecewise curve needs at least 2 points, each an input and its worth, but 1 input and "
                              "1 worth were given. Give as many of one as of the other."),
    (Piecewise, ((1, 2, 3), (1, 2)), "A piecewise curve needs at least 2 points, each an input and its worth, but "
                                     "3 inputs and 2 worths were given. Give as many of one as of the other."),
    (Piecewise, ((2, 1), (0, 1)), "A piecewise curve needs finite inputs that rise and worths that rise throughout or "
                                  "fall throughout, but it was given inputs 2.0 and 1.0 and worths 0.0 and 1.0. "
                                  "Sort the points by input; use two parts for a curve that turns."),
    (Piecewise, ((0, 1, 2), (0, 1, 0)), "A piecewise curve needs finite inputs that rise and worths that rise throughout "
                                        "or fall throughout, but it was given inputs 0.0, 1.0 and 2.0 and worths 0.0, "
                                        "1.0 and 0.0. Sort the points by input; use two parts for a curve that turns."),
    (Piecewise, ((0, np.inf), (0, 1)), "A piecewise curve needs finite inputs that rise and worths that rise throughout "
                                       "or fall throughout, but it was given inputs 0.0 and inf and worths 0.0 and 1.0. "
                                       "Sort the points by input; use two parts for a curve that turns."),
    (Piecewise, ("0, 1", (0, 1)), "inputs of a piecewise curve must be a list of numbers, but '0, 1' was given. "
                                  "For example inputs=(0, 1)."),
    (Piecewise, ((0, 1), ("a", "b")), "worths of a piecewise curve must be a list of numbers, but ('a', 'b') was given. "
                                      "For example worths=(0, 1)."),
    (Piecewise, ((0, 1), 5), "worths of a piecewise curve must be a list of numbers, but 5 was given. "
                             "For example worths=(0, 1)."),
    (Capped, (5,), "A curve is made of curves, but 5 was given. For example crunch.scoring.Linear(0, 100)."),
    (Capped, (Linear(0, 1), 0, np.inf), finite("high", "capped", "inf")),
    (Capped, (Linear(0, 1), "a", 1), finite("low", "capped", "'a'")),
    (Capped, (Linear(0, 1), 1, 0), "A cap needs low below high, and room between them on its curve, but low=1 and high=0 "
                                   "were given for a curve from -inf to inf. Choose caps inside it."),
    (Capped, (LogNormal(3, 2), 1, 2), "A cap needs low below high, and room between them on its curve, but low=1 and "
                                      "high=2 were given for a curve from 0 to 1. Choose caps inside it."),
    (Chain, ("a", Linear(0, 1)), "A curve is made of curves, but 'a' was given. For example crunch.scoring.Linear(0, 100)."),
    (Chain, (Linear(0, 1), None), "A curve is made of curves, but None was given. For example crunch.scoring.Linear(0, 100)."),
    (Chain, (Linear(0, 1), Log(1, 10)), "A chain needs a second curve that takes all the first one gives, but the first "
                                        "gives -inf to inf and the second takes numbers above 0. Cap the first."),
    (Chain, (goalposts(0, 1), Log(1, 10)), "A chain needs a second curve that takes all the first one gives, but the "
                                           "first gives 0 to 1 and the second takes numbers above 0. Cap the first."),
    (Linear.of, ([1, 1, np.nan],), "A curve taken from values needs at least two different finite ones, but it was given "
                                   "1.0 and 1.0. Give the whole column, or say the goalposts."),
    (ZScore.of, ([],), "A curve taken from values needs at least two different finite ones, but it was given none. "
                       "Give the whole column, or say the goalposts."),
    (percentile, ([1, np.inf],), "A curve taken from values needs at least two different finite ones, but it was given "
                                 "1.0 and inf. Give the whole column, or say the goalposts."),
    (percentile, (["a", "b"],), "A curve is taken from numbers, but ['a', 'b'] was given. Give a column of numbers."),
    (goalposts, (1, 1), f"low and high of a linear curve must differ, but both are 1. {BETWEEN}"),
])
def test_settings(kind, settings, sentence):
    says(sentence, kind, *settings)
