"""Answers about one table against each other: they may speak of an average or of one row, but have found the same."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from fits import by_leverage

import crunch
from crunch import InputError, Study
from crunch.datasets import study
from crunch.effects.effects import effects, of_score
from crunch.effects.outlook import outlook

TABLES = ["schools", "stuck_at_55", "accounts", "shops", "order_desk"]


def hump(seed=3, rows=300):
    """A score that rises up to x = 3 and falls beyond; the first row stands at 1."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.5, 7, rows)
    x[0] = 1.0
    y = np.round(60 - 0.6 * (x - 3) ** 2 + rng.normal(0, 1, rows))
    y[0] = 58.0
    return pd.DataFrame({"x": x, "y": y, "hours": 3 + x + rng.normal(0, 0.5, rows)})


def curved():
    return Study(hump(), score="y", levers=["x"], side_effects={"hours": "less"}, step=1)


def asked(name):
    return curved() if name == "hump" else study(name)


@pytest.mark.parametrize("name", [*TABLES, "hump"])
def test_drivers_and_side_effects_state_the_same_mean_slope(name):
    s = asked(name)
    if not s.side_effects:
        pytest.skip("a table without side effects")
    rows = crunch.drivers(s, draws=0).table.set_index("lever")
    cells = crunch.side_effects(s).table
    cells = cells[cells["outcome"] == s.score].set_index("lever").loc[rows.index]
    np.testing.assert_array_equal(cells["effect"], rows["effect"])
    np.testing.assert_array_equal(cells["p_value"], rows["p_value"])
    np.testing.assert_array_equal(cells["change"], rows["change"])


