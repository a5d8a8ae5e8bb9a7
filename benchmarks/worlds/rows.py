"""Rows that are not what they seem: a total, copies, a lost decimal mark, one account that carries everything."""

from dataclasses import replace

import numpy as np
import pandas as pd

from worlds.accounts import plain
from worlds.world import adding, world

put = adding(group="rows", trap=True, spoiled=True)


def firms(rng, n=50, effect=0.0):
    """Amounts that can be added up; nothing acts unless told."""
    x = 10 + rng.normal(size=(n, 3))
    y = 50 + effect * x[:, 0] + rng.normal(size=n)
    return world(y, x, [effect, 0, 0], matters=float(y.std()) / 10)


def total(rng, n=50, effect=0.0):
    """The last row is the sum of the others, as a sheet ends."""
    made = firms(rng, n, effect)
    data = pd.concat([made.data, made.data.sum().to_frame().T], ignore_index=True)
    return replace(made, data=data, when=np.arange(n + 1))


def copies(rng, n=60, effect=0.4):
    """Every row is there twice."""
    made = plain(rng, n, effect)
    return replace(made, data=pd.concat([made.data] * 2, ignore_index=True), errors=None)


def decimals(rng, n=400, effect=0.4):
    """Three cells of the lever that acts lost their decimal mark."""
    made = firms(rng, n, effect)
    data = made.data.round(dict.fromkeys(made.truth, 1))
    lost = rng.choice(n, 3, replace=False)
    data.loc[lost, "x0"] *= 10
    return replace(made, data=data)


def giant(rng, n=50):
    """One account is large in the score and in one lever; among the others nothing acts."""
    made = firms(rng, n)
    data = made.data.copy()
    data.loc[rng.integers(n), ["x0", "score"]] += 25.0
    return replace(made, data=data)


put("total_row", total)
put("total_row_acts", total, effect=0.8)
put("copied_rows", copies)
put("copied_rows_null", copies, effect=0.0)
put("lost_decimals", decimals)
put("one_of_fifty", giant)
