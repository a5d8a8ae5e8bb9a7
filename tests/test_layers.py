"""Imports point down only, `import crunch` is instant, and nothing is set on import."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "crunch"

# From the top down; a module may import from its own layer and from those below it.
LAYERS = [
    {"__main__"},
    {"cli", "nodelay"},
    {"report", "post"},
    {"widgets"},
    {"publish"},
    {"charts"},
    {"questions"},
    {"effects"},
    {"datasets", "scoring"},
    {"study"},
    {"shares", "moments", "reading"},
    {"regression"},
    {"results", "rounding", "digits", "pages"},
    {"checks"},
    {"errors", "wording", "progress"},
]
# What a question may take from another; all else they share is on a floor below.
ACROSS = {("plan", "what_if"), ("weights", "importance")}
ARRAYS = ("regression", "shares")  # arrays in, arrays out
RANK = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def home(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path):
    """Names of the crunch modules a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "crunch":
            parts = node.module.split(".")
            yield from ([parts[1]] if len(parts) > 1 else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith("crunch."))


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    if path.name == "__init__.py" and path.parent == PACKAGE:
        return
    for target in imported(path):
        if target == "__version__":
            continue
        assert target in RANK, f"{path.name} imports crunch.{target}, which has no layer: give it one in LAYERS"
        assert RANK[home(path)] <= RANK[target], f"{path.name} imports upwards, from crunch.{target}"


def test_questions_stand_side_by_side():
    for path in (PACKAGE / "questions").rglob("*.py"):
        own = path.relative_to(PACKAGE / "questions").parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("crunch.questions."):
                other = node.module.split(".")[2]
                assert other == own or (own, other) in ACROSS, f"{own} imports from {other}: bring it to crunch/effects"


@pytest.mark.parametrize("path", [p for name in ARRAYS for p in sorted((PACKAGE / name).glob("*.py"))],
                         ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrays_in_arrays_out(path):
    """Neither a study nor a sentence: what knows of a table and what is said of it stands on a floor above."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert set(imported(path)) <= {*ARRAYS, "checks", "progress"}
    names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "study" not in names
    assert not {"frame", "scaled", "timeline", "levers", "side_effects", "scales"} & read


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_file_is_one_room(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 280


def fresh(code):
    return subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True).stdout


def test_import_is_instant_and_loads_nothing_heavy():
    """Under 60 ms above bare Python: the best of five, since a shared machine can only be slower."""
    code = ("import sys, time; before = set(sys.modules); start = time.perf_counter(); import crunch; "
            "took = time.perf_counter() - start; import json; "
            "print(json.dumps([took, sorted(set(sys.modules) - before)]))")
    runs = [json.loads(fresh(code)) for _ in range(5)]
    assert min(took for took, _ in runs) < 0.060
    loaded = {name.split(".")[0] for name in runs[0][1]}
    assert not loaded & {"matplotlib", "ipywidgets", "statsmodels", "pandas", "numpy", "scipy", "IPython"}


@pytest.mark.slow
def test_every_public_name_resolves():
    fresh("import crunch\nfor name in crunch.__all__: getattr(crunch, name)\n"
          "assert set(crunch.__all__) <= set(dir(crunch))")


def test_an_unknown_name_is_an_attribute_error():
    assert fresh("import crunch\ntry: crunch.driver\nexcept AttributeError as error: print(error)").startswith(
        "crunch has no 'driver'; it has InputError, Moments, Study, bounds, catalogue")


@pytest.mark.slow
def test_charts_set_nothing_on_import_or_after_drawing():
    fresh("import matplotlib as mpl; mpl.use('agg'); import matplotlib.pyplot; before = dict(mpl.rcParams)\n"
          "import crunch\nfrom crunch.datasets import study\n"
          "crunch.charts.drivers(crunch.drivers(study('accounts'), draws=10))\n"
          "assert dict(mpl.rcParams) == before")
