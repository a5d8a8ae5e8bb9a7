"""Units of a panel: enough of them, and which lever one of them moved alone."""

import numpy as np
import pandas as pd

from crunch.errors import FEW_ROWS, InputError

ALONE = 0.9  # part of what a lever moves within units and periods that goes with one unit, from which it is alone


def codes(study, keep):
    """Units and periods of some rows, counted from 0, or an error where the units are too few."""
    units = pd.factorize(study.frame[study.unit].to_numpy()[keep])[0]
    count = int(units.max(initial=-1)) + 1
    if count < 3:
        raise InputError(f"A panel needs at least 3 units to tell effect from accident, but {count} can be used. "
                         "Add units, or study one of them as a diary (leave out unit=).", FEW_ROWS)
    return units, pd.factorize(study.timeline.index[keep])[0]


def moved_alone(levers, units, times):
    """For each lever the unit without which hardly any movement is left, -1 where there is none, shape (p,).

    It alone moved the lever, or all the others moved it alike: either way there is nobody else to compare with.

    Parameters
    ----------
    levers : array, shape (rows, p)
        Without unit and time means.
    units, times : array of int, shape (rows,)
        Codes 0, 1, ..., each of them there.
    """
    at_once = np.bincount(times)[times]
    weight = at_once / np.maximum(at_once - 1, 1)  # the others' mean moves with it: gone, it takes that along
    sums = np.zeros((int(units.max(initial=-1)) + 1, levers.shape[1]))
    np.add.at(sums, units, levers**2 * weight[:, None])
    most, total = sums.max(axis=0, initial=0), (levers**2).sum(axis=0)
    return np.where((most > 0) & (most > ALONE * total), sums.argmax(axis=0), -1)
