"""Which row of a study a question is about, what came before it, and since when its score stands."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crunch.errors import InputError, counted, show
from crunch.wording import THIN


@dataclass(frozen=True)
class Case:
    """One row of a study.

    Attributes
    ----------
    row : int
        Where it stands in the study's frame.
    past : array of int
        Rows of the same unit up to and with it, in order of time; the row alone without time.
    stretch : array of int
        The last of `past`, over which the shown score is what it is now.
    name : str
        Which row it is, as a phrase that can follow "in"; empty for the last of a diary.
    """

    row: int
    past: np.ndarray
    stretch: np.ndarray
    name: str

    @property
    def stands(self):
        """Rows over which the shown score has been what it is."""
        return len(self.stretch)


def case(study, at=None):
    """The row of a study that is asked about.

    Parameters
    ----------
    study : Study
    at : optional
        In a diary a moment of its time column, the last by default. In a panel a unit, whose last row
        is meant; in a table of accounts the number of a row from 0. By default the one that is
        closest to the middle in all levers.

    Returns
    -------
    Case

    Raises
    ------
    InputError
        When there is no such row.
    """
    row = {"diary": _moment, "panel": _unit, "accounts": _account}[study.kind](study, at)
    past = _past(study, row)
    shown = study.frame[study.score].to_numpy()[past]
    other = np.flatnonzero(shown != shown[-1])
    return Case(row, past, past[other[-1] + 1 if len(other) else 0:], _name(study, row, at))


def _past(study, row):
    if study.kind == "accounts":
        return np.array([row])
    if study.kind == "diary":
        return np.arange(row + 1)
    units = study.frame[study.unit].to_numpy()
    return np.flatnonzero(units[: row + 1] == units[row])  # a panel is sorted by unit and time


def _moment(study, at):
    if at is None:
        return len(study.frame) - 1
    times = study.frame[study.time]
    wanted = at
    if pd.api.types.is_datetime64_any_dtype(times):
        wanted = pd.to_datetime(at, errors="coerce")
    found = np.flatnonzero((times == wanted).to_numpy())
    if not len(found):
        raise InputError(f"at must be a moment of {show(study.time)}, which goes from {_day(times.iloc[0])} to "
                         f"{_day(times.iloc[-1])}, but {show(at)} was given. Leave it out for the last.")
    return int(found[0])


def _unit(study, at):
    units = study.frame[study.unit]
    last = np.flatnonzero(~units.duplicated(keep="last").to_numpy())
    if at is None:
        return int(last[_middle(study, last)])
    found = [row for row in last if units.iloc[row] == at]
    if not found:
        raise InputError(f"at must be a unit of {show(study.unit)}, such as {show(units.iloc[0])}, but {show(at)} was "
                         "given. Leave it out for the one closest to the middle.")
    return int(found[0])


def _account(study, at):
    count = len(study.frame)
    if at is None:
        return _middle(study, np.arange(count))
    if isinstance(at, bool) or not isinstance(at, int | np.integer) or not 0 <= at < count:
        raise InputError(f"at must be the number of a row, from 0 to {count - 1} in the {counted(count, 'row')} that "
                         f"are complete, but {show(at)} was given. Leave it out for the one closest to the middle.")
    return int(at)


def _middle(study, rows):
    """The place among some rows of the one closest to the middle in all levers, in their quartile ranges."""
    levers = np.column_stack([study.scaled(name)[rows] for name in study.levers])
    spread = np.subtract(*np.quantile(levers, [0.75, 0.25], axis=0))
    away = np.abs(levers - np.median(levers, axis=0)) / np.where(spread > 0, spread, 1)
    return int(np.argmin(away.max(axis=1)))


def _name(study, row, at):
    if study.kind == "diary":
        return "" if at is None else f"the {study.timeline.name} of {_day(study.frame[study.time].iloc[row])}"
    which = "" if at is not None else ", the one closest to the middle in all levers"
    if study.kind == "accounts":
        return f"row {row:,}{which}".replace(",", THIN, 1) if row >= 1000 else f"row {row}{which}"
    return f"{study.frame[study.unit].iloc[row]}{which}"


def _day(moment):
    return f"{moment:%Y-%m-%d}" if hasattr(moment, "strftime") else f"{moment:g}"
