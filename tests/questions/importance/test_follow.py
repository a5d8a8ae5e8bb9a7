"""Importance of a bare table: rows that follow each other in time put nobody first."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all

import crunch

SAID = "rows that follow each other resemble each other"


def walks(seed, rows=104):
    return pd.DataFrame(np.cumsum(np.random.default_rng(seed).normal(size=(rows, 4)), 0), columns=["score", "a", "b", "c"])


def title(answer):
    return " ".join(crunch.charts.importance(answer).get_title().split())


@pytest.mark.parametrize("draws", [0, 100])
@pytest.mark.parametrize("how", ["no dates", "a column", "the index"])
def test_the_embedded_diary_without_its_roles_crowns_nobody(draws, how):
    table = crunch.load("stuck_at_55")
    table = {"no dates": table.drop(columns="week"), "a column": table.sample(frac=1, random_state=1),
             "the index": table.set_index("week").sample(frac=1, random_state=1)}[how]
    answer = crunch.importance(table, "klout", draws=draws)
    assert answer.sentence.endswith(f"and which of them comes first can't be told: {SAID}.")
    assert title(answer) == f"Which lever comes first in klout can't be told: {SAID}"
    assert "ahead" not in set(answer.pairs["verdict"])
    if draws:
        assert set(answer.table["rank_low"]) == {1}
        assert set(answer.table["rank_high"]) == {10}
    cure = "time=..." if how == "no dates" else "time='week'"
    assert any(f"crunch.importance(crunch.Study(table, score='klout', levers=[...], {cure}))" in n for n in answer.notes)


def test_shares_stay_what_they_are():
    table = crunch.load("stuck_at_55").drop(columns="week")
    mixed = table.sample(frac=1, random_state=3)  # the same rows, and nothing to see in their order
    ours, theirs = (crunch.importance(t, "klout").table.set_index("lever")["share"] for t in (table, mixed))
    pd.testing.assert_series_equal(ours, theirs, check_exact=False, rtol=1e-9)
    assert crunch.importance(mixed, "klout").doubt == ""


def test_one_lever_alone():
    answer = crunch.importance(walks(1)[["score", "a"]], "score")
    assert answer.sentence.endswith(f"whether by more than chance can't be told: {SAID}.")
    assert title(answer) == f"Whether a goes with score can't be told: {SAID}"


def test_a_study_in_doubt_crowns_nobody_and_one_that_knows_its_time_may():
    table = crunch.load("stuck_at_55")
    roles = {"score": "klout", "levers": ["posts", "shares", "followers"]}
    answer = crunch.importance(crunch.Study(table, **roles), draws=100)
    assert "which of them comes first can't be told: this table can't tell about" in answer.sentence
    assert "ahead" not in set(answer.pairs["verdict"])
    assert crunch.importance(crunch.Study(table, time="week", **roles)).doubt == ""


@pytest.mark.parametrize("name", ["schools", "accounts"])
@pytest.mark.parametrize("by", [None, 0, 1, 2])
def test_accounts_in_any_order_are_not_doubted(name, by):
    table = crunch.load(name).select_dtypes("number")
    table = table if by is None else table.sort_values(table.columns[by])
    assert crunch.importance(table, table.columns[0]).doubt == ""


def test_clusters_that_are_named_are_no_echo():
    rng = np.random.default_rng(1)
    who = np.repeat(np.arange(20), 10)
    table = pd.DataFrame(rng.normal(size=(20, 3))[who] + rng.normal(size=(200, 3)), columns=["score", "a", "b"])
    assert crunch.importance(table, "score").doubt == SAID
    assert crunch.importance(table.assign(who=who), "score", cluster="who").doubt == ""


@pytest.mark.simulation
@some_and_all("tables", 20, 500)
def test_unrelated_walks_have_no_leader_and_unrelated_rows_no_doubt(tables):
    assert all(crunch.importance(walks(seed), "score").doubt for seed in range(tables))
    honest = [pd.DataFrame(np.random.default_rng(seed).normal(size=(60, 3)), columns=["score", "a", "b"])
              for seed in range(tables)]
    doubted = [bool(crunch.importance(table, "score").doubt) for table in honest]
    assert np.mean(doubted) <= 0.01 + 2.6 * np.sqrt(0.01 * 0.99 / tables)
