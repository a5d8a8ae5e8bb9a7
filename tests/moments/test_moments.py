"""Moments against sums over the whole table: by NumPy, and by exact fractions where digits are at stake."""

import decimal
import json
import os
import sys
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crunch import InputError
from crunch.moments import Moments, chunks, sources
from crunch.moments.profile import profile, sample
from crunch.results import html_table

LIKE = {"posts": "log1p", "reach": "log"}
HOSTILE = ['a"b', "x; drop table", "a.b", "x0", "z0", "row", "part", "block", "^c.*$", "*", "`b`", "c1"]


def table(n=1000, seed=0):
    rng = np.random.default_rng(seed)
    hours = rng.normal(size=n)
    return pd.DataFrame({"hours": hours + 1e9, "posts": rng.poisson(3, n), "reach": np.exp(rng.normal(size=n)) * 1e-8,
                         "open": rng.random(n) < 0.3, "cost": (hours + rng.normal(size=n)) * 1e8})


def scaled(frame, scales=LIKE):
    """The complete rows on their scales, less the mean: what every sum is taken of."""
    values = frame.dropna().astype(float)
    for name, scale in scales.items():
        values[name] = np.log(values[name]) if scale == "log" else np.log1p(values[name])
    return values.to_numpy()


def close(found, Z, rtol=1e-10):
    """Products within rtol of those of Z, and means within rtol of a standard deviation."""
    Z = np.asarray(Z, dtype=np.longdouble)
    rest = Z - Z.mean(axis=0)
    truth = (rest.T @ rest).astype(float)
    spread = np.where(np.ptp(Z, axis=0) == 0, 1, np.sqrt(np.diag(truth)))
    assert np.abs((found.matrix - truth) / np.outer(spread, spread)).max() < rtol
    assert np.abs((found.mean - Z.mean(axis=0)).astype(float) / spread).max() * np.sqrt(len(Z)) < max(rtol, 1e-6)
    assert found.rows == len(Z)


def says(sentence, call):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == sentence


def identical(one, other):
    assert (one.columns, one.scales, one.notes, one.skipped) == (other.columns, other.scales, other.notes, other.skipped)
    for name in ("shift", "counts", "means", "products"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), strict=True)


@pytest.mark.parametrize("convert", [lambda f: f, pl.from_pandas, pa.Table.from_pandas, lambda f: pl.from_pandas(f).lazy()])
@pytest.mark.parametrize("n", [2, 7, 199, 1000, 1234])
def test_sums_are_those_of_the_whole_table(convert, n):
    frame = table(n)
    found = Moments.of(convert(frame), scales=LIKE)
    close(found, scaled(frame))
    assert len(found.counts) == min(n, 200)
    assert found.counts.max() - found.counts.min() <= 1
    assert found.scales == {"hours": "linear", "posts": "log1p", "reach": "log", "open": "linear", "cost": "linear"}


def test_covariance_and_correlation_are_numpys():
    frame = table()
    found, Z = Moments.of(frame, scales=LIKE), scaled(frame)
    np.testing.assert_allclose(found.covariance(), np.cov(Z.T), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found.correlation(), np.corrcoef(Z.T), atol=1e-9)


def exact(columns):
    """Sums of squares and products about the mean, in fractions."""
    exactly = [[Fraction(float(value)) for value in column] for column in columns]
    rest = [[value - sum(column) / len(column) for value in column] for column in exactly]
    return np.array([[float(sum(a * b for a, b in zip(one, other, strict=True))) for other in rest] for one in rest])


