"""Reading messy exports: every trap has its exact values, its notes and its sentence."""

import datetime as dt
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crunch.checks import InputError
from crunch.reading.files import Reading, read


@pytest.fixture
def reads(tmp_path):
    """Write text or bytes to a file and read it."""
    def write_and_read(content, name="x.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, **options)
    return write_and_read


def only(reading):
    """The cells of a table of one column, missing ones as None."""
    (name,) = reading.table.columns
    return [None if pd.isna(v) else v for v in reading.table[name].tolist()]


def refusal(call, *args, **options):
    with pytest.raises(InputError) as caught:
        call(*args, **options)
    return str(caught.value)


FACEBOOK = """Page total likes;Type;Category;Post Month;Paid;comment;like;share;Total Interactions
139441;Photo;2;12;0;4;79;17;100
139441;Status;2;12;0;5;130;29;164
139441;Photo;3;12;;0;66;;66
139441;Café;2;12;1;58;1572;147;1777
139441;Status;2;12;0;19;325;49;393
81370;Photo;2;1;0;0;;0;0
"""


# --- what a reading is -------------------------------------------------------------------------------

def test_a_messy_export_is_read_and_every_decision_is_noted(reads):
    answer = reads(FACEBOOK.encode("latin-1"), "facebook.csv")
    assert answer.sentence == "6 rows and 9 columns were read from facebook.csv."
    assert answer.notes == (
        "Encoding: Windows-1252, as it is not UTF-8: check letters with accents; separator: ';'.",
        "Numbers: 8 columns.",
        "Text: 'Type'.",
        "Taken as missing: 1 empty in 'Paid', 1 empty in 'like', 1 empty in 'share'.")
    table = answer.table
    assert table["Type"].tolist() == ["Photo", "Status", "Photo", "Café", "Status", "Photo"]
    assert table["Page total likes"].dtype == table["comment"].dtype == "int64"
    assert table["Paid"].dtype == table["share"].dtype == "float64"
    whole = table.dropna()
    assert (whole["comment"] + whole["like"] + whole["share"] == whole["Total Interactions"]).all()
    assert len(whole) == 4


def test_the_print_shows_the_first_eight_rows(reads):
    answer = reads("n;day;note\n" + "".join(f"{i};2024-01-0{i};{'é' * 60 if i == 1 else ''}\n" for i in range(1, 10)))
    assert isinstance(answer, Reading)
    shown = answer.readable()
    assert shown["n"].tolist() == ["1", "2", "3", "4", "5", "6", "7", "8", "…"]
    assert shown["day"].tolist()[0] == "2024-01-01"
    assert shown["note"].tolist()[:2] == ["é" * 39 + "…", "–"]
    assert str(answer).startswith("9 rows and 3 columns were read from x.csv.\n\n")


def test_cells_are_escaped_in_the_notebook(reads):
    html = reads("a,b\n<script>x</script>,1\n")._repr_html_()
    assert "&lt;script&gt;x" in html
    assert "<script>" not in html


def test_nothing_is_evaluated_and_a_hash_is_no_comment(reads):
    assert only(reads("a\n=1+2\n/a#top\n")) == ["=1+2", "/a#top"]


# --- encodings and separators ------------------------------------------------------------------------

@pytest.mark.parametrize(("encoding", "said"), [
    ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with a byte-order mark"), ("utf-16", "UTF-16"),
    ("cp1252", "Windows-1252, as it is not UTF-8: check letters with accents")])
def test_encodings(reads, encoding, said):
    answer = reads("näme;n\nä–é;1\n".encode(encoding))
    assert answer.table.to_dict("list") == {"näme": ["ä–é"], "n": [1]}
    assert answer.notes[0] == f"Encoding: {said}; separator: ';'."


def test_utf_16_of_the_other_byte_order_and_latin_1(reads):
    assert only(reads(b"\xfe\xff" + "a\nä\n".encode("utf-16-be"))) == ["ä"]
    answer = reads(b"a\n\x81\xe4\n")
    assert only(answer) == ["\x81ä"]
    assert answer.notes[0].startswith("Encoding: Latin-1, as it is not UTF-8: check letters with accents;")


@pytest.mark.parametrize(("mark", "said"), [(",", "','"), (";", "';'"), ("\t", "tab"), ("|", "'|'")])
@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.TXT"])
def test_separators_and_quoted_fields(reads, mark, said, name):
    answer = reads(f'a{mark}b\r\n1{mark}"x{mark} ""y""\r\nz"\r\n2{mark}w\r\n', name)
    assert answer.table.to_dict("list") == {"a": [1, 2], "b": [f'x{mark} "y"\r\nz', "w"]}
    assert answer.notes[0] == f"Encoding: UTF-8; separator: {said}."


def test_a_decimal_comma_is_not_taken_for_the_separator(reads):
    assert reads("a;b;c\n1,5;2,5;3,5\n").table.to_dict("list") == {"a": [1.5], "b": [2.5], "c": [3.5]}
    single = reads("score\n12,5\n13,25\n")
    assert only(single) == [12.5, 13.25]
    assert single.notes[0] == "Encoding: UTF-8; separator: none, a single column."


def test_text_with_another_separator_inside(reads):
    assert reads("name,tags\nx,a;b\ny,c;d\n").table["tags"].tolist() == ["a;b", "c;d"]


def test_old_line_ends(reads):
    assert reads("a;b\r1;2\r3;4\r").table.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


# --- header, rows, columns ---------------------------------------------------------------------------

def test_titles_empty_rows_and_empty_columns_are_left_out_and_noted(reads):
    answer = reads("\nMy diary;;;\nspring;;;\n\n week ;score;;void\n1;55;;\n\n2;54;;\n;;;\n")
    assert answer.table.to_dict("list") == {"week": [1, 2], "score": [55, 54]}
    assert answer.notes[1:5] == (
        "Named by position, for want of a name: 'column_3'.", "Skipped above the names: 'My diary' and 'spring'.",
        "Left out: 4 empty rows.", "Left out: 2 empty columns, 'column_3' and 'void'.")


@pytest.mark.parametrize(("text", "table"), [
    (",score\nJan,55\nFeb,n/a\n", {"column_1": ["Jan", "Feb"], "score": [55, np.nan]}),
    ("score,\n55,\n54,\n", {"score": [55, 54]}),
    ("score,\n55,a\n54,b\n", {"score": [55, 54], "column_2": ["a", "b"]}),
    ("a;b;\n1;2\n3;4\n", {"a": [1, 3], "b": [2, 4]}),
    ("a;b\n1;2;\n3;4;\n", {"a": [1, 3], "b": [2, 4]}),
    ("sep=;\na;b\n1;2\n", {"a": [1], "b": [2]}),
    ("Report\n\na;b\n1;2\n", {"a": [1], "b": [2]})])
def test_names_are_told_from_titles(reads, text, table):
    pd.testing.assert_frame_equal(reads(text).table, pd.DataFrame(table))


def test_a_total_line_is_kept_and_pointed_out(reads):
    answer = reads("week,score\n1,55\n2,54\nTotal,109\n")
    assert answer.table["week"].tolist() == ["1", "2", "Total"]
    assert answer.notes[1:3] == (
        "The last row (line 4) starts with 'Total' and was kept: if it sums the others, remove it.",
        "'week' stayed text: 1 cell of 3 is not a number, first 'Total' in line 4.")


def test_a_file_without_names_is_pointed_out(reads):
    assert reads("1,2\n3,4\n").notes[1] == (
        "The names are numbers, '1' and '2': if the file has no line of names, add one.")


def test_ragged_rows_are_refused_with_their_line(reads):
    assert refusal(reads, 'a,b\n1,"x\ny"\n1,2,3\n') == (
        "Every line must have as many fields as there are names, but line 4 of x.csv has 3 and there are 2 names in "
        "line 1. Put quotes around a field that contains the separator, and remove remarks above and below the table.")
    assert "line 3 of x.csv has 1 and there are 2 names in line 1" in refusal(reads, "a,b\n1,2\nnote\n3,4\n5,6\n")


def test_an_open_quote_is_refused_with_its_line(reads):
    assert refusal(reads, 'a,b\n1,2\n1,"x\n2,3\n') == (
        "A field that opens with a quote must close with one and double those inside, but line 3 of x.csv does not. "
        "Correct that line.")


def test_names_must_be_unique(reads):
    assert refusal(reads, "a,a ,b\n1,2,3\n") == (
        "Column names must be unique, but 'a' stands there more than once. Rename all but one.")


# --- numbers -----------------------------------------------------------------------------------------

@pytest.mark.parametrize(("cells", "values"), [
    (["1.234,56", "-3"], [1234.56, -3.0]),
    (["1,234.56", "+3"], [1234.56, 3.0]),
    (["1.234.567", "1"], [1234567, 1]),
    (["1 234,5", "2,5"], [1234.5, 2.5]),
    (["1\u00a0234", "2"], [1234, 2]), (["1\u202f234", "2"], [1234, 2]), (["1\u2009234", "2"], [1234, 2]),
    (["1'234'567", "2"], [1234567, 2]), (["1’234", "2"], [1234, 2]),
    (["−5", "(1 234)"], [-5, -1234]),
    (["-$5", "$-1,200.50"], [-5.0, -1200.5]), (["5 €", "1.000,25 €"], [5.0, 1000.25]),
    (["12 %", "3\u00a0%"], [12, 3]),
    (["0.123", ".5"], [0.123, 0.5]), (["1e3", "2.5E-1"], [1000.0, 0.25]),
    (["123456789012345", "0"], [123456789012345, 0])])
def test_numbers_as_people_write_them(reads, cells, values):
    answer = reads("a\tb\n" + "".join(f"{cell}\tx\n" for cell in cells))
    assert answer.table["a"].tolist() == values
    assert [type(v) for v in answer.table["a"].tolist()] == [type(v) for v in values]


def test_one_column_settles_the_decimal_mark_of_the_file(reads):
    answer = reads("reach;rate\n12.000;12,5\n1.234;3,25\n")
    assert answer.table.to_dict("list") == {"reach": [12000, 1234], "rate": [12.5, 3.25]}
    assert answer.notes[1] == "Decimal comma, settled by 'rate'."


def test_an_unsettled_decimal_mark_is_noted_with_the_cure(reads):
    text = "reach;who\n7;a\n12.500;b\n"
    answer = reads(text)
    assert answer.table["reach"].tolist() == [7.0, 12.5]
    assert answer.notes[1] == ("Nothing settles the decimal mark of 'reach': a point was assumed, so '12.500' is 12.5. "
                               "If it is 12500, say decimal=','.")
    cured = reads(text, decimal=",")
    assert cured.table["reach"].tolist() == [7, 12500]
    assert len(cured.notes) == 3
    assert reads('a\n"1,234"\n').table["a"].tolist() == [1234]


def test_columns_of_two_conventions_are_read_each_by_its_own(reads):
    answer = reads("a;b\n1,5;1.5\n2,5;2.5\n")
    assert answer.table.to_dict("list") == {"a": [1.5, 2.5], "b": [1.5, 2.5]}
    assert answer.notes[1:3] == ("Decimal point, settled by 'b'.", "Decimal comma, settled by 'a'.")


def test_a_given_decimal_mark_is_obeyed(reads):
    answer = reads("a;b\n12.5;1\n", decimal=",")
    assert answer.table["a"].tolist() == ["12.5"]
    assert answer.notes[1] == ("Left as text: 'a' can only be read with a decimal point, but decimal=',' was given.")


@pytest.mark.parametrize(("cells", "why"), [
    (["007", "12"], "as a number an identifier such as '007' would lose digits."),
    (["1234567890123456", "2"], "as a number an identifier such as '1234567890123456' would lose digits."),
    (["9" * 5000, "2"], "as a number an identifier such as '" + "9" * 37 + "…' would lose digits."),
    (["12 %", "0.3"], "its cells have different units, such as '12 %' and '0.3'."),
    (["5 €", "7 $"], "its cells have different units, such as '5 €' and '7 $'."),
    (["1 000", "1'000"], "it groups thousands in different ways, such as '1 000' and \"1'000\"."),
    (["1.5", "2,5"], "its cells have different decimal marks. Write all of them with one."),
    (["1", "2", "about 12"], "1 cell of 3 is not a number, first 'about 12' in line 4."),
    (["1", "1e999"], "1 cell of 2 is not a number, first '1e999' in line 3.")])
def test_doubtful_numbers_stay_text_and_say_why(reads, cells, why):
    answer = reads("a\tb\n" + "".join(f"{cell}\tx\n" for cell in cells))
    assert answer.table["a"].tolist() == cells
    assert f"'a' stayed text: {why}" in answer.notes


def test_units_are_noted(reads):
    assert "'a' is in %: '12 %' was read as 12." in reads("a\n12 %\n3 %\n").notes


# --- missing cells -----------------------------------------------------------------------------------

WORDS = ["", "-", "–", "n/a", "N/A", "NA", "null", "NULL", "None", "nan", "#N/A", "#DIV/0!"]


@pytest.mark.parametrize("word", WORDS)
def test_words_for_missing_count_among_numbers_and_dates(reads, word):
    answer = reads(f"n;d;t\n1;2024-01-02;x\n{word};{word};{word}\n")
    assert answer.table["n"].tolist()[0] == 1.0
    assert answer.table["d"].tolist()[0] == pd.Timestamp("2024-01-02")
    assert answer.table[["n", "d"]].iloc[1].isna().all() if word else len(answer.table) == 1
    said = f"1 {word!r}"
    if word:
        assert answer.notes[-1] == f"Taken as missing: {said} in 'n', {said} in 'd'."
        assert answer.table["t"].tolist() == ["x", word]


def test_every_spelling_is_counted(reads):
    answer = reads("n;t\n1;a\n-;b\n - ;\nn/a;None\n;\n2;c\n")
    assert answer.notes[-1] == "Taken as missing: 2 '-' in 'n', 1 'n/a' in 'n', 1 empty in 't'."
    assert answer.table["t"].isna().tolist() == [False, False, True, False, False]


def test_a_column_of_nothing_but_words_stays_text(reads):
    assert reads("a;b\n-;1\nn/a;2\n").table["a"].tolist() == ["-", "n/a"]


# --- dates and flags ---------------------------------------------------------------------------------

@pytest.mark.parametrize(("cells", "dates", "how"), [
    (["2024-12-31", "2024-1-2"], ["2024-12-31", "2024-01-02"], "year first: '2024-12-31' is 2024-12-31."),
    (["2024/12/31"], ["2024-12-31"], "year first: '2024/12/31' is 2024-12-31."),
    (["2024-12-31T23:59:00", "2025-01-01"], ["2024-12-31 23:59", "2025-01-01"],
     "year first: '2024-12-31T23:59:00' is 2024-12-31 23:59:00."),
    (["2024-12-31T23:59:00Z", "2025-01-01 00:30:00+01:00"], ["2024-12-31 23:59", "2024-12-31 23:30"],
     "year first, in UTC: '2024-12-31T23:59:00Z' is 2024-12-31 23:59:00."),
    (["2013-W05", "2013-W06"], ["2013-01-28", "2013-02-04"],
     "ISO weeks, the Monday of each: '2013-W05' is 2013-01-28."),
    (["2013-05", "2013-06"], ["2013-05-01", "2013-06-01"], "months, the first day of each: '2013-05' is 2013-05-01."),
    (["03.04.2026", "1.2.2026 9:05"], ["2026-04-03", "2026-02-01 09:05"], "day first: '03.04.2026' is 2026-04-03."),
    (["03/04/2026", "13/04/2026"], ["2026-04-03", "2026-04-13"], "day first: '03/04/2026' is 2026-04-03."),
    (["03-04-2026", "03-14-2026"], ["2026-03-04", "2026-03-14"], "month first: '03-04-2026' is 2026-03-04."),
    (["05/05/2026"], ["2026-05-05"], "day first: '05/05/2026' is 2026-05-05.")])
def test_dates_are_decided_over_the_whole_column(reads, cells, dates, how):
    answer = reads("d\n" + "\n".join(cells))
    assert only(answer) == [pd.Timestamp(date) for date in dates]
    assert answer.table["d"].dtype == "datetime64[us]"
    assert answer.notes[1] == f"'d' was read as dates, {how}"


@pytest.mark.parametrize(("cells", "why"), [
    (["03/04/2026", "05/06/2026"], "no cell settles whether '03/04/2026' has the day or the month first. "
                                   "Say dayfirst=True or dayfirst=False."),
    (["13/04/2026", "04/13/2026"], "not every date is in the calendar in one order."),
    (["2024-02-30", "2024-03-01"], "not every date is in the calendar."),
    (["2013-14", "2014-15"], "not every date is in the calendar."),
    (["31.12.24", "1.1.25"], "'31.12.24' does not tell the century. Write 2024-12-31."),
    (["2024-01-01", "01/02/2024"], "its dates are written in different ways, such as '2024-01-01' and '01/02/2024'. "
                                   "Write all of them as 2024-12-31."),
    (["2024-01-01", "2024-01-08", "soon"], "1 cell of 3 is not a date, first 'soon' in line 4.")])
def test_doubtful_dates_stay_text_and_say_why(reads, cells, why):
    answer = reads("d\n" + "\n".join(cells))
    assert only(answer) == cells
    assert f"'d' stayed text: {why}" in answer.notes


def test_dayfirst_settles_what_the_cells_do_not_and_nothing_else(reads):
    assert only(reads("d\n03/04/2026\n", dayfirst=True)) == [pd.Timestamp("2026-04-03")]
    assert only(reads("d\n03/04/2026\n", dayfirst=False)) == [pd.Timestamp("2026-03-04")]
    contrary = reads("d\n03/04/2026\n13/04/2026\n", dayfirst=False)
    assert only(contrary) == [pd.Timestamp("2026-04-03"), pd.Timestamp("2026-04-13")]
    assert contrary.notes[1] == ("'d' was read as dates, day first (its cells rule out dayfirst=False): "
                                 "'03/04/2026' is 2026-04-03.")


def test_flags(reads):
    answer = reads("a,b,c\nyes,TRUE,yes\nNo,false,n/a\n,true,no\n")
    assert answer.table["a"].dtype == "boolean"
    assert answer.table["a"].tolist()[:2] == [True, False]
    assert answer.table["a"].isna().tolist() == [False, False, True]
    assert answer.table["b"].dtype == bool
    assert answer.table["b"].tolist() == [True, False, True]
    assert answer.table["c"].tolist() == ["yes", "n/a", "no"]
    assert answer.notes[1:3] == ("'a' was read as true or false: 'yes' is True.",
                                 "'b' was read as true or false: 'TRUE' is True.")


# --- workbooks and Parquet ---------------------------------------------------------------------------

def workbook(path, sheets):
    """The smallest .xlsx that holds these sheets; dates are given as dates."""
    main, rel = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org"
    def cell(value):
        if isinstance(value, dt.date):
            return f'<c s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
        if isinstance(value, bool):
            return f'<c t="b"><v>{value:d}</v></c>'
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>' if value else "<c/>"
        return f"<c><v>{value}</v></c>"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
                      'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>')
        file.writestr("_rels/.rels", f'<Relationships xmlns="{rel}/package/2006/relationships"><Relationship Id="r0" '
                      f'Type="{rel}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
                      "</Relationships>")
        file.writestr("xl/styles.xml", f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
                      '<xf numFmtId="14"/></cellXfs></styleSheet>')
        file.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{rel}/officeDocument/2006/relationships">'
                      "<sheets>" + "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>'
                                           for i, name in enumerate(sheets, 1)) + "</sheets></workbook>")
        file.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{rel}/package/2006/relationships">'
                      + "".join(f'<Relationship Id="r{i}" Type="{rel}/officeDocument/2006/relationships/worksheet" '
                                f'Target="worksheets/sheet{i}.xml"/>' for i, _ in enumerate(sheets, 1))
                      + "</Relationships>")
        for i, rows in enumerate(sheets.values(), 1):
            body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            file.writestr(f"xl/worksheets/sheet{i}.xml",
                          f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>')
    return path


def open_document(path, rows):
    """The smallest .ods that holds one sheet of numbers and text."""
    name = "urn:oasis:names:tc:opendocument:xmlns:"
    def cell(value):
        kind = "string" if isinstance(value, str) else f'float" office:value="{value}'
        return f'<table:table-cell office:value-type="{kind}"><text:p>{value}</text:p></table:table-cell>'
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as file:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        file.writestr("mimetype", kind)
        file.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{name}manifest:1.0">'
                      f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
                      "</manifest:manifest>")
        file.writestr("content.xml", f'<office:document-content xmlns:office="{name}office:1.0" xmlns:table="{name}'
                      f'table:1.0" xmlns:text="{name}text:1.0"><office:body><office:spreadsheet><table:table '
                      f'table:name="A">{body}</table:table></office:spreadsheet></office:body>'
                      "</office:document-content>")
    return path


