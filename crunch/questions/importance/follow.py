"""Whether the rows of a bare table follow each other, as one thing seen again and again does."""

import numpy as np

from crunch.effects.forgotten import ECHOES
from crunch.regression.columns import independent
from crunch.regression.echoes import follow, is_noise, means_of, one_way


def rows_follow(given):
    """Whether what levers and all that is held constant leave of the outcome resembles that of the row before.

    Parameters
    ----------
    given : Predictors

    Returns
    -------
    bool
    """
    basis = independent(np.column_stack([np.ones(len(given.y)), given.always, given.columns]))[1]
    left = given.y - basis @ (basis.T @ given.y)
    if not is_noise(left, given.y) or (not given.time and one_way(given.y)):
        return False
    if given.clusters is not None:
        left = left - means_of(left, given.clusters)
    return follow(basis, [*given.always.T, *given.columns.T], left, given.order) < ECHOES
