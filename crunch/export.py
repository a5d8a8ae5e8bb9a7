"""A picture to files: safe names, nothing overwritten, nothing left half written."""

import io
import os
import re
import secrets
import unicodedata
from pathlib import Path

import matplotlib as mpl

from crunch import __version__
from crunch.errors import InputError, listing, show

FORMATS = ("png", "svg", "pdf")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(1, 10))}
_LONGEST = 200  # bytes of a name: with a number and an ending it fits every file system
_TRIES = 1000


def save(figure, name, *, formats=("png",), folder="charts", dpi=200):
    """Write a figure to new files.

    Parameters
    ----------
    figure : Figure
    name : str
        What the files are called; letters that file systems dislike become hyphens.
    formats : sequence of str
        "png", "svg" (with real text) and "pdf".
    folder : str or Path
        Made when it is not there.
    dpi : float
        Pixels an inch, of PNG.

    Returns
    -------
    list of Path
        One a format. A name that is taken gets a number: nothing is overwritten.

    Raises
    ------
    InputError
        When there is no such format, or the folder cannot be written to.
    """
    formats = [str(kind).lower() for kind in formats]
    unknown = [kind for kind in formats if kind not in FORMATS]
    if unknown or not formats:
        raise InputError(f"A chart is saved as {listing(FORMATS)}, but {listing(unknown) if unknown else 'no format'} "
                         "was asked for. Choose at least one of these.")
    contents = {kind: _bytes(figure, kind, dpi) for kind in dict.fromkeys(formats)}
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _write(folder, safe_name(name), contents)
    except OSError as error:
        raise InputError(f"A chart is saved to a folder that can be written to, but {show(str(folder), 200)} cannot: "
                         f"{error.strerror}. Name another folder.") from error


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


def _bytes(figure, kind, dpi):
    """The same bytes for the same figure, whenever."""
    out = io.BytesIO()
    software = f"crunch {__version__}"
    about = {"png": {"Software": software}, "svg": {"Date": None, "Creator": software},
             "pdf": {"CreationDate": None, "Creator": software, "Producer": None}}[kind]
    with mpl.rc_context({"svg.hashsalt": "crunch", "svg.fonttype": "none"}):
        figure.savefig(out, format=kind, metadata=about, **({"dpi": dpi} if kind == "png" else {}))
    return out.getvalue()


def _write(folder, name, contents):
    """All files under one free name, each whole before it has it."""
    for number in range(1, _TRIES):
        stem = name if number == 1 else f"{name}-{number}"
        paths = [folder / f"{stem}.{kind}" for kind in contents]
        if not any(os.path.lexists(path) for path in paths):
            break
    for path, content in zip(paths, contents.values(), strict=True):
        _place(path, content)
    return paths


def _place(path, content):
    """A file that is whole as soon as it is there, and never in the place of another."""
    waiting = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        waiting.write_bytes(content)
        try:
            os.link(waiting, path)  # unlike a move, this never replaces what came there meanwhile
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with path.open("xb") as file:
                file.write(content)
    finally:
        waiting.unlink(missing_ok=True)
