"""A notebook with stored outputs that somebody else made: nothing of it runs, nothing leaves the folder, every fault is a sentence."""

import copy
import json
import random
import re
import time
from base64 import b64encode
from html.parser import HTMLParser
from io import BytesIO

import pytest
from PIL import Image

from crunch.errors import InputError
from crunch.post import harmless, stored
from crunch.post.export import export
from crunch.post.kernel import MIME


def picture(kind="PNG"):
    file = BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, kind)
    return b64encode(file.getvalue()).decode()


PNG = picture()
CHART = {"files": dict.fromkeys((".png", "-2x.png", "-dark.png", "-dark-2x.png", "-card.png"), PNG), "width": 800, "height": 400,
         "title": "A title", "alt": "Dot chart", "description": "All numbers", "caption": "See https://example.org."}
RUN = "window.top.hit=1"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="{RUN}"><script>{RUN}</script><rect width="9" height="9"/></svg>'
HTML = [
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f'<a href="javascript:{RUN}">click</a>', f'<a href="java&#10;script:{RUN}">click</a>',
    f'<a href=" &#1;JaVaScRiPt:{RUN}">click</a>', f'<a href="data:text/html,<script>{RUN}</script>">click</a>', f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    f'<iframe src="javascript:{RUN}"></iframe>', f'<object data="data:text/html,<script>{RUN}</script>"></object>', f"<svg onload={RUN}></svg>", SVG,
    f"<svg><a xlink:href='javascript:{RUN}'><text y=9>click</text></a></svg>", f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></table></mtext></math>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'></noscript>", f"<scr<script>ipt>{RUN}</script>", f"<details open ontoggle={RUN}>x</details>",
    f'<form action="javascript:{RUN}"><button>click</button></form>', f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">', f"<base href='javascript:{RUN}//'>",
    f"<p style='background:url(javascript:{RUN});position:fixed'>x</p>", f"<style>@import 'javascript:{RUN}';</style>", f"<!--><img src=x onerror={RUN}>-->",
    f"<template><img src=x onerror={RUN}></template>", f"</div></main><script>{RUN}</script>", f"<img src='data:text/html,<script>{RUN}</script>'>", f"<xmp><img src=x onerror={RUN}></xmp>"]
MARKDOWN = [f"[click](javascript:{RUN})", f"[click][a]\n\n[a]: javascript:{RUN}", f"![x](javascript:{RUN})", f"<javascript:{RUN}>", f"```\n<script>{RUN}</script>",
            f"[a]: javascript:{RUN}", "[click][a]", f"- item\n\n      <script>{RUN}</script>", f"[click](data:text/html,<script>{RUN}</script>)", "~~~", "    indented\n\n- a list"]
TEXT = [f"a\r<script>{RUN}</script>", f"  a  b\r\r<img src=x onerror={RUN}>", f"```\n<script>{RUN}</script>\n````", f"\x0c<script>{RUN}</script>", f"a\u2028\n\n<script>{RUN}</script>"]


def outputs():
    """Every kind of output with everything in it."""
    out = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": html}} for html in HTML]
    out += [{"output_type": "display_data", "metadata": {}, "data": {kind: text}} for kind in ("text/markdown", "text/latex", "text/plain") for text in MARKDOWN + TEXT]
    out += [{"output_type": "stream", "name": "stdout", "text": text} for text in TEXT + HTML]
    out += [{"output_type": "error", "ename": HTML[0], "evalue": HTML[1], "traceback": [HTML[0], TEXT[0]]},
            {"output_type": "display_data", "metadata": {"filenames": {"image/png": HTML[0]}}, "data": {"image/svg+xml": SVG}},
            {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": RUN}},
            {"output_type": "display_data", "metadata": {}, "data": {"text/html": f'<img src="data:image/svg+xml;base64,{b64encode(SVG.encode()).decode()}">'}},
            {"output_type": "display_data", "metadata": {}, "data": {MIME: {**CHART, "page": f"<script>{RUN}</script>", "tall": 400, **dict.fromkeys(("title", "alt", "description", "caption"), f'"><script>{RUN}</script>')}}}]
    return out


def code(source, outputs=(), **metadata):
    return {"cell_type": "code", "execution_count": 1, "id": f"c{random.getrandbits(40):x}", "metadata": metadata, "source": source, "outputs": list(outputs)}


def text(source, kind="markdown", **more):
    return {"cell_type": kind, "id": f"t{random.getrandbits(40):x}", "metadata": {}, "source": source, **more}


def notebook(path, cells, **metadata):
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}), encoding="utf-8")
    return path


