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
    return MOVES if q_value < alpha else CANNOT
