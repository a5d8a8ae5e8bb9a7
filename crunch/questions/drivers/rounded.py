"""Does the rounding of the score matter? Effects that know of it, beside those that do not."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crunch import checks
from crunch.effects.doubt_words import can_not_tell, told
from crunch.effects.effects import of_score
from crunch.effects.targets import need_step
from crunch.effects.verdict import shared_level
from crunch.effects.words import CAUSE
from crunch.errors import InputError, counted
from crunch.regression.censored import interval_fit
from crunch.results import Answer
from crunch.wording import cell, level_text, number, rough, series

COARSE = 1.0  # steps of noise below which rounding is coarse: then least squares may be off
CROWDED = 0.1  # coefficients per row from which the noise is plainly taken for smaller than it is
APART = 0.25  # of an interval's half width: where the two differ by more, it is said


@dataclass(frozen=True, eq=False, repr=False)
class Rounded(Answer):
    """Effects from shown scores as intervals, beside plain least squares; see `rounded`.

    Attributes
    ----------
    score : str
    noise : float
        Standard deviation of the hidden score about the fit, in points, rounding not included; NaN
        where the bands can be met without noise.
    coarse : bool
        Whether a step is wider than the noise.
    level : float
    """

    score: str = ""
    noise: float = float("nan")
    coarse: bool = False
    level: float = 0.95

    def readable(self):
        """The table as people read it."""
        table = self.table
        pairs = {"effect (interval)": ("effect", "low", "high"),
                 "least squares (interval)": ("plain", "plain_low", "plain_high")}
        return pd.DataFrame({"lever": table["lever"], "change": table["change"], **{
            label: [cell("effect", *row) for row in table[list(names)].itertuples(index=False)]
            for label, names in pairs.items()}})


def rounded(study, *, level=0.95):
    """Estimate effects from the band that each shown score stands for, beside plain least squares on the shown ones.

    Parameters
    ----------
    study : Study
        Accounts or a diary, with a step.
    level : float
        Level of the intervals.

    Returns
    -------
    Rounded
        `table` has lever, outcome, change, effect, low, high (by maximum likelihood of the bands) and
        plain, plain_low, plain_high (by least squares, as `crunch.drivers` has them). NaN where the
        bands can be met without any noise: then there is no maximum.

    Raises
    ------
    InputError
        When the study has no step or is a panel.

    Notes
    -----
    The likelihood takes the noise as normal; standard errors come from leaving out each row in turn, as
    HC3 does for least squares, and are no smaller than the model's own. In a diary the past scores
    among the regressors are the shown ones, in either column.

    References
    ----------
    Burridge (1981), Journal of the Royal Statistical Society B 43 (interval regression).

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> answer = crunch.rounded(study("stuck_at_55"))
    >>> answer.coarse
    True
    """
    level = checks.between(level, 0, 1, "level")
    need_step(study)
    if study.kind == "panel":
        raise InputError("The bands of shown scores stay bands only as long as no means are taken out of them, but a "
                         "panel is compared within units and periods. Study one unit as a diary (leave out unit=).")
    effects = of_score(study) if study.score_moves else None
    plan, plain = effects.score if effects else (None, None)
    if plain is None:
        raise InputError(f"Effects take a score that moves, but {study.score} leaves nothing to explain in "
                         f"{counted(study.rows, 'row')}. Ask crunch.stuck(study).bounds what that rules out.")
    low, high = study.grid.band(study.frame[study.score].to_numpy()[plan.rows])
    found = interval_fit(low, high, plan.matrix)
    table = _table(study, plan, plain, found, level)
    noise = np.nan if found is None else found.sigma
    notes = [CAUSE, *_notes(level, found, plan.matrix.shape), *told(effects.doubts[0]), *plan.notes, *study.notes]
    return Rounded(table, _sentence(study, table, found, effects.doubts[0]), notes, score=str(study.score), noise=noise,
                   coarse=bool(found is None or noise < COARSE * study.step), level=level)


def _table(study, plan, plain, found, level):
    p, size = len(plan.names), np.array([study.scales[name].size for name in plan.names])
    table = pd.DataFrame({"lever": list(plan.names), "outcome": study.score,
                          "change": [study.scales[name].change for name in plan.names]})
    for fit, names in ((found, ("effect", "low", "high")), (plain, ("plain", "plain_low", "plain_high"))):
        middle, half = np.full((2, p), np.nan) if fit is None else (
            fit.coef[:p] * size, fit.half_width(shared_level(fit.p_values[:p], level))[:p] * size)
        for name, values in zip(names, (middle, middle - half, middle + half), strict=True):
            table[name] = values
    return table


def _sentence(study, table, found, doubts):
    also = "".join(f" And {said}." for said in can_not_tell(doubts))
    return _finding(study, table, found) + also


def _finding(study, table, found):
    if found is None:
        return (f"The levers can meet every step that {study.score} showed without any noise, so how they differ from "
                "least squares can't be told; crunch.stuck(study).bounds has all effects that do.")
    ratio = study.step / found.sigma
    apart = (table["effect"] - table["plain"]).abs() > APART * (table["high"] - table["low"]) / 2
    size = f"a step of {study.score} is about {number(ratio, 0 if ratio >= 2 else 1)} times the noise about the fit"
    if not apart.any():
        lead = "The steps are coarse here, but the effects stand" if ratio > 1 / COARSE else (
            "Rounding does not matter much here")
        return (f"{lead}: {size}, and no effect changes by more than a quarter of its uncertainty once it is allowed "
                "for.")
    which = series(table.loc[apart, "lever"].astype(str))
    return (f"Rounding matters here: {size}. Allowing for it changes {which} by more than a quarter of what is "
            "uncertain anyway.")


def _notes(level, found, shape):
    if found is None:
        return []
    rows, columns = shape
    notes = [f"Maximum likelihood of the bands that are shown as they are, normal noise with standard deviation "
             f"{rough(found.sigma)}; robust errors, {level_text(level)} intervals."]
    if columns > CROWDED * rows:
        notes.append(f"{counted(columns, 'coefficient')} from {counted(rows, 'row')} let the noise appear smaller than "
                     "it is; the intervals allow for that, the standard deviation above does not.")
    return notes
