"""Importance from moments of a table of any size."""

import numpy as np

from crunch import checks
from crunch.errors import InputError, counted, listing, show
from crunch.progress import bar
from crunch.questions.importance import words
from crunch.questions.importance.players import players
from crunch.questions.importance.standing import from_blocks, from_draws, least, unknown
from crunch.regression import resample
from crunch.shares.chance import Chance
from crunch.shares.divide import divide_moments

FEW_BLOCKS = 10  # blocks below which a jackknife says little


def of_moments(moments, outcome, method, groups, always, draws, level, rng):
    """Divide an outcome's variation from sums; intervals come from blocks of rows.

    Parameters
    ----------
    moments : Moments
    outcome, method, groups, always, draws, level, rng
        As for `importance`.

    Returns
    -------
    who : Players
    parts : Shares
    standing : Standing
    chance : Chance
    notes : list of str
    """
    who, used = _chosen(moments, outcome, groups, always)
    who.fit(method)
    counts = used.counts[used.counts > 0]
    many, how = _blocks(used, len(counts), draws, rng)
    with who.told_apart(method):
        parts = divide_moments(used.matrix, len(who.always), who.members, method, many=many, rng=rng,
                               progress=bar("Importance"))
    names = who.joined(parts.game.joined)
    if many is None:
        standing = unknown(len(names))
    elif draws:
        standing = from_draws(names, parts.share, parts.drawn, level, least(method))
    else:
        standing = from_blocks(names, parts.share, parts.drawn, counts, level, least(method))
    chance = Chance(used.rows, parts.rank, 1 + len(who.always), parts.explained, parts.context)
    return who, parts, standing, chance, [*used.notes, *how]


def _chosen(moments, outcome, groups, always):
    """The players that moments hold, and their moments in order: always, levers, outcome."""
    if outcome is None or np.ndim(outcome) != 0:
        raise InputError("With Moments the outcome is named, but y was "
                         f"{'not given' if outcome is None else 'given as values'}. Say which of these it is: "
                         f"{listing(moments.columns, most=12)}.")
    always = checks.columns(checks.names(always, "always"), moments.columns, "always")
    checks.columns([outcome], moments.columns, "y")
    levers = [name for name in moments.columns if name not in (*always, outcome)]
    checks.one_role_each({"always": always, "y": (outcome,)})
    if not levers:
        raise InputError("importance needs at least one lever, but these Moments hold only the outcome and what is "
                         "always in. Take the moments of more columns.")
    size = dict(zip(moments.columns, np.diag(moments.matrix), strict=True))
    if size[outcome] == 0:
        raise InputError(f"The outcome must vary, but {show(outcome)} is the same in every row. "
                         "What never moved has no variation to divide.")
    who, order = players({name: int(size[name] > 0) for name in levers}, groups, outcome, always)
    return who, moments.select([*always, *order, outcome])


def _blocks(moments, blocks, draws, rng):
    """Moments for intervals, and how they came about."""
    if blocks < FEW_BLOCKS:
        return None, [f"No intervals: they take at least {FEW_BLOCKS} blocks of rows, and these moments hold "
                      f"{counted(blocks, 'block')}."]
    if draws:
        return moments.drawn(resample.rows(len(moments.counts), draws, rng)), [words.drawn_blocks(draws, blocks)]
    return moments.deleted(), [words.deleted_blocks(blocks)]
