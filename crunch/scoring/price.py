"""The smallest change of one input that changes the shown score, found on the formula itself."""

from dataclasses import dataclass

import numpy as np

from crunch.errors import UNDEFINED, InputError

_REACH = np.exp2(np.arange(-480, 4000) / 8)  # distances tried, in units of the input's own size
_FARTHEST = 1e150  # beyond which squares overflow
_POINTS = 65  # of each closer look; nine looks narrow any two of the above down to neighbouring floats
_LOOKS = 11  # at a top, whose neighbours on both sides have to be kept
_TOPS = 8  # looked at more closely, the highest


@dataclass(frozen=True)
class Price:
    """What one input would have to become.

    Attributes
    ----------
    needed : float
        The nearest input with which the shown score is the target or better; NaN where none is.
    ceiling : float
        The best score that this input alone can bring, hidden; infinite when it grows without end.
    """

    needed: float
    ceiling: float


def price(score, inputs, column, target, *, least=-np.inf, most=np.inf):
    """The nearest value of one input with which the shown score reaches the target, the others held.

    Every candidate is scored by the formula with all its rounding, so what is returned does reach it.
    Inputs are tried outward from where they stand, in both directions, in steps of 9 %, and the
    first that reaches the target is approached by halving. Where a score turns, because one input
    works in two parts or the mean is its own, the tops between them are tried as well; one that
    reaches the target and loses it again within one such step, beside a higher top, is passed over.
    An input is tried no further than the formula goes: a geometric mean ends at a worth of 0.

    Parameters
    ----------
    score : Score
    inputs : dict of float
        One row, as `Score.inputs` returns it.
    column : name
    target : float
        A shown score: above the present one to reach it or more, below it to fall to it or less.
    least, most : float
        Bounds of the input, which may leave out where it stands.

    Returns
    -------
    Price
    """
    sign = 1 if target > score.as_shown(score.of(inputs)) else -1
    slack = 1e-6 * (score.step or 0)  # a target of 0.1 + 0.2 means 0.3

    def goal(values):
        """How good the hidden score is with each value: higher is nearer to the target."""
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            return sign * _scored(score, inputs, column, values)

    def reached(values):
        return sign * score.as_shown(sign * goal(values)) >= sign * target - slack

    ways = [_with_tops(goal, _defined(goal, _candidates(score, inputs[column], column, way, least, most)))
            for way in (1, -1)]
    nearest = np.nan
    for values in ways:
        hit = np.flatnonzero(reached(values))
        if len(hit):
            needed = _closer(reached, values[max(hit[0] - 1, 0)], values[hit[0]])
            if not abs(nearest - inputs[column]) <= abs(needed - inputs[column]):
                nearest = needed
    return Price(float(nearest), float(sign * max(_best(goal(values), values) for values in ways)))


def _best(good, values):
    """The best of an outward walk; infinite where it still climbs when floats end."""
    endless = len(values) > 1 and abs(values[-1]) > _FARTHEST / 2 and good[-1] > good[-2]
    return np.inf if endless else good.max()


def _scored(score, inputs, column, values):
    """The hidden score with one input replaced by each of some values."""
    return score.of({name: values if name == column else np.full(len(values), value)
                     for name, value in inputs.items()})


def _candidates(score, value, column, way, least, most):
    """Inputs from where it stands outward, as far as curves and bounds allow, the outermost included."""
    domains = [part.curve.domain for part, _, _ in score.leaves if part.column == column]
    low, high = max(least, *(d[0] for d in domains)), min(most, *(d[1] for d in domains))
    size = abs(value) or 1.0
    outward = value + way * size * _REACH[_REACH * size < _FARTHEST]
    inside = outward[(outward >= low) & (outward <= high)]
    edge = high if way > 0 else low
    return np.array([np.clip(value, low, high), *inside, *([edge] if np.isfinite(edge) else [])])


def _defined(goal, values):
    """The candidates up to where the formula ends, and that end."""
    def fine(some):
        try:
            goal(some)
        except FloatingPointError:
            return False
        except InputError as error:
            if error.code != UNDEFINED:
                raise
            return False
        return True

    if fine(values):
        return values
    last, beyond = 0, len(values) - 1
    while beyond - last > 1:
        middle = (last + beyond) // 2
        last, beyond = (middle, beyond) if fine(values[:middle + 1]) else (last, middle)
    inside, outside = values[last], values[beyond]
    while (middle := inside + (outside - inside) / 2) not in (inside, outside):
        inside, outside = (middle, outside) if fine(np.array([middle])) else (inside, middle)
    return np.array([*values[:last + 1], inside])


def _with_tops(goal, values):
    """The candidates, and among them the tops between them that a closer look finds."""
    if len(values) < 3:
        return values
    good = goal(values)
    middle, before, after = good[1:-1], good[:-2], good[2:]
    tops = 1 + np.flatnonzero((middle >= before) & (middle >= after) & (middle > np.minimum(before, after)))
    found = []
    for top in tops[np.argsort(-good[tops], kind="stable")[:_TOPS]]:
        start, end = values[top - 1], values[top + 1]
        for _ in range(_LOOKS):
            between = np.linspace(start, end, _POINTS)
            best = int(np.argmax(goal(between)))
            start, end = between[max(best - 1, 0)], between[min(best + 1, _POINTS - 1)]
        found.append(between[best])
    out = np.sort([*values, *found])
    return out if values[-1] >= values[0] else out[::-1]


def _closer(reached, outside, inside):
    """The float nearest to `outside` that reaches the target, between it and one that does."""
    while True:
        between = np.linspace(outside, inside, _POINTS)
        first = int(np.flatnonzero(reached(between))[0])
        if first == 0 or (between[first - 1] == outside and between[first] == inside):
            return between[first]
        outside, inside = between[first - 1], between[first]
