"""What records of a world add up to: rates with their targets, and whether chance can explain what is missed."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from worlds.world import KINDS

FALSE, COVERED, MISSED, HEADLINE, TOO_SMALL = 0.05, 0.93, 0.06, 0.90, 0.05


@dataclass(frozen=True)
class Figure:
    """A rate, or another number without a target.

    Attributes
    ----------
    value : float
    count : float
        As many independent trials as would leave the rate as unsure.
    most, least : float or None
        The target.
    """

    value: float
    count: float = 0.0
    most: float | None = None
    least: float | None = None

    def interval(self, level=0.99):
        """Clopper & Pearson (1934), Biometrika 26."""
        tail, hits = (1 - level) / 2, self.value * self.count
        low = stats.beta.ppf(tail, hits, self.count - hits + 1) if hits > 0 else 0.0
        high = stats.beta.ppf(1 - tail, hits + 1, self.count - hits) if hits < self.count else 1.0
        return float(low), float(high)

    def beyond(self, level=0.99):
        """Whether the whole interval lies beyond the target."""
        if np.isnan(self.value) or (self.most is None and self.least is None):
            return False
        low, high = self.interval(level)
        return low > self.most if self.most is not None else high < self.least


def rate(parts, **target):
    """The mean over all parts; parts of one table may go together, and count as one where they do.

    Parameters
    ----------
    parts : list of array
        One array a table, of numbers between 0 and 1.
    **target
        `most` or `least`.

    Returns
    -------
    Figure
    """
    parts = [np.asarray(part, float) for part in parts if len(part)]
    if not parts:
        return Figure(np.nan, **target)
    sums, counts = np.array([[part.sum(), len(part)] for part in parts]).T
    value = sums.sum() / counts.sum()
    variance = ((sums - value * counts) ** 2).sum() / counts.sum() ** 2
    alike = value * (1 - value) / variance if variance > 0 else len(parts)
    return Figure(float(value), float(np.clip(alike, len(parts), counts.sum())), **target)


def figures(name, question, records):
    """Figures of one world and question, by name.

    Parameters
    ----------
    name, question : str
    records : list of dict
        As `asking.ask` returns them.

    Returns
    -------
    dict of str to Figure
    """
    given = [record for record in records if "refused" not in record and "crashed" not in record]
    out = {"tables": Figure(len(records)), "refused": Figure(float(np.mean(["refused" in r for r in records]))),
           "crashed": rate([["crashed" in r] for r in records], most=0.0)}
    return {**out, **(_OF[question](KINDS[name], given) if given else {})}


def _arrays(record):
    """Truth, ends and verdicts of a record's levers or cells."""
    truth, low, high = (np.array(record[key], float) for key in ("truth", "low", "high"))
    return truth, low, high, np.array(list(record["verdict"]))


def _inside(truth, low, high):
    return (low <= truth) & (truth <= high)


def _verdicts(kind, records):
    """What drivers and side effects are both held to."""
    false, cover, missed, power, open_, known = [], [], [], [], [], []
    for truth, low, high, verdict in map(_arrays, records):
        called, inside, stated = verdict == "m", _inside(truth, low, high), ~np.isnan(low)
        middle = (low + high) / 2
        wrong = called & ((truth == 0) | (np.sign(middle) == -np.sign(truth)))
        known.append(bool((truth != 0).any()))
        false.append([wrong.any() if not known[-1] else wrong.sum() / max(called.sum(), 1)])
        cover.append((inside | (kind.spoiled & (verdict == "c")))[stated])
        missed.append([(called & stated & ~inside).sum() / max(called.sum(), 1)])
        power.append(called[truth != 0])
        open_.append(verdict == "c")
    name = "false discoveries" if any(known) else "any false"
    return {name: rate(false, most=FALSE), "coverage": rate(cover, least=COVERED),
            "false coverage": rate(missed, most=MISSED), "power": rate(power), "can't tell": rate(open_)}


