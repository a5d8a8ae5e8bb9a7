"""The price of a point when the formula is unknown: from the effects, with an interval."""

import numpy as np
import pandas as pd

from crunch.study.scales import BEYOND

DRAWS = 20_000
COLUMNS = ("lever", "value", "needed", "change", "change_low", "change_high", "change_percent", "percent_low",
           "percent_high", "percent_least", "reachable", "verdict")
PRICED, FAR, UNKNOWN = "priced", "never seen", "can't tell"


def prices(study, found, hidden, row, threshold, level, rng):
    """What each lever would have to be for the hidden score to cross a threshold, the others held.

    A price is a ratio, the missing points over the effect, or where the study has a curve for a lever the
    nearest change with which that curve brings the missing points from where the row stands. Its interval is that of
    Fieller (1954, Journal of the Royal Statistical Society B 16), found from draws of both: the set of
    changes that are neither surely too little nor surely more than enough. Where the effect may be
    nil, or of the other sign, it has no upper end.

    Parameters
    ----------
    study : Study
    found : Effects or None
        Of the score; None where it never moved.
    hidden : Hidden
    row : int
        The row asked about.
    threshold : float
        Where the shown score changes.
    level : float
        Of intervals that allow for all levers, as in `crunch.drivers`.
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame
        One row per lever, cheapest in percent first, those that cannot be priced last.
    """
    value = {name: float(study.frame[name].iloc[row]) for name in study.levers}
    shared = level if found is None else found.levels(level)[0]
    one = hidden.only(np.array([row]))
    points = threshold - one.quantile(rng.random(DRAWS))
    middle = threshold - float(one.quantile(0.5)[0])
    rows = []
    for name in _judged(found):
        here = float(study.scales[name](value[name]))
        curve, coef, drawn = _slope_and_bend(found, name, rng)
        change = _nearest(_ways(middle, coef[:, None], curve, here))
        interval = _interval(_ways(points, drawn, curve, here), np.sign(change), shared)
        rows.append(_priced(study, name, value[name], change, interval))
    priced = {row["lever"] for row in rows}
    rows += [{"lever": name, "value": value[name], "reachable": False, "verdict": UNKNOWN}
             for name in (*study.levers, *study.constant) if name not in priced and name in value]
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = table.assign(known=table["verdict"].map({PRICED: 0, FAR: 1, UNKNOWN: 2}),
                         size=table["change_percent"].fillna(table["percent_least"]).abs())
    return table.loc[order.sort_values(["known", "size"], kind="stable").index].reset_index(drop=True)


def _judged(found):
    """The levers whose effect is taken for what it is."""
    if found is None or found.fits[0] is None:
        return ()
    return [name for name in found.designs[0].names if name not in found.doubts[0]]


def _slope_and_bend(found, name, rng):
    """A lever's curve, its coefficients, and draws of them, multivariate t; without a curve the bend is 0.

    Returns
    -------
    curve : Bends or None
    coef : array, shape (2,)
    drawn : array, shape (2, DRAWS)
    """
    plan, fit = found.score
    places = [plan.names.index(name)]
    if name not in plan.bent:
        coef = np.array([fit.coef[places[0]], 0.0])
        drawn = coef[0] + fit.se[places[0]] * rng.standard_t(fit.dof[places[0]], DRAWS)
        return None, coef, np.array([drawn, np.zeros(DRAWS)])
    places.append(len(plan.names) + plan.bent.index(name))
    coef, values, vectors = fit.coef[places], *np.linalg.eigh(fit.cov[np.ix_(places, places)])
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T  # symmetric, as in `Joint.errors`
    errors = root @ rng.standard_normal((2, DRAWS))
    dof = fit.dof[places].min()
    heavy = np.sqrt(dof / rng.chisquare(dof, DRAWS))
    return found.bends.curve(found.names.index(name)), coef, coef[:, None] + errors * heavy


def _ways(points, coef, curve, here):
    """How far a lever must go up, and how far down, for its curve to bring so many points; infinite for never.

    Parameters
    ----------
    points : float or array, shape (draws,)
    coef : array, shape (2, draws)
        Slope and bend.
    curve : Bends or None
    here : float
        Where the lever stands, on its scale.

    Returns
    -------
    tuple of two arrays, shape (draws,)
    """
    slope, bend = coef
    points = np.broadcast_to(points, slope.shape)
    if curve is None:
        sizes = np.abs(points) / np.where(slope == 0, np.finfo(float).tiny, np.abs(slope))
        return tuple(np.where(np.sign(points * slope) == way, sizes, np.inf) for way in (1, -1))
    return tuple(_along(points, slope, bend, curve, here, way) for way in (1, -1))


