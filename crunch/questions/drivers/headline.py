"""The lever that a sentence names first, and what allows for its having been picked."""

from dataclasses import dataclass

from crunch.effects.verdict import MOVES
from crunch.regression.picked import picked

_WORTH = 0.1  # of the interval's width, by which an end must come nearer to zero to be worth a word


@dataclass(frozen=True)
class Picked:
    """The lever that stands out most, with an interval that holds though it was picked for that.

    Attributes
    ----------
    lever : hashable
    low, high : float
        For the stated change. They reach nearer to zero than those of the table, or are the same.
    expected : float
        What the effect is expected to be, luck allowed for: between nothing and the estimate.
    differs : bool
        Whether that is far enough from the table's interval to be worth a word.
    """

    lever: object
    low: float
    high: float
    expected: float
    differs: bool


def headline(table, level):
    """The lever that moves the score most over its usual range; None where none is seen to move it.

    Parameters
    ----------
    table : DataFrame
        Of drivers, with verdicts and intervals.
    level : float

    Returns
    -------
    Picked or None
    """
    moving = table[(table["verdict"] == MOVES) & table["swing"].notna()]
    if moving.empty:
        return None
    top = moving.loc[moving["swing"].abs().idxmax()]
    unit = top["effect"] / top["swing"] if top["swing"] else 1.0  # of the stated change, in that of a usual move
    swings = (table["swing"] if top["swing"] else table["effect"]).to_numpy(dtype=float)
    ends = sorted((top["low"] / unit, top["high"] / unit))
    low, high, expected = picked(swings, table["p_value"].to_numpy(dtype=float), table.index.get_loc(top.name), *ends, level)
    low, high = sorted((low * unit, high * unit))
    nearer = max(top["low"] - low, high - top["high"])
    return Picked(top["lever"], low, high, expected * unit, bool(nearer > _WORTH * (top["high"] - top["low"])))
