"""A table that is not in memory: what a study has to know of it before it is summed up."""

from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, counted, listing, show
from crunch.moments.profile import profile, sample
from crunch.moments.sources import opened


class Look(NamedTuple):
    """What two passes say of the columns of a study.

    Attributes
    ----------
    rows : int
        Of the table, complete or not.
    seen : DataFrame
        The complete rows of an even sample.
    ends : DataFrame
        Two rows: the smallest and the largest value of each column.
    """

    rows: int
    seen: pd.DataFrame
    ends: pd.DataFrame


def look(source, roles):
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
    names = [name for role in ("context", "levers", "score") for name in roles[role]]
    schema = opened(source).collect_schema()
    for role in ("score", "levers", "context", "side_effects"):
        checks.columns(roles[role], schema.names(), role)
    text = [name for name in names if not (schema[name].is_numeric() or schema[name] == nw.Boolean)]
    if text:
        raise InputError("Of a table that is not in memory only numbers can be summed, but "
                         f"{listing(text, most=8)} {'holds' if len(text) == 1 else 'hold'} {schema[text[0]]}. Turn "
                         "categories into columns of 0 and 1 first, one for each value but one.")
    rows, bounds = profile(source, names)
    ends = bounds.set_index("column")[["low", "high"]].T.reset_index(drop=True)
    for name in names:
        if np.isinf(ends[name]).any():
            raise InputError(f"A column must be finite, but {show(name)} holds an infinite value. Often a division by "
                             "zero: replace those cells with a missing value or drop the rows.")
    seen = sample(source, names, total=rows).dropna().reset_index(drop=True)
    if len(seen) < 2:
        raise InputError(f"A study needs complete rows, but of about {counted(min(rows, 10_000), 'row')} looked at, "
                         f"{counted(len(seen), 'row')} had a number in each of {listing(names, most=12)}. Name fewer "
                         "columns, or fill the missing cells.")
    return Look(rows, seen, ends)


def told(study, seen):
    """How a study's table was read."""
    return (f"The table was not loaded: it was read three times, for bounds, for a sample of {counted(seen, 'row')} "
            f"from which scales were chosen, and for the sums of {counted(study.moments.rows, 'row')} in "
            f"{counted(len(study.moments.counts), 'block')}.")
