"""What nobody named: found, said, and no verdict that hangs on it."""

import numpy as np
import pandas as pd
import pytest

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
        assert any("Study(..., time=" in note for note in other.notes)


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
