"""Effects and shares of a study's levers, from its rows or from its sums, in one form."""

from dataclasses import dataclass

import numpy as np

from crunch import checks
from crunch.effects import words
from crunch.effects.design import SPARE, design
from crunch.effects.from_sums import effects
from crunch.effects.lags import lags_needed
from crunch.effects.study_shares import Split, split
from crunch.errors import InputError, counted, show
from crunch.progress import bar
from crunch.regression.fit import least_squares
from crunch.regression.intervals import jackknife, student
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
        On the scales of the study; half the width of the interval.
    parts : Split
    correlation : array, shape (p, p)
        Of the levers' parts that are not held constant.
    rows : int
        Rows the estimates rest on.
    settled : bool
        Whether the score leaves nothing to explain, and there are no estimates.
    notes : tuple of str
    """

    names: tuple
    lost: tuple
    coef: np.ndarray
    half: np.ndarray
    p_values: np.ndarray
    parts: Split | None
    correlation: np.ndarray
    rows: int
    settled: bool
    notes: tuple


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


def fitted(study, horizon=0):
    """The regression of a study's rows.

    Parameters
    ----------
    study : Study
    horizon : int

    Returns
    -------
    plan : Design
    fit : Fit or None
        Levers first, in the order of `plan.names`; None when nothing is left to explain, or no lever
        to explain it.
    echo : bool
        Whether the score of a diary still echoes itself.
    """
    lags, echo = lags_needed(study) if study.kind == "diary" else (0, False)
    plan = design(study, horizon=horizon, lags=max(lags, 1))
    if plan.leaves_nothing or not plan.names:
        return plan, None, echo
    absorbed = 0 if plan.times is None else int(plan.times.max())
    return plan, least_squares(plan.y, plan.matrix, clusters=plan.units, absorbed=absorbed), echo


def _from_rows(study, horizon, level, draws, rng):
    plan, fit, echo = fitted(study, horizon)
    if plan.leaves_nothing:
        return Estimates((), study.levers, *np.empty((3, 0)), None, np.empty((0, 0)), len(plan.y), True, plan.notes)
    p = len(plan.names)
    coef, half, p_values = np.empty((3, 0))
    if fit is not None:
        coef, half, p_values = fit.coef[:p], fit.half_width(level)[:p], fit.p_values[:p]
    correlation = np.corrcoef(plan.free.T) if p > 1 else np.ones((p, p))
    return Estimates(plan.names, plan.lost, coef, half, p_values, split(plan, level, draws, rng), correlation,
                     len(plan.y), False, (*words.method(study, plan, echo, horizon), *plan.notes))


def _from_moments(study, level):
    moments = study.moments
    context = len(moments.columns) - len(study.levers) - 1  # a category is several columns
    _enough(study)
    found = effects(moments, context, level, bar("Shares"))
    names = tuple(study.levers[j] for j in found.kept)
    parts = found.shares
    if parts is None:
        parts = Split(*np.empty((3, 0)), 0.0, 0.0)
    else:
        se = np.sqrt(np.diag(jackknife(parts.drawn, parts.share, moments.counts)))
        low, high, _ = student(parts.share, se, len(moments.counts) - 1, level)
        parts = Split(parts.share, np.maximum(low, 0), high, parts.explained, parts.context)
    lost, tied = ([study.levers[j] for j in which] for which in (found.lost, found.tied))
    return Estimates(names, (*lost, *tied), found.coef, found.half, found.p_values, parts, found.correlation,
                     moments.rows, False, (*words.method_of_sums(study), *words.told_of(lost, tied)))


def _enough(study):
    """Refuse sums of so few rows or blocks that their errors would mean nothing."""
    moments, columns = study.moments, len(study.moments.columns)
    if moments.rows < columns + SPARE or len(moments.counts) < FEW_BLOCKS:
        raise InputError(
            f"Estimates of {counted(columns, 'coefficient')} from sums take at least "
            f"{counted(max(columns + SPARE, FEW_BLOCKS), 'complete row')} in {FEW_BLOCKS} blocks, but there are "
            f"{counted(moments.rows, 'row')} in {counted(len(moments.counts), 'block')}. "
            "Give Study the table in memory, or name fewer columns.")
