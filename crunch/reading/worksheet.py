"""One sheet of a workbook, as calamine reads it."""

from datetime import date, datetime

from crunch.reading import extent


def read(path, sheet):
    """One sheet; calamine has kinds of errors of its own, and ends the process when there is not enough memory.

    Parameters
    ----------
    path : Path
    sheet : str, int or None
        Its name, or its number from 0; None for the first.

    Returns
    -------
    name : str or None
        None when there is no such sheet.
    names : list of str
    rows : list of (int, tuple)
        Each row with its number from 1; those without anything have no cells.

    Raises
    ------
    InputError
        When the cells of an Excel sheet are far apart.
    """
    from python_calamine import SheetTypeEnum, load_workbook

    with path.open("rb") as file:  # told by its content: a path would be believed its ending
        book = load_workbook(file)
    names = [known.name for known in book.sheets_metadata if known.typ == SheetTypeEnum.WorkSheet]
    name = names[0] if sheet is None else sheet
    if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < len(names):
        name = names[name]
    if name not in names:
        return None, names, []
    extent.check_sheet(path, name)
    cells = book.get_sheet_by_name(name)
    if cells.start is None:  # of a sheet without any cell older versions cannot give the rows
        return name, names, []
    left = ("",) * cells.start[1]  # columns are counted from A
    return name, names, [(line, (*left, *map(_as_held, row)) if any(cell != "" for cell in row) else ())
                         for line, row in enumerate(cells.iter_rows(), 1)]


def _as_held(cell):
    """A whole number as one, and a day as the moment it begins, as other readers of workbooks have them."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)
    return cell
