"""crunch.export: files that a blog can use, all of them or none, the same from run to run."""

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from pages import Elements
from PIL import Image

import crunch
from crunch import InputError, Study, __version__, charts, widgets
from crunch.charts.colours import NIGHT, PAGE
from crunch.charts.words import one_line
from crunch.datasets import study
from crunch.publish import snippets
from crunch.publish.layouts import SIZES, fits
from crunch.publish.snippets import Image as Picture
from crunch.publish.snippets import Post
from crunch.publish.spreadsheet import csv as as_csv
from crunch.results import Answer

pytestmark = pytest.mark.xdist_group("publish")  # every file of one chart is made once
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def answer():
    return crunch.drivers(study("stuck_at_55"), draws=20)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def done(answer, tmp_path_factory):
    """Everything that can be asked for, once."""
    ax = charts.drivers(answer)
    return crunch.export(ax, "What moves it?", folder=tmp_path_factory.mktemp("all"), formats=("png", "svg", "pdf"),
                         source='Her "diary" & <b>notes</b>', dark=True, address="https://blog.example/files/")


def file(done, name):
    return next(path for path in done.files if path.name == name)


def test_all_files_are_there_in_their_sizes(done):
    names = {path.name for path in done.files}
    pictures = {f"What-moves-it{size}{dark}{sharp}" for size in ("", "-card", "-square") for dark in ("", "-dark")
                for sharp in (".png", ".svg", ".pdf", *(["-2x.png"] if not size else []))}
    assert names == pictures | {"What-moves-it.csv", "What-moves-it.html"}
    assert {path.name for path in done.files[0].parent.iterdir()} == names
    for name, size in (("", (800, None)), ("-2x", (1600, None)), ("-card", (1200, 630)), ("-square", (1080, 1080)),
                       ("-dark", (800, None)), ("-card-dark", (1200, 630))):
        with Image.open(file(done, f"What-moves-it{name}.png")) as image:
            assert image.width == size[0]
            assert size[1] in (None, image.height)
    table = done.table.set_index("file")
    assert table.loc["What-moves-it-2x.png", ["width", "bytes"]].tolist() == [1600, file(done, "What-moves-it-2x.png").stat().st_size]
    assert done.sentence == f"22 files in {done.files[0].parent}: open What-moves-it.html to look at them, and to copy what a blog needs."


def test_png_is_small_and_says_what_it_is(done, answer):
    path = file(done, "What-moves-it-2x.png")
    assert path.stat().st_size < 120_000
    with Image.open(path) as image:
        assert image.text["Title"] == charts.drivers(answer).figure.title
        assert image.text["Description"] == done.alt
        assert image.text["Comment"] == done.description
        assert image.text["Source"] == 'Her "diary" & <b>notes</b>'
        assert image.text["Software"] == f"crunch {__version__}"


def test_svg_is_text_that_a_screen_reader_finds(done, answer):
    root = ET.parse(file(done, "What-moves-it.svg")).getroot()
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert description.text == done.alt
    assert root.get("width") == "800"
    card = ET.parse(file(done, "What-moves-it-card.svg")).getroot()
    assert (card.get("width"), card.get("height")) == ("1200", "630")
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert 'Source: Her "diary" & <b>notes</b>' in texts
    assert "followers" in texts
    assert all("Verdana" in text.get("style") for text in root.iter(f"{SVG}text"))
    said = "".join(root.find(f"{SVG}metadata").itertext())
    assert f"crunch {__version__}" in said
    assert 'Her "diary" & <b>notes</b>' in said
    night = file(done, "What-moves-it-dark.svg").read_text(encoding="utf-8")
    assert NIGHT[PAGE] in night
    assert PAGE not in night


def test_pdf_knows_its_title(done, answer):
    assert charts.drivers(answer).figure.title.encode() in file(done, "What-moves-it.pdf").read_bytes()


def test_words_are_those_of_the_answer(done, answer):
    assert len(done.alt) < 300
    assert done.alt.startswith("Dot chart of what goes with klout, with intervals: 2 of 6 levers stand out")
    assert answer.sentence in done.description
    assert done.caption == f'{answer.sentence} Source: Her "diary" & <b>notes</b>.'
    with file(done, "What-moves-it.csv").open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [float(row["effect"]) for row in rows] == answer.table["effect"].tolist()
    assert rows[0]["change"] == "'+10 %"  # else a spreadsheet would calculate it


