"""Question 1: prices of the next point, exact and estimated; the hidden score; reasons; every refusal."""

import numpy as np
import pandas as pd
import pytest
from amounts import some_and_all

import crunch
from crunch import InputError, Study, scoring, stuck
from crunch.datasets import study
from crunch.digits import about, more, roughly, sufficient
from crunch.questions.stuck.reasons_exact import changes
from crunch.questions.stuck.words import price_list

# Lighthouse 13.4.1, performance metrics of its own sample report (Apache-2.0).
PAGE = {"first-contentful-paint": 6795.362, "speed-index": 8296.0, "largest-contentful-paint": 10884.681,
        "total-blocking-time": 1055.1980000000003, "cumulative-layout-shift": 0.099576}
# UNDP, Human Development Report 2023/24, composite indices time series: Kuwait, whose income was above the cap.
KUWAIT = pd.DataFrame({
    "year": range(2001, 2007), "hdi": [0.779, 0.785, 0.796, 0.800, 0.800, 0.800],
    "life_expectancy": [76.891, 76.982, 76.985, 76.792, 76.903, 76.887],
    "expected_schooling": [12.39381, 12.92939, 13.46496, 13.71344, 13.71690, 13.72035],
    "mean_schooling": [6.19488, 6.17440, 6.15392, 6.13344, 6.11296, 6.13581],
    "gni_per_head": [66464.81335, 63524.52338, 71439.33871, 79223.75136, 84910.56842, 87907.40121]})
HDI = ["life_expectancy", "expected_schooling", "mean_schooling", "gni_per_head"]


def kuwait(**changed):
    return Study(KUWAIT.assign(**changed), score="hdi", levers=HDI, time="year", step=0.001)


def page():
    return stuck(PAGE, score=scoring.lighthouse())


# --- a known formula ------------------------------------------------------------------------------------


def test_the_sample_page_of_lighthouse():
    """32 to 33: the flagship metric with a quarter of the weight is the dearest."""
    answer = page()
    table = answer.table.set_index("lever")
    assert (answer.shown, answer.target) == (32, 33)
    assert answer.hidden == pytest.approx(32.1)
    assert table["change_percent"].round(2).to_dict() == {
        "total-blocking-time": -3.85, "speed-index": -4.67, "cumulative-layout-shift": -7.64,
        "first-contentful-paint": -17.95, "largest-contentful-paint": -21.95}
    assert table["reachable"].all()
    assert {"value", "needed", "change", "ceiling", "weight"} <= set(table)
    assert answer.sentence == (
        "Lighthouse performance (mobile) shows 32; the hidden score is 32.10, 0.40 points short of 32.50, where 33 begins. "
        "On its own, each of these would show 33: total-blocking-time −3.9\u202f%, speed-index −4.7\u202f%, "
        "cumulative-layout-shift −7.7\u202f%, first-contentful-paint −18.0\u202f%, largest-contentful-paint −22\u202f%.")


def test_every_price_is_paid_and_none_is_too_high():
    score, answer = scoring.lighthouse(), page()
    for row in answer.table.to_dict("records"):
        assert score.shown({**PAGE, row["lever"]: row["needed"]}) == 33
        nearer = np.nextafter(row["needed"], row["value"])
        assert score.shown({**PAGE, row["lever"]: nearer}) == 32


def test_what_is_printed_suffices():
    score, answer = scoring.lighthouse(), page()
    for row, text in zip(answer.table.to_dict("records"), answer.readable().to_dict("records"), strict=True):
        needed = float(text["needed"].replace("\u202f", ""))
        assert score.shown({**PAGE, row["lever"]: needed}) == 33
        percent = float(text["change"].rstrip("%").replace("\u202f", "").replace("−", "-"))
        assert score.shown({**PAGE, row["lever"]: row["value"] * (1 + percent / 100)}) == 33


def test_what_can_slip():
    score, slips = scoring.lighthouse(), page().slips.set_index("lever")
    for lever, row in slips[slips["reachable"]].iterrows():
        assert score.shown({**PAGE, lever: row["needed"]}) == 31
        assert score.shown({**PAGE, lever: np.nextafter(row["needed"], row["value"])}) == 32
    assert slips.loc["largest-contentful-paint", "reachable"] is np.False_  # it is worth nothing already


