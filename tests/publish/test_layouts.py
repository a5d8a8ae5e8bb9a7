"""Small pages: what a title names is left out last, and what only comes along gives way to larger letters."""

import numpy as np
import pandas as pd
import pytest
from artists import inside, texts
from matplotlib import pyplot as plt

import crunch
from crunch import Study, charts
from crunch.charts.sheet import Sheet, flat, kept, on
from crunch.datasets import study
from crunch.publish.layouts import laid_out


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def on_page(chart, size):
    return laid_out(chart.figure.again, size)[0]


def words(figure):
    return [text for ax in figure.axes for text, _ in texts(ax)]


def many():
    """Twenty levers and six side effects; only the last of either goes with anything."""
    rng = np.random.default_rng(5)
    levers, sides = [f"lever {n:02}" for n in range(1, 21)], [f"side {n}" for n in range(1, 7)]
    frame = pd.DataFrame(rng.normal(10, 2, (300, len(levers))), columns=levers)
    frame["score"] = 50 + 2 * frame[levers[-1]] + rng.normal(0, 1, 300)
    for side in sides:
        frame[side] = rng.normal(5, 1, 300) + (0.8 * frame[levers[-1]] if side == sides[-1] else 0)
    return Study(frame, score="score", levers=levers, side_effects=dict.fromkeys(sides, "less"))


def test_rows_that_must_stay_stay_in_their_order():
    rows = ["a", "b", "c", "d", "e"]
    assert kept(rows, lambda row: 0) == rows
    with on(Sheet(most=3)):
        assert kept(rows, lambda row: 0) == ["a", "b", "c"]
        assert kept(rows, lambda row: row in "de") == ["a", "d", "e"]
        assert kept(rows, lambda row: "edcba".index(row)) == ["a", "b", "c"]


def test_the_lever_of_the_title_is_drawn_on_a_card():
    table = many()
    effects = charts.side_effects(crunch.side_effects(table))
    assert effects.get_title().startswith("lever 20 +1: score gains")
    card = on_page(effects, "card")
    assert "lever 20\n+1" in words(card)
    assert "lever 19\n+1" not in words(card)  # some had to go
    scenario = crunch.what_if(table, {"lever 20": "+2"})
    with on(Sheet(8.0, 4.2, most=3)):
        card = charts.what_if(scenario).figure
    assert card.title.endswith("; side 6 gets worse")
    assert {"score", "side 1", "side 6"} <= set(words(card))
    assert "side 2" not in words(card)
    assert card.measured.endswith("Drawn: 3 of 7 outcomes.")


def test_levers_that_stand_out_are_drawn_on_a_card():
    answer = crunch.drivers(study("accounts"), draws=50)
    with on(Sheet(8.0, 5.0, most=4)):
        ax = charts.drivers(answer)
    drawn = [label.get_text().split("\n")[0] for label in ax.get_yticklabels()]
    assert drawn == ["followers", "listed", "favourites", "following"]  # posts, of which it can't tell, stands before the last
    assert ax.figure.measured.endswith("Drawn: 4 of 5 levers.")


def test_a_square_has_room_for_effects_only_and_a_card_for_shares():
    ax = charts.drivers(crunch.drivers(study("shops"), draws=50))
    square, card = on_page(ax, "square"), on_page(ax, "card")
    assert "share of what\nis left open" in words(card)
    assert "share of what\nis left open" not in words(square)
    assert {"moves it", "can't tell"} <= set(words(square))
    assert square.get_figwidth() < card.get_figwidth()
    assert "share" in square.data.columns  # the numbers are all there


def test_prices_fold_on_a_square():
    ax = charts.stuck(crunch.stuck(study("stuck_at_55")))
    flat = [text for text in words(ax.figure) if text.startswith("can't tell; at least")]
    folded = [text for text in words(on_page(ax, "square")) if text.startswith("can't tell; at least")]
    assert [text.replace("\n", " ") for text in folded] == flat
    assert all("\n" in text for text in folded)


def test_rows_of_a_card_have_one_line():
    ax = charts.what_if(crunch.what_if(study("shops"), {"staff_hours": "+10%"}))
    assert "overtime\nless is better" in words(ax.figure)
    card = on_page(ax, "card")
    assert {"overtime", "fulfilment (hidden)", "now 81.3"} <= set(words(card))
    with on(Sheet(8.0)):
        assert not flat()


def dashed(ax):
    return [line for line in ax.lines if line.get_linestyle() == "--"]


def test_beyond_the_best_a_frontier_goes_level_to_now():
    answer = crunch.frontier(study("stuck_at_55"), "hours", points=6)
    ax = charts.frontier(answer)
    best = answer.table.iloc[-1]
    (level,) = dashed(ax)
    assert list(level.get_xdata()) == [best["level"], answer.side_now]
    assert set(level.get_ydata()) == {best["score"]}
    more = charts.frontier(crunch.frontier(study("shops"), "cash_tied_up", points=4))  # the best lies beyond now
    assert dashed(more) == []
    inside(ax)


def test_where_no_way_keeps_all_limits_the_chart_has_what_stands_in_the_way():
    answer = crunch.plan(study("stuck_at_55"), target=56, limits={"hours": "<= 8", "unanswered": "<= 40"})
    assert np.isnan(answer.highest)
    assert answer.sentence.endswith("in place of it would do.")
    ax = charts.plan(answer)
    assert ax.get_title() == "No plan for klout 56: unanswered stands in the way"
    assert "all limits kept" in words(ax.figure)
    assert [text for text in words(ax.figure) if text.endswith("would do")] == ["56; 60.9 would do"]
    assert words(ax.figure).count("no way was found") == 2
    inside(ax)


def test_pieces_of_nothing_are_counted_and_not_drawn():
    table = crunch.load("stuck_at_55")[["klout", "followers", "following", "posts", "replies"]]
    answer = crunch.overlaps(crunch.importance(table, "klout"))
    ax = charts.overlaps(answer)
    nothing = (answer.table["piece"].abs() < 0.005).sum()
    assert f"Left out: {nothing} pieces below half a percent." in ax.figure.measured
    assert len(ax.get_yticks()) == 15 - nothing + 4
