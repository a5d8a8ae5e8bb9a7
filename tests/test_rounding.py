"""Rounding against decimal arithmetic, and what a shown number says of the hidden one."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crunch import InputError
from crunch.cli import report
from crunch.rounding import RULES, Rounding

STEPS = (1, 0.1, 0.01, 0.001, 0.05, 2.5, 10, 0.3, 0.15, 1e-7, 12.5)
steps, rules = st.sampled_from(STEPS), st.sampled_from(RULES)


def referee(value, step, rule):
    """The rule in decimals: `value` is read as it is written, half up goes toward plus infinity."""
    value, step = Decimal(repr(value)), Decimal(repr(step))
    ratio = value / step
    whole = {"round": lambda: (ratio + Decimal("0.5")).to_integral_value(ROUND_FLOOR),
             "half_even": lambda: ratio.to_integral_value(ROUND_HALF_EVEN),
             "floor": lambda: ratio.to_integral_value(ROUND_FLOOR),
             "ceil": lambda: ratio.to_integral_value(ROUND_CEILING)}[rule]()
    return float(whole * step)


@st.composite
def decimals(draw):
    """A number of few digits, as people write them: halves and whole steps come up often."""
    return draw(st.integers(-10**7, 10**7)) / 10 ** draw(st.integers(0, 8))


@given(decimals(), steps, rules)
def test_decimal_arithmetic(value, step, rule):
    assert Rounding(step, rule)(value) == referee(value, step, rule)


@given(st.integers(-10**6, 10**6), steps, rules)
def test_exact_halves_in_decimals(halves, step, rule):
    value = float(Decimal(halves) * Decimal(repr(step)) / 2)
    assert Rounding(step, rule)(value) == referee(value, step, rule)


@pytest.mark.parametrize(("value", "step", "shown"), [
    (0.285, 0.01, {"round": 0.29, "half_even": 0.28, "floor": 0.28, "ceil": 0.29}),
    (2.675, 0.01, {"round": 2.68, "half_even": 2.68, "floor": 2.67, "ceil": 2.68}),
    (2.665, 0.01, {"round": 2.67, "half_even": 2.66, "floor": 2.66, "ceil": 2.67}),
    (-2.5, 1, {"round": -2.0, "half_even": -2.0, "floor": -3.0, "ceil": -2.0}),
    (-3.5, 1, {"round": -3.0, "half_even": -4.0, "floor": -4.0, "ceil": -3.0}),
    (1.075, 0.05, {"round": 1.1, "half_even": 1.1, "floor": 1.05, "ceil": 1.1}),
    (1.025, 0.05, {"round": 1.05, "half_even": 1.0, "floor": 1.0, "ceil": 1.05}),
    (3.75, 2.5, {"round": 5.0, "half_even": 5.0, "floor": 2.5, "ceil": 5.0}),
    (15, 10, {"round": 20.0, "half_even": 20.0, "floor": 10.0, "ceil": 20.0}),
    (0.1 + 0.2, 0.1, {"round": 0.3, "half_even": 0.3, "floor": 0.3, "ceil": 0.3}),
    (sum([0.1] * 10), 1, {"round": 1.0, "half_even": 1.0, "floor": 1.0, "ceil": 1.0}),
    (1.1 * 1.1 * 100, 1, {"round": 121.0, "half_even": 121.0, "floor": 121.0, "ceil": 121.0}),
    (0.1 + 0.2 - 0.3, 1, {"round": 0.0, "half_even": 0.0, "floor": 0.0, "ceil": 0.0}),
])
def test_numbers_that_binary_fractions_miss(value, step, shown):
    assert {rule: Rounding(step, rule)(value) for rule in RULES} == shown


@given(st.lists(st.integers(-999, 999), min_size=1, max_size=12), rules)
def test_sums_of_hundredths_are_read_as_meant(hundredths, rule):
    """A sum in floats is rounded as the sum of what was written."""
    total = sum(n / 100 for n in hundredths)
    exact = Decimal(sum(hundredths)) / 100
    assert Rounding(0.1, rule)(total) == referee(float(exact), 0.1, rule)


@given(st.integers(-10**6, 10**6), st.sampled_from([0.1, 0.3, 0.05, 0.001, 2.5, 1 / 3]))
def test_shown_numbers_are_the_floats_nearest_to_their_decimals(whole, step):
    """3 × 0.3 shows 0.9, not 0.8999999999999999; 3 × ⅓ shows 1."""
    expected = whole / 3 if step == 1 / 3 else float(whole * Decimal(repr(step)))
    assert Rounding(step)(whole * step) == expected


@pytest.mark.parametrize("rule", RULES)
def test_no_negative_zero(rule):
    shown = Rounding(1, rule)([-0.0, -0.2 if rule != "floor" else 0.2, -1e-17])
    assert shown.tolist() == [0, 0, 0]
    assert not np.signbit(shown).any()
    one = Rounding(1, rule)(-0.0)
    assert isinstance(one, float)
    assert not np.signbit(one)


@pytest.mark.parametrize("rule", RULES)
def test_missing_and_infinite_numbers_stay_what_they_are(rule):
    np.testing.assert_array_equal(Rounding(0.01, rule)([np.nan, np.inf, -np.inf]), [np.nan, np.inf, -np.inf])


def test_shapes_come_back():
    assert Rounding(1)([[0.4, 0.5], [1.4, 1.6]]).tolist() == [[0, 1], [1, 2]]
    assert Rounding(1)(np.array([])).shape == (0,)


# bands


@given(st.integers(-10**5, 10**5), steps, rules, st.floats(0.001, 0.999))
def test_every_number_in_a_band_is_shown_as_its_number(whole, step, rule, part):
    rounding = Rounding(step, rule)
    shown = float(whole * Decimal(repr(step)))
    low, high = rounding.band(shown)
    width = Decimal(repr(step)) * {"floor": 0, "ceil": 1}.get(rule, Decimal("0.5"))
    assert low == float(whole * Decimal(repr(step)) - width)
    assert high == float((whole + 1) * Decimal(repr(step)) - width)
    assert rounding(low + part * (high - low)) == shown
    holds = {"round": True, "floor": True, "ceil": False, "half_even": whole % 2 == 0}[rule]
    assert rounding.holds_low(shown) is holds
    before, after = rounding.previous(shown), rounding.next(shown)
    assert rounding(low) == (shown if holds else before)
    assert rounding(high) == (shown if rule == "ceil" or (rule == "half_even" and holds) else after)
    assert rounding(low - 0.01 * (high - low)) == before
    assert rounding(high + 0.01 * (high - low)) == after


@given(st.integers(-10**6, 10**6), steps, rules)
def test_the_neighbours_of_a_shown_number(whole, step, rule):
    rounding, exact = Rounding(step, rule), Decimal(repr(step))
    shown = float(whole * exact)
    assert rounding.next(shown) == float((whole + 1) * exact)
    assert rounding.previous(shown) == float((whole - 1) * exact)
    assert rounding(rounding.next(shown)) == rounding.next(shown)
    assert rounding.previous(rounding.next(shown)) == shown


def test_bands_and_neighbours_of_many_numbers_at_once():
    low, high = Rounding(0.1).band([0.3, 0.7])
    assert (low.tolist(), high.tolist()) == ([0.25, 0.65], [0.35, 0.75])
    assert Rounding(0.1).next([0.2, 0.6]).tolist() == [0.3, 0.7]
    assert Rounding(0.1).previous([0.4, 0.8]).tolist() == [0.3, 0.7]


def test_what_can_be_shown():
    assert Rounding(0.05).is_on_grid([0.15, 0.1 + 0.2, 0.151, 7, np.nan]).tolist() == [True, True, False, True, False]


# settings


def says(sentence, call, *arguments):
    with pytest.raises(InputError) as caught:
        call(*arguments)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("step", [0, -1, float("nan"), float("inf"), "1", True, None])
def test_a_step_is_above_0(step):
    says(f"step must be a number above 0, but {step!r} was given. Give one such as step=1, or leave it out.",
         Rounding, step)


def test_a_rule_is_one_of_four():
    says("rounding must be one of 'round', 'half_even', 'floor' and 'ceil', but 'half up' was given. "
         "Choose one of these.", Rounding, 1, "half up")


def test_the_command_line_offers_the_same_rules():
    option = next(p for p in report.params if p.name == "rounding")
    assert tuple(option.type.choices) == RULES
