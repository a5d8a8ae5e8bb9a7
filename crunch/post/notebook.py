"""A notebook read, run from a clean start, and rid of what readers of a post should not see."""

import os
import tempfile
import warnings
from pathlib import Path

from crunch.errors import InputError, show
from crunch.post.harmless import fenced

_GONE = {"hide", "hide-cell", "remove-cell", "remove_cell"}
_NO_CODE = {"hide-input", "hide_input", "remove-input", "remove_input"}
_NO_OUTPUT = {"hide-output", "hide_output", "remove-output", "remove_output"}
_FIRST = "from crunch.post.kernel import hand_over\nhand_over(sliders={sliders})"
_MOST_SECONDS = 600  # a cell


def read(path):
    """The notebook in a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    NotebookNode

    Raises
    ------
    InputError
        When there is no such file, or it is no notebook.
    """
    import nbformat

    if not path.is_file():
        raise InputError(f"crunch export takes a notebook, but there is no file {show(str(path), 200)}. "
                         "Check the path.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of cells without an id, which are given one
            notebook = nbformat.convert(nbformat.reader.reads(path.read_text(encoding="utf-8")), 4)
            nbformat.validate(notebook, relax_add_props=True)
        return notebook
    except Exception as error:  # what converts from older formats believes what it is given
        raise InputError(f"crunch export takes a notebook, an .ipynb file, but {show(str(path), 200)} is none. "
                         "Open it in JupyterLab to see what is wrong with it.") from error


def run(notebook, folder, sliders=False):
    """Run all cells in a fresh kernel, with charts that hand over their files.

    Parameters
    ----------
    notebook : NotebookNode
        Its outputs are replaced.
    folder : Path
        Where it runs.
    sliders : bool

    Raises
    ------
    InputError
        When a cell fails, or takes too long.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    first = nbformat.v4.new_code_cell(_FIRST.format(sliders=bool(sliders)))
    notebook.cells.insert(0, first)
    env = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    client = NotebookClient(notebook, timeout=_MOST_SECONDS, kernel_name="python3", record_timing=False,
                            resources={"metadata": {"path": str(folder)}}, extra_arguments=["--log-level=ERROR"])
    try:
        with tempfile.TemporaryDirectory() as profile:
            client.execute(env={**env, "IPYTHONDIR": profile, "JUPYTER_PREFER_ENV_PATH": "1"})
    except CellExecutionError as error:
        raise InputError(f"A notebook is exported when it runs to its end, but {_failing(notebook)} fails: "
                         f"{error.ename}: {error.evalue}. Mend that cell, or export what is stored with "
                         "--no-run.") from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise InputError(f"A notebook is exported when it runs to its end, but {_failing(notebook)} ran for more than "
                         f"{_MOST_SECONDS // 60} minutes, or its kernel died. Mend that cell, or export what is stored "
                         "with --no-run.") from error
    finally:
        notebook.cells.remove(first)


def _failing(notebook):
    """The cell that ran last, as a person counts them."""
    code = [cell for cell in notebook.cells[1:] if cell.cell_type == "code"]
    ran = [place for place, cell in enumerate(code, 1) if cell.execution_count or cell.outputs]
    return f"code cell {max(ran, default=1)}"


def trimmed(notebook, code=True):
    """Take away hidden cells, hidden code and hidden outputs, as tags and JupyterLab's own folding say.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    code : bool
        Whether code is kept at all.
    """
    notebook.cells = [cell for cell in notebook.cells if not _tags(cell) & _GONE]
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        folded = cell.metadata.get("jupyter", {})
        if not code or _tags(cell) & _NO_CODE or folded.get("source_hidden"):
            cell.source = ""
            cell.metadata["transient"] = {"remove_source": True}  # for nbconvert: no empty box
        if _tags(cell) & _NO_OUTPUT or folded.get("outputs_hidden"):
            cell.outputs = []
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip() or cell.get("outputs")]


def refenced(notebook):
    """For Markdown: code that holds a fence itself gets a longer one, of its own.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    """
    from nbformat.v4 import new_markdown_cell

    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "```" in cell.source:
            cells.append(new_markdown_cell(fenced(cell.source, "python")))
            cell.source, cell.metadata["transient"] = "", {"remove_source": True}
        cells.append(cell)
    notebook.cells = cells


def _tags(cell):
    return set(cell.metadata.get("tags", ()))


def title(notebook, path):
    """The first heading, or the name of the file in words."""
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return line[2:].strip().replace("`", "").replace("*", "")
    return Path(path).stem.replace("_", " ").replace("-", " ").strip()
