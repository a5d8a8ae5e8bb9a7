"""Doubts in words: short for a sentence, in full for the notes."""

from crunch.effects.doubts import ECHO, FEW_CARRY, OTHERS_DIFFER
from crunch.wording import series

_MOST = 4  # rows that are named


def because(doubt):
    """The reason as part of a sentence, after "this table can't tell about posts, for".

    Examples
    --------
    >>> from crunch.effects.doubts import Doubt
    >>> because(Doubt(ECHO))
    'rows that follow each other resemble each other'
    """
    return {ECHO: _echo, FEW_CARRY: _few_carry, OTHERS_DIFFER: _others_differ}[doubt.kind](doubt)


def can_not_tell(doubts):
    """What can't be told, reason by reason.

    Parameters
    ----------
    doubts : dict of lever to Doubt

    Returns
    -------
    list of str

    Examples
    --------
    >>> from crunch.effects.doubts import Doubt
    >>> can_not_tell({"posts": Doubt(ECHO), "hours": Doubt(ECHO)})
    ["this table can't tell about posts and hours, for rows that follow each other resemble each other"]
    """
    return [f"this table can't tell about {series([name for name, own in doubts.items() if own == doubt])}, for "
            f"{because(doubt)}" for doubt in dict.fromkeys(doubts.values())]


def told(doubts):
    """Each reason in full, with what would cure it, as notes.

    Parameters
    ----------
    doubts : dict of lever to Doubt

    Returns
    -------
    list of str
    """
    in_full = {ECHO: _echo_in_full, FEW_CARRY: _few_carry_in_full, OTHERS_DIFFER: _others_differ_in_full}
    return [in_full[doubt.kind](doubt, series([name for name, own in doubts.items() if own == doubt]))
            for doubt in dict.fromkeys(doubts.values())]


def _echo(doubt):
    return "rows that follow each other resemble each other"


def _echo_in_full(doubt, levers):
    return ("Rows that follow each other resemble each other (Breusch-Godfrey test in the order of the rows), as they "
            "do when they are one thing seen again and again: two things that only grow by themselves then seem to "
            "move together. So no lever is given a verdict. If the rows follow each other in time, bring the column "
            "that says when and name it: Study(..., time='date').")


def _few_carry(doubt):
    return f"nearly all it moves lies in {_named(doubt.names)}"


def _few_carry_in_full(doubt, levers):
    return (f"Nearly all that {levers} moves beside what is held constant lies in {_named(doubt.names)}: an effect "
            "cannot be told from whatever else happened there. Look whether these cells are what they should be; if "
            "so, move it more often.")


def _others_differ(doubt):
    return f"a few rows ({_named(doubt.names)}) say one thing and all others another"


def _others_differ_in_full(doubt, levers):
    return (f"What {levers} goes with hangs on a few rows, {_named(doubt.names)}, and all others together say "
            "something else. Look whether these cells are what they should be: a decimal mark may be lost, the unit "
            "another, the row a total.")


def _named(rows):
    """Rows by their names, the first few."""
    more = [f"{len(rows) - _MOST} more"] if len(rows) > _MOST else []
    return series([*rows[:_MOST], *more])
