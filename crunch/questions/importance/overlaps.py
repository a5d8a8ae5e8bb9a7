"""How is a share computed? R² in pieces, one for every set of levers that have something in common."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crunch.errors import InputError, counted, show
from crunch.questions.importance.importance import Importance
from crunch.results import Answer
from crunch.wording import THIN, number, percent, series

FEWEST, MOST = 2, 4
HARDLY = 0.005  # below it a part of variation rounds to 0 %


@dataclass(frozen=True, eq=False, repr=False)
class Overlaps(Answer):
    """R² in pieces; see `overlaps`.

    Attributes
    ----------
    names : tuple
        The levers, largest share first.
    outcome : name of the outcome
    rows : int
    whole : float
        What the pieces add up to: R², beyond what is held constant.
    """

    chart = "overlaps"
    names: tuple = ()
    outcome: object = ""
    rows: int = 0
    whole: float = float("nan")

    @property
    def shared(self):
        """The pieces of two or more levers, summed; negative ones count against the others."""
        return float(self.table.loc[self.table["members"].map(len) > 1, "piece"].sum())

    @property
    def negative(self):
        """The rows of the table whose piece does not round to nothing and lies below it."""
        return self.table[self.table["piece"] <= -HARDLY]

    def share(self, name):
        """The share of one lever, as the sum of its parts of all pieces that it has a part in."""
        mine = self.table["members"].map(lambda members: name in members)
        return float(self.table.loc[mine, "each"].sum())

    def readable(self):
        """The table as people read it; with a decimal more than elsewhere, so that sums can be followed."""
        shown = {label: [f"{number(100 * value, 1)}{THIN}%" for value in self.table[column]]
                 for column, label in (("piece", "piece of variation"), ("each", "each of them gets"))}
        return pd.DataFrame({"what goes with exactly": self.table["levers"].tolist(), **shown})


def overlaps(answer):
    """Take R² apart into what the levers explain alone and what exactly two, three or four explain alike.

    The pieces are those of a commonality analysis. A Shapley (LMG) share is the sum of a lever's
    parts of them when every piece is divided equally among its members.

    Parameters
    ----------
    answer : Importance
        From `crunch.importance` by method "lmg", with two to four levers or groups.

    Returns
    -------
    Overlaps
        `table` has one row per set of levers, single levers first: levers (as text), members (as a
        tuple), piece (part of the outcome's variation; it may be negative), each (what every
        member gets of it).

    Raises
    ------
    InputError
        When the answer is of another kind or method, or has fewer or more levers.

    References
    ----------
    Newton & Spurrell (1967), Applied Statistics 16; Nimon & Reio (2011), Human Resource
    Development Review 10.

    Examples
    --------
    >>> import crunch
    >>> schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch"]]
    >>> crunch.overlaps(crunch.importance(schools, "test_score")).table[["levers", "piece", "each"]].round(2)
                                levers  piece  each
    0                       free_lunch   0.35  0.35
    1                 english_learners   0.01  0.01
    2  free_lunch and english_learners   0.40  0.20
    """
    _fit(answer)
    subsets = answer.subsets()
    names = tuple(answer.table["lever"])
    found = {frozenset(subsets.names[j] for j in range(len(names)) if held >> j & 1): piece
             for held, piece in enumerate(pieces(subsets.left))}
    sets = sorted((tuple(name for name in names if name in held) for held in found if held),
                  key=lambda members: (len(members), [names.index(name) for name in members]))
    table = pd.DataFrame({"levers": [series(members) for members in sets], "members": sets,
                          "piece": [found[frozenset(members)] for members in sets]})
    table["each"] = table["piece"] / table["members"].map(len)
    whole = float(subsets.left[0] - subsets.left[-1])
    made = Overlaps(table, "", names=names, outcome=answer.outcome, rows=answer.rows, whole=whole)
    return replace(made, sentence=sentence(made, answer.context_share), notes=notes(made))


def pieces(left):
    """What exactly each subset of the levers has in common, from what each subset leaves unexplained.

    Parameters
    ----------
    left : array, shape (2^p,)
        Subset s holds lever j when bit j of s is set.

    Returns
    -------
    array, shape (2^p,)
        As parts of what `left` is measured in; nothing for the empty subset.

    Examples
    --------
    >>> import numpy as np
    >>> pieces(np.array([1.0, 0.5, 0.7, 0.4])).round(1).tolist()  # alone 0.5 and 0.3, together 0.6
    [0.0, 0.3, 0.1, 0.2]
    """
    # Without subset s, its complement is left: R² falls by every piece whose members are all in s.
    found = np.asarray(left, dtype=float)[::-1] - left[-1]
    for j in range(len(found).bit_length() - 1):
        without, held = np.moveaxis(found.reshape(-1, 2, 2**j), 1, 0)
        held -= without
    return found


def _fit(answer):
    if not isinstance(answer, Importance):
        raise InputError("Overlaps are those of an answer of crunch.importance, but "
                         f"{show(type(answer).__name__)} was given. Give crunch.overlaps(crunch.importance(table, "
                         "outcome)).")
    if answer.method != "lmg" or not answer.exact:
        raise InputError("Overlaps add up to the shares of method='lmg' from all subsets, but the answer is by "
                         f"method={answer.method!r}. Ask crunch.importance again with method='lmg'.")
    if not FEWEST <= len(answer.table) <= MOST:
        raise InputError(f"Overlaps can be read for {FEWEST} to {MOST} levers, but the answer has "
                         f"{counted(len(answer.table), 'lever')}. Choose {FEWEST} to {MOST}, or put levers into "
                         "groups=.")


def sentence(answer, held=0.0):
    """How much of R² is overlap, and who gets it.

    Parameters
    ----------
    answer : Overlaps
    held : float
        Part of the variation that goes with what is held constant.

    Returns
    -------
    str
    """
    beyond = f", beyond the {percent(held)} of what is held constant" if held > 0 else ""
    said = (f"{series(answer.names)} together go with {percent(answer.whole)} of the variation of "
            f"{answer.outcome}{beyond}")
    if answer.whole < HARDLY:
        return f"{said}: there is nothing to divide."
    common = answer.table.loc[answer.table["members"].map(len) > 1, "piece"]
    if (common.abs() < HARDLY).all():
        said += "; they hardly overlap, so a share is nearly what its lever explains alone"
    elif answer.shared < 0:
        said += (f"; what each adds to all the others sums to {percent(answer.whole - answer.shared)}, more than that, "
                 "because they explain more next to each other than apart")
    else:
        alike = "both" if len(answer.names) == 2 else "two or more of them"
        net = "" if answer.negative.empty else " on balance"
        said += f", and {percent(answer.shared / answer.whole)} of that is{net} overlap, which goes with {alike}"
    return f"{said}. An LMG (Shapley) share divides every overlap equally among its members.{_suppression(answer)}"


def _suppression(answer):
    """The most negative piece, in words that hold for its size."""
    if answer.negative.empty:
        return ""
    row = answer.negative.loc[answer.negative["piece"].idxmin()]
    why = ("each adds more next to the other than without it (suppression)" if len(row["members"]) == 2
           else "with one of them in, the others have more in common than without it")
    return f" The piece of {row['levers']} is negative, {percent(row['piece'])}: {why}."


def notes(answer):
    """What a piece is, and how far to trust its digits."""
    said = ["A piece goes with exactly the levers named, with all of them alike and with no other (commonality "
            "analysis); the piece of one lever is what it adds to all the others. It is no proof of a cause.",
            "Decimals are given so that sums can be followed; how many these rows support is for the intervals of the "
            "shares to say (crunch.importance with draws=1000)."]
    if not answer.negative.empty:
        said.append("A negative piece is taken off its members in equal parts as well.")
    return said
