"""The notebooks still run and show what they were committed with, and the machinery that says so works."""

import importlib
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from places import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

sys.path.insert(0, str(ROOT / "scripts"))
checks = importlib.import_module("notebook_checks")
runner = importlib.import_module("run_notebooks")


def notebook(*sources, ran=True):
    """A notebook of code cells under one sentence, as if it had been run and had printed."""
    cells = [new_markdown_cell("A sentence of intent.")]
    for count, source in enumerate(sources, 1):
        outputs = [new_output("stream", name="stdout", text="1\n")] if ran else []
        cells.append(new_code_cell(source, outputs=outputs, execution_count=count if ran else None))
    return new_notebook(cells=cells)


def written(folder, *sources, **given):
    path = folder / "tiny.ipynb"
    nbformat.write(notebook(*sources, **given), path)
    return path


@pytest.mark.parametrize("name", ["00_start_here", "02_what_moves_it"])
def test_there_are_notebooks(name):
    assert name in [path.stem for path in NOTEBOOKS]


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_was_committed(path):
    problems = runner.examine(path, "check")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("source", [
    "1 + 1",
    "import crunch\n\n# The table comes with crunch.\ntable = crunch.load('schools')\ntable.head();",
    "f(\n    1,\n    2,\n    3,\n    4,\n)",
    "score = 'points / week'",
    "crunch.read('my_table.csv')",
    "answer = sorted([1, 2], key=lambda x: -x)",
])
def test_thin_cells_pass(source):
    assert checks.form(notebook(source), "n.ipynb") == []


@pytest.mark.parametrize(("source", "words"), [
    ("a = 1\nb = 2\nc = 3\nd = 4\ne = 5", "5 statements in 5 lines"),
    ("a = 1; b = 2; c = 3; d = 4; e = 5", "5 statements in 1 lines"),
    ("f(\n1,\n2,\n3,\n4,\n5,\n6,\n7)", None),
    ("f(\n1,\n2,\n3,\n4,\n5,\n6,\n7,\n8)", "1 statements in 9 lines"),
    ("def f():\n    return 1", "defines a function or class in line 1"),
    ("x = 1\nclass A:\n    pass", "defines a function or class in line 2"),
    ("f = lambda x: x", "defines a function or class in line 1"),
    ("open('/data/table.csv')", "'/data/table.csv'"),
    (r"open('C:\\data\\table.csv')", "names a place outside"),
    ("open('~/table.csv')", "'~/table.csv'"),
    ("open('../table.csv')", "'../table.csv'"),
    ("open('data/../../table.csv')", "names a place outside"),
    ("%run table.py", "is not plain Python"),
    ("!ls", "is not plain Python"),
    ("f(", "is not plain Python"),
])
def test_what_makes_a_cell_thick_is_named_with_its_cell(source, words):
    problems = checks.form(notebook("1", source), "n.ipynb")
    if words is None:
        assert problems == []
    else:
        assert len(problems) == 1
        assert problems[0].startswith("n.ipynb, cell 3 ")
        assert words in problems[0]


def test_a_panel_is_tagged_and_has_a_picture_for_pages_without_a_kernel():
    given = notebook("crunch.widgets.what_if(study)")
    assert checks.form(given, "n.ipynb") == ['n.ipynb, cell 2 shows a panel. Tag it "widget", so that tools find it.']
    given.cells[1].metadata["tags"] = ["widget"]
    assert checks.form(given, "n.ipynb") == []
    (problem,) = checks.outputs(given, "n.ipynb")
    assert problem.startswith("n.ipynb, cell 2 calls a chart or a panel and shows none.")
    given.cells[1].outputs = [new_output("display_data", data={"text/html": '<img alt="A panel" src="">'})]
    assert checks.outputs(given, "n.ipynb") == []


def test_a_notebook_that_was_never_run_is_caught():
    problems = checks.outputs(notebook("1", ran=False), "n.ipynb")
    assert problems == ["n.ipynb, cell 2 was never run. Run: make notebooks",
                        "n.ipynb shows no output at all. Run: make notebooks"]


@pytest.mark.parametrize(("output", "words"), [
    (new_output("stream", name="stderr", text="FutureWarning: old\n"), "stderr (FutureWarning: old)"),
    (new_output("error", ename="ValueError", evalue="boom"), "raised ValueError (boom)"),
    (new_output("stream", name="stdout", text="saved to /home/" + "ann/chart.png\n"), "path of one machine"),
])
def test_what_an_output_must_not_show_is_caught(output, words):
    given = notebook("1")
    given.cells[1].outputs.append(output)
    (problem,) = checks.outputs(given, "n.ipynb")
    assert problem.startswith("n.ipynb, cell 2 ")
    assert words in problem


def test_a_large_file_is_caught(tmp_path):
    path = written(tmp_path, "1")
    assert checks.size(path) == []
    path.write_text("x" * 400_001)
    assert checks.size(path)[0].startswith("tiny.ipynb is 400 KB; up to 400 KB")


