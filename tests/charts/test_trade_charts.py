"""Charts of side effects, scenarios, plans and frontiers through their artists."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from artists import HOSTILE, contrast, distances, inside, texts
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import crunch
from crunch import Study
from crunch.charts.colours import ACCENT, SOFT, TILE, WORSE
from crunch.datasets import study
from crunch.digits import shown

CHARTS = crunch.charts


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def world(levers=("a", "b", "z"), sides=("hours", "talk"), rows=250, seed=1, **roles):
    """The last lever moves the score and the first side effect; the second goes nowhere."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(10, 2, size=(rows, len(levers))), columns=list(levers))
    frame["score"] = np.round(20 + 2 * frame[levers[-1]] + frame[levers[0]] + rng.normal(0, 0.5, rows))
    frame[sides[0]] = 3 + 0.7 * frame[levers[-1]] + rng.normal(0, 0.5, rows)
    for name in sides[1:]:
        frame[name] = rng.normal(5, 1, rows)
    return Study(frame, **{"score": "score", "levers": list(levers), "step": 1, **roles,
                           "side_effects": roles.get("side_effects", {**dict.fromkeys(sides, "less"), sides[-1]: "more"})})


def said(ax):
    return [text for text, _ in texts(ax)]


def test_the_matrix_says_what_the_answer_says():
    answer = crunch.side_effects(study("shops"), limits={"overtime": "<= +1"})
    ax = CHARTS.side_effects(answer)
    words = said(ax)
    for cell in answer.table.to_dict("records"):
        outcome = next(o for o in answer.outcomes if o.name == cell["outcome"])
        if cell["verdict"] == "moves it":
            assert outcome.text(cell["effect"], cell["high"] - cell["low"]) in words
    assert words.count("✗ breaks") == (answer.table["verdict"] == "breaks").sum() == 1
    assert words.count("✓ holds") == (answer.table["verdict"] == "holds").sum()
    assert ax.get_title().replace("\n", " ") == "stock_cover +1: fulfilment gains, cash_tied_up and write_offs get worse"
    assert len(ax.patches) == sum(cell["verdict"] in ("moves it", "breaks") and cell["effect"] > 0 and cell["better"] == "less"
                                  for cell in answer.table.to_dict("records"))  # a tile behind what gets worse
    inside(ax)


def triangles(ax):
    return [line for line in ax.lines if line.get_marker() in "^v" and line.get_clip_on()]


def test_marks_point_and_grow_with_the_effect():
    ax = CHARTS.side_effects(crunch.side_effects(study("stuck_at_55")))
    table = crunch.side_effects(study("stuck_at_55")).table
    moving = table[table["verdict"] == "moves it"]
    marks = triangles(ax)
    assert sorted(mark.get_marker() for mark in marks) == sorted(np.where(moving["effect"] > 0, "^", "v"))
    sizes, usual = sorted(mark.get_markersize() for mark in marks), sorted(abs(moving["usual"]))
    assert np.all(np.diff(sizes) >= 0)
    assert sizes[-1] > sizes[0]
    assert len(usual) == len(sizes)
    inside(ax)


def test_uncertain_cells_are_hollow_and_directions_differ_without_colour():
    """Better and worse differ by their tile, can't tell and too small by their shape."""
    ax = CHARTS.side_effects(crunch.side_effects(study("stuck_at_55")))
    hollow = [line for line in ax.lines if line.get_marker() == "o"]
    assert hollow
    assert {mpl.colors.to_hex(line.get_markerfacecolor()) for line in hollow} == {"#ffffff"}
    assert {"better", "worse (shaded)", "can't tell", "too small to matter"} <= set(said(ax))


def test_nobody_said_which_way_is_better():
    answer = crunch.side_effects(world(side_effects=["hours", "talk"]))
    ax = CHARTS.side_effects(answer)
    assert not ax.patches
    assert "nobody said which way is better" in said(ax)
    assert ax.get_title().endswith("nothing is seen to get worse")
    inside(ax)