def test_a_target_further_off():
    answer = stuck(PAGE, score=scoring.lighthouse(), target=45)
    table = answer.table.set_index("lever")
    assert table.index[table["reachable"]].tolist() == ["total-blocking-time", "largest-contentful-paint"]
    assert table.loc["speed-index", ["needed", "ceiling"]].isna().tolist() == [True, False]
    # Alone at its best: 32.1 less what it brings, and its whole weight.
    assert table.loc["speed-index", "ceiling"] == 40
    assert "Out of reach alone: first-contentful-paint, speed-index and cumulative-layout-shift." in answer.sentence


def test_nothing_alone_is_enough():
    assert "No single lever reaches 90, however far it goes." in stuck(
        PAGE, score=scoring.lighthouse(), target=90).sentence


def test_at_the_top():
    best = dict.fromkeys(PAGE, 0.0)
    answer = stuck(best, score=scoring.lighthouse())
    assert (answer.shown, answer.target) == (100, 101)
    assert not answer.table["reachable"].any()
    assert "however far it goes" in answer.sentence


def test_kuwait_three_years_at_0_800():
    """Income grew by 11 %, above its cap; the hidden score moved, the shown one did not."""
    answer = stuck(kuwait(), score=scoring.hdi())
    assert (answer.shown, answer.target, answer.stands, answer.period) == (0.800, 0.801, 3, "year")
    table = answer.table.set_index("lever")
    assert not table.loc["gni_per_head", "reachable"]
    assert table.loc["gni_per_head", "ceiling"] == 0.800
    why = answer.why.table.set_index("reason")
    assert why.loc["rounding hides what moves", "verdict"] == "yes"
    assert why.loc["rounding hides what moves", "points"] == pytest.approx(0.80029 - 0.79972, abs=1e-5)
    assert why.loc["an input is at the end of its curve", "verdict"] == "yes"
    assert why.loc["an input is at the end of its curve", "evidence"].startswith(
        "gni_per_head is worth all that can be had: better values add nothing.")
    assert answer.notes[0] == "The formula gives the score of the table in 6 rows of 6."
    assert answer.path["shown"].tolist() == KUWAIT["hdi"].tolist()
    assert ((answer.path["low"] <= answer.path["hidden"]) & (answer.path["hidden"] < answer.path["high"])).all()


def test_levers_that_offset_each_other():
    """Life expectancy up, schooling down by as much: told apart, and adding up to what the hidden score did."""
    score = scoring.Score([scoring.Part("a", scoring.Linear(0, 10)), scoring.Part("b", scoring.Linear(0, 10))],
                          scale=(0, 100), step=1)
    wiggle = np.array([0, *[0.01, -0.01] * 3, 0])
    rows = pd.DataFrame({"t": range(8), "a": np.linspace(4, 6, 8), "b": np.linspace(6, 4.01, 8) + wiggle})
    rows["s"] = score.shown(rows)
    why = stuck(Study(rows, score="s", levers=["a", "b"], time="t", step=1), score=score).why.table
    row = why.set_index("reason").loc["levers offset each other"]
    assert row["verdict"] == "yes"
    assert row["points"] == pytest.approx(9.95)  # the smaller of +10 and −9.95
    assert row["evidence"] == ("Between the first and the last of 8 periods, in points: a +10.00 and b −9.95; together "
                               "+0.05.")


def test_changes_add_up_whatever_the_formula():
    rng = np.random.default_rng(5)
    score = scoring.hdi()
    for _ in range(50):
        inputs = {"life_expectancy": rng.uniform(30, 85, 2), "expected_schooling": rng.uniform(1, 18, 2),
                  "mean_schooling": rng.uniform(1, 15, 2), "gni_per_head": rng.uniform(200, 75_000, 2)}
        before, after = score.of(inputs)
        assert changes(score, inputs).sum() == pytest.approx(after - before, abs=1e-12)


def test_formula_and_table_disagree():
    notes = stuck(kuwait(hdi=[0.779, 0.785, 0.796, 0.800, 0.800, 0.805]), score=scoring.hdi()).notes
    assert notes[0] == ("The formula and the table differ in 1 row of 6, first where the table has 0.805 and the formula "
                        "0.8: perhaps the table was made with another version. What follows is the formula's.")


def test_the_formula_reads_other_columns():
    table = KUWAIT.rename(columns={"gni_per_head": "income"})
    renamed = scoring.hdi().renamed({"gni_per_head": "income"})
    levers = [*HDI[:3], "income"]
    answer = stuck(Study(table, score="hdi", levers=levers, time="year", step=0.001), score=renamed)
    assert set(answer.table["lever"]) == set(levers)


# --- an unknown formula -----------------------------------------------------------------------------------


