"""From a study to the columns of its regression: one way per kind of table."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crunch.errors import InputError, counted, listing, show
from crunch.regression.columns import alone, demeaned, entangled, independent

SPARE = 10  # residual degrees of freedom below which no interval is worth printing
HOPELESS = 1e7  # scaled condition number from which a coefficient is rounding, not data
FEW_UNITS = 20  # clusters below which clustered errors tend to be too small


@dataclass(frozen=True)
class Design:
    """What a regression needs, rows aligned, redundant columns gone.

    Attributes
    ----------
    y : array, shape (rows,)
    levers : array, shape (rows, p)
        On their scales; `names` in the same order.
    context : array, shape (rows, c)
        What is always in and takes its own part of R², levers that cannot be told apart among it.
    structure : array, shape (rows, s)
        What the kind of table demands and is swept out before R² is counted: the intercept, and
        in a diary the lags, the trend and the season.
    units, times : array of int or None
        Codes, in a panel, whose columns above are free of unit and time means.
    rows : array of int, shape (rows,)
        Where each row stands in the study's frame.
    lags : int
        Past periods held constant in a diary, 0 elsewhere.
    lost : tuple
        Levers that context and structure explain entirely.
    notes : tuple of str
    """

    y: np.ndarray
    levers: np.ndarray
    names: tuple
    context: np.ndarray
    structure: np.ndarray
    units: np.ndarray | None
    times: np.ndarray | None
    rows: np.ndarray
    lags: int
    lost: tuple
    notes: tuple

    @property
    def leaves_nothing(self):
        """Whether the score does not move beyond what structure gives."""
        total = ((self.y - self.y.mean()) ** 2).sum()
        rest = self.y
        if self.structure.size:
            rest = rest - self.structure @ np.linalg.lstsq(self.structure, rest, rcond=None)[0]
        return bool(total <= 1e-24 * (self.y**2).sum() or (rest**2).sum() <= 1e-18 * total)

    @property
    def free(self):
        """The levers' part that context and structure leave open, shape (rows, p)."""
        return self._freed(self.levers)

    @property
    def residual(self):
        """The score's part that context and structure leave open, shape (rows,)."""
        return self._freed(self.y)

    def _freed(self, columns):
        fixed = np.column_stack([self.context, self.structure])
        return columns - fixed @ np.linalg.lstsq(fixed, columns, rcond=None)[0] if fixed.size else columns

    @property
    def matrix(self):
        """Levers first, then everything else, shape (rows, p + c + s)."""
        return np.column_stack([self.levers, self.context, self.structure])


def design(study, *, horizon=0, lags=1, also=()):
    """The design of a study.

    accounts: score on levers and context. panel: the same, free of unit and time means. diary: the
    score `horizon` periods on, on levers and context now, with `lags` lags of score and levers, a
    linear trend and, when two years are dated, one yearly wave (lag-augmented local projection,
    Montiel Olea & Plagborg-Møller 2021, Econometrica 89).

    Parameters
    ----------
    study : Study
    horizon, lags : int
    also : sequence of array of shape (rows,), whose lags are held constant in a diary, too

    Returns
    -------
    Design

    Raises
    ------
    InputError
        When too few rows are left to say anything.
    """
    y, context = study.frame[study.score].to_numpy(), context_columns(study)
    levers = np.column_stack([study.scaled(name) for name in study.levers])
    everything = {"names": study.levers, "units": None, "times": None, "lags": 0, "lost": (), "notes": ()}
    if study.kind == "diary":
        keep, ahead, past = _look(study.timeline.index, y, np.column_stack([levers, *also]), horizon, lags)
        rhythm, told = _rhythm(study, keep)
        everything |= {"structure": np.column_stack([rhythm, _centred(past[keep])]), "lags": lags, "notes": (told,)}
    elif study.kind == "panel":
        units = pd.factorize(study.frame[study.unit])[0]
        keep, ahead = _ahead_in_units(units, study.timeline.index, y, horizon)
        units, times = (pd.factorize(codes[keep])[0] for codes in (units, study.timeline.index))
        everything |= {"structure": levers[keep, :0], "units": units, "times": times, "notes": _few_units(units)}
    else:
        keep, ahead = np.ones(len(y), dtype=bool), y
        everything |= {"structure": np.ones((len(y), 1))}
    raw = Design(y=ahead[keep], levers=_centred(levers[keep]), context=_centred(context[keep]),
                 rows=np.flatnonzero(keep), **everything)
    return _cleared(raw, study)


def _centred(matrix):
    """Columns about their means, so that a large offset costs no digits; constant ones become exact zeros."""
    if not len(matrix):
        return matrix
    out = matrix - matrix.mean(axis=0)
    out[:, np.linalg.norm(out, axis=0) <= 1e-13 * np.linalg.norm(matrix, axis=0)] = 0
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


def _look(index, y, levers, horizon, lags):
    """Rows with a full past and future, the score ahead, and the lagged score and levers."""
    span = index[-1] + 1
    full = np.full((span + horizon + lags, 1 + levers.shape[1]), np.nan)
    full[index + lags] = np.column_stack([y, levers])
    ahead = full[index + lags + horizon, 0]
    past = np.column_stack([full[index + lags - k] for k in range(1, lags + 1)])
    keep = ~np.isnan(ahead) & ~np.isnan(past).any(axis=1)
    return keep, ahead, past


