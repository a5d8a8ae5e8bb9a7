"""Units of a panel: enough of them, and which lever one of them moved alone."""

import numpy as np
import pandas as pd

from crunch.errors import FEW_ROWS, InputError

ALONE = 0.9  # part of what a lever moves within units, from which one of them moved it alone


def codes(study, keep):
    """Units and periods of some rows, counted from 0, or an error where the units are too few."""
    units = pd.factorize(study.frame[study.unit].to_numpy()[keep])[0]
    count = int(units.max(initial=-1)) + 1
    if count < 3:
        raise InputError(f"A panel needs at least 3 units to tell effect from accident, but {count} can be used. "
                         "Add units, or study one of them as a diary (leave out unit=).", FEW_ROWS)
    return units, pd.factorize(study.timeline.index[keep])[0]


def within(columns, units):
    """Columns less their means within units, shape (rows, columns)."""
    sums = np.zeros((int(units.max(initial=-1)) + 1, columns.shape[1]))
    np.add.at(sums, units, columns)
    return columns - (sums / np.bincount(units)[:, None])[units]


def moved_alone(levers, units):
    """For each lever the unit that alone moved it, -1 where several did, shape (p,).

    Parameters
    ----------
    levers : array, shape (rows, p)
    units : array of int, shape (rows,)
        Codes 0, 1, ..., each of them there.
    """
    sums = np.zeros((int(units.max(initial=-1)) + 1, levers.shape[1]))
    np.add.at(sums, units, within(levers, units) ** 2)
    most = sums.max(axis=0, initial=0)
    return np.where((most > 0) & (most > ALONE * sums.sum(axis=0)), sums.argmax(axis=0), -1)
