"""The same moments from every engine: real DuckDB, Polars streaming, a Dask cluster of processes, a Spark session."""

import os
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crunch import InputError, Study, drivers, importance
from crunch.moments import Moments, sources
from crunch.moments.grouped import RUN
from crunch.moments.profile import profile, sample

duckdb = pytest.importorskip("duckdb")

pytestmark = [
    pytest.mark.engine,
    pytest.mark.xdist_group("engines"),  # one cluster and one JVM for all of these tests
    # What the engines do among themselves, none of it asked for by crunch:
    # Spark warns of pandas 3 wherever it meets it, Dask still calls pandas with inplace=,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index is deprecated"),
    # and a JVM or a worker that stops leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

HOSTILE = ['a"b', "x; drop table", "a.b", "x0", "z0", "row", "part", "block", "^c.*$", "`b`", "file_row_number"]
SCALES = {"x; drop table": "log1p", "x0": "log", "z0": "log1p"}


def table(rows=5000, seed=0):
    """Large offsets, tiny and large units, counts, switches and gaps, under names that break careless queries."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(rows, len(HOSTILE)))
    frame = pd.DataFrame(Z, columns=HOSTILE)
    frame['a"b'] += 1e9
    frame["x; drop table"] = rng.poisson(3, rows)
    frame["a.b"] = rng.random(rows) < 0.3
    frame["x0"] = np.exp(frame["x0"]) * 1e-8
    frame["z0"] = np.exp(frame["z0"]) * 1e-8
    frame["row"] = 1e8 * (frame["row"] + Z[:, 0])
    frame.loc[rng.random(rows) < 0.02, "part"] = np.nan
    frame.loc[rng.random(rows) < 0.02, "block"] = np.nan
    frame["word"] = "x"
    return frame


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with (distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
                                   host="127.0.0.1") as workers, distributed.Client(workers) as client):
        # dask's own reading of pandas is not on trial on the workers either
        client.run(warnings.filterwarnings, "ignore", "The inplace keyword")
        yield client


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1", "spark.ui.showConsoleProgress": "false",
                "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "spark.sql.execution.arrow.pyspark.enabled": "true"}
    builder = sql.SparkSession.builder.master("local[2]").appName("crunch")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


class Engines:
    """One table in every engine, under the names of the tests below."""

    def __init__(self, request, folder):
        self.request, self.folder = request, folder

    def parquet(self, frame):
        thirds = np.array_split(np.arange(len(frame)), 3)
        for k, rows in enumerate(thirds):
            frame.iloc[rows].to_parquet(self.folder / f"part {k}.parquet", row_group_size=500)
        return str(self.folder / "*.parquet")

    def duckdb_query(self, frame):
        return duckdb.connect().read_parquet(self.parquet(frame)).filter("1 = 1")

    def duckdb_table(self, frame):
        connection = duckdb.connect()
        connection.register("given", frame)
        connection.execute("CREATE TABLE kept AS SELECT * FROM given")
        return connection.table("kept")

    def polars_lazy(self, frame):
        return pl.from_pandas(frame).lazy()

    def polars_scan(self, frame):
        return pl.scan_parquet(self.parquet(frame))

    def dask(self, frame):
        self.request.getfixturevalue("cluster")
        import dask.dataframe as dd

        return dd.from_pandas(frame, npartitions=5)

    def pyspark(self, frame):
        return self.request.getfixturevalue("spark").createDataFrame(frame)


NAMES = [name for name in vars(Engines) if not name.startswith("_")]


@pytest.fixture
def engines(request, tmp_path):
    return Engines(request, tmp_path)


def agree(found, expected, rtol=1e-10):
    """Equal to rtol of the standard deviations."""
    assert (found.columns, found.scales, found.rows, found.skipped) == (
        expected.columns, expected.scales, expected.rows, expected.skipped)
    assert found.notes == expected.notes
    spread = np.sqrt(np.diag(expected.covariance()))
    spread[spread == 0] = 1
    assert np.abs((found.covariance() - expected.covariance()) / np.outer(spread, spread)).max() < rtol
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-12, atol=1e-12 * spread.min())


def sentence(call):
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("engine", NAMES)
def test_every_engine_gives_the_moments_of_pandas(engines, engine):
    frame = table()
    found, expected = Moments.of(getattr(engines, engine)(frame), scales=SCALES), Moments.of(frame, scales=SCALES)
    agree(found, expected)
    assert len(found.counts) == 200
    assert found.counts.max() <= 3 * found.counts.min()
    if engine.startswith("polars"):  # so short a table is held whole, and its blocks are those of pandas
        np.testing.assert_array_equal(found.counts, expected.counts)
        np.testing.assert_allclose(found.shift + found.means, expected.shift + expected.means, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("engine", NAMES)
def test_every_engine_answers_importance_and_drivers(engines, engine):
    """The call a user makes, categories and all, against the same call on the rows in memory."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"re.ach": np.exp(6 + rng.normal(size=4000)), "posts": rng.poisson(20, 4000),
                          "pl`ace": rng.choice(["a", "b'", "c"], 4000)})
    frame["score"] = 2 * np.log(frame["re.ach"]) + frame["posts"] / 10 + (frame["pl`ace"] == "a") + rng.normal(size=4000)
    roles = {"score": "score", "levers": ["re.ach", "posts"], "context": "pl`ace"}
    given = getattr(engines, engine)(frame)
    rows, sums = drivers(Study(frame, **roles), draws=0), drivers(Study(given, **roles))
    a, b = (answer.table.set_index("lever")[["effect", "share"]] for answer in (rows, sums))
    np.testing.assert_allclose(b.loc[a.index], a, rtol=1e-8)
    assert sums.explained == pytest.approx(rows.explained, abs=1e-10)
    shares = [importance(table, "score").table.set_index("lever")["share"]
              for table in (Moments.of(given), frame.drop(columns="pl`ace"))]
    np.testing.assert_allclose(shares[0][shares[1].index], shares[1], rtol=0, atol=1e-10)


