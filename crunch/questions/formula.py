"""The price of a point when the formula is known: exact, each checked by scoring again."""

import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, show
from crunch.rounding import Rounding
from crunch.scoring import Score
from crunch.scoring.price import price

REACHED, OUT_OF_REACH = "reaches it", "out of reach"


def formula(score):
    """A score that is shown in steps, or a sentence that says what is missing."""
    if not isinstance(score, Score):
        raise InputError(f"score must be a formula, a crunch.scoring.Score such as scoring.lighthouse(), but "
                         f"{show(score)} was given. For a score whose formula nobody told you, give a Study and leave "
                         "score out.")
    if score.rounding is None:
        raise InputError(f"The next point is a step of the shown score, but {show(score.name)} is shown as it is. "
                         "Say how it is shown: scoring.Score(..., step=1).")
    return score


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


def exact_prices(score, inputs, target, columns=None, bounds=None):
    """What each input alone would have to be for the shown score to reach a target.

    Parameters
    ----------
    score : Score
    inputs : dict of float
        One row, from `Score.inputs`.
    target : float
        A shown score; below the present one for what it takes to fall to it.
    columns : names, optional
        Of the inputs that can be moved; all by default.
    bounds : dict of name to (least, most), optional

    Returns
    -------
    DataFrame
        lever, value, needed, change, change_percent, reachable, ceiling (the best shown score that
        this input alone can bring; infinite where there is no end), weight (nominal), verdict;
        cheapest in percent first.
    """
    weights = {}
    for part, weight, _ in score.leaves:
        weights[part.column] = weights.get(part.column, 0) + weight
    rows = []
    for column in checks.columns(columns or score.columns, score.columns, "the score"):
        least, most = (bounds or {}).get(column, (-np.inf, np.inf))
        found, value = price(score, inputs, column, target, least=least, most=most), inputs[column]
        change = found.needed - value
        rows.append({"lever": column, "value": value, "needed": found.needed, "change": change,
                     "change_percent": 100 * change / abs(value) if value else np.nan,
                     "reachable": not np.isnan(found.needed), "ceiling": float(score.as_shown(found.ceiling)),
                     "weight": weights[column],
                     "verdict": OUT_OF_REACH if np.isnan(found.needed) else REACHED})
    table = pd.DataFrame(rows)
    order = table["change_percent"].abs().sort_values(kind="stable", na_position="last").index
    return table.loc[[*order[table.loc[order, "reachable"]], *order[~table.loc[order, "reachable"]]]].reset_index(
        drop=True)
