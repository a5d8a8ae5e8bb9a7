"""Effects and shares of a study's levers, from its rows or from its sums, in one form."""

from dataclasses import dataclass, field

import numpy as np

from crunch import checks
from crunch.effects import words
from crunch.effects.clearing import SPARE
from crunch.effects.effects import of_score
from crunch.effects.from_sums import effects
from crunch.effects.study_shares import Split, split
from crunch.errors import FEW_ROWS, InputError, counted, show
from crunch.progress import bar
from crunch.regression.intervals import jackknife, student
from crunch.shares.chance import Chance
from crunch.study.study import Study

FEW_BLOCKS = 20  # blocks below which errors from leaving them out are too rough


@dataclass(frozen=True)
class Estimates:
    """What is known of the levers.

    Attributes
    ----------
    names : tuple
        Levers with an estimate, in order; `lost` are those without.
    coef, half, p_values : array, shape (p,)
        Mean slopes on the scales of the study; half the width of the interval.
    each : float
        The level of each interval, which allows for all of them.
    swing, swing_half : array, shape (p,)
        What goes with a move from the 10th to the 90th percentile.
    reach : array, shape (2, p)
        From the lowest to the highest that the intervals of all usual moves come to.
    bent : tuple
        The levers that go with the score on a curve.
    parts : Split
    correlation : array, shape (p, p)
        Of the levers' parts that are not held constant.
    rows : int
        Rows the estimates rest on.
    settled : bool
        Whether the score leaves nothing to explain, and there are no estimates.
    notes : tuple of str
    doubts : dict of lever to Doubt
        Those that must not be given a verdict.
    """

    names: tuple
    lost: tuple
    coef: np.ndarray
    half: np.ndarray
    p_values: np.ndarray
    each: float
    swing: np.ndarray
    swing_half: np.ndarray
    reach: np.ndarray
    bent: tuple
    parts: Split | None
    correlation: np.ndarray
    rows: int
    settled: bool
    notes: tuple
    doubts: dict = field(default_factory=dict)


def wanted_horizon(study, horizon):
    """A number of periods that this study can look ahead: what every question about effects asks first."""
    if not isinstance(study, Study):
        raise InputError("A question needs to know the role of each column, so it takes a Study, but it was given "
                         f"{show(type(study).__name__)}. For a table: crunch.Study(table, score=..., levers=[...]).")
    horizon = checks.whole(horizon, "horizon")
    if horizon and study.kind == "accounts":
        raise InputError(f"horizon looks ahead in time, so it needs a diary or a panel, but horizon={horizon} was "
                         "given for a table without time. Name the time column in Study(..., time=), or leave "
                         "horizon at 0.")
    return horizon


def estimates(study, horizon, level, draws, rng):
    """From rows where the study has them, else from its moments.

    Parameters
    ----------
    study : Study
    horizon, draws : int
    level : float
    rng : numpy.random.Generator

    Returns
    -------
    Estimates
    """
    return _from_rows(study, horizon, level, draws, rng) if study.moments is None else _from_moments(study, level)


def usual_reach(study, found, j, o, wide):
    """From the lowest to the highest that intervals of the stated change and of all usual moves come to.

    Parameters
    ----------
    study : Study
    found : Effects
    j, o : int
        Which lever, which outcome.
    wide : float
        Half the width of an interval, in standard errors.

    Returns
    -------
    low, high : float
    """
    size, (low, middle, high) = study.scales[found.names[j]].size, study.usual(found.names[j])
    starts, ends = np.array([low, low, middle]), np.array([high, middle, high])
    change, se = found.move(j, o, starts, ends)
    change, se = (np.append(part, size * own[j, o])
                  for part, own in ((change, found.slopes.coef), (se, found.slopes.se)))
    return (change - wide * se).min(), (change + wide * se).max()


