"""A picture to new files, as a panel's button does it."""

from crunch.publish.render import About, rendered, wanted
from crunch.publish.writing import numbered, safe_name


def save(figure, name, *, formats=("png",), folder="charts", dpi=200):
    """Write a figure to new files.

    Parameters
    ----------
    figure : Figure
    name : str
        What the files are called; letters that file systems dislike become hyphens.
    formats : sequence of str
        "png", "svg" (with real text) and "pdf".
    folder : str or Path
        Made when it is not there.
    dpi : float
        Pixels an inch, of PNG.

    Returns
    -------
    list of Path
        One a format. A name that is taken gets a number: nothing is overwritten.

    Raises
    ------
    InputError
        When there is no such format, or the folder cannot be written to.
    """
    about = About(alt=getattr(figure, "alt", ""), title=getattr(figure, "title", ""))
    return numbered(folder, safe_name(name), {kind: rendered(figure, kind, dpi if kind == "png" else 100, about)
                                              for kind in wanted(formats)})
