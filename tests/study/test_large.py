"""A study of a table that is not in memory: the same answers from sums, and a reason where there is none."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import crunch
from crunch import InputError, Moments, Study, drivers
from crunch.datasets import load

NUMBERS = ["effect", "share", "swing"]


def world(rows=3000, seed=0):
    """Two levers that grow together, a context behind one of them, noise that grows with the context."""
    rng = np.random.default_rng(seed)
    context = rng.normal(size=rows)
    reach = np.exp(6 + rng.normal(size=rows) + 0.3 * context)
    posts = rng.poisson(20, size=rows) + 0.1 * np.log(reach)
    score = 50 + 2 * np.log(reach) + 0.1 * posts + context + (1 + np.abs(context)) * rng.normal(size=rows)
    return pd.DataFrame({"score": score, "reach": reach, "posts": posts, "age": context})


ROLES = {"score": "score", "levers": ["reach", "posts"], "context": "age", "step": 1}


@pytest.fixture
def parquet(tmp_path):
    def write(frame, parts=3):
        for number, rows in enumerate(np.array_split(np.arange(len(frame)), parts)):
            frame.iloc[rows].to_parquet(tmp_path / f"part{number}.parquet")
        return str(tmp_path / "part*.parquet")
    return write


def says(sentence, table, **changes):
    with pytest.raises(InputError) as error:
        drivers(Study(table, **{**ROLES, **changes}))
    assert str(error.value) == sentence


@pytest.mark.parametrize("give", [
    lambda frame, parquet: pl.from_pandas(frame).lazy(),
    lambda frame, parquet: pytest.importorskip("duckdb").from_df(frame),
    lambda frame, parquet: parquet(frame),
], ids=["polars", "duckdb", "parquet"])
def test_sums_give_what_rows_give(give, parquet):
    frame = world()
    small, large = Study(frame, **ROLES), Study(give(frame, parquet), **ROLES)
    assert large.moments.rows == large.rows == 3000
    assert {n: s.name for n, s in large.scales.items()} == {n: s.name for n, s in small.scales.items()}
    by_rows, by_sums = drivers(small), drivers(large)
    rows, sums = (a.table.set_index("lever") for a in (by_rows, by_sums))
    np.testing.assert_allclose(sums.loc[rows.index, NUMBERS], rows[NUMBERS], rtol=1e-8)
    assert by_sums.explained == pytest.approx(by_rows.explained, abs=1e-10)
    assert by_sums.context_share == pytest.approx(by_rows.context_share, abs=1e-10)
    # HC2 and the jackknife are two estimates of one error: within a tenth on 3000 rows in 200 blocks
    np.testing.assert_allclose(sums["high"] - sums["low"], (rows["high"] - rows["low"])[sums.index], rtol=0.1)
    np.testing.assert_allclose(sums["share_high"] - sums["share_low"],
                               (rows["share_high"] - rows["share_low"])[sums.index], rtol=0.25)
    assert sums["verdict"].to_dict() == rows["verdict"].to_dict()
    assert by_sums.sentence.startswith("With the other levers and the context held equal, +10 % reach goes with +0.19")


def test_it_says_how_the_table_was_read():
    study = Study(pl.from_pandas(world()).lazy(), **ROLES)
    assert study.notes[-1] == ("The table was not loaded: it was read where it lies, for bounds, for a sample of "
                               "3\u202f000 rows from which scales were chosen, and for the sums of 3\u202f000 rows in "
                               "200 blocks.")
    assert study.summary() == "'score' in a cross-section of 3\u202f000 rows, shown in steps of 1."
    assert any(note == ("Least squares on the sums of 3\u202f000 rows; errors and intervals come from leaving out each "
                        "of 200 blocks of rows in turn (delete-a-block jackknife), which allows unequal noise and "
                        "neighbours that resemble each other.") for note in drivers(study).notes)


@pytest.mark.simulation
def test_intervals_from_blocks_cover_unequal_noise():
    hits = 0
    for seed in range(150):
        frame = world(600, seed)
        table = drivers(Study(pl.from_pandas(frame).lazy(), **ROLES)).table.set_index("lever")
        hits += table.loc["posts", "low"] <= 0.1 <= table.loc["posts", "high"]
    assert 0.90 <= hits / 150 <= 0.99


def test_accounts_are_answered_alike_from_their_file(tmp_path):
    load("accounts").to_parquet(tmp_path / "accounts.parquet")
    roles = dict(crunch.catalogue()["accounts"].roles)
    rows = drivers(Study(load("accounts"), **roles)).table.set_index("lever")
    sums = drivers(Study(tmp_path / "accounts.parquet", **roles)).table.set_index("lever")
    np.testing.assert_allclose(sums.loc[rows.index, ["effect", "share"]], rows[["effect", "share"]], rtol=1e-8)
    assert sums["verdict"].to_dict() == rows["verdict"].to_dict()


def test_a_chart_needs_no_rows():
    answer = drivers(Study(pl.from_pandas(world()).lazy(), **ROLES))
    assert crunch.charts.drivers(answer).get_title()


def test_levers_that_cannot_be_told_apart_stay_controls():
    frame = world().assign(twin=lambda f: 2 * f.posts + 1e-7 * np.random.default_rng(1).normal(size=3000))
    levers = ["reach", "posts", "twin"]
    answer = drivers(Study(pl.from_pandas(frame).lazy(), **{**ROLES, "levers": levers}))
    table = answer.table.set_index("lever")
    assert table.loc[["posts", "twin"], "verdict"].tolist() == ["can't tell"] * 2
    assert table.loc[["posts", "twin"], "effect"].isna().all()
    plain = drivers(Study(frame, **ROLES)).table.set_index("lever")
    assert table.loc["reach", "effect"] == pytest.approx(plain.loc["reach", "effect"], rel=1e-6)
    assert ("'posts' and 'twin' only ever move together once the rest is held constant, so they cannot be told apart; "
            "together they count as context.") in answer.notes


@pytest.mark.parametrize("give", [
    lambda frame, parquet: pl.from_pandas(frame).lazy(),
    lambda frame, parquet: pytest.importorskip("duckdb").from_df(frame),
    lambda frame, parquet: parquet(frame),
], ids=["polars", "duckdb", "parquet"])
def test_categories_are_held_constant(give, parquet):
    """A hostile name and values, a missing one among them; the referee is the study of the rows."""
    places = np.random.default_rng(2).choice(["here", "x'; drop table t", 'there "', None], 3000, p=[0.4, 0.3, 0.29, 0.01])
    frame = world().assign(**{'pl.ace "': places})
    frame["score"] += 3.0 * (frame['pl.ace "'] == "here")
    roles = {**ROLES, "context": ["age", 'pl.ace "']}
    rows, sums = drivers(Study(frame, **roles)), drivers(Study(give(frame, parquet), **roles))
    assert sums.rows == rows.rows == int(frame['pl.ace "'].notna().sum())
    columns = [*NUMBERS, "low"]
    a, b = (answer.table.set_index("lever")[columns] for answer in (rows, sums))
    np.testing.assert_allclose(b.loc[a.index, NUMBERS[:2]], a[NUMBERS[:2]], rtol=1e-8)
    assert sums.context_share == pytest.approx(rows.context_share, abs=1e-10)


def test_a_lever_that_context_explains_is_lost():
    frame = world().assign(older=lambda f: 3 * f.age + 1)
    answer = drivers(Study(pl.from_pandas(frame).lazy(), **{**ROLES, "levers": ["reach", "older"]}))
    assert answer.table.set_index("lever").loc["older", "verdict"] == "can't tell"
    assert "'older' cannot be told apart from context." in answer.notes


def test_constant_levers_and_still_scores_are_said():
    frame = world().assign(idle=1.0)
    study = Study(pl.from_pandas(frame).lazy(), **{**ROLES, "levers": ["reach", "idle"]})
    assert (study.levers, study.constant) == (("reach",), ("idle",))
    still = drivers(Study(pl.from_pandas(frame.assign(score=55.0)).lazy(), **ROLES))
    assert still.sentence == ("score was 55 in all 3\u202f000 rows: a score that never moves cannot show what moves it.")


def test_missing_cells_are_counted():
    frame = world()
    frame.loc[[4, 9], "posts"] = np.nan
    study = Study(pl.from_pandas(frame).lazy(), **ROLES)
    assert study.rows == 2998
    assert "2 rows of 3000 were left out for missing values." in study.notes
    rows = drivers(Study(frame, **ROLES)).table.set_index("lever")["effect"]
    sums = drivers(study).table.set_index("lever")["effect"]
    np.testing.assert_allclose(sums[rows.index], rows, rtol=1e-8)


def test_what_needs_rows_says_so():
    study = Study(pl.from_pandas(world()).lazy(), **ROLES)
    with pytest.raises(InputError) as error:
        study.frame  # noqa: B018
    assert str(error.value) == ("This needs the rows themselves, but the table of this study was summed up where it lies "
                                "and its rows were not kept. Give Study a table in memory: a smaller one, or a sample "
                                "of this one.")


def test_a_diary_needs_its_rows():
    frame = pl.from_pandas(world().assign(week=range(3000))).lazy()
    says("A diary or panel looks back from row to row, so it needs its rows in memory, but this table is not. Bring it "
         "to one row a period, collect it, and give Study the result.", frame, time="week")


def test_mistakes_get_a_sentence(tmp_path):
    frame = world()
    says("A column must hold numbers, but 'posts' holds String. Convert 'posts' first, or leave it out of columns.",
         pl.from_pandas(frame.assign(posts="many")).lazy())
    says("Categories must group rows, but 'name' has at least 51 values. It looks like a label: leave it out of the "
         "context, or make it coarser.",
         pl.from_pandas(frame.assign(name=[f"n{i}" for i in range(3000)])).lazy(), context="name")
    says("The indicator of 'place' would be called 'place = b', which the table has already. Rename that column.",
         pl.from_pandas(frame.assign(place=["a", "b"] * 1500, **{"place = b": 1.0})).lazy(), context="place")
    says("Every column named in levers must be in the table, but 'rech' is not. Did you mean 'reach'?",
         pl.from_pandas(frame).lazy(), levers="rech")
    says("A column must be finite, but 'posts' holds an infinite value. Often a division by zero: replace those cells "
         "with a missing value or drop the rows.",
         pl.from_pandas(frame.assign(posts=frame["posts"].where(frame.index != 5, np.inf))).lazy())
    says("Estimates of 4 coefficients from sums take at least 20 complete rows in 20 blocks, but there are 15 rows in "
         "15 blocks. Give Study the table in memory, or name fewer columns.", pl.from_pandas(frame[:15]).lazy())
    says("A study needs complete rows, but of about 3\u202f000 rows looked at, 0 rows had a number in each of 'age', "
         "'reach', 'posts' and 'score'. Name fewer columns, or fill the missing cells.",
         pl.from_pandas(frame.assign(posts=np.nan)).lazy())
    says("A lever must be able to move while the others stay put, but 'both' is exactly the sum of 'reach' and 'posts'. "
         "Leave one of the 3 out of the levers.",
         pl.from_pandas(frame.assign(both=frame["reach"] + frame["posts"])).lazy(), levers=["reach", "posts", "both"])


def test_a_score_computed_from_its_levers_is_recognised():
    frame = world().assign(score=lambda f: f.reach + f.posts)
    answer = drivers(Study(pl.from_pandas(frame).lazy(), score="score", levers=["reach", "posts"]))
    assert answer.computed
    assert answer.sentence.startswith("score is exactly the sum of 'reach' and 'posts'")


def test_moments_of_a_study_answer_importance():
    frame = world()
    study = Study(pl.from_pandas(frame).lazy(), **ROLES)
    answer = crunch.importance(study.moments, "score", always="age")
    table = drivers(study).table.set_index("lever")
    np.testing.assert_allclose(answer.table.set_index("lever")["share"][table.index], table["share"], rtol=1e-10)
    assert isinstance(study.moments, Moments)


def test_levers_that_context_explains_entirely_leave_nothing_to_estimate():
    frame = world().assign(reach=lambda f: 2 * f.age, one="a")
    roles = {"score": "score", "levers": "reach", "context": ["age", "one"]}
    for table in (frame, pl.from_pandas(frame).lazy()):
        answer = drivers(Study(table, **roles))
        assert answer.table["verdict"].tolist() == ["can't tell"]
        assert answer.table["effect"].isna().all()
        assert answer.sentence == ("No lever of score stands out from chance, on 3\u202f000 rows: this table can't tell "
                                   "about reach.")
