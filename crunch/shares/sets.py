"""Sets of columns as bits of whole numbers."""

import numpy as np


def popcounts(players):
    """How many players each subset holds, shape (2^players,)."""
    counts = np.zeros(1, dtype=np.intp)
    for _ in range(players):
        counts = np.concatenate([counts, counts + 1])
    return counts
