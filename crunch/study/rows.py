"""From the table given to the rows of a study: its columns, complete rows, in order of time."""

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks, wording
from crunch.errors import FEW_ROWS, InputError, counted, listing, show
from crunch.study.aside import own_rows
from crunch.study.timeline import Timeline, moments_in_time, timeline


def given_roles(score, levers, context, side_effects, time, unit):
    """Role to the names given for it, each name once."""
    given = checks.one_role_each({
        "score": (score,), "levers": checks.names(levers, "levers"),
        "context": checks.names(context, "context"),
        "side_effects": checks.names(side_effects, "side_effects"),
        "time": () if time is None else (time,), "unit": () if unit is None else (unit,)})
    if not given["levers"]:
        raise InputError("A study needs at least one lever, an input you can act on, but none was given. "
                         "Name one or more, for example levers=['posts'].")
    if unit is not None and time is None:
        raise InputError(f"unit tells the rows of one moment apart, so it needs time, but unit={show(unit)} "
                         "came alone. Give time= as well, or leave unit out.")
    return given


def usable(table, roles):
    """The rows of a table that a study can use, as a new frame; their places, how many there are, and notes."""
    raw = columns(table, roles)
    own, aside = own_rows(table, raw, roles)
    frame, places, notes = complete(raw.iloc[own], roles)
    return frame, own[places], len(raw), [*aside, *notes]


def columns(table, roles):
    """The named columns as a new pandas frame."""
    wanted = [name for members in roles.values() for name in members]
    if isinstance(table, pd.DataFrame):
        for role, members in roles.items():
            checks.columns(members, table.columns, role)
        return table[wanted].reset_index(drop=True)
    frame = nw.from_native(table, eager_only=True)
    for role, members in roles.items():
        checks.columns(members, frame.columns, role)
    return pd.DataFrame({name: frame[name].to_numpy() for name in wanted})


def complete(raw, roles):
    """The complete rows with numbers as floats, their places, and what was dropped."""
    frame = pd.DataFrame(index=raw.index)
    for role, one in (("score", "score"), ("levers", "lever"), ("side_effects", "side effect")):
        for name in roles[role]:
            frame[name] = checks.numbers(raw[name], one)
    for name in roles["context"]:
        text = isinstance(raw[name].dtype, pd.CategoricalDtype) or not (
            pd.api.types.is_numeric_dtype(raw[name]) or pd.to_numeric(raw[name], errors="coerce").notna().any())
        frame[name] = raw[name].astype(object) if text else checks.numbers(raw[name], "context column")
    for name in roles["time"]:
        frame[name] = moments_in_time(raw[name])
    for name in roles["unit"]:
        frame[name] = raw[name]
    needed = [name for role, members in roles.items() if role != "side_effects" for name in members]
    missing = frame[needed].isna()
    keep = ~missing.any(axis=1)
    notes = []
    if not keep.all():
        where = wording.series(f"{show(n)} ({int(k)})" for n, k in missing.sum().items() if k)
        dropped = int((~keep).sum())
        notes.append(f"{counted(dropped, 'row')} of {len(frame)} {'was' if dropped == 1 else 'were'} left out for "
                     f"missing values in {where}.")
    return frame[keep].reset_index(drop=True), np.flatnonzero(keep), notes


def in_order(frame, time, unit):
    """Rows sorted by (unit and) time, each once, with their timeline and a note when sorting was needed."""
    keys = [time] if unit is None else [unit, time]
    repeated = frame.duplicated(keys, keep=False)
    if repeated.any():
        first = frame[repeated].iloc[0]
        when = first[time].date() if hasattr(first[time], "date") else first[time]
        where = f"{when}" if unit is None else f"{show(first[unit])}, {when}"
        cure = ("Name the column that tells the rows apart with unit=, or bring the table to one row a period."
                if unit is None else "Bring the table to one row per unit and period.")
        raise InputError(f"Each {'period' if unit is None else 'unit and period'} may have one row, but "
                         f"{counted(int(repeated.sum()), 'row')} share theirs, first {where}. {cure}")
    try:
        ordered = frame.sort_values(keys, kind="stable")
    except TypeError as error:
        raise InputError(f"unit must be of one kind, but {show(unit)} mixes numbers and text. "
                         f"Use table[{show(unit)}].astype(str).") from error
    moved = not ordered.index.equals(frame.index)
    ordered = ordered.reset_index(drop=True)
    notes = ["The rows were not in order of time; they were sorted."] if moved and unit is None else []
    return ordered, timeline(ordered[time]) if len(ordered) else Timeline(np.zeros(0, int), "period", None), notes


def moving(frame, levers):
    """The levers that vary and those that do not."""
    moving = tuple(n for n in levers if len(frame) and np.ptp(frame[n].to_numpy()) > 0)
    return moving, tuple(n for n in levers if n not in moving)


def constant_note(constant):
    if not constant:
        return []
    is_are = "is" if len(constant) == 1 else "are"
    return [f"{listing(constant, most=12)} {is_are} the same in every row and {is_are} set aside: "
            "a lever that never moved shows nothing."]


def enough(study):
    """Refuse a study of too few rows, or without a lever that varies."""
    needed = len(study.levers) + len(study.constant) + len(study.context) + 2
    if study.rows < needed:
        raise InputError(
            f"A study of {counted(needed - 2, 'lever and context column', 'lever and context columns')} needs at "
            f"least {counted(needed, 'complete row')}, but {counted(study.rows, 'row')} of "
            f"{study.rows_given} can be used. Add rows, fill the missing cells, or name fewer columns.", FEW_ROWS)
    if not study.levers:
        raise InputError(f"At least one lever must vary, but {listing(study.constant)} "
                         f"{'is' if len(study.constant) == 1 else 'are'} the same in every row. "
                         "A lever that was never pulled shows nothing: change it for a while first.")
