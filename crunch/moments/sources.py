"""Where rows come from: tables of any engine, and Parquet files, opened without reading them."""

import os
from glob import glob
from importlib.util import find_spec
from pathlib import Path

import narwhals as nw

from crunch import checks
from crunch.errors import InputError, listing, show
from crunch.moments import chunks, grouped, parts


def opened(table):
    """A table as narwhals sees it; a path becomes a query over Parquet files that has read nothing yet.

    Parameters
    ----------
    table : frame that narwhals reads, str or Path
        A path is a Parquet file, a folder of them, or a pattern such as "sales/*.parquet".

    Returns
    -------
    narwhals.DataFrame, narwhals.LazyFrame or Dask
        In memory only the first; what was opened may be opened again.

    Raises
    ------
    InputError
        When it is no table, the path leads to no Parquet file, or neither DuckDB nor Polars can read it.
    """
    if isinstance(table, str | os.PathLike):
        return nw.from_native(_scanned(os.fspath(table)))
    if isinstance(table, parts.Dask):
        return table
    try:
        if parts.is_dask(table):
            return parts.Dask(table)
        return nw.from_native(table)
    except TypeError as error:
        raise InputError("A table must be a data frame, such as one of pandas, Polars, DuckDB, Dask or PySpark, or the "
                         f"path of Parquet files, but it was given {show(type(table).__name__)}. "
                         "For other files use crunch.read(path).table.") from error
    except nw.exceptions.DuplicateError as error:
        raise InputError("Column names must be unique, but the table has some twice: "
                         f"{listing(_repeated(table.columns))}. Rename all but one of each.") from error


def _repeated(names):
    names = list(names)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _scanned(path):
    """A query over the Parquet files of a path, by DuckDB or else Polars."""
    files = _files(path)
    engine = next((name for name in ("duckdb", "polars") if find_spec(name)), None)
    if engine is None:
        raise InputError("Parquet files are read by DuckDB or Polars, but neither is installed. "
                         "Install one: pip install duckdb")
    try:
        if engine == "duckdb":
            import duckdb

            return duckdb.connect().read_parquet(files)
        import polars

        scan = polars.scan_parquet(files, glob=False)
        scan.collect_schema()
        return scan
    except Exception as error:  # each engine has its own errors for a file that is not Parquet
        reason = str(error).splitlines()[0]
        raise InputError(f"A path must lead to Parquet files of one shape, but {show(path, 200)} cannot be read: "
                         f"{reason} For a CSV or Excel file use crunch.read(path).table.") from error


def _files(path):
    """The files of a path: itself, those below a folder, or those that fit a pattern."""
    place = Path(path)
    if place.is_file():
        return [path]
    found = place.rglob("*.parquet") if place.is_dir() else map(Path, glob(path, recursive=True))
    files = sorted(str(file) for file in found if file.is_file())
    if not files:
        raise InputError(f"A path must lead to at least one Parquet file, but {show(path, 200)} leads to none. "
                         "Check the folder and the spelling; a pattern looks like 'folder/*.parquet'.")
    return files


def numeric(frame, columns=None):
    """The named columns, all of them numbers or true/false; without names, all such columns.

    Parameters
    ----------
    frame : what `opened` gives
    columns : names, optional

    Returns
    -------
    tuple

    Raises
    ------
    InputError
        When a name is not in the table, is there twice, or holds something else.
    """
    schema = frame.collect_schema()
    fits = {name: kind.is_numeric() or kind == nw.Boolean for name, kind in schema.items()}
    if columns is None:
        columns = tuple(name for name, fit in fits.items() if fit)
        if not columns:
            raise InputError("Moments need at least one column of numbers, but the table has none: its columns are "
                             f"{listing(schema.names(), most=12)}. Convert some to numbers first.")
        return columns
    columns = checks.columns(checks.names(columns, "columns"), schema.names(), "columns")
    if not columns:
        raise InputError("Moments need at least one column, but columns is empty. Name some, or leave columns out.")
    for name in columns:
        if not fits[name]:
            raise InputError(f"A column must hold numbers, but {show(name)} holds {schema[name]}. "
                             f"Convert {show(name)} first, or leave it out of columns.")
    return columns


