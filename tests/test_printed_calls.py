"""What crunch prints in notes, errors, docstrings, pages and notebooks is there when it is typed."""

import ast
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from functools import cache, reduce

import pytest
from places import ROOT

import crunch

NAME = re.compile(r"(?<![\w./-])crunch(?:\.[a-zA-Z]\w*)+")
NOT_TYPED = {"crunch.mplstyle", "crunch.nodelay", "crunch.post.kernel"}  # a file, an option of Jupyter, our own kernel's code


@cache
def texts(path):
    """The texts in a file of Python, docstrings first and those that may be printed second; holes of f-strings are ``_``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owners = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)]
    docs = [n.body[0].value for n in owners if ast.get_docstring(n) is not None]
    parts = {part for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
    whole = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    joined = ["".join(part.value if isinstance(part, ast.Constant) else "_" for part in n.values)
              for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]
    return ([n.value for n in docs], [n.value for n in whole if n not in {*docs, *parts}] + joined)


def printed():
    """Each text of crunch that people may read, with its file; the addresses of modules in crunch/__init__.py aside."""
    for path in sorted((ROOT / "crunch").rglob("*.py")):
        if path != ROOT / "crunch" / "__init__.py":
            yield from ((path, text) for text in texts(path)[1])
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        yield path, path.read_text(encoding="utf-8")
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield path, "".join(cell["source"])


def test_every_name_that_is_printed_is_there_when_it_is_typed():
    """In a fresh Python: what another test has imported is found by any path."""
    names = {name for _, text in printed() for name in NAME.findall(text)} - NOT_TYPED
    assert {"crunch.rounded", "crunch.stuck", "crunch.importance", "crunch.scoring.Linear"} <= names
    code = ("import crunch, functools, json, sys\nlost = []\nfor name in json.loads(sys.argv[1]):\n"
            "    try: functools.reduce(getattr, name.split('.')[1:], crunch)\n"
            "    except AttributeError: lost.append(name)\nprint(json.dumps(lost))")
    done = subprocess.run([sys.executable, "-c", code, json.dumps(sorted(names))], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []


def test_every_name_in_a_docstring_exists():
    names = {name for path in (ROOT / "crunch").rglob("*.py") for text in texts(path)[0] for name in NAME.findall(text)}
    assert len(names) > 30
    for name in names - NOT_TYPED:
        pkgutil.resolve_name(name)


def calls(text):
    """Calls of crunch in a text, as trees: each up to the first bracket at which it is whole."""
    for found in re.finditer(NAME.pattern + r"(?=\()", text):
        rest = text[found.start():]
        whole = (tree for end in re.finditer(r"\)", rest) if (tree := _parsed(rest[:end.end()])))
        yield next(whole, None) or pytest.fail(f"No Python as it stands: {rest[:80]}")


def _parsed(text):
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def test_every_call_that_is_printed_fits_what_it_calls():
    """Arguments go by the name and number that the function has; ``...`` stands for any."""
    found = [call for _, text in printed() for call in calls(text)]
    assert len(found) > 100
    for call in found:
        function = reduce(getattr, ast.unparse(call.func).split(".")[1:], crunch)
        given = [arg for arg in call.args if ast.unparse(arg) != "..."]
        inspect.signature(function).bind_partial(*given, **{keyword.arg: 0 for keyword in call.keywords})


def test_every_call_that_is_printed_can_be_typed_after_import_crunch():
    """``Study(..., step=1)`` aside: it speaks of the call that is already there."""
    names = "|".join(name for name in (*crunch.__all__, "hdi", "lighthouse") if name != "Study")
    bare = re.compile(rf"(?<![\w.])(?:{names})(?:\.\w+)*\((?!s\))")
    assert bare.search("such as scoring.hdi()")
    assert bare.search("Give overlaps(answer).")
    for path in sorted((ROOT / "crunch").rglob("*.py")):
        for text in texts(path)[1]:
            assert not bare.search(text), (path.name, text)
