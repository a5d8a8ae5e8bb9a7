"""One table of a world through the public calls: what was said, beside what is true.

Records are plain numbers, so that they can be stored; figures are made of them in `figures`.
"""

import inspect
from zlib import crc32

import numpy as np
import pandas as pd

import crunch
from worlds.peers import least_squares, oracle
from worlds.world import KINDS

NEW = ("holidays",)  # roles that a Study may not know yet
PLANNED = 0.5  # points above where a row of a score without steps stands: half a standard deviation of its noise


def ask(name, question, seed, peers=True):
    """A record of one table and question.

    Parameters
    ----------
    name : str
        Of `KINDS`.
    question : str
        Of `QUESTIONS`.
    seed : int
    peers : bool
        Whether drivers stand beside least squares and the narrowest interval.

    Returns
    -------
    dict
        With "refused" (the error) where crunch would not answer, "crashed" where it failed otherwise.
    """
    mark = crc32(name.encode())  # worlds do not share their luck
    world = KINDS[name].make(np.random.default_rng([seed, mark]))
    others = _peers(world) if peers and question == "drivers" else {}
    try:
        return {**QUESTIONS[question](world, np.random.default_rng([seed, mark, 1])), **others}
    except crunch.InputError as error:
        return {"refused": str(error)[:200], **others}
    except Exception as error:  # one table must not end a run of hours; it is counted and printed
        return {"crashed": f"{type(error).__name__}: {error}"[:200], **others}


def studied(world):
    known = inspect.signature(crunch.Study).parameters
    roles = {role: given for role, given in world.roles.items() if role not in NEW or role in known}
    return crunch.Study(world.data, score="score", **roles)


def _peers(world):
    out = {name: _listed(*ends) for name, ends in least_squares(world).items()}
    known = oracle(world)
    return out if known is None else {**out, "oracle": _listed(*known)}


def _listed(*arrays):
    """Numbers to six digits, as they are stored."""
    return [[float(f"{value:.6g}") for value in array] for array in arrays]


def _letters(verdicts):
    """m for "moves it", s for "too small to matter", c for everything that says neither."""
    return "".join({"moves it": "m", "too small to matter": "s"}.get(verdict, "c") for verdict in verdicts)


def drivers(world, rng):
    """Interval and verdict of each lever, a lever's own unit at a time."""
    study = studied(world)
    answer = crunch.drivers(study, draws=0)
    names, truth = list(world.truth), np.array(list(world.truth.values()))
    table = answer.table.set_index("lever").reindex(names)
    size = np.array([study.scales[name].size if name in study.scales else 1.0 for name in names])
    slope = table["effect"].to_numpy(float) / size
    with np.errstate(all="ignore"):
        usual = np.abs(table["swing"].to_numpy(float) / slope)
    low, high = table["low"].to_numpy(float) / size, table["high"].to_numpy(float) / size
    out = dict(zip(("truth", "low", "high", "slope", "usual"), _listed(truth, low, high, slope, usual), strict=True))
    largest = np.abs(truth) * np.fmax(size, usual)
    small = (table["verdict"] == "too small to matter").to_numpy()
    matters = answer.matters if world.matters is None else world.matters
    return {**out, "verdict": _letters(table["verdict"]), "headline": headline(answer, names),
            "too_small_wrong": [bool(wrong) for wrong in small & (largest > matters * (1 + 1e-9))]}


def headline(answer, names):
    """The position of the lever that the sentence names first, the largest usual move that "moves it"; None without."""
    called = answer.table[answer.table["verdict"] == "moves it"]
    return None if called.empty else names.index(called["lever"][called["swing"].abs().idxmax()])


