"""Why a score stands still: what a reason is, and how reasons are ranked."""

from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd

YES, NO, OPEN = "yes", "no", "can't tell"
ROUNDING = "rounding hides what moves"
CAPPED = "an input is at the end of its curve"
OFFSET = "levers offset each other"
WINDOW = "a rolling window drops what was gained"
NOISE = "noise is larger than the gain"
IDLE = "the levers have hardly moved"
STILL = "the score never moved"


@dataclass(frozen=True)
class Reason:
    """One reason, looked into.

    Attributes
    ----------
    reason : str
    verdict : {"yes", "no", "can't tell"}
    points : float
        Points of the score that it accounts for; NaN where it has no size.
    evidence : str
        A sentence with the numbers.
    """

    reason: str
    verdict: str
    points: float
    evidence: str


def ranked(reasons):
    """Reasons as a table: those that hold first, the largest first among them.

    Parameters
    ----------
    reasons : iterable of Reason

    Returns
    -------
    DataFrame
        rank (of those that hold; missing for the others), reason, verdict, points, evidence.
    """
    table = pd.DataFrame([astuple(r) for r in reasons], columns=[f.name for f in fields(Reason)])
    place = table["verdict"].map({YES: 0, OPEN: 1, NO: 2})
    size = -table["points"].abs().fillna(-1)
    table = table.loc[pd.DataFrame({"place": place, "size": size}).sort_values(
        ["place", "size"], kind="stable").index].reset_index(drop=True)
    holds = table["verdict"] == YES
    table.insert(0, "rank", np.where(holds, np.cumsum(holds), 0))
    return table.astype({"rank": "Int64"}).assign(rank=lambda t: t["rank"].mask(t["rank"] == 0))
