"""The panel of question 3: pull one lever, and see what goes with it, intervals that allow for all."""

import math

import numpy as np

from crunch import checks
from crunch.charts.directions import BAD, GOOD, OPEN, UNSURE, direction
from crunch.digits import plain
from crunch.errors import InputError, show
from crunch.questions.side_effects.side_effects import side_effects as ask_side_effects
from crunch.widgets.asked import Asked, call
from crunch.widgets.board import LIMIT, NOW, STILL, Board, Reading, Row, size
from crunch.widgets.controls import choice, over
from crunch.widgets.panel import Panel
from crunch.wording import MINUS, THIN, level_text, number, places, series

_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99)
_MOVES = np.round(np.linspace(-1, 1, 81), 3)


def side_effects(study, *, horizon=0, limits=None, level=0.95, draws=4000, rng=None):
    """A panel of side effects: choose a lever, drag how far it is pulled, and see every outcome move.

    Parameters
    ----------
    study, horizon, limits, level, draws, rng
        As in `crunch.side_effects`; `level` is where that slider starts.

    Returns
    -------
    Panel
        With the values lever, move (in usual moves of the lever, from its 10th to its 90th
        percentile) and level.

    Raises
    ------
    InputError
        As `crunch.side_effects` does.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> panel = crunch.widgets.side_effects(study("shops"))
    >>> panel.set(lever="stock_cover", move=0.5)
    >>> panel.sentence[:41]
    'stock_cover +0.5 of a usual move (+1.619)'
    >>> panel.close()
    """
    scene = _Pulled(study, {"horizon": horizon or None, "limits": limits}, level, draws, rng)
    first = scene.ask(level=level, lever=None, move=0)
    names = list(dict.fromkeys(first.table["lever"]))
    levels = sorted({*_LEVELS, level})
    controls = {
        "lever": choice({str(name): name for name in names}, label="lever"),
        "move": over(_MOVES.tolist(), start=0.5, label="how far it is pulled", said=_move, check=_pull,
                     tip="in usual moves: from the lever's 10th to its 90th percentile"),
        "level": over(levels, start=level, label="level of the intervals", said=level_text,
                      check=lambda value: checks.between(value, 0, 1, "level"))}
    scene.size = size(len(first.outcomes), gauge=False)
    return Panel(scene, controls)


def _pull(value):
    """Up to a usual move: farther, nothing shows that the effect stays the same."""
    if not -1 <= value <= 1:
        raise InputError(f"A lever is pulled by up to one usual move, but move={show(value)} was given. Give a number "
                         "from -1 to 1.")
    return float(value)


def _move(value):
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return f"{sign}{abs(value):g} of a usual move"


