"""The tables of worlds, as Markdown: one a question, and what lies beyond its target at the end."""

import numpy as np

from worlds.figures import figures
from worlds.world import KINDS

# Columns that would be empty in most worlds share one: a name, and the figures that may stand in it.
COLUMNS = {
    "drivers": {"false": ("any false", "false discoveries"), "coverage": (), "false coverage": (), "power": (),
                "can't tell": (), "too small, wrongly": (), "headline": (), "headline, times the truth": (),
                "width to oracle": (), "width to ols": (), "ols false": (), "ols coverage": (), "hc3 false": (),
                "hc3 coverage": ()},
    "side_effects": {"false": ("any false", "false discoveries"), "coverage": (), "false coverage": (), "power": (),
                     "can't tell": (), "same score row": ()},
    "what_if": {"change": (), "this row": ()},
    "plan": {"offered": (), "came true": (), "cost": ()},
    "importance": {"coverage": (), "coverage of nulls": (), "largest": ()},
    "bare": {"said ahead": ()},
    "stuck": {"price": (), "price of nulls": (), "distance": ()},
}
TITLES = {"drivers": "What moves it", "side_effects": "Side effects", "what_if": "What if", "plan": "Plans at 80 %",
          "importance": "Shares", "bare": "Shares of a table without roles, where nothing acts",
          "stuck": "The price of the next point"}
PLAIN = {"cost", "headline, times the truth", "width to oracle", "width to ols"}  # numbers, not rates
FEW = 0.05  # of power, that may be lost against an earlier run


def page(records, before=None):
    """All tables.

    Parameters
    ----------
    records : dict of (world, question) to list of dict
    before : dict, optional
        The same of an earlier run, against which power is compared.

    Returns
    -------
    str
    """
    found = {key: figures(*key, records[key]) for key in _in_order(records)}
    parts = [_LEGEND]
    for question in COLUMNS:
        rows = {name: of for (name, asked), of in found.items() if asked == question}
        if rows:
            parts.append(f"## {TITLES[question]}\n\n{_table(question, rows)}")
    parts.append(_missed(found))
    if before:
        parts.append(_weaker(found, {key: figures(*key, before[key]) for key in found if key in before}))
    return "\n\n".join(parts) + "\n"


_LEGEND = """\
Rates in per cent. **Bold**: the 99 % interval (Clopper–Pearson) of the rate lies beyond its target. *false*: the part
of tables in which any lever is wrongly said to move the score where none does (at most 5), else the part of what is
said that is wrong (marked †, at most 5). *coverage*: how often intervals hold the truth (at least 93; where a table
hides what its rows are, beside a "can't tell" they may miss). *false coverage*: the part of the intervals of called
levers that miss (at most 6). *headline*: how often the interval of the lever named first holds the truth (at least
90), and the median of its estimate over the truth. *width*: the median of widths over those of whoever knows how the
world was made, and over those of least squares. *ols*: what statsmodels and pingouin say by default, any p < .05;
*hc3*: statsmodels with robust errors. ‡: a trap, in which power is not compared. Of 200 rates that stand exactly at
their target, one is bold by chance."""


def _in_order(records):
    return sorted(records, key=lambda key: (list(KINDS).index(key[0]), list(COLUMNS).index(key[1])))


def _table(question, rows):
    columns = [column for column, names in COLUMNS[question].items()
               if any(_pick(of, column, names)[1] is not None for of in rows.values())]
    lines = ["| world | tables | refused | " + " | ".join(columns) + " |", "|---" * (len(columns) + 3) + "|"]
    group = None
    for name, of in rows.items():
        if KINDS[name].group != group:
            group = KINDS[name].group
            lines.append(f"| *{group}* |" + " |" * (len(columns) + 2))
        cells = [_cell(*_pick(of, column, COLUMNS[question][column])) for column in columns]
        title = f"{name}{' ‡' if KINDS[name].trap else ''}"
        lines.append(f"| {title} | {of['tables'].value:.0f} | {_refused(of)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _pick(of, column, names):
    for name in names or (column,):
        if name in of and not np.isnan(of[name].value):
            return name, of[name]
    return column, None


def _cell(name, figure):
    if figure is None:
        return "–"
    text = f"{figure.value:.2f}" if name in PLAIN else f"{100 * figure.value:.1f}".removesuffix(".0")
    text += "†" if name == "false discoveries" else ""
    return f"**{text}**" if figure.beyond() else text


def _refused(of):
    text = f"{100 * of['refused'].value:.0f}" if of["refused"].value else "–"
    return text if not of["crashed"].value else f"{text}, **{100 * of['crashed'].value:.1f} crashed**"


def _missed(found):
    """What lies beyond its target, with the interval."""
    lines = ["| world | question | figure | measured | 99 % interval | target |", "|---|---|---|---|---|---|"]
    judged = 0
    for (name, question), of in found.items():
        for label, figure in of.items():
            if (figure.most is None and figure.least is None) or np.isnan(figure.value):
                continue
            judged += label != "crashed"
            if figure.beyond():
                low, high = figure.interval()
                target = f"≤ {100 * figure.most:.0f}" if figure.most is not None else f"≥ {100 * figure.least:.0f}"
                lines.append(f"| {name} | {question} | {label} | {100 * figure.value:.1f} | "
                             f"{100 * low:.1f} to {100 * high:.1f} | {target} |")
    title = f"## Beyond its target: {len(lines) - 2} of {judged} figures in {len({name for name, _ in found})} worlds"
    return title + ("\n\n" + "\n".join(lines) if len(lines) > 2 else "")


def _weaker(found, before):
    """Where power was lost against an earlier run, by more than five points and more than chance."""
    lines = ["| world | question | power before | power now | 99 % interval |", "|---|---|---|---|---|"]
    for (name, question), of in found.items():
        then = before.get((name, question), {}).get("power")
        if then is None or KINDS[name].trap or np.isnan(then.value) or np.isnan(of["power"].value):
            continue
        low, high = of["power"].interval()
        if high < then.value - FEW:
            lines.append(f"| {name} | {question} | {100 * then.value:.1f} | {100 * of['power'].value:.1f} | "
                         f"{100 * low:.1f} to {100 * high:.1f} |")
    title = f"## Power lost by more than {100 * FEW:.0f} points: {len(lines) - 2} worlds"
    return title + ("\n\n" + "\n".join(lines) if len(lines) > 2 else "")
