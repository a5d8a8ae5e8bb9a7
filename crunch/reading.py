"""Messy exports -> a clean table. Each column is decided as a whole, and every decision is noted."""

import csv
import io
import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from crunch.checks import InputError, choice, counted, listing, show
from crunch.results import Answer
from crunch.wording import series

_TEXTS, _BOOKS, _TYPED = (".csv", ".tsv", ".txt"), (".xlsx", ".xls", ".ods"), (".parquet",)
# In order of preference when two fit equally well: a comma may be a decimal mark, a tab may not.
_SEPARATORS = {"\t": "tab", ";": "';'", "|": "'|'", ",": "','"}
_BOMS = {b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8 with a byte-order mark"), b"\xff\xfe": ("utf-16", "UTF-16"),
         b"\xfe\xff": ("utf-16", "UTF-16")}
_MISSING = frozenset("- – — n/a N/A NA null NULL None nan NaN #N/A #DIV/0! #VALUE! #REF! #NUM! #NAME?".split())
_TOTALS = frozenset(("total", "totals", "grand total", "sum", "summe", "gesamt"))
_FLAGS = ({"true": True, "false": False}, {"yes": True, "no": False})


def _number_pattern(mark, other):
    """Numbers with one decimal mark; a group of thousands never starts with 0, so 0.123 settles the mark."""
    return re.compile(
        rf"(?P<open>\()?(?P<sign>(?(open)|[+-]?))\s*(?P<before>[$€£¥]?)\s*"
        rf"(?P<whole>[1-9]\d{{0,2}}(?P<group>[{other}'’ \u00a0\u202f\u2009])\d{{3}}(?:(?P=group)\d{{3}})*"
        rf"|\d+|(?=[{mark}]\d))(?:[{mark}](?P<part>\d*))?(?P<power>[eE][+-]?\d+)?"
        rf"\s*(?P<after>[%$€£¥]?)(?(open)\))", re.ASCII)


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


@dataclass(frozen=True, eq=False, repr=False)
class Reading(Answer):
    """A table read from a file; `notes` hold everything that was decided on the way."""

    def readable(self):
        """The first eight rows as text, and a row of dots when there are more."""
        head = {name: [_shown(value) for value in self.table[name].head(8)] for name in self.table}
        more = len(self.table) > 8
        return pd.DataFrame({name: [*cells, "…"] if more else cells for name, cells in head.items()})


def read(path, *, sheet=None, decimal=None, dayfirst=None):
    """Read a table from an exported file.

    Parameters
    ----------
    path : str or Path
        A .csv, .tsv, .txt, .xlsx, .xls, .ods or .parquet file.
    sheet : str or int, optional
        Name or number (the first is 0) of a sheet in a workbook; the first when not given.
    decimal : {".", ","}, optional
        The decimal mark; when not given, cells that can be read in one way only settle it.
    dayfirst : bool, optional
        How to read dates such as 03/04/2026 in a column where no date settles it.

    Returns
    -------
    Reading
        `.table` is a DataFrame, `.notes` say what was decided, left as text or taken as missing.

    Raises
    ------
    InputError
        When the file cannot be read without guessing; the sentence names the cure.

    Examples
    --------
    >>> import pathlib, tempfile, crunch
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "x.csv"
    >>> _ = path.write_text("day;reach\\n31.12.2024;1.234,5\\n01.01.2025;n/a\\n")
    >>> print(crunch.read(path))
    2 rows and 2 columns were read from x.csv.
    <BLANKLINE>
           day  reach
    2024-12-31 1234.5
    2025-01-01      –
    <BLANKLINE>
    - Encoding: UTF-8; separator: ';'.
    - Decimal comma, settled by 'reach'.
    - 'day' was read as dates, day first: '31.12.2024' is 2024-12-31.
    - Taken as missing: 1 'n/a' in 'reach'.
    """
    path = _file(path)
    if decimal is not None:
        choice(decimal, (".", ","), "decimal")
    if dayfirst not in (None, True, False):
        raise InputError(f"dayfirst must be True or False, but {show(dayfirst)} was given. "
                         "Use dayfirst=True when 03/04/2026 is the 3rd of April.")
    kind = path.suffix.lower()
    if sheet is not None and kind not in _BOOKS:
        raise InputError(f"sheet names a sheet of a workbook ({series(_BOOKS)}), but {path.name} has none. "
                         "Leave sheet out.")
    if kind in _TYPED:
        frame, notes = _parquet(path)
    else:
        rows, notes = _book(path, sheet) if kind in _BOOKS else _text(path)
        place = "row" if kind in _BOOKS else "line"
        columns, lines, told = _grid(rows, place, path.name)
        frame, decided = _table(columns, [f"{place} {line}" for line in lines], decimal, dayfirst)
        notes = (*notes, *told, *decided)
    size = f"{counted(len(frame), 'row')} and {counted(len(frame.columns), 'column')}"
    return Reading(frame, f"{size} were read from {path.name}.", notes)


