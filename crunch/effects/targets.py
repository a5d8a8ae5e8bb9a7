"""The score that is asked for: one that can be shown, above the present one, and can be reached."""

import numpy as np

from crunch.errors import InputError, show
from crunch.rounding import Rounding


def need_step(study):
    """Refuse a study whose score has no grid: without one there is no next point."""
    if study.step is None:
        raise InputError("The next point is a step of the shown score, but this study does not say how wide a step is. "
                         "Name it: Study(..., step=1) for whole points, step=0.1 for tenths.")


def target_of(rounding, shown, target, limits, below="What can slip before a point is lost is in .slips."):
    """The shown score that is asked for, by default the next.

    Parameters
    ----------
    rounding : Rounding
    shown : float
    target : float or None
    limits : tuple of float
        The lowest and the highest hidden score there can be.
    below : str
        What to do instead of asking for less than is shown.

    Returns
    -------
    float

    Raises
    ------
    InputError
        When it is no score that can be shown, is not above the present one, or is beyond the highest.
    """
    if target is None:
        return float(rounding.next(shown))
    on_the_grid(rounding, target)
    if target <= shown:
        raise InputError(f"A target lies above the score that is shown, {shown:.12g}, but target={target:.12g} was "
                         f"given. {below}")
    most = rounding(limits[1]) if np.isfinite(limits[1]) else np.inf
    if target > most:
        raise InputError(f"A target must be a score that can be reached, and with every part at its best this score "
                         f"shows {most:.12g}, but target={target:.12g} was given. Choose {most:.12g} or less.")
    return float(target)


def on_the_grid(rounding: Rounding, target):
    """Refuse what is no score that can be shown."""
    if isinstance(target, bool) or not isinstance(target, int | float | np.number) or not np.isfinite(target):
        raise InputError(f"target must be a number, but {show(target)} was given. Leave it out for the next point.")
    if not rounding.is_on_grid(target):
        below = rounding.step * np.floor(target / rounding.step)
        raise InputError(f"A target must be a score that can be shown, in steps of {rounding.step:.12g}, but "
                         f"target={target:.12g} was given. The nearest are {below:.12g} and "
                         f"{below + rounding.step:.12g}.")
