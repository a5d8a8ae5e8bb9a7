"""How charts look: colours that all can tell apart, light and dark; a user's font and accent; letters of any script."""

import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from artists import contrast, distances, lab
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

import crunch
from crunch import InputError, Study, widgets
from crunch.charts import colours, fonts, house, looks
from crunch.charts.colours import ACCENT, INK, LABEL, LINE, NIGHT, PAGE, PALE, PARTS, RING, SOFT, TILE, WORSE
from crunch.charts.house import house_style
from crunch.charts.words import brief, safe, short, wrapped
from crunch.datasets import study


@pytest.fixture(autouse=True)
def at_first():
    yield
    crunch.charts.look()
    plt.close("all")


@pytest.fixture(scope="module")
def answer():
    return crunch.drivers(study("stuck_at_55"), draws=20)


def night(colour, dark):
    return NIGHT[colour] if dark else colour


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_marks_keep_the_contrast_that_the_guidelines_ask_for(dark):
    page = night(PAGE, dark)
    for text in (INK, SOFT, LABEL, WORSE):  # WCAG 2.2, 1.4.3
        assert contrast(night(text, dark), page) >= 4.5
    for mark in (ACCENT, WORSE, RING):  # 1.4.11
        assert contrast(night(mark, dark), page) >= 3
    assert contrast(night(LINE, dark), page) >= 2.8  # lines that only repeat what a number says
    assert contrast(night(ACCENT, dark), page) >= 4  # labels of marks, at sizes from 10 points
    for fill, ink in zip(PARTS, (PAGE, INK, PAGE, INK), strict=True):
        assert contrast(night(ink, dark), night(fill, dark)) >= 4.5
    for ink in (INK, SOFT):  # numbers stand on tiles
        assert contrast(night(ink, dark), night(TILE, dark)) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_colours_that_mean_different_things_differ_to_the_colour_blind(dark):
    meanings = [night(c, dark) for c in (ACCENT, WORSE, SOFT)]
    assert distances(meanings).min() > 12
    assert distances([night(c, dark) for c in PARTS]).min() > 20
    assert distances([night(c, dark) for c in (ACCENT, PALE)]).min() > 12


@pytest.mark.parametrize("dark", [False, True])
def test_in_grey_what_must_be_told_apart_can_be(dark):
    """Filled and pale bars by lightness; better and worse by shape as well, so their greys may be close."""
    def lightness(colour):  # CIE 1976 L*, by colorspacious
        return lab(night(colour, dark))[0]
    for one, other in itertools.combinations((ACCENT, PALE, PAGE), 2):
        assert abs(lightness(one) - lightness(other)) > 10
    assert abs(lightness(TILE) - lightness(PAGE)) > 5


def seen(figure):
    """All colours of texts, lines and their marks in a figure."""
    out = set()
    for text in figure.findobj(Text):
        out.add(to_hex(text.get_color()))
    for line in figure.findobj(lambda a: isinstance(a, Line2D) and a.get_visible()):
        out |= {to_hex(c) for c in (line.get_color(), line.get_markerfacecolor(), line.get_markeredgecolor()) if c != "none"}
    return out


def test_a_dark_chart_is_the_light_one_in_other_colours(answer):
    light = crunch.charts.drivers(answer).figure
    with looks.dark():
        dark = crunch.charts.drivers(answer).figure
    table = {to_hex(old): to_hex(new) for old, new in NIGHT.items()}
    assert seen(dark) == {table.get(colour, colour) for colour in seen(light)}
    assert not seen(dark) & {to_hex(c) for c in NIGHT if c not in NIGHT.values()}  # none was forgotten
    assert to_hex(dark.get_facecolor()) == NIGHT[PAGE]
    a, b = (np.asarray(figure.image(50).convert("L"), dtype=int) for figure in (light, dark))
    assert a.shape == b.shape
    assert (a.mean(), b.mean()) > (200, 0) > (b.mean() - 100, -1)
    assert [t.get_text() for t in light.findobj(Text)] == [t.get_text() for t in dark.findobj(Text)]