def _shown(value):
    """One cell for people: no time at midnight, no digits that are float noise, no endless text."""
    if not pd.api.types.is_scalar(value) or not pd.isna(value):
        text = f"{value:.10g}" if isinstance(value, float) else str(value).removesuffix(" 00:00:00")
        return text if len(text) <= 40 else text[:39] + "…"
    return "–"


def _file(path):
    """The path of an existing file of a known kind."""
    if not isinstance(path, str | Path):
        raise InputError(f"path must be the name of a file, but {show(path)} was given. "
                         "For example crunch.read('export.csv').")
    path = Path(os.path.expanduser(path))
    if os.path.isdir(path):
        raise InputError(f"path must name a file, but {show(path.name or str(path))} is a folder. "
                         "Add the name of a file in it.")
    if not os.path.exists(path):
        there = os.listdir(path.parent) if os.path.isdir(path.parent) else None
        near = get_close_matches(path.name, there or [], n=3)
        cure = (f"Did you mean {listing(near)}?" if near else "Check the spelling of the path." if there is not None
                else f"The folder {show(str(path.parent))} does not exist either.")
        raise InputError(f"path must name a file that exists, but {show(path.name)} does not. {cure}")
    if path.suffix.lower() not in _TEXTS + _BOOKS + _TYPED:
        raise InputError(f"crunch.read knows files by their ending, one of {series(_TEXTS + _BOOKS + _TYPED)}, but "
                         f"{show(path.name)} was given. Export the table as .csv, or rename the file.")
    return path


def _unreadable(path, what, cure):
    return InputError(f"A {path.suffix.lower()} file must hold {what}, but {path.name} cannot be read as that. {cure}")


def _parquet(path):
    """A typed file as it is."""
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except ImportError as error:
        raise InputError("A .parquet file is read with pyarrow, but pyarrow is not installed. "
                         "Type: python -m pip install pyarrow") from error
    except Exception as error:  # pyarrow raises its own kinds; none of them may reach the reader
        raise _unreadable(path, "a Parquet table", "Export it again, or export it as .csv.") from error
    frame = frame.reset_index(drop=frame.index.names == [None])
    if frame.empty:
        raise InputError(f"A table needs at least one row below the names, but {path.name} has none. Export it again.")
    frame.columns, notes = _names(frame.columns)
    return frame, ("The kind of each column is the one stored in the file.", *notes)


def _book(path, sheet):
    """The numbered rows of one sheet, cells as the workbook holds them."""
    try:
        with pd.ExcelFile(path, engine="calamine") as book:
            names = book.sheet_names
            name = names[0] if sheet is None else sheet
            if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < len(names):
                name = names[name]
            cells = book.parse(name, header=None, dtype=object, na_filter=False) if name in names else None
    except Exception as error:  # calamine raises its own kinds; none of them may reach the reader
        raise _unreadable(path, "a workbook", "Open it in a spreadsheet and save it again, or as .csv.") from error
    if cells is None:
        raise InputError(f"sheet must be the name of a sheet or its number from 0, but {show(sheet)} was given. "
                         f"{path.name} has {listing(names, most=12)}.")
    others = [n for n in names if n != name]
    spare = f" and not {listing(others, most=12)}; choose with sheet=." if others else "."
    return list(enumerate(cells.itertuples(index=False, name=None), 1)), [f"Sheet {show(name)} was read{spare}"]


