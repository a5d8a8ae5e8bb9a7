"""Questions about many rows beside one HC3 fit of statsmodels of the same rows and levers, in the same run.

Six levers and two side effects, accounts. Each question is asked of a study that has found nothing yet
(`Study.instead` makes one without reading the table again), so that all it needs is counted. Preparing a panel is
one outlook.
"""

import statistics
import time

import numpy as np
import pandas as pd
import statsmodels.api as sm

import crunch
from crunch.effects.outlook import outlook

LEVERS = [f"x{j}" for j in range(6)]
ASKED = {
    "drivers": lambda study: crunch.drivers(study),
    "side_effects": lambda study: crunch.side_effects(study),
    "what_if": lambda study: crunch.what_if(study, {"x0": "+1"}),
    "outlook": lambda study: outlook(study),
}


def world(rows, seed=0):
    """A score and two side effects that are straight in their levers."""
    rng = np.random.default_rng(seed)
    X = rng.normal(10, 2, size=(rows, len(LEVERS)))
    table = pd.DataFrame(X, columns=LEVERS)
    for name in ("score", "hours", "mails"):
        table[name] = X @ rng.uniform(0.1, 1, len(LEVERS)) + rng.normal(size=rows)
    return table


def timed(ask, runs=5):
    """The middle of a few runs, in seconds."""
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        ask()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


if __name__ == "__main__":
    for rows in (300, 19_000, 21_000, 50_000, 200_000):
        table = world(rows)
        study = crunch.Study(table, score="score", levers=LEVERS, side_effects={"hours": "less", "mails": "less"})
        X, y = sm.add_constant(table[LEVERS].to_numpy()), table["score"].to_numpy()
        peer = timed(lambda X=X, y=y: sm.OLS(y, X).fit(cov_type="HC3", use_t=True).bse)
        for name, ask in ASKED.items():
            ours = timed(lambda ask=ask, study=study: ask(study.instead()))
            print(f"{rows:>7} rows, {name}: {ours:.3f} s; one HC3 fit of statsmodels: {peer:.4f} s; "
                  f"ratio {ours / peer:.1f}")
