"""Levers of which each further unit brings less, or more: where a curve says more than a straight line."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from crunch.effects.verdict import adjusted
from crunch.regression.columns import demeaned, independent
from crunch.regression.wandering import comes_back

ALPHA = 0.02  # false-discovery rate of bends: a curve that is none costs every answer
_VALUES = 5  # that a lever must take, so that a bend can be seen
_ROWS = 2.0  # degrees of freedom of a square, below which the bend is what one row or two have of it


@dataclass(frozen=True)
class Bends:
    """The squares that are in the regressions beside the levers: parabolas where a lever was seen, straight beyond.

    Attributes
    ----------
    at : array of int, shape (q,)
        Which levers bend, in any of the outcomes.
    middle, low, high : array, shape (q,)
        Where the parabola has its foot, and where it was seen, on the lever's scale.
    """

    at: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def of(self, x):
        """The curves where these levers stand, shape (q,), or that of one lever at many places."""
        end = np.minimum(np.maximum(x, self.low), self.high)
        return (end - self.middle) ** 2 + 2 * (end - self.middle) * (x - end)

    def slope(self, x):
        """How steep they are there, shape (q,)."""
        return 2 * (np.minimum(np.maximum(x, self.low), self.high) - self.middle)

    def only(self, which):
        """Some of them."""
        return Bends(*(part[which] for part in (self.at, self.middle, self.low, self.high)))

    def curve(self, j):
        """The curve of one lever, which must be one that bends."""
        return self.only(int(np.flatnonzero(self.at == j)[0]))


def bends_of(study, names):
    """The curves of some levers of a study.

    Parameters
    ----------
    study : Study
    names : collection of levers

    Returns
    -------
    Bends
    """
    at = np.array([j for j, name in enumerate(study.levers) if name in names], dtype=int)
    values = [study.scaled(study.levers[j]) for j in at]
    return Bends(at, *(np.array([how(x) for x in values]) for how in (np.mean, np.min, np.max)))


def bent_levers(study, designs, fits):
    """For each regression, the levers whose square makes it better.

    Each square is tested beside all levers, and all tests share a false-discovery rate. A lever that the rows of an
    outcome show in a part of its usual range only is not tested: its mean slope is stated over all rows.

    Parameters
    ----------
    study : Study
    designs, fits : sequence of Design, and of Fit or None

    Returns
    -------
    list of tuple
        Names, in the order of the design.
    """
    p_values = [_p_values(study, plan) if fit is not None else np.array([])
                for plan, fit in zip(designs, fits, strict=True)]
    q_values = iter(adjusted(np.concatenate([*p_values, []])))
    return [tuple(name for name, _ in zip(plan.names, own, strict=False) if next(q_values) < ALPHA)
            for plan, own in zip(designs, p_values, strict=True)]


def with_squares(study, plan, names):
    """A design with the squares of some levers; of levers that go together, one may do for both.

    In a diary the squares of past periods are held constant, as past levers are, unless the outcome is sure to come
    back by itself: the square of a lever that wanders would otherwise seem to go with any score that does.

    Parameters
    ----------
    study : Study
    plan : Design
    names : sequence of levers

    Returns
    -------
    Design
    """
    basis = independent(plan.matrix)[1]
    lagged = names if _wanders(study, plan) else ()
    past = np.column_stack([plan.structure[:, :0], *(_past(study, plan, name) for name in lagged)])
    kept, basis = independent(past, basis)
    squares = np.column_stack([_square(study, plan, name) for name in names])
    new = independent(squares, basis)[0]
    held = np.column_stack([plan.structure, past[:, kept]]) if len(kept) else plan.structure
    return plan.with_squares(squares[:, new], tuple(names[k] for k in new), held)


def _wanders(study, plan):
    """Whether the outcome of a diary may never come back by itself."""
    if plan.units is not None or not plan.lags:
        return False
    return not comes_back(study.timeline.index[plan.ahead], plan.y, plan.lags)


def _centred_square(study, name):
    values = study.scaled(name)
    return (values - values.mean()) ** 2


def _square(study, plan, name):
    """The square of a lever in the rows of a design, free of unit and time means in a panel, shape (rows,)."""
    column = _centred_square(study, name)[plan.rows]
    if plan.units is None:
        return column - column.mean()
    return demeaned(column[:, None], plan.units, plan.times, plan.own)[:, 0]


def _past(study, plan, name):
    """The same of the past periods that a diary's design holds constant, shape (rows, lags)."""
    index, square = study.timeline.index, _centred_square(study, name)
    place = np.zeros(index.max(initial=0) + 1, dtype=int)
    place[index] = np.arange(len(index))
    columns = [square[place[index[plan.rows] - back]] for back in range(1, plan.lags + 1)]
    return np.column_stack([plan.structure[:, :0], *(column - column.mean() for column in columns)])


def _takes_many(values):
    """Whether a lever takes values enough; the first rows mostly show that it does."""
    return any(len(np.unique(some)) >= _VALUES for some in (values[:100 * _VALUES], values))


def _shows_bends(study, name, values):
    """Whether these rows show a bend: a parabola seen on one side alone would make up the other side's slopes."""
    low, _, high = study.usual(name)
    return bool(len(values) and values.min() <= low and values.max() >= high and _takes_many(values))


def _p_values(study, plan):
    """Of the square of each lever of a design beside all levers; NaN where it cannot be tested."""
    able = [j for j, name in enumerate(plan.names) if _shows_bends(study, name, study.scaled(name)[plan.rows])]
    out = np.full(len(plan.names), np.nan)
    if not able or len(plan.y) <= plan.matrix.shape[1] + plan.lags + 2:
        return out
    squares = np.column_stack([_square(study, plan, plan.names[j]) for j in able])
    if not _wanders(study, plan):
        out[able] = _beside(plan.factored, squares, plan.y)
        return out
    basis = independent(plan.matrix)[1]
    for j, square in zip(able, squares.T, strict=True):
        past = _past(study, plan, plan.names[j])
        held = np.column_stack([plan.matrix, past[:, independent(past, basis)[0]]])
        out[j] = _beside(plan.apart(held), square[:, None], plan.y)[0]
    return out


def _beside(taken_apart, squares, y):
    """Two-sided p-value of each square, added by itself."""
    coef, se, dof = taken_apart.beside(squares, y[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = (se > 0) & (dof >= _ROWS)
        return np.where(seen, 2 * stats.t.sf(np.abs(coef / se), dof), np.nan)[:, 0]
