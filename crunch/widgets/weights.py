"""A panel of the weights of a score: drag them, and see who gains and who loses ranks."""

import numpy as np

from crunch import checks
from crunch.charts.directions import BAD, GOOD
from crunch.errors import InputError, show
from crunch.questions.weights.rankings import labels_of, ranks
from crunch.questions.weights.weights import score_inputs
from crunch.scoring.reweighted import branches, reweighted
from crunch.widgets.asked import Asked
from crunch.widgets.board import NOW, STILL, Board, Reading, Row, size
from crunch.widgets.controls import over
from crunch.widgets.panel import Panel
from crunch.wording import percent

_FACTORS = np.round(np.linspace(0, 3, 61), 2)
_ROWS = 12


def weights(score, table, *, label=None, rows=_ROWS):
    """A panel of weights: a slider for each part of a score, and the ranks that they give.

    Parameters
    ----------
    score : crunch.scoring.Score
        With two parts or more.
    table : data frame
        With the columns of the score, and `label`.
    label : name of a column, optional
        What the rows are called; their numbers without.
    rows : int
        How many of the first are drawn.

    Returns
    -------
    Panel
        With a value for each part and group, by its names joined with " / ": its weight as a multiple
        of the one on paper. The weights of a group always sum to the same.

    Raises
    ------
    InputError
        When the score has one part, or the table lacks what it needs.

    Examples
    --------
    >>> import crunch, pandas as pd
    >>> score = crunch.scoring.Score([crunch.scoring.Part("a"), crunch.scoring.Part("b")])
    >>> table = pd.DataFrame({"who": ["Ada", "Bo", "Cy"], "a": [0.9, 0.2, 0.5], "b": [0.8, 0.6, 0.2]})
    >>> panel = crunch.widgets.weights(score, table, label="who")
    >>> panel.set(a=0)
    >>> panel.sentence
    'With a at 0\\u202f% and b at 100\\u202f%, Ada is first, as with the weights on paper; 0 of 3 rows change rank.'
    >>> panel.close()
    """
    inputs = score_inputs(score, table)
    places = {" / ".join(path): place for place, member, path in branches(score.root) if member.name}
    if len(places) < 2:
        raise InputError("Weights are weighed against each other, but this score has one part. Add a second.")
    labels = labels_of(table, label, len(next(iter(inputs.values()))))
    scene = _Ranks(score, inputs, [str(name) for name in labels], places, checks.whole(rows, "rows", 1))
    return Panel(scene, {name: over(_FACTORS.tolist(), start=1.0, label=name, said=lambda value: f"×{value:g}",
                                    check=_factor, tip=f"{name}: its weight, as a multiple of the one on paper")
                         for name in places})


def _factor(value):
    """A multiple of a weight, which is never less than none."""
    if value < 0:
        raise InputError(f"A weight is a multiple of the one on paper, 0 or more, but {show(value)} was given. Give 0 "
                         "to leave that part out.")
    return float(value)


class _Ranks(Asked):
    """The first rows by rank, and where other weights put them."""

    title, file, lines = "Weights and ranks", "weights", 2

    def __init__(self, score, inputs, labels, places, most):
        self.score, self.inputs, self.labels, self.places = score, inputs, labels, places
        self._on_paper = ranks(score, score.root, inputs)
        self.first = np.argsort(self._on_paper, kind="stable")[:most]
        self.size = size(len(self.first), gauge=False)

    def root(self, values):
        """All members with these weights."""
        return reweighted(self.score.root, {self.places[name]: factor for name, factor in values.items()})

    def ask(self, **values):
        return ranks(self.score, self.root(values), self.inputs)

    def said(self, **values):
        """Each weight as part of its group."""
        shares = {" / ".join(path): member.weight for _, member, path in branches(self.root(values)) if member.name}
        return {name: percent(shares[name]) for name in self.places}

    def draw(self, ax, **values):
        rows = [Row(self.labels[i], "", max(len(self.first), 5)) for i in self.first]
        board = Board(ax, None, rows, {NOW: "rank on paper", GOOD: "gains ranks", BAD: "loses ranks"}, right=2.0)

        def update(**values):
            now = self.answer(values)
            return board.update(self.heading(now), "Ranks gained or lost against the weights on paper",
                                [_reading(self._on_paper[i], now[i]) for i in self.first])
        update(**values)
        return update

    def heading(self, now):
        """Who is first, and how many change rank."""
        moved, first = int((now != self._on_paper).sum()), self.labels[int(np.argmin(now))]
        if not moved:
            return f"{first} is first; nobody changes rank"
        return f"{first} is first; {moved} of {len(now)} change rank"

    def sentence(self, **values):
        now, said = self.answer(values), self.said(**values)
        moved, first = int((now != self._on_paper).sum()), int(np.argmin(now))
        before = self._on_paper[first]
        was = "as with the weights on paper" if before == 1 else f"on paper number {before}"
        named = [f"{name} at {share}" for name, share in said.items()]
        lead = f"With {', '.join(named[:-1])} and {named[-1]}" if len(named) <= 4 else "With these weights"
        return f"{lead}, {self.labels[first]} is first, {was}; {moved} of {len(now)} rows change rank."

    def code(self, **values):
        factors = {self.places[name]: factor for name, factor in values.items() if factor != 1}
        return ("from crunch.scoring.reweighted import reweighted\n\n"
                f"root = reweighted(score.root, {factors!r})\n"
                "root.worth(score.inputs(table))")


def _reading(before, after):
    by = int(before - after)
    text = f"{before}" if not by else f"{before} → {after}"
    return Reading(by, by, by, text, GOOD if by > 0 else BAD if by < 0 else STILL)
