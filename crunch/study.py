"""Study: a table and the role of each of its columns."""

from html import escape

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks, identities, scales, wording
from crunch.errors import InputError, counted, listing, show
from crunch.results import html_table
from crunch.timeline import Timeline, moments_in_time, timeline

ROUNDINGS = ("round", "floor", "half_even")


class Study:
    """A table, the score to explain, and what each other column is.

    Parameters
    ----------
    table : pandas.DataFrame or any eager frame that narwhals reads (Polars, PyArrow, ...)
        One row per account, per period, or per unit and period. Never modified.
    score : name of the column to explain
    levers : names of the inputs one can act on
    context : names of what varies but cannot be set; numbers, or text for categories
    side_effects : names of the measures one refuses to sacrifice
    time : name of a column of dates or whole numbers; makes the table a diary
    unit : name of the column that tells units apart; with `time`, makes the table a panel
    step : float, optional
        The grid on which the score is shown: 1 for whole points.
    rounding : {"round", "floor", "half_even"}
        How the score is brought to that grid.
    scales : dict, optional
        Lever or context name to "log" or "linear"; levers not named follow `crunch.scales.choose`.

    Attributes
    ----------
    kind : {"accounts", "diary", "panel"}
    frame : DataFrame
        The rows used, in order, numbers as floats.
    levers : tuple
        The levers that vary; `constant` holds those that do not.
    scales : dict
        Name to `crunch.scales.Scale`, with the reason it was chosen.
    recipe : dict
        Coefficients of the levers the score is exactly computed from; empty when it is not.
    notes : tuple of str
        Everything that was dropped, sorted or set aside.

    Raises
    ------
    InputError
        When a column or a role breaks a rule; the sentence names the cure.

    Examples
    --------
    >>> import crunch
    >>> study = crunch.Study(crunch.load("schools"), score="test_score",
    ...                      levers=["students_per_teacher"], context=["english_learners"])
    >>> study.kind, len(study.frame)
    ('accounts', 420)
    """

    def __init__(self, table, *, score, levers, context=(), side_effects=(), time=None, unit=None,
                 step=None, rounding="round", scales=None):
        roles = checks.one_role_each({
            "score": (score,), "levers": checks.names(levers, "levers"),
            "context": checks.names(context, "context"),
            "side_effects": checks.names(side_effects, "side_effects"),
            "time": () if time is None else (time,), "unit": () if unit is None else (unit,)})
        if not roles["levers"]:
            raise InputError("A study needs at least one lever, an input you can act on, but none was given. "
                             "Name one or more, for example levers=['posts'].")
        if unit is not None and time is None:
            raise InputError(f"unit tells the rows of one moment apart, so it needs time, but unit={show(unit)} "
                             "came alone. Give time= as well, or leave unit out.")
        self.score, self.time, self.unit = score, time, unit
        self.context, self.side_effects = roles["context"], roles["side_effects"]
        self.kind = "accounts" if time is None else "diary" if unit is None else "panel"
        self.step = None if step is None else checks.positive(step, "step")
        self.rounding = checks.choice(rounding, ROUNDINGS, "rounding")
        raw = _columns(table, roles)
        self.rows_given = len(raw)
        frame, notes = _usable(raw, roles)
        self.timeline = Timeline(np.arange(len(frame)), "row", None)
        if time is not None:
            frame, self.timeline, ordered = _in_order(frame, time, unit)
            notes += ordered
        self.frame = frame
        self.levers, self.constant = _moving(frame, roles["levers"])
        notes += _constant_note(self.constant)
        self.notes = (*notes, *self._score_notes())
        self._check_size()
        self.scales = self._scales(scales)
        matrix = frame[list(self.levers)].to_numpy()
        identities.independent(matrix, self.levers)
        self.recipe = identities.recipe(frame[score].to_numpy(), matrix, self.levers)
        if self.recipe:
            self.notes += (f"{show(score)} is {identities.in_words(self.recipe)}.",)

    @property
    def score_moves(self):
        """Whether the score takes more than one value in the rows used."""
        return bool(np.ptp(self.frame[self.score].to_numpy()) > 0)

    def scaled(self, name):
        """A lever or context column on its scale, shape (rows,)."""
        values = self.frame[name].to_numpy()
        return self.scales[name](values) if name in self.scales else values

    def _scales(self, asked):
        asked = dict(asked or {})
        for name, scale in asked.items():
            checks.choice(scale, ("log", "linear"), f"scales[{show(name)}]")
            if name not in (*self.levers, *self.constant, *self.context):
                raise InputError(f"scales speaks of levers and context, but {show(name)} is neither. "
                                 f"The levers are {listing(self.levers, most=12)}.")
        chosen = {name: scales.choose(self.frame[name].to_numpy(), name, asked.get(name))
                  for name in self.levers}
        for name in self.context:
            if name in asked:
                if self.frame[name].dtype != float:
                    raise InputError(f"A scale needs numbers, but context {show(name)} holds categories. "
                                     f"Leave {show(name)} out of scales.")
                chosen[name] = scales.choose(self.frame[name].to_numpy(), name, asked[name])
        return chosen

    def _score_notes(self):
        values = self.frame[self.score].to_numpy()
        notes = []
        if values.size and not self.score_moves:
            notes.append(f"The score never moved: it is {values[0]:g} in {counted(values.size, 'row')}.")
        if self.step is not None:
            off = np.abs(values / self.step - np.round(values / self.step)) > 1e-6
            if off.any():
                notes.append(f"The score has {counted(int(off.sum()), 'value')} between the steps of {self.step:g}, "
                             f"such as {values[off][0]:g}: it looks unrounded.")
        if self.timeline.gaps and self.kind == "diary":
            missing = counted(self.timeline.gaps, self.timeline.name)
            notes.append(f"{missing} between the first and the last {'has' if self.timeline.gaps == 1 else 'have'} "
                         "no row; effects that look back over a gap skip it.")
        return notes

    def _check_size(self):
        needed = len(self.levers) + len(self.constant) + len(self.context) + 2
        if len(self.frame) < needed:
            raise InputError(
                f"A study of {counted(needed - 2, 'lever and context column', 'lever and context columns')} needs at "
                f"least {counted(needed, 'complete row')}, but {counted(len(self.frame), 'row')} of "
                f"{self.rows_given} can be used. Add rows, fill the missing cells, or name fewer columns.")
        if not self.levers:
            raise InputError(f"At least one lever must vary, but {listing(self.constant)} "
                             f"{'is' if len(self.constant) == 1 else 'are'} the same in every row. "
                             "A lever that was never pulled shows nothing: change it for a while first.")

    def roles(self):
        """The columns, their roles and scales.

        Returns
        -------
        DataFrame
            Columns column, role, scale, reason; one row per column in use.
        """
        rows = [("score", self.score)]
        rows += [("lever", n) for n in self.levers] + [("lever (constant)", n) for n in self.constant]
        rows += [("context", n) for n in self.context] + [("side effect", n) for n in self.side_effects]
        rows += [(role, n) for role, n in (("time", self.time), ("unit", self.unit)) if n is not None]
        table = [(name, role, self.scales[name].name if name in self.scales else "",
                  self.scales[name].reason if name in self.scales else "") for role, name in rows]
        return pd.DataFrame(table, columns=["column", "role", "scale", "reason"])

    def summary(self):
        """What this study is, in one line."""
        what = {"accounts": "a cross-section of {rows}", "diary": "a diary of {rows}, one a {period}",
                "panel": "a panel of {rows}: {units}, one row a {period}"}[self.kind]
        units = counted(self.frame[self.unit].nunique(), "unit") if self.kind == "panel" else ""
        step = "" if self.step is None else f", shown in steps of {self.step:g}"
        return f"{show(self.score)} in " + what.format(
            rows=counted(len(self.frame), "row"), period=self.timeline.name, units=units) + step + "."

    def __repr__(self):
        lines = [self.summary(), "", self.roles().to_string(index=False), *(f"- {n}" for n in self.notes)]
        return "\n".join(lines)

    def _repr_html_(self):
        notes = "".join(f"<li>{escape(n)}</li>" for n in self.notes)
        return (f"<p><strong>{escape(self.summary())}</strong></p>{html_table(self.roles())}"
                + (f"<ul>{notes}</ul>" if notes else ""))


