"""Limits on side effects, as people write them: "<= 8", ">= -5%", "<= +0.5"."""

import re
from dataclasses import dataclass

import numpy as np

from crunch import checks
from crunch.errors import InputError, show
from crunch.wording import THIN, number

HOLDS, BREAKS, OPEN = "holds", "breaks", "can't tell"
_WRITTEN = re.compile(r"\s*(<=|>=|≤|≥)\s*([+\-−]?)\s*(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?\s*(%?)\s*")
_RULE = ("A limit is written as '<= 8' or '>= 20' (the side effect itself), or with a sign as '<= +0.5' or '>= -5%' "
         "(its change from where it stands)")


@dataclass(frozen=True)
class Limit:
    """A bound of one side effect.

    Attributes
    ----------
    name : hashable
    sense : {1, -1}
        1 where the side effect must stay at or below the bound, -1 where at or above.
    value : float
    relative : {"", "+", "%"}
        "" bounds the side effect itself, "+" its change, "%" its change in percent.
    """

    name: object
    sense: int
    value: float
    relative: str = ""

    @property
    def text(self):
        """The limit as people read it."""
        sign = "at most" if self.sense > 0 else "at least"
        change = number(self.value, _decimals(self.value), sign=bool(self.relative))
        return f"{sign} {change}{THIN + '%' if self.relative == '%' else ''}"

    def bound(self, now):
        """The bound in the side effect's own units, where it stands at `now`."""
        return {"": self.value, "+": now + self.value, "%": now + abs(now) * self.value / 100}[self.relative]

    def form(self, bound, now):
        """A bound in the side effect's own units, as this limit is written; the other way round from `bound`."""
        return {"": bound, "+": bound - now, "%": 100 * (bound - now) / abs(now) if now else np.nan}[self.relative]

    def keeps(self, values, now):
        """Whether each value keeps the limit; what misses it by float noise alone does."""
        bound = self.bound(now)
        return self.sense * (np.asarray(values) - bound) <= 1e-9 * max(abs(bound), 1e-9)


def _decimals(value):
    return max(0, len(f"{value:.6g}".partition(".")[2]))


def limits(given, study):
    """Limits as given by the user, checked.

    Parameters
    ----------
    given : dict of side effect to text, or None
    study : Study

    Returns
    -------
    tuple of Limit

    Raises
    ------
    InputError
        When a limit speaks of no side effect of the study, or is not written as a limit.

    Examples
    --------
    >>> from crunch.datasets import study
    >>> [limit.text for limit in limits({"hours": "<= 8", "talked_with": ">= -5%"}, study("stuck_at_55"))]
    ['at most 8', 'at least −5\\u202f%']
    """
    if given is None:
        return ()
    if not isinstance(given, dict):
        raise InputError(f"limits names side effects and what they must keep, but {show(given)} was given. "
                         "For example limits={'hours': '<= 8'}.")
    checks.columns(given, study.side_effects, "limits", "side effects")
    return tuple(_limit(name, text) for name, text in given.items())


def _limit(name, text):
    match = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise InputError(f"{_RULE}, but {show(name)} was given {show(text)}. For example limits={{{name!r}: '<= 8'}}.")
    sense, sign, digits, power, percent = match.groups()
    value = float(f"{digits}e{power or 0}") * (-1 if sign in ("-", "−") else 1)
    relative = "%" if percent else "+" if sign else ""
    return Limit(name, 1 if sense in ("<=", "≤") else -1, value, relative)
