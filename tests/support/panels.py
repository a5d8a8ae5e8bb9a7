"""A panel's page, played from Python: what it would send, and what it is sent."""

import io

import numpy as np
from PIL import Image


class Played:
    """The page of a panel; keeps what it is sent and paints pictures as the page does.

    Attributes
    ----------
    picture : array, shape (height, width, 3), or None
    heard : list of dict
        Messages, oldest first.
    """

    def __init__(self, panel, view="page", ratio=1):
        self.panel, self.view, self.heard, self.picture, self._n = panel, view, [], None, 0
        panel.send = self._hear
        self.say(kind="hello", ratio=ratio)

    def say(self, **message):
        self.panel._receive(self.panel, {"view": self.view, **message}, [])

    def move(self, **at):
        """A hand on the controls: positions by name."""
        self._n += 1
        self.say(kind="set", n=self._n, at=at)
        return self.last("frame")

    def rest(self):
        """The hand is off the controls."""
        self.say(kind="settle", at=dict(self.panel._at))

    def last(self, kind):
        return next((message for message in reversed(self.heard) if message["kind"] == kind), None)

    def _hear(self, message, buffers=None):
        self.heard.append(message)
        for place, data in zip(message.get("places", []), buffers or [], strict=True):
            self._paint(place, data, message["size"])

    def _paint(self, place, data, size):
        with Image.open(io.BytesIO(bytes(data))) as image:
            part = np.asarray(image.convert("RGB"))
        if self.picture is None or self.picture.shape[:2] != tuple(reversed(size)):
            self.picture = np.zeros((size[1], size[0], 3), dtype=np.uint8)
        left, top = place
        self.picture[top:top + part.shape[0], left:left + part.shape[1]] = part
