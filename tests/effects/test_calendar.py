"""The calendar of a diary: its columns against pandas, what it holds in worlds that share nothing else, what it says."""

import sys

import numpy as np
import pandas as pd
import pytest

from crunch import InputError, Study, drivers, side_effects
from crunch.effects.calendar import Calendar
from crunch.effects.dates import Columns, before, days_of
from crunch.effects.design import design
from crunch.effects.effects import effects
from tests.support.amounts import some_and_all


def diary(times, shared=0.0, size=1.0, seed=0, levers=2, **more):
    """A score and levers of noise that share something and nothing else."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f"x{j}": rng.normal(size=len(times)) + size * np.asarray(shared) for j in range(levers)})
    frame["score"] = 50 + size * np.asarray(shared) + rng.normal(size=len(times))
    frame["time"] = times
    names = [f"x{j}" for j in range(levers)]
    return Study(frame, score="score", levers=names, time="time", scales=dict.fromkeys(names, "linear"), **more)


def calendar(study):
    return design(study).calendar


def told(study):
    """The note on what is held, as an answer has it."""
    return next(note for note in drivers(study, draws=0).notes if note.startswith("Held constant"))


def days(count, start="2023-01-02"):
    return pd.date_range(start, periods=count, freq="D")


def weeks(count):
    return pd.date_range("2019-01-07", periods=count, freq="7D")


def same_span(one, other):
    """Whether two sets of columns say the same."""
    rank = [np.linalg.matrix_rank(part) for part in (one, other, np.column_stack([one, other]))]
    return rank[0] == rank[1] == rank[2]


def with_constant(*parts):
    return np.column_stack([np.ones(len(parts[0])), *parts])


def test_weekdays_hours_and_months_are_the_dummies_of_pandas():
    by_day, hour = diary(days(60)), diary(pd.date_range("2023-01-02", periods=24 * 21, freq="h"))
    month = diary(pd.date_range("2015-01-01", periods=72, freq="MS"))
    times = by_day.frame["time"]
    np.testing.assert_array_equal(Columns(by_day).added("weekdays", 1),
                                  pd.get_dummies(times.dt.day_of_week, drop_first=True).astype(float))
    times = hour.frame["time"]
    np.testing.assert_array_equal(Columns(hour).added("hours", 1),
                                  pd.get_dummies(times.dt.hour, drop_first=True).astype(float))
    made, each = Columns(hour), pd.get_dummies(times.dt.day_of_week * 24 + times.dt.hour).to_numpy(dtype=float)
    assert same_span(with_constant(made.added("weekdays", 1), *(made.added("hours", k) for k in (1, 2, 3))), each)
    waves = np.column_stack([Columns(month).added("waves", k) for k in range(1, 7)])
    assert waves.shape[1] == 11
    assert same_span(with_constant(waves), pd.get_dummies(month.frame["time"].dt.month).to_numpy(dtype=float))


def test_days_of_the_month_are_those_of_pandas():
    study = diary(days(400))
    times, made = study.frame["time"], Columns(study)
    first_last, fifteenth = made.added("month_days", 1, (0,)), made.added("month_days", 2, (0,))
    np.testing.assert_array_equal(first_last[:, 0], times.dt.is_month_start)
    np.testing.assert_array_equal(first_last[:, 1], times.dt.is_month_end)
    np.testing.assert_array_equal(fifteenth[:, 0], times.dt.day == 15)
    every = np.column_stack([pd.get_dummies(times.dt.day).astype(float), times.dt.is_month_end])
    assert same_span(with_constant(first_last, fifteenth, made.added("month_days", 3)), every)


@pytest.mark.parametrize(("freq", "starts"), [("W-MON", 0), ("W-SUN", -6), ("W-WED", 0)])
def test_a_week_holds_the_days_from_its_date_on_or_up_to_a_sunday(freq, starts):
    study = diary(pd.date_range("2023-01-01", periods=60, freq=freq), holidays=["2023-05-01", "2023-12-25", "2023-12-26"])
    weeks = [pd.date_range(moment + pd.Timedelta(days=starts), periods=7) for moment in study.frame["time"]]
    made = Columns(study)
    parts = np.column_stack([made.added("month_days", 1, (0,)), made.added("month_days", 2, (0,))])
    np.testing.assert_array_equal(parts, [[w.is_month_start.sum(), w.is_month_end.sum(), (w.day == 15).sum()]
                                          for w in weeks])
    np.testing.assert_array_equal(made.added("holidays", 1, (0,))[:, 0],
                                  [w.isin(study.holidays).sum() for w in weeks])


def test_holidays_are_counted_in_months_and_hours_and_held_in_the_last_period_as_well():
    named = ["2016-12-25", "2016-12-26", "2017-01-01"]
    month = diary(pd.date_range("2015-01-31", periods=48, freq="ME"), holidays=named)
    count = Columns(month).added("holidays", 1, (0, 1))
    assert count[23].tolist() == [2, 0]
    assert count[24].tolist() == [1, 2]
    assert count.sum() == 6
    hour = diary(pd.date_range("2016-12-24", periods=96, freq="h"), holidays=named)
    assert Columns(hour).added("holidays", 1, (0,)).sum() == 48


def test_the_past_is_that_of_periods_and_not_of_rows():
    index = np.array([3, 4, 6, 7])
    assert before(index, 1).tolist() == [-1, 0, -1, 2]
    assert before(index, -1).tolist() == [1, -1, 3, -1]
    gappy = diary(days(100).delete([40, 41, 77]))
    whole = diary(days(100))
    at = whole.frame["time"].isin(gappy.frame["time"]).to_numpy()
    held = Calendar(powers=2, weekdays=True, month_days=1)
    np.testing.assert_allclose(held.columns(gappy)[[5, 60, 90]], held.columns(whole)[at][[5, 60, 90]], atol=1e-12)


def test_a_period_of_months_is_the_month():
    study = diary(pd.date_range("2020-01-31", periods=40, freq="ME"))
    first, after = days_of(pd.DatetimeIndex(study.frame["time"]), study.timeline)
    assert str(first[1]) == "2020-02-01"
    assert str(after[1]) == "2020-03-01"


def test_a_season_in_the_levers_alone_is_held():
    t = weeks(156)
    study = diary(t, np.sin(2 * np.pi * t.day_of_year / 365.25), 2.0)
    alone = study.instead(values={"score": np.random.default_rng(1).normal(size=156)})
    assert calendar(alone).waves >= 1


def test_what_holds_the_score_holds_a_side_effect():
    t, rng = weeks(156), np.random.default_rng(2)
    season = np.asarray(np.sin(2 * np.pi * t.day_of_year / 365.25))
    frame = pd.DataFrame({"time": t, "x": rng.normal(size=156), "score": 2 * season + rng.normal(size=156),
                          "other": rng.normal(size=156) + 3 * (t.day_of_year > 340)})
    study = Study(frame, score="score", levers="x", side_effects="other", time="time")
    first, second = (plan.calendar for plan in effects(study).designs)
    assert 1 <= first.waves < second.waves  # its own is narrower than a sine


def test_a_table_says_what_it_is_too_short_for():
    assert told(diary(days(365))).endswith("Not held, for want of two years of dates: a yearly season. "
                                           "Not held, for want of their dates (holidays=): public holidays.")
    assert "weekdays" in told(diary(days(365))).split(".")[0]
    assert "yearly season" not in told(diary(pd.date_range("1980", periods=30, freq="YS")))


def test_numbers_have_no_weekdays():
    assert told(diary(np.arange(120))).endswith(
        "Not held, for the times are numbers (give dates): weekdays, months and holidays.")


@pytest.mark.parametrize("size", [3.0, -3.0])
def test_a_step_that_score_and_lever_share_is_named(size):
    step = np.arange(156) >= 90
    answer = drivers(diary(weeks(156), step, size), draws=0)
    note = next(note for note in answer.notes if note.startswith("On another level together"))
    assert "from 2020-09-28 on" in note
    assert "'score', 'x0' and 'x1'" in note
    assert not (answer.table["verdict"] == "moves it").any()


def test_a_lever_that_is_the_step_cannot_tell():
    study = diary(weeks(156), np.arange(156) >= 90, 3.0)
    alone = study.instead(values={"x0": (np.arange(156) >= 90).astype(float)})
    answer = drivers(alone, draws=0)
    assert "'x0'" in next(note for note in answer.notes if note.startswith("On another level together"))
    assert answer.table.set_index("lever").loc["x0", "verdict"] == "can't tell"


def test_periods_in_which_both_are_far_out_are_named_unless_the_lever_explains_them():
    shocks = np.zeros(156)
    shocks[[40, 77, 120]] = 9
    study = diary(weeks(156), shocks)
    found = calendar(study).outlying
    assert [period for period, _ in found] == [40, 77, 120]
    assert found[0][1] == ("x0", "x1")
    assert "2019-10-14 ('score', 'x0' and 'x1')" in " ".join(drivers(study, draws=0).notes)
    pulled = study.frame["x0"].to_numpy()
    answers = study.instead(values={"score": pulled + np.random.default_rng(3).normal(size=156) / 2})
    assert calendar(answers).outlying == ()


def test_dates_of_the_score_are_not_said_again_of_a_side_effect_that_has_none():
    shocks = np.zeros(156)
    shocks[40] = 9
    study = diary(weeks(156), shocks + 3 * (np.arange(156) >= 90))
    calm = np.random.default_rng(1).normal(size=156)
    frame = study.frame.assign(calm=calm)
    again = Study(frame, score="score", levers=["x0", "x1"], side_effects={"calm": "less"}, time="time",
                  scales=dict.fromkeys(["x0", "x1"], "linear"))
    notes = [*drivers(again, draws=0).notes, *side_effects(again).notes]
    assert any("'score', 'x0' and 'x1'" in note for note in notes)
    assert not any("'calm'" in note for note in notes)


def test_two_years_of_weeks_are_104():
    """One week less than the calendar has; a shared season made levers "move" the score in 45 % of such diaries."""
    study = diary(weeks(104), np.sin(np.arange(104) * 2 * np.pi / 52.18), 2.0)
    assert calendar(study).waves >= 1
    assert "two years" not in told(study)
    assert "two years" in told(diary(weeks(103)))


def test_a_shared_curve_is_held():
    t = np.arange(156)
    assert calendar(diary(weeks(156), 1 - np.exp(-t / 40), 5.0)).powers > 1


def test_holidays_of_a_study():
    named = ["2023-05-01", "2023-05-01", "2023-04-07", "2030-01-01"]
    study = diary(days(200), holidays=named)
    assert study.holidays.strftime("%m-%d").tolist() == ["04-07", "05-01", "01-01"]
    assert "2 holidays between the first date and the last are held constant." in study.notes
    assert "holidays" in told(study).split(".")[0]
    assert "their dates" not in told(study)
    assert study.instead(rows=range(150)).holidays is study.holidays
    assert "None of the holidays" in diary(days(200), holidays="2001-01-01").notes[-1]


def test_a_panel_holds_holidays_already():
    frame = pd.DataFrame({"time": np.tile(days(30), 4), "unit": np.repeat(list("abcd"), 30)})
    frame["x"], frame["score"] = np.random.default_rng(0).normal(size=(2, 120))
    study = Study(frame, score="score", levers="x", time="time", unit="unit", holidays=["2023-01-06"])
    assert "adds nothing to a panel" in study.notes[-1]
    assert drivers(study, draws=0).table["effect"].notna().all()


@pytest.mark.parametrize(("times", "given", "says"), [
    (None, ["2023-01-06"], "Name the column of dates with time="),
    (np.arange(50), ["2023-01-06"], "Give dates, or leave holidays out."),
    (days(50), ["Easter"], "must be dates or the code of a country, but 'Easter' was given"),
    (days(50), [20230106], "must be dates or the code of a country"),
    (days(50), "06/01/2023", "must be dates or the code of a country"),
])
def test_holidays_that_have_no_place_are_refused(times, given, says):
    frame = pd.DataFrame({"x": np.arange(50.0) % 7, "score": np.arange(50.0) % 5, "time": times})
    with pytest.raises(InputError, match=says):
        Study(frame, score="score", levers="x", time=None if times is None else "time", holidays=given)


def test_a_country_has_its_holidays():
    pytest.importorskip("holidays")
    study = diary(days(400), holidays="DE")
    assert {"2023-05-01", "2023-10-03", "2023-12-25"} <= set(study.holidays.strftime("%Y-%m-%d"))
    with pytest.raises(InputError, match="no holidays are known of 'ZZZ'"):
        diary(days(400), holidays="ZZZ")


def test_without_the_library_a_country_is_refused_with_the_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(InputError, match=r'python -m pip install "crunch-score\[holidays\]"'):
        diary(days(400), holidays="DE")


def weekend(seed):
    return diary(days(365, "2019-01-07"), days(365, "2019-01-07").day_of_week >= 5, -1.5, seed, levers=3)


def december(seed):
    t = weeks(156)
    return diary(t, np.exp(-0.5 * ((t.day_of_year - 345) / 14) ** 2), 3.0, seed, levers=3)


def pay_days(seed):
    t = days(365, "2019-01-07")
    return diary(t, t.is_month_end | (t.day == 1) | (t.day == 15), 3.0, seed, levers=3)


def a_step(seed):
    return diary(weeks(156), np.arange(156) >= 40 + seed % 70, 3.0, seed, levers=3)


@pytest.mark.simulation
@pytest.mark.parametrize("world", [weekend, december, pay_days, a_step])
@some_and_all("worlds", 15, 400)
def test_levers_that_only_share_the_calendar_seldom_seem_to_move_the_score(world, worlds):
    """Without the calendar: 100, 40, 91 and 40 % of these tables."""
    false = np.mean([(drivers(world(seed), draws=0).table["verdict"] == "moves it").any() for seed in range(worlds)])
    print(f"\n{world.__name__}: any false {false:.3f} of {worlds}")
    assert false <= 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / worlds)
