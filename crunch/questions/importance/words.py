"""What shares of variation say in words: no share worded as a cause, no estimate as exact."""

import math

from crunch.effects.words import noise, variation_of
from crunch.errors import counted, show
from crunch.questions.importance.standing import AHEAD
from crunch.shares.game import SAMPLED
from crunch.shares.methods import ADD_UP
from crunch.shares.routes import Vectors
from crunch.wording import compact, estimate, level_text, percent, series

IDENTITY = 1 - 1e-9  # R² from which the levers are the outcome
NO_PARTS = ("betasq",)  # methods whose values are no parts of the outcome's variation
FEW_DRAWS = 400  # draws below which pairs may stay open for want of draws alone
_MEANING = {
    "lmg": "what a lever adds to R², averaged over all orders of entry (LMG, Shapley)",
    SAMPLED: "what a lever adds to R², averaged over random orders of entry (an estimate of LMG, Shapley)",
    "first": "what a lever explains alone, overlaps counted fully for each",
    "last": "what a lever adds to all the others, overlaps counted for none",
    "betasq": "a lever's squared standardised coefficient",
    "pratt": "a lever's standardised coefficient times its correlation with the outcome; it can be negative",
    "relative_weights": "a lever's part by way of uncorrelated stand-ins (Johnson's relative weights)",
    "car": "a lever's squared correlation with the outcome after all levers are made uncorrelated (CAR)",
}
FOLLOW = "rows that follow each other resemble each other"
# What the first lever of a table is first in.
_PART = "LEVER has the largest part"
_LEADS = {"lmg": _PART, SAMPLED: _PART, "relative_weights": _PART, "car": _PART, "pratt": _PART,
          "first": "LEVER alone goes with the most", "last": "LEVER adds the most to all the others",
          "betasq": "LEVER has the largest squared standardised coefficient"}


def sentence(who, table, pairs, parts, level, chance):
    """The finding: the largest share, its interval, and whom it is surely ahead of.

    Parameters
    ----------
    who : Players
    table : DataFrame
        The answer's table, largest share first.
    pairs : DataFrame
    parts : Shares
    level : float
    chance : Chance

    Returns
    -------
    str
    """
    beyond = " (with what is held constant)" if who.always else ""
    if parts.explained >= IDENTITY:
        return (f"The levers{beyond} give {who.outcome} exactly: it is computed from them, so their shares are "
                "arithmetic and no evidence of what would happen.")
    top = table.iloc[0]
    about = "about " if parts.standard_error is not None else ""
    said = about + amount(parts.game.method, top["share"], top["share_low"], top["share_high"]).replace(
        "(", f"({level_text(level)} interval ")
    if len(table) == 1:
        doubt = f"; whether by more than chance can't be told: {who.doubt}" if who.doubt else ""
        return (f"{top['lever']} goes with {said} of the {variation_of(who.divided, who.outcome)}{_context(who, parts)}"
                f"{doubt}.")
    lead = (f"Of the {variation_of(who.divided, who.outcome)}, all levers together{beyond} go with "
            f"{percent(parts.explained)}")
    if who.doubt:
        return f"{lead}, and which of them comes first can't be told: {who.doubt}."
    if chance.p_value >= 1 - level:
        return (f"{lead}; pure noise in place of the levers may go with as much, so it can't be told which lever comes "
                "first.")
    first = _LEADS[parts.game.method].replace("LEVER", str(top["lever"]))
    return f"{lead}, and {_here(top['lever'], pairs)}{first}, {said}{_ahead(top['lever'], pairs)}."


def ask_of_a_study(outcome, time):
    """What rows that follow each other make of shares, and what to ask instead."""
    order = f"of {show(time[0])}" if time else "of the rows"
    name = show(time[0], 200) if time else "..."
    return (f"Rows that follow each other in the order {order} resemble each other (Breusch-Godfrey test), as they do "
            "when they are one thing seen again and again: things that only grow by themselves then seem to go "
            "together. So no lever is put first. Ask it of a study that knows the time: crunch.importance("
            f"crunch.Study(table, score={show(outcome, 200)}, levers=[...], time={name})).")


