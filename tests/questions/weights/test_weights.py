"""Weights on paper and in a table, and what ranks hang on: against exact arithmetic and brute force."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

import crunch
from crunch import InputError, scoring
from crunch.scoring import Capped, Group, Linear, Part, Score
from crunch.scoring.reweighted import branches, reweighted, without

# Eight rows in which three columns are orthogonal, with standard deviations 3, 1 and 2.
ORTHOGONAL = pd.DataFrame({"a": [-3.0, 3] * 4, "b": [-1.0, -1, 1, 1] * 2, "c": [-2.0] * 4 + [2] * 4})
# Life expectancy, expected and mean years of schooling, income per head of six countries in 2022
# (Human Development Report 2023/24, statistical annex, table 1).
COUNTRIES = pd.DataFrame({
    "country": ["Norway", "Japan", "Cuba", "Qatar", "India", "Chad"],
    "life_expectancy": [83.393, 84.82, 78.155, 81.564, 67.744, 52.997],
    "expected_schooling": [18.638, 15.467, 14.541, 13.292, 12.641, 8.233],
    "mean_schooling": [13.062, 12.672, 10.555, 10.106, 6.571, 2.327],
    "gni_per_head": [69190.0, 43644, 7953, 95944, 6951, 1389]})


def sentence(ask):
    with pytest.raises(InputError) as caught:
        ask()
    return str(caught.value)


def three(mean="arithmetic", **given):
    return Score([Part("a", weight=0.2), Part("b", weight=0.5), Part("c", weight=0.3)], mean=mean, **given)


def test_parts_that_have_nothing_in_common_count_by_their_own_variance():
    answer = crunch.weights(three(scale=(0, 100), step=1), ORTHOGONAL)
    own = {"a": (0.2 * 3) ** 2, "b": (0.5 * 1) ** 2, "c": (0.3 * 2) ** 2}
    table = answer.table.set_index("part")
    for name, size in own.items():
        assert table.loc[name, "effective"] == pytest.approx(size / sum(own.values()))
        assert table.loc[name, "correlation"] == pytest.approx(np.sqrt(size / sum(own.values())))
    assert answer.table["part"].tolist() == ["a", "c", "b"]
    assert table["verdict"].to_dict() == {"a": "more than its weight", "b": "less than its weight",
                                          "c": "more than its weight"}
    assert answer.explained == pytest.approx(1)
    np.testing.assert_allclose(answer.pairs["share"], 0, atol=1e-12)
    assert answer.sentence == (
        "Among 8 rows, parts count for other shares of what makes score differ than their weights say: a for "
        f"{100 * 0.36 / 0.97:.0f}\u202f% (weight 20\u202f%), c for {100 * 0.36 / 0.97:.0f}\u202f% (weight 30\u202f%) and b for "
        f"{100 * 0.25 / 0.97:.0f}\u202f% (weight 50\u202f%).")


def test_a_geometric_mean_is_taken_apart_in_logarithms():
    table = np.exp(ORTHOGONAL / 10)
    answer = crunch.weights(three("geometric"), table)
    by_hand = {"a": 0.36 / 0.97, "b": 0.25 / 0.97, "c": 0.36 / 0.97}
    assert answer.table.set_index("part")["effective"].to_dict() == pytest.approx(by_hand)
    assert answer.explained == pytest.approx(1)
    assert "goes with logarithms of what the parts are worth" in answer.notes[0]


@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
def test_what_members_add_by_moving_together_closes_the_sum(mean):
    """Var(sum) = sum of variances + 2 × covariances: on each mean's own scale."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.uniform(0.2, 1, (40, 3)), columns=list("abc")).assign(c=lambda t: 1.3 - t["a"])
    answer = crunch.weights(three(mean), table)
    scale = {"arithmetic": np.asarray, "geometric": np.log, "harmonic": np.reciprocal}[mean]
    terms = scale(table.to_numpy()) * [0.2, 0.5, 0.3]
    own = terms.var(axis=0, ddof=1).sum() / terms.sum(axis=1).var(ddof=1)
    assert own + answer.pairs["share"].sum() == pytest.approx(1)
    worst = answer.pairs.iloc[0]
    assert (worst["part"], worst["other"]) == ("a", "c")
    assert worst["share"] < 0
    assert any(note.startswith("a and c offset each other within score: their correlation is −") for note in answer.notes)


