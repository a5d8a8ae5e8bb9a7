"""A table as CSV that no spreadsheet takes for formulas."""

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet starts to calculate at


def csv(table):
    """The tidy table as the bytes of a CSV file.

    Text that a spreadsheet would take for a formula gets an apostrophe before it, as the Open Worldwide
    Application Security Project advises against CSV injection; numbers stay as they are, at full precision.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    bytes
        UTF-8 with a byte-order mark, by which a spreadsheet knows that it is.

    Examples
    --------
    >>> import pandas as pd
    >>> csv(pd.DataFrame({"lever": ["=1+1"], "effect": [-0.5]})).decode("utf-8-sig")
    "lever,effect\\n'=1+1,-0.5\\n"
    """
    harmless = table.rename(columns=_harmless).map(_harmless)
    return b"\xef\xbb\xbf" + harmless.to_csv(index=False, lineterminator="\n").encode("utf-8", "replace")


def _harmless(cell):
    if not isinstance(cell, str):
        return cell
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")  # a lone return would end the row unquoted
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
