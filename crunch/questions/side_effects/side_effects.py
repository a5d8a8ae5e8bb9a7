"""Question 3: what else moves when I pull a lever?"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from crunch import checks
from crunch.effects.case import case
from crunch.effects.doubt_words import because
from crunch.effects.effects import effects
from crunch.effects.estimates import usual_reach, wanted_horizon
from crunch.effects.limits import BREAKS, HOLDS, OPEN
from crunch.effects.limits import limits as read_limits
from crunch.effects.verdict import CANNOT, verdict
from crunch.effects.words import held
from crunch.errors import FEW_ROWS, InputError, show
from crunch.questions.side_effects import words
from crunch.questions.side_effects.indirect import indirect
from crunch.questions.side_effects.trades import trades
from crunch.results import Answer


@dataclass(frozen=True, eq=False, repr=False)
class SideEffects(Answer):
    """What goes with each lever: the score, and what one refuses to sacrifice; see `side_effects`.

    Attributes
    ----------
    score, kind, period : str
    outcomes : tuple of Outcome
        The score first: scale, which way is better, what matters.
    trades : DataFrame
        Lever by lever, pulled the way that goes with a higher score: lever, way, gain (usual moves of
        the score for a usual move of the lever), sacrifice (of the side effect that gets worst, in its
        usual moves), worst, their intervals, costs_more (the probability that what gets worst is more
        than what gains most) and verdict: "free lunch", "trade", "numbers game", "avoid", "can't tell"
        or "too small to matter".
    indirect : DataFrame
        What comes along through other levers: lever, outcome, change, effect (other levers held
        equal), total (other levers left to move along) with its interval, through.
    held : str
    level : float
    rows, horizon : int
    doubts : dict of (lever, outcome) to str
        Cells of which this table can't tell whatever the numbers are, and why.
    bent : tuple
        Lever and outcome of each curve, whose effect is its mean slope over the rows.
    """

    chart = "side_effects"
    score: str = ""
    kind: str = "accounts"
    period: str = "row"
    outcomes: tuple = ()
    trades: pd.DataFrame = field(default_factory=pd.DataFrame)
    indirect: pd.DataFrame = field(default_factory=pd.DataFrame)
    held: str = ""
    level: float = 0.95
    rows: int = 0
    horizon: int = 0
    doubts: dict = field(default_factory=dict)
    bent: tuple = ()

    def readable(self):
        """The table as people read it: a row per lever, a column per outcome."""
        return words.matrix(self)


def side_effects(study, *, levers=None, horizon=0, limits=None, level=0.95, draws=4000, rng=None):
    """Estimate what goes with each lever, for the score and every side effect at once.

    Parameters
    ----------
    study : Study
        With side effects; as a dict of name to "more" or "less" it is also known which way is better.
    levers : names, optional
        Those to report; all by default. The others are held constant all the same.
    horizon : int
        Periods between the change of a lever and what it goes with.
    limits : dict of side effect to text, optional
        "<= 8" or ">= 20" bounds the side effect, "<= +0.5" or ">= -5%" its change. A limit also says
        which way is better. Where the study has time, it is held against the last row (in a panel
        that of the unit closest to the middle), else against the row closest to the middle.
    level : float
        Of the intervals, which allow for all that is asked: see Notes.
    draws : int
        Draws behind the probability that a lever takes more than it brings.
    rng : None, int or numpy.random.Generator
        Seed of the draws; None is a fixed seed.

    Returns
    -------
    SideEffects
        `table` has one row per lever and outcome: lever, outcome, change (of the lever), effect, low,
        high (in the outcome's own units, or in percent of it), unit ("" or "%"), p_value, q_value
        (false-discovery adjusted; the score's cells are one family, those of all side effects another),
        verdict ("moves it", "too small to matter", "can't tell"; with a limit "holds", "breaks", "can't
        tell"), better ("more", "less" or ""), usual (the effect of a usual move of the lever, from its
        10th to its 90th percentile, in usual moves of the outcome).

    Raises
    ------
    InputError
        When the study has no side effects that vary, or a setting breaks its rule.

    Notes
    -----
    Every outcome is regressed as the score is in `crunch.drivers`, in a diary with as many lags of its
    own and of the score. The score's cells are those of `crunch.drivers`; the cells of all side effects
    are a second family. In each, all intervals have one level, with which those leave out zero that stand
    out (see `crunch.effects.verdict.shared_level`). An outcome with a long upper tail is read in percent.
    Too small to matter: the interval of the larger of the stated change and the lever's usual move lies within a
    tenth of the outcome's standard deviation (the score: half a step). A limit is a test of
    non-inferiority: it holds when the whole interval keeps it.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> answer = crunch.side_effects(study("shops"))
    >>> answer.table.set_index(["lever", "outcome"]).loc[("stock_cover", "cash_tied_up"), ["unit", "verdict"]].tolist()
    ['', 'moves it']
    """
    level, draws = checks.between(level, 0, 1, "level"), checks.whole(draws, "draws", 100)
    rng, horizon = checks.generator(rng), wanted_horizon(study, horizon)
    asked = None
    if levers is not None:
        asked = checks.columns(checks.names(levers, "levers"), study.levers, "levers", "levers")
    bounds = {limit.name: limit for limit in read_limits(limits, study)}
    found = _directed(_asked(study, horizon), bounds)
    where = case(study).row
    table = _table(study, found, bounds, where, level)
    if asked is not None:
        table = table[table["lever"].isin(asked)].reset_index(drop=True)
    along = indirect(study, found, level)
    traded = trades(study, found, found.wide(level), found.joint.draws(draws, rng), table)
    notes = words.notes(study, found, table, along, traded, level, bounds)
    sentence = words.sentence(study, table, traded, horizon, found)
    return SideEffects(
        table, sentence, notes, score=str(study.score), kind=study.kind,
        period=study.timeline.name, outcomes=found.outcomes, trades=traded, indirect=along, held=held(study),
        level=level, rows=found.rows, horizon=horizon, doubts=_doubted(found), bent=found.bent)


def _asked(study, horizon):
    """Effects on the score and at least one side effect, or why there are none."""
    found = effects(study, horizon)
    if len(found.outcomes) > 1:
        return found
    if found.left_out:
        raise InputError(f"Side effects are estimated as the score is, but none of this study can be. "
                         f"{' '.join(f'{show(name)}: {reason}' for name, reason in found.left_out.items())}", FEW_ROWS)
    raise InputError("Side effects are columns of a study that vary, but this study has none. Name what you refuse "
                     "to sacrifice: Study(..., side_effects={'hours': 'less'}).")


def _directed(found, bounds):
    """With the directions that limits give to side effects of which the study says none."""
    ways = {name: "less" if limit.sense > 0 else "more" for name, limit in bounds.items()}
    return replace(found, outcomes=tuple(replace(o, better=o.better or ways.get(o.name)) for o in found.outcomes))


def _table(study, found, bounds, row, level):
    """One row per lever and outcome."""
    rows, p_values, wide = [], found.slopes.p_values, found.wide(level)
    half = wide * found.slopes.se
    for j, name in enumerate(found.names):
        scale, (start, _, end) = study.scales[name], study.usual(name)
        for o, outcome in enumerate(found.outcomes):
            middle, width = found.slopes.coef[j, o] * scale.size, half[j, o] * scale.size
            rows.append({"lever": name, "outcome": outcome.name, "change": scale.change,
                         "effect": outcome.stated(middle), "low": outcome.stated(middle - width),
                         "high": outcome.stated(middle + width), "unit": "%" if outcome.in_percent else "",
                         "p_value": p_values[j, o], "q_value": found.q_values[j, o],
                         "reach": usual_reach(study, found, j, o, wide[j, o]),
                         "usual": found.move(j, o, start, end)[0] / outcome.usual, "better": outcome.better or ""})
    table = pd.DataFrame(rows)
    by_name = {outcome.name: outcome for outcome in found.outcomes}
    now = {name: float(study.frame[name].iloc[row]) for name in bounds}
    doubted = _doubted(found)
    table["verdict"] = [
        CANNOT if (cell["lever"], cell["outcome"]) in doubted
        else _kept(cell, bounds[cell["outcome"]], now[cell["outcome"]], by_name[cell["outcome"]])
        if cell["outcome"] in bounds else _moved(cell, by_name[cell["outcome"]], level)
        for cell in table.to_dict("records")]
    return table[["lever", "outcome", "change", "effect", "low", "high", "unit", "p_value", "q_value", "verdict",
                  "better", "usual"]]


def _doubted(found):
    """The cells in doubt, and why."""
    return {(name, outcome.name): because(doubt) for outcome, own in zip(found.outcomes, found.doubts, strict=True)
            for name, doubt in own.items()}


def _on_scale(cell, outcome):
    """The ends of a cell's interval on the outcome's scale."""
    ends = np.array([cell["low"], cell["high"]])
    return np.log1p(ends / 100) if outcome.in_percent else ends


def _moved(cell, outcome, level):
    return verdict(*cell["reach"], cell["q_value"], outcome.matters, 1 - level)


def _kept(cell, limit, now, outcome):
    """Whether the side effect keeps its limit when the lever is changed as stated."""
    ends = _on_scale(cell, outcome)
    if np.isnan([now, *ends]).any():
        return CANNOT
    kept = limit.keeps(outcome.natural(outcome.scale(now) + ends), now)
    return HOLDS if kept.all() else OPEN if kept.any() else BREAKS
