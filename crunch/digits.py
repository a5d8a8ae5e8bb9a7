"""Digits that suffice: what must be printed so that a reader who types it in gets what was promised."""

import math
from decimal import Decimal

import numpy as np

from crunch.wording import THIN, number, on_grid, places


def sufficient(value, start):
    """Where one starts and what is needed, as texts of as many digits; the second rounded so that it is enough.

    Two digits of the change are kept.
    """
    change = value - start
    if not math.isfinite(change) or change == 0:
        return plain(start), "–"
    digits = min(max(1 - math.floor(math.log10(abs(change))), 0), 9)
    factor = 10.0**digits
    # A value that is on the printed grid already stays there.
    enough = (math.ceil if change > 0 else math.floor)(round(value * factor, 6)) / factor
    return number(start, digits), number(enough, digits)


def plain(value):
    """A value of unknown precision in up to four digits, thousands in full."""
    decimals = max(-Decimal(f"{value:.4g}").normalize().as_tuple().exponent, 0)
    return number(value, min(decimals, 9))


def more(percent_value):
    """A change in percent as text, rounded away from zero, so that what is printed is enough."""
    if math.isnan(percent_value):
        return "–"
    digits = 0 if abs(percent_value) >= 20 or not percent_value else max(1, 1 - _magnitude(percent_value))
    factor = 10**digits
    size = math.ceil(round(abs(percent_value) * factor, 6)) / factor
    return f"{number(math.copysign(size, percent_value), digits, sign=True)}{THIN}%"


def distance(value, step):
    """Points to a hundredth of a step, or in more digits where that would be nothing."""
    return number(value, places(step) + (0 if value == 0 or abs(value) >= step / 200 else 2))


def roughly(percent_value):
    """An estimated change in percent in two digits."""
    return f"{number(*_two_digits(percent_value), sign=True)}{THIN}%"


def about(value, start):
    """A needed value that is an estimate, in two digits of the change."""
    if not math.isfinite(value) or value == start:
        return "–"
    change, digits = _two_digits(value - start)
    return number(round(start + change, digits if digits else -_magnitude(change) + 1), digits)


def _two_digits(value):
    """A number rounded to two digits, and how many of them are decimals."""
    if not value or not math.isfinite(value):
        return value, 0
    digits = 1 - _magnitude(value)
    return round(value, digits), max(digits, 0)


def _magnitude(value):
    return math.floor(math.log10(float(f"{abs(value):.12g}")))  # 0.0999… is meant as 0.1


def shown(value, step):
    """A score as it is shown; a dash for none."""
    if np.isnan(value):
        return "–"
    return plain(value) if step is None else on_grid(value, step)
