"""Workbooks that would end the process, or take all memory: one sentence, at once; and those that only look like it."""

import datetime as dt
import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from books import TABLE, ods, ods_row, xls, xlsx

from crunch.errors import InputError
from crunch.reading import extent
from crunch.reading.files import read
from crunch.reading.unpacked import elements
from crunch.reading.workbook import sheet_rows

BROKEN = "A {0} file must hold a workbook, but {1}{0} does not. Open it in a spreadsheet and save it again, or as .csv."
APART = ("Cells of a table stand together, but {} has {} filled cells within {}. In a spreadsheet, delete all rows below the "
         "table and all columns beside it, and save it again, or export it as .csv.")
ALL = "1\u202f048\u202f576 rows and 16\u202f384 columns"
SHEET = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
ODS_TABLE = ods_row(("x", 1), ("y", 1)) + ods_row((1, 1), (2.5, 1))


def far(address, cell="<c {}><v>1</v></c>"):
    """A cell far from the table."""
    digits = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'{TABLE}<row r="{digits}">{cell.format(f"r={chr(34)}{address}{chr(34)}")}</row>'


HOSTILE = {
    "a value in the last cell": (lambda p: xlsx(p, far("XFD1048576")), APART.format("sheet 'A' of x.xlsx", 5, ALL)),
    "an empty text there": (lambda p: xlsx(p, far("XFD1048576", '<c {} t="str"><f>""</f><v></v></c>')), APART.format("sheet 'A' of x.xlsx", 5, ALL)),
    "an empty inline text there": (lambda p: xlsx(p, far("XFD1048576", '<c {} t="inlineStr"><is><t/></is></c>')), APART.format("sheet 'A' of x.xlsx", 5, ALL)),
    "an empty value there": (lambda p: xlsx(p, far("XFD1048576", "<c {} s='1'><v/></c>")), APART.format("sheet 'A' of x.xlsx", 5, ALL)),
    "a value in the last row": (lambda p: xlsx(p, far("A1048576")), APART.format("sheet 'A' of x.xlsx", 5, "1\u202f048\u202f576 rows and 2 columns")),
    "a row that does not say where its cells are": (
        lambda p: xlsx(p, TABLE + '<row r="1048576">' + "<c/>" * 16383 + "<c><v>1</v></c></row>"), APART.format("sheet 'A' of x.xlsx", 5, ALL)),
    "the same in another namespace": (
        lambda p: xlsx(p, TABLE + '<row r="1048576">' + "<c/>" * 16383 + '<z:row xmlns:z="z" r="1"/><c><v>1</v></c></row>'), APART.format("sheet 'A' of x.xlsx", 5, ALL)),
    "one row for all columns, one column for all rows": (
        lambda p: xlsx(p, '<row r="1">' + "<c><v>1</v></c>" * 16384 + "</row>" + '<row r="900000"><c r="A900000"><v>1</v></c></row>'),
        APART.format("sheet 'A' of x.xlsx", "16\u202f385", "900\u202f000 rows and 16\u202f384 columns")),
    "a cell beyond any sheet": (lambda p: xlsx(p, far("ZZZZZZ4294967295")), BROKEN.format(".xlsx", "x")),
    "a number of a row that no computer counts": (lambda p: xlsx(p, far("A" + "9" * 5000)), BROKEN.format(".xlsx", "x")),
    "a sheet that lies where another one seems to": (
        lambda p: xlsx(p, TABLE, far("XFD1048576"), other={"xl/_rels/workbook.xml.rels": (
            "<Relationships>" + "".join(f'<Relationship Id="{i}" Type="{SHEET}" Target="worksheets/sheet{n}.xml"/>' for i, n in (("r1", 0), ("r0", 0), ("r0", 1)))
            + "</Relationships>")}),
        APART.format("sheet 'A' of x.xlsx", 5, ALL)),
    "two parts of one name": (lambda p: xlsx(p, TABLE, other={"XL/worksheets/sheet0.xml": "<worksheet/>"}), BROKEN.format(".xlsx", "x")),
    "entities": (lambda p: xlsx(p, TABLE, other={"xl/worksheets/sheet0.xml": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'}), BROKEN.format(".xlsx", "x")),
    "a zip bomb": (lambda p: xlsx(p, TABLE, " " * 60_000_000), (
        "A workbook may unpack to 50 times its size, but 'x.xlsx' of 0.1 MB unpacks to 60 MB. If it is no trap, open it in a spreadsheet and export "
        "the table as .csv.")),
    "a long text in many cells": (
        lambda p: xlsx(p, '<row><c t="s"><v>0</v></c></row>' * 30_000, texts=["a" * 30_000]),
        "Texts of a table have up to 268\u202f435\u202f456 letters in all, but sheet 'A' of x.xlsx has 900\u202f000\u202f000 letters. Remove columns of "
        "long text, or export it as .csv."),
    "a repeated row": (lambda p: ods(p, ODS_TABLE + ods_row((1, 16384), times=10**6)), APART.format("'x.ods'", 5, "1\u202f000\u202f002 rows and 16\u202f384 columns")),
    "a repeated column": (lambda p: ods(p, ODS_TABLE + ods_row((1, 10**9))), BROKEN.format(".ods", "x")),
    "a row below a million": (lambda p: ods(p, ODS_TABLE + ods_row((None, 9), times=10**6) + ods_row((1, 1))), APART.format("'x.ods'", 5, "1\u202f000\u202f003 rows and 2 columns")),
    "a repeated long text": (
        lambda p: ods(p, ODS_TABLE + ods_row(("a" * 10**6, 1000))),
        "Texts of a table have up to 268\u202f435\u202f456 letters in all, but 'x.ods' has 1\u202f000\u202f000\u202f006 letters. Remove columns of long text, "
        "or export it as .csv."),
    "rows less than none": (lambda p: ods(p, ODS_TABLE + ods_row((1, "-5"))), BROKEN.format(".ods", "x")),
    "a binary sheet without end": (lambda p: xls(p, [(0, 0, "x"), (1, 0, 1.0), (65535, 65535, 1.0)]), BROKEN.format(".xls", "x")),
    "a binary sheet that claims to have none": (lambda p: xls(p, [(0, 0, "x")], (2**32 - 1, 65535)), BROKEN.format(".xls", "x")),
}

LIMITED = """
import resource, sys
import crunch, pandas, python_calamine
from crunch.reading import extent
from crunch.reading.files import read
from crunch.reading.unpacked import elements
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
most = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + 400_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for path in sys.argv[1:]:
    try:
        print(read(path).sentence)
    except crunch.InputError as error:
        print(error)
"""


def limited(*paths):
    """What is said about files by a process that may take 400 MB more than it has."""
    pytest.importorskip("resource")
    done = subprocess.run([sys.executable, "-c", LIMITED, *map(str, paths)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def refusal(call, *given):
    with pytest.raises(InputError) as caught:
        call(*given)
    return str(caught.value)


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no memory limit to try it under")
def test_no_workbook_ends_the_process_or_takes_its_memory(tmp_path):
    paths = []
    for i, (make, said) in enumerate(HOSTILE.values()):
        (tmp_path / str(i)).mkdir()
        ending = next(kind for kind in (".xlsx", ".ods", ".xls") if f"x{kind}" in said)
        paths.append(make(tmp_path / str(i) / f"x{ending}"))
    begun = time.monotonic()
    lines = limited(*paths)
    assert lines == [said for _, said in HOSTILE.values()]
    assert time.monotonic() - begun < len(paths)  # seconds, on a busy computer; a tenth of that on a free one


IGNORED = {
    "a formatted cell in the last place": lambda p: xlsx(p, far("XFD1048576", '<c {} s="1"/>')),
    "formatted rows and columns": lambda p: xlsx(p, far("XFD1", '<c {} s="1"/>') + '<row r="1048576" s="1" customFormat="1"/>', before='<cols><col min="1" max="16384" style="1"/></cols>'),
    "a formula without a value": lambda p: xlsx(p, far("XFD1048576", "<c {}><f>A1</f></c>")),
    "dimensions that lie": lambda p: xlsx(p, TABLE, before='<dimension ref="A1:XFD1048576"/>'),
    "dimensions of no sheet": lambda p: xlsx(p, TABLE, before='<dimension ref="A1:ZZZZZZ99999999999"/>'),
    "another sheet that is hostile": lambda p: xlsx(p, TABLE, far("XFD1048576")),
    "another prefix": lambda p: xlsx(p, "", other={"xl/worksheets/sheet0.xml": (
        '<q:worksheet xmlns:q="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><q:sheetData>' + TABLE.replace("</", "</q:").replace("<", "<q:").replace("<q:/q:", "</q:")
        + "</q:sheetData></q:worksheet>")}),
}


@pytest.mark.parametrize("what", IGNORED)
def test_what_holds_nothing_is_ignored(tmp_path, what):
    begun = time.monotonic()
    assert read(IGNORED[what](tmp_path / "x.xlsx")).table.to_dict("list") == {"x": [1], "y": [2.5]}
    assert time.monotonic() - begun < 2


def test_open_document_sheets_end_where_their_cells_do(tmp_path):
    path = ods(tmp_path / "x.ods", ODS_TABLE + ods_row((None, 16382), times=10**12))
    assert read(path).table.to_dict("list") == {"x": [1], "y": [2.5]}


def test_a_binary_sheet_is_read_apart_and_reads_as_the_others(tmp_path):
    path = xls(tmp_path / "x.xls", [(0, 0, "x"), (0, 1, "y"), (1, 0, 1.0), (1, 1, 2.5)], (65536, 256))
    assert read(path).table.to_dict("list") == {"x": [1], "y": [2.5]}
    assert sheet_rows(path, None) == sheet_rows(xlsx(tmp_path / "x.xlsx", TABLE), None)
    path.rename(tmp_path / "y.xlsx")  # whatever it is called
    assert read(tmp_path / "y.xlsx").sentence == "1 row and 2 columns were read from y.xlsx."


def test_a_long_sheet_with_gaps_is_data(tmp_path):
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c>{f"<c r={chr(34)}J{i}{chr(34)}><v>1</v></c>" if i % 2 else ""}</row>' for i in range(3, 120_001))
    answer = read(xlsx(tmp_path / "x.xlsx", TABLE + rows))
    assert answer.table["x"].tolist() == [1, *range(3, 120_001)]


def test_cells_come_as_pandas_has_them(tmp_path):
    """The reader was asked through pandas before; what it made of cells is what readers of tables know."""
    rng = np.random.default_rng(0)
    cells = ['<c r="{}"><v>1</v></c>', '<c r="{}"><v>-0.0</v></c>', '<c r="{}"><v>1e300</v></c>', '<c r="{}" s="1"><v>45000</v></c>', '<c r="{}" s="1"><v>45000.25</v></c>',
             '<c r="{}" t="b"><v>1</v></c>', '<c r="{}" t="inlineStr"><is><t> a </t></is></c>', '<c r="{}" t="e"><v>#DIV/0!</v></c>', '<c r="{}" t="s"><v>0</v></c>', "<c r='{}' s='1'/>", ""]
    for number in range(20):
        rows = "".join(f'<row r="{r}">{"".join(str(rng.choice(cells)).format(f"{c}{r}") for c in "CDEFG")}</row>' for r in range(3, 9))
        path = xlsx(tmp_path / f"{number}.xlsx", rows, texts=["shared"])
        frame = pd.read_excel(path, engine="calamine", header=None, dtype=object, na_filter=False)
        known = [tuple(row) for row in frame.itertuples(index=False, name=None)]
        found = [cells or ("",) * len(frame.columns) for _, cells in sheet_rows(path, 0)[2]]
        assert [list(row) for row in found] == [list(row) for row in known]
        # Kinds as well, but that older pandas take 1 and True for each other, and a moment for one of its own.
        assert [[isinstance(cell, str) for cell in row] for row in found] == [[isinstance(cell, str) for cell in row] for row in known]
    assert any(isinstance(cell, dt.datetime) for row in found for cell in row)


def test_what_is_refused_in_the_middle_of_reading_is_an_error_of_ours(tmp_path, monkeypatch):
    class PanicError(BaseException):
        """As calamine's own, which is no Exception."""

    def panic(*_):
        raise PanicError
    monkeypatch.setattr("crunch.reading.worksheet.read", panic)
    with pytest.raises(InputError, match=r"must hold a workbook, but x\.xlsx does not"):
        read(xlsx(tmp_path / "x.xlsx", TABLE))


@pytest.mark.parametrize("cell", ['<c r="XFD1048576"><v>1</v></c>', "<c r='XFD1048576'><v>1</v></c>", '<c s="0" r="XFD1048576"><v>1</v></c>', '<c\nr="XFD1048576"><v>1</v></c>',
                                  '<c r = "XFD1048576"><v>1</v></c>', '<z:c xmlns:z="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><z:v>1</z:v></z:c>'])
def test_however_a_cell_is_written_it_is_seen(tmp_path, cell):
    path = xlsx(tmp_path / "x.xlsx", f'{TABLE}<row r="1048576">{cell}</row>')
    assert "Cells of a table stand together" in refusal(read, path)


def test_a_dense_sheet_is_seen_by_its_bytes_and_the_same_when_parsed(tmp_path, monkeypatch):
    rows = "".join(f'<row r="{r}">' + "".join(f'<c r="{c}{r}" t="s"><v>0</v></c>' for c in "ABCDEFGHIJ") + "</row>" for r in range(1, 30_001))
    path = xlsx(tmp_path / "x.xlsx", rows, texts=["a" * 100])
    parsed = []
    monkeypatch.setattr(extent, "elements", lambda parts, name, *how: (parsed.append(name), elements(parts, name, *how)))
    extent.check_sheet(path, "A")
    assert "xl/worksheets/sheet0.xml" not in parsed
    monkeypatch.setattr(extent, "_plainly_fits", lambda *_: False)
    extent.check_sheet(path, "A")
    assert "xl/worksheets/sheet0.xml" in parsed
