"""How a share is made: what levers explain alone, what they explain in common, and how that is divided."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crunch.errors import InputError, counted, show
from crunch.results import Answer
from crunch.wording import percent, series

MOST = 4  # levers beyond which there are more overlaps than a reader can take in


@dataclass(frozen=True, eq=False, repr=False)
class Overlaps(Answer):
    """What sets of levers explain in common; see `overlaps`.

    Attributes
    ----------
    outcome : name of the outcome
    levers : tuple
        Largest share first.
    explained : float
        R² of all levers together, beyond what is held constant.
    """

    outcome: object = ""
    levers: tuple = ()
    explained: float = float("nan")

    def readable(self):
        """The table as people read it; who is in an overlap is said once."""
        shown = self.table.assign(piece=self.table["piece"].map(percent), each=self.table["each"].map(percent))
        return shown.drop(columns="members").rename(columns={"piece": "part of variation", "each": "to each"})


def overlaps(answer):
    """Take the shares of two to four levers apart into what each explains alone and what they have in common.

    An overlap is the part of the variation that a lever explains only as long as certain others are
    not there. A Shapley share is what the lever explains alone plus an equal part of each overlap
    it is in.

    Parameters
    ----------
    answer : Importance
        From `crunch.importance` by "lmg".

    Returns
    -------
    Overlaps
        `table` has one row per set of levers: levers (in words), members (a tuple), piece (part of
        the outcome's variation; below zero where levers explain more side by side than apart), each
        (what each member's share has of it).

    Raises
    ------
    InputError
        When the answer has fewer than two or more than four levers, or its shares are not exact
        averages over all orders.

    References
    ----------
    Nimon & Reio (2011), Human Resource Development Review 10 (commonality analysis).

    Examples
    --------
    >>> import crunch
    >>> from crunch.questions.overlaps import overlaps
    >>> schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch"]]
    >>> overlaps(crunch.importance(schools, "test_score")).table[["levers", "piece"]].round(2)
                              levers  piece
    0                only free_lunch   0.35
    1          only english_learners   0.01
    2  free_lunch and english_learners  0.41
    """
    names = tuple(answer.table["lever"])
    if not 2 <= len(names) <= MOST:
        raise InputError(f"Overlaps are among 2 to {MOST} levers, but this answer has "
                         f"{counted(len(names), 'lever')}. Ask about fewer, or put some into groups=.")
    if answer.method != "lmg":
        raise InputError("Overlaps take apart the shares of method='lmg', but this answer is by "
                         f"{show(answer.method)}. Ask with method='lmg'.")
    found = answer.subsets()
    order = [list(found.names).index(name) for name in names]
    rows = []
    for number in sorted(range(1, 2 ** len(names)), key=lambda k: (k.bit_count(), k)):
        members = tuple(name for j, name in enumerate(names) if number >> j & 1)
        piece = _common(found.left, sum(1 << order[j] for j in range(len(names)) if number >> j & 1))
        label = f"only {members[0]}" if len(members) == 1 else series(members)
        rows.append((label, members, piece, piece / len(members)))
    table = pd.DataFrame(rows, columns=["levers", "members", "piece", "each"])
    explained = answer.explained - answer.context_share
    return Overlaps(table, _sentence(table, names, answer.outcome, explained), _notes(table), outcome=answer.outcome,
                    levers=names, explained=explained)


def _common(left, members):
    """What exactly these levers explain in common: subset numbers, bit j for lever j."""
    others = len(left) - 1 - members
    inside = [k for k in range(len(left)) if k & members == k]
    return float(sum((-1) ** k.bit_count() * left[k | others] for k in inside))


def _sentence(table, names, outcome, explained):
    alone = table.loc[table["members"].map(len) == 1, "piece"].sum()
    lead = f"{series(names)} together go with {percent(explained)} of the variation of {outcome}"
    if alone > explained:
        return (f"{lead}, less than the {percent(alone)} that they add to each other: side by side these levers go "
                "with more than apart.")
    return (f"{lead}: {percent(alone)} goes with one of them alone and {percent(explained - alone)} is overlap, of "
            "which a share gives each lever in it an equal part.")


def _notes(table):
    negative = table[table["piece"] < -0.005]
    if negative.empty:
        return []
    return [f"{series(negative['levers'])}: an overlap below zero. These levers go with more side by side than apart, "
            "because each clears away what blurs the other (suppression)."]


def shares(answer):
    """The shares of an answer again, from its pieces.

    Parameters
    ----------
    answer : Overlaps

    Returns
    -------
    dict
        Lever to share.
    """
    return {name: float(np.sum([row.each for row in answer.table.itertuples() if name in row.members]))
            for name in answer.levers}