@pytest.mark.parametrize("head", [0, 1000])
def test_a_large_offset_costs_no_digits(head):
    """Also when the first rows, here missing, could not tell where the column lies."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": 1e9 + rng.normal(size=head + 300), "b": -1e12 + 1e4 * rng.normal(size=head + 300),
                          "c": 1e-8 * rng.normal(size=head + 300)})
    frame.iloc[:head] = np.nan
    found = Moments.of(frame)
    truth = exact(frame.iloc[head:].to_numpy().T)
    spread = np.sqrt(np.diag(truth))
    assert np.abs((found.matrix - truth) / np.outer(spread, spread)).max() < 1e-14
    assert np.abs(found.shift[0] - 1e9) < 1


def test_first_rows_that_mislead():
    """They lie at 0, all others near 1e9: the mean is 1000 standard deviations away and a second pass goes there."""
    a = 1e9 + 1e5 * np.random.default_rng(2).normal(size=1_200_000)
    a[:500] = 0
    a[500:1000] = 1e6
    frame = pd.DataFrame({"a": np.where(np.arange(len(a)) < 999, np.nan, a)})
    found = Moments.of(frame)
    assert abs(found.shift[0] - 1e9) < 1e4
    close(found, a[999:, None], 1e-12)


def test_log1p_of_the_tiniest_values():
    tiny = np.array([1e-20, 3e-18, 2e-12, 5e-10])
    np.testing.assert_allclose(Moments.of(pd.DataFrame({"a": tiny}), scales={"a": "log1p"}).matrix,
                               [[np.sum((np.log1p(tiny) - np.log1p(tiny).mean()) ** 2)]], rtol=1e-13)


def test_blocks_are_stretches_of_the_table():
    frame = table(1003)
    found, Z = Moments.of(frame, blocks=20, scales=LIKE), scaled(frame)
    edges = [-(-block * 1003 // 20) for block in range(21)]
    assert found.counts.tolist() == np.diff(edges).tolist()
    for k, (start, stop) in enumerate(pairwise(edges)):
        rest = Z[start:stop] - Z[start:stop].mean(axis=0)
        np.testing.assert_allclose(found.products[k], rest.T @ rest, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(found.shift + found.means[k], Z[start:stop].mean(axis=0), rtol=1e-12)


def test_chunks_do_not_show(monkeypatch):
    frame = table(2000)
    frame.loc[::7, "cost"] = np.nan
    whole = Moments.of(frame, scales=LIKE)
    monkeypatch.setattr(chunks, "CHUNK", 77)
    chunked = Moments.of(frame, scales=LIKE)
    np.testing.assert_array_equal(chunked.counts, whole.counts)
    close(chunked, scaled(frame), 1e-12)


def test_a_stream_of_unknown_length_gives_even_blocks(monkeypatch):
    frame = table(30_000)
    monkeypatch.setattr(chunks, "CHUNK", 1000)
    found = Moments.of(pl.from_pandas(frame).lazy(), blocks=10, scales=LIKE)
    close(found, scaled(frame), 1e-12)
    assert len(found.counts) == 10
    assert found.counts.max() < 1.3 * found.counts.min()
    Z = scaled(frame)[:found.counts[0]]
    np.testing.assert_allclose(found.shift + found.means[0], Z.mean(axis=0), rtol=1e-9)


def test_polars_before_it_had_batches():
    frame = table(5000)
    frame.loc[3, "cost"] = np.nan
    names = tuple(frame.columns)
    source = sources._polars(pl.from_pandas(frame).lazy(), names)
    shift = np.array([1e9, 1, -18, 0, 0])
    found = source.gather(["linear", "log1p", "log", "linear", "linear"], shift, 200)
    assert (found.seen, len(found.counts)) == (5000, 200)
    close(Moments(names, dict.fromkeys(names), shift, *found[:3]), scaled(frame))
    assert source.head(3).shape == (3, 5)
    np.testing.assert_array_equal(source.every(1000), frame.astype(float).to_numpy()[::1000])


@pytest.mark.parametrize("outlier", [0, 1e9])
def test_deleted_is_what_the_other_rows_give(outlier):
    """Also when one row dwarfs all others: subtracting it from the total would leave nothing."""
    Z = np.random.default_rng(3).normal(size=(60, 3)) + 5
    Z[7] += outlier
    found = Moments.of(pd.DataFrame(Z, columns=list("abc")), blocks=12)
    left = found.jackknife()
    np.testing.assert_array_equal(left.matrices, found.deleted())
    for block in range(12):
        others = np.delete(Z, slice(5 * block, 5 * block + 5), axis=0)
        rest = others - others.mean(axis=0)
        np.testing.assert_allclose(left.matrices[block], rest.T @ rest, rtol=1e-9, atol=1e-7)
        np.testing.assert_allclose(left.means[block], others.mean(axis=0), rtol=1e-12)
        assert left.rows[block] == 55


def test_drawn_is_what_repeated_rows_give():
    Z = np.random.default_rng(4).normal(size=(60, 3)) + 1e6
    found = Moments.of(pd.DataFrame(Z, columns=list("abc")), blocks=12)
    times = np.random.default_rng(5).multinomial(12, np.full(12, 1 / 12), size=8)
    for draw, matrix in zip(times, found.drawn(times), strict=True):
        again = np.repeat(Z.reshape(12, 5, 3), draw, axis=0).reshape(-1, 3)
        rest = again - again.mean(axis=0)
        np.testing.assert_allclose(matrix, rest.T @ rest, rtol=1e-8, atol=1e-7)
    np.testing.assert_allclose(found.drawn(np.ones((1, 12)))[0], found.matrix, rtol=1e-9)
    assert (found.drawn(np.zeros((1, 12))) == 0).all()


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(2, 298), max_size=4), blocks=st.integers(2, 150), seed=st.integers(0, 99))
def test_parts_add_up_to_the_whole(cuts, blocks, seed):
    frame = table(300, seed)
    edges = [0, *sorted({c for c in cuts if all(abs(c - d) > 1 or c == d for d in cuts)}), 300]
    parts = [Moments.of(frame[a:b], blocks=blocks, scales=LIKE) for a, b in pairwise(edges)]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    close(total, scaled(frame), 1e-9)
    assert len(total.counts) <= 400
    assert len(total.deleted()) == len(total.counts)


def test_a_sum_of_many_stays_small():
    frame = table(1000)
    total = Moments.of(frame[:500], scales=LIKE) + Moments.of(frame[500:], scales=LIKE)
    assert len(total.counts) == 400
    total = total + Moments.of(frame[:100], scales=LIKE)
    assert len(total.counts) == 200
    assert total.counts.max() <= 2 * total.counts.min() + 1
    close(total, scaled(pd.concat([frame, frame[:100]])), 1e-9)


def test_a_sum_counts_what_was_left_out_once():
    frame = table(100)
    frame.loc[[3, 4, 70], "cost"] = np.nan
    total = Moments.of(frame[:50]) + Moments.of(frame[50:])
    assert total.notes == ("3 rows of 100 were left out for missing values.",)
    assert (total.rows, total.skipped) == (97, 3)
    assert Moments.of(frame[50:]).notes == ("1 row of 50 was left out for missing values.",)


def test_only_alike_moments_add_up():
    frame = table(50)
    whole = Moments.of(frame)
    says("Moments add up when their columns are the same, but only one of the two has 'open' and 'cost'. "
         "Use select(columns) on both first.", lambda: whole + whole.select(["hours", "posts", "reach"]))
    says("Moments add up when their columns are the same, but theirs stand in another order. "
         "Use select(columns) on both first.", lambda: whole.select(["hours", "posts"]) + whole.select(["posts", "hours"]))
    says("Moments add up when their scales are the same, but 'posts' is linear in one and log1p in the other. "
         "Make both with scales={'posts': 'linear'}.", lambda: whole + Moments.of(frame, scales={"posts": "log1p"}))
    with pytest.raises(TypeError):
        whole + 1


def test_select_is_the_moments_of_those_columns():
    frame = table(100)
    some = Moments.of(frame, scales=LIKE).select(["reach", "hours"])
    alone = Moments.of(frame, ["reach", "hours"], scales={"reach": "log"})
    assert (some.columns, some.scales) == (alone.columns, alone.scales)
    np.testing.assert_allclose(some.products, alone.products, rtol=1e-12)
    says("Every column named in columns must be in the table, but 'reech' is not. Did you mean 'reach'?",
         lambda: some.select("reech"))


@pytest.mark.parametrize("convert", [lambda f: f, pl.from_pandas, pa.Table.from_pandas, lambda f: pl.from_pandas(f).lazy()])
def test_hostile_names(convert):
    Z = np.random.default_rng(6).normal(size=(50, len(HOSTILE)))
    frame = pd.DataFrame(Z, columns=HOSTILE)
    found = Moments.of(convert(frame), scales=dict.fromkeys(HOSTILE, "linear"))
    assert found.columns == tuple(HOSTILE)
    close(found, Z)
    close(Moments.of(convert(frame), HOSTILE[3:1:-1]), Z[:, [3, 2]])
    assert profile(convert(frame)).table["column"].tolist() == HOSTILE
    pd.testing.assert_frame_equal(sample(convert(frame)), frame)


def test_names_that_are_numbers_and_kinds_of_numbers():
    frame = pd.DataFrame({0: pd.array([1, None, 3, 5], dtype="Int64"), 1: pd.array([True, False, None, True], dtype="boolean"),
                          2: np.array([1, 2, 3, 4], dtype="float32"), "word": list("abcd")})
    found = Moments.of(frame)
    assert found.columns == (0, 1, 2)
    close(found, [[1, 1, 1], [5, 1, 4]])
    assert found.notes == ("2 rows of 4 were left out for missing values.", "1 is the same in every row.")
    money = pa.table({"money": pa.array([decimal.Decimal("1.10"), decimal.Decimal("2.20"), None])})
    np.testing.assert_allclose(Moments.of(money).mean, [1.65])


def test_a_column_that_never_moves_has_no_spread_at_all():
    frame = pd.DataFrame({"a": [0.1] * 3000, "b": range(3000)})
    frame.iloc[:1000] = np.nan
    found = Moments.of(frame)
    assert found.mean[0] == 0.1
    assert (found.products[:, 0] == 0).all()
    assert np.isnan(found.correlation()[0]).all()
    assert found.correlation()[1, 1] == pytest.approx(1)
    assert found.notes[1] == "'a' is the same in every row."


@pytest.mark.parametrize("ending", ["json", "parquet"])
def test_saved_moments_come_back_to_the_last_digit(tmp_path, ending):
    frame = table(500).rename(columns={"open": "offen · 開", "cost": 7})
    frame.loc[5, 7] = np.nan
    found = Moments.of(frame, scales=LIKE)
    found.save(tmp_path / f"m.{ending}")
    found.save(str(tmp_path / f"m.{ending}"))
    identical(Moments.load(tmp_path / f"m.{ending}"), found)
    assert os.listdir(tmp_path) == [f"m.{ending}"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e150, 1e150), min_size=2, max_size=6))
def test_every_float_survives_json(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("m") / "m.json"
    found = Moments.of(pd.DataFrame({"a": values}))
    found.save(path)
    identical(Moments.load(path), found)


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    found = Moments.of(table(50))
    found.save(tmp_path / "m.json")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    says(f"Moments need a file that can be written, but {str(tmp_path / 'm.json')!r} cannot: No space left on device. "
         "Name another place.", lambda: Moments.of(table(60)).save(tmp_path / "m.json"))
    assert os.listdir(tmp_path) == ["m.json"]
    identical(Moments.load(tmp_path / "m.json"), found)


def test_where_moments_can_be_kept(tmp_path, monkeypatch):
    found = Moments.of(table(50))
    says("Moments are kept as .json or .parquet, but 'm.pkl' was given. Choose one of the two endings.",
         lambda: found.save(tmp_path / "m.pkl"))
    missing = str(tmp_path / "none" / "m.json")
    says(f"Moments need a file that can be written, but {missing!r} cannot: No such file or directory. "
         "Name another place.", lambda: found.save(missing))
    says(f"Moments are read from a file, but {missing!r} cannot be read: No such file or directory. "
         "Check the folder and the spelling.", lambda: Moments.load(missing))
    odd = Moments.of(table(50).rename(columns={"cost": ("a", 1)}))
    says("Saved moments need names that are text or whole numbers, but a column is called ('a', 1). "
         "Rename it in the table first.", lambda: odd.save(tmp_path / "m.json"))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    says("Moments are kept as Parquet through PyArrow, but it is not installed. Install it: pip install pyarrow, "
         "or choose a name that ends in .json.", lambda: found.save(tmp_path / "m.parquet"))
    assert os.listdir(tmp_path) == []


def damaged(content):
    """Ways in which a saved file can be wrong."""
    for key in content:
        yield {k: v for k, v in content.items() if k != key}
        yield content | {key: None}
    yield content | {"counts": content["counts"][1:]}
    yield content | {"counts": [0, *content["counts"][1:]]}
    yield content | {"columns": ["a", "a"]}
    yield content | {"scales": ["linear", "eval"]}
    yield content | {"shift": [1.0, "x"]}
    yield content | {"means": [[1.0, float("nan")], *content["means"][1:]]}
    yield content | {"notes": [1]}
    yield content | {"format": "pickle"}
    yield [content]


def test_a_file_that_is_not_ours(tmp_path):
    path, wrong = tmp_path / "m.json", "is not one, or is damaged. Make it again: crunch.Moments.of(frame).save(path)."
    Moments.of(pd.DataFrame({"a": [1, 2, 4], "b": [1, 5, 6]})).save(path)
    content = json.loads(path.read_text())
    for bad in damaged(content):
        if isinstance(bad, dict) and "version" in bad and bad["version"] is None:
            continue
        path.write_text(json.dumps(bad))
        says(f"Moments are read from a file that Moments.save wrote, but {str(path)!r} {wrong}", lambda: Moments.load(path))
    for bad in (b"", b"\xff\xfe", b"{", b"[]"):
        path.write_bytes(bad)
        says(f"Moments are read from a file that Moments.save wrote, but {str(path)!r} {wrong}", lambda: Moments.load(path))
    path.write_text(json.dumps(content | {"version": 2}))
    says("This crunch reads version 1 of saved moments, but the file is version 2. Use the crunch that wrote it, "
         "or make it again.", lambda: Moments.load(path))
    other = tmp_path / "m.parquet"
    for write in (lambda: other.write_bytes(b"PAR1"), lambda: pq.write_table(pa.table({"a": [1]}), other)):
        write()
        says(f"Moments are read from a file that Moments.save wrote, but {str(other)!r} {wrong}", lambda: Moments.load(other))


def test_what_moments_refuse():
    frame = table(50)
    frame.loc[3, "cost"] = np.inf
    says("A column must be finite, but 'cost' holds inf. Often a division by zero: replace those cells with a missing "
         "value or drop the rows.", lambda: Moments.of(frame))
    frame = table(50)
    frame.loc[7, "posts"] = 0
    says("A log scale needs values above 0, but 'posts' goes down to 0. Use scales={'posts': 'log1p'}.",
         lambda: Moments.of(frame, scales={"posts": "log"}))
    low = frame["cost"].min()
    for scale, least in (("log", "above 0"), ("log1p", "of 0 or more")):
        says(f"A {scale} scale needs values {least}, but 'cost' goes down to {low:g}. Use scales={{'cost': 'linear'}}.",
             lambda scale=scale: Moments.of(frame, scales={"cost": scale}))
    says("scales speaks of the columns, but 'cots' is none of them. The columns are 'hours', 'posts', 'reach', 'open' "
         "and 'cost'.", lambda: Moments.of(frame, scales={"cots": "log"}))
    says("scales['cost'] must be one of 'linear', 'log' and 'log1p', but 'sqrt' was given. Choose one of these.",
         lambda: Moments.of(frame, scales={"cost": "sqrt"}))
    says("blocks must be a whole number of at least 2, but 1 was given. For example blocks=2.",
         lambda: Moments.of(frame, blocks=1))
    says("A column must hold numbers, but 'mood' holds String. Convert 'mood' first, or leave it out of columns.",
         lambda: Moments.of(frame.assign(mood="x"), ["cost", "mood"]))
    says("Moments need at least one column of numbers, but the table has none: its columns are 'mood'. "
         "Convert some to numbers first.", lambda: Moments.of(frame.assign(mood="x")[["mood"]]))
    says("Moments need at least one column, but columns is empty. Name some, or leave columns out.",
         lambda: Moments.of(frame, []))
    says("Every column named in columns must be in the table, but 'costs' is not. Did you mean 'cost'?",
         lambda: Moments.of(frame, ["costs"]))
    says("Squares must stay below 1e308, but those of 'cost' do not. Divide by a power of ten first.",
         lambda: Moments.of(frame.assign(cost=frame["cost"] * 1e170)))


def test_too_few_complete_rows():
    frame = table(50)[["hours", "cost"]]
    frame.loc[1:, "cost"] = np.nan
    says("Moments need at least 2 complete rows, but 1 row of 50 has a number in every column of 'hours' and 'cost'. "
         "Name fewer columns, or fill the missing cells.", lambda: Moments.of(frame))
    for empty in (frame[:0], pl.from_pandas(frame[:0]), pl.from_pandas(frame[:0]).lazy()):
        says("Moments need at least 2 complete rows, but 0 rows of 0 have a number in every column of 'hours' and 'cost'. "
             "Name fewer columns, or fill the missing cells.", lambda empty=empty: Moments.of(empty))


def test_what_is_no_table():
    says("A table must be a data frame, such as one of pandas, Polars, DuckDB, Dask or PySpark, or the path of Parquet "
         "files, but it was given 'ndarray'. For other files use crunch.read(path).table.",
         lambda: Moments.of(np.zeros((3, 2))))
    twice = table(50).rename(columns={"cost": "posts"})
    says("Column names must be unique, but the table has some twice: 'posts'. Rename all but one of each.",
         lambda: Moments.of(twice))


def test_jackknife_and_draws_need_blocks():
    found = Moments.of(table(50), blocks=5)
    one = Moments(found.columns, found.scales, found.shift, found.counts[:1], found.means[:1], found.products[:1])
    says("A jackknife leaves out one block after another, so it needs at least 2 blocks, but there is 1. "
         "Use crunch.Moments.of(frame, blocks=200).", one.deleted)
    says("A draw says how often each of the 5 blocks was drawn, but counts has shape (3, 4). "
         "Give an array of shape (draws, 5).", lambda: found.drawn(np.ones((3, 4))))


def test_it_shows_itself_escaped_and_stays_as_it_is():
    frame = pd.DataFrame({"<script>": [1.0, 2, 3], "b": [1, 1, 1]})
    found = Moments.of(frame)
    assert repr(found) == ("Moments of 2 columns: 3 rows in 3 blocks.\n\n  column  scale mean standard deviation\n"
                           "<script> linear    2                  1\n       b linear    1                  0\n"
                           "- 'b' is the same in every row.")
    html = found._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert html_table(found._readable()) in html
    for values in (found.shift, found.counts, found.means, found.products):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1


def test_profile_and_sample():
    frame = table(1000)
    frame.loc[3, "cost"] = np.nan
    seen = profile(frame)
    assert seen.rows == 1000
    assert seen.table["whole"].tolist() == [False, True, False, True, False]
    assert seen.table["missing"].tolist() == [0, 0, 0, 0, 1]
    np.testing.assert_array_equal(seen.table[["low", "high"]], frame.astype(float).agg(["min", "max"]).T)
    pd.testing.assert_frame_equal(sample(frame, rows=30), frame.astype(float)[::34].reset_index(drop=True))
    pd.testing.assert_frame_equal(sample(frame, "cost", rows=5000), frame[["cost"]])
    says("rows must be a whole number of at least 1, but 0 was given. For example rows=1.", lambda: sample(frame, rows=0))


def test_a_sample_runs_on_through_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 7)
    frame = pd.DataFrame({"a": np.arange(100.0)})
    for k in (1, 3, 20, 100):
        assert sample(frame, rows=-(-100 // k), total=100)["a"].tolist() == frame["a"][::k].tolist()
