"""One pass over rows that come as chunks of NumPy arrays."""

from itertools import chain

import narwhals as nw
import numpy as np

from crunch.moments.pieces import SCALES, joined, merged, of_rows

CHUNK = 100_000
PER_BLOCK = 8  # pieces kept per block while the number of rows is unknown: blocks are then even to about 1/8


class Rows:
    """Rows in chunks.

    Parameters
    ----------
    chunks : callable
        Gives a fresh iterator over float arrays of shape (rows, q), in the order of the table; at least one.
    head : callable
        Gives the first rows, no more than asked for, shape (rows, q).
    total : int, optional
        Rows in all; None when only the pass itself can tell.
    """

    def __init__(self, chunks, head, total=None):
        self.chunks, self.head, self.total = chunks, head, total

    def gather(self, scales, shift, blocks):
        """One pass.

        Parameters
        ----------
        scales : sequence of {"linear", "log", "log1p"}
        shift : array, shape (q,)
            Subtracted from the columns on their scales.
        blocks : int

        Returns
        -------
        Pieces
            At most `blocks`, each of neighbouring rows; those without a complete row are left out.
        """
        chunks, total = self.chunks(), self.total
        if total is None:
            held, rows = [], 0
            for chunk in chunks:
                held.append(chunk)
                rows += len(chunk)
                if rows > 2 * CHUNK:
                    return _growing(chain(held, chunks), scales, shift, blocks)
            chunks, total = held, rows
        return _known(chunks, total, scales, shift, blocks)

    def profile(self):
        """Bounds, whether all are whole, and missing cells per column; rows in all."""
        low, high, whole, missing, rows = np.nan, np.nan, True, 0, 0
        for chunk in self.chunks():
            low, high = np.fmin(low, _bound(np.fmin, chunk)), np.fmax(high, _bound(np.fmax, chunk))
            gaps = np.isnan(chunk)
            missing = missing + gaps.sum(axis=0)
            whole = whole & (gaps | (np.isfinite(chunk) & (np.floor(chunk) == chunk))).all(axis=0)
            rows += len(chunk)
        return low, high, whole, missing, rows

    def every(self, step, start=0):
        """Every `step`-th row from row `start` on, shape (rows, q)."""
        taken, at = [], start
        for chunk in self.chunks():
            taken.append(chunk[at::step].copy())
            at -= len(chunk)
            at += step * max(-(at // step), 0)
        return np.concatenate(taken)


def _known(chunks, total, scales, shift, blocks):
    """One pass when the number of rows is known: block b begins at row b·total/blocks."""
    blocks = min(blocks, max(total, 1))
    starts = np.array([-(-block * total // blocks) for block in range(blocks + 1)])
    parts, at = [], 0
    for chunk in chunks:
        inside = starts[(starts > at) & (starts < at + len(chunk))] - at
        parts.append(_pieces(chunk, np.concatenate([[0], inside, [len(chunk)]]), scales, shift))
        at += len(chunk)
    return merged(joined(parts), blocks)


def _growing(chunks, scales, shift, blocks):
    """One pass when it is not: pieces double in size whenever there are too many of them."""
    most = PER_BLOCK * blocks
    run, found, many = max(CHUNK // most, 1), [], 0
    for chunk in chunks:
        found.append(_pieces(chunk, np.array([*range(0, len(chunk), run), len(chunk)]), scales, shift))
        many += len(found[-1].counts)
        if many > 2 * most:
            found, run, many = [merged(joined(found), most)], 2 * run, most
    return merged(joined(found), blocks)


def _pieces(chunk, edges, scales, shift):
    complete = ~np.isnan(chunk).any(axis=1)
    edges = np.concatenate([[0], np.cumsum(complete)])[edges]
    rows = chunk if complete.all() else chunk[complete]
    Z = np.empty(rows.shape, order="F")
    with np.errstate(invalid="ignore"):
        for j, (scale, zero) in enumerate(zip(scales, shift, strict=True)):
            Z[:, j] = SCALES[scale](rows[:, j]) - zero
    return of_rows(Z, edges, _bound(np.fmin, rows), _bound(np.fmax, rows), len(chunk))


def _bound(which, rows):
    return which.reduce(rows, axis=0) if len(rows) else np.full(rows.shape[1], np.nan)


def in_memory(frame, names):
    """Rows of a table in memory.

    Parameters
    ----------
    frame : narwhals.DataFrame
    names : sequence of hashable

    Returns
    -------
    Rows
    """
    total = len(frame)

    def chunks():
        for start in range(0, max(total, 1), CHUNK):
            yield _floats(frame[start:start + CHUNK], names)

    return Rows(chunks, lambda most: _floats(frame[:most], names), total)


def streamed(lazy, names):
    """Rows of a Polars LazyFrame, which computes them chunk by chunk.

    Parameters
    ----------
    lazy : polars.LazyFrame
    names : sequence of str

    Returns
    -------
    Rows
    """
    safe = [f"x{j}" for j in range(len(names))]
    every = {name: f"c{j}" for j, name in enumerate(lazy.collect_schema().names())}
    # polars reads a name like "^a.*$" as a pattern anywhere but in rename
    numbers = nw.from_native(lazy.rename(every)).select(
        nw.col(every[name]).cast(nw.Float64).alias(new) for name, new in zip(names, safe, strict=True)).to_native()

    def chunks():
        yield np.empty((0, len(safe)))
        for batch in numbers.collect_batches(chunk_size=CHUNK, maintain_order=True):
            yield _floats(nw.from_native(batch, eager_only=True), safe)

    return Rows(chunks, lambda most: _floats(nw.from_native(numbers.head(most).collect(), eager_only=True), safe))


def _floats(frame, names):
    """The named columns as floats with NaN where a cell is missing, shape (rows, q)."""
    out = np.empty((len(frame), len(names)), order="F")
    for j, name in enumerate(names):
        out[:, j] = frame.get_column(name).cast(nw.Float64).to_numpy()
    return out
