"""Short ways to write a control, and what is said when they make none."""

import ipywidgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crunch.errors import InputError
from crunch.widgets.controls import choice, control, over, round_step, slider, switch


@pytest.mark.parametrize(("written", "kind", "values", "start"), [
    ((0, 3), "slider", (0, 1, 2, 3), 2),
    ((0, 1, 0.25), "slider", (0, 0.25, 0.5, 0.75, 1), 2),
    (("a", "b"), "choice", ("a", "b"), 0),
    ([7, 30], "choice", (7, 30), 0),
    ({"a week": 7, "a month": 30}, "choice", (7, 30), 0),
    (True, "switch", (False, True), 1),
    (10, "slider", tuple(range(-10, 31)), 20),
    (-2, "slider", tuple(range(-6, 3)), 4),
    (ipywidgets.IntSlider(4, min=2, max=6, step=2), "slider", (2, 4, 6), 1),
    (slider(1, 3, start=3), "slider", (1, 2, 3), 2),
])
def test_controls_can_be_written_shortly(written, kind, values, start):
    made = control(written, "n")
    assert (made.kind, made.values, made.start, made.label) == (kind, values, start, made.label or "n")
    assert len(made.said) == len(made.values)


def test_whole_numbers_stay_whole_and_parts_are_not_smeared():
    assert all(isinstance(v, int) for v in slider(0, 10).values)
    assert slider(0, 1, 0.1).values == tuple(i / 10 for i in range(11))
    assert slider(0, 1, 0.1).said[3] == "0.3"
    assert slider(-1, 1, 0.5).said[0] == "−1.0"


def test_a_default_of_the_function_is_where_a_control_starts():
    assert control((0, 10), "n", 7).start == 7
    assert control(("a", "b"), "n", "b").start == 1
    assert control(("a", "b"), "n", "c").start == 0


def test_a_value_between_positions_goes_to_the_nearest():
    assert slider(0, 10).position(3.4) == 3
    assert slider(0, 10).position(-99) == 0
    assert over([1.0, 10.0, 100.0], said=str).position(40) == 1


def test_one_is_no_true():
    assert choice([True, 1, 1.0]).position(1) == 1
    assert choice([True, 1, 1.0]).position(1.0) == 2


@given(st.floats(1e-9, 1e9))
def test_a_round_step_is_one_two_or_five(step):
    found = round_step(step)
    digit = float(f"{found:e}".split("e")[0])
    assert digit in (1, 2, 5)
    assert step * (1 - 1e-6) <= found <= 2.5 * step * (1 + 1e-6)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_every_range_makes_a_grid(low, room):
    made = slider(low, low + room)
    values = np.array(made.values)
    assert 2 <= len(values) <= 2000
    assert (np.diff(values) > 0).all()
    assert values[0] == pytest.approx(low)
    assert values[-1] <= low + room * (1 + 1e-6) + 1e-9


@pytest.mark.parametrize(("make", "sentence"), [
    (lambda: slider(3, 3), "A slider goes from a lower number to a higher one, but (3, 3) was given. Change the order, or give it room."),
    (lambda: slider(0, float("nan")), "A slider goes from one number to another, but nan was given. For example (0, 10)."),
    (lambda: slider("a", 3), "A slider goes from one number to another, but 'a' was given. For example (0, 10)."),
    (lambda: slider(0, True), "A slider goes from one number to another, but True was given. For example (0, 10)."),
    (lambda: slider(0, 1, 2), "The step of a slider is above 0 and no longer than the slider, but 2 was given from 0 to 1. Give a smaller one."),
    (lambda: slider(0, 1, 0), "The step of a slider is above 0 and no longer than the slider, but 0 was given from 0 to 1. Give a smaller one."),
    (lambda: slider(0, 1e4, 1), "A slider has at most 2000 positions, but from 0 to 10000.0 in steps of 1 there are 10001. Give a longer step."),
    (lambda: slider(0, 3, start="x", label="n"), "The slider 'n' stands at numbers, but 'x' was given. Give one from 0 to 3."),
    (lambda: choice([]), "A choice needs something to choose from, but the list is empty. Give at least one."),
    (lambda: choice(["a", "b"], label="who").position("c"), "'who' is one of 'a' and 'b', but 'c' was given. Choose one of these."),
    (lambda: switch(label="log").position(1), "'log' is one of False and True, but 1 was given. Choose one of these."),
    (lambda: control("abc", "n"), "A control is a range such as (0, 10), a list to choose from, True or False, but 'abc' was given for 'n'. Write it as one of these."),
    (lambda: control(None, "n"), "A control is a range such as (0, 10), a list to choose from, True or False, but None was given for 'n'. Write it as one of these."),
])
def test_what_is_no_control_is_told(make, sentence):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == sentence
