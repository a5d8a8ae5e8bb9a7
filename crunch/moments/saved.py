"""Moments on disk: JSON or Parquet, never code; written whole or not at all."""

import json
import os
import secrets
from pathlib import Path

import numpy as np

from crunch.errors import InputError, show
from crunch.moments.pieces import SCALES

FORMAT, VERSION = "crunch moments", 1


def save(moments, path):
    """Write moments to a file, every digit kept.

    Parameters
    ----------
    moments : Moments
    path : str or Path
        Ends in .json or .parquet; an existing file is replaced in one step.

    Raises
    ------
    InputError
        When the ending is another one, PyArrow is needed and missing, a name is neither text nor a whole
        number, or the file cannot be written.
    """
    path, kind = _place(path)
    for name in moments.columns:
        if isinstance(name, bool) or not isinstance(name, str | int):
            raise InputError(f"Saved moments need names that are text or whole numbers, but a column is called "
                             f"{show(name)}. Rename it in the table first.")
    waiting = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            (_write_json if kind == ".json" else _write_parquet)(moments, waiting)
            os.replace(waiting, path)
        finally:
            waiting.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"Moments need a file that can be written, but {show(str(path), 200)} cannot: "
                         f"{error.strerror}. Name another place.") from error


def load(path):
    """The fields of moments that `save` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict

    Raises
    ------
    InputError
        When there is no such file, or it is not one that `save` wrote.
    """
    path, kind = _place(path)
    try:
        head, blocks = (_read_json if kind == ".json" else _read_parquet)(path)
        return _fields(head, *blocks)
    except OSError as error:
        raise InputError(f"Moments are read from a file, but {show(str(path), 200)} cannot be read: "
                         f"{error.strerror or 'it is damaged'}. Check the folder and the spelling.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"Moments are read from a file that Moments.save wrote, but {show(str(path), 200)} is not "
                         "one, or is damaged. Make it again: crunch.Moments.of(frame).save(path).") from error


def _place(path):
    path = Path(path)
    if path.suffix.lower() not in (".json", ".parquet"):
        raise InputError(f"Moments are kept as .json or .parquet, but {show(path.name, 200)} was given. "
                         "Choose one of the two endings.")
    return path, path.suffix.lower()


def _head(moments):
    return {"format": FORMAT, "version": VERSION, "columns": list(moments.columns),
            "scales": [moments.scales[name] for name in moments.columns], "shift": moments.shift.tolist(),
            "skipped": moments.skipped, "notes": list(moments.notes)}


def _triangles(products):
    """The upper triangle of each matrix, row by row, shape (B, q(q+1)/2)."""
    return products[(slice(None), *np.triu_indices(products.shape[1]))]


def _write_json(moments, path):
    content = _head(moments) | {"counts": moments.counts.tolist(), "means": moments.means.tolist(),
                                "products": _triangles(moments.products).tolist()}
    path.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")


def _read_json(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    _ours(content)
    return content, (content["counts"], content["means"], content["products"])


def _arrow():
    try:
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise InputError("Moments are kept as Parquet through PyArrow, but it is not installed. "
                         "Install it: pip install pyarrow, or choose a name that ends in .json.") from error
    return parquet


def _write_parquet(moments, path):
    parquet = _arrow()
    import pyarrow as pa

    many = pa.list_(pa.float64())
    table = pa.table({"count": pa.array(moments.counts.tolist(), pa.int64()),
                      "means": pa.array(moments.means.tolist(), many),
                      "products": pa.array(_triangles(moments.products).tolist(), many)})
    parquet.write_table(table.replace_schema_metadata({"crunch": json.dumps(_head(moments), allow_nan=False)}), path)


def _read_parquet(path):
    table = _arrow().ParquetFile(path).read()
    content = json.loads((table.schema.metadata or {})[b"crunch"])
    _ours(content)
    return content, tuple(table.column(name).to_pylist() for name in ("count", "means", "products"))


def _ours(content):
    if content["format"] != FORMAT:
        raise ValueError("another format")
    if content["version"] != VERSION:
        raise InputError(f"This crunch reads version {VERSION} of saved moments, but the file is version "
                         f"{show(content['version'])}. Use the crunch that wrote it, or make it again.")


def _fields(head, counts, means, flat):
    """The fields, each of the shape and range it must have; a ValueError otherwise."""
    columns = head["columns"]
    q, b = len(columns), len(counts)
    upper = np.triu_indices(q)
    shift, means, flat = np.array(head["shift"], float), np.array(means, float), np.array(flat, float)
    whole = all(isinstance(n, int) and n > 0 for n in counts) and isinstance(head["skipped"], int)
    fits = (shift.shape == (q,) and means.shape == (b, q) and flat.shape == (b, len(upper[0])) and b > 0 and q > 0
            and all(np.isfinite(values).all() for values in (shift, means, flat)))
    named = all(isinstance(name, str | int) for name in columns) and len(set(columns)) == q
    scaled = len(head["scales"]) == q and set(head["scales"]) <= set(SCALES)
    if not (whole and fits and named and scaled and all(isinstance(note, str) for note in head["notes"])):
        raise ValueError("not as written")
    products = np.empty((b, q, q))
    products[:, upper[0], upper[1]] = flat
    products[:, upper[1], upper[0]] = flat
    return {"columns": tuple(columns), "scales": dict(zip(columns, head["scales"], strict=True)), "shift": shift,
            "counts": counts, "means": means, "products": products, "notes": tuple(head["notes"]),
            "skipped": head["skipped"]}