def _text(path):
    """The numbered rows of a text file, cells as text."""
    try:
        text, encoding = _decoded(path.read_bytes())
    except OSError as error:
        raise InputError(f"path must name a file that may be opened, but {path.name} may not: {error.strerror}. "
                         "Close it elsewhere, or copy it.") from error
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise _unreadable(path, "text", "Export it again as CSV in UTF-8, or give it its true ending.")
    mark = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark or "\x1f", strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"A field that opens with a quote must close with one, and quotes inside it are doubled, but "
                         f"the one in line {line} of {path.name} is not so. Correct that line.") from error
    return rows, [f"Encoding: {encoding}; separator: {_SEPARATORS.get(mark, 'none, a single column')}."]


def _decoded(raw):
    """The text and the name of its encoding; anything decodes as Latin-1, so that comes last."""
    for start, (encoding, name) in _BOMS.items():
        if raw.startswith(start):
            return raw.decode(encoding, errors="replace"), name
    for encoding, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252, as it is not UTF-8: check letters with accents")):
        try:
            return raw.decode(encoding), name
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "Latin-1, as it is neither UTF-8 nor Windows-1252: check letters with accents"


def _separator(text):
    """The separator that gives the most rows the same number of fields, or None for a single column."""
    best, most = None, 0.49
    for mark in _SEPARATORS:
        try:
            head = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 200))
        except csv.Error:
            continue
        rows = [cells for cells in head if any(map(str.strip, cells))]
        if mark == "," and all(len(r) == 1 or _number(",".join(r), ",") for r in rows):
            continue  # a single column of 12,5
        sizes = Counter(len(cells) for cells in rows if len(cells) > 1)
        share = max(sizes.values(), default=0) / max(len(rows), 1)
        if share > most:
            best, most = mark, share
    return best


def _blank(cell):
    return cell is None or isinstance(cell, str) and not cell.strip()


def _absent(cell):
    return _blank(cell) or isinstance(cell, str) and cell.strip() in _MISSING


def _header(filled, usual):
    """Which row holds the names: the first that fills more than one cell; titles fill one."""
    fill = (sum(not _blank(c) for c in cells) for _, cells in filled)
    top = next((i for i, n in enumerate(fill) if n > 1), 0) if usual > 1 else 0
    # Of two columns one may be nameless, which looks like a title; but below a title come names, not numbers.
    if top and usual == len(filled[top - 1][1]) == 2 and any(_number(c, ".") for c in filled[top][1]):
        return top - 1
    return top


def _grid(rows, place, file):
    """Columns by name, the number of each row, and notes on what was skipped."""
    filled = [(line, cells) for line, cells in rows if not all(map(_blank, cells))]
    sizes = Counter(len(cells) for _, cells in filled)
    usual = max(sizes, key=lambda n: (sizes[n], n), default=0)
    top = _header(filled, usual)
    if len(filled) < top + 2:
        raise InputError(f"A table needs a line of names and at least one row below it, but {file} "
                         f"{'has only the names' if filled else 'is empty'}. Export it again.")
    (at, header), body = filled[top], filled[top + 1:]
    while len(header) > usual and _blank(header[-1]):
        header = header[:-1]
    width = len(header)
    for line, cells in body:
        if len(cells) < width or not all(map(_blank, cells[width:])):
            raise InputError(f"Every line must have as many fields as the header, but {place} {line} of {file} has "
                             f"{len(cells)} and the header in {place} {at} has {width}. Put quotes around a field "
                             "that contains the separator, and remove remarks above or below the table.")
    names, notes = _names(header)
    if top:
        titles = [next(c for c in cells if not _blank(c)) for _, cells in filled[:top]]
        notes.append(f"Skipped above the header: {listing(titles)}.")
    if all(_number(name, ".") for name in names):
        notes.append(f"The names are all numbers ({listing(names)}): if the file has no line of names, add one.")
    if len(filled) < len(rows):
        notes.append(f"Left out: {counted(len(rows) - len(filled), 'empty row')}.")
    if str(body[-1][1][0]).strip(" :").lower() in _TOTALS:
        notes.append(f"The last row ({place} {body[-1][0]}) looks like a total, {show(body[-1][1][0])}. It was kept: "
                     "remove it if it is one.")
    empty = [name for i, name in enumerate(names) if all(_blank(cells[i]) for _, cells in body)]
    if empty:
        notes.append(f"Left out: {counted(len(empty), 'empty column')}, {listing(empty, most=12)}.")
    columns = {name: [cells[i] for _, cells in body] for i, name in enumerate(names) if name not in empty}
    return columns, [line for line, _ in body], notes


