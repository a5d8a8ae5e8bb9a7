"""Over how many periods a score counts a lever: the length of a rolling window, estimated from a diary."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats
from scipy.linalg import solve_triangular

from crunch import checks
from crunch.errors import InputError, counted, show
from crunch.regression.columns import independent
from crunch.regression.design import SPARE, context_columns
from crunch.wording import level_text, probability

LONGEST = 26  # half a year of weeks, unless another length is asked for
MOST_ROWS = 400  # the last ones; the time it takes grows with their cube, and 400 tell lengths apart well enough
DRAWS = 1999
PERSISTENCE = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)  # of the noise from one period to the next
BLUR = (0.0, 0.25, 1.0, 4.0, 16.0, 64.0, 256.0)  # variance of rounding and the like, per variance of a new shock
_NOTHING = 1e-7  # part of a column's length below which it says nothing new


def rolled(index, values, length):
    """Sums over the last `length` periods.

    Parameters
    ----------
    index : array of int, shape (rows,)
        The period of each row, increasing; a jump by more than one is a gap.
    values : array of float, shape (rows,)
    length : int

    Returns
    -------
    array, shape (rows,)
        NaN where the window begins before the first row or touches a missing period.

    Examples
    --------
    >>> rolled(np.array([0, 1, 2, 4, 5]), np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2).tolist()
    [nan, 3.0, 5.0, nan, 9.0]
    """
    length = checks.whole(length, "length", 1)
    if not len(index):
        return np.empty(0)
    place = np.asarray(index) - index[0] + length - 1
    full = np.full(place[-1] + 1, np.nan)
    full[place] = values
    # Each window is summed by itself: running totals would carry rounding, and one NaN, to all that follow.
    return np.lib.stride_tricks.sliding_window_view(full, length).sum(axis=1)[place - length + 1]


@dataclass(frozen=True)
class Window:
    """Over how many periods the score counts a lever; see `window_length`.

    Attributes
    ----------
    lever : hashable
    length : int or None
        The length that explains the score best, found or not; None where nothing could be estimated.
    low, high : int or None
        The shortest and the longest of `possible`.
    found : bool
        Whether a window explains the score better than no effect and than this period alone.
    p_value : float
        Of the better supported of these two, the search over all lengths allowed for; NaN where
        nothing could be estimated.
    possible : tuple of int
        The confidence set: every length that is not rejected at `level`. It may have holes.
    lengths, p_values : tuple
        Every length tried, and how well it agrees with the diary.
    level : float
    rows : int
        Rows compared, the same for every length.
    reason : str
        What was found, or why nothing was, in one sentence.
    """

    lever: object
    length: int | None
    low: int | None
    high: int | None
    found: bool
    p_value: float
    possible: tuple
    lengths: tuple
    p_values: tuple
    level: float
    rows: int
    reason: str


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
        Of the confidence set, and 1 minus the risk of finding a window where there is none.

    Returns
    -------
    Window

    Raises
    ------
    InputError
        When the study is no diary or has no such lever.

    Notes
    -----
    The score is regressed on the rolling sum of the lever, on the lever's scale, for each length on
    the same rows; other levers, context, trend and yearly wave are held constant. Other levers enter
    with a window of their own where that explains the score clearly better (Bonferroni over levers
    and lengths): one that only moves together with them would seem to have theirs.

    The noise is a path that forgets, slowly or, as a random walk, never, plus what rounding adds.
    Its two parameters come from restricted likelihood (Harville 1977, JASA 72), which stays nearly
    unbiased where the path nearly walks (Chen & Deo 2009, Econometric Theory 25), and the tests are
    averaged over their likely values. So a score that walks is compared in changes, not level on level.

    Each length is tested against all others by its likelihood ratio, given what is sufficient when it
    is true, so that neither the size of the effect nor its absence matters (Worsley 1986, Biometrika
    73; Siegmund 1988, Annals of Statistics 16). The law of the ratio is simulated. Lengths that
    survive are the confidence set; a window is found when length 1 is not among them, nor no effect.

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
                         "Name the time column in Study(..., time=)"
                         + (", and study one unit at a time (leave out unit=)." if study.kind == "panel" else "."))
    checks.columns([lever], [*study.levers, *study.constant], "levers")
    asked = longest is not None
    longest = checks.whole(longest, "longest", 2) if asked else max(min(LONGEST, study.rows // 5), 2)
    if lever in study.constant:
        return _unknown(lever, level, 0, f"{show(lever)} is the same in every row, so every window of it is, too.")
    if not study.score_moves:
        return _unknown(lever, level, 0, f"The score never moved: it is {study.first_score:g} in "
                                         f"{counted(study.rows, 'row')}.")
    columns = _Columns(study, lever, longest)
    while len(columns.y) < columns.needed and longest > 2 and not asked:
        longest -= 1
        columns = _Columns(study, lever, longest)
    if len(columns.y) < columns.needed:
        return _unknown(lever, level, len(columns.y), (
            f"To compare windows of up to {counted(longest, study.timeline.name)} takes at least "
            f"{counted(columns.needed, 'row')} with that many before them, but there are {len(columns.y)}. "
            f"Add rows, name fewer levers{' or give a shorter longest=' if asked else ''}."))
    return _compared(study, lever, columns, level)


def _unknown(lever, level, rows, reason):
    return Window(lever, None, None, None, False, float("nan"), (), (), (), level, rows, reason)


class _Columns:
    """The rows on which every length can be compared, and what stands in them."""

    def __init__(self, study, lever, longest):
        index = study.timeline.index
        self.lengths = np.arange(1, longest + 1)
        sums = {name: np.column_stack([study.scales[name](rolled(index, study.frame[name].to_numpy(), length))
                                       for length in self.lengths]) for name in study.levers}
        keep = np.flatnonzero(~np.isnan(sums[lever]).any(axis=1))[-MOST_ROWS:]
        self.index = index[keep]
        self.y = study.frame[study.score].to_numpy()[keep]
        self.sums = {name: _standard(column[keep]) for name, column in sums.items()}
        self.always = np.column_stack([_rhythm(self.index, study.timeline.per_year),
                                       _standard(context_columns(study)[keep])])
        # Windows of a few lengths together come near to one of any length: for what must not hang on the length.
        self.few = np.unique(np.round(np.geomspace(1, longest, 4)).astype(int)) - 1
        self.lever, self.chosen = lever, dict.fromkeys(sums, 0)
        self.needed = self.always.shape[1] + len(sums) - 1 + len(self.few) + SPARE

    def held(self, *without):
        """What is held constant, other levers with the windows chosen for them."""
        others = [self.sums[name][:, [at]] for name, at in self.chosen.items() if name not in without]
        return np.column_stack([self.always, *others])


def _standard(matrix):
    """Columns with mean 0 and standard deviation 1; constant ones become exact zeros."""
    if not len(matrix):
        return matrix
    out = matrix - matrix.mean(axis=0)
    spread = out.std(axis=0)
    still = spread <= 1e-12 * np.abs(matrix).max(axis=0)
    return np.where(still, 0, out / np.where(still, 1, spread))


def _rhythm(index, per_year):
    """Intercept, trend and, where two years are dated, one yearly wave."""
    if len(index) < 2:
        return np.ones((len(index), 1))
    t = index - index.mean()
    columns = [np.ones(len(t)), t / np.ptp(t)]
    if per_year is not None and per_year >= 4 and np.ptp(t) + 2 >= 2 * per_year:
        columns += [np.sin(2 * np.pi * t / per_year), np.cos(2 * np.pi * t / per_year)]
    return np.column_stack(columns)


def _compared(study, lever, columns, level):
    """The window of a diary that has rows enough."""
    noises = [_root(columns.index, p, b) for p in PERSISTENCE for b in (BLUR if p else BLUR[:1])]
    weights = _likelihoods(columns, noises)
    for _ in range(len(columns.sums) - 1):
        if not _choose(columns, noises[int(np.argmax(weights))]):
            break
        weights = _likelihoods(columns, noises)
    scans = [_Scan(noise, columns.y, columns.held(lever), columns.sums[lever]) for noise in noises]
    best = scans[int(np.argmax(weights))]
    if not best.usable.any() or best.total <= _NOTHING**2 * columns.y @ columns.y:
        what = "The score leaves nothing" if best.usable.any() else f"{show(lever)} leaves no window of its own"
        return _unknown(lever, level, len(columns.y), f"{what} once trend, season and what else is held are out.")
    # Each noise gets as many of the draws as its likelihood says, so that not knowing it is part of the answer.
    draws = np.diff(np.round(np.cumsum([0, *weights]) * DRAWS).astype(int))
    rng = np.random.default_rng(0)
    as_far = sum(scan.as_far(rng.normal(size=(n, len(columns.y)))) for scan, n in zip(scans, draws, strict=True) if n)
    p_values = (1 + as_far) / (1 + DRAWS)
    at = int(np.argmin(best.left))
    possible = (p_values[1:] > 1 - level) | (np.arange(len(columns.lengths)) == at)
    p_value = float(max(p_values[:2]))
    low, high = (int(columns.lengths[possible][end]) for end in (0, -1))
    found = p_value <= 1 - level
    answer = Window(lever, at + 1, low, high, found, p_value, tuple(columns.lengths[possible].tolist()),
                    tuple(columns.lengths.tolist()), tuple(p_values[1:].tolist()), level, len(columns.y), "")
    return replace(answer, reason=_reason(answer, study, p_values[0]))


def _root(index, persistence, blur):
    """The Cholesky root of the noise's covariance, its shocks of variance 1."""
    apart = np.abs(index[:, None] - index).astype(float)
    # A random walk has no variance of its own; any constant may be added, for the intercept takes it out.
    memory = (apart.max() - apart) / 2 + 1 if persistence == 1 else persistence**apart / (1 - persistence**2)
    return np.linalg.cholesky(memory + blur * np.eye(len(index)))


