"""Sliders for the levers of a study: as far as they were seen to go, in their own unit and in percent."""

import math

import numpy as np

from crunch.digits import plain
from crunch.questions.what_if.changes import changes
from crunch.widgets.controls import over
from crunch.wording import MINUS, THIN

_POSITIONS = 160


def lever_slider(known, name, low, high):
    """A slider for one lever that has where it stands among its positions.

    Parameters
    ----------
    known : Outlook
    name : name of the lever
    low, high : float
        How far it may go.

    Returns
    -------
    Control
    """
    now, scale = known.now[name], known.study.scales[name]
    ends = [float(scale(value)) for value in (low, now, high)]
    width = ends[2] - ends[0] or 1.0
    below, above = (max(round(_POSITIONS * (ends[i + 1] - ends[i]) / width), int(ends[i + 1] > ends[i]))
                    for i in (0, 1))
    grid = np.concatenate([np.linspace(ends[0], ends[1], below + 1)[:-1], np.linspace(ends[1], ends[2], above + 1)[1:]])
    values = [float(scale.inverse(x)) for x in grid]
    values = sorted({*map(_readable(known, name, low, high), values), now})
    return over(values, start=now, label=str(name), said=lambda value: _said(value, now, scale),
                check=lambda value: checked(known, name, value),
                tip=f"{name}: now {plain(now)}; from {plain(values[0])} to {plain(values[-1])}")


def checked(known, name, value):
    """A value of a lever that `crunch.what_if` takes, or the sentence with which it refuses it."""
    value = float(value)
    changes({name: f"={value:.17g}"}, known.now, known.study.scales)
    return value


def _readable(known, name, low, high):
    """Values as people would name them: whole where the lever is, else no more digits than tell positions apart."""
    if known.study.scales[name].is_count:
        return lambda value: float(min(max(round(value), math.ceil(low)), math.floor(high)))
    digits = max(0, 2 - math.floor(math.log10((high - low) or 1.0)))
    return lambda value: min(max(round(value, digits), low), high)


def _said(value, now, scale):
    """``+12 % · 1 240``; a lever on a linear scale says its change in its own unit."""
    if value == now:
        return f"now · {plain(now)}"
    if scale.name == "linear" or not now:
        return f"{_sign(value - now)}{plain(abs(value - now))} · {plain(value)}"
    change = 100 * (value - now) / abs(now)
    digits = 0 if abs(change) >= 1 else 1
    return f"{_sign(change)}{abs(change):.{digits}f}{THIN}% · {plain(value)}"


def _sign(value):
    return "+" if value > 0 else MINUS
