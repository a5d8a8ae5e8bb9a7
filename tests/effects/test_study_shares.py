"""Shares of many rows are drawn in parts: the same points, intervals as wide, and it is said."""

import numpy as np
import pandas as pd
import pytest

import crunch
from crunch import Study
from crunch.effects import study_shares
from crunch.effects.effects import of_score
from crunch.effects.study_shares import PARTS, rows_of, split


def accounts(rows=20_000, order=None, seed=1):
    rng = np.random.default_rng(seed)
    together = rng.normal(size=rows)
    table = pd.DataFrame({"a": together + rng.normal(size=rows), "b": together + rng.normal(size=rows),
                          "c": rng.exponential(size=rows), "group": np.array(["x", "y", "z"])[rng.integers(3, size=rows)]})
    table["score"] = table["a"] + 0.5 * table["b"] + 0.3 * table["c"] + (table["group"] == "x") + 2 * rng.normal(size=rows)
    table = table if order is None else table.sort_values(order)
    return Study(table, score="score", levers=["a", "b", "c"], context="group", scales=dict.fromkeys("abc", "linear"))


@pytest.mark.parametrize("order", [None, "score"])
def test_parts_and_rows_give_the_same(order, monkeypatch):
    """Also of a table that is sorted, where neighbours are alike."""
    plan, _ = of_score(accounts(order=order)).score
    parts = split(plan, draws=1000, rng=np.random.default_rng(2))
    monkeypatch.setattr(study_shares, "LARGE", 10**9)
    rows = split(plan, draws=1000, rng=np.random.default_rng(2))
    np.testing.assert_allclose(parts.share, rows.share, rtol=0, atol=1e-8)
    np.testing.assert_allclose(parts.high - parts.low, rows.high - rows.low, rtol=0.10)


def test_it_is_said_from_where_on():
    said = f"Intervals of shares come from draws of {PARTS} random parts of the 20\u202f000 rows"
    below, above = (crunch.drivers(accounts(rows), draws=20).notes for rows in (19_999, 20_000))
    assert not any(note.startswith("Intervals of shares come from") for note in below)
    assert sum(note.startswith(said) for note in above) == 1
    assert not any(note.startswith(said) for note in crunch.drivers(accounts(20_000), draws=0).notes)


def test_a_draw_of_parts_is_a_draw_of_their_rows():
    """On either route: sums of squares, and vectors where columns nearly repeat each other."""
    plan, _ = of_score(accounts()).score
    table = rows_of(plan)
    counts = np.random.default_rng(3).multinomial(PARTS, np.full(PARTS, 1 / PARTS), size=2).astype(float)
    for drawn, squares, vectors in zip(counts, table.drawn(counts, False).matrices,
                                       table.drawn(counts, True).squares().matrices, strict=True):
        rows = np.concatenate([np.tile(part, int(times)) for part, times in zip(table.parts, drawn, strict=True)])
        truth = table.data[rows].T @ table.data[rows]
        np.testing.assert_allclose(squares, truth, rtol=1e-10, atol=1e-6)
        np.testing.assert_allclose(vectors, truth, rtol=1e-10, atol=1e-6)