@pytest.mark.parametrize("engine", NAMES)
def test_every_engine_refuses_the_same(engines, engine):
    frame = table(60)[["x0", "row", "word"]]
    frame["count"] = [0, *range(59)]
    wide = getattr(engines, engine)(frame)
    low = frame["row"].min()
    assert sentence(lambda: Moments.of(wide, scales={"row": "log1p"})) == (
        f"A log1p scale needs values of 0 or more, but 'row' goes down to {low:g}. Use scales={{'row': 'linear'}}.")
    assert sentence(lambda: Moments.of(wide, scales={"count": "log"})) == (
        "A log scale needs values above 0, but 'count' goes down to 0. Use scales={'count': 'log1p'}.")
    assert sentence(lambda: Moments.of(wide, ["x0", "word"])) == (
        "A column must hold numbers, but 'word' holds String. Convert 'word' first, or leave it out of columns.")
    assert sentence(lambda: Moments.of(wide, "rows")) == (
        "Every column named in columns must be in the table, but 'rows' is not. Did you mean 'row'?")


@pytest.mark.parametrize("engine", NAMES)
def test_every_engine_finds_infinities_and_holes(engines, engine):
    frame = table(60)[["x0", "part"]]
    frame.loc[50, "x0"] = -np.inf
    assert sentence(lambda: Moments.of(getattr(engines, engine)(frame))) == (
        "A column must be finite, but 'x0' holds -inf. Often a division by zero: replace those cells with a missing "
        "value or drop the rows.")
    frame["part"] = np.where(np.arange(60) == 7, 1.0, np.nan)
    assert sentence(lambda: Moments.of(getattr(engines, engine)(frame))) == (
        "Moments need at least 2 complete rows, but 1 row of 60 has a number in every column of 'x0' and 'part'. "
        "Name fewer columns, or fill the missing cells.")


@pytest.mark.parametrize("engine", NAMES)
def test_first_rows_that_cannot_tell_where_a_column_lies(engines, engine):
    """The first 1000 cells are missing, so sums begin about 0: without a second pass all digits of noise are lost."""
    frame = pd.DataFrame({"a": 1e9 + np.random.default_rng(1).normal(size=3000), "b": np.arange(3000.0), "c": 0.1})
    frame.loc[:1200, ["a", "c"]] = np.nan
    found = Moments.of(getattr(engines, engine)(frame))
    agree(found, Moments.of(frame), 1e-12)
    assert found.notes[1] == "'c' is the same in every row."


@pytest.mark.parametrize("engine", NAMES)
def test_every_engine_profiles_and_samples_alike(engines, engine):
    frame = table(4000).drop(columns="word")
    given = getattr(engines, engine)(frame)
    seen, expected = profile(given), profile(frame)
    assert seen.rows == 4000
    pd.testing.assert_frame_equal(seen.table, expected.table, check_exact=True, check_dtype=False)
    found = sample(given, rows=400, total=4000)
    assert list(found.columns) == list(frame.columns)
    assert 395 <= len(found) <= 405
    numbers = frame.astype(float)
    # each sampled row is a row of the table, and they lie evenly in it
    places = np.sort(pd.Index(numbers["row"]).get_indexer(found["row"]))
    assert (places >= 0).all()
    assert np.diff(places).max() <= 20
    np.testing.assert_array_equal(found.sort_values("row"), numbers.iloc[places].sort_values("row"))
    if engine not in ("dask", "pyspark"):
        pd.testing.assert_frame_equal(found, numbers[::10].reset_index(drop=True))


