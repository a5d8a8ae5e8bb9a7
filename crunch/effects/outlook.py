"""One row of a study, ready to be asked what other levers would go with: all draws made once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crunch import checks
from crunch.effects.case import Case, case
from crunch.effects.effects import Effects, effects
from crunch.effects.estimates import wanted_horizon
from crunch.effects.hidden import hidden
from crunch.errors import InputError, listing, show
from crunch.regression.region import Region
from crunch.scoring import Score
from crunch.study.study import Study


@dataclass(frozen=True)
class Outlook:
    """What is known of one row, and of what goes with its levers.

    Attributes
    ----------
    study : Study
    found : Effects
    where : Case
    now : dict
        Lever to value; `outcomes_now` the same for score (hidden) and side effects.
    start : array, shape (draws,)
        Draws of the hidden score.
    slopes : array, shape (draws, p + q, m)
        Draws of all effects, on the scales of levers and outcomes; the q curves last.
    center : array, shape (m,)
        What the fit says of each outcome in this row, its own luck left out.
    noise : array, shape (m,)
        Standard deviations about that: luck, and what is not known of the fit.
    luck : array, shape (draws, m)
        Standard normal.
    score : Score or None
        The formula, when it is known.
    horizon : int
    """

    study: Study
    found: Effects
    where: Case
    now: dict
    start: np.ndarray
    slopes: np.ndarray
    center: np.ndarray
    noise: np.ndarray
    luck: np.ndarray
    score: Score | None
    horizon: int

    @property
    def outcomes(self):
        return self.found.outcomes

    @property
    def bends(self):
        """The curves that are taken where a straight line fits worse."""
        return self.found.bends

    @property
    def names(self):
        """The levers that can be changed."""
        return tuple(self.now)

    @property
    def rounding(self):
        return self.study.grid

    def place(self, name):
        """Where an outcome stands among all."""
        return [outcome.name for outcome in self.outcomes].index(name)

    @cached_property
    def scaled_now(self):
        """The levers as they stand, on their scales, shape (p,)."""
        return self.scaled(self.now)

    @cached_property
    def seen(self):
        """Values of each lever that were seen where this row belongs: in a panel, in its own unit."""
        frame = self.study.frame
        if self.study.kind == "panel":
            frame = frame[frame[self.study.unit] == frame[self.study.unit].iloc[self.where.row]]
        return {name: frame[name].to_numpy() for name in self.names}

    @cached_property
    def region(self):
        return Region(np.column_stack([self.study.scales[name](values) for name, values in self.seen.items()]))

    @cached_property
    def outcomes_now(self):
        """Where each outcome stands, on its scale, shape (m,); the hidden score's middle first."""
        row = self.study.frame.iloc[self.where.row]
        return np.array([np.median(self.start) if outcome.is_score else float(outcome.scale(row[outcome.name]))
                         for outcome in self.outcomes])

    def scaled(self, values):
        """Values of all levers, a dict, on their scales, shape (p,)."""
        return np.array([float(self.study.scales[name](values[name])) for name in self.names])

    def natural(self, scaled):
        """Levers on their scales, shape (p,), as a dict of values."""
        return {name: float(self.study.scales[name].inverse(x)) for name, x in zip(self.names, scaled, strict=True)}

    def after(self, scaled):
        """Draws of every outcome with the levers there, on the outcomes' scales, shape (draws, m).

        Of this row with other levers, its own luck kept.
        """
        out = self.outcomes_now + self._moved(scaled)
        out[:, 0] += self.start - self.outcomes_now[0]
        return self._ended(out, scaled)

    def another(self, scaled):
        """The same for another row like it, with luck of its own."""
        return self._ended(self.center + self._moved(scaled) + self.luck * self.noise, scaled)

    def _moved(self, scaled):
        """Draws of what the levers' moves go with, shape (draws, m); NaN where nothing is known of one that moves."""
        by = self.features(scaled) - self._features_now
        moved = by != 0  # what is not known of a lever that stays where it is takes nothing from the others
        return np.einsum("dpm,p->dm", self.slopes[:, moved], by[moved])

    def features(self, scaled):
        """What effects multiply: the levers on their scales, then the curves of those that bend, shape (p + q,)."""
        return np.append(scaled, self.bends.of(scaled[self.bends.at]))

    @cached_property
    def _features_now(self):
        return self.features(self.scaled_now)

    def _ended(self, out, scaled):
        """With the score by its formula, or where it can be."""
        out[:, 0] = (self.outcomes[0].natural(out[:, 0]) if self.score is None
                     else self.hidden_by_formula(self.natural(scaled)))
        return out

    def hidden_by_formula(self, values):
        """The hidden score of these levers, by the formula."""
        return self.score.of({**self._inputs, **{n: v for n, v in values.items() if n in self._inputs}})

    @cached_property
    def _inputs(self):
        return self.score.inputs(dict(self.study.frame.iloc[self.where.row]))


