"""One sheet of a workbook that anybody may have made: read, or refused in one sentence."""

from crunch.errors import InputError
from crunch.reading import apart, extent, worksheet


class BrokenWorkbookError(Exception):
    """The file is no workbook, or a broken one."""


def sheet_rows(path, wanted):
    """The rows of one sheet.

    Parameters
    ----------
    path : Path
    wanted : str, int or None

    Returns
    -------
    name, names, rows
        As from `crunch.reading.worksheet.read`.

    Raises
    ------
    InputError
        When reading it would take far more memory than what it holds.
    BrokenWorkbookError
    """
    try:
        extent.check_file(path)
        return apart.read(path, wanted) if apart.needed(path) else worksheet.read(path, wanted)
    except (InputError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of calamine is no Exception
        raise BrokenWorkbookError from error
