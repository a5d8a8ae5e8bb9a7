"""Score and levers share a calendar, a break or a trend, and mostly nothing else."""

import numpy as np
import pandas as pd

from worlds.world import adding, days, weeks, world

put = adding(group="calendar")


def shared(rng, dates, shape, size, effect=0.0, levers=True, score=True, **known):
    """Score and three levers follow `shape` (or one of both does); the first lever may act."""
    shape = np.asarray(shape, float)
    x = rng.normal(size=(len(dates), 3)) + (size * shape[:, None] if levers else 0)
    y = 50 + (size * shape if score else 0) + effect * x[:, 0] + rng.normal(size=len(dates))
    return world(y, x, [effect, 0, 0], time=dates, errors=("ar", 0.0), held=shape[:, None], **known)


def weekend(rng, n=365, **settings):
    dates = days(n)
    return shared(rng, dates, -1.0 * (dates.day_of_week.to_numpy() >= 5), 1.5, **settings)


def december(rng, **settings):
    dates = weeks(156)
    return shared(rng, dates, np.exp(-0.5 * ((dates.day_of_year.to_numpy() - 345) / 14) ** 2), 3.0, **settings)


def months(rng, n=72):
    dates = pd.date_range("2015-01-01", periods=n, freq="MS")
    return shared(rng, dates, np.isin(dates.month, [11, 12]), 3.0)


def hours(rng, n=504):
    """Three weeks of hours with a morning and an evening peak."""
    dates = pd.date_range("2019-01-07", periods=n, freq="h")
    hour = dates.hour.to_numpy()
    return shared(rng, dates, np.exp(-0.5 * ((hour - 9) / 2) ** 2) + np.exp(-0.5 * ((hour - 20) / 2) ** 2), 2.0)


def pay_days(rng, n=365):
    dates = days(n)
    return shared(rng, dates, np.isin(dates.day, [1, 2, 15]), 3.0)


def month_ends(rng, n=365):
    dates = days(n)
    return shared(rng, dates, dates.is_month_end, 3.0)


def holidays(rng, named=False):
    """Two years of days with nine holidays in each, which the owner may name."""
    dates = days(730)
    fixed = ["01-01", "05-01", "05-29", "07-04", "10-03", "11-01", "12-24", "12-25", "12-26"]
    shape = np.isin(dates.strftime("%m-%d"), fixed)
    made = shared(rng, dates, shape, 3.0)
    if named:
        made.roles["holidays"] = list(dates[shape])
    return made


def two_seasons(rng, n=730):
    dates = days(n)
    year = np.sin(2 * np.pi * dates.day_of_year.to_numpy() / 365.25)
    return shared(rng, dates, year - 1.0 * (dates.day_of_week.to_numpy() >= 5), 1.0)


def mondays(rng, n=260):
    """Working days whose Mondays are busy."""
    dates = pd.bdate_range("2019-01-07", periods=n)
    return shared(rng, dates, dates.day_of_week == 0, 1.5)


def yearly(rng, n=156):
    dates = weeks(n)
    return shared(rng, dates, np.sin(2 * np.pi * dates.day_of_year.to_numpy() / 365.25), 1.0)


def dated_break(rng, n=156):
    """A jump on one date, in the middle half."""
    return shared(rng, weeks(n), np.arange(n) >= rng.integers(n // 4, 3 * n // 4), 2.0)


def saturating(rng, n=156):
    return shared(rng, weeks(n), 1 - np.exp(-np.arange(n) / 30), 3.0)


def trend(rng, n=156):
    return shared(rng, weeks(n), np.arange(n) / n, 3.0)


put("weekend", weekend, trap=True)
put("weekend_120", weekend, n=120, trap=True)
put("weekend_acts", weekend, asks=("drivers", "what_if"), effect=0.25, trap=True)
put("december", december, trap=True)
put("december_acts", december, effect=0.4, trap=True)
put("months", months, trap=True)
put("months_36", months, n=36, trap=True)
put("hours", hours, trap=True)
put("pay_days", pay_days, trap=True)
put("month_ends", month_ends, trap=True)
put("holidays", holidays, trap=True)
put("holidays_named", holidays, named=True, trap=True)
put("two_seasons", two_seasons, trap=True)
put("mondays", mondays, trap=True)
put("yearly", yearly)
put("season_levers_only", weekend, effect=0.25, score=False)
put("season_score_only", weekend, effect=0.25, levers=False)
put("break", dated_break, trap=True)
put("saturating", saturating, trap=True)
put("trend", trend)
