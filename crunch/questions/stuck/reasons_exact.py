"""Why a score of known formula stands still: exact, from the formula and what its inputs did."""

import numpy as np

from crunch.errors import counted
from crunch.questions.stuck.reasons import CAPPED, IDLE, NO, OFFSET, OPEN, ROUNDING, STILL, YES, Reason
from crunch.shares.sets import popcounts
from crunch.shares.subsets import shares_of
from crunch.wording import THIN, number, on_grid, places, points, series

TEN = 0.1  # the change of an input that a curve is tried with
FLAT = 0.05  # parts of a step below which ten percent of an input bring next to nothing
MOST = 12  # inputs whose changes are told apart exactly


def of_row(score, inputs):
    """Reasons that one row can give.

    Parameters
    ----------
    score : Score
    inputs : dict of float

    Returns
    -------
    list of Reason
    """
    return [_distance(score, inputs), _at_the_end(score, inputs)]


def of_history(score, inputs, period):
    """Reasons from several rows in order of time, over which the shown score is the same.

    Parameters
    ----------
    score : Score
    inputs : dict of array, shape (rows,)
        Two rows or more; the last is the present one.
    period : str

    Returns
    -------
    list of Reason
    """
    hidden = score.of(inputs)
    last = {name: float(x[-1]) for name, x in inputs.items()}
    return [_moved_unseen(score, hidden, period), _offset(score, inputs, period), _idle(score, inputs, period),
            _at_the_end(score, last)]


def in_steps(value, step):
    """A hidden score to a hundredth of a step, or finer where that would be nothing."""
    return number(value, places(step) + (0 if value == 0 or abs(value) >= step / 200 else 2))


def _distance(score, inputs):
    hidden = score.of(inputs)
    shown = score.as_shown(hidden)
    edge = score.rounding.band(shown)[1]
    gap = edge - hidden
    return Reason(ROUNDING, YES, gap,
                  f"The hidden score is {in_steps(hidden, score.step)}. {points(in_steps(gap, score.step))} more would "
                  f"take it to {in_steps(edge, score.step)}, where "
                  f"{on_grid(score.rounding.next(shown), score.step)} begins; less does not show.")


def _moved_unseen(score, hidden, period):
    spread, shown = float(np.ptp(hidden)), score.as_shown(hidden[-1])
    first, last, low, high = (in_steps(h, score.step) for h in (hidden[0], hidden[-1], hidden.min(), hidden.max()))
    text = (f"Over the last {counted(len(hidden), period)} the hidden score went from {first} to {last}, between {low} "
            f"and {high}, and {on_grid(shown, score.step)} was shown throughout.")
    return Reason(ROUNDING, YES if spread > 0 else NO, spread, text)


def _at_the_end(score, inputs):
    """Parts at their best already, and parts so far out on their curves that ten percent bring nothing."""
    now, done, flat, lost = score.of(inputs), [], [], 0.0
    for part, _, _ in score.leaves:
        value, best = inputs[part.column], part.curve.range[1]
        columns = {name: np.atleast_1d(x) for name, x in inputs.items()}
        if np.isfinite(best) and part.worth(columns)[0] >= part.extreme(1):
            done.append(str(part.column))
            continue
        way = -1 if part.curve.less_is_better else 1
        better = value + way * TEN * (abs(value) or 1)
        if not part.curve.outside(np.array([better]))[0]:
            gain = score.of({**inputs, part.column: better}) - now
            if abs(gain) < FLAT * score.step:
                flat.append(str(part.column))
                lost = max(lost, gain)
    told = []
    if done:
        told.append(f"{series(done)} {'is' if len(done) == 1 else 'are'} worth all that can be had: better values add "
                    "nothing.")
    if flat:
        told.append(f"{series(flat)} {'lies' if len(flat) == 1 else 'lie'} where the curve is flat: "
                    f"{'a' if len(flat) == 1 else 'for each, a'} value better by a tenth would add less than "
                    f"{in_steps(FLAT * score.step, score.step)} points.")
    if not told:
        return Reason(CAPPED, NO, np.nan, "A tenth more of the better would count for every input.")
    return Reason(CAPPED, YES, np.nan, " ".join(told))


def _offset(score, inputs, period):
    """What each input's change over the rows was worth, told apart by the Shapley value of the change."""
    names = list(score.columns)
    if len(names) > MOST:
        return Reason(OFFSET, OPEN, np.nan, f"With {len(names)} inputs their changes are not told apart here; at most "
                                            f"{MOST} can be.")
    parts = changes(score, inputs)
    parts[np.abs(parts) < score.step / 1e6] = 0
    gains, losses = parts[parts > 0].sum(), -parts[parts < 0].sum()
    hid = min(gains, losses)
    order = np.argsort(-np.abs(parts))
    told = series(f"{names[j]} {in_words(parts[j], score.step)}" for j in order if parts[j])
    text = (f"Between the first and the last of {counted(len(inputs[names[0]]), period)}, in points: {told}; together "
            f"{in_words(parts.sum(), score.step)}." if told else "No input changed.")
    return Reason(OFFSET, YES if hid > 0.1 * score.step else NO, hid, text)


def changes(score, inputs):
    """What each input's change from the first to the last row was worth in points.

    The mean over all orders in which the inputs could have changed (Shapley value), which adds up to
    the change of the hidden score whatever the formula.

    Parameters
    ----------
    score : Score
    inputs : dict of array, shape (rows,)

    Returns
    -------
    array, shape (inputs,)
    """
    names = list(score.columns)
    subsets = np.arange(len(popcounts(len(names))))
    mixed = {name: np.where(subsets >> j & 1, inputs[name][-1], inputs[name][0]) for j, name in enumerate(names)}
    return shares_of(-score.of(mixed)[:, None])[0]


def in_words(value, step):
    """A signed number of points to a hundredth of a step."""
    return number(value, places(step), sign=True)


def _idle(score, inputs, period):
    """Whether nothing was tried: inputs that stayed within one percent."""
    moved = [str(name) for name, x in inputs.items() if np.ptp(x) > 0.01 * np.abs(x).max()]
    who = series(moved) if 0 < len(moved) <= 6 else counted(len(moved), "input") if moved else "No input"
    rows = len(next(iter(inputs.values())))
    return Reason(IDLE, NO if moved else YES, np.nan,
                  f"{who} moved by more than 1{THIN}% over {counted(rows, period)}.")


def never(name, shown, rows, period):
    """The reason of a score that has one value only."""
    return Reason(STILL, YES, np.nan, f"{name} was {shown:.12g} in all {counted(rows, period)}.")
