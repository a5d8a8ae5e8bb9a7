"""What a plan may promise: a search picks what came out best, and luck is part of what comes out best."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import stats

from crunch.regression.chi_bar import ChiBar, chi_bar

_LEFT = 20  # draws that must lie beyond a quantile for it to be known


@dataclass(frozen=True)
class Promise:
    """A probability that holds for whichever plan a search picks, and the share of draws that it takes.

    Moves that somebody chose before seeing the table come true as often as draws of what the table
    leaves open say. Those that a search picked out of all moves of R levers do not, nor those R picked
    out of m: it picks the levers, and the mix of them, whose estimates erred to the good. How far
    such a pick can err, in its own standard errors, is `crunch.regression.chi_bar`; a plan must hold that
    many standard errors below what is estimated. What is not estimated, such as where in its band a
    score stands, is held as far below, which is more than it needs.

    Attributes
    ----------
    asked : float
    movable : int
        R.
    luck : ChiBar
        Of R out of m.
    draws : int
    """

    asked: float
    movable: int
    luck: ChiBar | None
    draws: int

    @property
    def beforehand(self):
        """The standard errors of caution that moves chosen beforehand would take."""
        return float(stats.norm.ppf(self.asked))

    @cached_property
    def errors(self):
        """The standard errors of caution that the promise takes."""
        return self._errors(self.asked)

    def _errors(self, probability):
        return float(stats.norm.ppf(probability)) if self.luck is None else self.luck.quantile(probability)

    @cached_property
    def factor(self):
        """By which draws are spread, where so few of them lie that far out that nobody would know where."""
        return max(self.errors / float(stats.norm.ppf(max(1 - _LEFT / self.draws, 0.8))), 1.0)

    def takes(self, probability):
        """The share of draws that must hold for this promise."""
        return float(stats.norm.cdf(self._errors(probability) / self.factor))

    def of(self, share):
        """What may be promised where this share of the draws holds."""
        if share in (0.0, 1.0) or self.luck is None:
            return share
        return self.luck.probability(self.factor * float(stats.norm.ppf(share)))

    def spread(self, known):
        """An outlook with its draws spread as much as this promise takes."""
        if self.factor == 1:
            return known
        middle = known.slopes.mean(axis=0)
        return replace(known, slopes=middle + self.factor * (known.slopes - middle))


def promise(known, names, ways, asked):
    """What a plan that may move these levers can promise.

    Parameters
    ----------
    known : Outlook
    names : tuple
        The levers that may move.
    ways : dict of outcome to {1, -1}
        Which way each outcome that is estimated should go; where there is none, nothing can be picked by luck.
    asked : float

    Returns
    -------
    Promise
    """
    luck = chi_bar(_together(known, ways), len(names)) if names and ways else None
    return Promise(asked, len(names), luck, len(known.start))


def _together(known, ways):
    """How the errors of the levers' estimates go together, each lever pulled the way that is seen to help most."""
    slopes, places = known.found.slopes, [known.place(name) for name in ways]
    with np.errstate(divide="ignore", invalid="ignore"):
        clear = np.nan_to_num((slopes.coef / slopes.se)[:, places] * np.array(list(ways.values())))
    rows = np.flatnonzero(clear.any(axis=1))
    pulled = np.where(clear[rows, np.abs(clear[rows]).argmax(axis=1)] < 0, -1.0, 1.0)
    cells = rows * len(known.outcomes) + places[0]
    found = slopes.correlation[np.ix_(cells, cells)] * np.outer(pulled, pulled)
    np.fill_diagonal(found, 1.0)
    return found
