"""A notebook turned into a page or a Markdown file, with its charts as files beside it."""

import re
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

from crunch.errors import InputError
from crunch.pages import page
from crunch.post import harmless, stored
from crunch.post.notebook import read, refenced, run, title, trimmed
from crunch.post.outputs import Files, rewritten
from crunch.publish import snippets
from crunch.publish.writing import put, safe_name

KINDS = {"html": "index.html", "markdown": "index.md"}
_LOCAL = re.compile(r'(!\[[^\]]{0,2000}\]\(|<img[^>]{0,2000}?\ssrc=")([^)"\s:]+)(?=[)"\s])')
_ATTACHMENT = re.compile(r'(!\[[^\]]{0,2000}\]\(|<img[^>]{0,2000}?\ssrc=")attachment:([^)"\s]+)(?=[)"\s])')
_BESIDE = ("png", "jpg", "jpeg", "gif", "webp", "avif", "svg")  # other files are nobody's to publish
_ATTACHED = {"png": "png", "jpeg": "jpg", "gif": "gif"}


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes
    ----------
    page : Path
    files : list of Path
        The page among them.
    charts : int
    silent : int
        Pictures made by other libraries, of which nobody said what they show.
    """

    page: Path
    files: list
    charts: int
    silent: int


def export(path, folder, *, to="html", fresh=True, code=True, sliders=False, address="", overwrite=False):
    """Turn a notebook into a blog post.

    Parameters
    ----------
    path : str or Path
        Of the notebook.
    folder : str or Path
        Made when it is not there.
    to : {"html", "markdown"}
    fresh : bool
        Whether to run the notebook first. Only then charts come sharp and for dark pages as well. Otherwise
        what is stored is taken for somebody else's: nothing of it runs in the post.
    code : bool
        Whether to show code.
    sliders : bool
        Whether panels become pages with sliders that need no kernel, instead of pictures.
    address : str
        Of the folder on the web that the files will be uploaded to, "" for beside the page.
    overwrite : bool
        Whether other files of these names may be replaced.

    Returns
    -------
    Exported

    Raises
    ------
    InputError
        When it is no notebook, a cell fails, an output is not what it says, or the folder cannot be written to.
    """
    path = Path(path)
    if find_spec("nbconvert") is None or find_spec("nbclient") is None:
        raise InputError("crunch export needs nbconvert and nbclient, but they are not installed here. "
                         'Type: python -m pip install "crunch-score[lab]"')
    notebook = read(path)
    if fresh:
        run(notebook, path.resolve().parent, sliders)
    found = Files(safe_name(path.stem), to == "markdown", address, strange=not fresh)
    try:
        named = title(notebook, path)
        body = _body(notebook, path.resolve().parent, found, code)
    except RecursionError as error:
        raise InputError(harmless.DEEP) from error
    content = _page(named, body, found) if to == "html" else body.encode("utf-8", "replace")
    paths = put(folder, {KINDS[to]: content, **found.contents}, overwrite,
                "Name another folder with --output, or say --overwrite.")
    return Exported(paths[0], paths, len(found.charts), found.silent)


def _body(notebook, folder, found, code):
    """The post itself; of stored cells and outputs, nothing in it runs."""
    trimmed(notebook, code)
    _pictures(notebook, folder, found)
    if found.strange:
        harmless.prepare(notebook, found.markdown)
    rewritten(notebook, found)
    if found.markdown:
        refenced(notebook)
    body = _converted(notebook, found.markdown)
    return harmless.html(body) if found.strange and not found.markdown else body


def _converted(notebook, markdown):
    """The notebook as Markdown, or as the HTML of a page's body."""
    from nbconvert.exporters import HTMLExporter, MarkdownExporter

    exporter = MarkdownExporter() if markdown else HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True, exclude_anchor_links=True)
    body = exporter.from_notebook_node(notebook)[0]
    return body.strip() + "\n" if markdown else body


def _pictures(notebook, folder, found):
    """Pictures that the text shows, from beside the notebook or attached to a cell: they go with the post."""
    def moved(match):
        try:
            file = (folder / unquote(match[2])).resolve()
            kind = file.suffix.lower().lstrip(".")
            if kind not in _BESIDE or not file.is_relative_to(folder) or not file.is_file():
                return match[0]
            return match[1] + found.add(kind, file.read_bytes())
        except (OSError, ValueError):  # no name that a file may have
            return match[0]

    def attached(match):
        held = cell.get("attachments", {}).get(unquote(match[2]), {})
        kind = next((kind for kind in _ATTACHED if f"image/{kind}" in held), None)
        if kind is None:
            return f"{match[1]}missing"
        return match[1] + found.add(_ATTACHED[kind], stored.picture(kind, held[f"image/{kind}"]))

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _ATTACHMENT.sub(attached, _LOCAL.sub(moved, cell.source))
            cell.pop("attachments", None)


def _page(named, body, found):
    """A page of its own, with tags for social cards where there is a chart."""
    tags = snippets.opengraph(found.charts[0]) if found.charts else ""
    tags = re.sub(r'(property="og:title" content=")[^"]*', lambda match: match[1] + escape(named, quote=True), tags)
    return page("post.html", title=named, body=body, tags=tags)
