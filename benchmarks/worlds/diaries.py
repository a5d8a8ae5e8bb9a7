"""Diaries without a calendar: what remembers, what wanders, what is short, rounded or has gaps."""

import numpy as np

from worlds.world import adding, ar, rounded, weeks, without, world

put = adding(group="diaries")


def plain(rng, n=156, rho=0.5, effect=0.4, levers=3):
    """Levers and noise remember as much as each other; the first lever acts."""
    x = ar(rng, n, rho, levers)
    y = 50 + effect * x[:, 0] + ar(rng, n, rho)[:, 0]
    return world(y, x, [effect, *[0] * (levers - 1)], time=weeks(n), errors=("ar", rho))


def walks(rng, n=104):
    x = np.cumsum(rng.normal(size=(n, 3)), 0)
    return world(50 + np.cumsum(rng.normal(size=n)), x, [0, 0, 0], time=weeks(n), errors=("walk", 1.0))


def moving_average(rng, n=104, theta=-0.8, effect=0.0):
    shocks = rng.normal(size=(n + 1, 4))
    wave = shocks[1:] + theta * shocks[:-1]
    x = wave[:, 1:]
    return world(50 + effect * x[:, 0] + wave[:, 0], x, [effect, 0, 0], time=weeks(n), errors=("ma", theta))


def feedback(rng, n=104, effect=0.0):
    """Two levers answer to last week's score."""
    x, y, noise = np.zeros((n, 3)), np.zeros(n), ar(rng, n, 0.5)[:, 0]
    for t in range(n):
        x[t] = rng.normal(size=3) - (0.6 * y[t - 1] * np.array([1, 1, 0]) if t else 0)
        y[t] = effect * x[t, 0] + noise[t]
    return world(50 + y, x, [effect, 0, 0], time=weeks(n))


def four_lags(rng, n=156, effect=0.4):
    """The noise remembers four weeks back."""
    x, shocks, noise = rng.normal(size=(n, 3)), rng.normal(size=n + 100), np.zeros(n + 100)
    for t in range(4, n + 100):
        noise[t] = 0.2 * noise[t - 1] + 0.5 * noise[t - 4] + shocks[t]
    return world(50 + effect * x[:, 0] + noise[100:], x, [effect, 0, 0], time=weeks(n))


def gaps(rng, n=156):
    """A week in seven is not in the table."""
    return without(plain(rng, n), rng.random(n) > 1 / 7)


def bursts(rng, n=104, timed=True):
    """Each lever is pulled in three weeks; nothing acts."""
    x = np.zeros((n, 3))
    for j in range(3):
        x[rng.choice(np.arange(5, n), 3, replace=False), j] = 1
    return world(50 + rng.standard_t(5, n), x, [0, 0, 0], time=weeks(n) if timed else None, errors=("ar", 0.0))


def zero_heavy(rng, n=104, effect=0.4, timed=True):
    """Nine rows of ten are zero, the rest are amounts of very different size."""
    x = rng.lognormal(0, 1, size=(n, 3)) * (rng.random((n, 3)) < 0.1)
    y = 50 + effect * x[:, 0] + rng.normal(size=n)
    return world(y, x, [effect, 0, 0], time=weeks(n) if timed else None, errors=("ar", 0.0))


def heavy_tails(rng, n=130, effect=0.4, timed=True):
    x = rng.standard_t(3, size=(n, 3))
    y = 50 + effect * x[:, 0] + rng.standard_t(3, n)
    return world(y, x, [effect, 0, 0], time=weeks(n) if timed else None, errors=("ar", 0.0))


def together(rng, n=104, correlation=0.9, effect=0.4, timed=True):
    """The first two levers go together; only the first acts."""
    z = rng.normal(size=(n, 3))
    x = z.copy()
    x[:, 1] = correlation * z[:, 0] + np.sqrt(1 - correlation ** 2) * z[:, 1]
    y = 50 + effect * x[:, 0] + rng.normal(size=n)
    return world(y, x, [effect, 0, 0], time=weeks(n) if timed else None, errors=("ar", 0.0))


def shown(rng, step, n=104, timed=True):
    """A score with a standard deviation of some 3.2 points that is shown in steps."""
    x = rng.normal(size=(n, 3))
    y = 50 + 1.2 * x[:, 0] + 3 * rng.normal(size=n)
    return rounded(world(y, x, [1.2, 0, 0], time=weeks(n) if timed else None, errors=("ar", 0.0)), step)


put("no_season", plain, asks=("drivers", "what_if"))
put("null_weeks", plain, effect=0.0)
put("white_weeks", plain, n=104, rho=0.0)
put("ar_9", plain, n=104, rho=0.9, effect=0.0)
put("ar_9_acts", plain, n=104, rho=0.9)
put("ma_8", moving_average)
put("ma_8_acts", moving_average, effect=0.4)
put("walks", walks)
put("walks_30", walks, n=30)
put("feedback", feedback, trap=True)
put("feedback_acts", feedback, effect=0.4, trap=True)
put("four_lags", four_lags)
put("gaps", gaps)
put("weeks_20", plain, n=20, rho=0.0, effect=0.8, levers=2)
put("weeks_30", plain, n=30, rho=0.5, effect=0.8)
put("weeks_40", plain, n=40, rho=0.5, effect=0.6)
put("weeks_60", plain, n=60, rho=0.5, effect=0.6)
put("bursts", bursts, trap=True)
put("zero_heavy", zero_heavy, trap=True)
put("zero_heavy_null", zero_heavy, effect=0.0, trap=True)
put("heavy_tails", heavy_tails)
put("collinear_9", together)
put("collinear_99", together, correlation=0.99)
for grid in (1, 2, 5):
    put(f"steps_{grid}", shown, grid)
