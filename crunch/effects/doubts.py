"""Why a table can't tell about a lever, whatever its p-value: what nobody named, or what hangs on too little."""

from dataclasses import dataclass

from crunch.effects.carried import rows_that_carry
from crunch.effects.forgotten import echoing, roles_of, shared
from crunch.regression.echoes import alike, is_noise, means_of
from crunch.study.unused import regular

ECHO, ALIKE = "echo", "alike"  # rows that follow each other, or that share a label, resemble each other
FEW_CARRY = "few carry"  # nearly all that a lever moves lies in few rows
OTHERS_DIFFER = "others differ"  # it does, and the other rows say something else
GROUPED = 0.05  # p-value of a lever that differs no more between groups of rows than within them


@dataclass(frozen=True)
class Doubt:
    """One reason; `crunch.effects.doubt_words` says it.

    Attributes
    ----------
    kind : str
        Such as `ECHO`.
    names : tuple
        What the reason speaks of: columns, units or rows.
    roles : tuple of (role, name)
        With which columns in which roles the reason would be gone.
    index : bool
        Whether one of those is the index of the table.
    numbers : bool
        Whether the column is one of numbers, which stand for labels.
    """

    kind: str
    names: tuple = ()
    roles: tuple = ()
    index: bool = False
    numbers: bool = False


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


def forgotten(study, plan, fit):
    """Levers of accounts whose rows belong together: by a column that has no role, or as they follow each other.

    A lever that differs no more between groups of rows than within them can be told all the same.
    """
    if study.kind != "accounts":
        return {}
    spare, left, found = study.unused.only(plan.rows), fit.residuals, {}
    for name in shared(spare, plan, fit):
        labels, roles = spare.codes[name], roles_of(spare, name)
        doubt = Doubt(ALIKE, (name,), roles, any(own in spare.index for _, own in roles), name in spare.numbers)
        left = left - means_of(left, labels)
        for lever, column in zip(plan.names, plan.free.T, strict=True):
            if alike(column, labels) < GROUPED:
                found.setdefault(lever, doubt)
    orders = echoing(spare, plan, left)
    return {**dict.fromkeys(plan.names, _follow(spare, orders[0])), **found} if orders else found


def _follow(spare, name):
    """That rows follow each other, by a column of dates or None."""
    if name is None:
        return Doubt(ECHO)
    return Doubt(ECHO, (name,), (("time", name),) if regular(name, spare.dates[name]) else (), name in spare.index)


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


# The first reason stands. A kind is a function of study, design and fit that gives the levers it doubts, each with a
# `Doubt`; what it is in words stands in `doubt_words`.
KINDS = (carried_by_few, forgotten)