@pytest.fixture
def hostile(tmp_path):
    """A notebook that tries everything everywhere."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "evil.html").write_text(f"<script>{RUN}</script>")
    (tmp_path / "in" / ".env").write_text("a secret")
    cells = [text(f"# <script>{RUN}</script>"), *map(text, MARKDOWN), *map(text, HTML), *(text(source, "raw") for source in HTML),
             text("![a](evil.html) ![b](.env) ![c](../../x.png)"), text("![d](attachment:e.png)", attachments={"e.png": {"image/png": PNG}}),
             text("![d](attachment:e) ![gone](attachment:f)", attachments={"e": {f'text/html"><script>{RUN}</script>': "x"}}),
             code("1", outputs()), code(f"'''\n```\n<script>{RUN}</script>'''", magics_language=HTML[0]), code(f"x <script>{RUN}</script>", [], raw_mimetype="text/html")]
    return notebook(tmp_path / "in" / "post.ipynb", cells, language_info={"name": f"python\n```\n<script>{RUN}</script>"}, title=HTML[0],
                    widgets={"application/vnd.jupyter.widget-state+json": {"state": HTML[0], "version_major": 2, "version_minor": 0}})


class Watch(HTMLParser):
    """What runs something, as a parser that is not the cleaner's sees it."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object", "embed", "form", "base", "meta", "link", "style", "svg", "math", "template"):
            self.found.append(tag)
        self.found += [f"{tag} {name}={value}" for name, value in attrs if name.startswith("on") or name == "srcdoc" or re.match(
            r"(?i)[\s\x00-\x1f]*(javascript|vbscript|data:(?!image/)|file)", re.sub(r"[\x00-\x20]", "", value or ""))]


def body(path):
    return re.search(r"(?s)<main>(.*)</main>", path.read_text(encoding="utf-8"))[1]


def readers():
    """Markdown as several programs read it, raw HTML let through."""
    import mistune
    from markdown_it import MarkdownIt
    from nbconvert.filters import markdown2html

    harmful = MarkdownIt("commonmark", {"html": True})
    harmful.validateLink = lambda url: True  # others let them through
    return markdown2html, mistune.create_markdown(escape=False), harmful.render


def test_nothing_of_a_page_runs(hostile, tmp_path):
    done = export(hostile, tmp_path / "out", fresh=False)
    assert Watch(body(done.page)).found == []
    assert {path.suffix for path in done.files} == {".html", ".png"}
    assert {path.name for path in done.files if path.suffix == ".html"} == {"index.html"}  # nobody's page of sliders
    assert done.page.read_text(encoding="utf-8").count("<script") == 1  # the page's own
    assert "a secret" not in done.page.read_text(encoding="utf-8")
    assert set(tmp_path.rglob("*")) == {tmp_path / "in", tmp_path / "out", *(tmp_path / "in").iterdir(), *done.files}


def test_nothing_of_a_markdown_post_runs_whoever_reads_it(hostile, tmp_path):
    done = export(hostile, tmp_path / "out", to="markdown", fresh=False)
    source = done.page.read_text(encoding="utf-8")
    for reader in readers():
        assert Watch(reader(source)).found == []


@pytest.mark.browser
def test_a_browser_runs_nothing_and_no_click_does(hostile, tmp_path, page):
    done = export(hostile, tmp_path / "out", fresh=False)
    page = getattr(page, "page", page)
    page.goto(done.page.as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('main a').forEach((a) => a.click()) || window.hit") is None
    assert page.url.partition("#")[0] == done.page.as_uri()


def test_what_is_harmless_stays(tmp_path):
    styled = '<table class="dataframe"><thead><tr><th scope="col" style="color: red; text-align: right">a</th></tr></thead><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    cells = [text("# A *title*\n\nWith [a link](https://example.org/?a=1&b=2), `code < code` and $a < b$.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
             text("Press <kbd>x</kbd>.\n\n<details><summary>More</summary>text</details>"),
             code("x = '<b>'", [{"output_type": "display_data", "metadata": {}, "data": {"text/html": styled}}, {"output_type": "display_data", "metadata": {}, "data": {MIME: CHART}}])]
    path = notebook(tmp_path / "post.ipynb", cells)
    html = body(export(path, tmp_path / "out", fresh=False).page)
    for kept in ("<h1", "<em>title</em>", '<a href="https://example.org/?a=1&amp;b=2">', "<li>one</li>", "<kbd>x</kbd>", "<summary>More</summary>", 'style="color: red; text-align: right;"',
                 '<td colspan="2">', 'media="(prefers-color-scheme: dark)"', 'width="800"', "max-width:100%", 'class="s1"', "<figcaption>"):
        assert kept in html
    done = export(path, tmp_path / "md", to="markdown", fresh=False)
    source = done.page.read_text(encoding="utf-8")
    assert "\n- one\n- two\n" in source
    assert "<kbd>x</kbd>" in source
    assert "![Dot chart](post-chart-1-2x.png)" in source


