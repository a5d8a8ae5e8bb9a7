"""How far levers may go in a plan."""

import math

import numpy as np

from crunch import checks
from crunch.errors import InputError, show
from crunch.study.scales import BEYOND


def reach(given, known):
    """How far each lever may go: as asked, else as far as it was seen to go, and a tenth of its range beyond.

    Parameters
    ----------
    given : dict of lever to (least, most), or None
        None for the default of an end.
    known : Outlook

    Returns
    -------
    dict of lever to (least, most)

    Raises
    ------
    InputError
        When bounds are none, or a lever stands outside of its own.
    """
    if given is not None and not isinstance(given, dict):
        raise InputError(f"bounds names levers and how far each may go, but {show(given)} was given. "
                         f"For example bounds={{{known.names[0]!r}: (0, 20)}}.")
    checks.columns(given or {}, known.names, "bounds", "levers")
    out = {}
    for name in known.names:
        low, high = _pair(name, given[name]) if name in (given or {}) else (None, None)
        seen = _seen(known, name)
        low, high = (seen[0] if low is None else low), (seen[1] if high is None else high)
        if not known.study.scales[name].least < low <= known.now[name] <= high:
            undefined = "" if low > known.study.scales[name].least else ", of which percents are undefined"
            raise InputError(f"Bounds hold where a lever stands, but {show(name)} is {known.now[name]:.12g} and its "
                             f"bounds are {low:.12g} and {high:.12g}{undefined}. Widen them.")
        out[name] = (low, high)
    return out


def _seen(known, name):
    """As far as a lever was seen to go, and a tenth of its range beyond, as for prices."""
    scale, seen = known.study.scales[name], known.seen[name]
    ends, room = (float(scale(seen.min())), float(scale(seen.max()))), BEYOND * float(np.ptp(scale(seen)))
    low, high = float(scale.inverse(ends[0] - room)), float(scale.inverse(ends[1] + room))
    if scale.is_count:  # whole, but never short of what was seen
        low, high = float(min(math.ceil(low), seen.min())), float(max(math.floor(high), seen.max()))
    return max(low, 0.0) if seen.min() >= 0 and scale.name != "log" else low, high


def _pair(name, given):
    pair = tuple(given) if isinstance(given, tuple | list) else ()
    if len(pair) != 2 or not all(end is None or (isinstance(end, int | float | np.number) and np.isfinite(end))
                                 for end in pair):
        raise InputError(f"A bound is a pair (least, most), None for no end of one's own, but {show(name)} was given "
                         f"{show(given)}. For example bounds={{{name!r}: (0, 20)}}.")
    return tuple(None if end is None else float(end) for end in pair)
