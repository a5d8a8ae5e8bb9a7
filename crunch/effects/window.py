"""Over how many periods a score counts a lever: the length of a rolling window, estimated from a diary."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from crunch import checks
from crunch.effects.calendar import structure
from crunch.effects.clearing import SPARE
from crunch.effects.design import calendar_of, context_columns
from crunch.errors import InputError, counted, show
from crunch.regression.columns import independent
from crunch.study.timeline import rolled
from crunch.wording import level_text, probability

LONGEST = 26  # half a year of weeks, unless another length is asked for
MOST_ROWS = 260  # the last ones, five years of weeks; the time it takes grows with their cube
DRAWS = 1999
PERSISTENCE = (0.0, 0.4, 0.7, 0.85, 0.95, 1.0)  # of the noise from one period to the next
BLUR = (0.0, 0.5, 2.0, 8.0, 32.0, 128.0)  # variance of rounding and the like, per variance of a new shock
_NOTHING = 1e-7  # part of a column's length below which it says nothing new


@dataclass(frozen=True)
class Window:
    """Over how many periods the score counts a lever; see `window_length`.

    Attributes
    ----------
    reason : str
        What was found, or why nothing was, on `rows` rows that are the same for every length.
    length, low, high : int or None
        The best length, found or not, and the ends of `possible`; None where nothing can be estimated.
    found : bool
        Whether a window explains the score better than no effect and than this period alone.
    p_value : float
        Of the better supported of these two, with the search over lengths allowed for; 0.0005 at least.
    possible : tuple of int
        The confidence set: every length that is not rejected at `level`. It may have holes.
    p_values : tuple
        How well lengths 1, 2, ... agree with the diary.
    """

    lever: object
    level: float
    rows: int
    reason: str
    length: int | None = None
    low: int | None = None
    high: int | None = None
    found: bool = False
    p_value: float = float("nan")
    possible: tuple = ()
    p_values: tuple = ()


def window_length(study, lever, *, longest=None, level=0.95):
    """The number of periods over which the score of a diary counts a lever.

    Parameters
    ----------
    study : Study
        A diary.
    lever : name of the lever
    longest : int, optional
        The longest window tried; 26 or a fifth of the rows, whichever is less, when not given.
    level : float
        Of the confidence set; 1 − level is the risk of finding a window where there is none.

    Returns
    -------
    Window

    Raises
    ------
    InputError
        When the study is no diary or has no such lever.

    Notes
    -----
    For each length, on the same rows: score on the lever's rolling sum, on its scale, with other levers,
    context and the calendar held constant. Another lever enters with a window of its own where
    that is clearly better (Bonferroni over lengths), or what moves with it would seem to have one.

    The noise is a path that forgets, slowly or, as a random walk, never, plus what rounding adds; so a
    score that walks is compared in changes, not level on level. All is averaged over the restricted
    likelihood of its two parameters (Harville 1977, JASA 72; Chen & Deo 2009, Econometric Theory 25).

    Each length is tested by its likelihood ratio against all, given what is sufficient when it is true,
    so that neither the size of its effect nor its absence matters (Worsley 1986, Biometrika 73); the
    law of the ratio is simulated. A window is found when length 1 is rejected, and so is no effect.

    Examples
    --------
    >>> from crunch.datasets import study
    >>> window = window_length(study("stuck_at_55"), "shares")  # the truth is 13
    >>> window.found, window.length, 13 in window.possible
    (True, 13, True)
    """
    level = checks.between(level, 0, 1, "level")
    if study.kind != "diary":
        raise InputError(f"A window looks back in time, so it needs a diary, but this study holds {study.kind}. "
                         "Give one account or unit, with its time column as time= and without unit=.")
    checks.columns([lever], [*study.levers, *study.constant], "levers", "levers")
    lengths = range(max(min(LONGEST, study.rows // 5), 2), 1, -1)  # shorter ones leave more rows
    lengths = lengths if longest is None else [checks.whole(longest, "longest", 2)]
    if lever in study.constant or not study.score_moves:
        still = show(lever) if lever in study.constant else "The score"
        return Window(lever, level, 0, f"{still} is the same in every row, so no length can be told from another.")
    for most in lengths:
        columns = _Columns(study, lever, most)
        if len(columns.y) >= columns.needed:
            return _compared(study, lever, columns, level)
    return Window(lever, level, len(columns.y), (
        f"To compare windows of up to {counted(most, study.timeline.name)} takes at least "
        f"{counted(columns.needed, 'row')} whose window is complete, but there are {len(columns.y)}. "
        "Add rows, name fewer levers, or look for shorter windows with longest=."))


class _Columns:
    """The rows on which every length can be compared, and what stands in them."""

    def __init__(self, study, lever, longest):
        index, lengths = study.timeline.index, range(1, longest + 1)
        sums = {name: np.column_stack([study.scales[name](rolled(index, study.frame[name].to_numpy(), length))
                                       for length in lengths]) for name in study.levers}
        keep = np.flatnonzero(~np.isnan(sums[lever]).any(axis=1))[-MOST_ROWS:]
        self.index = index[keep]
        self.y = study.frame[study.score].to_numpy()[keep] - study.frame[study.score].mean()
        self.sums = {name: _standard(column[keep]) for name, column in sums.items()}
        rhythm = structure(study, calendar_of(study), keep, 0, 0)
        varying = np.column_stack([rhythm[:, 1:], context_columns(study)[keep]])
        self.always = np.column_stack([rhythm[:, :1], _standard(varying)])
        # Windows of a few lengths together come near to one of any length: for what must not hang on the length.
        self.few = self.sums[lever][:, np.unique(np.round(np.geomspace(1, longest, 4)).astype(int)) - 1]
        self.lever, self.chosen = lever, dict.fromkeys(sums, 0)
        self.needed = self.always.shape[1] + len(sums) - 1 + self.few.shape[1] + SPARE

    def held(self, without, *more):
        """What is held constant: the levers but those `without`, with the windows chosen for them, and `more`."""
        levers = [self.sums[name][:, [at]] for name, at in self.chosen.items() if name not in without]
        columns = np.column_stack([self.always, *levers, *more])
        return columns[:, independent(columns)[0]]


def _standard(matrix):
    """Columns with mean 0 and standard deviation 1; constant ones become exact zeros."""
    if not len(matrix):  # NumPy warns of a mean of nothing
        return matrix
    spread = matrix.std(axis=0)
    spread[spread <= 1e-12 * np.abs(matrix).max(axis=0)] = np.inf
    return (matrix - matrix.mean(axis=0)) / spread


def _compared(study, lever, columns, level):
    """The window of a diary that has rows enough."""
    noises = _noises(columns.index)
    weights = _likelihoods(columns, noises)
    while _choose(columns, noises[int(np.argmax(weights))]):
        weights = _likelihoods(columns, noises)
    # Each noise gets as many of the draws as its likelihood says, so that not knowing it is part of the answer.
    draws = np.diff(np.round(np.cumsum([0, *weights]) * DRAWS).astype(int))
    scans = {k: _Scan(noises[k], columns, lever) for k in np.flatnonzero(draws)}
    best = scans[int(np.argmax(weights))]
    if not best.usable.any() or best.total <= _NOTHING**2 * columns.y @ columns.y:
        still = show(lever) if not best.usable.any() else "The score"
        return Window(lever, level, len(columns.y), f"{still} does not move once what is held constant is out.")
    rng = np.random.default_rng(0)
    as_far = sum(scan.as_far(rng.normal(size=(draws[k], len(columns.y)))) for k, scan in scans.items())
    nothing, *p_values = ((1 + as_far) / (1 + DRAWS)).tolist()
    length, p = int(np.argmin(best.left)) + 1, max(nothing, p_values[0])
    possible = tuple(k for k, agrees in enumerate(p_values, start=1) if agrees > 1 - level or k == length)
    window = Window(lever, level, len(columns.y), "", length, possible[0], possible[-1], p <= 1 - level, p, possible,
                    tuple(p_values))
    return replace(window, reason=_reason(window, study.timeline.name, nothing))


def _noises(index):
    """For each noise the matrix that makes it white, shape (rows, rows), and the log of its determinant."""
    apart, out = np.abs(index[:, None] - index).astype(float), []
    for kept in PERSISTENCE:
        # A random walk has no variance of its own; any constant may be added, for the intercept takes it out.
        memory = (apart.max() - apart) / 2 + 1 if kept == 1 else kept**apart / (1 - kept**2)
        values, vectors = np.linalg.eigh(memory)
        for blur in BLUR if kept else BLUR[:1]:
            out.append(((vectors / np.sqrt(values + blur)).T, -0.5 * np.log(values + blur).sum()))
    return out


def _likelihoods(columns, noises):
    """Restricted likelihoods of the noises, to a sum of 1, whatever the lever's window."""
    both = np.column_stack([columns.held([columns.lever], columns.few), columns.y])
    logs = np.empty(len(noises))
    for k, (white, size) in enumerate(noises):
        R = np.maximum(np.abs(np.diag(np.linalg.qr(white @ both, mode="r"))), np.finfo(float).tiny)
        logs[k] = size - np.log(R[:-1]).sum() - (len(columns.y) - len(R) + 1) * np.log(R[-1])
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def _choose(columns, noise):
    """Give the other lever that gains most by a window that window, if it gains enough; whether one did."""
    gain, window = 0.0, {}
    for name in (name for name, at in columns.chosen.items() if at == 0 and name != columns.lever):
        scan, dof = _Scan(noise, columns, name), len(columns.y) - columns.needed + SPARE
        gained = dof * (scan.left[0] - scan.left.min()) / max(scan.left.min(), _NOTHING**2 * scan.left[0], 1e-300)
        if gained > max(gain, stats.t.isf(0.025 / len(scan.left), dof) ** 2):
            gain, window = gained, {name: int(np.argmin(scan.left))}
    columns.chosen |= window
    return bool(window)


