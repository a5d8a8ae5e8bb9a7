"""crunch export NOTEBOOK: a post with its charts as files, alternative texts, and nothing that readers should not see."""

import json
import re

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pages import Elements
from PIL import Image

from crunch.cli import cli
from crunch.errors import InputError
from crunch.post.export import export

pytestmark = pytest.mark.xdist_group("post")  # the notebook runs once for all of them
CHART = "crunch.charts.drivers(answer);"


def tagged(source, *tags, **folded):
    return new_code_cell(source, metadata={"tags": list(tags), **({"jupyter": folded} if folded else {})})


def written(path, cells):
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blog")
    Image.new("RGB", (8, 8), "red").save(folder / "beside.png")
    return written(folder / "my post.ipynb", [
        new_markdown_cell("# Why `posts` do *not* count\n\nA <b>bold</b> start. ![a red square](beside.png) ![far](../x.png)"),
        tagged("import crunch\nfrom crunch.datasets import study\nsecret = 'of the set-up'", "hide"),
        tagged("answer = crunch.drivers(study('stuck_at_55'), draws=20)  # no code, please", "hide-input"),
        new_code_cell(CHART),
        new_code_cell("print(answer.sentence)"),
        tagged("print('not', 'shown')", "hide-output"),
        new_code_cell("import sys; print('a warning', file=sys.stderr)", metadata={"jupyter": {"source_hidden": True}}),
        new_code_cell("answer.table[['lever', 'effect']]"),
        new_code_cell("def draw(ax, n=1):\n    ax.plot([0, n])\ncrunch.widgets.explore(draw, n=(1, 3), title='Lines')"),
        new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"),
        new_code_cell("ax = crunch.charts.drivers(answer)\nax.set_title('A title of my own', loc='right');"),
    ])


@pytest.fixture(scope="module")
def page(notebook, tmp_path_factory):
    return export(notebook, tmp_path_factory.mktemp("html"), sliders=True, address="https://blog.example/f")


@pytest.fixture(scope="module")
def post(notebook, tmp_path_factory):
    return export(notebook, tmp_path_factory.mktemp("md"), to="markdown")


@pytest.mark.kernel
def test_the_page_has_its_charts_as_files_with_words(page):
    text = page.page.read_text(encoding="utf-8")
    elements = Elements(text)
    assert page.page.name == "index.html"
    assert (page.charts, page.silent) == (3, 1)
    assert "data:image" not in text
    names = {path.name for path in page.files}
    for image in elements.every("img"):
        assert image["alt"]
        assert image["src"].rpartition("/")[2] in names or image["src"] == "../x.png"
    chart = next(image for image in elements.every("img") if image["src"].endswith("my-post-chart-1.png"))
    assert chart["alt"].startswith("Dot chart of what goes with klout, with intervals: 2 of 6 levers stand out")
    assert elements.every("source")[0]["srcset"].startswith("https://blog.example/f/my-post-chart-1-dark.png 1x")
    assert {"my-post-chart-1-card.png", "my-post-chart-1-2x.png", "my-post-chart-1-dark-2x.png"} <= names
    assert "my-post-chart-2-card.png" not in names  # one card stands for the post
    tags = {attrs.get("property"): attrs.get("content") for attrs in elements.every("meta")}
    assert tags["og:title"] == "Why posts do not count"
    assert tags["og:image"] == "https://blog.example/f/my-post-chart-1-card.png"
    assert re.findall("<title>(.*?)</title>", text) == ["Why posts do not count"]


@pytest.mark.kernel
def test_what_is_hidden_stays_out(page, post):
    for done in (page, post):
        text = re.sub(r"<[^>]+>", "", done.page.read_text(encoding="utf-8"))
        for hidden in ("of the set-up", "no code, please", "not shown", "sys.stderr", "a warning"):
            assert hidden not in text
        assert "crunch.charts.drivers" in text


@pytest.mark.kernel
def test_panels_are_sliders_or_twins(page, post):
    frame, = Elements(page.page.read_text(encoding="utf-8")).every("iframe")
    assert frame["title"] == "Sliders: Lines"
    sliders = next(path for path in page.files if path.name == frame["src"].rpartition("/")[2])
    assert '"varied": {"n": ' in sliders.read_text(encoding="utf-8")
    assert "drawing ahead" not in page.page.read_text(encoding="utf-8")  # the bar of progress
    assert not any("sliders" in path.name for path in post.files)
    assert "![Lines, drawn with n = 1.](my-post-chart-2-2x.png)" in post.page.read_text(encoding="utf-8")


