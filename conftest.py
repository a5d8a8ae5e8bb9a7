"""What the examples in docstrings share: a chart that one of them draws is closed after it."""

import sys

import pytest


@pytest.fixture(autouse=True)
def closed_after_an_example(request):
    yield
    if isinstance(request.node, pytest.DoctestItem) and "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
