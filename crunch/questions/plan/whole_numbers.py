"""The moves of a plan: the cheapest, the most, the least of a side effect; levers that are counts at whole numbers."""

from dataclasses import replace
from itertools import product

import numpy as np

from crunch.effects.limits import Limit
from crunch.questions.plan.conditions import Box, holds
from crunch.questions.plan.search import best

_PINNED = 3  # counts up to which the other levers look for their best around each way of rounding
_HAIR = 1e-3  # by which moves must better a margin, in usual moves of its outcome, to be worth a word
_ROUND = 5  # levers up to which every way of rounding them to whole numbers is tried


def cheapest(job, target, fallback=None):
    """The cheapest moves to a target; in fractions where no whole ones hold, and no others are known."""
    moves = job.cheapest(target)
    if moves is None:
        return fallback
    conditions = [job.goal(target), *map(job.kept, job.limits)]
    whole = _rounded(job, moves, conditions, job.price_of)
    if whole is None:  # a little more room for rounding
        asked = job.promise.asked
        surer = replace(job, confidence=job.promise.takes(min(asked + 0.01, 0.5 + asked / 2))).cheapest(target)
        whole = None if surer is None else _rounded(job, surer, conditions, job.price_of)
    return whole if whole is not None else moves if fallback is None else fallback


def most(job):
    """The moves with the highest score within limits, whole where that holds; None where limits cannot be kept."""
    goal, conditions = job.goal(float(job.known.outcomes_now[0])), [job.kept(limit) for limit in job.limits]
    return _best_whole(job, goal, conditions)


def least_of(job, outcome, target):
    """The moves with the best of a side effect while the target is shown, whole where that holds; None without any."""
    now = job.known.outcomes_now[job.known.place(outcome.name)]
    free = job.kept(Limit(outcome.name, 1 if outcome.better == "less" else -1, float(outcome.natural(now))))
    conditions = [job.goal(target), *map(job.kept, job.limits)]
    return _best_whole(job, free, conditions)


def _best_whole(job, goal, conditions):
    """The largest quantile of a goal: moves with counts whole, or no move at all if that is as good."""
    def climb(box, starts=(), only=False):
        return best(goal, conditions, box, job.confidence, job.price, job.budget, starts, only)

    def reached(trial):
        return goal.quantile(trial, job.confidence)

    moves = climb(job.box)
    if moves is None:
        return None
    counts, trials = _counts(job, moves), []
    for ends in _ends(job, moves, counts) if 0 < len(counts) <= _PINNED else ():
        fixed = np.isin(job.names, counts)  # the others find their best around the whole numbers
        pinned = Box(np.where(fixed, ends, job.box.low), np.where(fixed, ends, job.box.high))
        trials.append(climb(pinned, [ends, np.where(fixed, ends, 0)], only=True))
    whole = max((trial for trial in trials if trial is not None), key=reached, default=None)
    if whole is None:
        whole = _rounded(job, moves, conditions, lambda trial: -reached(trial))
    moves, still = moves if whole is None else whole, np.zeros(len(moves))
    as_good = reached(still) >= reached(moves) - _HAIR and holds(conditions, still, job.confidence)
    return still if as_good else moves


def _counts(job, moves):
    """The levers that move and come in whole numbers."""
    return [n for n, z in zip(job.names, moves, strict=True) if z != 0 and job.known.study.scales[n].is_count]


def _ends(job, moves, counts):
    """The moves with each count rounded down or up, all that lie within bounds."""
    values = job.values(moves)
    for ends in product(*({np.floor(values[n]), np.ceil(values[n])} for n in counts)):
        trial = job.moves({**values, **dict(zip(counts, ends, strict=True))})
        if (trial >= job.box.low - 1e-9).all() and (trial <= job.box.high + 1e-9).all():
            yield trial


def _rounded(job, moves, conditions, worth):
    """The least in worth of the moves with counts rounded up or down that hold; None where none do."""
    counts = _counts(job, moves)
    if not counts or len(counts) > _ROUND:
        return None if counts else moves
    found, least = None, np.inf
    for trial in _ends(job, moves, counts):
        if job.price_of(trial) <= job.budget and worth(trial) < least and holds(conditions, trial, job.confidence):
            found, least = trial, worth(trial)
    return found
