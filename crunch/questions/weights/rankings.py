"""Who ranks where by a score, and how much of that hangs on its weights?"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from crunch import checks
from crunch.digits import distance
from crunch.errors import InputError, counted
from crunch.questions.weights.indices import ranking_indices
from crunch.questions.weights.weights import score_inputs
from crunch.results import Answer
from crunch.scoring import Part, Score
from crunch.scoring.reweighted import branches, reweighted, without
from crunch.wording import THIN, compact, level_text, number, percent, series

_MOST = 3  # rows or parts that a sentence names


@dataclass(frozen=True, eq=False, repr=False)
class Rankings(Answer):
    """Ranks, and how far they hang on the weights; see `rankings`.

    Attributes
    ----------
    score : str
    without : DataFrame
        What leaving out each part does to the ranks: part, mean_shift and max_shift (places, over
        all rows), most_moved (label), from_rank, to_rank; the part that matters most first.
    first_stays : float
        Share of the draws in which the row in front stays there.
    spread, level : float
    draws : int
    """

    chart = "rankings"
    score: str = ""
    without: pd.DataFrame = field(default_factory=pd.DataFrame)
    first_stays: float = float("nan")
    spread: float = 0.25
    level: float = 0.9
    draws: int = 0
    formula: Score | None = None
    inputs: dict = field(default_factory=dict)

    def readable(self):
        """The table as people read it."""
        table, step = self.table, self.formula.step
        return pd.DataFrame({
            "row": table["label"].astype(str),
            "score": [compact(value) if step is None else distance(value, step) for value in table["value"]],
            "rank": table["rank"], "with other weights": [f"{low} to {high}" if low < high else str(low) for low, high
                                                          in zip(table["rank_low"], table["rank_high"], strict=True)]})

    def indices(self, samples=256, rng=None):
        """Which weight do the ranks hang on? Sobol indices by ``crunch-score[sensitivity]``; see `ranking_indices`."""
        return ranking_indices(self.formula, self.inputs, self.spread, samples, rng)


def rankings(score, table, *, label=None, spread=0.25, draws=500, level=0.9, rng=None):
    """Rank the rows of a table by a score, and say how far each rank hangs on the weights.

    Weights are chosen, not measured. So every weight is varied by up to `spread`, all at once and
    independently, each group's to the same sum; and every part is left out once.

    Parameters
    ----------
    score : crunch.scoring.Score
        With two parts or more.
    table : data frame
        With the columns of the score, and `label`.
    label : name of a column, optional
        What the rows are called; their numbers without.
    spread : float
        Largest change of a weight, as part of it.
    draws : int
        Sets of weights.
    level : float
        Share of the sets that an interval of ranks holds.
    rng : None, int or numpy.random.Generator
        Seed of the draws; None is a fixed seed.

    Returns
    -------
    Rankings
        `table` has one row per row of the table, the best first: label, value (hidden), rank,
        rank_low, rank_high, rank_mean. Rows that are level share the better rank.

    Raises
    ------
    InputError
        When the score has one part, the table fewer than two rows, or a setting breaks its rule.

    Notes
    -----
    After Saisana, Saltelli & Tarantola (2005), Journal of the Royal Statistical Society A 168, and
    the R package COINr (Becker, Caperna, Del Sorbo, Norlén, Papadimitriou & Saisana 2022, Journal of
    Open Source Software 7).

    Examples
    --------
    >>> import crunch, pandas as pd
    >>> score = crunch.scoring.Score([crunch.scoring.Part("a"), crunch.scoring.Part("b")])
    >>> table = pd.DataFrame({"who": ["Ada", "Bo", "Cy"], "a": [0.9, 0.2, 0.5], "b": [0.8, 0.6, 0.2]})
    >>> crunch.rankings(score, table, label="who").table[["label", "rank", "rank_low", "rank_high"]]
      label  rank  rank_low  rank_high
    0   Ada     1         1          1
    1    Bo     2         2          3
    2    Cy     3         2          3
    """
    inputs = score_inputs(score, table)
    spread, level = checks.between(spread, 0, 1, "spread"), checks.between(level, 0, 1, "level")
    draws, rng = checks.whole(draws, "draws", 1), checks.generator(rng)
    labels = labels_of(table, label, len(next(iter(inputs.values()))))
    now = ranks(score, score.root, inputs)
    drawn = np.array([ranks(score, reweighted(score.root, factors), inputs)
                      for factors in _factors(score, spread, draws, rng)])
    tail = (1 - level) / 2
    order = np.argsort(now, kind="stable")
    found = pd.DataFrame({
        "label": labels, "value": score.of(inputs), "rank": now,
        "rank_low": np.quantile(drawn, tail, axis=0, method="inverted_cdf").astype(int),
        "rank_high": np.quantile(drawn, 1 - tail, axis=0, method="inverted_cdf").astype(int),
        "rank_mean": drawn.mean(axis=0)}).iloc[order].reset_index(drop=True)
    left_out = _left_out(score, inputs, now, labels)
    stays = float((drawn[:, order[0]] == 1).mean())
    notes = [f"Every weight was varied by up to {number(100 * spread, 0)}{THIN}%, all at once, "
             f"{counted(draws, 'time')}; intervals hold {level_text(level)} of the ranks. They speak of the weights "
             "alone, not of errors in the table."]
    return Rankings(found, _sentence(found, left_out, stays, drawn, now), notes, score=score.name, without=left_out,
                    first_stays=stays, spread=spread, level=level, draws=draws, formula=score, inputs=inputs)


def ranks(score, root, inputs):
    """Places by a score whose members may have been changed, 1 the best, shape (rows,)."""
    way = np.sign(score.scale[1] - score.scale[0])
    # Scores that differ by rounding of floats alone are level.
    return rankdata(-way * np.round(root.worth(inputs), 12), method="min").astype(int)


def labels_of(table, label, rows):
    """What the rows of a table are called: by a column, or by their numbers."""
    if label is None:
        return list(range(rows))
    checks.columns([label], list(table.columns), "label")
    return [str(value) for value in table[label]]


def _factors(score, spread, draws, rng):
    """For each draw, what every member's weight is multiplied by."""
    members = [place for place, _, _ in branches(score.root)]
    if len(score.leaves) < 2:
        raise InputError("Ranks hang on weights only where there are two parts or more, but this score has one. "
                         "Rank by its column.")
    return [dict(zip(members, row, strict=True)) for row in rng.uniform(1 - spread, 1 + spread, (draws, len(members)))]


