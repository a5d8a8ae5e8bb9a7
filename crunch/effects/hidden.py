"""The hidden score behind a shown one, from the rounding and from what the levers say."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

# In steps: the least that is taken as noise. What rounding adds by way of last week's score is never quite taken out.
LEAST_NOISE = 0.08


@dataclass(frozen=True)
class Hidden:
    """Hidden scores, one a row.

    Attributes
    ----------
    low, high : array, shape (rows,)
        The band that the shown score leaves.
    center : array, shape (rows,)
        What the fit says before it is confined to the band; NaN where it says nothing.
    spread : array, shape (rows,)
        Standard deviation of the hidden score about it: the noise, and what is not known of the fit.
    noise : float
        The noise alone.
    """

    low: np.ndarray
    high: np.ndarray
    center: np.ndarray
    spread: np.ndarray
    noise: float

    def quantile(self, part):
        """The value below which the hidden score lies with this probability.

        Normal about the fit and confined to the band; uniform in it where there is no fit.

        Parameters
        ----------
        part : float or array
            One for all rows, or many for a single row.

        Returns
        -------
        array, shape (rows,) or that of `part`
        """
        uniform = self.low + part * (self.high - self.low)
        known = ~np.isnan(self.center)
        if not known.any():
            return uniform
        middle, spread = np.where(known, self.center, self.low), np.where(known, self.spread, 1)
        ends = ((end - middle) / spread for end in (self.low, self.high))
        confined = middle + spread * stats.truncnorm.ppf(part, *ends)
        # ppf may miss the band by a rounding error
        return np.where(known, np.clip(confined, self.low, self.high), uniform)

    def only(self, rows):
        """The hidden scores of some of the rows."""
        return Hidden(self.low[rows], self.high[rows], self.center[rows], self.spread[rows], self.noise)


def hidden(study, plan=None, fit=None):
    """The hidden scores of a study.

    The noise of the fit is partly the rounding itself, whose variance is a twelfth of a squared step
    (Sheppard's correction); it is taken out.

    Parameters
    ----------
    study : Study
        With a step.
    plan, fit : Design and Fit, optional
        Of the score, from `crunch.effects.effects.of_score`.

    Returns
    -------
    Hidden
    """
    shown = study.frame[study.score].to_numpy()
    low, high = study.grid.band(shown)
    center, spread = np.full((2, len(shown)), np.nan)
    if fit is None:
        return Hidden(low, high, center, spread, np.nan)
    middle = (low + high)[plan.rows] / 2  # floor and ceil show an end of the band
    center[plan.rows] = middle - fit.residuals
    spare = max(len(plan.rows) - plan.matrix.shape[1] - plan.absorbed, 1)
    variance = max((fit.residuals**2).sum() / spare - study.step**2 / 12, (LEAST_NOISE * study.step) ** 2)
    spread[plan.rows] = np.sqrt(variance + ((plan.matrix @ fit.cov) * plan.matrix).sum(axis=1))
    return Hidden(low, high, center, spread, float(np.sqrt(variance)))