def outlook(study, *, at=None, horizon=0, score=None, draws=2000, rng=None):
    """Prepare one row of a study for `crunch.what_if` and `crunch.plan`: a panel asks it again with every move.

    Parameters
    ----------
    study : Study
    at : optional
        The row, as in `crunch.stuck`: by default the last of a diary, else the one closest to the middle.
    horizon : int
    score : crunch.scoring.Score, optional
        The formula, when it is known. Its columns must be in the study.
    draws : int
    rng : None, int or numpy.random.Generator

    Returns
    -------
    Outlook

    Raises
    ------
    InputError
        When nothing can be said of the score.
    """
    horizon, draws, generator = wanted_horizon(study, horizon), checks.whole(draws, "draws", 100), checks.generator(rng)
    where = case(study, at)
    if score is not None or generator is rng:  # a formula, or draws that nobody could ask for again
        return _outlook(study, where, horizon, score, draws, generator)
    return study.kept(("outlook", where.row, where.name, horizon, draws, rng),
                      lambda: _outlook(study, where, horizon, None, draws, generator))


def _outlook(study, where, horizon, score, draws, rng):
    """One row with all its draws."""
    found = effects(study, horizon)
    known = found.joint.se[:, 0] >= 0
    if score is None and not known.any():
        raise InputError(f"What would be needs effects on the score, but this table shows none: "
                         f"{study.score} never moved, or nothing is left to explain. crunch.stuck(study).bounds says "
                         "what is ruled out.")
    row = study.frame.iloc[where.row]
    now = {name: float(row[name]) for name in study.levers}
    if score is not None:
        _reads(score, study)
    about = np.array([_about(study, found, o, where.row) for o in range(len(found.outcomes))])
    start = np.full(draws, float(row[study.score]))
    if score is not None:
        start = np.full(draws, score.of(score.inputs(dict(row))))
    elif study.step is not None:
        behind = hidden(study, *found.score).only(np.array([where.row]))
        start = behind.quantile((np.argsort(rng.random(draws)) + 0.5) / draws)
        about[0] = (behind.center[0], behind.spread[0]) if np.isfinite(behind.center[0]) else about[0]
    slopes = found.joint.draws(draws, rng)
    slopes[:, len(found.names):] = np.nan_to_num(slopes[:, len(found.names):])  # no bend in that outcome
    return Outlook(study, found, where, now, start, slopes, *about.T,
                   rng.normal(size=(draws, len(about))), score, horizon)


def _about(study, found, o, row):
    """What the fit says of an outcome in a row, and the standard deviation about that."""
    plan, fit, outcome = found.designs[o], found.fits[o], found.outcomes[o]
    now = float(outcome.scale(study.frame[outcome.name].iloc[row]))
    if fit is None:
        return now, np.nan
    variance = (fit.residuals**2).sum() / max(len(plan.y) - plan.matrix.shape[1] - plan.absorbed, 1)
    at = np.flatnonzero(plan.rows == row)
    if not len(at):  # the row has no full past, or no later score
        return now, float(np.sqrt(variance))
    x = plan.matrix[at[0]]
    return now - float(fit.residuals[at[0]]), float(np.sqrt(variance + x @ fit.cov @ x))


def _reads(score, study):
    if not isinstance(score, Score):
        raise InputError(f"score must be a formula, a Score such as crunch.scoring.hdi(), but {show(score)} "
                         "was given. Leave it out for a score whose formula nobody told you.")
    missing = [name for name in score.columns if name not in study.frame.columns]
    if missing:
        raise InputError(f"The formula needs {listing(score.columns, most=12)}, but the study has no "
                         f"{listing(missing, most=6)}. Name it among the levers or the context.")


def ready(study_or_outlook, **settings):
    """An outlook, as it is or of a study; what each question about one row asks first.

    Parameters
    ----------
    study_or_outlook : Study or Outlook
        With an outlook the settings were settled when it was made.
    **settings
        As for `outlook`.

    Returns
    -------
    Outlook
    """
    return study_or_outlook if isinstance(study_or_outlook, Outlook) else outlook(study_or_outlook, **settings)
