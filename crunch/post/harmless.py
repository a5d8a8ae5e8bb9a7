"""Stored cells and outputs of a notebook made harmless: a post of somebody else's notebook runs nothing of theirs.

HTML is cleaned by bleach, which nbconvert brings. Markdown stays Markdown where it holds no HTML and nothing that
another cell could reach into; other Markdown becomes the cleaned HTML that it stands for.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from crunch.errors import InputError

_TAGS = frozenset((
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "s", "samp", "small", "source", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"))
_EVERYWHERE = frozenset(("class", "id", "title", "lang", "dir", "role", "style"))
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "srcset", "alt", "width", "height", "loading", "decoding"},
               "source": {"media", "srcset"}, "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"},
               "ol": {"start"}, "details": {"open"}}
_SCHEMES = ("http:", "https:", "mailto:")
_SCHEME = re.compile(r"[^/?#]*?:")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
# Not to be shown as text either. It stops where the next one opens: looking to the end for each would take for ever.
_CONTENT = re.compile(r"(?is)<(script|style|template|iframe|object|noscript)\b(?:(?!<\1\b).)*?</\1\s*>")
# In Markdown: tags, fences that another cell could end, and addresses that another cell could use.
_RISKY = re.compile(r"<[A-Za-z/!?]|```|~~~|\]:")
_OPENED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_FLAT = frozenset((  # what never stands in its like, or needs no end
    "br", "col", "colgroup", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "source", "tbody",
    "td", "tfoot", "th", "thead", "tr", "wbr"))
_DEEPEST = 300  # beyond that a parser of HTML takes minutes
DEEP = ("A notebook nests its text a few dozen levels deep, but this one goes deeper than can be followed. Open it in "
        "JupyterLab and clear its outputs.")
_NAME = re.compile(r"[A-Za-z0-9+#_.-]{1,30}")


def html(text):
    """HTML without anything that runs, loads pages or leads to where a click runs something.

    Raises
    ------
    InputError
        When it nests deeper than anybody writes.
    """
    import bleach
    from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer

    if _depth(text) > _DEEPEST:
        raise InputError(DEEP)
    styles = CSSSanitizer(allowed_css_properties=[*ALLOWED_CSS_PROPERTIES, "max-width"])
    return bleach.clean(_CONTENT.sub("", text), tags=_TAGS, attributes=_allowed, css_sanitizer=styles, strip=True,
                        protocols=("http", "https", "mailto", "data"))


def _depth(text):
    """How many elements are open at once, at most."""
    opened, depth, deepest = Counter(), 0, 0
    for closes, name in _OPENED.findall(text.lower()):
        if name not in _FLAT and (not closes or opened[name]):
            step = -1 if closes else 1
            opened[name] += step
            depth += step
            deepest = max(deepest, depth)
    return deepest


def _allowed(tag, name, value):
    if name in _EVERYWHERE or name.startswith("aria-"):
        return True
    if name not in _ATTRIBUTES.get(tag, ()):
        return False
    if name not in ("href", "src"):
        return True
    scheme = _SCHEME.match("".join(letter for letter in value if letter > " "))
    return not scheme or scheme[0].lower() in _SCHEMES or (name == "src" and bool(_PICTURE.fullmatch(value)))


def markdown(source):
    """Markdown of which no reader makes anything that runs."""
    from nbconvert.filters import markdown2html

    rendered = markdown2html(source)
    clean = html(rendered)
    if not _RISKY.search(source) and _tags(rendered) == _tags(clean):
        return source
    return in_markdown(clean)


def in_markdown(clean):
    """Cleaned HTML as a block of Markdown, which an empty line would end."""
    whole = re.sub(r"\n(?=[ \t]*\n)", "&#10;", clean.strip())
    return f"<div>\n{whole}\n</div>"


def fenced(text, language=""):
    """Text as a block of code in Markdown, whatever it holds."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


class _Tags(HTMLParser):
    """Every tag with its attributes, in order."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted((name, value or "") for name, value in attrs)))


def _tags(text):
    parser = _Tags()
    parser.feed(text)
    return parser.found


def prepare(notebook, in_markdown_file):
    """Rid a stored notebook of what a converter would take over as it is.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place. Outputs are left to `crunch.post.outputs`.
    in_markdown_file : bool
        Whether the post is Markdown; HTML is cleaned when the page is whole.
    """
    language = str(notebook.metadata.get("language_info", {}).get("name", ""))
    notebook.metadata = type(notebook.metadata)(language_info={"name": language if _NAME.fullmatch(language) else ""})
    for cell in notebook.cells:
        cell.metadata = type(cell.metadata)({name: cell.metadata[name] for name in ("tags", "jupyter", "transient")
                                             if name in cell.metadata})
        if cell.cell_type == "raw":
            cell.source = ""  # meant for another converter
        elif cell.cell_type == "markdown" and in_markdown_file:
            cell.source = markdown(cell.source)
