"""What a hand can move: sliders, choices and switches, and the short ways to write them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from numbers import Integral, Real

import numpy as np

from crunch.errors import NO_CHOICE, InputError, listing, show
from crunch.wording import number

_MOST = 2000  # positions of a slider: a screen has no more pixels for them
_FINE = 200  # positions of a range that was given without a step


@dataclass(frozen=True)
class Control:
    """A control that stands at one of its positions, each of which is a value and what it is called.

    Attributes
    ----------
    kind : str
        "slider", "choice" or "switch".
    values : tuple
    said : tuple of str
        What each is called.
    start : int
        The position it stands at first.
    label, tip : str
        Its name, by default that of the value, and a sentence about it.
    say : callable or None
        What a value between two positions is called; None where there is nothing between them.
    check : callable or None
        Gives back a value that is set from Python, or raises the sentence with which the question refuses it.
    """

    kind: str
    values: tuple
    said: tuple
    start: int = 0
    label: str = ""
    tip: str = ""
    say: Callable | None = None
    check: Callable | None = None

    def checked(self, value):
        """A value as the question takes it; what it would refuse is refused here."""
        if self.kind == "slider" and not _is_finite(value):
            raise InputError(f"The slider {show(self.label)} stands at numbers, but {show(value)} was given. "
                             f"Give one from {self.said[0]} to {self.said[-1]}.")
        return value if self.check is None else self.check(value)

    def position(self, value):
        """The position closest to a value, or that of a choice."""
        value = self.checked(value)
        if self.kind == "slider":
            return int(np.abs(np.array(self.values, dtype=float) - float(value)).argmin())
        for at, known in enumerate(self.values):
            if known is value or (type(known) is type(value) and known == value):
                return at
        raise InputError(f"{show(self.label)} is one of {listing(self.values, most=9)}, but {show(value)} was given. "
                         "Choose one of these.", NO_CHOICE)

    def at(self, value):
        """The same control, standing at a value."""
        return replace(self, start=self.position(value))

    def spec(self, name):
        """What the page has to know."""
        return {"name": name, "kind": self.kind, "said": list(self.said), "start": self.start,
                "label": self.label or str(name), "tip": self.tip}


def _is_finite(value):
    """Whether it is a number that a float can hold."""
    most = float(np.finfo(float).max)  # Python compares it with whole numbers of any length
    return isinstance(value, Real) and not isinstance(value, bool) and bool(-most <= value <= most)


def slider(low, high, step=None, *, start=None, label="", tip="", said=None):
    """A slider over an even grid.

    Parameters
    ----------
    low, high : float
        Both are positions, `high` when a whole number of steps leads there.
    step : float, optional
        1 between whole numbers up to 2000 apart, else a round one that makes up to 200 positions.
    start : float, optional
        By default the middle.
    label, tip : str
    said : callable, optional
        From a value to what it is called; by default as many digits as the step has.

    Returns
    -------
    Control

    Raises
    ------
    InputError
        When the numbers do not make a grid.

    Examples
    --------
    >>> slider(0, 1, 0.25).said
    ('0.00', '0.25', '0.50', '0.75', '1.00')
    """
    for value in (low, high, *([] if step is None else [step])):
        if not _is_finite(value):
            raise InputError(f"A slider goes from one number to another, but {show(value)} was given. "
                             "For example (0, 10).")
    if not low < high:
        raise InputError(f"A slider goes from a lower number to a higher one, but ({show(low)}, {show(high)}) was "
                         "given. Change the order, or give it room.")
    whole = all(isinstance(v, Integral) for v in (low, high, *([] if step is None else [step])))
    if step is None:
        step = 1 if whole and high - low <= _MOST else round_step((high - low) / _FINE)
    if not 0 < step <= high - low:
        raise InputError(f"The step of a slider is above 0 and no longer than the slider, but {show(step)} was given "
                         f"from {show(low)} to {show(high)}. Give a smaller one.")
    count = int(np.floor((high - low) / step + 1e-9)) + 1
    if count > _MOST:
        raise InputError(f"A slider has at most {_MOST} positions, but from {show(low)} to {show(high)} in steps of "
                         f"{show(step)} there are {count}. Give a longer step.")
    values = tuple(int(low + i * step) if whole else round(float(low + i * step), 12) for i in range(count))
    return over(values, start=start, label=label, tip=tip, said=said or (lambda v: number(v, _places(step, low))))


def over(values, *, said, start=None, label="", tip="", check=None):
    """A slider over any values in rising order, such as those of a lever that counts in percent.

    With `check`, it can be set to any value that this gives back from Python, and by an action.
    """
    values = tuple(values)
    made = Control("slider", values, tuple(said(value) for value in values), len(values) // 2, label, tip,
                   said if check else None, check)
    return made if start is None else made.at(start)


def round_step(step):
    """The next longer step of 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(step))
    return float(f"{next(power * digit for digit in (1, 2, 5, 10) if power * digit >= step * (1 - 1e-9)):.3g}")


