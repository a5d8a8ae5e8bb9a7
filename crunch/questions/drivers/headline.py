"""The lever that a sentence names first, and what allows for its having been picked."""

from dataclasses import dataclass

from scipy import stats

from crunch.effects.verdict import MOVES
from crunch.regression.picked import picked

_WORTH = 0.05  # of the interval's width, by which an end must come nearer to zero to be worth a word; zero always is


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


def headline(table, level, each):
    """The lever that moves the score most over its usual range; None where none is seen to move it.

    Parameters
    ----------
    table : DataFrame
        Of drivers, with verdicts and intervals.
    level, each : float
        The level asked for, and that of each interval of the table.

    Returns
    -------
    Picked or None
    """
    moving = table[(table["verdict"] == MOVES) & table["swing"].notna()]
    if moving.empty:
        return None
    top = moving.loc[moving["swing"].abs().idxmax()]
    if not top["swing"] * top["effect"]:  # arithmetic that comes to nothing
        return Picked(top["lever"], top["low"], top["high"], top["effect"], differs=False)
    unit = top["effect"] / top["swing"]  # from what goes with a usual move to what goes with the stated change
    swings, ends = (table[name].to_numpy(dtype=float) for name in ("swing", "swing_high"))
    errors = (ends - swings) / stats.norm.isf((1 - each) / 2)
    own = sorted((top["low"] / unit, top["high"] / unit))
    low, high, expected = picked(swings, errors, table.index.get_loc(top.name), *own, level)
    low, high = sorted((float(low * unit), float(high * unit)))
    nearer, nothing = max(top["low"] - low, high - top["high"]), low == 0 or high == 0
    differs = nearer > (0 if nothing else _WORTH * (top["high"] - top["low"]))
    return Picked(top["lever"], low, high, float(expected * unit), bool(differs))
