"""Scores against published ones and brute force, their parts, the frames they take, the sentence for each mistake."""

import json
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crunch import InputError
from crunch.scoring import (
    Capped,
    Chain,
    Group,
    Linear,
    Log,
    Logistic,
    LogNormal,
    Part,
    Piecewise,
    Power,
    Rounding,
    Score,
    ZScore,
    goalposts,
    hdi,
    klout_like,
    lighthouse,
    percentile,
)

# Life expectancy, expected and mean years of schooling, gross national income per head, and the index as published.
# Source: UNDP, Human Development Report 2023/24, composite indices time series.
COUNTRIES = {
    "Niger 1990": (41.852, 1.964450, 0.728083, 1085.825979, 0.212),
    "Afghanistan 1990": (45.967, 2.936460018, 0.871961963, 3115.670448, 0.284),
    "Chad 2005": (48.312, 5.545400, 1.539814, 1378.763277, 0.329),
    "Liberia 2011": (59.620, 9.941040, 4.256521, 1344.003258, 0.464),
    "Nepal 2014": (68.085, 12.568650, 3.648890, 3197.193444, 0.567),
    "Albania 1990": (73.144, 11.57933998, 7.354632085, 4964.172443, 0.649),
    "Costa Rica 1998": (76.896, 11.155590, 7.321520, 11853.951470, 0.705),
    "Grenada 2008": (74.656, 16.237927, 9.656716, 12709.235170, 0.781),
    "United Arab Emirates 1990": (71.900, 9.683460, 5.759906, 97331.02360, 0.717),  # income beyond its goalpost
    "Luxembourg 1991": (75.833, 10.796784, 8.991640, 79231.59681, 0.802),  # income
    "Australia 2004": (80.751, 21.437941, 11.512410, 40642.13043, 0.908),  # expected schooling
    "Hong Kong 2021": (85.473, 17.729200, 12.307250, 64150.85303, 0.959),  # life expectancy
    "Norway 2022": (83.393, 18.638460, 13.062343, 69189.76165, 0.966),  # expected schooling
    "Switzerland 2022": (84.255, 16.583731, 13.904066, 69432.78669, 0.967),
}
# The sample report of Lighthouse 13.4.1: value of each metric and the score it is given there.
PAGE = {"first-contentful-paint": 6795.362, "speed-index": 8296.0, "largest-contentful-paint": 10884.681,
        "total-blocking-time": 1055.198, "cumulative-layout-shift": 0.099576}
METRICS = {"first-contentful-paint": 0.02, "speed-index": 0.19, "largest-contentful-paint": 0.0,
           "total-blocking-time": 0.25, "cumulative-layout-shift": 0.9}


def says(sentence, call, *arguments, **settings):
    with pytest.raises(InputError) as caught:
        call(*arguments, **settings)
    assert str(caught.value) == sentence


# published scores


def test_the_human_development_index_as_published():
    inputs = ["life_expectancy", "expected_schooling", "mean_schooling", "gni_per_head"]
    table = pd.DataFrame.from_dict(COUNTRIES, orient="index", columns=[*inputs, "hdi"])
    assert hdi().shown(table).tolist() == table["hdi"].tolist()


def test_the_page_score_as_published():
    score = lighthouse()
    assert score.value(PAGE) == pytest.approx(32.1, abs=1e-12)
    assert score.shown(PAGE) == 32
    parts = score.parts(PAGE).set_index("column")
    assert parts["worth"].to_dict() == METRICS
    assert parts["weight"].to_dict() == pytest.approx(dict(zip(METRICS, (0.1, 0.1, 0.25, 0.3, 0.25), strict=True)))
    assert parts["contribution"].to_dict() == pytest.approx(
        dict(zip(METRICS, (0.2, 1.9, 0, 7.5, 22.5), strict=True)), abs=1e-12)
    assert parts["room"].to_dict() == pytest.approx(dict(zip(METRICS, (9.8, 8.1, 25, 22.5, 2.5), strict=True)))


def test_metrics_that_are_rounded_instead_of_floored_give_another_page_score():
    """The well-known web calculator does so, and shows 33."""
    given = lighthouse().to_dict()
    for member in given["members"]:
        member["rounding"]["rule"] = "round"
    assert Score.from_dict(given).shown(PAGE) == 33


def test_on_a_desktop_another_population_is_the_measure():
    at_median = dict(zip(PAGE, (1600, 2300, 2400, 350, 0.25), strict=True))
    at_p10 = dict(zip(PAGE, (934, 1311, 1200, 150, 0.1), strict=True))
    assert lighthouse("desktop").shown(at_median) == 50
    assert lighthouse("desktop").shown(at_p10) == 90
    says("device must be one of 'mobile' and 'desktop', but 'tablet' was given. Choose one of these.", lighthouse, "tablet")


