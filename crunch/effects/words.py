"""What every question says of effects: how they were found, and that an association is no cause."""

import math

from crunch.effects.own import own_of
from crunch.effects.past import holds_past
from crunch.errors import counted, listing
from crunch.wording import THIN, percent, series

FEW_UNITS = 10  # in equal parts, below which it is said how few moved a lever

CAUSE = ("\u201cMoves it\u201d is short for an association that stands out from chance with the other levers and the "
         "context held constant. What was not measured can still be behind it; only an experiment shows a cause.")
WORTH_SAYING = 0.02  # part of the variation from which it is said what pure noise would go with
CARRIES = "That holds as far as what goes together in this table still does when it is done on purpose."


def left_open(study):
    """What of the score's variation is divided among levers, as a phrase: "variation" where it is all of it."""
    what = {"accounts": "variation", "diary": "variation that its past and the calendar leave open",
            "panel": "variation within units and periods"}[study.kind]
    return f"{what} that its past leaves open" if study.kind == "panel" and holds_past(study) else what


def variation_of(divided, outcome):
    """What is divided, with the outcome in its place.

    Examples
    --------
    >>> variation_of("variation within units and periods", "sales")
    'variation of sales within units and periods'
    """
    noun, _, rest = divided.partition(" ")
    return f"{noun} of {outcome}{' ' + rest if rest else ''}"


def noise(chance, divided):
    """What as many columns of pure noise would go with, where that is worth a note.

    Parameters
    ----------
    chance : Chance
    divided : str
        As `left_open` says it.

    Returns
    -------
    list of str
    """
    if chance.expected < WORTH_SAYING:
        return []
    more = "a further " if chance.context > 0 else ""
    return [f"On {counted(chance.rows, 'row')}, {counted(chance.columns, 'column')} of pure noise would be expected to "
            f"go with {more}{percent(chance.expected)} of the {divided}."]


def held(study):
    """What is held constant, as a phrase: an estimate means nothing without it.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
    """
    what = ["the other levers"] if len(study.levers) > 1 else []
    what += ["the context"] if study.context else []
    what += [str(study.unit), study.timeline.name] if study.kind == "panel" else []
    what += ["the past"] if holds_past(study) else []
    return f"with {series(what)} held equal" if what else "with nothing else held equal"


def method(study, plan, echo, horizon):
    """How the effects were estimated, as notes."""
    rows = counted(len(plan.y), "row")
    if study.kind == "accounts":
        return [CAUSE, f"Least squares on {rows}; errors allow unequal noise, with degrees of freedom of their own for "
                       "each lever (HC2)."]
    if study.kind == "panel":
        units = counted(int(plan.units.max()) + 1, "unit")
        notes = [CAUSE, f"Least squares on {rows}, each compared with its own unit's mean and the mean of its "
                        f"{study.timeline.name}; errors clustered over {units}, with degrees of freedom that count for "
                        "each lever how few of them moved it (CR2)."]
        own = own_of(study).names
        if own:
            notes.append(f"What each {study.unit} has of its own is held constant as well: {series(own)}.")
        if plan.lags:
            notes.append(f"The score and the levers of the last {study.timeline.name} are held constant, for a lever "
                         "seems to answer to the last score, or to count a period late.")
        return [*notes, *_few_units(plan)]
    name = study.timeline.name
    past = f"the last {name}" if plan.lags == 1 else f"the last {plan.lags} {name}s"
    notes = [CAUSE, f"An effect is what a surprise in a lever goes with, given the score and the levers of {past} "
                    f"(lag-augmented local projection on {rows}, HC2 errors). It is not the effect of a change that is "
                    f"kept up: ask with a longer horizon= how it builds."]
    if horizon:
        notes.append(f"Looking {counted(horizon, name)} ahead pulls the effects of slow-moving levers toward zero in "
                     "short diaries, and intervals cover less often than they claim; the nearer, the safer.")
    if echo:
        notes.append(f"The score still echoes itself after {past}: intervals may be too narrow.")
    return notes


def _few_units(plan):
    """The levers that few units moved."""
    amounts = 1 / (plan.factored.carried[:, :len(plan.names)] ** 2).sum(axis=0)
    few = [f"{name} ({amount:.0f})" for name, amount in zip(plan.names, amounts, strict=True) if amount < FEW_UNITS]
    return [f"Few units moved {series(few)}, in brackets how many if each had moved it as much as any other; intervals "
            "allow for that."] if few else []


def looked_at(families, level):
    """What intervals allow for, as a note; nothing where each family is a single estimate.

    Parameters
    ----------
    families : sequence of (str, float)
        What was looked at in each, such as "6 levers", and the level of each of its intervals.
    level : float
        What was asked for.
    """
    said = series([f"{what} ({_level(each)} each)" for what, each in families])
    if all(each == level for _, each in families):
        return []
    return [f"Intervals allow for all that was looked at together, {said}, so that what leaves out zero is what stands "
            f"out; of that, no more than {100 * (1 - level):.2g}{THIN}% is to be wrong."]


def _level(level):
    """A level with as many nines as it has, for 100 % is none: 98.3 %, 99.97 %."""
    digits = 2 + max(1, -math.floor(math.log10(100 * (1 - level))))
    return f"{100 * level:.{digits}g}{THIN}%"


def method_of_sums(study):
    """How effects were estimated from sums, as notes."""
    return [CAUSE, f"Least squares on the sums of {counted(study.moments.rows, 'row')}; errors and intervals come from "
                   f"leaving out each of {counted(len(study.moments.counts), 'block')} of rows in turn (delete-a-block "
                   "jackknife), which allows unequal noise and neighbours that resemble each other."]


def told_of(lost, tied):
    """Notes on levers that sums say nothing of."""
    notes = []
    if lost:
        notes.append(f"{listing(lost, most=12)} cannot be told apart from context.")
    if tied:
        notes.append(f"{listing(tied, most=12)} only ever move together once the rest is held constant, so they "
                     "cannot be told apart; together they count as context.")
    return notes
