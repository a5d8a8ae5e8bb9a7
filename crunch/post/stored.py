"""What a notebook holds of a chart or a picture: from JSON that anybody may have written to values to be trusted."""

import binascii
from base64 import b64decode
from dataclasses import dataclass

from crunch.errors import InputError, listing, show
from crunch.publish.pictures import SHARP

_LIGHT, _DARK, _CARD = (".png", f"-{SHARP}x.png"), ("-dark.png", f"-dark-{SHARP}x.png"), ("-card.png",)
_FIRST = {"png": b"\x89PNG", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
_WORDS = ("title", "alt", "description", "caption")
_LARGEST = 20_000  # CSS pixels
_CURE = "Run the notebook again, or clear that output."


@dataclass(frozen=True)
class Chart:
    """A chart of crunch, or a panel.

    Attributes
    ----------
    files : dict of str to bytes
        PNG files by what stands behind their name.
    width, height : int
        CSS pixels.
    title, alt, description, caption : str
    page : str
        A page of sliders, "" for none.
    tall : int
        CSS pixels of that page.
    """

    files: dict
    width: int
    height: int
    title: str
    alt: str
    description: str
    caption: str
    page: str = ""
    tall: int = 0

    @property
    def dark(self):
        """Whether there is a twin for dark pages."""
        return _DARK[0] in self.files

    @property
    def card(self):
        """Whether there is one for social networks."""
        return _CARD[0] in self.files


def chart(bundle):
    """A chart as `crunch.post.kernel` hands it over.

    Parameters
    ----------
    bundle : object
        What the notebook holds.

    Returns
    -------
    Chart

    Raises
    ------
    InputError
        When it is not one in every part.
    """
    if not isinstance(bundle, dict):
        raise _odd("a chart is stored as a table of names", bundle)
    files = bundle.get("files")
    if not isinstance(files, dict):
        raise _odd("a chart has files", files)
    known = {*_LIGHT, *_DARK, *_CARD}
    strange = [ending for ending in files if ending not in known]
    if strange:
        raise InputError(f"The files of a chart are {listing(sorted(known), most=9)}, but {listing(strange)} is "
                         f"stored. {_CURE}")
    for pair in (_LIGHT, _DARK):
        if len([ending for ending in pair if ending in files]) == 1 or (pair is _LIGHT and pair[0] not in files):
            raise _odd("a chart is stored in single and double pixels", list(files))
    sizes = {name: _pixels(bundle, name) for name in ("width", "height", *(["tall"] if "page" in bundle else []))}
    words = {name: text(bundle.get(name), name) for name in _WORDS}
    page = text(bundle["page"], "page") if "page" in bundle else ""
    return Chart({ending: picture("png", content) for ending, content in files.items()}, **sizes, **words, page=page)


def picture(kind, content):
    """The bytes of a picture.

    Parameters
    ----------
    kind : {"png", "jpeg", "gif"}
    content : object
        Base64, as text or lines of text.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        When it is no such picture.
    """
    written = text(content, f"{kind} picture")
    try:
        found = b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _odd("a picture is stored in Base64", written) from error
    if not found.startswith(_FIRST[kind]):
        raise _odd(f"an image/{kind} holds a {kind.upper()} file", written)
    return found


def text(value, name):
    """Text, which notebooks may keep as a list of lines; InputError when it is none."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        raise _odd(f"the {name} of an output is text", value)
    return value


def _pixels(bundle, name):
    value = bundle.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LARGEST:
        raise _odd(f"the {name} of a chart is a whole number of pixels up to {_LARGEST}", value)
    return value


def _odd(rule, value):
    return InputError(f"{rule[0].upper()}{rule[1:]}, but {show(value)} is stored. {_CURE}")
