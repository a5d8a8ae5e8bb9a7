"""What the drivers say in words: every branch true, no association worded as a cause."""

from crunch.effects import words as effect_words
from crunch.effects.calendar_words import not_held
from crunch.effects.design import calendar_of
from crunch.effects.doubt_words import can_not_tell
from crunch.effects.verdict import CANNOT, MOVES, SMALL
from crunch.effects.words import held, left_open, noise
from crunch.errors import counted, listing
from crunch.study.identities import in_words
from crunch.wording import level_text, number, percent, places, points, rough, series

STILL = ("What a score that stands still does say is how large an effect can be at most, and how far the next point "
         "is; a lever pulled hard enough to move the score would tell more.")
COARSE = 0.75  # steps that a score must vary by, in standard deviations, for its rounding to be mere noise
IDENTITY = 1 - 1e-9  # R² from which the levers are the score


def sentence(study, table, found, level, horizon, named):
    """The finding, with the strongest lever's number and interval.

    Parameters
    ----------
    study : Study
    table : DataFrame
        The answer's table.
    found : Estimates
    level : float
    horizon : int
    named : Picked or None
        The lever that stands out most.

    Returns
    -------
    str
    """
    if study.recipe:
        return (f"{study.score} is {in_words(study.recipe)}: it is computed from its levers, so this is arithmetic "
                "and no evidence of what would happen.")
    if found.parts.explained >= IDENTITY:
        who = "The levers and the context" if study.context else "The levers"
        return (f"{who} give {study.score} exactly: it is computed from them, so this is arithmetic and no "
                "evidence of what would happen.")
    groups = {v: table[table["verdict"] == v] for v in (MOVES, SMALL, CANNOT)}
    where = _where(study, horizon)
    rest = _rest(study, groups, found)
    if groups[MOVES].empty:
        return f"{nothing_found(study.score, table, found.doubts)}{where}, on {counted(found.rows, 'row')}: {rest}."
    top = groups[MOVES].loc[groups[MOVES]["lever"].eq(named.lever).idxmax()]
    asked = int(table["p_value"].notna().sum())
    allowing = f", allowing for {asked} levers" if asked > 1 else ""
    average = " on average over the rows, on a curve," if top["lever"] in found.bent else ""
    but = not_held(calendar_of(study)) if study.kind == "diary" else ""
    lead = (f"{_capital(held(study))}{but}, {top['change']} {top['lever']} goes{average} with "
            f"{_points(top)} of {study.score}{where} ({level_text(level)} interval {_range(top)}{allowing}"
            f"{_for_luck(top, named)})")
    others = [f"{row['lever']}" for _, row in groups[MOVES].drop(top.name).iterrows()]
    if others:
        lead += f"; {series(others)} {'stands' if len(others) == 1 else 'stand'} out as well"
    return f"{lead}; {rest}." if rest else f"{lead}."


def nothing_found(score, table, doubts):
    """The finding when no lever moves the score: one that is too small may still differ from zero.

    Parameters
    ----------
    score : str
    table : DataFrame
        The answer's table.
    doubts : dict
        By lever: those that must not be given a verdict.

    Returns
    -------
    str
    """
    if set(doubts) & set(table["lever"]):
        return f"No lever of {score} can be said to move it"
    small = (table["verdict"] == SMALL).any()
    return f"No lever of {score} {'is seen to matter' if small else 'stands out from chance'}"


def _capital(text):
    return text[0].upper() + text[1:]


def _where(study, horizon):
    """When the score is read, in a table that has time."""
    if study.kind == "accounts":
        return ""
    name = study.timeline.name
    return f" in the same {name}" if horizon == 0 else f" {counted(horizon, name)} later"


def _points(row):
    digits = places(row["high"] - row["low"])
    return points(number(row["effect"], digits, sign=True))


def _range(row):
    digits = places(row["high"] - row["low"])
    return f"{number(row['low'], digits, sign=True)} to {number(row['high'], digits, sign=True)}"


def _for_luck(row, named):
    """What allows for the lever having been picked, where that is more than the table's interval says."""
    if not named.differs:
        return ""
    digits = places(row["high"] - row["low"])
    low, high = ((named.low, named.high) if row["effect"] > 0 else (named.high, named.low))  # the near end, the far one
    near = number(low, digits, sign=True) if low else "next to nothing"
    return (f"; it was picked for coming out largest, and allowing for that as well, anything from {near} to "
            f"{number(high, digits, sign=True)}, with {number(named.expected, digits, sign=True)} to be expected")


