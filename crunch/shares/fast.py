"""The pieces of `subsets.shapley` in compiled code; needs numba, the extra crunch-score[fast]."""

import numba
import numpy as np

from crunch.shares.sets import popcounts

FREE = 16  # players doubled at a time: two megabytes of work space, and few matrices to begin with
STEP = 16  # subsets of the other players for one call


def _compiled(function):
    """Compiled without the interpreter's lock and kept on disk where there is a place to keep it."""
    settings = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "reassoc", "nsz"}}
    try:
        return numba.njit(cache=True, **settings)(function)
    except RuntimeError:  # no writable folder: compile once in every session instead
        return numba.njit(**settings)(function)


@_compiled
def _swept(source, subsets, order, floor, out, offset, stride):
    """Sweep the first column out of `subsets` matrices, each an upper triangle of this order."""
    entry = order
    for i in range(1, order):
        for j in range(i, order):
            at = (entry - order) * stride + offset
            for s in range(subsets):
                pivot = source[s]
                inverse = 1.0 / pivot if pivot > floor else 0.0
                out[at + s] = source[entry * subsets + s] - (
                    source[i * subsets + s] * source[j * subsets + s] * inverse)
            entry += 1


@_compiled
def _doubled(work, spare, more, order, sizes, floors):
    """Double the single matrix at the start of `work`; what all subsets leave is in the array returned."""
    subsets, k = 1, 0
    for size in sizes:
        source, left = work, order
        for _ in range(size - 1):
            _swept(source, subsets, left, floors[k], more[k % 2], 0, subsets)
            source = more[k % 2]
            k += 1
            left -= 1
        _swept(source, subsets, left, floors[k], spare, subsets, 2 * subsets)
        k += 1
        left -= 1
        skipped = order * (order + 1) // 2 - left * (left + 1) // 2
        for entry in range(left * (left + 1) // 2):
            for s in range(subsets):
                spare[2 * entry * subsets + s] = work[(skipped + entry) * subsets + s]
        work, spare = spare, work
        subsets *= 2
        order = left
    return work


@_compiled
def _pieces(heads, sizes, floors, counts, inner, absent, beyond, room):
    """Weighed sums over the subsets of the free players for each column of `heads`."""
    players, subsets = len(sizes), len(inner)
    order = int(np.sqrt(2 * heads.shape[0]))
    work, spare = np.empty(room), np.empty(room)
    more = np.empty((2, room if sizes.max() > 1 else 1))  # only groups are swept out in several steps
    inside, totals, missing = np.zeros(players), np.zeros(heads.shape[1]), 0.0
    for h in range(heads.shape[1]):
        for entry in range(heads.shape[0]):
            work[entry] = heads[entry, h]
        left = _doubled(work, spare, more, order, sizes, floors)
        for s in range(subsets):
            size = counts[h] + inner[s]
            missing += left[s] * absent[size]
            left[s] *= beyond[size]
        half = subsets
        for j in range(players - 1, -1, -1):
            half //= 2
            total = 0.0
            for s in range(half):
                total += left[half + s]
                left[s] += left[half + s]
            inside[j] += total
        totals[h] = left[0]
    return inside, totals, missing


def piece(head, sizes, floors, counts, weights, start):
    """As `subsets._piece`, for the next `STEP` subsets of the first players; one draw only."""
    heads = np.concatenate([row[:, start:start + STEP, 0] for row in head])
    order, room, subsets = len(head), len(heads), 1
    for size in sizes:
        order, subsets = order - size, 2 * subsets
        room = max(room, subsets * (order + size) * (order + size + 1) // 2)
    inside, totals, absent = _pieces(heads, np.array(sizes), floors[:, 0].copy(), counts[start:start + STEP],
                                     popcounts(len(sizes)), *weights, room)
    return inside[:, None], totals[:, None], np.array([absent])
