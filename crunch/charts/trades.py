"""Gained against sacrificed, lever by lever: free lunch, trade, numbers game or avoid."""

from collections import Counter

import numpy as np
from matplotlib.transforms import Bbox

from crunch.charts.colours import ACCENT, BLUSH, FAINT, INK, LINE, PAGE, SHADE, SOFT, WORSE, Halo
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import room
from crunch.charts.ticks import number_axis
from crunch.charts.words import fitted, safe, short
from crunch.effects.limits import BREAKS
from crunch.errors import counted
from crunch.questions.side_effects.trades import AVOID, FREE, GAME, IDLE, TRADE, UNKNOWN
from crunch.wording import level_text, series

_MARKS = {FREE: ("o", ACCENT), TRADE: ("D", ACCENT), GAME: ("s", WORSE), AVOID: ("X", WORSE), IDLE: ("_", SOFT),
          UNKNOWN: ("o", FAINT)}
_COUNTED = {FREE: ("is a free lunch", "are free lunches"), TRADE: ("is a trade", "are trades"),
            GAME: ("is a numbers game", "are numbers games"), AVOID: ("is to avoid", "are to avoid"),
            IDLE: ("is too small to matter", "are too small to matter"), UNKNOWN: ("can't be told",) * 2}
_HALO = [Halo()]
MOST = 12  # levers that can be named beside each other
_STRIP = 0.16  # of the width: where levers stand of which nobody knows what they take


@in_house_style
def trades(answer, *, ax=None):
    """Draw what each lever brings of the score against what it takes of the side effect that gets worst.

    Parameters
    ----------
    answer : SideEffects
        From `crunch.side_effects`.
    ax : matplotlib Axes, optional
        A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> crunch.charts.trades(crunch.side_effects(study("shops"))).get_title()
    "Of 3 levers, 2 are numbers games and 1 can't be told"
    """
    table = answer.trades[answer.trades["gain"].notna()]
    named = room(min(len(table), MOST))
    frame = Frame(left=1.05, right=0.25, bottom=0.7, height=max(3.9, 0.36 * named), least=0.55)
    few = f" Named: {named} of {counted(len(table), 'lever')}." if named < len(table) else ""
    ax = axes_for(ax, frame, title(answer), _measured(answer) + few)
    rows = table.sort_values("verdict", key=lambda words: words.eq(UNKNOWN), kind="stable").to_dict("records")
    strip = _limits(ax, rows)
    corners = _quadrants(ax, strip)
    for row in rows:
        row["x"] = strip if np.isnan(row["sacrifice"]) else row["sacrifice"]
        row["text"] = _text(row, answer.table)
        _lever(ax, row)
    _labels(ax, rows[:named], rows, corners)
    ax.set_xlabel("worse by (the side effect that gets worst, in its usual moves)")
    tall = ax.get_window_extent().height / ax.figure.dpi
    ax.set_ylabel(fitted(f"gain of {answer.score}", tall) + "\nin its usual moves", parse_math=False)
    ax.grid(False)
    for axis in (ax.xaxis, ax.yaxis):
        number_axis(axis, sign=True)
    if not rows:
        ax.set_xticks([])
        ax.set_yticks([])
    told = [f"{row['lever']} {row['way']}: {row['verdict']}" for row in answer.trades.to_dict("records")]
    describe(ax, f"Quadrant chart of {answer.score} gained against what gets worse", told, answer.sentence,
             answer.trades)
    return ax


def title(answer):
    """How many levers are what.

    Parameters
    ----------
    answer : SideEffects

    Returns
    -------
    str
    """
    counts, many = Counter(answer.trades["verdict"]), len(answer.trades)
    if many == 1:
        word, name = answer.trades["verdict"].iloc[0], safe(answer.trades["lever"].iloc[0])
        return f"Whether {name} is worth it can't be told" if word == UNKNOWN else f"{name} {_COUNTED[word][0]}"
    if len(counts) == 1:
        word = answer.trades["verdict"].iloc[0]
        return f"Of {many} levers, none can be told" if word == UNKNOWN else f"All {many} levers {_COUNTED[word][1]}"
    said = [f"{counts[word]} {forms[counts[word] > 1]}" for word, forms in _COUNTED.items() if counts[word]]
    return f"Of {many} levers, {series(said)}"


