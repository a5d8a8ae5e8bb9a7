"""Side effects, scenarios and plans: crunch against a loop over statsmodels, and a search by differential evolution.

Side effects: 8 levers × 8 outcomes × 1000 draws; the peer bootstraps the rows and refits every outcome with HC3 errors,
a few draws scaled up. What if: one evaluation of a prepared outlook, as a slider asks for it; the peer refits and
predicts. Plan: the cheapest way to a target under limits; the peer minimises the same price with a fine for what fails.
"""

import time

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.optimize import differential_evolution

import crunch
from crunch.effects.limits import limits
from crunch.effects.outlook import outlook
from crunch.questions.plan.costs import costs
from crunch.questions.plan.task import task

ROWS, LEVERS, OUTCOMES, DRAWS, PEER_DRAWS = 300, 8, 8, 1000, 3


def table(seed=0):
    """A score in whole points and seven side effects of eight levers."""
    rng = np.random.default_rng(seed)
    X = rng.normal(10, 2, size=(ROWS, LEVERS))
    Y = X @ rng.normal(size=(LEVERS, OUTCOMES)) + 2 * rng.normal(size=(ROWS, OUTCOMES))
    names = [f"x{j}" for j in range(LEVERS)]
    frame = pd.DataFrame(np.column_stack([X, Y]), columns=[*names, "score", *(f"side{o}" for o in range(1, OUTCOMES))])
    return frame.assign(score=frame["score"].round()), names


def timed(ask, runs=5):
    """The middle of a few runs, in seconds, and what the last returned."""
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        out = ask()
        took.append(time.perf_counter() - start)
    return sorted(took)[runs // 2], out


def refit(frame, names, outcomes):
    X = sm.add_constant(frame[names])
    return [sm.OLS(frame[outcome], X).fit(cov_type="HC3") for outcome in outcomes]


def evolved(job, target):
    """The peer's plan: the same price, and a fine for each condition that holds too seldom."""
    conditions = [job.goal(target), *map(job.kept, job.limits)]

    def fined(moves):
        price = job.price(np.maximum(moves, 0), np.maximum(-moves, 0))[0]
        return price + 1e3 * sum(max(job.confidence - c.probability(moves), 0) for c in conditions)
    bounds = list(zip(job.box.low, job.box.high, strict=True))
    return differential_evolution(fined, bounds, seed=0, tol=1e-6, maxiter=300).fun


if __name__ == "__main__":
    frame, names = table()
    sides = [name for name in frame if name.startswith("side")]
    study = crunch.Study(frame, score="score", levers=names, side_effects=dict.fromkeys(sides, "less"), step=1,
                         scales=dict.fromkeys(names, "linear"))
    crunch.side_effects(study, draws=100)  # imports are not what is measured

    ours, answer = timed(lambda: crunch.side_effects(study.instead(), draws=DRAWS))  # one that has found nothing yet
    rng = np.random.default_rng(0)
    loop, _ = timed(lambda: refit(frame.iloc[rng.integers(ROWS, size=ROWS)], names, ["score", *sides]), PEER_DRAWS)
    theirs = refit(frame, names, ["score", *sides])
    effects = answer.table.pivot(index="lever", columns="outcome", values="effect").loc[names, ["score", *sides]]
    far = np.abs(effects.to_numpy() - np.array([fit.params[names] for fit in theirs]).T).max()
    print(f"largest difference of an effect: {far:.1e}")
    print(f"side effects, {LEVERS} × {OUTCOMES} × {DRAWS} draws: {ours:.3f} s; loop over statsmodels (scaled): "
          f"{loop * DRAWS:.0f} s; ratio {loop * DRAWS / ours:,.0f}")

    prepared, known = timed(lambda: outlook(study.instead()))
    ours, _ = timed(lambda: [crunch.what_if(known, {"x0": f"+{k}"}) for k in range(1, 21)])
    peer, _ = timed(lambda: [f.get_prediction() for f in refit(frame, names, ["score", *sides])], 3)
    print(f"what if: prepared in {prepared:.3f} s, then {1000 * ours / 20:.1f} ms each; refit and predict with "
          f"statsmodels: {1000 * peer:.0f} ms; ratio {20 * peer / ours:,.0f}")

    target = crunch.stuck(study).shown + 5
    kept = {"side1": "<= +1", "side2": "<= +1"}
    ours, plan = timed(lambda: crunch.plan(known, target=target, limits=kept))
    job = task(known, limits(kept, study), costs(None, known.now, known.names), None, 0.8, np.inf)
    peer, price = timed(lambda: evolved(job, target), 1)
    print(f"plan: {ours:.3f} s at price {plan.cost:.3f}; differential evolution: {peer:.1f} s at {price:.3f}; "
          f"ratio {peer / ours:,.0f}")
    ours, none = timed(lambda: crunch.plan(known, target=target + 200, limits=kept))
    print(f"no plan, with what stands in the way: {ours:.3f} s (feasible: {none.feasible})")
