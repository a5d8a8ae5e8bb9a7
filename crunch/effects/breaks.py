"""Dates on which score and lever jump together: steps that both keep, and single periods in which both are outlying."""

import numpy as np
from scipy import stats

from crunch.regression.columns import lengths

ALPHA = 0.01  # that a step is found which is none, over all dates
MOST_OUTLYING = 5  # more of them are a heavy tail, and no dates to be named
FAR = 4.0  # robust standard deviations of its surprises, from which a series is outlying
UNEXPLAINED = 3.0  # standard errors from what the levers explain, from which an outlying score is not theirs
_NEW = 1e-7  # part of a column's length that must be new
_MARGIN = 0.1  # of the rows at either end in which no step is looked for
_LEAST = 5  # rows that must be on either side of a step


def apart(columns):
    """An orthonormal basis; columns that repeat those before them give nothing, as they have zeros there.

    Parameters
    ----------
    columns : array, shape (rows, k)

    Returns
    -------
    array, shape (rows, k)
    """
    Q, R = np.linalg.qr(columns)
    Q[:, np.abs(np.diag(R)) <= _NEW * lengths(columns)[:Q.shape[1]]] = 0
    return Q


def shared_step(held, own, series):
    """The row from which the score and a lever are on another level, if there is one.

    For each row a step from there on is added to the regression of each series on what is held and its own past; what
    is shared is the smaller of the score's and the lever's |t|, which must stand out over all rows (Bonferroni).

    Parameters
    ----------
    held : array, shape (rows, k)
        The calendar and the context.
    own : array, shape (rows, p + 1)
        The past of each series. Pasts of the others are left out: the past of a lever that is a step is that step.
    series : array, shape (rows, p + 1)
        The score first.

    Returns
    -------
    row : int or None
    levers : array of int
        Which jump there with the score.
    """
    n, Q = len(series), apart(held)
    margin = max(_LEAST, int(_MARGIN * n))
    dof = n - np.count_nonzero(Q.any(axis=0)) - 2
    if dof < _LEAST or n <= 2 * margin:
        return None, np.array([], dtype=int)
    own, left = (part - Q @ (Q.T @ part) for part in (own, series))
    own = own / np.maximum(lengths(own), 1e-150)
    left = left - own * (own * left).sum(axis=0)
    # Products of all steps with all columns at once: sums from each row to the last.
    on_held, on_own, on_left = (part[::-1].cumsum(axis=0)[::-1] for part in (Q, own, left))
    size = (np.arange(n, 0, -1) - (on_held**2).sum(axis=1))[:, None] - on_own**2
    total = (left**2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(size > _NEW, on_left**2 / size, 0)
        t2 = np.where(total > 0, gain * dof / np.maximum(total - gain, 1e-12 * total), 0)
    shared = np.minimum(t2[:, :1], t2[:, 1:])
    shared[:margin] = shared[n - margin + 1:] = 0
    row = int(shared.max(axis=1).argmax())
    levers = np.flatnonzero(shared[row] > stats.t.isf(ALPHA / 2 / (n - 2 * margin), dof) ** 2)
    return (row if len(levers) else None), levers


def shared_outliers(held, series):
    """Rows in which the score and a lever are outlying, and the score by more than the levers explain.

    A large pull of a lever that moves the score makes both outlying as well, and tells more than any other row. So the
    score of these rows is compared with what the levers of all other rows would make of it.

    Parameters
    ----------
    held : array, shape (rows, k)
        The past, the calendar and the context.
    series : array, shape (rows, p + 1)
        The score first.

    Returns
    -------
    list of (int, array of int)
        Each row, in order, and which levers are outlying there.
    """
    Q = apart(held)
    left = series - Q @ (Q.T @ series)
    spread = 1.4826 * np.median(np.abs(left), axis=0)
    far = np.abs(left) > FAR * np.where(spread > _NEW * left.std(axis=0), spread, np.inf)
    shared = far[:, :1] & far[:, 1:]
    rows = np.flatnonzero(shared.any(axis=1))
    if not 0 < len(rows) <= MOST_OUTLYING:
        return []
    alone = np.eye(len(series))[:, rows]
    basis = apart(np.column_stack([held, series[:, 1:], alone]))
    known = basis[:, -len(rows):].any(axis=0)  # where the levers moved in these rows only, nothing can be compared
    rows, alone = rows[known], alone[:, known]
    dof = len(series) - np.count_nonzero(basis.any(axis=0))
    if not len(rows) or dof < _LEAST:
        return []
    fixed = apart(np.column_stack([held, series[:, 1:]]))
    alone, score = (part - fixed @ (fixed.T @ part) for part in (alone, series[:, 0]))
    products = np.linalg.inv(alone.T @ alone)
    off = products @ (alone.T @ score)
    rest = score - alone @ off
    error = np.sqrt(rest @ rest / dof * np.diag(products))
    return [(int(row), np.flatnonzero(shared[row])) for row in rows[np.abs(off) > UNEXPLAINED * error]]
