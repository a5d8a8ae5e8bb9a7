"""What a newcomer meets: every question has a name in crunch, its answer a chart, a panel and tests."""

import ast
import importlib
import inspect
import pkgutil
import re
from functools import cache

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from places import ROOT

import crunch
from crunch import charts, scoring, widgets
from crunch.charts.picture import Picture
from crunch.datasets import study
from crunch.publish.subject import subject
from crunch.results import Answer

SCORE = scoring.Score([scoring.Part("a"), scoring.Part("b")])
TABLE = pd.DataFrame({"a": [0.9, 0.2, 0.5, 0.4], "b": [0.8, 0.6, 0.2, 0.9]})

# Every public name that returns an answer, asked for something small.
ASKED = {
    "read": lambda folder: crunch.read(_file(folder)),
    "export": lambda folder: crunch.export(asked("drivers", folder), "x", folder=folder, sizes="card", formats="png"),
    "drivers": lambda _: crunch.drivers(study("stuck_at_55"), draws=0),
    "rounded": lambda _: crunch.rounded(study("stuck_at_55")),
    "false_alarms": lambda _: crunch.false_alarms(diaries=2, weeks=40),
    "importance": lambda _: crunch.importance(crunch.load("accounts")[["score", "posts", "listed"]], "score"),
    "overlaps": lambda folder: crunch.overlaps(asked("importance", folder)),
    "stuck": lambda _: crunch.stuck(study("stuck_at_55")),
    "bounds": lambda _: crunch.bounds(study("stuck_at_55")),
    "side_effects": lambda _: crunch.side_effects(study("stuck_at_55"), draws=200),
    "what_if": lambda _: crunch.what_if(study("stuck_at_55"), {"followers": "+15%"}, draws=200),
    "plan": lambda _: crunch.plan(study("stuck_at_55"), target=56, draws=200),
    "frontier": lambda _: crunch.frontier(study("shops"), "cash_tied_up", points=3, draws=200),
    "weights": lambda _: crunch.weights(SCORE, TABLE),
    "rankings": lambda _: crunch.rankings(SCORE, TABLE, draws=50),
}
# What has no name, chart or panel of its own, and why.
NAMELESS = {"Reasons": "why of a Stuck, not asked for alone"}
NOT_DRAWN = {
    "Reading": "it is a table to ask of, not yet a finding",
    "Exported": "it is the files of a chart",
    "Reasons": "sentences, ranked",
    "Rounded": "a correction of Drivers, to be read beside its least squares",
}
NO_PANEL = {
    "Reading": "no number in it to drag",
    "Exported": "every panel has a button that exports",
    "Reasons": "shown beside the price list that widgets.stuck moves",
    "Rounded": "its one number is the level, and a refit may take a second",
    "FalseAlarms": "a simulation, too long for a slider",
    "Importance": "its shares are in widgets.drivers",
    "Overlaps": "nothing to choose but the levers",
    "Bounds": "its one number, noise, is given in the call",
    "Plan": "a button in widgets.what_if",
    "Rankings": "widgets.weights moves the ranks",
}
# Charts that no answer names, and what is drawn in them.
FURTHER = {"hidden": "Stuck", "trades": "SideEffects", "compare": "dict", "history": "Study"}


def _file(folder):
    path = folder / "table.csv"
    TABLE.to_csv(path, index=False)
    return path


@cache
def asked(name, folder):
    return ASKED[name](folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("face")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def kinds():
    """Every kind of answer that crunch has, wherever it is defined."""
    for module in pkgutil.walk_packages(crunch.__path__, "crunch."):
        if not module.name.endswith(("__main__", "shares.fast")):  # a command; what needs numba
            importlib.import_module(module.name)
    todo, found = [Answer], {}
    while todo:
        new = [kind for kind in todo.pop().__subclasses__() if kind.__module__.startswith("crunch.")]
        found |= {kind.__name__: kind for kind in new}
        todo += new
    return found


KINDS = kinds()


def section(function, title):
    """One section of a numpydoc docstring, "" where it has none."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", inspect.getdoc(function) or "", re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def called():
    """Names of the functions that files of tests call, these questions aside."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")
             if path.name != "test_public_face.py"]
    functions = [node.func for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {ast.unparse(function).removeprefix("crunch.") for function in functions}


@pytest.mark.parametrize("name", ASKED)
def test_a_question_has_a_name_and_its_answer_a_chart(name, folder):
    """The chart is drawn from the answer alone; without one there is a reason."""
    answer = asked(name, folder)
    assert name in crunch.__all__
    assert isinstance(answer, Answer)
    assert section(getattr(crunch, name), "Returns").split()[0] == type(answer).__name__
    if answer.chart is not None:
        assert isinstance(subject(answer).figure, Picture)
        assert section(getattr(charts, answer.chart), "Parameters").startswith(f"answer : {type(answer).__name__}\n")


def test_every_kind_of_answer_is_asked_for_drawn_and_moved_or_there_is_a_reason(folder):
    made = {type(asked(name, folder)).__name__: name for name in ASKED}
    assert len(made) == len(ASKED)
    assert set(made) == set(KINDS) - set(NAMELESS)
    assert {name for name, kind in KINDS.items() if kind.chart is None} == set(NOT_DRAWN)
    assert {name for name in KINDS if made.get(name) not in widgets.__all__} == set(NO_PANEL)
    assert isinstance(asked("stuck", folder).why, KINDS["Reasons"])


def test_every_chart_is_named_by_one_kind_of_answer_or_draws_something_else():
    named = [kind.chart for kind in KINDS.values() if kind.chart is not None]
    assert sorted([*named, *FURTHER, "look"]) == sorted(charts.__all__)
    for chart, kind in FURTHER.items():
        assert section(getattr(charts, chart), "Parameters").partition(" : ")[2].splitlines()[0] == kind


def test_every_question_is_called_in_a_test_of_its_own_and_named_in_the_readme():
    assert set(ASKED) <= called()
    listed = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The questions")[2].partition("\n## ")[0]
    assert set(re.findall(r"`crunch\.(\w+)\(", listed)) == set(ASKED) - {"read", "export"}


def public():
    """The public functions and classes of crunch, of its charts and of its panels."""
    for module in (crunch, charts, widgets):
        found = {f"{module.__name__}.{name}": getattr(module, name) for name in module.__all__}
        yield from (pytest.param(value, id=name) for name, value in found.items() if not inspect.ismodule(value))


@pytest.mark.parametrize("value", list(public()))
def test_what_is_public_says_what_it_is_and_shows_a_call(value):
    text = inspect.getdoc(value)
    first = text.splitlines()[0]
    assert first[0].isupper()
    assert first[-1] in ".?"
    if inspect.isclass(value) and issubclass(value, Exception):
        return  # nobody calls it
    assert ">>> " in section(value, "Examples")
    assert section(value, "Parameters") or section(value, "Attributes") or not inspect.signature(value).parameters

