"""The engine of shares against brute force, exact rational arithmetic and its own other routes."""

import math
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest

from crunch.shares import compared, orthogonal, subsets
from crunch.shares.divide import Table, divide, divide_moments, standardised
from crunch.shares.game import SAMPLED, TiedError, game
from crunch.shares.methods import METHODS
from crunch.shares.orders import orders, sampled
from crunch.shares.products import moments
from crunch.shares.routes import Squares, Vectors
from crunch.shares.subsets import residual_variances, shapley
from crunch.shares.sweeping import sweep, sweep_many
from crunch.shares.ties import condition, merged, needed, ties


def world(p, rows=60, seed=0, noise=1.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, p)) @ rng.normal(size=(p, p))
    return X, X @ rng.normal(size=p) + noise * rng.normal(size=rows)


def squares(X, y):
    return np.corrcoef(np.column_stack([X, y]).T)[None]


def table(X, y):
    return Table(standardised(np.column_stack([np.ones(len(y)), X, y])), 1, 0)


def single(p):
    return [(j,) for j in range(p)]


# every subset


@pytest.mark.parametrize("p", [1, 2, 3, 6, 10])
def test_brute_force(p, brute_force):
    X, y = world(p, seed=p)
    expected = brute_force(X, y)
    np.testing.assert_allclose(shapley(squares(X, y))[0], expected, rtol=0, atol=1e-10)
    np.testing.assert_allclose(divide(table(X, y), single(p)).share, expected, rtol=0, atol=1e-10)
    vectors = Vectors(orthogonal.vectors(standardised(np.column_stack([X, y]))))
    np.testing.assert_allclose(vectors.shapley([1] * p)[0] / vectors.left[0], expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("compiled", [False, True])
def test_pieces_add_up_to_the_whole(compiled, monkeypatch):
    """The chunks of many levers, on either engine and with groups, give what one piece gives."""
    if compiled:
        pytest.importorskip("numba")
    X, y = world(12, seed=1)
    matrix, sizes = squares(X, y), [1, 2, 1, 3, 1, 1, 2, 1]
    whole = subsets.shares_of(residual_variances(matrix, sizes))
    monkeypatch.setattr(subsets, "PIECE", 3)
    if compiled:
        from crunch.shares import fast

        monkeypatch.setattr(subsets, "_FAST", 1)
        monkeypatch.setattr(fast, "FREE", 5)
        monkeypatch.setattr(fast, "STEP", 3)
    np.testing.assert_allclose(shapley(matrix, sizes), whole, rtol=0, atol=1e-13)


def test_compiled_and_plain_code_agree_on_twenty_one_levers(monkeypatch):
    pytest.importorskip("numba")
    X, y = world(21, rows=400, seed=2)
    X[:, 7] = X[:, 3]
    compiled = shapley(squares(X, y))
    monkeypatch.setattr(subsets, "_FAST", 99)
    np.testing.assert_allclose(shapley(squares(X, y)), compiled, rtol=0, atol=1e-12)


def test_progress_is_told_of_every_piece(monkeypatch):
    monkeypatch.setattr(subsets, "PIECE", 2)
    X, y = world(6)
    seen = []
    shapley(squares(X, y), progress=lambda steps: seen.append(len(steps)) or steps)
    assert seen == [16]


def test_every_subset_has_its_residual_variance():
    X, y = world(3, seed=4)
    data = np.column_stack([X, y]) - np.column_stack([X, y]).mean(axis=0)
    for left in (residual_variances(moments(data))[:, 0],
                 Vectors(orthogonal.vectors(data)).residuals([1, 1, 1])[:, 0]):
        for subset in [(), (0,), (1, 2), (0, 1, 2)]:
            X = data[:, list(subset)]
            residual = data[:, 3] - (X @ np.linalg.lstsq(X, data[:, 3], rcond=None)[0] if subset else 0)
            assert left[sum(1 << j for j in subset)] == pytest.approx(residual @ residual, rel=1e-12)


def test_groups_enter_together(brute_force):
    X, y = world(7, seed=5)
    groups = [[0, 3], [1], [2, 4, 5], [6]]
    share = divide(table(X, y), [tuple(g) for g in groups]).share
    np.testing.assert_allclose(share, brute_force(X, y, groups), rtol=0, atol=1e-10)


def test_always_in_takes_its_part_first(brute_force):
    X, y = world(6, seed=6)
    data = standardised(np.column_stack([np.ones(60), X, y]))
    parts = divide(Table(data, 1, 2), single(4))
    np.testing.assert_allclose(parts.share, brute_force(X, y, [[2], [3], [4], [5]], always=[0, 1]), rtol=0, atol=1e-10)
    assert parts.context + parts.share.sum() == pytest.approx(parts.explained, abs=1e-12)
    again = divide_moments(np.cov(np.column_stack([X, y]).T), 2, single(4))
    np.testing.assert_allclose(again.share, parts.share, rtol=0, atol=1e-10)


# nearly the same columns


def exact_shares(X, y):
    """Shapley shares of R² in rational arithmetic; the inputs are taken as the binary fractions they are."""
    columns = [[Fraction(v) for v in column] for column in np.column_stack([X, y]).T]
    columns = [[v - sum(c) / len(c) for v in c] for c in columns]
    gram = [[sum(a * b for a, b in zip(c, d, strict=True)) for d in columns] for c in columns]
    p = X.shape[1]

    def left(subset):
        keep = [*subset, p]
        m = [[gram[i][j] for j in keep] for i in keep]
        for k in range(len(subset)):
            m = [[m[i][j] - m[i][k] * m[k][j] / m[k][k] if i > k and j > k else m[i][j] for j in range(len(keep))]
                 for i in range(len(keep))]
        return m[-1][-1]

    shares = [Fraction(0)] * p
    for j in range(p):
        for k in range(p):
            weight = Fraction(math.factorial(k) * math.factorial(p - k - 1), math.factorial(p))
            for s in combinations([i for i in range(p) if i != j], k):
                shares[j] += weight * (left(s) - left((*s, j)))
    return np.array([float(share / gram[p][p]) for share in shares])


@pytest.mark.parametrize("closeness", [1e-2, 1e-4, 1e-6, 1e-8])
def test_shares_of_nearly_equal_columns_are_exact_where_rows_are_at_hand(closeness):
    X, y = world(3, rows=12, seed=7)
    X = np.column_stack([X, X[:, 0] + closeness * np.random.default_rng(8).normal(size=12)])
    parts = divide(table(X, y), single(4))
    assert isinstance(parts.route, Vectors) == (closeness < 1e-4)
    np.testing.assert_allclose(parts.share, exact_shares(X, y), rtol=0, atol=1e-14 / closeness + 1e-12)


def test_moments_alone_would_have_printed_noise():
    """What the guard is for: at closeness 1e-6 the moment route is wrong in a digit that would be shown."""
    X, y = world(3, rows=12, seed=7)
    X = np.column_stack([X, X[:, 0] + 1e-6 * np.random.default_rng(8).normal(size=12)])
    data = standardised(np.column_stack([X, y]))
    plain = subsets.shares_of(_naive(data.T @ data)[:, None])[0] / 12
    assert np.abs(plain - exact_shares(X, y)).max() > 1e-6


def _naive(matrix):
    """Residual sums of squares by the normal equations, nothing guarded."""
    p = len(matrix) - 1
    left = np.empty(2**p)
    for number in range(2**p):
        keep = [j for j in range(p) if number >> j & 1]
        r = matrix[keep, p]
        left[number] = matrix[p, p] - (r @ np.linalg.inv(matrix[np.ix_(keep, keep)]) @ r if keep else 0)
    return left


@pytest.mark.parametrize("rows_at_hand", [True, False])
def test_a_duplicate_lever_splits_its_share_or_is_named(rows_at_hand, brute_force):
    X, y = world(4, seed=9)
    X = np.column_stack([X, X[:, 1]])
    if rows_at_hand:
        share = divide(table(X, y), single(5)).share
        assert share[1] == pytest.approx(share[4], abs=1e-12)
        np.testing.assert_allclose(share, brute_force(X, y), rtol=0, atol=1e-10)
    else:
        parts = divide_moments(np.cov(np.column_stack([X, y]).T), 0, single(5))
        assert parts.game.joined == [(0,), (1, 4), (2,), (3,)]
        np.testing.assert_allclose(parts.share, brute_force(X[:, :4], y), rtol=0, atol=1e-10)


def test_separate_ties_stay_separate():
    X = world(5, rows=200, seed=10)[0]
    X = np.column_stack([X, X[:, 0], X[:, 3] + 1e-9 * X[:, 1]])
    matrix = np.cov(X.T)
    assert ties(matrix) == [[0, 5], [3, 6]]
    assert merged(single(7), ties(matrix)) == [(0, 5), (1,), (2,), (3, 6), (4,)]
    assert needed(matrix, (0, 5)) == (0,)
    assert ties(np.cov(X[:, :5].T)) == []


def test_a_sum_among_groups_joins_the_groups():
    X, y = world(4, seed=11)
    X = np.column_stack([X, X[:, 0] + X[:, 2]])
    parts = divide_moments(np.cov(np.column_stack([X, y]).T), 0, [(0, 1), (2,), (3,), (4,)])
    assert parts.game.joined == [(0, 1, 3), (2,)]
    assert parts.share.sum() == pytest.approx(parts.explained, abs=1e-12)


def test_methods_that_need_every_column_apart_say_which_are_not():
    X, y = world(4, seed=12)
    X = np.column_stack([X, X[:, 2]])
    for method in ("betasq", "pratt"):
        with pytest.raises(TiedError) as error:
            divide(table(X, y), single(5), method)
        assert error.value.columns == [2, 4]
    for method in ("relative_weights", "car"):
        share = divide(table(X, y), single(5), method).share
        assert share[2] == pytest.approx(share[4], abs=1e-12)
        with pytest.raises(TiedError):
            divide_moments(np.cov(np.column_stack([X, y]).T), 0, single(5), method)


def test_both_routes_give_every_method():
    X, y = world(6, seed=13)
    vectors = Vectors(orthogonal.vectors(standardised(np.column_stack([X, y]))))
    for name, method in METHODS.items():
        np.testing.assert_allclose(method(vectors, [1] * 6), method(vectors.squares(), [1] * 6), rtol=0, atol=1e-10,
                                   err_msg=name)
    assert condition(vectors) == pytest.approx(condition(vectors.squares()), rel=1e-8)


# random orders


def test_all_orders_give_the_exact_shares(brute_force):
    """With every order once the estimate is no estimate."""
    X, y = world(4, seed=14)
    groups = [[0], [1, 3], [2]]
    every = np.array([np.argsort(order) for order in permutations(range(3))])
    matrix = squares(X[:, [0, 1, 3, 2]], y)[0]
    share, _ = sampled(matrix, [1, 2, 1], np.stack([every, 2 - every], axis=1))
    np.testing.assert_allclose(share, brute_force(X, y, groups), rtol=0, atol=1e-8)


def test_sampled_orders_are_unbiased_and_know_their_error():
    X, y = world(9, rows=300, seed=15)
    matrix = squares(X, y)
    exact = shapley(matrix)[0]
    rng = np.random.default_rng(16)
    runs = [sampled(matrix[0], [1] * 9, orders(9, 50, rng)) for _ in range(400)]
    share, error = (np.array(part) for part in zip(*runs, strict=True))
    spread = share.std(axis=0)
    np.testing.assert_allclose(share.mean(axis=0), exact, rtol=0, atol=4 * spread.max() / 20)
    np.testing.assert_allclose(error.mean(axis=0), spread, rtol=0.15)
    np.testing.assert_allclose(share.sum(axis=1), exact.sum(), atol=1e-8)  # each order divides all of R²


def test_beyond_thirty_levers_orders_are_sampled_and_never_called_exact():
    X, y = world(31, rows=400, seed=17)
    parts = divide(table(X, y), single(31), rng=np.random.default_rng(0))
    assert parts.game.method == SAMPLED
    assert (parts.standard_error > 0).all()
    groups = [tuple(range(k, min(k + 4, 31))) for k in range(0, 31, 4)]
    exact = divide(table(X, y), groups)
    assert exact.standard_error is None
    assert exact.share.sum() == pytest.approx(parts.share.sum(), abs=1e-8)


def test_draws_of_many_levers_are_centred_on_the_exact_shares():
    """From 18 levers on, draws take few orders; their common error is taken out again."""
    X, y = world(18, rows=300, seed=18)
    rng = np.random.default_rng(19)

    def draw(count):
        return rng.multinomial(300, np.full(300, 1 / 300), size=count).astype(float)

    parts = divide(table(X, y), single(18), draw=draw, draws=40, rng=np.random.default_rng(20))
    assert parts.standard_error is None
    picked = rng.multinomial(300, np.full(300, 1 / 300), size=1).astype(float)
    same = divide(table(X, y), single(18), draw=lambda count: picked, draws=1, rng=np.random.default_rng(20)).drawn[0]
    rows = np.repeat(np.arange(300), picked[0].astype(int))
    np.testing.assert_allclose(same, divide(table(X[rows], y[rows]), single(18)).share, atol=0.004)
    assert np.abs(parts.drawn.mean(axis=0) - parts.share).max() < 0.03


# draws


@pytest.mark.parametrize("closeness", [None, 1e-7])
def test_draws_equal_the_shares_of_the_drawn_rows(closeness, brute_force):
    X, y = world(3, seed=21)
    if closeness:
        X = np.column_stack([X, X[:, 0] + closeness * np.random.default_rng(22).normal(size=60)])
    counts = np.random.default_rng(23).multinomial(60, np.full(60, 1 / 60), size=3).astype(float)
    drawn = divide(table(X, y), single(X.shape[1]), draw=lambda count: counts, draws=3).drawn
    for count, shares in zip(counts, drawn, strict=True):
        rows = np.repeat(np.arange(60), count.astype(int))
        np.testing.assert_allclose(shares, brute_force(X[rows], y[rows]), rtol=0, atol=1e-6 if closeness else 1e-9)


def test_weights_count_rows(brute_force):
    X, y = world(3, seed=24)
    weights = np.random.default_rng(25).integers(0, 4, size=60)
    data = standardised(np.column_stack([np.ones(60), X, y]), weights)
    rows = np.repeat(np.arange(60), weights)
    np.testing.assert_allclose(divide(Table(data, 1, 0, weights.astype(float)), single(3)).share,
                               brute_force(X[rows], y[rows]), rtol=0, atol=1e-10)


def test_a_draw_without_a_category_is_alive():
    X, y = world(3, seed=26)
    X[:, 2] = np.arange(60) == 7  # drawn in two of three samples
    counts = np.ones((2, 60))
    counts[0, 7] = 0
    drawn = divide(table(X, y), single(3), draw=lambda count: counts, draws=2).drawn
    assert drawn[0, 2] == pytest.approx(0, abs=1e-8)
    assert np.isfinite(drawn).all()


def test_unit_and_order_change_nothing():
    X, y = world(5, seed=27)
    shares = divide(table(X, y), single(5)).share
    scaled = divide(table(X * [1e8, 1e-8, 1, 1, 3], y * 1e-8), single(5)).share
    np.testing.assert_allclose(scaled, shares, rtol=0, atol=1e-12)
    turned = [2, 0, 3, 1, 4]
    np.testing.assert_allclose(divide(table(X[:, turned], y), single(5)).share, shares[turned], rtol=0, atol=1e-12)


# dominance


def test_conditional_dominance_averages_over_subsets_of_one_size():
    X, y = world(4, seed=28)
    left = residual_variances(squares(X, y))[:, 0]
    gains = compared.conditional(left)
    for j in range(4):
        for k in range(4):
            others = combinations([i for i in range(4) if i != j], k)
            steps = [left[sum(1 << i for i in s)] - left[sum(1 << i for i in (*s, j))] for s in others]
            assert gains[j, k] == pytest.approx(np.mean(steps), abs=1e-12)
    np.testing.assert_allclose(gains.mean(axis=1), shapley(squares(X, y))[0], rtol=0, atol=1e-12)


def test_complete_dominance_by_its_definition():
    X, y = world(4, seed=29)
    X[:, 0] = y + 0.1 * np.random.default_rng(30).normal(size=60)  # one lever that beats all others anywhere
    left = residual_variances(squares(X, y))[:, 0]
    found = compared.complete(left)
    assert found[0, 1:].all()
    for i, j in permutations(range(4), 2):
        rest = [k for k in range(4) if k not in (i, j)]
        sets = [s for k in range(3) for s in combinations(rest, k)]
        ahead = [left[sum(1 << m for m in (*s, j))] >= left[sum(1 << m for m in (*s, i))] for s in sets]
        assert found[i, j] == all(ahead)
    twins = np.column_stack([X[:, 1], X[:, 1], X[:, 2]])
    assert not compared.complete(residual_variances(squares(twins, y))[:, 0])[:2, :2].any()


# sweeps and moments


def test_many_sweeps_agree_with_one_and_survive_a_missing_category():
    rng = np.random.default_rng(5)
    data = rng.normal(size=(50, 6))
    counts = rng.multinomial(50, np.full(50, 1 / 50), size=20).astype(float)
    matrices = moments(data, counts)
    np.testing.assert_allclose(sweep_many(matrices, 3), sweep(matrices, 3), rtol=1e-7, atol=1e-7)
    data[:, 1] = 0  # as when no row of a category was drawn
    gone = moments(data, counts)
    np.testing.assert_allclose(sweep_many(gone, 3), sweep(gone, 3), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("exact", [False, True])
def test_draws_are_about_their_own_group_means(exact):
    rng = np.random.default_rng(6)
    data, groups = rng.normal(size=(30, 3)), np.repeat(np.arange(5), 6)
    counts = rng.integers(0, 3, size=(4, 30)).astype(float)
    route = Table(data, 0, 0, groups=groups).drawn(counts, exact)
    for drawn, matrix in zip(counts, (route.squares() if exact else route).matrices, strict=True):
        rows = np.repeat(np.arange(30), drawn.astype(int))
        sample = data[rows]
        for g in range(5):
            inside = groups[rows] == g
            sample[inside] -= sample[inside].mean(axis=0) if inside.any() else 0
        np.testing.assert_allclose(matrix, sample.T @ sample, atol=1e-10)


def test_a_game_of_moments_is_settled_once():
    X, y = world(4, seed=31)
    play = game(Squares(squares(X, y)), single(4), "lmg", np.random.default_rng(0))
    assert (play.joined, play.columns, play.sizes, play.places) == ([(0,), (1,), (2,), (3,)], [0, 1, 2, 3], [1] * 4, None)