@pytest.mark.slow
@pytest.mark.parametrize("names", HOSTILE)
def test_hostile_names_fit_everywhere(names):
    s = world(names, sides=[f"{name} {i}" for i, name in enumerate(HOSTILE[0])])
    answer = crunch.side_effects(s, limits={s.side_effects[0]: "<= +0.1"})
    inside(CHARTS.side_effects(answer))
    inside(CHARTS.trades(answer))
    inside(CHARTS.what_if(crunch.what_if(s, {names[-1]: "+1"}, limits={s.side_effects[0]: "<= +0.1"})))
    target = crunch.stuck(s).shown + 3
    inside(CHARTS.plan(crunch.plan(s, target=target)))
    inside(CHARTS.plan(crunch.plan(s, target=target, limits={s.side_effects[0]: "<= +0.01"})))
    inside(CHARTS.frontier(crunch.frontier(s, s.side_effects[0], points=5)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["stuck_at_55", "shops", "order_desk"])
def test_embedded_tables_fit(name):
    s = study(name)
    answer = crunch.side_effects(s)
    inside(CHARTS.side_effects(answer))
    inside(CHARTS.trades(answer))
    first = s.levers[0]
    inside(CHARTS.what_if(crunch.what_if(s, {first: "+10%"}, limits={s.side_effects[0]: "<= +5%"})))
    inside(CHARTS.plan(crunch.plan(s)))
    inside(CHARTS.frontier(crunch.frontier(s, s.side_effects[0], points=6)))


def test_many_levers_and_outcomes_fit():
    levers = [f"lever number {i}" for i in range(12)]
    answer = crunch.side_effects(world(levers, sides=[f"side {i}" for i in range(7)], rows=400))
    inside(CHARTS.side_effects(answer))
    inside(CHARTS.trades(answer))


def test_the_quadrants_hold_what_the_trades_say():
    answer = crunch.side_effects(study("shops"))
    ax = CHARTS.trades(answer)
    dots = [line for line in ax.lines if len(line.get_xdata()) == 1]
    at = {(round(float(line.get_xdata()[0]), 9), round(float(line.get_ydata()[0]), 9)) for line in dots}
    assert at == {(round(row["sacrifice"], 9), round(row["gain"], 9)) for row in answer.trades.to_dict("records")}
    for row in answer.trades.to_dict("records"):
        assert any(text.startswith(f"{row['lever']} {row['way']}\n{row['verdict']}") for text in said(ax))
    assert ax.get_title() == "Of 3 levers, 2 are numbers games and 1 can't be told"


@pytest.mark.parametrize(("sides", "title"), [
    ({"hours": "more", "talk": None}, None), ({"talk": "less"}, "z is a free lunch"), ({"hours": "less"}, None)])
def test_titles_of_trades(sides, title):
    answer = crunch.side_effects(world(levers=("z",), sides=("hours", "talk"), side_effects=sides, rows=20_000))
    ax = CHARTS.trades(answer)
    verdict = answer.trades["verdict"].iloc[0]
    assert ax.get_title() == {"free lunch": "z is a free lunch", "trade": "z is a trade", "numbers game": "z is a numbers game",
                              "can't tell": "Whether z is worth it can't be told"}[verdict]
    assert title in (None, ax.get_title())


def test_the_scenario_shows_each_probability():
    answer = crunch.what_if(study("stuck_at_55"), {"followers": "+15%", "posts": "-3"}, limits={"hours": "<= 8.9"})
    ax = CHARTS.what_if(answer)
    bars = ax.child_axes[0].patches
    drawn = answer.shown[answer.shown["probability"] >= 0.005]
    assert sorted(bar.get_height() for bar in bars) == sorted(drawn["probability"])
    assert {round(bar.get_x() + bar.get_width() / 2, 6) for bar in bars} == set(drawn["shown"])
    assert ax.get_title() == "klout would most likely show 56; talked_with gets worse"
    words = " ".join(said(ax))
    assert "limit 8.9" in words
    assert "Careful: the table hardly vouches for this." in ax.figure.description.replace("\n", " ") or not answer.warnings
    inside(ax)


@pytest.mark.parametrize(("changes", "title"), [
    ({"followers": "+0%"}, "Nothing is changed, and klout stays as it is"),
    ({"posts": "+1"}, "klout would still show 55; hours and unfollows get worse"),
])
def test_titles_of_scenarios(changes, title):
    ax = CHARTS.what_if(crunch.what_if(study("stuck_at_55"), changes))
    assert ax.get_title().replace("\n", " ") == title
    inside(ax)


def test_a_score_without_a_step_has_no_ladder():
    ax = CHARTS.what_if(crunch.what_if(world(step=None), {"z": "+1"}))
    assert len(ax.child_axes) == 1
    assert ax.get_title().startswith("score would go up by about ")
    ax = CHARTS.what_if(crunch.what_if(world(step=None), {"b": "+1"}))
    assert ax.get_title() == "Whether score would move can't be told"
    inside(ax)


def test_a_plan_draws_each_lever_to_where_it_goes():
    answer = crunch.plan(study("stuck_at_55"), target=56, limits={"talked_with": ">= -20%"})
    ax = CHARTS.plan(answer)
    ends = sorted(line.get_xdata()[0] for line in ax.lines if line.get_marker() in "<>")
    assert ends == sorted(answer.table.loc[answer.table["change"] != 0, "move"])
    assert [label.get_text() for label in ax.get_yticklabels()][::-1] == answer.table["lever"].tolist()
    assert "talked_with" in ax.figure.description
    inside(ax)


def test_no_plan_draws_the_target_and_what_stands_in_the_way():
    answer = crunch.plan(study("shops"), target=83, limits={"cash_tied_up": "<= +5%", "overtime": "<= 18"})
    assert not answer.feasible
    ax = CHARTS.plan(answer)
    dots = [line for line in ax.lines if line.get_marker() in ("o", "s") and len(line.get_xdata()) == 1]
    assert sorted(line.get_xdata()[0] for line in dots) == sorted([answer.highest, *answer.obstacles["highest"]])
    reached = {line.get_xdata()[0] >= answer.target: line.get_marker() for line in dots}
    assert reached == {True: "o", False: "s"}
    assert ax.get_title() == f"No plan reaches fulfilment 83.0; {shown(answer.highest, answer.step)} is the most"
    inside(ax)
    none = CHARTS.plan(crunch.plan(study("stuck_at_55", levers=["posts", "replies"]), target=56))
    assert none.get_title() == "No plan for klout 56"
    inside(none)


def test_the_frontier_is_what_the_table_says():
    answer = crunch.frontier(study("stuck_at_55"), "hours", points=8)
    ax = CHARTS.frontier(answer)
    line = max(ax.lines, key=lambda line: len(line.get_xdata()))
    np.testing.assert_array_equal(line.get_ydata(), answer.table["score"])
    np.testing.assert_array_equal(line.get_xdata(), answer.table["level"])
    left, right = ax.get_xlim()
    assert left < right
    more = CHARTS.frontier(crunch.frontier(study("stuck_at_55"), "talked_with", points=8))
    left, right = more.get_xlim()
    assert left > right  # more of it is better, so much of it is at the left
    inside(ax)
    inside(more)


def test_on_axes_of_ones_own():
    s = world()
    answer = crunch.side_effects(s)
    figure = Figure(figsize=(12, 6))
    for chart, result in ((CHARTS.side_effects, answer), (CHARTS.trades, answer), (CHARTS.what_if, crunch.what_if(s, {"z": "+1"})),
                          (CHARTS.plan, crunch.plan(s)), (CHARTS.frontier, crunch.frontier(s, "hours", points=5))):
        figure.clear()
        ax = figure.add_axes([0.2, 0.2, 0.5, 0.5])
        assert chart(result, ax=ax) is ax
        FigureCanvasAgg(figure).draw()
    assert not plt.get_fignums()


def test_colours_of_better_and_worse():
    assert contrast(WORSE) >= 4.5
    assert contrast(WORSE, TILE) >= 4.5
    assert distances((ACCENT, WORSE, SOFT)).min() >= 14