def test_the_html_is_sharp_dark_and_told(done):
    page = Elements(done.html)
    (image,), (source,) = page.every("img"), page.every("source")
    assert image["src"] == "https://blog.example/files/What-moves-it.png"
    assert image["srcset"] == ("https://blog.example/files/What-moves-it.png 1x, "
                               "https://blog.example/files/What-moves-it-2x.png 2x")
    assert image["alt"] == done.alt
    assert image["width"] == "800"
    assert source["media"] == "(prefers-color-scheme: dark)"
    assert "What-moves-it-dark-2x.png 2x" in source["srcset"]
    assert done.caption in page.words
    assert done.description in page.words
    tags = {attrs.get("property"): attrs["content"] for attrs in Elements(done.opengraph).every("meta")}
    assert tags["og:image"] == "https://blog.example/files/What-moves-it-card.png"
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["og:image:alt"] == done.alt


def test_an_address_in_the_source_is_a_link(answer, tmp_path):
    done = crunch.export(answer, "x", folder=tmp_path, sizes="blog", formats="png",
                         source="Stock & Watson (https://example.org/a_b?c=1&d=2)")
    for snippet in (done.html, done.wordpress):
        (link,) = Elements(snippet).every("a")
        assert link["href"] == "https://example.org/a_b?c=1&d=2"
        assert "Stock & Watson (https://example.org/a_b?c=1&d=2)." in "".join(Elements(snippet).words)
    mistune = pytest.importorskip("mistune")
    (link,) = Elements(mistune.html(done.markdown)).every("a")
    assert link["href"] == "https://example.org/a_b?c=1&d=2"


@given(st.text(max_size=20), st.text(max_size=20))
@example('" onclick="x', "<b>")
@example("javascript:alert(1)", "](javascript:alert(1))")
def test_no_link_but_to_the_web(before, after):
    found = Elements(snippets.linked(f"{before} https://a.example/{after}")).found
    assert {tag for tag, _ in found} <= {"a"}
    for _, attributes in found:
        assert set(attributes) == {"href"}
        assert attributes["href"].startswith(("https://", "http://"))


TEXT = st.text(max_size=60)


@given(TEXT, TEXT, TEXT)
@example("<script>alert(1)</script>", '" onload="x', "[gallery] ]]> *_`\\")
def test_no_text_breaks_out_of_a_snippet(title, alt, caption):
    post = Post(title, alt, "d", caption, "", Picture("a b.png", 800, 400, "a b-2x.png"), None, Picture("c.png", 1200, 630))
    page = Elements(snippets.html(post))
    assert [tag for tag, _ in page.found] == ["figure", "picture", "img", "figcaption", "details", "summary", "p"]
    assert page.every("img")[0]["alt"] == one_line(alt)
    block = Elements(snippets.wordpress(post))
    assert [tag for tag, _ in block.found] == ["figure", "img", "figcaption"]
    assert "[" not in snippets.wordpress(post)  # of a short code
    assert {tag for tag, _ in Elements(snippets.opengraph(post)).found} == {"meta"}


@given(TEXT)
@example("](javascript:alert(1)) **x** <b> &lt; `c` _e_ ~~s~~ $m$")
def test_markdown_shows_text_as_it_is(text):
    mistune = pytest.importorskip("mistune")
    post = Post("", text, "", "c", "", Picture("a.png", 1, 1))
    page = Elements(mistune.html(snippets.markdown(post)))
    assert {tag for tag, _ in page.found} <= {"p", "img", "em"}
    if page.every("img"):
        assert page.every("img")[0]["src"] == "a.png"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4))
@example(["=1+1", "＝1", " @x", "\t+", "-2"])
def test_no_cell_of_the_csv_is_a_formula(cells):
    table = pd.DataFrame({"a": cells, "b": [-1.5] * len(cells)})
    rows = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows[1:]] == ["-1.5"] * len(cells)
    for row in rows:
        assert not row[0].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.slow
