"""What nobody named: found, said, and no verdict that hangs on it."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all

import crunch
from crunch.datasets import study as embedded


def walks(seed, rows=104):
    """Three random walks that have nothing to do with each other."""
    return pd.DataFrame(np.cumsum(np.random.default_rng(seed).normal(size=(rows, 3)), 0), columns=["score", "a", "b"])


def honest(seed, rows=104, effect=0.5):
    noise = np.random.default_rng(seed).normal(size=(rows, 3))
    noise[:, 0] += effect * noise[:, 1]
    return pd.DataFrame(noise, columns=["score", "a", "b"])


def asked(table, **roles):
    return crunch.Study(table, score="score", levers=["a", "b"], **roles)


def test_walks_without_a_time_are_given_no_verdict_and_every_answer_says_why():
    study = asked(walks(1).assign(h=walks(2)["a"]), side_effects={"h": "less"}, step=0.5)
    why = "this table can't tell about b and a, for rows that follow each other resemble each other"
    answer = crunch.drivers(study, draws=0)
    assert answer.table["q_value"].min() < 1e-6
    assert set(answer.table["verdict"]) == {"can't tell"}
    assert set(answer.doubts) == {"a", "b"}
    assert answer.sentence.endswith(why.replace("b and a", series(answer)) + ".")
    sides = crunch.side_effects(study)
    assert set(sides.table["verdict"]) == set(sides.trades["verdict"]) == {"can't tell"}
    said = "this table can't tell about a and b, for rows that follow each other resemble each other"
    for other in (sides, crunch.rounded(study), crunch.stuck(study)):
        assert said in other.sentence.replace("This", "this")
    plan = crunch.plan(study)
    assert not plan.feasible
    assert plan.table.empty
    for other in (answer, sides, crunch.rounded(study), crunch.stuck(study), plan):
        assert any("name it with time=." in note for note in other.notes)


def test_charts_and_panels_of_levers_in_doubt_call_nothing():
    study = asked(walks(1).assign(h=walks(2)["a"] + walks(1)["a"]), side_effects={"h": "less"})
    drivers, sides = crunch.drivers(study, draws=0), crunch.side_effects(study)
    assert (sides.table["low"] * sides.table["high"] > 0).any()  # which would be called, were the rows accounts
    assert " ".join(crunch.charts.drivers(drivers).get_title().split()) == "No lever of score can be said to move it"
    ax = crunch.charts.side_effects(sides)
    assert ax.get_title() == "No lever is seen to move score"
    assert not any("+" in text.get_text() or "−" in text.get_text() for text in ax.texts if "." in text.get_text())


def series(answer):
    return " and ".join(answer.table["lever"])


@pytest.mark.parametrize("order", [None, "score", "a", "b"])
def test_honest_accounts_are_not_doubted_whatever_they_are_sorted_by(order):
    table = honest(3)
    table = table if order is None else table.sort_values(order)
    assert crunch.drivers(asked(table), draws=0).doubts == {}


def test_a_curve_in_a_table_sorted_by_its_lever_is_no_echo():
    table = honest(4, 200)
    table["score"] += 2 * table["a"] ** 2
    answer = crunch.drivers(asked(table.sort_values("a")), draws=0)
    assert answer.doubts == {}


@pytest.mark.parametrize("name", ["schools", "accounts", "shops", "order_desk", "stuck_at_55"])
def test_embedded_tables_with_their_roles_are_not_doubted(name):
    assert crunch.drivers(embedded(name), draws=0).doubts == {}


def dated(rows, **more):
    return {"week": pd.date_range("2021-01-04", periods=rows, freq="7D"), **more}


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("as_text", [False, True])
def test_a_column_of_dates_without_a_role_tells_the_order_and_is_named(shuffled, as_text):
    table = walks(1).assign(**dated(104))
    table = table.assign(week=table["week"].astype(str)) if as_text else table
    answer = crunch.drivers(asked(table.sample(frac=1, random_state=1) if shuffled else table), draws=0)
    assert "rows that follow each other by 'week' resemble each other" in answer.sentence
    cure = "Study(..., time='week')"
    assert any(f"Name the time: {cure}." in note for note in answer.notes)
    assert asked(table, time="week").kind == "diary"


def test_dates_in_the_index_are_looked_at_and_the_cure_runs_as_it_is_typed():
    table = walks(1).assign(**dated(104)).set_index("week")
    answer = crunch.drivers(asked(table), draws=0)
    typed = next(note for note in answer.notes if "Name the time" in note).partition("Name the time: ")[2][:-1]
    typed = typed.replace("...", "score='score', levers=['a', 'b']")
    assert typed == "Study(table.reset_index(), score='score', levers=['a', 'b'], time='week')"
    assert eval(typed, {"Study": crunch.Study, "table": table}).kind == "diary"


def test_dates_of_honest_accounts_are_asked_about_and_change_nothing():
    table = honest(3)
    plain, told = crunch.drivers(asked(table), draws=0), crunch.drivers(asked(table.assign(**dated(104))), draws=0)
    pd.testing.assert_frame_equal(plain.table, told.table)
    new = set(told.notes) - set(plain.notes)
    assert [note.endswith("name it: Study(..., time='week').") for note in new] == [True]


def panel(seed, units=20, weeks=26, within=False):
    """A lever that does nothing, and a score: both differ between units, or the lever within them only."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), weeks)
    own = rng.normal(size=(units, 2))[unit] * [1, not within]
    score, a, b = np.column_stack([own, np.zeros(len(unit))]).T + rng.normal(size=(3, len(unit)))
    return pd.DataFrame({"score": score, "a": a, "b": b, "shop": unit + 1}).assign(
        week=np.tile(pd.date_range("2021-01-04", periods=weeks, freq="7D"), units))


