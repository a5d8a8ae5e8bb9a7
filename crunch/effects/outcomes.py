"""What a lever may move: the score and the side effects, each on a scale that suits it."""

from dataclasses import dataclass

import numpy as np

from crunch.study import scales
from crunch.wording import THIN, number, places

_TOUCHES = 0.995  # of 1 or 100, from which a largest value says that this is the end
_LARGEST = 1e150  # beyond which products of two numbers are none
_TAIL = 2  # times the lower tail, from which the upper one is long


@dataclass(frozen=True)
class Outcome:
    """The score, or a side effect.

    Attributes
    ----------
    name : hashable
    scale : Scale
        "linear": in its own units; "log" or "log1p": in percent of itself, for values with a long
        upper tail.
    better : {"more", "less"} or None
        None where nobody said.
    matters : float
        The smallest change that anybody would notice, on its scale.
    usual : float
        From its 10th to its 90th percentile, on its scale.
    floor, ceiling : float
        Where it ends: what was never negative is not below 0; a share is not above 1, and what comes
        up to 100 and never goes beyond not above 100.
    is_score : bool
    """

    name: object
    scale: scales.Scale
    better: str | None
    matters: float
    usual: float
    floor: float
    ceiling: float
    is_score: bool = False

    @property
    def in_percent(self):
        return self.scale.name != "linear"

    def stated(self, by):
        """A change on its scale as people read it: in percent of it, or in its own units."""
        with np.errstate(over="ignore"):  # where next to nothing is known, an end may be beyond all numbers
            return 100 * np.expm1(by) if self.in_percent else by

    def text(self, value, width):
        """A stated change as text, with the digits that an interval this wide supports."""
        unit = f"{THIN}%" if self.in_percent else ""
        return f"{number(value, places(width), sign=True)}{unit}"

    def natural(self, scaled):
        """Values in natural units, within what the outcome can be."""
        return np.clip(self.scale.inverse(scaled), self.floor, min(self.ceiling, _LARGEST))

    def worse(self, by):
        """How much worse a change on its scale is; negative for better, NaN where nobody said which way is better."""
        return {"more": -1.0, "less": 1.0, None: np.nan}[self.better] * by


def outcomes(study):
    """The score and the side effects of a study that move at all.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of Outcome
        The score first.
    still : tuple
        Side effects that are the same in every row, or have too few values.
    """
    still = tuple(name for name in study.side_effects if _stands(study.frame[name].dropna().to_numpy()))
    return tuple(outcome_of(study, name) for name in (study.score, *study.side_effects) if name not in still), still


def _stands(values):
    return len(values) < 2 or np.ptp(values) == 0


def outcome_of(study, name):
    """The score or a side effect of a study, found once and kept.

    Parameters
    ----------
    study : Study
    name : of its score, or of a side effect that moves

    Returns
    -------
    Outcome
    """
    return study.kept(("outcome", name), lambda: _outcome(study, name, study.frame[name].dropna().to_numpy()))


def _outcome(study, name, values):
    is_score = name == study.score
    scale = scales.choose(values, name, "linear" if is_score or not _long_tail(values) else "log")
    scaled = scale(values)
    usual = float(np.subtract(*np.quantile(scaled, [0.9, 0.1]))) or float(np.ptp(scaled)) or 1.0
    matters = study.step / 2 if is_score and study.step is not None else _noticed(scaled)
    better = "more" if is_score else study.better.get(name)
    return Outcome(name, scale, better, matters, usual, *_ends(values), is_score)


def _noticed(scaled):
    """A tenth of a standard deviation, or of the middle half where that is less: few wild cells are no spread."""
    half = float(np.subtract(*np.quantile(scaled, [0.75, 0.25])))
    return min(float(scaled.std(ddof=1)), half or np.inf) / 10


def _ends(values):
    """Where an outcome cannot go, by all that was seen of it."""
    if values.min() < 0:
        return -np.inf, np.inf
    for top in (1.0, 100.0):
        if _TOUCHES * top <= values.max() <= top and len(np.unique(values)) > 2:
            return 0.0, top
    return 0.0, np.inf


def _long_tail(values):
    """Whether percents suit better: no zero but in counts, and an upper tail more than twice the lower one."""
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    percents = values.min() > 0 or (values.min() == 0 and scales.is_whole(values))
    return bool(percents and high - middle > _TAIL * (middle - low) and high > 2 * max(middle, 1e-300))
