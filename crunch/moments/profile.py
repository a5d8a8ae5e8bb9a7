"""A first look at a table of any engine: bounds, gaps, and an even sample for quantiles."""

from typing import NamedTuple

import pandas as pd

from crunch import checks
from crunch.moments.sources import numeric, opened, reader


class Profile(NamedTuple):
    """What one pass says of each column.

    Attributes
    ----------
    rows : int
        Rows of the table, complete or not.
    table : DataFrame
        Columns column, low, high, whole (whether all values are whole numbers), missing (cells); bounds are
        NaN when every cell is missing.
    """

    rows: int
    table: pd.DataFrame


def profile(frame, columns=None):
    """Bounds, missing cells and whether all values are whole, from one pass over a table.

    Parameters
    ----------
    frame, columns
        As in `Moments.of`.

    Returns
    -------
    Profile

    Raises
    ------
    InputError
        When a column is not in the table or is no number.

    Examples
    --------
    >>> import pandas as pd
    >>> profile(pd.DataFrame({"posts": [1, 2, 5], "hours": [0.5, None, 2]})).table
      column  low  high  whole  missing
    0  posts  1.0   5.0   True        0
    1  hours  0.5   2.0  False        1
    """
    table = opened(frame)
    names = numeric(table, columns)
    low, high, whole, missing, rows = reader(table, names).profile()
    columns = {"column": list(names), "low": low, "high": high, "whole": whole, "missing": missing}
    return Profile(int(rows), pd.DataFrame(columns))


def sample(frame, columns=None, rows=10_000, *, total=None):
    """Rows spread evenly over a table: every k-th by position, so the same ones each time.

    Parameters
    ----------
    frame, columns
        As in `Moments.of`.
    rows : int
        About how many; all, when the table has no more.
    total : int, optional
        Rows of the table, when they are known from `profile`; counted by a pass otherwise.

    Returns
    -------
    DataFrame
        The columns as floats, missing cells as NaN, in the order of the table where the engine has one.

    Raises
    ------
    InputError
        When a column is not in the table or is no number.

    Examples
    --------
    >>> import pandas as pd
    >>> sample(pd.DataFrame({"posts": range(100)}), rows=4)["posts"].tolist()
    [0.0, 25.0, 50.0, 75.0]
    """
    rows = checks.whole(rows, "rows", least=1)
    table = opened(frame)
    names = numeric(table, columns)
    source = reader(table, names)
    total = source.profile()[-1] if total is None else checks.whole(total, "total")
    return pd.DataFrame(source.every(max(-(-total // rows), 1)), columns=list(names))
