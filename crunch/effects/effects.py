"""What goes with each lever of a study, found once: the score and the side effects, each on the same levers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from crunch.effects import doubt_words
from crunch.effects.bends import Bends, bends_of, bent_levers, with_squares
from crunch.effects.design import design
from crunch.effects.doubts import doubts
from crunch.effects.lags import lags_needed
from crunch.effects.outcomes import outcome_of, outcomes
from crunch.effects.past import holds_past
from crunch.effects.verdict import adjusted, shared_level
from crunch.errors import FEW_ROWS, InputError, counted, listing, show
from crunch.regression.joint import Joint, joint
from crunch.wording import series


@dataclass(frozen=True)
class Effects:
    """Regressions of several outcomes on the levers of a study, curves where a straight line fits worse.

    Attributes
    ----------
    outcomes : tuple of Outcome
        The score first.
    names : tuple
        The levers, in the study's order.
    bends : Bends
        The levers that go with an outcome on a curve.
    designs, fits : tuple
        Per outcome: Design, and Fit or None where nothing can be estimated.
    joint : Joint
        Rows: the levers, then the squares of those that bend; columns: the outcomes. A lever's own
        coefficient is the mean slope of its curve over the study's rows.
    echo : bool
        Whether the score of a diary still echoes itself.
    doubts : tuple of dict
        Per outcome: lever to `Doubt`, those that must not be given a verdict.
    notes : tuple of str
    left_out : dict of side effect to str
        Those without a regression, and why.
    """

    outcomes: tuple
    names: tuple
    bends: Bends
    designs: tuple
    fits: tuple
    joint: Joint
    echo: bool
    doubts: tuple
    notes: tuple = ()
    left_out: dict | None = None

    @property
    def score(self):
        """Design and fit of the score."""
        return self.designs[0], self.fits[0]

    @property
    def bent(self):
        """Lever and outcome of each curve."""
        return tuple((name, outcome.name) for outcome, plan in zip(self.outcomes, self.designs, strict=True)
                     for name in plan.bent)

    @property
    def rows(self):
        """Rows that the score's estimates rest on."""
        return len(self.designs[0].y)

    @cached_property
    def slopes(self):
        """Mean slopes over the study's rows with their errors, a `Joint` of the levers alone."""
        p, m = len(self.names), len(self.outcomes)
        cells = self.joint.correlation.reshape(-1, m, len(self.joint.coef), m)[:p, :, :p].reshape(p * m, p * m)
        return Joint(self.joint.coef[:p], self.joint.se[:p], self.joint.dof[:p], cells)

    @cached_property
    def families(self):
        """Cells that are asked together: those of the score, and those of all side effects, as places of outcomes."""
        return [part for part in (slice(0, 1), slice(1, None)) if self.outcomes[part]]

    @cached_property
    def q_values(self):
        """False-discovery adjusted p-values of the mean slopes, shape (p, m)."""
        out = np.full(self.slopes.se.shape, np.nan)
        for part in self.families:
            out[:, part] = adjusted(self.slopes.p_values[:, part].ravel()).reshape(out[:, part].shape)
        return out

    def levels(self, level):
        """The level at which the intervals of each outcome are drawn, shape (m,); see `shared_level`."""
        out = np.empty(len(self.outcomes))
        for part in self.families:
            out[part] = shared_level(self.slopes.p_values[:, part].ravel(), level)
        return out

    def wide(self, level):
        """Half the widths of these intervals, in standard errors, shape (p, m)."""
        return stats.t.ppf(0.5 + self.levels(level) / 2, self.slopes.dof)

    def move(self, j, o, start, end):
        """What goes with a lever's move in an outcome, the others held.

        Parameters
        ----------
        j, o : int
            Which lever, which outcome.
        start, end : float or array
            On the lever's scale.

        Returns
        -------
        change, se : float or array
            On the outcome's scale.
        """
        plan, fit, name = self.designs[o], self.fits[o], self.names[j]
        straight = np.subtract(end, start)
        if fit is None or name not in plan.bent:
            return self.joint.coef[j, o] * straight, self.joint.se[j, o] * np.abs(straight)
        places = [plan.names.index(name), len(plan.names) + plan.bent.index(name)]
        curve = self.bends.curve(j)
        by = np.array([straight, curve.of(np.asarray(end)) - curve.of(np.asarray(start))])
        cov = fit.cov[np.ix_(places, places)]
        variance = (by * np.tensordot(cov, by, 1)).sum(axis=0)
        return np.tensordot(fit.coef[places], by, 1), np.sqrt(np.maximum(variance, 0))


def effects(study, horizon=0):
    """The score and every side effect on the levers of a study; found once and kept.

    Parameters
    ----------
    study : Study
        With its rows.
    horizon : int

    Returns
    -------
    Effects
    """
    return study.kept(("effects", horizon), lambda: _with_side_effects(study, horizon, of_score(study, horizon)))


def of_score(study, horizon=0):
    """The score alone, which needs no side effect; found once and kept."""
    return study.kept(("score", horizon), lambda: _of_score(study, horizon))


def _straight(study, horizon):
    """The design of the score, without curves, and whether the score still echoes itself."""
    lags, echo = int(holds_past(study)), False
    if study.kind == "diary" and study.score_moves:
        lags, echo = study.kept("lags", lambda: lags_needed(study))
    return design(study, horizon=horizon, lags=lags), echo


