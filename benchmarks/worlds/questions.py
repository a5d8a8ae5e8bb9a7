"""Worlds for the other questions: plans of weak levers, side effects, shares, prices of the next point."""

from dataclasses import replace

import numpy as np

from worlds import calendars, diaries
from worlds.panels import panel
from worlds.world import adding, rounded, weeks, world

plans = adding(group="plans", asks=("drivers", "what_if", "plan"))
sides = adding(group="side effects", asks=("drivers", "side_effects"))
shared = adding(group="shares", asks=("drivers", "importance"))
prices = adding(group="prices", asks=("drivers", "stuck", "what_if"))

SIX_WEAK = (0.3,) * 6
TWO_OF_EIGHT = (0.35, 0.35, *(0.0,) * 6)
CLEAR = (0.8, 0.4, 0.0)
STEPS = {"step": 1.0, "spread": 3.0}  # a score shown in whole points, with noise of three


def slopes(rng, sizes, n=60, timed=False, drawn=0, step=None, spread=1.0):
    """Independent levers with these slopes (or as many drawn from N(0, .3)) and white noise."""
    sizes = np.array(sizes) if not drawn else 0.3 * rng.normal(size=drawn)
    x = rng.normal(size=(n, len(sizes)))
    y = 50 + spread * (x @ sizes + rng.normal(size=n))
    whole = 1 + (sizes ** 2).sum()
    made = world(y, x, spread * sizes, time=weeks(n) if timed else None, errors=("ar", 0.0), hidden=y,
                 shares={f"x{j}": float(size ** 2 / whole) for j, size in enumerate(sizes)})
    return rounded(made, step) if step else made


def beside(rng, made, effects):
    """With two side effects: `work` takes `effects` of the levers, `luck` is noise; both have the score's calendar."""
    n, names = len(made.data), list(made.truth)
    levers = made.data[names].to_numpy()
    common = 0 if made.held is None or made.held.shape[1] > 1 else 1.5 * made.held[:, :1]
    luck = 20 + common + rng.normal(size=(n, 2))
    data = made.data.assign(work=luck[:, 0] + levers @ effects, luck=luck[:, 1])
    known = {(name, "work"): float(size) for name, size in zip(names, effects, strict=True)}
    known |= {(name, "luck"): 0.0 for name in names}
    return replace(made, data=data, roles={**made.roles, "side_effects": {"work": "less", "luck": "more"}}, sides=known)


def side_by_side(rng, make, effects=(0.5, 0.5, 0.0), **settings):
    return beside(rng, make(rng, **settings), np.array(effects))


for length in (60, 130):
    for timed in (False, True):
        tail = f"{length}_weeks" if timed else str(length)
        plans(f"plan_6_weak_{tail}", slopes, SIX_WEAK, n=length, timed=timed, promise=0.70, **STEPS)
        plans(f"plan_2_of_8_{tail}", slopes, TWO_OF_EIGHT, n=length, timed=timed, **STEPS)
        plans(f"plan_clear_{tail}", slopes, CLEAR, n=length, timed=timed, **STEPS)
        plans(f"plan_drawn_{tail}", slopes, (), drawn=6, n=length, timed=timed, **STEPS)
        plans(f"plan_null_{tail}", slopes, (0.0,) * 6, n=length, timed=timed, **STEPS)
# Without steps nothing is unsure but the slopes, and all the luck of the pick is in the promise.
plans("plan_6_weak_60_exact", slopes, SIX_WEAK, promise=0.70)
plans("plan_2_of_8_60_exact", slopes, TWO_OF_EIGHT)
plans("plan_clear_60_exact", slopes, CLEAR)
plans("plan_drawn_60_exact", slopes, (), drawn=6)

sides("sides_accounts", side_by_side, slopes, sizes=CLEAR)
sides("sides_null", side_by_side, slopes, (0.0, 0.0, 0.0), sizes=(0.0, 0.0, 0.0))
sides("sides_weeks", side_by_side, diaries.plain)
sides("sides_weekend", side_by_side, calendars.weekend, (0.0, 0.0, 0.0), n=180, trap=True)
sides("sides_panel_20", lambda rng: beside(rng, panel(rng, 20), np.array([0.5, 0.5, 0.0])))

shared("shares_60", slopes, CLEAR)
shared("shares_300", slopes, CLEAR, n=300)
shared("shares_weak_60", slopes, TWO_OF_EIGHT)
shared("shares_null_60", slopes, (0.0,) * 4, asks=("drivers", "importance", "bare"))

prices("price_accounts", slopes, CLEAR, n=100, step=1.0, spread=2.0)
prices("price_weeks", slopes, CLEAR, n=104, step=1.0, spread=2.0, timed=True)
prices("price_null", slopes, (0.0, 0.0, 0.0), n=100, step=1.0, spread=2.0)
