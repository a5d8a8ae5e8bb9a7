"""The picture of panels about scenarios: a gauge of the score over rows that move, all of it updated in place."""

import math
import textwrap
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import Rectangle

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, PALE, SOFT, TRACK
from crunch.charts.directions import BAD, COLOURS, GOOD, HOLLOW, IDLE, OPEN, UNSURE, key
from crunch.charts.fonts import width
from crunch.charts.sheet import NoRoomError
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe, short
from crunch.wording import on_grid, percent

WIDTH = 8.0
_TITLE, _GAUGE, _BETWEEN, _ROW, _FOOT = 1.02, 1.2, 0.5, 0.46, 0.5  # inches
_NARROWEST = 2.0  # inches between names and readings
_EDGE = 1.06  # of half a row's width, where what goes beyond is drawn
_MARGIN, _SHORT, _LETTERS = 0.2, 28, 9.5  # of what is said of a row: inches beside it, letters that fit, points
_LINES = 30  # shown scores up to which each has a line
_NAME = 26  # letters of a row's name
LIMIT, NOW, STILL = "limit", "now", ""
_MARKS = {GOOD: ("o", COLOURS[GOOD]), BAD: ("s", COLOURS[BAD]), OPEN: ("D", COLOURS[OPEN]),
          UNSURE: ("o", PAGE), IDLE: ("o", PAGE)}
_KEY = {NOW: {"marker": "|", "ms": 13, "mew": 2.2, "color": INK}, UNSURE: {**HOLLOW, "ms": 8},
        LIMIT: {"marker": (2, 0, 0), "ms": 13, "mew": 1.3, "color": INK},
        **{kind: {"marker": shape, "ms": 8, "color": colour} for kind, (shape, colour) in _MARKS.items()
           if kind in (GOOD, BAD, OPEN)}}


@dataclass(frozen=True)
class Gauge:
    """What stays of the score while levers move.

    Attributes
    ----------
    name : str
    low, high : float
        Ends of the gauge.
    now : float
        Hidden score.
    step : float or None
    """

    name: str
    low: float
    high: float
    now: float
    step: float | None


@dataclass(frozen=True)
class Row:
    """What stays of a row: its name, what is said under it, what is at the right end of its scale, and a limit.

    Attributes
    ----------
    limit : float
        As a change from now, NaN for none.
    """

    name: str
    about: str
    span: float
    limit: float = math.nan


@dataclass(frozen=True)
class Reading:
    """Where a row, or the score, is: a value with its interval, what is said of it, and its kind; STILL has no mark."""

    value: float
    low: float
    high: float
    text: str
    kind: str = UNSURE


def size(rows, gauge=True):
    """Inches of a board with so many rows, wide and high."""
    return WIDTH, _TITLE + (_GAUGE + _BETWEEN if gauge else 0.15) + _ROW * rows + _FOOT


