"""Study: a table and the role of each of its columns."""

from html import escape

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, show
from crunch.moments import Moments
from crunch.moments.sources import opened
from crunch.results import html_table
from crunch.rounding import RULES, Rounding
from crunch.study import derived, identities
from crunch.study.described import roles, score_notes, still_note, summary
from crunch.study.holidays import taken
from crunch.study.rows import constant_note, enough, given_roles, in_order, moving, usable
from crunch.study.scales import chosen
from crunch.study.sums import look_at, told
from crunch.study.timeline import Timeline
from crunch.study.unused import Unused, asked, unused


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
    holidays : list or Index of dates, or str, optional
        Public holidays, held constant in a diary; of a country ("DE", "US") by ``crunch-score[holidays]``.

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
    unused : Unused
        Of accounts: what columns without a role say of which rows belong together.
    recipe : dict
        Coefficients of the levers the score is exactly computed from; empty when it is not.
    holidays : DatetimeIndex or None
        Those that were named, each once and in order.
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
                 step=None, rounding="round", scales=None, holidays=None):
        given = given_roles(score, levers, context, side_effects, time, unit)
        self.score, self.time, self.unit = score, time, unit
        ways = side_effects if isinstance(side_effects, dict) else {}
        self.better = {name: checks.choice(way, ("more", "less"), f"side_effects[{show(name)}]")
                       for name, way in ways.items() if way is not None}
        self.context, self.side_effects = given["context"], given["side_effects"]
        self.kind = "accounts" if time is None else "diary" if unit is None else "panel"
        self.step = None if step is None else checks.positive(step, "step")
        self.rounding = checks.choice(rounding, RULES, "rounding")
        source = table if isinstance(table, pd.DataFrame) else opened(table)
        self.moments, self._kept = None, {}
        if isinstance(source, pd.DataFrame | nw.DataFrame):
            self._take_rows(source, given)
        else:
            source, held = self._look_at(source, given)
        self.holidays, told_of_them = taken(self, holidays)
        self.notes += told_of_them
        enough(self)
        self.scales = chosen(self, scales, pd.concat([self._seen, self._ends], ignore_index=True))
        matrix = self._seen[list(self.levers)].to_numpy()
        identities.independent(matrix, self.levers)
        self.recipe = identities.recipe(self._seen[score].to_numpy(), matrix, self.levers)
        if self.recipe:
            self.notes += (f"{show(score)} is {identities.in_words(self.recipe)}.",)
        if self._frame is None:
            self._sum_up(source, held)

    def _take_rows(self, table, given):
        """Keep the complete rows, in order."""
        frame, rows, self.rows_given, notes = usable(table, given)
        self.timeline = Timeline(np.arange(len(frame)), "row", None)
        if self.time is not None:
            frame, self.timeline, ordered = in_order(frame, self.time, self.unit)
            notes += ordered
        self._frame = self._seen = frame
        self._ends = frame[:0]  # the rows hold them
        self.rows = len(frame)
        self.levers, self.constant = moving(frame, given["levers"])
        self.unused = unused(table, given, rows) if self.time is None else Unused()
        self.notes = (*notes, *constant_note(self.constant), *score_notes(self), *asked(self.unused))

    def _look_at(self, source, given):
        """Look at a table that is not in memory, for bounds and a sample; its categories become columns."""
        look = look_at(source, given)
        self.rows_given = self.rows = look.rows
        self.timeline = Timeline(np.arange(0), "row", None)
        self._frame, self._seen, self._ends = None, look.seen, look.ends
        self.unused = Unused()
        self.levers, self.constant = moving(look.ends, given["levers"])
        self.notes = (*constant_note(self.constant), *still_note(look.ends[self.score], self.rows))
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
    def grid(self):
        """How the score comes to be shown, a `crunch.rounding.Rounding`; None where it has no step."""
        return None if self.step is None else Rounding(self.step, self.rounding)

    @property
    def score_moves(self):
        """Whether the score takes more than one value."""
        return bool(np.ptp(pd.concat([self._seen[self.score], self._ends[self.score]]).dropna()) > 0)

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

    def usual(self, name):
        """The 10th, 50th and 90th percentile of a lever, on its scale, shape (3,); in a panel within units."""
        return self.kept(("usual", name), lambda: self._usual(self._on_scale(name, self._seen[name].to_numpy())))

    def _usual(self, values):
        middle = np.median(values)
        if self.kind == "panel":  # no unit moves as far as the largest and the smallest are apart
            values = middle + values - pd.Series(values).groupby(self._seen[self.unit].to_numpy()).transform("mean")
        low, high = np.quantile(values, [0.1, 0.9])
        return np.array([low, min(max(middle, low), high), high])

    def usual_move(self, name):
        """How far a lever goes from its 10th to its 90th percentile, on its scale."""
        low, _, high = self.usual(name)
        return float(high - low)

    def kept(self, key, find):
        """What was found of this study under a key, the same for all who ask; the first time `find` is called."""
        if key not in self._kept:
            self._kept[key] = find()
        return self._kept[key]

    def instead(self, *, score=None, values=None, rows=None, window=None, scales=None, timeline=None):
        """This study with another outcome, other rows or another window; all else stays as it was settled.

        Periods, scales, roles and notes are kept, and so are levers that do not vary in the rows that are left.

        Parameters
        ----------
        score : name of a side effect, optional
            The outcome in the score's place. Rows in which it is missing stay, for others look back on them.
        values : dict of column to array of shape (rows,), optional
            Other values in these columns, such as an outcome on a scale of its own.
        rows : array of int or bool, optional
            The rows that stay, in the study's order.
        window : dict of lever to int, optional
            Levers that count as the sum over so many of the last periods, in a diary. Rows whose window
            begins before the first, or touches a missing period, go.
        scales : dict of lever to Scale, optional
        timeline : Timeline, optional
            Another calendar, of as many rows.

        Returns
        -------
        Study

        Raises
        ------
        InputError
            When a column is not in the study, a score holds no numbers, or a window is none.

        Examples
        --------
        >>> from crunch.datasets import study
        >>> diary = study("stuck_at_55")
        >>> hours = diary.instead(score="hours", rows=range(52))
        >>> hours.score, hours.rows, hours.scales is diary.scales
        ('hours', 52, True)
        """
        return derived.instead(self, score, values or {}, rows, window or {}, scales, timeline)

    def _on_scale(self, name, values):
        return self.scales[name](values) if name in self.scales else values

    def roles(self):
        """The columns, their roles and scales.

        Returns
        -------
        DataFrame
            Columns column, role, scale, reason; one row per column in use.
        """
        return roles(self)

    def summary(self):
        """What this study is, in one line."""
        return summary(self)

    def __repr__(self):
        lines = [self.summary(), "", self.roles().to_string(index=False), *(f"- {n}" for n in self.notes)]
        return "\n".join(lines)

    def _repr_html_(self):
        notes = "".join(f"<li>{escape(n)}</li>" for n in self.notes)
        return (f"<p><strong>{escape(self.summary())}</strong></p>{html_table(self.roles())}"
                + (f"<ul>{notes}</ul>" if notes else ""))
