"""Which inputs does an outcome's variation go with, and how surely one more than another?"""

from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from crunch import checks
from crunch.errors import InputError, counted
from crunch.moments import Moments
from crunch.progress import bar
from crunch.questions.importance import words
from crunch.questions.importance.dominance import Dominance
from crunch.questions.importance.follow import rows_follow
from crunch.questions.importance.from_moments import of_moments
from crunch.questions.importance.of_study import of_study
from crunch.questions.importance.predictors import predictors
from crunch.questions.importance.standing import from_draws, in_doubt, least, unknown
from crunch.regression import resample
from crunch.regression.intervals import ranks
from crunch.results import Answer, readable
from crunch.shares.chance import Chance, sign_flips
from crunch.shares.divide import Table, divide, standardised
from crunch.shares.game import SAMPLED
from crunch.shares.methods import METHODS
from crunch.study.study import Study


@dataclass(frozen=True, eq=False, repr=False)
class Importance(Answer):
    """How an outcome's variation divides among levers; see `importance`.

    Attributes
    ----------
    outcome : name of the outcome
    method : str
    level : float
    rows : int
    explained, context_share : float
        R² of everything together, and of what is always in, alone.
    exact : bool
        Whether every subset was looked at; if not, the table has standard errors.
    p_value : float
        Of all levers together: how often pure noise would explain as much (F test; with units or clusters
        by flipping the signs of whole ones).
    divided : str
        What is shared, as a phrase: of a study what its structure leaves open, as in `crunch.drivers`.
    doubt : str
        Why no lever is put first whatever the numbers are, as a phrase; "" where nothing says so.
    pairs : DataFrame
        Is one lever really ahead of another? lever, other (the smaller share), difference, low,
        high, p_value, q_value, verdict ("ahead" or "can't tell"). Empty without intervals.
    """

    chart = "importance"
    outcome: object = ""
    method: str = "lmg"
    level: float = 0.95
    rows: int = 0
    explained: float = float("nan")
    context_share: float = float("nan")
    exact: bool = True
    p_value: float = float("nan")
    divided: str = "variation"
    doubt: str = ""
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    subsets: object = field(default=None)

    def readable(self):
        """The table as people read it; the outcome is the same in every row and left to the sentence."""
        shown = readable(self.table.drop(columns="outcome"), self.divided)
        if self.method in words.NO_PARTS:
            values = self.table[["share", "share_low", "share_high"]].itertuples(index=False)
            shown.isetitem(1, [words.amount(self.method, *row) for row in values])
            shown = shown.rename(columns={shown.columns[1]: "squared coefficient (interval)"})
        return shown

    @cached_property
    def dominance(self):
        """Which lever of each pair dominates the other; see `Dominance.pairs`. At most 20 levers."""
        return self._dominance.pairs()

    @cached_property
    def gains(self):
        """What each lever adds by how many others entered before it; see `Dominance.gains`. At most 20 levers."""
        return self._dominance.gains()

    @cached_property
    def _dominance(self):
        return self.subsets()


def importance(X, y=None, *, method="lmg", groups=None, always=(), weights=None, draws=0, block=None, cluster=None,
               level=0.95, rng=None):
    """Divide the variation of an outcome among the inputs that it goes with.

    Parameters
    ----------
    X : Study, table, array of shape (rows, levers), or Moments
        Of a study what `crunch.drivers` divides: what calendar, past and context leave open, among its levers.
        Of a table every column without another role is a lever; a column of categories enters as one lever.
    y : name of a column of X, or one number a row
        The outcome; with Moments, a name.
    method : str
        "lmg" (the default: Shapley shares), "first", "last", "betasq", "pratt",
        "relative_weights" (Johnson = Genizi), "car", or "permutation" (Shapley shares estimated
        from random orders, as "lmg" does by itself beyond 30 levers).
    groups : dict of name to columns, or list of lists of columns, optional
        Levers that enter together and get one share: with lmg, first, last and permutation.
    always : names of columns that are held constant and take their part first
    weights : name of a column of X, or one number a row, optional
        How much each row counts.
    draws : int
        Bootstrap draws behind intervals, ranks and pairs; 0 for none. Intervals of shares are moved
        down by what draws overfit on average. With Moments whole blocks are drawn, and 0 gives intervals
        by a delete-a-block jackknife.
    block : int or "auto", optional
        Draw runs of so many neighbouring rows, for rows in order of time; "auto" takes the length
        from the data (Politis & White 2004, Econometric Reviews 23).
    cluster : name of a column of X, or one label a row, optional
        Draw whole clusters.
    level : float
        Level of the intervals.
    rng : None, int or numpy.random.Generator
        Seed of the draws; None is a fixed seed.

    Returns
    -------
    Importance
        `table` has one row per lever or group, largest share first: lever, outcome, share (of the
        outcome's variation), share_low, share_high, rank, rank_low, rank_high; and standard_error
        where orders were sampled.

    Raises
    ------
    InputError
        When something given breaks its rule; the sentence names the cure.

    References
    ----------
    Lindeman, Merenda & Gold (1980); Grömping (2006), Journal of Statistical Software 17(1);
    Johnson (2000), Multivariate Behavioral Research 35; Zuber & Strimmer (2011), Statistical
    Applications in Genetics and Molecular Biology 10.

    Examples
    --------
    >>> import crunch
    >>> schools = crunch.load("schools")[["test_score", "english_learners", "free_lunch"]]
    >>> crunch.importance(schools, "test_score").table[["lever", "share"]].round(2)
                  lever  share
    0        free_lunch   0.55
    1  english_learners   0.21
    """
    method = checks.choice(method, (*METHODS, SAMPLED), "method")
    level, draws, rng = checks.between(level, 0, 1, "level"), checks.whole(draws, "draws"), checks.generator(rng)
    if isinstance(X, Study):
        given = {"y": y, "always": always, "weights": weights, "block": block, "cluster": cluster}
        who, parts, standing, chance, notes = of_study(X, method, groups, draws, level, rng, given)
        return _answer(who, who.joined(parts.game.joined), parts, standing, level, chance, notes)
    if isinstance(X, Moments):
        _need_rows(weights=weights, block=block, cluster=cluster)
        who, parts, standing, chance, notes = of_moments(X, y, method, groups, always, draws, level, rng)
        return _answer(who, who.joined(parts.game.joined), parts, standing, level, chance, notes)
    given = predictors(X, y, groups=groups, always=always, weights=weights, cluster=cluster)
    who = given.players
    who.fit(method)
    draw, how = _resampling(given, block, draws, rng)
    table = Table(standardised(np.column_stack([np.ones(len(given.y)), given.always, given.columns, given.y]),
                               given.weights), 1, given.always.shape[1], given.weights)
    with who.told_apart(method):
        parts = divide(table, who.members, method, draw=draw, draws=draws, rng=rng, progress=bar("Importance"))
    names = who.joined(parts.game.joined)
    standing = from_draws(names, parts.share, parts.drawn, level, least(method)) if draws else unknown(len(names))
    doubt = rows_follow(given)
    who = replace(who, doubt=words.FOLLOW) if doubt else who
    told = [words.ask_of_a_study(who.outcome, given.time)] if doubt else []
    return _answer(who, names, parts, standing, level, _chance(given, parts), [*told, *given.notes, *how])