def test_the_guess_at_klout_by_its_description():
    row = {"followers": 900, "shares_in_13_weeks": 60, "listed": 12}
    expected = 50 * math.log(90) / math.log(1e5) + 35 * math.log(61) / math.log(1e5 + 1) + 15 * math.log(13) / math.log(1e4 + 1)
    assert klout_like().value(row) == pytest.approx(expected, rel=1e-12)
    assert klout_like().shown({"followers": 1e9, "shares_in_13_weeks": 1e9, "listed": 1e9}) == 100


# trees by brute force


def mean_of(mean, worths, weights):
    """A weighted mean of a few numbers in plain Python."""
    if mean == "arithmetic":
        return math.fsum(w * x for w, x in zip(weights, worths, strict=True))
    if mean == "geometric":
        return math.prod(x**w for w, x in zip(weights, worths, strict=True))
    used = [(w, x) for w, x in zip(weights, worths, strict=True) if w]
    return 0.0 if any(x == 0 for _, x in used) else 1 / math.fsum(w / x for w, x in used)


def worth_of(member, row):
    """What a part or a group is worth, by recursion and without its own rounding."""
    if isinstance(member, Part):
        worth = float(member.curve(row[member.column]))
    else:
        weights = [m.weight for m in member.members]
        whole = None if weights[0] is None else sum(map(Fraction, weights))
        weights = [1 / len(weights) if whole is None else float(Fraction(w) / whole) for w in weights]
        worth = mean_of(member.mean, [worth_of(m, row) for m in member.members], weights)
    return worth if member.rounding is None else member.rounding(worth)


@st.composite
def weights(draw, count):
    """None, or weights that sum to 1 or to 100, some of them 0."""
    if draw(st.booleans()):
        return [None] * count
    whole = draw(st.sampled_from([1, 100]))
    cuts = sorted(draw(st.lists(st.integers(0, 20), min_size=count - 1, max_size=count - 1)))
    return [whole * (b - a) / 20 for a, b in zip([0, *cuts], [*cuts, 20], strict=True)]


@st.composite
def members(draw, depth, at=""):
    """The members of a group: parts of 0 to 1 and, while there is depth, groups of them."""
    count = draw(st.integers(1, 4))
    out = []
    for k, weight in enumerate(draw(weights(count))):
        name, rounding = f"{at}{k}", draw(st.sampled_from([None, None, Rounding(0.01), Rounding(0.1, "floor")]))
        if depth and draw(st.booleans()):
            below = draw(members(depth - 1, name))
            out.append(Group(below, draw(st.sampled_from(["arithmetic", "geometric", "harmonic"])), name=name,
                             weight=weight, rounding=rounding))
        else:
            out.append(Part(name, draw(st.sampled_from([goalposts(0, 10), goalposts(10, 0), Capped(Log(1, 10, 1)),
                                                        LogNormal(6, 2)])), weight=weight, rounding=rounding))
    return out


scales = st.sampled_from([(0, 1), (0, 100), (1, 10), (100, 0), (-5, 5)])


@st.composite
def cases(draw):
    """A nested score and one row for it."""
    score = Score(draw(members(2)), mean=draw(st.sampled_from(["arithmetic", "geometric", "harmonic"])), scale=draw(scales))
    return score, {name: draw(st.integers(0, 24)) / 2 for name in score.columns}


@given(cases())
def test_nested_means_by_brute_force(case):
    score, row = case
    zero, one = score.scale
    assert score.value(row) == pytest.approx(zero + (one - zero) * worth_of(score.root, row), abs=1e-9)


@given(cases())
def test_contributions_add_up(case):
    score, row = case
    parts = score.parts(row)
    assert parts["contribution"].sum() == pytest.approx(score.value(row) - score.scale[0], abs=1e-9)
    assert np.isfinite(parts["contribution"]).all()
    assert parts["weight"].sum() == pytest.approx(1)
    assert parts["input"].tolist() == [row[column] for column in parts["column"]]


@settings(deadline=None)  # on a busy machine one case may take a quarter of a second
@given(cases())
def test_room_is_what_full_marks_for_one_part_would_add(case):
    """Every curve here reaches 1 at some input; none is read twice, so that input can be put in."""
    score, row = case
    best = {goalposts(0, 10): 10, goalposts(10, 0): 0, Capped(Log(1, 10, 1)): 10, LogNormal(6, 2): 0}
    for (part, _, _), room in zip(score.leaves, score.parts(row)["room"], strict=True):
        better = score.value({**row, part.column: best[part.curve]})
        assert room == pytest.approx(better - score.value(row), abs=1e-9)


@given(cases(), st.integers(1, 30))
def test_a_row_scores_the_same_alone_and_among_others(case, rows):
    score, row = case
    assert score.value(pd.DataFrame([row] * rows)).tolist() == [score.value(row)] * rows