def test_a_part_that_never_moves_and_one_that_stands_twice():
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(30, 3)), columns=list("abc")).assign(c=5.0, d=lambda t: t["a"])
    answer = crunch.weights(Score([Part(name) for name in "abcd"]), table)
    found = answer.table.set_index("part")
    assert found.loc["c", ["effective", "verdict"]].tolist() == [0.0, "never moves here"]
    assert found.loc["a", "effective"] == pytest.approx(found.loc["d", "effective"])
    assert found["effective"].sum() == pytest.approx(1)


def test_twenty_parts_two_of_which_are_one():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(size=(60, 20)), columns=[f"c{j}" for j in range(20)]).assign(c19=lambda t: t["c0"])
    found = crunch.weights(Score([Part(name) for name in table]), table).table.set_index("part")
    assert found.loc["c0", "effective"] == found.loc["c19", "effective"] > 0
    assert found["effective"].sum() == pytest.approx(1)


def test_intervals_say_what_other_rows_would():
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.normal(size=(12, 2)), columns=["a", "b"])
    score = Score([Part("a"), Part("b")])
    unsure = crunch.weights(score, table, draws=300)
    assert unsure.table["verdict"].tolist() == ["can't tell"] * 2
    assert unsure.sentence in ("Among 12 rows, this table can't tell whether a and b count for their weights in score.",
                               "Among 12 rows, this table can't tell whether b and a count for their weights in score.")
    many = pd.DataFrame(rng.normal(size=(4000, 2)), columns=["a", "b"])
    sure = crunch.weights(score, many, draws=300)
    assert sure.sentence == "Among 4\u202f000 rows, every part of score counts for about its weight."
    assert (sure.table["low"] < 0.5).all()
    assert (sure.table["high"] > 0.5).all()
    assert "(interval)" in " ".join(sure.readable().columns)


def test_six_countries():
    answer = crunch.weights(scoring.hdi(), COUNTRIES)
    assert answer.table["effective"].sum() == pytest.approx(answer.explained)
    assert 0.99 < answer.explained < 1
    nested = crunch.weights(Score([Part("a"), Group([Part("b"), Part("c")], "geometric", name="g")]), np.exp(ORTHOGONAL))
    assert 0.5 < nested.explained < 0.999
    assert f"sum to {100 * nested.explained:.3g} %, since the means are not of one kind" in nested.notes[0]
    assert answer.table["part"].str.startswith("schooling / ").sum() == 2
    assert set(answer.pairs["group"]) == {"Human Development Index", "schooling"}
    zero = crunch.weights(scoring.hdi(), COUNTRIES.assign(gni_per_head=[100.0, 43644, 7953, 95944, 6951, 1389]))
    assert "goes with what the parts are worth" in zero.notes[0]  # a logarithm of 0 there is not
    assert set(zero.pairs["group"]) == {"schooling"}


def test_what_weights_refuses():
    score = three()
    assert sentence(lambda: crunch.weights("hdi", ORTHOGONAL)) == (
        "score must be a formula, a Score such as crunch.scoring.hdi(), but 'hdi' was given. For a score whose "
        "formula nobody told you, ask crunch.importance.")
    assert sentence(lambda: crunch.weights(score, {"a": 1, "b": 2, "c": 3})) == (
        "Parts are compared over the rows of a table, but one row was given. What each part contributes to it is in "
        "score.parts(row).")
    assert sentence(lambda: crunch.weights(score, ORTHOGONAL * 0 + 1)) == (
        "What a score is made of shows in how rows differ, but 'score' is the same in 8 rows. Give a table of at least 3 "
        "rows that differ.")
    assert "'c' is not" in sentence(lambda: crunch.weights(score, ORTHOGONAL[["a", "b"]]))


