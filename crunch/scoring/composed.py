"""Curves made of points and of other curves."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from crunch.errors import InputError, counted, listing, show
from crunch.scoring.curve import Curve, finite, floats, reference
from crunch.scoring.curves import Linear


@dataclass(frozen=True)
class Piecewise(Curve):
    """Straight between points, level beyond the first and the last; worth rises throughout or falls throughout."""

    inputs: tuple
    worths: tuple
    kind: ClassVar = "piecewise"

    def __post_init__(self):
        for name in ("inputs", "worths"):
            given = getattr(self, name)
            numbers = floats(given)
            if numbers is None or numbers.ndim != 1:
                raise InputError(f"{name} of a piecewise curve must be a list of numbers, but {show(given)} was given. "
                                 f"For example {name}=(0, 1).")
            object.__setattr__(self, name, tuple(numbers.tolist()))
        x, y = np.array(self.inputs), np.array(self.worths)
        if len(x) != len(y) or len(x) < 2:
            raise InputError(f"A piecewise curve needs at least 2 points, each an input and its worth, but "
                             f"{counted(len(x), 'input')} and {counted(len(y), 'worth', 'worths')} were given. "
                             "Give as many of one as of the other.")
        steps = np.diff(y)
        if not (np.isfinite([*x, *y]).all() and (np.diff(x) > 0).all()
                and ((steps >= 0).all() or (steps <= 0).all())):
            raise InputError(f"A piecewise curve needs finite inputs that rise and worths that rise throughout or fall "
                             f"throughout, but it was given inputs {listing(x, most=6)} and worths "
                             f"{listing(y, most=6)}. Sort the points by input; use two parts for a curve that turns.")

    @property
    def range(self):
        return min(self.worths), max(self.worths)

    @property
    def less_is_better(self):
        return self.worths[-1] < self.worths[0]

    def _worth(self, x):
        return np.interp(x, self.inputs, self.worths)

    def _back(self, y):
        # From the last point to the first, as worths that rise: of a level stretch the one read last counts.
        sign = 1 if self.less_is_better else -1
        return np.interp(sign * y, sign * np.array(self.worths[::-1]), self.inputs[::-1])


def percentile(values, less_is_better=False):
    """A curve from 0 to 1 by rank among some values, ties at their middle rank.

    Parameters
    ----------
    values : array of float
        The reference: at least two different values.
    less_is_better : bool

    Returns
    -------
    Piecewise
        0 at the smallest value and 1 at the largest, when these are single.

    Examples
    --------
    >>> percentile([1, 2, 2, 10])([1, 2, 6, 10]).tolist()
    [0.0, 0.5, 0.75, 1.0]
    """
    values = np.sort(reference(values))
    inputs, first, count = np.unique(values, return_index=True, return_counts=True)
    ranks = (first + (count - 1) / 2) / (len(values) - 1)
    return Piecewise(inputs, 1 - ranks if less_is_better else ranks)


@dataclass(frozen=True)
class Capped(Curve):
    """Another curve, worth at least `low` and at most `high`."""

    curve: Curve
    low: float = 0.0
    high: float = 1.0
    kind: ClassVar = "capped"

    def __post_init__(self):
        _a_curve(self.curve)
        finite(self, "low", "high")
        least, most = self.curve.range
        if not max(self.low, least) < min(self.high, most):
            raise InputError(f"A cap needs low below high, and room between them on its curve, but low={self.low:g} "
                             f"and high={self.high:g} were given for a curve from {least:g} to {most:g}. "
                             "Choose caps inside it.")

    @property
    def domain(self):
        return self.curve.domain

    @property
    def rule(self):
        return self.curve.rule

    @property
    def range(self):
        least, most = self.curve.range
        return max(self.low, least), min(self.high, most)

    @property
    def less_is_better(self):
        return self.curve.less_is_better

    def _worth(self, x):
        return np.clip(self.curve._worth(x), self.low, self.high)

    def _back(self, y):
        return self.curve._back(y)


def goalposts(low, high):
    """Worth 0 at `low` and 1 at `high`, straight between, level beyond; low above high if less is better."""
    return Capped(Linear(low, high))


@dataclass(frozen=True)
class Chain(Curve):
    """One curve applied to what another is worth."""

    first: Curve
    then: Curve
    kind: ClassVar = "chain"

    def __post_init__(self):
        _a_curve(self.first)
        _a_curve(self.then)
        least, most = self.first.range
        low, high = self.then.domain
        if least < low or most > high:
            raise InputError(f"A chain needs a second curve that takes all the first one gives, but the first gives "
                             f"{least:g} to {most:g} and the second takes {self.then.rule}. Cap the first.")

    @property
    def domain(self):
        return self.first.domain

    @property
    def rule(self):
        return self.first.rule

    @property
    def range(self):
        with np.errstate(invalid="ignore"):  # an end at infinity
            ends = self.then._worth(np.array(self.first.range))
        return float(ends.min()), float(ends.max())

    @property
    def less_is_better(self):
        return self.first.less_is_better != self.then.less_is_better

    def _worth(self, x):
        return self.then._worth(self.first._worth(x))

    def _back(self, y):
        # Of a level stretch of the second curve only what the first one gives can be meant.
        return self.first.inverse(np.clip(self.then._back(y), *self.first.range))


def _a_curve(value):
    if not isinstance(value, Curve):
        raise InputError(f"A curve is made of curves, but {show(value)} was given. For example "
                         "crunch.scoring.Linear(0, 100).")