def _left_out(score, inputs, now, labels):
    """How far ranks move when a part goes."""
    found = []
    for place, member, path in branches(score.root):
        rest = without(score.root, place) if isinstance(member, Part) else None
        if rest is None:
            continue
        new = ranks(score, rest, inputs)
        moved = np.abs(new - now)
        most = int(np.argmax(moved))
        found.append({"part": " / ".join(path), "mean_shift": float(moved.mean()), "max_shift": int(moved[most]),
                      "most_moved": labels[most], "from_rank": int(now[most]), "to_rank": int(new[most])})
    columns = ["part", "mean_shift", "max_shift", "most_moved", "from_rank", "to_rank"]
    return pd.DataFrame(found, columns=columns).sort_values("mean_shift", ascending=False, kind="stable",
                                                            ignore_index=True)


def _sentence(table, left_out, stays, drawn, now):
    first = table.loc[table["rank"] == 1, "label"].astype(str).tolist()
    lead = (f"{series(first[:_MOST])} {'stays' if len(first) == 1 else 'stay'} first in {percent(stays)} of "
            f"{len(drawn)} other sets of weights")
    widest = table.loc[(table["rank_high"] - table["rank_low"]).idxmax()]
    if widest["rank_high"] == widest["rank_low"]:
        lead += f", and {'no' if (drawn == now).all() else 'hardly any'} rank hangs on them."
    else:
        lead += (f"; ranks move by {places_text(np.abs(drawn - now).mean())} on average, and {widest['label']}, "
                 f"{widest['rank']} now, is anywhere from {widest['rank_low']} to {widest['rank_high']}.")
    if left_out.empty or left_out["max_shift"].max() == 0:
        return lead
    part = left_out.iloc[0]
    return (f"{lead} Leaving out {part['part']} moves ranks most: by {places_text(part['mean_shift'])} on average, "
            f"{part['most_moved']} from {part['from_rank']} to {part['to_rank']}.")


def places_text(value):
    """``1 place`` or ``2.4 places``."""
    text = number(value, 1) if value >= 0.95 else number(value, 2)
    return f"{text} place{'' if text in ('1', '1.0') else 's'}"
