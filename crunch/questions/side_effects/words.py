"""What side effects are in words."""

import numpy as np
import pandas as pd

from crunch.effects.doubt_words import can_not_tell
from crunch.effects.limits import BREAKS, HOLDS
from crunch.effects.verdict import MOVES, SMALL
from crunch.effects.words import CAUSE, looked_at
from crunch.errors import counted
from crunch.questions.side_effects.trades import AVOID, FREE, GAME, IDLE, TRADE, UNKNOWN
from crunch.wording import THIN, number, percent, places, points, series

_MOST = 3  # levers that a note names
_SURE = 0.05  # probability below which a verdict is hardly turned by more rows
SAID = {FREE: "free lunch (the score gains, nothing is seen to get worse)",
        TRADE: "trade (something gets worse, something else gains by more)",
        GAME: "numbers game (the score gains, something gets worse by more or breaks its limit)",
        AVOID: "avoid (something gets worse, nothing is seen to gain as much)",
        UNKNOWN: "can't tell", IDLE: "too small to matter"}


def cell_text(cell, outcome):
    """A cell as people read it: the effect with its interval, or why there is none."""
    if np.isnan(cell["low"]):
        return "can't tell"
    width = cell["high"] - cell["low"]
    effect, low, high = (outcome.text(cell[key], width) for key in ("effect", "low", "high"))
    said = {MOVES: "", SMALL: ", too small", HOLDS: ", holds", BREAKS: ", breaks"}.get(cell["verdict"], ", can't tell")
    return f"{effect} ({low} to {high}){said}"


def matrix(answer):
    """A row per lever, a column per outcome, text."""
    by_name = {outcome.name: outcome for outcome in answer.outcomes}
    cells = {}
    for cell in answer.table.to_dict("records"):
        cells.setdefault(f"{cell['change']} {cell['lever']}", {})[str(cell["outcome"])] = cell_text(
            cell, by_name[cell["outcome"]])
    table = pd.DataFrame.from_dict(cells, orient="index").rename_axis("lever").reset_index()
    verdicts = answer.trades["verdict"].tolist()
    return table.assign(**{"so it is": verdicts}) if len(verdicts) == len(table) else table


def sentence(study, table, trades, horizon, found):
    """The finding: the best lever and what it takes, then all levers by verdict."""
    scores = table[(table["outcome"] == study.score) & (table["verdict"] == MOVES)]
    gains = trades[trades["verdict"].isin((FREE, TRADE, GAME)) & trades["lever"].isin(scores["lever"])]
    place = gains["verdict"].map({FREE: 0, TRADE: 1, GAME: 2})
    gains = gains.assign(place=place, size=-gains["gain"]).sort_values(["place", "size"], kind="stable")
    groups = [f"{SAID[word]}: {series(trades.loc[trades['verdict'] == word, 'lever'])}"
              for word in (FREE, TRADE, GAME, AVOID, UNKNOWN, IDLE) if (trades["verdict"] == word).any()]
    where = "" if horizon == 0 else f" {counted(horizon, study.timeline.name)} later"
    if gains.empty:
        lead = f"No lever is seen to go with more {study.score}{where} at a known price"
    else:
        lead = f"{_lead(study, table, gains.iloc[0], found.bent)}{where}"
    return f"{lead}. {_capital('; '.join(groups))}.{_doubted(found)}"


def _doubted(found):
    """Of which levers nothing is said whatever the numbers are, outcome by outcome where that differs."""
    first = found.doubts[0]
    said = can_not_tell(first)
    said += [f"for {outcome.name}, {text}" for outcome, own in zip(found.outcomes[1:], found.doubts[1:], strict=True)
             for text in can_not_tell(own) if own != first]
    return "".join(f" {_capital(text)}." for text in said)


def _lead(study, table, row, bent):
    """A lever, what of the score goes with it, and what gets worst."""
    cells = table[table["lever"] == row["lever"]].set_index("outcome")
    sign = 1 if row["way"] == "up" else -1
    change = cells["change"].iloc[0] if sign > 0 else cells["change"].iloc[0].replace("+", "−")
    gained = points(_signed(cells.loc[study.score], sign))
    on_curve = {(row["lever"], study.score), (row["lever"], row["worst"])} & set(bent)
    average = " on average over the rows, on a curve," if on_curve else ""
    lead = f"{change} {row['lever']} goes{average} with {gained} of {study.score}"
    if row["verdict"] == FREE:
        return f"{lead}, and no side effect is seen to get worse"
    cost = _signed(cells.loc[row["worst"]], sign)
    return f"{lead} and with {cost}{'' if cost.endswith('%') else ' of'} {row['worst']}"


def _signed(cell, sign):
    text = number(sign * cell["effect"], places(cell["high"] - cell["low"]), sign=True)
    return f"{text}{THIN}%" if cell["unit"] == "%" else text


def _capital(text):
    return text[:1].upper() + text[1:]


def notes(study, found, table, along, traded, level, bounds):
    """What is assumed, what comes along through other levers, and what would tell more."""
    out = [CAUSE, *_looked_at(found, level)]
    if found.bent:
        out.append("Where what goes with a lever is a curve, a cell states its mean slope over the rows; what a change "
                   "goes with in one of them, crunch.what_if says.")
    if bounds:
        out.append("A limit holds when the whole interval keeps it: "
                   + ", ".join(f"{name} {limit.text}" for name, limit in bounds.items()) + ".")
    for name in along["lever"].unique()[:_MOST]:
        through = along.loc[along["lever"] == name, "through"].iloc[0]
        out.append(f"When {name} moves, {series(through[:_MOST])} usually {'moves' if len(through) == 1 else 'move'} "
                   "along. The table holds the other levers equal; what comes with them on top is in .indirect.")
    out.extend(_close(traded))
    unsaid = [str(o.name) for o in found.outcomes if o.better is None]
    if unsaid:
        out.append(f"Nobody said which way {series(unsaid)} should go, so nothing there counts as a sacrifice. Say it: "
                   f"Study(..., side_effects={{{unsaid[0]!r}: 'less'}}).")
    return [*out, *found.notes, *found.designs[0].notes, *study.notes]


def _looked_at(found, level):
    """What the intervals of the score, and those of the side effects, allow for."""
    sizes, names = np.count_nonzero(~np.isnan(found.slopes.se), axis=0), (str(o.name) for o in found.outcomes)
    first, levels = next(names), found.levels(level)
    return looked_at([(f"{counted(int(sizes[0]), 'lever')} for {first}", levels[0]),
                      (f"{counted(int(sizes[1:].sum()), 'cell')} for side effects", levels[-1])], level)


def _close(traded):
    """Levers of which more rows could still turn the verdict."""
    close = traded[traded["costs_more"].between(_SURE, 1 - _SURE) & traded["verdict"].isin((TRADE, GAME, AVOID))]
    if close.empty:
        return []
    said = [f"{row['lever']} ({percent(row['costs_more'])})" for row in close.to_dict("records")]
    return [f"Whether a lever takes more than it brings compares estimates. {series(said)} "
            f"{'is' if len(said) == 1 else 'are'} close: in brackets, the probability that it takes more."]
