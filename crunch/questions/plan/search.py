"""The cheapest moves under chance constraints, and the best there are: arrays in, arrays out."""

import warnings

import numpy as np
from scipy.optimize import minimize

from crunch import progress
from crunch.questions.plan.conditions import Box, Budget, holds, price_of
from crunch.questions.plan.refining import polished, repaired, safest, trimmed

_ROUNDS = 8  # of fitting the normal margins to the draws
_STARTS = 16
_STEPS = 60
_POLISHED = 3  # tops of which the highest is looked for on the draws
CRUMB = 0.01  # usual moves, below which a move is tried without


def cheapest(conditions, price, box, confidence):
    """The cheapest moves with which every condition holds in that share of the draws.

    Quantiles of draws are replaced by mean less a number of standard deviations, which makes the
    problem smooth, and convex where the price is; the number is fitted to the draws at the solution
    until it settles. What is returned was checked on the draws themselves.

    Parameters
    ----------
    conditions : sequence of Condition and Certain
    price : callable
        From up and down moves, shape (p,) each and not negative, to the price and its two gradients.
    box : Box
    confidence : float

    Returns
    -------
    array, shape (p,), or None
        None where no moves were found.
    """
    still = np.zeros(len(box.low))
    if holds(conditions, still, confidence):
        return still
    found, least = None, np.inf
    for start in _starts(conditions, box, confidence):
        wide = _widths(conditions, start, confidence)
        moves = start
        for _ in range(_ROUNDS):
            moves = _solve(price, conditions, wide, box, moves)
            fitted = _widths(conditions, moves, confidence)
            settled = np.allclose(fitted, wide, atol=1e-4)
            wide = fitted
            if settled:
                break
        moves = repaired(conditions, box, confidence, moves, start)
        if moves is None:
            continue
        for trial in (moves, start):
            less = trimmed(conditions, price, confidence, trial)
            if price_of(price, less) < least - 1e-9:
                found, least = less, price_of(price, less)
    if found is None:
        return None
    found = polished(lambda moves: -price_of(price, moves), lambda moves: holds(conditions, moves, confidence), box,
                      found)
    return _without_crumbs(conditions, price, box, confidence, trimmed(conditions, price, confidence, found))


def _without_crumbs(conditions, price, box, confidence, moves):
    """The same without moves too small to be worth a word, where that costs next to nothing."""
    crumbs = (moves != 0) & (np.abs(moves) < CRUMB)
    if not crumbs.any():
        return moves
    less = cheapest(conditions, price, Box(np.where(crumbs, 0, box.low), np.where(crumbs, 0, box.high)), confidence)
    return moves if less is None or price_of(price, less) > 1.005 * price_of(price, moves) else less


def best(goal, conditions, box, confidence, price=None, budget=np.inf, starts=(), only=False):
    """The moves with the largest quantile of a goal under conditions, and within a budget.

    Parameters
    ----------
    goal : Condition or Certain
    conditions : sequence of Condition and Certain
    box : Box
    confidence : float
    price : callable, optional
    budget : float
    starts : sequence of array, shape (p,)
        Where to start, beside the places found by looking around.
    only : bool
        To start from nowhere else.

    Returns
    -------
    array, shape (p,), or None
        None where the conditions hold nowhere.
    """
    limits = [*conditions, *([] if price is None or np.isinf(budget) else [
        Budget(budget, price)])]
    starts = [*starts, *([] if only else _anchors(goal, limits, box, confidence))]
    safe = next((start for start in starts if holds(limits, start, confidence)), None)
    tops = [_top(goal, limits, box, confidence, start, safe) for start in starts]

    def reached(moves):
        return goal.quantile(moves, confidence)

    tops = sorted((top for top in tops if top is not None), key=reached, reverse=True)[:_POLISHED]
    for size in (0.2, 0.8):  # near, then over the next hill
        tops = [polished(reached, lambda moves: holds(limits, moves, confidence), box, top, size) for top in tops]
    return max(tops, key=reached, default=None)


def _top(goal, limits, box, confidence, start, safe):
    """Up from one start, the number of standard deviations fitted to the draws on the way; None where nothing holds."""
    moves, wide = start, _widths([goal, *limits], start, confidence)
    for _ in range(_ROUNDS):
        moves = _climb(goal, limits, box, wide, moves)
        fitted = _widths([goal, *limits], moves, confidence)
        if np.allclose(fitted, wide, atol=1e-4):
            break
        wide = fitted
    near = start if safe is None or holds(limits, start, confidence) else safe
    return repaired(limits, box, confidence, moves, near)