def _from_rows(study, horizon, level, draws, rng):
    found = of_score(study, horizon)
    plan, fit = found.score
    if plan.leaves_nothing:
        return _none(study, plan)
    places = [found.names.index(name) for name in plan.names] if fit is not None else []
    wide = found.wide(level)[places, 0]
    ends = [study.usual(found.names[j])[[0, 2]] for j in places]
    swings = [found.move(j, 0, *pair) for j, pair in zip(places, ends, strict=True)]
    swing, se = np.array(swings, dtype=float).reshape(-1, 2).T
    reach = np.array([usual_reach(study, found, j, 0, w) for j, w in zip(places, wide, strict=True)]).reshape(-1, 2).T
    p = len(plan.names)
    correlation = np.corrcoef(plan.free.T) if p > 1 else np.ones((p, p))
    return Estimates(
        names=plan.names, lost=plan.lost, coef=found.slopes.coef[places, 0], half=wide * found.slopes.se[places, 0],
        p_values=found.slopes.p_values[places, 0], each=found.levels(level)[0],
        swing=swing, swing_half=wide * se, reach=reach, bent=plan.bent,
        parts=split(plan, level, draws, rng), correlation=correlation, rows=len(plan.y), settled=False,
        notes=(*words.method(study, plan, found.echo, horizon), *found.notes, *plan.notes), doubts=found.doubts[0])


def _none(study, plan):
    """Of a score that leaves nothing to explain."""
    nothing = np.empty(0)
    return Estimates(
        names=(), lost=study.levers, coef=nothing, half=nothing, p_values=nothing, each=np.nan, swing=nothing,
        swing_half=nothing, reach=np.empty((2, 0)), bent=(), parts=None, correlation=np.empty((0, 0)),
        rows=len(plan.y), settled=True, notes=plan.notes)


def _from_moments(study, level):
    moments = study.moments
    context = len(moments.columns) - len(study.levers) - 1  # a category is several columns
    _enough(study)
    found = effects(moments, context, level, bar("Shares"))
    names = tuple(study.levers[j] for j in found.kept)
    parts = found.shares
    if parts is None:
        parts = Split(*np.empty((3, 0)), 0.0, 0.0, Chance(moments.rows, 0, 1, 0.0))
    else:
        se = np.sqrt(np.diag(jackknife(parts.drawn, parts.share, moments.counts)))
        low, high, _ = student(parts.share, se, len(moments.counts) - 1, level)
        chance = Chance(moments.rows, parts.rank, 1 + found.held, parts.explained, parts.context)
        parts = Split(parts.share, np.maximum(low, 0), high, parts.explained, parts.context, chance)
    lost, tied = ([study.levers[j] for j in which] for which in (found.lost, found.tied))
    usual = np.array([study.usual_move(name) for name in names])
    reach = np.maximum(usual, np.array([study.scales[name].size for name in names], dtype=float))
    return Estimates(
        names=names, lost=(*lost, *tied), coef=found.coef, half=found.half, p_values=found.p_values, each=found.each,
        swing=found.coef * usual, swing_half=found.half * usual,
        reach=np.array([found.coef - found.half, found.coef + found.half]) * reach, bent=(), parts=parts,
        correlation=found.correlation, rows=moments.rows, settled=False,
        notes=(*words.method_of_sums(study), *words.told_of(lost, tied)))


def _enough(study):
    """Refuse sums of so few rows or blocks that their errors would mean nothing."""
    moments, columns = study.moments, len(study.moments.columns)
    if moments.rows < columns + SPARE or len(moments.counts) < FEW_BLOCKS:
        raise InputError(
            f"Estimates of {counted(columns, 'coefficient')} from sums take at least "
            f"{counted(max(columns + SPARE, FEW_BLOCKS), 'complete row')} in {FEW_BLOCKS} blocks, but there are "
            f"{counted(moments.rows, 'row')} in {counted(len(moments.counts), 'block')}. "
            "Give Study the table in memory, or name fewer columns.", FEW_ROWS)
