"""Numbers as people read them, and how an answer shows itself."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crunch import errors
from crunch.results import Answer
from crunch.wording import compact, estimate, number, percent, places, points, probability, series


@pytest.mark.parametrize(("text", "expected"), [
    (number(-2.279, 2), "−2.28"), (number(-0.001, 2), "0.00"), (number(1234567, 0), "1\u202f234\u202f567"),
    (number(0.5, 1, sign=True), "+0.5"), (number(math.nan, 1), "–"), (number(-math.inf, 1), "−∞"),
    (compact(4476.0), "4.48k"), (compact(55.0), "55"), (compact(0.0366), "0.0366"), (compact(-1.5e6), "−1.5m"),
    (compact(999999.0), "1m"), (compact(0.0), "0"), (compact(0.00001234), "0.0000123"),
    (estimate(-2.2798, -3.30, -1.26), "−2.3 (−3.3 to −1.3)"), (estimate(math.nan, 0, 1), "–"),
    (percent(0.324, 0.281, 0.366), "32\u202f% (28 to 37)"), (percent(0.1215, 0.1208, 0.1221), "12.15\u202f% (12.08 to 12.21)"), (percent(0.12, 0.115, 0.13), "12.0\u202f% (11.5 to 13.0)"),
    (percent(0.001), "<1\u202f%"), (percent(0.0), "0\u202f%"),
    (probability(0.0004), "<0.001"), (probability(0.0312), "0.031"), (probability(0.25), "0.25"),
    (points("+1"), "+1 point"), (points("−2.3"), "−2.3 points"),
    (series(["a"]), "a"), (series("abc"), "a, b and c"),
    (errors.counted(1, "row"), "1 row"), (errors.counted(2400, "row"), "2\u202f400 rows"),
    (errors.listing(["a", 1, 2.5, "x"]), "'a', 1, 2.5 and 1 more"),
    (errors.show("x" * 60), "'" + "x" * 37 + "…'"),
])
def test_wording(text, expected):
    assert text == expected


@given(st.floats(1e-6, 20), st.floats(-1e6, 1e6))
def test_no_digit_beyond_the_interval(width, value):
    """The last printed digit is worth at least a hundredth of the interval's half width."""
    assert 10.0 ** -places(width) >= 0.0099 * width / 2
    assert "e" not in estimate(value, value - width / 2, value + width / 2)


def test_an_answer_escapes_and_folds_its_intervals():
    table = pd.DataFrame({"lever": ["<b>"], "effect": [0.123], "low": [0.1], "high": [0.146], "p_value": [0.0001]})
    answer = Answer(table, "A < B", ["see <i>"])
    assert answer.readable().columns.tolist() == ["lever", "effect (interval)", "p"]
    assert answer.readable().iloc[0].tolist() == ["<b>", "+0.123 (+0.100 to +0.146)", "<0.001"]
    html = answer._repr_html_()
    for escaped in ("A &lt; B", "&lt;b&gt;", "see &lt;i&gt;"):
        assert escaped in html
    assert str(answer).startswith("A < B\n\n")
    table.loc[0, "effect"] = 9
    assert answer.table["effect"][0] == 0.123
