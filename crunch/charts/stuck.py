"""The chart of question 1: the price of the next point, lever by lever."""

import numpy as np

from crunch.charts.colours import ACCENT, INK, LINE, PAGE, PALE, SOFT
from crunch.charts.fonts import widest
from crunch.charts.house import Frame, axes_for, describe, in_house_style
from crunch.charts.sheet import lean, room
from crunch.charts.ticks import number_axis
from crunch.charts.words import safe, wrapped
from crunch.digits import about, distance, more, plain, roughly, sufficient
from crunch.questions.stuck.exact_prices import OUT_OF_REACH
from crunch.questions.stuck.prices import FAR, UNKNOWN
from crunch.questions.stuck.words import interval
from crunch.wording import THIN, level_text, on_grid

MOST = 15
_WIDEST = 6  # times the next shorter bar, beyond which a bar is cut
_LEAN = 1.8  # inches of a price on a narrow page
_CUT = 1.4  # how far beyond the others a cut bar reaches


@in_house_style
def stuck(answer, *, ax=None):
    """Draw the price list: how much each lever would have to change for the target to be shown, the others held.

    Parameters
    ----------
    answer : Stuck
        From `crunch.stuck`.
    ax : matplotlib Axes, optional
        Labels go to the left of them, prices to the right. A new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import crunch
    >>> page = {"first-contentful-paint": 6795.4, "speed-index": 8296, "largest-contentful-paint": 10884.7,
    ...         "total-blocking-time": 1055.2, "cumulative-layout-shift": 0.0996}
    >>> ax = crunch.charts.stuck(crunch.stuck(page, score=crunch.scoring.lighthouse()))
    >>> " ".join(ax.get_title().split()).split(":")[0]
    'The smallest change to 33'
    """
    rows = answer.table.head(room(MOST)).to_dict("records")
    labels, texts = [safe(row["lever"], 26) for row in rows], [_price(answer, row) for row in rows]
    beside = [wrapped(text, _LEAN, 10) for text in texts] if lean() else texts
    pitch = max(0.42, 0.18 * max(1 + text.count("\n") for text in (*labels, *beside)) + 0.08)
    frame = Frame(left=0.3 + widest(labels), right=0.3 + widest(beside, 10),
                  height=max(pitch * len(rows), 1.0))
    ax = axes_for(ax, frame, title(answer), _measured(answer), (len(rows), len(answer.table), "lever"))
    places, limit = np.arange(len(rows))[::-1], _limit(answer, rows)
    ax.set_xlim(0, 1.03 * limit)
    for place, row, text in zip(places, rows, beside, strict=True):
        _bar(ax, place, row, limit, first=row["lever"] == answer.table["lever"].iloc[0])
        strong = {"color": SOFT} if row["verdict"] in (OUT_OF_REACH, UNKNOWN) else {"color": INK}
        ax.annotate(text, (1, place), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", fontsize=10, annotation_clip=False, parse_math=False, **strong)
    ax.axvline(0, color=LINE, lw=1)
    ax.set_yticks(places, labels, parse_math=False)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    number_axis(ax.xaxis, 5, after=f"{THIN}%")
    ax.set_xlabel("size of the change in percent, up or down; not the effort it takes")
    ax.grid(False, axis="y")
    told = [f"{row['lever']}: {text}" for row, text in zip(rows, texts, strict=True)]
    describe(ax, f"Bar chart of changes that go with the next point of {answer.score}", told, answer.sentence,
             answer.table)
    return ax


def title(answer):
    """The cheapest price, or that there is none.

    Parameters
    ----------
    answer : Stuck

    Returns
    -------
    str
    """
    target, first = on_grid(answer.target, answer.step), answer.table.iloc[0]
    if first["verdict"] == OUT_OF_REACH:
        return f"No single lever brings {answer.score} to {target}"
    if first["verdict"] == UNKNOWN:
        return f"This table can't tell what {target} would cost"
    if first["value"] == 0:
        return f"On its own, {safe(first['lever'])} from 0 to {sufficient(first['needed'], 0)[1]} would show {target}"
    size = more(first["change_percent"]) if answer.exact else f"about {roughly(first['change_percent'])}"
    return f"The smallest change to {target}: {safe(first['lever'])} {size}"


def _measured(answer):
    step = answer.step
    shown, target = on_grid(answer.shown, step), on_grid(answer.target, step)
    said = f"Change of one lever, the others held, with which {answer.score} "
    if answer.exact:
        return (f"{said}shows {target}. It shows {shown}; hidden {distance(answer.hidden, step)}, and {target} begins "
                f"at {distance(answer.hidden + answer.to_target, step)}.")
    curve = ", on its curve from where it stands" if answer.bent else ""
    return (f"{said}would go from {shown} to {target}, by what goes with what{curve}. "
            f"Lines: {level_text(answer.level)} intervals.")


def _price(answer, row):
    """What is printed beside a bar: from, to, percent."""
    if row["verdict"] == OUT_OF_REACH:
        return f"out of reach; best alone {on_grid(row['ceiling'], answer.step)}"
    if row["verdict"] == UNKNOWN:
        return f"can't tell; {interval(row)}" if np.isfinite(row["percent_least"]) else "can't tell"
    if answer.exact:
        now, needed = sufficient(row["needed"], row["value"])
        return f"{now} → {needed}" + (f"  ({more(row['change_percent'])})" if row["value"] else "")
    size = [roughly(row["change_percent"])] if row["value"] else []  # of 0 there are no percents
    told = ", ".join([*size, *(["never seen"] if row["verdict"] == FAR else [])])
    return f"{plain(row['value'])} → {about(row['needed'], row['value'])}" + (f"  ({told})" if told else "")


def _limit(answer, rows):
    """Where the axis ends: at the dearest bar, unless it dwarfs the next."""
    sizes = sorted(abs(row["change_percent"]) for row in rows if np.isfinite(row["change_percent"]))
    if not sizes:
        return 1.0
    kept = [size for i, size in enumerate(sizes) if i == 0 or size <= _WIDEST * sizes[i - 1]]
    ends = [max(abs(row[end]) for end in ("percent_low", "percent_high")) for row in rows
            if "percent_low" in row and np.isfinite(row["change_percent"])]
    widest = max([kept[-1], *(end for end in ends if end <= 4 * kept[-1])]) or 1.0
    return widest * (_CUT if len(kept) < len(sizes) else 1)


def _bar(ax, place, row, limit, first):
    """A price as a bar with its interval; an arrow where either goes beyond the axis."""
    size = abs(row["change_percent"])
    if not np.isfinite(size):
        return
    ax.barh(place, min(size, limit), height=0.55, color=ACCENT if first else PALE)
    if size > limit:  # two white strokes: the bar is longer than it is drawn
        for at in (0.86, 0.89):
            ax.plot([at * limit, (at + 0.015) * limit], [place - 0.33, place + 0.33], color=PAGE, lw=2.5)
        return
    high = size
    if np.isfinite(row.get("percent_low", np.nan)):
        low, high = sorted(abs(row[end]) for end in ("percent_low", "percent_high"))
        ax.plot([low, min(high, limit)], [place, place], color=INK, lw=1.3, solid_capstyle="butt")
    if high > limit:
        ax.annotate("", (1.03 * limit, place), (0.97 * limit, place),
                    arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.3, "shrinkA": 0, "shrinkB": 0})
