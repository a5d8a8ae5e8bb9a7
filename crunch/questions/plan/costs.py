"""What moving a lever costs: per unit, per percent, squared; by default effort in usual moves."""

import re
from dataclasses import dataclass

import numpy as np

from crunch import checks
from crunch.errors import InputError, show

EFFORT, UNIT, PERCENT = "usual moves", "unit", "%"
_WRITTEN = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)(?:\s*per\s+(%|percent|unit))?(\s+squared)?\s*")


@dataclass(frozen=True)
class Cost:
    """The price of one lever's change: weight × size, or weight × size².

    Attributes
    ----------
    weight : float
    per : {"usual moves", "unit", "%"}
        A usual move is from the 10th to the 90th percentile, on the lever's scale.
    squared : bool
    """

    weight: float = 1.0
    per: str = EFFORT
    squared: bool = False

    def of(self, moves, now, scale, usual):
        """The price of moves of one sign, and its slope.

        Parameters
        ----------
        moves : float
            In usual moves, with its sign.
        now : float
            Where the lever stands.
        scale : Scale
        usual : float
            A usual move on that scale.

        Returns
        -------
        price, slope : float
            The slope is that of the price over the size of the move.
        """
        if self.per == EFFORT:
            size, slope = abs(moves), 1.0
        else:
            after = float(scale.inverse(float(scale(now)) + moves * usual))
            steep = scale.slope(after) * usual
            unit = abs(now) / 100 if self.per == PERCENT else 1.0
            size, slope = abs(after - now) / unit, steep / unit
        if self.squared:
            return self.weight * size**2, 2 * self.weight * size * slope
        return self.weight * size, self.weight * slope


def costs(given, now, usable):
    """Costs as given by the user, checked.

    Parameters
    ----------
    given : dict of lever to number or text, or None
        2 or "2 per unit", "3 per %", "0.1 per unit squared".
    now : dict of lever to float
    usable : sequence of levers
        Those that may move when no costs are given.

    Returns
    -------
    dict of lever to Cost
        Of those that may move; the others stay where they are.

    Raises
    ------
    InputError
        When a cost names no lever, or is not written as a cost.

    Examples
    --------
    >>> costs({"posts": 2, "followers": "3 per %"}, {"posts": 20.0, "followers": 900.0}, ())["followers"].per
    '%'
    """
    if given is None:
        return dict.fromkeys(usable, Cost())
    if not isinstance(given, dict) or not given:
        raise InputError(f"costs names levers and what moving them costs, but {show(given)} was given. "
                         f"For example costs={{{next(iter(now))!r}: 2}}.")
    checks.columns(given, now, "costs", "levers")
    return {name: _cost(name, value, now[name]) for name, value in given.items()}


def _cost(name, value, now):
    text = f"{value:.17g}" if isinstance(value, int | float) and not isinstance(value, bool) else value
    match = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if match is None or not 0 < float(match[1]) < np.inf:
        raise InputError("A cost is a number above 0 for each unit, or written as '2 per unit', '3 per %' or '0.1 per "
                         f"unit squared', but {show(name)} was given {show(value)}. For example costs={{{name!r}: 2}}.")
    per = PERCENT if match[2] in ("%", "percent") else UNIT
    if per == PERCENT and now == 0:
        raise InputError(f"{show(name)} stands at 0, of which a percent is nothing, but its cost is per %. "
                         "Give it per unit.")
    return Cost(float(match[1]), per, bool(match[3]))
