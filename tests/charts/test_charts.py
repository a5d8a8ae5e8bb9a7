"""Charts through their artists: what is drawn is what the answer says, and nothing overlaps or clips."""

import io

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from artists import HOSTILE, contrast, distances, inside, texts
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

import crunch
from crunch import InputError, Study, scoring
from crunch.charts.colours import ACCENT, SOFT
from crunch.charts.overlaps import COLOURS
from crunch.datasets import study
from crunch.wording import THIN, percent


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def answer(rows=80, names=("a very long lever name that somebody exported", "$x^2$ & <b>", "z"), seed=1, **roles):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, len(names))), columns=list(names))
    frame["score"] = 2 * frame[names[-1]] + rng.normal(size=rows)
    return crunch.drivers(Study(frame, score="score", levers=list(names), **roles), draws=50)


def shares(rows=120, names=("a", "b", "z"), seed=1, **how):
    """An answer of importance about levers that overlap, the last of them the strongest."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, len(names))) + rng.normal(size=(rows, 1)), columns=list(names))
    frame["score"] = 2 * frame[names[-1]] + frame.sum(axis=1) + 2 * rng.normal(size=rows)
    return crunch.importance(frame, "score", **how)


@pytest.mark.parametrize("name", ["schools", "stuck_at_55", "accounts", "shops", "order_desk"])
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
    assert result.sentence in figure.description
    html = figure.html()
    assert html.startswith('<img alt="Dot chart of what goes with klout, with intervals: 2 of 6 levers stand out: shares and followers. shares +10')
    assert figure.png() == figure.png()
    with Image.open(io.BytesIO(figure.png())) as image:
        assert image.width == (8 * 150)
    assert len(figure.png()) < 60_000


def test_hostile_text_is_escaped_in_the_description():
    figure = crunch.charts.drivers(answer(names=('"><script>alert(1)</script>', "z"))).figure
    figure.alt += '"><script>'
    assert "<script>" not in figure.html()


def test_colours_hold_their_contrast():
    """WCAG 2.2 asks 3:1 of graphics and 4.5:1 of text on white."""
    assert contrast(ACCENT) >= 3
    assert contrast(SOFT) >= 4.5
    for fill, ink in COLOURS:  # areas are named beside or upon them, so 2.5:1 is enough to be seen
        assert contrast(fill) >= 2.5
        assert contrast(fill, ink) >= 4.5


@pytest.mark.parametrize("colours", [(ACCENT, SOFT), [fill for fill, _ in COLOURS]], ids=["dots", "areas"])
def test_colours_survive_colour_blindness(colours):
    """Distance in CAM02-UCS of any two in use, colour blindness simulated by colorspacious, at least 14."""
    assert distances(colours).min() >= 14


def test_compare_draws_each_answer():
    steps = {"nothing": (), "English learners": ("english_learners",), "+ free lunch": ("english_learners", "free_lunch")}
    answers = {label: crunch.drivers(study("schools", levers="students_per_teacher", context=context), draws=0)
               for label, context in steps.items()}
    ax = crunch.charts.compare(answers, "students_per_teacher")
    dots = [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 1]
    assert dots == [a.table["effect"][0] for a in answers.values()]
    assert ax.get_title().replace("\n", " ") == "students_per_teacher: from −2.3 to −1.00 as what is held constant changes"
    assert "+ free lunch: −1.00 (−1.54 to −0.46)" in ax.figure.description
    inside(ax)


def test_compare_refuses_different_changes():
    one = crunch.drivers(study("accounts"), draws=0)
    other = crunch.drivers(study("accounts", scales={"followers": "linear"}), draws=0)
    with pytest.raises(InputError) as caught:
        crunch.charts.compare({"log": one, "linear": other}, "followers")
    assert str(caught.value) == ("Answers share a chart when they state the same change of the same score at the same "
                                 "level, but these differ: '+10 %' and '+1'. Set scales= and level= alike.")


def test_false_alarms_draws_the_shares():
    result = crunch.false_alarms(diaries=40)
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


# shares


def dots(ax):
    """Markers and intervals, from the top down."""
    points = [line for line in ax.lines if line.get_marker() == "o"]
    bars = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() == "None"
            and np.ptp(line.get_ydata()) == 0]
    return (sorted(lines, key=lambda line: -line.get_ydata()[0]) for lines in (points, bars))


def filled(line):
    return mpl.colors.to_hex(line.get_markerfacecolor()) != "#ffffff"


def test_importance_draws_what_the_answer_says():
    result = shares(names=("a", "b", "c", "z"), draws=100)
    ax = crunch.charts.importance(result)
    points, bars = dots(ax)
    assert [point.get_xdata()[0] for point in points] == result.table["share"].tolist()
    assert [list(bar.get_xdata()) for bar in bars] == result.table[["share_low", "share_high"]].to_numpy().tolist()
    assert [label.get_text() for label in ax.get_yticklabels()] == result.table["lever"].tolist()
    shown = [text for text, _ in texts(ax)]
    for row in result.table.itertuples():
        assert percent(row.share, row.share_low, row.share_high) in shown
        ranks = f"{row.rank_low:.0f}" if row.rank_low == row.rank_high else f"{row.rank_low:.0f} to {row.rank_high:.0f}"
        assert f"rank {ranks}" in shown
        assert f"{row.lever} {percent(row.share, row.share_low, row.share_high)} (rank {ranks})" in ax.figure.description
    assert result.sentence in ax.figure.description
    inside(ax)


def test_levers_that_may_be_the_largest_are_filled():
    schools = crunch.load("accounts").drop(columns="account")
    table = np.log1p(schools).assign(score=schools["score"], recount=lambda f: f["followers"] + np.sin(range(400)) / 20)
    result = crunch.importance(table, "score", draws=200)
    ax = crunch.charts.importance(result)
    open_ = result.pairs.query("lever == @result.table.lever[0] and verdict == \"can't tell\"")["other"].tolist()
    assert sorted([result.table["lever"][0], *open_]) == ["followers", "recount"]
    points, _ = dots(ax)
    assert [filled(point) for point in points] == [True, True, False, False, False, False]
    assert " or " in ax.get_title()
    assert ax.get_title().replace("\n", " ").endswith(": it can't be told which is larger")
    assert "Filled: may be the largest. Hollow: behind " in ax.figure.description
    inside(ax)


@pytest.mark.parametrize(("result", "title", "subtitle"), [
    (lambda: shares(draws=400), "z has the largest share of score, SIZE", "Hollow: behind z by more than chance."),
    (lambda: shares(), "In these rows z has the largest share of score, SIZE",
     "LMG (Shapley) shares of the variation of score. No intervals were asked for, so the order may be chance."),
    (lambda: shares(method="permutation"), "In these rows z has the largest share of score, about SIZE",
     "estimated from random orders of entry"),
    (lambda: shares(method="first"), "In these rows z alone goes with the most of score, SIZE",
     "that goes with each lever alone"),
    (lambda: shares(method="last"), "In these rows z adds the most to all the others, SIZE",
     "that each lever adds to all the others"),
    (lambda: shares(method="betasq", draws=400), "z has the largest squared coefficient, ",
     "Squared standardised coefficients, which are no parts of a whole, with 95 % intervals."),
    (lambda: shares(names=("z",)), "z goes with SIZE of the variation of score", "120 rows."),
    (lambda: shares(always="a"), "In these rows z has the largest share of score, SIZE",
     "beyond the HELD of what is held constant"),
    (lambda: crunch.importance(pd.DataFrame(np.random.default_rng(0).normal(size=(40, 6))), range(40), draws=50),
     "Any of 6 levers may have the largest share", "40 rows."),
    (lambda: crunch.importance(pd.DataFrame({"a": [1, 2, 3, 5.0], "b": [2, 1, 0, 1.0], "y": [3, 3, 3, 6.0]}), "y"),
     "y is computed from its levers", "4 rows."),
])
def test_the_title_of_importance_states_the_finding(result, title, subtitle):
    result = result()
    ax = crunch.charts.importance(result)
    shown = ax.get_title().replace("\n", " ")
    if result.method == "betasq":
        shown = shown[:shown.index("0.")]
    assert shown == title.replace("SIZE", percent(result.table["share"][0]))
    subtitle = subtitle.replace("HELD", percent(result.context_share)).replace(" %", f"{THIN}%")
    assert subtitle in ax.figure.description
    inside(ax)


def test_without_intervals_there_are_bars_and_no_ranks():
    result = shares()
    ax = crunch.charts.importance(result)
    assert [patch.get_width() for patch in ax.patches] == result.table["share"].tolist()
    assert not any("rank" in text or "(" in text for text, _ in texts(ax) if not text.startswith("LMG"))
    assert ax.figure.alt.startswith("Bar chart of shares of the variation of score: In these rows z has the largest share")


def test_what_is_no_part_of_a_whole_has_no_percentages():
    ax = crunch.charts.importance(shares(method="betasq", draws=50))
    assert not any("%" in text for text, _ in texts(ax) if "intervals" not in text)
    assert ax.get_xlabel() == "squared standardised coefficient"


def test_of_many_levers_the_largest_are_shown():
    result = shares(names=tuple(f"lever {i}" for i in range(40)), rows=300, draws=20)
    ax = crunch.charts.importance(result)
    assert [label.get_text() for label in ax.get_yticklabels()] == result.table["lever"].tolist()[:15]
    most = percent(result.table["share"][15])
    assert f"The 15 largest of 40 levers; the others have at most {most} each." in ax.figure.description
    inside(ax)


@pytest.mark.parametrize("names", HOSTILE)
@pytest.mark.parametrize("draws", [0, 30])
def test_hostile_names_fit_into_importance(names, draws):
    ax = crunch.charts.importance(shares(names=names, draws=draws))
    assert len(ax.get_yticks()) == len(names)
    inside(ax)


# overlaps


def bars(ax):
    """Left end, width and colour of the parts of each row, from the top down."""
    rows = {}
    for patch in ax.patches:
        rows.setdefault(-(patch.get_y() + patch.get_height() / 2), []).append(patch)
    return [[(patch.get_x(), patch.get_width(), mpl.colors.to_hex(patch.get_facecolor())) for patch in rows[place]]
            for place in sorted(rows)]


def test_overlaps_draws_every_piece_in_equal_parts_and_adds_them_up():
    accounts = crunch.load("accounts")
    table = np.log1p(accounts[["followers", "listed", "posts"]]).assign(score=accounts["score"])
    result = crunch.overlaps(crunch.importance(table, "score"))
    ax = crunch.charts.overlaps(result)
    fill = {name: colour for name, (colour, _) in zip(result.names, COLOURS, strict=False)}
    rows = bars(ax)
    for drawn, row in zip(rows, result.table.itertuples(), strict=False):
        assert [colour for *_, colour in drawn] == [fill[name] for name in row.members]
        assert [width for _, width, _ in drawn] == pytest.approx([row.piece / len(row.members)] * len(row.members))
        assert [left for left, *_ in drawn] == pytest.approx([i * row.each for i in range(len(row.members))])
    for drawn, name in zip(rows[len(result.table):], result.names, strict=True):
        assert {colour for *_, colour in drawn} == {fill[name]}
        assert sum(width for _, width, _ in drawn) == pytest.approx(result.share(name))
        assert drawn[-1][0] + drawn[-1][1] == pytest.approx(result.share(name))
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "only followers", "only listed", "only posts", "followers and listed", "followers and posts",
        "listed and posts", "all three", "followers", "listed", "posts"]
    assert " ".join(ax.get_title().split()) == "60 % of what the three levers explain is overlap"
    shown = [text for text, _ in texts(ax)]
    for value in (*result.table["piece"], *map(result.share, result.names)):
        assert percent(value) in shown
    assert {"alone", "½ with listed", "½ with followers", "⅓ of\nall three"} <= set(shown)
    assert result.sentence in ax.figure.description
    assert f"followers and listed {percent(result.table['piece'][3])}; " in ax.figure.description
    inside(ax)


def test_a_negative_piece_lies_left_of_zero_and_is_taken_off():
    schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch", "income"]]
    result = crunch.overlaps(crunch.importance(schools, "test_score"))
    ax = crunch.charts.overlaps(result)
    rows = bars(ax)
    below = result.table.index[result.table["piece"] < 0]
    assert below.tolist() == [5]
    assert [left for left, *_ in rows[5]] == pytest.approx([0, result.table["each"][5]])
    assert all(width < 0 and colour == "#ffffff" for _, width, colour in rows[5])
    assert ax.get_xlim()[0] == pytest.approx(result.table["piece"][5])
    marks = {line.get_ydata()[0]: line.get_xdata()[0] for line in ax.lines if line.get_marker() == "^"}
    assert sorted(marks.values()) == pytest.approx(sorted(map(result.share, ["income", "english_learners"])))
    shown = [text for text, _ in texts(ax)]
    assert f"−1{THIN}%" in shown
    assert f"▲{THIN}{percent(result.share('income'))}" in shown
    assert " ".join(ax.get_title().split()) == "81 % of what the three levers explain is net overlap"
    assert "Hatched parts, left of zero, are taken off; ▲ marks what remains." in ax.figure.description
    inside(ax)


def test_a_text_stands_on_its_part_or_nowhere():
    ax = crunch.charts.overlaps(crunch.overlaps(shares(names=("english_learners", "free_lunch", "z"))))
    FigureCanvasAgg(ax.figure).draw()
    edges = [patch.get_window_extent() for patch in ax.patches]
    written = [text for text in ax.texts if text.get_fontsize() == 9.5]
    assert written
    for text in written:
        box = text.get_window_extent()
        assert any(edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1 for edge in edges)


@pytest.mark.parametrize(("weights", "title"), [
    ((2.0, 1.0), "What the two levers explain hardly overlaps"),
    ((0.0, 0.0), "The two levers explain next to nothing of score"),
])
def test_the_title_of_levers_without_overlap(weights, title):
    Q = np.linalg.qr(np.column_stack([np.ones(60), np.random.default_rng(3).normal(size=(60, 3))]))[0]
    frame = pd.DataFrame(Q[:, 1:3], columns=["a", "b"]).assign(score=Q[:, 1:3] @ weights + Q[:, 3])
    ax = crunch.charts.overlaps(crunch.overlaps(crunch.importance(frame, "score")))
    assert ax.get_title() == title
    inside(ax)


def test_the_title_of_levers_that_need_each_other():
    rng = np.random.default_rng(0)
    a, noise = rng.normal(size=(2, 200))
    frame = pd.DataFrame({"a": a + noise, "b": noise, "score": a + 0.1 * rng.normal(size=200)})
    ax = crunch.charts.overlaps(crunch.overlaps(crunch.importance(frame, "score")))
    assert ax.get_title().replace("\n", " ") == "The two levers explain more next to each other than apart"
    inside(ax)


@pytest.mark.parametrize("names", [*HOSTILE, *[(*names, "w") for names in HOSTILE], ("a", "z")])
def test_hostile_names_fit_into_overlaps(names):
    ax = crunch.charts.overlaps(crunch.overlaps(shares(names=names)))
    assert len(ax.get_yticks()) == 2 ** len(names) - 1 + len(names)
    inside(ax)


@pytest.mark.parametrize("chart", [crunch.charts.importance, lambda result, ax: crunch.charts.overlaps(crunch.overlaps(result), ax=ax)],
                         ids=["importance", "overlaps"])
def test_shares_on_axes_of_ones_own(chart):
    ax = Figure(figsize=(12, 7)).add_axes([0.15, 0.12, 0.5, 0.7])
    assert chart(shares(draws=30), ax=ax) is ax
    assert not plt.get_fignums()
    inside(ax)


PAGE = {"first-contentful-paint": 6795.4, "speed-index": 8296, "largest-contentful-paint": 10884.7,
        "total-blocking-time": 1055.2, "cumulative-layout-shift": 0.0996}
NAMES = ("a very long lever name that somebody exported", "$x^2$ & <b>", "line\nbreak\x07", "größe")


def own_score(names=NAMES, step=1):
    """A formula of parts with these names, the later ones worth ever less, the last one at its cap."""
    parts = [scoring.Part(name, scoring.goalposts(0, 10**(j + 1))) for j, name in enumerate(names[:-1])]
    return scoring.Score([*parts, scoring.Part(names[-1], scoring.goalposts(0, 1))], scale=(0, 100), step=step,
                         name="$score$ & <b>")


def price_bars(ax):
    return sorted((patch for patch in ax.patches if np.isclose(patch.get_height(), 0.55)), key=lambda bar: -bar.get_y())


def test_the_price_list_draws_each_price():
    result = crunch.stuck(PAGE, score=scoring.lighthouse())
    ax = crunch.charts.stuck(result)
    assert [bar.get_width() for bar in price_bars(ax)] == pytest.approx(result.table["change_percent"].abs().tolist())
    assert [label.get_text() for label in ax.get_yticklabels()] == result.table["lever"].tolist()
    shown = [text for text, _ in texts(ax)]
    for row in result.readable().to_dict("records"):
        assert f"{row['now']} → {row['needed']}  ({row['change']})" in shown
    assert ax.get_title() == f"The smallest change to 33: total-blocking-time −3.9{THIN}%"
    inside(ax)


@pytest.mark.parametrize("name", ["stuck_at_55", "accounts", "shops", "order_desk"])
def test_prices_that_are_estimates_have_lines_and_what_cannot_be_priced_has_no_bar(name):
    result = crunch.stuck(study(name))
    ax = crunch.charts.stuck(result)
    priced = result.table[result.table["verdict"] != "can't tell"]
    assert len(price_bars(ax)) == len(priced)
    assert price_bars(ax)[0].get_width() == pytest.approx(abs(priced["change_percent"].iloc[0]))
    low, high = sorted(priced[["percent_low", "percent_high"]].iloc[0].abs())
    lines = [list(line.get_xdata()) for line in ax.lines if list(line.get_ydata()) == [len(result.table) - 1] * 2]
    assert lines == [[pytest.approx(low), pytest.approx(min(high, ax.get_xlim()[1] / 1.03))]]
    assert sum(text.startswith("can't tell") for text, _ in texts(ax)) == len(result.table) - len(priced)
    inside(ax)


def test_a_price_that_dwarfs_the_others_is_cut_and_says_so():
    score = scoring.Score([scoring.Part(n, scoring.Linear(0, size)) for n, size in (("a", 10), ("b", 10), ("c", 10_000))],
                          scale=(0, 100), step=1)
    ax = crunch.charts.stuck(crunch.stuck({"a": 5.0, "b": 4.0, "c": 5.0}, score=score))
    widths = [bar.get_width() for bar in price_bars(ax)]
    assert widths[2] < 2 * widths[1]  # 600 times as dear
    assert sum(mpl.colors.to_hex(line.get_color()) == "#ffffff" for line in ax.lines) == 2
    inside(ax)


@pytest.mark.parametrize(("row", "title"), [
    ((0.0, 100, 1000, 1), "On its own, a very long lever name that somebody exported from 0 to 0.20 would show 76"),
    ((10.0, 100, 1000, 1), "No single lever brings $score$ & <b> to 101"),
])
def test_titles_of_prices_with_hostile_names(row, title):
    ax = crunch.charts.stuck(crunch.stuck(dict(zip(NAMES, row, strict=True)), score=own_score()))
    assert ax.get_title().replace("\n", " ") == title
    inside(ax)


def test_a_lever_in_doubt_is_hollow_where_answers_are_compared():
    """Counties that nobody named: the interval leaves out zero, and there is no verdict."""
    alone, lunch = (crunch.drivers(study("schools", levers="students_per_teacher", context=context), draws=0)
                    for context in ((), ("english_learners", "free_lunch")))
    assert [answer.table["verdict"][0] for answer in (alone, lunch)] == ["can't tell", "moves it"]
    assert alone.table["high"][0] < 0
    ax = crunch.charts.compare({"nothing": alone, "+ free lunch": lunch}, "students_per_teacher")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() == "#ffffff" for dot in dots] == [True, False]


def test_the_hidden_path_lies_in_its_band_and_ends_below_the_next_step():
    result = crunch.stuck(study("stuck_at_55"))
    ax = crunch.charts.hidden(result)
    line = max(ax.lines, key=lambda line: len(line.get_xdata()))
    drawn = result.path.tail(len(line.get_xdata()))
    assert list(line.get_ydata()) == drawn["hidden"].tolist()
    assert ((drawn["low"] <= drawn["hidden"]) & (drawn["hidden"] <= drawn["high"])).all()
    assert any(set(line.get_ydata()) == {55.5} for line in ax.lines)
    assert "56 begins\nat 55.50" in [text for text, _ in texts(ax)]
    assert ax.get_title() == "Between 0.0 and 0.9 points are missing to 56"
    inside(ax)


def test_the_path_of_a_known_formula_needs_two_rows():
    years = pd.DataFrame({"year": range(2001, 2006), "a": [1.0, 1, 1.1, 1, 1.1], "b": [1.0, 1.1, 1, 1, 1.1]})
    score = scoring.Score([scoring.Part(name, scoring.goalposts(0, 10)) for name in "ab"], scale=(0, 100), step=1)
    diary = Study(years.assign(s=score.shown(years)), score="s", levers=["a", "b"], time="year", step=1)
    ax = crunch.charts.hidden(crunch.stuck(diary, score=score))
    assert ax.get_title() == "0.50 points are missing to 12"
    inside(ax)
    with pytest.raises(InputError) as caught:
        crunch.charts.hidden(crunch.stuck(PAGE, score=scoring.lighthouse()))
    assert str(caught.value) == ("A path takes at least two rows in order of time, but this answer is about one row. "
                                 "Ask about a Study with time=.")


@pytest.mark.parametrize("draws", [0, 60])
def test_weights_and_rankings_with_hostile_names_fit(draws):
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.uniform(0, 1, (30, 4)) * [10, 100, 1000, 1], columns=list(NAMES))
    table["who"] = ["<script>$x$</script> " * 3, "größe" * 20, "\n"] * 10
    inside(crunch.charts.weights(crunch.weights(own_score(), table.assign(**{NAMES[1]: 5.0}), draws=draws)))
    ranked = crunch.rankings(own_score(), table, label="who", spread=0.9, draws=50)
    ax = crunch.charts.rankings(ranked)
    assert len(ax.get_yticks()) == 20
    inside(ax)
