"""Units of a panel that alone say what goes with a lever: against leaving them out, and in a world where nothing acts."""

import numpy as np
import pandas as pd
import pytest

from crunch import Study, drivers
from crunch.effects.panels import moved_alone
from crunch.regression.columns import demeaned

UNITS, WEEKS = 8, 20


def moved(levers):
    """The unit that alone moved a lever, of which shape is (units, periods)."""
    units, times = np.repeat(np.arange(len(levers)), levers.shape[1]), np.tile(np.arange(levers.shape[1]), len(levers))
    return moved_alone(demeaned(levers.reshape(-1, 1), units, times), units, times)[0]


def left(levers):
    inside = levers - levers.mean(axis=1, keepdims=True)
    return ((inside - inside.mean(axis=0)) ** 2).sum()


@pytest.mark.parametrize("size", [2, 3, 5, 7, 9])
def test_a_unit_is_alone_where_hardly_anything_is_left_without_it(size):
    levers = np.random.default_rng(size).normal(size=(5, 12)) * np.array([size, 1, 1, 1, 1])[:, None]
    assert (moved(levers) == 0) == (left(levers[1:]) < 0.1 * left(levers))


@pytest.mark.parametrize("alone", [True, False])
def test_a_switch_of_one_unit_or_of_all_but_one_cannot_tell(alone):
    """CR2 errors of one unit against all others called 43 to 58 % of levers that do nothing."""
    on = (np.arange(WEEKS) >= 10) * np.ones((UNITS, 1))
    on[0] = on[0] if alone else 0
    on[1:] *= not alone
    assert moved(on) == 0
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"on": on.ravel(), "other": rng.normal(size=on.size), "score": rng.normal(size=on.size),
                          "shop": np.repeat(np.arange(UNITS), WEEKS),
                          "week": np.tile(pd.date_range("2024-01-07", periods=WEEKS, freq="W"), UNITS)})
    answer = drivers(Study(table, score="score", levers=["on", "other"], time="week", unit="shop"), draws=0)
    assert answer.table.set_index("lever").loc["on", "verdict"] == "can't tell"
    assert any("'on' was moved by 0 alone, or by all units but this one alike" in note for note in answer.notes)
