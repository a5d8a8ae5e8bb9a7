"""The lever that is named first: what allows for its having been picked is said where that is more than its interval says."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all

import crunch
from crunch import Study


def drivers(effects, seed, rows=60):
    rng, effects = np.random.default_rng([seed, rows]), np.array(effects, dtype=float)
    levers = rng.normal(size=(rows, len(effects)))
    table = pd.DataFrame(levers, columns=[f"x{j}" for j in range(len(effects))]).assign(s=50 + levers @ effects + rng.normal(size=rows))
    names = list(table.columns[:-1])
    return crunch.drivers(Study(table, score="s", levers=names, scales=dict.fromkeys(names, "linear")), draws=0)


def named(answer):
    """The row of the lever that is named, and what the sentence says holds it: its own interval, or the wider one."""
    row, kept = answer.table.set_index("lever").loc[answer.picked.lever], answer.picked
    return row, (kept.low, kept.high) if kept.differs else (row["low"], row["high"])


@pytest.mark.simulation
@some_and_all("tables", 40, 400)
@pytest.mark.parametrize("effects", [[0.35, 0, 0, 0, 0, 0], [0.3] * 6, [1.0, 0, 0, 0, 0, 0], [0.35, 0.35, 0, 0, 0, 0, 0, 0]],
                         ids=["one weak", "six weak", "one plain", "two of eight"])
def test_what_is_said_of_the_lever_that_is_named_holds(tables, effects):
    held, own = [], []
    for seed in range(tables):
        answer = drivers(effects, seed)
        if answer.picked is not None:
            row, (low, high) = named(answer)
            truth = effects[int(answer.picked.lever[1:])]
            held.append(low <= truth <= high)
            own.append(row["low"] <= truth <= row["high"])
    print(f"\nnamed in {len(held)} of {tables}: held {np.mean(held):.3f}, by its own interval {np.mean(own):.3f}")
    assert np.mean(held) >= 0.9 - 3 * np.sqrt(0.09 / len(held)) / 2


def test_it_is_said_where_it_differs_and_the_effect_is_never_shrunk():
    weak = next(answer for answer in (drivers([-0.35, 0, 0, 0, 0, 0], seed) for seed in range(99))
                if answer.picked and answer.picked.high == 0)
    row, (low, high) = named(weak)
    assert row["low"] == pytest.approx(low, rel=1e-12)
    assert row["effect"] < weak.picked.expected < 0 == high
    assert "; it was picked for coming out largest, and allowing for that as well, anything from next to nothing to −" in weak.sentence
    assert weak.sentence.split(" goes with ")[1].startswith(f"−{abs(row['effect']):.2f} points of s ")
    plain = drivers([2.0, 0, 0, 0, 0, 0], 0)
    assert not plain.picked.differs
    assert "picked" not in plain.sentence
    assert plain.picked.low == pytest.approx(plain.table["low"][0], abs=0.02)
    assert drivers([0, 0, 0], 1).picked is None
    assert not drivers([0.8], 0).picked.differs  # of one, nothing was picked
