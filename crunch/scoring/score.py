"""Score: how the number that is shown comes about."""

from collections.abc import Mapping
from dataclasses import replace

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, listing, show
from crunch.moments.sources import opened
from crunch.results import html_table
from crunch.rounding import Rounding
from crunch.scoring import as_json
from crunch.scoring.curve import floats
from crunch.scoring.tree import Group, Part, leaves
from crunch.study.rows import columns


class Score:
    """A score as a formula: parts, how they are averaged, and how the result is shown.

    Parameters
    ----------
    members : sequence of Part and Group
    mean : {"arithmetic", "geometric", "harmonic"} or callable
        How the members are averaged; see `Group`.
    scale : tuple of float
        What an average of 0 and one of 1 are on the scale of the score, such as (0, 100).
    step : float, optional
        The grid on which the score is shown; None shows it as it is.
    rounding : {"round", "half_even", "floor", "ceil"}
    name : str

    Attributes
    ----------
    columns : tuple
        The inputs it needs, each once.
    root : Group
        All members.
    rounding : Rounding or None
        From the hidden to the shown score.

    Raises
    ------
    InputError
        When a weight, a curve or a setting breaks its rule.

    Examples
    --------
    >>> from crunch import scoring
    >>> reach = scoring.Part("followers", scoring.Log(1, 10_000), weight=0.8)
    >>> reply = scoring.Part("hours_to_reply", scoring.goalposts(48, 0), weight=0.2)
    >>> score = scoring.Score([reach, reply], scale=(0, 100), step=1)
    >>> row = {"followers": 900, "hours_to_reply": 30}
    >>> round(score.value(row), 2), score.shown(row)
    (66.58, 67.0)
    """

    def __init__(self, members, *, mean="arithmetic", scale=(0.0, 1.0), step=None, rounding="round", name="score"):
        # Parts of its own: one that stands in two groups is two parts.
        self.root = _renamed(Group(members if isinstance(members, list | tuple) else (members,), mean), {})
        self.name = str(name)
        self.scale = _scale(scale)
        if step is None:
            checks.choice(rounding, ("round",), "rounding without a step")
        self.rounding = None if step is None else Rounding(step, rounding)
        self.columns = tuple(dict.fromkeys(part.column for part, _, _ in self.leaves))

    @property
    def leaves(self):
        """Part, weight in the whole (nominal) and path of names, for each part."""
        return list(leaves(self.root))

    @property
    def step(self):
        return None if self.rounding is None else self.rounding.step

    @property
    def limits(self):
        """The lowest and the highest hidden score there can be; infinite where curves have no end."""
        zero, one = self.scale
        return tuple(sorted(zero + (one - zero) * self.root.extreme(end) for end in (0, 1)))

    def value(self, table):
        """The hidden score.

        Parameters
        ----------
        table : data frame, or one row as a dict or Series
            With all of `columns`.

        Returns
        -------
        float or array of shape (rows,)

        Raises
        ------
        InputError
            When a part is missing, or outside the domain of its curve.
        """
        return self.of(self.inputs(table))

    def shown(self, table):
        """The score as it is shown: `value`, rounded. Takes, returns and raises as `value` does."""
        return self.as_shown(self.value(table))

    def as_shown(self, value):
        """A hidden score as it is shown."""
        return value if self.rounding is None else self.rounding(value)

    def of(self, inputs):
        """The hidden score of inputs that were checked, as `inputs` returns them."""
        zero, one = self.scale
        value = zero + (one - zero) * self.root.worth({n: np.atleast_1d(x) for n, x in inputs.items()})
        return value if any(np.ndim(x) for x in inputs.values()) else float(value[0])

    def parts(self, table):
        """What each part contributes.

        Parameters
        ----------
        table : data frame, or one row as a dict or Series

        Returns
        -------
        DataFrame
            One row per part (and per row of the table, counted in `row`): part, column, input, worth
            (after curve and own rounding), weight (nominal, of the whole), contribution (points
            above the scale's zero, which add up to the score; NaN below a mean of one's own), room
            (points that the best possible worth of this part alone would add; infinite without one,
            and then NaN below a mean of one's own).
        """
        inputs = self.inputs(table)
        single = not any(np.ndim(x) for x in inputs.values())
        columns = {name: np.atleast_1d(x) for name, x in inputs.items()}
        length, now = self.scale[1] - self.scale[0], self.root.worth(columns)
        found = [pd.DataFrame({
            "row": np.arange(len(now)), "part": " / ".join(path), "column": part.column, "input": columns[part.column],
            "worth": part.worth(columns), "weight": weight, "contribution": length * amount,
            "room": length * (self.root.worth(columns, (part, part.curve.range[1])) - now)})
            for (part, weight, path), amount in zip(self.leaves, self.root.contributions(columns), strict=True)]
        out = pd.concat(found).sort_values("row", kind="stable", ignore_index=True)
        return out.drop(columns="row") if single else out

    def inputs(self, table):
        """The columns of the score, checked: floats for one row, arrays for a table.

        Raises
        ------
        InputError
            When one is missing, is not a number, or is outside the domain of its curve.
        """
        single = isinstance(table, Mapping | pd.Series)
        frame = self._row(dict(table)) if single else columns(_rows(table), {"the score": self.columns})
        out = {}
        for part, _, _ in self.leaves:
            values = checks.numbers(frame[part.column], "part of a score")
            self._inside(part, values)
            out[part.column] = float(values[0]) if single else values
        return out

    def _row(self, row):
        missing = [name for name in self.columns if name not in row]
        if missing:
            raise InputError(f"A score needs all of its parts, but the row has no {listing(missing, most=6)}. "
                             f"{self.name} is made of {listing(self.columns, most=12)}.")
        return pd.DataFrame({name: [row[name]] for name in self.columns})

    def _inside(self, part, values):
        outside = part.curve.outside(values)
        if not outside.any():
            return
        where = f"row {int(np.flatnonzero(outside)[0])}" if len(values) > 1 else "the row"
        wrong = values[outside][0]
        if np.isnan(wrong):
            raise InputError(f"A score needs all of its parts, but {where} has no value of {show(part.column)}. "
                             "Fill it in or leave the row out: a part that is missing is not a part that is 0.")
        raise InputError(f"{show(part.column)} goes through a {part.curve.kind} curve, which takes {part.curve.rule}, "
                         f"but {where} has {wrong:.12g}. Correct it, or choose another curve.")

    def renamed(self, names):
        """The same score reading other columns; `names` maps its columns to those of a table."""
        names = dict(names)
        checks.columns(names, self.columns, "names")
        return Score([_renamed(member, names) for member in self.root.members], mean=self.root.mean, scale=self.scale,
                     step=self.step, rounding="round" if self.rounding is None else self.rounding.rule, name=self.name)

    def to_dict(self):
        """The score as JSON types: dicts, lists, text and numbers."""
        return as_json.from_score(self)

    @classmethod
    def from_dict(cls, given):
        """The score that `to_dict` wrote; nothing in it is run."""
        try:
            return cls(**as_json.settings(given))
        except (OverflowError, RecursionError) as error:
            raise InputError("A score is written with numbers below 1e308, and groups and curves stand in each other a "
                             "few times, but this one goes beyond. Write it as Score.to_dict does.") from error

    def table(self):
        """The parts, their curves and their nominal weights, one row each."""
        return pd.DataFrame([{"part": " / ".join(path), "column": part.column, "curve": part.curve.kind,
                              "weight": weight} for part, weight, path in self.leaves])

    def __repr__(self):
        zero, one = self.scale
        shown = "" if self.rounding is None else f", shown in steps of {self.step:.12g} ({self.rounding.rule})"
        mean = self.root.mean if isinstance(self.root.mean, str) else "its own"
        return f"{self.name}: {mean} mean of {listing(self.columns, most=12)}, from {zero:g} to {one:g}{shown}"

    def _repr_html_(self):
        return html_table(self.table().assign(weight=lambda t: (100 * t["weight"]).map("{:.3g} %".format)))


def _rows(table):
    """A table whose rows are at hand."""
    source = table if isinstance(table, pd.DataFrame) else opened(table)
    if isinstance(source, pd.DataFrame | nw.DataFrame):
        return source
    raise InputError("A score is computed row by row, but the table given is not in memory. Collect it first, or the "
                     "rows of it that are of interest.")


def _scale(scale):
    """Two different finite numbers, as floats."""
    ends = floats(scale)
    if ends is None or ends.shape != (2,) or not np.isfinite(ends).all() or ends[0] == ends[1]:
        raise InputError(f"scale is what an average of 0 and one of 1 are in points, two different numbers, but "
                         f"{show(scale)} was given. For example scale=(0, 100).")
    return tuple(ends.tolist())


def _renamed(member, names):
    """A part or group reading other columns, called as before."""
    if isinstance(member, Part):
        return replace(member, column=names.get(member.column, member.column))
    return replace(member, members=tuple(_renamed(m, names) for m in member.members))
