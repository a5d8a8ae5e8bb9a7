"""Totals and copies are no rows of their own; what only looks like them stays."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from amounts import some_and_all

from crunch import Study, drivers, load


def table(rows=60, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(rows, 3)), columns=["score", "a", "b"])


def counts(rows=400, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"score": rng.integers(0, 100, rows), "a": rng.poisson(300, rows), "b": rng.poisson(4, rows)})


def asked(given, **roles):
    return Study(given, score="score", levers=["a", "b"], **roles)


@pytest.mark.parametrize("engine", [lambda t: t, pl.from_pandas])
@pytest.mark.parametrize("shuffled", [False, True])
def test_copies_are_counted_once_wherever_they_stand(engine, shuffled):
    copied = pd.concat([table(), table().iloc[:20]])
    copied = copied.sample(frac=1, random_state=2) if shuffled else copied
    study = asked(engine(copied))
    assert study.rows == 60
    assert study.rows_given == 80
    assert study.notes[0].startswith("20 rows of 80 are copies of others in every column")
    intervals = [drivers(s, draws=0).table.sort_values("lever")[["low", "high"]].to_numpy() for s in (study, asked(table()))]
    np.testing.assert_allclose(*intervals, rtol=1e-9)


def test_one_copy_and_a_table_twice_over():
    assert asked(pd.concat([table(), table().iloc[[7]]])).notes[0].startswith("1 row of 61 is a copy of another")
    assert asked(pd.concat([table()] * 3)).rows == 60


def test_a_column_that_tells_equal_rows_apart_keeps_them_used_or_not():
    copied = pd.concat([table(), table().iloc[:20]], ignore_index=True)
    assert asked(copied.assign(name=[f"account {k}" for k in range(80)])).rows == 80
    assert asked(copied.set_axis([f"account {k}" for k in range(80)])).rows == 80
    assert asked(copied.assign(cells=[[k] for k in range(80)])).rows == 80
    assert asked(copied.assign(cells=[[k] for k in range(60)] + [[k] for k in range(20)])).rows == 60


def test_copies_among_whole_numbers():
    copied = pd.concat([counts(), counts().iloc[:30]])
    study = asked(copied)
    assert 30 <= study.rows_given - study.rows <= 36  # the few that chance makes look the same
    assert asked(counts()).notes == ()


def test_periods_of_a_diary_are_no_copies():
    same = pd.DataFrame({"score": [1.0, 2, 3, 4] * 10, "a": [2.0, 3, 5, 4] * 10, "b": [1.0, 1, 2, 2] * 10})
    assert asked(same.assign(week=range(40)), time="week").rows == 40


def stars(rng, rows):
    return {"score": rng.integers(1, 6, rows), "a": rng.integers(0, 2, rows), "b": rng.integers(0, 2, rows)}


def items(rng, rows):
    """Answers of people who like everything or nothing."""
    like = rng.normal(size=(rows, 1)) + 0.4 * rng.normal(size=(rows, 3))
    return dict(zip(("score", "a", "b"), np.clip(np.round(3 + like), 1, 5).T, strict=True))


def idle(rng, rows):
    """Accounts of which many do nothing at all."""
    on = rng.random(rows) < 0.6
    return {"score": on * rng.poisson(50, rows), "a": on * rng.lognormal(3, 1, rows).round(), "b": on * rng.poisson(3, rows)}


def exact(rng, rows):
    a = rng.integers(0, 30, rows)
    return {"score": np.round(a / 3 + 0.5 * rng.normal(size=rows)), "a": a, "b": np.round(a / 5 + rng.normal(size=rows)), "c": 2 * a}


@pytest.mark.simulation
@some_and_all("tables", 20, 1000)
@pytest.mark.parametrize("make", [stars, items, idle, exact])
def test_rows_of_few_values_repeat_by_themselves(make, tables):
    for seed in range(tables):
        rng = np.random.default_rng(seed)
        rows = int(rng.integers(60, 500))
        assert asked(pd.DataFrame(make(rng, rows))).rows == rows


@pytest.mark.parametrize("engine", [lambda t: t, pl.from_pandas])
def test_a_total_is_set_aside_by_its_name(engine):
    given = counts(50)
    total = pd.concat([given, given.sum().to_frame().T], ignore_index=True)
    study = asked(engine(total.assign(name=[f"account {k}" for k in range(50)] + ["Total"])))
    assert study.rows == 50
    assert study.notes == ("Row 50 ('Total') is the sum of all others in 'score', 'a' and 'b', so it is no row of its own "
                           "and is set aside.",)


def test_a_total_of_counts_whose_score_is_another_rate():
    given = counts(50)
    total = given.sum().to_frame().T.assign(score=given["score"].mean() * 1.01)
    assert asked(pd.concat([total, given])).notes[0].startswith("Row 0 is the sum of all others in 'a' and 'b'")


def test_a_row_of_means_is_set_aside():
    given = table()
    assert asked(pd.concat([given, given.mean().to_frame().T])).notes[0].startswith("Row 60 is the mean of all others")


@pytest.mark.parametrize("order", [["sum", "mean"], ["mean", "sum"]])
def test_a_total_and_a_mean_at_the_foot_do_not_hide_each_other(order):
    given = counts(50)
    study = asked(pd.concat([given, *(given.agg(what).to_frame().T for what in order)], ignore_index=True))
    assert study.rows == 50
    assert [f" is the {what} of" in note for what, note in zip(["sum", "mean"], study.notes, strict=True)] == [True, True]


def test_a_total_that_has_no_date_is_no_reason_to_refuse_a_diary():
    given = counts(50).assign(week=[f"2021-01-{k + 1:02d}" if k < 31 else f"2021-02-{k - 30:02d}" for k in range(50)])
    total = pd.concat([given, given[["score", "a", "b"]].sum().to_frame().T.assign(week="Total")])
    study = asked(total, time="week")
    assert study.kind == "diary"
    assert study.notes[0].startswith("Row 50 ('Total') is the sum")


@pytest.mark.parametrize("given", [
    table().assign(a=lambda t: t.index.isin([3, 9]) * 1.0, b=lambda t: t.index.isin([3, 8]) * 2.0),  # bursts
    pd.DataFrame({"score": [1.0, 3, 2, 4, 6, 2.5], "a": [-1, 1, -1, 1, 0, 0], "b": [-1, -1, 1, 1, 0, 0]}).assign(
        score=lambda t: t["score"] * 1.1)])  # a planned experiment with its middle
def test_bursts_and_planned_experiments_have_no_total(given):
    assert asked(given).rows == len(given)


@pytest.mark.parametrize("name", ["schools", "accounts", "shops", "order_desk", "stuck_at_55"])
def test_embedded_tables_keep_all_rows(name):
    numbers = load(name).select_dtypes("number")
    study = Study(numbers, score=numbers.columns[0], levers=list(numbers.columns[1:3]))
    assert study.rows == len(numbers)
