"""Shares with 1000 bootstrap draws for 6 levers on 130 rows: crunch against a loop over statsmodels.

The peer fits all 64 subsets of the levers by OLS for a few draws, and is scaled up to 1000.
"""

import math
import time
from itertools import combinations

import numpy as np
import pandas as pd
import statsmodels.api as sm

import crunch

ROWS, LEVERS, DRAWS, PEER_DRAWS = 130, 6, 1000, 5


def peer(X, y):
    """LMG shares from one OLS fit per subset."""
    r_squared = {}
    for k in range(LEVERS + 1):
        for subset in combinations(range(LEVERS), k):
            r_squared[subset] = sm.OLS(y, sm.add_constant(X[:, subset])).fit().rsquared if subset else 0.0
    shares = np.zeros(LEVERS)
    for j in range(LEVERS):
        for subset in (s for s in r_squared if j not in s):
            weight = 1 / (LEVERS * math.comb(LEVERS - 1, len(subset)))
            shares[j] += weight * (r_squared[tuple(sorted((*subset, j)))] - r_squared[subset])
    return shares


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, LEVERS))
    y = X @ np.arange(LEVERS) + 3 * rng.normal(size=ROWS)
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(LEVERS)]).assign(score=y)
    study = crunch.Study(frame, score="score", levers=[f"x{j}" for j in range(LEVERS)])
    diary = crunch.Study(frame.assign(t=range(ROWS)), score="score", levers=[f"x{j}" for j in range(LEVERS)], time="t")
    crunch.drivers(study, draws=10)  # imports are not what is measured
    seconds = {}
    for label, what in (("accounts", study), ("diary", diary)):
        runs = []
        for _ in range(5):
            start = time.perf_counter()
            answer = crunch.drivers(what.instead(), draws=DRAWS)  # one that has found nothing yet
            runs.append(time.perf_counter() - start)
        seconds[label] = sorted(runs)[2]
    start = time.perf_counter()
    for _ in range(PEER_DRAWS):
        rows = rng.integers(ROWS, size=ROWS)
        peer(X[rows], y[rows])
    loop = (time.perf_counter() - start) / PEER_DRAWS * DRAWS
    shares = crunch.drivers(study, draws=0).table.set_index("lever")["share"].sort_index()
    print(f"largest difference of a share: {np.abs(shares - peer(X, y)).max():.1e}")
    for label, took in seconds.items():
        print(f"crunch.drivers, {label}: {took:.3f} s; loop over statsmodels (scaled): {loop:.0f} s; "
              f"ratio {loop / took:,.0f}")
