"""Charts through their artists: what is drawn is what the answer says, and nothing overlaps or clips."""

import io
import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

import crunch
from crunch import InputError, Study
from crunch.charts.house import ACCENT, SOFT
from crunch.datasets import study
from crunch.questions.false_alarms import false_alarms


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def answer(rows=80, names=("a very long lever name that somebody exported", "$x^2$ & <b>", "z"), seed=1, **roles):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, len(names))), columns=list(names))
    frame["score"] = 2 * frame[names[-1]] + rng.normal(size=rows)
    return crunch.drivers(Study(frame, score="score", levers=list(names), **roles), draws=50)


def texts(ax):
    """Every visible text of a chart with its box in pixels."""
    FigureCanvasAgg(ax.figure).draw()
    everything = []
    for a in (ax, *ax.child_axes):
        everything += [*a.texts, a.title]
        if a.axison:
            everything += [a.xaxis.label, *_ticks(a.xaxis), *_ticks(a.yaxis)]
    return [(t.get_text(), t.get_window_extent()) for t in everything if t.get_visible() and t.get_text().strip()]


def _ticks(axis):
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high and tick.label1.get_visible()]


def inside(ax):
    """Assert that every text lies on the figure and that no two overlap by more than a sliver."""
    page = ax.figure.bbox
    boxes = texts(ax)
    for text, box in boxes:
        assert box.x0 >= page.x0 - 1, f"{text!r} is cut on the left"
        assert box.x1 <= page.x1 + 1, f"{text!r} is cut on the right"
        assert box.y0 >= page.y0 - 1, f"{text!r} is cut below"
        assert box.y1 <= page.y1 + 1, f"{text!r} is cut above"
    for i, (one, a) in enumerate(boxes):
        for other, b in boxes[:i]:
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert wide <= 2 or high <= 2, f"{one!r} and {other!r} overlap"


@pytest.mark.parametrize("name", ["schools", "stuck_at_55", "accounts", "shops"])
def test_drivers_draws_what_the_answer_says(name):
    result = crunch.drivers(study(name), draws=50)
    ax = crunch.charts.drivers(result)
    rows = result.table.to_dict("records")[::-1]
    dots = sorted((line for line in ax.lines if len(line.get_xdata()) == 1), key=lambda line: line.get_ydata()[0])
    bars = sorted((line for line in ax.lines if len(line.get_xdata()) == 2 and np.ptp(line.get_ydata()) == 0
                   and line.get_ydata()[0] in range(len(rows))), key=lambda line: line.get_ydata()[0])
    assert [dot.get_xdata()[0] for dot in dots] == [row["effect"] for row in rows]
    assert [list(bar.get_xdata()) for bar in bars] == [[row["low"], row["high"]] for row in rows]
    shares = [patch.get_width() for patch in ax.child_axes[0].patches]
    assert sorted(shares) == sorted(row["share"] for row in rows)
    shown = [text for text, _ in texts(ax)]
    for row in rows:
        assert row["verdict"] in shown
        assert any(label.startswith(row["lever"][:12]) and label.endswith(row["change"]) for label in shown)
    inside(ax)


def test_verdicts_differ_without_colour():
    ax = crunch.charts.drivers(crunch.drivers(study("stuck_at_55"), draws=0))
    marks = {(line.get_marker(), mpl.colors.to_hex(line.get_markerfacecolor()) == "#ffffff")
             for line in ax.lines if len(line.get_xdata()) == 1}
    assert marks == {("o", False), ("o", True), ("|", False)}


@pytest.mark.parametrize(("result", "title"), [
    (lambda: crunch.drivers(study("stuck_at_55"), draws=0), "2 of 6 levers stand out: shares and followers"),
    (lambda: crunch.drivers(study("schools"), draws=0), "No lever of test_score stands out from chance"),
    (lambda: answer(), "1 of 3 levers stands out: z"),
    (lambda: answer(names=("z",)), "z stands out from chance"),
    (lambda: crunch.drivers(Study(crunch.load("accounts").assign(score=5), score="score", levers="posts")),
     "Nothing here can tell what moves score"),
])
def test_the_title_states_the_finding(result, title):
    ax = crunch.charts.drivers(result())
    assert ax.get_title().replace("\n", " ") == title
    inside(ax)