def _measured(answer):
    lost = [safe(name) for name in answer.trades.loc[answer.trades["gain"].isna(), "lever"]]
    below = (answer.trades["gain"] < answer.trades["sacrifice"]) & (answer.trades["verdict"] == TRADE)
    aside = " A trade below the dashed line gains in another side effect." if below.any() else ""
    out = f" Not drawn, for want of an estimate: {series(lost)}." if lost else ""
    return (f"Each lever by a usual move (10th to 90th percentile), up or down, whichever goes with more "
            f"{safe(answer.score)}. Lines: {level_text(answer.level)} intervals, which allow for all. Pale and "
            f"hollow: can't tell.{aside}{out}")


def _limits(ax, rows):
    """Room for every lever, and for the intervals of those that are told; the place of the strip, NaN without one."""
    told = [row for row in rows if row["verdict"] != UNKNOWN] or rows
    ends = []
    for axis in ("sacrifice", "gain"):
        values = [row[axis] for row in rows] + [row[f"{axis}_{end}"] for row in told for end in ("low", "high")]
        values = [value for value in values if np.isfinite(value)]
        most = max([abs(row[axis]) for row in rows if np.isfinite(row[axis])], default=0) or 1.0
        low, high = (float(np.clip(f([*values, 0.0]), -2.5 * most, 2.5 * most)) for f in (min, max))
        room = max(high, -low) or 1.0
        ends.append([min(low - 0.06 * room, -0.3 * room), max(high + 0.08 * room, 0.3 * room)])
    (left, right), strip = ends[0], np.nan
    if any(np.isnan(row["sacrifice"]) for row in rows):
        left -= _STRIP / (1 - _STRIP) * (right - left)
        strip = left + _STRIP / 2 * (right - left)
    ax.set_xlim(left, right)
    ax.set_ylim(*ends[1])
    return strip


def _quadrants(ax, strip):
    """The lines between the quadrants, and their names in the corners."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    edge = left if np.isnan(strip) else left + _STRIP * (right - left)
    ax.plot([edge, right], [0, 0], color=LINE, lw=1, zorder=0.6)
    ax.plot([0, 0], [low, high], color=LINE, lw=1, zorder=0.6)
    end = min(right, high)
    ax.plot([0, end], [0, end], color=LINE, lw=1, ls=(0, (4, 3)), zorder=0.6)
    ax.fill([0, right, right, end], [0, 0, end, end], color=BLUSH, lw=0, zorder=0.4)
    ax.fill([0, right, right, 0], [0, 0, low, low], color=SHADE, lw=0, zorder=0.4)
    if edge > left:
        ax.axvspan(left, edge, color=SHADE, lw=0, zorder=0.4)
    corners = [("FREE LUNCH", (edge, high), (5, -5), "left", "top"), ("TRADE", (0, high), (6, -5), "left", "top"),
               ("NUMBERS GAME", (right, 0), (-5, 5), "right", "bottom"),
               ("AVOID", (right, low), (-5, 5), "right", "bottom")]
    if edge > left:
        corners.append(("what it takes\nis not known", (left, low), (4, 5), "left", "bottom"))
    return [ax.annotate(text, at, by, textcoords="offset points", ha=ha, va=va, fontsize=9.5, color=SOFT, zorder=4,
                        path_effects=_HALO)
            for text, at, by, ha, va in corners]


def _lever(ax, row):
    """A lever with its interval both ways; pale and hollow where it can't be told."""
    marker, colour = _MARKS[row["verdict"]]
    unknown = row["verdict"] == UNKNOWN
    line = {"color": colour, "solid_capstyle": "butt",
            **({"lw": 1, "alpha": 0.55, "zorder": 2} if unknown else {"lw": 1.5, "alpha": 0.8, "zorder": 3})}
    ax.plot([row["x"]] * 2, [row["gain_low"], row["gain_high"]], **line)
    if np.isfinite(row["sacrifice"]):
        ax.plot([row["sacrifice_low"], row["sacrifice_high"]], [row["gain"]] * 2, **line)
    ax.plot(row["x"], row["gain"], marker, ms=9, color=colour, mfc=PAGE if unknown else colour,
            mew=2.5 if marker == "_" else 1.3, mec=colour if unknown or marker == "_" else PAGE, zorder=5)


