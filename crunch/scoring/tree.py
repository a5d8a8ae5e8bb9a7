"""What a score is made of: parts that read a column through a curve, and groups that average them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real

import numpy as np

from crunch.errors import InputError, counted, listing, show
from crunch.rounding import Rounding
from crunch.scoring.curve import Curve
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
        if weight is not None and not (isinstance(weight, Real) and 0 <= weight < np.inf):
            raise InputError(f"A weight must be a number of 0 or more, but {show(self.name)} has {show(weight)}. "
                             "Turn a curve around where less is better, and keep its weight above 0.")
        if self.rounding is not None and not isinstance(self.rounding, Rounding):
            raise InputError(f"The rounding of {show(self.name)} must be a Rounding, but {show(self.rounding)} was "
                             "given. For example scoring.Rounding(0.01, 'floor').")

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
                             f"{show(self.curve)}. For example scoring.Linear(0, 100).")

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
        return self.rounded(self.curve._worth(columns[self.column]))

    def contributions(self, _columns):
        """All of its own worth comes from itself."""
        return [1.0]


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
        object.__setattr__(self, "members", tuple(self.members))
        super().__post_init__()
        if not self.members or not all(isinstance(m, _Member) for m in self.members):
            raise InputError(f"A group is made of at least one scoring.Part or scoring.Group, but "
                             f"{listing(self.members) or 'nothing'} was given. For example "
                             "[scoring.Part('posts', scoring.Linear(0, 100))].")
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
        """How the group's worth divides among the parts below it: an array of shape (rows,) each, adding up to 1.

        By Euler's theorem for the three means: every member has worth × slope, and these add up
        because doubling all worths doubles the mean. NaN below a callable.
        """
        worths = np.array([member.worth(columns) for member in self.members])
        return [share * below for member, share in zip(self.members, self._divided(worths), strict=True)
                for below in member.contributions(columns)]

    def joined(self, worths):
        """The mean of the members' worths, shape (members, rows), after the group's own rounding."""
        weights = self.weights
        if callable(self.mean):
            return self.rounded(self._asked(worths, weights))
        if self.mean == "arithmetic":
            return self.rounded(weights @ worths)
        self._not_negative(worths)
        with np.errstate(divide="ignore"):
            if self.mean == "geometric":
                return self.rounded(np.prod(worths ** weights[:, None], axis=0))
            used = weights > 0  # 0 / 0 would hide the others
            return self.rounded(1 / (weights[used, None] / worths[used]).sum(axis=0))

    def _asked(self, worths, weights):
        """The user's own mean, checked."""
        out = np.asarray(self.mean(worths.copy(), weights), dtype=float)
        if out.shape != worths.shape[1:] or not np.isfinite(out).all():
            raise InputError(f"A mean of one's own must return one finite number a row, shape {worths.shape[1:]}, but "
                             f"it returned shape {out.shape}{'' if out.shape != worths.shape[1:] else ' with gaps'}. "
                             "It is given worths of shape (members, rows) and weights of shape (members,).")
        return out

    def _not_negative(self, worths):
        below = (worths < 0).any(axis=1)
        if below.any():
            which = [m.name for m, b in zip(self.members, below, strict=True) if b]
            raise InputError(f"A {self.mean} mean takes worths of 0 or more, but {listing(which)} goes down to "
                             f"{worths.min():.4g} in {counted(int((worths < 0).any(axis=0).sum()), 'row')}. "
                             "Cap its curve at 0 (scoring.Capped), or take the arithmetic mean.")

    def _divided(self, worths):
        """Each member's part of the group's worth, shape (members, rows)."""
        weights = self.weights[:, None]
        if callable(self.mean):
            return np.full(worths.shape, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = {"arithmetic": lambda: weights * worths, "geometric": lambda: weights * np.ones_like(worths),
                     "harmonic": lambda: weights / worths}[self.mean]()
            divided = parts / parts.sum(axis=0)
        # A group worth 0 leaves nothing to divide: any division adds up to 0 points.
        return np.where(np.isfinite(divided), divided, 1 / len(parts))


def leaves(member, weight=1.0, path=()):
    """The parts below a member, each with its weight in the whole and the names on the way."""
    if isinstance(member, Part):
        yield member, weight, (*path, member.name)
        return
    for child, part in zip(member.members, member.weights, strict=True):
        yield from leaves(child, weight * part, (*path, member.name) if path or member.name else path)
