"""The chart of question 3: what goes with each lever, outcome by outcome."""

import numpy as np
from matplotlib.patches import Rectangle

from crunch.charts.colours import INK, LINE, SOFT, TILE, WORSE
from crunch.charts.directions import BAD, COLOURS, GOOD, HOLLOW, IDLE, OPEN, UNSURE, beside, direction, key
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import NoRoomError, kept, sheet
from crunch.charts.words import safe
from crunch.effects.limits import BREAKS, HOLDS
from crunch.effects.verdict import MOVES, SMALL
from crunch.errors import counted
from crunch.wording import level_text, number, places, series

_LINES = (19, 12.5, 12)  # points: mark, number or interval, limit
_WIDE = 1.05  # inches a column, from which its cells have room for intervals
_LARGE = 9.0  # inches of a page, beyond which letters would be too small
_LARGEST = 16  # points across the triangle of an effect of one usual move
_KEPT = {HOLDS: "✓ holds", BREAKS: "✗ breaks"}


@in_house_style
def side_effects(answer, *, ax=None):
    """Draw what goes with each lever, for the score and every side effect.

    Triangles point the way the outcome goes, and are larger where a usual move of the lever goes with
    more of a usual move of the outcome. Hollow dots are what can't be told, dashes what is too small.

    Parameters
    ----------
    answer : SideEffects
        From `crunch.side_effects`.
    ax : matplotlib Axes, optional
        Names of levers go to the left of them, the key below. A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> ax = crunch.charts.side_effects(crunch.side_effects(study("shops")))
    >>> " ".join(ax.get_title().split())
    'stock_cover +1: fulfilment gains, cash_tied_up and write_offs get worse'
    """
    table = _with_doubts(answer)
    everything = list(dict.fromkeys(table["lever"]))
    best, told = _best(answer), set(table.loc[[_sure(cell) for cell in table.to_dict("records")], "lever"])
    levers = kept(everything, lambda name: 2 * (best is not None and name == best["lever"]) + (name in told))
    table = table[table["lever"].isin(levers)]
    limited = table.loc[table["verdict"].isin(_KEPT), "outcome"].unique()
    labels = [f"{safe(name, 24)}\n{_thin(table.loc[table['lever'] == name, 'change'].iloc[0])}" for name in levers]
    lines = _LINES if len(limited) else _LINES[:2]
    row = max((sum(lines) + 7) / 72, 0.185 * max(1 + label.count("\n") for label in labels) + 0.06)
    left = 0.3 + widest(labels)
    page = sheet()
    wide = (page.width - left - 0.15) / len(answer.outcomes)
    if page.height is not None and wide < _WIDE and page.width < _LARGE:
        raise NoRoomError  # for intervals; there are wider pages
    heads = [_head(outcome, wide) for outcome in answer.outcomes]
    head = (0.1 + 0.165 * max(1 + text.count("\n") for text in heads)) / row
    ax = axes_for(ax, Frame(left=left, right=0.15, bottom=0.65, height=row * (len(levers) + head)), title(answer),
                  _measured(answer), (len(levers), len(everything), "lever"))
    wide = ax.get_window_extent().width / ax.figure.dpi / len(answer.outcomes)
    ax.set_xlim(-0.5, len(answer.outcomes) - 0.5)
    ax.set_ylim(-0.5, len(levers) - 0.5 + head)
    by_name = {outcome.name: (place, outcome) for place, outcome in enumerate(answer.outcomes)}
    drawn = []
    for cell in table.to_dict("records"):
        x, outcome = by_name[cell["outcome"]]
        drawn.append(_cell(ax, x, len(levers) - 1 - levers.index(cell["lever"]), cell, outcome, lines,
                           wide >= _WIDE, cell["outcome"] in limited))
    _grid(ax, labels, heads)
    key(ax, _key(set(drawn)), -72 * (left - 0.15), 14, 72 * (wide * len(answer.outcomes) + left - 0.3))
    told = [f"{cell['lever']} {_thin(cell['change'])}: {cell['outcome']} {_told(cell, by_name[cell['outcome']][1])}"
            for cell in sorted(table.to_dict("records"), key=lambda cell: not _sure(cell))]
    describe(ax, "Matrix of what goes with each lever", told, answer.sentence, answer.table)
    return ax


