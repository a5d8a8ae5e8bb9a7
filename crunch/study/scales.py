"""On which scale a lever works: percentages (log) or its own units (linear)."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from crunch import checks
from crunch.errors import InputError, listing, show
from crunch.wording import compact

BEYOND = 0.1  # how far past what was seen a lever may go, in parts of its range, before the price is an extrapolation

PERCENT = 0.10  # the stated change of a lever on the log scale


@dataclass(frozen=True)
class Scale:
    """How one lever is read: the scale, why, and the change its effect is stated for.

    Attributes
    ----------
    name : {"log", "log1p", "linear"}
        log1p is the log scale for counts that include zero: log(1 + value).
    reason : str
        Why this scale, for people.
    change : str
        The stated change: "+10 %" or "+1".
    size : float
        The stated change on the transformed scale.
    is_count : bool
        Whether all values that were seen are whole.
    """

    name: str
    reason: str
    change: str
    size: float
    is_count: bool = False

    @property
    def least(self):
        """The value that everything on this scale lies above."""
        return {"log": 0.0, "log1p": -1.0}.get(self.name, -np.inf)

    def slope(self, value):
        """How fast a value grows with its place on the scale."""
        return {"log": value, "log1p": 1 + value}.get(self.name, 1.0)

    def __call__(self, values):
        """The values on this scale."""
        if self.name == "linear":
            return np.asarray(values, dtype=float)
        return np.log1p(values) if self.name == "log1p" else np.log(values)

    def inverse(self, scaled):
        """The values that are this on the scale; infinite where that is beyond the largest float."""
        with np.errstate(over="ignore"):
            if self.name == "linear":
                return np.asarray(scaled, dtype=float)
            return np.expm1(scaled) if self.name == "log1p" else np.exp(scaled)


def choose(values, name, asked=None):
    """The scale of one lever.

    A lever with two values is a switch and read in its own units ("linear"). Others are read in
    percent ("log") when no value is negative and either its median is 100 or
    more (one unit more is then at most a percent), or its upper tail is more than twice as long as
    its lower one (median to 90th against 10th percentile to median), or it is a count whose 90th
    percentile is five times its 10th. Everything else is read in its own units ("linear"). Zeros
    allow a log scale only for counts, as log(1 + value), unless it is asked for.

    Parameters
    ----------
    values : array of float, shape (rows,)
        The lever, without missing values.
    name : hashable
        Its name, for the messages.
    asked : {None, "log", "linear"}
        The scale the user wants.

    Returns
    -------
    Scale

    Raises
    ------
    InputError
        When a log scale is asked for a lever with negative values.
    """
    if asked == "linear":
        return _linear(values, "as asked")
    if values.min() < 0:
        if asked == "log":
            raise InputError(f"A log scale needs values of 0 or more, but lever {show(name)} goes down to "
                             f"{values.min():g}. Use scales={{{show(name)}: 'linear'}}.")
        return _linear(values, "it has negative values")
    if asked == "log":
        return _log(values, "as asked")
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    count = is_whole(values)
    if len(np.unique(values)) <= 2:
        return _linear(values, "it has two values")
    if values.min() == 0 and not count:
        return _linear(values, "it has zeros and is not a count")
    if middle >= 100:
        return _log(values, f"half its values are {compact(middle)} or more, so one unit is next to nothing")
    if high - middle > 2 * (middle - low):
        return _log(values, "a few values are far larger than the rest")
    if count and high >= 5 * low > 0:
        return _log(values, f"its high values are {high / low:.0f} times its low ones")
    return _linear(values, "its values are of similar size")


def chosen(study, asked, known):
    """The scales of a study's levers, and of context where they are asked for.

    Parameters
    ----------
    study : Study
        Of which levers and context are settled.
    asked : dict of name to {"log", "linear"}, or None
    known : DataFrame
        Values that were seen, the smallest and the largest among them.

    Returns
    -------
    dict of name to Scale

    Raises
    ------
    InputError
        When a scale is asked of no lever or context, or of categories.
    """
    asked = dict(asked or {})
    for name, scale in asked.items():
        checks.choice(scale, ("log", "linear"), f"scales[{show(name)}]")
        if name not in (*study.levers, *study.constant, *study.context):
            raise InputError(f"scales speaks of levers and context, but {show(name)} is neither. "
                             f"The levers are {listing(study.levers, most=12)}.")
    found = {name: choose(known[name].to_numpy(), name, asked.get(name)) for name in study.levers}
    for name in (name for name in study.context if name in asked):
        if name not in known or known[name].dtype != float:
            raise InputError(f"A scale needs numbers, but context {show(name)} holds categories. "
                             f"Leave {show(name)} out of scales.")
        found[name] = choose(known[name].to_numpy(), name, asked[name])
    return found


def is_whole(values):
    """Whether all values are whole numbers."""
    return bool((values == np.round(values)).all())


def _log(values, reason):
    name = "log" if values.min() > 0 else "log1p"
    return Scale(name, reason, "+10 %", float(np.log1p(PERCENT)), is_whole(values))


def _linear(values, reason):
    # +1 unless that is more than twice all the variation ever seen: then the power of ten that fits.
    spread = float(np.ptp(values))
    size = 1.0 if spread == 0 or spread >= 0.5 else float(10.0 ** np.floor(np.log10(2 * spread)))
    return Scale("linear", reason, f"+{Decimal(f'{size:.15g}'):f}", size, is_whole(values))
