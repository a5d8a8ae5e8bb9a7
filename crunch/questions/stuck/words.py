"""What stuck says in words: distances, prices that suffice when they are paid as printed, and what is assumed."""

import math

import pandas as pd

from crunch.digits import about, distance, more, plain, roughly, sufficient
from crunch.effects.doubt_words import can_not_tell
from crunch.errors import counted
from crunch.questions.stuck.prices import FAR, PRICED, UNKNOWN
from crunch.wording import THIN, estimate, number, on_grid, places, points, series

MOST = 6  # levers that a sentence names
NOT_EFFORT = ("A percent of one lever is not as easy as a percent of another: what a change would cost you is not in "
              "these numbers, and neither is what it does elsewhere.")


def price_list(table, step):
    """The price list as text cells."""
    rows = []
    for row in table.to_dict("records"):
        if "percent_low" in row:
            out = {"lever": str(row["lever"]), "now": plain(row["value"]),
                   "needed, about": about(row["needed"], row["value"]), "change (interval)": interval(row)}
        else:
            now, needed = sufficient(row["needed"], row["value"])
            out = {"lever": str(row["lever"]), "now": now, "needed": needed, "change": more(row["change_percent"])}
            if "ceiling" in row:
                out["best alone"] = on_grid(row["ceiling"], step)
            out["weight"] = f"{number(100 * row['weight'], 0)}{THIN}%"
        rows.append({**out, "verdict": row["verdict"]})
    return pd.DataFrame(rows)


def interval(row):
    """A price in percent with its interval, or what it is at least; in units where the lever stands at 0."""
    if row["verdict"] != UNKNOWN:
        if math.isnan(row["change_percent"]):
            return estimate(row["change"], row["change_low"], row["change_high"])
        low, high = sorted((row["percent_low"], row["percent_high"]), key=abs)
        return f"{roughly(row['change_percent'])} ({roughly(low)} to {roughly(high)})"
    least = row["percent_least"]
    if math.isnan(least) or math.isinf(least):
        return "can't be priced"
    return f"at least {roughly(least).lstrip('+')}, one way or the other"


def exact_sentence(found, name):
    """The finding when the formula is known."""
    step, target = found["step"], found["target"]
    edge = found["hidden"] + found["to_target"]
    where = f" in {name}" if name else ""
    stands = f" for {counted(found['stands'], found['period'])}" if found["stands"] > 1 else ""
    lead = (f"{found['score']} shows {on_grid(found['shown'], step)}{where}{stands}; the hidden score is "
            f"{distance(found['hidden'], step)}, {points(distance(found['to_target'], step))} short of "
            f"{distance(edge, step)}, where {on_grid(target, step)} begins.")
    can = found["table"][found["table"]["reachable"]]
    if can.empty:
        return f"{lead} No single lever reaches {on_grid(target, step)}, however far it goes."
    named = [f"{row['lever']} {_price(row)}" for row in can.head(MOST).to_dict("records")]
    rest = f" and {len(can) - MOST} more" if len(can) > MOST else ""
    lead += f" On its own, each of these would show {on_grid(target, step)}: {', '.join(named)}{rest}."
    cannot = found["table"].loc[~found["table"]["reachable"], "lever"].astype(str).tolist()
    return f"{lead} Out of reach alone: {series(cannot)}." if cannot else lead


def _price(row):
    """The change of one lever, in percent, or in its own unit where it stands at zero."""
    if row["value"] == 0:
        return f"from 0 to {sufficient(row['needed'], 0)[1]}"
    return more(row["change_percent"])


def exact_notes(found):
    """What is assumed, and how to read it."""
    return ["Exact: every price was put through the formula again, rounding included, and shows "
            f"{on_grid(found['target'], found['step'])}; printed numbers are rounded so that they suffice.", NOT_EFFORT]


def fitted_sentence(found, name, level, study, doubts):
    """The finding when prices come from effects."""
    step, target, digits = found["step"], found["target"], places(found["step"]) - 1
    where = f" in {name}" if name else ""
    stands = f" for {counted(found['stands'], found['period'])}" if found["stands"] > 1 else ""
    edge = found["hidden"] + found["to_target"]
    away = [number(found[key], digits) for key in ("to_target", "to_target_low", "to_target_high")]
    lead = (f"{found['score']} shows {on_grid(found['shown'], step)}{where}{stands}; {on_grid(target, step)} begins at "
            f"{distance(edge, step)}, {away[0]} points away ({away[1]} to {away[2]})")
    if not study.score_moves:
        return (f"{lead}. A score that never moved shows no effect, so no lever can be priced; .bounds says what it "
                "rules out.")
    table = found["table"]
    can = table[table["verdict"].isin((PRICED, FAR))]
    if can.empty:
        return f"{lead}. {_capital(_none(doubts, table))}."
    named = [f"{row['lever']} {interval(row)}" for row in can.head(MOST).to_dict("records")]
    here = ", from where it stands" if set(found["bent"]) & set(can["lever"]) else ""
    lead += f". With the others held equal{here}, what is missing goes with {' or '.join(named)}"
    cannot = table.loc[(table["verdict"] == UNKNOWN) & ~table["lever"].isin(list(doubts)), "lever"].astype(str)
    said = [f"it can't be priced in {series(cannot)}"] if len(cannot) else []
    return f"{'; '.join([lead, *said, *can_not_tell(doubts)])}."


def _none(doubts, table):
    """Why no lever has a price."""
    said = can_not_tell(doubts)
    if set(table["lever"]) - set(doubts):
        said.append(f"this table cannot price any {'other ' if said else ''}lever: every effect may be nil")
    return "; ".join(said)


def _capital(text):
    return text[:1].upper() + text[1:]


def fitted_notes(found, behind):
    """How prices and the hidden score were found, and how to read them."""
    if math.isnan(behind.noise):
        return ["Nothing says where in its band the hidden score is: the interval is that of the rounding alone."]
    notes = [f"The hidden score is taken as normal about what the regression says (standard deviation "
             f"{number(behind.noise, 2)}), confined to the band that is shown as "
             f"{on_grid(found['shown'], found['step'])}.",
             "A price is the missing points over the effect, with Fieller's interval; where the effect may be nil, or "
             "of the other sign, it has no upper end.", NOT_EFFORT]
    if (found["table"]["verdict"] == FAR).any():
        far = found["table"].loc[found["table"]["verdict"] == FAR, "lever"].astype(str).tolist()
        notes.append(f"{series(far)} would have to go where {'it has' if len(far) == 1 else 'they have'} never been in "
                     "this table; nothing here says that the effect stays the same there.")
    return notes
