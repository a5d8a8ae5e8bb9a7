"""The panel of question 4: drag levers, watch the score and what it costs elsewhere, ask for the cheapest way."""

import math

import numpy as np

from crunch import checks
from crunch.charts.directions import BAD, GOOD, OPEN, UNSURE, direction
from crunch.charts.what_if import title
from crunch.effects.limits import BREAKS, HOLDS
from crunch.effects.limits import limits as read_limits
from crunch.effects.outlook import outlook
from crunch.questions.plan.plan import asked_target, plan
from crunch.questions.plan.reach import reach
from crunch.questions.what_if.what_if import scenario
from crunch.widgets.asked import Asked, call
from crunch.widgets.board import LIMIT, NOW, STILL, Board, Gauge, Reading, Row, shown_of, size
from crunch.widgets.controls import Action, over
from crunch.widgets.levers import lever_slider
from crunch.widgets.panel import Panel
from crunch.wording import level_text, number, on_grid, places

_TARGETS = 40  # points above the present one that a target can be set to
TARGET = "target"
_ROOM = 1.4  # of the farthest that a lever by itself leads to, since several can be moved


class ScenarioScene(Asked):
    """A scenario on a board: the score, and a row for each side effect."""

    title, file, lines = "What if", "what-if", 4

    def __init__(self, known, limits, ends, level, given):
        self.known, self.ends, self.level, self.given = known, ends, level, given
        self.limits = read_limits(limits, known.study)
        self.size = size(len(self.rows))

    # --- what stays

    @property
    def rows(self):
        """One for each side effect."""
        bounds = {limit.name: limit for limit in self.limits}
        out = []
        for o, outcome in enumerate(self.known.outcomes[1:], 1):
            now = float(outcome.natural(self.known.outcomes_now[o]))
            limit = bounds[outcome.name].bound(now) - now if outcome.name in bounds else math.nan
            span = max(self._farthest(o), abs(limit) if abs(limit) < 3 * self._farthest(o) else 0) or 1.0
            about = {"more": "more is better", "less": "less is better"}.get(outcome.better, "either way")
            out.append(Row(outcome.name, about, _ROOM * span, limit))
        return out

    def _farthest(self, o):
        """How far an outcome goes, up or down, while each lever by itself goes as far as it may."""
        before = self.known.outcomes[o].natural(self.known.outcomes_now[o])
        return max(float(np.abs(np.quantile(after[o], [0.05, 0.95]) - before).max()) for after in self._alone)

    @property
    def _alone(self):
        """Draws of every outcome with one lever at one of its ends, in natural units."""
        if not hasattr(self, "_at_ends"):
            self._at_ends = []
            for name, ends in self.ends.items():
                for end in _near(self.known, name, ends):
                    after = self.known.after(self.known.scaled({**self.known.now, name: end}))
                    self._at_ends.append([after[:, 0], *(outcome.natural(after[:, o]) for o, outcome
                                                         in enumerate(self.known.outcomes[1:], 1))])
        return self._at_ends

    @property
    def gauge(self):
        """From the lowest score that a lever by itself leads to, to the highest."""
        known = self.known
        now, step = float(known.outcomes_now[0]), known.study.step
        middles = [now, *(float(np.median(after[0])) for after in self._alone)]
        room = max(0.2 * (max(middles) - min(middles)), 1.6 * (step or 0)) or 1.0
        score = known.outcomes[0]
        low, high = max(min(middles) - room, score.floor), min(max(middles) + room, score.ceiling)
        return Gauge(score.name, low, high, now, step)

    # --- what moves

    @property
    def words(self):
        """What marks mean: those that can occur."""
        either = any(outcome.better is None for outcome in self.known.outcomes[1:])
        return {NOW: "now", GOOD: "better", BAD: "worse", **({OPEN: OPEN} if either else {}), UNSURE: "can't tell",
                **({LIMIT: "limit"} if self.limits else {})}

    @property
    def about(self):
        """What the rows measure."""
        return f"Change of each outcome on its own scale, {level_text(self.level)} intervals" if self.known.outcomes[
            1:] else f"{level_text(self.level)} intervals"

    def levers(self, values):
        return {name: values[name] for name in self.known.names}

    def ask(self, **values):
        return scenario(self.known, self.levers(values), self.limits, self.level)

    def draw(self, ax, **values):
        board = Board(ax, self.gauge, self.rows, self.words, right=2.6)

        def update(**values):
            answer = self.answer(values)
            shown, likely = shown_of(answer, self.known)
            score = answer.table.iloc[0]
            hidden = Reading(score["after"], score["low"], score["high"], likely)
            digits = places(score["high"] - score["low"])
            return board.update(title(answer), self.about, self.readings(answer), hidden,
                                shown or number(score["after"], digits), *self.line(values))
        update(**values)
        return update

    def readings(self, answer):
        """Changes of the side effects, and what they are now and then."""
        return [_reading(row, outcome) for row, outcome
                in zip(answer.table.iloc[1:].to_dict("records"), answer.outcomes[1:], strict=True)]

    def line(self, values):
        """Where the target begins on the gauge."""
        if TARGET not in values:
            return math.nan, ""
        target = values[TARGET]
        return float(self.known.rounding.band(target)[0]), f"{on_grid(target, self.known.study.step)} begins"

    def sentence(self, **values):
        answer = self.answer(values)
        return " ".join([answer.sentence, *answer.warnings[:1]])

    def code(self, **values):
        now = self.known.now
        changes = {name: f"={value:.10g}" for name, value in self.levers(values).items() if value != now[name]}
        return (f"answer = {call('crunch.what_if', ['study', repr(changes)], self.given)}\n"
                "crunch.charts.what_if(answer)\nanswer")


