"""What a study is, in words: its columns and their roles, what its score does, one line about all."""

import numpy as np
import pandas as pd

from crunch.errors import counted, show


def roles(study):
    """The columns, their roles and scales; see `crunch.Study.roles`."""
    rows = [("score", study.score)]
    rows += [("lever", n) for n in study.levers] + [("lever (constant)", n) for n in study.constant]
    rows += [("context", n) for n in study.context] + [("side effect", n) for n in study.side_effects]
    rows += [(role, n) for role, n in (("time", study.time), ("unit", study.unit)) if n is not None]
    table = [(name, role, study.scales[name].name if name in study.scales else "",
              study.scales[name].reason if name in study.scales else "") for role, name in rows]
    return pd.DataFrame(table, columns=["column", "role", "scale", "reason"])


def summary(study):
    """What a study is, in one line."""
    what = {"accounts": "a cross-section of {rows}", "diary": "a diary of {rows}, one a {period}",
            "panel": "a panel of {rows}: {units}, one row a {period}"}[study.kind]
    units = counted(study.frame[study.unit].nunique(), "unit") if study.kind == "panel" else ""
    step = "" if study.step is None else f", shown in steps of {study.step:.12g}"
    return f"{show(study.score)} in " + what.format(
        rows=counted(study.rows, "row"), period=study.timeline.name, units=units) + step + "."


def score_notes(study):
    """What is odd about the score of a study in memory, and about its periods."""
    values = study.frame[study.score].to_numpy()
    notes = still_note(values, study.rows)
    if study.step is not None:
        off = ~study.grid.is_on_grid(values)
        if off.any():
            notes.append(f"The score has {counted(int(off.sum()), 'value')} between the steps of {study.step:.12g}, "
                         f"such as {values[off][0]:.12g}: it looks unrounded.")
    if study.timeline.gaps and study.kind == "diary":
        missing = counted(study.timeline.gaps, study.timeline.name)
        notes.append(f"{missing} between the first and the last {'has' if study.timeline.gaps == 1 else 'have'} "
                     "no row; effects that look back over a gap skip it.")
    return notes


def still_note(values, rows):
    """That the score never moved, where it did not."""
    if len(values) and np.ptp(values) == 0:
        return [f"The score never moved: it is {np.asarray(values)[0]:.12g} in {counted(rows, 'row')}."]
    return []