class Board:
    """The artists of one board.

    Parameters
    ----------
    ax : Axes
        Of a figure of `size`; the board takes all of it.
    gauge : Gauge or None
    rows : list of Row
    words : dict of kind to str
        The key: what is said of GOOD, BAD, OPEN, UNSURE and LIMIT; those not named are left out.
    right : float
        Inches for what is said of each row.
    zero : float
        Where zero is in the rows: 0 for the middle, -1 for the left end.
    """

    def __init__(self, ax, gauge, rows, words, right=2.3, zero=0):
        self.gauge, self.rows, self._zero, self._right = gauge, rows, zero, right
        self._width, height = ax.figure.get_size_inches()
        # On a page that is not of `size`, rows are moved apart or together.
        row = (height - size(0, gauge is not None)[1]) / max(len(rows), 1)
        row = min(max(row, 0.8 * _ROW), 2 * _ROW)
        longest = max([10, *(len(text) for row in rows for text in (short(row.name, _NAME), row.about))])
        self._left = 0.4 + 0.082 * longest
        if self._width - self._left - right < _NARROWEST:
            raise NoRoomError
        left, inside = self._left / self._width, (self._width - self._left - right) / self._width
        ax.set_position([left, _FOOT / height, inside, max(row * len(rows), 0.01) / height])
        above = [left, (_FOOT + row * len(rows) + _BETWEEN) / height, inside, (_GAUGE - 0.35) / height]
        top = None if gauge is None else ax.figure.add_axes(above)
        # What moves lies over everything that stays, so that nothing that stays has to be drawn again.
        self._over = ax.figure.add_axes([0, 0, 1, 1], zorder=10)
        self._over.set_axis_off()
        self._over.autoscale(False)
        self._title = self._over.text(0.15 / self._width, 1 - 0.14 / height, "", fontsize=14, weight="bold", va="top",
                                      ha="left", parse_math=False, linespacing=1.2)
        self._about = self._over.text(0.15 / self._width, 0, "", fontsize=10, va="top", ha="left", color=SOFT,
                                      parse_math=False)
        if gauge is not None:
            self._draw_gauge(top)
        self._draw_rows(ax)
        self._marks = [self._row(ax, len(rows) - 1 - i, row) for i, row in enumerate(rows)]
        key(ax, [([_KEY[kind]], said) for kind, said in words.items()], -72 * (self._left - 0.15), 14,
            72 * (self._width - 0.5))

    def _draw_gauge(self, ax):
        gauge = self.gauge
        ax.set_xlim(gauge.low, gauge.high)
        ax.set_ylim(0, 1)
        ax.set_yticks([])
        ax.grid(False)
        number_axis(ax.xaxis, 7)
        if gauge.step and (gauge.high - gauge.low) / gauge.step <= _LINES:
            first = math.ceil(gauge.low / gauge.step - 0.5) + 0.5
            for line in np.arange(first, gauge.high / gauge.step, 1) * gauge.step:
                ax.axvline(line, color=LINE, lw=0.6, alpha=0.6)
        ax.plot(gauge.now, 0.45, "|", ms=20, mew=2.4, color=INK, zorder=3)
        ax.annotate("\n".join(textwrap.wrap(safe(gauge.name), 16, max_lines=2, placeholder="…")), (0, 0.45), (-10, 0),
                    xycoords="axes fraction", textcoords="offset points", ha="right", va="center", weight="bold",
                    parse_math=False, annotation_clip=False)
        over, across = self._over, ax.get_xaxis_transform()
        self._line, = over.plot([gauge.now] * 2, [0, 1], transform=across, color=INK, lw=1.4, ls=(0, (4, 3)))
        self._begins = over.annotate("", (gauge.now, 1), (0, 2), xycoords=across, textcoords="offset points",
                                     fontsize=9.5, ha="center", va="bottom", color=INK, annotation_clip=False)
        self._band = over.add_patch(Rectangle((gauge.now, 0.28), 0, 0.34, fc=PALE, ec="none", transform=ax.transData))
        self._dot, = over.plot(gauge.now, 0.45, "o", ms=10, color=ACCENT, transform=ax.transData)
        self._shown = over.annotate("", (1, 0.42), (16, 0), xycoords=ax.transAxes, textcoords="offset points",
                                    fontsize=26, weight="bold", ha="left", va="center", color=INK,
                                    annotation_clip=False)
        self._likely = over.annotate("", (1, -0.12), (16, 0), xycoords=ax.transAxes, textcoords="offset points",
                                     fontsize=9.5, ha="left", va="top", color=SOFT, annotation_clip=False)

    def _draw_rows(self, ax):
        rows = self.rows
        ax.set_xlim(-1.12, 1.12)
        ax.set_ylim(-0.5, max(len(rows), 1) - 0.5)
        ax.set_xticks([])
        ax.grid(False)
        ax.spines["bottom"].set_visible(False)
        labels = [f"{short(row.name, _NAME)}\n{row.about}".rstrip() for row in rows]
        ax.set_yticks(range(len(rows)), labels[::-1], parse_math=False, fontsize=9.5)
        for y in range(len(rows)):
            ax.plot([-1, 1], [y, y], color=TRACK, lw=1, zorder=0.8)
            ax.plot(self._zero, y, "|", ms=14, mew=2.2, color=INK, zorder=3)

    def _at(self, row, values):
        """Places on a row's scale."""
        return self._zero + (1 - self._zero) * np.asarray(values) / row.span

    def _row(self, ax, y, row):
        if abs(row.limit) <= row.span:
            at = self._at(row, row.limit)
            ax.plot([at, at], [y - 0.3, y + 0.3], color=INK, lw=1.3, ls=(0, (3, 2)), zorder=2.5)
        over, place = self._over, {"transform": ax.transData}
        line, = over.plot([0, 0], [y, y], color=SOFT, lw=5, alpha=0.4, solid_capstyle="butt", **place)
        mark, = over.plot(0, y, "o", ms=8.5, color=SOFT, **place)
        text = over.annotate("", (1, y), (4, 0), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
                             va="center", fontsize=_LETTERS, annotation_clip=False, parse_math=False, linespacing=1.2)
        return [line, mark, text]

    def update(self, title, about, readings, score=None, shown="", line=math.nan, begins=""):
        """Move everything to where it is now.

        Parameters
        ----------
        title : str
        about : str
            What the rows measure, in a line.
        readings : list of Reading
            Changes from now, one a row.
        score : Reading or None
            The hidden score; its text is said beneath the shown one.
        shown : str
        line : float
            Where the target begins, NaN for none.
        begins : str
            What is written there.

        Returns
        -------
        list of Artist
        """
        lines = textwrap.wrap(safe(title), int(7.5 * self._width), max_lines=2, placeholder=" …")
        self._title.set_text("\n".join(lines))
        self._about.set_y(1 - (0.2 + 0.235 * len(lines)) / self._title.figure.get_figheight())
        self._about.set_text(textwrap.shorten(safe(about), int(13.75 * self._width), placeholder=" …"))
        moved = [self._title, self._about]
        if self.gauge is not None:
            moved += self._update_gauge(score, shown, line, begins)
        for row, artists, reading in zip(self.rows, self._marks, readings, strict=True):
            _place(artists, self._at(row, [reading.low, reading.value, reading.high]), reading, self._right - _MARGIN)
            moved += artists
        return moved

    def _update_gauge(self, score, shown, line, begins):
        ends = np.clip([score.low, score.value, score.high], self.gauge.low, self.gauge.high)
        self._band.set_bounds(ends[0], 0.28, ends[2] - ends[0], 0.34)
        self._dot.set_xdata([ends[1]])
        self._shown.set_text(shown)
        self._likely.set_text(score.text)
        there = self.gauge.low <= line <= self.gauge.high
        self._line.set_visible(there)
        self._line.set_xdata([line, line] if there else [self.gauge.now] * 2)
        self._begins.xy = (line if there else self.gauge.now, 1)
        self._begins.set_text(begins if there else "")
        return [self._line, self._begins, self._band, self._dot, self._shown, self._likely]


