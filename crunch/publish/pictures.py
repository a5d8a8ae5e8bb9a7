"""One chart as all its picture files: every size, format and page colour that was asked for."""

from dataclasses import dataclass, field, replace

from crunch.publish.layouts import SIZES, cramped
from crunch.publish.render import rendered
from crunch.publish.snippets import Image

SHARP = 2  # times the pixels, for sharp screens


@dataclass
class Pictures:
    """The files of one chart, before they are written.

    Attributes
    ----------
    contents : dict
        Bytes by name.
    rows : list of dict
        What each file is.
    images : dict
        `Image` by size, format and whether it is for dark pages.
    missing : str
        Letters that no font has.
    cramped : list of str
        Sizes on which letters are small for want of room.
    """

    contents: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    images: dict = field(default_factory=dict)
    missing: str = ""
    cramped: list = field(default_factory=list)

    def add(self, file, content, about, pixels=None):
        """One more file; `pixels` is (width, height)."""
        self.contents[file] = content
        width, height = pixels or (None, None)
        self.rows.append({"file": file, "what": about, "width": width, "height": height, "bytes": len(content)})

    def first(self, dark):
        """The picture that a text shows: PNG before SVG, the first size asked for; None without either."""
        return next((image for kind in ("png", "svg") for (_, of, night), image in self.images.items()
                     if (of, night) == (kind, dark)), None)


def pictures(what, stem, about, foot, *, sizes, formats, dark):
    """Draw a chart for every size, in every format.

    Parameters
    ----------
    what : Subject
    stem : str
        How the names of the files begin.
    about : About
        What the files say of themselves.
    foot : dict
        What is said at the foot of the chart.
    sizes, formats : lists of str
    dark : bool
        Whether there is a twin of each for dark pages.

    Returns
    -------
    Pictures
    """
    made = Pictures()
    for night in (False, True) if dark else (None,):
        for size in sizes:
            base = "-".join([stem, *([] if size == "blog" else [size]), *(["dark"] if night else [])])
            with what.on_page(size, night, **foot) as (figure, dpi):
                made.missing += getattr(figure, "missing", "")
                made.cramped += [size] if cramped(figure) and size not in made.cramped else []
                for kind in formats:
                    _files(made, figure, dpi, base, kind, size, bool(night), about)
    return made


def _files(made, figure, dpi, base, kind, size, night, about):
    """The file of one picture, and that of its twin for sharp screens."""
    for times in (1, SHARP) if (kind, size) == ("png", "blog") else (1,):
        file = f"{base}{f'-{times}x' if times > 1 else ''}.{kind}"
        pixels = [round(dpi * times * inches) for inches in figure.get_size_inches()]
        told = (f"{kind.upper()} {SIZES[size].about}{', twice the pixels' if times > 1 else ''}"
                f"{', for dark pages' if night else ''}")
        made.add(file, rendered(figure, kind, dpi * times, about), told, pixels)
        known = made.images.get((size, kind, night))
        made.images[size, kind, night] = Image(file, *pixels) if known is None else replace(known, sharp=file)
