"""How a design's R² divides among its levers, with bootstrap intervals."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from crunch.errors import counted, listing
from crunch.progress import bar
from crunch.regression import resample
from crunch.regression.intervals import less_overfit
from crunch.shares.chance import Chance, sign_flips
from crunch.shares.divide import Table, divide, standardised
from crunch.wording import percent

LARGE, PARTS = 20_000, 1000  # rows from which parts of them are drawn, and how many


@dataclass(frozen=True)
class Split:
    """Parts of the score's variance that is left after the design's structure.

    Attributes
    ----------
    share, low, high : array, shape (p,)
        Per lever, in the design's order; NaN where they cannot be given.
    explained, context : float
        R² of levers and context together, and of context alone.
    chance : Chance
        What pure noise would explain.
    notes : tuple of str
    """

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    explained: float
    context: float
    chance: Chance
    notes: tuple = ()


def split(design, level=0.95, draws=1000, rng=None):
    """Shapley shares of R² with bootstrap intervals.

    Structure (intercept, lags, calendar; unit and time means in a panel) is swept out before R² is
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
    Split
    """
    parts = divide(rows_of(design), columns_of(design), draw=draw_of(design, rng), draws=draws, rng=rng,
                   progress=bar("Shares"))
    alone = [j for j, group in enumerate(parts.game.joined) if len(group) == 1]
    share, low, high = np.full((3, len(design.names)), np.nan)
    places = [parts.game.joined[j][0] for j in alone]
    share[places] = parts.share[alone]
    if draws and alone:
        low[places], high[places] = less_overfit(parts.drawn[:, alone], parts.share[alone], level)
    notes = (*_together(design, parts), *_sampled(parts), *_drawn(design, draws))
    return Split(share, low, high, parts.explained, parts.context, chance_of(design, parts), notes)


def rows_of(design):
    """What there is to divide: structure is swept out, context always in."""
    data = standardised(np.column_stack([design.structure, design.context, design.levers, design.squares, design.y]))
    mixed = np.random.default_rng(0).permutation(len(data)) if in_parts(design) else None
    parts = None if mixed is None else np.array_split(mixed, PARTS)
    return Table(data, design.structure.shape[1], design.context.shape[1], groups=design.times, parts=parts)


def in_parts(design):
    """Whether draws are made of parts of the rows: of so many single ones they would take minutes.

    Parts are random. Neighbours in a table that is sorted would differ more than rows do, and rows dealt
    out in turn less.
    """
    return design.units is None and not design.lags and len(design.y) >= LARGE


def columns_of(design):
    """For each lever its columns: itself, and its square where it goes with the outcome on a curve."""
    p = len(design.names)
    return [(j, p + design.bent.index(name)) if name in design.bent else (j,) for j, name in enumerate(design.names)]


def chance_of(design, parts, flip=False):
    """What pure noise would explain where this design leaves something open; in a panel by flipped signs if wanted."""
    flipped = None
    if flip and design.units is not None:
        flipped = sign_flips(np.column_stack([design.levers, design.squares]), design.held, design.y, design.units)
    return Chance(len(design.y), parts.rank, design.held.shape[1] + design.absorbed, parts.explained, parts.context,
                  flipped)


def draw_of(design, rng):
    """The way this kind of table is resampled."""
    if design.units is not None:
        return partial(resample.units, design.units, rng=rng)
    if not design.lags:
        return partial(resample.rows, PARTS if in_parts(design) else len(design.y), rng=rng)
    # What the shares are averages of: the products of what is left of each lever and of the score.
    summands = design.free * design.residual[:, None]
    return partial(resample.blocks, len(design.y), rng=rng, length=resample.block_length(summands))


def drawn_from(design):
    """What is drawn for intervals of shares, and how many of it, in words and as a number."""
    if design.units is not None:
        return "whole units", int(design.units.max()) + 1
    if in_parts(design):
        return f"{PARTS} random parts of the rows", len(design.y)
    return "runs of neighbouring rows" if design.lags else "rows", len(design.y)


def _drawn(design, draws):
    """That parts were drawn, where they were."""
    if not draws or not in_parts(design):
        return []
    return [f"Intervals of shares come from draws of {PARTS} random parts of the {counted(len(design.y), 'row')}, "
            "which are as wide as those from draws of single rows."]


def _together(design, parts):
    """Notes on levers that share one share."""
    return [f"{listing([design.names[j] for j in group], most=12)} move almost exactly together, and only their share "
            f"together is known: {percent(share)}."
            for group, share in zip(parts.game.joined, parts.share, strict=True) if len(group) > 1]


def _sampled(parts):
    if parts.standard_error is None:
        return []
    return [f"With {len(parts.share)} levers not every subset is looked at: shares are estimated from random orders of "
            f"entry and may be off by about {100 * 2 * parts.standard_error.max():.1g} percentage points for that "
            "alone."]
