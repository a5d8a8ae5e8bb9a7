"""Question 3, drawn out: the best score for each level of a side effect."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from crunch import checks, progress
from crunch.effects.limits import Limit
from crunch.effects.limits import limits as read_limits
from crunch.effects.outlook import ready
from crunch.errors import InputError, show
from crunch.questions.plan import frontier_words as words
from crunch.questions.plan.costs import costs as read_costs
from crunch.questions.plan.movable import seen_to_move
from crunch.questions.plan.search import best
from crunch.questions.plan.task import confident, task, with_direction
from crunch.questions.what_if.words import warnings
from crunch.results import Answer
from crunch.study.scales import BEYOND

_IN = 0.02  # of the way, at which the levels start: at the very best no lever may move that might take any of it
_HAIR = 1e-6  # without which float noise could deny the last
_BEND = 0.05  # of the height, by which a knee must stand out from the straight line between the ends


@dataclass(frozen=True, eq=False, repr=False)
class Frontier(Answer):
    """The best score for each level of a side effect; see `frontier`.

    Attributes
    ----------
    score, side_effect : str
    better : {"more", "less"}
        Of the side effect.
    moves : DataFrame
        The levers along the frontier, one row per row of `table`.
    score_now, side_now : float
    knee : int or None
        Row of `table` beyond which the side effect costs most for what it brings.
    confidence : float
    step : float or None
    scale : {"linear", "log", "log1p"}
        Of the side effect, along which the levels lie evenly.
    warnings : tuple of str
        Where its best end leaves what the table has seen (`bounds` within that would not), or runs into
        the end of the score.
    """

    chart = "frontier"
    score: str = ""
    side_effect: str = ""
    better: str = "less"
    moves: pd.DataFrame = field(default_factory=pd.DataFrame)
    score_now: float = float("nan")
    side_now: float = float("nan")
    knee: int | None = None
    confidence: float = 0.8
    step: float | None = None
    scale: str = "linear"
    warnings: tuple = ()

    def readable(self):
        """The table as people read it."""
        return words.table(self)


def frontier(study, side_effect, *, limits=None, bounds=None, costs=None, budget=None, confidence=0.8, points=24,
             score=None, at=None, horizon=0, draws=2000, rng=None):
    """Find the best score for each level of a side effect.

    Parameters
    ----------
    study : Study, or Outlook
        As in `crunch.what_if`.
    side_effect : name
        One of which the study says whether more or less is better.
    limits, bounds, costs, budget, confidence, score, at, horizon, draws, rng
        As in `crunch.plan`; limits on other side effects.
    points : int
        Levels, from the best of the side effect to where the score is best.

    Returns
    -------
    Frontier
        `table` has one row per level, the best of the side effect first: level (which the side effect
        keeps with that confidence), score (which the hidden score reaches with it), low, high (interval
        of the hidden score at that level of confidence, whichever plan had come out best), shown, knee.

    Raises
    ------
    InputError
        When nobody said which way is better, or no lever is seen to move either.

    Notes
    -----
    Each point is solved as in `crunch.plan`. The knee is the point farthest from the straight line
    between the ends (Satopää, Albrecht, Irwin & Raghavan 2011, Finding a "Kneedle" in a haystack).

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> answer = crunch.frontier(study("shops"), "cash_tied_up", points=6)
    >>> bool(answer.table["score"].is_monotonic_increasing)
    True
    """
    confidence, points = confident(confidence), checks.whole(points, "points", 3)
    known = ready(study, at=at, horizon=horizon, score=score, draws=draws, rng=rng)
    outcome = with_direction(known, side_effect, "side_effect")
    kept = tuple(limit for limit in read_limits(limits, known.study) if limit.name != side_effect)
    prices = read_costs(costs, known.now, seen_to_move(known, [side_effect, *(limit.name for limit in kept)]))
    if not prices:
        raise InputError(f"A frontier needs levers that go with {show(known.study.score)} or {show(side_effect)}, but "
                         "this table shows none. More rows, or an experiment, would tell.")
    job = task(known, kept, prices, bounds, confidence, np.inf if budget is None else checks.positive(budget, "budget"),
               outcome)
    table, moves = _walk(job, outcome, points)
    matters = known.outcomes[0].matters
    knee = _knee(table, outcome.scale) if np.ptp(table["score"]) >= matters else None
    table["knee"] = [i == knee for i in range(len(table))]
    now = float(outcome.natural(known.outcomes_now[known.place(side_effect)]))
    found = {"score": str(known.study.score), "side_effect": str(side_effect), "better": outcome.better, "moves": moves,
             "score_now": float(known.outcomes_now[0]), "side_now": now, "knee": knee, "confidence": confidence,
             "step": known.study.step, "scale": outcome.scale.name}
    found["warnings"] = _at_its_end(known, moves)
    notes = [*(f"At its best end: {warning}" for warning in found["warnings"]), *words.notes(known, job)]
    return Frontier(table, words.sentence(table, {**found, "matters": matters}), notes, **found)


def _at_its_end(known, moves):
    """What there is to warn of where the score is best."""
    values = {**known.now, **moves.iloc[-1].to_dict()}
    scaled = known.scaled(values)
    return tuple(warnings(known, scaled, values, known.after(scaled)[:, 0]))


def _walk(job, outcome, points):
    """The points of the frontier, the best of the side effect first."""
    known, confidence = job.known, job.confidence
    o = known.place(outcome.name)
    sense, share = (1, confidence) if outcome.better == "less" else (-1, 1 - confidence)

    def level(moves):
        drawn = outcome.natural(known.after(known.scaled(job.values(moves)))[:, o])
        return float(np.quantile(drawn, share, method="higher" if sense > 0 else "lower"))

    free = Limit(outcome.name, sense, level(np.zeros(len(job.names))))
    ends = [best(job.kept(free), [job.kept(limit) for limit in job.limits], job.box, confidence, job.price, job.budget),
            job.best()]
    if any(end is None for end in ends):
        raise InputError("The limits cannot be kept within the bounds of the levers, so there is no frontier. "
                         "Relax a limit, or widen the bounds.")
    seen = outcome.scale(known.study.frame[outcome.name].dropna().to_numpy())
    room = BEYOND * np.ptp(seen)
    span = [float(outcome.natural(end)) for end in (seen.min() - room, seen.max() + room)]
    ends[1] = _not_beyond(job, free, ends)
    first, last = (float(np.clip(level(end), *span)) for end in ends)
    first, last = (float(outcome.scale(end)) for end in (first, last))
    there, rows, moves = None, [], []
    grid = outcome.natural(np.linspace(first + _IN * (last - first), last + _HAIR * (last - first), points))
    for i, at in enumerate(grid):
        progress.step(i / points)
        limited = replace(job, limits=(*job.limits, Limit(outcome.name, sense, float(at))))
        there = limited.best([ends[0], *([] if there is None else [there]), ends[1]])
        if there is None:
            continue
        after = known.after(known.scaled(job.values(there)))[:, 0]
        low, high = job.ends(there, 0, 1)
        reached = float(np.quantile(after, 1 - confidence, method="higher"))
        rows.append({"level": float(at), "score": reached, "low": low, "high": high,
                     "shown": reached if known.rounding is None else float(known.rounding(reached))})
        moves.append({name: job.values(there)[name] for name in job.names})
    if not rows:
        raise InputError(f"A frontier goes from the best of {show(outcome.name)} to the best of "
                         f"{show(known.study.score)}, but no point of it was found: the same levers are best for both, "
                         "or nothing between is sure enough. Ask for one of them, as in "
                         f"crunch.plan(study, least={outcome.name!r}).")
    return _rising(pd.DataFrame(rows), pd.DataFrame(moves))


def _not_beyond(job, free, ends):
    """Moves with the best score and no more of the side effect than it takes: a score may end where it is full."""
    known = job.known
    low, high = (float(np.quantile(known.after(known.scaled(job.values(end)))[:, 0], 1 - job.confidence,
                                   method="higher")) for end in ends)
    full = [job.above(high - 1e-3 * abs(high - low)), *(job.kept(limit) for limit in job.limits)]
    moves = best(job.kept(free), full, job.box, job.confidence, job.price, job.budget)
    return ends[1] if moves is None else moves


def _rising(table, moves):
    """Points at which more of the side effect brings no more score keep what the point before reached."""
    best_so_far = table["score"].cummax()
    source = np.maximum.accumulate(np.where(table["score"] >= best_so_far, np.arange(len(table)), 0))
    level = table["level"]
    return (table.iloc[source].assign(level=level.to_numpy()).reset_index(drop=True),
            moves.iloc[source].reset_index(drop=True))


def _knee(table, scale):
    """The row farthest above the straight line between the ends; None where it hardly bends."""
    x, y = scale(table["level"].to_numpy()), table["score"].to_numpy()
    if len(table) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    above = (y - y[0]) / np.ptp(y) - (x - x[0]) / (x[-1] - x[0])
    at = int(np.argmax(above))
    return at if above[at] > _BEND else None