def test_a_sheet_with_title_typed_cells_and_text(tmp_path):
    rows = [["Diary", "", "", "", ""], ["", "", "", "", ""], ["day", "n", "rate", "ok", "mixed"],
            [dt.date(2024, 1, 1), 1, "12,5", True, dt.date(2024, 4, 3)],
            [dt.date(2024, 1, 8), "n/a", "3,25", False, "13/04/2024"]]
    answer = read(workbook(tmp_path / "x.xlsx", {"A": rows, "B": [["x"], [1]]}))
    table = answer.table
    assert table["day"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-08")]
    assert table["n"].tolist()[0] == 1.0
    assert table["n"].isna().tolist() == [False, True]
    assert table["rate"].tolist() == [12.5, 3.25]
    assert table["ok"].dtype == bool
    assert answer.notes == (
        "Sheet 'A' was read and not 'B'; choose with sheet=.", "Skipped above the names: 'Diary'.",
        "Left out: 1 empty row.", "Decimal comma, settled by 'rate'.",
        "'day' was read as dates, date cells: '2024-01-01 00:00:00' is 2024-01-01.",
        "'ok' was read as true or false: True is True.",
        "'mixed' stayed text: its dates are written in different ways, such as '2024-04-03 00:00:00' and "
        "'13/04/2024'. Write all of them as 2024-12-31.",
        "Numbers: 2 columns.", "Text: 'mixed'.", "Taken as missing: 1 'n/a' in 'n'.")


def test_sheets_are_chosen_by_name_or_number(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"A": [["x"], [1]], "B": [["y"], [2.5]], "C": []})
    assert read(path, sheet="B").table.to_dict("list") == {"y": [2.5]}
    assert read(path, sheet=1).table.to_dict("list") == {"y": [2.5]}
    assert read(path, sheet="B").notes[0] == "Sheet 'B' was read and not 'A' and 'C'; choose with sheet=."
    for wrong in ("Z", 3, -1, True, 1.5):
        assert refusal(read, path, sheet=wrong) == (
            f"sheet must be the name of a sheet or its number from 0, but {wrong!r} was given. "
            "x.xlsx has 'A', 'B' and 'C'.")
    assert refusal(read, path, sheet="C") == (
        "A table needs a line of names and at least one row below it, but x.xlsx is empty. Export it again.")


