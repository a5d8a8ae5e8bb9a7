"""The levers that a plan may move."""

import numpy as np

from crunch.effects.verdict import called
from crunch.errors import InputError, listing

ALPHA = 0.05  # false-discovery rate of the levers that a plan may use by itself


def _concerned(known, limited):
    """Places of the outcomes whose effects a plan goes by: limited ones, and the score where no formula gives it."""
    return [o for o, outcome in enumerate(known.outcomes)
            if outcome.name in limited or (outcome.is_score and known.score is None)]


def all_known(known, names, limited):
    """Refuse to move a lever of which nothing is known."""
    coef = known.found.slopes.coef[:, _concerned(known, limited)]
    dark = [name for name, row in zip(known.found.names, coef, strict=True) if name in names and np.isnan(row).any()]
    if dark:
        raise InputError("A plan can move levers of which this table shows what goes with them, but it shows nothing "
                         f"of {listing(dark, most=12)}. Leave {'it' if len(dark) == 1 else 'them'} out of costs.")


def seen_to_move(known, limited):
    """The levers that are seen to move the score or a limited side effect; those of a formula are known to.

    Seen as `crunch.side_effects` sees them. A plan that pulled levers of which the table can't tell would pick those
    that look best by luck; those that are in doubt (`Effects.doubts`) stay, whatever their numbers are.

    Parameters
    ----------
    known : Outlook
    limited : list of side effects

    Returns
    -------
    tuple
    """
    o = [i for i, outcome in enumerate(known.outcomes) if outcome.is_score or outcome.name in limited]
    doubted = np.array([[name in known.found.doubts[i] for i in o] for name in known.found.names])
    seen = (called(known.found.q_values[:, o], ALPHA) & ~doubted).any(axis=1)
    exact = () if known.score is None else known.score.columns
    there = ~np.isnan(known.found.slopes.coef[:, _concerned(known, limited)]).any(axis=1)
    return tuple(name for name, yes, clear in zip(known.names, seen, there, strict=True)
                 if clear and (yes or name in exact))
