"""The ready panels: what they say is what the library answers, and moves leave nothing behind."""

import gc
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import psutil
import pytest
from amounts import some_and_all
from panels import Played

import crunch
from crunch import widgets
from crunch.datasets import study
from crunch.errors import InputError
from crunch.scoring import Part, Score
from crunch.widgets.stage import Stage

PAGE = {"first-contentful-paint": 6795.4, "speed-index": 8296, "largest-contentful-paint": 10884.7,
        "total-blocking-time": 1055.2, "cumulative-layout-shift": 0.0996}
LIMITS = {"hours": "<= 12", "talked_with": ">= -5%"}


def towns(parts="abc", rows=30):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.uniform(0, 1, (rows, len(parts))), columns=list(parts))
    return Score([Part(name) for name in parts]), table.assign(town=[f"Town {i}" for i in range(rows)])


def ready_weights():
    score, table = towns()
    return widgets.weights(score, table, label="town", rows=8)


READY = {
    "what_if": lambda: widgets.what_if(study("stuck_at_55"), limits=LIMITS),
    "stuck in a diary": lambda: widgets.stuck(study("stuck_at_55")),
    "stuck by a formula": lambda: widgets.stuck(PAGE, score=crunch.scoring.lighthouse()),
    "drivers": lambda: widgets.drivers(study("accounts")),
    "side_effects": lambda: widgets.side_effects(study("order_desk"), draws=500),
    "frontier": lambda: widgets.frontier(study("order_desk"), "stock_value", points=8),
    "weights": ready_weights,
}


@pytest.fixture(params=READY)
def panel(request):
    made = READY[request.param]()
    yield made
    made.close()


def roam(page, moves, seed=0):
    """A hand that moves one control after another, to anywhere."""
    rng = np.random.default_rng(seed)
    controls = page.panel.controls
    for _ in range(moves):
        name = str(rng.choice(list(controls)))
        frame = page.move(**{name: int(rng.integers(len(controls[name].values)))})
        assert frame["error"] in ("", ALL_ZERO), frame["error"]


ALL_ZERO = ("One part of each group must count for something, but all weights of a group are 0. Raise one of them.")