@pytest.mark.parametrize("names", [
    ("z",), tuple(f"lever {i}" for i in range(20)), ("one_word_that_never_ends_" * 4, "z"),
    ("Followers & friends $ per week", "größe", "z"), ("line\nbreak\x07", " ", "z"),
])
def test_names_of_any_length_and_number_fit(names):
    ax = crunch.charts.drivers(answer(rows=120, names=names))
    assert len(ax.get_yticks()) == len(names)
    inside(ax)


def test_on_axes_of_ones_own():
    figure = Figure(figsize=(12, 5))
    ax = figure.add_axes([0.15, 0.2, 0.4, 0.55])
    assert crunch.charts.drivers(answer(names=("a", "b", "z")), ax=ax) is ax
    assert not plt.get_fignums()
    inside(ax)


def test_the_picture_describes_itself():
    result = crunch.drivers(study("stuck_at_55"), draws=50)
    figure = crunch.charts.drivers(result).figure
    assert result.sentence in figure.alt
    html = figure.html()
    assert html.startswith('<img alt="Dot chart with intervals: 2 of 6 levers stand out: shares and followers. With the')
    assert figure.png() == figure.png()
    with Image.open(io.BytesIO(figure.png())) as image:
        assert image.width == (8 * 160)
    assert len(figure.png()) < 60_000


def test_hostile_text_is_escaped_in_the_description():
    figure = crunch.charts.drivers(answer(names=('"><script>alert(1)</script>', "z"))).figure
    figure.alt += '"><script>'
    assert "<script>" not in figure.html()


def test_colours_hold_their_contrast():
    """WCAG 2.2 asks 3:1 of graphics and 4.5:1 of text on white."""
    def contrast(colour):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
    assert contrast(ACCENT) >= 3
    assert contrast(SOFT) >= 4.5


def test_colours_survive_colour_blindness():
    """Distance in CAM02-UCS of the two hues in use, colour blindness simulated by colorspacious, at least 14."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own escapes warn when it is first compiled
        from colorspacious import cspace_convert, deltaE
    for kind in ("deuteranomaly", "protanomaly", "tritanomaly"):
        space = {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}
        seen = [np.clip(cspace_convert(to_rgb(c), space, "sRGB1"), 0, 1) for c in (ACCENT, SOFT)]
        assert deltaE(*seen, input_space="sRGB1") >= 14


def test_compare_draws_each_answer():
    steps = {"nothing": (), "English learners": ("english_learners",), "+ free lunch": ("english_learners", "free_lunch")}
    answers = {label: crunch.drivers(study("schools", levers="students_per_teacher", context=context), draws=0)
               for label, context in steps.items()}
    ax = crunch.charts.compare(answers, "students_per_teacher")
    dots = [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 1]
    assert dots == [a.table["effect"][0] for a in answers.values()]
    assert ax.get_title().replace("\n", " ") == "students_per_teacher: from −2.3 to −1.00 as what is held constant changes"
    assert "+ free lunch: −1.00 (−1.54 to −0.46)" in ax.figure.alt
    inside(ax)


def test_compare_refuses_different_changes():
    one = crunch.drivers(study("accounts"), draws=0)
    other = crunch.drivers(study("accounts", scales={"followers": "linear"}), draws=0)
    with pytest.raises(InputError) as caught:
        crunch.charts.compare({"log": one, "linear": other}, "followers")
    assert str(caught.value) == ("Answers share a chart when they state the same change of the same score at the same "
                                 "level, but these differ: '+10 %' and '+1'. Set scales= and level= alike.")


def test_false_alarms_draws_the_shares():
    result = false_alarms(diaries=40)
    ax = crunch.charts.false_alarms(result)
    assert [patch.get_width() for patch in ax.patches] == result.table["alarms"].tolist()
    inside(ax)


def test_history_has_a_strip_for_each_column():
    diary = study("stuck_at_55")
    ax = crunch.charts.history(diary, ["followers", "hours"])
    assert len(ax.child_axes) == 3
    for strip, name in zip(ax.child_axes, ["klout", "followers", "hours"], strict=True):
        np.testing.assert_array_equal(strip.lines[0].get_ydata(), diary.frame[name])
    inside(ax)
    with pytest.raises(InputError, match="A history needs one row a period, but this study holds panel"):
        crunch.charts.history(study("shops"))
