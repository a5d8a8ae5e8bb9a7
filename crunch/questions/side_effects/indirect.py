"""What a lever brings along through other levers, so that it is not counted as a side effect twice."""

from itertools import permutations

import numpy as np
import pandas as pd

from crunch.effects.verdict import adjusted
from crunch.regression.intervals import student

COLUMNS = ("lever", "outcome", "change", "effect", "total", "total_low", "total_high", "unit", "through")


def indirect(study, found, level):
    """Effects with the other levers held equal, beside those with the other levers left to move along.

    Parameters
    ----------
    study : Study
    found : Effects
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
    for o, (outcome, plan) in enumerate(zip(found.outcomes, found.designs, strict=True)):
        if found.fits[o] is None or not along:
            continue
        coef, se, dof = plan.apart(plan.held).beside(plan.levers, plan.y[:, None])
        low, high, _ = student(coef, se, dof, level)
        for name in [name for name in along if name in plan.names]:
            j, size = plan.names.index(name), study.scales[name].size
            rows.append({"lever": name, "outcome": outcome.name, "change": study.scales[name].change,
                         "effect": outcome.stated(found.slopes.coef[found.names.index(name), o] * size),
                         "total": outcome.stated(coef[j, 0] * size), "total_low": outcome.stated(low[j, 0] * size),
                         "total_high": outcome.stated(high[j, 0] * size), "unit": "%" if outcome.in_percent else "",
                         "through": tuple(along[name])})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    place = table["lever"].map({name: at for at, name in enumerate(along)})
    return table.loc[place.sort_values(kind="stable").index].reset_index(drop=True)


def moving_along(found, alpha=0.05):
    """For each lever, those that are seen to move when it does, beside context and structure.

    Parameters
    ----------
    found : Effects
    alpha : float
        False-discovery rate over all pairs.

    Returns
    -------
    dict of lever to list of levers
        The strongest first.
    """
    plan = found.designs[0]
    coef, se, dof = plan.apart(plan.held).beside(plan.levers, plan.levers)
    p_values = student(coef, se, dof, 0.95)[2]
    pairs = list(permutations(range(len(plan.names)), 2))
    seen = adjusted(np.array([p_values[pair] for pair in pairs])) < alpha
    out = {}
    for (i, j), yes in sorted(zip(pairs, seen, strict=True), key=lambda pair: -abs(coef[pair[0]] / se[pair[0]])):
        if yes:
            out.setdefault(plan.names[i], []).append(plan.names[j])
    return {name: out[name] for name in plan.names if name in out}
