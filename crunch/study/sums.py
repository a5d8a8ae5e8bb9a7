"""A table that is not in memory: what a study has to know of it before it is summed up."""

from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, counted, listing, show
from crunch.moments.categories import with_indicators
from crunch.moments.profile import profile, sample


class Look(NamedTuple):
    """What two passes say of the columns of a study.

    Attributes
    ----------
    source : what `crunch.moments.sources.opened` gives
        The table, with a column of 0 and 1 for each value but one of its categories.
    context : tuple
        The columns that stand for the context.
    rows : int
        Of the table, complete or not.
    seen : DataFrame
        The complete rows of an even sample.
    ends : DataFrame
        Two rows: the smallest and the largest value of each column.
    """

    source: object
    context: tuple
    rows: int
    seen: pd.DataFrame
    ends: pd.DataFrame


def look_at(source, roles):
    """Bounds of all columns and an even sample of the rows.

    Parameters
    ----------
    source : what `crunch.moments.sources.opened` gives
    roles : dict
        Role to names.

    Returns
    -------
    Look

    Raises
    ------
    InputError
        When the study needs its rows in order, or a column holds no numbers.
    """
    if roles["time"]:
        raise InputError("A diary or panel looks back from row to row, so it needs its rows in memory, but this table "
                         "is not. Bring it to one row a period, collect it, and give Study the result.")
    schema = source.collect_schema()
    for role in ("score", "levers", "context", "side_effects"):
        checks.columns(roles[role], schema.names(), role)
    text = [name for name in roles["context"] if not (schema[name].is_numeric() or schema[name] == nw.Boolean)]
    source, added = with_indicators(source, text)
    context = tuple(part for name in roles["context"] for part in added.get(name, (name,)))
    names = [*context, *roles["levers"], *roles["score"]]
    rows, bounds = profile(source, names)
    ends = bounds.set_index("column")[["low", "high"]].T.reset_index(drop=True)
    _finite(ends)
    seen = sample(source, names, total=rows).dropna().reset_index(drop=True)
    if len(seen) < 2:
        raise InputError(f"A study needs complete rows, but of about {counted(min(rows, 10_000), 'row')} looked at, "
                         f"{counted(len(seen), 'row')} had a number in each of {listing(names, most=12)}. Name fewer "
                         "columns, or fill the missing cells.")
    return Look(source, context, rows, seen, ends)


def _finite(ends):
    for name in ends:
        if np.isinf(ends[name]).any():
            raise InputError(f"A column must be finite, but {show(name)} holds an infinite value. Often a division by "
                             "zero: replace those cells with a missing value or drop the rows.")


def told(study, seen):
    """How a study's table was read."""
    return (f"The table was not loaded: it was read where it lies, for bounds, for a sample of {counted(seen, 'row')} "
            f"from which scales were chosen, and for the sums of {counted(study.moments.rows, 'row')} in "
            f"{counted(len(study.moments.counts), 'block')}.")
