"""Columns of text -> numbers, dates, flags or text: each column decided as a whole, and why."""

from collections import Counter

import numpy as np
import pandas as pd

from crunch.errors import counted, listing, show
from crunch.reading.cells import absent, blank, moment, number, shape_of, shown

_FLAGS = ({"true": True, "false": False}, {"yes": True, "no": False})


def typed(columns, places, decimal, dayfirst):
    """The columns as numbers, dates, flags or text, and why."""
    empty = [name for name, cells in columns.items() if all(map(blank, cells))]
    gone = set(empty)  # a sheet may have sixteen thousand
    notes = [f"Left out: {counted(len(empty), 'empty column')}, {listing(empty, most=12)}."] if empty else []
    columns = {name: cells for name, cells in columns.items() if name not in gone}
    known = {name: dict.fromkeys(c for c in cells if not absent(c)) for name, cells in columns.items()}
    numbers, told = _marks(known, decimal)
    notes += told
    out, missing, texts = {}, [], []
    for name, cells in columns.items():
        out[name], remark = _values(known[name], cells, numbers[name], dayfirst)
        gone = absent
        if out[name] is None:
            texts.append(name)
            remark, gone = remark or _why(cells, places), blank
            out[name] = pd.Series([np.nan if blank(c) else str(c) for c in cells])
        if remark:
            notes.append(f"{show(name)} {remark}")
        spelled = Counter("" if blank(c) else c.strip() for c in cells if gone(c))
        missing += [f"{n} {show(word) if word else 'empty'} in {show(name)}" for word, n in spelled.items()]
    count = sum(pd.api.types.is_any_real_numeric_dtype(column) for column in out.values())
    notes += [f"Numbers: {counted(count, 'column')}."] if count else []
    notes += [f"Text: {listing(texts, most=12)}."] if texts else []
    notes += [f"Taken as missing: {', '.join(missing)}."] if missing else []
    return pd.DataFrame(out), notes


def _marks(known, decimal):
    """The numbers of each column under its decimal mark, and notes; one that reads one way settles all."""
    fits = {}
    for name, cells in known.items():
        parsed = {mark: each(cells, lambda c, m=mark: number(c, m)) for mark in ".,"}
        fits[name] = {mark: numbers for mark, numbers in parsed.items() if numbers}
    only = {name: next(iter(fit)) for name, fit in fits.items() if len(fit) == 1}
    settled = set(only.values())
    usual = decimal or (min(settled) if len(settled) == 1 else ".")
    notes = []
    for mark, word in ((".", "point"), (",", "comma")):
        by = listing([name for name in only if only[name] == mark], most=12)
        if by and not decimal:
            notes.append(f"Decimal {word}, settled by {by}.")
        elif by and mark != decimal:
            notes.append(f"Left as text: {by} can only be read with a decimal {word}, but "
                         f"decimal={show(decimal)} was given.")
    if not decimal and len(settled) != 1:
        notes += _open_marks(fits)
    return {name: fit.get(usual) or (None if decimal else next(iter(fit.values()), None))
            for name, fit in fits.items()}, notes


def _open_marks(fits):
    """A note on the columns where the mark makes a difference and nothing settles it."""
    cells = {name: next((c for c in fit["."] if fit["."][c].value != fit[","][c].value), None)
             for name, fit in fits.items() if len(fit) == 2}
    cells = {name: cell for name, cell in cells.items() if cell is not None}
    if not cells:
        return []
    (name, cell), *_ = cells.items()
    point, comma = (fits[name][mark][cell].value for mark in ".,")
    return [f"Nothing settles the decimal mark of {listing(cells, most=12)}: a point was assumed, so "
            f"{show(cell)} is {point}. If it is {comma}, say decimal=','."]


def each(known, function):
    """The function of every cell, or None as soon as one cell has none."""
    out = {}
    for cell in known:
        out[cell] = function(cell)
        if out[cell] is None:
            return None
    return out


