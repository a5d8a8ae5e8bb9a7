"""How a share is computed: every overlap divided equally, and the parts added up lever by lever."""

import textwrap

import numpy as np

from crunch.charts.colours import INK, LINE, PAGE, PARTS, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import room
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe
from crunch.errors import counted
from crunch.questions.importance.overlaps import HARDLY
from crunch.wording import THIN, percent, series

# A lever's fill and the colour of text on it: at least 4.5:1, and no two fills alike to the colour-blind.
COLOURS = tuple(zip(PARTS, (PAGE, INK, PAGE, INK), strict=True))
_COUNT = {2: "two", 3: "three", 4: "four"}
_PART = {2: "½", 3: "⅓", 4: "¼"}
_HEIGHT, _LINE = 0.8, 0.17  # of a bar in rows; of a line of text in inches
_LONGEST = 16  # letters of a name that stands in a row with others


@in_house_style
def overlaps(answer, *, ax=None):
    """Draw R² in pieces, each divided among its members, and the shares that their parts add up to.

    Parameters
    ----------
    answer : Overlaps
        From `crunch.overlaps`.
    ax : matplotlib Axes, optional
        Labels go to the left of them, numbers to the right. A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch", "income"]]
    >>> ax = crunch.charts.overlaps(crunch.overlaps(crunch.importance(schools, "test_score")))
    >>> " ".join(ax.get_title().split())
    '81 % of what the three levers explain is net overlap'
    """
    table, names = answer.table.to_dict("records"), answer.names
    worth = [row for row in table if len(names) < 4 or abs(row["piece"]) >= HARDLY]
    pieces = worth if len(worth) <= room(len(worth)) else []  # a small page has room for the shares only
    labels = [*[who(row["members"], names) for row in pieces], *[safe(name, 22) for name in names]]
    places = np.array([*(1 + len(names) + 0.4 + np.arange(len(pieces))[::-1]), *np.arange(len(names))[::-1]])
    rows = places[0] + 2
    pitch = max(0.44 if len(names) < 4 else 0.36, _LINE * max(1 + label.count("\n") for label in labels) + 0.06)
    ax = axes_for(ax, Frame(left=0.3 + widest(labels, weight="bold"), right=0.75, height=pitch * rows), title(answer),
                  f"{_measured(answer)}{_left_out(len(table) - len(pieces), bool(pieces))}")
    ax.set_xlim(*_limits(answer))
    ax.set_ylim(-0.6, rows - 0.6)
    ax.axvline(0, color=LINE, lw=1)
    for place, row in zip(places[:len(pieces)], pieces, strict=True):
        parts = [(name, row["each"], [safe(name), safe(name, 12)]) for name in row["members"]]
        _stack(ax, place, parts, names, percent(row["piece"]))
    less = {name for members in answer.negative["members"] for name in members}
    for place, name in zip(places[len(pieces):], names, strict=True):
        _stack(ax, place, _parts(table, name, names), names, percent(answer.share(name)), name in less, weight="bold")
    _heads(ax, places[0] if pieces else None, len(names))
    _scales(ax, answer, places, labels)
    describe(ax, f"Stacked bars of shares of the variation of {answer.outcome}", _told(answer), answer.sentence,
             answer.table.assign(members=[", ".join(map(str, members)) for members in answer.table["members"]]))
    return ax


def title(answer):
    """How much of R² is overlap.

    Parameters
    ----------
    answer : Overlaps

    Returns
    -------
    str
    """
    levers = f"{_COUNT[len(answer.names)]} levers"
    common = answer.table.loc[answer.table["members"].map(len) > 1, "piece"]
    if answer.whole < HARDLY:
        return f"The {levers} explain next to nothing of {answer.outcome}"
    if (common.abs() < HARDLY).all():
        return f"What the {levers} explain hardly overlaps"
    if answer.shared < 0:
        return f"The {levers} explain more next to each other than apart"
    net = "" if answer.negative.empty else "net "
    return f"{percent(answer.shared / answer.whole)} of what the {levers} explain is {net}overlap"


def who(members, names):
    """The members of a piece as the label of its row."""
    if len(members) == len(names):
        return "both" if len(names) == 2 else f"all {_COUNT[len(names)]}"
    short = [text if len(text) <= _LONGEST else f"{text[:_LONGEST - 1]}…" for text in map(safe, members)]
    return textwrap.fill(f"only {short[0]}" if len(short) == 1 else series(short), 22)


