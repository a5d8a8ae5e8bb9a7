"""What each unit of a panel has of its own beside its mean: a trend, weekdays, a yearly wave, where they matter."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crunch.effects.clearing import SPARE
from crunch.effects.dates import Columns, moments, years
from crunch.effects.lookup import look
from crunch.effects.switches import staggered
from crunch.regression.columns import demeaned

_PARTS = {"trend": "a trend", "weekdays": "weekdays", "season": "a yearly wave"}


@dataclass(frozen=True)
class Own:
    """What is held constant within each unit.

    Attributes
    ----------
    columns : array, shape (rows of the study, q)
        That each unit has a coefficient of its own for; period means hold what is shared.
    names : tuple of str
    """

    columns: np.ndarray
    names: tuple


def own_of(study):
    """What each unit has of its own; found once and kept.

    A trend of its own that a unit's score and levers share is no effect, and neither is a weekend. Each part is held
    where the corrected Akaike criterion asks for it in the regression of the score *or of any lever* on the past and
    unit and period means (double selection, as in `crunch.effects.calendar`).

    Parameters
    ----------
    study : Study
        A panel.

    Returns
    -------
    Own
    """
    return study.kept("own", lambda: _own_of(study))


def _own_of(study):
    levers = np.column_stack([study.scaled(name) for name in study.levers])
    keep, _, past = look(study, study.frame[study.score].to_numpy(), levers, 0, 1)
    for switch in staggered(study).values():  # an effect that grows looks like a trend of its own
        keep &= switch.on == 0
    held = Own(np.empty((study.rows, 0)), ())
    units = pd.factorize(study.frame[study.unit].to_numpy()[keep])[0]
    if units.max(initial=0) < 2:
        return held
    times = pd.factorize(study.timeline.index[keep])[0]
    series = np.column_stack([study.frame[study.score].to_numpy(), levers])[keep]
    for name, columns in _candidates(study).items():
        more = np.column_stack([held.columns, columns])
        if _asked(series, past[keep], units, times, held.columns[keep], more[keep]):
            held = Own(more, (*held.names, _PARTS[name]))
    return held


def _candidates(study):
    """Columns of each part that the table is long enough for."""
    made, timeline, stamps = Columns(study), study.timeline, moments(study)
    span, found = int(np.ptp(timeline.index)) + 1, {}
    found["trend"] = made.added("powers", 1)
    if stamps is not None:
        days = 365.25 / timeline.per_year
        if days < 7 and span * days >= 28:
            found["weekdays"] = made.added("weekdays", 1)
        if timeline.per_year >= 4 and years(timeline) >= 2:
            found["season"] = made.added("waves", 1)
    return found


def _asked(series, past, units, times, less, more):
    """Whether some series is explained so much better with more columns in each unit that they are worth it."""
    n, count = len(series), int(units.max()) + 1
    means = count + int(times.max())
    if n <= means + count * more.shape[1] + past.shape[1] + SPARE:
        return False
    scores = []
    for own in (less, more):
        inside = demeaned(np.column_stack([past, series]), units, times, own)
        before, now = inside[:, :past.shape[1]], inside[:, past.shape[1]:]
        rest = ((now - before @ np.linalg.lstsq(before, now, rcond=None)[0]) ** 2).sum(axis=0)
        k = means + count * own.shape[1] + past.shape[1] + 1
        scores.append(n * np.log(np.maximum(rest, 1e-300) / n) + 2 * k * n / (n - k - 1))
    return bool((scores[1] < scores[0]).any())
