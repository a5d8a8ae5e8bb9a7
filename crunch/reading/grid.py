"""Rows of cells -> named columns: the separator, the line of names, what stands around them."""

import csv
import io
from collections import Counter
from itertools import islice

from crunch.errors import InputError, counted, listing, show
from crunch.reading.cells import blank, number

# In order of preference when two fit equally well: a comma may be a decimal mark, a tab may not.
SEPARATORS = {"\t": "tab", ";": "';'", "|": "'|'", ",": "','"}
_TOTALS = frozenset(("total", "totals", "grand total", "sum", "summe", "gesamt"))


def separator(text):
    """The separator that gives the most rows the same number of fields, or None for a single column."""
    best, most = None, 0.49
    for mark in SEPARATORS:
        try:
            head = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 200))
        except csv.Error:
            continue
        rows = [cells for cells in head if cells] or [[]]
        cut = [cells for cells in rows if len(cells) > 1]
        if mark == "," and rows[0] not in cut and all(number(",".join(cells), ",") for cells in cut):
            continue  # a single column of 12,5
        sizes = Counter(map(len, cut))
        share = max(sizes.values(), default=0) / len(rows)
        if share > most:
            best, most = mark, share
    return best


def _header(filled, usual):
    """Which row holds the names: the first that fills more than one cell; titles fill one."""
    fill = (sum(not blank(c) for c in cells) for _, cells in filled)
    top = next((i for i, n in enumerate(fill) if n > 1), 0) if usual > 1 else 0
    # Of two columns one may be nameless, which looks like a title; but a title stands first, over names.
    above = filled[top - 1][1] if top else ()
    nameless = usual == len(above) == 2 and (
        blank(above[0]) or any(number(c, ".") for c in filled[top][1]))
    return top - 1 if nameless else top


def grid(rows, place, file):
    """Columns by name, the number of each row, and notes on what was skipped."""
    filled = [(line, cells) for line, cells in rows if not all(map(blank, cells))]
    sizes = Counter(len(cells) for _, cells in filled)
    usual = max(sizes, key=lambda n: (sizes[n], n), default=0)
    top = _header(filled, usual)
    if len(filled) < top + 2:
        raise InputError(f"A table needs a line of names and at least one row below it, but {file} "
                         f"{'has only the names' if filled else 'is empty'}. Export it again.")
    (at, header), body = filled[top], filled[top + 1:]
    while len(header) > usual and blank(header[-1]):
        header = header[:-1]
    width = len(header)
    for line, cells in body:
        if len(cells) < width or not all(map(blank, cells[width:])):
            raise InputError(
                f"Every {place} must have as many fields as there are names, but {place} {line} of {file} "
                f"has {len(cells)} and there are {width} names in {place} {at}. Put quotes around a field "
                "that contains the separator, and remove remarks above and below the table.")
    names, notes = unique_names(header)
    if top:
        titles = [next(c for c in cells if not blank(c)) for _, cells in filled[:top]]
        notes.append(f"Skipped above the names: {listing(titles)}.")
    if len(filled) < len(rows):
        notes.append(f"Left out: {counted(len(rows) - len(filled), 'empty row')}.")
    columns = {name: [cells[i] for _, cells in body] for i, name in enumerate(names)}
    lines = [f"{place} {line}" for line, _ in body]
    return columns, lines, notes + _suspicions(names, body[-1][1][0], lines[-1])


def _suspicions(names, last, place):
    """What looks wrong and was left as it is."""
    notes = []
    if all(number(name, ".") for name in names):
        notes.append(f"The names are numbers, {listing(names)}: if the file has no line of names, add one.")
    if str(last).strip(" :").lower() in _TOTALS:
        notes.append(f"The last row ({place}) starts with {show(last)} and was kept: if it sums the others, "
                     "remove it.")
    return notes


def unique_names(header):
    """Names without surrounding blanks, a place for each that is empty, and none twice."""
    names = ["" if blank(c) else str(c).strip() for c in header]
    named = [name or f"column_{i}" for i, name in enumerate(names, 1)]
    twice = [name for name, times in Counter(named).items() if times > 1]
    if twice:
        stand = "stands" if len(twice) == 1 else "stand"
        raise InputError(f"Column names must be unique, but {listing(twice, most=12)} {stand} there more "
                         "than once. Rename all but one.")
    given = [new for new, old in zip(named, names, strict=True) if not old]
    return named, [f"Named by position, for want of a name: {listing(given, most=12)}."] if given else []
