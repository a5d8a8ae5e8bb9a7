"""The documented rule for a lever's scale, and the change an effect is stated for."""

import numpy as np
import pytest

from crunch.study.scales import choose

rng = np.random.default_rng(0)


@pytest.mark.parametrize(("values", "name", "change"), [
    (rng.normal(size=200), "linear", "+1"),
    (rng.uniform(0, 1, 200), "linear", "+1"),
    (rng.uniform(0.1, 0.4, 200), "linear", "+0.1"),
    (rng.uniform(0.01, 0.05, 200), "linear", "+0.01"),
    (rng.normal(20, 2, 200), "linear", "+1"),
    (rng.normal(5000, 300, 200), "log", "+10 %"),
    (np.round(rng.lognormal(6, 1, 200)) + 1, "log", "+10 %"),
    (np.round(rng.lognormal(1, 1.5, 200)) * (rng.random(200) < 0.7), "log1p", "+10 %"),
    (rng.lognormal(1, 1.5, 200) * (rng.random(200) < 0.7), "linear", "+1"),
    (np.round(np.exp(rng.uniform(1, 4, 200))), "log", "+10 %"),
    (rng.normal(5000, 300, 200) * rng.choice([-1, 1], 200), "linear", "+1"),
    ((rng.random(200) < 0.05).astype(float), "linear", "+1"),
    ((rng.random(200) < 0.3).astype(float), "linear", "+1"),
])
def test_the_rule(values, name, change):
    scale = choose(values, "x")
    assert (scale.name, scale.change) == (name, change)
    assert scale.reason


def test_an_effect_is_stated_for_that_change():
    percent = choose(np.array([100.0, 200, 300]), "x")
    assert percent(110.0) - percent(100.0) == pytest.approx(percent.size)
    linear = choose(np.array([1.0, 2, 3]), "x")
    assert linear(2.0) - linear(1.0) == pytest.approx(linear.size)


def test_asked_scales_win():
    assert choose(np.array([0.0, 1.5, 3]), "x", "log").name == "log1p"
    assert choose(np.array([1000.0, 2000]), "x", "linear").name == "linear"
