"""How a design's R² divides among its levers, with bootstrap intervals."""

from dataclasses import dataclass

import numpy as np

from crunch.errors import listing
from crunch.regression import resample
from crunch.regression.columns import entangled
from crunch.regression.importance import lmg, sweep, sweep_many
from crunch.regression.moments import moments

NOISE = 1e5  # scaled condition number above which shares from moments are rounding (error ~ eps cond²)
MOST_LEVERS = 20  # exact shares look at every subset of the levers
_AT_ONCE = 4_000_000  # numbers held at a time: keeps memory flat over many draws


@dataclass(frozen=True)
class Shares:
    """Parts of the score's variance that is left after the design's structure.

    Attributes
    ----------
    share, low, high : array, shape (p,)
        Per lever, in the design's order; NaN where they cannot be given.
    explained, context : float
        R² of levers and context together, and of context alone.
    notes : tuple of str
    """

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    explained: float
    context: float
    notes: tuple = ()


def split(design, level=0.95, draws=1000, rng=None):
    """Exact Shapley shares of R² with percentile intervals.

    Structure (intercept, lags, trend; unit and time means in a panel) is swept out before R² is
    counted; context is always in and keeps what it explains alone. Draws resample rows, whole units
    in a panel, or moving blocks of rows in a diary, and sweep everything out afresh.

    Parameters
    ----------
    design : Design
    level : float
    draws : int
        0 for no intervals.
    rng : numpy.random.Generator

    Returns
    -------
    Shares
    """
    p = len(design.names)
    data, swept, always = _standardised(design)
    whole = moments(data, groups=design.times)
    explained, context = _r_squared(whole, swept, always)
    nothing = np.full(p, np.nan)
    obstacle = _obstacle(design)
    if obstacle or not p:
        return Shares(nothing, nothing, nothing, explained, context, obstacle)
    share = (lmg(sweep(whole, swept + always)) / sweep(whole, swept)[:, -1:, -1])[0]
    if not draws:
        return Shares(share, nothing, nothing, explained, context)
    drawn = _drawn(data, design, draws, rng, swept, always)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    # A draw can only overfit, so a share near zero may lie below all of them: its interval includes it.
    return Shares(share, np.minimum(low, share), np.maximum(high, share), explained, context)


def _standardised(design):
    """Structure, context, levers and score side by side, centred and scaled; how many of the first two."""
    data = np.column_stack([design.structure, design.context, design.levers, design.y])
    spread = data.std(axis=0)
    varies = spread > 1e-12 * np.abs(data).max(axis=0)
    return (np.where(varies, data - data.mean(axis=0), data) / np.where(varies, spread, 1),
            design.structure.shape[1], design.context.shape[1])


def _r_squared(matrices, swept, always):
    """R² of everything and of context, of the variance that structure leaves."""
    left = sweep(matrices, swept)
    with_context = sweep(left, always)
    total, context, all_in = (m[0, -1, -1] for m in (left, with_context,
                                                      sweep(with_context, with_context.shape[-1] - 1)))
    return 1 - all_in / total, 1 - context / total


def _many(matrices, swept, always):
    """Shares of each draw, shape (draws, p)."""
    total = sweep_many(matrices, swept)[:, -1:, -1]
    # In a draw whose score never moves there is nothing to share.
    moves = total > 1e-10 * matrices[:, -1:, -1].max()
    return np.where(moves, lmg(sweep_many(matrices, swept + always)) / np.where(moves, total, 1), 0)


def _obstacle(design):
    """Why shares cannot be given, as a tuple of notes; empty when they can."""
    p = len(design.names)
    if p > MOST_LEVERS:
        return (f"Shares look at every subset of the levers and stop at {MOST_LEVERS} levers; this study has {p}.",)
    if p < 2:
        return ()
    condition, members = entangled(design.free)
    if condition <= NOISE:
        return ()
    together = listing([design.names[m] for m in members], most=12)
    return (f"{together} move almost exactly together: their shares would be rounding noise, so none are given. "
            "Keep one of them.",)


def _drawn(data, design, draws, rng, swept, always):
    """Bootstrap shares, shape (draws, p), a chunk of draws at a time."""
    rows, p = len(data), len(design.names)
    chunk = max(1, _AT_ONCE // max(data.shape[1] ** 2, 4 * 2**p, rows))
    out = []
    for start in range(0, draws, chunk):
        count = min(chunk, draws - start)
        if design.units is not None:
            counts = resample.units(design.units, count, rng)
        elif design.lags:
            counts = resample.blocks(rows, count, rng)
        else:
            counts = resample.rows(rows, count, rng)
        out.append(_many(moments(data, counts, design.times), swept, always))
    return np.concatenate(out)
