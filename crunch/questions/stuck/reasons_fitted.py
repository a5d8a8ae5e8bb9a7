"""Why a score of unknown formula stands still: from effects that were estimated, so with intervals."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from crunch.errors import counted
from crunch.questions.stuck.reasons import CAPPED, IDLE, NO, NOISE, OFFSET, OPEN, ROUNDING, YES, Reason
from crunch.wording import THIN, estimate, number, percent, places, series

FEW = 6  # rows of a stretch below which its beginning and its end cannot be told apart
MATTERS = 0.1  # parts of a step from which a movement is worth telling
PILE = 0.1  # part of all rows that must stand at a lever's end for it to be an end
IDLE_BELOW = 0.5  # part of the usual change below which a lever has hardly moved


@dataclass(frozen=True)
class Ledger:
    """What each lever's change over the stretch goes with, in points.

    Attributes
    ----------
    names : tuple
    change : array, shape (p,)
        From the mean of the first third of the stretch to that of the last, on the study's scales.
    usual : array, shape (p,)
        The median size of such changes over as many rows, elsewhere in the past; NaN without.
    points, half : array, shape (p,)
        Effect times change, and half of its interval.
    effect : array, shape (p,)
        Per unit of the scale; of a lever on a curve the mean slope over the stretch.
    """

    names: tuple
    change: np.ndarray
    usual: np.ndarray
    points: np.ndarray
    half: np.ndarray
    effect: np.ndarray

    @property
    def sure(self):
        """Levers whose points are surely not 0."""
        return np.abs(self.points) > self.half


def ledger(study, effects, case, level):
    """What the levers did since the score stands, and what goes with it.

    Parameters
    ----------
    study : Study
    effects : Effects
        Of the score.
    case : Case
        With a stretch of at least `FEW` rows.
    level : float

    Returns
    -------
    Ledger
    """
    plan, fit = effects.score
    columns = np.column_stack([study.scaled(name) for name in plan.names])
    change, before = _change(columns[case.stretch]), case.past[:-case.stands]
    starts = range(len(before) - case.stands + 1)
    usual = (np.median([np.abs(_change(columns[before[s:s + case.stands]])) for s in starts], axis=0) if len(starts)
             else np.full(len(plan.names), np.nan))
    points, se = np.array([_between_thirds(effects, name, columns[case.stretch, k])
                           for k, name in enumerate(plan.names)]).T
    effect = np.array([_steepness(effects, name, columns[case.stretch, k]) for k, name in enumerate(plan.names)])
    half = stats.t.ppf(0.5 + level / 2, fit.dof[:len(plan.names)]) * se
    return Ledger(plan.names, change, usual, points, half, effect)


def _between_thirds(effects, name, values):
    """Points from the first third of a stretch to the last, and their standard error, along the lever's curve."""
    plan, fit = effects.score
    places, parts = [plan.names.index(name)], [_change(values)]
    if name in plan.bent:
        places.append(len(plan.names) + plan.bent.index(name))
        parts.append(_change(effects.bends.curve(effects.names.index(name)).of(values)))
    by = np.array(parts)
    return fit.coef[places] @ by, np.sqrt(max(by @ fit.cov[np.ix_(places, places)] @ by, 0.0))


def _steepness(effects, name, values):
    """The mean slope of the lever's curve over a stretch; points over change would be anything where it came back."""
    plan, fit = effects.score
    straight = fit.coef[plan.names.index(name)]
    if name not in plan.bent:
        return straight
    curve = effects.bends.curve(effects.names.index(name))
    return straight + fit.coef[len(plan.names) + plan.bent.index(name)] * curve.slope(values).mean()


def _change(columns):
    third = len(columns) // 3
    return columns[-third:].mean(axis=0) - columns[:third].mean(axis=0)


def of_stretch(study, book, hidden, case, level):
    """Reasons from what the levers did while the score stood.

    Parameters
    ----------
    study : Study
    book : Ledger
    hidden : Hidden
    case : Case
    level : float

    Returns
    -------
    list of Reason
    """
    return [_unseen(study, hidden, case), _offset(study, book), _noise(study, book, hidden, case),
            _idle(study, book, case), ends(study, case)]


def _since(study, case):
    return f"over the {counted(case.stands, study.timeline.name)} that {study.score} has stood"