def _drivers(kind, records):
    out = _verdicts(kind, records)
    if "false discoveries" in out:
        acting = [np.array(r["too_small_wrong"])[np.array(r["truth"]) != 0] for r in records]
        named = [(r, r["headline"]) for r in records if r["headline"] is not None]
        held = [[_inside(*(r[key][j] for key in ("truth", "low", "high")))] for r, j in named]
        out["too small, wrongly"] = rate(acting, most=TOO_SMALL)
        out["headline"] = rate(held, least=HEADLINE)
        sizes = [r["slope"][j] / r["truth"][j] for r, j in named if r["truth"][j]]
        out["headline, times the truth"] = Figure(float(np.median(sizes)) if sizes else np.nan)
    for peer in ("ols", "hc3"):
        out |= {f"{peer} {figure}": value for figure, value in _peer(records, peer).items()}
    for peer in ("oracle", "ols"):
        out[f"width to {peer}"] = _wider(records, peer)
    return out


def _peer(records, peer):
    """The same of somebody who takes every lever whose interval leaves out zero."""
    false, cover = [], []
    for record in (r for r in records if peer in r):
        truth, (low, high) = np.array(record["truth"]), np.array(record[peer])
        called = (low > 0) | (high < 0)
        wrong = called & ((truth == 0) | (np.sign(low + high) == -np.sign(truth)))
        false.append([wrong.any() if not truth.any() else wrong.sum() / max(called.sum(), 1)])
        cover.append(_inside(truth, low, high)[~np.isnan(low)])
    return {"false": rate(false), "coverage": rate(cover)}


def _wider(records, peer):
    """The median, over tables and levers, of how many times as wide as the peer's."""
    ratios = [np.subtract(r["high"], r["low"]) / np.subtract(r[peer][1], r[peer][0]) for r in records if peer in r]
    ratios = np.concatenate(ratios) if ratios else np.array([])
    ratios = ratios[np.isfinite(ratios)]
    return Figure(float(np.median(ratios)) if len(ratios) else np.nan)


def _side_effects(kind, records):
    return {**_verdicts(kind, records), "same score row": rate([[r["agree"]] for r in records], least=1.0)}


def _what_if(kind, records):
    out = {"change": rate([[low <= truth <= high for low, truth, high in r["change"]] for r in records], least=COVERED)}
    out["this row"] = rate([[low <= truth <= high for low, truth, high in r["after"]] for r in records], least=COVERED)
    return out


def _plan(kind, records):
    offered, null = [r for r in records if r["offered"]], all(r["null"] for r in records)
    out = {"offered": rate([[r["offered"]] for r in records], most=FALSE if null else None)}
    if not null:
        out["came true"] = rate([[r["true"]] for r in offered], least=kind.promise)
    out["cost"] = Figure(float(np.mean([r["cost"] for r in offered])) if offered else np.nan)
    return out


def _importance(kind, records):
    """Shares with intervals; those of levers that do nothing apart."""
    acting, nulls, first = [], [], []
    for record in records:
        truth, low, high, share = (np.array(record[key], float) for key in ("truth", "low", "high", "share"))
        inside = _inside(truth, low, high)
        acting.append(inside[truth > 0])
        nulls.append(inside[truth == 0])
        first.append(inside[[int(np.nanargmax(share))]])
    return {"coverage": rate(acting, least=COVERED), "coverage of nulls": rate(nulls, least=COVERED),
            "largest": rate(first, least=HEADLINE)}


def _bare(kind, records):
    return {"said ahead": rate([[r["ahead"]] for r in records], most=FALSE)}


def _stuck(kind, records):
    prices, nulls = [], []
    for record in records:
        truth, low, high = (np.array(record[key], float) for key in ("truth", "low", "high"))
        inside, known = _inside(truth, low, high), ~np.isnan(low)
        prices.append(inside[known & np.isfinite(truth)])
        nulls.append(inside[known & np.isinf(truth)])
    distance = [[r["distance"][0] <= r["distance"][1] <= r["distance"][2]] for r in records]
    return {"price": rate(prices, least=COVERED), "price of nulls": rate(nulls, least=COVERED),
            "distance": rate(distance, least=COVERED)}


_OF = {"drivers": _drivers, "side_effects": _side_effects, "what_if": _what_if, "plan": _plan,
       "importance": _importance, "bare": _bare, "stuck": _stuck}
