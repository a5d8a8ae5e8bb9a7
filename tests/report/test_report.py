"""The report: one page that needs nothing, hostile names, the same bytes, and nobody's file lost."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from pages import Elements

import crunch
from crunch import InputError, Study, charts
from crunch.charts import house
from crunch.datasets import study
from crunch.report.report import report

pytestmark = pytest.mark.xdist_group("report")  # pages that are only read are written once
HOSTILE = ("<script>alert(1)</script>", "=HYPERLINK(1)", '"><img src=x onerror=alert(1)>')


def hostile_study():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=list(HOSTILE))
    return Study(frame.assign(score=frame[HOSTILE[0]] + rng.normal(size=60)), score="score", levers=list(HOSTILE))


@pytest.fixture(scope="module")
def diary(tmp_path_factory):
    """The page of her diary, for all who only read it."""
    return report(study("stuck_at_55"), tmp_path_factory.mktemp("diary"), source=crunch.catalogue()["stuck_at_55"])


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    return report(study("shops"), tmp_path_factory.mktemp("shops"), source=crunch.catalogue()["shops"])


def test_the_page_needs_nothing_but_itself(diary):
    page = diary
    assert page.name == "index.html"
    text = page.read_text(encoding="utf-8")
    parsed = Elements(text)
    for tag, attrs in parsed.found:
        for name in ("src", "href", "srcset", "data", "action"):
            assert attrs.get(name) is None or attrs[name].startswith(("data:", "#")), (tag, attrs)
    assert "url(" not in text
    assert "@import" not in text
    assert not parsed.every("script")
    assert parsed.every("html")[0]["lang"] == "en"


def test_it_says_what_the_answer_says(tmp_path):
    answer = crunch.drivers(study("schools"))
    text = report(study("schools"), tmp_path, source=crunch.catalogue()["schools"]).read_text(encoding="utf-8")
    words = "".join(Elements(text).words)
    for part in (answer.sentence, *answer.notes, *answer.readable().iloc[0], "public figures of the State of California"):
        assert part in words
    (image,) = Elements(text).every("img")
    assert charts.drivers(answer).figure.alt == image["alt"]
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "drivers.csv")[["effect", "low", "high"]],
                                  answer.table[["effect", "low", "high"]])
    assert (tmp_path / "charts" / "drivers.png").read_bytes()[:4] == b"\x89PNG"
    assert "<text" in (tmp_path / "charts" / "drivers.svg").read_text(encoding="utf-8")


def test_only_a_score_in_steps_is_asked_for_its_next_point(diary, tmp_path):
    answer = crunch.stuck(study("stuck_at_55"))
    words = "".join(Elements(diary.read_text(encoding="utf-8")).words)
    for part in (answer.sentence, *answer.notes, answer.why.sentence, *answer.why.table["evidence"], "A price is how far"):
        assert part in words
    assert diary.with_name("stuck.csv").exists()
    smooth = report(study("schools"), tmp_path / "smooth").read_text(encoding="utf-8")
    assert "stuck" not in smooth
    assert "A price is how far" not in smooth
    assert not (tmp_path / "smooth" / "stuck.csv").exists()


def test_side_effects_are_asked_about_where_there_are_any(shops, tmp_path):
    answer = crunch.side_effects(study("shops"))
    words = "".join(Elements(shops.read_text(encoding="utf-8")).words)
    for part in (answer.sentence, *answer.notes, *answer.readable().iloc[0], "Trade and numbers game"):
        assert part in words
    pd.testing.assert_frame_equal(pd.read_csv(shops.with_name("side_effects.csv"))[["effect", "low", "high"]],
                                  answer.table[["effect", "low", "high"]])
    still = crunch.load("accounts").assign(still=1.0, none=np.nan)
    for number, sides in enumerate(([], ["still"])):
        page = report(Study(still, score="score", levers=["followers"], side_effects=sides), tmp_path / str(number))
        assert "What else moves" not in page.read_text(encoding="utf-8")


def test_a_simulated_table_says_so_first_and_reveals_its_truth_last(diary):
    entry = crunch.catalogue()["stuck_at_55"]
    text = diary.read_text(encoding="utf-8")
    assert 0 < text.index("Simulated.") < text.index("Which inputs actually move it?") < text.index("Show the truth")
    assert entry.story in " ".join(Elements(text).words)


def test_hostile_names_stay_text(tmp_path):
    text = report(hostile_study(), tmp_path).read_text(encoding="utf-8")
    parsed = Elements(text)
    assert not parsed.every("script")
    assert len(parsed.every("img")) == 1
    assert not any(name.startswith("on") for _, attrs in parsed.found for name in attrs)
    assert HOSTILE[0] in "".join(parsed.words)
    table = (tmp_path / "drivers.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(1)" in table
    assert "\n=" not in table


def test_the_same_bytes_every_time(tmp_path):
    for folder in ("one", "two"):
        report(study("accounts"), tmp_path / folder)
    for name in ("index.html", "drivers.csv", "charts/drivers.png", "charts/drivers.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_names_in_other_scripts_and_endless_names_do_no_harm(tmp_path, monkeypatch):
    """Where no font has the letters of some names: no warning each, one sentence in the page."""
    monkeypatch.setattr(house, "covering", lambda letters: ())
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(40, 3)), columns=["点数", "x" * 400, "bell\x07 and \u202e back"])
    page = report(Study(frame, score="点数", levers=list(frame.columns[1:])), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "No font here has some letters of these names; the table has them." in text
    assert "点数" in text
    assert "x" * 400 in text
    assert "No font here" not in report(study("accounts"), tmp_path).read_text(encoding="utf-8")


def test_how_a_file_was_read_is_in_the_page(tmp_path):
    crunch.load("accounts").to_csv(tmp_path / "export.csv", index=False, sep=";")
    reading = crunch.read(tmp_path / "export.csv")
    words = "".join(Elements(report(Study(reading.table, score="score", levers=["followers"]), tmp_path / "out",
                                source=reading).read_text(encoding="utf-8")).words)
    for part in (reading.sentence, *reading.notes):
        assert part in words


def test_the_truth_is_told_for_the_change_it_holds_for(tmp_path):
    """Also when the study reads a lever on another scale than the truth does."""
    linear = study("stuck_at_55", scales={"followers": "linear"})
    text = report(linear, tmp_path, source=crunch.catalogue()["stuck_at_55"]).read_text(encoding="utf-8")
    truth = text[text.index("Show the truth"):]
    assert '<th scope="row">followers</th><td>+10 %</td><td>+0.477</td>' in truth
    assert '<th scope="row">posts</th><td>+1</td><td>0.000</td>' in truth
    assert text.index("<details>") < text.index("+0.477")


def test_headings_come_in_order_and_tables_have_captions(shops):
    parsed = Elements(shops.read_text(encoding="utf-8"))
    levels = [int(tag[1]) for tag, _ in parsed.found if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert len(parsed.every("caption")) == len(parsed.every("table")) == 6
    assert all(cell.get("scope") in ("col", "row") for cell in parsed.every("th"))
    assert {"header", "main", "footer"} <= {tag for tag, _ in parsed.found}
    regions = [div["aria-label"] for div in parsed.every("div") if div.get("role") == "region"]
    assert len(set(regions)) == len(regions) == 6


def test_progress_is_told_before_and_after_each_question(tmp_path):
    told = []
    report(study("accounts"), tmp_path, progress=lambda *step: told.append(step))
    assert [step[:3] for step in told[::2]] == [step[:3] for step in told[1::2]] == [
        (1, 2, "Why is it stuck, and how far is the next point?"), (2, 2, "Which inputs actually move it?")]
    assert [step[3] for step in told[::2]] == [None, None]
    assert [step[3].sentence for step in told[1::2]] == [crunch.stuck(study("accounts")).sentence,
                                                         crunch.drivers(study("accounts")).sentence]


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(InputError) as caught:
        report(study("accounts"), tmp_path / "out")
    assert str(caught.value) == (f"A report needs a folder that can be written to, but '{tmp_path / 'out'}' cannot: "
                                 "No space left on device. Name another folder.")
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["charts"]


def test_its_own_page_is_replaced_and_other_files_are_left(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    report(study("accounts"), tmp_path)
    report(study("accounts"), tmp_path, title="Second")
    assert "<h1>Second</h1>" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "mine.txt").read_text() == "keep"
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("name", ["index.html", "drivers.csv"])
def test_a_stranger_s_file_is_never_overwritten(tmp_path, name):
    (tmp_path / name).write_text("<p>mine</p>")
    with pytest.raises(InputError) as caught:
        report(study("accounts"), tmp_path)
    assert str(caught.value) == (f"A report overwrites only files that crunch wrote, but in '{tmp_path}' it did not write "
                                 f"'{name}'. Name another folder.")
    assert (tmp_path / name).read_text() == "<p>mine</p>"


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError) as caught:
        report(study("accounts"), tmp_path / "out")
    assert str(caught.value) == (f"A report needs a folder, but '{tmp_path / 'out'}' is a file. Name another folder.")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 640])
def test_the_page_in_a_browser(diary, page, width):
    address = diary.as_uri()
    browser = page.page
    browser.set_viewport_size({"width": width, "height": 900})
    browser.goto(address)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert browser.evaluate("document.images[0].getBoundingClientRect().right") <= width
    light = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    browser.emulate_media(color_scheme="dark")
    dark = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light == "rgb(255, 255, 255)"
    assert sum(map(int, dark[4:-1].split(","))) < 120
    assert page.console_errors == []
    assert page.outside_requests == []
