"""Question 2 against published estimates, against other routes to the same number, and in every branch."""

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from fits import by_leverage
from places import REFERENCE

import crunch
from crunch import InputError, Study, drivers
from crunch.datasets import load, study
from crunch.effects.design import design
from crunch.effects.lags import lags_needed
from crunch.regression import resample
from crunch.regression.columns import demeaned
from crunch.shares.divide import Table, divide, standardised
from crunch.shares.subsets import shapley

SCHOOLS = json.loads((REFERENCE / "schools.json").read_text())
COLUMNS = ["lever", "outcome", "change", "effect", "low", "high", "p_value", "q_value", "share", "share_low",
           "share_high", "verdict"]


def world(rows=200, seed=0, effects=(1.0, 0.0, 0.3)):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, len(effects)))
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(len(effects))])
    return frame.assign(score=X @ effects + rng.normal(size=rows))


def answer_for(frame, **roles):
    settings = {k: roles.pop(k) for k in ("draws", "matters", "level", "rng", "horizon") if k in roles}
    roles = {"score": "score", "levers": [c for c in frame if str(c).startswith("x")], **roles}
    return drivers(Study(frame, **roles), **{"draws": 0, **settings})


@pytest.mark.parametrize("case", SCHOOLS["estimates"])
def test_stock_and_watson(case):
    table = drivers(study("schools", levers="students_per_teacher", context=case["context"])).table
    assert round(table["effect"][0], 2) == case["effect"]
    frame = load("schools")
    X = sm.add_constant(frame[["students_per_teacher", *case["context"]]])
    hc1 = sm.OLS(frame["test_score"], X).fit(cov_type="HC1").bse["students_per_teacher"]
    assert round(hc1, 2) == case["hc1"]
    hc2 = by_leverage(frame["test_score"], X)
    np.testing.assert_allclose(table.loc[0, ["low", "high"]].to_numpy(float), hc2.ends()[1], rtol=1e-8)
    assert hc2.bse[1] == pytest.approx(case["hc1"], abs=0.01)


def test_the_table_s_columns_and_one_row_per_lever():
    for name in crunch.catalogue():
        table = drivers(study(name), draws=20).table
        assert table.columns[:12].tolist() == COLUMNS
        assert sorted(table["lever"]) == sorted(study(name).levers)


def test_shares_sum_to_r_squared_and_context_keeps_its_own():
    frame = load("schools")
    answer = drivers(study("schools", context=["english_learners"]), draws=0)
    levers = study("schools").levers
    X = frame[[*levers, "english_learners"]].assign(expenditure_per_student=np.log(frame["expenditure_per_student"]))
    r_squared = sm.OLS(frame["test_score"], sm.add_constant(X)).fit().rsquared
    alone = sm.OLS(frame["test_score"], sm.add_constant(X[["english_learners"]])).fit().rsquared
    assert answer.table["share"].sum() == pytest.approx(r_squared - alone, abs=1e-10)
    assert answer.explained == pytest.approx(r_squared, abs=1e-10)
    assert answer.context_share == pytest.approx(alone, abs=1e-10)


def test_a_diary_equals_its_regression_by_hand():
    diary, frame = study("stuck_at_55", levers=["followers", "shares"]), load("stuck_at_55")
    lags, _ = lags_needed(diary)
    series = np.column_stack([frame["klout"], np.log(frame[["followers", "shares"]])])
    t, held = np.arange(lags, 130), design(diary).calendar
    turn = 2 * np.pi * t[:, None] / (365.25 / 7) * np.arange(1, held.waves + 1)
    assert not (held.month_days)
    assert not (held.steps)
    assert not (held.outlying)
    X = np.column_stack([series[lags:, 1:], *[series[lags - k:130 - k] for k in range(1, lags + 1)],
                         *((t / 130) ** power for power in range(held.powers + 1)), np.sin(turn), np.cos(turn)])
    fit = by_leverage(series[lags:, 0], X)
    answer = drivers(diary, draws=0)
    table = answer.table.set_index("lever").loc[["followers", "shares"]]
    np.testing.assert_allclose(table["effect"], fit.params[:2] * np.log(1.1), rtol=1e-7)
    np.testing.assert_allclose(table[["low", "high"]], fit.ends(answer.each)[:2] * np.log(1.1), rtol=1e-7)
    np.testing.assert_allclose(table["p_value"], fit.pvalues[:2], rtol=1e-6)


