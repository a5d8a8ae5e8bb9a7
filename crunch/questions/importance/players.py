"""Who shares an outcome's variation: levers, and groups of levers that enter together."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from crunch import checks
from crunch.errors import InputError, listing, show
from crunch.shares.game import SAMPLED, TiedError
from crunch.shares.methods import OF_SUBSETS


@dataclass(frozen=True)
class Players:
    """Who shares, in order.

    Attributes
    ----------
    names : tuple
        Levers, categories and groups.
    members : list of tuple of int
        Columns of each.
    labels : tuple
        Name of each column.
    outcome : name
    always : tuple
        Names of what is held constant.
    still : tuple
        Levers that never move and are set aside.
    divided : str
        What is shared, as a phrase.
    doubt : str
        Why nobody can be put first whatever the numbers are, as a phrase; "" where nothing says so.
    """

    names: tuple
    members: list
    labels: tuple
    outcome: object
    always: tuple = ()
    still: tuple = ()
    divided: str = "variation"
    doubt: str = ""

    def joined(self, sets):
        """Names of players made of several that cannot be told apart."""
        return [self.names[own[0]] if len(own) == 1 else " + ".join(str(self.names[j]) for j in own) for own in sets]

    def fit(self, method):
        """Refuse groups where a method has to tell every column apart."""
        many = [name for name, own in zip(self.names, self.members, strict=True) if len(own) > 1]
        if many and method not in (*OF_SUBSETS, SAMPLED):
            raise InputError("Groups, categories and curves have one share of what sets of columns explain, but "
                             f"method={show(method)} knows single columns only and {listing(many, most=8)} "
                             f"{'has' if len(many) == 1 else 'have'} several. Use 'lmg', 'first', 'last' or "
                             "'permutation'.")

    @contextmanager
    def told_apart(self, method):
        """Turn the complaint of a method that met columns it cannot tell apart into a sentence with their names."""
        try:
            yield
        except TiedError as error:
            tied = listing(dict.fromkeys(self.labels[j] for j in error.columns), most=12)
            how = "move almost exactly together" if len(error.columns) > 1 else "moves only with what is held constant"
            raise InputError(f"method={show(method)} has to tell every lever apart, but {tied} {how}. "
                             "Leave some of them out, or use method='lmg'.") from error


def players(widths, groups, outcome, always=()):
    """The players that these columns make.

    Parameters
    ----------
    widths : dict
        Lever to how many of its columns vary: 1 for numbers, more for categories, 0 for still ones.
    groups : dict of name to levers, list of lists of levers, or None
    outcome : name
    always : tuple

    Returns
    -------
    players : Players
    order : list
        The levers that vary, in the order of the players' columns.

    Raises
    ------
    InputError
        When a lever is in two groups, or a group takes the name of a lever.
    """
    owner = _owners(groups, list(widths))
    still = tuple(name for name, width in widths.items() if not width)
    members = {}
    for name in widths:
        if name not in still:
            members.setdefault(owner.get(name, name), []).append(name)
    if not members:
        raise InputError(f"At least one lever must vary, but {listing(still, most=12)} never "
                         f"{'does' if len(still) == 1 else 'do'} in the complete rows. Give levers that moved.")
    order = [name for own in members.values() for name in own]
    ends = np.cumsum([sum(widths[name] for name in own) for own in members.values()])
    spans = [tuple(range(a, b)) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    labels = tuple(name for name in order for _ in range(widths[name]))
    return Players(tuple(members), spans, labels, outcome, always, still), order


def _owners(groups, levers):
    """Lever to the name of its group."""
    if groups is None:
        return {}
    if not isinstance(groups, dict):
        groups = {" + ".join(map(str, own)): own for own in (checks.names(own, "a group") for own in groups)}
    owner = {}
    for label, own in groups.items():
        own = checks.columns(checks.names(own, f"groups[{show(label)}]"), levers, "groups")
        if label in levers and label not in own:
            raise InputError(f"A group needs a name of its own, but {show(label)} is also a lever. Rename the group.")
        for name in own:
            if name in owner:
                raise InputError(f"A lever can be in one group, but {show(name)} is in {show(owner[name])} and in "
                                 f"{show(label)}. Keep it in one of the two.")
            owner[name] = label
    return owner
