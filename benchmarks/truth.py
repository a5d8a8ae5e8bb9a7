"""Worlds whose truth is known, through the public calls: what crunch says of them, and how often that is so.

    python benchmarks/truth.py                            all worlds: 1000 tables for drivers, 200 for other questions
    python benchmarks/truth.py --worlds weekend,december  some of them; a group (calendar, panels, …) is one name too
    python benchmarks/truth.py --tables 100 --seconds 900 fewer tables, and no longer than this
    python benchmarks/truth.py --against FILE             power is compared with an earlier run's records
    python benchmarks/truth.py --list                     the worlds by name
    python benchmarks/truth.py --embed --records FILE --version NAME    runs nothing: writes crunch/datasets/worlds.csv
                                                          and docs/worlds.md from records that are there

Records go to build/truth/tables.jsonl, a line a table and question, under the version of the code: a run that was
stopped goes on where it was, and what was asked already is only printed. The tables it prints (Markdown) are those of
the docs, with what lies beyond its target at the end. `make truth` runs it all.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import time
import warnings
from collections import defaultdict
from pathlib import Path

# Two processes share two cores; threads inside BLAS would only get in each other's way.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

from tqdm import tqdm  # noqa: E402
from worlds import KINDS  # noqa: E402
from worlds.asking import ask  # noqa: E402
from worlds.kept import document, rows  # noqa: E402
from worlds.printed import page  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
EMBEDDED, PRINTED = ROOT / "crunch" / "datasets" / "worlds.csv", ROOT / "docs" / "worlds.md"
CHUNK = 20  # tables that a process takes at a time


def asked():
    """What was typed."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("--worlds", help="names of worlds or groups, with commas between")
    reader.add_argument("--tables", type=int, default=1000, help="tables a world for drivers")
    reader.add_argument("--others", type=int, default=None, help="tables a world for other questions; a fifth")
    reader.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    reader.add_argument("--jobs", type=int, default=2)
    reader.add_argument("--records", type=Path, default=ROOT / "build" / "truth" / "tables.jsonl")
    reader.add_argument("--version", help="the code's version; by default git's, and what is not committed")
    reader.add_argument("--against", type=Path, help="records of an earlier run")
    reader.add_argument("--embed", action="store_true", help="run nothing, write the table of worlds from the records")
    reader.add_argument("--list", action="store_true", help="print the worlds' names")
    return reader.parse_args()


def chosen(text):
    """Names of worlds, from names of worlds and groups."""
    wanted = set(text.split(",")) if text else set(KINDS)
    names = [name for name, kind in KINDS.items() if {name, kind.group} & wanted]
    unknown = wanted - set(KINDS) - {kind.group for kind in KINDS.values()}
    if unknown:
        raise SystemExit(f"There is no world called {', '.join(sorted(unknown))}; --list names them.")
    return names


def current():
    """The commit, and a mark of what was changed since."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    changed = git("diff", "HEAD", "--", "crunch", "benchmarks")
    return git("rev-parse", "--short=12", "HEAD").strip() + (
        f"+{hashlib.sha256(changed.encode()).hexdigest()[:8]}" if changed else "")


def read(path, version=None):
    """Records by world and question, then by seed; of one version, or of whatever the file holds."""
    out = defaultdict(dict)
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                record = json.loads(line)
            except json.JSONDecodeError:  # the last line of a run that was killed
                continue
            if version in (None, record["version"]) and record["world"] in KINDS:
                out[record["world"], record["question"]][record["seed"]] = record
    return out


def tasks(names, tables, others, done):
    """World, question and seeds that are still to be asked, a chunk of every world before the next of any."""
    out = []
    for name in names:
        for question in KINDS[name].asks:
            count = tables if question == "drivers" else others
            left = [seed for seed in range(count) if seed not in done[name, question]]
            out += [(left[start], name, question, left[start:start + CHUNK]) for start in range(0, len(left), CHUNK)]
    return [task[1:] for task in sorted(out, key=lambda task: task[0])]


def answered(task):
    """The records of a chunk; worlds are meant to be difficult, and what libraries warn of is no news."""
    name, question, seeds = task
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [{"world": name, "question": question, "seed": seed, **ask(name, question, seed)} for seed in seeds]


def run(todo, path, version, jobs, seconds):
    """Ask, and write every chunk down as it comes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.read_bytes().endswith(b"\n"):  # half a line, of a run that was killed
        with path.open("a") as file:
            file.write("\n")
    end = time.monotonic() + seconds
    with (path.open("a", encoding="utf-8") as file, multiprocessing.Pool(jobs) as pool,
          tqdm(total=sum(len(seeds) for *_, seeds in todo), unit="table",
               mininterval=0.5 if sys.stderr.isatty() else 20) as progress):
        for records in pool.imap_unordered(answered, todo):
            file.write("".join(json.dumps({"version": version, **record}) + "\n" for record in records))
            file.flush()
            progress.update(len(records))
            if time.monotonic() > end:
                pool.terminate()
                break


def embed(path, version, table=EMBEDDED, text=PRINTED):
    """Write what comes with crunch and what stands in the docs, of all worlds or of none."""
    records = {key: list(of.values()) for key, of in read(path, version).items()}
    lacking = [f"{name} ({question})" for name, kind in KINDS.items() for question in kind.asks
               if (name, question) not in records]
    if lacking:
        raise SystemExit(f"{path} has no records at {version} of {len(lacking)}: {', '.join(lacking[:5])} … "
                         "Run these first, without --embed.")
    rows(records).to_csv(table, index=False, lineterminator="\n")
    text.write_text(document(records, version), encoding="utf-8")


def main():
    given = asked()
    if given.list:
        print("\n".join(f"{kind.group:12} {name}" for name, kind in KINDS.items()))
        return
    names, version = chosen(given.worlds), given.version or current()
    if given.embed:
        embed(given.records, version)
        return
    others = given.tables // 5 if given.others is None else given.others
    todo = tasks(names, given.tables, others, read(given.records, version))
    if todo:
        run(todo, given.records, version, given.jobs, given.seconds)
    records = {key: list(of.values()) for key, of in read(given.records, version).items() if key[0] in names}
    before = {key: list(of.values()) for key, of in read(given.against).items()} if given.against else None
    print(f"# Worlds whose truth is known, at {version}\n\n{page(records, before)}")


if __name__ == "__main__":
    main()
