"""Accounts: rows that do not know of each other."""

import numpy as np

from worlds.diaries import bursts, heavy_tails, shown, together, zero_heavy
from worlds.world import adding, world

put = adding(group="accounts")


def plain(rng, n=60, effect=0.4, levers=3):
    x = rng.normal(size=(n, levers))
    return world(50 + effect * x[:, 0] + rng.normal(size=n), x, [effect, *[0] * (levers - 1)], errors=("ar", 0.0))


def many(rng, n=60):
    """Twelve levers of which two act."""
    slopes = [0.6, 0.4, *[0] * 10]
    x = rng.normal(size=(n, 12))
    return world(50 + x @ slopes + rng.normal(size=n), x, slopes, errors=("ar", 0.0))


def unequal(rng, n=100, effect=0.4):
    """The noise is larger where levers are far from their middle."""
    x = rng.normal(size=(n, 3))
    spread = np.sqrt((0.25 + (x ** 2).sum(1)) / 3.25)
    y = 50 + effect * x[:, 0] + spread * rng.normal(size=n)
    return world(y, x, [effect, 0, 0], errors=("ar", 0.0), spread=spread)


def skewed(rng, n=100, effect=0.4):
    """Levers with long upper tails, of which each unit counts the same."""
    x = rng.lognormal(0, 1, size=(n, 3))
    return world(50 + effect * x[:, 0] + rng.normal(size=n), x, [effect, 0, 0], errors=("ar", 0.0))


put("accounts", plain)
put("accounts_null", plain, effect=0.0)
put("accounts_20", plain, n=20, effect=0.8)
put("accounts_30", plain, n=30, effect=0.6)
put("accounts_400", plain, n=400, effect=0.15)
put("accounts_12_levers", many)
put("accounts_unequal", unequal)
put("accounts_skewed", skewed)
put("bursts_accounts", bursts, n=60, timed=False, trap=True)
put("zero_heavy_accounts", zero_heavy, timed=False, trap=True)
put("zero_heavy_accounts_null", zero_heavy, effect=0.0, timed=False, trap=True)
put("heavy_tails_accounts", heavy_tails, timed=False)
put("collinear_9_accounts", together, timed=False)
put("collinear_99_accounts", together, correlation=0.99, timed=False)
for grid in (1, 2, 5):
    put(f"steps_{grid}_accounts", shown, grid, timed=False)
