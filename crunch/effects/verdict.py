"""From an interval to one of three verdicts."""

import numpy as np
from scipy import stats

MOVES, SMALL, CANNOT = "moves it", "too small to matter", "can't tell"


def adjusted(p_values):
    """False-discovery adjusted p-values of everything asked together.

    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57; missing values stay
    missing and are not counted.

    Parameters
    ----------
    p_values : array of float

    Returns
    -------
    array of float
    """
    q_values = np.full(len(p_values), np.nan)
    known = ~np.isnan(p_values)
    if known.any():
        q_values[known] = stats.false_discovery_control(p_values[known], method="bh")
    return q_values


def called(q_values, alpha):
    """Whether each stands out from chance, at this false-discovery rate."""
    return q_values < alpha


def shared_level(p_values, level):
    """The level of every interval of a family, with which it leaves out zero exactly where it stands out.

    With R called of m, every interval is drawn at 1 - max(R, 1) (1 - level) / m. That controls the false-coverage rate
    of those called (Benjamini & Yekutieli 2005, Journal of the American Statistical Association 100), and as a called
    p-value is at most R (1 - level) / m and any other above that, interval and verdict are one.

    Parameters
    ----------
    p_values : array of float
        Of all that are asked together; missing values are not counted.
    level : float

    Returns
    -------
    float

    Examples
    --------
    >>> float(round(shared_level(np.array([0.001, 0.2, 0.6, 0.7]), 0.95), 4))
    0.9875
    """
    asked = np.count_nonzero(~np.isnan(p_values))
    count = max(np.count_nonzero(called(adjusted(p_values), 1 - level)), 1)
    return 1 - (1 - level) * count / asked if asked else level


def verdict(low, high, q_value, matters, alpha, doubted=False):
    """What an interval and a q-value say.

    Parameters
    ----------
    low, high : float
        Interval of the effect of the largest usual move.
    q_value : float
        False-discovery adjusted p-value.
    matters : float
        The smallest change of the score that anybody would notice.
    alpha : float
        One minus the level.
    doubted : bool
        Whether the lever must not be given a verdict, whatever the numbers are.

    Returns
    -------
    {"too small to matter", "moves it", "can't tell"}
        Too small when the whole interval lies within ±matters, even if it excludes zero.
    """
    if doubted or np.isnan(low) or np.isnan(high):
        return CANNOT
    if -matters < low and high < matters:
        return SMALL
    return MOVES if called(q_value, alpha) else CANNOT