@pytest.mark.slow
@some_and_all("moves", 40, 200)
def test_moves_leave_nothing_behind_and_end_where_a_fresh_drawing_does(panel, moves):
    plt.close("all")
    page = Played(panel)
    roam(page, moves // 2)  # what is learned once, fonts and answers kept for later, is in memory then
    gc.collect()
    before = psutil.Process().memory_info().rss
    for seed in (1, 2):
        page.heard.clear()
        roam(page, moves // 2, seed)
    gc.collect()
    page.heard.clear()
    assert psutil.Process().memory_info().rss - before < 5e6
    assert plt.get_fignums() == []
    drawn = Stage(panel.scene.draw, panel.scene.size).show(panel.values)
    np.testing.assert_array_equal(page.picture, drawn[..., :3])


@pytest.mark.slow
def test_each_state_has_a_sentence_an_alt_text_and_code_that_runs(panel, monkeypatch):
    page = Played(panel)
    roam(page, 5)
    frame = page.last("frame")
    assert frame["said"].endswith((".", "%"))
    assert frame["said"] in frame["alt"]
    score, table = towns()
    known = {"study": STUDY.get(panel.scene.title), "score": crunch.scoring.lighthouse(), "crunch": crunch}
    if panel.scene.file == "weights":
        known |= {"score": score, "table": table}
    exec(frame["code"], known)
    assert len(frame["alt"]) < 2000


STUDY = {"What if": study("stuck_at_55"), "Why is it stuck": study("stuck_at_55"), "What moves it": study("accounts"),
         "What else moves": study("order_desk"), "Trade-off": study("order_desk")}


def test_a_scenario_is_what_the_library_answers():
    panel = READY["what_if"]()
    panel.set(followers=5200, posts=22)
    answer = crunch.what_if(study("stuck_at_55"), {"followers": "=5200", "posts": "=22"}, limits=LIMITS)
    assert panel.sentence.startswith(answer.sentence)
    readings = panel.scene.readings(panel.scene.answer(panel.values))
    np.testing.assert_allclose([reading.value for reading in readings], answer.table["change"][1:])
    assert readings[-1].text.endswith("limit: ✗ breaks")
    known = {"study": study("stuck_at_55"), "crunch": crunch}
    exec(panel.code, known)
    assert known["answer"].sentence == answer.sentence
    panel.close()


def test_the_button_goes_where_plan_says_and_undo_goes_back():
    panel = READY["what_if"]()
    panel.press("plan")
    plan = crunch.plan(study("stuck_at_55"), target=56, limits=LIMITS)
    assert plan.feasible
    for lever, after in zip(plan.table["lever"], plan.table["after"], strict=True):
        assert panel.values[lever] == after  # exactly, though the slider has no such position
    page = Played(panel)
    assert "klout" in page.last("frame")["said"]
    panel.undo()
    assert panel.values["followers"] == panel.scene.known.now["followers"]
    panel.close()


def test_a_target_out_of_reach_leaves_the_sliders_and_says_why():
    panel = widgets.what_if(study("stuck_at_55"), bounds={"followers": (4400, 4500), "shares": (90, 100)})
    panel.set(target=panel.controls["target"].values[-1])
    before = panel.values
    page = Played(panel)
    page.say(kind="press", button="plan")
    panel.work.wait(60)
    assert "no plan" in page.last("note")["text"].lower()
    assert panel.values == before
    panel.close()


def test_dragging_total_blocking_time_crosses_the_line_where_stuck_says():
    score = crunch.scoring.lighthouse()
    panel = widgets.stuck(PAGE, score=score)
    answer = crunch.stuck(PAGE, score=score)
    needed = float(answer.table.set_index("lever").loc["total-blocking-time", "needed"])
    slider = np.array(panel.controls["total-blocking-time"].values)
    panel.set(**{"total-blocking-time": slider[slider < needed][-1]})
    assert panel.sentence.startswith("Lighthouse performance (mobile) shows 33")
    panel.set(**{"total-blocking-time": slider[slider > needed][0]})
    assert panel.sentence.startswith("Lighthouse performance (mobile) shows 32")
    panel.close()


def test_each_levers_row_is_what_it_brings_by_itself():
    panel = READY["stuck in a diary"]()
    known = panel.scene.known
    panel.set(followers=5200, shares=150)
    by = dict(zip(known.names, panel.scene.readings(panel.scene.answer(panel.values)), strict=True))
    alone = crunch.what_if(study("stuck_at_55"), {"followers": "=5200"}).table.iloc[0]
    assert by["followers"].value == pytest.approx(alone["change"], rel=1e-6)
    assert by["followers"].low == pytest.approx(alone["change_low"], rel=1e-6)
    assert by["posts"].text == "not moved"
    panel.close()


def test_effects_at_a_level_and_wait_are_the_librarys():
    panel = widgets.drivers(study("stuck_at_55"))
    panel.set(level=0.9, horizon=2)
    answer = crunch.drivers(study("stuck_at_55"), level=0.9, horizon=2, draws=0)
    assert panel.sentence == answer.sentence
    panel.close()


def test_shares_come_at_once_and_their_intervals_by_the_button():
    panel = widgets.drivers(study("accounts"), draws=200)
    share = panel.controls["show"].values[2]
    panel.set(show=share)
    assert panel.scene.answer(panel.values).table["share_low"].isna().all()
    page = Played(panel)
    page.say(kind="press", button="bootstrap")
    panel.work.wait(60)
    assert page.last("note")["text"] == "Intervals at 95\u202f% from 200 draws."
    answer = crunch.drivers(study("accounts"), draws=200)
    pd.testing.assert_frame_equal(panel.scene.answer(panel.values).table, answer.table)
    np.testing.assert_array_equal(page.picture, Stage(panel.scene.draw, panel.scene.size).show(panel.values)[..., :3])
    panel.set(level=0.9)  # another level: point estimates again until asked
    assert panel.scene.answer(panel.values).table["share_low"].isna().all()
    panel.close()


def test_the_bootstrap_can_be_cancelled_on_the_way():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(400, 14)), columns=[f"x{i}" for i in range(14)])
    table["score"] = table.sum(axis=1) + rng.normal(size=400)
    panel = widgets.drivers(crunch.Study(table, score="score", levers=list(table.columns[:14])), draws=20_000)
    page = Played(panel)
    page.say(kind="press", button="bootstrap")
    page.say(kind="press", button="cancel")
    panel.work.wait(10)
    assert not panel.work.running
    assert page.last("go") is None
    assert panel.scene.answer(panel.values).table["share_low"].isna().all()
    panel.close()


