"""The price of a point when the formula is known: exact, each checked by scoring again."""

import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, show
from crunch.scoring import Score
from crunch.scoring.price import price

REACHED, OUT_OF_REACH = "reaches it", "out of reach"


def formula(score):
    """A score that is shown in steps, or a sentence that says what is missing."""
    if not isinstance(score, Score):
        raise InputError(f"score must be a formula, a Score such as crunch.scoring.lighthouse(), but "
                         f"{show(score)} was given. For a score whose formula nobody told you, give a Study and leave "
                         "score out.")
    if score.rounding is None:
        raise InputError(f"The next point is a step of the shown score, but {show(score.name)} is shown as it is. "
                         "Say how it is shown: crunch.scoring.Score(..., step=1).")
    return score


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
