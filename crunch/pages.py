"""HTML pages from the templates of crunch: whatever comes from tables is escaped."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from crunch import __version__


def page(name, **values):
    """A page as bytes.

    Parameters
    ----------
    name : str
        Of a file in crunch/templates.
    **values
        What the template asks for, besides `version`.

    Returns
    -------
    bytes
    """
    # A lone surrogate, left over from a broken export, is no character and cannot be written.
    return _template(name).render(version=__version__, **values).encode("utf-8", "replace")


@cache
def _template(name):
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("crunch").joinpath("templates", name).read_text(encoding="utf-8"))