def test_runs_are_dealt_when_the_length_is_unknown():
    """A long DuckDB table is read once: block k holds runs of 1000 rows, and blocks are even."""
    rows = 900 * RUN
    relation = duckdb.connect().sql(f"SELECT i::DOUBLE AS a, sin(i) AS b FROM range({rows}) t(i)")
    found = Moments.of(relation)
    i = np.arange(rows, dtype=float)
    agree(found, Moments.of(pd.DataFrame({"a": i, "b": np.sin(i)})))
    assert len(found.counts) == 200
    assert found.counts.max() <= 1.6 * found.counts.min()


def test_a_path_reads_parquet_files_in_order(engines):
    """Three files and their row groups are one table: blocks are stretches of it, as they are in memory."""
    frame = table(1000).drop(columns="file_row_number")
    pattern = engines.parquet(frame)
    expected = Moments.of(frame)
    for path in (pattern, engines.folder, str(engines.folder), duckdb.connect().read_parquet(pattern)):
        found = Moments.of(path)
        agree(found, expected)
        np.testing.assert_array_equal(found.counts, expected.counts)
        np.testing.assert_allclose(found.means, expected.means, rtol=1e-9, atol=1e-9)
    one = Moments.of(engines.folder / "part 0.parquet")
    np.testing.assert_array_equal(one.counts, Moments.of(frame[:334]).counts)


def test_blocks_fill_up_also_when_a_filter_leaves_the_last_rows(engines):
    frame = table(5000).drop(columns="file_row_number").assign(place=np.arange(5000))
    relation = duckdb.connect().read_parquet(engines.parquet(frame)).filter("place >= 4000")
    agree(Moments.of(relation), Moments.of(frame[4000:]))
    found = Moments.of(relation, "place")
    assert len(found.counts) == 200
    assert found.counts.max() <= 3 * found.counts.min()


def test_a_path_without_duckdb_goes_to_polars(engines, monkeypatch):
    frame = table(1000)
    pattern = engines.parquet(frame)
    monkeypatch.setattr(sources, "find_spec", lambda name: name == "polars" or None)
    assert sources.opened(pattern).implementation.is_polars()
    agree(Moments.of(pattern), Moments.of(frame))
    monkeypatch.setattr(sources, "find_spec", lambda name: None)
    assert sentence(lambda: Moments.of(pattern)) == (
        "Parquet files are read by DuckDB or Polars, but neither is installed. Install one: pip install duckdb")


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_path_that_leads_nowhere(tmp_path, monkeypatch, engine):
    monkeypatch.setattr(sources, "find_spec", lambda name: name == engine or None)
    for path in (str(tmp_path / "*.parquet"), tmp_path, tmp_path / "none.parquet"):
        assert sentence(lambda path=path: Moments.of(path)) == (
            f"A path must lead to at least one Parquet file, but {str(path)!r} leads to none. Check the folder and the "
            "spelling; a pattern looks like 'folder/*.parquet'.")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    said = sentence(lambda: Moments.of(tmp_path / "table.csv"))
    assert said.startswith(f"A path must lead to Parquet files of one shape, but {str(tmp_path / 'table.csv')!r} cannot "
                           "be read: ")
    assert said.endswith(" For a CSV or Excel file use crunch.read(path).table.")


def test_a_name_with_brackets_is_a_file_not_a_pattern(tmp_path):
    frame = table(100)
    frame.to_parquet(tmp_path / "a[1].parquet")
    agree(Moments.of(tmp_path / "a[1].parquet"), Moments.of(frame))
    agree(Moments.of(tmp_path), Moments.of(frame))


def test_dask_reads_parquet_where_it_lies(engines, cluster):
    import dask.dataframe as dd

    frame = table(1000).drop(columns="word")
    agree(Moments.of(dd.read_parquet(engines.parquet(frame)), scales=SCALES), Moments.of(frame, scales=SCALES))


def test_an_engine_without_an_order_is_fetched():
    """SQLFrame stands for the engines that narwhals reads and crunch has no route for."""
    class Lazy:
        implementation = type("None", (), dict.fromkeys(
            ["is_polars", "is_duckdb", "is_pyspark", "is_pyspark_connect"], lambda self: False))()

        def __init__(self, lazy):
            self.lazy = lazy

        def to_native(self):
            return self.lazy

        def select(self, *columns):
            return self.lazy.select(*columns)

    import narwhals as nw

    frame = table(50)[["x0", "row"]]
    source = sources.reader(Lazy(nw.from_native(pl.from_pandas(frame).lazy())), ("row", "x0"))
    np.testing.assert_array_equal(source.head(50), frame[["row", "x0"]])
