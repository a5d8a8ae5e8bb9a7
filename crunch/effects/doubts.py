"""Why a table can't tell about a lever, whatever its p-value: what nobody named, or what hangs on too little."""

from dataclasses import dataclass

import numpy as np

from crunch.effects.carried import rows_that_carry
from crunch.regression.echoes import echo, is_noise

ECHO = "echo"  # rows that follow each other resemble each other
FEW_CARRY = "few carry"  # nearly all that a lever moves lies in few rows
OTHERS_DIFFER = "others differ"  # it does, and the other rows say something else
ALPHA = 0.01  # of tables without any echo, so many are doubted
_SORTED = 0.9  # part of the steps from row to row that go one way in a column by which rows were sorted


@dataclass(frozen=True)
class Doubt:
    """One reason; `crunch.effects.doubt_words` says it.

    Attributes
    ----------
    kind : str
        Such as `ECHO`.
    names : tuple
        What the reason speaks of: columns, units or rows.
    """

    kind: str
    names: tuple = ()


def doubts(study, plan, fit):
    """The levers of a regression that must not be given a verdict, each with the first reason that is found.

    Parameters
    ----------
    study : Study
    plan : Design
    fit : Fit or None

    Returns
    -------
    dict of lever to Doubt
    """
    if fit is None or not is_noise(fit.residuals, plan.y):
        return {}
    found = {}
    for reasons in KINDS:
        for name, doubt in reasons(study, plan, fit).items():
            found.setdefault(name, doubt)
    return found


def forgotten_time(study, plan, fit):
    """Every lever of accounts whose residuals echo in the order of the rows."""
    if study.kind != "accounts" or _steps_one_way(plan.y):
        return {}
    return dict.fromkeys(plan.names, Doubt(ECHO)) if echo(_smooth(plan), fit.residuals) < ALPHA else {}


def _smooth(plan):
    """The matrix with powers of the columns that the rows are sorted by: what bends with one of them is no echo."""
    ordered = [column for column in np.column_stack([plan.levers, plan.context]).T if _steps_one_way(column)]
    powers = [(column / np.abs(column).max()) ** k for column in ordered for k in (2, 3)]
    return np.column_stack([plan.matrix, *powers])


def _steps_one_way(column):
    """Whether rows are sorted by a column, within groups of rows at least."""
    steps = np.sign(np.diff(column))
    up, down = (steps > 0).sum(), (steps < 0).sum()
    return max(up, down) >= _SORTED * (up + down)


def carried_by_few(study, plan, fit):
    """Levers of accounts and diaries that hang on few rows; in panels errors count the units that moved a lever."""
    if plan.units is not None:
        return {}
    found = rows_that_carry(plan, fit)
    return {name: Doubt(kind, tuple(_row_name(study, plan.rows[row]) for row in rows))
            for kind, levers in zip((FEW_CARRY, OTHERS_DIFFER), found, strict=True) for name, rows in levers.items()}


def _row_name(study, row):
    """A row of the study as readers know it: its moment, or its number."""
    if study.time is None:
        return f"row {row}"
    when = study.frame[study.time].iloc[row]
    return f"{when:%Y-%m-%d}" if hasattr(when, "strftime") else f"{study.timeline.name} {when:g}"


# The first reason stands. A kind is a function of study, design and fit that gives the levers it doubts.
KINDS = (carried_by_few, forgotten_time)
