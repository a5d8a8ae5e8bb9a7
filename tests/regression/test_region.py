"""Distances from where the data are."""

import numpy as np
from scipy.spatial.distance import cdist

from crunch.regression.region import Region


def test_a_lever_that_stands_still_leaves_the_distance_of_the_others():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 60))
    seen = np.column_stack([a, np.full(60, 0.1), b + 0.5 * a])
    moving = seen[:, [0, 2]]
    truth = cdist(moving, moving.mean(axis=0)[None], "mahalanobis", VI=np.linalg.inv(np.cov(moving.T, bias=True)))[:, 0]
    np.testing.assert_allclose(Region(seen).distance(seen), truth, rtol=1e-12)
    assert Region(seen).outside(np.array([0.0, 0.2, 0.0])).tolist() == [False, True, False]


def test_where_nothing_moves_nothing_is_far():
    seen = np.full((5, 2), 3.0)
    assert Region(seen).distance(np.array([[3.0, 3.0], [4.0, 3.0]])).tolist() == [0, 0]
