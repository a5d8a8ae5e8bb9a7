"""Numbers and lists as people read them; the one place where labels are pretty."""

import math
from decimal import Decimal

MINUS = "\u2212"
THIN = "\u202f"  # narrow no-break space: groups thousands, holds a number to its unit

# The snake_case of the tables -> what a reader sees.
LABELS = {
    "lever": "lever", "outcome": "outcome", "change": "change", "effect": "effect (interval)",
    "p_value": "p", "q_value": "q", "share": "share of variation (interval)", "verdict": "verdict",
    "scale": "scale", "swing": "low to high, 10th to 90th percentile (interval)",
    "rank": "rank (possible)", "standard_error": "standard error of the estimate",
}


UNITS = ((9, "bn"), (6, "m"), (3, "k"))  # powers of ten, and what is written for them
_FINE = 12  # decimals at the most


def places(width):
    """Decimals worth printing when the uncertainty is `width` wide: two digits of half of it.

    Below zero they are of the places before the point: −3 when only thousands are known.
    """
    if not math.isfinite(width) or width <= 0:
        return 2
    return min(1 - math.floor(math.log10(width / 2)), _FINE)


def number(value, decimals, sign=False):
    """A number with a true minus, no negative zero, thousands held together; 1.35m where decimals are −4."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    size = round(abs(value), decimals) if decimals < 0 else abs(value)
    power, unit = next(((p, u) for p, u in UNITS if size >= 10**p and decimals <= min(3 - p, -3)), (0, ""))
    text = f"{size / 10**power:,.{max(decimals + power, 0)}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text.replace(",", THIN) + unit


def on_grid(value, step):
    """A shown score with the decimals of its grid: 0.920 in steps of 0.001, 67m in steps of a million."""
    decimals = -Decimal(repr(step)).normalize().as_tuple().exponent
    return number(value, decimals if abs(value) >= 1e6 else max(decimals, 0))


def compact(value):
    """A number of unknown precision in three digits: 1.2k, 0.37, 12."""
    if value is None or math.isnan(value) or math.isinf(value):
        return number(value, 0)
    size = abs(value)
    for power, unit in UNITS:
        if size >= 10**power * 0.9995:
            return f"{MINUS if value < 0 else ''}{size / 10**power:.3g}{unit}"
    if size and size < 1e-3:
        return number(value, min(2 - math.floor(math.log10(size)), _FINE))
    return (MINUS if value < 0 else "") + f"{size:.3g}"


def rough(value):
    """About how much, in two digits.

    Examples
    --------
    >>> [rough(value) for value in (0.05, 16.4, 990.3)]
    ['0.05', '16', '990']
    """
    text = f"{value:.2g}"
    return number(value, places(2 * value)) if "e+" in text else text


def apart(values):
    """Numbers of unknown precision as texts that can be told apart: three digits each, more where they are close.

    Examples
    --------
    >>> apart([424, 4476])
    ['424', '4.48k']
    >>> [text.replace(THIN, " ") for text in apart([1234601, 1234645])]
    ['1 234 601', '1 234 645']
    """
    known = [value for value in values if math.isfinite(value)]
    span = max(known, default=0) - min(known, default=0)
    if not span or span > 0.01 * max(map(abs, known)):  # three digits tell a hundred values of the span apart
        return [compact(value) for value in values]
    decimals = max(2 - math.floor(math.log10(span)), 0)
    while decimals and all(round(value, decimals - 1) == value for value in known):
        decimals -= 1
    return [number(value, decimals) for value in values]


def estimate(value, low, high, sign=True):
    """``−2.3 (−3.3 to −1.3)``: no digit that the interval does not support."""
    if math.isnan(value):
        return "–"
    digits = places(high - low)
    return (f"{number(value, digits, sign)} ({number(low, digits, sign)} to {number(high, digits, sign)})")


def percent(value, low=None, high=None):
    """A share of 1 as a percentage, with its interval when there is one; decimals only for a narrow interval."""
    if math.isnan(value):
        return "–"
    if low is None or math.isnan(low):
        return f"{_percent(value, 0)}{THIN}%"
    width = 100 * (high - low)
    digits = min(max(-math.floor(math.log10(width / 2)), 0), 2) if width > 0 else 0
    return f"{_percent(value, digits)}{THIN}% ({_percent(low, digits)} to {_percent(high, digits)})"


def _percent(value, digits):
    return "<1" if digits == 0 and 0 < 100 * value < 0.5 else number(100 * value, digits)


def probability(value):
    """A p- or q-value: two digits, and no claim below one in a thousand."""
    if math.isnan(value):
        return "–"
    return "<0.001" if value < 0.001 else ">0.99" if value > 0.99 else f"{value:.{3 if value < 0.1 else 2}f}"


def cell(column, value, *bounds):
    """One cell of a tidy table as text, by the meaning of its column."""
    if column == "rank" and bounds:
        low, high = bounds
        return f"{value}" if math.isnan(low) else f"{value} ({low:.0f} to {high:.0f})" if low < high else f"{value}"
    if not isinstance(value, float):
        return str(value)
    if column == "standard_error":
        return f"±{100 * value:.1g}{THIN}%"
    if column.endswith("share"):
        return percent(value, *bounds)
    if column in ("p_value", "q_value"):
        return probability(value)
    return estimate(value, *bounds) if bounds else compact(value)


def level_text(level):
    """``95 %``, ``99.9 %``: a level as a percentage."""
    return f"{100 * level:.6g}{THIN}%"


def points(value):
    """``1 point`` or ``2.3 points``, for a text that is already a number."""
    return f"{value} point" if value.lstrip("+" + MINUS) == "1" else f"{value} points"


def series(items):
    """``a``, ``a and b`` or ``a, b and c``."""
    items = [str(i) for i in items]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
