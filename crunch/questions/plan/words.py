"""What a plan is in words: a promise only as far as associations carry, and why there is none."""

import numpy as np
import pandas as pd

from crunch.digits import plain, roughly, shown
from crunch.effects.words import CARRIES
from crunch.errors import counted
from crunch.questions.plan.costs import EFFORT
from crunch.questions.what_if.words import notes as scenario_notes
from crunch.wording import THIN, compact, number, percent, places, series

_MOST = 4


def sentence(known, table, found, asked, ends):
    """The plan: what moves, what it reaches, which limits it keeps."""
    study, moved = known.study, table[table["change"] != 0]
    target = shown(found["target"], found["step"])
    sure = f"with {percent(found['probability'])} probability"
    if found["least"]:
        lead = _spared(known, found, f"{study.score} {target} or more, {sure}", ends)
    elif asked is None:
        lead = f"The most within these limits is {study.score} {target}, {sure}"
    else:
        lead = f"The cheapest way found to {study.score} {target}, {sure}"
    if moved.empty:
        return f"{lead}, and it takes no change at all{_kept(found)}."
    named = [_move(row) for row in moved.head(_MOST).to_dict("records")]
    rest = [counted(len(moved) - _MOST, "smaller change")] if len(moved) > _MOST else []
    return f"{lead}: {series([*named, *rest])}{_kept(found)}. {CARRIES}"


def _spared(known, found, kept, ends):
    """The least of a side effect with its interval, and what it is now."""
    outcome = next(o for o in known.outcomes if str(o.name) == found["least"])
    row = found["scenario"].table.set_index("outcome").loc[outcome.name]
    digits = places(ends[1] - ends[0]) if ends[1] > ends[0] else places(abs(row["now"]) / 100 or 1)
    now, after, low, high = (number(value, digits) for value in (row["now"], row["after"], *ends))
    return (f"The {'least' if outcome.better == 'less' else 'most'} {outcome.name} found with {kept}, is {after} "
            f"({low} to {high}) in place of {now}")


def _move(row):
    if np.isnan(row["change_percent"]):
        return f"{row['lever']} from 0 to {plain(row['after'])}"
    return f"{row['lever']} {plain(row['now'])} → {plain(row['after'])} ({roughly(row['change_percent'])})"


def _kept(found):
    """The limits, with the probability that each is kept."""
    kept = [f"{name} ({percent(sure)})" for name, sure in found["keeps"].items()]
    return f"; it keeps the limit of {series(kept)}" if kept else ""


def none(known, job, found):
    """Why there is no plan."""
    study, step = known.study, found["step"]
    sure = f"with {percent(job.promise.asked)} probability"
    if not job.names:
        return (f"No plan: this table does not show that {study.score} moves with any lever. More rows, or an "
                "experiment, would tell; name levers in costs= to plan with guesses all the same.")
    target, top = shown(found["target"], step), shown(found["highest"], step)
    ways = [_way(row, study, target) for row in found["obstacles"].to_dict("records") if row["in_the_way"]]
    if np.isnan(found["highest"]):
        return (f"No plan: nothing was found that keeps {_limits(job)} {sure} within the bounds of the levers. "
                + (" ".join(ways) or "Relax a limit, or widen the bounds."))
    lead = "No plan was found" if np.isnan(found["target"]) else f"No plan reaches {study.score} {target}"
    within = [word for word, there in (("the limits", job.limits), ("the budget", np.isfinite(job.budget))) if there]
    lead += f" {sure} within {series([*within, 'the bounds of the levers'])}; the most that can be shown so is {top}"
    if ways:
        return f"{lead}. {' '.join(ways)}"
    if job.limits:
        return f"{lead}. No single limit stands in the way: without any one of them it is still out of reach."
    return f"{lead}. Widen the bounds, ask for less, or ask for less confidence."


def _limits(job):
    return series(f"{limit.name} {limit.text}" for limit in job.limits)


def _way(row, study, target):
    needed = "" if np.isnan(row["needed"]) else f": {needed_text(row)} in place of it would do"
    of = f" of {study.score} {target}" if target != "–" else ""
    return f"The limit of {row['side_effect']}, {row['limit']}, stands in the way{of}{needed}."