def test_branches_and_other_weights():
    root = scoring.hdi().root
    assert [place for place, _, _ in branches(root)] == [(0,), (1,), (1, 0), (1, 1), (2,)]
    changed = reweighted(root, {(0,): 2.0, (1, 1): 3.0})
    np.testing.assert_allclose(changed.weights, [0.5, 0.25, 0.25])
    np.testing.assert_allclose(changed.members[1].weights, [0.25, 0.75])
    np.testing.assert_allclose(reweighted(root, {}).weights, root.weights)
    np.testing.assert_allclose(without(root, (0,)).weights, [0.5, 0.5])
    assert [m.name for m in without(root, (1, 0)).members[1].members] == ["mean_schooling"]
    np.testing.assert_allclose(without(root, (1, 0)).weights, root.weights)
    nested = Group([Part("a"), Group([Part("b")], name="g")])
    assert [m.name for m in without(nested, (1, 0)).members] == ["a"]  # an empty group goes, too
    assert without(Group([Part("a", weight=1.0), Part("b", weight=0.0)]), (0,)) is None


def test_ranks_against_brute_force():
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.uniform(0, 1, (15, 3)), columns=list("abc"))
    answer = crunch.rankings(three(), table, draws=200, spread=0.5, level=0.8, rng=7)
    draw = np.random.default_rng(7).uniform(0.5, 1.5, (200, 3)) * [0.2, 0.5, 0.3]
    drawn = rankdata(-(table.to_numpy() @ (draw / draw.sum(axis=1, keepdims=True)).T), axis=0)
    now = rankdata(-(table.to_numpy() @ [0.2, 0.5, 0.3]))
    found = answer.table.set_index("label").sort_index()
    assert found["rank"].tolist() == now.tolist()
    assert found["rank_mean"].tolist() == pytest.approx(drawn.mean(axis=1).tolist())
    ordered = np.sort(drawn, axis=1)
    assert found["rank_low"].tolist() == ordered[:, 19].tolist()
    assert found["rank_high"].tolist() == ordered[:, 179].tolist()
    assert answer.first_stays == (drawn[int(np.argmin(now))] == 1).mean()
    for row in answer.without.to_dict("records"):
        kept = [name for name in "abc" if name != row["part"]]
        new = rankdata(-(table[kept].to_numpy() @ [{"a": 0.2, "b": 0.5, "c": 0.3}[name] for name in kept]))
        assert row["mean_shift"] == pytest.approx(np.abs(new - now).mean())
        assert row["max_shift"] == np.abs(new - now).max()
        assert (row["from_rank"], row["to_rank"]) == (now[row["most_moved"]], new[row["most_moved"]])


def test_less_can_be_better_and_level_rows_share_a_rank():
    table = pd.DataFrame({"a": [1.0, 2, 2, 4], "b": [1.0, 2, 2, 3]})
    score = Score([Part("a"), Part("b")])
    assert crunch.rankings(score, table).table["rank"].tolist() == [1, 2, 2, 4]
    turned = crunch.rankings(Score([Part("a"), Part("b")], scale=(100, 0)), table)
    assert turned.table["label"].tolist() == [0, 1, 2, 3]
    assert turned.table["rank"].tolist() == [1, 2, 2, 4]
    assert turned.sentence == "0 stays first in 100\u202f% of 500 other sets of weights, and no rank hangs on them."


def test_six_countries_ranked():
    answer = crunch.rankings(scoring.hdi(), COUNTRIES, label="country")
    assert answer.table["label"].tolist() == ["Norway", "Japan", "Qatar", "Cuba", "India", "Chad"]
    assert answer.first_stays == 1
    assert answer.sentence.startswith("Norway stays first in 100\u202f% of 500 other sets of weights, and no rank hangs on them. Leaving out ")
    assert answer.readable()["score"].iloc[0] == "0.96590"  # published: 0.966


