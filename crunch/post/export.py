"""A notebook turned into a page or a Markdown file, with its charts as files beside it."""

import re
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from pathlib import Path

from crunch.errors import InputError
from crunch.pages import page
from crunch.post.notebook import read, run, title, trimmed
from crunch.post.outputs import Files, rewritten
from crunch.publish import snippets
from crunch.publish.writing import put, safe_name

KINDS = {"html": "index.html", "markdown": "index.md"}
_LOCAL = re.compile(r'(!\[[^\]]*\]\(|<img[^>]*?\ssrc=")([^)"\s:]+)(?=[)"\s])')


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
        Whether to run the notebook first. Only then charts come sharp and for dark pages as well.
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
        When it is no notebook, a cell fails, or the folder cannot be written to.
    """
    path = Path(path)
    if find_spec("nbconvert") is None or find_spec("nbclient") is None:
        raise InputError("crunch export needs nbconvert and nbclient, but they are not installed here. "
                         'Type: python -m pip install "crunch-score[lab]"')
    notebook = read(path)
    if fresh:
        run(notebook, path.resolve().parent, sliders)
    named = title(notebook, path)
    trimmed(notebook, code)
    found = Files(safe_name(path.stem), to == "markdown", address)
    _local_pictures(notebook, path.resolve().parent, found)
    rewritten(notebook, found)
    body = _converted(notebook, to)
    content = _page(named, body, found) if to == "html" else body.encode("utf-8", "replace")
    paths = put(folder, {KINDS[to]: content, **found.contents}, overwrite,
                "Name another folder with --output, or say --overwrite.")
    return Exported(paths[0], paths, len(found.charts), found.silent)


def _converted(notebook, to):
    """The notebook as Markdown, or as the HTML of a page's body."""
    from nbconvert.exporters import HTMLExporter, MarkdownExporter

    if to == "markdown":
        return MarkdownExporter().from_notebook_node(notebook)[0].strip() + "\n"
    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True,
                            exclude_anchor_links=True)
    return exporter.from_notebook_node(notebook)[0]


def _local_pictures(notebook, folder, found):
    """Pictures beside the notebook that its text shows: they go with the post."""
    def moved(match):
        file = (folder / match[2]).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            return match[0]
        return match[1] + found.add(file.suffix.lstrip("."), file.read_bytes())

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _LOCAL.sub(moved, cell.source)


def _page(named, body, found):
    """A page of its own, with tags for social cards where there is a chart."""
    tags = snippets.opengraph(found.charts[0]) if found.charts else ""
    tags = re.sub(r'(property="og:title" content=")[^"]*', lambda match: match[1] + escape(named, quote=True), tags)
    return page("post.html", title=named, body=body, tags=tags)
