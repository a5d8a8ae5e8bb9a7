"""Moments: what is left of a table when only sums of squares and products are kept."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, counted, listing, show
from crunch.moments import gather, pieces, saved
from crunch.results import html_table
from crunch.wording import compact

MOST_BLOCKS = 400  # a sum of moments with more is brought back to half as many


@dataclass(frozen=True, eq=False, repr=False)
class Moments:
    """Sums of squares and products of q columns, for each of B blocks of rows.

    Attributes
    ----------
    columns : tuple
        Names.
    scales : dict
        Name to "linear", "log" or "log1p": what was summed.
    shift : array, shape (q,)
        Near the mean of each column on its scale.
    counts : array of int, shape (B,)
        Complete rows of each block.
    means : array, shape (B, q)
        Mean of each block less the shift: a column such as 1e9 and noise keeps its digits.
    products : array, shape (B, q, q)
        Sums of squares and products about each block's own mean.
    notes : tuple of str
    skipped : int
        Rows left out because a cell was missing.

    Examples
    --------
    Made from a table, they answer in its place:

    >>> import crunch
    >>> found = crunch.Moments.of(crunch.load("schools"), ["test_score", "income", "free_lunch"])
    >>> crunch.importance(found, "test_score").table[["lever", "share"]].round(2)
            lever  share
    0  free_lunch   0.51
    1      income   0.27
    """

    columns: tuple
    scales: dict
    shift: np.ndarray
    counts: np.ndarray
    means: np.ndarray
    products: np.ndarray
    notes: tuple = ()
    skipped: int = 0

    def __post_init__(self):
        for name in ("shift", "counts", "means", "products"):
            values = np.array(getattr(self, name), dtype=np.int64 if name == "counts" else float)
            values.flags.writeable = False
            object.__setattr__(self, name, values)
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "scales", dict(self.scales))
        object.__setattr__(self, "notes", tuple(self.notes))

    @classmethod
    def of(cls, frame, columns=None, *, blocks=200, scales=None):
        """The moments of a table, from one pass over it.

        A second pass is made when the first 1000 rows were nothing like the rest, and over a table of
        DuckDB or PySpark that turned out to be small.

        Parameters
        ----------
        frame : table, str or Path
            A frame of pandas, Polars (also lazy), PyArrow, DuckDB, Dask or PySpark, any other that
            narwhals reads, or Parquet files: a path, a folder or a pattern, read by DuckDB or else Polars.
        columns : names, optional
            All columns of numbers and of true/false, without. Each row counts that is complete in them.
        blocks : int
            Neighbouring rows share a block, and blocks are about equally large. They are contiguous
            stretches of the table in pandas, Polars, PyArrow and Parquet files; of its partitions in Dask;
            runs of 1000 rows dealt in turn in PySpark and in other DuckDB relations. Frames of other
            engines have no order to go by: their columns are fetched into memory.
        scales : dict, optional
            Name to "log" (values above 0) or "log1p" (log(1 + value), values of 0 or more).

        Returns
        -------
        Moments

        Raises
        ------
        InputError
            When a column is missing, is no number, is infinite or does not fit its scale, or fewer than
            two rows are complete.

        Notes
        -----
        Blocks are merged as in Chan, Golub & LeVeque (1983), *The American Statistician* 37.

        Examples
        --------
        >>> import crunch
        >>> from crunch.moments import Moments
        >>> schools = crunch.load("schools")
        >>> found = Moments.of(schools, ["test_score", "students_per_teacher"])
        >>> found.rows, len(found.counts), round(float(found.correlation()[0, 1]), 3)
        (420, 200, -0.226)
        """
        return cls(**gather.gathered(frame, columns, blocks, scales))

    @property
    def rows(self):
        """Complete rows in all."""
        return int(self.counts.sum())

    @property
    def mean(self):
        """Mean of each column on its scale, shape (q,)."""
        return self.shift + self._overall()[0]

    @property
    def matrix(self):
        """Sums of squares and products about the mean of all rows, shape (q, q)."""
        return self._overall()[1]

    def covariance(self):
        """Sample covariances, shape (q, q)."""
        return self.matrix / (self.rows - 1)

    def correlation(self):
        """Pearson correlations, shape (q, q); NaN for a column that never moves."""
        matrix = self.matrix
        spread = np.sqrt(np.diag(matrix))
        spread[spread == 0] = np.nan
        return matrix / spread[:, None] / spread

    def deleted(self):
        """`matrix` with each one block left out, shape (B, q, q): what a delete-a-block jackknife needs.

        Raises
        ------
        InputError
            When there is only one block.
        """
        return self.jackknife().matrices

    def jackknife(self):
        """Rows, means and matrices with each one block left out.

        Returns
        -------
        Deleted
            `rows` (B,), `means` (B, q) and `matrices` (B, q, q).

        Raises
        ------
        InputError
            When there is only one block.
        """
        if len(self.counts) < 2:
            raise InputError("A jackknife leaves out one block after another, so it needs at least 2 blocks, but "
                             f"there is {len(self.counts)}. Use crunch.Moments.of(frame, blocks=200).")
        left = pieces.without_each(self.counts, self.means, self.products)
        return left._replace(means=self.shift + left.means)

    def drawn(self, counts):
        """`matrix` of resampled blocks, in one matrix product: what a bootstrap over blocks needs.

        Parameters
        ----------
        counts : array, shape (draws, B)
            How often each block was drawn; any weights of 0 or more.

        Returns
        -------
        array, shape (draws, q, q)
            About the mean of each draw.

        Raises
        ------
        InputError
            When there is not one count per block.
        """
        counts = np.asarray(counts, dtype=float)
        if counts.ndim != 2 or counts.shape[1] != len(self.counts):
            raise InputError(f"A draw says how often each of the {len(self.counts)} blocks was drawn, but counts has "
                             f"shape {counts.shape}. Give an array of shape (draws, {len(self.counts)}).")
        return pieces.drawn(counts, self.counts, self.means, self.products)

    def select(self, columns):
        """The moments of some of the columns, in the order given.

        Returns
        -------
        Moments

        Raises
        ------
        InputError
            When a name is not among the columns.
        """
        columns = checks.columns(checks.names(columns, "columns"), self.columns, "columns")
        at = [self.columns.index(name) for name in columns]
        return Moments(columns, {name: self.scales[name] for name in columns}, self.shift[at], self.counts,
                       self.means[:, at], self.products[:, at][:, :, at], self.notes, self.skipped)

    def __add__(self, other):
        if not isinstance(other, Moments):
            return NotImplemented
        if self.columns != other.columns:
            odd = [name for name in (*self.columns, *other.columns)
                   if (name in self.columns) != (name in other.columns)]
            what = f"only one of the two has {listing(odd)}" if odd else "theirs stand in another order"
            raise InputError(f"Moments add up when their columns are the same, but {what}. "
                             "Use select(columns) on both first.")
        for name in self.columns:
            if self.scales[name] != other.scales[name]:
                raise InputError(f"Moments add up when their scales are the same, but {show(name)} is "
                                 f"{self.scales[name]} in one and {other.scales[name]} in the other. "
                                 f"Make both with scales={{{show(name)}: {self.scales[name]!r}}}.")
        both = pieces.appended((self.counts, self.means, self.products),
                               (other.counts, other.means + (other.shift - self.shift), other.products))
        if len(both[0]) > MOST_BLOCKS:
            both = pieces.fewer(*both, MOST_BLOCKS // 2)
        skipped = self.skipped + other.skipped
        said = [note for one in (self, other) for note in one.notes
                if note not in gather.left_out(one.skipped, one.rows)]
        return Moments(self.columns, self.scales, self.shift, *both,
                       (*gather.left_out(skipped, self.rows + other.rows), *dict.fromkeys(said)), skipped)

    def save(self, path):
        """Write to a .json or .parquet file, every digit kept; see `crunch.moments.saved.save`."""
        saved.save(self, path)

    @classmethod
    def load(cls, path):
        """Read what `save` wrote; see `crunch.moments.saved.load`."""
        return cls(**saved.load(path))

    def _overall(self):
        return pieces.overall(self.counts, self.means, self.products)

    def _summary(self):
        return (f"Moments of {counted(len(self.columns), 'column')}: {counted(self.rows, 'row')} in "
                f"{counted(len(self.counts), 'block')}.")

    def _readable(self):
        mean, deviation = self.mean, np.sqrt(np.diag(self.matrix) / max(self.rows - 1, 1))
        return pd.DataFrame({"column": [str(name) for name in self.columns], "scale": list(self.scales.values()),
                             "mean": [compact(float(value)) for value in mean],
                             "standard deviation": [compact(float(value)) for value in deviation]})

    def __repr__(self):
        return "\n".join([self._summary(), "", self._readable().to_string(index=False),
                          *(f"- {note}" for note in self.notes)])

    def _repr_html_(self):
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return (f"<p><strong>{escape(self._summary())}</strong></p>{html_table(self._readable())}"
                + (f"<ul>{notes}</ul>" if notes else ""))
