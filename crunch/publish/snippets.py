"""What to paste into a blog: HTML, Markdown, a WordPress block, and tags for social cards."""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from crunch.charts.words import one_line

# As it may stand in a text: what ends a sentence or closes a bracket is not part of it.
_ADDRESS = re.compile(r"(https?://[A-Za-z0-9./?&=%~@:;,!$+#_-]*[A-Za-z0-9/=_-])")


@dataclass(frozen=True)
class Image:
    """A picture file.

    Attributes
    ----------
    name : str
    width, height : int
        CSS pixels.
    sharp : str
        The file with twice the pixels, "" for none.
    """

    name: str
    width: int
    height: int
    sharp: str = ""


@dataclass(frozen=True)
class Post:
    """What is said of one chart, and where its files will lie.

    Attributes
    ----------
    title, alt, description, caption : str
    address : str
        Of the folder that the files are uploaded to, "" for beside the page.
    light, dark, card : Image or None
    """

    title: str
    alt: str
    description: str
    caption: str
    address: str = ""
    light: Image | None = None
    dark: Image | None = None
    card: Image | None = None

    def url(self, name):
        """The address of a file, as it may stand in an attribute."""
        where = quote(self.address.rstrip("/"), safe="/:?&=%~@")
        return f"{where}/{quote(name)}" if where else quote(name)


def html(post):
    """A figure whose picture is sharp on sharp screens and dark on dark pages.

    Parameters
    ----------
    post : Post

    Returns
    -------
    str
    """
    light = post.light
    night = f'\n    <source media="(prefers-color-scheme: dark)" srcset="{_set(post, post.dark)}">' if post.dark else ""
    more = ""
    if post.description and post.description != post.alt:
        more = f"\n  <details><summary>The chart in words</summary>\n  <p>{escape(post.description)}</p></details>"
    return (f'<figure>\n  <picture>{night}\n    <img src="{_attribute(post.url(light.name))}" '
            f'srcset="{_set(post, light)}" alt="{_attribute(post.alt)}"\n      width="{light.width}" '
            f'height="{light.height}" loading="lazy" decoding="async" style="max-width:100%;height:auto">\n'
            f"  </picture>\n  <figcaption>{linked(post.caption)}</figcaption>{more}\n</figure>")


def markdown(post):
    """An image with its alternative text, the caption below it.

    Parameters
    ----------
    post : Post

    Returns
    -------
    str
    """
    image = post.light
    name = post.url(image.sharp or image.name)
    caption = linked(post.caption, plain, "<{0}>")
    return f"![{plain(one_line(post.alt))}]({name.replace('(', '%28').replace(')', '%29')})\n\n*{caption}*"


def linked(text, clean=escape, link='<a href="{0}">{0}</a>'):
    """Text with its web addresses as links, as where the numbers come from; all the rest is made harmless.

    Parameters
    ----------
    text : str
    clean : callable
        Makes harmless what is no address.
    link : str
        How an address, which holds no quote, bracket or blank, becomes a link.

    Returns
    -------
    str
    """
    parts = _ADDRESS.split(one_line(text))
    return "".join(link.format(escape(part)) if place % 2 else clean(part) for place, part in enumerate(parts))


def plain(text):
    """Text in which Markdown finds nothing to format, and HTML no tag."""
    return re.sub(r"([\\`*_\[\]<>|~$^])", r"\\\1", text).replace("&", "&amp;")


def wordpress(post):
    """An image block, for the code editor of WordPress; upload the file there first and put in its address.

    Parameters
    ----------
    post : Post

    Returns
    -------
    str
    """
    image = post.light
    return ('<!-- wp:image {"sizeSlug":"full","linkDestination":"none"} -->\n<figure class="wp-block-image size-full">'
            f'<img src="{_attribute(post.url(image.sharp or image.name))}" alt="{_unshort(_attribute(post.alt))}"/>'
            f'<figcaption class="wp-element-caption">{_unshort(linked(post.caption))}</figcaption></figure>\n'
            "<!-- /wp:image -->")


def opengraph(post):
    """Tags for the head of a page, by which social networks show the card.

    Parameters
    ----------
    post : Post

    Returns
    -------
    str
    """
    card = post.card or post.light
    tags = [("property", "og:title", post.title), ("property", "og:description", post.caption),
            ("property", "og:image", post.url(card.name)), ("property", "og:image:width", str(card.width)),
            ("property", "og:image:height", str(card.height)), ("property", "og:image:alt", post.alt),
            ("name", "twitter:card", "summary_large_image")]
    return "\n".join(f'<meta {kind}="{name}" content="{_attribute(text)}">' for kind, name, text in tags)


def _set(post, image):
    parts = [f"{post.url(image.name)} 1x", *([f"{post.url(image.sharp)} 2x"] if image.sharp else [])]
    return _attribute(", ".join(parts))


def _attribute(text):
    return escape(one_line(text), quote=True)


def _unshort(text):
    """WordPress runs what stands in square brackets, wherever in a post it stands."""
    return text.replace("[", "&#91;").replace("]", "&#93;")
