"""What is a score really made of? Its weights beside what moves it in a table."""

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from crunch.errors import InputError, counted, show
from crunch.questions.importance.importance import importance
from crunch.results import Answer
from crunch.scoring import Group, Score
from crunch.scoring.reweighted import branches
from crunch.wording import level_text, number, percent, series

ABOUT = (0.01, 0.1)  # of the whole, or of its weight: a part within either counts "as its weight says"
MORE, LESS, AS, UNSURE, STILL = ("more than its weight", "less than its weight", "as its weight says", "can't tell",
                                 "never moves here")
_MOST = 4  # parts that a sentence names


@dataclass(frozen=True, eq=False, repr=False)
class Weights(Answer):
    """Weights on paper and weights in a table; see `weights`.

    Attributes
    ----------
    score : str
    rows : int
    explained : float
        Part of the score's variance that is divided: 1 unless means of several kinds are nested.
    pairs : DataFrame
        Members of the same group that move together or offset each other: group, part, other,
        correlation, share (of the variance of the group's value that the two add to it by moving
        together; below 0 where they cancel), most cancelling first.
    level : float
    """

    chart = "weights"
    score: str = ""
    rows: int = 0
    explained: float = 1.0
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    level: float = 0.95

    def readable(self):
        """The table as people read it."""
        table = self.table
        counts = "counts for" if table["low"].isna().all() else "counts for (interval)"
        out = {"part": table["part"], "weight": [percent(value) for value in table["nominal"]],
               counts: [percent(*row) for row in table[["effective", "low", "high"]].itertuples(
                   index=False)],
               "correlation with the score": [number(value, 2, sign=True) for value in table["correlation"]],
               "verdict": table["verdict"]}
        return pd.DataFrame(out)


def weights(score, table, *, draws=0, level=0.95, rng=None):
    """Say how much each part of a score counts in a table, beside the weight that it has on paper.

    A weight says what a point of a part is worth. How much a part makes rows differ also depends on
    how much it varies, and on what it moves with: a part that is nearly the same everywhere hardly
    counts, whatever its weight.

    Parameters
    ----------
    score : crunch.scoring.Score
    table : data frame
        With the columns of the score.
    draws : int
        Bootstrap draws of rows behind intervals, for rows that are a sample; 0 for none.
    level : float
    rng : None, int or numpy.random.Generator
        Seed of the draws; None is a fixed seed.

    Returns
    -------
    Weights
        `table` has one row per part, the one that counts most first: part, column, nominal (weight
        on paper, part of 1), effective (share of the hidden score's variance), low, high (NaN
        without draws), correlation (of what the part is worth with the hidden score), verdict.

    Raises
    ------
    InputError
        When the table lacks a part, or the score is the same in every row.

    Notes
    -----
    Shares are Shapley shares (`crunch.importance`) of what the parts are worth; below a geometric
    mean, of the logarithms, in which it is a sum.

    References
    ----------
    Becker, Saisana, Paruolo & Vandecasteele (2017), Weights and importance in composite indicators:
    Closing the gap, Ecological Indicators 80.

    Examples
    --------
    >>> import crunch, pandas as pd
    >>> score = crunch.scoring.Score([crunch.scoring.Part("a"), crunch.scoring.Part("b")])
    >>> table = pd.DataFrame({"a": [0, 3, 0, 3], "b": [0, 0, 1, 1]})
    >>> crunch.weights(score, table).table[["part", "nominal", "effective"]]
      part  nominal  effective
    0    a      0.5        0.9
    1    b      0.5        0.1
    """
    inputs = score_inputs(score, table)
    rows, y = len(next(iter(inputs.values()))), score.of(inputs)
    if rows < 3 or np.ptp(y) <= 1e-12 * np.abs(y).max():
        raise InputError(f"What a score is made of shows in how rows differ, but {show(score.name)} is the same in "
                         f"{counted(rows, 'row')}. Give a table of at least 3 rows that differ.")
    worth = pd.DataFrame(np.array([part.worth(inputs) for part, _, _ in score.leaves]).T)
    logs = score.root.mean == "geometric" and (worth > 0).all(axis=None)
    whole, moving = score.root.worth(inputs), [j for j in worth if np.ptp(worth[j]) > 0]
    shares = importance(np.log(worth[moving]) if logs else worth[moving], np.log(whole) if logs else whole, draws=draws,
                        level=level, rng=rng)
    found = _table(score, worth, y, _single(shares.table))
    pairs = _pairs(score.root, inputs, score.name)
    notes = [_meaning(score, logs, shares.explained), *([] if not draws else [
        f"Intervals at {level_text(level)} from {counted(draws, 'bootstrap draw')} of {counted(rows, 'row')}: they "
        "speak of other rows like these."]), *_cancelling(pairs)]
    return Weights(found, _sentence(found, score.name, rows), notes, score=score.name, rows=rows, level=level,
                   explained=float(shares.explained), pairs=pairs)


