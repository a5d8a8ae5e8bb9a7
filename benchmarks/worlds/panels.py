"""Panels: units over time, of any number, length and size."""

import numpy as np
import pandas as pd

from worlds.world import adding, ar, days, without, world

put = adding(group="panels")


def dummies(labels):
    return (labels[:, None] == np.unique(labels)[None, :]).astype(float)


def assembled(rng, unit, time, x, noise, slopes, *, dates=None, errors=("ar", 0.5), more=0.0, **known):
    """A score of units' heights, periods' weather, levers and noise."""
    y = 50 + 3 * rng.normal(size=unit.max() + 1)[unit] + rng.normal(size=time.max() + 1)[time] + x @ slopes + noise
    held = np.column_stack([dummies(unit), dummies(time)])
    names = np.array([f"u{i:02d}" for i in range(unit.max() + 1)])[unit]
    return world(y + more, x, slopes, time=time if dates is None else dates, unit=names, errors=errors, held=held,
                 when=time, **known)


def grid(units, periods):
    return np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)


def remembered(rng, units, periods, rho, columns=1):
    return np.vstack([ar(rng, periods, rho, columns) for _ in range(units)])


def panel(rng, units, effect=0.4, periods=30, rho=0.5, heights=0.0):
    """Levers remember .7 and the noise `rho`; with `heights`, a unit's levers have their own middle."""
    unit, time = grid(units, periods)
    x = remembered(rng, units, periods, 0.7, 3) + heights * rng.normal(size=(units, 3))[unit]
    noise = remembered(rng, units, periods, rho)[:, 0]
    return assembled(rng, unit, time, x, noise, [effect, 0, 0], errors=("ar", rho))


def walks(rng, units=5, periods=30):
    unit, time = grid(units, periods)
    x = np.vstack([np.cumsum(rng.normal(size=(periods, 3)), 0) for _ in range(units)])
    noise = np.concatenate([np.cumsum(rng.normal(size=periods)) for _ in range(units)])
    return assembled(rng, unit, time, x, noise, [0, 0, 0], errors=("walk", 1.0))


def feedback(rng, units=20, periods=30, effect=0.4):
    """Two levers answer to what the unit scored last time."""
    unit, time = grid(units, periods)
    noise, x, y = remembered(rng, units, periods, 0.5)[:, 0], np.zeros((len(unit), 3)), np.zeros(len(unit))
    for row, period in enumerate(time):
        x[row] = rng.normal(size=3) - (0.6 * y[row - 1] * np.array([1, 1, 0]) if period else 0)
        y[row] = effect * x[row, 0] + noise[row]
    return assembled(rng, unit, time, x, noise, [effect, 0, 0], errors=None)


def unbalanced(rng, units=20, periods=30):
    """Two rows of five are missing, here and there."""
    made = panel(rng, units, periods=periods)
    return without(made, rng.random(len(made.data)) > 0.4)


def late(rng, units=20, periods=30):
    """Half of the units come in later, each in its own week."""
    made = panel(rng, units, periods=periods)
    start = np.where(np.arange(units) < units // 2, 0, rng.integers(5, 22, size=units))
    return without(made, made.when >= np.repeat(start, periods))


def missing_weeks(rng, units=20, periods=30):
    """A fifth of the weeks is missing for everybody."""
    made = panel(rng, units, periods=periods)
    return without(made, ~np.isin(made.when, rng.choice(periods, periods // 5, replace=False)))


def sizes(rng, units=20, periods=40, effect=0.3):
    """Units of very different size: from 5 to 40 rows, with noise and levers from a third to three times the usual."""
    unit, time = grid(units, periods)
    size = np.exp(rng.uniform(-1.1, 1.1, units))
    x = remembered(rng, units, periods, 0.7, 3) * size[unit, None]
    noise = remembered(rng, units, periods, 0.5)[:, 0] * size[unit]
    made = assembled(rng, unit, time, x, noise, [effect, 0, 0], spread=size[unit])
    return without(made, time < rng.integers(5, periods + 1, size=units)[unit])


def spillover(rng, units=10, periods=30, effect=0.4):
    """What the first shop does takes from all the others as much as it brings."""
    unit, time = grid(units, periods)
    x, noise = remembered(rng, units, periods, 0.7, 3), remembered(rng, units, periods, 0.5)[:, 0]
    taken = np.where(unit == 0, 0.0, -effect * x[unit == 0, 0][time])
    return assembled(rng, unit, time, x, noise, [effect, 0, 0], more=taken, errors=None)


def own_weekends(rng, units=10, periods=90):
    """Each unit has a weekend of its own size, in score and levers; nothing acts."""
    unit, time = grid(units, periods)
    dates = days(periods)
    free = (dates.day_of_week.to_numpy() >= 5)[time] * 1.5 * rng.normal(size=units)[unit]
    x = rng.normal(size=(len(unit), 3)) + free[:, None]
    made = assembled(rng, unit, time, x, rng.normal(size=len(unit)), [0, 0, 0], dates=pd.Index(dates)[time], more=free,
                     errors=None)
    return made


def own_trends(rng, units=20, periods=30):
    """Each unit has a trend of its own, which its score and levers share; nothing acts."""
    unit, time = grid(units, periods)
    drift = 3 * rng.normal(size=units)[unit] * time / periods
    x = remembered(rng, units, periods, 0.5, 3) + drift[:, None]
    return assembled(rng, unit, time, x, remembered(rng, units, periods, 0.5)[:, 0], [0, 0, 0], more=drift, errors=None)


put("panel_40", panel, 40)
put("panel_20", panel, 20, effect=0.25, asks=("drivers", "what_if"))
put("panel_20_null", panel, 20, effect=0.0)
put("panel_5", panel, 5, trap=True)
put("panel_5_walks", walks, trap=True)
put("panel_20_walks", walks, 20)
put("panel_feedback", feedback, asks=("drivers", "what_if"), trap=True)
put("panel_feedback_40x12", feedback, units=40, periods=12, trap=True)
put("panel_unbalanced", unbalanced)
put("panel_late", late)
put("panel_missing_weeks", missing_weeks)
put("panel_sizes", sizes)
put("panel_spillover", spillover, trap=True)
put("panel_own_weekends", own_weekends, trap=True)
put("panel_own_trends", own_trends, trap=True)
