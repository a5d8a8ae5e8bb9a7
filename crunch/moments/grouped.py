"""One pass inside an engine that speaks in queries: sums of products, grouped by block."""

from functools import reduce
from operator import or_

import narwhals as nw
import numpy as np

from crunch.moments.pieces import Pieces, merged, overall

RUN = 1000  # neighbouring rows that stay together while the number of rows is unknown
FINE = 4  # pieces per block then, so that merging neighbours evens the blocks out
STILL = 1e-12  # a standard deviation below this part of the mean may be rounding, of a column that never moves
STRIDE = 0.6180339887498949  # each partition begins this part of all pieces further on: any few of them spread evenly


class Grouped:
    """Rows in an engine.

    Parameters
    ----------
    lazy : narwhals.LazyFrame
        Float columns x0, x1, ..., the whole number `row` of each row within its partition, and `part`.
    q : int
        Number of columns x.
    fetch : callable
        Runs a native query and gives its rows as tuples.
    total : int, optional
        Rows in all, when they are known and in one partition.
    scaled : callable, optional
        Adds columns z0, z1, ... on the scales given; `on_scales` without.
    """

    def __init__(self, lazy, q, fetch, total=None, scaled=None):
        self.lazy, self.q, self.fetch, self.total = lazy, q, fetch, total
        self.scaled = scaled or on_scales

    def head(self, most):
        """The first rows, shape (up to most, q)."""
        return self._floats(self.lazy.select(*self._names()).head(most), self.q)

    def gather(self, scales, shift, blocks):
        """One pass, and a second one over a table that turned out to be small; see `Rows.gather`."""
        if self.total is not None:
            return self._pass(nw.col("row") * blocks // max(self.total, 1), scales, shift)
        fine = FINE * blocks
        found = self._pass(_dealt(RUN, fine), scales, shift)
        if found.seen < RUN * fine:  # too few runs to fill the blocks, and little to read again
            found = self._pass(_dealt(max(-(-found.seen // fine), 1), fine), scales, shift)
        return merged(found, blocks)

    def profile(self):
        """See `Rows.profile`."""
        asked = [nw.len()]
        for name in self._names():
            # a missing cell must be null everywhere: some engines count NaN as the largest number
            there = nw.when(~nw.col(name).is_nan()).then(nw.col(name))
            asked += [there.min(), there.max(), nw.when(there % 1 != 0).then(1).otherwise(0).sum(), there.count()]
        asked = [expression.alias(f"a{k}") for k, expression in enumerate(asked)]
        rows, *rest = self.fetch(self.lazy.select(*asked).to_native())[0]
        low, high, broken, there = np.array(rest, dtype=float).reshape(self.q, 4).T
        broken = np.nan_to_num(broken)  # the sum of no rows is missing
        return low, high, (broken == 0) & ~np.isinf(low) & ~np.isinf(high), (rows - there).astype(np.int64), rows

    def every(self, step):
        """See `Rows.every`; partitions begin where `STRIDE` puts them."""
        start = (nw.col("part") * max(int(step * STRIDE), 1)) % step
        return self._floats(self.lazy.filter((nw.col("row") + start) % step == 0).select(*self._names()), self.q)

    def _names(self):
        return [f"x{j}" for j in range(self.q)]

    def _floats(self, lazy, width):
        return np.array(self.fetch(lazy.to_native()), dtype=float).reshape(-1, width)

    def _pass(self, block, scales, shift):
        q, complete = self.q, ~reduce(or_, (nw.col(x).is_null() | nw.col(x).is_nan() for x in self._names()))
        # rows with a missing cell are a block of their own: counted, and their sums never looked at
        placed = self.scaled(self.lazy, scales).select(
            nw.when(complete).then(block).otherwise(-1).alias("block"),
            *((nw.col(f"z{j}") - float(zero)).alias(f"z{j}") for j, zero in enumerate(shift)))
        upper = np.triu_indices(q)
        asked = [nw.len(), *(nw.col(f"z{j}").sum() for j in range(q)),
                 *((nw.col(f"z{i}") * nw.col(f"z{j}")).sum() for i, j in zip(*upper, strict=True))]
        asked = [expression.alias(f"a{k}") for k, expression in enumerate(asked)]
        table = np.array(self.fetch(placed.group_by("block").agg(*asked).to_native()), dtype=float)
        found = _pieces(table.reshape(-1, len(asked) + 1), q, upper)
        return self._with_bounds(found, complete, shift) if len(found.counts) else found

    def _with_bounds(self, found, complete, shift):
        """Bounds by a query of their own, when something looks wrong: in every pass they would double its time."""
        mean, matrix = overall(*found[:3])
        still = np.diag(matrix) <= found.counts.sum() * (STILL * (np.abs(shift) + np.abs(mean))) ** 2
        if np.isfinite(matrix).all() and not still.any():
            return found
        asked = [expression.alias(f"a{k}") for k, expression in enumerate(
            bound for x in self._names() for bound in (nw.col(x).min(), nw.col(x).max()))]
        bounds = self._floats(self.lazy.filter(complete).select(*asked), 2)
        return found._replace(low=bounds[:, 0], high=bounds[:, 1])


def _dealt(run, fine):
    """The piece of a row: runs are dealt in turn, each partition begins elsewhere."""
    start = nw.col("part") * max(int(fine * STRIDE), 1)
    return (start + nw.col("row") // run) % fine


def on_scales(lazy, scales):
    """The frame with columns z0, z1, ...: x0, x1, ... on their scales."""
    return lazy.with_columns(_scaled(nw.col(f"x{j}"), scale).alias(f"z{j}") for j, scale in enumerate(scales))


def _scaled(x, scale):
    """A column on its scale; NaN where the logarithm is not defined, since some engines stop there."""
    if scale == "linear":
        return x
    if scale == "log":
        return nw.when(x > 0).then(x).otherwise(float("nan")).log()
    # Kahan's log(1 + x): exact to the last digits also where 1 + x swallows those of x.
    fit = nw.when(x >= 0).then(x).otherwise(float("nan"))
    one = fit + 1.0
    return nw.when(one > 1.0).then(one.log() * (fit / nw.when(one > 1.0).then(one - 1.0))).otherwise(fit)


def _pieces(table, q, upper):
    """Pieces from one row of sums per block."""
    table = table[np.argsort(table[:, 0])]
    seen, table = int(table[:, 1].sum()), table[table[:, 0] >= 0]
    counts, sums, flat = np.split(table[:, 1:], np.cumsum([1, q]), axis=1)
    products = np.empty((len(table), q, q))
    with np.errstate(invalid="ignore", over="ignore"):
        means = sums / counts
        flat = flat - counts * means[:, upper[0]] * means[:, upper[1]]
    products[:, upper[0], upper[1]] = flat
    products[:, upper[1], upper[0]] = flat
    unknown = np.full(q, np.nan)
    return Pieces(counts[:, 0].astype(np.int64), means, products, unknown, unknown, seen)