@pytest.mark.parametrize(("label", "cure"), [
    (lambda t: t["shop"].map("shop {}".format), "Name it: Study(..., time='week', unit='shop')."),
    (lambda t: t["shop"], "Name it: Study(..., time='week', unit='shop').")])
def test_a_unit_without_a_role_is_named_with_its_time(label, cure):
    table = panel(1)
    table = table.assign(shop=label(table)).sample(frac=1, random_state=1)
    answer = crunch.drivers(asked(table), draws=0)
    assert answer.doubts == {"a": "rows with the same shop resemble each other"}
    assert any(note.endswith(cure) for note in answer.notes)
    assert asked(table, time="week", unit="shop").kind == "panel"


def test_units_and_times_in_the_levels_of_an_index_are_looked_at_as_grouping_leaves_them():
    table = panel(1).groupby(["shop", "week"]).mean()
    answer = crunch.drivers(asked(table), draws=0)
    assert answer.doubts == {"a": "rows with the same shop resemble each other"}
    cure = "Study(table.reset_index(), ..., time='week', unit='shop')"
    assert any(note.endswith(f"Name it: {cure}.") for note in answer.notes)
    assert asked(table.reset_index(), time="week", unit="shop").kind == "panel"


def test_a_unit_whose_dates_are_not_there_is_named_as_context():
    table = panel(1).drop(columns="week")
    number = crunch.drivers(asked(table), draws=0)
    assert any("table['shop'] = table['shop'].astype('category'), then Study(..., context=['shop'])." in note
               for note in number.notes)
    cured = crunch.drivers(asked(table.assign(shop=table["shop"].astype("category")), context=["shop"]), draws=0)
    assert cured.doubts == {}
    text = crunch.drivers(asked(table.assign(shop=table["shop"].map("shop {}".format))), draws=0)
    assert any(note.endswith("Name it: Study(..., context=['shop']).") for note in text.notes)


def test_a_lever_that_differs_within_units_only_can_be_told():
    assert crunch.drivers(asked(panel(1, within=True).drop(columns="week")), draws=0).doubts == {}


def test_a_measure_that_goes_with_the_score_is_no_label():
    table, rng = honest(5, 300), np.random.default_rng(5)
    table["employees"] = rng.poisson(6, 300)
    table["score"] += 0.4 * table["employees"]
    table["a"] += 0.2 * table["employees"]
    assert crunch.drivers(asked(table), draws=0).doubts == {}


