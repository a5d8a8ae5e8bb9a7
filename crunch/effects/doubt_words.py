"""Doubts in words: short for a sentence, in full for the notes."""

from crunch.effects.doubts import ECHO
from crunch.wording import series


def because(doubt):
    """The reason as part of a sentence, after "this table can't tell about posts, for".

    Examples
    --------
    >>> from crunch.effects.doubts import Doubt
    >>> because(Doubt(ECHO))
    'rows that follow each other resemble each other'
    """
    return {ECHO: _echo}[doubt.kind](doubt)


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
    return [{ECHO: _echo_in_full}[doubt.kind](doubt) for doubt in dict.fromkeys(doubts.values())]


def _echo(doubt):
    return "rows that follow each other resemble each other"


def _echo_in_full(doubt):
    return ("Rows that follow each other resemble each other (Breusch-Godfrey test in the order of the rows), as they "
            "do when they are one thing seen again and again: two things that only grow by themselves then seem to "
            "move together. So no lever is given a verdict. If the rows follow each other in time, bring the column "
            "that says when and name it: Study(..., time='date').")
