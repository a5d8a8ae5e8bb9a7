"""The same score with other weights, or without one of its parts."""

from dataclasses import replace

from crunch.errors import InputError
from crunch.scoring.tree import Group


def branches(group, place=(), path=()):
    """Every part and group below a group: its place (indices on the way), itself, and the names on the way.

    Examples
    --------
    >>> from crunch.scoring import hdi
    >>> [(place, " / ".join(path)) for place, member, path in branches(hdi().root)][1:3]
    [((1,), 'schooling'), ((1, 0), 'schooling / expected_schooling')]
    """
    for i, member in enumerate(group.members):
        here, names = (*place, i), (*path, member.name) if member.name else path
        yield here, member, names
        if isinstance(member, Group):
            yield from branches(member, here, names)


def reweighted(group, factors, place=()):
    """A group whose members' weights are multiplied, and then sum to 1 again.

    Parameters
    ----------
    group : Group
    factors : dict of place to float
        From `branches`; a member that is not named keeps its weight before they are summed.

    Returns
    -------
    Group

    Raises
    ------
    InputError
        When the weights of a group would all be 0.
    """
    weights = [weight * factors.get((*place, i), 1.0) for i, weight in enumerate(group.weights)]
    members = [reweighted(member, factors, (*place, i)) if isinstance(member, Group) else member
               for i, member in enumerate(group.members)]
    total = sum(weights)
    if not total > 0:
        raise InputError("One part of each group must count for something, but all weights of a group are 0. "
                         "Raise one of them.")
    return replace(group, members=tuple(replace(member, weight=weight / total)
                                        for member, weight in zip(members, weights, strict=True)))


def without(group, place):
    """A group without one of the parts below it, its neighbours' weights raised to sum to 1 again.

    Parameters
    ----------
    group : Group
    place : tuple of int
        From `branches`.

    Returns
    -------
    Group or None
        None when nothing with a weight is left. A group that is left empty goes, too.
    """
    first, *rest = place
    kept = []
    for i, (member, weight) in enumerate(zip(group.members, group.weights, strict=True)):
        if i == first:
            member = without(member, rest) if rest else None
        if member is not None:
            kept.append((member, weight))
    total = sum(weight for _, weight in kept)
    if total == 0:
        return None
    return replace(group, members=tuple(replace(member, weight=weight / total) for member, weight in kept))
