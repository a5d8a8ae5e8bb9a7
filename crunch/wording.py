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


def places(width):
    """Decimals worth printing when the uncertainty is `width` wide: two digits of half of it."""
    if not math.isfinite(width) or width <= 0:
        return 2
    return min(max(1 - math.floor(math.log10(width / 2)), 0), 8)


def number(value, decimals, sign=False):
    """A number with a true minus, no negative zero, thousands held together."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{abs(value):,.{decimals}f}".replace(",", THIN)
    if float(text.replace(THIN, "")) == 0:
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def on_grid(value, step):
    """A shown score with the decimals of its grid: 0.920 in steps of 0.001."""
    return number(value, max(-Decimal(repr(step)).normalize().as_tuple().exponent, 0))


def compact(value):
    """A number of unknown precision in three digits: 1.2k, 0.37, 12."""
    if value is None or math.isnan(value) or math.isinf(value):
        return number(value, 0)
    size = abs(value)
    for limit, suffix in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if size >= limit * 0.9995:
            scaled = f"{size / limit:.3g}"
            return (MINUS if value < 0 else "") + scaled + suffix
    if size and size < 1e-3:
        return number(value, min(2 - math.floor(math.log10(size)), 12))
    return (MINUS if value < 0 else "") + f"{size:.3g}"


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
