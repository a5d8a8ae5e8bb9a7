"""A panel: controls and a picture that follows them, in the notebook."""

import sys
import threading
from html import escape
from pathlib import Path

import anywidget
import traitlets

from crunch.errors import InputError, listing, show
from crunch.publish.save import save
from crunch.widgets.png import png
from crunch.widgets.scene import REFRESH
from crunch.widgets.stage import Stage
from crunch.widgets.still import still
from crunch.widgets.wire import Wire

_HERE = Path(__file__).parent
_UNDOS = 100
_TWIN = 100  # dots an inch of the picture for pages without a kernel: it stands below a sharper one


class Panel(Wire, anywidget.AnyWidget):
    """Controls under a picture that follows them.

    The first picture is drawn here, so that a chart that cannot be drawn fails the cell. Later errors are
    shown in the panel, kept in `error`, and raised where a value was set from Python.

    Parameters
    ----------
    scene : Scene
    controls : dict of name to Control
    actions : dict of name to Action, optional
        Buttons.

    Attributes
    ----------
    values : dict
        What the controls stand at. `set` changes them, `undo` and `reset` go back.
    error : str
        What went wrong with the last picture; empty when nothing did.
    """

    # Texts, since anywidget would watch files, and hold on to every panel for that.
    _esm = (_HERE / "view.js").read_text(encoding="utf-8")
    _css = (_HERE / "view.css").read_text(encoding="utf-8")
    spec = traitlets.Dict().tag(sync=True)

    def __init__(self, scene, controls, actions=None):
        self.scene, self.controls, self.actions = scene, controls, actions or {}
        self.error, self.work, self._lock = "", None, threading.RLock()
        self._at = {name: control.start for name, control in controls.items()}
        self._settled, self._undone, self._views, self._count = dict(self._at), [], {}, 0
        self._exact = {name: {} for name in controls}  # values between positions that were set from Python
        self._sent = None  # the pixels that the page has
        self.stage = Stage(scene.draw, scene.size)
        self.stage.show(self.values)
        super().__init__(spec=self._spec())
        self.on_msg(self._receive)

    def _spec(self):
        buttons = [{"name": "undo", "label": "Undo", "tip": "Back to where the sliders were before"},
                   {"name": "reset", "label": "Reset", "tip": "Back to the start"}]
        buttons += [{"name": n, "label": a.label, "tip": a.tip} for n, a in self.actions.items()]
        width, height = self.scene.size
        return {"title": self.scene.title, "alt": self.scene.alt(**self.values), "width": round(100 * width),
                "height": round(100 * height), "file": self.scene.file, "buttons": buttons, "lines": self.scene.lines,
                "code": bool(self.scene.code(**self.values)),
                "slow": [name for name, action in self.actions.items() if action.slow],
                "controls": [control.spec(name) for name, control in self.controls.items()]}

    # --- from Python

    @property
    def values(self):
        return {name: self._exact[name].get(at, self.controls[name].values[at]) for name, at in self._at.items()}

    def set(self, **values):
        """Move controls to values, as a hand would.

        Raises
        ------
        InputError
            When there is no such control, a choice has no such value, or the question refuses it. The panel then
            stands as it did before.
        """
        unknown = [name for name in values if name not in self.controls]
        if unknown:
            raise InputError(f"A panel sets its own controls, {listing(self.controls, most=12)}, but "
                             f"{listing(unknown)} was given. Check the spelling.")
        before = self._at, self._settled, self._undone, {name: dict(exact) for name, exact in self._exact.items()}
        self._at, at = dict(self._at), self._positions(values)
        try:
            self._go(at, settle=True)
        except BaseException:
            self._at, self._settled, self._undone, self._exact = before
            self.stage.forget()  # half of it may have been moved; it is drawn when somebody looks
            raise
        self._send_frame()

    def undo(self):
        """Back to where the controls stood before the last change."""
        if self._undone:
            self._settled = self._undone.pop()
            self._go(self._settled)
            self._send_frame()

    def reset(self):
        """Back to where the controls stood first."""
        self._go({name: control.start for name, control in self.controls.items()}, settle=True)
        self._send_frame()

    def press(self, action):
        """Press the button of that name and wait until what it does is done.

        Raises
        ------
        InputError
            When there is no such button, or what it does cannot be done.
        """
        if action not in self.actions:
            raise InputError(f"This panel has {listing(self.actions, most=9) or 'no buttons'}, but {show(action)} was "
                             "pressed. Check the spelling.")
        self._arrive(self.actions[action].run(self.values))

    @property
    def code(self):
        """Python that gives the answer that is shown."""
        return self.scene.code(**self.values)

    @property
    def sentence(self):
        """The finding that is shown."""
        return self.scene.sentence(**self.values)

    @property
    def figure(self):
        """The picture as it stands, as a figure of its own: `crunch.export` takes the panel by it."""
        return still(self.scene, self.values)

    def png(self):
        """The picture as the bytes of a PNG file."""
        return png(self.stage.show(self.values))

    def save(self, name=None, *, formats=("png",), folder="charts"):
        """Write the picture to new files; see `crunch.publish.save.save`."""
        self.stage.show(self.values)
        return save(self.stage.figure, name or self.scene.file, formats=formats, folder=folder)

    def close(self):
        """Take the panel off the page and free all that it holds."""
        if sys.is_finalizing():  # nothing is left to free, nor to free it with
            return
        if self.work is not None:
            self.work.cancel()
        self.on_msg(self._receive, remove=True)
        self.stage.forget()
        self._sent, self._undone = None, []
        super().close()

    def _repr_mimebundle_(self, **kwargs):
        """The live panel, and its picture for pages that cannot show one."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        self.stage.show(self.values)
        self.stage.figure.alt = self.scene.alt(**self.values)
        data |= {"text/html": self.stage.figure.html(_TWIN) + f"<p>{escape(self.sentence)}</p>",
                 "text/plain": f"{self.scene.title}: {self.sentence}"}
        return data, metadata

    # --- both

    def _go(self, at, settle=False):
        self._at |= {name: min(max(position, 0), len(self.controls[name].values) - 1)
                     for name, position in at.items() if name in self._at}
        if settle and self._at != self._settled:
            self._undone = [*self._undone[-_UNDOS + 1:], self._settled]
            self._settled = dict(self._at)
        self.stage.show(self.values)

    def _arrive(self, result):
        values, _ = result if isinstance(result, tuple) else (result, "")
        if values is REFRESH:
            self._refreshed()
        elif values:
            self.set(**values)

    def _positions(self, values):
        """Where controls stand for these values; those between positions are kept for when they stand there."""
        values = {name: self.controls[name].checked(value) for name, value in values.items()}
        at = {name: self.controls[name].position(value) for name, value in values.items()}
        for name, value in values.items():
            if self.controls[name].say is not None and value != self.controls[name].values[at[name]]:
                self._exact[name] = {at[name]: value}
        return at
