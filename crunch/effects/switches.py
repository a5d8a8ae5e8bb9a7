"""Levers of a panel that units switch on at different times and keep on: compared with units not yet switched."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crunch.errors import counted, listing

_AGES = (1, 2, 4, 8, 16)  # periods since the switch from which what goes with it may be another


@dataclass(frozen=True)
class Switch:
    """One such lever.

    Attributes
    ----------
    on : array, shape (rows,)
        How far it stands above where all began; 0 where it is not switched.
    age : array of int, shape (rows,)
        Periods since it was switched, -1 where it is not.
    told : array of bool, shape (rows,)
        False where it is on, and no unit of that period is not, or the unit never was without it.
    """

    on: np.ndarray
    age: np.ndarray
    told: np.ndarray


def switches(study, keep):
    """What such levers add to a panel's design.

    Two-way means compare a unit that switches with those that did so before, whose effect may still grow, and can turn
    its sign (Goodman-Bacon 2021, Journal of Econometrics 225). Here what goes with the lever may differ by its age, and
    rows without anybody to compare with are left out, so that the lever's own coefficient is the mean over the rows
    in which it is on (Borusyak, Jaravel & Spiess 2024, Review of Economic Studies 91; Wooldridge 2021).

    Parameters
    ----------
    study : Study
        A panel.
    keep : array of bool, shape (rows,)
        Rows in use.

    Returns
    -------
    grown : array, shape (rows, columns)
        How what goes with it at each age differs from the mean.
    told : array of bool, shape (rows,)
    notes : list of str
    """
    found = staggered(study)
    grown, told = np.empty((study.rows, 0)), np.ones(study.rows, dtype=bool)
    for one in found.values():
        told &= one.told
    units = pd.factorize(study.frame[study.unit])[0]
    for one in found.values():
        grown = np.column_stack([grown, _by_age(one, units, keep & told)])
    return grown, told, _notes(found, int((keep & ~told).sum()))


def staggered(study):
    """The levers that units switch on at different times and keep on; found once and kept.

    Returns
    -------
    dict of lever to Switch
    """
    return study.kept("switches", lambda: {name: one for name in study.levers if (one := _switch(study, name))})


def _switch(study, name):
    """A lever as a switch; None where it is not one."""
    values = study.scaled(name)
    units, times = pd.factorize(study.frame[study.unit])[0], study.timeline.index
    new = np.append(True, units[1:] != units[:-1])
    changed = ~new & np.append(False, values[1:] != values[:-1])
    count, first = np.bincount(units, changed), values[new]
    movers = count > 0
    if movers.sum() < 2 or count.max() > 1 or np.unique(times[changed]).size < 2:
        return None
    base, signs = first[movers], np.sign(np.diff(values, prepend=values[:1])[changed])
    if np.ptp(base) > 0 or np.ptp(signs) > 0:
        return None
    at = np.where(movers, 0, -1)
    at[units[changed]] = times[changed]
    on = values - base[0]
    age = np.where((on != 0) & movers[units], times - at[units], -1)
    waiting = np.bincount(times, on == 0, times.max() + 1) > 0
    return Switch(on, age, (on == 0) | (waiting[times] & movers[units]))


def _by_age(switch, units, rows):
    """For each age but the first its column, less so much of the first that the mean over rows is nothing."""
    group = np.searchsorted(_AGES, switch.age, side="right")
    group[switch.age < 0] = -1
    for age in range(len(_AGES), 0, -1):  # an age that one unit alone has says nothing by itself
        if np.unique(units[rows & (group == age)]).size < 2:
            group[group == age] -= 1
    ages = [age for age in range(len(_AGES) + 1) if (rows & (group == age)).any()]
    size = [np.count_nonzero(rows & (group == age)) for age in ages]
    return np.column_stack([np.empty((len(units), 0)), *(
        switch.on * ((group == age) - count / size[0] * (group == ages[0]))
        for age, count in zip(ages[1:], size[1:], strict=True))])


def _notes(found, lost):
    """What was done with such levers."""
    if not found:
        return []
    one = len(found) == 1
    notes = [f"{listing(found, most=12)} {'is a switch that units turn' if one else 'are switches that units turn'} on "
             "at different times and keep on: what goes with it is a mean over the rows in which it is on, each "
             "compared with units that have not switched yet."]
    if lost:
        notes.append(f"{counted(lost, 'row')} left out in which every unit had switched, or of units that always had: "
                     "there is nobody to compare with.")
    return notes