@pytest.mark.parametrize("name", [*TABLES, "hump"])
def test_a_mean_slope_is_the_mean_of_the_slopes_that_scenarios_have_in_each_row(name):
    s = asked(name)
    found = of_score(s)
    for row in crunch.drivers(s, draws=0).table.dropna(subset="effect").to_dict("records"):
        j, scale = found.names.index(row["lever"]), s.scales[row["lever"]]
        at, tiny = s.scaled(row["lever"]), 1e-6
        slopes = (found.move(j, 0, at, at + tiny)[0] - found.move(j, 0, at, at - tiny)[0]) / (2 * tiny)
        assert slopes.mean() * scale.size == pytest.approx(row["effect"], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", [*TABLES, "hump"])
def test_the_price_of_a_point_is_where_the_scenario_says_that_it_is_reached(name):
    """By stuck a lever has to come so far; what_if says of that very change that it brings the missing points."""
    s = asked(name)
    if s.step is None:
        pytest.skip("a score without steps")
    at = 0 if name == "hump" else None
    answer, known = crunch.stuck(s, at=at), outlook(s, at=at)
    priced = answer.table[answer.table["verdict"] != "can't tell"]
    assert len(priced) or name == "schools"
    for row in priced.to_dict("records"):
        j = known.names.index(row["lever"])
        scale = s.scales[row["lever"]]
        start, end = float(scale(row["value"])), float(scale(row["needed"]))
        points, _ = known.found.move(j, 0, start, end)
        if scale.is_count:  # the whole number that is enough; one fewer is not
            nearer = float(scale(row["needed"] - np.sign(row["change"])))
            assert known.found.move(j, 0, start, nearer)[0] < answer.to_target <= points + 1e-9
        else:
            assert points == pytest.approx(answer.to_target, rel=1e-9)
        said = crunch.what_if(known, {row["lever"]: f"={row['needed']!r}"}).table.iloc[0]
        assert said["change"] == pytest.approx(points, abs=0.05 * (said["change_high"] - said["change_low"]))


@pytest.mark.parametrize("name", TABLES)
def test_importance_of_a_study_divides_what_drivers_divides(name):
    s = study(name)
    ours, theirs = crunch.drivers(s, draws=200), crunch.importance(s, draws=200)
    columns = ["share", "share_low", "share_high"]
    rows = theirs.table.set_index("lever").loc[ours.table["lever"].iloc[:len(theirs.table)], columns]
    np.testing.assert_array_equal(rows, ours.table[columns].iloc[:len(rows)])
    assert (theirs.explained, theirs.context_share) == (ours.explained, ours.context_share)
    assert theirs.divided == ours.divided
    label = f"share of {ours.divided} (interval)"
    assert label in ours.readable().columns
    assert label in theirs.readable().columns
    assert (ours.divided == "variation") == (s.kind == "accounts")


def test_what_noise_would_explain_allows_for_what_the_past_takes():
    """Six levers on 127 weeks: what the calendar takes, and levers and score of the last three weeks 21."""
    s = study("stuck_at_55")
    notes, calendar = crunch.importance(s).notes, of_score(s).designs[0].structure.shape[1] - 3 * 7
    said = f"would be expected to go with {round(100 * 6 / (127 - calendar - 3 * 7))}\u202f% of the variation that its past and the calendar leave open."
    assert any(note.endswith(said) for note in notes)


def test_importance_of_a_study_by_groups_and_other_methods():
    s = study("shops")
    grouped = crunch.importance(s, groups={"people": ["staff_hours", "promotions"]}).table.set_index("lever")["share"]
    alone = crunch.importance(s).table.set_index("lever")["share"]
    assert grouped["people"] + grouped["stock_cover"] == pytest.approx(alone.sum(), abs=1e-12)
    plan, _ = of_score(s).score
    first = crunch.importance(s, method="first").table.set_index("lever")["share"]
    assert first["stock_cover"] == pytest.approx(np.corrcoef(plan.levers[:, 0], plan.y)[0, 1] ** 2, abs=1e-12)
    for given in ({"y": "fulfilment"}, {"y": s.frame["fulfilment"]}, {"weights": np.ones(s.rows)}, {"always": ["promotions"]}):
        name, = given
        with pytest.raises(InputError) as error:
            crunch.importance(s, **given)
        assert str(error.value) == (f"The roles of a study say what is divided among which levers, but {name} was given with "
                                    f"one. Leave {name} out, or give the table itself.")
    assert crunch.importance(s, always=[]).table["share"].sum() == pytest.approx(alone.sum(), abs=1e-12)


def test_a_lever_on_a_curve_has_one_share_for_slope_and_bend():
    s = curved()
    x, y = s.frame["x"].to_numpy(), s.frame["y"].to_numpy()
    fit = sm.OLS(y, sm.add_constant(np.column_stack([x, x**2]))).fit()
    assert crunch.drivers(s, draws=0).table["share"][0] == pytest.approx(fit.rsquared, abs=1e-12)
    assert crunch.importance(s).table["share"][0] == pytest.approx(fit.rsquared, abs=1e-12)


def test_on_one_side_of_a_hump_every_question_goes_the_same_way():
    """At x = 1 more of x goes with more of the score, though on average over the rows it goes with less."""
    s = curved()
    stuck, plan = crunch.stuck(s, at=0), crunch.plan(s, at=0, target=59)
    change = stuck.table.set_index("lever").loc["x"]
    assert 1 < change["needed"] < 1.5
    assert change["change_low"] <= change["change"] <= change["change_high"]
    assert plan.feasible
    assert plan.table["change"][0] > 0
    drivers = crunch.drivers(s)
    assert drivers.table["effect"][0] < 0
    assert "+1 x goes on average over the rows, on a curve, with −1." in drivers.sentence
    assert any("is the mean slope over the rows of the parabola that fits best" in note for note in drivers.notes)
    assert any(note == "The price in x follows that curve from where this row stands." for note in stuck.notes)
    truth = -0.6 * ((change["needed"] - 3) ** 2 - (1 - 3) ** 2)
    assert truth == pytest.approx(stuck.to_target, abs=0.15)


# tables with gaps, constant levers, units that leave, categories


def table(kind, rows=240, seed=5):
    rng = np.random.default_rng(seed)
    a, b, e = rng.normal(10, 2, rows), rng.normal(20, 3, rows), rng.normal(size=(3, rows))
    group = np.array(["north", "south", "west"])[rng.integers(3, size=rows)]
    on = rng.integers(0, 2, size=rows).astype(float)
    out = pd.DataFrame({"a": a, "b": b, "on": on, "group": group, "score": 50 + 1.5 * a + 0.4 * b + on + e[0],
                        "hours": 5 + 0.8 * a + e[1], "mails": 30 - 0.5 * b + e[2]})
    if kind == "diary":
        out["when"] = pd.date_range("2021-01-04", periods=rows, freq="W-MON")
    if kind == "panel":
        out["when"], out["shop"] = np.tile(np.arange(20), 12), np.repeat([f"s{i:02d}" for i in range(12)], 20)
    return out


def opened(data, kind, **roles):
    time = {"accounts": {}, "diary": {"time": "when"}, "panel": {"time": "when", "unit": "shop"}}[kind]
    linear = dict.fromkeys(("a", "b"), "linear")
    return Study(data, score="score", levers=["a", "b", "on"], side_effects={"hours": "less", "mails": "less"}, step=0.5,
                 scales=linear, **time, **roles)


HOLES = {
    "every seventh row": lambda data: np.arange(len(data)) % 7 == 3,
    "the first half": lambda data: np.arange(len(data)) < len(data) // 2,
    "where the lever is low": lambda data: data["a"] < 9,
    "where a switch is on": lambda data: data["on"] == 1,
    "a unit that leaves early": lambda data: (data["shop"] == "s03") & (data["when"] > 9) if "shop" in data else data["b"] > 26,
    "one unit": lambda data: data["shop"] == "s03" if "shop" in data else np.arange(len(data)) == 5,
}
QUESTIONS = {  # and how far two of its answers may be apart, since draws are of all outcomes together
    "drivers": (lambda s: crunch.drivers(s, draws=0).table, 0),
    "importance": (lambda s: crunch.importance(s).table, 0),
    "overlaps": (lambda s: crunch.overlaps(crunch.importance(s)).table, 0),
    "rounded": (lambda s: crunch.rounded(s).table if s.kind != "panel" else pd.DataFrame(), 0),
    "stuck": (lambda s: crunch.stuck(s).table, 0),
    "bounds": (lambda s: crunch.bounds(s, noise=20).table, 0),
    "side_effects": (lambda s: _of_others(crunch.side_effects(s))[["lever", "effect", "p_value"]], 0),
    "what_if": (lambda s: _of_others(crunch.what_if(s, {"a": "+1"}))[["now", "change"]], 0.05),
    "plan": (lambda s: crunch.plan(s, limits={"mails": "<= +2"}, target=round(crunch.stuck(s).shown + 1)).table[["change"]], 0.1),
    "frontier": (lambda s: crunch.frontier(s, "mails", points=3).table[["level", "score"]], 0.75),
}


SEARCHED = ("plan", "frontier")  # half a second each


def _of_others(answer):
    return answer.table.query("outcome != 'hours'").reset_index(drop=True)


@pytest.mark.parametrize("question", [pytest.param(name, marks=pytest.mark.slow) if name in SEARCHED else name for name in QUESTIONS])
@pytest.mark.parametrize("hole", HOLES)
@pytest.mark.parametrize("kind", ["accounts", "diary", "panel"])
def test_a_gap_in_one_side_effect_changes_no_other_answer(kind, hole, question):
    data = table(kind)
    holed = data.assign(hours=data["hours"].where(~HOLES[hole](data)))
    roles = {"context": "group"} if kind != "diary" else {}
    ask, apart = QUESTIONS[question]
    whole, gaps = (ask(opened(d, kind, **roles)) for d in (data, holed))
    pd.testing.assert_frame_equal(whole, gaps, rtol=1e-9, atol=apart)


@pytest.mark.parametrize("hole", HOLES)
def test_a_side_effect_with_gaps_has_the_effect_of_the_rows_that_have_it(hole):
    """By a regression of those rows in a table of accounts; in a diary of those whose neighbour has it too."""
    data = table("accounts")
    gone = HOLES[hole](data)
    s = opened(data.assign(hours=data["hours"].where(~gone)), "accounts")
    moved = [name for name in ("a", "b", "on") if np.ptp(data.loc[~gone, name]) > 0]
    fit = by_leverage(data["hours"][~gone], sm.add_constant(data.loc[~gone, moved]))
    answer = crunch.side_effects(s)
    cells = answer.table.query("outcome == 'hours'").set_index("lever")
    np.testing.assert_allclose(cells.loc[moved, "effect"], fit.params[1:], rtol=1e-9)
    np.testing.assert_allclose(cells.loc[moved, "p_value"], fit.pvalues[1:], rtol=1e-6)
    if len(moved) < 3:  # a lever that stood still where the side effect is known
        assert cells.loc["on", "verdict"] == "can't tell"
        assert any(note.startswith("For hours: 'on' cannot be told apart") for note in answer.notes)


@pytest.mark.parametrize(("kind", "hole"), [("diary", "every seventh row"), ("diary", "the first half"),
                                             ("panel", "every seventh row"), ("panel", "one unit")])
def test_the_same_in_time_by_dummies_and_lags_written_out(kind, hole):
    data = table(kind)
    gone = HOLES[hole](data)
    s = opened(data.assign(hours=data["hours"].where(~gone)), kind)
    X, y = data[["a", "b", "on"]].to_numpy(), data["hours"].to_numpy()
    keep = np.flatnonzero(~gone)
    if kind == "diary":
        past = np.column_stack([data["hours"].where(~gone), X, data["score"]])
        keep = np.array([t for t in keep if t > 0 and not np.isnan(past[t - 1]).any()])
        held = effects(s).designs[1].calendar
        calendar = held.columns(s)[keep]  # tests/effects/test_calendar.py compares it with columns written out
        X = np.column_stack([X[keep], past[keep - 1], calendar])
    else:
        dummies = pd.get_dummies(data.loc[~gone, ["shop", "when"]].astype(str), drop_first=True, dtype=float)
        X = np.column_stack([X[keep], np.ones(len(keep)), dummies])
    truth = np.linalg.lstsq(X, y[keep], rcond=None)[0][:3]
    cells = crunch.side_effects(s).table.query("outcome == 'hours'")
    np.testing.assert_allclose(cells["effect"], truth, rtol=1e-6)


# what made a study anew, once


def fortnights(every):
    """Hours noted every so many weeks, three times the posts of two weeks before."""
    rng = np.random.default_rng(1)
    posts = rng.poisson(8, 200).astype(float)
    hours = np.full(200, np.nan)
    hours[2:] = 3 * posts[:-2] + rng.normal(0, 0.5, 198)
    hours[np.arange(200) % every != 0] = np.nan
    klout = 50 + 0.2 * posts + 0.3 * np.cumsum(rng.normal(size=200))
    data = pd.DataFrame({"week": pd.date_range("2022-01-03", periods=200, freq="W-MON"), "klout": klout, "posts": posts,
                         "hours": hours})
    return Study(data, score="klout", levers="posts", time="week", side_effects={"hours": "less"}, scales={"posts": "linear"})


def test_a_week_later_is_a_week_later_however_seldom_a_side_effect_is_noted():
    """Of a study made anew from every second week a week later was a fortnight: +2.99, where the truth is nothing."""
    cell = crunch.side_effects(fortnights(2), horizon=1).table.query("outcome == 'hours'").iloc[0]
    assert abs(cell["effect"]) < 0.15
    assert cell["low"] < 0 < cell["high"]


def test_a_side_effect_noted_too_seldom_says_so():
    with pytest.raises(InputError) as error:
        crunch.side_effects(fortnights(4))
    assert str(error.value) == (
        "Side effects are estimated as the score is, but none of this study can be. 'hours': It has a value in 49 of 200 "
        "weeks, and what goes with it can only be told where the week before has one as well; too few do. Note it every week.")
    assert error.value.code == "few rows"


def test_a_side_effect_missing_where_a_count_is_zero_is_read_on_the_study_s_scale():
    rng = np.random.default_rng(2)
    posts = rng.poisson(np.exp(rng.normal(2.5, 1, 300))).astype(float)
    posts[:60] = 0
    hours = 2 + 3 * np.log1p(posts) + rng.normal(0, 0.3, 300)
    data = pd.DataFrame({"posts": posts, "hours": np.where(posts == 0, np.nan, hours),
                         "score": 10 + np.log1p(posts) + rng.normal(size=300)})
    s = Study(data, score="score", levers="posts", side_effects={"hours": "less"})
    at = int(np.argmin(np.abs(s.frame["posts"] - 3)))
    row = crunch.what_if(s, {"posts": "+500%"}, at=at).table.iloc[1]
    truth = 3 * (np.log1p(6 * s.frame["posts"][at]) - np.log1p(s.frame["posts"][at]))
    assert row["change_low"] < truth < row["change_high"]
    assert row["change"] == pytest.approx(truth, rel=0.03)


def test_levers_that_only_move_together_where_a_side_effect_is_known_are_named():
    rng = np.random.default_rng(4)
    a, b, e = rng.normal(size=(3, 400))
    b[:300] = 2 * a[:300]
    data = pd.DataFrame({"a": a, "b": b, "y": a + b + e, "hours": np.where(np.arange(400) < 300, a + e[::-1], np.nan)})
    answer = crunch.side_effects(Study(data, score="y", levers=["a", "b"], side_effects={"hours": "less"}))
    cells = answer.table.query("outcome == 'hours'")
    assert cells["effect"].isna().all()
    assert (cells["verdict"] == "can't tell").all()
    assert any(note.startswith("For hours: ") and "only ever move together" in note for note in answer.notes)


def test_what_is_found_once_is_the_same_object_for_all():
    s = study("shops")
    crunch.side_effects(s)
    assert outlook(s).found is effects(s)
    assert effects(s).designs[0] is of_score(s).designs[0]
    assert outlook(s) is outlook(s)
    assert outlook(s, rng=1) is not outlook(s)


def test_a_side_effect_of_which_nothing_can_be_known_leaves_the_score_s_interval_as_it_is():
    """Noted only where the lever stands still, it has a regression without a lever, which counted as one degree of freedom."""
    rng = np.random.default_rng(0)
    a, e, u = rng.normal(10, 2, 400), *rng.normal(size=(2, 400))
    a[:60] = 10.0
    data = pd.DataFrame({"a": a, "y": 50 + a + e, "hours": np.where(np.arange(400) < 60, 5 + u, np.nan)})
    fit = by_leverage(data["y"], sm.add_constant(a))
    for sides in ([], ["hours"]):
        s = Study(data, score="y", levers="a", side_effects=sides, scales={"a": "linear"})
        row = crunch.what_if(s, {"a": "+1"}, at=200).table.iloc[0]
        assert row["change_high"] - row["change_low"] == pytest.approx(np.ptp(fit.ends()[1]), rel=0.08)
