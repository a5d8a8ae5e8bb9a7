"""How often a method sees an effect between two series that have nothing to do with each other."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crunch import checks
from crunch.effects.verdict import MOVES
from crunch.questions.drivers.drivers import drivers
from crunch.results import Answer
from crunch.study.study import Study
from crunch.wording import level_text, percent


@dataclass(frozen=True, eq=False, repr=False)
class FalseAlarms(Answer):
    """How often each method sees an effect where there is none; see `false_alarms`.

    Attributes
    ----------
    pairs : str
        Of what, as a phrase.
    """

    chart = "false_alarms"
    pairs: str = "unrelated series"


def false_alarms(diaries=500, weeks=104, *, world="walks", level=0.95, rng=None):
    """Ask about pairs of unrelated series, with plain least squares and with `drivers`.

    Granger & Newbold (1974, Journal of Econometrics 2) showed that regressing one random walk on
    another finds an "effect" most of the time, since both wander. So do two series that share nothing
    but their weekends.

    Parameters
    ----------
    diaries : int
        Pairs to simulate.
    weeks : int
        Length of each.
    world : {"walks", "weekends"}
        A value a week that adds up independent steps, or a value a day that is independent but for
        weekends, on which both are lower by 1.5 standard deviations.
    level : float
        One minus this is the share of false alarms each method claims.
    rng : None, int or numpy.random.Generator

    Returns
    -------
    FalseAlarms
        `table` has one row per method: method, alarms (share of pairs with an effect), low, high
        (Wilson interval at `level`), claimed.

    Examples
    --------
    >>> import crunch
    >>> answer = crunch.false_alarms(diaries=20)
    >>> answer.table["method"].tolist()
    ['plain least squares', 'crunch.drivers']
    """
    diaries, weeks = checks.whole(diaries, "diaries", 1), checks.whole(weeks, "weeks", 30)
    level, rng = checks.between(level, 0, 1, "level"), checks.generator(rng)
    made, pairs, how = _WORLDS[checks.choice(world, tuple(_WORLDS), "world")]
    alarms = np.zeros(2, dtype=int)
    for _ in range(diaries):
        diary = made(weeks, rng)
        answer = drivers(Study(diary, score="score", levers="lever", time="time"), level=level, draws=0)
        plain = stats.linregress(diary["lever"], diary["score"]).pvalue
        alarms += [plain < 1 - level, answer.table["verdict"][0] == MOVES]
    low, high = proportion_confint(alarms, diaries, alpha=1 - level, method="wilson")
    table = pd.DataFrame({"method": ["plain least squares", "crunch.drivers"], "alarms": alarms / diaries,
                          "low": low, "high": high, "claimed": 1 - level})
    plain, ours = (percent(*row) for row in table[["alarms", "low", "high"]].itertuples(index=False))
    sentence = (f"In {diaries} pairs of {pairs}, over {weeks} weeks, plain least squares saw an effect in {plain} and "
                f"crunch.drivers in {ours}; both claim {percent(1 - level)}.")
    return FalseAlarms(table, sentence, [f"Intervals at {level_text(level)}, Wilson. {how}"], pairs=pairs)


def _walks(weeks, rng):
    score, lever = np.cumsum(rng.normal(size=(2, weeks)), axis=1)
    return pd.DataFrame({"time": np.arange(weeks), "score": score, "lever": lever})


def _weekends(weeks, rng):
    days = pd.date_range("2024-01-01", periods=7 * weeks)  # a Monday
    score, lever = rng.normal(size=(2, len(days))) - 1.5 * (days.day_of_week >= 5)
    return pd.DataFrame({"time": days, "score": score, "lever": lever})


_WORLDS = {
    "walks": (_walks, "unrelated random walks", "Each walk adds up independent normal steps."),
    "weekends": (_weekends, "daily series that share nothing but their weekends",
                 "Each day is normal and independent of all others; weekends are lower by 1.5 standard deviations.")}