def test_what_one_runs_oneself_is_left_as_it_is():
    """Only stored outputs are cleaned: a kernel of one's own may show what it likes."""
    from nbformat import from_dict

    from crunch.post.outputs import Files, rewritten
    styler = "<style>#T_1 td {color: red}</style><table id='T_1'></table><script>1</script>"
    made = from_dict({"cells": [code("", [{"output_type": "display_data", "metadata": {}, "data": {"text/html": styler}}])]})
    rewritten(made, Files("x"))
    assert made.cells[0].outputs[0].data["text/html"] == styler


ODD = [
    ("files", {"/../../../x": PNG}, "The files of a chart are '-2x.png', '-card.png', '-dark-2x.png', '-dark.png' and '.png', but '/../../../x' is stored. Run the notebook again, or clear that output."),
    ("files", {".png": PNG}, "A chart is stored in single and double pixels, but ['.png'] is stored. Run the notebook again, or clear that output."),
    ("files", {".png": "####", "-2x.png": PNG}, "A picture is stored in Base64, but '####' is stored. Run the notebook again, or clear that output."),
    ("files", {".png": "aGVsbG8=", "-2x.png": PNG}, "An image/png holds a PNG file, but 'aGVsbG8=' is stored. Run the notebook again, or clear that output."),
    ("files", None, "A chart has files, but None is stored. Run the notebook again, or clear that output."),
    ("width", '1" onload="x', "The width of a chart is a whole number of pixels up to 20000, but '1\" onload=\"x' is stored. Run the notebook again, or clear that output."),
    ("height", True, "The height of a chart is a whole number of pixels up to 20000, but True is stored. Run the notebook again, or clear that output."),
    ("width", 10**30, "The width of a chart is a whole number of pixels up to 20000, but 1000000000000000000000000000000 is stored. Run the notebook again, or clear that output."),
    ("title", 3, "The title of an output is text, but 3 is stored. Run the notebook again, or clear that output."),
    ("caption", ["a", 1], "The caption of an output is text, but ['a', 1] is stored. Run the notebook again, or clear that output."),
    ("page", "<p>", "The tall of a chart is a whole number of pixels up to 20000, but None is stored. Run the notebook again, or clear that output."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), ODD, ids=[f"{name} {i}" for i, (name, *_) in enumerate(ODD)])
def test_an_odd_chart_is_one_sentence(tmp_path, name, value, sentence):
    with pytest.raises(InputError) as caught:
        stored.chart({**CHART, name: value})
    assert str(caught.value) == sentence
    path = notebook(tmp_path / "a.ipynb", [code("", [{"output_type": "display_data", "metadata": {}, "data": {MIME: {**CHART, name: value}}}])])
    with pytest.raises(InputError) as caught:
        export(path, tmp_path / "out", fresh=False)
    assert str(caught.value) == f"Code cell 1: {sentence}"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("bundle", [None, [], "x", {}, {"files": {}}])
def test_what_is_no_chart_at_all_is_told(bundle):
    with pytest.raises(InputError, match="is stored"):
        stored.chart(bundle)


def test_a_notebook_of_another_shape_is_none(tmp_path):
    deep = "[" * 100_000 + "]" * 100_000
    shapes = [deep, "[]", "{}", '{"cells": 1}', '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}', f'{{"nbformat": {"9" * 5000}}}', "\ud800".encode(errors="surrogatepass"),
              json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code("", tags="hide")]}), json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code(3)]}),
              json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code("", jupyter=[])]})]
    for shape in shapes:
        path = tmp_path / "a.ipynb"
        path.write_bytes(shape if isinstance(shape, bytes) else shape.encode())
        with pytest.raises(InputError, match=r"crunch export takes a notebook, an \.ipynb file, but"):
            export(path, tmp_path / "out", fresh=False)


DEEP = ("A notebook nests its text a few dozen levels deep, but this one goes deeper than can be followed. Open it in JupyterLab and "
        "clear its outputs.")