def title(answer):
    """What the lever does that gains most, and what it takes.

    Parameters
    ----------
    answer : SideEffects

    Returns
    -------
    str
    """
    score, table, best = answer.outcomes[0].name, _with_doubts(answer), _best(answer)
    if best is None:
        return f"No lever is seen to move {safe(score)}"
    cells = table[table["lever"] == best["lever"]]
    change = _thin(cells["change"].iloc[0] if best["way"] == "up" else cells["change"].iloc[0].replace("+", "−"))
    sign = 1 if best["way"] == "up" else -1
    sides = [(cell, outcome) for outcome in answer.outcomes[1:]
             for cell in cells[cells["outcome"] == outcome.name].to_dict("records")]
    worse = [safe(outcome.name) for cell, outcome in sides
             if direction(sign * cell["effect"], outcome.better, _sure(cell)) == BAD]
    broken = [safe(o.name) for cell, o in sides if cell["verdict"] == BREAKS and safe(o.name) not in worse]
    said = [f"{_some(worse)} {'gets' if len(worse) == 1 else 'get'} worse"] if worse else []
    said += [f"{_some(broken)} {'breaks its limit' if len(broken) == 1 else 'break their limits'}"] if broken else []
    lead = f"{safe(best['lever'])} {change}: {safe(score)} gains, "
    return lead + (" and ".join(said) or "nothing is seen to get worse")


def _with_doubts(answer):
    """The answer's table, with the cells marked of which it can't tell whatever their intervals are."""
    cells = zip(answer.table["lever"], answer.table["outcome"], strict=True)
    return answer.table.assign(doubted=[cell in answer.doubts for cell in cells])


def _best(answer):
    """The trade of the lever that gains most, None where no lever is seen to move the score."""
    moving = answer.table[(answer.table["outcome"] == answer.outcomes[0].name) & (answer.table["verdict"] == MOVES)]
    gains = answer.trades[answer.trades["lever"].isin(moving["lever"])].sort_values("gain", ascending=False)
    return None if gains.empty else gains.iloc[0]


def _told(cell, outcome):
    """What goes with the lever in one cell, in words."""
    if not _sure(cell):
        return cell["verdict"]
    way, width = direction(cell["effect"], outcome.better, True), cell["high"] - cell["low"]
    low, high = (number(cell[end], places(width), sign=True) for end in ("low", "high"))
    return f"{outcome.text(cell['effect'], width)} ({low} to {high}){'' if way == OPEN else f', {way}'}"


def _some(names):
    return series(names) if len(names) <= 3 else f"{series(names[:2])} and {len(names) - 2} more"


def _thin(change):
    return change.replace(" %", "\u202f%")


def _measured(answer):
    where = "" if answer.horizon == 0 else f" {counted(answer.horizon, answer.period)} later"
    where += ", on average over the rows" if answer.bent else ""
    return (f"Numbers: what goes with the change under each lever's name{where}, {answer.held}. Larger marks: more, in "
            f"usual moves of lever and outcome. Intervals at {level_text(answer.level)} allow for all that was looked "
            f"at. {counted(answer.rows, 'row')}.")


def _sure(cell):
    """Whether the sign of an effect is known: of one with a limit, the interval says it."""
    return cell["verdict"] == MOVES or (
        cell["verdict"] != SMALL and cell["low"] * cell["high"] > 0 and not cell["doubted"])


