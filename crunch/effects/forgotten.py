"""What nobody named: columns whose labels rows share, and orders in which they follow each other."""

import numpy as np

from crunch.regression.columns import independent, without
from crunch.regression.echoes import alike, follow
from crunch.study.unused import one_way

# Levels of the tests. Of rows that have nothing to do with each other fewer than one table in a hundred is doubted:
# the first test, which allows unequal noise, errs on the safe side.
ECHOES, RESEMBLE = 0.01, 0.001


def shared(spare, plan, fit):
    """The columns whose labels rows share that resemble each other, those that resemble most first.

    Of numbers, what goes with them smoothly is taken out before: a measure is no label.
    """
    p_values = {}
    for name, labels in spare.codes.items():
        p_values[name], numbers = alike(fit.residuals, labels), spare.numbers.get(name)
        if p_values[name] < RESEMBLE and numbers is not None and np.isfinite(numbers).all():
            p_values[name] = alike(without(fit.residuals, _basis(plan, [numbers])), labels)
    return sorted((name for name, p in p_values.items() if p < RESEMBLE / len(p_values)), key=p_values.get)


def roles_of(spare, name):
    """Which roles would keep the rows of a label together: of a unit and its time, or of a context; () for none."""
    if name in spare.dates:
        return next(((("time", name), ("unit", unit)) for unit in spare.codes if spare.time_of(unit) == name), ())
    time = spare.time_of(name)
    return (("context", name),) if time is None else (("time", time), ("unit", name))


def echoing(spare, plan, residuals):
    """In which orders rows that follow each other resemble each other: of columns of dates, or None, their own.

    Sorted by the score they would for that alone; what bends with a column that they are sorted by is no echo.
    """
    orders = {name: np.argsort(spare.dates[name], kind="stable") for name in spare.one_a_row}
    rows = np.arange(len(residuals))
    if not one_way(plan.y) and not any((order == rows).all() for order in orders.values()):
        orders[None] = rows
    return [name for name, order in orders.items()
            if follow(_basis(plan, _sorted_by(spare, plan, order))[order], residuals[order]) < ECHOES / len(orders)]


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


def means_of(values, labels):
    """For each row the mean of the rows that share its label; 0 for those without one."""
    known = labels >= 0
    means = np.bincount(labels[known], values[known]) / np.maximum(np.bincount(labels[known]), 1)
    return np.where(known, means[labels], 0)
