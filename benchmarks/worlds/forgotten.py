"""The column that nobody named: time or unit stand in the table and have no role."""

from dataclasses import replace

import numpy as np

from worlds import diaries
from worlds.accounts import plain
from worlds.panels import panel
from worlds.world import adding, weeks

put = adding(group="forgotten")


def untold(made, *roles, numbers=False):
    """The same table without these roles; its columns stay, under names that say what they are."""
    data = made.data.rename(columns={"time": "week", "unit": "shop"})
    if numbers:
        data["week"] = np.arange(len(data))
    told = {role: name for role, name in made.roles.items() if role not in roles}
    told.update({role: {"time": "week", "unit": "shop"}[role] for role in ("time", "unit") if role in told})
    return replace(made, data=data, roles=told, errors=None)


def walks(rng, numbers=False):
    return untold(diaries.walks(rng), "time", numbers=numbers)


def remembering(rng):
    return untold(diaries.plain(rng, rho=0.7, effect=0.0), "time")


def resembling(rng, *roles):
    """20 units × 26 rows, levers and score at their own height in each unit; nothing acts."""
    made = panel(rng, 20, effect=0.0, periods=26, heights=1.5)
    return untold(made, *roles)


def dated(rng, n=100):
    """Accounts with a column of dates that means nothing: what acts should still be found."""
    made = plain(rng, n)
    data = made.data.assign(joined=rng.permutation(weeks(n)))
    return replace(made, data=data)


put("time_forgotten", walks, asks=("drivers", "bare"), trap=True, spoiled=True)
put("time_forgotten_numbers", walks, numbers=True, trap=True, spoiled=True)
put("time_forgotten_ar", remembering, asks=("drivers", "bare"), trap=True, spoiled=True)
put("unit_forgotten", resembling, "time", "unit", trap=True, spoiled=True)
put("unit_forgotten_timed", resembling, "unit", trap=True, spoiled=True)
put("dated_accounts", dated)
