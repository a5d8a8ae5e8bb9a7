"""The panel of question 1: drag a lever, and watch the hidden score cross the line of the next point."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from crunch.charts.directions import BAD, GOOD, UNSURE
from crunch.digits import distance, more, plain
from crunch.effects.outlook import outlook
from crunch.errors import InputError, show
from crunch.questions.plan.reach import reach
from crunch.questions.stuck.exact_prices import formula
from crunch.questions.stuck.stuck import stuck as ask_stuck
from crunch.widgets.asked import Asked
from crunch.widgets.board import LIMIT, NOW, STILL, Board, Gauge, Reading, Row, size
from crunch.widgets.controls import over, round_step
from crunch.widgets.levers import lever_slider
from crunch.widgets.panel import Panel
from crunch.widgets.what_if import ScenarioScene
from crunch.wording import estimate, level_text, number, on_grid

_FAR = 3  # times the price of a point, as far as a slider goes
WORDS = {NOW: "now", GOOD: "brings points", BAD: "costs points", LIMIT: "enough by itself"}
_STEPS = 4  # points each way, at most, on the gauge of a formula


def stuck(study_or_row, *, score=None, at=None, bounds=None, level=0.95, rng=None):
    """A panel of the next point: a slider for each lever, the hidden score and the line that it has to cross.

    Under the gauge, each lever has a row: what its move brings by itself, in points, beside the points
    that are missing.

    Parameters
    ----------
    study_or_row, score, at, level, rng
        As in `crunch.stuck`.
    bounds : dict of lever to (least, most), optional
        How far sliders go. By default as in `crunch.plan` for a study, and a few times the price of a
        point for a row.

    Returns
    -------
    Panel

    Raises
    ------
    InputError
        As `crunch.stuck` does.

    Examples
    --------
    >>> import crunch
    >>> page = {"first-contentful-paint": 6795.4, "speed-index": 8296, "largest-contentful-paint": 10884.7,
    ...         "total-blocking-time": 1055.2, "cumulative-layout-shift": 0.0996}
    >>> panel = crunch.widgets.stuck(page, score=crunch.scoring.lighthouse())
    >>> panel.set(**{"total-blocking-time": 1000})
    >>> panel.sentence
    'Lighthouse performance (mobile) shows 33: hidden 32.70. It showed 32.'
    >>> panel.close()
    """
    found = ask_stuck(study_or_row, score=score, at=at, level=level, rng=rng)
    if isinstance(study_or_row, Mapping | pd.Series):
        scene = _Formula(score, score.inputs(dict(study_or_row)), found, bounds or {})
        return Panel(scene, scene.controls)
    known = outlook(study_or_row, at=at, score=score, rng=rng)
    ends = reach(bounds, known)
    scene = _Fitted(known, ends, level, found)
    return Panel(scene, {name: lever_slider(known, name, *ends[name]) for name in known.names})


def _needs(found, name):
    """What a lever alone would have to become, in short."""
    rows = found.table[found.table["lever"] == name]
    if rows.empty or math.isnan(rows["needed"].iloc[0]):
        return "out of reach" if found.exact else "can't be priced"
    row = rows.iloc[0]
    change = "" if math.isnan(row["change_percent"]) else f" ({more(row['change_percent'])})"
    return f"needs {plain(row['needed'])}{change}"


class _Fitted(ScenarioScene):
    """The hidden score of a study, whose effects are estimated: rows are levers."""

    title, file, words = "Why is it stuck", "stuck", WORDS | {UNSURE: "can't tell"}

    def __init__(self, known, ends, level, found):
        self._found = found
        super().__init__(known, None, ends, level, {})

    @property
    def rows(self):
        now = float(self.known.outcomes_now[0])
        farthest = max(abs(float(np.median(after[0])) - now) for after in self._alone)
        missing = self._found.to_target
        span = max(min(1.4 * farthest, 3 * missing), 1.2 * missing)
        return [Row(name, _needs(self._found, name), span, missing) for name in self.known.names]

    @property
    def about(self):
        return f"Points that each lever's move goes with by itself, {level_text(self.level)} intervals"

    def readings(self, answer):
        """What each lever's move brings by itself, in points, on the draws of the scenario."""
        known = self.known
        before, moved = known.after(known.scaled_now)[:, 0], dict(zip(answer.levers["lever"], answer.levers["after"],
                                                                       strict=True))
        out = []
        for name in known.names:
            if name not in moved:
                out.append(Reading(0.0, 0.0, 0.0, "not moved", STILL))
                continue
            by = known.after(known.scaled({**known.now, name: moved[name]}))[:, 0] - before
            low, middle, high = np.quantile(by, [(1 - self.level) / 2, 0.5, (1 + self.level) / 2])
            kind = UNSURE if low * high <= 0 else GOOD if middle > 0 else BAD
            text = estimate(middle, low, high) if high > low else number(middle, 2, sign=True)
            out.append(Reading(middle, low, high, f"{text} points", kind))
        return out

    def line(self, values):
        target = self._found.target
        return float(self.known.rounding.band(target)[0]), f"{on_grid(target, self.known.study.step)} begins"