def test_the_same_bytes_again_in_another_process(answer, tmp_path):
    code = ("import crunch\nfrom crunch.datasets import study\n"
            "answer = crunch.drivers(study('stuck_at_55'), draws=20)\n"
            "crunch.export(answer, 'x', folder=r'{}', sizes=('blog', 'card'), formats=('png', 'svg', 'pdf'))")
    crunch.export(answer, "x", folder=tmp_path / "one", sizes=("blog", "card"), formats=("png", "svg", "pdf"))
    subprocess.run([sys.executable, "-W", "error", "-c", code.format(tmp_path / "two")], check=True,
                   env={**os.environ, "PYTHONHASHSEED": "2"})
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 9
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_nothing_is_overwritten_unless_asked(answer, tmp_path):
    first = crunch.export(answer, "x", folder=tmp_path, sizes="blog")
    times = {path: path.stat().st_mtime_ns for path in first.files}
    again = crunch.export(answer, "x", folder=tmp_path, sizes="blog")  # the same, so nothing is lost or written
    assert {path: path.stat().st_mtime_ns for path in again.files} == times
    (tmp_path / "x.svg").write_text("mine")
    (tmp_path / "x.png").unlink()
    with pytest.raises(InputError) as caught:
        crunch.export(answer, "x", folder=tmp_path, sizes="blog")
    assert str(caught.value) == (f"Nothing is overwritten unless you ask for it, but in {str(tmp_path)!r} something else is "
                                 "called 'x.svg'. Choose another name, or say overwrite=True.")
    assert (tmp_path / "x.svg").read_text() == "mine"
    assert not (tmp_path / "x.png").exists()  # all or none
    crunch.export(answer, "x", folder=tmp_path, sizes="blog", overwrite=True)
    assert (tmp_path / "x.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_link_is_replaced_and_not_followed(answer, tmp_path):
    (tmp_path / "secret").write_text("mine")
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "x.csv").symlink_to(tmp_path / "secret")
    crunch.export(answer, "x", folder=tmp_path / "charts", sizes="blog", formats="svg", overwrite=True)
    assert (tmp_path / "secret").read_text() == "mine"
    assert not (tmp_path / "charts" / "x.csv").is_symlink()


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "C:\\x", "x.png", "con", "a/b\\c:d*e?f", "\u202ex", "x" * 400])
def test_odd_names_stay_in_the_folder(answer, tmp_path, name):
    done = crunch.export(answer, name, folder=tmp_path / "in", sizes="blog", formats="svg")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert {path.parent for path in done.files} == {tmp_path / "in"}
    assert not any(".png.svg" in path.name for path in done.files)


def test_a_full_disk_leaves_what_was_there(answer, tmp_path, monkeypatch):
    write, count = Path.write_bytes, iter(range(100))

    def full(path, content):
        if next(count) == 3:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="cannot: No space left on device"):
        crunch.export(answer, "x", folder=tmp_path, sizes="blog")
    assert list(tmp_path.iterdir()) == []


def test_what_was_changed_by_hand_is_kept(answer, tmp_path):
    ax = charts.importance(crunch.importance(crunch.load("schools")[["test_score", "income", "free_lunch"]], "test_score"))
    ax.annotate("the week of the fair", (0.3, 1))
    before = np.asarray(ax.figure.image(50))
    done = crunch.export(ax, "x", folder=tmp_path, formats="svg", source="a fair")
    for name in ("x.svg", "x-card.svg", "x-square.svg"):
        assert "the week of the fair" in (tmp_path / name).read_text(encoding="utf-8")
    assert any("copied to each size instead of laid out anew" in note for note in done.notes)
    assert (np.asarray(ax.figure.image(50)) == before).all()  # the figure itself stays as it was
    with pytest.raises(InputError, match="made or changed elsewhere"):
        crunch.export(ax, "y", folder=tmp_path, dark=True)


