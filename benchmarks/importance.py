"""Exact shares: crunch against pingouin, relaimpo where R has it, and a loop over statsmodels; then against itself.

    python benchmarks/importance.py            peers at 8 to 15 levers, ourselves at 20 to 28
    python benchmarks/importance.py --all      pingouin to 20 levers (minutes), ourselves to 30
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

import crunch

ROWS = 1000
R_SCRIPT = """
suppressMessages(library(relaimpo)); d <- read.csv(commandArgs(TRUE)[1]); f <- lm(y ~ ., d)
t <- system.time(s <- calc.relimp(f, type = "lmg")@lmg)[["elapsed"]]
cat(jsonlite::toJSON(list(seconds = t, share = as.numeric(s)), auto_unbox = TRUE, digits = 12))
"""


def world(levers, seed=0):
    """Correlated levers and a score, as a frame with y last."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(ROWS, levers)) @ rng.normal(size=(levers, levers))
    y = X @ rng.normal(size=levers) + 5 * rng.normal(size=ROWS)
    return pd.DataFrame(X, columns=[f"x{j:02}" for j in range(levers)]).assign(y=y)


def best(function, *arguments, runs=3):
    """Least seconds of some runs, and the last result."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function(*arguments)
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def ours(frame, **settings):
    return crunch.importance(frame, "y", **settings).table.set_index("lever")["share"].sort_index().to_numpy()


def pingouin(frame):
    import pingouin

    found = pingouin.linear_regression(frame.drop(columns="y"), frame["y"], relimp=True)
    return found.loc[found["names"] != "Intercept", "relimp"].to_numpy()


def statsmodels(frame):
    """Every subset by OLS."""
    import statsmodels.api as sm

    X, y, p = frame.drop(columns="y").to_numpy(), frame["y"].to_numpy(), frame.shape[1] - 1
    r_squared = {(): 0.0}
    for k in range(1, p + 1):
        for subset in combinations(range(p), k):
            r_squared[subset] = sm.OLS(y, sm.add_constant(X[:, subset])).fit().rsquared
    shares = np.zeros(p)
    for subset, value in r_squared.items():
        for j in set(range(p)) - set(subset):
            more = r_squared[tuple(sorted((*subset, j)))]
            shares[j] += (more - value) / (p * math.comb(p - 1, len(subset)))
    return shares


def relaimpo(frame):
    """Seconds inside R, and the shares; None where R or relaimpo is missing."""
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        frame.to_csv(path, index=False)
        done = subprocess.run(["Rscript", "-e", R_SCRIPT, str(path)], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def peers(everything):
    """One row per peer and number of levers, with the ratio and the largest difference of a share."""
    for warm in (pingouin, statsmodels, ours):  # imports are not what is measured
        warm(world(3))
    sizes = {"pingouin": (8, 10, 12, 15, 18, 20) if everything else (8, 10, 12, 15), "relaimpo": (8, 10, 12, 15),
             "statsmodels loop": (8, 10, 12, 15) if everything else (8, 10)}
    for p in sorted({p for some in sizes.values() for p in some}):
        frame = world(p)
        seconds, shares = best(ours, frame, runs=5)
        print(f"p = {p}: crunch {seconds:.4f} s", flush=True)
        for name, peer in (("pingouin", pingouin), ("statsmodels loop", statsmodels), ("relaimpo", relaimpo)):
            if p not in sizes[name]:
                continue
            took, theirs = best(peer, frame, runs=1)
            if name == "relaimpo":
                if theirs is None:
                    continue
                took, theirs = theirs["seconds"], np.array(theirs["share"])
            print(f"    {name:17} {took:9.3f} s  ratio {took / seconds:9,.0f}  largest difference "
                  f"{np.abs(theirs - shares).max():.0e}", flush=True)


MEASURE = """
import json, re, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
def memory(what):  # of this program alone: what getrusage says begins with the memory of its parent
    return int(re.search(what + r":\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
from importance import best, ours, world
from crunch.shares import subsets
if sys.argv[3] == "numpy":
    subsets._FAST = 99
    ours(world(5))
else:
    ours(world(20))  # compiles, or loads what was compiled
frame = world(int(sys.argv[2]))
before = memory("VmRSS")
seconds, _ = best(ours, frame, runs=5 if int(sys.argv[2]) <= 22 else 1)
print(json.dumps([seconds, memory("VmHWM"), memory("VmHWM") - before]))
"""


def ourselves(everything):
    """Seconds and peak memory (Linux) of both engines, each in a process of its own."""
    sizes = {"numpy": (20, 22, 25, 28) if everything else (20, 22, 25),
             "numba": (20, 22, 25, 28, 30) if everything else (20, 22, 25, 28)}
    for engine, some in sizes.items():
        for p in some:
            done = subprocess.run([sys.executable, "-c", MEASURE, str(Path(__file__).parent), str(p), engine],
                                  capture_output=True, text=True)
            if done.returncode:
                print(f"p = {p}, {engine}: not measured: {done.stderr.strip().splitlines()[-1]}")
                continue
            seconds, peak, more = json.loads(done.stdout)
            print(f"p = {p}, {engine}: {seconds:.3f} s, peak {peak:.0f} MB, {more:.0f} MB of it beyond what was loaded",
                  flush=True)


def bootstrap():
    """1000 draws of shares, ranks and pairs."""
    for p in (6, 8, 10, 15, 20):
        frame = world(p)
        seconds, answer = best(lambda table: crunch.importance(table, "y", draws=1000), frame, runs=3)
        assert len(answer.pairs) == p * (p - 1) / 2
        start = time.perf_counter()
        for draw in range(2 if p <= 10 else 0):
            rows = np.random.default_rng(draw).integers(ROWS, size=ROWS)
            pingouin(frame.iloc[rows])
        peer = (time.perf_counter() - start) / 2 * 1000
        ratio = f"; a loop over pingouin (from 2 draws) {peer:.0f} s, ratio {peer / seconds:,.0f}" if p <= 10 else ""
        print(f"p = {p}: {seconds:.3f} s for 1000 draws{ratio}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Time exact shares against peers and by size.")
    parser.add_argument("--all", action="store_true", help="larger tables: many minutes")
    everything = parser.parse_args().all
    warnings.filterwarnings("ignore")  # of the peers
    print("Peers, on the same table in the same process")
    peers(everything)
    print("Ourselves")
    ourselves(everything)
    print("Bootstrap")
    bootstrap()
