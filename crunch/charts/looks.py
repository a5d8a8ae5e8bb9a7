"""The one place for a font and an accent colour of your own, and for dark pages."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path

from matplotlib.colors import is_color_like, to_hex
from matplotlib.font_manager import fontManager

from crunch.charts.colours import PAGE, contrast, palette
from crunch.charts.fonts import BASE
from crunch.errors import InputError, show

_LEAST = 3  # contrast of marks with the page, Web Content Accessibility Guidelines 2.2, 1.4.11


@dataclass(frozen=True)
class Look:
    """What a user may choose about all charts.

    Attributes
    ----------
    families : tuple of str
        Fonts, in the order in which they are asked for a letter.
    accent : str or None
    dark : bool
    """

    families: tuple = (BASE,)
    accent: str | None = None
    dark: bool = False

    @property
    def table(self):
        """From the colours of the house to those that are drawn."""
        return palette(self.accent, self.dark)


_CHOSEN = {"look": Look()}  # by `look`, for the whole session
_ASIDE = ContextVar("look", default=None)  # for one chart


def look(*, font=None, accent=None, dark=False):
    """Choose the font, the accent colour and the page of all charts and panels drawn from now on.

    Without arguments charts look as they did at first. Nothing of matplotlib's own settings changes.

    Parameters
    ----------
    font : str or Path, optional
        A family that is installed, or a .ttf or .otf file. DejaVu Sans, which comes with matplotlib, stands
        in for letters that it lacks.
    accent : colour, optional
        In place of the blue, as it is on white: "#b0186b", "teal". On dark pages it is lightened.
    dark : bool

    Raises
    ------
    InputError
        When there is no such font, or the colour is none or too pale to be seen on white.

    Examples
    --------
    >>> import crunch
    >>> crunch.charts.look(accent="#7a1fa2")
    >>> crunch.charts.look()
    """
    families = (BASE,) if font is None else (_family(font), BASE)
    _CHOSEN["look"] = Look(families, None if accent is None else _accent(accent), bool(dark))


def chosen():
    """The look of the chart that is being drawn."""
    return _ASIDE.get() or _CHOSEN["look"]


def dark(wanted=True):
    """Draw on a dark page, or on a white one, inside a with block."""
    return aside(replace(chosen(), dark=wanted))


@contextmanager
def aside(wanted):
    """Draw in another look inside a with block."""
    token = _ASIDE.set(wanted)
    try:
        yield
    finally:
        _ASIDE.reset(token)


def _family(font):
    """The name of a font's family; a file is made known to matplotlib first."""
    if Path(font).suffix.lower() in (".ttf", ".otf", ".ttc"):
        try:
            known = {entry.fname for entry in fontManager.ttflist}
            path = str(Path(font).expanduser().resolve(strict=True))
            if path not in known:
                fontManager.addfont(path)
        except (OSError, RuntimeError) as error:
            raise InputError(f"font is a family that is installed or a font file, but {show(str(font), 200)} cannot be "
                             "read as a font. Check the path.") from error
        return next(entry.name for entry in fontManager.ttflist if entry.fname == path)
    names = {entry.name.lower(): entry.name for entry in fontManager.ttflist}
    if str(font).lower() not in names:
        raise InputError(f"font is a family that is installed or a font file, but there is no font {show(str(font))} "
                         "here. Install it, or give the path of its .ttf file.")
    return names[str(font).lower()]


def _accent(colour):
    if not is_color_like(colour):
        raise InputError(f'accent is a colour such as "#b0186b" or "teal", but {show(str(colour))} was given. '
                         "Write # and six hexadecimal digits.")
    ratio = contrast(colour, PAGE)
    if ratio < _LEAST:
        raise InputError(f"accent keeps a contrast of {_LEAST}:1 with the white page, so that lines can be seen, but "
                         f"{show(to_hex(colour))} keeps {ratio:.1f}:1. Take a darker one.")
    return to_hex(colour)