def _along(points, slope, bend, curve, here, way):
    """The first place on a parabola with straight ends, going one way, that lies so many points off; as a distance.

    With x the way gone, the curve brings a x + c x² where the lever was seen and goes straight on beyond: three
    stretches, each with its own a and c, of which the first that gets there counts.
    """
    edges = sorted(max(way * (end - here), 0.0) for end in (float(curve.low), float(curve.high)))
    sizes, start, gained = np.full(len(points), np.inf), 0.0, np.zeros(len(points))
    for end in (*edges, np.inf):
        x = here + way * start
        inside = curve.low <= here + way * (start + min(end - start, 1.0) / 2) <= curve.high
        steep, round_ = way * (slope + bend * curve.slope(x)), bend * inside
        need = _first(points - gained, steep, round_)
        found = np.isinf(sizes) & (need <= end - start)
        sizes = np.where(found, start + need, sizes)
        if np.isfinite(end):
            gained, start = gained + steep * (end - start) + round_ * (end - start) ** 2, end
    return sizes


def _first(points, steep, round_):
    """The smallest x from 0 with steep x + round_ x² = points; infinite without one."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # of what leads nowhere
        root = np.sqrt(steep**2 + 4 * round_ * points)
        # The way of writing it that loses no digits when the bend is slight.
        both = np.array([2 * points / (steep + root), 2 * points / (steep - root)])
    return np.where(both >= 0, both, np.inf).min(axis=0)


def _nearest(ways):
    """The smaller of the two changes, with its sign."""
    up, down = (float(way[0]) for way in ways)
    return up if up <= down else -down


def _interval(ways, sign, level):
    """The changes on the lever's scale that are neither surely too little nor surely more than enough.

    Parameters
    ----------
    ways : tuple of two arrays, shape (draws,)
        How far up, and how far down, is enough in each draw.
    sign : float
        Of the change that is asked about.
    level : float

    Returns
    -------
    least, most : float
        Of the changes with that sign; most is infinite when they may never be enough, and least then holds
        for both signs.
    """
    tail = (1 - level) / 2
    up, down = ((np.quantile(way, tail, method="lower"), np.quantile(way, 1 - tail, method="higher")) for way in ways)
    least, most = up if sign > 0 else down
    return (least, most) if np.isfinite(most) else (min(up[0], down[0]), np.inf)


def _priced(study, name, value, change, interval):
    """A lever's row: the change that is needed, in its own unit and in percent, and what can be said of it."""
    scale, seen = study.scales[name], study.frame[name].to_numpy()
    percent = 100 / abs(value) if value else np.nan
    row = {"lever": name, "value": value, "reachable": False, "verdict": UNKNOWN}
    if not np.isfinite(interval[1]):
        ways = [abs(_moved(scale, value, way * interval[0]) - value) * percent for way in (1, -1)]
        return {**row, "change_low": -np.inf, "change_high": np.inf, "percent_low": -np.inf, "percent_high": np.inf,
                "percent_least": min(ways) if np.isfinite(interval[0]) else np.nan}
    low, high = sorted(_moved(scale, value, np.sign(change) * size) - value for size in interval)
    needed = _moved(scale, value, change)
    if scale.is_count:  # there are no half posts
        needed = np.ceil(needed - 1e-9) if change > 0 else np.floor(needed + 1e-9)
    room = BEYOND * np.ptp(scale(seen))
    inside = scale(seen.min()) - room <= scale(value) + change <= scale(seen.max()) + room
    inside &= needed >= min(seen.min(), 0)  # what was never negative does not go below 0
    return {**row, "needed": needed, "change": needed - value, "change_low": low, "change_high": high,
            "change_percent": (needed - value) * percent, "percent_low": low * percent, "percent_high": high * percent,
            "percent_least": min(abs(low), abs(high)) * percent, "reachable": bool(inside),
            "verdict": PRICED if inside else FAR}


def _moved(scale, value, by):
    """A lever's value after a move on its scale."""
    return float(scale.inverse(float(scale(value)) + by))


