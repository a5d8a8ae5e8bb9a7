"""A folder that crunch writes to without ever losing anything of anybody's."""

import os
import secrets
from contextlib import contextmanager
from html.parser import HTMLParser

from crunch.errors import InputError, listing, show

PAGE = "index.html"


class _Metas(HTMLParser):
    """The meta elements of a page, by name."""

    def __init__(self, text):
        super().__init__()
        self.found = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "meta":
            self.found.setdefault(dict(attrs).get("name"), dict(attrs).get("content") or "")


def _ours(page):
    """The names of the files that crunch wrote beside this page, itself included; none if it did not write it."""
    if not page.is_file():
        return set()
    with page.open("rb") as head:
        metas = _Metas(head.read(65536).decode("utf-8", "replace")).found
    written = metas.get("generator", "").startswith("crunch ")
    return {PAGE, *metas.get("crunch-files", "").split()} if written else set()


def usable(folder, names):
    """The folder, when each of these files may be written there.

    Parameters
    ----------
    folder : Path
        Made, with a folder for charts in it, when it does not exist.
    names : list of str
        The files to come, relative to it.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        When a file of that name is there that crunch did not write, or the folder cannot be used.
    """
    where = show(str(folder), 200)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"A report needs a folder, but {where} is a file. Name another folder.")
    with _writing(folder):
        ours = _ours(folder / PAGE)
        foreign = [name for name in names if os.path.lexists(folder / name) and name not in ours]
        if foreign:
            raise InputError(f"A report overwrites only files that crunch wrote, but in {where} it did not write "
                             f"{listing(foreign)}. "
                             "Name another folder.")
        (folder / "charts").mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied")
    return folder


def write(folder, contents):
    """Write all files beside their places first and then move them there, so that none is ever half a file.

    Parameters
    ----------
    folder : Path
    contents : dict
        Bytes by name relative to the folder, the page first.
    """
    waiting = {folder / name: folder / f"{name}.{secrets.token_hex(4)}.tmp" for name in contents}
    with _writing(folder):
        try:
            for path, content in zip(waiting.values(), contents.values(), strict=True):
                path.write_bytes(content)
            # The page goes first: it says which of the others are crunch's, should the move be cut short.
            for place, path in waiting.items():
                os.replace(path, place)
        finally:
            for path in waiting.values():
                path.unlink(missing_ok=True)


@contextmanager
def _writing(folder):
    try:
        yield
    except OSError as error:
        raise InputError(f"A report needs a folder that can be written to, but {show(str(folder), 200)} cannot: "
                         f"{error.strerror}. Name another folder.") from error
