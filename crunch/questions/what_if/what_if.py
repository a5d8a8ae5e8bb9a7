"""Question 4: what if I do this?"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crunch import checks
from crunch.effects.limits import BREAKS, HOLDS, OPEN
from crunch.effects.limits import limits as read_limits
from crunch.effects.outlook import ready
from crunch.questions.what_if import words
from crunch.questions.what_if.changes import changes as read_changes
from crunch.results import Answer


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf(Answer):
    """A scenario: what the score and the side effects would be; see `what_if`.

    Attributes
    ----------
    score : str
    levers : DataFrame
        The levers that change: lever, now, after, change_percent.
    shown : DataFrame
        Shown scores with their probabilities: shown, probability (of this row with other levers),
        probability_now, probability_another (of another row like it). Empty without a step.
    warnings : tuple of str
        Where the scenario leaves what the table has seen.
    outcomes : tuple of Outcome
    level : float
    step : float or None
    exact : bool
        Whether the score comes from a formula.
    name : str
        Which row, empty for the last of a diary.
    """

    chart = "what_if"
    score: str = ""
    levers: pd.DataFrame = field(default_factory=pd.DataFrame)
    shown: pd.DataFrame = field(default_factory=pd.DataFrame)
    warnings: tuple = ()
    outcomes: tuple = ()
    level: float = 0.95
    step: float | None = None
    exact: bool = False
    name: str = ""

    def readable(self):
        """The table as people read it."""
        return words.table(self)


def what_if(study, changes, *, score=None, at=None, horizon=0, limits=None, level=0.95, draws=2000, rng=None):
    """Say what the score and the side effects would be with other levers, as far as associations carry.

    Parameters
    ----------
    study : Study, or Outlook
        An `Outlook`, from `crunch.effects.outlook.outlook`, was prepared for one row and answers in a
        few milliseconds; `score`, `at`, `horizon`, `draws` and `rng` were then settled with it.
    changes : dict of lever to text
        "+10%" and "-5%" of what it is, "+3" and "-2" on top of it, "=40" in its place.
    score : crunch.scoring.Score, optional
        The formula, when it is known; the score is then exact.
    at : optional
        The row, as in `crunch.stuck`: by default the last of a diary, else the one closest to the middle.
    horizon : int
        Periods from the change to what is asked about.
    limits : dict of side effect to text, optional
        As in `crunch.side_effects`.
    level : float
        Level of the intervals, each by itself.
    draws : int
    rng : None, int or numpy.random.Generator
        Seed of the draws; None is a fixed seed.

    Returns
    -------
    WhatIf
        `table` has a row for the score (hidden) and each side effect: outcome, now, after, low, high (of
        this row with other levers), another_low, another_high (of another row like it, with luck of
        its own), change, change_low, change_high, bound (of a limit, in the side effect's own units),
        keeps (probability that it is kept), verdict ("holds", "breaks", "can't tell"; empty without a
        limit).

    Raises
    ------
    InputError
        When a change or a limit is not written as one, or nothing is known of the score.

    Notes
    -----
    Effects are drawn jointly for all outcomes, from a multivariate t with the errors of
    `crunch.side_effects`; the hidden score from the band that is shown. An association need not hold
    when a lever is moved on purpose; the sentence says so.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> answer = crunch.what_if(study("stuck_at_55"), {"followers": "+15%"})
    >>> float(answer.shown.loc[answer.shown["probability"].idxmax(), "shown"])
    56.0
    """
    level = checks.between(level, 0, 1, "level")
    known = ready(study, at=at, horizon=horizon, score=score, draws=draws, rng=rng)
    bounds = read_limits(limits, known.study)
    values = read_changes(changes, known.now, known.study.scales)
    return scenario(known, values, bounds, level)


def scenario(known, values, bounds=(), level=0.95):
    """The answer for levers at these values.

    Parameters
    ----------
    known : Outlook
    values : dict of lever to float
    bounds : sequence of Limit
    level : float

    Returns
    -------
    WhatIf
    """
    scaled = known.scaled(values)
    after, before = known.after(scaled), known.after(known.scaled_now)
    another = known.another(scaled)
    found = _table(known, before, after, another, {limit.name: limit for limit in bounds}, level)
    shown = _shown(known, before[:, 0], after[:, 0], another[:, 0])
    moved = _levers(known, values)
    warnings = tuple(words.warnings(known, scaled, values, after[:, 0]))
    exact = known.score is not None
    return WhatIf(
        pd.DataFrame(found), words.sentence(known, found, shown, moved), [*warnings, *words.notes(known, exact, level)],
        score=str(known.study.score), levers=pd.DataFrame(moved, columns=["lever", "now", "after", "change_percent"]),
        shown=pd.DataFrame(shown, columns=["shown", "probability", "probability_now", "probability_another"]),
        warnings=warnings, outcomes=known.outcomes, level=level, step=known.study.step, exact=exact,
        name=known.where.name)


def _table(known, before, after, another, bounds, level):
    """One row per outcome, in natural units."""
    tails, rows = [(1 - level) / 2, 0.5, (1 + level) / 2], []
    for o, outcome in enumerate(known.outcomes):
        now = outcome.natural(before[:, o])
        then, new = outcome.natural(after[:, o]), outcome.natural(another[:, o])
        low, middle, high = np.quantile(then, tails)
        # Of the score's change only the effect is unsure: where it stands now cancels out.
        change = np.quantile(then - now, tails)
        row = {"outcome": outcome.name, "now": np.median(now), "after": middle, "low": low, "high": high,
               "another_low": np.quantile(new, tails[0]), "another_high": np.quantile(new, tails[2]),
               "change": change[1], "change_low": change[0], "change_high": change[2],
               "bound": np.nan, "keeps": np.nan, "verdict": ""}
        if outcome.name in bounds:
            kept = bounds[outcome.name].keeps(then, row["now"])
            row["bound"] = bounds[outcome.name].bound(row["now"])
            row["keeps"] = float(kept.mean()) if not np.isnan(then).any() else np.nan
            row["verdict"] = _verdict(row["keeps"], level)
        rows.append(row)
    return rows


def _verdict(keeps, level):
    """Whether a limit is kept, at this level on either side."""
    return HOLDS if keeps >= level else BREAKS if keeps <= 1 - level else OPEN


def _shown(known, before, after, another):
    """What would be shown, with which probability."""
    if known.rounding is None:
        return []
    if np.isnan(after).any():  # nothing is known of a lever that moves
        return []
    drawn = [known.rounding(values) for values in (after, before, another)]
    grid = np.unique(np.concatenate(drawn[:2]))
    parts = [[float((values == point).mean()) for values in drawn] for point in grid]
    return [{"shown": float(point), "probability": then, "probability_now": now, "probability_another": new}
            for point, (then, now, new) in zip(grid, parts, strict=True)]


def _levers(known, values):
    return [{"lever": name, "now": now, "after": values[name],
             "change_percent": 100 * (values[name] - now) / abs(now) if now else np.nan}
            for name, now in known.now.items() if values[name] != now]
