"""Question 1: why is it stuck, and how far is the next point?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from crunch import checks
from crunch.errors import InputError, show
from crunch.questions.stuck import exact, fitted, words
from crunch.questions.stuck.bounds import bounds
from crunch.results import Answer
from crunch.study.study import Study


@dataclass(frozen=True, eq=False, repr=False)
class Stuck(Answer):
    """How far the next point is, what it costs, and why the score stands; see `stuck`.

    Attributes
    ----------
    score : str
    shown, target : float
        The shown score, and the one that `table` gives the prices of.
    hidden, hidden_low, hidden_high : float
        The hidden score with its interval; without one where the formula is known.
    to_target, to_target_low, to_target_high : float
        Points missing until the target is shown.
    to_spare, to_spare_low, to_spare_high : float
        Points that can be lost before the shown score falls.
    slips : DataFrame
        As `table`, for what each lever would have to become for the score to fall by a step.
    why : Answer
        Reasons why it stands: rank, reason, verdict ("yes", "no", "can't tell"), points, evidence;
        those that hold first.
    path : DataFrame
        The score up to now, one row a period: time, shown, low, high (the band that rounding leaves),
        hidden, hidden_low, hidden_high.
    exact : bool
        Whether the formula is known.
    level, step : float
    stands : int
        Rows in a row with the shown score, the present one included.
    period : str
    bent : tuple
        Levers that the score goes with on a curve, whose price follows it from where this row stands.
    bounds : Bounds or None
        What the standing score says of the largest effects there can be; None without a table.
    """

    chart = "stuck"
    score: str = ""
    shown: float = float("nan")
    target: float = float("nan")
    hidden: float = float("nan")
    hidden_low: float = float("nan")
    hidden_high: float = float("nan")
    to_target: float = float("nan")
    to_target_low: float = float("nan")
    to_target_high: float = float("nan")
    to_spare: float = float("nan")
    to_spare_low: float = float("nan")
    to_spare_high: float = float("nan")
    slips: pd.DataFrame = field(default_factory=pd.DataFrame)
    why: Answer | None = None
    path: pd.DataFrame = field(default_factory=pd.DataFrame)
    exact: bool = False
    level: float = 0.95
    step: float = 1.0
    stands: int = 1
    period: str = "row"
    bent: tuple = ()
    study: Study | None = None

    def readable(self):
        """The price list as people read it: what is printed suffices."""
        return words.price_list(self.table, self.step)

    @cached_property
    def bounds(self):
        return None if self.study is None else bounds(self.study)


def stuck(study_or_row, *, score=None, target=None, at=None, window=None, level=0.95, rng=None):
    """Say how far the next point is, what it costs lever by lever, and why the score stands where it does.

    Parameters
    ----------
    study_or_row : Study, or one row as a dict or Series
        A row needs the formula.
    score : crunch.scoring.Score, optional
        The formula, when it is known; prices are then exact. Without it they come from the effects
        that `crunch.drivers` estimates.
    target : float, optional
        The shown score to reach; the next one by default.
    at : optional
        The row of the study: a moment of a diary (the last by default), a unit of a panel, the
        number of a row of accounts (the one closest to the middle by default).
    window : dict of lever to int, optional
        Levers that the score counts over so many of the last periods. Estimated when not given.
    level : float
        Level of the intervals.
    rng : None, int or numpy.random.Generator
        Seed of the draws behind intervals of prices; None is a fixed seed.

    Returns
    -------
    Stuck
        `table` is the price list, one row per lever, cheapest in percent first: lever, value, needed
        (the nearest value with which the target is shown, the others held), change, change_percent,
        reachable, verdict; with a formula also ceiling (the best score this lever alone can bring)
        and weight, without one the intervals change_low, change_high, percent_low, percent_high,
        infinite where the effect may be nil.

    Raises
    ------
    InputError
        When the study has no step, the row lacks a part, or the target is no score that can be
        reached.

    Notes
    -----
    Prices from effects: the missing points over the effect, with Fieller's interval (1954) from
    draws; the hidden score is normal about the fit, confined to the band that is shown as it is.

    Examples
    --------
    >>> import crunch
    >>> page = {"first-contentful-paint": 6795.4, "speed-index": 8296, "largest-contentful-paint": 10884.7,
    ...         "total-blocking-time": 1055.2, "cumulative-layout-shift": 0.0996}
    >>> answer = crunch.stuck(page, score=crunch.scoring.lighthouse())
    >>> answer.table[["lever", "change_percent"]].round(1).head(2)
                     lever  change_percent
    0  total-blocking-time            -3.8
    1          speed-index            -4.7
    """
    level, rng = checks.between(level, 0, 1, "level"), checks.generator(rng)
    if isinstance(study_or_row, Study):
        found = (fitted.ask(study_or_row, target, at, window, level, rng) if score is None
                 else exact.of_study(study_or_row, score, target, at))
    elif isinstance(study_or_row, Mapping | pd.Series):
        if score is None:
            raise InputError("One row alone shows no effects, so it needs the formula of the score, but none was "
                             "given. Give score=, such as crunch.scoring.lighthouse(), or a Study of many rows.")
        if at is not None:
            raise InputError(f"at picks a row of a Study, but one row and at={show(at)} were given. Leave at out.")
        found = exact.of_row(study_or_row, score, target)
    else:
        raise InputError("stuck needs to know the role of each column, so it takes a Study, or one row as a dict "
                         f"together with score=, but it was given {show(type(study_or_row).__name__)}. For a table: "
                         "crunch.Study(table, score=..., levers=[...], step=1); for one of its rows: table.iloc[0].")
    return Stuck(level=level, **found)