def score_inputs(score, table):
    """The columns of a formula over a table of several rows, checked."""
    if not isinstance(score, Score):
        raise InputError(f"score must be a formula, a Score such as crunch.scoring.hdi(), but {show(score)} "
                         "was given. For a score whose formula nobody told you, ask crunch.importance.")
    inputs = score.inputs(table)
    if not any(np.ndim(x) for x in inputs.values()):
        raise InputError("Parts are compared over the rows of a table, but one row was given. What each part "
                         "contributes to it is in score.parts(row).")
    return inputs


def _single(shares):
    """The shares by the number of their part; parts that cannot be told apart were joined, and get equal parts."""
    out = {}
    for row in shares.to_dict("records"):
        members = str(row["lever"]).split(" + ")
        out |= {int(j): [row[key] / len(members) for key in ("share", "share_low", "share_high")] for j in members}
    return out


def _table(score, worth, y, shares):
    """Nominal beside effective, the largest first."""
    rows = []
    for j, (part, weight, path) in enumerate(score.leaves):
        row = {"part": " / ".join(path), "column": part.column, "nominal": weight, "effective": 0.0, "low": np.nan,
               "high": np.nan, "correlation": np.nan, "verdict": STILL}
        if j in shares:
            share, low, high = shares[j]
            row.update(effective=share, low=low, high=high, correlation=float(np.corrcoef(worth[j], y)[0, 1]),
                       verdict=_verdict(weight, share, low, high))
        rows.append(row)
    return pd.DataFrame(rows).sort_values("effective", ascending=False, kind="stable", ignore_index=True)


def _verdict(nominal, effective, low, high):
    near = max(ABOUT[0], ABOUT[1] * nominal)
    if not np.isnan(low) and low <= nominal <= high:
        return AS if high - low <= 2 * near else UNSURE
    if abs(effective - nominal) <= near:
        return AS
    return MORE if effective > nominal else LESS


def _pairs(root, inputs, name):
    """What members of a group add to its variance by moving together; it needs a mean whose terms add up."""
    found = []
    groups = [(root, name), *((member, " / ".join(path) or name) for _, member, path in branches(root)
                              if isinstance(member, Group))]
    for group, called in groups:
        terms = _terms(group, inputs)
        if terms is None or np.ptp(terms.sum(axis=0)) == 0:
            continue
        cov, total = np.atleast_2d(np.cov(terms)), terms.sum(axis=0).var(ddof=1)
        for i, j in combinations(range(len(terms)), 2):
            if cov[i, i] > 0 and cov[j, j] > 0:
                found.append({"group": called, "part": group.members[i].name, "other": group.members[j].name,
                              "correlation": cov[i, j] / np.sqrt(cov[i, i] * cov[j, j]),
                              "share": 2 * cov[i, j] / total})
    columns = ["group", "part", "other", "correlation", "share"]
    return pd.DataFrame(found, columns=columns).sort_values("share", kind="stable", ignore_index=True)


def _terms(group, inputs):
    """Weighted worths that add up to the group's value, or to its logarithm or reciprocal; None where none do."""
    worths = np.array([member.worth(inputs) for member in group.members])
    if callable(group.mean) or (group.mean != "arithmetic" and (worths <= 0).any()):
        return None
    scale = {"arithmetic": np.asarray, "geometric": np.log, "harmonic": np.reciprocal}[group.mean]
    return group.weights[:, None] * scale(worths)


def _sentence(table, name, rows):
    off = table[table["verdict"].isin((MORE, LESS, STILL))]
    lead = f"Among {counted(rows, 'row')}, "
    if off.empty:
        unsure = table.loc[table["verdict"] == UNSURE, "part"].tolist()
        if unsure:
            return f"{lead}this table can't tell whether {series(unsure)} count for their weights in {name}."
        return f"{lead}every part of {name} counts for about its weight."
    named = off.assign(gap=(off["effective"] - off["nominal"]).abs()).nlargest(_MOST, "gap").sort_index()
    said = [f"{row['part']} for {percent(row['effective'])} (weight {percent(row['nominal'])})"
            for row in named.to_dict("records")]
    return f"{lead}parts count for other shares of what makes {name} differ than their weights say: {series(said)}."


def _meaning(score, logs, explained):
    said = "logarithms of what the parts are worth" if logs else "what the parts are worth"
    note = (f"A share is the part of the variance of the hidden score that goes with {said}; what parts have in common "
            "is divided over all orders in which they can enter.")
    if explained < 0.9995:
        note += f" The shares sum to {100 * explained:.3g} %, since the means are not of one kind."
    return f"{note} It describes these rows; with others, the same weights count differently."


def _cancelling(pairs):
    worst = pairs[pairs["correlation"] < -0.1]
    if worst.empty:
        return []
    row = worst.iloc[0]
    return [f"{row['part']} and {row['other']} offset each other within {row['group']}: their correlation is "
            f"{number(row['correlation'], 2, sign=True)}, so what one gains the other tends to lose."]
