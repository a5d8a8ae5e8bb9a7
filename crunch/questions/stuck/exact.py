"""Stuck, when the formula of the score is known."""

import numpy as np
import pandas as pd

from crunch.effects.case import case
from crunch.effects.targets import target_of
from crunch.errors import InputError, counted, listing
from crunch.questions.stuck import reasons_exact, words
from crunch.questions.stuck.exact_prices import exact_prices, formula
from crunch.questions.stuck.reasons import ranked


def of_row(row, score, target):
    """The fields of the answer about one row; see `crunch.stuck`."""
    inputs = formula(score).inputs(row)
    return _answer(score, inputs, target, list(score.columns), reasons_exact.of_row(score, inputs))


def of_study(study, score, target, at):
    """The fields of the answer about a row of a study and what came before it; see `crunch.stuck`."""
    known, frame = set(study.frame.columns), study.frame
    missing = [name for name in formula(score).columns if name not in known]
    if missing:
        raise InputError(f"The formula needs {listing(score.columns, most=12)}, but the study has no "
                         f"{listing(missing, most=6)}. Name it among the levers or the context, or let the formula "
                         f"read another column: score.renamed({{{missing[0]!r}: 'your column'}}).")
    where = case(study, at)
    past = score.inputs(frame.iloc[where.past])
    stretch = {name: values[-where.stands:] for name, values in past.items()}
    last = {name: float(values[-1]) for name, values in past.items()}
    period = study.timeline.name
    hidden, shown = score.of(past), frame[study.score].to_numpy()[where.past]
    notes = _agreement(study, score, score.as_shown(hidden), shown, where)
    levers = [name for name in score.columns if name in (*study.levers, *study.constant)]
    if not levers:
        raise InputError(f"The formula reads {listing(score.columns, most=12)}, but none of these is a lever of the "
                         f"study. Its levers are {listing(study.levers, most=12)}.")
    if where.stands > 1 and np.ptp(score.as_shown(score.of(stretch))) == 0:
        reasons = reasons_exact.of_history(score, stretch, period)
    else:
        reasons = reasons_exact.of_row(score, last)
    if len(where.past) > 1 and np.ptp(shown) == 0:
        reasons.append(reasons_exact.never(study.score, shown[-1], len(shown), period))
    low, high = score.rounding.band(score.as_shown(hidden))
    path = pd.DataFrame({"time": frame[study.time].iloc[where.past] if study.time else where.past,
                         "shown": score.as_shown(hidden), "low": low, "high": high, "hidden": hidden,
                         "hidden_low": hidden, "hidden_high": hidden}).reset_index(drop=True)
    found = _answer(score, last, target, levers, reasons, where, period, study.score)
    return {**found, "path": path, "notes": (*notes, *found["notes"], *study.notes), "study": study}


def _agreement(study, score, ours, shown, where):
    """What to say when formula and table do not show the same."""
    off = ~np.isclose(ours, shown, rtol=0, atol=score.step / 1e6)
    if not off.any():
        return [f"The formula gives the score of the table in {counted(len(ours), 'row')} of {len(ours)}."]
    first = int(np.flatnonzero(off)[0])
    note = (f"The formula and the table differ in {counted(int(off.sum()), 'row')} of {len(ours)}, first where the "
            f"table has {shown[first]:.12g} and the formula {ours[first]:.12g}: perhaps the table was made with "
            "another version.")
    return [note + (" What follows is the formula's." if off[-1] else "")]


def _answer(score, inputs, target, levers, reasons, where=None, period="row", name=None):
    hidden = score.of(inputs)
    shown = score.as_shown(hidden)
    target = target_of(score.rounding, shown, target, score.limits)
    table = exact_prices(score, inputs, target, levers)
    edge, floor = score.rounding.band(target)[0], score.rounding.band(shown)[0]
    slips = exact_prices(score, inputs, float(score.rounding.previous(shown)), levers).drop(columns="ceiling")
    found = {
        "table": table, "score": name or score.name, "shown": shown, "target": target, "hidden": hidden,
        "hidden_low": hidden, "hidden_high": hidden, "to_target": edge - hidden, "to_target_low": edge - hidden,
        "to_target_high": edge - hidden, "to_spare": hidden - floor, "to_spare_low": hidden - floor,
        "to_spare_high": hidden - floor, "slips": slips, "why": ranked(reasons), "exact": True, "step": score.step,
        "stands": where.stands if where else 1, "period": period,
        "path": pd.DataFrame({"time": [0], "shown": shown, "low": floor, "high": score.rounding.band(shown)[1],
                              "hidden": hidden, "hidden_low": hidden, "hidden_high": hidden})}
    return {**found, "sentence": words.exact_sentence(found, where.name if where else ""),
            "notes": words.exact_notes(found)}