@pytest.mark.slow
def test_a_figure_of_somebody_else(tmp_path):
    figure, ax = plt.subplots()
    rng = np.random.default_rng(0)
    ax.scatter(*rng.uniform(size=(2, 4000)), s=90, c=rng.uniform(size=(4000, 3)))
    with pytest.raises(InputError) as caught:
        crunch.export(ax, "photo", folder=tmp_path)
    assert str(caught.value) == ("A chart is exported with an alternative text, which crunch writes for its own charts, but this "
                                 "figure has none. Say what it shows: alt='Line chart of …'.")
    crunch.export(figure, "photo", folder=tmp_path, alt="Noise in all colours.", formats="png", sizes="blog")
    with Image.open(tmp_path / "photo-2x.png") as image:
        assert image.mode == "RGB"  # with all its colours
    assert not (tmp_path / "photo.csv").exists()  # nobody knows its numbers
    plain, ax = plt.subplots(2)
    ax[0].plot([1, 3, 2])
    ax[1].xaxis.set_major_formatter(lambda value, _: f"{value:.1f}")
    before = [one.get_position().bounds for one in ax], plain.get_size_inches().tolist()
    crunch.export(plain, "line", folder=tmp_path, alt="A line.", formats="png")
    assert ([one.get_position().bounds for one in ax], plain.get_size_inches().tolist()) == before
    assert plain.get_layout_engine() is None
    ax[0].set_title("a bell \x07 & <b>")
    crunch.export(plain, "bell", folder=tmp_path, alt="A line.", formats="svg", sizes="blog")
    assert "a bell" in "".join(ET.parse(tmp_path / "bell.svg").getroot().itertext())
    with Image.open(tmp_path / "line-card.png") as image:
        assert (image.mode, image.size) == ("P", (1200, 630))


@pytest.mark.slow
def test_a_panel_leaves_as_its_sliders_stand(tmp_path):
    panel = widgets.what_if(study("stuck_at_55"))
    panel.set(followers=5000)
    done = crunch.export(panel, "panel", folder=tmp_path, source="a diary", dark=True)
    assert panel.sentence in done.caption
    assert len(done.alt) < 300
    assert "outcome" in (tmp_path / "panel.csv").read_text(encoding="utf-8-sig").split("\n")[0]
    for name in ("panel", "panel-card", "panel-square"):
        assert "Source: a diary" in (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        with Image.open(tmp_path / f"{name}-dark.png") as image:
            assert "#{:02x}{:02x}{:02x}".format(*image.convert("RGB").getpixel((2, 2))) == NIGHT[PAGE]
    figure = panel.figure
    assert fits(figure)
    panel.close()


@pytest.mark.parametrize(("how", "sentence"), [
    ({"sizes": "poster"}, "A chart is laid out as 'blog', 'card' and 'square', but 'poster' was asked for. Choose at least one of these."),
    ({"sizes": ()}, "A chart is laid out as 'blog', 'card' and 'square', but no size was asked for. Choose at least one of these."),
    ({"formats": ("gif",)}, "A chart is saved as 'png', 'svg' and 'pdf', but 'gif' was asked for. Choose at least one of these."),
    ({"sizes": None, "formats": "PNG"}, "A chart is laid out as 'blog', 'card' and 'square', but no size was asked for. Choose at least one of these."),
    ({"formats": 3}, "A chart is saved as 'png', 'svg' and 'pdf', but '3' was asked for. Choose at least one of these."),
    ({"alt": "  "}, "alt tells those who cannot see a chart what it shows, but an empty one was given. Leave it out, or say it in a sentence."),
])
def test_what_cannot_be_asked_for_is_told(answer, tmp_path, how, sentence):
    with pytest.raises(InputError) as caught:
        crunch.export(answer, "x", folder=tmp_path / "in", **how)
    assert str(caught.value) == sentence
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_a_path(answer):
    with pytest.raises(InputError) as caught:
        crunch.export(answer, "x", folder=None, sizes="Blog", formats="PNG")
    assert str(caught.value) == "folder is the path of a folder, but None was given. For example folder='charts'."


def test_the_foot_has_note_source_byline_and_logo(answer, tmp_path):
    logo = tmp_path / "logo.png"
    Image.radial_gradient("L").convert("RGB").save(logo)
    done = crunch.export(answer, "x", folder=tmp_path / "in", note="Weeks without posts are left out", source="her diary",
                         byline="Ada & Bo", logo=logo)
    assert done.caption.endswith("Note: Weeks without posts are left out. Source: her diary. Chart: Ada & Bo.")
    for name in ("x", "x-card", "x-square"):
        root = ET.parse(tmp_path / "in" / f"{name}.svg").getroot()
        texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
        assert "Note: Weeks without posts are left out" in texts
        assert "Source: her diary. Chart: Ada & Bo" in texts
        assert len(list(root.iter(f"{SVG}image"))) == 1
    with Image.open(tmp_path / "in" / "x-2x.png") as image:
        corner = np.asarray(image.convert("L"))[-90:, -100:]
        assert len(np.unique(corner)) > 60  # with all its greys, not the few that charts need
    with pytest.raises(InputError) as caught:
        crunch.export(answer, "y", folder=tmp_path, logo=tmp_path / "in" / "x.csv")
    assert str(caught.value) == (f"logo is a picture, such as a PNG file, but {str(tmp_path / 'in' / 'x.csv')!r} cannot be read as one. "
                                 "Check the path.")


def test_what_is_no_chart_is_told(tmp_path):
    with pytest.raises(InputError) as caught:
        crunch.export("drivers.png", "x", folder=tmp_path)
    assert str(caught.value) == ("What is exported is a chart of crunch.charts, a panel, an answer, or a figure of matplotlib, but "
                                 "'drivers.png' was given. For example: crunch.export(crunch.charts.drivers(answer), 'drivers').")


def test_an_answer_without_a_chart_is_told_what_to_keep(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = crunch.rounded(study("stuck_at_55"))
    with pytest.raises(InputError) as caught:
        crunch.export(answer, "x")
    assert str(caught.value) == ("An answer is exported as the function of crunch.charts that it names as its chart, but Rounded "
                                 "names None. Keep its table instead: answer.table.to_csv('table.csv', index=False).")
    eval(str(caught.value).partition("instead: ")[2].removesuffix("."), {"answer": answer})  # what we printed ourselves
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "table.csv"), answer.table, check_dtype=False)


