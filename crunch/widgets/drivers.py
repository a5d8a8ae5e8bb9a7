"""The panel of question 2: the same effects for another change, another level, another wait."""

import math

from crunch import checks
from crunch.charts.directions import BAD, GOOD, UNSURE
from crunch.charts.drivers import title
from crunch.effects.verdict import CANNOT, MOVES
from crunch.effects.words import variation_of
from crunch.errors import counted
from crunch.questions.drivers.drivers import drivers as ask_drivers
from crunch.widgets.asked import Asked, call
from crunch.widgets.board import NOW, STILL, Board, Reading, Row, size
from crunch.widgets.controls import Action, choice, over
from crunch.widgets.panel import Panel
from crunch.widgets.scene import REFRESH
from crunch.wording import THIN, estimate, level_text, percent

_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)
_LATER = 12  # periods
_WORDS = {NOW: "no points", GOOD: "moves it, up", BAD: "moves it, down", UNSURE: "can't tell, or too small to matter"}
_STATED, _SWING, _SHARE = "effect of the change under its name", "effect from its 10th to its 90th percentile", (
    "share of the score's variation")


def drivers(study, *, level=0.95, draws=1000, rng=None):
    """A panel of effects: drag the level of the intervals and, with time, how long one waits for an effect.

    Shares come at once without intervals; a button bootstraps these, with progress and a way to cancel.

    Parameters
    ----------
    study : Study
    level : float
        Where that slider starts.
    draws, rng
        As in `crunch.drivers`, for the intervals of the shares.

    Returns
    -------
    Panel
        With the values show, level and, for diaries and panels, horizon.

    Raises
    ------
    InputError
        As `crunch.drivers` does.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> panel = crunch.widgets.drivers(study("stuck_at_55"))
    >>> panel.set(level=0.99)
    >>> panel.code.splitlines()[0]
    'answer = crunch.drivers(study, level=0.99)'
    >>> panel.close()
    """
    scene = _Effects(study, level, draws, rng)
    first = scene.ask(show=_STATED, level=level)
    scene.order = first.table["lever"].tolist()
    scene.size = size(len(scene.order), gauge=False)
    controls = {"show": choice([_STATED, _SWING, _SHARE], label="what is shown of each lever"),
                "level": over(sorted({*_LEVELS, level}), start=level, label="level of the intervals", said=level_text,
                              check=lambda value: checks.between(value, 0, 1, "level"))}
    if study.kind != "accounts":
        controls["horizon"] = over(range(_later(study) + 1), start=0, said=str,
                                   label=f"{first.period}s between change and score",
                                   check=lambda value: checks.whole(value, "horizon"))
    again = Action("Bootstrap the shares", scene.bootstrap, "Draws the table again and again, for their intervals",
                   slow=True)
    wanted = draws and study.moments is None and first.table["share"].notna().any()
    return Panel(scene, controls, {"bootstrap": again} if wanted else {})


def _later(study):
    """Periods that a table is long enough to ask for."""
    periods = len(set(study.frame[study.time]))
    return int(min(_LATER, max(periods // 8, 1)))


class _Effects(Asked):
    """Effects with intervals and verdicts, a row for each lever."""

    title, file, lines = "What moves it", "drivers", 4

    def __init__(self, study, level, draws, rng):
        self.study, self._draws, self._rng, self._answers = study, draws, rng, {}
        self._widest = max(level, *_LEVELS)

    def ask(self, *, show, level, horizon=0):
        if (level, horizon) not in self._answers:
            self._answers[level, horizon] = ask_drivers(self.study, level=level, horizon=horizon, draws=0)
        return self._answers[level, horizon]

    def bootstrap(self, values):
        """Intervals of the shares, at this level and horizon."""
        level, horizon = values["level"], values.get("horizon", 0)
        self._answers[level, horizon] = ask_drivers(self.study, level=level, horizon=horizon, draws=self._draws,
                                                    rng=self._rng)
        self._last = (None, None)
        then = REFRESH if values["show"] == _SHARE else {**values, "show": _SHARE}
        return then, f"Intervals at {level_text(level)} from {counted(self._draws, 'draw')}."

    def draw(self, ax, **values):
        drawn, later = values["show"], values.get("horizon")
        low, middle, high = _COLUMNS[drawn]
        table = self.ask(**{**values, "level": self._widest}).table.set_index("lever").loc[self.order]
        farthest = 1.0 if drawn == _SHARE else 1.05 * table[[low, middle, high]].abs().max().max()
        rows = [Row(name, change if drawn == _STATED else "", farthest if farthest > 0 else 1.0)
                for name, change in zip(table.index, table["change"], strict=True)]
        words = {**_WORDS, NOW: "0 %"} if drawn == _SHARE else _WORDS
        board = Board(ax, None, rows, words, right=3.1, zero=-1 if drawn == _SHARE else 0)

        def update(**values):
            if (values["show"], values.get("horizon")) != (drawn, later):
                return None  # the rows have another scale
            answer = self.answer(values)
            rows = answer.table.set_index("lever").loc[self.order].to_dict("records")
            return board.update(title(answer), _measured(answer, drawn), [_reading(row, drawn) for row in rows])
        update(**values)
        return update

    def code(self, **values):
        level = values["level"] if values["level"] != 0.95 else None
        given = {"level": level, "horizon": values.get("horizon") or None}
        return f"answer = {call('crunch.drivers', ['study'], given)}\ncrunch.charts.drivers(answer)\nanswer"


_COLUMNS = {_STATED: ("low", "effect", "high"), _SWING: ("swing_low", "swing", "swing_high"),
            _SHARE: ("share_low", "share", "share_high")}


def _measured(answer, drawn):
    if drawn == _SHARE:
        known = answer.table["share_low"].notna().any()
        ends = f", {level_text(answer.level)} intervals" if known else "; for intervals, bootstrap them"
        return f"Share of the {variation_of(answer.divided, answer.score)}, of 100{THIN}%{ends}"
    per = "the change under each name" if drawn == _STATED else "each lever's move from its 10th to its 90th percentile"
    average = ", on average over the rows" if answer.bent and drawn == _STATED else ""
    return f"Points of {answer.score} for {per}{average}, {level_text(answer.level)} intervals"


def _reading(row, drawn):
    low, middle, high = (row[name] for name in _COLUMNS[drawn])
    if math.isnan(middle):
        return Reading(0.0, 0.0, 0.0, CANNOT if drawn == _SHARE else row["verdict"], STILL)
    kind = UNSURE if row["verdict"] != MOVES else GOOD if row["effect"] > 0 else BAD
    if drawn == _SHARE and math.isnan(low):
        return Reading(middle, middle, middle, f"about {percent(middle)}", kind)
    said = percent(middle, low, high) if drawn == _SHARE else f"{estimate(middle, low, high)}\n{row['verdict']}"
    return Reading(middle, low, high, said, kind)
