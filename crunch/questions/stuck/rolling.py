"""Levers that a score counts over a rolling window, so that what was gained drops out again."""

import numpy as np
from scipy import stats

from crunch import checks
from crunch.effects.case import case
from crunch.effects.effects import of_score
from crunch.effects.window import window_length
from crunch.errors import InputError, counted, listing, show
from crunch.questions.stuck.reasons import NO, OPEN, WINDOW, YES, Reason
from crunch.wording import compact, estimate


def counted_over(study, where, window, level):
    """The levers that are counted over a window, and the reason that follows.

    Parameters
    ----------
    study : Study
        A diary; in other tables windows are not looked for.
    where : Case
    window : dict of lever to int, or None
        None to estimate: for counts only, each allowing for having asked about all of them.
    level : float

    Returns
    -------
    windows : dict of lever to int
    reasons : list of Reason
    """
    if study.kind != "diary":
        if window is not None:
            raise InputError("window speaks of periods before the last, so it needs a diary, but this study holds "
                             f"{study.kind}. Leave window out.")
        return {}, []
    windows, told = (_given(study, window), "") if window is not None else _estimated(study, level)
    if not windows:
        return {}, [Reason(WINDOW, NO if window == {} else OPEN, np.nan,
                           told or "No lever is counted over a window, as given.")]
    return windows, [_dropped(study, where, windows, told, level)]


def _given(study, window):
    if not isinstance(window, dict):
        raise InputError(f"window names levers and how many periods each is counted over, but {show(window)} was "
                         f"given. For example window={{{study.levers[0]!r}: 13}}.")
    checks.columns(window, study.levers, "window", "levers")
    out = {name: checks.whole(length, f"window[{show(name)}]", 2) for name, length in window.items()}
    for name, length in out.items():
        if length > study.rows // 2:
            raise InputError(f"A window must fit into the table at least twice, but window[{show(name)}]={length} was "
                             f"given for {counted(study.rows, 'row')}. Give a shorter one.")
    return out


def _estimated(study, level):
    """Windows of the counts among the levers, where one is found."""
    asked = [name for name in study.levers if study.scales[name].is_count and _is_flow(study.frame[name].to_numpy())]
    if not asked:
        return {}, "No lever is a count that could be summed over a window."
    # Each at a level that allows for the number of levers asked about (Bonferroni).
    found = {name: window_length(study, name, level=1 - (1 - level) / len(asked)) for name in asked}
    windows = {name: w.length for name, w in found.items() if w.found}
    if not windows:
        return {}, f"No sign of a window over which {listing(asked, most=6)} would be counted; it may still be there."
    return windows, " ".join(f"Estimated: {name} counts over {counted(w.length, study.timeline.name)}; {_others(w)}."
                             for name, w in found.items() if w.found)


def _others(window):
    if len(window.possible) == 1:
        return "no other length agrees with the diary"
    return f"lengths from {window.low} to {window.high} agree with the diary too"


def _is_flow(values):
    """Whether a lever counts what happened in a period, not what there is: a stock seldom moves by a tenth at once."""
    counts = values.min() >= 0 and len(np.unique(values)) > 2
    return bool(counts and (np.abs(np.diff(values)) > 0.1 * np.maximum(values[:-1], 1)).mean() > 0.3)


def rolled_study(study, windows, where):
    """The study with each of these levers as its sum over its window, and the same row of it.

    Parameters
    ----------
    study : Study
    windows : dict of lever to int
    where : Case

    Returns
    -------
    Study, Case
    """
    other = study.instead(window=windows)
    return other, case(other, study.frame[study.time].iloc[where.row])


def _dropped(study, where, windows, told, level):
    """What came in over the stretch, what dropped out of the window meanwhile, and what that was worth."""
    other, _ = rolled_study(study, windows, where)
    effects = of_score(other)
    fit = effects.fits[0]
    said, lost = [], 0.0
    for name, length in windows.items():
        values = study.frame[name].to_numpy()
        came = values[where.stretch].sum()
        gone = values[np.maximum(where.stretch - length, 0)].sum()
        total = other.frame[name].iloc[-1]
        said.append(f"{name}: {compact(float(came))} came in over the {counted(where.stands, study.timeline.name)} the "
                    f"score has stood, {compact(float(gone))} dropped out.")
        if fit is not None and name in effects.designs[0].names:
            start, end = (float(other.scales[name](value)) for value in (total, total + gone))
            points, se = effects.move(other.levers.index(name), 0, start, end)
            dof = fit.dof[effects.designs[0].names.index(name)]
            half = stats.t.ppf(0.5 + level / 2, dof) * se
            lost = max(lost, points)
            said.append("Counted without a window, they would go with so many points more: "
                        f"{estimate(points, points - half, points + half)}.")
    return Reason(WINDOW, YES if lost > 0 else OPEN, float(lost), " ".join([*([told] if told else []), *said]))