def _unseen(study, hidden, case):
    """How far the hidden score moved within its band, by what the levers and the past say."""
    inside = hidden.only(case.stretch)
    if np.isnan(inside.center).all():
        return Reason(ROUNDING, OPEN, np.nan, "Nothing says where in its band the hidden score is.")
    middle = inside.quantile(0.5)
    first, last = (middle[part].mean() for part in (slice(None, len(middle) // 3), slice(-(len(middle) // 3), None)))
    away = abs(last - first)
    digits = places(study.step) - 1
    text = (f"By what the levers and its own past say, the hidden score was about {number(first, digits)} in the first "
            f"third and {number(last, digits)} in the last third of the {counted(case.stands, study.timeline.name)}, "
            f"and {study.frame[study.score].iloc[case.row]:.12g} was shown throughout.")
    return Reason(ROUNDING, YES if away > MATTERS * study.step else NO, float(away), text)


def _offset(study, book):
    gains, losses = book.points[book.points > 0].sum(), -book.points[book.points < 0].sum()
    hid = float(min(gains, losses))
    order = [j for j in np.argsort(-np.abs(book.points)) if abs(book.points[j]) > 0.02 * study.step]
    told = series(f"{book.names[j]} {_points(book, j)}" for j in order) if order else "no lever a fiftieth of a step"
    text = f"From the first to the last third, in points with intervals: {told}."
    sure_up, sure_down = ((book.sure & (sign * book.points > 0)).any() for sign in (1, -1))
    if hid <= MATTERS * study.step:
        return Reason(OFFSET, NO, hid, text)
    return Reason(OFFSET, YES if sure_up and sure_down else OPEN, hid, text)


def _points(book, j):
    return estimate(book.points[j], book.points[j] - book.half[j], book.points[j] + book.half[j])


def _noise(study, book, hidden, case):
    """Noise of one row against what the levers together gained over the stretch."""
    gain = float(abs(book.points.sum()))
    digits = places(study.step) - 1
    text = (f"What none of the levers accounts for shifts the hidden score by {number(hidden.noise, digits)} points "
            f"(standard deviation) from one {study.timeline.name} to the next; the levers together account for "
            f"{number(book.points.sum(), digits, sign=True)} {_since(study, case)}.")
    return Reason(NOISE, YES if hidden.noise > max(gain, MATTERS * study.step) else NO, hidden.noise, text)


def _idle(study, book, case):
    """Whether the levers that count changed less than they usually did over as many rows."""
    if np.isnan(book.usual).all():
        return Reason(IDLE, OPEN, np.nan, f"There are too few rows before these {case.stands} to say how much the "
                                          "levers usually change over as many.")
    worth, missed = np.abs(book.effect) * book.usual, np.abs(book.effect) * (book.usual - np.abs(book.change))
    top = int(np.argmax(np.where(book.sure, worth, 0) if book.sure.any() else worth))
    idle = np.abs(book.change[top]) < IDLE_BELOW * book.usual[top]
    text = (f"{book.names[top]}, which counts most, changed by {_size(study, book.names[top], book.change[top], True)} "
            f"{_since(study, case)}; over as many {study.timeline.name}s before, by "
            f"{_size(study, book.names[top], book.usual[top])} (median).")
    return Reason(IDLE, YES if idle else NO, float(max(missed[top], 0)), text)


def _size(study, name, change, sign=False):
    """A change on a lever's scale in its own words: percent for logarithms, units else."""
    if study.scales[name].name == "linear":
        return number(change, places(4 * abs(change)) if change else 0, sign)
    return f"{number(100 * np.expm1(change), 0, sign)}{THIN}%"


def ends(study, case):
    """Levers that stand at an end where many rows stand, as at 100 percent."""
    told = []
    for name in study.levers:
        values = study.frame[name].to_numpy()
        for end, word in ((values.max(), "largest"), (values.min(), "smallest")):
            if values[case.row] == end and PILE <= (values == end).mean() < 1 and len(np.unique(values)) > 2:
                told.append(f"{name} stands at its {word} value, {end:.12g}, as in {percent((values == end).mean())} "
                            "of all rows: perhaps it cannot go further.")
    if told:
        return Reason(CAPPED, OPEN, np.nan, " ".join(told))
    return Reason(CAPPED, NO, np.nan, "No lever stands at an end where many rows stand.")


def between(study, hidden, case):
    """Noise between accounts: what the levers leave open, in points."""
    text = (f"Accounts with the same levers differ by {number(hidden.noise, places(study.step) - 1)} points "
            f"(standard deviation), {hidden.noise / study.step:.1f} times a step.")
    return Reason(NOISE, YES if hidden.noise > study.step else NO, hidden.noise, text)


def too_short(study, case):
    """Why nothing can be said of what the levers did while the score stood."""
    return Reason(OFFSET, OPEN, np.nan, f"The score has stood for {counted(case.stands, study.timeline.name)}; to tell "
                                        f"what the levers did meanwhile takes {FEW} or more, and effects that can be "
                                        "estimated.")
