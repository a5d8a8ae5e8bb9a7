"""A study made of another keeps what was settled: periods, scales, roles; only what is named is other."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from places import ROOT

import crunch
from crunch import InputError, Study
from crunch.datasets import study
from crunch.study.timeline import Timeline

KINDS = {"accounts": "accounts", "diary": "stuck_at_55", "panel": "shops"}


@pytest.mark.parametrize("name", KINDS.values())
def test_other_rows_keep_periods_scales_and_levers(name):
    whole = study(name)
    rows = np.arange(0, whole.rows, 2)
    some = whole.instead(rows=rows)
    assert (some.kind, some.levers, some.constant, some.scales) == (whole.kind, whole.levers, whole.constant, whole.scales)
    assert some.rows == len(rows)
    assert (some.timeline.name, some.timeline.per_year) == (whole.timeline.name, whole.timeline.per_year)
    if whole.kind != "accounts":
        np.testing.assert_array_equal(some.timeline.index, whole.timeline.index[rows])
    pd.testing.assert_frame_equal(some.frame, whole.frame.iloc[rows].reset_index(drop=True))


def test_every_second_week_stays_a_diary_of_weeks():
    """The front door would have called it a diary of fortnights."""
    weekly = study("stuck_at_55")
    half = weekly.instead(rows=range(0, weekly.rows, 2))
    assert half.timeline.name == "week"
    assert half.timeline.gaps == weekly.rows // 2 - 1 + weekly.rows % 2
    opened = Study(weekly.frame.iloc[::2], score="klout", levers=["posts"], time="week")
    assert opened.timeline.name == "fortnight"


def test_another_outcome_keeps_the_rows_in_which_it_is_missing():
    table = crunch.load("stuck_at_55")
    table.loc[::3, "hours"] = np.nan
    diary = Study(table, score="klout", levers=["posts", "shares"], time="week", step=1,
                  side_effects={"hours": "less", "unanswered": "less"})
    hours = diary.instead(score="hours", values={"hours": np.log(diary.frame["hours"])})
    assert (hours.score, hours.step, hours.grid, hours.recipe) == ("hours", None, None, {})
    assert (hours.side_effects, hours.better) == (("unanswered",), {"unanswered": "less"})
    assert hours.rows == diary.rows
    assert hours.score_moves
    np.testing.assert_array_equal(hours.frame["hours"], np.log(diary.frame["hours"]))
    assert diary.score == "klout"
    assert diary.side_effects == ("hours", "unanswered")


def test_a_lever_that_stands_still_in_the_rows_left_stays_a_lever():
    table = pd.DataFrame({"a": [0.0] * 30 + list(range(30)), "b": np.arange(60.0) % 7, "y": np.arange(60.0) % 11})
    some = Study(table, score="y", levers=["a", "b"]).instead(rows=np.arange(60) < 30)
    assert some.levers == ("a", "b")
    answer = crunch.drivers(some, draws=0)
    assert answer.table.set_index("lever").loc["a", "verdict"] == "can't tell"
    assert any(note.startswith("'a' cannot be told apart") for note in answer.notes)


def test_a_window_is_a_sum_over_the_last_periods():
    diary = study("stuck_at_55")
    rolled = diary.instead(window={"shares": 13})
    shares = diary.frame["shares"].to_numpy()
    assert rolled.rows == diary.rows - 12
    np.testing.assert_allclose(rolled.frame["shares"], [shares[t - 12:t + 1].sum() for t in range(12, diary.rows)])
    np.testing.assert_array_equal(rolled.timeline.index, diary.timeline.index[12:])
    assert rolled.scales == diary.scales
    assert diary.instead(window={"shares": 13}, rows=range(40)).rows == 28


def test_scales_and_calendar_can_be_named():
    diary = study("stuck_at_55")
    other = diary.instead(scales={"posts": diary.scales["shares"]},
                          timeline=Timeline(2 * diary.timeline.index, "week", diary.timeline.per_year))
    assert other.scales["posts"] == diary.scales["shares"]
    assert other.scales["replies"] == diary.scales["replies"]
    assert other.timeline.gaps == diary.rows - 1


def test_what_was_found_of_one_is_not_taken_for_the_other():
    whole = study("accounts")
    first = crunch.drivers(whole, draws=0).table
    half = crunch.drivers(whole.instead(rows=range(150)), draws=0).table.set_index("lever")
    pd.testing.assert_frame_equal(crunch.drivers(whole, draws=0).table, first)
    X = sm.add_constant(np.column_stack([whole.scaled(name)[:150] for name in whole.levers]))
    fit = sm.OLS(whole.frame["score"].to_numpy()[:150], X).fit()
    sizes = [whole.scales[name].size for name in whole.levers]
    np.testing.assert_allclose(half.loc[list(whole.levers), "effect"], fit.params[1:] * sizes, rtol=1e-10)


@pytest.mark.parametrize(("asked", "says"), [
    ({"score": "huors"}, "Every column named in score must be one of the columns of the study, but 'huors' is not. Did you mean 'hours'?"),
    ({"score": "posts"}, "A column has one role, but 'posts', which is to be the outcome, has another in this study. Make a study of it: crunch.Study(table, score=..., levers=[...])."),
    ({"rows": [0, 999]}, "rows are numbers from 0 to 129, or one True or False for each of 130 rows, but [0, 999] was given. For example rows=range(65)."),
    ({"rows": [True, False]}, "rows are numbers from 0 to 129, or one True or False for each of 130 rows, but [True, False] was given. For example rows=range(65)."),
    ({"window": {"klout": 3}}, "Every column named in window must be one of the levers, but 'klout' is not. They are 'followers', 'following', 'posts', 'replies', 'shares' and 'quality_hours'."),
    ({"values": {"hours": [1.0, 2.0]}}, "values['hours'] must have one value for each row, but the study has 130 rows and 2 values were given. Take them from study.frame."),
    ({"timeline": Timeline(np.arange(3), "week", None)}, "timeline must have one value for each row, but the study has 130 rows and 3 values were given. Take them from study.frame."),
    ({"window": {"posts": 0}}, "window['posts'] must be a whole number of at least 1, but 0 was given. For example window['posts']=1."),
])
def test_what_cannot_be_is_refused(asked, says):
    with pytest.raises(InputError) as error:
        study("stuck_at_55").instead(**asked)
    assert str(error.value) == says


@pytest.mark.parametrize(("name", "lever"), [("accounts", "posts"), ("shops", "staff_hours")])
def test_rows_that_do_not_follow_each_other_have_no_window(name, lever):
    with pytest.raises(InputError, match="A window looks back in time, so it needs a diary"):
        study(name).instead(window={lever: 3})


def test_only_doors_open_a_study():
    """A study made anew on the way settles everything again, and otherwise: that is what instead is for."""
    doors = {"cli.py", "datasets/__init__.py", "questions/drivers/false_alarms.py"}
    found = set()
    for path in sorted((ROOT / "crunch").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Study":
                found.add(str(Path(path).relative_to(ROOT / "crunch")))
    assert found == doors