def _text(row, table):
    """A lever and its verdict, with the side effect that makes it one."""
    said = f"{short(row['lever'], 24)} {row['way']}\n{row['verdict']}"
    broken = table.loc[(table["lever"] == row["lever"]) & (table["verdict"] == BREAKS), "outcome"]
    if row["verdict"] in (GAME, AVOID) and len(broken) and not row["sacrifice"] > max(row["gain"], 0):
        return f"{said}: breaks {short(broken.iloc[0], 16)}"
    return f"{said}: {short(row['worst'], 18)}" if row["verdict"] in (TRADE, GAME, AVOID) else said


def _labels(ax, named, rows, corners):
    """A name beside each lever, wherever it hides least; a thin line where it had to move away."""
    scale, frame = ax.figure.dpi / 72, ax.get_window_extent()
    spots = [ax.transData.transform((row["x"], row["gain"])) for row in rows]
    taken = [text.get_window_extent() for text in corners]
    taken += [Bbox.from_bounds(x - 7 * scale, y - 7 * scale, 14 * scale, 14 * scale) for x, y in spots]
    crosses = [line.get_window_extent() for line in ax.lines if line.get_zorder() in (2, 3)]
    for row, spot in zip(named, spots, strict=False):
        unknown = row["verdict"] == UNKNOWN
        label = ax.annotate(row["text"], (row["x"], row["gain"]), (0, 0), textcoords="offset points", ha="left",
                            va="bottom", fontsize=9.5, color=SOFT if unknown else INK, parse_math=False, zorder=6,
                            linespacing=1.1, annotation_clip=False, path_effects=_HALO)
        size = label.get_window_extent()
        best, least = None, np.inf
        for away in (9, 14, 20, 30, 42, 56, 72, 92, 116, 145, 180, 220):
            for angle in np.arange(0, 2 * np.pi, np.pi / 12):
                box = _box(spot, size, away * scale, angle)
                cost = away / 40 + _cost(box, frame, taken, crosses)
                if cost < least:
                    best, least, far = box, cost, away
        label.set_position(((best.x0 - spot[0]) / scale, (best.y0 - spot[1]) / scale))
        taken.append(best.padded(1.5 * scale))
        if far > 14:
            near = np.clip(spot, (best.x0, best.y0), (best.x1, best.y1))
            ends = ax.transData.inverted().transform([spot, near])
            ax.plot(*ends.T, color=LINE, lw=0.7, zorder=1.5)


def _box(spot, size, away, angle):
    """Where a label lies that touches a circle about a spot, seen from it at this angle."""
    x, y = spot[0] + away * np.cos(angle), spot[1] + away * np.sin(angle)
    left = x - size.width * (1 - np.cos(angle)) / 2
    return Bbox.from_bounds(left, y - size.height * (1 - np.sin(angle)) / 2, size.width, size.height)


def _cost(box, frame, taken, crosses):
    """How much a label there would hide or leave the frame, in its own areas."""
    def share(other):
        wide, high = min(box.x1, other.x1) - max(box.x0, other.x0), min(box.y1, other.y1) - max(box.y0, other.y0)
        return max(wide, 0) * max(high, 0) / (box.width * box.height)

    outside = 1 - share(frame)
    across = sum(_crossed(box, line) for line in crosses)
    return 60 * outside + 60 * sum(map(share, taken)) + 0.6 * across


def _crossed(box, line):
    return line.x0 <= box.x1 and line.x1 >= box.x0 and line.y0 <= box.y1 and line.y1 >= box.y0