def test_lags_grow_until_the_residuals_are_quiet():
    rng = np.random.default_rng(0)
    shocks = rng.normal(size=400)
    score = np.zeros(400)
    for t in range(3, 400):
        score[t] = 0.3 * score[t - 1] + 0.6 * score[t - 3] + shocks[t]
    frame = pd.DataFrame({"t": np.arange(400), "score": score, "x": rng.normal(size=400)})
    assert lags_needed(Study(frame, score="score", levers="x", time="t")) == (3, False)
    assert lags_needed(Study(frame.assign(score=shocks.cumsum()), score="score", levers="x", time="t"))[0] == 1


def test_horizon_looks_ahead_and_skips_gaps():
    rng = np.random.default_rng(1)
    x = rng.normal(size=300)
    y = np.concatenate([np.zeros(2), 2 * x[:-2]]) + 0.3 * rng.normal(size=300)
    frame = pd.DataFrame({"t": np.arange(300), "x": x, "score": y}).drop([100, 101, 200])
    now = answer_for(frame, time="t", levers="x").table
    ahead = answer_for(frame, time="t", levers="x", horizon=2).table
    assert now["verdict"][0] != "moves it"
    assert ahead["low"][0] < 2 < ahead["high"][0]
    assert ahead["verdict"][0] == "moves it"
    assert "2 periods later" in answer_for(frame, time="t", levers="x", horizon=2).sentence


def test_a_panel_ignores_what_is_fixed_per_unit_and_per_week():
    shops = load("shops")
    rng = np.random.default_rng(0)
    units = dict(zip(shops["shop"].unique(), rng.normal(0, 50, 40), strict=True))
    weeks = dict(zip(shops["week"].unique(), rng.normal(0, 50, 60), strict=True))
    moved = shops.assign(fulfilment=shops["fulfilment"] + shops["shop"].map(units) + shops["week"].map(weeks))
    roles = dict(crunch.catalogue()["shops"].roles)
    one, other = (drivers(Study(f, **roles), draws=50) for f in (shops, moved))
    columns = ["effect", "low", "high", "share", "share_low", "share_high"]
    np.testing.assert_allclose(one.table[columns], other.table[columns], rtol=1e-8)


def test_bootstrap_of_a_panel_draws_units_and_demeans_afresh():
    """Two draws by hand: whole units, demeaned two ways, and the shares of that sample."""
    plan = design(study("shops"))
    data, rng = standardised(np.column_stack([plan.levers, plan.y])), np.random.default_rng(3)
    drawn = divide(Table(data, 0, 0, groups=plan.times), [(j,) for j in range(len(plan.names))],
                   draw=lambda count: resample.units(plan.units, count, rng), draws=2).drawn
    picks = np.random.default_rng(3).integers(40, size=(2, 40))
    for pick, shares in zip(picks, drawn, strict=True):
        rows = np.concatenate([np.flatnonzero(plan.units == u) for u in pick])
        again = demeaned(data[rows], np.repeat(np.arange(40), 60), plan.times[rows])
        np.testing.assert_allclose(shapley(np.corrcoef(again.T)[None])[0], shares, rtol=1e-8)


def test_verdicts_do_not_hang_on_a_lever_s_unit():
    frame = world(400)
    plain = answer_for(frame, step=1).table.set_index("lever")["verdict"]
    small = answer_for(frame.assign(x0=frame.x0 * 1e-6, x1=frame.x1 * 1e4), step=1).table.set_index("lever")["verdict"]
    assert plain.to_dict() == small.to_dict()


def test_a_large_offset_costs_nothing():
    frame = world(200)
    plain = answer_for(frame, scales={"x0": "linear"}).table
    far = answer_for(frame.assign(x0=frame.x0 + 1e9), scales={"x0": "linear"}).table
    np.testing.assert_allclose(far["effect"], plain["effect"], rtol=1e-6)
    np.testing.assert_allclose(far["share"], plain["share"], rtol=1e-5)