def _columns(table, roles):
    """The named columns as a new pandas frame."""
    wanted = [name for members in roles.values() for name in members]
    if isinstance(table, pd.DataFrame):
        for role, members in roles.items():
            checks.columns(members, table.columns, role)
        return table[wanted].reset_index(drop=True)
    try:
        frame = nw.from_native(table)
    except TypeError as error:
        raise InputError("A study needs a table, such as a pandas or Polars DataFrame, but it was given "
                         f"{show(type(table).__name__)}. For a file use crunch.read(path).table.") from error
    if isinstance(frame, nw.LazyFrame):
        raise InputError("A study reads a table in memory, but this one is lazy. Collect it first: table.collect().")
    for role, members in roles.items():
        checks.columns(members, frame.columns, role)
    return pd.DataFrame({name: frame[name].to_numpy() for name in wanted})


def _usable(raw, roles):
    """The complete rows with numbers as floats, and what was dropped."""
    frame = pd.DataFrame(index=raw.index)
    for role, one in (("score", "score"), ("levers", "lever"), ("side_effects", "side effect")):
        for name in roles[role]:
            frame[name] = checks.numbers(raw[name], one)
    for name in roles["context"]:
        text = isinstance(raw[name].dtype, pd.CategoricalDtype) or not (
            pd.api.types.is_numeric_dtype(raw[name]) or pd.to_numeric(raw[name], errors="coerce").notna().any())
        frame[name] = raw[name].astype(object) if text else checks.numbers(raw[name], "context column")
    for name in roles["time"]:
        frame[name] = moments_in_time(raw[name])
    for name in roles["unit"]:
        frame[name] = raw[name]
    needed = [name for role, members in roles.items() if role != "side_effects" for name in members]
    missing = frame[needed].isna()
    keep = ~missing.any(axis=1)
    notes = []
    if not keep.all():
        where = wording.series(f"{show(n)} ({int(k)})" for n, k in missing.sum().items() if k)
        dropped = int((~keep).sum())
        notes.append(f"{counted(dropped, 'row')} of {len(frame)} {'was' if dropped == 1 else 'were'} left out for "
                     f"missing values in {where}.")
    return frame[keep].reset_index(drop=True), notes