def _places(*numbers):
    """Decimals in which all of these numbers are exact, up to six."""
    return max(0, *(min(-Decimal(repr(round(float(v), 6))).normalize().as_tuple().exponent, 6) for v in numbers))


def choice(options, *, start=None, label="", tip=""):
    """A list to choose one from.

    Parameters
    ----------
    options : list, or dict of name to value
    start : optional
        The value chosen first, by default the first.
    label, tip : str

    Returns
    -------
    Control

    Examples
    --------
    >>> choice({"a week": 7, "a month": 30}, start=30).start
    1
    """
    pairs = list(options.items()) if isinstance(options, Mapping) else [(str(value), value) for value in options]
    if not pairs:
        raise InputError("A choice needs something to choose from, but the list is empty. Give at least one.")
    made = Control("choice", tuple(v for _, v in pairs), tuple(str(n) for n, _ in pairs), 0, label, tip)
    return made if start is None else made.at(start)


def switch(start=False, *, label="", tip=""):
    """A box that is ticked or not.

    Parameters
    ----------
    start : bool
    label, tip : str

    Returns
    -------
    Control

    Examples
    --------
    >>> import crunch
    >>> crunch.widgets.switch(True, label="with context").start
    1
    """
    return Control("switch", (False, True), ("no", "yes"), int(start), label, tip)


@dataclass(frozen=True)
class Action:
    """A button that starts something.

    Attributes
    ----------
    label, tip : str
    run : callable
        From the values to new values, or to None.
    slow : bool
        Whether it runs beside the sliders, with progress and a way to cancel.
    """

    label: str
    run: Callable = field(repr=False)
    tip: str = ""
    slow: bool = False


def control(given, name, default=None):
    """A control from a short way to write it.

    Parameters
    ----------
    given : Control, tuple, list, dict, bool, number or an ipywidgets control
        (low, high) and (low, high, step) are sliders, a list or dict is a choice, a bool is a switch, and
        a number is a slider around it.
    name : str
    default : optional
        Where it starts, if it can.

    Returns
    -------
    Control

    Raises
    ------
    InputError
        When it is none of these.
    """
    made = _made(given, name)
    made = made if made.label else replace(made, label=str(name))
    if default is None or isinstance(given, Control):
        return made
    try:
        return made.at(default)
    except InputError as error:
        if error.code != NO_CHOICE:
            raise
        return made


def _made(given, name):
    if isinstance(given, Control):
        return given
    if isinstance(given, bool):
        return switch(given)
    if isinstance(given, Real):
        low, high = sorted((-given, 3 * given)) if given else (0, 1)
        return slider(low, high, start=given)
    if isinstance(given, tuple) and len(given) in (2, 3) and all(isinstance(v, Real) for v in given):
        return slider(*given)
    if isinstance(given, list | tuple | Mapping):
        return choice(given)
    if all(hasattr(given, part) for part in ("min", "max", "step", "value")):  # a slider of ipywidgets
        return slider(given.min, given.max, given.step, start=given.value, label=getattr(given, "description", ""))
    raise InputError(f"A control is a range such as (0, 10), a list to choose from, True or False, but {show(given)} "
                     f"was given for {show(name)}. Write it as one of these.")