def test_a_changed_text_is_shown_as_a_difference():
    then, now = notebook("1", "2"), notebook("1", "2")
    now.cells[2].outputs[0].text = "2\n"
    (problem,) = checks.difference(then, now, "n.ipynb")
    assert problem.startswith("n.ipynb, cell 3 no longer shows what was committed.")
    assert problem.endswith("\n-1\n+2")


@pytest.mark.parametrize("data", [
    {"image/png": "{}", "text/plain": "<Figure>"},
    {"text/html": '<img alt="Effects" src="data:image/png;base64,{}">'},
    {"text/plain": "<function f at 0x7f00000{}>"},
])
def test_a_changed_picture_or_address_is_no_difference(data):
    then, now = notebook("1"), notebook("1")
    for book, bytes_ in ((then, "aaa0"), (now, "bbb1")):
        filled = {kind: text.replace("{}", bytes_) for kind, text in data.items()}
        book.cells[1].outputs.append(new_output("display_data", data=filled))
    assert checks.difference(then, now, "n.ipynb") == []


def test_a_changed_description_of_a_picture_is_a_difference():
    then, now = notebook("1"), notebook("1")
    for book, alt in ((then, "up"), (now, "down")):
        html = f'<img alt="{alt}" src="data:image/png;base64,abcd">'
        book.cells[1].outputs.append(new_output("display_data", data={"text/html": html}))
    assert checks.difference(then, now, "n.ipynb")


def test_tidying_leaves_what_a_reader_sees_and_nothing_that_differs_by_run():
    given = notebook("1")
    given.metadata.widgets = {"state": {}}
    given.cells[1].metadata = {"tags": ["widget"], "execution": {"iopub.status.idle": "2026-01-01"}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}
    given.cells[1].outputs += [
        new_output("stream", name="stdout", text="2\n"),
        new_output("display_data", data={**view, "text/plain": "VBox()"}),
        new_output("display_data", data={**view, "text/plain": "VBox()", "text/html": "<p>still</p>"})]
    tidied = runner.tidy(given)
    assert set(tidied.metadata) == {"kernelspec", "language_info"}
    assert [cell.id for cell in tidied.cells] == ["cell-01", "cell-02"]
    assert tidied.cells[1].metadata == {"tags": ["widget"]}
    assert tidied.cells[1].outputs[0].text == "1\n2\n"
    assert tidied.cells[1].outputs[1].data == {"text/plain": "VBox()", "text/html": "<p>still</p>"}
    assert len(tidied.cells[1].outputs) == 2
    nbformat.validate(tidied)


@pytest.mark.notebook
def test_a_run_finds_what_only_running_shows(tmp_path):
    given = notebook(
        "import sys, os\nprint(os.environ['PYTHONHASHSEED'], os.getcwd() == " + repr(str(tmp_path)) + ")",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "import ipywidgets\nipywidgets.interactive(lambda x: 1 / 0, x=(0, 3))",
        "print('careful', file=sys.stderr)",
        "raise ValueError('boom')")
    fresh, problems = runner.run(given, "n.ipynb", tmp_path)
    assert fresh.cells[1].outputs[0].text == "0 True\n"
    assert "image/png" in fresh.cells[2].outputs[0].data
    assert len(problems) == 3
    assert problems[0].startswith("n.ipynb, cell 5 wrote to stderr (careful)")
    assert problems[1].startswith("n.ipynb, cell 6 raised ValueError (boom)")
    assert problems[2].startswith("n.ipynb, cell 4: a slider's function raised ZeroDivisionError (division ")


@pytest.mark.notebook
@pytest.mark.parametrize(("source", "words"), [
    ("import time\ntime.sleep(60)", "one cell alone ran for more than 2 s"),
    ("import os\nos._exit(1)", "Python itself died"),
])
def test_a_run_that_does_not_end_well_is_a_sentence(tmp_path, source, words):
    _, problems = runner.run(notebook(source), "n.ipynb", tmp_path, seconds=2)
    assert len(problems) == 1
    assert words in problems[0]


@pytest.mark.notebook
def test_writing_back_settles_at_once_and_checks_afterwards(tmp_path, capsys):
    path = written(tmp_path, "print('one')", "print({'a', 'b', 'c'})")
    assert runner.main([str(path), "--check"]) == 1
    assert "-1\n+one" in capsys.readouterr().out
    assert runner.main([str(path)]) == 0
    first = path.read_bytes()
    assert runner.main([str(path)]) == 0
    assert path.read_bytes() == first
    assert runner.main([str(path), "--check"]) == 0
    assert runner.main([str(path), "--static"]) == 0
    assert capsys.readouterr().out.count("tiny.ipynb: fine") == 4


@pytest.mark.notebook
def test_a_notebook_that_fails_is_not_written(tmp_path, capsys):
    path = written(tmp_path, "raise ValueError('boom')")
    before = path.read_bytes()
    assert runner.main([str(path)]) == 1
    assert path.read_bytes() == before
    assert "cell 2 raised ValueError (boom)" in capsys.readouterr().out
