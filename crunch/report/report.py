"""All answers about one study, asked unattended, in one HTML page that needs nothing but itself."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matplotlib import pyplot as plt

from crunch import datasets
from crunch.charts import looks
from crunch.effects.effects import effects
from crunch.pages import page
from crunch.publish.render import About, rendered
from crunch.publish.spreadsheet import csv
from crunch.publish.subject import subject
from crunch.questions.drivers.drivers import drivers
from crunch.questions.side_effects.side_effects import side_effects
from crunch.questions.stuck.stuck import stuck
from crunch.report.folder import PAGE, usable, write
from crunch.results import Answer
from crunch.wording import level_text, number

_DPI = 200  # dots an inch: twice the pixels of the page, for sharp screens


@dataclass(frozen=True)
class Section:
    """One question of the report: what is asked, and how it is answered.

    Attributes
    ----------
    name : str
        Of the files, and of the place in the page.
    question : str
    ask : callable
        From a study and rng to an answer.
    can : callable
        From a study to whether the question can be asked of it.
    beside : callable
        From the answer to further answers, under a heading each, as a dict.
    """

    name: str
    question: str
    ask: Callable
    can: Callable = lambda study: True
    beside: Callable = lambda answer: {}

    @property
    def files(self):
        """The files beside the page, relative to its folder."""
        return f"charts/{self.name}.png", f"charts/{self.name}.svg", f"{self.name}.csv"


# In the order of the page. A new question is a new line.
SECTIONS = (
    Section("stuck", "Why is it stuck, and how far is the next point?", lambda study, rng: stuck(study, rng=rng),
            can=lambda study: study.step is not None and study.moments is None,
            beside=lambda answer: {"Why it stands": answer.why}),
    Section("drivers", "Which inputs actually move it?", lambda study, rng: drivers(study, rng=rng)),
    Section("side_effects", "What else moves when I pull a lever?", lambda study, rng: side_effects(study, rng=rng),
            can=lambda study: _has_side_effects(study)),
)


def _has_side_effects(study):
    """Whether there is anything beside the score of which something can be said."""
    return bool(study.side_effects) and study.moments is None and len(effects(study).outcomes) > 1


def report(study, folder, *, rng=None, progress=None, source="", title=None):
    """Answer every question about a study and write the answers as one HTML page.

    The page holds its charts and needs no other file and no network. Beside it lie the charts, as
    ``charts/*.png`` and ``charts/*.svg``, and the tables, as ``*.csv``. The same study gives the same
    bytes. A file that crunch did not write is never overwritten.

    Parameters
    ----------
    study : Study
    folder : str or Path
        Made when it does not exist.
    rng : None, int or numpy.random.Generator
        Seed of what is random; None is a fixed seed.
    progress : callable, optional
        Called as ``progress(number, total, question, answer)`` before each question, with None for
        the answer, and after it.
    source : str, Entry or Answer
        Where the table comes from: in words, as an entry of `crunch.catalogue`, or as `crunch.read`
        returned it.
    title : str, optional

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        When the folder cannot be written to, or holds a file of somebody else under a name needed.

    Examples
    --------
    >>> import tempfile
    >>> from crunch.datasets import study
    >>> from crunch.report.report import report
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = report(study("accounts"), folder)
    ...     page.name, "Which inputs actually move it?" in page.read_text(encoding="utf-8")
    ('index.html', True)
    """
    sections = [section for section in SECTIONS if section.can(study)]
    names = [PAGE, *(name for section in sections for name in section.files)]
    folder = usable(Path(folder).expanduser(), names)
    asked, written = [], {}
    for place, section in enumerate(sections, 1):
        tell = progress or (lambda *_: None)
        tell(place, len(sections), section.question, None)
        answer = section.ask(study, rng)
        tell(place, len(sections), section.question, answer)
        picture = _picture(answer)
        asked.append({"section": section, "answer": answer, "picture": picture})
        written |= dict(zip(section.files, (picture.png, picture.svg, csv(answer.table)), strict=True))
    page = _page(study, asked, source, title, names[1:])
    write(folder, {PAGE: page, **written})
    return folder / PAGE


def _page(study, asked, source, title, names):
    """The page as bytes."""
    entry = source if isinstance(source, datasets.Entry) else None
    return page(
        "report.html", title=title or f"Report on {study.score}", study=study, roles=_roles(study, entry), asked=asked,
        entry=entry, truth=_truth(entry) if entry and entry.simulated else None, names=names,
        reading=source if isinstance(source, Answer) else None, source=source if isinstance(source, str) else "",
        level=level_text(asked[0]["answer"].level))


def _roles(study, entry):
    """The roles with what each column means, where that is known."""
    table = study.roles()
    table["scale"] = table["scale"].replace("log1p", "log, from 1 + value")
    table = table.rename(columns={"reason": "why this scale"})
    if entry:
        told = {name: f"{meaning} ({unit})" if unit else meaning for name, unit, meaning in entry.columns}
        table.insert(2, "meaning", [told.get(name, "") for name in table["column"]])
    return table


def _truth(entry):
    """What is true in a simulated table: lever, change and points of score."""
    scales = datasets.study(entry.name).scales
    return [(name, scales[name].change, number(float(value), 3, sign=True)) for name, value in entry.truth.items()]


@dataclass(frozen=True)
class _Picture:
    """A chart as bytes, with its size in CSS pixels and what its font could not draw."""

    alt: str
    png: bytes
    svg: bytes
    dark: bytes
    width: int
    height: int
    lacks_letters: bool

    @property
    def address(self):
        return _inside(self.png)

    @property
    def night(self):
        return _inside(self.dark)


def _inside(png):
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _picture(answer):
    """The chart of one answer. Its figure is closed, so that a notebook does not show it as well."""
    figure = subject(answer).figure
    with looks.dark():
        night = figure.again().figure
    plt.close(night)
    about = About(figure.title, figure.alt, figure.description)
    png, svg = rendered(figure, "png", _DPI, about), rendered(figure, "svg", _DPI / 2, about)
    width, height = (round(100 * inches) for inches in figure.get_size_inches())
    return _Picture(figure.alt, png, svg, night.png(_DPI), width, height, bool(figure.missing))