def test_three_verdicts():
    frame = world(3000, effects=(1.0, 0.0, 0.02))
    table = answer_for(frame, step=1).table.set_index("lever")
    assert table["verdict"].to_dict() == {"x0": "moves it", "x1": "too small to matter", "x2": "too small to matter"}
    few = answer_for(world(25, effects=(0.0, 0.0, 0.0)), step=0.1).table
    assert (few["verdict"] == "can't tell").all()


def test_a_stray_lever_among_many_is_not_believed():
    """One lever with p just below 0.05 among twelve: asked alone it would pass, and its interval allows for the others."""
    for seed in range(60):
        answer = answer_for(world(60, seed, effects=(0.0,) * 12))
        stray = answer.table[(answer.table["p_value"] < 0.05) & (answer.table["q_value"] > 0.05)]
        if len(stray):
            break
    assert (stray["verdict"] == "can't tell").all()
    assert (stray["low"] * stray["high"] < 0).all()
    assert answer.each == pytest.approx(1 - 0.05 / 12)
    assert any("looked at together, 12 levers (99.6\u202f% each)" in note for note in answer.notes)


@pytest.mark.parametrize(("name", "draws"), [("accounts", 200), ("stuck_at_55", 200), ("shops", 50)])
def test_random_draws_are_reproducible(name, draws):
    one, two, other = (drivers(study(name), draws=draws, rng=rng).table for rng in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one["share_low"].equals(other["share_low"])
    pd.testing.assert_frame_equal(drivers(study(name), draws=draws).table, drivers(study(name), draws=draws).table)
    generator = drivers(study(name), draws=draws, rng=np.random.default_rng(1)).table
    pd.testing.assert_frame_equal(one, generator)


def test_intervals_hold_their_share():
    for name in crunch.catalogue():
        table = drivers(study(name), draws=100).table
        assert (table["share_low"] <= table["share"]).all()
        assert (table["share"] <= table["share_high"]).all()
        assert (table["share_low"] >= 0).all()


def test_a_score_that_never_moved():
    answer = answer_for(world().assign(score=55))
    assert answer.sentence == ("score was 55 in all 200 rows: a score that never moves cannot show what moves it.")
    assert (answer.table["verdict"] == "can't tell").all()
    assert answer.table["effect"].isna().all()
    assert any("how large an effect can be at most" in note for note in answer.notes)


def test_a_score_that_only_its_unit_moves():
    shops = load("shops").assign(fulfilment=lambda f: f["shop"].str[-2:].astype(int))
    answer = drivers(Study(shops, **crunch.catalogue()["shops"].roles), draws=20)
    assert answer.sentence == ("fulfilment does not move once unit and period are held constant: nothing is left that a "
                               "lever could go with.")
    assert (answer.table["verdict"] == "can't tell").all()
    assert not any("stands still" in note for note in answer.notes)


def test_a_lever_that_moved_once_tells_nothing():
    frame = world(60).assign(x1=lambda f: (f.index == 7).astype(float))
    answer = answer_for(frame, draws=50)
    row = answer.table.set_index("lever").loc["x1"]
    assert np.isnan(row["effect"])
    assert row["verdict"] == "can't tell"
    assert answer.rows == 59


@pytest.mark.parametrize("scales", [{}, {"x0": "log", "x1": "log", "x2": "log"}])
def test_a_score_that_is_the_sum_of_its_levers(scales):
    """Also when the levers are read in percent, where least squares does not show it."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.poisson(20, size=(100, 3)), columns=["x0", "x1", "x2"])
    answer = answer_for(frame.assign(score=frame.sum(axis=1)), scales=scales)
    assert answer.sentence == ("score is exactly the sum of 'x0', 'x1' and 'x2': it is computed from its levers, so this "
                               "is arithmetic and no evidence of what would happen.")
    assert "'score' is exactly the sum of 'x0', 'x1' and 'x2'." in answer.notes
    assert crunch.charts.drivers(answer).get_title() == "score is computed from its levers"


def test_a_score_that_is_computed_from_levers_and_context():
    frame = world().assign(c=lambda f: f.x1 ** 2, score=lambda f: 2 * f.x0 + f.x1 - f.x2 + f.c)
    assert answer_for(frame, context="c").sentence == (
        "The levers and the context give score exactly: it is computed from them, so this is arithmetic and no evidence of what would "
        "happen.")


def test_a_lever_that_context_explains():
    frame = world().assign(c=lambda f: 3 * f.x1 + 1)
    answer = answer_for(frame, context="c")
    row = answer.table.set_index("lever").loc["x1"]
    assert np.isnan(row["effect"])
    assert row["verdict"] == "can't tell"
    assert "'x1' cannot be told apart from context, past or calendar (the trend among it), or moved in too few rows." in answer.notes


def test_levers_that_only_move_together_given_the_context():
    frame = world().assign(c=lambda f: f.x0 + f.x1)
    answer = answer_for(frame, context="c")
    lost = answer.table[answer.table["effect"].isna()]
    assert sorted(lost["lever"]) == ["x0", "x1"]
    assert any("only ever move together once the rest is held constant" in note for note in answer.notes)
    assert answer.table.set_index("lever").loc["x2", "low"] < 0.3 < answer.table.set_index("lever").loc["x2", "high"]


def test_levers_that_cannot_be_told_apart_are_still_held_constant():
    """x2 goes with x0 - x1, which moves the score; the context fixes their sum, not their difference."""
    rng = np.random.default_rng(0)
    a, c = rng.normal(size=(2, 4000))
    frame = pd.DataFrame({"x0": c / 2 + a, "x1": c / 2 - a, "c": c, "x2": a + rng.normal(size=4000)})
    frame["score"] = 3 * a + rng.normal(size=4000)
    answer = answer_for(frame, context="c").table.set_index("lever")
    assert answer.loc["x2", "low"] < 0 < answer.loc["x2", "high"]
    assert answer.loc[["x0", "x1"], "effect"].isna().all()


def test_a_lever_can_differ_from_zero_and_be_too_small():
    answer = answer_for(world(20_000, effects=(0.05,)), step=1)
    assert answer.table["p_value"][0] < 0.001
    assert answer.sentence == "No lever of score is seen to matter, on 20\u202f000 rows: x0 is too small to matter."
    assert crunch.charts.drivers(answer).get_title() == "No lever of score is seen to matter"


def test_nearly_equal_levers_get_shares_from_the_rows(brute_force):
    """Scaled condition 1e6: moments would be wrong in the fourth digit, brute force on the rows is the referee."""
    frame = world().assign(x3=lambda f: f.x0 + 1e-6 * np.random.default_rng(9).normal(size=200))
    shares = answer_for(frame, draws=50).table.set_index("lever")["share"].sort_index()
    np.testing.assert_allclose(shares, brute_force(frame[shares.index].to_numpy(), frame["score"].to_numpy()), atol=1e-8)


def test_too_many_nearly_equal_levers_share_one_share():
    """Beyond 16 columns the rows take too long, and moments cannot tell the two apart."""
    frame = world(200, effects=(1.0,) + (0.0,) * 16).assign(xtwin=lambda f: f.x0 + 1e-6 * np.random.default_rng(9).normal(size=200))
    answer = answer_for(frame, draws=0)
    shares = answer.table.set_index("lever")["share"]
    assert shares[["x0", "xtwin"]].isna().all()
    assert shares.drop(["x0", "xtwin"]).notna().all()
    assert any(note.startswith("'x0' and 'xtwin' move almost exactly together, and only their share together is known: 4")
               for note in answer.notes)


def test_close_levers_are_named():
    frame = world().assign(x3=lambda f: f.x0 + 0.2 * np.random.default_rng(9).normal(size=200))
    assert any("move together (correlation 0.9" in note for note in answer_for(frame).notes)


def test_rows_that_stand_alone_are_set_aside():
    frame = world(40).assign(place=["a"] * 20 + ["b"] * 19 + ["c"])
    answer = answer_for(frame, context="place")
    assert answer.rows == 39
    assert ("1 row set aside: each is the only one of its category, or the only one in which a lever moved, so it "
            "cannot be compared with another.") in answer.notes
    same = answer_for(frame.iloc[:39], context="place")
    np.testing.assert_allclose(answer.table["effect"], same.table["effect"], rtol=1e-10)


def test_more_than_thirty_levers_have_shares_that_are_called_estimates():
    answer = answer_for(world(200, effects=(1.0,) + (0.0,) * 30))
    assert answer.table["share"].sum() == pytest.approx(answer.explained, abs=1e-8)
    assert answer.table.loc[0, ["lever", "verdict"]].tolist() == ["x0", "moves it"]
    assert ("With 31 levers not every subset is looked at: shares are estimated from random orders of entry and may be "
            "off by about 0.005 percentage points for that alone.") in answer.notes


def test_few_units_are_said():
    few = load("shops").query("shop < 'shop 06'")
    answer = drivers(Study(few, **crunch.catalogue()["shops"].roles), draws=0)
    assert any(note.startswith("Few units moved stock_cover (5), staff_hours (5) and promotions (5), in brackets how many")
               for note in answer.notes)


def test_a_label_is_no_context():
    with pytest.raises(InputError) as caught:
        drivers(study("schools", context="district"))
    assert str(caught.value) == ("A context of categories must group rows, but 'district' has 409 values in 420 rows. "
                                 "It looks like a label: leave it out of the context.")


@pytest.mark.parametrize(("settings", "sentence"), [
    ({"horizon": 1}, "horizon looks ahead in time, so it needs a diary or a panel, but horizon=1 was given for a table "
                     "without time. Name the time column in Study(..., time=), or leave horizon at 0."),
    ({"horizon": -1}, "horizon must be a whole number of at least 0, but -1 was given. For example horizon=1."),
    ({"level": 95}, "level must lie between 0 and 1, both excluded, but 95 was given. For example level=0.95."),
    ({"draws": 2.5}, "draws must be a whole number of at least 0, but 2.5 was given. For example draws=1."),
    ({"matters": -1}, "matters must be a number above 0, but -1 was given. Give one such as matters=1, or leave it out."),
    ({"rng": "x"}, "rng must be None, a whole number from 0 or a numpy.random.Generator, but 'x' was given. "
                   "For example rng=1."),
])
def test_settings(settings, sentence):
    with pytest.raises(InputError) as caught:
        answer_for(world(), **settings)
    assert str(caught.value) == sentence


def test_too_few_rows_for_a_diary():
    with pytest.raises(InputError) as caught:
        answer_for(world(19).assign(t=range(19)), time="t")
    assert str(caught.value) == (
        "To estimate 9 coefficients (3 levers and their last values, context and all) takes at least 19 complete rows, but "
        "18 rows can be used. Add rows, or name fewer levers.")


def test_sentences_never_word_a_cause():
    for name in crunch.catalogue():
        answer = drivers(study(name), draws=20)
        text = " ".join([answer.sentence, *answer.notes]).lower()
        for word in ("causes", "leads to", "because of", "raises the score", "due to", "impact", "drives"):
            assert word not in text
        assert "only an experiment shows a cause" in text


def test_an_answer_is_frozen_and_keeps_its_table():
    frame = world()
    answer = answer_for(frame)
    with pytest.raises(AttributeError):
        answer.sentence = "other"
    table = answer.table.copy()
    answer.readable()
    crunch.charts.drivers(answer)
    pd.testing.assert_frame_equal(answer.table, table)


def test_hostile_names_are_data():
    frame = world().rename(columns={"x0": "x = __import__('os')", "x1": "x<img src=x onerror=alert(1)>", "x2": "x$\\frac$"})
    answer = answer_for(frame, draws=20)
    assert "<img" not in answer._repr_html_()
    assert "&lt;img src=x onerror=alert(1)&gt;" in answer._repr_html_()
    crunch.charts.drivers(answer).figure.canvas.draw()


def test_a_level_near_one_is_not_said_to_be_all():
    notes = answer_for(world(60, effects=(0.0, 0.0, 0.0)), level=0.999).notes
    assert any("3 levers (99.97\u202f% each)" in note and "no more than 0.1\u202f% is to be wrong" in note for note in notes)