def _widths(conditions, moves, confidence):
    """For each condition, how many standard deviations below its mean the quantile lies."""
    out = []
    for condition in conditions:
        spread, _ = condition.spread(moves)
        middle = condition.margin(moves, np.zeros(len(moves)), 0)[0] if spread > 0 else 0.0
        out.append((middle - condition.quantile(moves, confidence)) / spread if spread > 0 else 0.0)
    return np.array(out)


def _solve(lost, conditions, wide, box, start):
    """The smooth problem from one start: the least of a function of up and down moves while conditions hold."""
    progress.step()
    p = len(start)

    def joined(function):
        last = [None, None]  # value and slope are asked for one after the other

        def of(x):
            if last[0] is None or not np.array_equal(x, last[0]):
                value, up, down = function(x[:p], x[p:])
                last[:] = x.copy(), (value, np.concatenate([up, down]))
            return last[1]
        return of

    def constraint(condition, k):
        both = joined(lambda up, down: condition.margin(up, down, k))
        return {"type": "ineq", "fun": lambda x: both(x)[0], "jac": lambda x: both(x)[1]}

    first = np.concatenate([np.maximum(start, 0), np.maximum(-start, 0)])
    with warnings.catch_warnings():  # some SciPy step over a bound by the last bit, clip it, and say so
        warnings.filterwarnings("ignore", "Values in x were outside bounds", RuntimeWarning)
        found = minimize(joined(lost), first, jac=True, method="SLSQP",
                         bounds=[*zip(np.maximum(box.low, 0), np.maximum(box.high, 0), strict=True),
                                 *zip(np.maximum(-box.high, 0), np.maximum(-box.low, 0), strict=True)],
                         constraints=[constraint(c, k) for c, k in zip(conditions, wide, strict=True)],
                         options={"maxiter": _STEPS, "ftol": 1e-8})
    x = found.x if np.isfinite(found.x).all() else first
    return box.inside(x[:p] - x[p:])


def _climb(goal, limits, box, wide, start):
    """The smooth problem of the largest goal from one start."""
    def lost(up, down):
        return tuple(-part for part in goal.margin(up, down, wide[0]))

    return _solve(lost, limits, wide[1:], box, start)


def _starts(conditions, box, confidence):
    """Moves that meet all conditions, from which to look for cheaper ones: no move, single ones, the safest."""
    out = [moves for moves in _single(conditions, box, confidence) if moves is not None]
    goal, *limits = conditions
    top = best(goal, limits, box, confidence)
    if top is not None and holds(conditions, top, confidence):
        out.append(top)
    elif not out:
        out.append(safest(conditions, box, confidence, [np.zeros(len(box.low)) if top is None else top,
                                                        *_corners(box)]))
    if out and holds(conditions, out[-1], confidence):
        out.extend(_between(conditions, box, confidence, out[-1]))
        return out[-_STARTS:]
    return []


def _between(conditions, box, confidence, top):
    """Moves that meet all conditions on the way from all corners of the box to the best: as far out as they do."""
    for corner in _corners(box):
        yield repaired(conditions, box, confidence, corner, top)


def _corners(box):
    """Some of the places where each lever stays, or goes as far as it may."""
    ways = np.random.default_rng(1).integers(0, 3, size=(_STARTS // 2, len(box.low)))
    return [np.choose(way, [box.low, np.zeros(len(box.low)), box.high]) for way in ways]


def _single(conditions, box, confidence):
    """For each lever alone, up and down, the first of 64 moves that meets all conditions."""
    for j in range(len(box.low)):
        for end in (box.low[j], box.high[j]):
            hit = None
            for part in np.linspace(0, 1, 65)[1:] if end else ():
                moves = np.zeros(len(box.low))
                moves[j] = part * end
                if holds(conditions, moves, confidence):
                    hit = moves
                    break
            yield hit


def _anchors(goal, limits, box, confidence):
    """Where to start climbing: moves that keep the limits, or are not far from that; none where none are found."""
    still = np.zeros(len(box.low))
    slope = goal.margin(still, still, 0)[1]
    corner = np.where(slope > 0, box.high, box.low)
    starts = [still, corner, corner / 2]
    if not holds(limits, still, confidence):
        starts.append(safest(limits, box, confidence, [*starts, *_corners(box)]))
    if not (holds(limits, starts[0], confidence) or holds(limits, starts[-1], confidence)):
        return []
    # On a curve the way up may end on a lower hill.
    curved = any(getattr(c, "features", None) is not None for c in [goal, *limits])
    return [*starts, *(_corners(box) if curved else ())]
