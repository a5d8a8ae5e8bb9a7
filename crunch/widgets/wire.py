"""A panel's half of the talk with its page: what comes in, what goes out, and long work beside it."""

import logging
import math
import time

from crunch.errors import InputError
from crunch.widgets.png import changed, png
from crunch.widgets.scene import REFRESH
from crunch.widgets.work import Work, said

_SHARPEST = 2.0  # pixels a pixel of the page: more is not seen, but waited for
_LOG = logging.getLogger(__name__)
_GLIDE = 600  # ms in which sliders move to where an action sends them


class Wire:
    """Mixed into `Panel`, which has the values and the picture."""

    def _receive(self, _widget, message, _buffers):
        with self._lock:  # long work ends in a thread of its own
            getattr(self, f"_on_{message['kind']}")(message)

    def _on_hello(self, message):
        self._views[message["view"]] = True
        self.stage.sharpen(min(math.ceil(4 * message.get("ratio", 1)) / 4, _SHARPEST))
        self._sent = None
        self._try(lambda: self.stage.show(self.values))
        self._send_frame()

    def _on_bye(self, message):
        self._views.pop(message["view"], None)
        if not self._views:  # nobody looks: the picture is drawn again when somebody does
            self.stage.forget()
            self._sent = None

    def _on_set(self, message):
        at = {name: int(position) for name, position in message["at"].items()}
        start = time.perf_counter()
        self._try(lambda: self._go(at))
        self._send_frame(view=message["view"], n=message["n"], start=start)

    def _on_nudge(self, message):
        """Nothing to do: that it was sent is what it was for, see view.js."""

    def _on_settle(self, message):
        self._try(lambda: self._go({name: int(position) for name, position in message["at"].items()}, settle=True))
        self._send_frame()

    def _on_press(self, message):
        name = message["button"]
        if name in ("undo", "reset"):
            self._try(getattr(self, name))
        elif name == "cancel":
            if self.work is not None:
                self.work.cancel()
        elif not self.actions[name].slow:
            self._try(lambda: self._glide(self.actions[name].run(self.values)))
        elif self.work is None or not self.work.running:
            self._start(self.actions[name])

    def _on_save(self, message):
        try:
            paths = self.save(message["name"], formats=message["formats"])
            self.send({"kind": "note", "text": f"Saved {', '.join(map(str, paths))}"})
        except Exception as error:
            self.send({"kind": "note", "text": said(error)})

    def _try(self, run):
        """What the page asked for, its error shown on the page; a cell's is raised in the cell."""
        try:
            run()
            self.error = ""
        except Exception as error:
            self.error = said(error)
            if not isinstance(error, InputError):
                _LOG.exception("A panel could not be drawn")  # where it was raised, for who wrote it

    def _send_frame(self, view="", n=0, start=None):
        """What changed of the picture, and what is said of it."""
        self._count += 1
        message = {"kind": "frame", "view": view, "n": n, "count": self._count, "at": self._at, "error": self.error,
                   "undo": bool(self._undone), "places": [],
                   "said_at": {name: self.controls[name].say(exact[self._at[name]])
                               for name, exact in self._exact.items() if self._at[name] in exact}}
        buffers = []
        pixels = self.stage.pixels
        if not self.error:
            values = self.values
            message["said_at"] |= self.scene.said(**values)
            message |= {"said": self.scene.sentence(**values), "alt": self.scene.alt(**values),
                        "code": self.scene.code(**values)}
        if pixels is not None and self._views and not self.error:
            height, width = pixels.shape[:2]
            whole = self._sent is None or self._sent.shape != pixels.shape
            box = (0, 0, width, height) if whole else changed(self._sent, pixels)
            if box is not None:
                left, top, wide, high = box
                message |= {"places": [[left, top]], "size": [width, height]}
                buffers = [png(pixels[top:top + high, left:left + wide])]
            self._sent = pixels
        message["took"] = 0 if start is None else 1000 * (time.perf_counter() - start)
        self.send(message, buffers)

    def _start(self, action):
        """Slow work, in a thread, while the sliders stay live."""
        values = self.values
        self.send({"kind": "work", "doing": f"{action.label} …", "part": None})
        self.work = Work(lambda: action.run(values),
                         lambda part: self.send({"kind": "work", "doing": f"{action.label} …", "part": part}),
                         self._done)

    def _refreshed(self):
        """After the scene itself has changed: all drawn again."""
        self.stage.forget()
        self._sent = None
        self._try(lambda: self.stage.show(self.values))
        self._send_frame()

    def _done(self, result, error):
        self.send({"kind": "work", "doing": None, "part": None})
        with self._lock:
            if error is not None:
                self.send({"kind": "note", "text": said(error)})
            elif result is not None:
                self._glide(result)

    def _glide(self, result):
        """Where an action sends the controls, the page moves them: through the same door as a hand."""
        values, note = result if isinstance(result, tuple) else (result, "")
        self.send({"kind": "note", "text": note})
        if values is REFRESH:
            self._refreshed()
        elif values:
            self.send({"kind": "go", "at": self._positions(values), "ms": _GLIDE})
