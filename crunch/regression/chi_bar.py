"""How far noise can carry the best of many sums of estimates: chi-bar."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.optimize import brentq, nnls

_DRAWS, _WORK = 2000, 20000  # directions drawn: as many, fewer where there are more estimates to project on
_FAR = 60.0


@dataclass(frozen=True)
class ChiBar:
    """The law of the largest error of any sum of a few estimates, in the sum's own standard errors.

    Of m estimates with normal errors, take up to R, whichever they are, and add up any multiples of them
    that are not negative. The error of the worst such sum is the length of the errors' projection
    on a cone, or on the nearest of several; where R is m, its square is chi-bar-square, for
    independent estimates a binomial mixture of chi-squares (Kudô 1963, Biometrika 50, 403–418; Shapiro 1988,
    International Statistical Review 56, 49–62). How long the errors are says nothing of where they
    point, so only directions are drawn, and lengths are exact.

    Attributes
    ----------
    count : int
        m.
    kept : array, shape (draws,)
        The part of a length that is left of it by projection, for each direction.
    """

    count: int
    kept: np.ndarray

    def probability(self, k):
        """That no sum errs by more than k standard errors."""
        with np.errstate(divide="ignore"):
            return float(special.chdtr(self.count, (k / self.kept) ** 2).mean()) if k > 0 else float((k == 0) * (
                self.kept == 0).mean())

    def quantile(self, level):
        """The standard errors that no sum errs by more than with this probability, or a hair more."""
        if self.probability(0.0) >= level:
            return 0.0
        return float(brentq(lambda k: self.probability(k) - level, 0.0, _FAR)) + 1e-9


def chi_bar(correlation, most):
    """The law of the largest error of sums of up to so many estimates.

    Parameters
    ----------
    correlation : array, shape (m, m)
        Of the errors. Levers that move together have estimates that err against each other, of which a
        sum can err farther than of independent ones.
    most : int
        R.

    Returns
    -------
    ChiBar

    Examples
    --------
    >>> [round(chi_bar(np.eye(count), count).quantile(0.8), 1) for count in (1, 2, 6)]
    [0.8, 1.3, 2.2]
    """
    count = len(correlation)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    drawn = np.random.default_rng(0).normal(size=(max(min(_DRAWS, _WORK // count), 200) // 2, count))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return ChiBar(count, np.array([_kept(root, way, most) for way in np.vstack([drawn, -drawn])]))


def _kept(root, way, most):
    """The length of a direction's projection on the cone of the columns, or of the most that matter of them."""
    by = nnls(root, way)[0]
    if np.count_nonzero(by) > most:
        columns = np.argsort(by)[-most:]
        part = nnls(root[:, columns], way)[0]
        return float(np.linalg.norm(root[:, columns] @ part))
    return float(np.linalg.norm(root @ by))
