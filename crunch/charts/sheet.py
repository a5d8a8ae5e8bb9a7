"""The page that a chart is laid out on: how large it is, what it says of its source, how many rows it may have."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class NoRoomError(Exception):
    """A chart does not fit on the page it was asked for; another layout is tried."""


@dataclass(frozen=True)
class Sheet:
    """A page in inches.

    Attributes
    ----------
    width : float
    height : float or None
        None for as high as the chart needs.
    source, note, byline : str
        Where the numbers come from, what to know about them, and who made the chart: lines at the foot.
    logo : str
        Path of a picture at the foot.
    most : int or None
        Rows that there is room for; None for as many as the chart can show.
    """

    width: float = 8.0
    height: float | None = None
    source: str = ""
    most: int | None = None
    note: str = ""
    byline: str = ""
    logo: str = ""


_LEAN, _LOW = 7.0, 0.7  # inches, and a part of the width
_USUAL = Sheet()
_SHEET = ContextVar("sheet", default=_USUAL)


def sheet():
    """The page of the chart that is being drawn."""
    return _SHEET.get()


@contextmanager
def on(page):
    """Lay out charts on this page, inside a with block."""
    token = _SHEET.set(page)
    try:
        yield page
    finally:
        _SHEET.reset(token)


def room(most):
    """How many rows a chart may have that can show so many at most."""
    return most if sheet().most is None else min(most, sheet().most)


def kept(rows, must):
    """The rows that there is room for, in their order; when not all, those first that must not be left out.

    Parameters
    ----------
    rows : sequence
    must : callable
        From a row to how much it must stay: what a title names before what nobody can tell.

    Returns
    -------
    list
    """
    first = sorted(range(len(rows)), key=lambda place: (-must(rows[place]), place))[:room(len(rows))]
    return [rows[place] for place in sorted(first)]


def lean():
    """Whether a page is so narrow that what only comes along is left out, for larger letters."""
    page = sheet()
    return page.height is not None and page.width < _LEAN


def flat():
    """Whether a page is so low that rows have one line each."""
    page = sheet()
    return page.height is not None and page.height < _LOW * page.width
