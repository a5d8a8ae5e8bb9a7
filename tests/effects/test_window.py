"""Rolling sums against brute force, and the length of a window on worlds whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all

from crunch import InputError, Study
from crunch.datasets import simulate, study
from crunch.effects.window import Window, rolled, window_length

LEVERS = ("followers", "following", "posts", "replies", "shares", "quality_hours")
SLACK = 3  # standard errors of the binomial


def linear_world(seed, length=8, effect=0.25, rows=130, persistence=0.6, rest=0.0):
    """A score of whole points that counts a lever over `length` periods, its noise remembering."""
    rng = np.random.default_rng(seed)
    pulls = rng.poisson(6, rows + length - 1).astype(float)
    other = 0.5 * pulls[length - 1:] + rng.normal(size=rows)  # goes with the lever, and is worth nothing
    noise, shocks = np.zeros(rows), rng.normal(0, 0.4, rows)
    for t in range(1, rows):
        noise[t] = persistence * noise[t - 1] + shocks[t]
    score = 40 + effect * np.convolve(pulls, np.ones(length), "valid") + rest * other + noise
    return pd.DataFrame({"t": np.arange(rows), "pulls": pulls[length - 1:], "other": other, "score": np.round(score)})


def asked(frame, lever="pulls", levers=("pulls", "other"), **settings):
    return window_length(Study(frame, score="score", levers=levers, time="t", step=1,
                               scales=dict.fromkeys(levers, "linear")), lever, **settings)


@pytest.mark.parametrize("length", [1, 2, 5, 40])
def test_rolled_equals_brute_force(length):
    rng = np.random.default_rng(length)
    index = 3 + np.sort(rng.choice(60, 45, replace=False))
    values = rng.integers(-1000, 1000, 45) / 8  # sums of eighths are exact
    held = dict(zip(index.tolist(), values.tolist(), strict=True))
    sums = [sum(held[t - k] for k in range(length)) if all(t - k in held for k in range(length)) else np.nan
            for t in index.tolist()]
    np.testing.assert_array_equal(rolled(index, values, length), sums)


def test_rolled_at_its_ends():
    index = np.arange(5)
    np.testing.assert_array_equal(rolled(index, np.ones(5), 3), [np.nan, np.nan, 3, 3, 3])
    np.testing.assert_array_equal(rolled(index, np.ones(5), 5), [np.nan] * 4 + [5])
    assert np.isnan(rolled(index, np.ones(5), 6)).all()
    np.testing.assert_array_equal(rolled(index, np.array([1e16, 1, 1, 1, 1]), 2)[2:], [2, 2, 2])  # nothing is carried
    np.testing.assert_array_equal(rolled(index, np.array([1, np.nan, 1, 1, 1]), 2)[1:], [np.nan, np.nan, 2, 2])
    with pytest.raises(InputError, match="length must be a whole number of at least 1, but 0 was given"):
        rolled(index, np.ones(5), 0)


@pytest.mark.parametrize("length", [2, 4, 8])
def test_a_known_window_is_found(length):
    window = asked(linear_world(3, length, 0.8))
    assert window.found
    assert window.length == length
    assert (window.low, window.high) == (min(window.possible), max(window.possible))
    assert len(window.p_values) == 26
    assert window.rows == 105
    assert window.p_value == 1 / 2000
    assert window.reason == f"'pulls' goes with the score as its sum over {length} periods (p <0.001; 95\u202f% set: {length} alone)."


def test_a_window_of_one_period_is_no_window():
    window = asked(linear_world(5, 1, 0.8))
    assert not window.found
    assert window.length == 1
    assert 1 in window.possible
    assert window.reason.startswith("'pulls' goes with the score, but no window is seen to beat this period alone (p ")


def test_the_unit_of_the_score_and_of_the_lever_do_not_matter():
    frame = linear_world(4)
    one = asked(frame)
    other = asked(frame.assign(score=1e6 + 64 * frame["score"], pulls=frame["pulls"] / 1024))
    assert one.possible == other.possible
    np.testing.assert_allclose(one.p_values, other.p_values, atol=0.002)


def test_the_same_diary_gives_the_same_answer():
    assert asked(linear_world(4)) == asked(linear_world(4))


def test_gaps_are_skipped():
    frame = linear_world(6, 4, 0.8, rows=200)
    window = asked(frame.drop([60, 61, 150]), longest=12)
    assert window.found
    assert window.length == 4
    assert window.rows == 200 - 11 - (2 + 11) - (1 + 11)


def test_context_and_a_single_lever():
    frame = linear_world(7, 4, 0.8).assign(place=["a", "b"] * 65, same="x")
    alone = Study(frame, score="score", levers="pulls", context=["place", "same"], time="t", step=1, scales={"pulls": "linear"})
    assert window_length(alone, "pulls").length == 4


def test_a_score_without_noise():
    frame = linear_world(8, 4).assign(score=lambda f: rolled(f["t"].to_numpy(), f["pulls"].to_numpy(), 4)).dropna()
    window = asked(frame)
    assert (window.found, window.possible) == (True, (4,))
    assert not asked(linear_world(8).assign(score=lambda f: 2 * f["pulls"])).found


def test_the_last_years_of_a_long_diary():
    window = asked(linear_world(9, 4, 0.5, rows=600))
    assert window.rows == 260
    assert window.length == 4


def nothing(window, reason):
    assert not window.found
    assert (window.length, window.low, window.high, window.possible) == (None, None, None, ())
    assert np.isnan(window.p_value)
    assert window.reason == reason


def test_what_cannot_be_asked_is_said():
    frame = linear_world(1)
    nothing(asked(frame.assign(score=55)), "The score is the same in every row, so no length can be told from another.")
    nothing(asked(frame.assign(pulls=2)), "'pulls' is the same in every row, so no length can be told from another.")
    nothing(asked(frame.assign(score=frame["t"])), "The score does not move once what is held constant is out.")
    nothing(asked(frame.assign(pulls=frame["t"] * 2.0)), "'pulls' does not move once what is held constant is out.")
    for rows in (4, 5, 9, 14):
        window = asked(frame[:rows])
        nothing(window, window.reason)
        assert window.reason == ("To compare windows of up to 2 periods takes at least 15 rows whose window is complete, "
                                 f"but there are {rows - 1}. Add rows, name fewer levers, or look for shorter windows with longest=.")
    nothing(asked(frame[:40], longest=30), "To compare windows of up to 30 periods takes at least 17 rows whose window is complete, "
            "but there are 11. Add rows, name fewer levers, or look for shorter windows with longest=.")


@pytest.mark.parametrize("rows", [18, 25, 40, 60])
def test_a_short_diary_gives_an_answer_and_a_set(rows):
    window = asked(linear_world(2, rows=rows))
    assert 1 <= window.low <= window.length <= window.high <= max(rows // 5, 2)


@pytest.mark.parametrize("change", [
    lambda f: f.assign(other=f["pulls"] * 3),
    lambda f: f.assign(pulls=(f["t"] == 60).astype(float)),
    lambda f: f.assign(pulls=(f["t"] % 2).astype(float)),
    lambda f: f.assign(pulls=f["pulls"] * 1e-12, score=f["score"] * 1e12),
    lambda f: f.assign(score=(f["t"] > 60) * 1.0),
    lambda f: f[f["t"] % 3 > 0],
])
def test_hostile_diaries_do_not_raise(change):
    frame = change(linear_world(1))
    try:
        diary = Study(frame, score="score", levers=["pulls", "other"], time="t")
    except InputError:
        return  # a study refuses what repeats
    window = window_length(diary, "pulls")
    assert isinstance(window, Window)
    assert window.reason.endswith(".")


@pytest.mark.parametrize(("name", "lever", "settings", "sentence"), [
    ("accounts", "followers", {}, "A window looks back in time, so it needs a diary, but this study holds accounts. Give one account or "
                                  "unit, with its time column as time= and without unit=."),
    ("shops", "promotions", {}, "A window looks back in time, so it needs a diary, but this study holds panel. Give one account or "
                                "unit, with its time column as time= and without unit=."),
    ("stuck_at_55", "share", {}, "Every column named in levers must be one of the levers, but 'share' is not. Did you mean 'shares'?"),
    ("stuck_at_55", "shares", {"longest": 1}, "longest must be a whole number of at least 2, but 1 was given. For example longest=2."),
    ("stuck_at_55", "shares", {"level": 95}, "level must lie between 0 and 1, both excluded, but 95 was given. For example level=0.95."),
])
def test_refusals(name, lever, settings, sentence):
    with pytest.raises(InputError) as caught:
        window_length(study(name), lever, **settings)
    assert str(caught.value) == sentence


def at_most(rate, worlds):
    return rate + SLACK * np.sqrt(rate * (1 - rate) / worlds)


@pytest.mark.simulation
@some_and_all("worlds", 30, 60)
def test_a_score_that_counts_shares_over_13_weeks(worlds):
    found = {"shares": [], "posts": [], "quality_hours": []}
    for seed in range(1000, 1000 + worlds):
        diary = Study(simulate.stuck_at_55(seed), score="klout", levers=LEVERS, time="week", step=1)
        for lever, windows in found.items():
            windows.append(window_length(diary, lever))
    shares = found.pop("shares")
    assert np.mean([w.found for w in shares]) >= 0.9
    assert np.median([w.length for w in shares]) == simulate.WINDOW
    assert np.mean([simulate.WINDOW not in w.possible for w in shares]) <= at_most(0.05, worlds)
    assert np.mean([len(w.possible) for w in shares]) < 4
    for windows in found.values():
        assert np.mean([w.found for w in windows]) <= at_most(0.05, worlds)
        assert np.median([w.high - w.low for w in windows]) >= 20  # it does not pretend to know


@pytest.mark.simulation
@some_and_all("worlds", 30, 60)
@pytest.mark.parametrize(("length", "effect", "power"), [(8, 0.25, 0.9), (4, 0.05, 0.5)])
def test_a_linear_world(length, effect, power, worlds):
    """A clear window, and one that 130 rows do not pin down: the set is right in both and wide in the second."""
    windows = [asked(linear_world(seed, length, effect)) for seed in range(worlds)]
    assert np.mean([w.found for w in windows]) >= power
    assert np.mean([length not in w.possible for w in windows]) <= at_most(0.05, worlds)
    if effect < 0.2:
        assert np.mean([len(w.possible) for w in windows]) > 3


@pytest.mark.simulation
@some_and_all("worlds", 30, 60)
@pytest.mark.parametrize("persistence", [0.0, 0.6, 1.0])
def test_no_window_is_found_where_there_is_none(persistence, worlds):
    """Nothing counts the lever, or this period alone does; the noise forgets, or walks."""
    for effect in (0.0, 0.5):
        windows = [asked(linear_world(seed, 1, effect, persistence=persistence)) for seed in range(worlds)]
        assert np.mean([w.found for w in windows]) <= at_most(0.05, worlds)
        assert np.mean([1 not in w.possible for w in windows]) <= at_most(0.05, worlds)


@pytest.mark.simulation
@some_and_all("worlds", 40, 100)
def test_walks_that_have_nothing_to_do_with_each_other(worlds):
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(worlds):
        score, lever = np.cumsum(rng.normal(size=(2, 130)), axis=1)
        found += asked(pd.DataFrame({"t": np.arange(130), "score": np.round(score), "pulls": lever}), levers=("pulls",)).found
    assert found / worlds <= at_most(0.05, worlds)
