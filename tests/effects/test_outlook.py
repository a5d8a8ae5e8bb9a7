"""One row of a study where nothing is known of one of the levers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from fits import by_leverage
from matplotlib.text import Text

import crunch
from crunch import InputError, Study
from crunch.effects.outlook import outlook
from crunch.wording import THIN


def one_is_unknown():
    """Of c, which moved in one row only, nothing is known."""
    rng = np.random.default_rng(0)
    a, b, e, u = rng.normal(size=(4, 200))
    c = np.where(np.arange(200) == 7, 4.0, 3.0)
    table = pd.DataFrame({"a": a, "b": b, "c": c, "y": np.round(50 + 4 * a + b + e), "hours": 5 + a + u})
    return Study(table, score="y", levers=["a", "b", "c"], side_effects={"hours": "less"}, step=1)


def test_a_lever_of_which_nothing_is_known_takes_nothing_from_the_others():
    s = one_is_unknown()
    frame = s.frame.drop(index=7)
    for outcome, row in zip(("y", "hours"), crunch.what_if(s, {"a": "+1"}).table.to_dict("records"), strict=True):
        fit = by_leverage(frame[outcome], sm.add_constant(frame[["a", "b"]]))
        assert row["change"] == pytest.approx(fit.params[1], abs=0.1 * fit.bse[1])
        assert row["change_high"] - row["change_low"] == pytest.approx(np.ptp(fit.ends()[1]), rel=0.1)


def test_plans_and_frontiers_go_by_the_levers_that_are_known():
    s = one_is_unknown()
    plan = crunch.plan(s, target=53)
    assert plan.feasible
    assert set(plan.table["lever"]) <= {"a", "b"}
    assert plan.probability >= 0.8
    assert crunch.frontier(s, "hours", points=3).table["score"].is_monotonic_increasing
    with pytest.raises(InputError) as error:
        crunch.plan(s, target=53, costs={"a": 1, "c": 1})
    assert str(error.value) == ("A plan can move levers of which this table shows what goes with them, but it shows nothing of "
                                "'c'. Leave it out of costs.")
    assert crunch.plan(s, target=53, costs={"a": 1}).feasible


def test_a_move_of_the_lever_of_which_nothing_is_known_is_said_to_be_unknown():
    answer = crunch.what_if(one_is_unknown(), {"c": "+1"})
    assert answer.sentence == (f"With c 3 → 4 (+33{THIN}%), this table can't tell what y would be: it does not show what "
                               "goes with c.")
    assert answer.table["after"].isna().all()
    assert answer.table["now"].notna().all()
    assert answer.shown.empty
    assert answer.readable()["after (interval)"].tolist() == ["can't tell", "can't tell"]
    drawn = crunch.charts.what_if(answer)
    assert not any("nan" in text.get_text().lower() for text in drawn.figure.findobj(Text))


def test_levers_that_stay_leave_every_draw_where_it_was():
    known = outlook(one_is_unknown())
    np.testing.assert_array_equal(known.after(known.scaled_now)[:, 0], known.start)