def outcome(path, folder, **how):
    """What is exported, or what is said instead."""
    try:
        return export(path, folder, fresh=False, **how), ""
    except InputError as error:
        return None, str(error)


@pytest.mark.parametrize("html", ["<div>" * 20_000, "<b><p>" * 10_000, "<a></b>" * 10_000])
def test_html_deeper_than_anybody_writes_is_told_at_once(tmp_path, html):
    path = notebook(tmp_path / "a.ipynb", [code("", [{"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}])])
    begun = time.monotonic()
    assert outcome(path, tmp_path / "out") == (None, DEEP)
    assert time.monotonic() - begun < 5


@pytest.mark.slow
@pytest.mark.parametrize("text_", ["<script " * 10_000, "<style scoped>" * 10_000, "<img " * 5_000, "![a](" * 5_000, "> " * 3000 + "x", "- " * 3000 + "x", "<li>x" * 3000, "</div>" * 10_000])
def test_nothing_takes_for_ever(tmp_path, text_):
    path = notebook(tmp_path / "a.ipynb", [text(text_), code("", [{"output_type": "display_data", "metadata": {}, "data": {"text/html": text_}}])])
    begun = time.monotonic()
    done, said = outcome(path, tmp_path / "out")
    assert said in ("", DEEP)
    assert done is None or Watch(body(done.page)).found == []
    assert time.monotonic() - begun < 10


def places(value, path=()):
    """Every place in a notebook."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def changed(value, rng):
    """The same with one place made odd."""
    value = copy.deepcopy(value)
    path = rng.choice([p for p in places(value) if p and (rng.random() < 0.3 or p[0] == "cells")])
    at = value
    for key in path[:-1]:
        at = at[key]
    odd = [None, True, -1, 1e308, 10**400, "", "\x00", "a" * 5000, [], {}, [[]], ["a"], {"a": 1}, rng.choice(HTML), rng.choice(MARKDOWN), rng.choice(TEXT), PNG, "../../x", "\ud800"]
    if isinstance(at[path[-1]], str) and rng.random() < 0.8:  # most odd shapes are refused as a whole; odd texts go farther
        at[path[-1]] = rng.choice([each for each in odd if isinstance(each, str)])
        return value
    match rng.randrange(4):
        case 0 if isinstance(at, dict):
            del at[path[-1]]
        case 1 if isinstance(at, dict):
            at[rng.choice(["/../../x.html", '"><script>', "", "page", "image/svg+xml", "text/html", MIME])] = at.pop(path[-1])
        case _:
            at[path[-1]] = rng.choice(odd)
    return value


@pytest.mark.slow
def test_any_change_of_a_notebook_is_exported_harmlessly_or_told_in_a_sentence(tmp_path):
    rng = random.Random(1)
    cells = [text("# A title\n\n![d](attachment:e.png) and text", attachments={"e.png": {"image/png": PNG}}),
             code("print(1)", [{"output_type": "stream", "name": "stdout", "text": ["a  b\n", "c"]}, {"output_type": "display_data", "metadata": {}, "data": {MIME: CHART, "text/html": "<p>x</p>"}},
                               {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/html": ["<table>", "</table>"], "text/plain": "x"}},
                               {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}}, {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["x"]}], tags=["a"])]
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": {"name": "python"}, "kernelspec": {"name": "python3", "display_name": "P", "language": "python"}}, "cells": cells}
    path, told = tmp_path / "in" / "a.ipynb", 0
    path.parent.mkdir()
    for turn in range(150):
        odd = whole
        for _ in range(rng.randrange(1, 3)):
            odd = changed(odd, rng)
        path.write_text(json.dumps(odd), encoding="utf-8")
        out, to = tmp_path / f"out{turn}", ("html", "markdown")[turn % 2]
        done, said = outcome(path, out, to=to)
        assert "\n" not in said
        told += bool(said)
        if said:
            continue
        html = [body(done.page)] if to == "html" else [reader(done.page.read_text(encoding="utf-8")) for reader in readers()]
        assert [Watch(each).found for each in html] == [[]] * len(html)
        assert {p.parent for p in done.files} == {out}
    assert {p.name for p in tmp_path.iterdir()} <= {"in", *(f"out{turn}" for turn in range(150))}
    assert 20 < told < 130, told  # it tries both


def test_cleaning_twice_changes_nothing():
    for each in HTML:
        assert harmless.html(harmless.html(each)) == harmless.html(each)
