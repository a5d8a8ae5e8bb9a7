"""What takes long says how far it is: a bar where a person waits, a word to a panel that watches."""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

_WATCHING = ContextVar("watching", default=None)


def bar(description):
    """Wrap an iterable of known length so that its progress shows, in a terminal or a notebook.

    Parameters
    ----------
    description : str
        What is going on, in two or three words.

    Returns
    -------
    callable
        From an iterable to an iterable over the same.
    """
    from tqdm.auto import tqdm
    from tqdm.notebook import tqdm_notebook

    # In a file or a pipe a bar is noise; a notebook's output is no terminal either, but can show one.
    hidden = False if issubclass(tqdm, tqdm_notebook) else None
    return partial(tqdm, desc=description, delay=1, leave=False, disable=hidden)


def step(part=None):
    """Tell whoever watches that the work goes on; they may end it here by raising an error.

    Parameters
    ----------
    part : float, optional
        How much of it is done, from 0 to 1, when that is known.
    """
    watch = _WATCHING.get()
    if watch is not None:
        watch(part)


@contextmanager
def watched(watch):
    """Have a function called at each step of the work inside a with block, in this thread only."""
    token = _WATCHING.set(watch)
    try:
        yield
    finally:
        _WATCHING.reset(token)
