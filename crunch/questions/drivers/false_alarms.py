"""How often a method sees an effect between two series that have nothing to do with each other."""

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


class FalseAlarms(Answer):
    """How often each method sees an effect where there is none; see `false_alarms`."""

    chart = "false_alarms"


def false_alarms(diaries=500, weeks=104, *, level=0.95, rng=None):
    """Ask about pairs of unrelated random walks, with plain least squares and with `drivers`.

    Granger & Newbold (1974, Journal of Econometrics 2) showed that regressing one random walk on
    another finds an "effect" most of the time, since both wander.

    Parameters
    ----------
    diaries : int
        Pairs to simulate.
    weeks : int
        Length of each.
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
    alarms = np.zeros(2, dtype=int)
    for _ in range(diaries):
        score, lever = np.cumsum(rng.normal(size=(2, weeks)), axis=1)
        diary = pd.DataFrame({"week": np.arange(weeks), "score": score, "lever": lever})
        answer = drivers(Study(diary, score="score", levers="lever", time="week"), level=level, draws=0)
        alarms += [stats.linregress(lever, score).pvalue < 1 - level, answer.table["verdict"][0] == MOVES]
    low, high = proportion_confint(alarms, diaries, alpha=1 - level, method="wilson")
    table = pd.DataFrame({"method": ["plain least squares", "crunch.drivers"], "alarms": alarms / diaries,
                          "low": low, "high": high, "claimed": 1 - level})
    plain, ours = (percent(*row) for row in table[["alarms", "low", "high"]].itertuples(index=False))
    return FalseAlarms(table, f"In {diaries} pairs of unrelated random walks of {weeks} weeks, plain least squares saw "
                              f"an effect in {plain} and crunch.drivers in {ours}; both claim {percent(1 - level)}.",
                       [f"Intervals at {level_text(level)}, Wilson. Each walk adds up independent normal steps."])
