"""Intervals from draws, by hand."""

import numpy as np

from crunch.regression.intervals import less_overfit, percentile

DRAWN = np.array([[0.1, 0.5, -0.3], [0.2, 0.6, -0.1], [0.3, 0.7, 0.1], [0.4, 0.8, 0.3], [0.5, 0.9, 0.5]])


def test_shares_come_down_by_what_draws_overfit_and_stop_at_nothing():
    """Means 0.3, 0.7, 0.1: two draws too high on average by 0.25 and 0.1, one too low, which stays where it is."""
    low, high = less_overfit(DRAWN, np.array([0.05, 0.6, 0.2]), 0.5)
    np.testing.assert_allclose(low, [0, 0.5, 0])
    np.testing.assert_allclose(high, [0.15, 0.7, 0.3])
    low, _ = less_overfit(DRAWN, np.array([0.05, 0.6, 0.2]), 0.5, least=-np.inf)
    np.testing.assert_allclose(low, [-0.05, 0.5, -0.1])


def test_both_hold_the_estimate():
    """A skewed heap: all draws above the estimate, their mean within them."""
    estimate, drawn = np.array([0.01]), np.array([[0.02], [0.02], [0.02], [0.9]])
    low, high = percentile(drawn, estimate, 0.5)
    assert low <= estimate <= high
    low, high = less_overfit(drawn, estimate, 0.5)
    assert low[0] == 0
    np.testing.assert_allclose(high, estimate)
