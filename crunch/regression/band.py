"""The coefficients with which every row stays inside its band: a polyhedron, and how far it reaches."""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

# Parts of a band's width that a row may leave it by: float noise must not make a true set empty.
_SLACK = 1e-9


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
    """
    matrix, spread = _scaled(X, held)
    out = np.full((X.shape[1], 2), np.nan)
    for j in range(X.shape[1]):
        for side, sign in enumerate((1, -1)):
            goal = np.zeros(matrix.shape[1])
            goal[j] = sign
            found = _solved(goal, *_inequalities(low, high, matrix, slack))
            if found.status == 2:  # infeasible
                return np.full((X.shape[1], 2), np.nan)
            out[j, side] = -sign * np.inf if found.status == 3 else sign * found.fun / spread[j]
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
    """
    matrix, _ = _scaled(X, held)
    rows, ends = _inequalities(low, high, matrix, 0.0)
    goal = np.append(np.zeros(matrix.shape[1]), 1.0)
    found = _solved(goal, sparse.hstack([rows, -np.ones((rows.shape[0], 1))]).tocsc(), ends)
    slack = max(float(found.fun), 0.0)
    return slack if slack > 10 * _SLACK * (high - low).max() else 0.0


def _scaled(X, held):
    """The columns about their means in units of their spread, what is held, an intercept; and the spreads."""
    spread = X.std(axis=0)
    spread[spread <= 1e-12 * np.abs(X).max(axis=0, initial=0)] = 1.0
    parts = [sparse.csc_array((X - X.mean(axis=0)) / spread), sparse.csc_array(np.ones((len(X), 1)))]
    return sparse.hstack(parts if held is None else [*parts, held]).tocsc(), spread


def _inequalities(low, high, matrix, slack):
    """X b ≤ high and −X b ≤ −low as rows and ends, about the middle of all, so that large scores cost no digits."""
    middle = (low.min() + high.max()) / 2
    give = slack + _SLACK * (high - low)
    return sparse.vstack([matrix, -matrix]).tocsc(), np.concatenate([high - middle + give, middle - low + give])


def _solved(goal, rows, ends):
    found = linprog(goal, A_ub=rows, b_ub=ends, bounds=(None, None), method="highs")
    # Presolve may leave open whether a program is infeasible or unbounded; without it that is decided.
    return found if found.status in (0, 2, 3) else linprog(goal, A_ub=rows, b_ub=ends, bounds=(None, None),
                                                           method="highs", options={"presolve": False})
