"""Levers of which each further unit brings less, or more: where a curve says more than a straight line."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from crunch.effects.outcomes_together import Several, regressed
from crunch.effects.verdict import adjusted
from crunch.regression.columns import demeaned, independent
from crunch.regression.joint import joint
from crunch.wording import series

ALPHA = 0.05  # false-discovery rate of bends
_VALUES = 5  # that a lever must take, so that a bend can be seen


@dataclass(frozen=True)
class Bends:
    """The squares that are in the regressions beside the levers: parabolas where a lever was seen, straight beyond.

    Attributes
    ----------
    at : array of int, shape (q,)
        Which levers bend, in any of the outcomes.
    middle, low, high : array, shape (q,)
        Where the parabola has its foot, and where it was seen, on the lever's scale.
    notes : tuple of str
    """

    at: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    notes: tuple = ()

    def of(self, x):
        """The curves where these levers stand, shape (q,)."""
        end = np.minimum(np.maximum(x, self.low), self.high)
        return (end - self.middle) ** 2 + 2 * (end - self.middle) * (x - end)

    def slope(self, x):
        """How steep they are there, shape (q,)."""
        return 2 * (np.minimum(np.maximum(x, self.low), self.high) - self.middle)

    def only(self, which):
        """Some of them."""
        return Bends(*(part[which] for part in (self.at, self.middle, self.low, self.high)))


def bends(study, found):
    """Add the square of a lever to each regression that is better with it.

    Each square is tested by itself, and all tests share a false-discovery rate.

    Parameters
    ----------
    study : Study
    found : Several
        Regressions on the levers alone.

    Returns
    -------
    Several
        With the squares as further levers, in the order of ``Bends.at``; as it was without any.
    Bends
    """
    tested = [(o, j, p) for o in range(len(found.fits)) if found.fits[o] is not None
              for j in range(len(found.names)) if not np.isnan(p := _p_value(study, found, o, j))]
    bent = np.zeros((len(found.names), len(found.fits)), dtype=bool)
    if tested:
        o, j, p_values = zip(*tested, strict=True)
        bent[j, o] = adjusted(np.array(p_values)) < ALPHA
    at = np.flatnonzero(bent.any(axis=1))
    values = [study.scaled(found.names[j]) for j in at]
    curves = Bends(at, *(np.array([how(x) for x in values]) for how in (np.mean, np.min, np.max)),
                   tuple(_told(study, found, bent)))
    return (_with_squares(study, found, bent, at) if len(at) else found), curves


def _square(study, found, o, j):
    """The square of a lever in the rows of an outcome, free of unit and time means in a panel; None without one."""
    values = study.scaled(found.names[j])
    plan, rows = found.designs[o], found.places[o]
    if found.names[j] not in plan.names or len(np.unique(values[rows])) < _VALUES:
        return None
    column = ((values - values.mean())[rows] ** 2)[:, None]
    column = column - column.mean() if plan.units is None else demeaned(column, plan.units, plan.times)
    return column if independent(column, independent(plan.matrix)[1])[0].size else None


def _p_value(study, found, o, j):
    """Of the square of a lever beside all levers; NaN where it cannot be tested."""
    column, plan = _square(study, found, o, j), found.designs[o]
    if column is None or len(plan.y) <= plan.matrix.shape[1] + 2:
        return np.nan
    fit = regressed(replace(plan, levers=np.column_stack([column, plan.levers])))
    return float(2 * stats.t.sf(abs(fit.coef[0] / fit.se[0]), fit.dof)) if fit.se[0] > 0 else np.nan


def _with_squares(study, found, bent, at):
    """All regressions again, each with its squares."""
    designs, fits = list(found.designs), list(found.fits)
    for o in np.flatnonzero(bent.any(axis=0)):
        own = [j for j in at if bent[j, o]]
        plan = designs[o]
        squares = np.column_stack([_square(study, found, o, j) for j in own])
        kept = independent(squares, independent(plan.matrix)[1])[0]  # of levers that go together, one may do for both
        designs[o] = replace(plan, names=(*plan.names, *(("square", found.names[own[k]]) for k in kept)),
                             levers=np.column_stack([plan.levers, squares[:, kept]]))
        fits[o] = regressed(designs[o])
    names = (*found.names, *(("square", found.names[j]) for j in at))
    return Several(found.outcomes, names, joint(fits, designs, found.places, names, found.groups), tuple(designs),
                   tuple(fits), found.places, found.groups, found.rows, found.notes)


def _told(study, found, bent):
    """What is taken for a curve."""
    for o, outcome in enumerate(found.outcomes):
        names = [found.names[j] for j in np.flatnonzero(bent[:, o])]
        if names:
            yield (f"What goes with {series(names)} is a curve for {outcome.name}, as a straight line fits worse than "
                   "chance allows: where it was seen a parabola, beyond it straight on.")
