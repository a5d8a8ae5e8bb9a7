"""How a hidden number becomes the one that is shown, and what the shown one says of the hidden."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from crunch import checks

RULES = ("round", "half_even", "floor", "ceil")

# Units in the last place by which a number may miss a half step and still be meant as one: 2.675 is
# stored a little below itself, and a weighted mean of a dozen parts rounds a dozen times.
_SLACK = 32 * np.finfo(float).eps


@dataclass(frozen=True)
class Rounding:
    """A grid and the way to it.

    Attributes
    ----------
    step : float
        The grid: 1 for whole points, 0.01 for hundredths.
    rule : {"round", "half_even", "floor", "ceil"}
        "round" is half up (toward plus infinity), as at school.

    Raises
    ------
    InputError
        When the step is not a number above 0 or the rule is none of the four.

    Examples
    --------
    >>> Rounding(0.01)([0.285, 2.675]).tolist()  # round(2.675, 2) would be 2.67
    [0.29, 2.68]
    """

    step: float = 1.0
    rule: str = "round"

    def __post_init__(self):
        object.__setattr__(self, "step", checks.positive(self.step, "step"))
        checks.choice(self.rule, RULES, "rounding")

    def __call__(self, values):
        """The numbers as shown, shape as given.

        Decimal-exact: a number that is a half step, or a whole one, when written in decimals is
        treated as one, however it is stored. Numbers closer than about 14 digits to one are too.
        """
        steps = self._steps(values)
        if self.rule == "round":
            whole = np.floor(steps + 0.5)
        else:
            whole = {"half_even": np.rint, "floor": np.floor, "ceil": np.ceil}[self.rule](steps)
        return self._on_grid(whole)

    def band(self, shown):
        """The hidden numbers that are shown as this.

        Parameters
        ----------
        shown : float or array

        Returns
        -------
        low, high : float or array
            Which of the two ends belongs to the band follows from the rule; see `holds_low`.
        """
        whole = np.rint(np.asarray(shown, dtype=float) / self.step)
        below, above = {"floor": (0, 1), "ceil": (1, 0)}.get(self.rule, (0.5, 0.5))
        return self._on_grid(whole - below), self._on_grid(whole + above)

    def holds_low(self, shown):
        """Whether the lower end of the band of `shown` is itself shown as `shown`."""
        return bool(np.isclose(self(self.band(shown)[0]), shown, rtol=0, atol=self.step / 4))

    def is_on_grid(self, values):
        """Whether each number is one that can be shown, to a millionth of a step."""
        steps = np.asarray(values, dtype=float) / self.step
        return np.abs(steps - np.rint(steps)) <= 1e-6

    def next(self, shown):
        """The shown number one step up."""
        return self._on_grid(np.rint(np.asarray(shown, dtype=float) / self.step) + 1)

    def previous(self, shown):
        """The shown number one step down."""
        return self._on_grid(np.rint(np.asarray(shown, dtype=float) / self.step) - 1)

    def _steps(self, values):
        """Numbers in steps, exactly on the half where decimals say so."""
        with np.errstate(invalid="ignore", over="ignore"):  # an infinite number stays one
            steps = np.asarray(values, dtype=float) / self.step
            halves = np.rint(2 * steps) / 2
            return np.where(np.abs(steps - halves) <= _SLACK * np.maximum(np.abs(steps), 1), halves, steps)

    @cached_property
    def _fraction(self):
        """The step as numerator and denominator: 0.3 is 3 / 10. As it stands, over 1, when it is no plain fraction."""
        plain = Fraction(self.step).limit_denominator(10**9)
        return (plain.numerator, plain.denominator) if float(plain) == self.step else (self.step, 1)

    def _on_grid(self, whole):
        """So many steps as the float nearest to its decimal: 3 steps of 0.1 are 0.3, not 0.30000000000000004."""
        numerator, denominator = self._fraction
        out = whole * numerator / denominator
        return out + 0.0 if np.ndim(out) else float(out) + 0.0  # no negative zero
