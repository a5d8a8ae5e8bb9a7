"""What a simulated world is: a table, the roles its owner would name, and what is true of it."""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd

KINDS = {}


@dataclass(frozen=True)
class World:
    """One table drawn from a world.

    Attributes
    ----------
    data : DataFrame
        Columns x0, x1, …, score, and time, unit or side effects where the world has them.
    roles : dict
        What `crunch.Study` is told, beside the score.
    truth : dict of lever to float
        Points of score for one more of the lever; NaN where that is not one number.
    sides : dict of (lever, side effect) to float
        The same for side effects.
    errors : tuple of (str, float) or None
        "ar", "ma" or "walk" with its coefficient: the law of the noise, for whoever may know it. None
        where nobody could state a narrowest interval.
    held : array of shape (rows, columns) or None
        What the score moves with besides levers and noise.
    when : array of int, shape (rows,)
        The period of each row, for the noise's memory.
    spread : array of shape (rows,) or None
        Standard deviation of each row's noise, where they differ.
    shares : dict of lever to float
        Shares of the score's variance, where they are known.
    hidden : array of shape (rows,) or None
        The score before it was rounded.
    matters : float or None
        What would matter if the rows were what they seem; None for what the answer says.
    """

    data: pd.DataFrame
    roles: dict
    truth: dict
    sides: dict = field(default_factory=dict)
    errors: tuple | None = None
    held: np.ndarray | None = None
    when: np.ndarray | None = None
    spread: np.ndarray | None = None
    shares: dict = field(default_factory=dict)
    hidden: np.ndarray | None = None
    matters: float | None = None


@dataclass(frozen=True)
class Kind:
    """A world by name.

    Attributes
    ----------
    name, group : str
    make : callable
        rng -> World.
    asks : tuple of str
        The questions asked of each table.
    trap : bool
        Whether power is not compared: what is found without a mend was found by luck or by error.
    spoiled : bool
        Whether the table hides that its rows are not what they seem. Intervals may then miss the truth
        where no verdict is ventured.
    promise : float
        How often a plan at 80 % has to come true.
    """

    name: str
    group: str
    make: object
    asks: tuple = ("drivers",)
    trap: bool = False
    spoiled: bool = False
    promise: float = 0.75


def add(name, make, *given, group, asks=("drivers",), trap=False, spoiled=False, promise=0.75, **settings):
    """Put a world into the list; what else is given goes to `make` behind rng."""
    if name in KINDS:
        raise ValueError(f"Two worlds are called {name}.")
    KINDS[name] = Kind(name, group, (lambda rng: make(rng, *given, **settings)), asks, trap, spoiled, promise)


adding = partial(partial, add)  # a file's worlds share a group: put = adding(group="panels")


def named(levers):
    return [f"x{j}" for j in range(levers.shape[1])]


def world(score, levers, slopes, *, time=None, unit=None, **known):
    """A world from arrays: levers are called x0, x1, … and are read as they are.

    Parameters
    ----------
    score : array of shape (rows,)
    levers : array of shape (rows, levers)
    slopes : sequence of float
    time, unit : array of shape (rows,), optional
    **known
        Further attributes of `World`.

    Returns
    -------
    World
    """
    names = named(levers)
    data = pd.DataFrame(levers, columns=names).assign(score=score)
    roles = {"levers": names, "scales": dict.fromkeys(names, "linear")}
    for role, column in (("time", time), ("unit", unit)):
        if column is not None:
            data[role], roles[role] = column, role
    known.setdefault("when", np.arange(len(data)))
    return World(data, roles, dict(zip(names, map(float, slopes), strict=True)), **known)


def rounded(made, step):
    """The same world with a score that is shown in steps, half up."""
    hidden = made.data["score"].to_numpy()
    data = made.data.assign(score=step * np.floor(hidden / step + 0.5))
    return replace(made, data=data, roles={**made.roles, "step": step}, hidden=hidden)


def without(made, kept):
    """The same world with these rows only."""
    return replace(made, data=made.data[kept].reset_index(drop=True), **{
        name: None if getattr(made, name) is None else getattr(made, name)[kept]
        for name in ("held", "when", "spread", "hidden")})


def ar(rng, n, rho, columns=1):
    """An autoregression of order one with unit shocks, in its steady state."""
    out, noise = np.zeros((n + 100, columns)), rng.normal(size=(n + 100, columns))
    for t in range(1, n + 100):
        out[t] = rho * out[t - 1] + noise[t]
    return out[100:]


def weeks(n):
    return pd.date_range("2019-01-07", periods=n, freq="7D")


def days(n):
    return pd.date_range("2019-01-07", periods=n, freq="D")