def test_axes_of_ones_own_stand_on_a_dark_page_as_well(answer):
    figure = Figure()
    with looks.dark():
        crunch.charts.drivers(answer, ax=figure.add_subplot())
    assert to_hex(figure.get_facecolor()) == NIGHT[PAGE]
    assert not seen(figure) & {INK, SOFT, LABEL}


def test_every_colour_of_the_house_has_one_for_dark_pages():
    named = {value for name, value in vars(colours).items() if name.isupper() and isinstance(value, str)}
    assert named | set(PARTS) == set(NIGHT)
    for path in Path(crunch.__file__).parent.joinpath("charts").glob("*.py"):
        if path.name not in ("colours.py", "looks.py"):  # the one defines them, the other names some as examples
            assert '"white"' not in path.read_text(encoding="utf-8"), path.name
            assert not [word for word in path.read_text(encoding="utf-8").split('"') if word[:1] == "#" and len(word) == 7]


def test_an_accent_of_ones_own(answer):
    crunch.charts.look(accent="teal")
    figure = crunch.charts.drivers(answer).figure
    assert to_hex("teal") in seen(figure)
    assert ACCENT not in seen(figure)
    crunch.charts.look(accent="#202080", dark=True)
    dark = seen(crunch.charts.drivers(answer).figure)
    (lifted,) = [c for c in dark if c not in {to_hex(v) for v in NIGHT.values()}]
    assert contrast(lifted, NIGHT[PAGE]) >= 4.5
    crunch.charts.look()
    assert ACCENT in seen(crunch.charts.drivers(answer).figure)


def test_panels_take_the_look_as_well():
    def draw(ax, n=1):
        line, = ax.plot([0, n], [0, 1], color=ACCENT)

        def update(n):
            line.set_data([0, n], [0, 1])
            line.set_color(ACCENT)
            return [line]
        return update

    crunch.charts.look(dark=True, accent="teal")
    panel = widgets.explore(draw, n=(1, 5))
    table = looks.chosen().table
    for n in (1, 4, 2):
        panel.set(n=n)
        pixels = {to_hex(c) for c in np.unique(panel.stage.pixels[..., :3].reshape(-1, 3), axis=0) / 255}
        assert to_hex(table[mpl.colors.to_rgb(ACCENT)]) in pixels
        assert ACCENT not in pixels
        assert NIGHT[PAGE] in pixels
    panel.close()


@pytest.mark.parametrize(("how", "sentence"), [
    ({"accent": "#ffff00"}, "accent keeps a contrast of 3:1 with the white page, so that lines can be seen, but '#ffff00' keeps 1.1:1. Take a darker one."),
    ({"accent": "blu"}, 'accent is a colour such as "#b0186b" or "teal", but \'blu\' was given. Write # and six hexadecimal digits.'),
    ({"font": "No Such Font"}, "font is a family that is installed or a font file, but there is no font 'No Such Font' here. Install it, or give the path of its .ttf file."),
    ({"font": "nowhere.ttf"}, "font is a family that is installed or a font file, but 'nowhere.ttf' cannot be read as a font. Check the path."),
])
def test_a_look_that_cannot_be_is_told(how, sentence):
    with pytest.raises(InputError) as caught:
        crunch.charts.look(**how)
    assert str(caught.value) == sentence
    assert looks.chosen() == looks.Look()


def test_a_font_of_ones_own_by_name_and_by_file(answer, tmp_path):
    crunch.charts.look(font="stixgeneral")
    figure = crunch.charts.drivers(answer).figure
    assert all(text.get_fontfamily() == ["STIXGeneral", "DejaVu Sans"] for text in figure.findobj(Text))
    file = tmp_path / "mine.ttf"
    shutil.copy(mpl.font_manager.findfont("DejaVu Sans Mono"), file)
    crunch.charts.look(font=file)
    assert looks.chosen().families == ("DejaVu Sans Mono", "DejaVu Sans")
    crunch.charts.drivers(answer).figure.png()


def test_labels_have_room_in_any_font(answer):
    for font in ("DejaVu Sans", "STIXGeneral", "DejaVu Sans Mono"):
        crunch.charts.look(font=font)
        figure = crunch.charts.drivers(answer).figure
        figure.image(100)
        ax = figure.axes[0]
        assert all(label.get_window_extent().x0 > 5 for label in ax.get_yticklabels()), font