def _near(known, name, ends):
    """Ends of a lever that a picture has to hold: as far as the other way, when one way is much farther."""
    scale = known.study.scales[name]
    low, now, high = (float(scale(value)) for value in (ends[0], known.now[name], ends[1]))
    least = 0.15 * (high - low)
    near = max(low, now - max(high - now, least)), min(high, now + max(now - low, least))
    return [float(scale.inverse(x)) for x in near]


def _reading(row, outcome):
    """One side effect: its change, and its values before and after as text."""
    if math.isnan(row["now"]):
        return Reading(0.0, 0.0, 0.0, "no value in this row", STILL)
    moved = row["change_low"] != 0 or row["change_high"] != 0
    sure = row["change_low"] * row["change_high"] > 0
    width = row["high"] - row["low"]
    digits = places(width) if width > 0 else 2
    now, after, low, high = (number(row[name], digits) for name in ("now", "after", "low", "high"))
    text = f"{now} → {after} ({low} to {high})" if moved else f"{now}, unchanged"
    if row["verdict"]:
        text += f"\nlimit: {({HOLDS: '✓ holds', BREAKS: '✗ breaks'}).get(row['verdict'], row['verdict'])}"
    kind = direction(row["change"], outcome.better, sure) if moved else STILL
    return Reading(row["change"], row["change_low"], row["change_high"], text, kind)


def what_if(study, *, score=None, at=None, horizon=0, limits=None, bounds=None, costs=None, confidence=0.8,
            level=0.95, draws=2000, rng=None):
    """A panel of scenarios: a slider for each lever, the score on a gauge, side effects with their limits.

    Its button asks `crunch.plan` for the cheapest way to the target and moves the sliders there.

    Parameters
    ----------
    study : Study
    score, at, horizon, limits, level, draws, rng
        As in `crunch.what_if`.
    bounds, costs, confidence
        As in `crunch.plan`; sliders go as far as `bounds`.

    Returns
    -------
    Panel
        With a value for each lever, and "target" for a score that is shown in steps.

    Raises
    ------
    InputError
        As `crunch.what_if` and `crunch.plan` do.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> panel = crunch.widgets.what_if(study("stuck_at_55"))
    >>> panel.set(followers=5200)
    >>> panel.code.splitlines()[0]
    "answer = crunch.what_if(study, {'followers': '=5200'})"
    >>> panel.close()
    """
    level = checks.between(level, 0, 1, "level")
    known = outlook(study, at=at, horizon=horizon, score=score, draws=draws, rng=rng)
    ends = reach(bounds, known)
    given = {"limits": limits, "at": at, "horizon": horizon or None, "level": level if level != 0.95 else None}
    scene = ScenarioScene(known, limits, ends, level, given)
    controls = {name: lever_slider(known, name, *ends[name]) for name in known.names}
    target = _target(known, scene.gauge.high, bool(limits))

    def find(values):
        asked = {} if target is None else {"target": values[TARGET]}
        found = plan(known, **asked, limits=limits, bounds=bounds, costs=costs, confidence=confidence)
        then = dict(zip(found.table["lever"], found.table["after"], strict=True)) if found.feasible else None
        return then and {**known.now, **then}, found.sentence

    label = "Find the best within the limits" if target is None else "Find the cheapest way to the target"
    if target is not None and TARGET not in known.names:
        controls[TARGET] = target
    ask = Action(label, find, "Asks crunch.plan and moves the sliders there", slow=True)
    return Panel(scene, controls, {"plan": ask})


def _target(known, high, named):
    """A slider over the scores that can be shown from here up; None where there are no steps."""
    if known.rounding is None:
        return None
    step, now = known.study.step, float(known.rounding(known.outcomes_now[0]))
    count = int(np.clip(math.floor((high - now) / step + 1e-9), 1, _TARGETS))
    return over([round(now + i * step, 9) for i in range(1, count + 1)], start=now + step,
                said=lambda value: on_grid(value, step), label="target: show at least",
                check=lambda value: asked_target(known, value, named))