def test_many_members_alone_and_among_others():
    """A matrix product would round a row differently when it stands among others."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.uniform(0, 9, (500, 12)), columns=[f"c{k}" for k in range(12)])
    for mean in ("arithmetic", "geometric", "harmonic"):
        score = Score([Part(name, LogNormal(3, 1.2)) for name in table], mean=mean)
        alone = [score.value(row) for row in table.to_dict("records")]
        assert score.value(table).tolist() == alone


def test_means_by_hand():
    parts = [Part("a", weight=0.5), Part("b", weight=0.25), Part("c", weight=0.25)]
    row = {"a": 0.25, "b": 1, "c": 0.0625}
    assert Score(parts).value(row) == 0.390625
    assert Score(parts, mean="geometric").value(row) == pytest.approx(0.25)
    assert Score(parts, mean="harmonic").value(row) == pytest.approx(1 / 6.25)
    assert Score(parts, mean="geometric").value({**row, "a": 0}) == 0
    assert Score(parts, mean="harmonic").value({**row, "a": 0}) == 0


def test_own_rounding_of_parts_and_groups():
    halves = Group([Part("a", rounding=Rounding(0.1, "floor")), Part("b", rounding=Rounding(0.1, "ceil"))], name="halves",
                   rounding=Rounding(0.5))
    score = Score([halves, Part("c")], scale=(0, 100), step=5, rounding="floor")
    row = {"a": 0.19, "b": 0.31, "c": 0.9}  # (0.1 + 0.4) / 2 = 0.25, rounded to 0.5; with 0.9 that is 70
    assert score.value(row) == 70
    assert score.shown({**row, "c": 0.899}) == 65
    parts = score.parts(row)
    assert parts["worth"].tolist() == [0.1, 0.4, 0.9]
    assert parts["contribution"].tolist() == pytest.approx([5, 20, 45])


def test_contributions_that_cancel():
    """Two deviations that make up for each other still contribute."""
    score = Score([Part("a", ZScore(0, 1)), Part("b", ZScore(0, 1))], scale=(50, 60))
    parts = score.parts({"a": 1, "b": -1})
    assert score.value({"a": 1, "b": -1}) == 50
    assert parts["contribution"].tolist() == [5, -5]
    assert parts["room"].tolist() == [np.inf, np.inf]


def test_a_member_without_weight_contributes_nothing():
    parts = [Part("a", weight=0), Part("b", weight=0.5), Part("c", weight=0.5)]
    row = {"a": 0, "b": 1, "c": 0.5}
    for mean, expected in (("arithmetic", [0, 0.5, 0.25]), ("geometric", [0, 0.5**1.5, 0.5**1.5]),
                           ("harmonic", [0, 2 / 9, 4 / 9])):
        found = Score(parts, mean=mean).parts(row)
        assert found["contribution"].tolist() == pytest.approx(expected)
        assert found["room"].iloc[0] == 0


def test_room_without_end():
    rounded = Part("a", Linear(0, 10), rounding=Rounding(0.1))
    assert Score([rounded, Part("b")]).parts({"a": 5, "b": 1})["room"].tolist() == [np.inf, np.inf]
    own = Score([rounded, Part("b", goalposts(0, 1))], mean=lambda worths, weights: worths.max(axis=0))
    assert own.parts({"a": 5, "b": 0.25})["room"].tolist() == pytest.approx([np.nan, 0.5], nan_ok=True)


def test_one_part_in_two_groups_is_two_parts():
    part = Part("a", goalposts(0, 1))
    score = Score([Group([part, Part("b")], name="one"), Group([part, Part("c")], name="two")])
    found = score.parts({"a": 0.5, "b": 0, "c": 0}).set_index("part")
    assert found["room"][["one / a", "two / a"]].tolist() == [0.125, 0.125]
    assert score.columns == ("a", "b", "c")


def test_a_mean_of_ones_own():
    def median(worths, weights):
        assert weights.tolist() == pytest.approx([0.5, 0.3, 0.2])
        return np.median(worths, axis=0)

    parts = [Part("a", weight=50), Part("b", weight=30), Part("c", weight=20)]
    score = Score(parts, mean=median, scale=(0, 10), step=1)
    table = pd.DataFrame({"a": [0.1, 0.9], "b": [0.35, 0.2], "c": [0.8, 0.45]})
    assert score.value(table).tolist() == [3.5, 4.5]
    assert score.shown(table).tolist() == [4, 5]
    assert score.parts(table)["contribution"].isna().all()
    mixed = Score([Group(parts, median, name="m"), Part("d")])
    assert mixed.parts({"a": 0.1, "b": 0.35, "c": 0.8, "d": 0.5})["contribution"].tolist() == pytest.approx(
        [np.nan] * 3 + [0.25], nan_ok=True)


def test_a_mean_that_writes_into_its_worths_harms_nobody():
    def greedy(worths, weights):
        worths[:] = 1
        return worths[0]

    score = Score([Part("a"), Part("b")], mean=greedy)
    table = pd.DataFrame({"a": [0.5], "b": [0.5]})
    assert score.value(table).tolist() == [1]
    assert table.to_dict("list") == {"a": [0.5], "b": [0.5]}


@pytest.mark.parametrize(("mean", "sentence"), [
    (lambda worths, weights: 0.5, "A mean of one's own must return one finite number a row, shape (2,), but it returned "
                                  "shape (). It is given worths of shape (members, rows) and weights of shape (members,)."),
    (lambda worths, weights: worths[0] + np.nan, "A mean of one's own must return one finite number a row, shape (2,), but "
                                                 "it returned shape (2,) with gaps. It is given worths of shape (members, "
                                                 "rows) and weights of shape (members,)."),
    (lambda worths, weights: "many", "A mean of one's own must return numbers, one a row, but it returned 'many'. It is "
                                     "given worths of shape (members, rows) and weights of shape (members,)."),
])
def test_a_mean_of_ones_own_that_returns_something_else(mean, sentence):
    says(sentence, Score([Part("a")], mean=mean).value, pd.DataFrame({"a": [0, 1]}))


# rows and frames


def mixed_score():
    return Score([Part("posts", Log(1, 100, plus=1), weight=0.25), Part("hours", goalposts(48, 0), weight=0.75)],
                 scale=(0, 100), step=1, name="mixed")


FRAME = {"posts": [0, 5, 40], "hours": [1.5, 60.0, 12.0], "note": ["a", "b", "c"]}
HIDDEN = [25 * math.log((p + 1) / 2) / math.log(101 / 2) + 75 * max(1 - h / 48, 0)
          for p, h in zip(FRAME["posts"], FRAME["hours"], strict=True)]


@pytest.mark.parametrize("table", [
    pd.DataFrame(FRAME), pl.DataFrame(FRAME), pa.table(FRAME),
    pd.DataFrame(FRAME).astype({"posts": "Int64", "hours": object}), pd.DataFrame(FRAME, index=[7, 7, 3])])
def test_frames_agree(table):
    score = mixed_score()
    assert score.value(table).tolist() == pytest.approx(HIDDEN, rel=1e-12)
    assert score.shown(table).tolist() == [round(v) for v in HIDDEN]
    assert score.parts(table)["row"].tolist() == [0, 0, 1, 1, 2, 2]
    assert score.parts(table)["input"].tolist() == [0, 1.5, 5, 60, 40, 12]


def test_one_row_agrees_with_the_frame():
    score, frame = mixed_score(), pd.DataFrame(FRAME)
    for k, expected in enumerate(HIDDEN):
        for row in (dict(frame.loc[k]), frame.loc[k], pl.DataFrame(FRAME).row(k, named=True)):
            assert score.value(row) == pytest.approx(expected, rel=1e-12)
            assert isinstance(score.value(row), float)
            assert isinstance(score.shown(row), float)
            pd.testing.assert_frame_equal(
                score.parts(row), score.parts(frame).query("row == @k").drop(columns="row").reset_index(drop=True))


HOSTILE = ["a'b\"c", "__import__('os').system('x')", "<script>alert(1)</script>", 7, "{0}", "a / b", "`", "@x", ""]


def test_column_names_are_only_names():
    score = Score([Part(name, goalposts(0, 10)) for name in HOSTILE])
    row = dict(zip(HOSTILE, range(9), strict=True))
    assert score.value(row) == pytest.approx(0.4)
    assert score.value(pd.DataFrame([row, row])).tolist() == [score.value(row)] * 2
    assert score.parts(row)["column"].tolist() == HOSTILE
    assert "<script>" not in score._repr_html_()
    assert "&lt;script&gt;" in score._repr_html_()
    assert repr(score).startswith("score: arithmetic mean of 'a\\'b\"c', \"__import__('os').system('x')\"")
    again = Score.from_dict(json.loads(json.dumps(score.to_dict())))
    assert again.columns == score.columns
    assert again.value(row) == score.value(row)


def test_the_weights_on_show():
    score = hdi()
    assert score.table()["weight"].tolist() == pytest.approx([1 / 3, 1 / 6, 1 / 6, 1 / 3])
    assert score.table()["part"].tolist() == ["life_expectancy", "schooling / expected_schooling",
                                              "schooling / mean_schooling", "gni_per_head"]
    assert score.table()["curve"].tolist() == ["capped"] * 4
    assert repr(score) == ("Human Development Index: geometric mean of 'life_expectancy', 'expected_schooling', "
                           "'mean_schooling' and 'gni_per_head', from 0 to 1, shown in steps of 0.001 (round)")
    assert repr(Score([Part("a")], mean=lambda x, w: x[0])) == "score: its own mean of 'a', from 0 to 1"
    assert "33.3 %" in score._repr_html_()


# other columns


def test_renamed():
    names = {"gni_per_head": "income", "mean_schooling": 3}
    score = hdi().renamed(names)
    values = COUNTRIES["Norway 2022"]
    assert score.columns == ("life_expectancy", "expected_schooling", 3, "income")
    assert score.shown(dict(zip(score.columns, values[:4], strict=True))) == values[4]
    assert score.table()["part"].tolist() == hdi().table()["part"].tolist()
    assert (score.name, score.step, score.scale) == ("Human Development Index", 0.001, (0, 1))
    assert hdi().columns[3] == "gni_per_head"
    swapped = mixed_score().renamed({"posts": "hours", "hours": "posts"})
    assert swapped.value({"hours": 5, "posts": 60}) == pytest.approx(HIDDEN[1])
    says("Every column named in names must be in the table, but 'incom' is not. Did you mean 'income'?",
         score.renamed, {"incom": "x"})


# written and read


CURVES = [Linear(0, 10), ZScore(3, 2, less_is_better=True), Log(1, 10, plus=2), Power(0, 10, 0.5), LogNormal(6, 2),
          Logistic(5, -1), Piecewise((0, 5, 10), (1, 0.25, 0)), Capped(Log(1, 10, 1), 0.1, 0.9),
          Chain(LogNormal(6, 2), Piecewise((0, 0.9, 1), (0, 0.9, 1.005))), percentile([1, 4, 4, 9]), goalposts(10, 0),
          Chain(Capped(Chain(Linear(0, 1), Linear(0, 2))), Capped(Logistic(0, 1), 0.5, 1))]


@pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.kind)
def test_every_curve_comes_back_from_json(curve):
    score = Score([Part("a", curve, weight=40, rounding=Rounding(0.05, "ceil")), Part("b", curve, weight=60, name="c")])
    again = Score.from_dict(json.loads(json.dumps(score.to_dict())))
    assert again.root == score.root
    assert again.to_dict() == score.to_dict()


@given(cases())
def test_nested_groups_come_back_from_json(case):
    score, row = case
    again = Score.from_dict(json.loads(json.dumps(score.to_dict())))
    assert again.root == score.root
    assert again.value(row) == score.value(row)


@pytest.mark.parametrize("score", [hdi(), lighthouse(), lighthouse("desktop"), klout_like(), mixed_score(),
                                   Score([Part("a")], scale=(100, 0), step=0.5, rounding="half_even", name="ü 'x'"),
                                   Score([Part("a", weight=np.float32(1)), Part("b", weight=0)])])
def test_whole_scores_come_back_from_json(score):
    again = Score.from_dict(json.loads(json.dumps(score.to_dict())))
    assert again.to_dict() == score.to_dict()
    assert (again.name, again.scale, again.rounding, again.columns) == (score.name, score.scale, score.rounding, score.columns)


def test_a_score_with_code_in_it_is_not_written():
    says("A score is written without code, so each mean must be one of 'arithmetic', 'geometric' and 'harmonic', but "
         "'the score' has a function of its own. Keep the function in your program and build the score there.",
         Score([Part("a")], mean=lambda x, w: x[0]).to_dict)


PART = {"column": "a", "curve": {"kind": "linear", "low": 0, "high": 1}}
SCORE_KEYS = "'name', 'mean', 'scale', 'step', 'rounding' and 'members'"
KINDS = ("'linear', 'z-score', 'log', 'power', 'log-normal', 'logistic', 'piecewise', 'capped' and 'chain'")
AS_WRITTEN = "Write it as Score.to_dict does."
BEYOND = ("A score is written with numbers below 1e308, and groups and curves stand in each other a few times, but this "
          f"one goes beyond. {AS_WRITTEN}")


def curve(**settings):
    return {"members": [{"column": "a", "curve": settings}]}


def part(**settings):
    return {"members": [{**PART, **settings}]}


def nested(depth):
    out = dict(PART)
    for _ in range(depth):
        out = {"members": [out], "name": "g"}
    return {"members": [out]}


@pytest.mark.parametrize(("given", "sentence"), [
    (None, f"A score is written as a dict with {SCORE_KEYS}, but None was given. {AS_WRITTEN}"),
    ("exit()", f"A score is written as a dict with {SCORE_KEYS}, but 'exit()' was given. {AS_WRITTEN}"),
    ({}, f"A score is written as a dict with {SCORE_KEYS}, but nothing was given. {AS_WRITTEN}"),
    ({"members": [PART], "__class__": "os"},
     f"A score is written as a dict with {SCORE_KEYS}, but 'members' and '__class__' was given. {AS_WRITTEN}"),
    ({"members": "exit()"}, "members are written as a list, but 'exit()' was given. Write them as Score.to_dict does."),
    ({"members": []}, "A group is made of at least one scoring.Part or scoring.Group, but nothing was given. For example "
                      "[crunch.scoring.Part('posts', crunch.scoring.Linear(0, 100))]."),
    ({"members": ["exit()"]}, "A part is written as a dict with 'name', 'weight', 'rounding', 'column' and 'curve', but "
                              f"'exit()' was given. {AS_WRITTEN}"),
    ({"members": [{"curve": PART["curve"]}]}, "A part is written as a dict with 'name', 'weight', 'rounding', 'column' and "
                                              f"'curve', but 'curve' was given. {AS_WRITTEN}"),
    ({"members": [PART], "mean": "__import__('os')"},
     "mean must be one of 'arithmetic', 'geometric' and 'harmonic' or a function, but \"__import__('os')\" was given. "
     "Choose one of these."),
    ({"members": [{"members": [PART], "mean": {"x": 1}}]},
     "mean must be one of 'arithmetic', 'geometric' and 'harmonic', but {'x': 1} was given. Choose one of these."),
    ({"members": [PART], "scale": ["exit()", 1]}, "scale is what an average of 0 and one of 1 are in points, two different "
                                                  "numbers, but ['exit()', 1] was given. For example scale=(0, 100)."),
    ({"members": [PART], "scale": {"a": 1}}, "scale is what an average of 0 and one of 1 are in points, two different "
                                             "numbers, but {'a': 1} was given. For example scale=(0, 100)."),
    ({"members": [PART], "scale": [[1, 2], 3]}, "scale is what an average of 0 and one of 1 are in points, two different "
                                                "numbers, but [[1, 2], 3] was given. For example scale=(0, 100)."),
    ({"members": [PART], "step": "1"},
     "step must be a number above 0, but '1' was given. Give one such as step=1, or leave it out."),
    ({"members": [PART], "step": 1, "rounding": ["floor"]}, "rounding must be one of 'round', 'half_even', 'floor' and "
                                                            "'ceil', but ['floor'] was given. Choose one of these."),
    ({"members": [PART], "step": 10**400}, BEYOND),
    (part(weight=10**400), BEYOND),
    (nested(3000), BEYOND),
    (part(name=["x"]), "A name is text, but ['x'] was given. For example name='reach'."),
    (part(name=5), "A name is text, but 5 was given. For example name='reach'."),
    (part(column=["x"]), "A column is named by text or a number, but ['x'] was given. Name one."),
    (part(weight="1"), "A weight must be a number of 0 or more, but 'a' has '1'. Turn a curve around where less is better, "
                       "and keep its weight above 0."),
    (part(rounding="floor"), f"A rounding is written as a dict with 'step' and 'rule', but 'floor' was given. {AS_WRITTEN}"),
    (part(rounding={"step": {}}), "step must be a number above 0, but {} was given. Give one such as step=1, or leave it "
                                  "out."),
    (part(rounding={"step": 1, "rule": "exit()"}), "rounding must be one of 'round', 'half_even', 'floor' and 'ceil', but "
                                                   "'exit()' was given. Choose one of these."),
    (part(curve="Linear(0, 1)"),
     f"A curve is written as a dict whose 'kind' is one of {KINDS}, but 'Linear(0, 1)' was given. {AS_WRITTEN}"),
    (part(curve=None), f"A curve is written as a dict whose 'kind' is one of {KINDS}, but None was given. {AS_WRITTEN}"),
    (curve(kind="os.system", low=0), f"A curve is written as a dict whose 'kind' is one of {KINDS}, but "
                                     f"{{'kind': 'os.system', 'low': 0}} was given. {AS_WRITTEN}"),
    (curve(kind=["linear"]), f"A curve is written as a dict whose 'kind' is one of {KINDS}, but {{'kind': ['linear']}} was "
                             f"given. {AS_WRITTEN}"),
    (curve(kind="linear", low=0), "A linear curve needs the settings 'high' and 'low', but {'kind': 'linear', 'low': 0} was "
                                  "given. Add those that are missing, as numbers."),
    (curve(kind="linear", low=0, high=1, __init__=2), "A linear curve has the settings 'high' and 'low', but it was given "
                                                      "'__init__' as well. Leave these out."),
    (curve(kind="linear", low="__import__('os')", high=1), "low of a linear curve must be a finite number, but "
                                                           "\"__import__('os')\" was given. For example low=1."),
    (curve(kind="linear", low={"kind": "linear", "low": 0, "high": 1}, high=1),
     "low of a linear curve must be a finite number, but Linear(low=0.0, high=1.0) was given. For example low=1."),
    (curve(kind="piecewise", inputs="exit()", worths=[0, 1]), "inputs of a piecewise curve must be a list of numbers, but "
                                                              "'exit()' was given. For example inputs=(0, 1)."),
    (curve(kind="piecewise", inputs=[0, 10**400], worths=[0, 1]),
     f"inputs of a piecewise curve must be a list of numbers, but [0, 1{'0' * 33}…] was given. For example inputs=(0, 1)."),
    (curve(kind="capped", curve=5), "A curve is made of curves, but 5 was given. For example crunch.scoring.Linear(0, 100)."),
    (curve(kind="capped", curve=PART["curve"], low=[0]),
     "low of a capped curve must be a finite number, but [0] was given. For example low=1."),
    (curve(kind="chain", first=PART["curve"], then={"kind": "chain"}),
     "A chain curve needs the settings 'first' and 'then', but {'kind': 'chain'} was given. Add those that are missing, "
     "as numbers."),
    (curve(kind="z-score", mean=0, sd=1, less_is_better="no"),
     "less_is_better is either True or False, but 'no' was given. Give one of the two."),
    (curve(kind="power", low=0, high=100, exponent=1e300),
     "A power curve needs goalposts that stay apart and below 1e308 when raised to its exponent, but low=0, high=100 and "
     "exponent=1e+300 do not. Give an exponent nearer to 1."),
])
def test_hostile_dicts_end_in_a_sentence(given, sentence):
    says(sentence, Score.from_dict, given)


# anything that JSON can hold, put in the place of anything
junk = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) |
                    st.sampled_from(["linear", "capped", "__import__('os').abort()", 10**400]),
                    lambda below: st.lists(below, max_size=3) | st.dictionaries(
                        st.sampled_from(["kind", "low", "high", "curve", "column", "members", "inputs", "worths", "x"]),
                        below, max_size=4), max_leaves=8)


def places(value, path=()):
    yield path
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(below, (*path, key))


SOUND = Score([Group([Part(str(k), c) for k, c in enumerate(CURVES)], name="all", weight=1.0, rounding=Rounding(0.01)),
               Part("b", weight=0.0)], scale=(0, 100), step=1).to_dict()


@given(st.sampled_from(list(places(SOUND))), junk)
def test_junk_anywhere_is_read_or_refused(path, value):
    given = json.loads(json.dumps(SOUND))
    at = given
    for key in path[:-1]:
        at = at[key]
    if path:
        at[path[-1]] = value
    else:
        given = value
    try:
        score = Score.from_dict(given)
    except InputError:
        return
    assert Score.from_dict(score.to_dict()).to_dict() == score.to_dict()


# the sentence for each mistake


WHOLE = "A score needs all of its parts, but"
FILL = "Fill it in or leave the row out: a part that is missing is not a part that is 0."


@pytest.mark.parametrize(("table", "sentence"), [
    ({"posts": 3}, f"{WHOLE} the row has no 'hours'. mixed is made of 'posts' and 'hours'."),
    ({}, f"{WHOLE} the row has no 'posts' and 'hours'. mixed is made of 'posts' and 'hours'."),
    (pd.Series({"hours": 3}), f"{WHOLE} the row has no 'posts'. mixed is made of 'posts' and 'hours'."),
    ({"posts": 3, "hours": np.nan}, f"{WHOLE} the row has no value of 'hours'. {FILL}"),
    ({"posts": None, "hours": 1}, f"{WHOLE} the row has no value of 'posts'. {FILL}"),
    (pd.DataFrame({"posts": [1, 2, np.nan], "hours": 1}), f"{WHOLE} row 2 has no value of 'posts'. {FILL}"),
    (pl.DataFrame({"posts": [1, None], "hours": [1, 2]}), f"{WHOLE} row 1 has no value of 'posts'. {FILL}"),
    (pd.DataFrame({"posts": [1]}), "Every column named in the score must be in the table, but 'hours' is not. It has "
                                   "'posts'."),
    (pd.DataFrame({"post": [1], "hours": [1]}), "Every column named in the score must be in the table, but 'posts' is not. "
                                                "Did you mean 'post'?"),
    ({"posts": -1, "hours": 1}, "'posts' goes through a log curve, which takes numbers above -1, but the row has -1. "
                                "Correct it, or choose another curve."),
    (pd.DataFrame({"posts": [0, -3], "hours": 1}), "'posts' goes through a log curve, which takes numbers above -1, but "
                                                   "row 1 has -3. Correct it, or choose another curve."),
    ({"posts": np.inf, "hours": 1}, "A part of a score must be finite, but 'posts' is infinite in 1 row, first in row 0. "
                                    "Often a division by zero: replace those cells with a missing value or drop the rows."),
    (pl.LazyFrame(FRAME), "A score is computed row by row, but the table given is not in memory. Collect it first, or the "
                          "rows of it that are of interest."),
    ([1, 2], "A table must be a data frame, such as one of pandas, Polars, DuckDB, Dask or PySpark, or the path of Parquet "
             "files, but it was given 'list'. For other files use crunch.read(path).table."),
])
def test_rows_that_cannot_be_scored(table, sentence):
    for call in (mixed_score().value, mixed_score().shown, mixed_score().parts):
        says(sentence, call, table)


def test_the_logarithm_of_0():
    says("'a' goes through a log curve, which takes numbers above 0, but the row has 0. Correct it, or choose another "
         "curve.", Score([Part("a", Log(1, 10))]).value, {"a": 0})


def test_a_negative_worth_in_a_geometric_mean():
    score = Score([Part("a", Linear(0, 10)), Part("b")], mean="geometric")
    says("A geometric mean takes worths of 0 or more, but 'a' goes down to -0.5 in 2 rows. Cap its curve at 0 "
         "(crunch.scoring.Capped), or take the arithmetic mean.", score.value, pd.DataFrame({"a": [-5, 1, -1], "b": 1}))


SUM = "Weights of a group must sum to 1 or to 100, but those of"
SIGN = "Turn a curve around where less is better, and keep its weight above 0."


@pytest.mark.parametrize(("weights", "sentence"), [
    ([0.5, 0.6], f"{SUM} 'a' and 'b' sum to 1.1. Divided by their sum they would be 0.454545, 0.545455."),
    ([50, 49], f"{SUM} 'a' and 'b' sum to 99. Divided by their sum they would be 0.505051, 0.494949."),
    ([0, 0], f"{SUM} 'a' and 'b' sum to 0. Give at least one above 0."),
    ([1, None], "Either all members of a group have a weight or none has, but 'b' has none beside 'a'. Give all of them "
                "one."),
    ([-0.5, 1.5], f"A weight must be a number of 0 or more, but 'a' has -0.5. {SIGN}"),
    ([np.nan, 1], f"A weight must be a number of 0 or more, but 'a' has nan. {SIGN}"),
    ([np.inf, 1], f"A weight must be a number of 0 or more, but 'a' has inf. {SIGN}"),
    (["1", 1], f"A weight must be a number of 0 or more, but 'a' has '1'. {SIGN}"),
])
def test_weights(weights, sentence):
    says(sentence, lambda: Score([Part(n, weight=w) for n, w in zip("ab", weights, strict=True)]))


def test_weights_that_sum_but_for_rounding():
    tenths = Score([Part(str(k), weight=0.1) for k in range(10)])
    assert tenths.value({str(k): 1 for k in range(10)}) == pytest.approx(1, abs=1e-15)
    thirds = Score([Part(n, weight=100 / 3) for n in "abc"])
    assert thirds.value({"a": 1, "b": 0, "c": 0}) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("call", "sentence"), [
    (lambda: Score([]), "A group is made of at least one scoring.Part or scoring.Group, but nothing was given. For example "
                        "[crunch.scoring.Part('posts', crunch.scoring.Linear(0, 100))]."),
    (lambda: Score("posts"), "A group is made of at least one scoring.Part or scoring.Group, but 'posts' was given. For "
                             "example [crunch.scoring.Part('posts', crunch.scoring.Linear(0, 100))]."),
    (lambda: Group(5), "A group is made of at least one scoring.Part or scoring.Group, but 5 was given. For example "
                       "[crunch.scoring.Part('posts', crunch.scoring.Linear(0, 100))]."),
    (lambda: Score([Part("a"), Part("a")]), "Members of a group need names of their own, but 'a' stands twice. Give one of "
                                            "them another name=."),
    (lambda: Score([Part("a")], mean="median"), "mean must be one of 'arithmetic', 'geometric' and 'harmonic' or a "
                                                "function, but 'median' was given. Choose one of these."),
    (lambda: Score([Part("a")], scale=(1, 1)), "scale is what an average of 0 and one of 1 are in points, two different "
                                               "numbers, but (1, 1) was given. For example scale=(0, 100)."),
    (lambda: Score([Part("a")], scale=100), "scale is what an average of 0 and one of 1 are in points, two different "
                                            "numbers, but 100 was given. For example scale=(0, 100)."),
    (lambda: Score([Part("a")], step=0), "step must be a number above 0, but 0 was given. Give one such as step=1, or leave "
                                         "it out."),
    (lambda: Score([Part("a")], step=1, rounding="up"), "rounding must be one of 'round', 'half_even', 'floor' and 'ceil', "
                                                        "but 'up' was given. Choose one of these."),
    (lambda: Score([Part("a")], rounding="floor"), "rounding without a step must be one of 'round', but 'floor' was given. "
                                                   "Choose one of these."),
    (lambda: Part("a", 100), "A part reads its column through a curve, but 'a' was given 100. For example "
                             "crunch.scoring.Linear(0, 100)."),
    (lambda: Part("a", rounding=0.01), "The rounding of 'a' must be a Rounding, but 0.01 was given. For example "
                                       "crunch.scoring.Rounding(0.01, 'floor')."),
    (lambda: Part("a", name=5), "A name is text, but 5 was given. For example name='reach'."),
])
def test_settings(call, sentence):
    says(sentence, call)


def test_one_member_may_stand_bare():
    assert Score(Part("a", Linear(0, 4))).value({"a": 1}) == 0.25
    assert Score(Group(Part("a", Linear(0, 4)), name="g")).value({"a": 1}) == 0.25