def test_shops_without_roles_are_not_said_to_move_for_stock_cover():
    roles = {"score": "fulfilment", "levers": ["stock_cover", "staff_hours", "promotions"]}
    answer = crunch.drivers(crunch.Study(crunch.load("shops"), **roles), draws=0)
    assert set(answer.table["verdict"]) == {"can't tell"}
    assert "rows with the same shop resemble each other" in answer.sentence
    assert any("Study(..., time='week', unit='shop')" in note for note in answer.notes)


@pytest.mark.parametrize("engine", ["polars", "pyarrow"])
def test_other_frames_are_looked_at_as_well(engine):
    table = panel(1)
    other = pytest.importorskip("polars").from_pandas(table) if engine == "polars" else (
        pytest.importorskip("pyarrow").Table.from_pandas(table))
    ours, theirs = (crunch.drivers(asked(given), draws=0) for given in (table, other))
    assert theirs.doubts == ours.doubts != {}
    assert any("time='week', unit='shop'" in note for note in theirs.notes)


def test_columns_of_any_cells_and_names_are_passed_over():
    table = honest(6).assign(lists=[[1]] * 104, none=None, mixed=[1, "a"] * 52)
    table[("a", 1)] = 1j
    table = pd.concat([table, table[["none"]]], axis=1)
    assert crunch.drivers(asked(table), draws=0).doubts == {}


def test_some_of_the_rows_keep_their_labels():
    study = asked(panel(1))
    part = study.instead(rows=range(0, study.rows, 2))
    assert (part.unused.codes["shop"] == study.unused.codes["shop"][::2]).all()
    assert set(crunch.drivers(part, draws=0).doubts) == {"a"}


WORLDS = {
    "walks": (lambda seed: walks(seed), 0.99, 1.0),
    "walks, shuffled": (lambda seed: walks(seed).assign(**dated(104)).sample(frac=1, random_state=seed), 0.97, 1.0),
    "units": (lambda seed: panel(seed).drop(columns="week").sample(frac=1, random_state=seed), 0.95, 1.0),
    "honest": (lambda seed: honest(seed, 60), 0.0, 0.02),
    "honest, sorted by a lever that noise grows with": (lambda seed: growing(seed), 0.0, 0.02),
    "honest, with labels": (lambda seed: labelled(seed), 0.0, 0.025)}


def growing(seed):
    table = honest(seed, 150, 0)
    return table.assign(a=np.exp(table["a"]), score=table["score"] * np.exp(0.7 * table["a"])).sort_values("a")


def labelled(seed):
    rng = np.random.default_rng(seed)
    return honest(seed, 150).assign(region=rng.choice(list("abcdef"), 150), stars=rng.integers(1, 6, 150),
                                    name=[f"account {k}" for k in range(150)],
                                    since=pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.permutation(150), unit="D"))


@pytest.mark.simulation
@some_and_all("tables", 20, 1000)
@pytest.mark.parametrize("world", WORLDS)
def test_how_often_tables_are_doubted(world, tables):
    make, least, most = WORLDS[world]
    doubted = [bool(crunch.drivers(asked(make(seed)), draws=0).doubts) for seed in range(tables)]
    spare = 2.6 * np.sqrt(0.02 * 0.98 / tables)  # of the simulation
    assert least - spare <= np.mean(doubted) <= most + spare


@pytest.mark.parametrize("size", [10, 1e12])
def test_cells_that_lost_their_decimal_mark_are_named_however_large_they_are(size):
    table = honest(6, 400)
    table["a"] = (table["a"] + 10) * np.where(np.isin(np.arange(400), [50, 150, 260]), size, 1)
    answer = crunch.drivers(asked(table, scales={"a": "linear"}), draws=0)
    assert answer.table.set_index("lever").loc["a", "verdict"] == "can't tell"
    assert all(f"row {row}" in answer.sentence for row in (50, 150, 260))
