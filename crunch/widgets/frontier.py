"""The panel of the trade-off: walk along the frontier and read what the levers have to be."""

import numpy as np

from crunch import checks
from crunch.charts.colours import ACCENT, INK, SOFT
from crunch.charts.fonts import widest
from crunch.charts.frontier import frontier as draw_frontier
from crunch.charts.frontier import title
from crunch.charts.house import Frame
from crunch.charts.ticks import tick_texts
from crunch.charts.words import short
from crunch.digits import plain, shown
from crunch.effects.outlook import ready
from crunch.errors import InputError
from crunch.questions.plan.frontier import frontier as ask_frontier
from crunch.questions.plan.frontier_words import levels
from crunch.widgets.asked import Asked, call
from crunch.widgets.controls import Action, choice, over
from crunch.widgets.panel import Panel
from crunch.widgets.scene import REFRESH
from crunch.wording import percent

_CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_FRAME = Frame(left=0.85, right=2.75, bottom=0.65, height=3.4)
_ABOVE = 1.85  # inches for title and subtitle
_MOST = 12  # levers that are listed


def frontier(study, side_effect, *, limits=None, bounds=None, costs=None, budget=None, confidence=0.8, points=24,
             score=None, at=None, horizon=0, draws=2000, rng=None):
    """A panel of the frontier: drag along it and read what the levers have to be there.

    Another confidence is drawn by its button, which takes a second or two and can be cancelled.

    Parameters
    ----------
    study, side_effect, limits, bounds, costs, budget, confidence, points, score, at, horizon, draws, rng
        As in `crunch.frontier`.

    Returns
    -------
    Panel
        With the values point (number of the point, 0 the best of the side effect) and confidence.

    Raises
    ------
    InputError
        As `crunch.frontier` does.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> panel = crunch.widgets.frontier(study("shops"), "cash_tied_up", points=5)
    >>> panel.set(point=2)
    >>> panel.code.splitlines()[-1]
    'answer.moves.iloc[2]'
    >>> panel.close()
    """
    known = ready(study, at=at, horizon=horizon, score=score, draws=draws, rng=rng)
    given = {"limits": limits, "bounds": bounds, "costs": costs, "budget": budget, "points": points}
    scene = _Walk(known, side_effect, given, ask_frontier(known, side_effect, **given, confidence=confidence),
                  {"at": at, "horizon": horizon or None})
    count = len(scene.found.table)
    start = count // 2 if scene.found.knee is None else scene.found.knee
    controls = {"point": over(range(count), start=start, label=f"along the frontier of {side_effect}", said=str,
                              check=scene.checked),
                "confidence": choice({percent(c): c for c in sorted({*_CONFIDENCES, confidence})}, start=confidence,
                                     label="confidence")}
    again = Action("Draw it with this confidence", scene.again, "Asks crunch.frontier again", slow=True)
    return Panel(scene, controls, {"again": again})


class _Walk(Asked):
    """A frontier, with a mark on one of its points and what the levers are there."""

    title, file, lines = "Trade-off", "frontier", 3
    size = (_FRAME.width, _ABOVE + _FRAME.height + _FRAME.bottom)

    def __init__(self, known, side_effect, given, found, where):
        self.known, self.side_effect, self.given, self.found, self.where = known, side_effect, given, found, where

    def again(self, values):
        """The frontier for another confidence."""
        self.found = ask_frontier(self.known, self.side_effect, **self.given, confidence=values["confidence"])
        return REFRESH, f"Drawn with {percent(values['confidence'])}."

    def checked(self, point):
        """The number of a point there is."""
        point, count = checks.whole(point, "point"), len(self.found.table)
        if point >= count:
            raise InputError(f"This frontier has points 0 to {count - 1}, but point={point} was given. Choose one of "
                             "these, or ask for more points.")
        return point

    def _row(self, point):
        return self.found.table.iloc[min(point, len(self.found.table) - 1)]

    def draw(self, ax, **values):
        width, height = self.size
        ax.set_position([_FRAME.left / width, _FRAME.bottom / height, _FRAME.inside / width, _FRAME.height / height])
        draw_frontier(self.found, ax=ax)
        start = max(_FRAME.left, 0.55 + widest(tick_texts(*ax.get_ylim())))
        ax.set_position([start / width, _FRAME.bottom / height, (width - start - _FRAME.right) / width,
                         _FRAME.height / height])
        over = ax.figure.add_axes([0, 0, 1, 1], zorder=10)
        over.set_axis_off()
        over.autoscale(False)
        mark, = over.plot(np.nan, np.nan, "o", ms=13, mfc="none", mec=INK, mew=2, transform=ax.transData)
        lines = [over.plot(np.nan, np.nan, color=SOFT, lw=0.9, ls=(0, (3, 3)), transform=ax.transData)[0] for _ in "xy"]
        left = 1 - (_FRAME.right - 0.95) / width
        top = (_FRAME.bottom + _FRAME.height) / height
        told = over.text(left, top, "", va="top", ha="left", fontsize=12, weight="bold", color=ACCENT, parse_math=False)
        levers = over.text(left, top - 0.62 / height, "", va="top", ha="left", fontsize=9.5, parse_math=False,
                           linespacing=1.5)

        def update(**values):
            row = self._row(values["point"])
            x, y = float(row["level"]), float(row["score"])
            mark.set_data([x], [y])
            lines[0].set_data([x, x], [ax.get_ylim()[0], y])
            lines[1].set_data([ax.get_xlim()[0], x], [y, y])
            told.set_text(f"{short(self.found.score, 16)} {shown(row['shown'], self.found.step)}\n"
                          f"at {levels(self.found.table['level'])(x)}")
            levers.set_text("\n".join(self._levers(values["point"])))
            return [mark, *lines, told, levers]
        update(**values)
        return update

    def _levers(self, point):
        """What the levers are there, those first that move."""
        moves = self.found.moves.iloc[min(point, len(self.found.moves) - 1)].to_dict()
        moved = [(name, value) for name, value in moves.items() if plain(value) != plain(self.known.now[name])]
        out = ["levers there, and now:"]
        for name, value in moved[:_MOST]:
            out.append(f"{short(name, 20)}\n  {plain(value)}, now {plain(self.known.now[name])}")
        return out if moved else ["all levers as they are now"]

    def table(self, **values):
        return self.found.table

    def said(self, **values):
        within = "at most" if self.found.better == "less" else "at least"
        return {"point": f"{within} {levels(self.found.table['level'])(float(self._row(values['point'])['level']))}"}

    def sentence(self, **values):
        found, row = self.found, self._row(values["point"])
        moved = [line.replace("\n ", "") for line in self._levers(values["point"])[1:]]
        then = f", with {'; '.join(moved)}" if moved else ""
        return (f"With {found.side_effect} {self.said(**values)['point']}, {found.score} reaches "
                f"{shown(row['shown'], found.step)} with {percent(found.confidence)} probability{then}."
                + (" At the best end the table hardly vouches for it." if found.warnings
                   and values["point"] >= len(found.table) - 1 else ""))

    def alt(self, **values):
        return f"Line chart: {title(self.found)}. {self.sentence(**values)}"

    def code(self, **values):
        given = {**self.given, "points": self.given["points"] if self.given["points"] != 24 else None, **self.where,
                 "confidence": self.found.confidence if self.found.confidence != 0.8 else None}
        return (f"answer = {call('crunch.frontier', ['study', repr(self.side_effect)], given)}\n"
                "crunch.charts.frontier(answer)\n"
                f"answer.moves.iloc[{values['point']}]")
