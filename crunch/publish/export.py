"""A chart and all that a blog needs of it, in one call."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
from PIL import Image

from crunch.charts.words import ALT, one_line, sentences
from crunch.errors import InputError, counted, listing, show
from crunch.pages import page
from crunch.publish import snippets
from crunch.publish.layouts import sizes as known_sizes
from crunch.publish.pictures import pictures
from crunch.publish.render import FORMATS, About, wanted
from crunch.publish.snippets import Post
from crunch.publish.spreadsheet import csv
from crunch.publish.subject import subject
from crunch.publish.writing import put, safe_name
from crunch.results import Answer


@dataclass(frozen=True, eq=False)
class Exported(Answer):
    """What was written, and what to paste.

    Attributes
    ----------
    files : tuple of Path
    alt : str
        Alternative text.
    description : str
        The chart in words, at length.
    caption : str
    html, markdown, wordpress, opengraph : str
        Snippets, "" when only PDF was asked for.
    """

    files: tuple = ()
    alt: str = ""
    description: str = ""
    caption: str = ""
    html: str = field(default="", repr=False)
    markdown: str = field(default="", repr=False)
    wordpress: str = field(default="", repr=False)
    opengraph: str = field(default="", repr=False)


def export(chart, name, *, folder="charts", sizes=("blog", "card", "square"), formats=("png", "svg"), alt=None,
           source=None, dark=False, overwrite=False, address="", note=None, byline=None, logo=None):
    """Write a chart as files for a blog, with its data, its alternative text and snippets to paste.

    Beside the pictures lie the numbers, as ``name.csv``, and ``name.html``, a page on which to look at all of
    it and to copy snippets from. The same chart gives the same bytes. All files are written or none.

    Parameters
    ----------
    chart : Axes, Figure, Panel or Answer
        What a chart of `crunch.charts` returned, a panel as its sliders stand, an answer for the chart that
        it names, or any figure of matplotlib. A chart of crunch is laid out anew for each size; one that
        was changed by hand, or somebody else's figure, is copied onto the page.
    name : str
        What the files are called; letters that file systems dislike become hyphens.
    folder : str or Path
        Made when it is not there. No file is written outside of it.
    sizes : names
        "blog" (800 pixels wide, PNG in twice the pixels as well), "card" (Open Graph, 1200 × 630), "square"
        (1080 × 1080).
    formats : names
        "png", "svg" (with real text) and "pdf".
    alt : str, optional
        Alternative text in place of the one that crunch wrote; a figure of somebody else needs one.
    source : str, optional
        Where the numbers come from: a line at the foot of the chart, in the caption and in the files.
    note, byline : str, optional
        What to know about the numbers, and who made the chart: at the foot and in the caption as well.
    logo : str or Path, optional
        A picture for the foot.
    dark : bool
        Whether to write a twin of each picture for dark pages, ``name-dark.png``.
    overwrite : bool
        Whether other files of these names may be replaced.
    address : str
        Of the folder on the web that the files will be uploaded to, for the snippets.

    Returns
    -------
    Exported
        An answer: a table of the files, and the snippets.

    Raises
    ------
    InputError
        When there is no such size or format, an answer has no chart, a figure no alternative text, the logo cannot be
        read, a file of that name holds something else, or the folder cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.drivers(crunch.drivers(study("accounts"), draws=50))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     done = crunch.export(ax, "what moves it", folder=folder, sizes="blog", source="crunch")
    >>> [path.name for path in done.files]
    ['what-moves-it.png', 'what-moves-it-2x.png', 'what-moves-it.svg', 'what-moves-it.csv', 'what-moves-it.html']
    """
    formats, wanted_sizes, what = wanted(formats), known_sizes(sizes), subject(chart)
    stem, about = _stem(name), _about(what, alt, dark, source=source, note=note, byline=byline)
    foot = {"source": about.source, "note": about.note, "byline": about.byline, "logo": _logo(logo)}
    made = pictures(what, stem, about, foot, sizes=wanted_sizes, formats=formats, dark=dark)
    return _written(made, what, stem, about, _folder(folder), overwrite, address)


def _written(made, what, stem, about, folder, overwrite, address):
    """The files in their folder, with data and page beside them, and what is said of them."""
    caption = sentences(what.said("sentence") or about.title or about.alt, about.note and f"Note: {about.note}",
                        about.source and f"Source: {about.source}", about.byline and f"Chart: {about.byline}")
    post = Post(about.title, about.alt, about.description, caption, str(address), made.first(dark=False),
                made.first(dark=True), made.images.get(("card", "png", False)))
    said = {}
    if what.data is not None:
        made.add(f"{stem}.csv", csv(what.data), "the numbers, as a table")
    if post.light:
        said = {kind: getattr(snippets, kind)(post) for kind in ("html", "markdown", "wordpress", "opengraph")}
        made.add(f"{stem}.html", _page(post, said, made.rows), "a page to look at, with snippets to copy")
    paths = put(folder, made.contents, overwrite)
    table = pd.DataFrame(made.rows).astype({"width": "Int64", "height": "Int64"})
    lead = f"{counted(len(paths), 'file')} in {folder}"
    sentence = f"{lead}: open {stem}.html to look at them, and to copy what a blog needs." if said else f"{lead}."
    return Exported(table, sentence, _notes(made, what, about, post), tuple(paths), about.alt, about.description,
                    caption, **said)


def _folder(path):
    try:
        return Path(path)
    except TypeError as error:
        raise InputError(f"folder is the path of a folder, but {show(path)} was given. For example folder='charts'."
                         ) from error


def _stem(name):
    """The name of all files without their endings."""
    stem = safe_name(name)
    for kind in (*FORMATS, "csv", "html"):
        stem = safe_name(stem[:-len(kind) - 1]) if stem.lower().endswith(f".{kind}") else stem
    return stem


def _about(what, alt, dark, **foot):
    """What the files say of themselves."""
    if alt is not None and not str(alt).strip():
        raise InputError("alt tells those who cannot see a chart what it shows, but an empty one was given. Leave it "
                         "out, or say it in a sentence.")
    if alt is None and not what.said("alt"):
        raise InputError("A chart is exported with an alternative text, which crunch writes for its own charts, but "
                         "this figure has none. Say what it shows: alt='Line chart of …'.")
    if dark and not what.anew:
        raise InputError("A dark twin is drawn anew, which crunch can do with its own charts as it drew them, but this "
                         "figure was made or changed elsewhere. Leave dark out, or take a chart from crunch.charts.")
    alt = one_line(what.said("alt") if alt is None else alt)
    said = {name: one_line(text or "") for name, text in foot.items()}
    return About(what.said("title"), alt, what.said("description"), **said)


def _logo(path):
    """The path of a picture that can be read, "" for none."""
    if path is None:
        return ""
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"logo is a picture, such as a PNG file, but {show(str(path), 200)} cannot be read as one. "
                         "Check the path.") from error
    return str(path)


def _notes(made, what, about, post):
    notes = []
    if len(about.alt) >= ALT:
        notes.append(f"The alternative text has {len(about.alt)} letters; screen readers say up to {ALT} in one go.")
    if made.missing:
        notes.append(f"No font here has {' '.join(dict.fromkeys(made.missing))}: PNG and PDF show boxes instead. The "
                     "text of SVG is whole. Install a font that has them, such as one of the Noto family.")
    if not what.anew:
        notes.append("The figure was made or changed by hand, so it was copied to each size instead of laid out anew"
                     + (", and its foot is in the caption and in the files but not in the picture."
                        if about.source or about.note or about.byline else "."))
    if made.cramped:
        notes.append(f"Letters are small on {listing(made.cramped)}, as this chart has more than there is room for. "
                     "One of fewer rows, or of shorter names, would read better.")
    if post.light and not post.address:
        notes.append("Snippets point to files beside the page. Social networks need whole addresses: name the folder "
                     "they are uploaded to with address=.")
    return tuple(notes)


def _page(post, said, rows):
    here = replace(post, address="")
    snippets_of = [("HTML", said["html"]), ("Markdown", said["markdown"]),
                   ("WordPress, code editor", said["wordpress"]),
                   ("Tags for social cards, in the head of the page", said["opengraph"])]
    return page("export.html", post=post, figure=snippets.html(here), snippets=snippets_of, rows=rows)
