"""What stands in the way of a plan, and how far it would have to give."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from crunch.questions.plan.search import best

COLUMNS = ("side_effect", "limit", "highest", "needed", "in_the_way")


def obstacles(job, target):
    """For each limit, what the score could show without it, and how far it would have to give way."""
    rows = []
    for limit in job.limits:
        without = replace(job, limits=tuple(other for other in job.limits if other is not limit))
        top = without.best()
        row = {"side_effect": limit.name, "limit": limit.text, "highest": np.nan, "needed": np.nan,
               "in_the_way": False}
        if top is not None:
            row["highest"] = without.reached(top)
            row["in_the_way"] = target is None or (row["highest"] >= target
                                                   and without.cheapest(target) is not None)
        if row["in_the_way"] and target is not None:
            row["needed"] = _enough(job, limit, _nearest(without, limit, target), target)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _enough(job, limit, bound, target):
    """A bound in three digits with which the target can be reached, in the limit's own form; NaN where none is."""
    if np.isnan(bound):
        return np.nan
    o = job.known.place(limit.name)
    value = limit.form(bound, float(job.known.outcomes[o].natural(job.known.outcomes_now[o])))
    for _ in range(3):
        grid = 10.0 ** (math.floor(math.log10(abs(value))) - 2) if value else 1e-3
        value = limit.sense * math.ceil(round(limit.sense * value / grid, 6)) * grid
        others = tuple(replace(other, value=value) if other is limit else other for other in job.limits)
        if replace(job, limits=others).cheapest(target) is not None:
            return float(f"{value:.6g}")
        value += limit.sense * grid
    return np.nan


def _nearest(job, limit, target):
    """About the nearest bound of a limit with which the target can be reached, in the side effect's own units."""
    margin = job.kept(limit)
    conditions = [job.goal(target), *map(job.kept, job.limits)]
    moves = best(margin, conditions, job.box, job.confidence, job.price, job.budget)
    if moves is None:
        return np.nan
    o = job.known.place(limit.name)
    outcome = job.known.outcomes[o]
    drawn = outcome.natural(job.known.after(job.known.scaled(job.values(moves)))[:, o])
    share = job.confidence if limit.sense > 0 else 1 - job.confidence
    return float(np.quantile(drawn, share))
