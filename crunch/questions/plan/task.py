"""A plan as a problem for the search: levers in usual moves, what must hold, and what it costs."""

from dataclasses import dataclass

import numpy as np

from crunch import checks
from crunch.effects.outlook import Outlook
from crunch.errors import InputError, show
from crunch.questions.plan.conditions import Box, Budget, Condition, Known, price_of, reached
from crunch.questions.plan.movable import all_known
from crunch.questions.plan.promise import Promise, promise
from crunch.questions.plan.reach import reach
from crunch.questions.plan.search import best, cheapest

_FAR = 1e12
_SAFE, _NOISE = 4e-9, 1e-13  # how far inside an edge counts as beyond it: of a usual move, of the edge itself


@dataclass(frozen=True)
class Task:
    """What is asked of a plan.

    Attributes
    ----------
    known : Outlook
        With its draws spread where the promise takes that.
    names : tuple
        The levers that may move.
    limits : tuple of Limit
    prices : dict of lever to Cost
    box : Box
        In usual moves from where the levers stand.
    usual : array, shape (p,)
        A usual move of each, on its scale.
    confidence : float
        The share of draws in which everything must hold, so that the promise is kept.
    budget : float
    promise : Promise
    """

    known: Outlook
    names: tuple
    limits: tuple
    prices: dict
    box: Box
    usual: np.ndarray
    confidence: float
    budget: float
    promise: Promise

    def values(self, moves):
        """The value of every lever of the outlook after these moves."""
        known = self.known
        by = np.zeros(len(known.names))
        by[self._at] = moves * self.usual
        natural = known.natural(known.scaled_now + by)
        moved = {name for name, z in zip(self.names, moves, strict=True) if z != 0}
        return {name: self._neat(name, natural[name]) if name in moved else now for name, now in known.now.items()}

    def _neat(self, name, value):
        """A count that is whole but for what the way through its scale did to the last digits, whole."""
        whole, count = round(value), self.known.study.scales[name].is_count
        return float(whole) if count and abs(value - whole) <= 1e-9 * max(abs(value), 1) else value

    def moves(self, values):
        """The moves that lead to these values of the levers that may move."""
        scales = self.known.study.scales
        return np.array([(float(scales[n](values[n])) - float(scales[n](self.known.now[n]))) / u
                         for n, u in zip(self.names, self.usual, strict=True)])

    @property
    def _at(self):
        return [self.known.names.index(name) for name in self.names]

    def _condition(self, offset, o, sense):
        """That an offset, and what goes with the moves in an outcome, is not negative: in its usual moves."""
        known, p, usual = self.known, len(self.known.names), self.known.outcomes[o].usual
        slopes = sense * known.slopes[:, self._at, o] * self.usual / usual
        bent = [k for k, j in enumerate(known.bends.at)
                if known.names[j] in self.names and known.slopes[:, p + k, o].any()]
        if not bent:
            return Condition(offset / usual, slopes)
        curved = sense * known.slopes[:, [p + k for k in bent], o] / usual
        return Condition(offset / usual, np.column_stack([slopes, curved]), self._features(known.bends.only(bent)))

    def _features(self, curves):
        """From moves to what effects multiply, curves last, and its derivative."""
        where = np.array([self.names.index(self.known.names[j]) for j in curves.at])
        now, usual = self.known.scaled_now[curves.at], self.usual[where]
        start, straight, rows = curves.of(now), np.eye(len(self.names)), np.arange(len(where))

        def features(moves):
            x = now + moves[where] * usual
            steep = np.zeros((len(where), len(moves)))
            steep[rows, where] = curves.slope(x) * usual
            return np.concatenate([moves, curves.of(x) - start]), np.concatenate([straight, steep])
        return features

    def price(self, up, down):
        """What moves cost, and the slopes."""
        total, slopes = 0.0, [np.empty(len(up)), np.empty(len(up))]
        for j, name in enumerate(self.names):
            scale = self.known.study.scales[name]
            for way, sizes in ((0, up), (1, -down)):
                cost, slopes[way][j] = self.prices[name].of(sizes[j], self.known.now[name], scale, self.usual[j])
                total += cost
        return total, *slopes

    def cost_of(self, moves, name):
        """What one lever's move costs."""
        return self.price_of(np.where([n == name for n in self.names], moves, 0))

    def price_of(self, moves):
        """What all moves cost together."""
        return price_of(self.price, moves)

    def cheapest(self, target):
        """Moves, or None where there are none."""
        conditions = [self.goal(target), *map(self.kept, self.limits)]
        if np.isfinite(self.budget):
            conditions.append(Budget(self.budget, self.price))
        return cheapest(conditions, self.price, self.box, self.confidence)

    def best(self, starts=()):
        """The moves with the highest score that limits, bounds and budget allow; None where limits cannot be kept."""
        now = float(self.known.outcomes_now[0])
        return best(self.goal(now), list(map(self.kept, self.limits)), self.box, self.confidence, self.price,
                    self.budget, starts)

    def goal(self, target):
        """That the target is shown, or more."""
        known = self.known
        edge = target
        if known.rounding is not None:
            low = known.rounding.band(target)[0]
            edge = low if known.rounding.holds_low(target) else np.nextafter(low, np.inf)
        return self.above(edge)

    def above(self, edge):
        """That the hidden score is not below an edge."""
        known, usual = self.known, self.known.outcomes[0].usual
        edge += max(_SAFE * usual, _NOISE * abs(edge))
        if known.score is not None:
            return Known(lambda moves: (float(known.hidden_by_formula(self.values(moves))) - edge) / usual)
        return self._condition(known.start - edge, 0, 1)

    def kept(self, limit):
        """That a limit is kept."""
        known = self.known
        o = known.place(limit.name)
        outcome, now = known.outcomes[o], known.outcomes_now[o]
        bound = limit.bound(float(outcome.natural(now)))
        room = limit.sense * (float(outcome.scale(bound)) - now) if bound > outcome.scale.least else -limit.sense * _FAR
        room -= max(_SAFE * outcome.usual, _NOISE * abs(now))
        return self._condition(np.full(len(known.start), room), o, -limit.sense)

    def honoured(self, moves, target):
        """Whether the target is shown and every limit kept with the confidence asked for: counted afresh."""
        return min([self.probability(moves, target), *self.keeps(moves).values()]) >= self.promise.asked

    def keeps(self, moves):
        """Limited side effect to the probability that its limit is kept."""
        after, kept = self._drawn(moves), {}
        for limit in self.limits:
            o = self.known.place(limit.name)
            natural = self.known.outcomes[o].natural
            held = limit.keeps(natural(after[:, o]), float(natural(self.known.outcomes_now[o])))
            kept[limit.name] = self._promised(moves, held)
        return kept

    def ends(self, moves, o, sense):
        """An interval of an outcome that was sought with sense 1 high, -1 low: the end that luck hides lies farther."""
        drawn = self.known.outcomes[o].natural(self._drawn(moves)[:, o])
        level = (1 + self.promise.asked) / 2
        shares = [1 - self.promise.takes(level), level] if sense > 0 else [1 - level, self.promise.takes(level)]
        return tuple(float(end) for end in np.quantile(drawn, shares))

    def _drawn(self, moves):
        """Draws of every outcome after these moves, on the outcomes' scales."""
        return self.known.after(self.known.scaled(self.values(moves)))

    def _promised(self, moves, held):
        """The probability of what held in these draws; where nothing moves nothing was picked."""
        share = float(held.mean())
        return self.promise.of(share) if moves.any() else share

    def reached(self, moves):
        """The highest score that is shown with the confidence asked for."""
        drawn = self._drawn(moves)[:, 0]
        value = reached(drawn, self.confidence)
        return value if self.known.rounding is None else float(self.known.rounding(value))

    def probability(self, moves, target):
        """That the target is shown, or more."""
        return self._promised(moves, self.shows(moves, target))

    def shows(self, moves, target):
        """In which draws the target is shown, or more."""
        drawn = self._drawn(moves)[:, 0]
        shown = drawn if self.known.rounding is None else self.known.rounding(drawn)
        return shown >= target - 1e-9 * self.known.outcomes[0].usual


