"""Workbooks made byte by byte, as no spreadsheet would make them."""

import struct
import zipfile

_MAIN, _REL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE = ('<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1" t="inlineStr"><is><t>y</t></is></c></row>'
         '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2.5</v></c></row>')


def xlsx(path, *bodies, before="", texts=None, other=None):
    """Sheets A, B, … with these rows; `texts` are shared strings, `other` parts by name."""
    sheets = "".join(f'<sheet name="{chr(65 + i)}" sheetId="{i + 1}" r:id="r{i}"/>' for i in range(len(bodies)))
    relations = "".join(f'<Relationship Id="r{i}" Type="{_REL}/officeDocument/2006/relationships/worksheet" '
                        f'Target="worksheets/sheet{i}.xml"/>' for i in range(len(bodies)))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_REL}/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_REL}/package/2006/relationships"><Relationship Id="r0" '
                       f'Type="{_REL}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_REL}/package/2006/relationships">{relations}</Relationships>'}
    if texts is not None:
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{items}</sst>'
    for i, body in enumerate(bodies):
        parts[f"xl/worksheets/sheet{i}.xml"] = f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{body}</sheetData></worksheet>'
    return _zipped(path, {**parts, **(other or {})})


def ods(path, body):
    """One sheet with these rows."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return _zipped(path, {
        "mimetype": kind,
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0"><manifest:file-entry '
                                 f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        "content.xml": f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" xmlns:text="{_ODF}text:1.0">'
                       f'<office:body><office:spreadsheet><table:table table:name="A">{body}</table:table></office:spreadsheet>'
                       "</office:body></office:document-content>"})


def ods_row(*cells, times=1):
    """A row of (value, how often); None for an empty cell."""
    said = ""
    for value, often in cells:
        kind = "" if value is None else (' office:value-type="string"' if isinstance(value, str)
                                         else f' office:value-type="float" office:value="{value}"')
        text = "" if value is None else f"<text:p>{value}</text:p>"
        said += f'<table:table-cell table:number-columns-repeated="{often}"{kind}>{text}</table:table-cell>'
    return f'<table:table-row table:number-rows-repeated="{times}">{said}</table:table-row>'


def _zipped(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def xls(path, cells, dimensions=None):
    """A binary workbook of one sheet; cells are (row, column, number or text) from 0, dimensions (rows, columns)."""
    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    def opened(what):
        return record(0x0809, struct.pack("<HHHHII", 0x0600, what, 0, 0, 0, 0))

    def cell(row, column, value):
        where = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x0204, where + struct.pack("<HB", len(value), 0) + value.encode("latin-1"))
        return record(0x0203, where + struct.pack("<d", value))
    size = b"" if dimensions is None else record(0x0200, struct.pack("<IIHHH", 0, dimensions[0], 0, dimensions[1], 0))
    end = record(0x000A, b"")
    sheet = opened(0x0010) + size + b"".join(cell(*each) for each in cells) + end
    start = len(opened(5)) + 4 + 9 + len(end)
    stream = opened(5) + record(0x0085, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"A") + end + sheet
    path.write_bytes(_compound(stream.ljust(4096, b"\0")))
    return path


def _compound(stream):
    """An OLE file that holds one stream called Workbook."""
    count = -(-len(stream) // 512)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    fat = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(name, kind, child, start, size):
        text = name.encode("utf-16-le")
        return struct.pack("<64sHBBIII16sIQQIQ", text, len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, b"", 0, 0, 0, start, size)
    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack(
        "<16sHHHHH6sIIIIIIIII109I", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0, *[0xFFFFFFFF] * 108)
    return head + fat + folder.ljust(512, b"\0") + stream.ljust(512 * count, b"\0")