def _cell(ax, x, y, cell, outcome, lines, wide, limited):
    """One effect: mark, number, interval where there is room, and whether a limit is kept."""
    kind = IDLE if cell["verdict"] == SMALL else direction(cell["effect"], outcome.better, _sure(cell))
    known = kind in (GOOD, BAD, OPEN)
    if kind == BAD:
        ax.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, color=TILE, lw=0, zorder=0.6))
    width = cell["high"] - cell["low"]
    text = outcome.text(cell["effect"], width) if known else ""
    half = 3.3 * len(text) + 4 if wide and known else 0  # mark and number stand side by side where there is room
    heights = _heights([part for part, there in zip(lines, (True, known, limited), strict=False) if there])
    _mark(ax, x, y, (-half, heights[0]), cell, kind)
    if known:
        _word(ax, x, y, (8, heights[0]) if wide else (0, heights[1]), text, fontsize=10, color=INK, weight="bold")
        if wide:
            low, high = (number(cell[end], places(width), sign=True) for end in ("low", "high"))
            _word(ax, x, y, (0, heights[1]), f"{low} to {high}", fontsize=8.5, color=SOFT)
    if limited:
        broken = cell["verdict"] == BREAKS
        kept = _KEPT.get(cell["verdict"], "limit: can't tell" if wide else "limit: ?")
        _word(ax, x, y, (0, heights[-1]), kept, fontsize=9,
              color=WORSE if broken else SOFT, weight="bold" if broken else "normal")
    return kind


def _word(ax, x, y, offset, text, **style):
    ax.annotate(text, (x, y), offset, textcoords="offset points", ha="center", va="center", parse_math=False, **style)


def _heights(lines):
    """How far above the middle each of these lines stands, in points."""
    return sum(lines) / 2 - np.cumsum(lines) + np.array(lines) / 2


def _mark(ax, x, y, offset, cell, kind):
    style = {"ls": "none", "color": COLOURS[kind], "zorder": 3}
    if kind == IDLE:
        style |= {"marker": "_", "ms": 10, "mew": 1.8}
    elif kind == UNSURE:
        style |= {**HOLLOW, "ms": 7}
    else:
        size = np.nan_to_num(_LARGEST * np.sqrt(abs(cell["usual"])), nan=8.0)
        style |= {"marker": "^" if cell["effect"] > 0 else "v", "ms": float(np.clip(size, 5, _LARGEST)), "mew": 0}
    ax.plot(x, y, transform=beside(ax, ax.transData, *offset), **style)


def _head(outcome, wide):
    """A column's name and which way is better, wrapped to its width."""
    letters = max(int(wide / 0.095), 7)
    better = {"more": "more is better", "less": "less is better", None: "either way"}[outcome.better]
    better = better if len(better) <= letters + 1 else better.replace("is ", "is\n").replace("either ", "either\n")
    return f"{safe(outcome.name, letters)}\n{better}"


def _grid(ax, labels, heads):
    """Names of levers on the left, of outcomes on top, quiet lines between."""
    rows, top = len(labels), ax.get_ylim()[1]
    for x, text in enumerate(heads):
        lines = text.split("\n")
        cut = next(i for i, line in enumerate(lines) if i > 0 and line.startswith(("more is", "less is", "either")))
        for k, line in enumerate(lines[::-1]):
            name = k >= len(lines) - cut
            ax.annotate(line, (x, rows - 0.5), (0, 8 + 13 * k), textcoords="offset points", ha="center", va="baseline",
                        fontsize=10 if name else 9, weight="bold" if name else "normal", color=INK if name else SOFT,
                        parse_math=False)
    for y in range(rows):
        ax.plot([-0.5, len(heads) - 0.5], [y + 0.5] * 2, color=LINE, lw=0.9 if y == rows - 1 else 0.4, zorder=0.7)
    ax.plot([0.5, 0.5], [-0.5, top], color=LINE, lw=0.9, zorder=0.7)
    ax.set_yticks(range(rows), labels[::-1], parse_math=False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.grid(False)


def _key(kinds):
    """What the marks mean that were drawn."""
    def triangle(kind):
        return {"marker": "^", "ms": 9, "color": COLOURS[kind], "mew": 0}

    tile = {"marker": "s", "ms": 14, "color": TILE, "mew": 0}
    styles = {GOOD: [triangle(GOOD)], BAD: [tile, triangle(BAD)], OPEN: [triangle(OPEN)],
              IDLE: [{"marker": "_", "ms": 10, "mew": 1.8, "color": SOFT}], UNSURE: [{**HOLLOW, "ms": 7}]}
    words = {GOOD: "better", BAD: "worse (shaded)", OPEN: "nobody said which way is better"}
    return [(marks, words.get(kind, kind)) for kind, marks in styles.items() if kind in kinds]