class _Formula(Asked):
    """The hidden score of a row, by its formula: rows are the inputs."""

    title, file, lines = "Why is it stuck", "stuck", 2

    def __init__(self, score, inputs, found, bounds):
        self.score, self.inputs, self.found = formula(score), inputs, found
        unknown = [name for name in bounds if name not in inputs]
        if unknown:
            raise InputError(f"Bounds are given for inputs of the formula, but {show(unknown[0])} is none. "
                             f"It reads {', '.join(map(show, inputs))}.")
        self.size = size(len(inputs))
        self.controls = {name: self._slider(name, value, bounds.get(name)) for name, value in inputs.items()}

    def _slider(self, name, value, bounds):
        """From and to a few times the price of a point, or a quarter of the value where it has none."""
        tables = (self.found.table, self.found.slips)
        near = [table.loc[table["lever"] == name, "change"].abs().max() for table in tables]
        most = max([_FAR * change for change in near if not math.isnan(change)], default=abs(value) / 4 or 1.0)
        low, high = bounds or (max(value - most, min(0.0, value)), value + most)
        if not low <= value <= high:
            raise InputError(f"Bounds hold where an input stands, but {show(name)} is {value:.12g} and its bounds are "
                             f"{low:.12g} and {high:.12g}. Widen them.")
        step = round_step((high - low) / 200)
        grid = step * np.arange(math.ceil(low / step), math.floor(high / step) + 1)
        values = sorted({float(f"{v:.12g}") for v in grid if abs(v - value) > step / 2} | {value})
        return over(values, start=value, label=str(name), check=lambda v: self._checked(name, v),
                    said=lambda v: self._said(v, value),
                    tip=f"{name}: now {plain(value)}")

    def _checked(self, name, value):
        """A value of an input that its curve takes."""
        return self.score.inputs({**self.inputs, name: float(value)})[name]

    @staticmethod
    def _said(value, now):
        if value == now:
            return f"now · {plain(now)}"
        change = f"{number(100 * (value - now) / abs(now), 1, sign=True)}\u202f%" if now else f"+{plain(value)}"
        return f"{change} · {plain(value)}"

    @property
    def gauge(self):
        found, step = self.found, self.score.step
        low, high = self.score.limits
        return Gauge(self.score.name, max(found.hidden - _STEPS * step, low), min(found.hidden + _STEPS * step, high),
                     found.hidden, step)

    def ask(self, **values):
        return self.score.of({**self.inputs, **values})

    def draw(self, ax, **values):
        rows = [Row(name, _needs(self.found, name), 2 * self.score.step, self.found.to_target) for name in self.inputs]
        board, step = Board(ax, self.gauge, rows, WORDS), self.score.step

        def update(**values):
            hidden = float(self.answer(values))
            shown = on_grid(float(self.score.as_shown(hidden)), step)
            alone = [float(self.score.of({**self.inputs, name: values[name]})) - self.found.hidden
                     for name in self.inputs]
            readings = [_points(by, step) for by in alone]
            target = float(self.score.rounding.band(self.found.target)[0])
            return board.update(self.heading(hidden), "Points that each input brings by itself", readings,
                                Reading(hidden, hidden, hidden, f"hidden {distance(hidden, step)}"), shown, target,
                                f"{on_grid(self.found.target, step)} begins")
        update(**values)
        return update

    def heading(self, hidden):
        """The shown score, and what is missing or to spare."""
        step, line = self.score.step, float(self.score.rounding.band(self.found.target)[0])
        shown = float(self.score.as_shown(hidden))
        if shown >= self.found.target:
            past = distance(hidden - line, step)
            past = f"{past} points" if float(past) else "just"
            return f"{self.score.name} shows {on_grid(shown, step)}, {past} beyond the line"
        return f"{self.score.name} shows {on_grid(shown, step)}: {distance(line - hidden, step)} points are missing"

    def sentence(self, **values):
        hidden, step = float(self.answer(values)), self.score.step
        return (f"{self.score.name} shows {on_grid(float(self.score.as_shown(hidden)), step)}: hidden "
                f"{distance(hidden, step)}. It showed {on_grid(self.found.shown, step)}.")

    def code(self, **values):
        row = {name: float(f"{value:.10g}") for name, value in {**self.inputs, **values}.items()}
        return f"row = {row!r}\nanswer = crunch.stuck(row, score=score)\ncrunch.charts.stuck(answer)\nanswer"


def _points(by, step):
    """What one input's move brings by itself, exactly."""
    if not by:
        return Reading(0.0, 0.0, 0.0, "not moved", STILL)
    decimals = 2 + max(0, -math.floor(math.log10(step)))
    return Reading(by, by, by, f"{number(by, decimals, sign=True)} points", GOOD if by > 0 else BAD)
