"""What nobody named: columns whose labels rows share, and orders in which they follow each other."""

import numpy as np

from crunch.regression.columns import without
from crunch.regression.echoes import alike, follow, one_way

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
            powers = [(numbers / (np.abs(numbers).max() or 1.0)) ** k for k in (1, 2, 3)]
            p_values[name] = alike(without(fit.residuals, np.column_stack([plan.matrix, *powers])), labels)
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
    columns = [*np.column_stack([plan.levers, plan.context]).T, *spare.sorted_by]
    return [name for name, order in orders.items()
            if follow(plan.factored.Q, columns, residuals, order) < ECHOES / len(orders)]