def _of_score(study, horizon):
    plan, echo = study.kept(("design", horizon), lambda: _straight(study, horizon))
    outcome = outcome_of(study, study.score)
    designs, fits, told = _curves(study, [outcome], [plan], [plan.fit() if study.score_moves else None])
    return _together(study, (outcome,), designs, fits, echo, (*_end(outcome), *told), {})


def _with_side_effects(study, horizon, first):
    """The same with the side effects, whose curves are a family of their own."""
    found, still = outcomes(study)
    straight, _ = study.kept(("design", horizon), lambda: _straight(study, horizon))
    asked, designs, left_out = [], [], {}
    for outcome in found[1:]:
        try:
            designs.append(_design_of(study, outcome, horizon, straight))
            asked.append(outcome)
        except InputError as error:
            if error.code != FEW_ROWS:
                raise
            left_out[outcome.name] = _why(study, outcome.name, error)
    fits = [plan.fit() for plan in designs]
    designs, fits, told = _curves(study, asked, designs, fits)
    told = (*first.notes, *_told(study, asked, still, left_out), *_reasons(first.designs[0], asked, designs), *told)
    return _together(study, (*first.outcomes, *asked), [*first.designs, *designs], [*first.fits, *fits], first.echo,
                     told, left_out)


def _design_of(study, outcome, horizon, first):
    """A side effect on the score's columns where it is known in the same rows; else on columns of its own."""
    values = outcome.scale(study.frame[outcome.name].to_numpy())
    if not first.lags and not np.isnan(values[first.ahead]).any():
        return first.of(values)
    other = study.instead(score=outcome.name, values={outcome.name: values})
    # A lever that answers to last week's score must not pass for what moves a side effect.
    also = [study.frame[study.score].to_numpy()] if first.lags else []
    return design(other, horizon=horizon, lags=first.lags, also=also, least=first.calendar)


def _why(study, name, error):
    """Why a side effect has no regression: in a diary often for want of values one period after the other."""
    known = study.frame[name].notna()
    if study.kind != "diary" or known.all():
        return str(error)
    period = study.timeline.name
    return (f"It has a value in {known.sum()} of {counted(len(known), period)}, and what goes with it can only be told "
            f"where the {period} before has one as well; too few do. Note it every {period}.")


def _curves(study, found, designs, fits):
    """Squares of levers in each regression that is better with them, all tested as one family."""
    bent = bent_levers(study, designs, fits)
    told = [f"What goes with {series(names)} is a curve for {outcome.name}, as a straight line fits worse than "
            "chance allows: where it was seen a parabola, beyond it straight on."
            for outcome, names in zip(found, bent, strict=True) if names]
    made = [with_squares(study, plan, names) if names else plan for plan, names in zip(designs, bent, strict=True)]
    fits = [plan.fit() if names else fit for plan, names, fit in zip(made, bent, fits, strict=True)]
    return made, fits, told


def _together(study, found, designs, fits, echo, notes, left_out):
    """Regressions side by side, and how their errors go together."""
    bends = bends_of(study, {name for plan in designs for name in plan.bent})
    bent = [study.levers[j] for j in bends.at]
    at = [[*(study.levers.index(name) for name in plan.names), *(len(study.levers) + bent.index(n) for n in plan.bent)]
          for plan in designs]
    units = None if study.unit is None else pd.factorize(study.frame[study.unit])[0]
    groups = [plan.rows if units is None else _units_of(plan, units) for plan in designs]
    count = study.rows if units is None else int(units.max()) + 1
    both = joint(fits, at, groups, (count, len(study.levers) + len(bent)))
    doubted = tuple(doubts(study, plan, fit) for plan, fit in zip(designs, fits, strict=True))
    return Effects(found, study.levers, bends, tuple(designs), tuple(fits), both, echo, doubted,
                   tuple(dict.fromkeys((*notes, *doubt_words.told_of_all(found, doubted)))), left_out)


def _units_of(plan, units):
    """For each cluster of a design, which unit of the study it is."""
    return units[plan.rows[np.unique(plan.units, return_index=True)[1]]]


def _end(score):
    """That the score has an end, where it seems to."""
    if np.isinf(score.ceiling):
        return []
    return [f"{score.name} comes up to {score.ceiling:.12g} and never goes beyond, so that is taken for its end."]


def _told(study, found, still, left_out):
    """Notes on the scales of side effects, and on those that had to go."""
    percent = [o.name for o in found if o.in_percent]
    notes = []
    if percent:
        one = len(percent) == 1
        notes.append(f"{listing(percent, most=12)} {'has' if one else 'have'} a few values far above the rest, so what "
                     f"goes with {'it' if one else 'them'} is stated in percent.")
    if still:
        notes.append(f"{listing(still, most=12)} never moved, so nothing shows what would move "
                     f"{'it' if len(still) == 1 else 'them'}.")
    notes.extend(f"{show(name)} is left out. {reason}" for name, reason in left_out.items())
    gaps = {o.name: int(study.frame[o.name].isna().sum()) for o in found}
    some = [f"{show(name)} ({count})" for name, count in gaps.items() if count]
    if some:
        notes.append(f"Rows without a value were left out for that side effect: {', '.join(some)}.")
    return notes


def _reasons(first, found, designs):
    """What the rows of a side effect leave open that those of the score do not."""
    return [f"For {outcome.name}: {note}" for outcome, plan in zip(found, designs, strict=True)
            for note in plan.notes if note not in first.notes]
