"""Gained and sacrificed, lever by lever, each in usual moves of what is gained or sacrificed."""

import numpy as np
import pandas as pd

from crunch.effects.limits import BREAKS, HOLDS
from crunch.effects.verdict import MOVES, SMALL

FREE, TRADE, GAME, AVOID, UNKNOWN, IDLE = ("free lunch", "trade", "numbers game", "avoid", "can't tell",
                                           "too small to matter")
_CERTAIN = 1e-6  # part of what is sacrificed, below which a difference is rounding
COLUMNS = ("lever", "way", "gain", "gain_low", "gain_high", "sacrifice", "sacrifice_low", "sacrifice_high", "worst",
           "costs_more", "verdict")


def trades(study, found, wide, drawn, table):
    """What each lever brings and takes, pulled the way that goes with a higher score, or up where none is seen to.

    "free lunch": the score gains and nothing gets worse. "trade": something gets worse, and the score
    or another side effect gains by more, each counted in its own usual moves. "numbers game": the score
    gains, and something gets worse by more, or breaks its limit. "avoid": something gets worse, and
    nothing gains as much. "can't tell": whether it gains, or what it takes, is not known. "too small to
    matter": neither. Where a curve turns so that a usual move goes the other way than its mean slope, which way gains
    depends on where one stands: not known.

    Parameters
    ----------
    study : Study
    found : Effects
    wide : array, shape (levers, outcomes)
        Half the widths of the intervals, in standard errors.
    drawn : array, shape (draws, p + q, outcomes)
        Draws of all effects, curves last, from `crunch.regression.joint`.
    table : DataFrame
        Of the answer, with a verdict per lever and outcome.

    Returns
    -------
    DataFrame
        One row per lever; see `SideEffects`.
    """
    verdicts = table.set_index(["lever", "outcome"])["verdict"]
    rows = []
    for name in table["lever"].unique():
        j, (start, _, end) = found.names.index(name), study.usual(name)
        moved = [found.move(j, o, start, end) for o in range(len(found.outcomes))]
        middle, errors = np.array(moved).T / [outcome.usual for outcome in found.outcomes]
        width = errors * wide[j]
        turned = middle * found.slopes.coef[j] < 0
        said = [UNKNOWN if against and verdicts[name, outcome.name] == MOVES else verdicts[name, outcome.name]
                for outcome, against in zip(found.outcomes, turned, strict=True)]
        way = -1.0 if said[0] == MOVES and middle[0] < 0 else 1.0
        worse = np.array([outcome.worse(way * m) for outcome, m in zip(found.outcomes, middle, strict=True)])
        at = _worst(worse, said)
        row = {"lever": name, "way": "up" if way > 0 else "down", "gain": way * middle[0],
               "gain_low": way * middle[0] - width[0], "gain_high": way * middle[0] + width[0],
               "costs_more": _costs_more(way * _moved(found, drawn, j, start, end), found.outcomes, worse, said),
               "verdict": _verdict(worse, said)}
        if at is not None:
            row.update(sacrifice=worse[at], sacrifice_low=worse[at] - width[at], sacrifice_high=worse[at] + width[at],
                       worst=found.outcomes[at].name)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _harmed(worse, said):
    """Side effects that are seen to get worse, as a mask without the score."""
    return np.array([word in (MOVES, BREAKS) and (w > 0 or word == BREAKS)
                     for w, word in zip(worse[1:], said[1:], strict=True)])


def _worst(worse, said):
    """The side effect that gets worst: of those seen to, else of all whose direction is known."""
    harmed = _harmed(worse, said)
    known = harmed if harmed.any() else ~np.isnan(worse[1:])
    if not known.any():
        return None
    return 1 + int(np.argmax(np.where(known, np.nan_to_num(worse[1:], nan=-np.inf), -np.inf)))


def _gained(worse, said):
    """The outcomes that are seen to gain, as a mask."""
    return np.array([word == MOVES and w < 0 for w, word in zip(worse, said, strict=True)])


def _moved(found, drawn, j, start, end):
    """Draws of what goes with a lever's move in each outcome, shape (draws, outcomes)."""
    p, straight = len(found.names), drawn[:, j] * (end - start)
    if j not in found.bends.at:
        return straight
    curve, place = found.bends.curve(j), p + int(np.flatnonzero(found.bends.at == j)[0])
    return straight + np.nan_to_num(drawn[:, place]) * (curve.of(end) - curve.of(start))


def _costs_more(moved, outcomes, worse, said):
    """The probability that what gets worst is more than what gains most; NaN where one of them is not there."""
    gained, harmed = _gained(worse, said), _harmed(worse, said)
    if not (gained.any() and harmed.any()):
        return np.nan
    gain = int(np.argmax(np.where(gained, -worse, -np.inf)))
    lost = 1 + int(np.argmax(np.where(harmed, worse[1:], -np.inf)))
    more = sum(outcomes[o].worse(moved[:, o]) / outcomes[o].usual for o in (lost, gain))
    return float(np.mean(more > _CERTAIN * worse[lost]))  # errors that cancel, where one is the other, leave rounding


def _verdict(worse, said):
    harmed = _harmed(worse, said)
    gains = -worse[_gained(worse, said)]
    if harmed.any() and (said[0] == MOVES or len(gains)):
        too_much = max(worse[1:][harmed]) > max(gains) or BREAKS in said[1:]
        return (GAME if said[0] == MOVES else AVOID) if too_much else TRADE
    if harmed.any():
        return AVOID
    fine = np.array([word in (SMALL, HOLDS) or (word == MOVES and w < 0)
                     for w, word in zip(worse[1:], said[1:], strict=True)])
    if said[0] == MOVES:
        return FREE if fine.all() else UNKNOWN
    return IDLE if said[0] == SMALL and fine.all() else UNKNOWN
