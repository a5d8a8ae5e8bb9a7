"""What the calendar of a diary holds constant: chosen once from score and levers, for the rows of any design."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crunch.effects.breaks import apart, shared_outliers, shared_step
from crunch.effects.clearing import SPARE
from crunch.effects.dates import MOST_POWERS, Columns, before, moments, years
from crunch.regression.columns import independent, lengths
from crunch.regression.wandering import comes_back

MOST_WAVES, MOST_STEPS = 8, 3
_PARTS = ("powers", "hours", "weekdays", "waves", "month_days", "holidays")
_BY_PERIOD = ("month", "quarter")  # of which each has a level of its own, with as many waves as there can be


@dataclass(frozen=True)
class Calendar:
    """What is held constant of the time of a diary's rows.

    Attributes
    ----------
    powers : int
        Of the trend: 1 for a straight line.
    hours : int
        1: of the day, 2: others on weekends, 3: of the week.
    weekdays, holidays : bool
    waves : int
        Order of the Fourier series of the year, 0 where there is none.
    month_days : int
        1: first and last day of the month, 2: the 15th as well, 3: every day.
    steps, outlying : tuple of (int, tuple)
        The period from which score and levers are on another level, or in which they are outlying, and the levers.
    unseen : tuple of str
        What was looked for and is in none of the series.
    short : tuple of (str, str)
        What cannot be held, and for want of what.
    """

    powers: int = 1
    hours: int = 0
    weekdays: bool = False
    holidays: bool = False
    waves: int = 0
    month_days: int = 0
    steps: tuple = ()
    outlying: tuple = ()
    unseen: tuple = ()
    short: tuple = ()

    def columns(self, study, horizon=0, lags=1):
        """The intercept and all that is held, for each row of the study, shape (rows, columns).

        Parameters
        ----------
        study : Study
        horizon, lags : int
            Periods that the outcome is ahead, and periods of the past that are held constant.
        """
        made = columns_of(study)
        shifts = tuple(dict.fromkeys((-horizon, *range(lags + 1))))
        levels = [(part, level) for part in _PARTS for level in range(1, getattr(self, part) + 1)]
        levels += [(part, period) for part in ("steps", "outlying") for period, _ in getattr(self, part)]
        return np.column_stack([np.ones(study.rows), *(made.added(*which, shifts) for which in levels)])


def columns_of(study):
    """All columns that a calendar of this study may have, each made when it is asked for."""
    return study.kept("calendar columns", lambda: Columns(study))


def chosen(study, series, context, least=None):
    """What the calendar of a diary holds constant.

    Weekdays and hours always; of the year, of the days of the month and of the trend as much as the corrected Akaike
    criterion (of the trend a stricter one, Schwarz's) asks for in the regression of the score *or of any lever* on the
    past and the rest of the calendar: what is in one of them alone does not confound, but what is in both need not be
    plain in the score (double selection:
    Belloni, Chernozhukov & Hansen 2014, Review of Economic Studies 81). Then dates on which score and lever jump
    together.

    Parameters
    ----------
    study : Study
        A diary.
    series : array, shape (rows, 1 + levers + others)
        The score, the levers and what else is held constant, on their scales.
    context : array, shape (rows, c)
    least : Calendar, optional
        What is held in any case: what a side effect takes over from the score.

    Returns
    -------
    Calendar
    """
    search = _Search(study, series, context)
    found = search.always()
    if least is not None:
        found = replace(found, steps=least.steps, outlying=least.outlying)
    if search.room <= 0:
        return found if least is None else _both(found, least)
    found = search.asked(found, least)
    with_steps = search.steps(found)
    if with_steps is not found:
        found = search.asked(with_steps, least)
    return search.outliers(found)


def _standard(series, size=None):
    """Series about their means, in units of a size, or else of their standard deviations."""
    size = np.nanstd(series, axis=0) if size is None else size
    return (series - np.nanmean(series, axis=0)) / np.where(size > 0, size, 1)


def _both(found, least):
    """The more of both in whatever is counted."""
    return replace(found, **{name: max(getattr(found, name), getattr(least, name))
                             for name in ("powers", "hours", "waves", "month_days")})


class _Search:
    """The rows that know one period of the past, the series in them, and how much they have room for."""

    def __init__(self, study, series, context):
        self.study, index = study, study.timeline.index
        scaled = _standard(_standard(series, np.nanmax(np.abs(series), axis=0)))  # so that no square is too large
        back = before(index, 1)
        self.rows = np.flatnonzero((back >= 0) & ~np.isnan(scaled + scaled[back]).any(axis=1))
        self.series, self.past = scaled[self.rows], scaled[back[self.rows]]
        self.context = context[self.rows]
        self.p, self.made = len(study.levers), columns_of(study)
        self.room = self._room(Calendar())
        self.wanders = np.array([not comes_back(index, column, 1) for column in scaled.T])

    def _room(self, held):
        """How many more columns the regression can take."""
        columns = self.calendar(held).shape[1] + self.context.shape[1] + self.past.shape[1] + self.p
        return len(self.rows) - columns - SPARE

    def calendar(self, held):
        return held.columns(self.study)[self.rows]

    def always(self):
        """What is held whatever the series are, and what cannot be."""
        stamps, timeline = moments(self.study), self.study.timeline
        if stamps is None:
            numbers = not pd.api.types.is_datetime64_any_dtype(self.study.frame[self.study.time])
            return Calendar(short=(("weekdays, months and holidays", "dates"),) if numbers else ())
        days = 365.25 / timeline.per_year  # in a period
        weekly = days < 7 and timeline.index.size > 0
        long = weekly and (stamps[-1] - stamps[0]).days >= 13
        held = Calendar(hours=int(days < 1), weekdays=long, holidays=self.study.holidays is not None)
        short = [("weekdays", "two weeks")] if weekly and not long else []
        if timeline.per_year >= 4 and years(timeline) < 2:
            short.append(("a yearly season", "two years"))
        if weekly and self.study.holidays is None:
            short.append(("public holidays", "their dates"))
        return replace(held, short=tuple(short))

    def families(self, held):
        """What may be held more or less of: field, what it is called, the least and the most of it."""
        stamps, timeline, out = moments(self.study), self.study.timeline, []
        if stamps is None:
            return [("powers", "", 1, MOST_POWERS)]
        if held.hours and held.weekdays:
            out.append(("hours", "", 1, 3))
        if timeline.per_year >= 4 and years(timeline) >= 2:
            by_period = timeline.name in _BY_PERIOD and years(timeline) >= 3
            most = int(timeline.per_year / 2 if by_period else (timeline.per_year - 1) / 2)
            out.append(("waves", "", 1, min(MOST_WAVES, most)))
        if timeline.name in ("day", "working day", "week") and years(timeline) >= 2 / 12:
            out.append(("month_days", "days of the month", 0, 2 if timeline.name == "week" else 3))
        return [*out, ("powers", "", 1, MOST_POWERS)]

    def asked(self, held, least=None):
        """As much of each family as some series asks for, given the rest of the calendar."""
        families = self.families(held)
        floor = {field: max(own, 0 if least is None else getattr(least, field)) for field, _, own, _ in families}
        held = replace(held, **floor)
        for _ in range(2):
            for field, _, own, most in families:
                order = self._order(replace(held, **{field: own}), field, most)
                held = replace(held, **{field: max(floor[field], order)})
        return replace(held, unseen=tuple(what for field, what, *_ in families if what and not getattr(held, field)))

    def _order(self, held, part, most):
        """How far along the levels of a part the criterion goes, in the series that goes furthest.

        Each given the past; one that may wander in its changes from period to period, for by its levels what wanders
        seems to have a season.
        """
        least, held_too = getattr(held, part), np.column_stack([self.context, self.calendar(held)])
        more, room = [], self._room(held)
        for level in range(least + 1, most + 1):
            new = self.made.added(part, level)[self.rows]
            if sum(block.shape[1] for block in more) + new.shape[1] > room:
                break
            more.append(new)
        each = np.log(len(self.rows)) if part == "powers" else 2  # a curve is less often asked for than a season
        given_past = _best([np.column_stack([held_too, self.past]), *more], self.series, each)
        changes = _best([held_too, *more], self.series - self.past, each)
        return least + int(np.where(self.wanders, changes, given_past).max())

    def steps(self, held):
        """The same with the dates from which score and levers are on another level."""
        score_and_levers = slice(0, 1 + self.p)
        for _ in range(MOST_STEPS - len(held.steps)):
            row, levers = shared_step(np.column_stack([self.calendar(held), self.context]),
                                      self.past[:, score_and_levers], self.series[:, score_and_levers])
            if row is None or self._room(held) < 2:
                break
            held = replace(held, steps=(*held.steps, self._named(row, levers)))
        return held

    def outliers(self, held):
        """The same with the periods in which the score and a lever are outlying."""
        base = np.column_stack([self.calendar(held), self.context, self.past])
        found = shared_outliers(base, self.series[:, :1 + self.p])
        found = tuple(self._named(*one) for one in found)
        if not found or self._room(held) < 2 * len(found):
            return held
        return replace(held, outlying=(*held.outlying, *found))

    def _named(self, row, levers):
        return (int(self.study.timeline.index[self.rows[row]]), tuple(self.study.levers[j] for j in levers))


def _best(blocks, series, each):
    """How many blocks after the first the corrected Akaike criterion asks for, for each series.

    Parameters
    ----------
    blocks : sequence of array, shape (rows, columns)
    series : array, shape (rows, s)
    each : float
        What a column must be worth; 2 for Akaike's.
    """
    n = len(series)
    Q, ends = apart(np.column_stack(blocks)), np.cumsum([block.shape[1] for block in blocks])
    along = Q.T @ series
    rest = ((series - Q @ along) ** 2).sum(axis=0)
    left = np.maximum([rest + (along[end:] ** 2).sum(axis=0) for end in ends], 1e-20 * n)
    k = np.cumsum(Q.any(axis=0))[ends - 1][:, None] + 1
    spare = n - k - 1
    criterion = np.where(spare > 0, n * np.log(left / n) + each * k * n / np.maximum(spare, 1), np.inf)
    return criterion.argmin(axis=0)


def structure(study, held, keep, horizon, lags):
    """The calendar's columns in the rows of a design, without those that repeat others, shape (rows, columns)."""
    columns = held.columns(study, horizon, lags)[keep]
    if not len(columns):
        return columns
    size = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    if len(columns) < columns.shape[1] or (size <= 1e-7 * lengths(columns)).any():
        return columns[:, independent(columns)[0]]
    return columns