def test_indices_find_the_weight_that_matters():
    """One part only ever goes one way: with it nearly constant, its weight cannot move a rank."""
    pytest.importorskip("SALib")
    rng = np.random.default_rng(6)
    table = pd.DataFrame(rng.uniform(0, 1, (60, 3)), columns=list("abc")).assign(c=0.5)
    answer = crunch.rankings(Score([Part("a"), Part("b"), Part("c")]), table)
    found = answer.indices(samples=512).set_index("weight")
    assert found.loc["c", "total"] == 0
    for name in "ab":
        assert found.loc[name, "total"] > 0.4
        assert found.loc[name, "total_low"] <= found.loc[name, "total"] <= found.loc[name, "total_high"]
    pd.testing.assert_frame_equal(answer.indices(), answer.indices())
    nothing = crunch.rankings(Score([Part("a"), Part("c")]), table).indices(samples=16)
    assert (nothing[["first", "total"]] == 0).all(axis=None)
    assert sentence(lambda: answer.indices(samples=100)) == (
        "samples must be a power of 2, but 100 was given. For example samples=128.")


def test_indices_against_saltelli_by_hand():
    """Total index by its definition: how much is left when all but one weight are known, by nested draws."""
    pytest.importorskip("SALib")
    rng = np.random.default_rng(8)
    table = pd.DataFrame(rng.uniform(0, 1, (40, 3)), columns=list("abc"))
    score, worths = three(), table.to_numpy()
    now = rankdata(worths @ [0.2, 0.5, 0.3])

    def shift(factors):
        draw = factors * [0.2, 0.5, 0.3]
        return np.abs(rankdata(worths @ (draw / draw.sum(axis=-1, keepdims=True)).T, axis=0) - now[:, None]).mean(axis=0)

    found = crunch.rankings(score, table, spread=0.5).indices(samples=1024).set_index("weight")
    outer = rng.uniform(0.5, 1.5, (400, 3))
    whole = shift(rng.uniform(0.5, 1.5, (20_000, 3))).var()
    for j, name in enumerate("abc"):
        inner = np.repeat(outer, 50, axis=0)
        inner[:, j] = rng.uniform(0.5, 1.5, len(inner))
        left = shift(inner).reshape(400, 50).var(axis=1, ddof=1).mean() / whole
        assert found.loc[name, "total"] == pytest.approx(left, abs=0.08)


def test_indices_without_salib(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    assert sentence(lambda: crunch.rankings(three(), ORTHOGONAL).indices()) == (
        'Sobol indices need SALib, which is not installed. Read from .without which part matters most, or type: python -m pip install '
        '"crunch-score[sensitivity]"')


def test_what_rankings_refuses():
    assert sentence(lambda: crunch.rankings(Score([Part("a")]), ORTHOGONAL)) == (
        "Ranks hang on weights only where there are two parts or more, but this score has one. Rank by its column.")
    assert "but 'who' is not" in sentence(lambda: crunch.rankings(three(), ORTHOGONAL, label="who"))
    assert sentence(lambda: crunch.rankings(three(), ORTHOGONAL, spread=2)).startswith("spread must lie between 0 and 1")


def test_the_charts_draw_what_the_answers_say():
    answer = crunch.weights(three(), ORTHOGONAL, draws=50)
    ax = crunch.charts.weights(answer)
    assert [label.get_text() for label in ax.get_yticklabels()] == answer.table["part"].tolist()
    filled = [line for line in ax.lines if line.get_marker() == "o" and line.get_zorder() == 4]
    assert [line.get_xdata()[0] for line in filled] == pytest.approx((100 * answer.table["effective"]).tolist())
    ranked = crunch.rankings(three(), ORTHOGONAL.assign(who=list("stuvwxyz")), label="who")
    ax = crunch.charts.rankings(ranked)
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"] == ranked.table["rank"].tolist()
    score = Score([Part("a", weight=0.2), Part("b", weight=0.2), Part("k", Capped(Linear(0, 1)), weight=0.6)])
    still = crunch.weights(score, ORTHOGONAL.assign(k=9, b=lambda t: t["a"] + t["c"]))
    assert " ".join(crunch.charts.weights(still).get_title().split("\n")) == "k never moves here, so its weight of 60\u202f% counts for nothing"
