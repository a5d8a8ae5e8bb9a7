"""How much of a long test is run: some of it in `make test`, all of it in `make test-long`."""

import pytest


def some_and_all(name, some, everything):
    """A test that gets `some` as an argument in `make test`, and `everything` in `make test-long`."""
    return pytest.mark.parametrize(name, [some, pytest.param(everything, marks=pytest.mark.long)])
