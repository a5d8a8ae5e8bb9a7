"""Curves with a formula: from an input in its own unit to what it is worth, and exactly back."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special, stats

from crunch import checks
from crunch.errors import InputError, show
from crunch.scoring.curve import Curve, differ, finite, posts, reference

_Z90 = float(stats.norm.ppf(0.9))


@dataclass(frozen=True)
class Linear(Curve):
    """Worth 0 at `low` and 1 at `high`, straight between and beyond (goalposts); low above high if less is better."""

    low: float
    high: float
    kind: ClassVar = "linear"

    def __post_init__(self):
        posts(self)

    @classmethod
    def of(cls, values, less_is_better=False):
        """Goalposts at the smallest and the largest of some values (min-max)."""
        values = reference(values)
        ends = (float(values.min()), float(values.max()))
        return cls(*(ends[::-1] if less_is_better else ends))

    @property
    def less_is_better(self):
        return self.high < self.low

    def _worth(self, x):
        return (x - self.low) / (self.high - self.low)

    def _back(self, y):
        return self.low + y * (self.high - self.low)


@dataclass(frozen=True)
class ZScore(Curve):
    """Standard deviations above the mean, or below it if less is better."""

    mean: float
    sd: float
    less_is_better: bool = False
    kind: ClassVar = "z-score"

    def __post_init__(self):
        finite(self, "mean")
        object.__setattr__(self, "sd", checks.positive(self.sd, "sd"))
        if not isinstance(self.less_is_better, bool | np.bool_):
            raise InputError(f"less_is_better is either True or False, but {show(self.less_is_better)} was given. "
                             "Give one of the two.")
        object.__setattr__(self, "less_is_better", bool(self.less_is_better))

    @classmethod
    def of(cls, values, less_is_better=False):
        """From the mean and the standard deviation (n − 1) of some values."""
        values = reference(values)
        return cls(float(values.mean()), float(values.std(ddof=1)), less_is_better)

    def _worth(self, x):
        return (x - self.mean) / self._signed

    def _back(self, y):
        return self.mean + y * self._signed

    @property
    def _signed(self):
        return -self.sd if self.less_is_better else self.sd


@dataclass(frozen=True)
class Log(Curve):
    """Worth 0 at `low` and 1 at `high`, straight in the logarithm of input + `plus`; `plus` = 1 admits counts of 0."""

    low: float
    high: float
    plus: float = 0.0
    kind: ClassVar = "log"

    def __post_init__(self):
        finite(self, "plus")
        posts(self)
        if min(self.low, self.high) + self.plus <= 0:
            raise InputError(f"A log curve needs goalposts above {0 - self.plus:g}, but low={self.low:g} and "
                             f"high={self.high:g} were given. Choose goalposts above {0 - self.plus:g}, or a larger "
                             "plus.")

    @property
    def domain(self):
        return np.nextafter(-self.plus, np.inf), np.inf

    @property
    def rule(self):
        return f"numbers above {0 - self.plus:g}"  # not -0

    @property
    def less_is_better(self):
        return self.high < self.low

    def _worth(self, x):
        # A difference, not the logarithm of a ratio: of the smallest float there is, that would be of 0.
        return (np.log(x + self.plus) - np.log(self.low + self.plus)) / self._length

    def _back(self, y):
        return (self.low + self.plus) * np.exp(y * self._length) - self.plus

    @property
    def _length(self):
        return np.log(self.high + self.plus) - np.log(self.low + self.plus)


@dataclass(frozen=True)
class Power(Curve):
    """Worth 0 at `low` and 1 at `high`, straight in input ** `exponent`; inputs of 0 or more."""

    low: float
    high: float
    exponent: float
    kind: ClassVar = "power"
    domain: ClassVar = (0.0, np.inf)
    rule: ClassVar = "numbers of 0 or more"

    def __post_init__(self):
        posts(self)
        object.__setattr__(self, "exponent", checks.positive(self.exponent, "exponent"))
        if min(self.low, self.high) < 0:
            raise InputError(f"A power curve needs goalposts of 0 or more, but low={self.low:g} and "
                             f"high={self.high:g} were given. Move the lower one to 0 or above.")
        with np.errstate(over="ignore", under="ignore"):
            length = np.abs(np.float64(self.high) ** self.exponent - np.float64(self.low) ** self.exponent)
        if not 0 < length < np.inf:
            raise InputError(f"A power curve needs goalposts that stay apart and below 1e308 when raised to its "
                             f"exponent, but low={self.low:g}, high={self.high:g} and exponent={self.exponent:g} do "
                             "not. Give an exponent nearer to 1.")

    @property
    def range(self):
        end = float(self._worth(np.array(0.0)))
        return (-np.inf, end) if self.less_is_better else (end, np.inf)

    @property
    def less_is_better(self):
        return self.high < self.low

    def _worth(self, x):
        return (x**self.exponent - self.low**self.exponent) / self._length

    def _back(self, y):
        return np.maximum(y * self._length + self.low**self.exponent, 0) ** (1 / self.exponent)

    @property
    def _length(self):
        return self.high**self.exponent - self.low**self.exponent


@dataclass(frozen=True)
class LogNormal(Curve):
    """Worth 0.5 at `median` and 0.9 at `p10`, a log-normal curve between 0 and 1; less is better if p10 < median.

    The survival function of a log-normal distribution whose 10th percentile is `p10`: the share of
    the reference population that does worse. Inputs of 0 or more.
    """

    median: float
    p10: float
    kind: ClassVar = "log-normal"
    domain: ClassVar = (0.0, np.inf)
    range: ClassVar = (0.0, 1.0)
    rule: ClassVar = "numbers of 0 or more"

    def __post_init__(self):
        for name in ("median", "p10"):
            object.__setattr__(self, name, checks.positive(getattr(self, name), name))
        differ(self, "median", "p10")

    @property
    def less_is_better(self):
        return self.p10 < self.median

    def _worth(self, x):
        with np.errstate(divide="ignore"):
            return special.ndtr(_Z90 * np.log(x / self.median) / np.log(self.p10 / self.median))

    def _back(self, y):
        return self.median * np.exp(special.ndtri(y) / _Z90 * np.log(self.p10 / self.median))


@dataclass(frozen=True)
class Logistic(Curve):
    """Worth 0.5 at `middle`, S-shaped between 0 and 1; `slope` per unit of input, negative if less is better."""

    middle: float
    slope: float
    kind: ClassVar = "logistic"
    range: ClassVar = (0.0, 1.0)

    def __post_init__(self):
        finite(self, "middle", "slope")
        if self.slope == 0:
            raise InputError("A logistic curve needs a slope other than 0, but slope=0 was given. "
                             "Give one above 0, or below 0 if less is better.")

    @property
    def less_is_better(self):
        return self.slope < 0

    def _worth(self, x):
        return special.expit(self.slope * (x - self.middle))

    def _back(self, y):
        return self.middle + special.logit(y) / self.slope