def _measured(answer):
    off = " Hatched parts, left of zero, are taken off; ▲ marks what remains." if not answer.negative.empty else ""
    return (f"R² of {answer.outcome} in pieces: what goes with one lever only, and what goes with several alike. "
            f"An overlap counts for each of its members in equal parts.{off} {counted(answer.rows, 'row')}.")


def _left_out(count, some):
    if not some:
        return " The pieces themselves are left out here."
    return f" Left out: {counted(count, 'piece')} below half a percent." if count else ""


def _parts(table, name, names):
    """One lever's parts of all pieces, and what to write on each."""
    parts = []
    for row in table:
        count = len(row["members"])
        if name not in row["members"]:
            continue
        others = [other for other in row["members"] if other != name]
        if count == 1:
            texts = ["alone"]
        elif count == len(names) > 2:
            of = who(row["members"], names)
            texts = [f"{_PART[count]} of {of}", f"{_PART[count]} of\n{of}", _PART[count]]
        else:
            to = series(map(safe, others))
            texts = [f"{_PART[count]} with {to}", f"{_PART[count]} with\n{to}", _PART[count]]
        parts.append((name, row["each"], texts))
    return parts


def _stack(ax, place, parts, names, total, net=False, **style):
    """One row: the parts side by side, those below zero to its left, and what they add up to."""
    ends = [0.0, 0.0]
    for name, value, texts in parts:
        fill, ink = COLOURS[names.index(name)]
        below = value < 0
        drawn = ({"fc": PAGE, "ec": fill, "hatch": "////", "lw": 0.8} if below
                 else {"fc": fill, "ec": PAGE, "lw": 1 if value > HARDLY else 0})
        ax.barh(place, value, left=ends[below], height=_HEIGHT, **drawn)
        if not below:
            _write(ax, place, ends[0], value, texts, ink)
        ends[below] += value
    if net:
        ax.plot([sum(ends)], [place - _HEIGHT / 2], "^", ms=7, mfc=INK, mec=PAGE, mew=1)
        total = f"▲{THIN}{total}"
    ax.annotate(total, (ends[0], place), (6, 0), textcoords="offset points", va="center", annotation_clip=False,
                **style)


def _write(ax, place, left, width, texts, colour):
    """The first of some texts that fits onto its part of a bar, if any does."""
    low, high = (ax.transData.transform((x, y)) for x, y in
                 ((left, place - _HEIGHT / 2), (left + width, place + _HEIGHT / 2)))
    for text in texts:
        shown = ax.text(left + width / 2, place, text, ha="center", va="center", color=colour, fontsize=9.5,
                        linespacing=1.05, parse_math=False)
        box = shown.get_window_extent()
        if box.width <= high[0] - low[0] - 14 and box.height <= high[1] - low[1]:
            return
        shown.remove()


def _limits(answer):
    """From the lowest to the highest end of any row."""
    ends = [0.0]
    for name in answer.names:
        each = answer.table.loc[answer.table["members"].map(lambda members, name=name: name in members), "each"]
        ends += [each.clip(upper=0).sum(), each.clip(lower=0).sum()]
    ends += answer.table["piece"].tolist()
    return min(ends), max(*ends, 0.01)


def _heads(ax, top, count):
    """What the two blocks of rows are."""
    heads = [(count - 0.15, "Shares (LMG): each lever's parts, added up")]
    if top is not None:
        heads.append((top + 0.85, "Pieces, each divided equally"))
    for place, text in heads:
        ax.text(0, place, text, va="center", fontsize=10, weight="bold", color=SOFT,
                bbox={"fc": PAGE, "ec": "none", "pad": 1})


def _scales(ax, answer, places, labels):
    ax.set_yticks(places, labels, parse_math=False)
    for label in ax.get_yticklabels()[-len(answer.names):]:
        label.set_fontweight("bold")
    number_axis(ax.xaxis, percent=True)
    ax.set_xlabel(f"part of the variation of {safe(answer.outcome, 40)}", parse_math=False)


def _told(answer):
    """The pieces and shares in words."""
    parts = [percent(value) for value in (*answer.table["piece"], *map(answer.share, answer.names))]
    labels = [*(who(members, answer.names) for members in answer.table["members"]),
              *(f"share of {safe(name)}" for name in answer.names)]
    return [f"{label} {part}".replace("\n", " ") for label, part in zip(labels, parts, strict=True)]
