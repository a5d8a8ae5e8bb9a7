"""Importance of a study: what `crunch.drivers` divides, by any method and with groups."""

from dataclasses import replace

import numpy as np

from crunch.effects.doubt_words import can_not_tell
from crunch.effects.effects import of_score
from crunch.effects.study_shares import chance_of, columns_of, draw_of, drawn_from, rows_of
from crunch.effects.words import left_open
from crunch.errors import InputError, show
from crunch.progress import bar
from crunch.questions.importance import words
from crunch.questions.importance.from_moments import of_moments
from crunch.questions.importance.players import players
from crunch.questions.importance.standing import from_draws, least, unknown
from crunch.shares.divide import divide


def of_study(study, method, groups, draws, level, rng, given):
    """Divide what the structure of a study leaves open of its score.

    Parameters
    ----------
    study : Study
    method, groups, draws, level, rng
        As for `importance`.
    given : dict
        What else was asked for and is settled by the roles of a study.

    Returns
    -------
    who : Players
    parts : Shares
    standing : Standing
    chance : Chance
    notes : list of str
    """
    for name, value in given.items():
        if value is not None and not (isinstance(value, list | tuple) and not value):
            raise InputError(f"The roles of a study say what is divided among which levers, but {name} was given with "
                             f"one. Leave {name} out, or give the table itself.")
    if study.moments is not None:
        names = study.moments.columns
        always = tuple(name for name in names if name not in (*study.levers, study.score))
        return of_moments(study.moments, study.score, method, groups, always, draws, level, rng)
    if not study.score_moves:
        raise InputError(f"The outcome must vary, but {show(study.score)} is the same in every row. "
                         "What never moved has no variation to divide.")
    plan, _ = of_score(study).score
    if plan.leaves_nothing or not plan.names:
        raise InputError(f"There must be something to divide among the levers, but {show(study.score)} leaves nothing "
                         f"open once structure is held constant, or no lever to go with it. crunch.drivers(study) says "
                         "which.")
    who = _players(study, plan, groups)
    who.fit(method)
    draw = draw_of(plan, rng)
    with who.told_apart(method):
        parts = divide(rows_of(plan), who.members, method, draw=draw, draws=draws, rng=rng, progress=bar("Importance"))
    names = who.joined(parts.game.joined)
    standing = from_draws(names, parts.share, parts.drawn, level, least(method)) if draws else unknown(len(names))
    how = words.drawn(draws, *drawn_from(plan))
    chance = chance_of(plan, parts, flip=True)
    return who, parts, standing, chance, [*how, *of_score(study).notes, *plan.notes, *study.notes]


def _players(study, plan, groups):
    """Levers and groups with their columns in the order of the design: a lever on a curve has two."""
    own = dict(zip(plan.names, columns_of(plan), strict=True))
    who, order = players({name: len(columns) for name, columns in own.items()}, groups, study.score, study.context)
    flat = [column for name in order for column in own[name]]
    labels = np.empty(len(flat), dtype=object)
    labels[flat] = who.labels
    return replace(who, members=[tuple(flat[k] for k in member) for member in who.members], labels=tuple(labels),
                   divided=left_open(study), doubt="; ".join(can_not_tell(of_score(study).doubts[0])))
