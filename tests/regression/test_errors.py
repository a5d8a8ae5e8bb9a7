"""Errors and their degrees of freedom: against formulas, published figures, dummies by brute force, and worlds."""

import numpy as np
import pytest
from amounts import some_and_all
from fits import degrees_of_freedom, least_squares
from scipy import stats

from crunch.regression.columns import demeaned
from crunch.regression.errors import Rows
from crunch.regression.fit import factored


def test_degrees_of_freedom_of_rows_degrees_of_freedom():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(40), rng.normal(size=(40, 2)), rng.random(40) < 0.1])
    np.testing.assert_allclose(least_squares(rng.normal(size=40), X).dof, degrees_of_freedom(X), rtol=1e-10)


@pytest.mark.parametrize("treated", [2, 3, 15])
def test_two_groups_as_published(treated):
    """For two groups Imbens & Kolesár (2016) give a formula; with 3 of 30 it is the 2.5 of their table 1."""
    one, other = treated, 30 - treated
    x = np.repeat([1.0, 0.0], [one, other])
    expected = (one + other) ** 2 * (one - 1) * (other - 1) / (one**2 * (one - 1) + other**2 * (other - 1))
    found = least_squares(np.arange(30.0) ** 2, np.column_stack([x, np.ones(30)])).dof[0]
    assert found == pytest.approx(expected, rel=1e-10)
    assert treated != 3 or round(found, 1) == 2.5


def test_slight_leverage_takes_a_bound_that_is_as_good():
    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(1200), rng.uniform(-1, 1, size=(1200, 3))])
    Q = np.linalg.qr(X)[0]
    assert Rows(Q).leverage.max() < 0.01
    np.testing.assert_allclose(Rows(Q).dof(np.eye(4)), degrees_of_freedom(Q), rtol=0.01)


def panel(seed, holes=0.0):
    """Units and times, three levers of which two units alone move the third, and noise."""
    rng = np.random.default_rng(seed)
    units, times = np.repeat(np.arange(8), 10), np.tile(np.arange(10), 8)
    keep = rng.random(80) >= holes
    units, times = (np.unique(codes[keep], return_inverse=True)[1] for codes in (units, times))
    x = rng.normal(size=(len(units), 3)) + rng.normal(size=(8, 3))[units] * np.sin(times)[:, None]
    x[:, 2] = (units == 0) * (times > 3) + (units == 1) * (times > 5)
    return units, times, x, rng.normal(size=len(units))


def by_dummies(units, times, x, y):
    """CR2 errors and their degrees of freedom with a dummy for every unit and period (Pustejovsky & Tipton 2018)."""
    dummies = np.column_stack([np.eye(units.max() + 1)[units], np.eye(times.max() + 1)[times][:, 1:]])
    full = np.column_stack([x, dummies])
    back = np.linalg.pinv(full)
    M = np.eye(len(y)) - full @ back
    left, se, dof = M @ y, [], []
    roots = []
    for g in range(units.max() + 1):
        values, vectors = np.linalg.eigh(M[np.ix_(units == g, units == g)])
        seen = values > 1e-9
        roots.append(vectors[:, seen] / np.sqrt(values[seen]) @ vectors[:, seen].T)
    for pulled in back[:x.shape[1]]:
        along = np.zeros((len(y), len(roots)))
        for g, root in enumerate(roots):
            along[units == g, g] = root @ pulled[units == g]
        P = along.T @ M @ along
        se.append(np.sqrt(((along.T @ left) ** 2).sum()))
        dof.append(np.trace(P) ** 2 / (P**2).sum())
    return np.array(se), np.array(dof)


def test_units_of_a_balanced_panel_as_with_dummies():
    units, times, x, y = panel(2)
    within = demeaned(np.column_stack([y, x]), units, times)
    fit = least_squares(within[:, 0], within[:, 1:], clusters=units, times=times)
    se, dof = by_dummies(units, times, x, y)
    np.testing.assert_allclose(fit.se, se, rtol=1e-8)
    np.testing.assert_allclose(fit.dof, dof, rtol=1e-8)
    assert fit.dof[2] < 2.5 < fit.dof[:2].min()  # two units moved the third


def test_units_of_a_panel_with_holes_nearly():
    for seed in range(5):
        units, times, x, y = panel(seed, holes=0.2)
        within = demeaned(np.column_stack([y, x]), units, times)
        fit = least_squares(within[:, 0], within[:, 1:], clusters=units, times=times)
        se, dof = by_dummies(units, times, x, y)
        np.testing.assert_allclose(fit.se, se, rtol=0.05)
        np.testing.assert_allclose(fit.dof, dof, rtol=0.05)


def test_what_each_row_and_unit_carries():
    units, times, x, _ = panel(3)
    within = demeaned(x, units, times)
    free = within[:, 0] - within[:, 1:] @ np.linalg.lstsq(within[:, 1:], within[:, 0], rcond=None)[0]
    np.testing.assert_allclose(factored(within).carried[:, 0], free**2 / (free**2).sum())
    by_unit = np.bincount(units, free**2) / (free**2).sum()
    np.testing.assert_allclose(factored(within, clusters=units, times=times, asked=1).carried[:, 0], by_unit)
    assert np.isnan(least_squares(within[:, 1], within, asked=1).dof[1:]).all()


@pytest.mark.simulation
@some_and_all("worlds", 400, 4000)
@pytest.mark.parametrize("kind", ["rare", "unequal", "few units"])
def test_nothing_is_found_where_there_is_nothing(kind, worlds):
    """Three ones among forty rows; noise that grows with the lever; six units: 5 % and no more."""
    wrong = 0
    for seed in range(worlds):
        rng = np.random.default_rng([seed, 3])
        x, y, given = rng.normal(size=40), rng.normal(size=40), {}
        if kind == "rare":
            x = (np.arange(40) < 3) * 1.0
        if kind == "unequal":
            y = y * (1 + np.abs(x))
        if kind == "few units":
            given = {"clusters": np.repeat(np.arange(6), 20)}
            x, y = (np.cumsum(rng.normal(size=(6, 20)), axis=1).ravel() for _ in range(2))
            means = np.column_stack([np.tile(part.reshape(6, 20).mean(axis=1), (20, 1)).T.ravel() for part in (x, y)])
            x, y = x - means[:, 0], y - means[:, 1]
        X = x[:, None] if given else np.column_stack([x, np.ones(40)])
        wrong += least_squares(y, X, **given).p_values[0] < 0.05
    print(f"\n{kind}: {wrong / worlds:.3f}")
    assert wrong / worlds <= 0.05 + 0.02 * (kind == "unequal") + 3 * np.sqrt(0.05 * 0.95 / worlds)


def test_a_perfect_fit_hides_no_noise():
    X = np.column_stack([np.arange(20.0), np.ones(20)])
    fit = least_squares(X @ [2.0, 1.0], X)
    assert fit.se[0] < 1e-13
    assert stats.t.ppf(0.975, fit.dof[0]) < 3
