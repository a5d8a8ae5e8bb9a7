"""What a scenario is in words: never more than associations carry."""

import numpy as np
import pandas as pd

from crunch.digits import plain, roughly
from crunch.effects.words import CARRIES, CAUSE
from crunch.errors import counted
from crunch.wording import level_text, number, on_grid, percent, places, series

_MOST = 4
_END = 0.05  # of the draws at the end of the score, from which it is worth a word
COARSE = 0.2  # probability of the likeliest shown score, below which steps are too fine to speak of single ones
_LEAST = 0.005  # probability below which a shown score is not named


def sentence(known, rows, shown, levers):
    """The finding: the score, what it would show, and the side effects; the rows of three tables, as dicts."""
    study = known.study
    if not levers:
        return f"Nothing is changed: {study.score} and the side effects stay as they are."
    rest = [counted(len(levers) - _MOST, "more change")] if len(levers) > _MOST else []
    lead = f"With {series([*map(_lever, levers[:_MOST]), *rest])}"
    score = rows[0]
    if known.score is not None:
        return (f"{lead}, {study.score} is {plain(score['after'])} by the formula{_shows(shown, study, 'shows')}"
                f"{_sides(rows[1:])}.")
    then = f"{_shows(shown, study, 'show')}{_sides(rows[1:])}."
    if np.isnan(score["after"]):
        told = _sides([row for row in rows[1:] if not np.isnan(row["after"])])
        return (f"{lead}, this table can't tell what {study.score} would be: it does not show what goes with "
                f"{series(_unknown(known, levers))}{told}.")
    return (f"{lead}, {study.score} would go from {_value(score, 'now')} to {_value(score, 'after')} ({_range(score)})"
            f"{then} {CARRIES}")


def _lever(row):
    if np.isnan(row["change_percent"]):
        return f"{row['lever']} from 0 to {plain(row['after'])}"
    return f"{row['lever']} {plain(row['now'])} → {plain(row['after'])} ({roughly(row['change_percent'])})"


def _unknown(known, levers):
    """The levers of which nothing is known of what goes with them in the score."""
    dark = np.isnan(known.found.slopes.coef[:, 0])
    return [row["lever"] for row in levers if dark[known.found.names.index(row["lever"])]]


def _digits(row):
    """Decimals that the interval supports, and that tell a change apart."""
    width = row["high"] - row["low"]
    if width > 0:
        return places(width)
    return places(abs(row["after"] - row["now"])) if row["after"] != row["now"] else places(abs(row["now"]) / 100)


def _value(row, key):
    return number(row[key], _digits(row))


def _range(row):
    return f"{_value(row, 'low')} to {_value(row, 'high')}"


def _shows(shown, study, verb):
    """The shown scores that are likely enough to name, the likeliest first."""
    if not shown or max(row["probability"] for row in shown) < COARSE:
        return ""
    likely = sorted((row for row in shown if row["probability"] >= _LEAST), key=lambda row: -row["probability"])[:3]
    said = [f"{on_grid(row['shown'], study.step)} ({percent(row['probability'])})" for row in likely]
    if len(likely) == 1 and likely[0]["probability"] > 1 - _LEAST:
        return f" and {verb} {on_grid(likely[0]['shown'], study.step)}"
    return f" and {verb} {' or '.join(said)}"


def _sides(rows):
    """The side effects that are seen to change."""
    clear = [row for row in rows if row["change_low"] * row["change_high"] > 0]
    if not rows:
        return ""
    if not clear:
        return "; no side effect is seen to change"
    said = [f"{row['outcome']} {_value(row, 'now')} → {_value(row, 'after')} ({_range(row)})" for row in clear[:_MOST]]
    return f"; {series(said)}"


def table(answer):
    """The table as people read it."""
    rows = []
    for row in answer.table.to_dict("records"):
        kept = f"{row['verdict']} ({percent(row['keeps'])})" if row["verdict"] else ""
        rows.append({"outcome": str(row["outcome"]) + (" (hidden)" if row["outcome"] == answer.outcomes[0].name
                                                       and answer.step is not None else ""),
                     **_columns(row), "limit": kept})
    out = pd.DataFrame(rows)
    return out if out["limit"].any() else out.drop(columns="limit")


def _columns(row):
    """What stands in a row of the table; nothing is known of a side effect without a value now."""
    if np.isnan(row["now"]):
        return {"now": "no value", "after (interval)": "can't tell", "another row like it": ""}
    if np.isnan(row["after"]):
        return {"now": plain(row["now"]), "after (interval)": "can't tell", "another row like it": ""}
    apart = row["another_high"] - row["another_low"]
    wide = places(apart) if apart > 0 else _digits(row)
    low, high = (number(row[key], wide) for key in ("another_low", "another_high"))
    return {"now": _value(row, "now"), "after (interval)": f"{_value(row, 'after')} ({_range(row)})",
            "another row like it": f"{low} to {high}"}


def warnings(known, scaled, values, after):
    """Where a scenario leaves what the table has seen, or runs into the end of the score; `after`: its draws."""
    region, changed = known.region, scaled != known.scaled_now
    found = []
    for j in np.flatnonzero(region.outside(scaled) & changed):
        name = known.names[j]
        ends = [float(known.study.scales[name].inverse(end[j])) for end in (region.low, region.high)]
        which = "this unit" if known.study.kind == "panel" else "the table"
        found.append(f"{name} at {plain(values[name])} was never seen: {which} has it from {plain(ends[0])} to "
                     f"{plain(ends[1])}. Nothing shows that the effect stays the same out there.")
    apart = [known.names[j] for j in np.flatnonzero(region.pulled_apart(scaled) & ~region.pulled_apart(
        known.scaled_now)) if changed[j]]
    if apart:
        found.append(f"{series(apart)} {'is' if len(apart) == 1 else 'are'} pulled farther from what the other levers "
                     "suggest than in any row: so far they moved together, and what one does without the others was "
                     "not seen.")
    score = known.outcomes[0]
    for end, reached in ((score.ceiling, after >= score.ceiling), (score.floor, after <= score.floor)):
        if known.score is None and changed.any() and reached.mean() > _END:
            found.append(f"{score.name} ends at {end:.12g}, and effects usually fade on the way to an end, more than "
                         "is taken into account here: the chance of getting there is likely less.")
    if not found and region.distance(scaled) > max(region.farthest, float(region.distance(known.scaled_now))):
        found.append("Each lever stays within what was seen, but no row had them like this together: the scenario is "
                     "farther from the middle than any row (Mahalanobis distance).")
    return found


def notes(known, exact, level):
    """What is assumed."""
    score = ("The score comes from its formula and is exact; side effects are estimates." if exact else CAUSE)
    row = {"accounts": "row", "diary": known.study.timeline.name, "panel": known.study.timeline.name}[known.study.kind]
    which = f" It is {known.where.name}." if known.where.name else ""
    when = "" if known.horizon == 0 else f" Read {counted(known.horizon, known.study.timeline.name)} later."
    return [score, f"Intervals at {level_text(level)} speak of this {row} with other levers and all else, its own luck "
                   f"included, as it is.{which}{when} Another {row} like it has luck of its own: the wider intervals.",
            *known.found.notes, *known.found.designs[0].notes, *known.study.notes]
