"""Side effects: against drivers asked one outcome at a time, hand arithmetic, and worlds whose trades are known."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all

import crunch
from crunch import InputError, Study
from crunch.datasets import catalogue, study
from crunch.effects.limits import limits
from crunch.effects.outcomes import outcomes

LINEAR = dict.fromkeys(("a", "b", "x", "f", "g", "n"), "linear")


def sentence(ask):
    with pytest.raises(InputError) as caught:
        ask()
    return str(caught.value)


def world(seed=1, rows=400):
    """a: gains, costs nothing. b: gains, costs less. g: gains little, costs a lot. x: costs only. n: nothing."""
    rng = np.random.default_rng(seed)
    levers = pd.DataFrame(rng.normal(10, 1, (rows, 5)), columns=list("abgxn"))
    e = rng.normal(size=(rows, 3))
    levers["s"] = 3 * levers["a"] + 3 * levers["b"] + 1 * levers["g"] + 0.5 * e[:, 0]
    levers["hours"] = 10 + 0.8 * levers["b"] + 3 * levers["g"] + 1.5 * levers["x"] + 0.5 * e[:, 1]
    levers["talk"] = 30 + 0.3 * e[:, 2]
    return levers


def asked(table, names="abgxn", sides=None, **given):
    sides = {"hours": "less", "talk": "more"} if sides is None else sides
    return Study(table, score="s", levers=list(names), side_effects=sides, scales=dict.fromkeys(names, "linear"), **given)


def cells(answer):
    return answer.table.set_index(["lever", "outcome"])


def test_the_score_is_what_drivers_say_and_each_side_effect_too():
    table = world()
    found = cells(crunch.side_effects(asked(table)))
    for outcome in ("s", "hours", "talk"):
        alone = crunch.drivers(Study(table, score=outcome, levers=list("abgxn"), scales=dict.fromkeys("abgxn", "linear")), draws=0)
        alone = alone.table.set_index("lever")
        for lever in "abgxn":
            assert found.loc[(lever, outcome), "effect"] == pytest.approx(alone.loc[lever, "effect"])
            assert found.loc[(lever, outcome), "p_value"] == pytest.approx(alone.loc[lever, "p_value"], abs=1e-12)
            ends = found.loc[(lever, outcome), ["low", "high"]].to_numpy(float)
            if outcome == "s":  # the same family, so the same interval
                np.testing.assert_allclose(ends, alone.loc[lever, ["low", "high"]].to_numpy(float))
            assert (np.prod(ends) > 0) == (found.loc[(lever, outcome), "q_value"] < 0.05)


def test_her_diary_is_what_drivers_say():
    found = cells(crunch.side_effects(study("stuck_at_55")))
    alone = crunch.drivers(study("stuck_at_55"), draws=0).table.set_index("lever")
    for lever in alone.index:
        assert found.loc[(lever, "klout"), "effect"] == pytest.approx(alone.loc[lever, "effect"])


def test_the_truth_of_the_shops_and_of_the_desk():
    for name in ("shops", "order_desk"):
        found = cells(crunch.side_effects(study(name)))
        score = catalogue()[name].roles["score"]
        for lever, true in catalogue()[name].truth.items():
            assert found.loc[(lever, score), "low"] <= true <= found.loc[(lever, score), "high"]
    desk = found.loc["stock_target"]
    assert (desk["verdict"] == "moves it").all()
    assert desk.loc["stock_value", "low"] <= 1759 <= desk.loc["stock_value", "high"]
    assert desk.loc["cash", "low"] <= -1978 <= desk.loc["cash", "high"]


def test_trades_are_named_for_what_they_are():
    answer = crunch.side_effects(asked(world(rows=20_000)))
    trades = answer.trades.set_index("lever")
    assert trades["verdict"].to_dict() == {"a": "free lunch", "b": "trade", "g": "numbers game", "x": "avoid",
                                           "n": trades.loc["n", "verdict"]}
    assert trades.loc["n", "verdict"] in ("can't tell", "too small to matter")
    assert trades.loc["b", "worst"] == trades.loc["g", "worst"] == trades.loc["x", "worst"] == "hours"
    usual = {n: np.subtract(*np.quantile(world(rows=20_000)[n], [0.9, 0.1])) for n in ("b", "s", "hours")}
    assert trades.loc["b", "gain"] == pytest.approx(3 * usual["b"] / usual["s"], rel=0.05)
    assert trades.loc["b", "sacrifice"] == pytest.approx(0.8 * usual["b"] / usual["hours"], rel=0.2)
    assert answer.sentence.startswith("+1 a goes with +3.0")
    assert "and no side effect is seen to get worse" in answer.sentence
    assert "numbers game (the score gains, something gets worse by more or breaks its limit): g" in answer.sentence


def test_a_lever_that_goes_with_less_is_pulled_down():
    table = world(rows=20_000).assign(a=lambda t: 20 - t["a"])
    trades = crunch.side_effects(asked(table)).trades.set_index("lever")
    assert trades.loc["a", ["way", "verdict"]].tolist() == ["down", "free lunch"]
    assert trades.loc["a", "gain"] > 0


def test_nobody_said_which_way():
    answer = crunch.side_effects(asked(world(), sides=["hours", "talk"]))
    assert answer.trades["worst"].isna().all()
    assert answer.trades.set_index("lever").loc["g", "verdict"] == "can't tell"
    assert ("Nobody said which way hours and talk should go, so nothing there counts as a sacrifice. Say it: "
            "Study(..., side_effects={'hours': 'less'}).") in answer.notes


def test_a_limit_is_a_test_of_non_inferiority():
    """+1 of b goes with +0.8 hours; where the row stands decides what is left of an absolute limit."""
    table = world()
    s = asked(table)
    row = cells(crunch.side_effects(s)).loc[("b", "hours")]
    between, above, below = row["effect"], row["high"] + 0.01, row["low"] - 0.01
    for margin, verdict in ((above, "holds"), (between, "can't tell"), (below, "breaks")):
        found = cells(crunch.side_effects(s, limits={"hours": f"<= +{margin:.6f}"}))
        assert found.loc[("b", "hours"), "verdict"] == verdict
    from crunch.effects.case import case
    now = table["hours"].iloc[case(s).row]
    assert cells(crunch.side_effects(s, limits={"hours": f"<= {now + above}"})).loc[("b", "hours"), "verdict"] == "holds"
    percent = cells(crunch.side_effects(s, limits={"hours": f"<= +{100 * above / now}%"}))
    assert percent.loc[("b", "hours"), "verdict"] == "holds"
    assert crunch.side_effects(s, limits={"hours": f"<= +{below}"}).trades.set_index("lever").loc["b", "verdict"] == "numbers game"


def test_a_limit_says_which_way_is_better():
    answer = crunch.side_effects(asked(world(), sides=["hours", "talk"]), limits={"hours": "<= +100", "talk": ">= -5%"})
    assert set(answer.table.loc[answer.table["outcome"] == "hours", "better"]) == {"less"}
    assert set(answer.table.loc[answer.table["outcome"] == "talk", "better"]) == {"more"}
    assert "A limit holds when the whole interval keeps it: hours at most +100, talk at least −5\u202f%." in answer.notes


def test_a_long_tail_is_read_in_percent():
    rng = np.random.default_rng(2)
    table = world(rows=2000).assign(cash=lambda t: np.exp(0.5 * (t["a"] - 10) + rng.normal(0, 1.2, 2000)))
    answer = crunch.side_effects(asked(table, sides={"cash": "more"}))
    row = cells(answer).loc[("a", "cash")]
    assert row["unit"] == "%"
    assert row["low"] < 100 * np.expm1(0.5) < row["high"]
    assert "'cash' has a few values far above the rest, so what goes with it is stated in percent." in answer.notes
    assert "%" in answer.readable()["cash"].iloc[0]


def test_outcomes_know_where_they_end():
    table = world().assign(part=lambda t: (t["talk"] - 28) / 5, percent=np.linspace(40, 100, 400), debt=lambda t: t["talk"] - 30)
    found, _ = outcomes(asked(table, sides=["hours", "part", "percent", "debt"]))
    ends = {o.name: (o.floor, o.ceiling) for o in found}
    assert ends["hours"] == (0, np.inf)
    assert ends["percent"] == (0, 100)
    assert ends["debt"] == (-np.inf, np.inf)


def test_holes_stillness_and_short_columns():
    table = world().assign(late=np.where(np.arange(400) < 5, 1.0, np.nan), still=7.0)
    table.loc[::10, "hours"] = np.nan
    answer = crunch.side_effects(asked(table, sides={"hours": "less", "still": "less", "late": "less", "talk": "more"}))
    full = crunch.drivers(Study(table.dropna(subset="hours"), score="hours", levers=list("abgxn"), scales=dict.fromkeys("abgxn", "linear")), draws=0)
    assert cells(answer).loc[("g", "hours"), "effect"] == pytest.approx(full.table.set_index("lever").loc["g", "effect"])
    assert {o.name for o in answer.outcomes} == {"s", "hours", "talk"}
    notes = " ".join(answer.notes)
    assert "Rows without a value were left out for that side effect: 'hours' (40)." in notes
    assert "'late' and 'still' never moved, so nothing shows what would move them." in notes or "'still'" in notes


def test_a_score_that_never_moved_still_has_side_effects():
    answer = crunch.side_effects(asked(world().assign(s=55.0)))
    assert answer.table.loc[answer.table["outcome"] == "s", "verdict"].eq("can't tell").all()
    assert cells(answer).loc[("g", "hours"), "verdict"] == "moves it"
    assert answer.sentence.startswith("No lever is seen to go with more s at a known price.")


def test_what_comes_along_is_not_counted_twice():
    """x moves b by half of itself: the total effect of x is its own and half of b's."""
    rng = np.random.default_rng(3)
    rows = 4000
    table = pd.DataFrame({"x": rng.normal(10, 1, rows)})
    table["b"] = 0.5 * table["x"] + rng.normal(5, 1, rows)
    table["s"] = table["x"] + 2 * table["b"] + rng.normal(size=rows)
    table["hours"] = 4 * table["b"] + rng.normal(size=rows)
    answer = crunch.side_effects(asked(table, names="xb", sides={"hours": "less"}))
    found = answer.indirect.set_index(["lever", "outcome"])
    assert cells(answer).loc[("x", "hours"), "low"] < 0 < cells(answer).loc[("x", "hours"), "high"]
    assert found.loc[("x", "hours"), "effect"] == pytest.approx(0, abs=0.1)
    for outcome, total in (("s", 2.0), ("hours", 2.0)):
        assert found.loc[("x", outcome), "total_low"] < total < found.loc[("x", outcome), "total_high"]
    # The omitted-variable identity, exactly: total = held + slope of b on x × effect of b.
    X = table["x"] - table["x"].mean()
    slope = (X @ (table["b"] - table["b"].mean())) / (X @ X)
    held = cells(answer)["effect"]
    assert found.loc[("x", "hours"), "total"] == pytest.approx(held["x", "hours"] + slope * held["b", "hours"])
    assert found.loc[("x", "s"), "through"] == ("b",)
    assert any(note.startswith("When x moves, b usually moves along.") for note in answer.notes)


