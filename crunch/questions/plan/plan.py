"""Question 4: what is the cheapest way there?"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from crunch import checks
from crunch.effects.limits import limits as read_limits
from crunch.effects.outlook import ready
from crunch.effects.targets import on_the_grid, target_of
from crunch.errors import InputError
from crunch.questions.plan import words
from crunch.questions.plan.costs import costs as read_costs
from crunch.questions.plan.movable import seen_to_move
from crunch.questions.plan.obstacles import COLUMNS, obstacles
from crunch.questions.plan.task import Task, confident, task, with_direction
from crunch.questions.plan.whole_numbers import cheapest, least_of, most
from crunch.questions.what_if.what_if import WhatIf, scenario
from crunch.results import Answer


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Answer):
    """The cheapest way to a target, or why there is none; see `plan`.

    Attributes
    ----------
    feasible : bool
        Whether the target is reached with the confidence asked for, and every limit kept with it.
    target, confidence : float
        The target is what was asked for; without one, the highest that can be reached.
    probability : float
        That the target is shown, with the levers as planned: whichever plan had come out best, as often as
        this.
    keeps : dict of side effect to float
        The same for each limit.
    cost : float
    scenario : WhatIf
        What `crunch.what_if` says of the same moves; where there is no plan, of the best there are.
    highest : float
        The highest score that can be shown with that confidence, limits and bounds kept; NaN where
        they cannot be kept at all.
    obstacles : DataFrame
        Where there is no plan, one row per limit: side_effect, limit, highest (score that could be
        shown without it), needed (the nearest bound with which the target can be reached; NaN where
        none will do), in_the_way (whether dropping it alone is enough).
    score : str
    step : float or None
    least : str
        The side effect that was spared, if one was.
    beforehand : float
        What `crunch.what_if` says of the target with the same moves, which it takes as chosen beforehand.
    """

    chart = "plan"
    feasible: bool = False
    target: float = float("nan")
    confidence: float = 0.8
    probability: float = float("nan")
    keeps: dict = field(default_factory=dict)
    cost: float = float("nan")
    scenario: WhatIf | None = None
    highest: float = float("nan")
    obstacles: pd.DataFrame = field(default_factory=pd.DataFrame)
    score: str = ""
    step: float | None = None
    least: str = ""
    beforehand: float = float("nan")

    def readable(self):
        """The table as people read it."""
        return words.table(self)


def plan(study, *, target=None, limits=None, costs=None, bounds=None, confidence=0.8, budget=None, least=None,
         score=None, at=None, horizon=0, draws=2000, rng=None):
    """Find the cheapest change of levers with which the shown score reaches a target and every limit is kept.

    Without a target it finds the most: the highest score within limits, bounds and budget ("most
    score for this much of my time" is a limit on hours, or a budget of costs).

    Parameters
    ----------
    study : Study, or Outlook
        As in `crunch.what_if`.
    target : float, optional
        A score that can be shown; any number for a study without a step. Above the score as it is, but
        where limits or `least` ask for something else.
    limits : dict of side effect to text, optional
        As in `crunch.side_effects`.
    costs : dict of lever to number or text, optional
        2 (for each unit), "3 per %", "0.1 per unit squared"; levers not named stay where they are. By
        default every lever may move that is seen to move the score or a limited side effect, and
        effort counts: one for a move from its 10th to its 90th percentile.
    bounds : dict of lever to (least, most), optional
        How far each may go, None for the default: as far as it was seen to go, and a
        tenth of its range beyond.
    confidence : float
        The target, and each limit, must be met with this probability; from a half up.
    budget : float, optional
        The most it may cost.
    least : name of a side effect, optional
        Find the least of it (the most, where more is better) with which the target is shown: "same
        result, least spend". The target is then, if it is not given, the score as it is.
    score : crunch.scoring.Score, optional
        The formula, when it is known; the score is then exact.
    at, horizon, draws, rng
        As in `crunch.what_if`.

    Returns
    -------
    Plan
        `table` has one row per lever that may move, the dearest first: lever, now, after, change,
        change_percent, move (in usual moves, from its 10th to its 90th percentile), least_move,
        most_move (how far it may go), cost. Empty where there is no plan.

    Raises
    ------
    InputError
        When the target cannot be shown or is already there, or a setting breaks its rule.

    Notes
    -----
    Chance constraints on joint draws of effects and the hidden score (Charnes & Cooper 1959,
    Management Science 6), solved by sequential quadratic programming from several starts; what is
    returned was checked on every draw with the rounding of the score. A search picks what came out
    best, and part of that is luck: so more of the draws must hold than the confidence asked for, as many
    as make it true of whichever plan, of up to R of the m levers, had come out best. In at most
    1 − confidence of all tables a plan is then offered that does not keep its promise. How many, a
    chi-bar law says (`crunch.questions.plan.promise`; Kudô 1963, Biometrika 50; Shapiro 1988,
    International Statistical Review 56). Probabilities speak of what the table leaves open; that an association
    carries over to a lever moved on purpose is taken for granted.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> answer = crunch.plan(study("shops"), target=82, limits={"cash_tied_up": "<= +5%"})
    >>> answer.feasible, answer.probability >= 0.8
    (True, True)
    >>> crunch.plan(study("shops"), least="overtime").sentence.split(",")[0]
    'The least overtime found with fulfilment 81.3 or more'
    """
    confidence = confident(confidence)
    known = ready(study, at=at, horizon=horizon, score=score, draws=draws, rng=rng)
    budget = np.inf if budget is None else checks.positive(budget, "budget")
    kept = read_limits(limits, known.study)
    spared = None if least is None else with_direction(known, least, "least")
    named = [*(limit.name for limit in kept), *([] if spared is None else [spared.name])]
    prices = read_costs(costs, known.now, seen_to_move(known, named))
    asked = None if target is None else asked_target(known, target, named)
    job = task(known, kept, prices, bounds, confidence, budget, spared)
    goal, moves = _found_moves(job, asked, spared)
    # Never a target as reached that is not: counted afresh, with the rounding of the score.
    if moves is None or not job.honoured(moves, goal):
        return _none(known, job, goal if asked is None and spared is not None else asked)
    return _found(known, job, asked, goal, moves, spared)


def _found_moves(job, asked, spared):
    """What is to be shown, and the moves with which it is; None for what there is not."""
    known = job.known
    if not job.names:
        return asked, None
    if spared is not None:
        now = float(known.outcomes_now[0])
        # A hair less than it is, where it has no steps, so that float noise cannot deny that it is kept.
        goal = asked if asked is not None else (
            now - 1e-6 * known.outcomes[0].usual if known.rounding is None else float(known.rounding(now)))
        return goal, least_of(job, spared, goal)
    if asked is not None:
        return asked, cheapest(job, asked)
    top = most(job)
    if top is None:
        return None, None
    goal = job.reached(top)
    if known.rounding is None:  # and a hair less than can be reached
        goal -= 1e-3 * abs(goal - float(known.outcomes_now[0]))
    return goal, cheapest(job, goal, fallback=top)


def asked_target(known, target, named):
    """The target, checked; it may lie at or below the score as it is where something else is asked for, too."""
    study = known.study
    if known.rounding is not None and named:
        on_the_grid(known.rounding, target)
        if target <= float(known.rounding(known.outcomes_now[0])):
            return float(target)
    if known.rounding is None:
        value = checks.finite(target, "target")
        now = known.outcomes_now[0]
    else:
        now = float(known.rounding(known.outcomes_now[0]))
        score = known.outcomes[0]
        limits = (score.floor, score.ceiling) if known.score is None else known.score.limits
        return target_of(known.rounding, now, target, limits, f"Ask for more than {now:.12g}, or leave target out.")
    if value <= now and not named:
        raise InputError(f"A target lies above the score as it is, {now:.12g}, but target={value:.12g} was given. "
                         f"Ask for more {study.score}.")
    return value


def _found(known, job: Task, asked, goal, moves, spared):
    values = job.values(moves)
    after = scenario(known, values, job.limits, job.promise.asked)
    table = pd.DataFrame([_row(job, moves, name, known.now[name], values[name]) for name in job.names])
    table = table.sort_values("cost", ascending=False, kind="stable", ignore_index=True)
    ends = spared and job.ends(moves, known.place(spared.name), 1 if spared.better == "more" else -1)
    found = {"feasible": True, "target": goal, "confidence": job.promise.asked, "cost": float(table["cost"].sum()),
             "probability": job.probability(moves, goal), "keeps": job.keeps(moves), "scenario": after,
             "beforehand": float(replace(job, known=known).shows(moves, goal).mean()),
             "highest": goal if asked is None and spared is None else np.nan,
             "least": "" if spared is None else str(spared.name), "score": str(known.study.score),
             "step": known.study.step}
    return Plan(table, words.sentence(known, table, found, asked, ends), words.notes(known, job, after, found), **found)


def _row(job, moves, name, now, after):
    j = job.names.index(name)
    return {"lever": name, "now": now, "after": after, "change": after - now,
            "change_percent": 100 * (after - now) / abs(now) if now else np.nan, "move": moves[j],
            "least_move": job.box.low[j], "most_move": job.box.high[j], "cost": job.cost_of(moves, name)}


def _none(known, job: Task, asked):
    top = job.best() if job.names else None
    highest = np.nan if top is None else job.reached(top)
    blocked = obstacles(job, asked) if job.names else pd.DataFrame(columns=list(COLUMNS))
    after = None if top is None else scenario(known, job.values(top), job.limits, job.promise.asked)
    table = pd.DataFrame(columns=["lever", "now", "after", "change", "change_percent", "move", "least_move",
                                  "most_move", "cost"])
    found = {"feasible": False, "target": np.nan if asked is None else asked, "confidence": job.promise.asked,
             "scenario": after, "highest": highest, "obstacles": blocked, "score": str(known.study.score),
             "step": known.study.step}
    return Plan(table, words.none(known, job, found), words.notes(known, job, after), **found)
