"""How far the cells of a workbook reach, looked up before memory is taken for them.

A reader of sheets takes memory for the whole rectangle up to the last cell, and a process that asks for more than there
is ends at once: a stranger's file of two kilobytes could end a notebook. So it is looked through first, as a stream.
"""

import re
import zipfile
from functools import cache

from crunch.errors import InputError, counted, show
from crunch.reading.unpacked import PIECE, Unpacked, elements, local

_ROWS, _COLUMNS = 2**20, 2**14  # of a sheet, as Excel and LibreOffice have them
_ROOM = 1_000_000  # cells, filled or not, for which memory may always be taken
_SPARSE = 10  # beyond these: cells for each one that is filled
_TEXT = 2**28  # letters of all filled cells, counted wherever they are repeated
_DIGITS = "0123456789"
_USUAL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_ENDS = (b">", b"/", b"\t", b"\n", b"\r")
_UNUSUAL = (*(start + end for start in (b"<c", b":c") for end in _ENDS), b":c ", b"<!", b"\0")


def check_file(path):
    """Refuse a workbook that would take more memory than its size lets expect, whichever sheet is read.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        When it unpacks to too much, or cells of an OpenDocument file, of which all sheets are read, are far apart.
    ValueError, KeyError, zipfile.BadZipFile or expat.ExpatError
        When it is no workbook.
    """
    if zipfile.is_zipfile(path):
        with Unpacked(path) as parts:
            if "content.xml" in parts.names:
                cells = _OpenDocument()
                elements(parts, "content.xml", cells.start, cells.text, cells.end)
                _check(cells.filled, cells.cells, cells.rows, cells.columns, cells.letters, show(path.name))


def check_sheet(path, sheet):
    """Refuse an Excel sheet whose cells are far apart.

    Parameters
    ----------
    path : Path
    sheet : str

    Raises
    ------
    InputError
    ValueError, KeyError, zipfile.BadZipFile or expat.ExpatError
        When it is no workbook.
    """
    if not zipfile.is_zipfile(path):
        return
    with Unpacked(path) as parts:
        if "xl/workbook.xml" not in parts.names:
            return
        texts = _lengths(parts)
        for part in _parts(parts, sheet):
            if _plainly_fits(parts, part, max(texts, default=0)):
                continue
            cells = _Excel()
            elements(parts, part, cells.start)
            if cells.shared * max(texts, default=0) > _TEXT:  # only then is it worth to read the cells themselves
                cells = _Excel(texts)
                elements(parts, part, cells.start, cells.text, cells.end)
            _check(cells.filled, cells.rows * cells.columns, cells.rows, cells.columns, cells.letters,
                   f"sheet {show(sheet)} of {path.name}")


def _plainly_fits(parts, name, longest):
    """Whether a sheet as spreadsheets write it is dense, by its bytes alone, which is faster than to parse it.

    Cells count wherever they stand, so nothing is missed; a sheet that is written in any other way is parsed.
    """
    cells, filled, columns, rows, rest = 0, 0, set(), set(), b""
    with parts.open(parts.names[name]) as file:
        while piece := file.read(PIECE):
            piece, before, rest = (rest + piece).rpartition(b"<")
            rest = before + rest
            found = _USUAL.findall(piece)
            if len(found) != piece.count(b"<c ") or any(each in piece for each in _UNUSUAL):
                return False
            columns.update(letters for letters, _ in found)
            rows.update(number for _, number in found)
            cells, filled = cells + len(found), filled + piece.count(b"<v>")
    tall, wide = (max(map(int, rows), default=0), max((_column(each.decode()) for each in columns), default=0))
    return (rest.startswith(b"</") and tall <= _ROWS and wide <= _COLUMNS
            and tall * wide <= max(_ROOM, _SPARSE * filled) and cells * longest <= _TEXT)


def _check(filled, cells, rows, columns, letters, place):
    """A sentence where a few cells, or a few texts, would take much memory."""
    if rows > _ROWS or columns > _COLUMNS:
        raise ValueError("cells where no sheet has any")
    if cells > max(_ROOM, _SPARSE * filled):
        raise InputError(
            f"Cells of a table stand together, but {place} has {counted(filled, 'filled cell')} within "
            f"{counted(rows, 'row')} and {counted(columns, 'column')}. In a spreadsheet, delete all rows below the "
            "table and all columns beside it, and save it again, or export it as .csv.")
    if letters > _TEXT:
        raise InputError(
            f"Texts of a table have up to {counted(_TEXT, 'letter')} in all, but {place} has "
            f"{counted(letters, 'letter')}. Remove columns of long text, or export it as .csv.")


