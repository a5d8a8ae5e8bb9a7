"""One cell of an export as a number, a date or a gap; never by guessing."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

_MISSING = frozenset(("-", "–", "—", "n/a", "N/A", "NA", "null", "NULL", "None", "nan", "NaN",
                      "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?"))
_GAP = "[ \u00a0\u202f\u2009]*+"  # possessive: a cell of many blanks must not cost their square


def _number_pattern(mark, other):
    """Numbers with one decimal mark; a group of thousands never starts with 0, so 0.123 settles the mark."""
    return re.compile(
        rf"(?P<open>\()?(?P<sign>(?(open)|[+-]?)){_GAP}(?P<before>[$€£¥]?){_GAP}(?P<late>[+-]?)"
        rf"(?P<whole>[1-9]\d{{0,2}}(?P<group>[{other}'’ \u00a0\u202f\u2009])\d{{3}}(?:(?P=group)\d{{3}})*"
        rf"|\d+|(?=[{mark}]\d))(?:[{mark}](?P<part>\d*))?(?P<power>[eE][+-]?\d+)?"
        rf"{_GAP}(?P<after>[%$€£¥]?)(?(open)\))", re.ASCII)


_NUMBERS = {".": _number_pattern(".", ","), ",": _number_pattern(",", ".")}
_DATE, _CLOCK = r"(?P<a>\d{1,2})[%s](?P<b>\d{1,2})[%s](?P<y>\d{4})", r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?"
_ISO, _AT = r"(?P<y>\d{4})([-/.])(?P<b>\d{1,2})\2(?P<a>\d{1,2})", rf"(?:[T ](?P<clock>{_CLOCK}))?"
# One shape a column: dates written in two ways may well follow two orders.
_SHAPES = {name: re.compile(pattern, re.ASCII) for name, pattern in {
    "ISO weeks, the Monday of each": r"(?P<y>\d{4})-?W(?P<week>\d{1,2})",
    "months, the first day of each": r"(?P<y>\d{4})-(?P<b>\d\d)",
    "year first": _ISO + _AT,
    "year first, in UTC": rf"{_ISO}[T ](?P<clock>{_CLOCK} ?(?:Z|[+-]\d\d:?\d\d))",
    "day first": _DATE % (".", ".") + _AT,
    "slashes": _DATE % ("/", "/") + _AT,
    "dashes": _DATE % ("-", "-") + _AT,
    "two digits": rf"\d{{1,2}}([./-])\d{{1,2}}\1\d\d{_AT}"}.items()}


def blank(cell):
    return cell is None or (isinstance(cell, str) and not cell.strip())


def absent(cell):
    return blank(cell) or (isinstance(cell, str) and cell.strip() in _MISSING)


def shown(value):
    """One cell for people: no time at midnight, no digits that are float noise, no endless text."""
    if not pd.api.types.is_scalar(value) or not pd.isna(value):
        text = f"{value:.10g}" if isinstance(value, float) else str(value).removesuffix(" 00:00:00")
        return text if len(text) <= 40 else text[:39] + "…"
    return "–"


class Number(NamedTuple):
    value: int | float
    unit: str = ""
    group: str = ""
    identifier: bool = False


def number(cell, mark):
    """One cell as a number under one decimal mark, or None."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Number(cell)
    if not isinstance(cell, str):
        return None
    match = _NUMBERS[mark].fullmatch(cell.strip().replace("−", "-"))
    if match is None or (match["before"] and match["after"]):
        return None
    if match["late"] and (match["open"] or match["sign"]):
        return None
    digits = match["whole"].replace(match["group"] or " ", "")
    sign = "-" if match["open"] or "-" in (match["sign"], match["late"]) else ""
    if match["part"] is None and match["power"] is None:
        value = int(sign + digits) if len(digits) < 4000 else 0
    else:
        value = float(f"{sign}{digits or 0}.{match['part'] or 0}{match['power'] or ''}")
    identifier = len(digits) > 15 or (len(digits) > 1 and digits[0] == "0")
    return None if value in (np.inf, -np.inf) else Number(
        value, match["before"] or match["after"], match["group"] or "", identifier)


def shape_of(cell):
    """How a date is written, or None when the cell is none."""
    if isinstance(cell, datetime):
        return "date cells"
    text = cell.strip() if isinstance(cell, str) else ""
    return next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(text)), None)


def moment(cell, shape, day_first):
    """One date, without an offset (in UTC when it had one), or None when the calendar has no such day."""
    if isinstance(cell, datetime):
        return cell
    part = {"a": "1", "clock": None, **_SHAPES[shape].fullmatch(cell.strip()).groupdict()}
    try:
        if "week" in part:
            return datetime.fromisocalendar(int(part["y"]), int(part["week"]), 1)
        day, month = (part["a"], part["b"]) if day_first else (part["b"], part["a"])
        clock = (part["clock"] or "00:00").replace(" ", "")
        clock = clock if clock[1] != ":" else "0" + clock
        moment = datetime.fromisoformat(f"{part['y']}-{month:0>2}-{day:0>2}T{clock}")
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