def _in_order(frame, time, unit):
    """Rows sorted by (unit and) time, each once, with their timeline and a note when sorting was needed."""
    keys = [time] if unit is None else [unit, time]
    repeated = frame.duplicated(keys, keep=False)
    if repeated.any():
        first = frame[repeated].iloc[0]
        when = first[time].date() if hasattr(first[time], "date") else first[time]
        where = f"{when}" if unit is None else f"{show(first[unit])}, {when}"
        cure = ("Name the column that tells the rows apart with unit=, or bring the table to one row a period."
                if unit is None else "Bring the table to one row per unit and period.")
        raise InputError(f"Each {'period' if unit is None else 'unit and period'} may have one row, but "
                         f"{counted(int(repeated.sum()), 'row')} share theirs, first {where}. {cure}")
    try:
        ordered = frame.sort_values(keys, kind="stable")
    except TypeError as error:
        raise InputError(f"unit must be of one kind, but {show(unit)} mixes numbers and text. "
                         f"Use table[{show(unit)}].astype(str).") from error
    moved = not ordered.index.equals(frame.index)
    ordered = ordered.reset_index(drop=True)
    notes = ["The rows were not in order of time; they were sorted."] if moved and unit is None else []
    return ordered, timeline(ordered[time]) if len(ordered) else Timeline(np.zeros(0, int), "period", None), notes


def _moving(frame, levers):
    """The levers that vary and those that do not."""
    moving = tuple(n for n in levers if len(frame) and np.ptp(frame[n].to_numpy()) > 0)
    return moving, tuple(n for n in levers if n not in moving)


def _constant_note(constant):
    if not constant:
        return []
    is_are = "is" if len(constant) == 1 else "are"
    return [f"{listing(constant, most=12)} {is_are} the same in every row and {is_are} set aside: "
            "a lever that never moved shows nothing."]
