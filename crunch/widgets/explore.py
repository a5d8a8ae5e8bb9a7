"""Any function that draws on axes becomes a panel."""

import inspect

from crunch.errors import InputError, listing, show
from crunch.widgets.controls import control
from crunch.widgets.panel import Panel
from crunch.widgets.scene import Scene


class _Drawn(Scene):
    """A scene of a function that somebody else wrote."""

    def __init__(self, draw, size, title):
        self.draw, self.size = draw, size
        self._name = getattr(draw, "__name__", "draw").replace("<lambda>", "draw")
        self.title = title or self._name.replace("_", " ").capitalize()
        self.file = self._name

    def sentence(self, **values):
        return ""

    def alt(self, **values):
        return f"{self.title}, drawn with {', '.join(f'{name} = {value}' for name, value in values.items())}."

    def code(self, **values):
        given = "".join(f", {name}={value!r}" for name, value in values.items())
        return ("import matplotlib.pyplot as plt\n\n"
                f"ax = plt.figure(figsize={self.size}).add_subplot()\n{self._name}(ax{given})")


def explore(draw, *, size=(8.0, 4.5), title="", **controls):
    """Turn a function that draws into a panel with a control for each of its values.

    Parameters
    ----------
    draw : callable
        ``draw(ax, **values)`` draws on matplotlib axes; what it returns is left alone, unless it is a
        function. That is then called instead of `draw` when a value changes: it takes the same values,
        moves what was drawn and returns the artists that it touched (or None, to have everything drawn
        anew). Thirty times as fast, as only those are drawn.
    size : (float, float)
        Inches; a hundred pixels of the page each. The picture never changes its size.
    title : str
        What the panel is called, by default as the function is.
    **controls
        A control for each value: a range (0, 10) or (0, 10, 0.5), a list or dict of choices, True or
        False, or what `crunch.widgets.slider`, `choice` and `switch` make. It starts at the function's
        default value.

    Returns
    -------
    Panel
        Shown as the last value of a cell. `values`, `set`, `undo`, `reset`, `save` and `close` are its handles.

    Raises
    ------
    InputError
        When a value has no control, or a control no value. An error of the function itself is raised as it is.

    Examples
    --------
    >>> def line(ax, slope=1.0):
    ...     ax.axline((0, 0), slope=slope)
    >>> panel = explore(line, slope=(0, 2, 0.5))
    >>> panel.set(slope=1.5)
    >>> panel.values
    {'slope': 1.5}
    >>> panel.close()
    """
    if not callable(draw):
        raise InputError(f"explore needs a function that draws on axes, but {show(draw)} was given. "
                         "For example: explore(draw, n=(1, 10)).")
    if not controls:
        raise InputError("A panel needs something to move, but no control was given. For example: "
                         "explore(draw, n=(1, 10)).")
    defaults = _defaults(draw, controls)
    return Panel(_Drawn(draw, size, title), {name: control(given, name, defaults.get(name))
                                             for name, given in controls.items()})


def _defaults(draw, controls):
    """Default values by name, when the function and the controls fit together."""
    try:
        parameters = list(inspect.signature(draw).parameters.values())[1:]  # the first is the axes
    except (TypeError, ValueError):
        return {}
    takes = {p.name: p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    extra = [name for name in controls if name not in takes]
    if extra and not any(p.kind == p.VAR_KEYWORD for p in parameters):
        raise InputError(f"A control moves a value that the function takes, but it takes no {listing(extra)}. "
                         f"It takes {listing(takes, most=9) or 'nothing besides axes'}.")
    bare = [name for name, p in takes.items() if name not in controls and p.default is p.empty]
    if bare:
        raise InputError(f"Every value of the function needs a control or a default, but {listing(bare)} has neither. "
                         f"For example: explore(draw, {bare[0]}=(0, 10)).")
    return {name: p.default for name, p in takes.items() if p.default is not p.empty}
