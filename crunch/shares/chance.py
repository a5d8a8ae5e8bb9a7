"""What pure noise would explain: as many columns without any meaning go with some of the outcome as well."""

from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class Chance:
    """An R², and what chance alone makes of one on as many rows.

    Attributes
    ----------
    rows, columns : int
        Columns that share, without those that repeat others.
    spent : int
        Coefficients that are taken out before anything is shared: mean, structure, what is always in.
    explained, context : float
        R² of everything together, and of what is always in alone.
    """

    rows: int
    columns: int
    spent: int
    explained: float
    context: float = 0.0

    @property
    def expected(self):
        """Part of the variation that as many columns of pure noise would be expected to add to what is always in.

        Examples
        --------
        >>> Chance(rows=31, columns=6, spent=1, explained=0.5).expected
        0.2
        """
        return (1 - self.context) * min(self.columns / max(self.rows - self.spent, 1), 1)

    @property
    def p_value(self):
        """How often pure noise of equal spread would explain as much (F test of all columns together)."""
        spare, left = self.rows - self.spent - self.columns, 1 - self.explained
        if spare < 1 or self.columns < 1:
            return 1.0
        if left <= 0:
            return 0.0
        return float(stats.f.sf((self.explained - self.context) / self.columns / (left / spare), self.columns, spare))