def test_levers_asked_for_and_a_later_period():
    answer = crunch.side_effects(study("stuck_at_55"), levers=["followers"])
    assert answer.table["lever"].unique().tolist() == ["followers"]
    assert len(answer.trades) == 1
    both = cells(crunch.side_effects(study("stuck_at_55")))
    assert cells(answer).loc[("followers", "hours"), "effect"] == both.loc[("followers", "hours"), "effect"]
    later = crunch.side_effects(study("stuck_at_55"), horizon=2)
    assert later.horizon == 2
    assert " 2 weeks later" in later.sentence


@pytest.mark.simulation
@some_and_all("worlds", 60, 200)
def test_where_nothing_moves_nothing_is_said_to(worlds):
    """Three levers, four outcomes, no effect: a cell of any world passes in at most one world of twenty."""
    any_cell = 0
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        table = pd.DataFrame(rng.normal(size=(100, 7)), columns=["s", "h", "k", "m", "a", "b", "x"])
        answer = crunch.side_effects(asked(table, names="abx", sides=["h", "k", "m"]), draws=300)
        any_cell += (answer.table["verdict"] == "moves it").any()
    print(f"\nworlds with a false cell: {any_cell / worlds:.3f}")
    assert any_cell / worlds <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / worlds)


def test_names_are_text_and_nothing_else():
    table = world().rename(columns={"a": "<b>a</b>", "hours": "$h^2$", "talk": "={1+1}"})
    answer = crunch.side_effects(Study(table, score="s", levers=["<b>a</b>", "g"], side_effects={"$h^2$": "less", "={1+1}": "more"}))
    assert "<b>" not in answer._repr_html_().replace("&lt;b&gt;", "")
    assert "$h^2$" in str(answer)