def _values(known, cells, numbers, dayfirst):
    """The column as numbers, dates or flags and a remark, or None and why not."""
    if not known:
        return None, ""
    if numbers:
        why_not, remark = _doubts(numbers)
        return (None, why_not) if why_not else (_as_numbers(cells, numbers), remark)
    flags = _flags(known)
    # Words for a missing cell are answers of their own beside yes and no: such a column stays text.
    if flags and all(blank(c) or c in known for c in cells):
        full = not any(map(blank, cells))
        return (pd.Series([flags.get(c) for c in cells], dtype="bool" if full else "boolean"),
                f"was read as true or false: {show(next(iter(flags)))} is {next(iter(flags.values()))}.")
    dates, remark = _dates(known, dayfirst)
    if dates is None:
        return None, remark
    return pd.Series(np.array([dates.get(c) for c in cells], dtype="datetime64[us]")), remark


def _doubts(numbers):
    """Why numbers had better stay text, or what they lost on the way."""
    units, groups = {}, {}
    for cell, parsed in numbers.items():
        units.setdefault(parsed.unit, cell)
        if parsed.group:
            groups.setdefault(parsed.group, cell)
    identifier = next((cell for cell, n in numbers.items() if n.identifier), None)
    if identifier is not None:
        return f"stayed text: as a number an identifier such as {show(identifier)} would lose digits.", ""
    if len(units) > 1:
        return f"stayed text: its cells have different units, such as {listing(units.values())}.", ""
    if len(groups) > 1:
        return f"stayed text: it groups thousands in different ways, such as {listing(groups.values())}.", ""
    (unit, cell), = units.items()
    return "", f"is in {unit}: {show(cell)} was read as {numbers[cell].value}." if unit else ""


def _as_numbers(cells, numbers):
    """Whole numbers as int64 when all are there and exact as floats too; else floats."""
    values = [numbers[c].value if c in numbers else np.nan for c in cells]
    whole = all(isinstance(v, int) and abs(v) < 2**53 for v in values)
    return pd.Series(values, dtype="int64" if whole else "float64")


def _flags(known):
    """True or false for every cell, or None."""
    if all(isinstance(c, bool) for c in known):
        return {c: c for c in known}
    for words in _FLAGS:
        if all(isinstance(c, str) and c.strip().lower() in words for c in known):
            return {c: words[c.strip().lower()] for c in known}
    return None


def _dates(known, dayfirst):
    """A date for every cell and a remark, or None and why not."""
    shapes = {}
    for cell in known:
        shapes.setdefault(shape_of(cell), cell)
    if None in shapes:
        return None, ""
    if len(shapes) > 1:
        return None, (f"stayed text: its dates are written in different ways, such as "
                      f"{listing(map(str, shapes.values()))}. Write all of them as 2024-12-31.")
    (shape, cell), = shapes.items()
    if shape == "two digits":
        return None, f"stayed text: {show(cell)} does not tell the century. Write 2024-12-31."
    either = shape in ("slashes", "dashes")
    readings = {first: dates for first in ((True, False) if either else (True,))
                if (dates := each(known, lambda c, f=first: moment(c, shape, f)))}
    if not readings:
        return None, f"stayed text: not every date is in the calendar{' in one order' if either else ''}."
    if len(readings) == 2 and dayfirst is None and readings[True] != readings[False]:
        return None, (f"stayed text: no cell settles whether {show(cell)} has the day or the month first. "
                      "Say dayfirst=True or dayfirst=False.")
    order = dayfirst if dayfirst in readings else next(iter(readings))
    how = ("day first" if order else "month first") if either else shape
    how += f" (its cells rule out dayfirst={dayfirst})" if either and dayfirst not in (None, order) else ""
    return readings[order], f"was read as dates, {how}: {show(str(cell))} is {shown(readings[order][cell])}."


def _why(cells, places):
    """Why a column that is mostly numbers or dates stayed text: its first odd cell."""
    present = [i for i, cell in enumerate(cells) if not absent(cell)]
    if all(number(cells[i], ".") or number(cells[i], ",") for i in present) and all(
            any(number(cells[i], mark) is None for i in present) for mark in ".,"):
        return "stayed text: its cells have different decimal marks. Write all of them with one."
    for what, fits in (("a number", lambda c: number(c, ".") or number(c, ",")), ("a date", shape_of)):
        odd = [i for i in present if not fits(cells[i])]
        if 0 < 2 * len(odd) <= len(present):
            are = "is" if len(odd) == 1 else "are"
            return (f"stayed text: {counted(len(odd), 'cell')} of {len(present)} {are} not {what}, first "
                    f"{show(cells[odd[0]])} in {places[odd[0]]}.")
    return ""
