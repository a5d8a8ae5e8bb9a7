"""What a score that stands still says of the largest effects there can be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from crunch import checks
from crunch.effects.case import case
from crunch.effects.design import context_columns
from crunch.effects.targets import need_step
from crunch.errors import counted
from crunch.regression.band import extremes, least_slack
from crunch.results import Answer
from crunch.wording import number, places, points, series

UP, DOWN, BOUNDED, FREE, REFUTED = ("goes up with it", "goes down with it", "bounded", "not bounded", "refuted")
_DIGITS = 2  # of a bound: it is exact, but only for a story that is too simple
_MOST = 6  # bounds that one sentence can name
ANYTHING = "anything"  # where an effect has no bounds
_NIL = 1e-6  # of the other end, below which an end is zero: a solver has no more digits


@dataclass(frozen=True, eq=False, repr=False)
class Bounds(Answer):
    """The largest and smallest effects that the shown scores leave room for; see `bounds`.

    Attributes
    ----------
    score : str
    feasible : bool
        Whether any effects at all are in line with the shown scores.
    slack : float
        Points that something else must have moved the score by at least, for the story to hold; 0
        when it holds as it is.
    noise : float
        Points that something else was allowed to.
    rows : int
    """

    chart = "bounds"
    score: str = ""
    feasible: bool = True
    slack: float = 0.0
    noise: float = 0.0
    rows: int = 0

    def readable(self):
        """The table as people read it."""
        table = self.table
        ends = [between(*row) for row in zip(table["low"], table["high"], strict=True)]
        return pd.DataFrame({"lever": table["lever"], "change": table["change"], "effect lies between": ends,
                             "verdict": table["verdict"]})


def bounds(study, *, rows="standing", noise=0.0):
    """Bound the effect of each lever by what was shown, without any regression.

    The hidden score is taken to be a constant plus the sum of effect × lever (and context), and to be
    moved by nothing else by more than `noise`. The effects with which every row then stays inside
    the band that was shown form a polyhedron; its extremes per lever are two linear programs.

    Parameters
    ----------
    study : Study
        With a step. Its score need not move.
    rows : {"standing", "all"}
        "standing" takes the last rows of a diary over which the shown score is the same; other
        tables, and "all", take all rows. A panel's units and periods each have a constant of their own.
    noise : float
        Points by which anything else may move the hidden score, up or down.

    Returns
    -------
    Bounds
        `table` has lever, outcome, change, low, high (points for the change; infinite where nothing
        stops the effect; NaN where no effects are in line with the table) and verdict: "goes up with
        it" and "goes down with it" where the sign is sure, "bounded", "not bounded" or "refuted".

    Raises
    ------
    InputError
        When the study has no step or a setting breaks its rule.

    References
    ----------
    Manski & Tamer (2002), Econometrica 70, on what interval data identify.

    Examples
    --------
    >>> import crunch
    >>> from crunch.datasets import study
    >>> answer = crunch.bounds(study("stuck_at_55"))
    >>> answer.table.set_index("lever").loc["posts", ["low", "high"]].astype(float).round(2).tolist()
    [-0.09, 0.09]
    """
    need_step(study)
    rows = checks.choice(rows, ("standing", "all"), "rows")
    noise = 0.0 if noise == 0 else checks.positive(noise, "noise")
    frame = study.frame
    taken = case(study).stretch if study.kind == "diary" and rows == "standing" else np.arange(len(frame))
    low, high = study.grid.band(frame[study.score].to_numpy()[taken])
    levers = np.column_stack([study.scaled(name) for name in study.levers])[taken]
    held = _held(study, taken)
    table, slack = _reach(study, levers, held, low, high, noise)
    feasible = bool(slack <= noise)
    notes = [_story(study, noise, len(taken), rows), *study.notes]
    free = 1 + levers.shape[1] + (0 if held is None else held.shape[1])
    free -= 2 * (study.kind == "panel")  # all units together are the constant, and so are all periods
    return Bounds(table, _sentence(study, table, slack, noise, len(taken), free), notes, score=str(study.score),
                  feasible=feasible, slack=slack, noise=noise, rows=len(taken))


def _held(study, taken):
    """Context, and in a panel indicators of units and periods, as a sparse matrix; None when there are none."""
    context = context_columns(study)[taken]
    context = context - context.mean(axis=0)
    size = np.abs(context).max(axis=0, initial=0)
    parts = [sparse.csc_array(context / np.where(size > 0, size, 1))] if context.size else []
    if study.kind == "panel":
        for codes in (pd.factorize(study.frame[study.unit].iloc[taken])[0], study.timeline.index[taken]):
            parts.append(sparse.csc_array((np.ones(len(codes)), (np.arange(len(codes)), codes))))
    return sparse.hstack(parts).tocsc() if parts else None


def _reach(study, levers, held, low, high, noise):
    """The table, and the least slack."""
    slack = least_slack(low, high, levers, held)
    size = np.array([study.scales[name].size for name in study.levers])
    ends = np.full((len(size), 2), np.nan)
    if slack <= noise:
        ends = extremes(low, high, levers, held, noise) * size[:, None]
        ends[np.abs(ends) < _NIL * np.abs(ends[:, ::-1])] = 0.0
    return pd.DataFrame({"lever": list(study.levers), "outcome": study.score,
                         "change": [study.scales[name].change for name in study.levers], "low": ends[:, 0],
                         "high": ends[:, 1], "verdict": [_verdict(*end) for end in ends]}), slack


def _verdict(low, high):
    if np.isnan(low):
        return REFUTED
    if low > 0 or high < 0:
        return UP if low > 0 else DOWN
    # The same columns that leave one end open leave the other open too.
    return BOUNDED if np.isfinite(low) else FREE


def between(low, high):
    """The two ends of a bound, rounded outward."""
    if np.isnan(low):
        return "–"
    if np.isinf(low) and np.isinf(high):
        return ANYTHING
    if np.isinf(low) or np.isinf(high):
        return f"at most {outward(high, 1)}" if np.isinf(low) else f"at least {outward(low, -1)}"
    return f"{outward(low, -1)} and {outward(high, 1)}"


def outward(value, way):
    """A bound in two digits, rounded away from what it bounds."""
    if value == 0:
        return "0"
    digits = _DIGITS - 1 - int(np.floor(np.log10(abs(value))))
    out = (np.ceil if way > 0 else np.floor)(round(value * 10.0**digits, 6)) / 10.0**digits
    return number(float(out), digits, sign=True)


def _story(study, noise, rows, which):
    what = "the levers and the context" if study.context else "the levers"
    what += ", and what each unit and each period has of its own" if study.kind == "panel" else ""
    beside = f"by more than {points(f'{noise:g}')}, up or down" if noise else "at all"
    stood = "over which it stands" if study.kind == "diary" and which == "standing" else "of the table"
    return (f"Taken for granted: {study.score} is a constant plus the effects of {what}, each the same throughout "
            f"(percent for those on a log scale), in the {counted(rows, 'row')} {stood}; nothing else moves it "
            f"{beside}. These are bounds of such a story, not intervals of an estimate, and no sign of what causes "
            "what.")


def _sentence(study, table, slack, noise, rows, free):
    many = counted(rows, study.timeline.name if study.kind == "diary" else "row")
    if slack > noise:
        return (f"No constant effects of these levers are in line with what {study.score} showed in {many}: something "
                f"else must have moved it, by {_up(slack, study.step)} at least.")
    known = _tightest(study, table)
    if known.empty:
        return f"What {study.score} showed in {many} bounds no effect: {_why_not(rows, free)}"
    parts = [f"{row['change']} {row['lever']} with {between(row['low'], row['high']).replace(' and ', ' to ')}"
             for row in known.head(_MOST).sort_index().to_dict("records")]
    beside = f" by more than {points(f'{noise:g}')}" if noise else ""
    lead = (f"If nothing else moved {study.score}{beside}, what it showed in {many} leaves room for these effects in "
            f"points and for none beyond: {series(parts)}.")
    if len(known) > _MOST:
        lead += f" The other {len(known) - _MOST} bounds say less about a lever's usual moves."
    rest = table.loc[~table["lever"].isin(known["lever"]), "lever"].astype(str).tolist()
    return f"{lead} Not bounded on both sides: {series(rest)}." if rest else lead


def _tightest(study, table):
    """The rows that are bounded: sure signs first, then those that leave a lever's usual move the least room."""
    known = table[np.isfinite(table["low"])]
    usual = [study.usual_move(name) / study.scales[name].size for name in known["lever"]]
    room = known[["low", "high"]].abs().max(axis=1) * usual
    order = pd.DataFrame({"open": ~known["verdict"].isin((UP, DOWN)), "room": room}, index=known.index)
    return known.loc[order.sort_values(["open", "room"], kind="stable").index]


def _why_not(rows, free):
    """What to do when nothing is bounded."""
    if rows == 1:
        return ("it has stood there for one row only, which can be met with any effects. Ask for the rows before as "
                "well, with rows='all'.")
    if free > rows:
        return (f"{counted(free, 'number is', 'numbers are')} free (the effects and the constants beside them), and so "
                "few rows can be met with any effects. Add rows, or name fewer levers.")
    return "the levers moved too little, or too much alike."


def _up(value, step):
    digits = places(step)
    return points(number(float(np.ceil(round(value * 10**digits, 6)) / 10**digits), digits))
