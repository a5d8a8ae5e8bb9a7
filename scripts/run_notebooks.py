"""Run the notebooks from a clean start and keep their outputs, or check that they still show the same.

    python scripts/run_notebooks.py                 run each, write its outputs back
    python scripts/run_notebooks.py --check         run each, compare its text with what is committed
    python scripts/run_notebooks.py --static        look at the committed files only
    python scripts/run_notebooks.py --check notebooks/02_what_moves_it.ipynb

A notebook that breaks a rule (notebook_checks.py) is never written; the exit code says that there was one.
"""

import argparse
import os
import sys
import tempfile
import time
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

sys.path.insert(0, str(Path(__file__).parent))

import notebook_checks as checks

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
MOST_SECONDS = 60


def read(path):
    """The notebook of a file, in the current format."""
    return nbformat.read(path, as_version=4)


def run(notebook, name, folder=FOLDER, seconds=MOST_SECONDS):
    """Run a notebook in a fresh kernel.

    Returns
    -------
    fresh : NotebookNode
        A tidied copy with its new outputs; what was given is left alone.
    problems : list of str
        What went wrong, a sentence each.
    """
    fresh = deepcopy(notebook)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    # Without a terminal's backend, where charts would show nothing, or a user's start-up files.
    env = {key: value for key, value in os.environ.items() if key not in ("MPLBACKEND", "PYTHONWARNINGS")}
    client = NotebookClient(
        fresh, timeout=seconds, allow_errors=True, record_timing=False, kernel_name="python3",
        resources={"metadata": {"path": str(folder)}}, extra_arguments=["--log-level=ERROR"])
    start, problems = time.perf_counter(), []
    with tempfile.TemporaryDirectory() as profile:
        try:
            client.execute(env={**env, "PYTHONHASHSEED": "0", "IPYTHONDIR": profile})
        except CellTimeoutError:
            problems.append(f"{name}: one cell alone ran for more than {seconds} s and was stopped. "
                            "Use a smaller table or fewer draws.")
        except DeadKernelError:
            problems.append(f"{name}: Python itself died on the way, often for want of memory. "
                            "Use a smaller table or fewer draws.")
    took = time.perf_counter() - start
    if not problems and took > seconds:
        problems.append(f"{name} took {took:.0f} s; readers wait {seconds} s at most. "
                        "Use a smaller table or fewer draws.")
    if not problems:
        problems = checks.outputs(fresh, name) + checks.widget_errors(fresh, name, client.widget_state)
    return tidy(fresh), problems


def tidy(notebook):
    """The same notebook without what differs from one run, editor or machine to the next."""
    notebook = deepcopy(notebook)
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"}})
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02}"
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k == "tags"})
        if cell.cell_type == "code":
            cell.outputs = _joined([output for output in map(_without_view, cell.outputs) if output])
    return notebook


def _without_view(output):
    """An output without its live widget, which is dead in a file; None when nothing else is worth keeping."""
    if checks.VIEW in output.get("data", {}):
        del output.data[checks.VIEW]
        if set(output.data) <= {"text/plain"}:
            return None
    return output


def _joined(outputs):
    """Prints that follow each other as one; where the kernel cuts them is chance."""
    joined = []
    for output in outputs:
        if joined and output.get("name") and output.get("name") == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def examine(path, mode="write"):
    """The problems of one file; in mode "write" it is run and, without any, written back."""
    name, committed = path.name, read(path)
    problems = checks.form(committed, name)
    if mode != "write":
        problems += checks.outputs(committed, name) + checks.size(path)
    if mode != "static" and not problems:
        fresh, problems = run(committed, name, path.parent)
        if mode == "check":
            problems = problems or checks.difference(tidy(committed), fresh, name)
        elif not problems:
            nbformat.write(fresh, path)
            problems = checks.size(path)
    return problems


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="files; default: all in notebooks/")
    parser.add_argument("--check", dest="mode", action="store_const", const="check", default="write",
                        help="run and compare, write nothing")
    parser.add_argument("--static", dest="mode", action="store_const", const="static", help="run nothing")
    given = parser.parse_args(argv)
    paths = given.notebooks or sorted(FOLDER.glob("*.ipynb"))
    bad = 0
    for path in paths:
        start, problems = time.perf_counter(), examine(path, given.mode)
        bad += bool(problems)
        print(f"{path.name}: {'failed' if problems else 'fine'}, {time.perf_counter() - start:.1f} s",
              *problems, sep="\n  ", flush=True)
    if not paths:
        print(f"There are no notebooks in {FOLDER.name}/.")
    return int(bad > 0 or not paths)


if __name__ == "__main__":
    sys.exit(main())