def two(name, other="z"):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(60, 2)), columns=[name, other])
    frame["score"] = 2 * frame[name] + rng.normal(size=60)
    return crunch.drivers(Study(frame, score="score", levers=[name, other]), draws=0)


SCRIPT = "\U0001d49c"  # 𝒜: the fonts of mathematics have it, DejaVu Sans does not; both come with matplotlib


def test_letters_that_the_font_lacks_come_from_another():
    assert fonts.lacking(f"x{SCRIPT}", ["DejaVu Sans"]) == {SCRIPT}
    figure = crunch.charts.drivers(two(f"{SCRIPT} posts")).figure
    assert figure.missing == ""
    (helping,) = {family for text in figure.findobj(Text) for family in text.get_fontfamily()} - {"DejaVu Sans"}
    assert fonts.lacking(SCRIPT, [helping]) == frozenset()
    figure.png()  # a warning would be an error
    own = Figure()
    crunch.charts.drivers(two(f"{SCRIPT} posts"), ax=own.add_subplot())
    own.canvas.draw()


def test_letters_that_nothing_has_are_named(monkeypatch):
    lost = "\U00012345"  # a cuneiform sign
    monkeypatch.setattr(house, "covering", lambda letters: ())
    figure = crunch.charts.drivers(two(f"posts {lost}")).figure
    assert figure.missing == lost
    assert f"<p>No font here has these letters, so they are boxes: {lost}</p>" in figure.html()


def test_lines_of_an_english_title_run_from_the_left():
    with house_style():
        lines = wrapped("moves: " + "مشاركات " * 12, 3, 14, "bold").split("\n")
        assert len(lines) > 2
        assert all(line.startswith("\u200e") for line in lines)
        assert wrapped("plain", 3, 10) == "plain"


def test_titles_break_evenly_and_no_line_is_too_wide():
    text = "6 of 6 effects are bounded: followers go with 0.86 points at most"
    with house_style():
        for inches in (3.0, 4.2, 6.0):
            lines = wrapped(text, inches, 14, "bold").split("\n")
            assert " ".join(lines) == text
            wide = [fonts.width(line, 14, "bold") for line in lines]
            assert max(wide) <= inches
            assert len(lines) == 1 or min(wide) > 0.55 * max(wide)


def test_names_of_wide_letters_get_as_much_room_as_others():
    assert safe("a" * 30, 24).count("\n") == 1
    assert safe("数" * 30, 24).count("\n") == 2
    assert len(short("数" * 30, 20)) == 10
    assert safe("नी\u200dल") == "नी\u200dल"  # a joiner belongs to the word
    assert safe("a\u202eb") == "a b"  # what turns the direction of text about does not


def test_an_alternative_text_has_under_300_letters_and_as_many_numbers_as_fit():
    numbers = [f"lever {n}: +{n}" for n in range(40)]
    text = brief("Dot chart: the finding", numbers)
    assert 250 < len(text) < 300
    assert text.endswith(f"; and {40 - text.count('lever')} more.")
    assert brief("x" * 400, numbers).startswith("x" * 297)
    assert len(brief("x" * 400, [])) < 300
    assert brief("Is it?", []) == "Is it?"


@pytest.mark.slow
def test_nothing_is_set_by_looking():
    code = ("import matplotlib as mpl, matplotlib.pyplot; before = dict(mpl.rcParams)\nimport crunch, json\n"
            "crunch.charts.look(dark=True, accent='teal', font='STIXGeneral')\nfrom crunch.datasets import study\n"
            "crunch.charts.overlaps(crunch.overlaps(crunch.importance(crunch.load('schools')"
            "[['test_score', 'free_lunch', 'income']], 'test_score')))\n"
            "print(json.dumps(dict(mpl.rcParams) == before))")
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)


def test_overlaps_on_a_small_page_keep_the_shares():
    from crunch.charts.sheet import Sheet, on
    schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch", "income"]]
    with on(Sheet(most=4)):
        ax = crunch.charts.overlaps(crunch.overlaps(crunch.importance(schools, "test_score")))
    assert len(ax.get_yticks()) == 3
    assert "The pieces themselves are left out here." in ax.figure.measured