def side_effects(world, rng):
    """Cells of side effects; the score's verdicts beside those of `drivers`."""
    study = studied(world)
    table = crunch.side_effects(study, draws=1000, rng=rng).table
    cells = table[table["outcome"] != "score"].set_index(["lever", "outcome"]).reindex(list(world.sides))
    size = np.array([study.scales[lever].size for lever, _ in world.sides])
    own = table[table["outcome"] == "score"].set_index("lever")["verdict"]
    other = crunch.drivers(study, draws=0).table.set_index("lever")["verdict"].reindex(own.index)
    in_percent = (cells["unit"] == "%").to_numpy()
    low, high = (np.where(in_percent, np.nan, cells[end].to_numpy(float) / size) for end in ("low", "high"))
    out = dict(zip(("truth", "low", "high"), _listed(world.sides.values(), low, high), strict=True))
    return {**out, "verdict": _letters(cells["verdict"]), "agree": bool((own == other).all())}


def _middle(world):
    """Where a question about one row is asked: a row of accounts, else the last."""
    return {} if "time" in world.roles else {"at": 0}


def what_if(world, rng):
    """One lever up by one, then the first two against each other: how far the score goes, and where this row ends."""
    study, where, names = studied(world), _middle(world), list(world.truth)
    out = {"change": [], "after": []}
    for moves in ({names[0]: "+1"}, {names[0]: "+1", names[1]: "-1"}):
        row = crunch.what_if(study, moves, rng=rng, **where).table.set_index("outcome").loc["score"]
        change = sum(world.truth[name] * float(step) for name, step in moves.items())
        out["change"].append(_listed([row["change_low"], change, row["change_high"]])[0])
        if world.hidden is not None:
            hidden = world.hidden[0 if where else -1]
            out["after"].append(_listed([row["low"], hidden + change, row["high"]])[0])
    return out


def plan(world, rng):
    """A plan at 80 % for the next step of the score (or for half a standard deviation), and whether it came true."""
    study, where, step = studied(world), _middle(world), world.roles.get("step")
    row = 0 if where else -1
    target = float(world.data["score"].iloc[row]) + (step or PLANNED)
    answer = crunch.plan(study, target=target, rng=rng, **where)
    out = {"offered": bool(answer.feasible), "null": not any(world.truth.values())}
    if not answer.feasible:
        return out
    gained = sum(world.truth[row.lever] * (row.after - row.now) for row in answer.table.itertuples())
    reached = world.hidden[row] + gained
    shown = step * np.floor(reached / step + 0.5) if step else reached
    return {**out, "gained": float(gained), "true": bool(shown >= target - 1e-9),
            "promised": float(answer.probability), "cost": float(answer.cost)}


def importance(world, rng):
    """Shares with their intervals, of the study and as drivers states them."""
    study = studied(world)
    table = crunch.importance(study, draws=400, rng=rng).table.set_index("lever").reindex(list(world.truth))
    low, high, share = (table[name].to_numpy(float) for name in ("share_low", "share_high", "share"))
    out = zip(("truth", "low", "high", "share"), _listed(world.shares.values(), low, high, share), strict=True)
    return dict(out)


def bare(world, rng):
    """Shares of the columns alone, without roles: whether any is said to be ahead of another."""
    table = world.data[[*world.truth, "score"]]
    answer = crunch.importance(table, "score", draws=400, rng=rng)
    return {"ahead": bool((answer.pairs["verdict"] == "ahead").any())}


def stuck(world, rng):
    """The price of the next point, lever by lever: how far each would have to go."""
    study, where = studied(world), _middle(world)
    answer = crunch.stuck(study, rng=rng, **where)
    table = answer.table.set_index("lever").reindex(list(world.truth))
    edge = answer.target - study.step / 2
    missing = edge - world.hidden[0 if where else -1]
    truth = [missing / slope if slope else np.inf for slope in world.truth.values()]
    low, high = table["change_low"].to_numpy(float), table["change_high"].to_numpy(float)
    out = dict(zip(("truth", "low", "high"), _listed(truth, low, high), strict=True))
    return {**out, "priced": [bool(known) for known in pd.Series(high).notna()],
            "distance": _listed([answer.to_target_low, missing, answer.to_target_high])[0]}


QUESTIONS = {"drivers": drivers, "side_effects": side_effects, "what_if": what_if, "plan": plan,
             "importance": importance, "bare": bare, "stuck": stuck}
