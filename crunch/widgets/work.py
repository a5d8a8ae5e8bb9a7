"""Long work beside the sliders: in a thread, watched, and ended when nobody wants it any more."""

import threading
import time
import traceback

from crunch.progress import watched

_EVERY = 0.1  # seconds between two words about progress


class _Ended(BaseException):
    """Raised inside work that was cancelled; no `except Exception` on the way stops it."""


class Work:
    """One piece of work in a thread of its own.

    Parameters
    ----------
    run : callable
        Without arguments; what it returns goes to `done`. It can be ended wherever it calls `progress.step`.
    told : callable
        ``told(part)`` now and then, with the part that is done or None.
    done : callable
        ``done(result, error)`` once, from the thread; neither when it was cancelled.
    """

    def __init__(self, run, told, done):
        self._run, self._told, self._done = run, told, done
        self._cancelled, self._spoke = threading.Event(), time.monotonic()
        self._thread = threading.Thread(target=self._work, name="crunch panel", daemon=True)
        self._thread.start()

    @property
    def running(self):
        return self._thread.is_alive()

    def cancel(self):
        """End it at its next step."""
        self._cancelled.set()

    def wait(self, seconds=None):
        """Until it has ended."""
        self._thread.join(seconds)

    def _work(self):
        try:
            with watched(self._step):
                result = self._run()
            self._step(None)
        except _Ended:
            self._done(None, None)
        except Exception as error:
            self._done(None, error)
        else:
            self._done(result, None)

    def _step(self, part):
        if self._cancelled.is_set():
            raise _Ended
        if time.monotonic() - self._spoke > _EVERY:
            self._spoke = time.monotonic()
            self._told(part)


def said(error):
    """An error as a panel shows it: the sentence of one of ours, else its kind and where it was raised."""
    from crunch.errors import InputError

    if isinstance(error, InputError):
        return str(error)
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    where = f" (line {last.lineno} of {last.name})" if last else ""
    return f"{type(error).__name__}: {error}{where}"