def test_a_pull_is_the_librarys_effect_times_how_far():
    panel = READY["side_effects"]()
    table = crunch.side_effects(study("order_desk"), draws=500).table
    scale = study("order_desk").scales["stock_target"]
    panel.set(lever="stock_target", move=1.0)
    size = study("order_desk").usual_move("stock_target") / scale.size
    rows = table[table["lever"] == "stock_target"].set_index("outcome")
    for outcome, reading in panel.scene.readings(panel.values):
        row = rows.loc[outcome.name]
        effect = math.log1p(row["effect"] / 100) if outcome.in_percent else row["effect"]
        assert reading.value == pytest.approx(size * effect)
    panel.set(move=0)
    assert "nothing is seen to move" in panel.sentence
    panel.close()


@pytest.mark.slow
def test_a_walk_along_the_frontier_reads_its_table():
    panel = READY["frontier"]()
    answer = crunch.frontier(study("order_desk"), "stock_value", points=8)
    panel.set(point=3)
    assert panel.code.endswith("answer.moves.iloc[3]")
    told = panel.stage.figure.axes[-1].texts[0].get_text()
    assert f"{answer.table['shown'][3]:.1f}" in told
    panel.set(confidence=0.6)
    panel.press("again")
    assert panel.scene.found.confidence == 0.6
    assert "60\u202f% probability" in panel.sentence
    panel.close()


def test_ranks_follow_the_weights():
    _score, table = towns()
    panel = ready_weights()
    panel.set(a=3.0, b=0)
    worth = table[["a", "b", "c"]].to_numpy() @ np.array([3, 0, 1]) / 4
    first = table["town"][int(np.argmax(worth))]
    assert f", {first} is first" in panel.sentence
    page = Played(panel)
    assert page.last("frame")["said_at"] == {"a": "75\u202f%", "b": "0\u202f%", "c": "25\u202f%"}
    panel.set(b=0, c=0)
    with pytest.raises(InputError, match="One part of each group must count for something"):
        panel.set(a=0)
    panel.close()


@pytest.mark.parametrize(("make", "sentence"), [
    (lambda: widgets.stuck(PAGE, score=crunch.scoring.lighthouse(), bounds={"x": (0, 1)}), "Bounds are given for inputs of the formula, but 'x' is none."),
    (lambda: widgets.stuck(PAGE, score=crunch.scoring.lighthouse(), bounds={"speed-index": (0, 1)}), "Bounds hold where an input stands, but 'speed-index' is 8296 and its bounds are 0 and 1. Widen them."),
    (lambda: widgets.weights(towns("a")[0], towns("a")[1]), "Weights are weighed against each other, but this score has one part. Add a second."),
    (lambda: widgets.weights(*towns(), rows=0), "rows must be a whole number of at least 1, but 0 was given."),
])
def test_what_no_ready_panel_can_show_is_told(make, sentence):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value).startswith(sentence)


def test_hostile_names_are_shown_as_they_are():
    rng = np.random.default_rng(0)
    names = ["<b>$x$</b>", "=1+1", "__import__('os')"]
    table = pd.DataFrame(rng.normal(size=(80, 3)), columns=names)
    table["score"] = table.sum(axis=1) + rng.normal(size=80)
    panel = widgets.what_if(crunch.Study(table, score="score", levers=names))
    panel.set(**{names[0]: 1.0})
    data, _ = panel._repr_mimebundle_()
    assert "<b>" not in data["text/html"]
    assert "<b>$x$</b>" in panel.code
    page = widgets.to_html(panel, vary=[names[0]])
    assert "<b>" not in page
    panel.close()
