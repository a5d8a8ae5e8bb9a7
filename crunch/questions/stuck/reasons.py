"""Why a score stands still: what a reason is, and how reasons are ranked."""

import math
from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd

from crunch.results import Answer
from crunch.wording import number

YES, NO, OPEN = "yes", "no", "can't tell"
ROUNDING = "rounding hides what moves"
CAPPED = "an input is at the end of its curve"
OFFSET = "levers offset each other"
WINDOW = "a rolling window drops what was gained"
NOISE = "noise is larger than the gain"
IDLE = "the levers have hardly moved"
STILL = "the score never moved"
_NIL = 1e-9  # of the largest points: what differences of floats leave


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


class Reasons(Answer):
    """Reasons why a score stands, those that hold first."""

    def readable(self):
        """The table as people read it."""
        table = self.table
        return pd.DataFrame({
            "reason": table["reason"], "does it hold?": table["verdict"],
            "points": [_about(size, table["points"].abs().max()) for size in table["points"]],
            "evidence": table["evidence"]})


def _about(size, largest):
    """Points in two digits; none for what has no size."""
    if np.isnan(size) or abs(size) <= _NIL * largest:
        return ""
    return f"about {number(size, 1 - math.floor(math.log10(abs(size))))}"


def ranked(reasons):
    """Reasons as an answer: those that hold first, the largest first among them.

    Parameters
    ----------
    reasons : iterable of Reason

    Returns
    -------
    Reasons
        `table`: rank (of those that hold; missing for the others), reason, verdict, points, evidence.
    """
    table = pd.DataFrame([astuple(r) for r in reasons], columns=[f.name for f in fields(Reason)])
    order = pd.DataFrame({"place": table["verdict"].map({YES: 0, OPEN: 1, NO: 2}),
                          "size": -table["points"].abs().fillna(-1)})
    table = table.loc[order.sort_values(["place", "size"], kind="stable").index].reset_index(drop=True)
    holds = table["verdict"] == YES
    table.insert(0, "rank", holds.cumsum().astype("Int64").where(holds))
    return Reasons(table, _sentence(table.loc[holds, "reason"].tolist()))


def _sentence(holding):
    if not holding:
        return "None of the reasons that were looked into is seen to hold."
    if len(holding) == 1:
        return f"One reason holds: {holding[0]}."
    return f"{len(holding)} reasons hold, the largest first: {'; '.join(holding)}."
