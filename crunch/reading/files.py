"""Messy exports -> a clean table. Every decision on the way is noted."""

import csv
import io
import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from crunch.checks import choice
from crunch.errors import InputError, counted, listing, show
from crunch.reading.cells import shown
from crunch.reading.grid import SEPARATORS, grid, separator, unique_names
from crunch.reading.kinds import typed
from crunch.reading.workbook import BrokenWorkbookError, sheet_rows
from crunch.results import Answer
from crunch.wording import series

_TEXTS, _BOOKS, _TYPED = (".csv", ".tsv", ".txt"), (".xlsx", ".xls", ".ods"), (".parquet",)
_BOMS = {b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8 with a byte-order mark"), b"\xff\xfe": ("utf-16", "UTF-16"),
         b"\xfe\xff": ("utf-16", "UTF-16")}
_ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252, as it is not UTF-8: check letters with accents"}


@dataclass(frozen=True, eq=False, repr=False)
class Reading(Answer):
    """A table read from a file; `notes` hold everything that was decided on the way."""

    def readable(self):
        """The first eight rows as text, and a row of dots when there are more."""
        head = {name: [shown(value) for value in self.table[name].head(8)] for name in self.table}
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
    - Numbers: 1 column.
    - Taken as missing: 1 'n/a' in 'reach'.
    """
    path = _file(path)
    if decimal is not None:
        choice(decimal, (".", ","), "decimal")
    if not isinstance(dayfirst, bool | None):
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
        columns, lines, told = grid(rows, place, path.name)
        frame, decided = typed(columns, lines, decimal, dayfirst)
        notes = (*notes, *told, *decided)
    size = f"{counted(len(frame), 'row')} and {counted(len(frame.columns), 'column')}"
    return Reading(frame, f"{size} were read from {path.name}.", notes)


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
        cure = ("Its folder does not exist either: check the path." if there is None
                else f"Did you mean {listing(near)}?" if near else "Check the spelling.")
        raise InputError(f"path must name a file that exists, but {show(path.name)} does not. {cure}")
    if path.suffix.lower() not in _TEXTS + _BOOKS + _TYPED:
        known = series(_TEXTS + _BOOKS + _TYPED)
        raise InputError(f"A file must end in one of {known}, but {show(path.name)} was given. "
                         "Export the table as .csv, or rename the file if it is one of these.")
    return path


def _unreadable(path, what, cure):
    return InputError(f"A {path.suffix.lower()} file must hold {what}, but {path.name} does not. {cure}")


def _parquet(path):
    """A typed file as it is."""
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
        frame = frame.reset_index(drop=isinstance(frame.index, pd.RangeIndex))
    except ImportError as error:
        raise InputError("A .parquet file is read with pyarrow, but pyarrow is not installed. "
                         "Type: python -m pip install pyarrow") from error
    except Exception as error:  # pyarrow raises its own kinds; none of them may reach the reader
        raise _unreadable(path, "a Parquet table", "Export it again, or export it as .csv.") from error
    if frame.empty:
        raise InputError(f"A table needs at least one row below the names, but {path.name} has none. "
                         "Export it again.")
    frame.columns, notes = unique_names(frame.columns)
    return frame, ("The kind of each column is the one stored in the file.", *notes)


def _book(path, sheet):
    """The numbered rows of one sheet, cells as the workbook holds them."""
    try:
        name, names, rows = sheet_rows(path, sheet)
    except BrokenWorkbookError as error:
        cure = "Open it in a spreadsheet and save it again, or as .csv."
        raise _unreadable(path, "a workbook", cure) from error
    if name is None:
        raise InputError(f"sheet must be the name of a sheet or its number from 0, but {show(sheet)} was "
                         f"given. {path.name} has {listing(names, most=12)}.")
    others = [n for n in names if n != name]
    spare = f" and not {listing(others, most=12)}; choose with sheet=." if others else "."
    return rows, [f"Sheet {show(name)} was read{spare}"]


def _text(path):
    """The numbered rows of a text file, cells as text."""
    try:
        text, encoding = _decoded(path.read_bytes())
    except OSError as error:
        raise InputError(f"path must name a file that may be opened, but {path.name} may not: "
                         f"{error.strerror}. Close it elsewhere, or copy it.") from error
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise _unreadable(path, "text", "Export it again as CSV in UTF-8, or give it its true ending.")
    mark = separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark or "\x1f", strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError("A field that opens with a quote must close with one and double those inside, but "
                         f"line {line} of {path.name} does not. Correct that line.") from error
    return rows, [f"Encoding: {encoding}; separator: {SEPARATORS.get(mark, 'none, a single column')}."]


def _decoded(raw):
    """The text and the name of its encoding; anything decodes as Latin-1, so that comes last."""
    for start, (encoding, name) in _BOMS.items():
        if raw.startswith(start):
            return raw.decode(encoding, errors="replace"), name
    for encoding, name in _ENCODINGS.items():
        try:
            return raw.decode(encoding), name
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "Latin-1, as it is not UTF-8: check letters with accents"
