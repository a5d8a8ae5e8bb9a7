"""The score and the side effects of a study, each regressed on the same levers."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crunch.effects.design import design
from crunch.effects.estimates import fitted
from crunch.effects.outcomes import as_score, outcomes
from crunch.errors import InputError, listing, show
from crunch.regression.fit import least_squares
from crunch.regression.joint import Joint, joint


@dataclass(frozen=True)
class Several:
    """Regressions of several outcomes on the same levers.

    Attributes
    ----------
    outcomes : tuple of Outcome
        The score first.
    names : tuple
        The levers, in the study's order.
    joint : Joint
        Rows in the order of `names`, columns in that of `outcomes`.
    designs, fits, places : tuple
        Per outcome: Design, Fit or None, and the place of each of its rows in the study's frame.
    groups : array of int, shape (rows,)
        Rows whose errors go together share a number.
    rows : int
        Rows the score's estimates rest on.
    notes : tuple of str
    """

    outcomes: tuple
    names: tuple
    joint: Joint
    designs: tuple
    fits: tuple
    places: tuple
    groups: np.ndarray
    rows: int
    notes: tuple


def several(study, horizon=0, better=None):
    """Regress the score and every side effect of a study on its levers.

    Parameters
    ----------
    study : Study
        With its rows.
    horizon : int
    better : dict of side effect to {"more", "less"}, optional
        For those of which the study does not say it.

    Returns
    -------
    Several
    """
    found, still = outcomes(study)
    found = tuple(replace(o, better=o.better or (better or {}).get(o.name)) for o in found)
    plan, fit, _ = fitted(study, horizon) if study.score_moves else (design(study, horizon=horizon), None, False)
    designs, fits, places, short = [plan], [fit], [plan.rows], []
    for outcome in found[1:]:
        try:
            other, rows = as_score(study, outcome)
            # A lever that answers to last week's score must not pass for what moves a side effect.
            also = [study.frame[study.score].to_numpy()[rows]] if study.kind == "diary" else []
            plan = design(other, horizon=horizon, lags=max(designs[0].lags, 1), also=also)
        except InputError:
            short.append(outcome.name)
            continue
        designs.append(plan)
        fits.append(regressed(plan))
        places.append(rows[plan.rows])
    found = tuple(o for o in found if o.name not in short)
    groups = np.arange(study.rows) if study.unit is None else pd.factorize(study.frame[study.unit])[0]
    return Several(found, study.levers, joint(fits, designs, places, study.levers, groups), tuple(designs), tuple(fits),
                   tuple(places), groups, len(designs[0].y), tuple(_told(study, found, still, short)))


def regressed(plan):
    """A design fitted; None where nothing is left to explain."""
    if plan.leaves_nothing or not plan.names:
        return None
    absorbed = 0 if plan.times is None else int(plan.times.max())
    return least_squares(plan.y, plan.matrix, clusters=plan.units, absorbed=absorbed)


def _told(study, found, still, short):
    """Notes on the scales of outcomes, and on side effects that had to go."""
    percent = [o.name for o in found if o.in_percent]
    notes = []
    if found[0].ceiling < np.inf:
        notes.append(f"{study.score} comes up to {found[0].ceiling:.12g} and never goes beyond, so that is taken for "
                     "its end.")
    if percent:
        one = len(percent) == 1
        notes.append(f"{listing(percent, most=12)} {'has' if one else 'have'} a few values far above the rest, so what "
                     f"goes with {'it' if one else 'them'} is stated in percent.")
    if still:
        notes.append(f"{listing(still, most=12)} never moved, so nothing shows what would move "
                     f"{'it' if len(still) == 1 else 'them'}.")
    if short:
        notes.append(f"{listing(short, most=12)} {'has' if len(short) == 1 else 'have'} too few values to say "
                     "anything.")
    gaps = {o.name: int(study.frame[o.name].isna().sum()) for o in found[1:]}
    some = [f"{show(name)} ({count})" for name, count in gaps.items() if count]
    if some:
        notes.append(f"Rows without a value were left out for that side effect: {', '.join(some)}.")
    return notes
