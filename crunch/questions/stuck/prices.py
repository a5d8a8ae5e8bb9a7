"""The price of a point when the formula is unknown: from the effects, with an interval."""

import numpy as np
import pandas as pd

from crunch.study.scales import BEYOND

DRAWS = 20_000
COLUMNS = ("lever", "value", "needed", "change", "change_low", "change_high", "change_percent", "percent_low",
           "percent_high", "percent_least", "reachable", "verdict")
PRICED, FAR, UNKNOWN = "priced", "never seen", "can't tell"


def prices(study, plan, fit, hidden, row, threshold, level, rng):
    """What each lever would have to be for the hidden score to cross a threshold, the others held.

    A price is a ratio, the missing points over the effect. Its interval is that of Fieller (1954,
    Journal of the Royal Statistical Society B 16), found from draws of both: the set of changes that
    are neither surely too little nor surely more than enough. Where the effect may be nil, or of the
    other sign, it has no upper end.

    Parameters
    ----------
    study : Study
    plan, fit : Design and Fit
        From `estimates.fitted`; fit may be None.
    hidden : Hidden
    row : int
        The row asked about.
    threshold : float
        Where the shown score changes.
    level : float
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame
        One row per lever, cheapest in percent first, those that cannot be priced last.
    """
    value = {name: float(study.frame[name].iloc[row]) for name in study.levers}
    one = hidden.only(np.array([row]))
    points = threshold - one.quantile(rng.random(DRAWS))
    middle = threshold - float(one.quantile(0.5)[0])
    rows = []
    for j, name in enumerate(plan.names if fit is not None else ()):
        effects = fit.coef[j] + fit.se[j] * rng.standard_t(fit.dof, DRAWS)
        rows.append(_priced(study, name, value[name], middle / fit.coef[j], _interval(points, effects, level)))
    priced = {row["lever"] for row in rows}
    rows += [{"lever": name, "value": value[name], "reachable": False, "verdict": UNKNOWN}
             for name in (*study.levers, *study.constant) if name not in priced and name in value]
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = table.assign(known=table["verdict"].map({PRICED: 0, FAR: 1, UNKNOWN: 2}),
                         size=table["change_percent"].fillna(table["percent_least"]).abs())
    return table.loc[order.sort_values(["known", "size"], kind="stable").index].reset_index(drop=True)


def _interval(points, effects, level):
    """The changes on the lever's scale that are neither surely too little nor surely more than enough.

    Returns
    -------
    least, most : float
        Of the changes in the direction that most draws point to; most is infinite when the other
        direction cannot be ruled out, and least then holds for both.
    """
    ways, tail = np.sign(points * effects), (1 - level) / 2
    sizes = np.abs(points) / np.where(effects == 0, np.finfo(float).tiny, np.abs(effects))
    ends = [(np.quantile(side, tail, method="lower"), np.quantile(side, 1 - tail, method="higher"))
            for side in (np.where(ways == way, sizes, np.inf) for way in (1, -1))]
    (least, most), (other, _) = sorted(ends, key=lambda end: end[1])
    return (least, most) if np.isfinite(most) else (min(least, other), np.inf)


def _priced(study, name, value, change, interval):
    """A lever's row: the change that is needed, in its own unit and in percent, and what can be said of it."""
    scale, seen = study.scales[name], study.frame[name].to_numpy()
    percent = 100 / abs(value) if value else np.nan
    row = {"lever": name, "value": value, "reachable": False, "verdict": UNKNOWN}
    if not np.isfinite(interval[1]):
        ways = [abs(_moved(scale, value, way * interval[0]) - value) * percent for way in (1, -1)]
        return {**row, "change_low": -np.inf, "change_high": np.inf, "percent_low": -np.inf, "percent_high": np.inf,
                "percent_least": min(ways)}
    low, high = sorted(_moved(scale, value, np.sign(change) * size) - value for size in interval)
    needed = _moved(scale, value, change)
    if (seen == np.round(seen)).all():  # there are no half posts
        needed = np.ceil(needed - 1e-9) if change > 0 else np.floor(needed + 1e-9)
    room = BEYOND * np.ptp(scale(seen))
    inside = scale(seen.min()) - room <= scale(value) + change <= scale(seen.max()) + room
    return {**row, "needed": needed, "change": needed - value, "change_low": low, "change_high": high,
            "change_percent": (needed - value) * percent, "percent_low": low * percent, "percent_high": high * percent,
            "percent_least": min(abs(low), abs(high)) * percent, "reachable": bool(inside),
            "verdict": PRICED if inside else FAR}


def _moved(scale, value, by):
    """A lever's value after a move on its scale."""
    return float(scale.inverse(float(scale(value)) + by))


