"""A value set from Python is one that the question takes, or the panel says why not and stands as before."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import crunch
from crunch import widgets
from crunch.datasets import study
from crunch.errors import InputError
from crunch.scoring import Part, Score

PAGE = {"first-contentful-paint": 6795.4, "speed-index": 8296, "largest-contentful-paint": 10884.7, "total-blocking-time": 1055.2,
        "cumulative-layout-shift": 0.0996}
TABLE = pd.DataFrame({"a": [0.9, 0.2, 0.5], "b": [0.8, 0.6, 0.2]})
READY = {
    "what_if": lambda: widgets.what_if(study("stuck_at_55"), draws=200), "stuck in a diary": lambda: widgets.stuck(study("stuck_at_55")),
    "stuck by formula": lambda: widgets.stuck(PAGE, score=crunch.scoring.lighthouse()), "drivers": lambda: widgets.drivers(study("stuck_at_55"), draws=0),
    "side_effects": lambda: widgets.side_effects(study("order_desk"), draws=200), "frontier": lambda: widgets.frontier(study("order_desk"), "stock_value", points=4, draws=200),
    "weights": lambda: widgets.weights(Score([Part("a"), Part("b")]), TABLE)}


@pytest.fixture(scope="module", params=READY)
def panel(request):
    made = READY[request.param]()
    yield made
    made.close()


@pytest.fixture(scope="module")
def scenario():
    made = READY["what_if"]()
    yield made
    made.close()


def refused(panel, **values):
    """What is said; the panel stands, shows and undoes as before."""
    before, picture, steps = panel.values, panel.stage.show(panel.values).copy(), len(panel._undone)
    with pytest.raises(InputError) as caught:
        panel.set(**values)
    assert panel.values == before
    np.testing.assert_array_equal(panel.stage.show(panel.values), picture)
    assert len(panel._undone) == steps
    return str(caught.value)


def test_no_slider_of_any_panel_takes_what_is_no_number(panel):
    before, picture = panel.values, panel.stage.show(panel.values).copy()
    for name, control in panel.controls.items():
        for value in (math.nan, math.inf, -math.inf, 10**400, "5", "=5", True, None, [1], 1j):
            with pytest.raises(InputError) as caught:
                panel.set(**{name: value})
            assert repr(value)[:20] in str(caught.value)
            assert str(caught.value).startswith("The slider " if control.kind == "slider" else repr(control.label))
    assert panel.values == before
    np.testing.assert_array_equal(panel.stage.show(panel.values), picture)


@pytest.mark.parametrize("value", [0, -1, -1e300])
def test_a_scenario_refuses_what_the_question_refuses_in_its_words(scenario, value):
    with pytest.raises(InputError) as caught:
        crunch.what_if(study("stuck_at_55"), {"followers": f"={value:.17g}"})
    assert refused(scenario, followers=value) == str(caught.value)


@pytest.mark.parametrize("value", [5200, 4500.5, 1.0, 30_000, np.float64(5000), np.int64(4000), Fraction(9001, 2)])
def test_a_scenario_takes_what_the_question_takes_to_the_digit(scenario, value):
    scenario.set(followers=value)
    assert scenario.values["followers"] == float(value)
    answer = crunch.what_if(study("stuck_at_55"), {"followers": f"={float(value):.17g}"}, draws=200)
    assert scenario.sentence.startswith(answer.sentence)
    scenario.reset()


@pytest.mark.parametrize("value", [55.5, 54, -4])
def test_a_target_is_refused_as_a_plan_refuses_it(scenario, value):
    with pytest.raises(InputError) as caught:
        crunch.plan(study("stuck_at_55"), target=value, draws=200)
    assert refused(scenario, target=value) == str(caught.value)


def test_a_target_beyond_the_slider_is_asked_for_and_not_another():
    panel = READY["what_if"]()
    panel.set(target=90)
    assert panel.values["target"] == 90
    values, said = panel.actions["plan"].run(panel.values)
    assert values is None
    assert "No plan reaches klout 90" in said
    panel.close()


def test_an_input_of_a_formula_is_refused_as_the_formula_refuses_it():
    panel = READY["stuck by formula"]()
    with pytest.raises(InputError) as caught:
        crunch.stuck({**PAGE, "speed-index": -1.0}, score=crunch.scoring.lighthouse())
    assert refused(panel, **{"speed-index": -1}) == str(caught.value)
    panel.set(**{"speed-index": 7777.25})
    assert panel.values["speed-index"] == 7777.25
    panel.close()


@pytest.mark.parametrize(("name", "values", "sentence"), [
    ("drivers", {"level": 1}, "level must lie between 0 and 1, both excluded, but 1 was given. For example level=0.95."),
    ("drivers", {"horizon": 2.5}, "horizon must be a whole number of at least 0, but 2.5 was given. For example horizon=1."),
    ("drivers", {"horizon": -1}, "horizon must be a whole number of at least 0, but -1 was given. For example horizon=1."),
    ("side_effects", {"level": 0}, "level must lie between 0 and 1, both excluded, but 0 was given. For example level=0.95."),
    ("side_effects", {"move": 1.5}, "A lever is pulled by up to one usual move, but move=1.5 was given. Give a number from -1 to 1."),
    ("frontier", {"point": 4}, "This frontier has points 0 to 3, but point=4 was given. Choose one of these, or ask for more points."),
    ("frontier", {"point": 1.5}, "point must be a whole number of at least 0, but 1.5 was given. For example point=1."),
    ("weights", {"a": -0.5}, "A weight is a multiple of the one on paper, 0 or more, but -0.5 was given. Give 0 to leave that part out."),
    ("weights", {"a": 0, "b": 0}, "One part of each group must count for something, but all weights of a group are 0. Raise one of them."),
])
def test_other_panels_refuse_in_the_words_of_their_question(name, values, sentence):
    panel = READY[name]()
    assert refused(panel, **values) == sentence
    panel.close()


def test_a_wait_longer_than_the_table_is_refused_by_the_question_itself():
    panel = READY["drivers"]()
    with pytest.raises(InputError) as caught:
        crunch.drivers(study("stuck_at_55"), horizon=5000, draws=0)
    assert refused(panel, horizon=5000) == str(caught.value)
    panel.close()


def test_levels_and_weights_between_positions_are_taken_as_given():
    panel = READY["drivers"]()
    panel.set(level=0.93)
    assert panel.sentence == crunch.drivers(study("stuck_at_55"), level=0.93, draws=0).sentence
    panel.close()
    panel = READY["weights"]()
    panel.set(a=1 / 3)
    assert panel.values["a"] == 1 / 3
    assert "a at 25\u202f%" in panel.sentence
    panel.close()


def test_one_refused_value_leaves_the_others_as_they_were(scenario):
    assert "'followers' is read in percent" in refused(scenario, posts=20, followers=0)
    assert scenario.values["posts"] == 18
