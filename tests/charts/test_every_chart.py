"""Every chart, for every table that comes with crunch and for names of any script: nothing cut, nothing covered, all of it said."""

import sys
from html import escape

import numpy as np
import pandas as pd
import pytest
from artists import inside
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from places import ROOT

import crunch
from crunch import Study, charts, scoring
from crunch.charts.colours import PAGE
from crunch.publish.layouts import cramped, laid_out
from crunch.publish.render import rendered

sys.path.insert(0, str(ROOT / "scripts"))

import gallery

pytestmark = pytest.mark.layout
README = (ROOT / "README.md").read_text(encoding="utf-8")
DRAWINGS = gallery.everything()


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def titled(figure):
    """The axes that carry the title."""
    return next(ax for ax in figure.findobj(Axes) if ax.get_title(loc="left") or ax.get_title())


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_chart_fits_on_every_size_and_says_what_it_shows(name):
    figure = DRAWINGS[name]().figure
    assert 40 < len(figure.alt) < 300
    assert " of " in figure.alt.split(":")[0] or "over time" in figure.alt  # what kind of chart, and of what
    assert figure.title in figure.alt
    assert figure.measured in figure.description
    assert len(figure.description) >= len(figure.alt) or "…" in figure.alt
    assert isinstance(figure.data, pd.DataFrame)
    assert figure.missing == ""
    if name in gallery.FAVOURITES:  # what the README says of its pictures is what they show
        assert f'alt="{escape(figure.alt)}"' in README
    inside(titled(figure))
    for size in ("blog", "card", "square"):
        drawn, dpi = laid_out(figure.again, size, source="a table that comes with crunch")
        assert not cramped(drawn)
        inside(titled(drawn))
        assert round(dpi * drawn.get_figwidth()) == {"blog": 800, "card": 1200, "square": 1080}[size]
        assert drawn.texts[0].get_text() == "Source: a table that comes with crunch"
        assert size != "blog" or len(rendered(drawn, "png", 2 * dpi)) < 120_000
        assert drawn.get_facecolor()[:3] == (1, 1, 1) == tuple(int(PAGE[i:i + 2], 16) / 255 for i in (1, 3, 5))


KINDS = {
    "long": "a_lever_with_a_name_that_somebody_exported_from_a_system_number_{}",
    "wide": "フォロワー数とエンゲージメント率の合計値{}",
    "from right to left": "عدد المشاركات في الأسبوع {}",
    "emoji": "📈 posts 👩‍💻 & <b>$x^2$ {}",
}
WORLDS = {**{f"one {kind}": [name.format(1)] for kind, name in KINDS.items()},
          "twenty": [list(KINDS.values())[i % 4].format(i) for i in range(20)]}


def world(levers, weeks=220):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(10, 2, (weeks, len(levers))), columns=levers)
    frame["مجموع 📊 score_of_everything"] = np.round(50 + 1.5 * frame[levers[0]] + rng.normal(0, 1, weeks))
    for k, side in enumerate(("ساعات العمل", "返信のないメッセージの数")):
        frame[side] = 3 + 0.5 * (1 - k) * frame[levers[0]] + rng.normal(0, 1, weeks)
    frame["week"] = pd.date_range("2024-01-01", periods=weeks, freq="W-MON")
    sides = dict.fromkeys(frame.columns[-3:-1], "less")
    return Study(frame, score=frame.columns[len(levers)], levers=levers, side_effects=sides, time="week", step=1)


def _formula(levers):
    table = pd.DataFrame(np.random.default_rng(1).uniform(0, 1, (30, len(levers))), columns=levers)
    score = scoring.Score([scoring.Part(name) for name in levers], name="🏆 النتيجة")
    return score, table.assign(who=[f"{levers[0]} {i}" for i in range(30)])


CHARTS = {
    "drivers": lambda s: charts.drivers(crunch.drivers(s, draws=0)),
    "compare": lambda s: charts.compare(dict.fromkeys(KINDS.values(), crunch.drivers(s, draws=0)), s.levers[0]),
    "history": lambda s: charts.history(s, list(s.levers[:3])),
    "importance": lambda s: charts.importance(crunch.importance(s.frame[[s.score, *s.levers]], s.score, draws=20)),
    "overlaps": lambda s: charts.overlaps(crunch.overlaps(
        crunch.importance(s.frame[[s.score, *s.levers[:3], *s.side_effects][:5]], s.score))),
    "stuck": lambda s: charts.stuck(crunch.stuck(s)),
    "hidden": lambda s: charts.hidden(crunch.stuck(s)),
    "bounds": lambda s: charts.bounds(crunch.stuck(s).bounds),
    "side_effects": lambda s: charts.side_effects(crunch.side_effects(s)),
    "trades": lambda s: charts.trades(crunch.side_effects(s)),
    "what_if": lambda s: charts.what_if(crunch.what_if(s, {s.levers[0]: "+10%"})),
    "plan": lambda s: charts.plan(crunch.plan(s, target=float(s.frame[s.score].iloc[-1]) + 1)),
    "frontier": lambda s: charts.frontier(crunch.frontier(s, next(iter(s.side_effects)), points=4)),
    "weights": lambda s: charts.weights(crunch.weights(*_formula(s.levers))),
    "rankings": lambda s: charts.rankings(crunch.rankings(*_formula(s.levers), label="who")),
}


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("levers", WORLDS)
def test_names_of_any_script_are_never_cut_or_covered(levers, chart):
    if chart in ("weights", "rankings") and levers != "twenty":
        pytest.skip("a score of one part, of which these two say that there is nothing to draw")
    ax = CHARTS[chart](world(list(WORLDS[levers])))
    inside(ax)
    card, _ = laid_out(ax.figure.again, "card", source="مصدر 📊 a table")
    assert not cramped(card)
    inside(titled(card))