def _rhythm(study, keep):
    """Intercept, trend and, where it can be dated, the season."""
    t = study.timeline.index[keep].astype(float)
    columns = [np.ones(len(t))]
    if len(t):
        columns.append((t - t.mean()) / max(np.ptp(t), 1))
    per_year = study.timeline.per_year
    if per_year is not None and per_year >= 4 and len(t) and np.ptp(t) + 2 >= 2 * per_year:
        angle = 2 * np.pi * t / per_year
        columns += [np.sin(angle), np.cos(angle)]
        return np.column_stack(columns), "A linear trend and one yearly wave are held constant."
    return np.column_stack(columns), ("A linear trend is held constant; a season is not, for want of two years "
                                      "of dates.")


def _ahead_in_units(units, index, y, horizon):
    """Rows whose unit has a score `horizon` periods on, and that score."""
    if horizon == 0:
        return np.ones(len(y), dtype=bool), y
    later = pd.Series(y, index=pd.MultiIndex.from_arrays([units, index - horizon]))
    ahead = later.reindex(pd.MultiIndex.from_arrays([units, index])).to_numpy()
    return ~np.isnan(ahead), ahead


def _few_units(units):
    count = int(units.max()) + 1 if units.size else 0
    if count < 3:
        raise InputError(f"A panel needs at least 3 units to tell effect from accident, but {count} can be used. "
                         "Add units, or study one of them as a diary (leave out unit=).")
    if count < FEW_UNITS:
        return [f"Only {count} units: clustered errors tend to be too small below {FEW_UNITS}, so read the "
                "intervals as the least one should allow."]
    return []


def _cleared(raw, study):
    """Without rows that stand alone and columns that repeat others; enough rows, or an error."""
    rows = np.arange(len(raw.y))
    while True:
        now = _demeaned(_rows(raw, rows))
        kept_s, basis = independent(now.structure)
        kept_c, basis = independent(now.context, basis)
        everything = independent(now.levers, basis)[1]
        single = alone(everything)
        if not single.any() or len(rows) <= everything.shape[1] + SPARE:
            break
        rows = rows[~single]
    free = now.levers - basis @ (basis.T @ now.levers)
    new = [j for j in range(len(raw.names)) if independent(now.levers[:, [j]], basis)[0].size]
    kept, tied = _separable(free, new)
    absorbed = 0 if now.units is None else int(now.units.max(initial=0) + now.times.max(initial=0)) + 1
    _enough(len(rows), len(new) + basis.shape[1] + absorbed, study)
    # Levers that cannot be told apart are still held constant: the others' effects need them.
    controls = now.levers[:, tied]
    controls = controls[:, independent(controls, basis)[0]]
    lost = tuple(name for j, name in enumerate(raw.names) if j not in new)
    tied = tuple(raw.names[j] for j in tied)
    return replace(now, levers=now.levers[:, kept], names=tuple(raw.names[j] for j in kept),
                   context=np.column_stack([now.context[:, kept_c], controls]),
                   structure=now.structure[:, kept_s], lost=lost + tied,
                   notes=(*raw.notes, *_told(len(raw.y) - len(rows), lost, tied, now.units is not None)))


def _rows(design, rows):
    """The design on some of its rows, unit and time codes counted afresh."""
    codes = {name: None if getattr(design, name) is None else pd.factorize(getattr(design, name)[rows])[0]
             for name in ("units", "times")}
    return replace(design, y=design.y[rows], levers=design.levers[rows], context=design.context[rows],
                   structure=design.structure[rows], rows=design.rows[rows], **codes)


def _demeaned(design):
    """A panel's design without unit and time means; columns they wipe out become exact zeros."""
    if design.units is None or not len(design.y):
        return design
    out = []
    for part in (design.y[:, None], design.levers, design.context):
        inside = demeaned(part, design.units, design.times)
        size = np.linalg.norm(part - part.mean(axis=0), axis=0)
        inside[:, np.linalg.norm(inside, axis=0) <= 1e-9 * size] = 0
        out.append(inside)
    return replace(design, y=out[0][:, 0], levers=out[1], context=out[2])


def _told(single, lost, tied, panel):
    """Notes on the rows and levers that had to go."""
    notes = []
    if single:
        notes.append(f"{counted(single, 'row')} set aside: each is the only one of its category, or the only one in "
                     "which a lever moved, so it cannot be compared with another.")
    if lost:
        what = "differences between units and periods" if panel else "context, past or trend"
        notes.append(f"{listing(lost, most=12)} cannot be told apart from {what}, or moved in too few rows.")
    if tied:
        notes.append(f"{listing(tied, most=12)} only ever move together once the rest is held constant, so they "
                     "cannot be told apart; together they count as context.")
    return notes


def _separable(free, kept):
    """The kept levers without those that are a fixed combination of each other, and those."""
    tied = []
    while len(kept) > 1:
        condition, members = entangled(free[:, kept])
        if condition < HOPELESS:
            break
        tied += [kept[m] for m in members]
        kept = [j for j in kept if j not in tied]
    return kept, tied


def _enough(rows, columns, study):
    needed = columns + SPARE
    if rows < needed:
        lags = " and their last values" if study.kind == "diary" else ""
        raise InputError(
            f"To estimate {counted(columns, 'coefficient')} ({counted(len(study.levers), 'lever')}{lags}, context and "
            f"all) takes at least {counted(needed, 'complete row')}, but {counted(rows, 'row')} can be used. "
            "Add rows, or name fewer levers.")
