"""Outputs of cells as they stand in a post: charts as files, panels as twins or pages with sliders."""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from html import escape

from crunch.post.kernel import MIME
from crunch.publish import snippets
from crunch.publish.snippets import Image, Post

_INLINE = re.compile(r'src="data:image/(png|jpeg|gif|svg\+xml);base64,([^"]+)"')
_STYLE = re.compile(r"<style scoped>.*?</style>", re.DOTALL)
_ALIGNED = re.compile(r"\S {2,}\S|^\s", re.MULTILINE)  # columns and indents: to be left as they are
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
    """

    stem: str
    markdown: bool = False
    address: str = ""
    contents: dict = field(default_factory=dict)
    charts: list = field(default_factory=list)
    silent: int = 0

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
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [shown for shown in (_rewritten(output, files) for output in cell.outputs)
                            if shown.get("data", True)]


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
    return output


def _shown(data, files):
    """One output in one form: chart, HTML, picture, Markdown or text."""
    if MIME in data:
        return _chart(data[MIME], files)
    if "text/html" in data:
        return {"text/html": _tidied(_joined(data["text/html"]), files)}
    if any("widget" in kind for kind in data):
        return {}  # a bar of progress, or a control that does nothing without its kernel
    for kind in ("png", "jpeg", "svg+xml"):
        if f"image/{kind}" in data:
            content = _joined(data[f"image/{kind}"])
            return _picture(kind, content.encode() if kind == "svg+xml" else b64decode(content), files)
    return {kind: text for kind, text in data.items() if kind in ("text/markdown", "text/latex", "text/plain")}


def _joined(text):
    return text if isinstance(text, str) else "".join(text)


def _picture(kind, content, files):
    """A picture that another library made; what it shows is not known here."""
    files.silent += 1
    name = files.add(_ENDING[kind], content)
    post = Post("", "Chart made by the code of this post", "", "", files.address)
    url = post.url(name)
    if files.markdown:
        return {"text/markdown": f"![{post.alt}]({url})"}
    return {"text/html": f'<img src="{escape(url)}" alt="{post.alt}" loading="lazy">'}


def _tidied(html, files):
    """HTML whose pictures are files, with their alternative texts; the post, not each table, says how tables look."""
    def moved(match):
        name = files.add(_ENDING[match[1]], b64decode(match[2]))
        return f'src="{escape(Post("", "", "", "", files.address).url(name))}"'
    plain = _STYLE.sub("", html).replace(' border="1"', "")
    plain = plain.replace("<th></th>", "<td></td>")  # an empty corner heads nothing
    return _INLINE.sub(moved, plain)


def _chart(chart, files):
    """A chart of crunch, or a panel."""
    stem = f"{files.stem}-chart-{1 + len(files.charts)}"
    for ending, content in chart["files"].items():
        files.contents[f"{stem}{ending}"] = b64decode(content)
    size = chart["width"], chart["height"]
    dark = Image(f"{stem}-dark.png", *size, f"{stem}-dark-2x.png") if "-dark.png" in chart["files"] else None
    card = Image(f"{stem}-card.png", 1200, 630) if "-card.png" in chart["files"] else None
    post = Post(chart["title"], chart["alt"], chart["description"], chart["caption"] or chart["title"], files.address,
                Image(f"{stem}.png", *size, f"{stem}-2x.png"), dark, card)
    files.charts.append(post)
    if "page" in chart:
        files.contents[f"{stem}-sliders.html"] = chart["page"].encode("utf-8", "replace")
        return {"text/html": f'<iframe src="{escape(post.url(f"{stem}-sliders.html"))}" loading="lazy" '
                             f'title="{escape(f"Sliders: {post.title}", quote=True)}" height="{chart["tall"]}" '
                             'style="width:100%;border:0"></iframe>'}
    if files.markdown:
        return {"text/markdown": snippets.markdown(post)}
    return {"text/html": snippets.html(post)}