def _rest(study, groups, found):
    """The levers that are too small or cannot be judged, those apart of which a bend is seen."""
    said = []
    if len(groups[SMALL]):
        many = len(groups[SMALL]) > 1
        said.append(f"{series(groups[SMALL]['lever'])} {'are' if many else 'is'} too small to matter")
    unknown = groups[CANNOT]["lever"]
    said += can_not_tell({name: found.doubts[name] for name in unknown if name in found.doubts})
    unknown = unknown[~unknown.isin(list(found.doubts))]
    curved = unknown.isin(found.bent)
    if curved.any():
        said.append(f"{series(unknown[curved])} {'goes' if curved.sum() == 1 else 'go'} with {study.score} on a curve, "
                    "and on average over the rows this table can't tell which way")
    if not curved.all():
        said.append(f"this table can't tell about {series(unknown[~curved])}")
    return "; ".join(said)


def still(study):
    """The sentence for a score that never moved."""
    return (f"{study.score} was {study.first_score:.12g} in all {counted(study.rows, 'row')}: a score that never moves "
            "cannot show what moves it.")


def settled(study):
    """The sentence for a score that its structure gives entirely."""
    what = {"accounts": "in the rows that can be used", "panel": "once unit and period are held constant",
            "diary": "beyond what its own past and trend give"}[study.kind]
    return f"{study.score} does not move {what}: nothing is left that a lever could go with."


def cautions(study, table, found, matters):
    """What a careful reader should know about this answer, and what would tell more."""
    divided = left_open(study)
    context, everything = percent(found.parts.context), percent(found.parts.explained)
    notes = [f"Context alone explains {context} of the score's {divided}; levers and context together "
             f"{everything}." if study.context else
             f"The levers together explain {everything} of the score's {divided}.",
             *noise(found.parts.chance, divided)]
    judged = table[~table["lever"].isin(list(found.doubts))]
    notes += _averages(found) + _together(found) + _more_rows(judged, found.rows, matters, study) + _coarse(study)
    return notes


def looked_at(found, level):
    """What the intervals allow for."""
    return effect_words.looked_at([(counted(len(found.names), "lever"), found.each)], level)


def _coarse(study):
    """A score that hardly leaves one step: least squares on shown numbers may be off."""
    if study.step is None or study.score_spread >= COARSE * study.step or study.kind == "panel" or study.moments:
        return []
    return [f"{study.score} varies by less than a step (standard deviation {rough(study.score_spread)}), so its "
            "rounding hides much and these effects may be off; crunch.rounded(study) allows for it."]


def _averages(found):
    """That a curve is stated by its mean slope."""
    if not found.bent:
        return []
    return [f"The effect of {series(found.bent)} is the mean slope over the rows of the parabola that fits best; what "
            "a change goes with in one of them, crunch.what_if says."]


def _together(found):
    """Pairs of levers so close that their effects are hard to tell apart."""
    r = found.correlation
    return [f"{listing([found.names[i], found.names[j]])} move together (correlation {number(r[i, j], 2)}), so their "
            "separate effects are hard to tell."
            for i in range(len(r)) for j in range(i) if abs(r[i, j]) >= 0.9]


def _more_rows(table, rows, matters, study):
    """About how many rows would settle the levers that cannot be judged."""
    open_ones = table[(table["verdict"] == CANNOT) & table["swing"].notna() & (table["effect"] != 0)]
    if open_ones.empty:
        return []
    half = ((open_ones["high"] - open_ones["low"]) / 2 * (open_ones["swing"] / open_ones["effect"])).abs().max()
    needed = rows * (half / matters) ** 2
    what = {"accounts": "rows", "panel": "rows, from more units,", "diary": f"{study.timeline.name}s"}[study.kind]
    if needed <= rows * 1.2:
        return []
    if needed > 100 * rows:
        return [f"No realistic number of further {what} like these would settle every open lever: pull one on "
                "purpose, in an experiment."]
    digits = 10 ** (len(str(int(needed))) - 1)
    about = f"{round(needed / digits) * digits:,}".replace(",", "\u202f")
    return [f"About {about} {what} like these would narrow every open interval to ±{rough(matters)} points over a "
            "lever's usual range; a planned experiment can settle it sooner."]
