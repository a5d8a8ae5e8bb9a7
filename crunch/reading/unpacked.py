"""The XML inside a workbook, which is a zip file, as a stream: nothing is unpacked that its size does not vouch for."""

import zipfile
from xml.parsers import expat

from crunch.errors import InputError, show

_FREE = 32_000_000  # bytes that any workbook may unpack to
_TIMES = 50  # beyond these: bytes for each byte of the file; tables of many equal cells come to 25
PIECE = 2**18


class Unpacked(zipfile.ZipFile):
    """A workbook that is opened to be looked through.

    Attributes
    ----------
    names : dict of str to str
        What its parts are called, by their names in lower case, as readers look them up.
    """

    def __init__(self, path):
        super().__init__(path)
        size = sum(part.file_size for part in self.infolist() if part.filename.lower().endswith((".xml", ".rels")))
        if size > max(_FREE, _TIMES * path.stat().st_size):
            raise InputError(
                f"A workbook may unpack to {_TIMES} times its size, but {show(path.name)} of "
                f"{path.stat().st_size / 1e6:.1f} MB unpacks to {size / 1e6:.0f} MB. If it is no trap, open it in a "
                "spreadsheet and export the table as .csv.")
        self.names = {name.replace("\\", "/").lower(): name for name in self.namelist()}
        if len(self.names) < len(self.namelist()):
            raise ValueError("two parts of one name")


def elements(parts, name, start, text=None, end=None):
    """Read one part, telling its elements as they come.

    Parameters
    ----------
    parts : Unpacked
    name : str
        In lower case.
    start : callable
        ``start(tag, attributes)``
    text, end : callable, optional
        ``text(characters)`` and ``end(tag)``

    Raises
    ------
    KeyError, ValueError, zipfile.BadZipFile or expat.ExpatError
        When there is no such part, or it is broken.
    """
    parser = expat.ParserCreate("utf-8")  # whatever it says itself: readers of workbooks read nothing else
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, text, end
    parser.StartDoctypeDeclHandler = _refused
    with parts.open(parts.names[name]) as file:
        while piece := file.read(PIECE):
            parser.Parse(piece)
        parser.Parse(b"", True)


def local(tag):
    """The name of an element without its prefix."""
    return tag.rpartition(":")[2]


def _refused(*_declared):
    raise ValueError("a workbook declares no entities")