class _Scan:
    """What each length of one lever leaves of the score, given the noise: sums of squares; `total` with none in."""

    def __init__(self, noise, columns, name):
        held = columns.held([name]) if name == columns.lever else columns.held([name, columns.lever], columns.few)
        both, self.fixed = noise[0] @ np.column_stack([columns.y, columns.sums[name]]), np.linalg.qr(noise[0] @ held)[0]
        rest = both - self.fixed @ (self.fixed.T @ both)
        free = np.linalg.norm(rest, axis=0)
        self.total, self.usable = free[0] ** 2, free[1:] > _NOTHING * np.linalg.norm(both[:, 1:], axis=0)
        self.directions = rest[:, 1:] / np.where(self.usable, free[1:], np.inf)
        self.along = self.directions.T @ rest[:, 0]
        self.left = np.maximum(self.total - self.along**2, 0)

    def as_far(self, draws):
        """How many draws fit some length as well as the diary does: under no effect first, then under each length."""
        draws = draws - (draws @ self.fixed) @ self.fixed.T
        seen, size, alike = draws @ self.directions, (draws**2).sum(axis=1), self.directions.T @ self.directions
        enough = self.total - self.left.min() - 1e-9 * self.total
        out = [((seen**2).max(axis=1) * self.total / size >= enough).sum()]
        # Given the effect of a length and the size of what it leaves, that points anywhere with equal chance.
        for j, along in enumerate(self.along):
            stretch = np.sqrt(self.left[j] / (size - self.usable[j] * seen[:, j] ** 2))
            again = (seen - np.outer(seen[:, j], alike[j])) * stretch[:, None] + along * alike[j]
            out.append(((again**2).max(axis=1) >= enough).sum())
        return np.array(out)


def _reason(window, period, nothing):
    """What was found, or why nothing was; `nothing` is the p-value of no effect."""
    lever, ends = show(window.lever), f"{window.low} {f'to {window.high}' if window.low < window.high else 'alone'}"
    these = f"p {probability(window.p_value)}; {level_text(window.level)} set: {ends}"
    if window.found:
        return f"{lever} goes with the score as its sum over {counted(window.length, period)} ({these})."
    if nothing > 1 - window.level:
        return (f"No sum of {lever} over up to {counted(len(window.p_values), period)} goes with the score beyond "
                f"chance, so this diary cannot tell a length ({these}).")
    return f"{lever} goes with the score, but no window is seen to beat this {period} alone ({these})."
