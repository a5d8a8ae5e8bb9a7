"""Levers that units switch on and keep on: all at once, one after the other, in one unit only, in doses."""

import numpy as np

from worlds.panels import assembled, grid, remembered
from worlds.world import adding

put = adding(group="switches")


def switched(rng, units, pulled, effect=0.0, periods=30, doses=False):
    """Each of three levers is turned on in `pulled` units, each in its own week of the middle third, and stays on."""
    unit, time = grid(units, periods)
    x = np.zeros((len(unit), 3))
    for j in range(3):
        for i in rng.choice(units, pulled, replace=False):
            amount = rng.uniform(0.2, 3) if doses else 1.0
            x[(unit == i) & (time >= rng.integers(periods // 3, 2 * periods // 3)), j] = amount
    noise = remembered(rng, units, periods, 0.5)[:, 0]
    return assembled(rng, unit, time, x, noise, [effect, 0, 0])


def staggered(rng, growth=0.4527, steady=0.0, never=0, units=20, periods=25, starts=(5, 15)):
    """One lever is switched on in week 5 or 15 and stays on; two levers do nothing.

    The effect is `steady` and grows by `growth` a week, and is never negative. Its truth is the mean
    effect over the treated rows of weeks in which somebody is not treated yet.
    """
    unit, time = grid(units, periods)
    start = np.where(np.arange(units) % 2, *starts)
    start[:never] = periods
    age = time - start[unit]
    on = age >= 0
    x = np.column_stack([on.astype(float), remembered(rng, units, periods, 0.5, 2)])
    gained = np.where(on, steady + growth * (age + 1), 0.0)
    made = assembled(rng, unit, time, x, remembered(rng, units, periods, 0.5)[:, 0], [0, 0, 0], more=gained,
                     errors=None if growth else ("ar", 0.5))
    compared = on & (time < start.max())
    made.truth["x0"] = float(gained[compared].mean())
    return made


put("switch_2_of_10", switched, 10, 2, trap=True)
put("switch_1_of_20", switched, 20, 1, trap=True)
put("switch_10_of_20", switched, 20, 10, effect=0.8)
put("switch_10_of_20_null", switched, 20, 10)
put("doses_2_of_10", switched, 10, 2, doses=True, trap=True)
put("doses_10_of_20", switched, 20, 10, effect=0.4, doses=True)
put("staggered_growing", staggered, trap=True)
put("staggered_growing_never", staggered, never=6, trap=True)
put("staggered_steady", staggered, growth=0.0, steady=1.0, never=6)
put("staggered_null", staggered, growth=0.0)
