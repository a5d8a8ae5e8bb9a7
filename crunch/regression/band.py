"""The coefficients with which every row stays inside its band: a polyhedron, and how far it reaches."""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

# What a row may leave its band by, since float noise must not make a true set empty: parts of the band's
# width, and units in the last place of the score, twice as many as `crunch.rounding` forgives.
_SLACK, _LAST_PLACES = 1e-9, 64 * np.finfo(float).eps


def extremes(low, high, X, held=None, slack=0.0):
    """The smallest and largest of each coefficient with which low ≤ a + X b + held c ≤ high.

    Two linear programs for each column of X.

    Parameters
    ----------
    low, high : array, shape (rows,)
        The band of each row.
    X : array, shape (rows, columns)
        Without an intercept; one is added.
    held : sparse matrix, shape (rows, k), optional
        Columns whose coefficients are free as well, and are not asked for.
    slack : float
        By how much each band is widened at both ends.

    Returns
    -------
    array, shape (columns, 2)
        Infinite where nothing stops a coefficient; NaN throughout when no coefficients will do.

    Examples
    --------
    >>> low = np.array([0.5, 1.5, 2.5])  # shown as 1, 2 and 3
    >>> extremes(low, low + 1, np.array([[0.0], [10.0], [20.0]])).round(6).tolist()
    [[0.05, 0.15]]
    """
    matrix, spread = _scaled(X, held)
    width = (high - low).max()
    out = np.full((X.shape[1], 2), np.nan)
    for j in range(X.shape[1]):
        for side, sign in enumerate((1, -1)):
            goal = np.zeros(matrix.shape[1])
            goal[j] = sign
            found = _solved(goal, *_inequalities(low, high, matrix, slack))
            if found.status == 2:  # infeasible
                return np.full((X.shape[1], 2), np.nan)
            # A program that could not be solved says nothing, so its end stays open.
            out[j, side] = sign * found.fun * width / spread[j] if found.status == 0 else -sign * np.inf
    return out


def least_slack(low, high, X, held=None):
    """The smallest widening of all bands with which some coefficients will do: 0 when they do as it is.

    Parameters
    ----------
    low, high, X, held
        As for `extremes`.

    Returns
    -------
    float

    Examples
    --------
    >>> low = np.array([0.5, 2.5, 0.5])  # a level line at 2 is half a point from every band
    >>> round(least_slack(low, low + 1, np.array([[0.0], [1.0], [2.0]])), 6)
    0.5
    """
    matrix, _ = _scaled(X, held)
    rows, ends = _inequalities(low, high, matrix, 0.0)
    goal = np.append(np.zeros(matrix.shape[1]), 1.0)
    found = _solved(goal, sparse.hstack([rows, -np.ones((rows.shape[0], 1))]).tocsc(), ends)
    slack = max(float(found.fun), 0.0)
    return slack * float((high - low).max()) if slack > 10 * _SLACK else 0.0


def _scaled(X, held):
    """The columns about their means in units of their spread, what is held, an intercept; and the spreads."""
    spread = X.std(axis=0)
    spread[spread <= 1e-12 * np.abs(X).max(axis=0, initial=0)] = 1.0
    parts = [sparse.csc_array((X - X.mean(axis=0)) / spread), sparse.csc_array(np.ones((len(X), 1)))]
    return sparse.hstack(parts if held is None else [*parts, held]).tocsc(), spread


def _inequalities(low, high, matrix, slack):
    """X b ≤ high and −X b ≤ −low as rows and ends.

    About the middle of all, so that large scores cost no digits, and in units of the widest band,
    since a solver holds what is below its own tolerance for nothing.
    """
    middle, width = (low.min() + high.max()) / 2, (high - low).max()
    give = slack + _SLACK * (high - low) + _LAST_PLACES * np.maximum(np.abs(low), np.abs(high))
    return sparse.vstack([matrix, -matrix]).tocsc(), np.concatenate([high - middle + give, middle - low + give]) / width


def _solved(goal, rows, ends):
    found = linprog(goal, A_ub=rows, b_ub=ends, bounds=(None, None), method="highs")
    # Presolve may leave open whether a program is infeasible or unbounded; without it that is decided.
    return found if found.status in (0, 2, 3) else linprog(goal, A_ub=rows, b_ub=ends, bounds=(None, None),
                                                           method="highs", options={"presolve": False})
