"""From a table to moments: a look at the first rows, one pass, and what must be said about it."""

import numpy as np

from crunch import checks
from crunch.errors import InputError, counted, listing, show
from crunch.moments.pieces import SCALES, overall
from crunch.moments.sources import numeric, opened, reader

HEAD = 1000
MISLED = 100  # standard deviations from shift to mean that cost four of sixteen digits in sums of squares


def gathered(frame, columns, blocks, scales):
    """Everything that moments are made of.

    Parameters
    ----------
    frame, columns, blocks, scales
        As in `Moments.of`.

    Returns
    -------
    dict
        The fields of `Moments`.
    """
    blocks = checks.whole(blocks, "blocks", least=2)
    table = opened(frame)
    names = numeric(table, columns)
    scales = _scales(scales, names)
    kinds = list(scales.values())
    source = reader(table, names)
    shift = _first_look(source.head(HEAD), kinds)
    found = source.gather(kinds, shift, blocks)
    _refuse(found, scales)
    better = _better_shift(found, shift)
    if better is not None:
        shift, found = better, source.gather(kinds, better, blocks)
    kept = int(found.counts.sum())
    _refuse_overflow(found, names)
    still = found.low == found.high
    _hold_still(found, still, shift, kinds)
    return {"columns": names, "scales": scales, "shift": shift, "counts": found.counts, "means": found.means,
            "products": found.products, "skipped": found.seen - kept,
            "notes": (*left_out(found.seen - kept, kept), *_still(names, still))}


def left_out(skipped, kept):
    """The note on incomplete rows, as a tuple; empty without any."""
    if not skipped:
        return ()
    return (f"{counted(skipped, 'row')} of {skipped + kept} {'was' if skipped == 1 else 'were'} left out for missing "
            "values.",)


def _scales(asked, names):
    asked = dict(asked or {})
    for name, scale in asked.items():
        if name not in names:
            raise InputError(f"scales speaks of the columns, but {show(name)} is none of them. "
                             f"The columns are {listing(names, most=12)}.")
        checks.choice(scale, tuple(SCALES), f"scales[{show(name)}]")
    return {name: asked.get(name, "linear") for name in names}


def _first_look(head, kinds):
    """A shift near the middle of each column on its scale: sums of squares about it keep their digits."""
    shift = np.zeros(len(kinds))
    for j, kind in enumerate(kinds):
        values = SCALES[kind](np.where(np.isfinite(head[:, j]), head[:, j], np.nan))
        values = values[np.isfinite(values)]
        shift[j] = np.median(values) if values.size else 0.0
    return np.where(np.isfinite(shift), shift, 0.0)


def _better_shift(found, shift):
    """The mean, when the first rows lay so far from it that digits were lost; None otherwise."""
    mean, matrix = overall(found.counts, found.means, found.products)
    spread = np.sqrt(np.maximum(np.diag(matrix), 0) / found.counts.sum())
    with np.errstate(invalid="ignore"):
        far = np.isfinite(mean) & (np.abs(mean) > MISLED * spread)
    # a column that never moves is exact from its first cell on: its mean is a rounding error away at most
    far &= np.abs(mean) > 1e-14 * np.abs(shift)
    return np.where(far, shift + mean, shift) if far.any() else None


def _refuse(found, scales):
    kept = int(found.counts.sum())
    if kept < 2:
        raise InputError(f"Moments need at least 2 complete rows, but {counted(kept, 'row')} of "
                         f"{found.seen} {'has' if kept == 1 else 'have'} a number in every column of "
                         f"{listing(scales, most=12)}. Name fewer columns, or fill the missing cells.")
    for (name, scale), low, high in zip(scales.items(), found.low, found.high, strict=True):
        if np.isinf(low) or np.isinf(high):
            raise InputError(f"A column must be finite, but {show(name)} holds {low if np.isinf(low) else high}. Often "
                             "a division by zero: replace those cells with a missing value or drop the rows.")
        if scale == "log" and low <= 0:
            cure = "'log1p'" if low == 0 else "'linear'"
            raise InputError(f"A log scale needs values above 0, but {show(name)} goes down to {low:g}. "
                             f"Use scales={{{show(name)}: {cure}}}.")
        if scale == "log1p" and low < 0:
            raise InputError(f"A log1p scale needs values of 0 or more, but {show(name)} goes down to {low:g}. "
                             f"Use scales={{{show(name)}: 'linear'}}.")


def _refuse_overflow(found, names):
    squares = np.diag(overall(found.counts, found.means, found.products)[1])
    wide = [name for name, square in zip(names, squares, strict=True) if not np.isfinite(square)]
    if wide:
        raise InputError(f"Squares must stay below 1e308, but those of {listing(wide)} do not. "
                         "Divide by a power of ten first.")


def _hold_still(found, still, shift, kinds):
    """A column of one value has no spread at all, not one of rounding errors."""
    found.products[:, still, :] = 0
    found.products[:, :, still] = 0
    for j in np.flatnonzero(still):
        found.means[:, j] = SCALES[kinds[j]](found.low[j]) - shift[j]


def _still(names, still):
    named = [name for name, one in zip(names, still, strict=True) if one]
    if not named:
        return ()
    return (f"{listing(named, most=12)} {'is' if len(named) == 1 else 'are'} the same in every row.",)