def reader(frame, names):
    """What reads the named columns, each engine in its own way.

    Parameters
    ----------
    frame : what `opened` gives
    names : tuple
        Numeric columns of it.

    Returns
    -------
    Rows, Parts or Grouped
        All have `head`, `gather`, `profile` and `every`.
    """
    if isinstance(frame, nw.DataFrame):
        return chunks.in_memory(frame, names)
    if isinstance(frame, parts.Dask):
        return parts.Parts(frame.native, names)
    engine, native = frame.implementation, frame.to_native()
    if engine.is_polars():
        if hasattr(native, "collect_batches"):
            return chunks.streamed(native, names)
        return _polars(native, names)
    if engine.is_duckdb():
        return _duckdb(native, names)
    if engine.is_pyspark() or engine.is_pyspark_connect():
        return _pyspark(native, names)
    # no order of rows can be asked of other engines without sorting: the named columns are fetched
    return chunks.in_memory(frame.select(*map(nw.col, names)).collect(), names)


def _polars(native, names):
    """Polars before it could hand over batches."""
    every = {name: f"c{j}" for j, name in enumerate(native.collect_schema().names())}
    lazy = nw.from_native(native.rename(every).with_row_index("row")).select(
        *(nw.col(every[name]).cast(nw.Float64).alias(f"x{j}") for j, name in enumerate(names)),
        nw.col("row").cast(nw.Int64), nw.lit(0).cast(nw.Int64).alias("part"))
    return grouped.Grouped(lazy, len(names), lambda query: query.collect().rows())


def _pyspark(native, names):
    from pyspark.sql import functions as spark

    available, places = native.columns, [f"c{j}" for j in range(len(native.columns))]
    number = spark.monotonically_increasing_id()  # the partition in the upper bits, the row within it in the lower 33
    lazy = nw.from_native(native.toDF(*places).select(
        *(spark.col(places[available.index(name)]).cast("double").alias(f"x{j}") for j, name in enumerate(names)),
        spark.shiftright(number, 33).alias("part"), number.bitwiseAND(spark.lit((1 << 33) - 1)).alias("row")))
    return grouped.Grouped(lazy, len(names), lambda query: list(map(tuple, query.collect())), scaled=_spark_scales)


def _spark_scales(lazy, scales):
    """As `on_scales`, by Spark's own logarithms: a query made of them takes a fourth of the time."""
    from pyspark.sql import functions as spark

    own = {"linear": lambda x: x, "log": lambda x: spark.when(x > 0, spark.log(x)).otherwise(float("nan")),
           "log1p": lambda x: spark.when(x >= 0, spark.log1p(x)).otherwise(float("nan"))}
    return nw.from_native(lazy.to_native().select(
        "*", *(own[scale](spark.col(f"x{j}")).alias(f"z{j}") for j, scale in enumerate(scales))))


def _duckdb(native, names):
    from duckdb import ColumnExpression, ConstantExpression

    numbers = [ColumnExpression(name).cast("DOUBLE").alias(f"x{j}") for j, name in enumerate(names)]
    total, row = _duckdb_rows(native)
    lazy = nw.from_native(native.select(*numbers, row.alias("row"), ConstantExpression(0).cast("BIGINT").alias("part")))
    return grouped.Grouped(lazy, len(names), lambda query: query.fetchall(), total)


def _duckdb_rows(native):
    """Rows in all, known when the relation is nothing but Parquet files, and the number of a row.

    DuckDB numbers the rows of a Parquet file for nothing, while `row_number()` keeps the scan on one core.
    """
    import duckdb

    counting = None, duckdb.SQLExpression("row_number() OVER () - 1")
    own = {"file_index", "file_row_number"}
    if own & {name.lower() for name in native.columns}:
        return counting
    try:
        files = native.select(duckdb.ColumnExpression("file_index").alias("f"),
                              duckdb.ColumnExpression("file_row_number").alias("r"))
        found = files.aggregate("f, max(r) + 1, count(*)").fetchall()
    except duckdb.Error:
        return counting
    if any(rows != kept for _, rows, kept in found):  # a filter left gaps, which would leave blocks empty
        return counting
    counts = {file: rows for file, rows, _ in found}
    before, starts = 0, []
    for file in range(max(counts, default=-1) + 1):
        starts.append(before)
        before += counts.get(file, 0)
    # whole numbers of our own making; nothing of the table's is in this text
    return before, duckdb.SQLExpression(f"list_extract({starts}::BIGINT[], (file_index + 1)::BIGINT) + file_row_number")