def needed_text(row):
    """A bound that would do, as the limit is written."""
    signed, percents = row["limit"].split()[-1] in ("%",) or row["limit"].split()[2][0] in "+−", "%" in row["limit"]
    decimals = max(0, len(f"{row['needed']:.6g}".partition(".")[2]))
    return f"{number(row['needed'], decimals, sign=signed)}{THIN + '%' if percents else ''}"


def table(answer):
    """The moves as people read them; the obstacles where there is no plan."""
    if answer.feasible:
        moved = answer.table[answer.table["change"] != 0].to_dict("records")
        still = answer.table.loc[answer.table["change"] == 0, "lever"].astype(str).tolist()
        rows = [{"lever": str(row["lever"]), "now": plain(row["now"]), "after": plain(row["after"]),
                 "change": "–" if np.isnan(row["change_percent"]) else roughly(row["change_percent"]),
                 "cost": compact(float(f"{row['cost']:.3g}"))} for row in moved]
        rows += [{"lever": ", ".join(still), "now": "", "after": "", "change": "stays", "cost": "0"}] if still else []
        return pd.DataFrame(rows, columns=["lever", "now", "after", "change", "cost"])
    if answer.obstacles.empty:
        top = shown(answer.highest, answer.step)
        return pd.DataFrame({"asked": [shown(answer.target, answer.step)], "most that can be shown": [top]})
    rows = [{"limit": f"{row['side_effect']} {row['limit']}", "without it": shown(row["highest"], answer.step),
             "stands in the way": "yes" if row["in_the_way"] else "no",
             "what would do": "–" if np.isnan(row["needed"]) else needed_text(row)}
            for row in answer.obstacles.to_dict("records")]
    return pd.DataFrame(rows, columns=["limit", "without it", "stands in the way", "what would do"])


def notes(known, job, after, found=None):
    """What is assumed; `after`: the scenario of these moves, `found`: the plan, where there is one."""
    effort = all(cost.per == EFFORT for cost in job.prices.values())
    how = ("Cost: effort, 1 for a lever's move from its 10th to its 90th percentile; what it costs you may be another "
           "matter: give costs=." if effort else "Costs as given; levers without one stay as they are.")
    each = ("The target and each limit are met, each by itself, with at least "
            f"{percent(job.promise.asked)} probability over what this table leaves open: the effects, and where in its "
            "band the score stands.")
    warnings, fractions = ((), []) if after is None else (after.warnings, _fractions(known, job, after))
    return [*warnings, how, *(_held(known, job) if effort else []), *fractions, each, *picked(job),
            *_says_more(job, found), *scenario_notes(known, known.score is not None, job.promise.asked)]


def picked(job):
    """That a promise allows for the search having picked what came out best."""
    if job.promise.luck is None:
        return []  # nothing estimated was picked
    which = f"{job.promise.movable} of {counted(job.promise.luck.count, 'lever')}"
    safe, plain = number(job.promise.errors, 1), number(job.promise.beforehand, 1)
    return [f"A search picks what came out best, here of all moves of {which}, and part of coming out best is luck. So "
            f"it is asked to be {safe} standard errors on the safe side, where moves chosen beforehand would take "
            f"{plain}: then, whichever plan comes out best, no more than {percent(1 - job.promise.asked)} of tables "
            "like this one are given a plan that falls short."]


def _says_more(job, found):
    """What `crunch.what_if` says of the same moves, where that is not what the plan says."""
    if found is None or not picked(job) or percent(found["beforehand"]) == percent(found["probability"]):
        return []
    return [f"crunch.what_if of the same moves says {percent(found['beforehand'])} where the plan says "
            f"{percent(found['probability'])}: it takes its moves as chosen beforehand, not because they came out best "
            "in this table."]


def _held(known, job):
    """Levers that a plan does not use by itself."""
    stay = [name for name in known.names if name not in job.names]
    if not stay:
        return []
    one = len(stay) == 1
    return [f"{series(stay)} {'stays where it is' if one else 'stay where they are'}: this table does not show that "
            f"the score or a limited side effect moves with {'it' if one else 'them'}. Name {'it' if one else 'them'} "
            f"in costs= to let {'it' if one else 'them'} move."]


def _fractions(known, job, after):
    """Counts that a plan leaves in fractions."""
    counts = [name for name in job.names if known.study.scales[name].is_count]
    broken = [str(row["lever"]) for row in after.levers.to_dict("records")
              if row["after"] != round(row["after"]) and row["lever"] in counts]
    return [f"{series(broken)}: no whole numbers nearby would do, so read fractions as averages."] if broken else []
