"""Which letters a font has, how wide words are in it, and which other font helps out."""

import logging
import warnings
from contextlib import contextmanager, suppress
from functools import cache, lru_cache

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager
from matplotlib.ft2font import FT2Font

BASE = "DejaVu Sans"  # comes with matplotlib
_DPI = 100


def width(text, size=11, weight="normal"):
    """How wide the widest line of a text is, in the font of the style that is in use.

    Parameters
    ----------
    text : str
    size : float
        Points.
    weight : str

    Returns
    -------
    float
        Inches.
    """
    families = tuple(mpl.rcParams["font.family"])
    return max(_width(line, size, weight, families) for line in text.split("\n"))


def widest(texts, size=11, weight="normal"):
    """How wide the widest of some texts is in inches; 0 without any."""
    return max((width(text, size, weight) for text in texts), default=0.0)


@lru_cache(maxsize=4096)
def _width(line, size, weight, families):
    font = FontProperties(family=list(families), size=size, weight=weight)
    return _renderer().get_text_width_height_descent(line, font, ismath=False)[0] / _DPI


@cache
def _renderer():
    return RendererAgg(1, 1, _DPI)


@contextmanager
def lettered():
    """Letters of the same proportions at any number of dots an inch; no warning about those that a font lacks.

    Charts look for another font, or say so.
    """
    before, log = mpl.rcParams["text.hinting"], logging.getLogger("matplotlib.font_manager")
    level = log.level
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        mpl.rcParams["text.hinting"] = "none"
        log.setLevel(logging.ERROR)  # that a font which helps out has no bold letters is no news for a reader
        try:
            yield
        finally:
            mpl.rcParams["text.hinting"] = before
            log.setLevel(level)


def lacking(text, families):
    """The letters of a text that none of these fonts has.

    Parameters
    ----------
    text : str
    families : sequence of str

    Returns
    -------
    frozenset of str
    """
    plain = {letter for letter in text if not letter.isascii()}
    for family in families if plain else ():
        plain -= _letters(findfont(FontProperties(family=family)))
    return frozenset(letter for letter in plain if letter.isprintable())


@lru_cache(maxsize=64)
def covering(letters):
    """Installed fonts that have the most of these letters, as few as it takes; empty where none has any.

    Parameters
    ----------
    letters : frozenset of str

    Returns
    -------
    tuple of str
        Names of families.
    """
    left, found = set(letters), []
    if left:
        _newly_installed()
    fonts = {font.name: font.fname for font in fontManager.ttflist
             if font.style == "normal" and font.weight in (400, "normal", "regular") and "Last Resort" not in font.name}
    # Of fonts that have as many letters, one made for many scripts goes before an odd one.
    names = sorted(fonts, key=lambda name: (not name.startswith((BASE, "Noto Sans")), name))
    while left:
        best = max(names, key=lambda name: len(left & _letters(fonts[name])), default=None)
        if best is None or not left & _letters(fonts[best]):
            break
        found.append(best)
        left -= _letters(fonts[best])
    return tuple(found)


@cache
def _newly_installed():
    """Make fonts known to matplotlib that were installed after it made its list."""
    known = {font.fname for font in fontManager.ttflist}
    for path in sorted({*findSystemFonts()} - known):
        with suppress(RuntimeError, OSError, ValueError):  # a file that cannot be read
            fontManager.addfont(path)


@cache
def _letters(path):
    """All letters of a font that can be drawn from outlines."""
    try:
        font = FT2Font(path)
        if not font.scalable or not font.num_glyphs or "color" in font.family_name.lower():
            return frozenset()
        return frozenset(map(chr, font.get_charmap()))
    except (RuntimeError, OSError, ValueError):
        return frozenset()  # a font file that cannot be read has no letters to offer
