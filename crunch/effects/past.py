"""Whether the past of a study is held constant."""

import numpy as np
from scipy import stats

from crunch.effects.lookup import look
from crunch.effects.own import own_of
from crunch.effects.panels import codes
from crunch.effects.switches import staggered
from crunch.effects.verdict import adjusted
from crunch.regression.columns import demeaned, independent
from crunch.regression.fit import factored

ALPHA = 0.05  # false-discovery rate of signs that the past matters
LEAST = 3  # rows the middle unit must have, once its first is spent on the past


def holds_past(study):
    """Whether past periods are held constant: always in a diary, in a panel where they matter; found once and kept."""
    if study.kind != "panel" or not study.score_moves:
        return study.kind == "diary"
    return study.kept("past", lambda: past_matters(study, own_of(study).columns))


def past_matters(study, own):
    """Whether a panel must hold its last period constant: a lever answers to the last score, or counts a period late.

    Two-way means leave what a lever goes with biased where it answers to the last score and the score echoes itself,
    and take a period's effect for the next one's where a lever counts late. Otherwise the past is not held: it costs
    power. Nor is it beside a lever that units switch on and keep on, whose effect would go over into the past score.

    Parameters
    ----------
    study : Study
        A panel whose score moves.
    own : array, shape (rows, q)
        What each unit has of its own, held constant.

    Returns
    -------
    bool
    """
    levers = np.column_stack([study.scaled(name) for name in study.levers])
    y = study.frame[study.score].to_numpy()
    keep, _, past = look(study, y, levers, 0, 1)
    p = levers.shape[1]
    if keep.sum() < 2 * p + 2 or staggered(study):
        return False
    units, times = codes(study, keep)
    if np.median(np.bincount(units)) < LEAST:
        return False
    now, last = (demeaned(part, units, times, own[keep]) for part in (np.column_stack([y, levers])[keep], past[keep]))
    answers = _beside(last[:, 1:], last[:, :1], now[:, 1:], units, times)
    late = _beside(now[:, 1:], last[:, 1:], now[:, :1], units, times)
    return bool(np.nanmin(adjusted(np.append(answers, late)), initial=1.0) < ALPHA)


def _beside(held, columns, outcomes, units, times):
    """Two-sided p-value of each column in each outcome, beside what is held."""
    taken_apart = factored(held[:, independent(held)[0]], clusters=units, times=times)
    coef, se, dof = taken_apart.beside(columns, outcomes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(se > 0, 2 * stats.t.sf(np.abs(coef / se), dof), np.nan).ravel()