class _Pulled(Asked):
    """One lever against every outcome."""

    title, file, lines = "What else moves", "side-effects", 4

    def __init__(self, study, given, level, draws, rng):
        self.study, self.given, self._draws, self._rng, self._answers = study, given, draws, rng, {}
        self._widest = max(level, *_LEVELS)

    def ask(self, *, level, lever, move):
        if level not in self._answers:
            given = {name: value for name, value in self.given.items() if value is not None}
            self._answers[level] = ask_side_effects(self.study, **given, level=level, draws=self._draws, rng=self._rng)
        return self._answers[level]

    def _by(self, lever, move):
        """How many of the stated changes of a lever that is: on its scale both are straight."""
        return move * self.study.usual_move(lever) / self.study.scales[lever].size

    def _spans(self, answer):
        """The farthest that any lever's usual move takes each outcome, on its scale, intervals included."""
        out = []
        for outcome in answer.outcomes:
            rows = answer.table[answer.table["outcome"] == outcome.name].to_dict("records")
            ends = [abs(_scaled(outcome, row[end]) * self._by(row["lever"], 1))
                    for row in rows for end in ("low", "high") if not math.isnan(row[end])]
            out.append(1.05 * max(ends, default=1.0) or 1.0)
        return out

    def draw(self, ax, **values):
        wide = self.ask(level=self._widest, lever=None, move=0)
        about = {"more": "more is better", "less": "less is better"}
        rows = [Row(outcome.name, about.get(outcome.better, "either way"), span)
                for outcome, span in zip(wide.outcomes, self._spans(wide), strict=True)]
        words = {NOW: "no change", GOOD: "better", BAD: "worse", UNSURE: "can't tell"}
        if any(outcome.better is None for outcome in wide.outcomes):
            words[OPEN] = OPEN
        board = Board(ax, None, rows, {kind: said for kind, said in words.items() if kind != LIMIT}, right=2.3)

        def update(**values):
            about = (f"Each outcome on its own scale; {level_text(values['level'])} intervals allow for all that was "
                     "looked at")
            return board.update(self.heading(values), about, [reading for _, reading in self.readings(values)])
        update(**values)
        return update

    def readings(self, values):
        """Each outcome with where the pull takes it."""
        answer, by = self.answer(values), self._by(values["lever"], values["move"])
        rows = answer.table[answer.table["lever"] == values["lever"]].set_index("outcome")
        return [(outcome, _reading(outcome, rows.loc[outcome.name], by,
                                   (values["lever"], outcome.name) in answer.doubts)) for outcome in answer.outcomes]

    def change(self, values):
        """The pull in the lever's own terms: in percent where it is read so, else in its unit."""
        size = values["move"] * self.study.usual_move(values["lever"])
        if self.study.scales[values["lever"]].name == "linear":
            return f"{'+' if size > 0 else MINUS if size < 0 else ''}{plain(abs(size))}"
        return f"{number(100 * math.expm1(size), 0, sign=True)}{THIN}%"

    def heading(self, values):
        moved = [(str(outcome.name), reading.kind) for outcome, reading in self.readings(values)]
        said = [f"{series(names)} {verb}" for kind, verb in ((GOOD, "better"), (BAD, "worse"))
                if (names := [name for name, k in moved if k == kind])]
        lead = f"{values['lever']} {self.change(values)}"
        return f"{lead}: {', '.join(said)}" if said else f"{lead}: nothing is seen to move"

    def sentence(self, **values):
        pairs = self.readings(values)
        told = [f"{outcome.name} {reading.text}" for outcome, reading in pairs if reading.kind not in (UNSURE, STILL)]
        lead = f"{values['lever']} {_move(values['move'])} ({self.change(values)}): "
        curved = values["lever"] in (name for name, _ in self.answer(values).bent)
        average = ", by mean slopes over the rows" if curved else ""
        end = (f"Intervals at {level_text(values['level'])} allow for all that was looked at, other levers held "
               f"equal{average}; an association.")
        return f"{lead}{'; '.join(told) if told else 'nothing is seen to move'}. {end}"

    def code(self, **values):
        return (f"answer = {call('crunch.side_effects', ['study'], {**self.given, 'level': values['level']})}\n"
                "crunch.charts.side_effects(answer)\nanswer")


def _scaled(outcome, stated):
    """A stated effect on the outcome's scale, the other way round from `Outcome.stated`."""
    return math.log1p(stated / 100) if outcome.in_percent else stated


def _reading(outcome, row, by, doubted):
    if math.isnan(row["effect"]):
        return Reading(0.0, 0.0, 0.0, "can't tell", STILL)
    middle, *ends = (_scaled(outcome, row[name]) * by for name in ("effect", "low", "high"))
    low, high = sorted(ends)
    if not by:
        return Reading(0.0, 0.0, 0.0, "no change", STILL)
    unit = f"{THIN}%" if outcome.in_percent else ""
    stated = [outcome.stated(value) for value in (middle, low, high)]
    digits = places(stated[2] - stated[1])
    at, first, last = (number(value, digits, sign=True) for value in stated)
    return Reading(middle, low, high, f"{at}{unit} ({first} to {last})",
                   direction(middle, outcome.better, low * high > 0 and not doubted))
