"""Scores and curves as JSON types, and back; what is read is data and never run."""

from dataclasses import fields

from crunch.errors import InputError, listing, show
from crunch.rounding import Rounding
from crunch.scoring.composed import Capped, Chain, Piecewise
from crunch.scoring.curve import Curve
from crunch.scoring.curves import Linear, Log, Logistic, LogNormal, Power, ZScore
from crunch.scoring.tree import MEANS, Group, Part

_SETTINGS = ("name", "mean", "scale", "step", "rounding", "members")


def from_score(score):
    """A score as a dict; see `Score.to_dict`."""
    group = _member(score.root)
    return {"name": score.name, "mean": group["mean"], "scale": list(score.scale), "step": score.step,
            "rounding": "round" if score.rounding is None else score.rounding.rule, "members": group["members"]}


def settings(given):
    """What `Score` is made from; see `Score.from_dict`."""
    given = _dict(given, _SETTINGS, "A score", ("members",))
    return {**given, "members": [_member_of(m) for m in _list(given["members"])]}


def _member(member):
    """A part or group as a dict."""
    own = {"name": member.name, "weight": None if member.weight is None else float(member.weight),
           "rounding": member.rounding and {"step": member.rounding.step, "rule": member.rounding.rule}}
    if isinstance(member, Part):
        return {**own, "column": member.column, "curve": _curve(member.curve)}
    if callable(member.mean):
        raise InputError("A score is written without code, so each mean must be one of "
                         f"{listing(MEANS)}, but {show(member.name or 'the score')} has a function of its own. "
                         "Keep the function in your program and build the score there.")
    return {**own, "mean": member.mean, "members": [_member(m) for m in member.members]}


def _member_of(given):
    """The part or group that `_member` wrote."""
    kind, needed = (Group, ("members",)) if isinstance(given, dict) and "members" in given else (Part, ("column",))
    given = _dict(given, [f.name for f in fields(kind)], f"A {kind.__name__.lower()}", needed)
    if given.get("rounding") is not None:
        given["rounding"] = Rounding(**_dict(given["rounding"], ("step", "rule"), "A rounding", ()))
    if kind is Group:
        if given.get("mean", "arithmetic") not in MEANS:
            raise InputError(f"mean must be one of {listing(MEANS)}, but {show(given['mean'])} was given. "
                             "Choose one of these.")
        return Group(**{**given, "members": [_member_of(m) for m in _list(given["members"])]})
    if isinstance(given["column"], list | dict):
        raise InputError(f"A column is named by text or a number, but {show(given['column'])} was given. Name one.")
    return Part(**{**given, **({"curve": _curve_of(given["curve"])} if "curve" in given else {})})


def _dict(given, known, what, needed):
    """A dict with all of the needed and none but the known keys, as a new one."""
    if not isinstance(given, dict) or not set(needed) <= set(given) <= set(known):
        got = listing(given, most=12) if isinstance(given, dict) else show(given)
        raise InputError(f"{what} is written as a dict with {listing(known, most=12)}, but {got or 'nothing'} was "
                         "given. Write it as Score.to_dict does.")
    return dict(given)


def _list(given):
    if not isinstance(given, list | tuple):
        raise InputError(f"members are written as a list, but {show(given)} was given. Write them as Score.to_dict "
                         "does.")
    return given


CURVES = {c.kind: c for c in (Linear, ZScore, Log, Power, LogNormal, Logistic, Piecewise, Capped, Chain)}


def _curve(curve):
    """A curve as a dict of JSON types."""
    data = {"kind": curve.kind}
    for field in fields(curve):
        value = getattr(curve, field.name)
        data[field.name] = _curve(value) if isinstance(value, Curve) else (
            list(value) if isinstance(value, tuple) else value)
    return data


def _curve_of(data):
    """The curve that `_curve` wrote; nothing in it is run."""
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or data["kind"] not in CURVES:
        raise InputError(f"A curve is written as a dict whose 'kind' is one of {listing(CURVES, most=12)}, but "
                         f"{show(data)} was given. Write it as Score.to_dict does.")
    kind = CURVES[data["kind"]]
    given = {name: value for name, value in data.items() if name != "kind"}
    known = {field.name for field in fields(kind)}
    if not set(given) <= known:
        raise InputError(f"A {kind.kind} curve has the settings {listing(sorted(known), most=6)}, but it was given "
                         f"{listing(n for n in given if n not in known)} as well. Leave these out.")
    try:
        return kind(**{name: _curve_of(value) if isinstance(value, dict) else value for name, value in given.items()})
    except TypeError as error:
        raise InputError(f"A {kind.kind} curve needs the settings {listing(sorted(known), most=6)}, but "
                         f"{show(data)} was given. Add those that are missing, as numbers.") from error