def task(known, limits, prices, bounds, confidence, budget, spared=None):
    """What is asked of a plan, checked; `spared` is an outcome that is to be as good as can be.

    Raises
    ------
    InputError
        When a bound is not one, or a limit speaks of a side effect that nothing is known of.
    """
    study = known.study
    names = tuple(name for name in known.names if name in prices)
    all_known(known, names, [limit.name for limit in limits])
    usual = np.array([study.usual_move(name) or float(np.ptp(study.scaled(name))) for name in names])
    ends = reach(bounds, known)
    now = [float(study.scales[name](known.now[name])) for name in names]
    low, high = (np.array([float(study.scales[n](ends[n][side])) - x for n, x in zip(names, now, strict=True)]) / usual
                 for side in (0, 1))
    asked = {outcome.name for outcome in known.outcomes}
    for limit in limits:
        if limit.name not in asked or np.isnan(known.outcomes_now[known.place(limit.name)]):
            raise InputError(f"A limit needs a side effect that moves and has a value in the row asked about, but "
                             f"{show(limit.name)} has none. Leave the limit out, or ask about another row with at=.")
    ways = {known.study.score: 1} if known.score is None else {}
    ways |= {} if spared is None else {spared.name: 1 if spared.better == "more" else -1}
    kept = promise(known, names, ways | {limit.name: -limit.sense for limit in limits}, confidence)
    return Task(kept.spread(known), names, limits, prices, Box(np.minimum(low, 0), np.maximum(high, 0)), usual,
                kept.takes(confidence), budget, kept)


def confident(value):
    """A probability of a half or more."""
    value = checks.between(value, 0, 1, "confidence")
    if value < 0.5:
        raise InputError(f"confidence must be at least 0.5, since a plan that fails more often than not is none, but "
                         f"{value:g} was given. For example confidence=0.8.")
    return value


def with_direction(known, name, what):
    """The outcome of a side effect of which it is known which way is better."""
    checks.columns([name], known.study.side_effects, what, "side effects")
    outcome = next((o for o in known.outcomes[1:] if o.name == name), None)
    if outcome is None:
        raise InputError(f"{show(name)} never moves, so no lever makes it better. Choose another side effect.")
    if np.isnan(known.outcomes_now[known.outcomes.index(outcome)]):
        raise InputError(f"{what} needs a value in the row asked about, but {show(name)} has none. Ask about another "
                         "row with at=.")
    if outcome.better is None:
        raise InputError(f"{what} must be a side effect of which it is known which way is better, but nobody said it "
                         f"of {show(name)}. "
                         f"Say it: Study(..., side_effects={{{name!r}: 'less'}}).")
    return outcome
