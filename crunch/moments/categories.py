"""Columns of categories in a table that is not in memory: one column of 0 and 1 for each value but the first."""

import narwhals as nw

from crunch.errors import InputError, counted, show
from crunch.moments import parts

MOST = 50  # values beyond which a column looks like a label


def with_indicators(source, names):
    """The table with indicator columns for its categories.

    A row without a category has no indicators either, and so is incomplete.

    Parameters
    ----------
    source : what `crunch.moments.sources.opened` gives
    names : names of columns of text, or of any other values that name a category

    Returns
    -------
    source
        With more columns.
    added : dict
        Name to the names of its indicators.

    Raises
    ------
    InputError
        When a column has more than 50 values.
    """
    added = {}
    for name in names:
        values = sorted(_values(source, name), key=str)
        if len(values) > MOST:
            raise InputError(f"Categories must group rows, but {show(name)} has at least {counted(MOST + 1, 'value')}. "
                             "It looks like a label: leave it out of the context, or make it coarser.")
        taken = {str(column) for column in source.collect_schema()}
        labels = {f"{name} = {value}": value for value in values[1:]}
        for label in taken & set(labels):
            raise InputError(f"The indicator of {show(name)} would be called {show(label)}, which the table has "
                             "already. Rename that column.")
        source = _compared(source, name, labels) if labels else source
        added[name] = tuple(labels)
    return source, added


def _values(source, name):
    """Distinct values, missing ones aside; one more than allowed at most."""
    if isinstance(source, parts.Dask):
        return source.native[name].dropna().unique().head(MOST + 1, npartitions=-1, compute=True).tolist()
    if source.implementation.is_pyspark() or source.implementation.is_pyspark_connect():
        column = _spark_column(source.to_native(), name)
        rows = source.to_native().select(column.alias("value")).dropna().distinct().limit(MOST + 1).collect()
        return [row["value"] for row in rows]
    values = source.select(nw.col(name)).drop_nulls().unique().head(MOST + 1).collect()
    return values[name].to_list()


def _compared(source, name, labels):
    """The table with a column for each label that says where the category is this value."""
    if isinstance(source, parts.Dask):
        column = source.native[name]
        return parts.Dask(source.native.assign(**{
            label: (column == value).astype(float).where(column.notnull()) for label, value in labels.items()}))
    if source.implementation.is_pyspark() or source.implementation.is_pyspark_connect():
        native = source.to_native()
        column = _spark_column(native, name)
        return nw.from_native(native.select("*", *((column == value).cast("double").alias(label)
                                                   for label, value in labels.items())))
    return source.with_columns(**{label: (nw.col(name) == nw.lit(value)).cast(nw.Float64)
                                  for label, value in labels.items()})


def _spark_column(native, name):
    """A column by its whole name: Spark reads a dot as a step into a structure."""
    quoted = name.replace("`", "``")
    return native[f"`{quoted}`"]
