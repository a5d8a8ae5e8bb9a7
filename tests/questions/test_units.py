"""Answers do not depend on the unit: euros, thousands or millions, and scores far from zero, are one and the same table."""

import re

import numpy as np
import pandas as pd
import pytest
from artists import inside, texts
from matplotlib import pyplot as plt
from matplotlib.text import Text

import crunch
from crunch import Study, charts, widgets
from crunch.charts.ticks import Numbers
from crunch.publish.layouts import fits
from crunch.questions.plan.plan import plan
from crunch.wording import THIN, apart, number, on_grid, places

WEEKS = 160


def world(unit=1.0, offset=0.0):
    """A diary in some unit; the score in whole units, so far from zero."""
    rng = np.random.default_rng(6)
    budget, calls, noise, hours = rng.normal(10, 2, WEEKS), rng.normal(10, 2, WEEKS), rng.normal(0, 1, WEEKS), rng.normal(0, 1, WEEKS)
    score = np.round(50 + 1.5 * budget + noise)
    frame = pd.DataFrame({"budget": budget * unit, "calls": calls * unit, "revenue": (score + offset) * unit,
                          "hours": (3 + 0.5 * budget + hours) * unit,
                          "week": pd.date_range("2024-01-01", periods=WEEKS, freq="W-MON")})
    frame["revenue"] = [float(f"{value:.12g}") for value in frame["revenue"]]
    return Study(frame, score="revenue", levers=["budget", "calls"], side_effects={"hours": "less"}, time="week", step=unit,
                 scales={"budget": "linear", "calls": "linear"})


ANSWERS = {
    "drivers": lambda study: crunch.drivers(study, draws=50).table[["lever", "p_value", "share"]],
    "prices": lambda study: crunch.stuck(study).table[["lever", "change_percent", "verdict"]],
    "side effects": lambda study: crunch.side_effects(study).table[["p_value", "usual", "verdict"]],
    "what would be shown": lambda study: crunch.what_if(study, {"budget": "+10%"}).shown.drop(columns="shown"),
    "plan": lambda study: plan(study, target=up(study), limits={"hours": "<= +10%"}).table[["lever", "change_percent", "move"]],
    "most": lambda study: plan(study, limits={"hours": "<= +10%"}).table[["lever", "change_percent", "move"]],
    "least": lambda study: plan(study, least="hours").table[["lever", "change_percent", "move"]],
    "frontier": lambda study: crunch.frontier(study, "hours", points=4).table.drop(columns="knee") / study.step,
}


def up(study):
    return float(f"{study.frame['revenue'].iloc[-1] + study.step:.12g}")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("unit", [1e6, 1e-6, 1e-9])
@pytest.mark.parametrize("question", ANSWERS)
def test_another_unit_is_the_same_answer(question, unit):
    one, other = (ANSWERS[question](world(size)) for size in (1.0, unit))
    numbers = one.select_dtypes("number").columns
    np.testing.assert_allclose(other[numbers], one[numbers], rtol=1e-3, atol=1e-4)
    assert other.drop(columns=numbers).equals(one.drop(columns=numbers))


def test_scores_far_from_zero_are_told_apart():
    """Steps of 1 at a million differ by a millionth, which is not the same."""
    near, far = (crunch.what_if(world(offset=offset), {"budget": "+10%"}) for offset in (0, 1_234_567))
    assert far.shown["probability"].sum() == pytest.approx(1)
    assert far.shown["probability"].tolist() == pytest.approx(near.shown["probability"].tolist(), abs=0.02)
    assert (far.shown["shown"] - near.shown["shown"]).tolist() == pytest.approx([1_234_567] * len(near.shown))
    title = charts.what_if(far).get_title()
    assert title.startswith(f"revenue would {charts.what_if(near).get_title().split('; ')[0].split('would ')[1][:-2]}")
    path = charts.hidden(crunch.stuck(world(offset=1_234_567)))
    assert "Line: the hidden score by what the levers and the past say" in path.figure.measured


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "offset"), [(1e6, 0), (1e-6, 0), (1.0, 1_234_567)])
def test_charts_write_numbers_of_any_size_as_people_do(unit, offset):
    study = world(unit, offset)
    answer = crunch.stuck(study)
    drawn = [charts.drivers(crunch.drivers(study, draws=20)), charts.history(study, ["budget"]), charts.hidden(answer),
             charts.stuck(answer), charts.bounds(answer.bounds), charts.what_if(crunch.what_if(study, {"budget": "+10%"})),
             charts.frontier(crunch.frontier(study, "hours", points=4)), charts.plan(plan(study, target=3 * up(study))),
             charts.side_effects(crunch.side_effects(study))]
    for ax in drawn:
        inside(ax)
        for text, _ in texts(ax):
            assert not re.search(r"\de[+\-−]?\d", text), text
        assert not any(axis.get_offset_text().get_text() for a in (ax, *ax.child_axes) for axis in (a.xaxis, a.yaxis))


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "offset"), [(1e6, 0), (1e-6, 0), (1.0, 1_234_567)])
def test_panels_have_room_for_numbers_of_any_size(unit, offset):
    study = world(unit, offset)
    budget = 1.1 * float(study.frame["budget"].iloc[-1])
    for panel in (widgets.stuck(study), widgets.what_if(study), widgets.drivers(study), widgets.side_effects(study)):
        if "budget" in panel.controls:
            panel.set(budget=budget)
        assert fits(panel.figure)
        assert not re.search(r"\de[+\-−]?\d", " ".join(text.get_text() for text in panel.figure.findobj(Text)))
        panel.close()


@pytest.mark.parametrize(("value", "decimals", "text"), [
    (1_329_902, -3, "1.330m"), (-42_550, -3, "−43k"), (115_450, -2, "115 400"), (14_404, -1, "14 400"), (400, -3, "0"),
    (-0.0, 0, "0"), (-0.04, 1, "0.0"), (999_999, -3, "1.000m"), (2.5e9, -7, "2.50bn"), (1_234_634, 0, "1 234 634")])
def test_no_place_is_written_that_is_not_known(value, decimals, text):
    assert number(value, decimals).replace(THIN, " ") == text


def test_places_before_the_point():
    assert [places(width) for width in (2, 20, 200, 164_000, 1e-5)] == [1, 0, -1, -3, 7]
    assert [on_grid(67e6, 1e6), on_grid(66_000, 1000.0), on_grid(0.92, 0.001)] == ["67m", f"66{THIN}000", "0.920"]
    assert apart([55.0, 35.0]) == ["55", "35"]
    assert apart([671.7, 669.01]) == ["671.70", "669.01"]


@pytest.mark.parametrize(("ticks", "how", "said"), [
    ([-1, -0.5, 0, 0.5], {"sign": True}, ["−1", "−0.5", "0", "+0.5"]),
    ([-1e-17, 0.1], {}, ["0", "0.1"]),
    ([5.5e7, 6e7], {}, ["55m", "60m"]),
    ([0, 5e5, 1e6], {"sign": True}, ["0", "+0.5m", "+1m"]),
    ([1_234_625, 1_234_630], {}, [f"1{THIN}234{THIN}625", f"1{THIN}234{THIN}630"]),
    ([0, 2e-7], {}, ["0", "0.0000002"]),
    ([0, 0.05], {"percent": True}, [f"0{THIN}%", f"5{THIN}%"]),
    ([1, 10, 1000], {}, ["1", "10", f"1{THIN}000"]),
])
def test_ticks(ticks, how, said):
    assert Numbers(**how).format_ticks(ticks) == said