def test_open_document(tmp_path):
    answer = read(open_document(tmp_path / "x.ods", [["a", "b"], [1, "x"], [2.5, "y"]]))
    assert answer.table.to_dict("list") == {"a": [1.0, 2.5], "b": ["x", "y"]}
    assert answer.notes[0] == "Sheet 'A' was read."


@pytest.mark.parametrize("name", ["x.xlsx", "x.xls", "x.ods"])
def test_broken_workbooks_are_refused(reads, name):
    assert refusal(reads, "<html>no workbook</html>", name) == (
        f"A {name[1:]} file must hold a workbook, but {name} does not. "
        "Open it in a spreadsheet and save it again, or as .csv.")


def test_parquet_keeps_its_kinds(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "x.parquet"
    frame = pd.DataFrame({" a ": [1, 2], "b": ["007", None]}, index=pd.Index([5, 6], name="id"))
    frame.to_parquet(path)
    answer = read(path)
    assert answer.table.columns.tolist() == ["id", "a", "b"]
    assert answer.table["a"].tolist() == [1, 2]
    assert answer.notes == ("The kind of each column is the one stored in the file.",)
    frame.iloc[:0].to_parquet(path)
    assert refusal(read, path) == (
        "A table needs at least one row below the names, but x.parquet has none. Export it again.")
    path.write_bytes(b"no parquet")
    assert refusal(read, path) == (
        "A .parquet file must hold a Parquet table, but x.parquet does not. Export it again, or export it as .csv.")


def test_parquet_without_pyarrow_says_what_to_type(reads, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr(pd, "read_parquet", lambda *args, **options: __import__("pyarrow"))
    assert refusal(reads, b"", "x.parquet") == (
        "A .parquet file is read with pyarrow, but pyarrow is not installed. Type: python -m pip install pyarrow")


# --- what is not a file ------------------------------------------------------------------------------

def test_paths_that_lead_nowhere(tmp_path):
    (tmp_path / "export.csv").write_text("a\n1\n")
    assert refusal(read, tmp_path / "exprot.csv") == (
        "path must name a file that exists, but 'exprot.csv' does not. Did you mean 'export.csv'?")
    assert refusal(read, str(tmp_path / "zzz.csv")) == (
        "path must name a file that exists, but 'zzz.csv' does not. Check the spelling.")
    assert refusal(read, tmp_path / "no" / "x.csv") == (
        "path must name a file that exists, but 'x.csv' does not. Its folder does not exist either: check the path.")
    assert refusal(read, tmp_path) == (
        f"path must name a file, but {tmp_path.name!r} is a folder. Add the name of a file in it.")
    assert refusal(read, 3) == (
        "path must be the name of a file, but 3 was given. For example crunch.read('export.csv').")


def test_the_home_folder_is_found(tmp_path, monkeypatch):
    (tmp_path / "x.csv").write_text("a\n1\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert only(read("~/x.csv")) == [1]


def test_files_that_hold_no_table(reads):
    start = "A table needs a line of names and at least one row below it, but x.csv "
    for empty in ("", "\n \n", ",,\n,,\n"):
        assert refusal(reads, empty) == start + "is empty. Export it again."
    assert refusal(reads, "a,b\n\n") == start + "has only the names. Export it again."
    assert refusal(reads, "a", "x.docx") == (
        "A file must end in one of .csv, .tsv, .txt, .xlsx, .xls, .ods and .parquet, but 'x.docx' was given. "
        "Export the table as .csv, or rename the file if it is one of these.")
    assert refusal(reads, b"PK\x03\x04\x00\x00") == refusal(reads, "a\n1\n".encode("utf-16-le")) == (
        "A .csv file must hold text, but x.csv does not. Export it again as CSV in UTF-8, or give it its true ending.")


def test_options_out_of_their_rule(reads):
    assert refusal(reads, "a\n1\n", decimal=";") == (
        "decimal must be one of '.' and ',', but ';' was given. Choose one of these.")
    assert refusal(reads, "a\n1\n", dayfirst="yes") == (
        "dayfirst must be True or False, but 'yes' was given. Use dayfirst=True when 03/04/2026 is the 3rd of April.")
    assert refusal(reads, "a\n1\n", sheet=0) == (
        "sheet names a sheet of a workbook (.xlsx, .xls and .ods), but x.csv has none. Leave sheet out.")


# --- there and back ----------------------------------------------------------------------------------

# At least one letter keeps a text from being a number; letters of Windows-1252 survive every encoding used.
TEXT = st.text("abcäéß ,;|\t\"'#=\n", min_size=1, max_size=8).map(lambda text: "q" + text)
ROWS = st.lists(st.tuples(
    st.integers(-10**14, 10**14), st.none() | st.floats(-1e6, 1e6, allow_nan=False), TEXT,
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))), min_size=2, max_size=8)


def written(value, mark, group, date):
    if isinstance(value, dt.date):
        return value.strftime(date)
    if isinstance(value, int):
        return f"{value:,}".replace(",", group)
    if isinstance(value, float):
        whole, part = f"{value:,.6f}".split(".")
        return whole.replace(",", group) + mark + part
    return "" if value is None else '"' + value.replace('"', '""') + '"'


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, mark=st.sampled_from(".,"), grouped=st.sampled_from(["", " ", "\u00a0", "'", "other"]),
       separator=st.sampled_from(",;\t|"), date=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y"]),
       encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
def test_what_was_written_is_read_back(tmp_path, rows, mark, grouped, separator, date, encoding):
    group = {".": ",", ",": "."}[mark] if grouped == "other" else grouped
    # The last row settles the decimal mark, and no number may hold the separator unquoted.
    rows = [*rows, (5, 0.25, "q", dt.date(2000, 1, 31))]
    cells = [[written(value, mark, group, date) for value in row] for row in rows]
    cells = [[f'"{c}"' if separator in c and c[0] != '"' else c for c in row] for row in cells]
    path = tmp_path / "x.csv"
    path.write_bytes("\n".join(map(separator.join, [["whole", "real", "word", "day"], *cells])).encode(encoding))
    table = read(path).table
    whole, real, word, day = map(list, zip(*rows, strict=True))
    assert table["whole"].dtype == "int64"
    assert table["whole"].tolist() == whole
    np.testing.assert_array_equal(table["real"], [np.nan if v is None else round(v, 6) for v in real])
    assert table["word"].tolist() == word
    assert table["day"].tolist() == [pd.Timestamp(d) for d in day]