def _place(artists, places, reading, room):
    """Interval, mark and words of one row, which have so many inches."""
    line, mark, text = artists
    words, letters = _fitted(reading.text, room)
    text.set_text(words)
    text.set_fontsize(letters)
    mark.set_visible(reading.kind != STILL)
    line.set_visible(reading.kind != STILL)
    if reading.kind == STILL:
        return
    low, at, high = np.clip(places, -_EDGE, _EDGE)
    shape, fill = _MARKS[reading.kind]
    line.set_xdata([low, high])
    line.set_color(COLOURS[reading.kind])
    mark.set_xdata([at])
    mark.set_marker(shape)
    mark.set_markerfacecolor(fill)
    mark.set_markeredgecolor(COLOURS[reading.kind])


def _fitted(text, room):
    """Words where they are too long for so many inches: the interval on a line below, or in smaller letters."""
    if len(text) < _SHORT:
        return text, _LETTERS
    if "\n" not in text and width(text, _LETTERS) > room:
        text = text.replace(" (", "\n(", 1)
    return text, _LETTERS * min(1, room / width(text, _LETTERS))


def shown_of(answer, known):
    """The shown score that is likeliest in a scenario, and how likely it is; the hidden one without steps."""
    if answer.shown.empty:
        return None, ""
    best = answer.shown.loc[answer.shown["probability"].idxmax()]
    sure = best["probability"] > 0.995
    return on_grid(best["shown"], answer.step), "by the formula" if answer.exact else (
        "" if sure else f"with {percent(best['probability'])} probability")