def world(seed, size=300, noise=0.8, **columns):
    """Accounts whose hidden score is 3 ln a + 0.4 b + noise, shown in whole points."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=size)
    a, b = np.exp(5 + 0.8 * common + 0.6 * rng.normal(size=size)), rng.normal(10, 2, size) + common
    hidden = 40 + 3 * np.log(a) + 0.4 * b + rng.normal(0, noise, size)
    return pd.DataFrame({"a": a, "b": b, "c": rng.normal(5, 1, size), "s": np.floor(hidden + 0.5), **columns}), hidden


def diary(seed, size=130, noise=0.2):
    """Weeks whose hidden score is 4 ln a + 0.15 b + AR(1) noise; a only grows."""
    rng = np.random.default_rng(seed)
    a = np.exp(5 + np.cumsum(rng.exponential(0.05, size) * (rng.random(size) < 0.5) + 0.002))
    b, c, shocks = rng.normal(10, 2, size), rng.normal(5, 1, size), rng.normal(0, noise, size)
    rest = np.zeros(size)
    for t in range(1, size):
        rest[t] = 0.5 * rest[t - 1] + shocks[t]
    hidden = 20 + 4 * np.log(a) + 0.15 * b + rest
    return pd.DataFrame({"t": range(size), "a": a, "b": b, "c": c, "s": np.floor(hidden + 0.5)}), hidden


def test_her_diary():
    answer = stuck(study("stuck_at_55"))
    table = answer.table.set_index("lever")
    assert (answer.shown, answer.target, answer.stands) == (55, 56, 22)
    assert table.index[0] == "followers"
    assert table.loc["followers", "change_percent"] == pytest.approx(8.8, abs=0.5)
    assert table.loc[["posts", "replies", "quality_hours"], "verdict"].tolist() == ["can't tell"] * 3
    assert np.isinf(table.loc["posts", ["change_low", "change_high"]].astype(float)).all()
    assert table.loc["posts", ["needed", "change"]].isna().all()
    assert table.loc["posts", "percent_least"] > 0
    assert 54.5 <= answer.hidden_low < answer.hidden < answer.hidden_high <= 55.5
    assert answer.to_target == pytest.approx(55.5 - answer.hidden)
    assert answer.to_spare_low == pytest.approx(answer.hidden_low - 54.5)
    assert table.loc["followers", "needed"] % 1 == 0  # there are no half followers
    assert answer.sentence.startswith("klout shows 55 for 22 weeks; 56 begins at 55.50, 0.4 points away (0.0 to 0.9). "
                                      "With the others held equal, what is missing goes with followers +8.8\u202f%")
    assert "can't be priced in following, replies, quality_hours and posts" in answer.sentence
    # What went in: 5 points per unit of log followers, and the hidden score stood at 55.06 in the last week.


def test_her_diary_with_the_window_that_was_said():
    why = stuck(study("stuck_at_55"), window={"shares": 13}).why.table.set_index("reason")
    assert why.loc["a rolling window drops what was gained", "verdict"] == "yes"
    assert "2.41k came in over the 22 weeks the score has stood, 2.58k dropped out" in why.loc[
        "a rolling window drops what was gained", "evidence"]
    assert why.loc["levers offset each other", "verdict"] == "yes"


def test_slips_go_the_other_way():
    answer = stuck(study("stuck_at_55"))
    up, down = (table.set_index("lever").loc["followers", "change"] for table in (answer.table, answer.slips))
    assert up > 0 > down


def test_at():
    table, _ = diary(1)
    week = stuck(Study(table, score="s", levers=["a", "b", "c"], time="t", step=1), at=60)
    assert week.shown == table["s"][60]
    assert week.path["time"].tolist() == list(range(61))
    shop = stuck(study("shops"), at="shop 07")
    assert "in shop 07;" in shop.sentence
    account = stuck(study("accounts"), at=17)
    assert account.shown == crunch.load("accounts")["score"][17]


def test_the_same_table_gives_the_same_answer():
    one, two, other = (stuck(study("accounts"), rng=rng).table for rng in (None, None, 5))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(other)


def test_a_score_that_never_moved():
    table, _ = world(1)
    answer = stuck(Study(table.assign(s=60), score="s", levers=["a", "b"], step=1))
    assert answer.table["verdict"].tolist() == ["can't tell", "can't tell"]
    assert answer.why.table["reason"].tolist() == ["the score never moved"]
    assert answer.sentence == (
        "s shows 60 in row 217, the one closest to the middle in all levers; 61 begins at 60.50, 0.5 points away (0.0 to 1.0). A score that never moved shows no effect, so no lever "
        "can be priced; .bounds says what it rules out.")


def test_floor_and_ceil():
    """What is shown moves with the rule, what is hidden does not."""
    table, hidden = world(3)
    for rule, shown in (("floor", np.floor(hidden)), ("ceil", np.ceil(hidden)), ("half_even", np.rint(hidden))):
        answer = stuck(Study(table.assign(s=shown), score="s", levers=["a", "b"], step=1, rounding=rule), at=9)
        assert answer.hidden_low <= hidden[9] <= answer.hidden_high
        low, high = {"floor": (0, 1), "ceil": (-1, 0)}.get(rule, (-0.5, 0.5))
        assert answer.shown + low <= answer.hidden_low
        assert answer.hidden_high <= answer.shown + high


@pytest.mark.simulation
@some_and_all("worlds", 60, 200)
@pytest.mark.parametrize(("make", "roles", "noise"), [
    (world, {}, 0.2), (world, {}, 3), (diary, {"time": "t"}, 0.1), (diary, {"time": "t"}, 0.4)])
def test_prices_hold_the_truth(make, roles, noise, worlds):
    """Intervals of prices and of the hidden score hold the truth; a lever worth nothing has no price."""
    held, priced = {"a": 0, "b": 0, "hidden": 0}, 0
    slope_a, slope_b = (4, 0.15) if roles else (3, 0.4)
    for seed in range(worlds):
        table, hidden = make(seed, noise=noise)
        row = len(table) - 1 if roles else seed
        answer = stuck(Study(table, score="s", levers=["a", "b", "c"], step=1, **roles), at=row,
                       window={} if roles else None)
        prices, missing = answer.table.set_index("lever"), answer.target - 0.5 - hidden[row]
        truth = {"a": table["a"][row] * np.expm1(missing / slope_a), "b": missing / slope_b}
        for lever, change in truth.items():
            held[lever] += prices["change_low"][lever] <= change <= prices["change_high"][lever]
        held["hidden"] += answer.hidden_low <= hidden[row] <= answer.hidden_high
        priced += np.isfinite(prices["change_high"]["c"])
    found = {name: count / worlds for name, count in held.items()}
    print(f"\n{make.__name__}, noise {noise}: held {found}, a null lever priced in {priced / worlds:.3f}")
    slack = 3 * np.sqrt(0.05 * 0.95 / worlds)  # three binomial standard errors
    assert min(found.values()) >= 0.95 - slack
    assert priced / worlds <= 0.05 + slack


# --- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "start", "texts"), [
    (1014.615, 1055.198, ("1\u202f055", "1\u202f014")), (0.0919656, 0.099576, ("0.0996", "0.0919")),
    (84.8306, 84.8200, ("84.820", "84.831")), (12.0, 10.0, ("10.0", "12.0")), (float("nan"), 3.0, ("3", "–"))])
def test_a_needed_value_is_rounded_away_from_where_one_starts(value, start, texts):
    assert sufficient(value, start) == texts


@pytest.mark.parametrize(("value", "text"), [
    (-3.846, "−3.9\u202f%"), (-21.95, "−22\u202f%"), (0.0125, "+0.013\u202f%"), (285.2, "+286\u202f%"),
    (12.0, "+12.0\u202f%"), (float("nan"), "–")])
def test_a_percentage_that_suffices(value, text):
    assert more(value) == text


def test_estimates_in_two_digits():
    assert [roughly(12.18), roughly(283.2), roughly(-0.0817)] == ["+12\u202f%", "+280\u202f%", "−0.082\u202f%"]
    assert [about(5021, 4476), about(11.9, 11.8), about(float("nan"), 2)] == ["5\u202f020", "11.90", "–"]


def test_readable_tables_have_no_missing_words():
    for answer in (page(), stuck(study("stuck_at_55")), stuck(study("shops"))):
        for table in (answer.readable(), price_list(answer.slips, answer.step), answer.why.readable()):
            assert not table.map(lambda cell: "nan" in cell or "inf" in cell).any(axis=None)
        assert "<table>" in answer._repr_html_()


def test_hostile_names_are_escaped():
    table, _ = world(2)
    name = "<img src=x onerror=alert(1)>"
    answer = stuck(Study(table.rename(columns={"a": name}), score="s", levers=[name, "b"], step=1))
    assert "<img" not in answer._repr_html_() + answer.why._repr_html_()


# --- refusals -----------------------------------------------------------------------------------------------


def says(sentence, *given, **settings):
    with pytest.raises(InputError) as error:
        stuck(*given, **settings)
    assert str(error.value) == sentence


def test_needs_a_step():
    table, _ = world(1)
    says("The next point is a step of the shown score, but this study does not say how wide a step is. Name it: "
         "Study(..., step=1) for whole points, step=0.1 for tenths.", Study(table, score="s", levers=["a"]))


def test_needs_a_formula_for_one_row():
    says("One row alone shows no effects, so it needs the formula of the score, but none was given. Give score=, such as "
         "crunch.scoring.lighthouse(), or a Study of many rows.", PAGE)


def test_takes_no_bare_table():
    says("stuck needs to know the role of each column, so it takes a Study, or one row as a dict together with score=, "
         "but it was given 'DataFrame'. For a table: crunch.Study(table, score=..., levers=[...], step=1); for one of "
         "its rows: table.iloc[0].", world(1)[0])


def test_a_row_without_a_part():
    row = {k: v for k, v in PAGE.items() if k != "speed-index"}
    says("A score needs all of its parts, but the row has no 'speed-index'. Lighthouse performance (mobile) is made of "
         "'first-contentful-paint', 'speed-index', 'largest-contentful-paint', 'total-blocking-time' and "
         "'cumulative-layout-shift'.", row, score=scoring.lighthouse())


def test_a_value_outside_a_curve():
    says("'gni_per_head' goes through a capped curve, which takes numbers above 0, but the row has 0. Correct it, or "
         "choose another curve.", {**KUWAIT.iloc[0].drop(["year", "hdi"]), "gni_per_head": 0.0}, score=scoring.hdi())


@pytest.mark.parametrize(("target", "sentence"), [
    (32.5, "A target must be a score that can be shown, in steps of 1, but target=32.5 was given. The nearest are 32 and "
           "33."),
    (32, "A target lies above the score that is shown, 32, but target=32 was given. What can slip before a point is lost "
         "is in .slips."),
    (101, "A target must be a score that can be reached, and with every part at its best this score shows 100, but "
          "target=101 was given. Choose 100 or less."),
    ("33", "target must be a number, but '33' was given. Leave it out for the next point."),
])
def test_targets(target, sentence):
    says(sentence, PAGE, score=scoring.lighthouse(), target=target)


def test_at_of_one_row():
    says("at picks a row of a Study, but one row and at=3 were given. Leave at out.", PAGE, score=scoring.lighthouse(),
         at=3)


@pytest.mark.parametrize(("name", "at", "sentence"), [
    ("accounts", 400, "at must be the number of a row, from 0 to 399 in the 400 rows that are complete, but 400 was "
                      "given. Leave it out for the one closest to the middle."),
    ("shops", "shop 99", "at must be a unit of 'shop', such as 'shop 01', but 'shop 99' was given. Leave it out for the "
                         "one closest to the middle."),
    ("stuck_at_55", "2020-01-01", "at must be a moment of 'week', which goes from 2012-12-31 to 2015-06-22, but "
                                  "'2020-01-01' was given. Leave it out for the last."),
])
def test_no_such_row(name, at, sentence):
    says(sentence, study(name), at=at)


@pytest.mark.parametrize(("window", "sentence"), [
    (13, "window names levers and how many periods each is counted over, but 13 was given. For example "
         "window={'followers': 13}."),
    ({"shares": 1}, "window['shares'] must be a whole number of at least 2, but 1 was given. For example "
                    "window['shares']=2."),
    ({"shares": 100}, "A window must fit into the table at least twice, but window['shares']=100 was given for 130 rows. "
                      "Give a shorter one."),
])
def test_windows(window, sentence):
    says(sentence, study("stuck_at_55"), window=window)


def test_a_formula_that_is_none():
    says("score must be a formula, a Score such as crunch.scoring.lighthouse(), but 'klout' was given. For a "
         "score whose formula nobody told you, give a Study and leave score out.", PAGE, score="klout")


def test_a_formula_without_a_step():
    score = scoring.Score([scoring.Part("speed-index", scoring.Linear(0, 10000))])
    says("The next point is a step of the shown score, but 'score' is shown as it is. Say how it is shown: "
         "crunch.scoring.Score(..., step=1).", PAGE, score=score)


def test_a_formula_the_study_cannot_feed():
    table, _ = world(1)
    says("The formula needs 'life_expectancy', 'expected_schooling', 'mean_schooling' and 'gni_per_head', but the study "
         "has no 'life_expectancy', 'expected_schooling', 'mean_schooling' and 'gni_per_head'. Name it among the levers "
         "or the context, or let the formula read another column: score.renamed({'life_expectancy': 'your column'}).",
         Study(table, score="s", levers=["a"], step=1), score=scoring.hdi())
