"""Moments of a large Parquet table by each engine, against pandas: read it all, take logarithms, DataFrame.cov.

Each run is a fresh process; its peak memory includes a JVM or workers that it started. `--rows` sets the size.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

COLUMNS, LOGS, CHUNK = 12, 4, 500_000
NAMES = [f"x{j}" for j in range(COLUMNS)]
LABELS = {"pandas": "pandas, whole table", "path": "path (DuckDB)", "polars": "Polars scan",
          "relation": "DuckDB relation", "memory": "pandas frame in memory", "dask": "Dask, 2 processes",
          "pyspark": "PySpark, local[2]", "study": "Study and drivers (path)"}


def write(path, rows):
    """A table of counts, amounts and correlated measures, chunk by chunk."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng, writer = np.random.default_rng(0), None
    for start in range(0, rows, CHUNK):
        Z = rng.normal(size=(min(CHUNK, rows - start), COLUMNS))
        Z[:, LOGS:] += 0.5 * Z[:, :1]
        Z[:, :LOGS] = np.exp(3 + Z[:, :LOGS])
        table = pa.table({name: Z[:, j] for j, name in enumerate(NAMES)})
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=125_000)
    writer.close()


def whole(path):
    """The naive way."""
    import pandas as pd

    frame = pd.read_parquet(path)
    frame[NAMES[:LOGS]] = np.log1p(frame[NAMES[:LOGS]])
    return frame.cov().to_numpy()


def opened(engine, path):
    """The table in an engine, and what must be closed afterwards."""
    if engine == "polars":
        import polars

        return polars.scan_parquet(path), None
    if engine == "relation":
        import duckdb

        connection = duckdb.connect()  # a view over the files, so that DuckDB has to number the rows
        connection.read_parquet(path).create_view("given")
        return connection.view("given"), None
    if engine == "memory":
        import pandas

        return pandas.read_parquet(path), None
    if engine == "dask":
        import dask.dataframe
        import distributed

        cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
        client = distributed.Client(cluster)
        return dask.dataframe.read_parquet(path, split_row_groups=4), (client, cluster)
    if engine == "pyspark":
        from pyspark.sql import SparkSession

        session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config(
            "spark.ui.showConsoleProgress", "false").config("spark.driver.host", "127.0.0.1").getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        return session.read.parquet(path), None
    return path, None


def family():
    """Resident memory in MB of this process and its descendants together; Linux only, else 0."""
    parent, size = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = int(entry.parent.name), entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended while we looked
        parent[pid], size[pid] = int(rest[1]), int(rest[21]) * resource.getpagesize() / 2**20

    def ours(pid):
        while pid and pid != os.getpid():
            pid = parent.get(pid, 0)
        return pid == os.getpid()

    return sum(mb for pid, mb in size.items() if ours(pid))


def watch(peak, stop):
    """Keep the largest memory seen of this process together with those it started."""
    while not stop.wait(0.2):
        peak[0] = max(peak[0], family())


def run(engine, path):
    """One engine in this process: seconds from an open engine to the answer, peak MB, the covariances."""
    peak, stop = [0.0], threading.Event()
    if engine in ("dask", "pyspark"):  # the others start no process: the kernel keeps their peak exactly
        threading.Thread(target=watch, args=(peak, stop), daemon=True).start()
    if engine == "pandas":
        import pandas  # noqa: F401

        start = time.perf_counter()
        cov = whole(path)
        took, blocks = time.perf_counter() - start, 0
    elif engine == "study":
        import crunch

        start = time.perf_counter()  # bounds, a sample and the sums; then effects, shares and their intervals
        study = crunch.Study(path, score=NAMES[-1], levers=NAMES[:-1])
        crunch.drivers(study)
        took, blocks, cov = time.perf_counter() - start, len(study.moments.counts), None
    else:
        from crunch.moments import Moments

        table, closing = opened(engine, path)
        start = time.perf_counter()
        found = Moments.of(table, scales=dict.fromkeys(NAMES[:LOGS], "log1p"))
        took, blocks, cov = time.perf_counter() - start, len(found.counts), found.covariance()
        for one in closing or ():
            one.close()
    stop.set()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "mb": max(own, peak[0]), "blocks": blocks,
                      "cov": None if cov is None else cov.tolist()}))


def measured(engine, path, repeats):
    """The quickest of some runs, each in its own process."""
    runs = []
    for _ in range(repeats):
        done = subprocess.run([sys.executable, __file__, "--run", engine, "--path", str(path)], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            return {"error": (done.stderr.strip().splitlines() or ["it failed"])[-1]}
        runs.append(json.loads(done.stdout.strip().splitlines()[-1]))
    best = min(runs, key=lambda one: one["seconds"])
    return best | {"mb": max(one["mb"] for one in runs)}


def difference(truth, cov):
    """The largest difference of a covariance, in units of the standard deviations."""
    if cov is None:
        return "–"
    spread = np.sqrt(np.diag(truth))
    return f"{np.abs((np.array(cov) - truth) / np.outer(spread, spread)).max():.1e}"


def main(rows, engines, repeats):
    """Write the table, run every engine, print what each took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        write(path, rows)
        print(f"{rows:,} rows x {COLUMNS} columns, {LOGS} of them log1p; {path.stat().st_size / 2**20:,.0f} MB of "
              f"Parquet; {len(os.sched_getaffinity(0))} cores; best of {repeats}\n")
        print(f"{'engine':24}{'seconds':>9}{'pandas/it':>11}{'peak MB':>9}{'blocks':>8}{'largest difference':>20}")
        peer = None
        for engine in dict.fromkeys(["pandas", *engines]):
            result = measured(engine, path, repeats)
            if "error" in result:
                print(f"{LABELS[engine]:24}{result['error']}", flush=True)
                continue
            peer = peer or result
            print(f"{LABELS[engine]:24}{result['seconds']:9.2f}{peer['seconds'] / result['seconds']:11.1f}"
                  f"{result['mb']:9,.0f}{result['blocks']:8}{difference(peer['cov'], result['cov']):>20}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--engines", nargs="+", choices=list(LABELS), default=list(LABELS))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--run", choices=list(LABELS), help=argparse.SUPPRESS)
    parser.add_argument("--path", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run(given.run, given.path)
    else:
        main(given.rows, given.engines, given.repeats)
