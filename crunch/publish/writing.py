"""Files that are safe to write: harmless names, nothing overwritten unasked, nothing left half written."""

import os
import re
import secrets
import unicodedata
from contextlib import contextmanager
from pathlib import Path

from crunch.errors import InputError, listing, show

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(1, 10))}
_LONGEST = 200  # bytes of a name: with a number and an ending it fits every file system
_TRIES = 1000


def safe_name(name):
    """A name that every file system takes and that stays within its folder.

    Examples
    --------
    >>> safe_name("../My chart: week 12?")
    'My-chart-week-12'
    """
    text = unicodedata.normalize("NFKC", str(name))
    text = re.sub(r"[^\w.+]+", "-", text).strip("-._")
    text = text.encode(errors="ignore")[:_LONGEST].decode(errors="ignore").rstrip("-._")
    return f"{text}-chart" if text.split(".")[0].lower() in _RESERVED else text or "chart"


def numbered(folder, name, contents):
    """Write files under one name, with a number behind it when it is taken.

    Parameters
    ----------
    folder : str or Path
        Made when it is not there.
    name : str
    contents : dict
        Bytes by the ending of the file.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        When the folder cannot be written to.
    """
    folder = Path(folder)
    with _writing(folder):
        for number in range(1, _TRIES):
            stem = name if number == 1 else f"{name}-{number}"
            paths = [folder / f"{stem}.{ending}" for ending in contents]
            if not any(os.path.lexists(path) for path in paths):
                break
        _place(dict(zip(paths, contents.values(), strict=True)), replace=False)
    return paths


def put(folder, contents, overwrite=False, cure="Choose another name, or say overwrite=True."):
    """Write files of these very names: all of them or none.

    Parameters
    ----------
    folder : str or Path
        Made when it is not there.
    contents : dict
        Bytes by name.
    overwrite : bool
        Whether to replace what is there. A file that holds the same bytes already is left alone either way.
    cure : str
        What to do when something else is there.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        When a file of that name holds something else, or the folder cannot be written to.
    """
    folder = Path(folder)
    with _writing(folder):
        paths = {folder / name: content for name, content in contents.items()}
        new = {path: content for path, content in paths.items() if not _same(path, content)}
        taken = [path.name for path in new if os.path.lexists(path)]
        if taken and not overwrite:
            raise InputError(f"Nothing is overwritten unless you ask for it, but in {show(str(folder), 200)} something "
                             f"else is called {listing(taken)}. {cure}")
        _place(new, replace=overwrite)
    return list(paths)


def _same(path, content):
    """Whether a file is there already as it is to be."""
    return path.is_file() and not path.is_symlink() and path.read_bytes() == content


def _place(contents, replace):
    """Each file is whole as soon as it is there, and never in the place of another unless asked."""
    waiting, placed = {}, []
    try:
        for path, content in contents.items():
            waiting[path] = path.with_name(f".{secrets.token_hex(8)}.tmp")
            waiting[path].write_bytes(content)
        for path, content in contents.items():
            if replace:
                os.replace(waiting[path], path)
            else:
                _link(waiting[path], path, content)
                placed.append(path)
    except OSError:
        for path in placed:
            path.unlink(missing_ok=True)
        raise
    finally:
        for path in waiting.values():
            path.unlink(missing_ok=True)


def _link(waiting, path, content):
    try:
        os.link(waiting, path)  # unlike a move, this never replaces what came there meanwhile
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with path.open("xb") as file:
            file.write(content)


@contextmanager
def _writing(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise InputError(f"A chart is saved to a folder that can be written to, but {show(str(folder), 200)} cannot: "
                         f"{error.strerror}. Name another folder.") from error
