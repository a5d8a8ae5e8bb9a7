"""Periods counted on real calendars."""

import numpy as np
import pandas as pd
import pytest

from crunch import InputError
from crunch.study.timeline import moments_in_time, timeline


def dates(*args, **kwargs):
    return pd.Series(pd.date_range(*args, **kwargs), name="when")


@pytest.mark.parametrize(("column", "name", "per_year"), [
    (dates("2024-01-01", periods=10, freq="7D"), "week", 365.25 / 7),
    (dates("2024-01-31", periods=10, freq="ME"), "month", 12),
    (dates("2020-03-31", periods=8, freq="QE"), "quarter", 4),
    (dates("2001-01-01", periods=8, freq="YS"), "year", 1),
    (dates("2024-01-01", periods=10, freq="D"), "day", 365.25),
    (dates("2024-01-01", periods=15, freq="B"), "working day", 261),
    (dates("2024-01-01", periods=15, freq="h"), "hour", 365.25 * 24),
    (pd.Series(range(10), name="when"), "period", None),
    (pd.Series(range(100, 170, 7), name="when"), "period", None),
])
def test_regular_periods_are_consecutive(column, name, per_year):
    counted = timeline(column)
    assert counted.index.tolist() == list(range(len(column)))
    assert counted.name == name
    assert counted.per_year == (None if per_year is None else pytest.approx(per_year))
    assert counted.gaps == 0


def test_gaps_and_repeats_keep_their_place():
    weeks = dates("2024-01-01", periods=10, freq="7D").drop([3, 4])
    counted = timeline(pd.concat([weeks, weeks]))
    assert counted.index.tolist() == [0, 1, 2, 5, 6, 7, 8, 9] * 2
    assert counted.gaps == 2


def test_irregular_dates():
    column = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-18", "2024-01-25"]), name="when")
    with pytest.raises(InputError) as caught:
        timeline(column)
    assert str(caught.value) == (
        "Time must come in regular steps, but 2 dates of 'when' fall between them, first 2024-01-18 (most steps are "
        "7 days). Bring the table to one row a period first, for example with table.resample('W', on='date').mean().")


def test_two_dates_in_a_month():
    column = pd.concat([dates("2024-01-31", periods=6, freq="ME"), pd.Series([pd.Timestamp("2024-03-05")])])
    with pytest.raises(InputError, match=r"one date a month, but 'when' has two in the month of 2024-03-05"):
        timeline(column.rename("when"))


def test_fractional_numbers():
    with pytest.raises(InputError) as caught:
        moments_in_time(pd.Series([0, 0.5, 1], name="when"))
    assert str(caught.value) == ("Time must be dates or whole numbers, but 'when' has 0.5. "
                                 "Number the periods 0, 1, 2, … or give dates.")


def test_texts_are_read_as_iso_dates_only():
    assert moments_in_time(pd.Series(["2024-03-04", "2024-03-11"]))[0] == pd.Timestamp("2024-03-04")
    with pytest.raises(InputError) as caught:
        moments_in_time(pd.Series(["03/04/2024"], name="when"))
    assert str(caught.value) == ("Time must be dates or whole numbers, but 'when' holds '03/04/2024'. Say how to read it: "
                                 "table['when'] = pd.to_datetime(table['when'], format='%d/%m/%Y').")


def test_time_zones_and_periods():
    zoned = moments_in_time(dates("2024-01-01", periods=3, freq="D", tz="Europe/Berlin"))
    assert timeline(zoned).name == "day"
    months = moments_in_time(pd.Series(pd.period_range("2024-01", periods=4, freq="M"), name="when"))
    assert timeline(months).index.tolist() == [0, 1, 2, 3]


def test_one_row():
    assert timeline(dates("2024-01-01", periods=1)).index.tolist() == [0]


def test_numbers_off_the_grid():
    with pytest.raises(InputError, match=r"most steps of 'when' are 2 and 5\.0 fall"):
        timeline(pd.Series(np.array([0, 2, 4, 5, 8, 10]), name="when"))
