"""Errors tell what they are by a code, and nobody guesses it from having caught one."""

import ast

from places import ROOT

from crunch.errors import FEW_ROWS, UNDEFINED, InputError

# Whoever starts crunch from outside shows the sentence, whichever it is.
MAY_CATCH = {"cli.py"}


def test_an_error_is_its_sentence_and_may_have_a_code():
    assert (str(InputError("a sentence")), InputError("a sentence").code) == ("a sentence", "")
    assert InputError("a sentence", FEW_ROWS).code == FEW_ROWS != UNDEFINED
    assert isinstance(InputError(""), ValueError)


def test_nobody_takes_an_error_for_what_it_may_not_be():
    """A handler outside the doors either looks at the code or says more and goes on raising."""
    for path in sorted((ROOT / "crunch").rglob("*.py")):
        if str(path.relative_to(ROOT / "crunch")) in MAY_CATCH:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and "InputError" in ast.dump(node.type or ast.Constant(None)):
                inside = [part for statement in node.body for part in ast.walk(statement)]
                looked = any(isinstance(part, ast.Attribute) and part.attr == "code" for part in inside)
                raised = any(isinstance(part, ast.Raise) for part in inside)
                assert looked or raised, f"{path.name}:{node.lineno} guesses what an InputError was; compare error.code"
