"""A figure as the bytes of a file, with its words inside; the same bytes from run to run."""

import io
import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from hashlib import sha256

import matplotlib as mpl
import numpy as np
from matplotlib.image import AxesImage
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from crunch import __version__
from crunch.charts.fonts import lettered
from crunch.charts.picture import Picture, pixels, squeezed
from crunch.checks import several
from crunch.errors import InputError, listing

FORMATS = ("png", "svg", "pdf")
SOFTWARE = f"crunch {__version__}"
_SVG, _RDF = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PREFIXES = {"": _SVG, "xlink": "http://www.w3.org/1999/xlink", "rdf": _RDF,
             "dc": "http://purl.org/dc/elements/1.1/", "cc": "http://creativecommons.org/ns#"}
_STAND_INS = "Verdana, 'Bitstream Vera Sans', sans-serif"  # as wide as DejaVu Sans, where that is not installed
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OFF = 2.5  # mean distance of 255, up to which fewer colours cannot be told from all of them


@dataclass(frozen=True)
class About:
    """What a file says of itself."""

    title: str = ""
    alt: str = ""
    description: str = ""
    source: str = ""
    note: str = ""
    byline: str = ""


def wanted(formats):
    """Formats that there are, in the order given, each once.

    Raises
    ------
    InputError
    """
    formats = [str(kind).lower() for kind in several(formats)]
    unknown = [kind for kind in formats if kind not in FORMATS]
    if unknown or not formats:
        raise InputError(f"A chart is saved as {listing(FORMATS)}, but {listing(unknown) if unknown else 'no format'} "
                         "was asked for. Choose at least one of these.")
    return list(dict.fromkeys(formats))


def rendered(figure, kind, dpi=200, about=None):
    """A figure as bytes.

    Parameters
    ----------
    figure : Figure
    kind : {"png", "svg", "pdf"}
        SVG holds real text, which a reader can search, copy and translate.
    dpi : float
        Pixels an inch; SVG only says by it how large it is meant to be, PDF has none.
    about : About, optional

    Returns
    -------
    bytes
    """
    about = about or About()
    return {"png": _png, "svg": _svg, "pdf": _pdf}[kind](figure, dpi, about)


def _png(figure, dpi, about):
    info = PngInfo()
    for key, text in (("Title", about.title), ("Description", about.alt), ("Comment", about.description),
                      ("Source", about.source), ("Software", SOFTWARE)):
        if text:
            info.add_itxt(key, _writable(text), lang="en")
    drawn, plain = pixels(figure, dpi), isinstance(figure, Picture) and not figure.findobj(AxesImage)
    if plain:
        return squeezed(drawn, info)
    # A logo, a photograph or a colour map would lose by the few colours that a chart of ours needs.
    small = squeezed(drawn, info, 256)
    few = np.asarray(Image.open(io.BytesIO(small)).convert("RGB"), dtype=float)
    if np.abs(few - np.asarray(drawn)).max(axis=2).mean() <= _OFF:
        return small
    out = io.BytesIO()
    drawn.save(out, format="PNG", optimize=True, pnginfo=info)
    return out.getvalue()


def _saved(figure, kind, metadata):
    out = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "crunch", "svg.fonttype": "none", "pdf.fonttype": 42}), lettered():
        figure.savefig(out, format=kind, metadata=metadata)
    return out.getvalue()


def _pdf(figure, _dpi, about):
    said = {"Title": _writable(about.title), "Subject": _writable(about.alt)}
    return _saved(figure, "pdf", {"CreationDate": None, "Creator": SOFTWARE, "Producer": None,
                                  **{key: text for key, text in said.items() if text}})


def _svg(figure, dpi, about):
    said = {"Title": _writable(about.title), "Description": _writable(about.description or about.alt),
            "Source": _writable(about.source)}
    raw = _saved(figure, "svg", {"Date": None, "Creator": SOFTWARE, **{k: text for k, text in said.items() if text}})
    for prefix, address in _PREFIXES.items():
        ET.register_namespace(prefix, address)
    root = ET.fromstring(_CONTROL.sub(b" ", raw))  # matplotlib lets them through, XML does not
    width, height = (f"{dpi * inches:.6g}" for inches in figure.get_size_inches())
    root.set("width", width)
    root.set("height", height)
    _tell(root, about, sha256(raw).hexdigest()[:8])
    for text in root.iter(f"{{{_SVG}}}text"):
        if "sans-serif" not in text.get("style", ""):
            text.set("style", text.get("style", "").replace("'DejaVu Sans'", f"'DejaVu Sans', {_STAND_INS}"))
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _tell(root, about, mark):
    """Title and description as a screen reader finds them."""
    for old in root.findall(f"{{{_SVG}}}title"):
        root.remove(old)
    root.set("role", "img")
    named = []
    for place, (kind, text) in enumerate((("title", about.title), ("desc", about.alt))):
        if text:
            element = ET.Element(f"{{{_SVG}}}{kind}", {"id": f"{kind}-{mark}"})
            element.text = _writable(text)
            root.insert(place, element)
            named.append(f"{kind}-{mark}")
    if named:
        root.set("aria-labelledby", " ".join(named))


def _writable(text):
    """Text without what no file can hold: control characters, and halves of characters."""
    return "".join(c if unicodedata.category(c)[0] != "C" or c == "\u200d" else " " for c in text)
