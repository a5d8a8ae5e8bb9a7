"""From a study to the columns of its regressions: one way per kind of table."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from crunch.effects import calendar_words
from crunch.effects.calendar import Calendar, chosen, structure
from crunch.effects.clearing import cleared, free_of_means
from crunch.effects.lookup import look
from crunch.effects.own import own_of
from crunch.effects.panels import codes
from crunch.effects.switches import switches
from crunch.errors import InputError, counted, show
from crunch.regression.columns import lengths, without
from crunch.regression.fit import factored


@dataclass(frozen=True)
class Design:
    """What a regression needs, rows aligned, redundant columns gone.

    Attributes
    ----------
    y : array, shape (rows,)
    levers : array, shape (rows, p)
        On their scales; `names` in the same order.
    squares : array, shape (rows, q)
        Of the levers in `bent`, which go with the outcome on a curve.
    context : array, shape (rows, c)
        What is always in and takes its own part of R², levers that cannot be told apart among it.
    structure : array, shape (rows, s)
        What the kind of table demands and is swept out before R² is counted: the intercept, lags, in a
        diary the calendar, in a panel how what goes with a switch grows.
    units, times : array of int or None
        Codes, in a panel, whose columns above are free of unit and time means.
    own : array, shape (rows, q), or None
        Of a panel, what each unit has coefficients of its own for, such as a trend; taken out, too.
    rows, ahead : array of int, shape (rows,)
        Where each row stands in the study's frame, and where the row whose outcome it explains.
    lags : int
        Past periods held constant.
    lost : tuple
        Levers that context and structure explain entirely.
    notes : tuple of str
    calendar : Calendar or None
        What is held constant of the time of a diary.
    """

    y: np.ndarray
    levers: np.ndarray
    names: tuple
    context: np.ndarray
    structure: np.ndarray
    units: np.ndarray | None
    times: np.ndarray | None
    rows: np.ndarray
    ahead: np.ndarray
    lags: int
    lost: tuple
    notes: tuple
    squares: np.ndarray
    bent: tuple = ()
    own: np.ndarray | None = None
    calendar: Calendar | None = None

    @cached_property
    def leaves_nothing(self):
        """Whether the score does not move beyond what structure gives."""
        total = ((self.y - self.y.mean()) ** 2).sum()
        rest = without(self.y, self.structure)
        return bool(total <= 1e-24 * (self.y**2).sum() or (rest**2).sum() <= 1e-18 * total)

    @property
    def held(self):
        """What is always in, shape (rows, c + s)."""
        return np.column_stack([self.context, self.structure])

    @cached_property
    def free(self):
        """The levers' part that context and structure leave open, shape (rows, p)."""
        return without(self.levers, self.held)

    @cached_property
    def residual(self):
        """The score's part that context and structure leave open, shape (rows,)."""
        return without(self.y, self.held)

    @cached_property
    def matrix(self):
        """Levers first, then their squares and everything else, shape (rows, p + q + c + s)."""
        return np.column_stack([self.levers, self.squares, self.context, self.structure])

    @property
    def absorbed(self):
        """What was taken out of units and periods, their means and more: coefficients that are in no column."""
        if self.units is None:
            return 0
        each = 1 if self.own is None else 1 + self.own.shape[1]
        return (int(self.units.max(initial=0)) + 1) * each + int(self.times.max(initial=0))

    @cached_property
    def factored(self):
        """The matrix taken apart, once for all outcomes that share it."""
        return self.apart(self.matrix, len(self.names) + len(self.bent))

    def apart(self, columns, asked=None):
        """Some of its columns taken apart, with the errors of this kind of table."""
        return factored(columns, clusters=self.units, times=self.times, asked=asked)

    def fit(self):
        """The regression; None where nothing is left to explain, or no lever to explain it."""
        return None if self.leaves_nothing or not self.names else self.factored.fit(self.y)

    def of(self, values):
        """The same columns for another outcome that is known in all these rows; they are taken apart once.

        Parameters
        ----------
        values : array, shape (rows of the study,)
        """
        y = values[self.ahead]
        other = replace(self, y=y if self.units is None else free_of_means(y[:, None], self)[:, 0])
        for name in ("matrix", "factored", "free"):  # of the columns alone
            if name in vars(self):
                vars(other)[name] = vars(self)[name]
        return other

    def with_squares(self, squares, bent, structure):
        """With further columns: squares of some of its levers, and what has to be held constant with them."""
        return replace(self, squares=squares, bent=bent, structure=structure)