def amount(method, share, low=float("nan"), high=float("nan")):
    """A share in per cent, or as a plain number where it is no part of a whole; with its interval when there is one."""
    if method not in NO_PARTS:
        return percent(share, low, high)
    return compact(share) if math.isnan(low) else estimate(share, low, high, sign=False)


def _context(who, parts):
    return f", beyond the {percent(parts.context)} of what is held constant" if who.always else ""


def _here(top, pairs):
    """Of these rows alone it is said who comes first, unless it is ahead of all others by more than chance."""
    mine = pairs[pairs["lever"] == top]
    return "" if len(mine) and (mine["verdict"] == AHEAD).all() else "in these rows "


def _ahead(top, pairs):
    """Whom the first lever is ahead of, and of whom that cannot be told."""
    mine = pairs[pairs["lever"] == top]
    if mine.empty:
        return ""
    surely, open_ = (mine[(mine["verdict"] == AHEAD) == yes]["other"].tolist() for yes in (True, False))
    said = f"; it is ahead of {_few(surely)}" if surely else ""
    if open_:
        said += f"; it can't be told whether it is {'really ' if not surely else 'also '}ahead of {_few(open_)}"
    return said


def _few(names, most=5):
    names = list(map(str, names))
    return series(names) if len(names) <= most else f"{', '.join(names[:most])} and {len(names) - most} more"


def meaning(who, parts, chance):
    """What a share is here, and what a careful reader should know."""
    method = parts.game.method
    notes = [f"A share is {_MEANING[method]}. It says what goes together in these rows, and is no proof of a cause."]
    if method not in ADD_UP and method != SAMPLED:
        notes.append("By this method shares do not add up to R².")
    if who.always:
        notes.append(f"Held constant: {_few(who.always)}, which alone {'goes' if len(who.always) == 1 else 'go'} with "
                     f"{percent(parts.context)}.")
    if who.still:
        notes.append(f"{_few(who.still)} {'is' if len(who.still) == 1 else 'are'} the same in every row and set aside: "
                     "what never moved shows nothing.")
    notes += noise(chance, who.divided)
    for group in parts.game.joined:
        if len(group) > 1:
            notes.append(f"{_few([who.names[j] for j in group], 12)} move almost exactly together and cannot be told "
                         "apart: they are treated as one.")
    if isinstance(parts.route, Vectors):
        notes.append("Some levers nearly repeat others: shares come from orthogonal projections of the rows, since "
                     "sums of squares would have lost the digits.")
    if parts.standard_error is not None:
        notes.append(f"Not every subset of {counted(len(parts.share), 'lever')} was looked at: shares are estimated "
                     f"from random orders of entry, and the largest standard error of that is "
                     f"{100 * parts.standard_error.max():.1g} percentage points.")
    return notes


def drawn(draws, what, rows):
    """How the intervals came about."""
    if not draws:
        return ["No intervals were asked for; draws=1000 gives them, with possible ranks and comparisons of pairs."]
    of = f", of {counted(rows, what.removeprefix('whole ').removesuffix('s'))}" if what.startswith("whole ") else ""
    few = (f" With so few of them no p-value falls below {2 / (draws + 1):.2g}; draws=1000 can tell more pairs apart."
           if draws < FEW_DRAWS else "")
    return [f"Intervals, ranks and pairs come from {counted(draws, 'bootstrap draw')} of {what}{of}.{few}"]


def drawn_blocks(draws, blocks):
    """How the intervals of moments came about."""
    return (f"Intervals, ranks and pairs come from {counted(draws, 'bootstrap draw')} of "
            f"{counted(blocks, 'block')} of rows.")


def deleted_blocks(blocks):
    """The same for the jackknife."""
    return (f"Intervals, ranks and pairs come from leaving out each of {counted(blocks, 'block')} of rows in turn "
            "(delete-a-block jackknife).")
