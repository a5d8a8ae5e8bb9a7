"""Draws by counting, and block lengths against arch, a closed form and plain noise."""

import math

import numpy as np
import pytest
from arch.bootstrap import optimal_block_length
from scipy.signal import lfilter

from crunch.regression.resample import block_length, blocks, rows, units


def ar1(persistence, count, columns, seed=0):
    noise = np.random.default_rng(seed).normal(size=(count + 200, columns))
    return lfilter([1], [1, -persistence], noise, axis=0)[200:]


def test_every_draw_has_as_many_rows_as_the_table():
    rng = np.random.default_rng(0)
    for drawn in (rows(50, 30, rng), blocks(50, 30, rng), blocks(50, 30, rng, 7), blocks(50, 30, rng, 99)):
        assert drawn.shape == (30, 50)
        assert (drawn.sum(axis=1) == 50).all()
        assert (drawn >= 0).all()


def test_every_row_is_drawn_about_once():
    drawn = rows(40, 5000, np.random.default_rng(1))
    np.testing.assert_allclose(drawn.mean(axis=0), 1, atol=5 / math.sqrt(5000))
    np.testing.assert_allclose(drawn.var(axis=0), 1 - 1 / 40, atol=0.15)


def test_blocks_are_runs_of_neighbours():
    """How often a block starts at each row follows from the counts, and gives the counts back."""
    drawn = blocks(30, 200, np.random.default_rng(2), length=5)
    starts = np.zeros_like(drawn)
    for row in range(30):
        ended = starts[:, row - 5] if row >= 5 else 0
        starts[:, row] = drawn[:, row] - (drawn[:, row - 1] if row else 0) + ended
    assert (starts >= 0).all()
    assert (starts.sum(axis=1) == 6).all()
    assert (starts[:, 26:] == 0).all()
    assert len(np.unique(starts[:, :26].argmax(axis=1))) > 15


def test_blocks_of_the_cube_root_unless_told():
    np.testing.assert_array_equal(blocks(130, 20, np.random.default_rng(3)),
                                  blocks(130, 20, np.random.default_rng(3), length=6))


def test_units_stay_whole():
    codes = np.array([0, 1, 1, 2, 2, 2, 3, 0])
    drawn = units(codes, 100, np.random.default_rng(4))
    first = np.array([0, 1, 3, 6])
    np.testing.assert_array_equal(drawn, drawn[:, first][:, codes])
    assert (drawn[:, first].sum(axis=1) == 4).all()


def test_noise_asks_for_short_blocks():
    found = np.array([block_length(np.random.default_rng(seed).normal(size=(130, 6))) for seed in range(200)])
    print(f"\nnoise of 130 rows: 1 or 2 in {(found <= 2).mean():.2f}, at most 3 in {(found <= 3).mean():.2f}")
    assert np.median(found) <= 2
    assert (found <= 3).mean() >= 0.9


def test_what_lasts_asks_for_long_blocks():
    found = [block_length(ar1(0.8, 130, 6, seed)) for seed in range(50)]
    assert min(found) >= 7
    assert max(found) <= 130 // 3


def test_the_optimum_of_an_autoregression():
    """For AR(1) it is (6 φ² / (1 − φ²)²)^⅓ n^⅓: G and D of Patton, Politis & White (2009) in closed form."""
    for persistence in (0.3, 0.5, 0.8):
        optimum = (6 * persistence**2 / (1 - persistence**2) ** 2 * 20_000) ** (1 / 3)
        assert block_length(ar1(persistence, 20_000, 10)) == pytest.approx(optimum, rel=0.15)


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.8])
def test_the_mean_of_what_arch_says(persistence):
    series = ar1(persistence, 130, 4, seed=5)
    expected = optimal_block_length(series)["circular"].mean()
    assert block_length(series) == math.ceil(expected)
    one = optimal_block_length(series[:, 0])["circular"].iloc[0]
    assert block_length(series[:, [0]]) == math.ceil(one)


def test_scale_and_still_columns_do_not_count():
    series = ar1(0.7, 130, 3, seed=6)
    still = np.full((130, 1), 0.1)
    assert block_length(np.column_stack([series * [1e-180, 1, 1e180], still, 0 * still])) == block_length(series)


@pytest.mark.parametrize(("count", "length"), [(1, 1), (2, 1), (5, 1), (8, 2), (15, 3)])
def test_few_rows_fall_back_to_the_cube_root_within_a_third(count, length):
    assert block_length(np.random.default_rng(7).normal(size=(count, 2))) == length


def test_nothing_moves():
    assert block_length(np.ones((130, 2))) == 6
    assert block_length(np.zeros((130, 2))) == 6


def test_lengths_stay_within_a_third_whatever_the_series():
    rng = np.random.default_rng(8)
    time = np.arange(16.0)
    no_variance_in_the_long_run = np.array([-1, 1, 0, 0, 1, -1, 0, -1, 0, 1, 1, -1, 0, -1, 0, 1])
    still_at_the_ends = np.array([0, 0, 0, 0, 0, 0, 1, -1, 0, 1, 0, -1, 0, 0, 0, 0])
    odd = [no_variance_in_the_long_run, still_at_the_ends, time, time % 2, time == 15, time == 7,
           *np.round(rng.normal(size=(200, 16)))]
    for series in odd:
        assert 1 <= block_length(series.astype(float)[:, None]) <= 5
