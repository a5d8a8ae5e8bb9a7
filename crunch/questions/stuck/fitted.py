"""Stuck, when nobody knows the formula: the hidden score and the prices come from estimated effects."""

import numpy as np
import pandas as pd

from crunch.effects.case import case
from crunch.effects.effects import of_score
from crunch.effects.hidden import hidden
from crunch.effects.targets import need_step, target_of
from crunch.effects.words import method
from crunch.questions.stuck import reasons_exact, reasons_fitted, words
from crunch.questions.stuck.prices import prices
from crunch.questions.stuck.reasons import ranked
from crunch.questions.stuck.rolling import counted_over, rolled_study
from crunch.wording import series


def ask(study, target, at, window, level, rng):
    """The fields of the answer; see `crunch.stuck`."""
    need_step(study)
    where, rounding = case(study, at), study.grid
    shown = float(study.frame[study.score].iloc[where.row])
    target = target_of(rounding, shown, target, (-np.inf, np.inf))
    effects = of_score(study) if study.score_moves else None
    behind = hidden(study, *effects.score) if effects else hidden(study)
    edge, floor = rounding.band(target)[0], rounding.band(shown)[0]
    table = prices(study, effects, behind, where.row, edge, level, rng)
    here = behind.only(np.array([where.row]))
    low, middle, high = (float(here.quantile(q)[0]) for q in ((1 - level) / 2, 0.5, (1 + level) / 2))
    found = {
        "table": table, "score": str(study.score), "shown": shown, "target": target, "hidden": middle,
        "hidden_low": low, "hidden_high": high, "to_target": edge - middle, "to_target_low": edge - high,
        "to_target_high": edge - low, "to_spare": middle - floor, "to_spare_low": low - floor,
        "to_spare_high": high - floor, "slips": prices(study, effects, behind, where.row, floor, level, rng),
        "why": ranked(_reasons(study, effects, behind, where, window, level)), "exact": False,
        "bent": effects.designs[0].bent if effects else (), "step": study.step, "stands": where.stands,
        "period": study.timeline.name, "path": _path(study, behind.only(where.past), where, level), "study": study}
    doubts = effects.doubts[0] if effects else {}
    return {**found, "sentence": words.fitted_sentence(found, where.name, level, study, doubts),
            "notes": (*_told(study, effects), *words.fitted_notes(found, behind), *study.notes,
                      *(effects.designs[0].notes if effects else ()))}


def _told(study, effects):
    """How effects were estimated, and that a price follows the curve from where this row stands."""
    if effects is None:
        return []
    plan = effects.designs[0]
    notes = [*method(study, plan, effects.echo, 0), *effects.notes]
    if plan.bent:
        notes.append(f"The price in {series(plan.bent)} follows that curve from where this row stands.")
    return notes


def _reasons(study, effects, behind, where, window, level):
    """Every reason that this study can be asked for."""
    if not study.score_moves:
        return [reasons_exact.never(study.score, study.first_score, study.rows, study.timeline.name)]
    if study.kind == "accounts":
        return [reasons_fitted.between(study, behind, where), reasons_fitted.ends(study, where)]
    if effects.fits[0] is None or where.stands < reasons_fitted.FEW:
        return [reasons_fitted.too_short(study, where), reasons_fitted.ends(study, where)]
    windows, reasons = counted_over(study, where, window, level)
    if windows:
        study, where = rolled_study(study, windows, where)
        effects = of_score(study)
        behind = hidden(study, *effects.score)
    book = reasons_fitted.ledger(study, effects, where, level)
    return [*reasons, *reasons_fitted.of_stretch(study, book, behind, where, level)]


def _path(study, behind, where, level):
    """The score up to now, with the bands of what is hidden."""
    frame = study.frame.iloc[where.past]
    return pd.DataFrame({
        "time": frame[study.time].to_numpy() if study.time is not None else where.past,
        "shown": frame[study.score].to_numpy(), "low": behind.low, "high": behind.high, "hidden": behind.quantile(0.5),
        "hidden_low": behind.quantile((1 - level) / 2), "hidden_high": behind.quantile((1 + level) / 2)})
