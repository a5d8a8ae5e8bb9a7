"""What is kept of a run: a row per world for `crunch.datasets.worlds`, and the whole table for the docs."""

import numpy as np
import pandas as pd

from worlds.figures import figures
from worlds.printed import page
from worlds.told import TOLD
from worlds.world import KINDS

_OF = {"any false": "tables", "false discoveries": "what is said"}  # what a rate of errors is a part of


def rows(records):
    """A row per world, in the words of who reads it; rates in per cent.

    Parameters
    ----------
    records : dict of (world, question) to list of dict

    Returns
    -------
    DataFrame
    """
    return pd.DataFrame([_row(name, {question: figures(name, question, records[name, question])
                                     for question in kind.asks if records.get((name, question))})
                         for name, kind in KINDS.items() if records.get((name, "drivers"))])


def _row(name, asked):
    of = asked["drivers"]
    wrong = next((label for label in ("any false", "false discoveries") if label in of), None)
    missed = [f"{question}: {label} {_percent(figure):g} %" for question, found in asked.items()
              for label, figure in found.items() if figure.beyond()]
    return {"kind": KINDS[name].group, "world": name, "description": TOLD[name], "tables": int(of["tables"].value),
            "refused": _percent(of.get("refused")), "wrong": _percent(of.get(wrong)),
            "wrong_of": _OF.get(wrong, ""), "coverage": _percent(of.get("coverage")),
            "power": _percent(of.get("power")), "ols_wrong": _percent(of.get("ols false")),
            "met": not missed, "missed": "; ".join(missed)}


def _percent(figure):
    return np.nan if figure is None or np.isnan(figure.value) else round(100 * figure.value, 1)


def document(records, version):
    """The page of the docs: what was asked, how often, and all that came out, failures included."""
    opening = _OPENING.format(version=version, counts=_counts(records))
    told = "\n".join(f"| {kind.group} | {name} | {TOLD[name]} |" for name, kind in KINDS.items())
    return f"{opening}\n\n{page(records)}\n## What each world is\n\n| kind | world | |\n|---|---|---|\n{told}\n"


def _counts(records):
    """How many tables a world, for drivers and for other questions."""
    drivers, others = ([len(of) for (_, question), of in records.items() if (question == "drivers") == first]
                       for first in (True, False))
    return " and ".join(f"{_span(counts)} tables of each for {words}" for counts, words in
                        ((drivers, "drivers"), (others, "the other questions")) if counts)


def _span(counts):
    return f"{min(counts)}" if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"


_OPENING = """\
# Where to believe crunch, and where not

Simulated tables whose truth is known were put to the public calls:
{counts}, at version {version}.
In some of these worlds nothing acts, in others few levers do; many have a trap that a real table may have as well.
What misses its target is printed in bold and listed again below the tables, before a line on what each world is.
`crunch.datasets.worlds()` has a row per world, and `benchmarks/truth.py --embed` writes both from the records
of a run (`make truth`). How each world is made stands in `benchmarks/worlds/`."""
