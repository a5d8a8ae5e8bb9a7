"""The pieces of R² against brute force over all subsets, the shares they add up to, and all sentences."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest

import crunch
from crunch import InputError, Moments, importance
from crunch.datasets import study
from crunch.questions.importance.overlaps import overlaps, pieces
from crunch.wording import THIN


def world(p, rows=120, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, p)) @ rng.normal(size=(p, p))
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(p)])
    return frame.assign(score=X @ rng.normal(size=p) + rng.normal(size=rows))


def r_squared(frame, names):
    """R² by least squares, with nothing of crunch in it."""
    X = np.column_stack([np.ones(len(frame)), frame[list(names)]])
    y = frame["score"].to_numpy()
    return 1 - np.sum((y - X @ np.linalg.lstsq(X, y, rcond=None)[0]) ** 2) / np.sum((y - y.mean()) ** 2)


def by_brute_force(frame, names):
    """Solve: the R² of each set is the sum of all pieces that have a member in it."""
    sets = [frozenset(s) for size in range(1, len(names) + 1) for s in combinations(names, size)]
    meets = np.array([[bool(s & piece) for piece in sets] for s in sets], dtype=float)
    return dict(zip(sets, np.linalg.solve(meets, [r_squared(frame, s) for s in sets]), strict=True))


def uncorrelated(*weights, noise=1.0):
    """Levers that are exactly uncorrelated, and a score made of them."""
    Q = np.linalg.qr(np.column_stack([np.ones(60), np.random.default_rng(3).normal(size=(60, len(weights) + 1))]))[0]
    frame = pd.DataFrame(Q[:, 1:-1], columns=[f"x{j}" for j in range(len(weights))])
    return frame.assign(score=Q[:, 1:-1] @ weights + noise * Q[:, -1])


@pytest.mark.parametrize("p", [2, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_pieces_are_those_of_brute_force_and_add_up(p, seed):
    frame = world(p, seed=seed)
    names = [f"x{j}" for j in range(p)]
    answer = importance(frame, "score")
    found, expected = overlaps(answer), by_brute_force(frame, names)
    assert {frozenset(row.members): row.piece for row in found.table.itertuples()} == pytest.approx(expected, abs=1e-10)
    assert found.table["piece"].sum() == pytest.approx(r_squared(frame, names), abs=1e-12)
    assert found.whole == pytest.approx(answer.explained, abs=1e-12)
    assert found.shared == pytest.approx(sum(v for s, v in expected.items() if len(s) > 1), abs=1e-10)
    shares = answer.table.set_index("lever")["share"]
    last = importance(frame, "score", method="last").table.set_index("lever")["share"]
    first = importance(frame, "score", method="first").table.set_index("lever")["share"]
    for name in names:
        mine = found.table[found.table["members"].map(lambda members, name=name: name in members)]
        assert (mine["piece"] / mine["members"].map(len)).sum() == pytest.approx(shares[name], abs=1e-12)
        assert found.share(name) == pytest.approx(shares[name], abs=1e-12)
        assert mine["piece"].sum() == pytest.approx(first[name], abs=1e-12)
        assert mine.loc[mine["levers"] == name, "piece"].item() == pytest.approx(last[name], abs=1e-12)


def test_three_levers_by_the_formulas_of_commonality_analysis():
    frame = world(3, seed=9)
    a, b, c = ([name] for name in ("x0", "x1", "x2"))
    R = {"".join(names): r_squared(frame, names) for names in (a, b, c, a + b, a + c, b + c, a + b + c)}
    found = overlaps(importance(frame, "score")).table
    got = {frozenset(row.members): row.piece for row in found.itertuples()}
    assert got[frozenset(a)] == pytest.approx(R["x0x1x2"] - R["x1x2"], abs=1e-12)
    assert got[frozenset(a + b)] == pytest.approx(R["x0x2"] + R["x1x2"] - R["x2"] - R["x0x1x2"], abs=1e-12)
    assert got[frozenset(a + b + c)] == pytest.approx(
        R["x0"] + R["x1"] + R["x2"] - R["x0x1"] - R["x0x2"] - R["x1x2"] + R["x0x1x2"], abs=1e-12)


def test_rows_and_columns():
    found = overlaps(importance(world(3), "score"))
    order = importance(world(3), "score").table["lever"].tolist()
    a, b, c = order
    assert found.names == (a, b, c)
    assert found.table.columns.tolist() == ["levers", "members", "piece", "each"]
    assert found.table["members"].tolist() == [(a,), (b,), (c,), (a, b), (a, c), (b, c), (a, b, c)]
    assert found.table["levers"].tolist()[3:] == [f"{a} and {b}", f"{a} and {c}", f"{b} and {c}", f"{a}, {b} and {c}"]
    assert (found.table["each"] * found.table["members"].map(len)).tolist() == pytest.approx(found.table["piece"].tolist())
    with pytest.raises(AttributeError):
        found.whole = 1


def test_groups_weights_and_moments():
    frame = world(5, seed=2).assign(w=np.tile([1.0, 2.0], 60))
    grouped = overlaps(importance(frame.drop(columns="w"), "score", groups={"both": ["x0", "x1"], "two": ["x2", "x3"]}))
    assert set(grouped.names) == {"both", "two", "x4"}
    assert grouped.table["piece"].sum() == pytest.approx(r_squared(frame, [f"x{j}" for j in range(5)]), abs=1e-12)
    few = frame[["x0", "x1", "score", "w"]]
    twice = few.loc[np.repeat(few.index, few["w"].astype(int))].drop(columns="w")
    expected = overlaps(importance(twice, "score")).table["piece"].tolist()
    assert overlaps(importance(few, "score", weights="w")).table["piece"].tolist() == pytest.approx(expected, abs=1e-12)
    rows, sums = (overlaps(importance(source, "score")).table for source in (few[["x0", "x1", "score"]],
                                                                             Moments.of(few[["x0", "x1", "score"]])))
    assert sums["piece"].tolist() == pytest.approx(rows["piece"].tolist(), abs=1e-12)


def test_what_is_held_constant_is_left_out():
    frame = world(3, seed=4)
    found = overlaps(importance(frame, "score", always="x2"))
    alone = r_squared(frame, ["x2"])
    assert found.whole == pytest.approx(r_squared(frame, ["x0", "x1", "x2"]) - alone, abs=1e-12)
    assert f", beyond the {100 * alone:.0f}{THIN}% of what is held constant" in found.sentence


def test_an_exact_copy_has_nothing_of_its_own():
    frame = world(2).assign(copy=lambda f: 3 * f["x0"])
    found = overlaps(importance(frame, "score")).table.set_index("members")["piece"]
    for members, piece in found.items():
        if ("x0" in members) != ("copy" in members):
            assert piece == pytest.approx(0, abs=1e-12)


def test_pieces_leave_what_they_were_given():
    left = np.array([1.0, 0.5, 0.7, 0.4])
    pieces(left)
    assert left.tolist() == [1.0, 0.5, 0.7, 0.4]


# words


def test_overlap_in_words():
    found = overlaps(importance(crunch.load("schools")[["test_score", "english_learners", "free_lunch"]], "test_score"))
    assert found.sentence.replace(THIN, " ") == (
        "free_lunch and english_learners together go with 77 % of the variation of test_score, and 53 % of that is "
        "overlap, which goes with both. An LMG (Shapley) share divides every overlap equally among its "
        "members.")
    assert found.readable().to_numpy().tolist() == [
        ["free_lunch", f"35.0{THIN}%", f"35.0{THIN}%"], ["english_learners", f"1.0{THIN}%", f"1.0{THIN}%"],
        ["free_lunch and english_learners", f"40.5{THIN}%", f"20.2{THIN}%"]]
    assert found.readable().columns.tolist() == ["what goes with exactly", "piece of variation", "each of them gets"]
    assert found.readable().iloc[2, 1] in str(found)
    assert found.notes[0].startswith("A piece goes with exactly the levers named")
    assert "no proof of a cause" in found.notes[0]
    assert len(found.notes) == 2


def test_a_negative_piece_in_words():
    schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch", "income"]]
    found = overlaps(importance(schools, "test_score"))
    assert found.negative["levers"].tolist() == ["income and english_learners"]
    assert found.sentence.endswith("The piece of income and english_learners is negative, "
                                   f"−1{THIN}%: each adds more next to the other than without it (suppression).")
    assert found.notes[-1] == "A negative piece is taken off its members in equal parts as well."


def test_what_is_said_of_a_negative_pair_is_so():
    """With the other levers in, each of the pair adds more to R² next to the other than without it."""
    frame = crunch.load("schools").rename(columns={"test_score": "score"})
    fl, inc, el = "free_lunch", "income", "english_learners"
    both = r_squared(frame, [fl, inc, el])
    assert both - r_squared(frame, [fl, el]) > r_squared(frame, [fl, inc]) - r_squared(frame, [fl])
    assert both - r_squared(frame, [fl, inc]) > r_squared(frame, [fl, el]) - r_squared(frame, [fl])


def test_more_next_to_each_other_than_apart():
    """The score is the difference of two levers that are nearly the same: neither says much alone."""
    frame = uncorrelated(1.0, 0.0, noise=0.3)
    frame["x1"] = frame["x1"] + 0.1 * frame["x0"]
    frame["x0"], frame["x1"] = frame["x0"] + frame["x1"] * 3, frame["x1"]
    found = overlaps(importance(frame, "score"))
    assert found.shared < 0
    assert "more than that, because they explain more next to each other than apart" in found.sentence


def test_three_that_overlap_more_with_one_of_them_in():
    frame = world(3, seed=18)
    found = overlaps(importance(frame, "score"))
    worst = found.negative.loc[found.negative["piece"].idxmin()]
    assert len(worst["members"]) == 3
    assert found.sentence.endswith("with one of them in, the others have more in common than without it.")

    def common(a, b, *given):
        gains = [r_squared(frame, [*given, *names]) - r_squared(frame, given) for names in ([a], [b], [a, b])]
        return gains[0] + gains[1] - gains[2]
    for a, b, c in permutations(found.names):
        assert common(a, b, c) > common(a, b)


def test_uncorrelated_levers_hardly_overlap():
    found = overlaps(importance(uncorrelated(2.0, 1.0), "score"))
    assert found.table["piece"].tolist() == pytest.approx([4 / 6, 1 / 6, 0], abs=1e-12)
    assert "; they hardly overlap, so a share is nearly what its lever explains alone." in found.sentence


def test_nothing_to_divide():
    found = overlaps(importance(uncorrelated(0.0, 0.0), "score"))
    assert found.sentence.endswith("of the variation of score: there is nothing to divide.")


# refusals


@pytest.mark.parametrize(("given", "message"), [
    (lambda: crunch.drivers(study("accounts"), draws=0),
     "Overlaps are those of an answer of crunch.importance, but 'Drivers' was given. "
     "Give crunch.overlaps(crunch.importance(table, outcome))."),
    (lambda: importance(world(3), "score", method="first"),
     "Overlaps add up to the shares of method='lmg' from all subsets, but the answer is by method='first'. "
     "Ask crunch.importance again with method='lmg'."),
    (lambda: importance(world(3), "score", method="permutation"),
     "Overlaps add up to the shares of method='lmg' from all subsets, but the answer is by method='permutation'. "
     "Ask crunch.importance again with method='lmg'."),
    (lambda: importance(world(1), "score"),
     "Overlaps can be read for 2 to 4 levers, but the answer has 1 lever. Choose 2 to 4, or put levers into groups=."),
    (lambda: importance(world(5), "score"),
     "Overlaps can be read for 2 to 4 levers, but the answer has 5 levers. Choose 2 to 4, or put levers into groups=."),
])
def test_what_cannot_be_taken_apart(given, message):
    with pytest.raises(InputError) as caught:
        overlaps(given())
    assert str(caught.value) == message
