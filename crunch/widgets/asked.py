"""Scenes whose picture, sentence and code all come from one answer."""

from crunch.widgets.scene import Scene


class Asked(Scene):
    """A scene that asks a question for each set of values, once."""

    _last = (None, None)

    def ask(self, **values):
        """The answer for these values."""
        raise NotImplementedError

    def answer(self, values):
        """The answer for these values, kept until others are asked for: picture and words share it."""
        if self._last[0] != values:
            self._last = (dict(values), self.ask(**values))
        return self._last[1]

    def sentence(self, **values):
        return self.answer(values).sentence

    def table(self, **values):
        return getattr(self.answer(values), "table", None)


def call(function, first, given):
    """A call as a person would write it: ``crunch.what_if(study, {...}, level=0.9)``; what is None is left out.

    Examples
    --------
    >>> call("crunch.drivers", ["study"], {"level": 0.9, "rng": None})
    'crunch.drivers(study, level=0.9)'
    """
    named = [f"{name}={value!r}" for name, value in given.items() if value is not None]
    return f"{function}({', '.join([*first, *named])})"
