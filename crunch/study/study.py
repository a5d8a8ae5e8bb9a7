"""Study: a table and the role of each of its columns."""

from html import escape

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, counted, listing, show
from crunch.moments import Moments
from crunch.moments.sources import opened
from crunch.results import html_table
from crunch.rounding import RULES
from crunch.study import identities, scales
from crunch.study.rows import columns, complete, constant_note, in_order, moving
from crunch.study.sums import look_at, told
from crunch.study.timeline import Timeline


class Study:
    """A table, the score to explain, and what each other column is.

    Parameters
    ----------
    table : data frame, or path of Parquet files
        One row per account, per period, or per unit and period. Never modified. Frames in memory
        (pandas, Polars, PyArrow, ...) are used row by row. Of others (Polars lazy, DuckDB, Dask,
        PySpark, Parquet files) only sums are kept, which is enough for accounts of any number; see
        `crunch.Moments`.
    score : name of the column to explain
    levers : names of the inputs one can act on
    context : names of what varies but cannot be set; numbers, or text for categories
    side_effects : names of the measures one refuses to sacrifice
        Or a dict of name to "more" or "less", whichever is better; None where that is open.
    time : name of a column of dates or whole numbers; makes the table a diary
    unit : name of the column that tells units apart; with `time`, makes the table a panel
    step : float, optional
        The grid on which the score is shown: 1 for whole points.
    rounding : {"round", "half_even", "floor", "ceil"}
        How the score is brought to that grid; "round" is half up.
    scales : dict, optional
        Lever or context name to "log" or "linear"; levers not named follow `crunch.study.scales.choose`.

    Attributes
    ----------
    kind : {"accounts", "diary", "panel"}
    frame : DataFrame
        The rows used, in order, numbers as floats; not kept of a table that was not in memory.
    moments : Moments or None
        Sums of a table that was not in memory: context, levers and score on their scales.
    rows : int
        Rows used.
    levers : tuple
        The levers that vary; `constant` holds those that do not.
    scales : dict
        Name to `crunch.study.scales.Scale`, with the reason it was chosen.
    better : dict
        Side effect to "more" or "less", for those of which it was said.
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
        ways = side_effects if isinstance(side_effects, dict) else {}
        self.better = {name: checks.choice(way, ("more", "less"), f"side_effects[{show(name)}]")
                       for name, way in ways.items() if way is not None}
        self.context, self.side_effects = roles["context"], roles["side_effects"]
        self.kind = "accounts" if time is None else "diary" if unit is None else "panel"
        self.step = None if step is None else checks.positive(step, "step")
        self.rounding = checks.choice(rounding, RULES, "rounding")
        source = table if isinstance(table, pd.DataFrame) else opened(table)
        self.moments = None
        if isinstance(source, pd.DataFrame | nw.DataFrame):
            self._take_rows(source, roles)
        else:
            source, held = self._look_at(source, roles)
        self._check_size()
        self.scales = self._scales(scales)
        matrix = self._seen[list(self.levers)].to_numpy()
        identities.independent(matrix, self.levers)
        self.recipe = identities.recipe(self._seen[score].to_numpy(), matrix, self.levers)
        if self.recipe:
            self.notes += (f"{show(score)} is {identities.in_words(self.recipe)}.",)
        if self._frame is None:
            self._sum_up(source, held)

    def _take_rows(self, table, roles):
        """Keep the complete rows, in order."""
        raw = columns(table, roles)
        self.rows_given = len(raw)
        frame, notes = complete(raw, roles)
        self.timeline = Timeline(np.arange(len(frame)), "row", None)
        if self.time is not None:
            frame, self.timeline, ordered = in_order(frame, self.time, self.unit)
            notes += ordered
        self._frame = self._seen = frame
        self._ends = frame[:0]  # the rows hold them
        self.rows = len(frame)
        self.levers, self.constant = moving(frame, roles["levers"])
        self.notes = (*notes, *constant_note(self.constant), *self._score_notes())

    def _look_at(self, source, roles):
        """Look at a table that is not in memory, for bounds and a sample; its categories become columns."""
        look = look_at(source, roles)
        self.rows_given = self.rows = look.rows
        self.timeline = Timeline(np.arange(0), "row", None)
        self._frame, self._seen, self._ends = None, look.seen, look.ends
        self.levers, self.constant = moving(look.ends, roles["levers"])
        self.notes = (*constant_note(self.constant), *self._still_note(look.ends[self.score]))
        return look.source, look.context

    def _sum_up(self, source, held):
        """Read the table once more, for sums of squares and products on the scales chosen."""
        names = (*held, *self.levers, self.score)
        kinds = {name: self.scales[name].name for name in names if name in self.scales}
        self.moments = Moments.of(source, names, scales=kinds)
        self.rows = self.moments.rows
        self.notes += (*self.moments.notes, told(self, len(self._seen)))

    @property
    def frame(self):
        """The rows used, in order, numbers as floats, shape (rows, columns).

        Raises
        ------
        InputError
            When the table was not in memory and only its sums were kept.
        """
        if self._frame is None:
            raise InputError("This needs the rows themselves, but the table of this study was summed up where it lies "
                             "and its rows were not kept. Give Study a table in memory: a smaller one, or a sample of "
                             "this one.")
        return self._frame

    @property
    def score_moves(self):
        """Whether the score takes more than one value."""
        return bool(np.ptp(pd.concat([self._seen[self.score], self._ends[self.score]])) > 0)

    @property
    def score_spread(self):
        """The score's standard deviation."""
        if self.moments is None:
            return float(self.frame[self.score].std())
        return float(np.sqrt(self.moments.covariance()[-1, -1]))

    @property
    def first_score(self):
        """The first value of the score: the only one, when it never moves."""
        return float(self._seen[self.score].iloc[0])

    def scaled(self, name):
        """A lever or context column on its scale, shape (rows,)."""
        return self._on_scale(name, self.frame[name].to_numpy())

    def usual_move(self, name):
        """How far a lever goes from its 10th to its 90th percentile, on its scale."""
        return float(np.diff(np.quantile(self._on_scale(name, self._seen[name].to_numpy()), [0.1, 0.9]))[0])

    def _on_scale(self, name, values):
        return self.scales[name](values) if name in self.scales else values

    def _scales(self, asked):
        asked = dict(asked or {})
        for name, scale in asked.items():
            checks.choice(scale, ("log", "linear"), f"scales[{show(name)}]")
            if name not in (*self.levers, *self.constant, *self.context):
                raise InputError(f"scales speaks of levers and context, but {show(name)} is neither. "
                                 f"The levers are {listing(self.levers, most=12)}.")
        known = pd.concat([self._seen, self._ends], ignore_index=True)
        chosen = {name: scales.choose(known[name].to_numpy(), name, asked.get(name)) for name in self.levers}
        for name in self.context:
            if name in asked:
                if name not in self._seen or self._seen[name].dtype != float:
                    raise InputError(f"A scale needs numbers, but context {show(name)} holds categories. "
                                     f"Leave {show(name)} out of scales.")
                chosen[name] = scales.choose(known[name].to_numpy(), name, asked[name])
        return chosen

    def _score_notes(self):
        values = self.frame[self.score].to_numpy()
        notes = self._still_note(values)
        if self.step is not None:
            off = np.abs(values / self.step - np.round(values / self.step)) > 1e-6
            if off.any():
                notes.append(f"The score has {counted(int(off.sum()), 'value')} between the steps of {self.step:.12g}, "
                             f"such as {values[off][0]:.12g}: it looks unrounded.")
        if self.timeline.gaps and self.kind == "diary":
            missing = counted(self.timeline.gaps, self.timeline.name)
            notes.append(f"{missing} between the first and the last {'has' if self.timeline.gaps == 1 else 'have'} "
                         "no row; effects that look back over a gap skip it.")
        return notes

    def _still_note(self, values):
        if len(values) and np.ptp(values) == 0:
            return [f"The score never moved: it is {values[0]:.12g} in {counted(self.rows, 'row')}."]
        return []

    def _check_size(self):
        needed = len(self.levers) + len(self.constant) + len(self.context) + 2
        if self.rows < needed:
            raise InputError(
                f"A study of {counted(needed - 2, 'lever and context column', 'lever and context columns')} needs at "
                f"least {counted(needed, 'complete row')}, but {counted(self.rows, 'row')} of "
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
        step = "" if self.step is None else f", shown in steps of {self.step:.12g}"
        return f"{show(self.score)} in " + what.format(
            rows=counted(self.rows, "row"), period=self.timeline.name, units=units) + step + "."

    def __repr__(self):
        lines = [self.summary(), "", self.roles().to_string(index=False), *(f"- {n}" for n in self.notes)]
        return "\n".join(lines)

    def _repr_html_(self):
        notes = "".join(f"<li>{escape(n)}</li>" for n in self.notes)
        return (f"<p><strong>{escape(self.summary())}</strong></p>{html_table(self.roles())}"
                + (f"<ul>{notes}</ul>" if notes else ""))