def _likelihoods(columns, noises):
    """Restricted likelihoods of the noises, to a sum of 1, whatever the length of the lever's window."""
    held = np.column_stack([columns.held(columns.lever), columns.sums[columns.lever][:, columns.few]])
    X = held[:, independent(held)[0]]
    logs = np.empty(len(noises))
    for k, root in enumerate(noises):
        R = np.abs(np.diag(np.linalg.qr(solve_triangular(root, np.column_stack([X, columns.y]), lower=True), mode="r")))
        left = max(R[-1], np.finfo(float).tiny)
        logs[k] = -np.log(np.diag(root)).sum() - np.log(R[:-1]).sum() - (len(columns.y) - len(R) + 1) * np.log(left)
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def _choose(columns, noise):
    """Give the other lever that gains most by a window that window, if it gains enough; whether one did."""
    gains = {}
    own = columns.sums[columns.lever][:, columns.few]
    for name in [name for name, at in columns.chosen.items() if at == 0 and name != columns.lever]:
        scan = _Scan(noise, columns.y, np.column_stack([columns.held(name, columns.lever), own]), columns.sums[name])
        least, dof = scan.left.min(), len(columns.y) - scan.fixed.shape[1] - 1
        gains[name] = dof * (scan.left[0] / max(least, np.finfo(float).tiny) - 1), int(np.argmin(scan.left))
    name = max(gains, key=gains.get, default=None)
    if name is None or gains[name][0] < stats.t.isf(0.025 / (len(columns.sums) - 1) / len(columns.lengths), dof) ** 2:
        return False
    columns.chosen[name] = gains[name][1]
    return gains[name][1] > 0