def _parts(parts, sheet):
    """Where a sheet lies; every place where it may, when that is not said in one way only."""
    ids, targets = [], []

    def sheets(tag, given):
        if local(tag) == "sheet" and given.get("name") == sheet:
            ids.extend(value for name, value in given.items() if local(name) == "id")

    def relations(_tag, given):
        if given.get("Id") in ids:
            targets.append(given.get("Target", "").lstrip("/"))
    elements(parts, "xl/workbook.xml", sheets)
    elements(parts, "xl/_rels/workbook.xml.rels", relations)
    if len(ids) == len(targets) == 1:
        path = (targets[0] if targets[0].startswith("xl/") else f"xl/{targets[0]}").lower()
        if path in parts.names:
            return [path]
    return [name for name in parts.names if name.endswith(".xml")]


def _lengths(parts):
    """Letters of each text that cells share, in their order."""
    lengths, inside = [], [False]

    def start(tag, _given):
        if local(tag) == "si":
            lengths.append(0)
        inside[0] = local(tag) == "t"

    def text(said):
        if inside[0] and lengths:
            lengths[-1] += len(said)
    if "xl/sharedstrings.xml" in parts.names:
        elements(parts, "xl/sharedstrings.xml", start, text)
    return lengths


@cache
def _column(letters):
    """The number of a column; 28 for AB."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError("a cell whose address is none")
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


class _Excel:
    """Listens to one Excel sheet: how far it reaches, how many cells are filled, how many by a shared text.

    Whoever reads the sheet may take elements of another namespace for rows, or may not: neither reaches farther.
    """

    def __init__(self, texts=()):
        self.rows = self.columns = self.filled = self.shared = self.letters = 0
        self._texts, self._kinds, self._said, self._rows = texts, {}, None, None
        self._row = self._at = self._column = 0
        self._is_shared = False

    def start(self, tag, given):
        kind = self._kinds.get(tag) or self._kinds.setdefault(tag, local(tag))
        if kind == "c":
            self._place(given.get("r"))
            self._is_shared = given.get("t") == "s"
        elif kind == "v" or kind == "is":
            self.filled += 1
            if self._at > self.rows:
                self.rows = self._at
            if self._column > self.columns:
                self.columns = self._column
            if self._is_shared:
                self.shared += 1
                self._said = []
        elif kind == "row":
            self._row = max(self._row, int(given["r"])) if "r" in given else self._row + 1
            self._rows = self._rows or tag
            if tag == self._rows:
                self._column = 0

    def _place(self, address):
        """Where a cell is; the next of its row when it does not say so."""
        if address is None:
            self._at, self._column = self._row, self._column + 1
        else:
            letters = address.rstrip(_DIGITS)
            self._at, self._column = int(address[len(letters):]), _column(letters)

    def text(self, said):
        if self._said is not None:
            self._said.append(said)

    def end(self, _tag):
        if self._said is not None:
            self.letters += self._texts[int("".join(self._said))]
            self._said = None


class _OpenDocument:
    """Listens to an OpenDocument file: cells, filled cells and letters of all its sheets, and the longest reach."""

    def __init__(self):
        self.rows = self.columns = self.filled = self.cells = self.letters = 0
        self._row = self._column = self._rows = self._columns = 0  # of this sheet
        self._tall = self._wide = 1  # how often this row, and this cell, is repeated
        self._filled, self._said = False, 0  # whether this cell is, and its letters

    def start(self, tag, given):
        if tag == "table:table":
            self._row = self._rows = self._columns = 0
        elif tag == "table:table-row":
            self._tall, self._column = int(given.get("table:number-rows-repeated", 1)), 0
            self._row += self._tall
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._wide = int(given.get("table:number-columns-repeated", 1))
            self._column += self._wide
            self._filled = any(name.startswith("office:") for name in given)
            self._said = len(given.get("office:string-value", ""))
        elif tag == "text:p":
            self._filled = True

    def text(self, said):
        self._said += len(said)

    def end(self, tag):
        if tag in ("table:table-cell", "table:covered-table-cell") and self._filled:
            self.filled += 1
            self.letters += self._said * self._tall * self._wide
            self._rows, self._columns = self._row, max(self._columns, self._column)
        elif tag == "table:table":
            self.cells += self._rows * self._columns
            self.rows, self.columns = max(self.rows, self._rows), max(self.columns, self._columns)
