"""Doubts in words: short for a sentence, in full for the notes."""

from crunch.effects.doubts import ALIKE, ECHO, FEW_CARRY, OTHERS_DIFFER
from crunch.errors import show
from crunch.study.unused import named
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
    return _SHORT[doubt.kind](doubt)


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
    return [_LONG[doubt.kind](doubt, series([name for name, own in doubts.items() if own == doubt]))
            for doubt in dict.fromkeys(doubts.values())]


def told_of_all(outcomes, doubts):
    """Each reason once, with the outcome it is about where the score is not among them, as notes."""
    said = dict.fromkeys(told(doubts[0]))
    for outcome, own in zip(outcomes[1:], doubts[1:], strict=True):
        said |= {f"For {outcome.name}: {note}": None for note in told(own) if note not in said}
    return list(said)


def _echo(doubt):
    if doubt.names:
        return f"rows that follow each other by {show(doubt.names[0])} resemble each other"
    return "rows that follow each other resemble each other"


def _echo_in_full(doubt, levers):
    order = f"of {show(doubt.names[0])}" if doubt.names else "of the rows"
    why = (f"Rows that follow each other in the order {order} resemble each other (Breusch-Godfrey test), as they do "
           "when they are one thing seen again and again: two things that only grow by themselves then seem to move "
           "together. So no lever is given a verdict.")
    if doubt.roles:
        return f"{why} Name the time: {named(doubt.roles, doubt.index)}."
    if doubt.names:
        return (f"{why} The dates come in no regular steps: bring the table to one row a week or month, and name its "
                "column with time=.")
    return f"{why} If they follow each other in time, bring the column that says when and name it with time=."


def _alike(doubt):
    return f"rows with the same {doubt.names[0]} resemble each other"


def _alike_in_full(doubt, levers):
    name = show(doubt.names[0], 200)
    why = (f"Rows with the same value in {name}, a column without a role, resemble each other, and so do "
           f"their values of {levers}: what else differs between them would pass for what goes with a lever.")
    if not doubt.roles:
        return f"{why} Bring the table to one row for each {name}, or name what tells those of one apart with unit=."
    if doubt.roles[0][0] == "context" and doubt.numbers:
        return (f"{why} Name it as categories: table[{name}] = table[{name}].astype('category'), then "
                f"{named(doubt.roles, doubt.index)}.")
    return f"{why} Name it: {named(doubt.roles, doubt.index)}."


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


# What each kind is in words: short, and in full.
_SHORT = {ECHO: _echo, ALIKE: _alike, FEW_CARRY: _few_carry, OTHERS_DIFFER: _others_differ}
_LONG = {ECHO: _echo_in_full, ALIKE: _alike_in_full, FEW_CARRY: _few_carry_in_full,
         OTHERS_DIFFER: _others_differ_in_full}
