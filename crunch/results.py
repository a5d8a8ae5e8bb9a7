"""What every answer is: a tidy table, one true sentence, and notes."""

from dataclasses import dataclass
from html import escape
from typing import ClassVar

import numpy as np
import pandas as pd

from crunch.wording import LABELS, cell


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer to one question.

    Attributes
    ----------
    table : DataFrame
        Tidy, snake_case columns, full precision; a copy of what it was made from.
    sentence : str
        The finding in plain English, with its number and interval.
    notes : tuple of str
        What was assumed, dropped or transformed on the way.
    chart : str or None
        Of the kind of answer: the function of `crunch.charts` that draws it; None where it is read, not drawn.
    """

    chart: ClassVar[str | None] = None
    table: pd.DataFrame
    sentence: str
    notes: tuple = ()

    def __post_init__(self):
        object.__setattr__(self, "table", self.table.copy())
        object.__setattr__(self, "notes", tuple(self.notes))

    def readable(self):
        """The table as people read it: labelled columns, rounded to what is known, all text.

        Returns
        -------
        DataFrame
            Text cells; low and high are folded into one interval column.
        """
        return readable(self.table)

    def __str__(self):
        notes = "".join(f"\n- {note}" for note in self.notes)
        return f"{self.sentence}\n\n{self.readable().to_string(index=False)}\n{notes}".rstrip()

    def __repr__(self):
        return str(self)

    def _repr_html_(self):
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return (f"<p><strong>{escape(self.sentence)}</strong></p>{html_table(self.readable())}"
                + (f"<details><summary>Notes</summary><ul>{notes}</ul></details>" if notes else ""))


def html_table(frame):
    """A frame of text as an escaped HTML table without an index."""
    head = "".join(f'<th scope="col" style="text-align:left">{escape(str(c))}</th>' for c in frame.columns)
    body = "".join("<tr>" + "".join(f'<td style="text-align:left">{escape(str(v))}</td>' for v in row) + "</tr>"
                   for row in frame.itertuples(index=False))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


# An estimate and the bounds printed with it: column -> (low, high).
_INTERVALS = {"effect": ("low", "high"), "share": ("share_low", "share_high"),
              "swing": ("swing_low", "swing_high"), "rank": ("rank_low", "rank_high")}


def readable(table, divided="variation"):
    """A tidy table with labels for people, numbers rounded to what their interval supports; what shares are of."""
    labels = {**LABELS, "share": f"share of {divided} (interval)"}
    out, folded = {}, {bound for pair in _INTERVALS.values() for bound in pair}
    for name in table.columns:
        if name in folded and any(e in table and name in pair for e, pair in _INTERVALS.items()):
            continue
        bounds = _INTERVALS.get(name)
        if bounds and set(bounds) <= set(table.columns):
            rows = zip(table[name], table[bounds[0]], table[bounds[1]], strict=True)
            out[labels.get(name, name)] = [cell(name, *row) for row in rows]
        else:
            out[labels.get(name, name.replace("_", " "))] = [cell(name, value) for value in table[name]]
    return pd.DataFrame(out, index=np.arange(len(table)))
