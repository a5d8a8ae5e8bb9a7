"""Validate and return: every function here hands back what it was given, or raises a sentence.

Column names and cells are data from strangers: they are shown through `show`, never evaluated.
"""

from difflib import get_close_matches
from numbers import Integral, Real

import numpy as np
import pandas as pd

from crunch.errors import InputError, counted, listing, show

_LARGEST = float(np.finfo(float).max)  # Python compares it with whole numbers of any length
_FOURTH = 1e75  # beyond it fourth powers, of which errors of curves are made, are no numbers any more


def several(value):
    """What was given as a tuple: one may be given bare, and None is none."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) or not np.iterable(value) else tuple(value)


def names(value, role):
    """The names given for a role, as a tuple; a single name may be given bare."""
    value = several(value)
    twice = [name for name in dict.fromkeys(value) if value.count(name) > 1]
    if twice:
        raise InputError(f"Each column has one place in {role}, but {listing(twice)} is named twice. "
                         "Name it once.")
    return value


def columns(wanted, available, role, group=None):
    """The wanted columns, all of them in the table, or in a group of its columns, none of them there twice."""
    available = list(available)
    for name in wanted:
        if name not in available:
            near = get_close_matches(str(name), [str(a) for a in available], n=1, cutoff=0.5)
            where, lead = (f"one of the {group}", "They are") if group else ("in the table", "It has")
            cure = (f"Did you mean {show(near[0])}?" if near else f"{lead} {listing(available, most=12)}." if available
                    else "There are none.")
            raise InputError(f"Every column named in {role} must be {where}, but {show(name)} is not. {cure}")
        if available.count(name) > 1:
            raise InputError(f"Column names must be unique, but the table has {available.count(name)} columns "
                             f"called {show(name)}. Rename all but one of them.")
    return tuple(wanted)


def one_role_each(roles):
    """The roles, when no column plays two of them; `roles` maps a role to its names."""
    seen = {}
    for role, members in roles.items():
        for name in members:
            if name in seen:
                raise InputError(f"A column has one role, but {show(name)} is given as {seen[name]} and as "
                                 f"{role}. Keep it in one of the two.")
            seen[name] = role
    return roles


def numbers(column, role):
    """The column as floats, with missing cells as NaN; text and infinities are refused."""
    name = column.name
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        raise InputError(f"A {role} must be a number, but {show(name)} holds dates. "
                         "Turn it into a count, such as days since the first one.")
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        values = pd.to_numeric(column.astype(object).where(column.notna()), errors="coerce")
        text = column.map(lambda cell: isinstance(cell, str | bytes | complex)).to_numpy(dtype=bool)
        wrong = column.notna().to_numpy() & (np.isnan(values.to_numpy(dtype=float)) | text)
        if wrong.any():
            raise InputError(
                f"A {role} must be a number, but {show(name)} has {counted(int(wrong.sum()), 'cell')} that "
                f"are not: {listing(column[wrong].tolist()[:3])}. Convert them first, for example "
                f"table[{show(name)}] = pd.to_numeric(table[{show(name)}].str.replace(',', '')), "
                "or let crunch.read(path) do it."
                + (f" If they are categories: table[{show(name)}].astype('category')." if "context" in role else ""))
        values = values.to_numpy(dtype=float)
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        raise InputError(f"A {role} must be finite, but {show(name)} is infinite in "
                         f"{counted(infinite.size, 'row')}, first in row {infinite[0]}. Often a division by "
                         "zero: replace those cells with a missing value or drop the rows.")
    wild = np.flatnonzero(np.abs(values) > _FOURTH)
    if wild.size:
        raise InputError(f"Numbers must stay below {_FOURTH:g}, so that squares of their squares can be added up, but "
                         f"{show(name)} has {values[wild[0]]:g} in row {wild[0]}. Look whether that cell is what it "
                         "should be; if so, divide the column by a power of ten.")
    return values


def positive(value, name):
    """A finite number above zero, as float."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < value < float("inf"):
        raise InputError(f"{name} must be a number above 0, but {show(value)} was given. "
                         f"Give one such as {name}=1, or leave it out.")
    return float(value)


def finite(value, name):
    """A finite number, as float."""
    if isinstance(value, bool) or not isinstance(value, Real) or not -_LARGEST <= value <= _LARGEST:
        raise InputError(f"{name} must be a number, but {show(value)} was given. Give one such as {name}=1.")
    return float(value)


def between(value, low, high, name):
    """A number strictly between two bounds, as float."""
    if isinstance(value, bool) or not isinstance(value, Real) or not low < value < high:
        raise InputError(f"{name} must lie between {low} and {high}, both excluded, but {show(value)} was given. "
                         f"For example {name}={(low + high) / 2 if high != 1 else 0.95:g}.")
    return float(value)


def whole(value, name, least=0):
    """A whole number that is not below `least`."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise InputError(f"{name} must be a whole number of at least {least}, but {show(value)} was given. "
                         f"For example {name}={max(least, 1)}.")
    return int(value)


def choice(value, options, name):
    """One of the options."""
    if not isinstance(value, str) or value not in options:
        raise InputError(f"{name} must be one of {listing(options, most=9)}, but {show(value)} was given. "
                         "Choose one of these.")
    return value


def generator(rng):
    """A NumPy Generator from None (a fixed seed), a seed or a Generator.

    None means the fixed seed 0, not a fresh one: the same table must give the same answer twice.
    """
    if rng is None:
        return np.random.default_rng(0)
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, Integral) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(int(rng))
    raise InputError(f"rng must be None, a whole number from 0 or a numpy.random.Generator, but {show(rng)} "
                     "was given. For example rng=1.")
