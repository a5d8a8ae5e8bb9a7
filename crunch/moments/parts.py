"""One pass over a Dask DataFrame: each partition becomes sums where it lies, and only those come back."""

import sys

import narwhals as nw
import numpy as np

from crunch.moments.chunks import PER_BLOCK, in_memory
from crunch.moments.pieces import joined, merged


class Dask:
    """A Dask DataFrame and the types of its columns; narwhals is giving up on reading them.

    Parameters
    ----------
    native : dask.dataframe.DataFrame
    """

    def __init__(self, native):
        self.native = native
        self._empty = nw.from_native(native._meta, eager_only=True)

    @property
    def columns(self):
        """Names, in order."""
        return self._empty.columns

    def collect_schema(self):
        """Name to narwhals type."""
        return self._empty.collect_schema()


def is_dask(table):
    """Whether this is a Dask DataFrame; imports nothing to find out."""
    module = sys.modules.get("dask.dataframe")
    return module is not None and isinstance(table, module.DataFrame)


class Parts:
    """Rows in the partitions of a Dask DataFrame.

    Parameters
    ----------
    frame : dask.dataframe.DataFrame
    names : sequence of hashable
    """

    def __init__(self, frame, names):
        self.parts = frame[list(names)].to_delayed()
        self.names = list(names)

    def head(self, most):
        """The first rows of the first partition, shape (up to most, q)."""
        return self._each(_head, self.parts[:1], most)[0]

    def gather(self, scales, shift, blocks):
        """One pass; see `Rows.gather`."""
        most = -(-PER_BLOCK * blocks // len(self.parts))
        return merged(joined(self._each(_gather, self.parts, tuple(scales), np.asarray(shift), most)), blocks)

    def profile(self):
        """See `Rows.profile`."""
        low, high, whole, missing, rows = zip(*self._each(_profile, self.parts), strict=True)
        return np.fmin.reduce(low), np.fmax.reduce(high), np.all(whole, axis=0), np.sum(missing, axis=0), sum(rows)

    def every(self, step):
        """See `Rows.every`; row numbers begin again in each partition, elsewhere in the step."""
        starts = (np.arange(len(self.parts)) * 0.6180339887498949 % 1 * step).astype(int)
        found = [self._task(_every, part, step, int(start)) for part, start in zip(self.parts, starts, strict=True)]
        return np.concatenate(_computed(found))

    def _each(self, task, parts, *given):
        return _computed([self._task(task, part, *given) for part in parts])

    def _task(self, task, part, *given):
        from dask import delayed

        return delayed(task)(part, self.names, *given)


def _computed(tasks):
    from dask import compute

    return compute(*tasks)


def _rows(part, names):
    return in_memory(nw.from_native(part, eager_only=True), names)


def _head(part, names, most):
    return _rows(part, names).head(most)


def _gather(part, names, scales, shift, blocks):
    return _rows(part, names).gather(scales, shift, blocks)


def _profile(part, names):
    return _rows(part, names).profile()


def _every(part, names, step, start):
    return _rows(part, names).every(step, start)