@pytest.mark.parametrize(("given", "text"), [
    ({"hours": "8"}, "A limit is written as '<= 8' or '>= 20' (the side effect itself), or with a sign as '<= +0.5' or '>= -5%' (its "
                     "change from where it stands), but 'hours' was given '8'. For example limits={'hours': '<= 8'}."),
    ({"hours": 8}, "A limit is written as '<= 8' or '>= 20' (the side effect itself), or with a sign as '<= +0.5' or '>= -5%' (its "
                   "change from where it stands), but 'hours' was given 8. For example limits={'hours': '<= 8'}."),
    ({"hour": "<= 8"}, "Every column named in limits must be one of the side effects, but 'hour' is not. Did you mean 'hours'?"),
    ("<= 8", "limits names side effects and what they must keep, but '<= 8' was given. For example limits={'hours': '<= 8'}."),
])
def test_limits_that_are_none(given, text):
    assert sentence(lambda: crunch.side_effects(study("stuck_at_55"), limits=given)) == text


def test_limits_in_every_spelling():
    s = asked(world())
    for text, expected in (("<= 8", (1, 8, "")), (">=-5%", (-1, -5, "%")), ("≤ +0.5", (1, 0.5, "+")), ("≥ −2", (-1, -2, "+")),
                           ("<= 1e3", (1, 1000, "")), (" >=  .5 ", (-1, 0.5, ""))):
        (found,) = limits({"hours": text}, s)
        assert (found.sense, found.value, found.relative) == expected
    (limit,) = limits({"hours": "<= +10%"}, s)
    assert limit.bound(-20) == -18  # ten percent of its size
    assert limit.form(limit.bound(7.0), 7.0) == pytest.approx(10)
    assert limit.keeps([7.7, 7.700001], 7.0).tolist() == [True, False]


