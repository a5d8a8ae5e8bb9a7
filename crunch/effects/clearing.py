"""A design without rows that stand alone and columns that repeat others."""

from dataclasses import replace

import numpy as np
import pandas as pd

from crunch.effects.panels import moved_alone
from crunch.errors import FEW_ROWS, InputError, counted, listing, show
from crunch.regression.columns import alone, demeaned, entangled, independent

SPARE = 10  # residual degrees of freedom below which no interval is worth printing
HOPELESS = 1e7  # scaled condition number from which a coefficient is rounding, not data


def cleared(raw, study):
    """Without rows that stand alone and columns that repeat others; enough rows, or an error."""
    tidy, alone_in = _demeaned(raw), {}
    if raw.units is not None:
        alone_in = {j: unit for j, unit in enumerate(moved_alone(tidy.levers, raw.units, raw.times)) if unit >= 0}
    if not alone_in and len(raw.y) >= tidy.matrix.shape[1] + tidy.absorbed + SPARE and tidy.factored.is_plain:
        return tidy
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
    kept, tied = _separable(free, [j for j in new if j not in alone_in])
    _enough(len(rows), len(new) + basis.shape[1] + now.absorbed, study)
    # Levers that cannot be told apart are still held constant: the others' effects need them.
    one = [j for j in new if j in alone_in]
    controls = now.levers[:, [*tied, *one]]
    controls = controls[:, independent(controls, basis)[0]]
    lost = tuple(name for j, name in enumerate(raw.names) if j not in new)
    tied, by_one = tuple(raw.names[j] for j in tied), {raw.names[j]: _unit(raw, study, alone_in[j]) for j in one}
    return replace(now, levers=now.levers[:, kept], names=tuple(raw.names[j] for j in kept),
                   context=np.column_stack([now.context[:, kept_c], controls]),
                   structure=now.structure[:, kept_s], lost=(*lost, *tied, *by_one),
                   notes=(*raw.notes, *_told(len(raw.y) - len(rows), lost, tied, now.units is not None),
                          *_by_one(by_one)))


def _rows(design, rows):
    """The design on some of its rows, unit and time codes counted afresh."""
    codes = {name: None if getattr(design, name) is None else pd.factorize(getattr(design, name)[rows])[0]
             for name in ("units", "times")}
    return replace(design, y=design.y[rows], levers=design.levers[rows], context=design.context[rows],
                   structure=design.structure[rows], rows=design.rows[rows], ahead=design.ahead[rows],
                   squares=design.squares[rows], own=None if design.own is None else design.own[rows], **codes)


def _demeaned(design):
    """A panel's design without unit and time means; columns they wipe out become exact zeros."""
    if design.units is None or not len(design.y):
        return design
    y, levers, context, structure = (free_of_means(part, design) for part in (
        design.y[:, None], design.levers, design.context, design.structure))
    return replace(design, y=y[:, 0], levers=levers, context=context, structure=structure)


def free_of_means(part, design):
    """Columns without unit and time means, and what units have of their own; those it wipes out become exact zeros."""
    inside = demeaned(part, design.units, design.times, design.own)
    size = np.linalg.norm(part - part.mean(axis=0), axis=0)
    inside[:, np.linalg.norm(inside, axis=0) <= 1e-9 * size] = 0
    return inside


def _unit(raw, study, code):
    """Name of a unit."""
    return study.frame[study.unit].iloc[raw.rows[np.argmax(raw.units == code)]]


def _by_one(moved):
    """Notes on levers that one unit alone moved."""
    return [f"{show(name)} was moved by {show(unit)} alone, or by all units but this one alike, so what it goes with "
            f"cannot be told from whatever else happened in {show(unit)}; it is held constant. Move it in other units, "
            "at other times." for name, unit in moved.items()]


def _told(single, lost, tied, panel):
    """Notes on the rows and levers that had to go."""
    notes = []
    if single:
        notes.append(f"{counted(single, 'row')} set aside: each is the only one of its category, or the only one in "
                     "which a lever moved, so it cannot be compared with another.")
    if lost:
        what = "differences between units and periods" if panel else "context, past or calendar (the trend among it)"
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
            "Add rows, or name fewer levers.", FEW_ROWS)
