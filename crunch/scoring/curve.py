"""What every curve of a score is, and the checks of its settings."""

import sys
from numbers import Real
from typing import ClassVar

import numpy as np

from crunch.errors import UNDEFINED, InputError, listing, show


class Curve:
    """What all curves share. A subclass gives `_worth`, `_back`, and what else differs from this.

    Attributes
    ----------
    domain : tuple of float
        The smallest and the largest input that is allowed.
    range : tuple of float
        The lowest and the highest worth there is.
    rule : str
        What an input must be, in words.
    less_is_better : bool
        Whether a larger input is worth less.
    """

    domain: ClassVar = (-np.inf, np.inf)
    range: ClassVar = (-np.inf, np.inf)
    rule: ClassVar = "a finite number"
    kind: ClassVar = ""

    def __call__(self, values):
        """What the inputs are worth, shape as given; InputError where one is outside the domain."""
        values = np.asarray(values, dtype=float)
        outside = self.outside(values)
        if outside.any():
            raise InputError(f"A {self.kind} curve takes {self.rule}, but it was given {listing(values[outside][:3])}. "
                             "Correct these inputs, or choose another curve.", UNDEFINED)
        return self._worth(values) + 0.0  # no negative zero

    def inverse(self, worth):
        """The inputs that are worth this: of several the one that is least far into the curve, NaN where none is."""
        worth = np.asarray(worth, dtype=float)
        low, high = self.range
        with np.errstate(all="ignore"):  # of a worth out of range anything may come; it is not used
            inputs = self._back(worth)
            # The end of an S is never reached: its input would be infinite.
            return np.where((worth >= low) & (worth <= high) & ~self.outside(inputs), inputs, np.nan)

    def outside(self, values):
        """Whether each input is one the curve is not made for, missing ones included."""
        low, high = self.domain
        return ~(np.isfinite(values) & (values >= low) & (values <= high))

    @property
    def less_is_better(self):
        return False


def posts(curve):
    """Two different finite goalposts, as floats."""
    finite(curve, "low", "high")
    differ(curve, "low", "high")


def finite(curve, *fields):
    for name in fields:
        value = getattr(curve, name)
        if isinstance(value, bool) or not isinstance(value, Real) or not abs(value) <= sys.float_info.max:
            raise InputError(f"{name} of a {curve.kind} curve must be a finite number, but {show(value)} was given. "
                             f"For example {name}=1.")
        object.__setattr__(curve, name, float(value))


def differ(curve, one, other):
    if getattr(curve, one) == getattr(curve, other):
        raise InputError(f"{one} and {other} of a {curve.kind} curve must differ, but both are "
                         f"{getattr(curve, one):g}. Between them the worth goes from one end to the other.")


def reference(values):
    """Values to take goalposts from: finite, not all the same."""
    found = floats(values)
    if found is None:
        raise InputError(f"A curve is taken from numbers, but {show(values)} was given. Give a column of numbers.")
    found = found[~np.isnan(found)].ravel()
    if found.size < 2 or not np.isfinite(found).all() or np.ptp(found) == 0:
        raise InputError(f"A curve taken from values needs at least two different finite ones, but it was given "
                         f"{listing(found[:3]) or 'none'}. Give the whole column, or say the goalposts.")
    return found


def floats(values):
    """Values as floats, shape as given; None when they are no numbers."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return None
