"""What a lever brings along through other levers, so that it is not counted as a side effect twice."""

from itertools import permutations

import numpy as np
import pandas as pd

from crunch.effects.verdict import adjusted
from crunch.regression.fit import least_squares

COLUMNS = ("lever", "outcome", "change", "effect", "total", "total_low", "total_high", "unit", "through")


def indirect(study, found, level):
    """Effects with the other levers held equal, beside those with the other levers left to move along.

    Parameters
    ----------
    study : Study
    found : Several
    level : float
        Of the intervals, each by itself.

    Returns
    -------
    DataFrame
        One row per lever that others are seen to move along with, and outcome: lever, outcome,
        change, effect (others held), total (others left to move along), total_low, total_high, unit,
        through (the levers that move along, a tuple).
    """
    along = moving_along(found)
    rows = []
    for name, others in along.items():
        size = study.scales[name].size
        for o, (outcome, plan) in enumerate(zip(found.outcomes, found.designs, strict=True)):
            if found.fits[o] is None or name not in plan.names:
                continue
            fit = _alone(plan, plan.names.index(name), plan.y)
            middle, half = fit.coef[0] * size, fit.half_width(level)[0] * size
            rows.append({"lever": name, "outcome": outcome.name, "change": study.scales[name].change,
                         "effect": outcome.stated(found.joint.coef[found.names.index(name), o] * size),
                         "total": outcome.stated(middle), "total_low": outcome.stated(middle - half),
                         "total_high": outcome.stated(middle + half), "unit": "%" if outcome.in_percent else "",
                         "through": tuple(others)})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def moving_along(found, alpha=0.05):
    """For each lever, those that are seen to move when it does, beside context and structure.

    Parameters
    ----------
    found : Several
    alpha : float
        False-discovery rate over all pairs.

    Returns
    -------
    dict of lever to list of levers
        The strongest first.
    """
    plan = found.designs[0]
    pairs = list(permutations(range(len(plan.names)), 2))
    fits = [_alone(plan, i, plan.levers[:, j]) for i, j in pairs]
    seen = adjusted(np.array([fit.p_values[0] for fit in fits])) < alpha
    out = {}
    for (i, j), fit, yes in zip(pairs, fits, seen, strict=True):
        if yes:
            out.setdefault(plan.names[i], []).append((-abs(fit.coef[0] / fit.se[0]), plan.names[j]))
    return {name: [other for _, other in sorted(others, key=lambda pair: pair[0])] for name, others in out.items()}


def _alone(plan, lever, y):
    """The regression on one lever, with context and structure but no other lever."""
    absorbed = 0 if plan.times is None else int(plan.times.max())
    return least_squares(y, np.column_stack([plan.levers[:, lever], plan.context, plan.structure]),
                         clusters=plan.units, absorbed=absorbed)
