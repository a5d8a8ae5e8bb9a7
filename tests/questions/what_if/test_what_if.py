"""Scenarios: exact arithmetic where it is linear, and worlds in which the other path is known."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all

import crunch
from crunch import InputError, Study, scoring
from crunch.datasets import study
from crunch.effects.outlook import outlook
from crunch.questions.what_if.changes import changes
from crunch.study.scales import choose

SLACK = 3


def sentence(ask):
    with pytest.raises(InputError) as caught:
        ask()
    return str(caught.value)


def world(seed=1, rows=300, noise=0.6):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"a": rng.normal(10, 2, rows), "b": rng.normal(20, 3, rows)})
    hidden = 5 + 2 * table["a"] + 0.5 * table["b"] + rng.normal(0, noise, rows)
    table["hours"] = 3 + 0.7 * table["a"] + rng.normal(0, 0.5, rows)
    return table.assign(s=np.floor(hidden + 0.5)), hidden


def asked(table, **given):
    roles = {"score": "s", "levers": ["a", "b"], "side_effects": {"hours": "less"}, "step": 1,
             "scales": {"a": "linear", "b": "linear"}}
    return Study(table, **{**roles, **given})


def row(answer, outcome):
    return answer.table.set_index("outcome").loc[outcome]


@pytest.mark.parametrize(("text", "expected"), [
    ("+10%", 22), ("-10 %", 18), ("−5%", 19), ("+3", 23), ("-2.5", 17.5), ("=40", 40), ("=-4", -4), (" + 1e1 ", 30), ("+.5", 20.5)])
def test_changes_in_every_spelling(text, expected):
    scale = {"posts": choose(np.arange(-5.0, 5.0), "posts")}
    assert changes({"posts": text}, {"posts": 20.0, "x": 1.0}, {**scale, "x": scale["posts"]}) == {"posts": expected, "x": 1.0}


def test_a_percent_of_a_negative_number_goes_up():
    assert changes({"x": "+10%"}, {"x": -20.0}, {"x": choose(np.arange(-5.0, 5.0), "x")}) == {"x": -18}


@pytest.mark.parametrize(("given", "text"), [
    ({"a": "10%"}, "A change is written as '+10%' or '-5%' (of what it is), '+3' or '-2' (on top of it), or '=40' (in its place), but "
                   "'a' was given '10%'. For example {'a': '+10%'}."),
    ({"a": 10}, "A change is written as '+10%' or '-5%' (of what it is), '+3' or '-2' (on top of it), or '=40' (in its place), but "
                "'a' was given 10. For example {'a': '+10%'}."),
    ({"a": "=10%"}, "A change is written as '+10%' or '-5%' (of what it is), '+3' or '-2' (on top of it), or '=40' (in its place), "
                    "but 'a' was given '=10%'. For example {'a': '+10%'}."),
    ({"c": "+1"}, "Every column named in changes must be one of the levers, but 'c' is not. They are 'a' and 'b'."),
    ("+10%", "changes names levers and what becomes of them, but '+10%' was given. For example {'a': '+10%'}."),
])
def test_changes_that_are_none(given, text):
    assert sentence(lambda: crunch.what_if(asked(world()[0]), given)) == text


def test_a_lever_read_in_percent_stays_above_zero():
    assert sentence(lambda: crunch.what_if(study("stuck_at_55"), {"followers": "-100%"})) == (
        "'followers' is read in percent, so it stays above 0, but '-100%' would make it 0. Choose a smaller change.")


def test_in_a_straight_world_it_is_arithmetic():
    table, _ = world()
    effects = crunch.side_effects(asked(table)).table.set_index(["lever", "outcome"])["effect"]
    answer = crunch.what_if(asked(table), {"a": "+2", "b": "-1"})
    for outcome in ("s", "hours"):
        found = row(answer, outcome)
        assert found["change"] == pytest.approx(2 * effects["a", outcome] - effects["b", outcome], abs=0.02)
        assert found["after"] - found["now"] == pytest.approx(found["change"], abs=0.02)
        assert found["low"] < found["after"] < found["high"]
        assert found["another_high"] - found["another_low"] > found["high"] - found["low"]
    assert answer.levers["after"].tolist() == [answer.levers["now"][0] + 2, answer.levers["now"][1] - 1]
    assert answer.sentence.endswith("That holds as far as what goes together in this table still does when it is done on purpose.")


def test_without_a_change_all_stays():
    answer = crunch.what_if(asked(world()[0]), {"a": "+0%"})
    assert (answer.table["change"] == 0).all()
    assert row(answer, "hours")["low"] == row(answer, "hours")["high"]
    assert answer.shown["probability"].tolist() == answer.shown["probability_now"].tolist() == [1.0]
    assert answer.sentence == "Nothing is changed: s and the side effects stay as they are."
    assert answer.warnings == ()


def test_shown_points_and_their_probabilities():
    answer = crunch.what_if(study("stuck_at_55"), {"followers": "+15%"})
    assert answer.shown["probability"].sum() == pytest.approx(1)
    assert answer.shown["probability_another"].sum() <= 1
    known = outlook(study("stuck_at_55"))
    after = known.after(known.scaled({**known.now, "followers": known.now["followers"] * 1.15}))[:, 0]
    for point, chance in zip(answer.shown["shown"], answer.shown["probability"], strict=True):
        assert chance == pytest.approx(((after >= point - 0.5) & (after < point + 0.5)).mean())


@pytest.mark.simulation
@some_and_all("worlds", 60, 200)
def test_the_other_path_lies_in_the_interval(worlds):
    """Accounts whose hidden score with other levers is known: intervals, probabilities, and another row like it."""
    inside, another, chance, shown = [], [], [], []
    for seed in range(worlds):
        table, hidden = world(seed, rows=120)
        at = seed % 120
        answer = crunch.what_if(asked(table), {"a": "+1.5", "b": "-2"}, at=at, level=0.9, rng=seed)
        moved = 2 * 1.5 - 0.5 * 2
        true, found = hidden[at] + moved, row(answer, "s")
        inside.append(found["low"] <= true <= found["high"])
        rng = np.random.default_rng(1000 + seed)
        fresh = 5 + 2 * (table["a"][at] + 1.5) + 0.5 * (table["b"][at] - 2) + rng.normal(0, 0.6)
        another.append(found["another_low"] <= fresh <= found["another_high"])
        up = answer.shown[answer.shown["shown"] >= np.floor(hidden[at] + moved + 0.5)]
        chance.append(answer.shown.loc[answer.shown["shown"] == answer.shown["shown"].max(), "probability"].sum())
        shown.append(np.floor(true + 0.5) == answer.shown["shown"].max())
        assert len(up)
    print(f"\ninside {np.mean(inside):.3f}, another row {np.mean(another):.3f}, said {np.mean(chance):.3f}, came {np.mean(shown):.3f}")
    least = 0.9 - SLACK * np.sqrt(0.9 * 0.1 / worlds)
    assert np.mean(inside) >= least
    assert np.mean(another) >= least
    assert abs(np.mean(chance) - np.mean(shown)) <= 0.1  # probabilities are frequencies


def test_a_known_formula_is_exact():
    score = scoring.Score([scoring.Part("a", scoring.Linear(0, 20)), scoring.Part("b", scoring.Linear(0, 40))], scale=(0, 100), step=1)
    table, _ = world()
    s = Study(table.assign(s=score.shown(table)), score="s", levers=["a", "b"], side_effects={"hours": "less"}, step=1)
    answer = crunch.what_if(s, {"a": "+2"}, score=score)
    one = {name: float(answer.levers.set_index("lever").loc[name, "after"]) if name == "a" else None for name in "ab"}
    at = outlook(s, score=score).now
    true = score.value({**at, "a": one["a"]})
    found = row(answer, "s")
    assert found["low"] == found["after"] == found["high"] == pytest.approx(true)
    assert answer.shown.set_index("shown")["probability"].to_dict()[score.as_shown(true)] == 1
    assert answer.exact
    assert "by the formula and shows " in answer.sentence
    assert row(answer, "hours")["low"] < row(answer, "hours")["high"]
    assert sentence(lambda: crunch.what_if(s, {"a": "+1"}, score="hdi")).startswith("score must be a formula, a Score such as crunch.scoring.hdi(), but 'hdi'")
    assert sentence(lambda: crunch.what_if(s, {"a": "+1"}, score=scoring.hdi())).startswith("The formula needs 'life_expectancy'")


def test_warnings_where_the_table_ends():
    rng = np.random.default_rng(3)
    table, _ = world()
    answer = crunch.what_if(asked(table), {"a": "=40"})
    seen = table["a"]
    assert answer.warnings[0].startswith("a at 40 was never seen: the table has it from ")
    assert f"{seen.max():.4g}"[:4] in answer.warnings[0]
    together = table.assign(b=table["a"] * 2 + 0.1 * rng.normal(size=300))
    answer = crunch.what_if(asked(together), {"a": "+2"})
    assert any("a is pulled farther from what the other levers suggest than in any row" in w for w in answer.warnings)
    corner = {"a": f"={table['a'].max() * 0.98}", "b": f"={table['b'].max() * 0.98}"}
    answer = crunch.what_if(asked(table), corner)
    assert answer.warnings == ("Each lever stays within what was seen, but no row had them like this together: the scenario is "
                               "farther from the middle than any row (Mahalanobis distance).",)


def test_limits_are_kept_with_a_probability():
    table, _ = world()
    now = outlook(asked(table)).outcomes_now[1]
    holds = crunch.what_if(asked(table), {"a": "+1"}, limits={"hours": "<= +2"})
    breaks = crunch.what_if(asked(table), {"a": "+1"}, limits={"hours": f"<= {now:.4f}"})
    open_ = crunch.what_if(asked(table), {"a": "+1"}, limits={"hours": f"<= +{row(holds, 'hours')['change']:.6f}"})
    assert [row(a, "hours")["verdict"] for a in (holds, breaks, open_)] == ["holds", "breaks", "can't tell"]
    assert row(open_, "hours")["keeps"] == pytest.approx(0.5, abs=0.05)


def test_a_prepared_row_answers_as_a_fresh_one_does():
    known = outlook(study("stuck_at_55"))
    one, other = crunch.what_if(known, {"posts": "-3"}), crunch.what_if(study("stuck_at_55"), {"posts": "-3"})
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.sentence == other.sentence


def test_percent_scores_end_at_a_hundred():
    answer = crunch.what_if(study("order_desk"), {"stock_target": "=16"})
    assert row(answer, "filled")["high"] <= 100
    assert answer.shown["shown"].max() == 100
    assert "filled comes up to 100 and never goes beyond, so that is taken for its end." in answer.notes


@pytest.mark.parametrize("name", ["accounts", "shops", "schools"])
def test_tables_of_every_kind(name):
    s = study(name)
    answer = crunch.what_if(s, {s.levers[0]: "+5%"})
    assert np.isfinite(answer.table[["now", "after", "low", "high"]]).all(axis=None)
    assert answer.shown.empty == (s.step is None)
    assert str(answer)
    assert answer._repr_html_()


def test_a_score_that_never_moved_has_no_scenario():
    assert sentence(lambda: crunch.what_if(asked(world()[0].assign(s=55.0)), {"a": "+1"})) == (
        "What would be needs effects on the score, but this table shows none: s never moved, or nothing is left to explain. "
        "crunch.stuck(study).bounds says what is ruled out.")


@pytest.mark.parametrize("ask", [
    crunch.drivers, crunch.side_effects, crunch.plan, lambda table: crunch.what_if(table, {"income": "+10%"}),
    lambda table: crunch.frontier(table, "income"), crunch.widgets.what_if, crunch.widgets.drivers, crunch.widgets.side_effects])
def test_a_table_without_roles_is_told(ask):
    with pytest.raises(crunch.InputError) as caught:
        ask(crunch.load("schools"))
    assert str(caught.value) == ("A question needs to know the role of each column, so it takes a Study, but it was given 'DataFrame'. "
                                 "For a table: crunch.Study(table, score=..., levers=[...]).")


def test_a_side_effect_of_a_study_without_any_is_told():
    with pytest.raises(crunch.InputError) as caught:
        crunch.frontier(study("accounts"), "hours")
    assert str(caught.value) == "Every column named in side_effect must be one of the side effects, but 'hours' is not. There are none."
