"""Exact arithmetic among columns: a total beside its parts, a copy, a fixed conversion."""

import numpy as np

from crunch.errors import InputError, listing, show

# Residual, in units of the column's own spread, below which "explained" means "is the same thing".
EXACT = 1e-9


def identity(matrix, names):
    """The first column that the others give exactly, and how, or None.

    Parameters
    ----------
    matrix : array, shape (rows, columns)
        Finite values, no column constant.
    names : sequence, length columns

    Returns
    -------
    tuple or None
        The name, and a dict from the names of its parts to their coefficients.
    """
    rows, count = matrix.shape
    centred = matrix - matrix.mean(axis=0)
    scaled = centred / centred.std(axis=0)
    if count < 2 or rows <= count or np.linalg.matrix_rank(scaled, tol=EXACT * np.sqrt(rows)) == count:
        return None
    # A total is the widest of its family: try the columns with the largest spread first.
    for j in np.argsort(-centred.std(axis=0), kind="stable"):
        others = [i for i in range(count) if i != j]
        solution = np.linalg.lstsq(scaled[:, others], scaled[:, j], rcond=EXACT)[0]
        if np.abs(scaled[:, others] @ solution - scaled[:, j]).max() < EXACT * 10:
            weights = solution * centred.std(axis=0)[j] / centred.std(axis=0)[others]
            parts = {names[i]: w for i, s, w in zip(others, solution, weights, strict=True) if abs(s) > 1e-6}
            return names[j], parts
    return None


def recipe(values, matrix, names):
    """How a column is computed from others, exactly.

    Parameters
    ----------
    values : array, shape (rows,)
    matrix : array, shape (rows, columns)
    names : sequence, length columns

    Returns
    -------
    dict
        Coefficients by name; empty when the column is not computed from them.
    """
    rows, count = matrix.shape
    spread = values.std()
    if rows <= count + 1 or spread == 0:
        return {}
    scaled = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    target = (values - values.mean()) / spread
    solution = np.linalg.lstsq(scaled, target, rcond=EXACT)[0]
    if np.abs(scaled @ solution - target).max() >= EXACT * 10:
        return {}
    weights = solution * spread / matrix.std(axis=0)
    return {name: w for name, w, s in zip(names, weights, solution, strict=True) if abs(s) > 1e-6}


def independent(matrix, names):
    """Refuse levers that are exact arithmetic of each other."""
    found = identity(matrix, names)
    if found is None:
        return
    name, parts = found
    raise InputError(f"A lever must be able to move while the others stay put, but {show(name)} is {in_words(parts)}. "
                     f"Leave one of the {len(parts) + 1} out of the levers.")


def in_words(parts):
    """What a column is, given the coefficients of its parts.

    Parameters
    ----------
    parts : dict
        Coefficients by name, at least one.

    Returns
    -------
    str
    """
    if len(parts) == 1:
        return f"the same as {show(next(iter(parts)))} up to its unit"
    if np.allclose(list(parts.values()), 1, rtol=1e-6):
        return f"exactly the sum of {listing(parts, most=8)}"
    return f"an exact combination of {listing(parts, most=8)}"