def test_an_answer_of_somebodys_own_kind_is_drawn_as_its_parent_or_as_it_says(answer, tmp_path):
    """As classes made in a notebook are: of the module __main__."""
    mine = type("Mine", (type(answer),), {"__module__": "__main__"})
    done = crunch.export(mine(**vars(answer)), "mine", folder=tmp_path, sizes="blog", formats="png")
    assert done.alt == charts.drivers(answer).figure.alt
    own = type("Own", (Answer,), {"__module__": "__main__", "chart": "false_alarms"})
    done = crunch.export(own(crunch.false_alarms(4).table, "Mine."), "own", folder=tmp_path, sizes="blog", formats="png")
    assert done.alt.startswith("Bar chart of false alarms by method")
    own.chart = "pie"
    with pytest.raises(InputError, match="but Own names 'pie'"):
        crunch.export(own(answer.table, "Mine."), "own", folder=tmp_path)


def test_more_rows_than_a_card_has_room_for_are_counted():
    rng = np.random.default_rng(0)
    names = [f"lever {n}" for n in range(20)]
    frame = pd.DataFrame(rng.normal(size=(200, 20)), columns=names).assign(score=lambda t: t.sum(axis=1))
    frame["score"] += rng.normal(size=200)
    figure = charts.drivers(crunch.drivers(Study(frame, score="score", levers=names), draws=0)).figure
    from crunch.publish.layouts import laid_out
    card, _ = laid_out(figure.again, "card", source="x")
    drawn = len(card.axes[0].get_yticks())
    assert 3 <= drawn < 20
    assert f"Drawn: {drawn} of 20 levers." in card.measured
    assert len(laid_out(figure.again, "blog")[0].axes[0].get_yticks()) == 20


def test_letters_stay_large_enough_to_read():
    """On a card, shown 600 pixels wide, the smallest text of a chart with room is some 7 pixels and more."""
    assert all(10 * size.width / max(size.inches) / 72 * 600 / size.width > 9 for size in SIZES.values() if size.height)


@pytest.mark.slow
def test_export_is_the_function_whatever_is_imported_first():
    code = ("import crunch, crunch.widgets, crunch.publish.export, crunch.cli, json\n"
            "print(json.dumps(callable(crunch.export)))")
    assert json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
