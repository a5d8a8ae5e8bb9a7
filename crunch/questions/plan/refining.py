"""Moves made better step by step, by the draws themselves: no slopes, no luck."""

import numpy as np

from crunch.questions.plan.conditions import holds, price_of

_HALVES = 26  # of a way, after which a millionth of a percent is left
_AGAIN = 20  # rounds in a row that better moves, after which steps are too short for such a box
_WAYS = 6  # for each lever, beside straight up and down, in which moves are tried to be bettered


def polished(value, allowed, box, moves, size=0.2, least=1e-3, enough=np.inf):
    """Better moves nearby, by the draws themselves: their quantile is not quite as smooth as what was solved."""
    p = len(moves)
    ways = np.random.default_rng(0).normal(size=(_WAYS * p, p))
    ways = np.vstack([np.eye(p), -np.eye(p), ways / np.linalg.norm(ways, axis=1, keepdims=True)])
    most, again = value(moves), 0
    while size > least and most < enough:
        bettered = False
        for way in ways:
            trial = box.inside(moves + size * way)
            reached = value(trial)
            if reached > most + 1e-12 and allowed(trial):
                moves, most, bettered = trial, reached, True
        again = again + 1 if bettered else 0
        size *= 0.5 if not bettered else 2 if again > _AGAIN else 1
    return moves


def safest(conditions, box, confidence, starts):
    """Moves with which the worst of the conditions is as safe as can be, or safe enough."""
    sizes = [_size(condition, box, confidence) for condition in conditions]

    def worst(moves):
        return min(c.quantile(moves, confidence) / size for c, size in zip(conditions, sizes, strict=True))

    best = None
    for start in starts:
        moves = polished(worst, lambda _: True, box, start, size=0.5, least=0.02, enough=0.0)
        if best is None or worst(moves) > worst(best):
            best = moves
        if holds(conditions, best, confidence):
            break
    return best


def _size(condition, box, confidence):
    """How far a condition can move within the box, roughly."""
    still = np.zeros(len(box.low))
    up, down = condition.margin(still, still, 0)[1:]
    moved = float(np.maximum(abs(up), abs(down)) @ (box.high - box.low))
    return moved or abs(condition.quantile(still, confidence)) or 1.0


def repaired(conditions, box, confidence, moves, safe):
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


def trimmed(conditions, price, confidence, moves):
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
