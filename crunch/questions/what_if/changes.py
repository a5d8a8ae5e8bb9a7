"""Changes of levers, as people write them: "+10%", "-2", "=40"."""

import re

import numpy as np

from crunch import checks
from crunch.errors import InputError, show

_WRITTEN = re.compile(r"\s*([+\-−=])\s*(-?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?\s*(%?)\s*")


def changes(given, now, scales):
    """What each lever becomes.

    Parameters
    ----------
    given : dict of lever to text
        "+10%" and "-5%" of what it is, "+3" and "-2" on top of it, "=40" in its place.
    now : dict of lever to float
        The levers that can be changed, and where they stand.
    scales : dict of lever to Scale

    Returns
    -------
    dict of lever to float
        All levers, those not named as they are.

    Raises
    ------
    InputError
        When a change names no lever, is not written as a change, or leads where the lever's scale ends.

    Examples
    --------
    >>> from crunch.study.scales import choose
    >>> scales = {"posts": choose(np.arange(10.0), "posts")}
    >>> changes({"posts": "+10%"}, {"posts": 20.0}, scales)
    {'posts': 22.0}
    """
    if not isinstance(given, dict):
        raise InputError(f"changes names levers and what becomes of them, but {show(given)} was given. "
                         f"For example {{{next(iter(now))!r}: '+10%'}}.")
    checks.columns(given, now, "changes", "levers")
    return {name: _changed(name, given[name], value, scales[name]) if name in given else value
            for name, value in now.items()}


def _changed(name, text, value, scale):
    match = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    sign, minus, digits, power, percent = match.groups() if match else (None,) * 5
    if match is None or (minus and sign != "=") or (percent and sign == "="):
        raise InputError("A change is written as '+10%' or '-5%' (of what it is), '+3' or '-2' (on top of it), or "
                         f"'=40' (in its place), but {show(name)} was given {show(text)}. "
                         f"For example {{{name!r}: '+10%'}}.")
    size = float(f"{minus}{digits}e{power or 0}") * (abs(value) / 100 if percent else 1)
    new = {"=": size, "+": value + size}.get(sign, value - size)
    if not np.isfinite(new) or new <= scale.least:
        raise InputError(f"{show(name)} is read in percent, so it stays above {scale.least:g}, but {text!r} would make "
                         f"it {new:g}. Choose a smaller change.")
    return new
