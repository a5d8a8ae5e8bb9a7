"""A progress bar for what takes more than a second, and nothing for what does not."""

from functools import partial


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
