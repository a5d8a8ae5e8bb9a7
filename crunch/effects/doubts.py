"""Why a table can't tell about a lever, whatever its p-value: what nobody named, or what hangs on too little."""

from dataclasses import dataclass

import numpy as np

from crunch.regression.columns import independent, without
from crunch.regression.echoes import alike, follow, is_noise
from crunch.study.unused import one_way, regular

ECHO, ALIKE = "echo", "alike"  # rows that follow each other, or that share a label, resemble each other
# Levels of the tests. Of rows that have nothing to do with each other fewer than one table in a hundred is doubted:
# the first test, which allows unequal noise, errs on the safe side.
ECHOES, RESEMBLE, GROUPED = 0.01, 0.001, 0.05


@dataclass(frozen=True)
class Doubt:
    """One reason; `crunch.effects.doubt_words` says it.

    Attributes
    ----------
    kind : str
        Such as `ECHO`.
    names : tuple
        What the reason speaks of: columns, units or rows.
    roles : tuple of (role, name)
        With which columns in which roles the reason would be gone.
    index : bool
        Whether one of those is the index of the table.
    numbers : bool
        Whether the column is one of numbers, which stand for labels.
    """

    kind: str
    names: tuple = ()
    roles: tuple = ()
    index: bool = False
    numbers: bool = False


def doubts(study, plan, fit):
    """The levers of a regression that must not be given a verdict, each with the first reason that is found.

    Parameters
    ----------
    study : Study
    plan : Design
    fit : Fit or None

    Returns
    -------
    dict of lever to Doubt
    """
    if fit is None or not is_noise(fit.residuals, plan.y):
        return {}
    found = {}
    for reasons in KINDS:
        for name, doubt in reasons(study, plan, fit).items():
            found.setdefault(name, doubt)
    return found


def forgotten(study, plan, fit):
    """Levers of accounts whose rows belong together: by a column that has no role, or as they follow each other.

    A lever that differs no more between groups of rows than within them can be told all the same.
    """
    if study.kind != "accounts":
        return {}
    spare, left, found = study.unused.only(plan.rows), fit.residuals, {}
    for name in _shared(spare, plan, fit):
        labels, doubt = spare.codes[name], _grouped(spare, name)
        left = left - _means(left, labels)
        for lever, column in zip(plan.names, plan.free.T, strict=True):
            if alike(column, labels) < GROUPED:
                found.setdefault(lever, doubt)
    order = _echoing(spare, plan, left)
    return found if order is None else {**dict.fromkeys(plan.names, order), **found}


def _shared(spare, plan, fit):
    """The columns whose labels rows share that resemble each other, those that resemble most first.

    Of numbers, what goes with them smoothly is taken out before: a measure is no label.
    """
    p_values = {}
    for name, labels in spare.codes.items():
        p_values[name], numbers = alike(fit.residuals, labels), spare.numbers.get(name)
        if p_values[name] < RESEMBLE and numbers is not None and np.isfinite(numbers).all():
            p_values[name] = alike(without(fit.residuals, _basis(plan, [numbers])), labels)
    return sorted((name for name, p in p_values.items() if p < RESEMBLE / len(p_values)), key=p_values.get)


def _grouped(spare, name):
    """The reason, and which roles would cure it."""
    if name in spare.dates:
        roles = next(((("time", name), ("unit", unit)) for unit in spare.codes if spare.time_of(unit) == name), ())
    else:
        time = spare.time_of(name)
        roles = (("context", name),) if time is None else (("time", time), ("unit", name))
    return Doubt(ALIKE, (name,), roles, spare.index in {own for _, own in roles}, name in spare.numbers)


def _echoing(spare, plan, residuals):
    """Why rows that follow each other are doubted, None where they are not: in the order of dates, or in their own.

    Sorted by the score they would echo for that alone; what bends with a column that they are sorted by is no echo.
    """
    orders = {name: np.argsort(spare.dates[name], kind="stable") for name in spare.one_a_row}
    rows = np.arange(len(residuals))
    if not one_way(plan.y) and not any((order == rows).all() for order in orders.values()):
        orders[None] = rows
    for name, order in orders.items():
        basis = _basis(plan, _sorted_by(spare, plan, order))
        if follow(basis[order], residuals[order]) < ECHOES / len(orders):
            roles = (("time", name),) if name is not None and regular(name, spare.dates[name]) else ()
            return Doubt(ECHO, () if name is None else (name,), roles, name is not None and spare.index == name)
    return None


def _sorted_by(spare, plan, order):
    """The columns by which rows are sorted in an order."""
    columns = [*np.column_stack([plan.levers, plan.context]).T, *spare.sorted_by]
    return [column for column in columns if one_way(column[order])]


def _basis(plan, columns):
    """An orthonormal basis of a design with some columns, their squares and cubes."""
    if not columns:
        return plan.factored.Q
    powers = [(column / (np.abs(column).max() or 1.0)) ** k for column in columns for k in (1, 2, 3)]
    return independent(np.column_stack([plan.matrix, *powers]))[1]


def _means(values, labels):
    """For each row the mean of the rows that share its label; 0 for those without one."""
    known = labels >= 0
    means = np.bincount(labels[known], values[known]) / np.maximum(np.bincount(labels[known]), 1)
    return np.where(known, means[labels], 0)


# The first reason stands. A kind is a function of study, design and fit that gives the levers it doubts, each with a
# `Doubt`; what it is in words stands in `doubt_words`.
KINDS = (forgotten,)
