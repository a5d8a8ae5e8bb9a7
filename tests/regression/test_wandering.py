"""Series that come back and series that may wander, against statsmodels and in simulated worlds."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import adfuller

from crunch.regression.wandering import ALPHA, comes_back


def series(rng, kept, length=200):
    out = np.zeros(length + 50)
    for t in range(1, length + 50):
        out[t] = kept * out[t - 1] + rng.normal()
    return out[50:]


@pytest.mark.filterwarnings("ignore:adfuller currently returns:FutureWarning")
@pytest.mark.parametrize("lags", [1, 3])
def test_it_is_the_test_of_dickey_and_fuller(lags):
    """On either side of the level, whatever the unit."""
    rng = np.random.default_rng(1)
    said = []
    for kept in (0.5, 0.8, 0.88, 0.95, 1.0) * 6:
        values = series(rng, kept)
        said.append(comes_back(np.arange(200), 1e6 + 1e-3 * values, lags))
        assert said[-1] == (adfuller(values, maxlag=lags, regression="ct", autolag=None)[1] < ALPHA)
    assert 8 < sum(said) < 22


def test_a_gap_is_no_change():
    rng = np.random.default_rng(2)
    values = series(rng, 0.3)
    some = np.sort(rng.permutation(200)[:150])
    assert comes_back(some, values[some], 1)
    assert comes_back(np.arange(200), np.where(np.arange(200) % 9 == 4, np.nan, values), 1)
    assert not comes_back(np.arange(0, 200, 3), values[::3], 1)  # no two periods in a row
    assert not comes_back(np.arange(9), values[:9], 1)


def test_walks_hardly_ever_come_back():
    rng = np.random.default_rng(3)
    share = np.mean([comes_back(np.arange(104), np.cumsum(rng.normal(size=104)), 1) for _ in range(500)])
    assert share <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / 500)
