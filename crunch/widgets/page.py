"""A panel as a page that needs no kernel: its pictures drawn ahead over a grid of values."""

import json
import math
from base64 import b64encode
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import jinja2
import numpy as np
from PIL import Image

from crunch import __version__
from crunch.charts.picture import squeezed
from crunch.errors import InputError, listing, show
from crunch.progress import bar
from crunch.widgets.panel import Panel
from crunch.widgets.png import changed

_HERE = Path(__file__).parent
_FRAMES = 240  # pictures drawn ahead
_MOST = 2_000_000  # bytes of a page
_TRIED = 12  # pictures from which the size of the others is guessed
_LEAST = 3  # positions of a slider that is varied


def to_html(panel, path=None, *, vary=None):
    """Turn a panel into a page with sliders that work without a kernel, for a blog or an e-mail.

    Pictures are drawn ahead, at the positions that there is room for; a slider shows the nearest. Controls
    that are not varied stay where the panel has them, and the page says so.

    Parameters
    ----------
    panel : Panel
    path : str or Path, optional
        Where to write the page. A file that is there is not overwritten.
    vary : names, optional
        Controls that can be moved, by default the first two.

    Returns
    -------
    str
        The page: one file under 2 MB that asks no other address.

    Raises
    ------
    InputError
        When there is no such control, too many are to be varied, or the file is there already.

    Examples
    --------
    >>> from crunch import widgets
    >>> def line(ax, slope=1.0):
    ...     ax.axline((0, 0), slope=slope)
    >>> panel = widgets.explore(line, slope=(0, 2, 0.5))
    >>> widgets.to_html(panel).count("<script")
    2
    >>> panel.close()
    """
    names = _varied(panel, vary)
    if path is not None and Path(path).exists():
        raise _taken(path)  # before all is drawn for nothing
    most = _affordable(panel, names)
    while True:
        page = _page(panel, names, most) if most >= _LEAST ** len(names) else None
        if page is None:
            raise InputError("A page holds up to 2 MB, but these pictures are larger even at a few positions. "
                             "Vary fewer controls, or make the picture smaller.")
        if len(page.encode()) <= _MOST:
            break
        most = most * 4 // 5
    if path is not None:
        _write(Path(path), page)
    return page


def _varied(panel, vary):
    given = list(panel.controls)[:2] if vary is None else [vary] if isinstance(vary, str) else list(vary)
    unknown = [name for name in given if name not in panel.controls]
    if unknown or not given:
        raise InputError(f"vary names controls of the panel, {listing(panel.controls, most=12)}, but "
                         f"{listing(unknown) or 'none'} was given. Check the spelling.")
    if _LEAST ** len(given) > _FRAMES:
        raise InputError(f"A page has room for {_FRAMES} pictures, so up to {int(math.log(_FRAMES, _LEAST))} controls "
                         f"can be varied, but {len(given)} were given. Leave some out.")
    return given


def _affordable(panel, names):
    """Pictures that there is room for, judging by a few of them."""
    base, rng = _pixels(panel, {}), np.random.default_rng(0)
    room = 0.9 * (_MOST - 2 * len(_packed(base)))
    if room <= 0:
        return 0
    tried = [{name: int(rng.integers(len(panel.controls[name].values))) for name in names} for _ in range(_TRIED)]
    each = np.mean([len(json.dumps(_frame(panel, at, base))) for at in tried])
    return int(min(_FRAMES, room / each))


def _grid(panel, names, most):
    """Positions of each varied control: all of them where there is room, and where it stands in any case."""
    counts, left = {}, most
    for k, name in enumerate(sorted(names, key=lambda name: len(panel.controls[name].values))):
        share = int(left ** (1 / (len(names) - k)) + 1e-9)
        counts[name] = min(len(panel.controls[name].values), max(share, _LEAST))
        left //= counts[name]
    grid = {}
    for name in names:
        last, start = len(panel.controls[name].values) - 1, panel._at[name]
        even = np.unique(np.round(np.linspace(0, last, counts[name])).astype(int))
        even[np.abs(even - start).argmin()] = start
        grid[name] = sorted({*even.tolist()})
    return grid


def _page(panel, names, most):
    """The page with that many pictures."""
    grid = _grid(panel, names, most)
    base = _pixels(panel, {})
    frames = {",".join(map(str, at)): _frame(panel, dict(zip(names, at, strict=True)), base)
              for at in bar("drawing ahead")(list(product(*grid.values())))}
    panel.stage.show(panel.values)
    scene, height = panel.scene, base.shape[0]
    reset = [button for button in panel.spec["buttons"] if button["name"] == "reset"]
    spec = {**panel.spec, "alone": True, "slow": [], "buttons": reset,
            "controls": [replace(panel.controls[name], start=panel._at[name]).spec(name) for name in names]}
    held = [f"{control.label}: {control.said[panel._at[name]]}" for name, control in panel.controls.items()
            if name not in names]
    spec["held"] = f"Not moved here: {'; '.join(held)}" if held else ""
    data = {"spec": spec, "frames": frames, "varied": grid,
            "alone": {"base": _packed(base), "size": [base.shape[1], height]}}
    panel.stage.figure.alt = scene.alt(**panel.values)
    view = Panel._esm.replace("export default {", "const view = {")
    return _template().render(
        title=scene.title, version=__version__, css=Panel._css, view=view,
        picture=panel.stage.figure.html(), data=json.dumps(data).replace("<", "\\u003c"))


def _pixels(panel, at):
    values = {name: panel.controls[name].values[position] for name, position in at.items()}
    return panel.stage.show({**panel.values, **values})


def _frame(panel, at, base):
    """What differs from the first picture, and what is said."""
    pixels = _pixels(panel, at)
    values = {**panel.values, **{name: panel.controls[name].values[position] for name, position in at.items()}}
    out = {"said": panel.scene.sentence(**values), "alt": panel.scene.alt(**values), "code": panel.scene.code(**values),
           "said_at": {name: text for name, text in panel.scene.said(**values).items() if name in at}}
    box = changed(base, pixels)
    if box is not None:
        left, top, wide, high = box
        out |= {"box": [left, top], "data": _packed(pixels[top:top + high, left:left + wide])}
    return out


def _packed(pixels):
    return b64encode(squeezed(Image.fromarray(pixels).convert("RGB"))).decode()


@cache
def _template():
    # What comes from tables is escaped; what is marked safe was written here, or is JSON in which no tag can end.
    return jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        (_HERE / "page.html").read_text(encoding="utf-8"))


def _write(path, page):
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(page)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise InputError(f"A page is written to a file, but {show(str(path), 200)} cannot be: {error.strerror}. "
                         "Name another.") from error


def _taken(path):
    return InputError(f"Nothing is overwritten, but {show(str(path), 200)} is there already. Name another file, or "
                      "remove it first.")
