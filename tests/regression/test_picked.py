"""Intervals of the largest of several effects: in worlds that are known, and where nothing was picked."""

import numpy as np
import pytest
from amounts import some_and_all
from scipy import stats

from crunch.effects.verdict import shared_level
from crunch.regression.picked import picked


@pytest.mark.simulation
@some_and_all("tables", 400, 4000)
def test_the_lever_that_is_named_lies_within(tables):
    """Weak levers, one among nulls, one that is plain: at 95 %, nine in ten at least, where the table's own may miss more."""
    worlds = {"one weak": [1.0, 0, 0, 0, 0, 0], "six weak": [0.8] * 6, "one plain": [4.0, 0, 0, 0, 0, 0], "two of eight": [1.0, 1.0] + [0] * 6}
    for name, truth in worlds.items():
        rng, held, own = np.random.default_rng(1), [], []
        for _ in range(tables):
            errors = rng.uniform(0.25, 0.4, len(truth))
            found = truth + errors * rng.normal(size=len(truth))
            each = shared_level(2 * stats.norm.sf(np.abs(found) / errors), 0.95)
            half = errors * stats.norm.isf((1 - each) / 2)
            called = np.abs(found) > half
            if called.any():
                at = int(np.flatnonzero(called)[np.abs(found[called]).argmax()])
                low, high, expected = picked(found, errors, at, found[at] - half[at], found[at] + half[at], 0.95)
                assert low <= found[at] - half[at] + 1e-12 or found[at] < 0
                assert 0 <= expected * np.sign(found[at]) <= abs(found[at])
                held.append(low <= truth[at] <= high)
                own.append(abs(found[at] - truth[at]) <= half[at])
        print(f"\n{name}: named in {len(held)}, held {np.mean(held):.3f}, by its own interval {np.mean(own):.3f}")
        assert np.mean(held) >= 0.9


def test_signs_units_and_what_is_not_known():
    found, errors = np.array([1.2, -0.3, np.nan, 0.1]), np.array([0.4, 0.3, np.nan, 0.5])
    low, high, expected = picked(found, errors, 0, 0.1, 2.3, 0.95)
    np.testing.assert_allclose(picked(-found, errors, 0, -2.3, -0.1, 0.95), [-high, -low, -expected], atol=1e-12)
    np.testing.assert_allclose(picked(1e9 * found, 1e9 * errors, 0, 1e8, 2.3e9, 0.95), [1e9 * low, 1e9 * high, 1e9 * expected])
    alone = picked(np.array([1.2, np.nan]), np.array([0.4, np.nan]), 0, 0.1, 2.3, 0.95)
    assert alone == (0.1, 2.3, 1.2)
    far = picked(np.array([40.0, 0.1, 0.2]), np.full(3, 0.4), 0, 39.0, 41.0, 0.95)
    np.testing.assert_allclose(far, [39.0, 41.0, 40.0], atol=0.02)
