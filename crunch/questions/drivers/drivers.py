"""Question 2: which inputs actually move the score?"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crunch import checks
from crunch.effects.doubt_words import because
from crunch.effects.estimates import estimates, wanted_horizon
from crunch.effects.outcomes import outcome_of
from crunch.effects.verdict import CANNOT, MOVES, adjusted, verdict
from crunch.effects.words import held, left_open
from crunch.questions.drivers import words
from crunch.questions.drivers.headline import Picked, headline
from crunch.results import Answer, readable
from crunch.wording import rough


@dataclass(frozen=True, eq=False, repr=False)
class Drivers(Answer):
    """Which levers go with the score; see `drivers`.

    Attributes
    ----------
    score, kind, period : str
        Name of the score, kind of study, name of one period.
    horizon : int
        Periods from the change to the score.
    held : str
        What was held constant, as a phrase.
    level, each, matters : float
        The level asked for, that of each interval, which allows for all levers, and what matters.
    rows : int
        Rows the estimates rest on.
    computed : bool
        Whether the score is arithmetic of the levers.
    divided : str
        What the shares are of, as a phrase.
    doubts : dict of lever to str
        Those that this table can't tell about whatever the numbers are, and why.
    bent : tuple
        Levers that the score goes with on a curve, whose effect is its mean slope over the rows.
    explained, context_share : float
        Part of the score's variation that levers and context explain together, and context alone.
    picked : Picked or None
        The lever that the sentence names, with an interval that allows for its having been picked.
    """

    chart = "drivers"
    score: str = ""
    kind: str = "accounts"
    period: str = "row"
    horizon: int = 0
    held: str = ""
    level: float = 0.95
    each: float = 0.95
    matters: float = 0.5
    rows: int = 0
    computed: bool = False
    divided: str = "variation"
    doubts: dict = field(default_factory=dict)
    bent: tuple = ()
    explained: float = float("nan")
    context_share: float = float("nan")
    picked: Picked | None = None

    def readable(self):
        """The table as people read it; the outcome is the same in every row and left to the sentence."""
        return readable(self.table.drop(columns="outcome"), self.divided)


def drivers(study, *, horizon=0, matters=None, level=0.95, draws=1000, rng=None):
    """Estimate what goes with the score for each lever, the others held constant.

    Parameters
    ----------
    study : Study
    horizon : int
        Periods between the change of a lever and the score; 0 is the same period. Only for diaries
        and panels.
    matters : float, optional
        Points of score that anybody would notice; half a shown step, or a tenth of the score's
        standard deviation when the study has no step.
    level : float
        Of the intervals, which allow for all levers: see Notes.
    draws : int
        Bootstrap draws behind the intervals of the shares; 0 for none.
    rng : None, int or numpy.random.Generator
        Seed of the draws; None is a fixed seed.

    Returns
    -------
    Drivers
        `table` has one row per lever, most important first: lever, outcome, change (what the effect
        is stated for), effect, low, high (points of score), p_value, q_value (false-discovery
        adjusted over the levers), share, share_low, share_high (of the score's variation; in a panel
        within units and periods, in a diary beyond lags and calendar), verdict, swing, swing_low,
        swing_high (points for a move from the lever's 10th to its 90th percentile).

    Raises
    ------
    InputError
        When the table has too few rows, or a setting breaks its rule.

    Notes
    -----
    Accounts: least squares; of a table that was not in memory, from its sums, with a delete-a-block
    jackknife for errors and shares (draws and rng are not used). Panel: two-way within, errors clustered
    by unit. Diary: lag-augmented local projection (Montiel Olea & Plagborg-Møller 2021, Econometrica 89).
    Errors allow unequal noise (HC2, in a panel CR2), with degrees of freedom that count for each lever how
    few rows or units moved it: `crunch.regression.errors`. Of R levers called of m, all intervals are drawn
    at 1 − max(R, 1)(1 − level)/m, so that those leave out zero that are called: `shared_level` in
    `crunch.effects.verdict`. Shares: Lindeman, Merenda & Gold (1980), with bootstrap intervals from rows,
    units or moving blocks, less what draws overfit. A verdict speaks of the larger of the stated change and
    the usual swing, so it does not hang on a lever's unit. The sentence names the
    lever that stands out most, and `picked` has an interval that allows for that: its end near zero is at
    least as near as that of a posterior that knows of nulls.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> answer = crunch.drivers(study("accounts"), draws=100)
    >>> answer.table.loc[0, ["lever", "change", "verdict"]].tolist()
    ['followers', '+10 %', 'moves it']
    """
    horizon = wanted_horizon(study, horizon)
    level = checks.between(level, 0, 1, "level")
    draws, rng = checks.whole(draws, "draws"), checks.generator(rng)
    matters, why = _matters(study, matters)
    if not study.score_moves:
        return _still(study, words.still(study), [words.STILL], study.rows, horizon, level, matters)
    found = estimates(study, horizon, level, draws, rng)
    if found.settled:
        return _still(study, words.settled(study), found.notes, found.rows, horizon, level, matters)
    table, parts = _estimates(study, found, matters, level), found.parts
    named = headline(table, level, found.each)
    notes = [*found.notes, *words.looked_at(found, level), why, *study.notes, *parts.notes,
             *words.cautions(study, table, found, matters)]
    return Drivers(
        table, words.sentence(study, table, found, level, horizon, named), notes, score=study.score,
        kind=study.kind, period=study.timeline.name, horizon=horizon, held=held(study), divided=left_open(study),
        level=level, each=found.each, matters=matters, rows=found.rows,
        computed=bool(study.recipe) or parts.explained >= words.IDENTITY, bent=found.bent,
        doubts={name: because(doubt) for name, doubt in found.doubts.items()},
        explained=parts.explained, context_share=parts.context, picked=named)


def _matters(study, asked):
    if asked is not None:
        return checks.positive(asked, "matters"), f"A change of {asked:.12g} points matters, as asked."
    if study.step is not None:
        return study.step / 2, (f"A change of {study.step / 2:.12g} points matters: half a step of the shown score. "
                                "Set matters= to change that.")
    tenth = study.score_spread / 10
    least = tenth if study.moments is not None else outcome_of(study, study.score).matters
    what = "the score's standard deviation" if least == tenth else "what the middle half of the scores spans"
    return least, (f"A change of {rough(least)} points matters: a tenth of {what}, for want of a step. Set matters= to "
                   "change that.")


def _estimates(study, found, matters, level):
    """The answer's table, most important lever first, levers nothing is known of last."""
    names = list(found.names)
    size = np.array([study.scales[name].size for name in names])
    table = _blank(study, names)
    table["effect"], half = found.coef * size, found.half * size
    table["low"], table["high"] = table["effect"] - half, table["effect"] + half
    table["p_value"], table["q_value"] = found.p_values, adjusted(found.p_values)
    table["share"], table["share_low"], table["share_high"] = found.parts.share, found.parts.low, found.parts.high
    table["verdict"] = [MOVES if name in study.recipe else verdict(low, high, q, matters, 1 - level,
                                                                   name in found.doubts)
                        for name, low, high, q in zip(names, *found.reach, table["q_value"], strict=True)]
    table["swing"], half = found.swing, found.swing_half
    table["swing_low"], table["swing_high"] = table["swing"] - half, table["swing"] + half
    order = table["share"].fillna(table["swing"].abs()).sort_values(ascending=False, kind="stable").index
    return pd.concat([table.loc[order], _blank(study, found.lost)], ignore_index=True) if found.lost else (
        table.loc[order].reset_index(drop=True))


_NUMBERS = ("effect", "low", "high", "p_value", "q_value", "share", "share_low", "share_high")


def _blank(study, names):
    """A row for each lever that says nothing yet."""
    blank = {"lever": list(names), "outcome": study.score, "change": [study.scales[n].change for n in names],
             **dict.fromkeys(_NUMBERS, np.nan), "verdict": CANNOT,
             **dict.fromkeys(("swing", "swing_low", "swing_high"), np.nan)}
    return pd.DataFrame(blank, index=range(len(names)))


def _still(study, sentence, notes, rows, horizon, level, matters):
    """The answer for a score that leaves nothing to explain: every row can't tell."""
    return Drivers(_blank(study, study.levers), sentence, [*study.notes, *notes], score=study.score,
                   kind=study.kind, period=study.timeline.name, horizon=horizon, held=held(study),
                   divided=left_open(study), level=level, matters=matters, rows=rows)
