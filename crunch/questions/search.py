"""The cheapest moves under chance constraints, and the best there are: arrays in, arrays out."""

import numpy as np
from scipy.optimize import minimize

from crunch.questions.conditions import Box, Budget, holds, price_of

_ROUNDS = 8  # of fitting the normal margins to the draws
_HALVES = 26  # of a way, after which a millionth of a percent is left
_STARTS = 16
_STEPS = 100
_WAYS = 4  # for each lever, beside straight up and down, in which a best is tried to be bettered
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
        moves = _repaired(conditions, box, confidence, moves, start)
        if moves is None:
            continue
        for trial in (moves, start):
            trimmed = _trimmed(conditions, price, confidence, trial)
            if price_of(price, trimmed) < least - 1e-9:
                found, least = trimmed, price_of(price, trimmed)
    if found is None:
        return None
    found = _polished(lambda moves: -price_of(price, moves), lambda moves: holds(conditions, moves, confidence), box,
                      found)
    return _without_crumbs(conditions, price, box, confidence, _trimmed(conditions, price, confidence, found))


def _without_crumbs(conditions, price, box, confidence, moves):
    """The same without moves too small to be worth a word, where that costs next to nothing."""
    crumbs = (moves != 0) & (np.abs(moves) < CRUMB)
    if not crumbs.any():
        return moves
    less = cheapest(conditions, price, Box(np.where(crumbs, 0, box.low), np.where(crumbs, 0, box.high)), confidence)
    return moves if less is None or price_of(price, less) > 1.005 * price_of(price, moves) else less


