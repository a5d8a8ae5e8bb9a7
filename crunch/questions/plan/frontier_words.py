"""What a frontier is in words."""

import numpy as np
import pandas as pd

from crunch.digits import shown
from crunch.effects.words import CARRIES
from crunch.questions.plan.words import picked
from crunch.questions.what_if.words import notes as scenario_notes
from crunch.wording import number, percent, places

_ON_PAPER = "The best of the score is a promise on paper: this table hardly vouches for it."
_ROWS = 9  # of the frontier in the readable table


def sentence(table, found):
    """From the best of the side effect to the best of the score, and the knee."""
    first, last = table.iloc[0], enough(table)
    score, side, step = found["score"], found["side_effect"], found["step"]
    level = levels(table["level"])
    within = "at most" if found["better"] == "less" else "at least"
    ends = f"{_ON_PAPER} {CARRIES}" if found["warnings"] else CARRIES
    if last["score"] - first["score"] < found["matters"]:
        return (f"{score} reaches {shown(first['shown'], step)} with {percent(found['confidence'])} probability at the "
                f"best of {side}, {within} {level(first['level'])}, and giving up more of it brings no more. {ends}")
    lead = (f"With {side} {within} {level(first['level'])}, {score} reaches {shown(first['shown'], step)} with "
            f"{percent(found['confidence'])} probability; with {level(last['level'])} it reaches "
            f"{shown(last['shown'], step)}.")
    if found["knee"] is not None:
        knee = table.iloc[found["knee"]]
        part = (knee["score"] - first["score"]) / (last["score"] - first["score"])
        lead += (f" {percent(part)} of that gain is had by {level(knee['level'])}; beyond it, {side} buys ever less.")
    return f"{lead} {ends}"


def enough(table):
    """The first row that shows as much as the last."""
    return table.iloc[int(np.flatnonzero(table["shown"] >= table["shown"].iloc[-1])[0])]


def levels(values):
    """How to print the levels of a side effect: digits that tell neighbours apart."""
    width = float(np.ptp(values)) / max(len(values) - 1, 1)
    digits = places(width) if width > 0 else places(abs(float(values.iloc[0])) / 50 or 1)
    return lambda value: number(value, digits)


def table(answer):
    """Some of the points as people read them, ends and knee among them."""
    rows = np.unique(np.round(np.linspace(0, len(answer.table) - 1, min(_ROWS, len(answer.table)))).astype(int))
    if answer.knee is not None:
        rows = np.unique([*rows, answer.knee])
    level = levels(answer.table["level"])
    digits = places(float((answer.table["high"] - answer.table["low"]).mean()))
    some = answer.table.iloc[rows].to_dict("records")
    return pd.DataFrame({
        f"{answer.side_effect} {'at most' if answer.better == 'less' else 'at least'}": [
            level(row["level"]) for row in some],
        f"{answer.score} shows at least": [shown(row["shown"], answer.step) for row in some],
        "hidden (interval)": [f"{number(row['low'], digits)} to {number(row['high'], digits)}" for row in some],
        "": ["knee" if row["knee"] else "" for row in some]})


def notes(known, job):
    """What is assumed."""
    return [f"Each point is the best that a plan can promise with {percent(job.promise.asked)} probability, the side "
            "effect and every limit kept with the same.", *picked(job),
            *scenario_notes(known, known.score is not None, job.promise.asked)]