class _Scan:
    """What each length leaves of the score, given the noise.

    Attributes
    ----------
    total : float
        The sum of squares that no length leaves.
    left : array, shape (lengths,)
        The sum of squares that each length leaves.
    """

    def __init__(self, root, y, held, sums):
        held = held[:, independent(held)[0]]
        white = solve_triangular(root, np.column_stack([held, y, sums]), lower=True)
        self.fixed = np.linalg.qr(white[:, :held.shape[1]])[0]
        rest = white[:, held.shape[1]:]
        sizes = np.linalg.norm(rest, axis=0)
        rest = rest - self.fixed @ (self.fixed.T @ rest)
        free = np.linalg.norm(rest, axis=0)
        self.usable = free[1:] > _NOTHING * sizes[1:]
        self.directions = np.where(self.usable, rest[:, 1:] / np.where(self.usable, free[1:], 1), 0)
        self.along = self.directions.T @ rest[:, 0]
        self.total = float(free[0] ** 2)
        self.left = np.maximum(self.total - self.along**2, 0)

    def as_far(self, draws):
        """How many draws fit some length as well as the diary does: under no effect first, then under each length.

        Given what is sufficient when a length is true, its effect and what it leaves, the rest of the
        score points anywhere with equal chance.
        """
        draws = draws - (draws @ self.fixed) @ self.fixed.T
        seen, size = draws @ self.directions, (draws**2).sum(axis=1)
        alike = self.directions.T @ self.directions
        enough = self.total - self.left.min() - 1e-9 * self.total
        out = [((seen**2).max(axis=1) * self.total / size >= enough).sum()]
        for j, along in enumerate(self.along):
            stretch = np.sqrt(self.left[j] / (size - self.usable[j] * seen[:, j] ** 2))
            again = (seen - np.outer(seen[:, j], alike[j])) * stretch[:, None] + along * alike[j]
            out.append(((again**2).max(axis=1) >= enough).sum())
        return np.array(out)


def _reason(window, study, nothing):
    """What was found, or why nothing was."""
    lever, period, p = show(window.lever), study.timeline.name, probability(window.p_value)
    these = (f"{level_text(window.level)} set: {window.low} to {window.high}" if window.low < window.high
             else f"{level_text(window.level)} set: no other length")
    if window.found:
        return f"{lever} goes with the score as its sum over {counted(window.length, period)} ({these})."
    if nothing > 1 - window.level:
        return (f"No sum of {lever} over up to {counted(window.lengths[-1], period)} goes with the score beyond chance "
                f"(p {p}), so this diary cannot tell a length ({these}).")
    return (f"{lever} goes with the score, but a window is not seen to explain it better than this {period} alone "
            f"(p {p}; {these}).")
