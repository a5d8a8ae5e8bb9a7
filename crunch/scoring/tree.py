"""What a score is made of: parts that read a column through a curve, and groups that average them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real

import numpy as np

from crunch.errors import UNDEFINED, InputError, counted, listing, show
from crunch.rounding import Rounding
from crunch.scoring.curve import Curve, floats
from crunch.scoring.curves import Linear

_SLACK = 1e-9  # by which weights may miss their sum
MEANS = ("arithmetic", "geometric", "harmonic")


@dataclass(frozen=True, kw_only=True)
class _Member:
    """What parts and groups share.

    Attributes
    ----------
    name : str
    weight : float
        Its share of its group, as part of 1 or of 100; None for the same as every other member.
    rounding : Rounding, optional
        Its own rounding, before it is averaged.
    """

    name: str = ""
    weight: float | None = None
    rounding: Rounding | None = None

    def __post_init__(self):
        weight = self.weight
        if not isinstance(self.name, str):
            raise InputError(f"A name is text, but {show(self.name)} was given. For example name='reach'.")
        if weight is not None and not (isinstance(weight, Real) and 0 <= weight < np.inf):
            raise InputError(f"A weight must be a number of 0 or more, but {show(self.name)} has {show(weight)}. "
                             "Turn a curve around where less is better, and keep its weight above 0.")
        if self.rounding is not None and not isinstance(self.rounding, Rounding):
            raise InputError(f"The rounding of {show(self.name)} must be a Rounding, but {show(self.rounding)} was "
                             "given. For example crunch.scoring.Rounding(0.01, 'floor').")

    def rounded(self, worth):
        """Its worth after its own rounding."""
        return worth if self.rounding is None else self.rounding(worth)


@dataclass(frozen=True)
class Part(_Member):
    """A column read through a curve.

    Attributes
    ----------
    column : hashable
        Where its input stands; also its name, unless another is given.
    curve : Curve
        What an input is worth; as it stands by default.
    """

    column: object
    curve: Curve = field(default_factory=lambda: Linear(0, 1))

    def __post_init__(self):
        object.__setattr__(self, "name", self.name or str(self.column))
        super().__post_init__()
        if not isinstance(self.curve, Curve):
            raise InputError(f"A part reads its column through a curve, but {show(self.name)} was given "
                             f"{show(self.curve)}. For example crunch.scoring.Linear(0, 100).")

    def worth(self, columns, fixed=None):
        """What the inputs are worth, shape (rows,).

        Parameters
        ----------
        columns : dict of name to checked array, shape (rows,)
        fixed : tuple of Part and worth, optional
            A part whose worth is this, whatever its input.
        """
        if fixed is not None and fixed[0] is self:
            return np.broadcast_to(self.rounded(fixed[1]), columns[self.column].shape)
        return self.rounded(self.curve._worth(columns[self.column]) + 0.0)  # no negative zero

    def contributions(self, columns):
        """All of its own worth comes from itself."""
        return [self.worth(columns)]

    def extreme(self, end):
        """Its lowest (end 0) or highest (end 1) worth, infinite where its curve has no end."""
        worth = self.curve.range[end]
        return float(self.rounded(worth)) if np.isfinite(worth) else worth


@dataclass(frozen=True)
class Group(_Member):
    """Parts and groups, averaged.

    Attributes
    ----------
    members : tuple of Part and Group
    mean : {"arithmetic", "geometric", "harmonic"} or callable
        A callable takes worths of shape (members, rows) and weights of shape (members,) that sum
        to 1, and returns shape (rows,).

    Raises
    ------
    InputError
        When weights are negative or sum neither to 1 nor to 100, or a name stands twice.
    """

    members: tuple
    mean: str | Callable = "arithmetic"

    def __post_init__(self):
        object.__setattr__(self, "members", tuple(self.members) if np.iterable(self.members) else (self.members,))
        super().__post_init__()
        if not self.members or not all(isinstance(m, _Member) for m in self.members):
            raise InputError(f"A group is made of at least one scoring.Part or scoring.Group, but "
                             f"{listing(self.members) or 'nothing'} was given. For example "
                             "[crunch.scoring.Part('posts', crunch.scoring.Linear(0, 100))].")
        names = [m.name for m in self.members]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise InputError(f"Members of a group need names of their own, but {listing(twice)} stands twice. "
                             "Give one of them another name=.")
        if self.mean not in MEANS and not callable(self.mean):
            raise InputError(f"mean must be one of {listing(MEANS)} or a function, but {show(self.mean)} was given. "
                             "Choose one of these.")
        self._check_weights()

    def _check_weights(self):
        given = [m for m in self.members if m.weight is not None]
        if given and len(given) < len(self.members):
            raise InputError(f"Either all members of a group have a weight or none has, but "
                             f"{listing([m.name for m in self.members if m.weight is None])} has none beside "
                             f"{listing([m.name for m in given])}. Give all of them one.")
        total = sum(m.weight for m in given)
        if given and not any(abs(total / whole - 1) <= _SLACK for whole in (1, 100)):
            cure = ("Give at least one above 0." if total == 0 else
                    f"Divided by their sum they would be {', '.join(f'{m.weight / total:.6g}' for m in given)}.")
            raise InputError(f"Weights of a group must sum to 1 or to 100, but those of "
                             f"{listing([m.name for m in given], most=6)} sum to {total:.6g}. {cure}")

    @property
    def weights(self):
        """The members' weights as parts of 1, shape (members,)."""
        weights = np.array([1.0 if m.weight is None else m.weight for m in self.members])
        return weights / weights.sum()

    def worth(self, columns, fixed=None):
        """What the group is worth, shape (rows,); see `Part.worth`."""
        return self.joined(np.array([member.worth(columns, fixed) for member in self.members]))

    def contributions(self, columns):
        """How much of the group's worth comes from each part below it: an array of shape (rows,) each, adding up to it.

        By Euler's theorem for the three means: every member has worth × slope, and these add up
        because doubling all worths doubles the mean. NaN below a callable.
        """
        worths = np.array([member.worth(columns) for member in self.members])
        return [slope * below for member, slope in zip(self.members, self._slopes(worths), strict=True)
                for below in member.contributions(columns)]

    def extreme(self, end):
        """Its lowest (end 0) or highest (end 1) worth; infinite where one below has no end, or the mean is its own."""
        ends = np.array([[member.extreme(end)] for member in self.members])
        if callable(self.mean) or not np.isfinite(ends[self.weights > 0]).all():
            return (-np.inf, np.inf)[end]
        return float(self.joined(ends if self.mean == "arithmetic" else np.maximum(ends, 0))[0])

    def joined(self, worths):
        """The mean of the members' worths, shape (members, rows), after the group's own rounding."""
        weights = self.weights
        if callable(self.mean):
            return self.rounded(self._asked(worths, weights))
        return self.rounded(self._averaged(worths, weights))

    def _averaged(self, worths, weights):
        """One of the three means, before the group's own rounding."""
        # Member by member: a matrix product rounds a row differently when it stands among others.
        used = [(w, x) for w, x in zip(weights, worths, strict=True) if w > 0]
        if self.mean == "arithmetic":
            return sum(w * x for w, x in used)
        self._not_negative(worths)
        if self.mean == "geometric":
            return math.prod(x ** w for w, x in used)
        with np.errstate(divide="ignore", over="ignore"):
            return 1 / sum(w / x for w, x in used)

    def _asked(self, worths, weights):
        """The user's own mean, checked; it is not asked about worths without end."""
        if not np.isfinite(worths).all():
            return np.full(worths.shape[1:], np.nan)
        given = self.mean(worths.copy(), weights)
        out = floats(given)
        if out is None:
            raise InputError(f"A mean of one's own must return numbers, one a row, but it returned {show(given)}. "
                             "It is given worths of shape (members, rows) and weights of shape (members,).")
        if out.shape != worths.shape[1:] or not np.isfinite(out).all():
            raise InputError(f"A mean of one's own must return one finite number a row, shape {worths.shape[1:]}, but "
                             f"it returned shape {out.shape}{'' if out.shape != worths.shape[1:] else ' with gaps'}. "
                             "It is given worths of shape (members, rows) and weights of shape (members,).", UNDEFINED)
        return out

    def _not_negative(self, worths):
        below = (worths < 0).any(axis=1)
        if below.any():
            which = [m.name for m, b in zip(self.members, below, strict=True) if b]
            raise InputError(f"A {self.mean} mean takes worths of 0 or more, but {listing(which)} goes down to "
                             f"{worths.min():.4g} in {counted(int((worths < 0).any(axis=0).sum()), 'row')}. "
                             "Cap its curve at 0 (crunch.scoring.Capped), or take the arithmetic mean.", UNDEFINED)

    def _slopes(self, worths):
        """What the group is worth per unit of each member's worth, shape (members, rows); after its own rounding."""
        weights = self.weights
        if callable(self.mean):
            return np.full(worths.shape, np.nan)
        exact = self._averaged(worths, weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = {"arithmetic": lambda: np.ones_like(worths), "geometric": lambda: exact / worths,
                      "harmonic": lambda: (exact / worths) ** 2}[self.mean]()
            kept = self.rounded(exact) / exact
        # A geometric or harmonic mean of 0 leaves nothing to divide; a rounded 0 is 0.
        return weights[:, None] * np.where(np.isfinite(slopes), slopes, 0) * np.where(np.isfinite(kept), kept, 1)


def leaves(member, weight=1.0, path=()):
    """The parts below a member, each with its weight in the whole and the names on the way."""
    if isinstance(member, Part):
        yield member, weight, (*path, member.name)
        return
    for child, part in zip(member.members, member.weights, strict=True):
        yield from leaves(child, weight * part, (*path, member.name) if path or member.name else path)