def test_other_refusals():
    assert sentence(lambda: crunch.side_effects(study("accounts"))) == (
        "Side effects are columns of a study that vary, but this study has none. Name what you refuse to sacrifice: "
        "Study(..., side_effects={'hours': 'less'}).")
    assert sentence(lambda: crunch.side_effects(asked(world()), horizon=1)).startswith("horizon looks ahead in time")
    assert sentence(lambda: crunch.side_effects(asked(world()), levers=["q"])).startswith("Every column named in levers")
    lazy = pytest.importorskip("polars").DataFrame(world()).lazy()
    assert sentence(lambda: crunch.side_effects(Study(lazy, score="s", levers=["a"], side_effects=["hours"]))).startswith(
        "This needs the rows themselves")


def test_what_is_the_score_itself_costs_exactly_what_it_gains():
    """Errors of a copy and of the score cancel, but for rounding: the root of what is left was none."""
    table = world().assign(hours=lambda t: t["s"], talk=lambda t: 2 * t["s"] + 1)
    trades = crunch.side_effects(asked(table, sides={"hours": "less"})).trades.set_index("lever")
    assert (trades.loc[["a", "b", "g"], "costs_more"] == 0).all()
    np.testing.assert_allclose(trades["sacrifice"], trades["gain"], rtol=1e-9)


def test_no_trade_is_called_where_the_mean_slope_and_a_usual_move_go_opposite_ways():
    """A hump over a skewed lever: more of it goes with more on average over the rows, but with less from the 10th to the 90th."""
    rng = np.random.default_rng(1)
    x = np.minimum(rng.exponential(2, 400), 12)
    table = pd.DataFrame({"x": x, "s": 60 - 0.6 * (x - 2.2) ** 2 + rng.normal(size=400), "hours": 5 + 0.5 * x + rng.normal(size=400)})
    low, high = np.quantile(x, [0.1, 0.9])
    answer = crunch.side_effects(asked(table, "x", sides={"hours": "less"}))
    cell, trade = answer.table.iloc[0], answer.trades.iloc[0]
    assert cell["verdict"] == "moves it"
    assert cell["effect"] == pytest.approx((-1.2 * (x - 2.2)).mean(), abs=0.15)
    assert trade["gain"] * answer.outcomes[0].usual == pytest.approx(-0.6 * ((high - 2.2) ** 2 - (low - 2.2) ** 2), abs=0.5)
    assert (trade["way"], trade["verdict"]) == ("up", "avoid")  # hours get worse, and of the score it depends
    assert answer.sentence.startswith("No lever is seen to go with more s at a known price.")
