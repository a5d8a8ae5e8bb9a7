"""How sure a share is, which ranks are possible, and whether one lever is really ahead of another."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crunch.effects.verdict import adjusted
from crunch.regression.intervals import difference, drawn_ranks, jackknife, less_overfit, ranks, student
from crunch.shares.methods import MAY_BE_NEGATIVE

AHEAD, OPEN = "ahead", "can't tell"
_PAIRS = ["lever", "other", "difference", "low", "high", "p_value", "q_value", "verdict"]


@dataclass(frozen=True)
class Standing:
    """Intervals of shares, possible ranks, and comparisons of pairs.

    Attributes
    ----------
    low, high : array, shape (p,)
    rank_low, rank_high : array, shape (p,)
    pairs : DataFrame
        One row per pair, the larger share first: lever, other, difference, low, high, p_value,
        q_value (false-discovery adjusted over the pairs), verdict ("ahead" or "can't tell").
    """

    low: np.ndarray
    high: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    pairs: pd.DataFrame


def in_doubt(standing):
    """The same intervals, with nobody ahead of anybody: any rank is possible."""
    known = ~np.isnan(standing.rank_low)
    first, last = (np.where(known, place, np.nan) for place in (1.0, float(len(known))))
    return replace(standing, rank_low=first, rank_high=last, pairs=standing.pairs.assign(verdict=OPEN))


def unknown(count):
    """The standing of levers whose shares have no intervals."""
    nothing = np.full(count, np.nan)
    return Standing(nothing, nothing, nothing, nothing, pd.DataFrame(columns=_PAIRS))


def least(method):
    """The smallest value that a share can have by this method."""
    return -np.inf if method in MAY_BE_NEGATIVE else 0.0


def from_draws(names, share, drawn, level, least):
    """Standing from bootstrap draws: intervals of shares, and the ranks that occur or that pairs leave open.

    Parameters
    ----------
    names : sequence
    share : array, shape (p,)
    drawn : array, shape (draws, p)
    level, least : float
        As for `less_overfit`.

    Returns
    -------
    Standing
    """
    low, high = less_overfit(drawn, share, level, least)

    def compare(i, j):
        return difference(drawn[:, i] - drawn[:, j], share[i] - share[j], level)

    pairs = _pairs(names, share, compare, level)
    (first, last), (least, most) = _open_ranks(names, pairs), drawn_ranks(drawn, share, level)
    return Standing(low, high, np.minimum(first, least), np.maximum(last, most), pairs)


def from_blocks(names, share, without, counts, level, least):
    """Standing from the shares without each block of rows (jackknife, t with blocks - 1 degrees of freedom).

    A rank is possible unless so many others are surely ahead or behind.

    Parameters
    ----------
    names : sequence
    share : array, shape (p,)
    without : array, shape (blocks, p)
    counts : array, shape (blocks,)
    level : float
    least : float
        The smallest value a share can have: intervals stop there.

    Returns
    -------
    Standing
    """
    covariance, dof = jackknife(without, share, counts), len(counts) - 1
    low, high, _ = student(share, np.sqrt(np.diag(covariance)), dof, level)

    def compare(i, j):
        variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        return student(share[i] - share[j], np.sqrt(max(variance, 0)), dof, level)

    pairs = _pairs(names, share, compare, level)
    return Standing(np.maximum(low, least), high, *_open_ranks(names, pairs), pairs)


def _open_ranks(names, pairs):
    """The first and last rank that each lever may have, by whom it is surely ahead of and behind."""
    surely = pairs[pairs["verdict"] == AHEAD]
    ahead, behind = (np.array([(surely[column] == name).sum() for name in names]) for column in ("lever", "other"))
    return 1 + behind, len(names) - ahead


def _pairs(names, share, compare, level):
    """Every pair, the larger share first."""
    order = np.argsort(ranks(share))
    both = [(i, j) for place, i in enumerate(order) for j in order[place + 1:]]
    rows = [(names[i], names[j], share[i] - share[j], *map(float, compare(i, j))) for i, j in both]
    pairs = pd.DataFrame(rows, columns=_PAIRS[:6])
    pairs["q_value"] = adjusted(pairs["p_value"].to_numpy(dtype=float))
    pairs["verdict"] = np.where(pairs["q_value"] < 1 - level, AHEAD, OPEN)
    return pairs