def _names(header):
    """Names without surrounding blanks, a place for each that is empty, and none twice."""
    names = ["" if _blank(c) else str(c).strip() for c in header]
    named = [name or f"column_{i}" for i, name in enumerate(names, 1)]
    twice = [name for name, times in Counter(named).items() if times > 1]
    if twice:
        raise InputError(f"Column names must be unique, but the header has {listing(twice, most=12)} more than once. "
                         "Rename all but one of them.")
    given = [new for new, old in zip(named, names, strict=True) if not old]
    return named, [f"Without a name in the header: {listing(given, most=12)}."] if given else []


class _Number(NamedTuple):
    value: int | float
    unit: str = ""
    group: str = ""
    identifier: bool = False


def _number(cell, mark):
    """One cell as a number under one decimal mark, or None."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _Number(cell)
    bare = re.sub(r"^([$€£¥])\s*([+-])", r"\2\1", cell.strip().replace("−", "-")) if isinstance(cell, str) else ""
    match = _NUMBERS[mark].fullmatch(bare)
    if match is None or (match["before"] and match["after"]):
        return None
    digits = match["whole"].replace(match["group"] or " ", "")
    sign = "-" if match["open"] or match["sign"] == "-" else ""
    if match["part"] is None and match["power"] is None:
        value = int(sign + digits) if len(digits) < 4000 else 0
    else:
        value = float(f"{sign}{digits or 0}.{match['part'] or 0}{match['power'] or ''}")
    identifier = len(digits) > 15 or (len(digits) > 1 and digits[0] == "0")
    return None if value in (np.inf, -np.inf) else _Number(
        value, match["before"] or match["after"], match["group"] or "", identifier)


def _marks(columns, decimal):
    """The decimal mark of each column, the numbers it gives, and notes; cells of one reading settle the file."""
    fits = {}
    for name, cells in columns.items():
        known = dict.fromkeys(c for c in cells if not _absent(c))
        parsed = {mark: _all(known, lambda c, m=mark: _number(c, m)) for mark in ".,"}
        fits[name] = {mark: numbers for mark, numbers in parsed.items() if numbers}
    only = {name: next(iter(fit)) for name, fit in fits.items() if len(fit) == 1}
    usual = decimal or (next(iter(only.values())) if len(set(only.values())) == 1 else ".")
    open_ = [n for n, f in fits.items() if len(f) == 2 and any(f["."][c].value != f[","][c].value for c in f["."])]
    notes = [f"Decimal {word}, settled by {listing(by)}." for mark, word in ((".", "point"), (",", "comma"))
             if not decimal and (by := [n for n in only if only[n] == mark])]
    if open_ and not decimal and len(set(only.values())) != 1:
        cell = next(c for c in fits[open_[0]]["."] if "." in str(c) or "," in str(c))
        notes.append(f"{listing(open_, most=12)} may be thousands or decimals; read with a decimal point, {show(cell)} "
                     f"is {fits[open_[0]]['.'][cell].value}. If that is wrong, say decimal=','.")
    read_as = {name: fit.get(usual) or (None if decimal else next(iter(fit.values()), None))
               for name, fit in fits.items()}
    return usual, read_as, notes


def _all(known, function):
    """The function of every cell, or None as soon as one cell has none."""
    out = {}
    for cell in known:
        out[cell] = function(cell)
        if out[cell] is None:
            return None
    return out


def _table(columns, places, decimal, dayfirst):
    """The columns as numbers, dates, flags or text, and why."""
    mark, numbers, notes = _marks(columns, decimal)
    out, missing, texts = {}, [], []
    for name, cells in columns.items():
        known = dict.fromkeys(c for c in cells if not _absent(c))
        values, remark = _values(known, cells, numbers[name], dayfirst)
        if values is None:
            texts.append(name)
            remark = remark or _why(cells, places, mark)
            gone = _blank
            out[name] = pd.Series([np.nan if _blank(c) else str(c) for c in cells])
        else:
            gone = _absent
            out[name] = values
        if remark:
            notes.append(f"{show(name)} {remark}")
        spelled = Counter("" if _blank(c) else c.strip() for c in cells if gone(c))
        missing += [f"{n} {show(word) if word else 'empty'} in {show(name)}" for word, n in spelled.items()]
    if texts:
        notes.append(f"Text: {listing(texts, most=12)}.")
    if missing:
        notes.append(f"Taken as missing: {', '.join(missing)}.")
    return pd.DataFrame(out), notes


def _values(known, cells, numbers, dayfirst):
    """The column as numbers, dates or flags and a remark, or None and why not."""
    if not known:
        return None, ""
    if numbers:
        why_not, remark = _doubts(numbers)
        return (None, why_not) if why_not else (_as_numbers(cells, numbers), remark)
    flags = _flags(known)
    # Words for a missing cell are answers of their own beside yes and no: such a column stays text.
    if flags and all(_blank(c) or c in known for c in cells):
        full = not any(map(_blank, cells))
        return (pd.Series([flags.get(c) for c in cells], dtype="bool" if full else "boolean"),
                f"was read as true or false: {show(next(iter(flags)))} is {next(iter(flags.values()))}.")
    dates, remark = _dates(known, dayfirst)
    if dates is None:
        return None, remark
    return pd.Series(np.array([dates.get(c) for c in cells], dtype="datetime64[us]")), remark


def _doubts(numbers):
    """Why numbers had better stay text, or what they lost on the way."""
    first = {unit: cell for cell, (_, unit, _, _) in numbers.items()}
    groups = {n.group: cell for cell, n in numbers.items() if n.group}
    identifier = next((cell for cell, n in numbers.items() if n.identifier), None)
    if identifier is not None:
        return f"stayed text: as a number an identifier such as {show(identifier)} would lose digits.", ""
    if len(first) > 1:
        return f"stayed text: its cells have different units, such as {listing(first.values())}.", ""
    if len(groups) > 1:
        return f"stayed text: it groups thousands in different ways, such as {listing(groups.values())}.", ""
    (unit, cell), = first.items()
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


def _shape(cell):
    """How a date is written, or None when the cell is none."""
    if isinstance(cell, datetime):
        return "date cells"
    text = cell.strip() if isinstance(cell, str) else ""
    return next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(text)), None)


def _dates(known, dayfirst):
    """A date for every cell and a remark, or None and why not."""
    shapes = {_shape(cell): cell for cell in known}
    if None in shapes:
        return None, ""
    if len(shapes) > 1:
        return None, (f"stayed text: its dates are written in different ways, such as {listing(shapes.values())}. "
                      "Write all of them as 2024-12-31.")
    (shape, cell), = shapes.items()
    if shape == "two digits":
        return None, f"stayed text: {show(cell)} does not tell the century. Write 2024-12-31."
    either = shape in ("slashes", "dashes")
    readings = {first: dates for first in ((True, False) if either else (True,))
                if (dates := _all(known, lambda c, f=first: _moment(c, shape, f)))}
    if not readings:
        return None, f"stayed text: not every date is in the calendar{' in one order' if either else ''}."
    if len(readings) == 2 and dayfirst is None and readings[True] != readings[False]:
        return None, (f"stayed text: no cell settles whether {show(cell)} has the day or the month first. "
                      "Say dayfirst=True or dayfirst=False.")
    order = dayfirst if dayfirst in readings else next(iter(readings))
    how = ("day first" if order else "month first") if either else shape
    return readings[order], f"was read as dates, {how}: {show(str(cell))} is {_shown(readings[order][cell])}."


def _moment(cell, shape, day_first):
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


def _why(cells, places, mark):
    """Why a column that is mostly numbers or dates stayed text: its first odd cell."""
    present = [i for i, cell in enumerate(cells) if not _absent(cell)]
    for what, fits in (("a number", lambda c: _number(c, mark)), ("a date", _shape)):
        odd = [i for i in present if not fits(cells[i])]
        if 0 < 2 * len(odd) <= len(present):
            return (f"stayed text: {counted(len(odd), 'cell')} of {len(cells)} {'is' if len(odd) == 1 else 'are'} not "
                    f"{what}, first {show(cells[odd[0]])} in {places[odd[0]]}.")
    return ""
