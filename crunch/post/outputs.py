"""Outputs of cells as they stand in a post: charts as files, panels as twins or pages with sliders."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from html import escape

from crunch.errors import InputError
from crunch.post import harmless, stored
from crunch.post.kernel import MIME
from crunch.publish import snippets
from crunch.publish.snippets import Image, Post

_INLINE = re.compile(r'src="data:image/(png|jpeg|gif|svg\+xml);base64,([^"]+)"')
_STYLE = re.compile(r"<style scoped>(?:(?!<style).)*?</style>", re.DOTALL)
_ALIGNED = re.compile(r"\S {2,}\S|^\s", re.MULTILINE)  # columns and indents: to be left as they are
_TEXTS = ("text/markdown", "text/latex", "text/plain")
_ENDING = {"png": "png", "jpeg": "jpg", "gif": "gif", "svg+xml": "svg"}


@dataclass
class Files:
    """The files of a post, collected on the way through the notebook.

    Attributes
    ----------
    stem : str
        How their names begin.
    markdown : bool
        Whether the post is Markdown; HTML otherwise.
    address : str
        Of the folder that the files are uploaded to.
    contents : dict
        Bytes by name.
    charts : list of Post
    silent : int
        Pictures of which nobody said what they show.
    strange : bool
        Whether outputs are stored ones, which somebody else may have made: then they run nothing.
    """

    stem: str
    markdown: bool = False
    address: str = ""
    contents: dict = field(default_factory=dict)
    charts: list = field(default_factory=list)
    silent: int = 0
    strange: bool = False

    def add(self, ending, content):
        """A new file; its name."""
        name = f"{self.stem}-{1 + len(self.contents)}.{ending}"
        self.contents[name] = content
        return name


def rewritten(notebook, files):
    """Put each output into the one form that the post shows.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    files : Files
        Gains the files.

    Raises
    ------
    InputError
        When an output is not what it says it is.
    """
    place = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        place += 1
        try:
            cell.outputs = [shown for shown in (_rewritten(output, files) for output in cell.outputs)
                            if shown.get("data", True)]
        except InputError as error:
            raise InputError(f"Code cell {place}: {error}") from error


def _rewritten(output, files):
    from nbformat.v4 import new_output  # there when a notebook has been read

    if "data" in output:
        output["data"] = _shown(output["data"], files)
        return output
    if output.output_type == "stream" and not _ALIGNED.search(output.text):
        # What a cell prints in sentences reads as text does.
        said = [line for line in output.text.splitlines() if line.strip()]
        data = ({"text/markdown": "\n\n".join(map(snippets.plain, said))} if files.markdown else
                {"text/html": "".join(f"<p>{escape(line)}</p>" for line in said)})
        return new_output("display_data", data=data)
    if files.strange and files.markdown:
        said = output.text if output.output_type == "stream" else "\n".join(output.traceback)
        return new_output("display_data", data={"text/markdown": harmless.fenced(_plain(said))})
    return output


def _plain(text):
    """Without the codes that colour it in a terminal."""
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def _shown(data, files):
    """One output in one form: chart, HTML, picture, Markdown or text."""
    if MIME in data:
        return _chart(stored.chart(data[MIME]), files)
    if "text/html" in data:
        html = _tidied(stored.text(data["text/html"], "HTML"), files)
        # In a page, all of it is cleaned at the end.
        return {"text/html": harmless.in_markdown(harmless.html(html)) if files.strange and files.markdown else html}
    if any("widget" in kind for kind in data):
        return {}  # a bar of progress, or a control that does nothing without its kernel
    for kind in ("png", "jpeg", "svg+xml"):
        if f"image/{kind}" in data:
            content = data[f"image/{kind}"]
            return _picture(kind, stored.text(content, "picture").encode("utf-8", "replace") if kind == "svg+xml"
                            else stored.picture(kind, content), files)
    return _text({kind: stored.text(text, "text") for kind, text in data.items() if kind in _TEXTS}, files)


def _text(data, files):
    """Markdown, formulas or text: what readers of the post's format make nothing of that runs."""
    if not (files.strange and files.markdown):
        return data
    for kind in ("text/markdown", "text/latex"):
        if kind in data:
            return {"text/markdown": harmless.markdown(data[kind])}
    return {"text/markdown": harmless.fenced(data["text/plain"])} if data else {}


def _picture(kind, content, files):
    """A picture that another library made; what it shows is not known here."""
    files.silent += 1
    post = Post("", "Chart made by the code of this post", "", "", files.address)
    # An SVG file may hold a program, which runs when somebody opens the file, but never inside a picture.
    inside = files.strange and kind == "svg+xml"
    url = (f"data:image/svg+xml;base64,{b64encode(content).decode()}" if inside
           else post.url(files.add(_ENDING[kind], content)))
    if files.markdown:
        return {"text/markdown": f"![{post.alt}]({url})"}
    return {"text/html": f'<img src="{escape(url)}" alt="{post.alt}" loading="lazy">'}


def _tidied(html, files):
    """HTML whose pictures are files, with their alternative texts; the post, not each table, says how tables look."""
    def moved(match):
        if match[1] == "svg+xml" and files.strange:
            return match[0]
        name = files.add(_ENDING[match[1]], _svg(match[2]) if match[1] == "svg+xml" else
                         stored.picture(match[1], match[2]))
        return f'src="{escape(Post("", "", "", "", files.address).url(name))}"'
    plain = _STYLE.sub("", html).replace(' border="1"', "")
    plain = plain.replace("<th></th>", "<td></td>")  # an empty corner heads nothing
    return _INLINE.sub(moved, plain)


def _svg(content):
    """The bytes of an SVG picture inside HTML."""
    try:
        return b64decode(content)
    except ValueError as error:
        raise InputError("A picture is stored in Base64, but an SVG picture is not. Run the notebook again, or clear "
                         "that output.") from error


def _chart(chart, files):
    """A chart of crunch, or a panel."""
    stem = f"{files.stem}-chart-{1 + len(files.charts)}"
    for ending, content in chart.files.items():
        files.contents[f"{stem}{ending}"] = content
    size = chart.width, chart.height
    dark = Image(f"{stem}-dark.png", *size, f"{stem}-dark-2x.png") if chart.dark else None
    card = Image(f"{stem}-card.png", 1200, 630) if chart.card else None
    post = Post(chart.title, chart.alt, chart.description, chart.caption or chart.title, files.address,
                Image(f"{stem}.png", *size, f"{stem}-2x.png"), dark, card)
    files.charts.append(post)
    if chart.page and not files.strange:  # a page of somebody else's would run what they wrote
        files.contents[f"{stem}-sliders.html"] = chart.page.encode("utf-8", "replace")
        return {"text/html": f'<iframe src="{escape(post.url(f"{stem}-sliders.html"))}" loading="lazy" '
                             f'title="{escape(f"Sliders: {post.title}", quote=True)}" height="{chart.tall}" '
                             'style="width:100%;border:0"></iframe>'}
    if files.markdown:
        return {"text/markdown": snippets.markdown(post)}
    return {"text/html": snippets.html(post)}
