"""Text in charts: from a table made safe, wrapped to the room there is, told to those who cannot see the chart."""

import re
import textwrap
import unicodedata

from crunch.charts.fonts import width

_JOINERS = "\u200c\u200d"  # within words of some scripts, and of emoji
_WORD = 16  # letters of a last line that does not look forgotten
ALT = 300  # letters of an alternative text: what a screen reader says in one go


def safe(text, width=None):
    """Text from a table as it may stand in a chart: one line, printable, wrapped when a width is given."""
    clean = "".join(c if unicodedata.category(c)[0] != "C" or c in _JOINERS else " " for c in str(text))
    # Only plain blanks are folded: a narrow no-break space holds a number to its unit.
    clean = " ".join(part for part in clean.split(" ") if part) or "(no name)"
    if width is None:
        return clean
    # Underscores join the words of a column name: a line may end after one.
    fit = max(int(width * len(clean) / columns(clean)), 2)
    lines = textwrap.wrap(clean.replace("_", "_ "), fit, max_lines=3, placeholder="…")
    return "\n".join(line.replace("_ ", "_") for line in lines)


def one_line(text):
    """Text without line breaks; narrow blanks that hold a number together stay."""
    return re.sub(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+", " ", str(text)).strip(" ")


def columns(text):
    """How many columns of a terminal a text takes: letters of East Asia are two wide."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text) or 1


def short(text, most):
    """Text from a table in one line of so many letters."""
    clean = safe(text)
    fit = max(int(most * len(clean) / columns(clean)), 2)
    return clean if len(clean) <= fit else f"{clean[:fit - 1]}…"


def wrapped(text, inches, size, weight="normal"):
    """Text in as many lines as it takes to stay within a width: bold lines of like length, no last line of a word.

    Parameters
    ----------
    text : str
    inches : float
    size : float
        Points.
    weight : str

    Returns
    -------
    str
    """
    whole = width(text, size, weight)
    if whole <= inches:
        return _from_the_left(text)
    letters = max(int(len(text) * inches / whole * 1.06), 8)
    lines = _lines(text, letters)
    while letters > 8 and max(width(line, size, weight) for line in lines) > inches:
        letters -= 1
        lines = _lines(text, letters)
    return "\n".join(map(_from_the_left, _even(text, lines, letters, letters if weight == "bold" else _WORD)))


def _from_the_left(line):
    """A line of an English text, told so where it may begin with a word that runs from right to left."""
    return f"\u200e{line}" if any(unicodedata.bidirectional(c) in ("R", "AL") for c in line) else line


def _lines(text, letters):
    """Lines of so many letters; a name too long for one ends it after an underscore."""
    if max(map(len, text.split())) <= letters:
        return textwrap.wrap(text, letters)
    broken = textwrap.wrap(text.replace("_", "_\0 "), letters)
    return [line.replace("\0 ", "").rstrip("\0") for line in broken]


def _even(text, lines, letters, least):
    """The same number of lines, broken so that the last has so many letters, where that can be."""
    best = lines
    while len(best[-1]) < least and letters > 8:
        letters -= 1
        closer = _lines(text, letters)
        if len(closer) > len(lines):
            break
        best = closer
    return best


def fitted(text, inches, size=11):
    """Text from a table in one line, cut where it is wider than so many inches."""
    whole = clean = safe(text)
    while width(clean, size) > inches and len(clean) > 2:
        whole = whole[:-1]
        clean = f"{whole}…"
    return clean


def brief(lead, numbers):
    """An alternative text under `ALT` letters: as many of the numbers as there is room for."""
    said = lead if len(lead) < ALT - 1 else f"{lead[:ALT - 3]}…"
    told = ended(said)
    for count in range(1, len(numbers) + 1):
        rest = len(numbers) - count
        more = f"; and {rest} more" if rest else ""
        text = f"{ended(said)} {'; '.join(numbers[:count])}{more}."
        if len(text) < ALT:
            told = text
    return told


def sentences(*parts):
    """Parts of a text, each ended as a sentence is; empty ones are left out."""
    return " ".join(ended(part) for part in parts if part)


def ended(text):
    """A text with a full stop, unless it ends with a mark already."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
