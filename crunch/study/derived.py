"""A study made of another: other outcome, rows or window, with all that was settled kept."""

from copy import copy

import numpy as np

from crunch import checks
from crunch.errors import InputError, counted, show
from crunch.study.timeline import Timeline, rolled


def instead(study, score, values, rows, window, scales, timeline):
    """See `crunch.Study.instead`."""
    checks.columns(values, study.frame.columns, "values", "columns of the study")
    checks.columns(window, study.levers, "window", "levers")
    _in_place(study, values, window, timeline)
    other = copy(study)
    other._kept = {}
    frame = _with(study.frame, values)
    if score is not None:
        _take_outcome(other, frame, score)
    if timeline is not None:
        other.timeline = timeline
    if window:
        frame = _with(frame, {name: rolled(other.timeline.index, frame[name].to_numpy(),
                                           checks.whole(length, f"window[{show(name)}]", 1))
                              for name, length in window.items()})
        complete = frame[list(window)].notna().all(axis=1).to_numpy()
        rows = complete if rows is None else np.intersect1d(_places(rows, study), np.flatnonzero(complete))
    if rows is not None:
        places = _places(rows, study)
        frame, other.timeline = _only(frame, other.timeline, places)
        other.unused = other.unused.only(places)
    if scales is not None:
        other.scales = {**study.scales, **scales}
    other._frame = other._seen = frame
    other._ends = frame[:0]
    other.rows = len(frame)
    return other


def _in_place(study, values, window, timeline):
    """Refuse a window where rows do not follow each other, and values or periods that are not one a row."""
    if window and study.kind != "diary":
        raise InputError(f"A window looks back in time, so it needs a diary, but this study holds {study.kind}. "
                         "Leave window out.")
    given = {f"values[{show(name)}]": len(column) for name, column in values.items()}
    given |= {} if timeline is None else {"timeline": len(timeline.index)}
    for name, length in given.items():
        if length != study.rows:
            raise InputError(f"{name} must have one value for each row, but the study has {counted(study.rows, 'row')} "
                             f"and {counted(length, 'value')} were given. Take them from study.frame.")


def _with(frame, values):
    """The frame with other values in some of its columns, whatever their names are."""
    frame = frame.copy()
    for name, column in values.items():
        frame[name] = np.asarray(column)
    return frame


def _take_outcome(study, frame, score):
    """Put another column in the score's place; nobody said in which steps it is shown."""
    checks.columns([score], frame.columns, "score", "columns of the study")
    if score in (*study.levers, *study.constant, *study.context, study.time, study.unit):
        raise InputError(f"A column has one role, but {show(score)}, which is to be the outcome, has another in this "
                         "study. Make a study of it: crunch.Study(table, score=..., levers=[...]).")
    if score != study.score:
        study.better = {name: way for name, way in study.better.items() if name != score}
        study.side_effects = tuple(name for name in study.side_effects if name != score)
        study.step, study.recipe = None, {}
    study.score = score


def _places(rows, study):
    """Rows by number."""
    rows = np.asarray(rows)
    if rows.dtype == bool and len(rows) == study.rows:
        return np.flatnonzero(rows)
    if rows.dtype.kind not in "iu" or rows.ndim != 1 or (len(rows) and not 0 <= rows.min() <= rows.max() < study.rows):
        raise InputError(f"rows are numbers from 0 to {study.rows - 1}, or one True or False for each of "
                         f"{counted(study.rows, 'row')}, but {show(rows.tolist())} was given. For example "
                         f"rows=range({study.rows // 2}).")
    return np.unique(rows)


def _only(frame, timeline, rows):
    """Some of the rows, each in the period it was."""
    index = timeline.index[rows]
    return frame.iloc[rows].reset_index(drop=True), Timeline(index, timeline.name, timeline.per_year)