@pytest.mark.kernel
def test_markdown_is_markdown(post):
    text = post.page.read_text(encoding="utf-8")
    assert text.startswith("# Why `posts` do *not* count")
    assert re.search(r"!\[Dot chart of what goes with klout, with intervals: .*?\]\(my-post-chart-1-2x\.png\)", text)
    assert "```python\nprint(answer.sentence)\n```" in text
    assert re.search(r"(?m)^With the other levers and the past held equal, \+10 % followers", text)  # printed, in prose
    assert "<style" not in text
    assert "iframe" not in text
    assert "![a red square](my-post-1.png)" in text  # what lies beside the notebook goes with it
    assert "![far](../x.png)" in text  # what lies elsewhere does not
    assert (post.page.parent / "my-post-1.png").exists()


@pytest.mark.kernel
def test_a_chart_changed_by_hand_is_shown_as_it_is(page):
    names = {path.name for path in page.files}
    assert "my-post-chart-3.png" in names
    assert "my-post-chart-3-dark.png" not in names


def test_stored_outputs_will_do(notebook, tmp_path):
    stored = written(tmp_path / "stored.ipynb", [
        new_markdown_cell("Text without a heading"),
        new_code_cell("x", outputs=[
            new_output("display_data", {"text/html": '<img alt="A &quot;chart&quot;" src="data:image/png;base64,iVBORw0KGgo=">'}),
            new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}),
            new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Bar"}),
        ])])
    done = CliRunner().invoke(cli, ["export", str(stored), "--no-run", "--no-code", "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert f"Written: {tmp_path / 'out' / 'index.html'} and 2 files beside it, of 0 charts" in done.output
    assert "Made by another library: 1 picture. Say in the post what can be seen there." in done.output
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert [(image["alt"], image["src"]) for image in Elements(text).every("img")] == [
        ('A "chart"', "stored-1.png"), ("Chart made by the code of this post", "stored-2.png")]
    assert "<pre>" not in text  # no code, nor an empty box for it
    assert "<title>stored</title>" in text
    assert "Bar" not in text
    assert (tmp_path / "out" / "stored-2.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.kernel
def test_a_notebook_that_fails_leaves_nothing(tmp_path):
    broken = written(tmp_path / "broken.ipynb", [new_code_cell("1 + 1"), new_code_cell("1 / 0")])
    with pytest.raises(InputError) as caught:
        export(broken, tmp_path / "out")
    assert str(caught.value) == ("A notebook is exported when it runs to its end, but code cell 2 fails: ZeroDivisionError: division "
                                 "by zero. Mend that cell, or export what is stored with --no-run.")
    assert not (tmp_path / "out").exists()
    assert json.loads(broken.read_text())["cells"][0]["outputs"] == []  # the notebook itself stays as it was


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("none.ipynb", None, "crunch export takes a notebook, but there is no file {}. Check the path."),
    ("text.ipynb", "hello", "crunch export takes a notebook, an .ipynb file, but {} is none. Open it in JupyterLab to see what is wrong with it."),
])
def test_what_is_no_notebook_is_told(tmp_path, name, content, sentence):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    done = CliRunner().invoke(cli, ["export", str(path)])
    assert done.exit_code == 2
    assert sentence.format(repr(str(path))) in done.output


def test_nothing_of_another_post_is_overwritten_unless_asked(tmp_path):
    first = written(tmp_path / "a.ipynb", [new_markdown_cell("One")])
    second = written(tmp_path / "b.ipynb", [new_markdown_cell("Two")])
    export(first, tmp_path / "out", fresh=False)
    with pytest.raises(InputError, match=r"something else is called 'index.html'\. Name another folder with --output, or say --over"):
        export(second, tmp_path / "out", fresh=False)
    export(second, tmp_path / "out", fresh=False, overwrite=True)
    assert "Two" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_a_missing_nbconvert_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("crunch.post.export.find_spec", lambda name: None)
    with pytest.raises(InputError, match="crunch export needs nbconvert and nbclient"):
        export(tmp_path / "a.ipynb", tmp_path / "out")