def best(goal, conditions, box, confidence, price=None, budget=np.inf, starts=()):
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
        Where to start, if it is known better than by looking around.

    Returns
    -------
    array, shape (p,), or None
        None where the conditions hold nowhere.
    """
    limits = [*conditions, *([] if price is None or np.isinf(budget) else [
        Budget(budget, price)])]
    found, most = None, -np.inf
    for start in starts or _anchors(goal, limits, box, confidence):
        moves, wide = start, _widths([goal, *limits], start, confidence)
        for _ in range(_ROUNDS):
            moves = _climb(goal, limits, box, wide, moves)
            fitted = _widths([goal, *limits], moves, confidence)
            if np.allclose(fitted, wide, atol=1e-4):
                break
            wide = fitted
        moves = _repaired(limits, box, confidence, moves, start)
        if moves is None:
            continue
        moves = _polished(lambda moves: goal.quantile(moves, confidence),
                          lambda moves: holds(limits, moves, confidence), box, moves)
        if goal.quantile(moves, confidence) > most:
            found, most = moves, goal.quantile(moves, confidence)
    return found


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
    p = len(start)

    def joined(function):
        def of(x):
            value, up, down = function(x[:p], x[p:])
            return value, np.concatenate([up, down])
        return of

    def constraint(condition, k):
        both = joined(lambda up, down: condition.margin(up, down, k))
        return {"type": "ineq", "fun": lambda x: both(x)[0], "jac": lambda x: both(x)[1]}

    first = np.concatenate([np.maximum(start, 0), np.maximum(-start, 0)])
    found = minimize(joined(lost), first, jac=True, method="SLSQP",
                     bounds=[*((0, high) for high in box.high), *((0, -low) for low in box.low)],
                     constraints=[constraint(c, k) for c, k in zip(conditions, wide, strict=True)],
                     options={"maxiter": _STEPS, "ftol": 1e-10})
    x = found.x if np.isfinite(found.x).all() else first
    return box.inside(x[:p] - x[p:])


def _climb(goal, limits, box, wide, start):
    """The smooth problem of the largest goal from one start."""
    def lost(up, down):
        return tuple(-part for part in goal.margin(up, down, wide[0]))

    return _solve(lost, limits, wide[1:], box, start)


def _polished(value, allowed, box, moves):
    """Better moves nearby, by the draws themselves: their quantile is not quite as smooth as what was solved."""
    p = len(moves)
    ways = np.random.default_rng(0).normal(size=(_WAYS * p, p))
    ways = np.vstack([np.eye(p), -np.eye(p), ways / np.linalg.norm(ways, axis=1, keepdims=True)])
    most, size = value(moves), 0.2
    while size > 1e-3:
        bettered = False
        for way in ways:
            trial = box.inside(moves + size * way)
            reached = value(trial)
            if reached > most + 1e-12 and allowed(trial):
                moves, most, bettered = trial, reached, True
        size = size if bettered else size / 2
    return moves


def _starts(conditions, box, confidence):
    """Moves that meet all conditions, from which to look for cheaper ones: no move, single ones, the safest."""
    out = [moves for moves in _single(conditions, box, confidence) if moves is not None]
    goal, *limits = conditions
    top = best(goal, limits, box, confidence)
    if top is not None and holds(conditions, top, confidence):
        out.append(top)
        out.extend(_between(conditions, box, confidence, top))
    return out[-_STARTS:]


def _between(conditions, box, confidence, top):
    """Moves that meet all conditions on the way from all corners of the box to the best: as far out as they do."""
    p = len(top)
    corners = np.random.default_rng(1).integers(0, 3, size=(_STARTS // 2, p))
    for corner in corners:
        yield _repaired(conditions, box, confidence, np.choose(corner, [box.low, np.zeros(p), box.high]), top)


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
    """Where to start climbing: moves that keep the limits."""
    still = np.zeros(len(box.low))
    slope = goal.margin(still, still, 0)[1]
    corner = np.where(slope > 0, box.high, box.low)
    starts = [still, corner, corner / 2]
    if not holds(limits, still, confidence):
        starts = [*starts, *_keeping(limits, box, confidence)]
    return starts


def _keeping(limits, box, confidence):
    """Moves that make the worst of the limits as safe as can be: one after the other, from where it stands."""
    moves = np.zeros(len(box.low))
    for _ in range(2 * len(limits)):
        worst = min(limits, key=lambda c: c.quantile(moves, confidence))
        moves = _climb(worst, [c for c in limits if c is not worst], box, np.append(
            _widths([worst], moves, confidence), _widths([c for c in limits if c is not worst], moves, confidence)),
            moves)
        if holds(limits, moves, confidence):
            break
    return [moves]


def _repaired(conditions, box, confidence, moves, safe):
    """Moves that hold on the draws: the first on the way to others that do; None where these do not either."""
    if holds(conditions, moves, confidence):
        return moves
    if not holds(conditions, safe, confidence):
        return None
    out, inside = 0.0, 1.0
    for _ in range(_HALVES):
        middle = (out + inside) / 2
        if holds(conditions, box.inside(moves + middle * (safe - moves)), confidence):
            inside = middle
        else:
            out = middle
    return box.inside(moves + inside * (safe - moves))


def _trimmed(conditions, price, confidence, moves):
    """Without what is not needed: all moves shrunk together, then each by itself, the dearest first."""
    moves = _shrunk(conditions, confidence, moves, np.ones(len(moves), dtype=bool))
    alone = [price_of(price, np.where(np.arange(len(moves)) == j, moves, 0)) for j in range(len(moves))]
    for j in np.argsort(alone)[::-1]:
        moves = _shrunk(conditions, confidence, moves, np.arange(len(moves)) == j)
    return moves


def _shrunk(conditions, confidence, moves, which):
    """The smallest part of some of the moves with which all conditions still hold."""
    low, high = 0.0, 1.0
    if holds(conditions, np.where(which, 0.0, moves), confidence):
        return np.where(which, 0.0, moves)
    for _ in range(_HALVES):
        middle = (low + high) / 2
        if holds(conditions, np.where(which, middle * moves, moves), confidence):
            high = middle
        else:
            low = middle
    return np.where(which, high * moves, moves)