def design(study, *, horizon=0, lags=0, also=(), least=None):
    """The design of a study.

    accounts: score on levers and context. panel: the same, free of unit and time means, with levers that
    are switched on for good compared as `crunch.effects.switches` says. diary: the score `horizon` periods
    on, on levers and context now, and the calendar; with its lags a lag-augmented local projection (Montiel
    Olea & Plagborg-Møller 2021, Econometrica 89).

    Parameters
    ----------
    study : Study
    horizon, lags : int
        Periods ahead, and past periods of score and levers that are held constant.
    also : sequence of array of shape (rows,), whose lags are held constant, too
    least : Calendar, optional
        What is held constant in any case, in a diary.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        When too few rows are left to say anything.
    """
    y, context = study.frame[study.score].to_numpy(), context_columns(study)
    levers = scaled_levers(study)
    everything = {"names": study.levers, "units": None, "times": None, "lags": lags, "lost": (), "notes": ()}
    keep, ahead, past = look(study, y, np.column_stack([levers, *also]), horizon, lags)
    if study.kind == "diary":
        held = calendar_of(study, also, least)
        rhythm = structure(study, held, keep, horizon, lags)
        everything |= {"structure": np.column_stack([rhythm, _centred(past[keep])]), "calendar": held,
                       "notes": calendar_words.notes(study, held, least)}
    elif study.kind == "panel":
        grown, compared, told = switches(study, keep)
        keep = keep & compared
        units, times = codes(study, keep)
        everything |= {"structure": np.column_stack([_centred(past[keep]), grown[keep]]), "units": units,
                       "times": times, "own": own_of(study).columns[keep], "notes": told}
    else:
        everything |= {"structure": np.ones((int(keep.sum()), 1))}
    rows = np.flatnonzero(keep)
    levers, context = (part if keep.all() else part[keep] for part in (levers, context))
    raw = Design(y=y[ahead[rows]], levers=_centred(levers), context=_centred(context), rows=rows, ahead=ahead[rows],
                 squares=levers[:, :0], **everything)
    return cleared(raw, study)


def scaled_levers(study):
    """All levers on their scales, shape (rows, p)."""
    return np.column_stack([study.scaled(name) for name in study.levers])


def calendar_of(study, also=(), least=None):
    """The calendar of a diary, for `design` with these settings; found once and kept."""
    series = np.column_stack([study.frame[study.score], scaled_levers(study), *also])
    return study.kept("calendar", lambda: chosen(study, series, context_columns(study), least))


def _centred(matrix):
    """Columns about their means, so that a large offset costs no digits; constant ones become exact zeros."""
    if not len(matrix):
        return matrix
    out = matrix - matrix.mean(axis=0)
    out[:, lengths(out) <= 1e-13 * lengths(matrix)] = 0
    return out


def context_columns(study):
    """Numeric context on its scale, categories as indicator columns, shape (rows, columns)."""
    parts = [np.empty((len(study.frame), 0))]
    for name in study.context:
        column = study.frame[name]
        if column.dtype == float:
            parts.append(study.scaled(name)[:, None])
            continue
        codes, values = pd.factorize(column.astype(str), sort=True)
        if len(values) > len(column) / 2:
            raise InputError(f"A context of categories must group rows, but {show(name)} has "
                             f"{counted(len(values), 'value')} in {counted(len(column), 'row')}. "
                             "It looks like a label: leave it out of the context.")
        parts.append(np.eye(len(values))[codes][:, 1:])
    return np.column_stack(parts)


