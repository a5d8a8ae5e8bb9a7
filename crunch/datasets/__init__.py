"""Small tables that come with crunch, each with its source, licence and, if simulated, its truth."""

from importlib.resources import files

import pandas as pd

from crunch.checks import choice
from crunch.datasets.catalogue import CATALOGUE, Catalogue, Entry
from crunch.errors import InputError, show
from crunch.study.study import Study

__all__ = ["Catalogue", "Entry", "catalogue", "load", "study", "worlds"]


def catalogue():
    """The tables that come with crunch.

    Returns
    -------
    Catalogue
        A mapping from name to `Entry`; `.table` lists them, one row each.

    Examples
    --------
    >>> import crunch
    >>> list(crunch.catalogue())
    ['schools', 'stuck_at_55', 'accounts', 'shops', 'order_desk']
    >>> crunch.catalogue()["accounts"].truth["followers"]  # points for +10 % followers
    0.366
    """
    return CATALOGUE


def load(name):
    """One of the tables of `catalogue`, as a new frame.

    Parameters
    ----------
    name : str

    Returns
    -------
    DataFrame
        Columns and units as `catalogue()[name].columns` says; dates are datetimes.

    Raises
    ------
    InputError
        When no table has this name.

    Examples
    --------
    >>> import crunch
    >>> crunch.load("schools").shape
    (420, 9)
    """
    entry = _entry(name)
    text = files("crunch.datasets").joinpath(f"{name}.csv")
    with text.open(encoding="utf-8") as lines:
        return pd.read_csv(lines, parse_dates=[entry.roles["time"]] if "time" in entry.roles else False)


def study(name, **changes):
    """A table of the catalogue with the roles it was made for.

    Parameters
    ----------
    name : str
    **changes
        Roles to replace, such as ``context=()``; see `crunch.Study`.

    Returns
    -------
    Study

    Examples
    --------
    >>> from crunch.datasets import study
    >>> study("shops").kind
    'panel'
    """
    return Study(load(name), **{**_entry(name).roles, **changes})


def worlds():
    """Simulated worlds whose truth is known, and how often what `crunch.drivers` says of them is so.

    Written by ``benchmarks/truth.py --embed``; the whole table is in docs/worlds.md.

    Returns
    -------
    DataFrame
        A row per world. kind, world, description: what it is. tables: as many were asked. refused: the part of
        them that got no answer. wrong: how often "moves it" is not so, of the tables where nothing acts, else of
        what is said, as wrong_of says. coverage: how often an interval holds the truth. power: how many of
        the levers that act are found. ols_wrong: as `wrong`, of plain least squares. All in per cent, NaN where there
        is nothing to count. met: whether all targets are met within simulation error, those of other questions
        about this world too; missed: which are not, with the figure.

    Examples
    --------
    >>> from crunch.datasets import worlds
    >>> worlds().set_index("world").loc["weekend", "description"]
    '365 days; score and levers are lower on weekends, no lever acts'
    """
    with files("crunch.datasets").joinpath("worlds.csv").open(encoding="utf-8") as lines:
        return pd.read_csv(lines, keep_default_na=False, na_values=dict.fromkeys(_RATES, ""))


_RATES = ("refused", "wrong", "coverage", "power", "ols_wrong")


def _entry(name):
    try:
        return CATALOGUE[choice(name, tuple(CATALOGUE), "name")]
    except InputError as error:
        raise InputError(f"{error} For a file of your own use crunch.read({show(name)}).") from None
