"""Levers whose estimate hangs on few rows: which ones carry it, and whether the others say the same."""

import numpy as np
from scipy import stats

from crunch.effects.clearing import SPARE
from crunch.regression.columns import independent, without

FEW = 2  # rows that a lever's own movement must amount to, before anything is said of it
SOME = 12  # below which the other rows are asked what they say
NEARLY_ALL, ALL = 0.75, 0.95  # of what a lever moves beside the others: in rows that are named, and set aside
ALPHA = 0.01  # of levers whose rows agree, so many are doubted


def rows_that_carry(plan, fit):
    """The levers that hang on few rows, and the rows they hang on.

    A lever's own movement is what it moves beside all that is held constant; it amounts to as many rows as would share
    it equally (the inverse of the sum of squared parts). Below `FEW` of them there is no telling an effect from
    whatever else happened there. From there up to `SOME` the rest of the table, where it has something to say, must
    not contradict them: cells that lost their decimal mark do.

    Parameters
    ----------
    plan : Design
        Of accounts or a diary.
    fit : Fit

    Returns
    -------
    few, against : dict of lever to array of int
        Rows of the design, those that carry most first; without the others, and against the others.
    """
    few, against, p = {}, {}, len(plan.names)
    # Without squares: beside its own, a wild cell would be off the line and seem to carry nothing.
    straight = np.delete(plan.matrix, range(p, p + len(plan.bent)), axis=1)
    parts = (plan.apart(straight, p) if plan.bent else plan.factored).carried
    for name, part in zip(plan.names, parts.T, strict=False):
        amount = 1 / (part**2).sum()
        if amount >= SOME:
            continue
        if amount < FEW:
            few[name] = _most(part, NEARLY_ALL)
        elif _contradicted(plan, fit, plan.names.index(name), _most(part, ALL)):
            against[name] = _most(part, NEARLY_ALL)
    return few, against


def _most(part, share):
    """The fewest rows that have so much of it, the largest part first."""
    order = np.argsort(-part, kind="stable")
    return order[:1 + np.searchsorted(np.cumsum(part[order]), share)]


def _contradicted(plan, fit, j, most):
    """Whether the rows but these give another slope than all do."""
    rest = np.setdiff1d(np.arange(len(plan.y)), most)
    held = np.delete(plan.matrix, j, axis=1)[rest]
    held = held[:, independent(held)[0]]
    lever = plan.levers[rest, j] - plan.levers[rest, j].mean()  # about the mean of all, a wild cell would drown them
    own = without(lever, held) ** 2
    if len(rest) < held.shape[1] + SPARE or own.sum() ** 2 <= SOME * (own**2).sum():  # few rows again, or none
        return False
    coef, se, dof = plan.apart(held).beside(lever[:, None], plan.y[rest][:, None])
    apart, errors = abs(coef[0, 0] - fit.coef[j]), np.array([se[0, 0], fit.se[j]])
    if not errors.any():
        return False
    both = (errors**2).sum() ** 2 / (errors**4 / [dof[0, 0], fit.dof[j]]).sum()  # degrees of freedom, by Welch
    return bool(2 * stats.t.sf(apart / np.hypot(*errors), both) < ALPHA)
