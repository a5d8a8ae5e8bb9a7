"""The smallest change of one input that changes the shown score, found on the formula itself."""

from dataclasses import dataclass

import numpy as np

_REACH = np.exp2(np.arange(-120, 1000) / 2)  # distances tried, in units of the input's own size
_POINTS = 65  # of each closer look; nine looks narrow any two of the above down to neighbouring floats


@dataclass(frozen=True)
class Price:
    """What one input would have to become.

    Attributes
    ----------
    needed : float
        The nearest input with which the shown score is the target or better; NaN where none is.
    ceiling : float
        The best score that this input alone can bring, hidden.
    """

    needed: float
    ceiling: float


def price(score, inputs, column, target, *, least=-np.inf, most=np.inf):
    """The nearest value of one input with which the shown score reaches the target, the others held.

    Every candidate is scored by the formula with all its rounding, so what is returned does reach it.
    Inputs are tried outward from where they stand, in both directions, in steps of 41 %, and the
    first that reaches the target is approached by halving; a mean of one's own that reaches it and
    loses it again within one such step would be passed over.

    Parameters
    ----------
    score : Score
    inputs : dict of float
        One row, as `Score.inputs` returns it.
    column : name
    target : float
        A shown score: above the present one to reach it or more, below it to fall to it or less.
    least, most : float
        Bounds of the input.

    Returns
    -------
    Price
    """
    now = score.as_shown(score.of(inputs))
    sign = 1 if target > now else -1

    def reached(values):
        return sign * score.as_shown(_scored(score, inputs, column, values)) >= sign * target

    ways = [_candidates(score, inputs[column], column, way, least, most) for way in (1, -1)]
    hidden = [_scored(score, inputs, column, values) for values in ways]
    ceiling = max((sign * h).max() for h in hidden) * sign
    nearest = np.nan
    for values in ways:
        hit = np.flatnonzero(reached(values))
        if len(hit):
            needed = _closer(reached, values[max(hit[0] - 1, 0)], values[hit[0]])
            if not abs(nearest - inputs[column]) <= abs(needed - inputs[column]):
                nearest = needed
    return Price(float(nearest), float(ceiling))


def _scored(score, inputs, column, values):
    """The hidden score with one input replaced by each of some values."""
    return score.of({name: values if name == column else np.full(len(values), value)
                     for name, value in inputs.items()})


def _candidates(score, value, column, way, least, most):
    """Inputs from where it stands outward, as far as curves and bounds allow, the outermost included."""
    domains = [part.curve.domain for part, _, _ in score.leaves if part.column == column]
    low, high = max(least, *(d[0] for d in domains)), min(most, *(d[1] for d in domains))
    size = abs(value) or 1.0
    outward = value + way * size * _REACH[_REACH * size < 1e150]
    inside = outward[(outward >= low) & (outward <= high)]
    edge = high if way > 0 else low
    return np.array([value, *inside, *([edge] if np.isfinite(edge) else [])])


def _closer(reached, outside, inside):
    """The float nearest to `outside` that reaches the target, between it and one that does."""
    while True:
        between = np.linspace(outside, inside, _POINTS)
        first = int(np.flatnonzero(reached(between))[0])
        if first == 0 or (between[first - 1] == outside and between[first] == inside):
            return between[first]
        outside, inside = between[first - 1], between[first]