def _need_rows(**given):
    """Refuse what moments have already summed over."""
    for name, value in given.items():
        if value is not None:
            raise InputError(f"{name} speaks of single rows, which Moments no longer hold, but {name} was given with "
                             f"Moments. Leave {name} out, or give the table itself.")


def _resampling(given, block, draws, rng):
    """How rows are drawn, and the note that says so."""
    rows = len(given.y)
    if block is not None and given.clusters is not None:
        raise InputError("Rows are drawn in blocks or in clusters, but block and cluster were both given. "
                         "Keep the one that says which rows belong together.")
    if given.clusters is not None:
        return partial(resample.units, given.clusters, rng=rng), words.drawn(draws, "whole clusters",
                                                                             int(given.clusters.max()) + 1)
    if block is None:
        return partial(resample.rows, rows, rng=rng), words.drawn(draws, "rows", rows)
    if block == "auto":
        fixed = np.column_stack([np.ones(rows), given.always])
        y, X = (v - fixed @ np.linalg.lstsq(fixed, v, rcond=None)[0] for v in (given.y, given.columns))
        block = resample.block_length(X * y[:, None])
    block = checks.whole(block, "block", 1)
    if block > rows // 2:
        raise InputError(f"Blocks must be short enough to be drawn twice, but block={block} was given for "
                         f"{counted(rows, 'row')}. Give at most {rows // 2}, or block='auto'.")
    return (partial(resample.blocks, rows, rng=rng, length=block),
            words.drawn(draws, f"runs of {counted(block, 'neighbouring row')}", rows))


def _chance(given, parts):
    """What pure noise would explain of a table; of one in clusters by flipped signs."""
    fixed, flipped = np.column_stack([np.ones(len(given.y)), given.always]), None
    if given.clusters is not None:
        by = np.sqrt(np.ones(len(given.y)) if given.weights is None else given.weights)
        flipped = sign_flips(given.columns * by[:, None], fixed * by[:, None], given.y * by, given.clusters)
    return Chance(len(given.y), parts.rank, fixed.shape[1], parts.explained, parts.context, flipped)


def _answer(who, names, parts, standing, level, chance, notes):
    """The table, largest share first, and what it says."""
    standing = in_doubt(standing) if who.doubt else standing
    table = pd.DataFrame({
        "lever": names, "outcome": who.outcome, "share": parts.share, "share_low": standing.low,
        "share_high": standing.high, "rank": ranks(parts.share), "rank_low": standing.rank_low,
        "rank_high": standing.rank_high})
    if parts.standard_error is not None:
        table["standard_error"] = parts.standard_error
    table = table.sort_values("rank", ignore_index=True)
    method = parts.game.method
    return Importance(
        table, words.sentence(who, table, standing.pairs, parts, level, chance),
        [*words.meaning(who, parts, chance), *notes], outcome=who.outcome, method=method, level=level, rows=chance.rows,
        explained=parts.explained, context_share=parts.context, exact=method != SAMPLED,
        p_value=chance.p_value, divided=who.divided, doubt=who.doubt,
        pairs=standing.pairs, subsets=partial(Dominance.of, names, parts))
