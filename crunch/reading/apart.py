"""A workbook read in a process of its own.

The binary .xls cannot be looked through beforehand as the others are. A broken one may end the process that reads it,
or ask for endless memory: then it is this one, which has a limit.
"""

import os
import pickle
import subprocess
import sys

from crunch.reading import worksheet

_MAGIC = b"\xd0\xcf\x11\xe0"
_MEMORY = 2**30  # bytes: a full sheet of 65 536 rows and 256 columns takes half of it
_SECONDS = 60


def needed(path):
    """Whether a file is of the kind that has to be read apart, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def read(path, wanted):
    """As `crunch.reading.worksheet.read`, in another process; ValueError or TimeoutExpired when that one ends badly."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-P", "-m", __name__], input=pickle.dumps((path, wanted)), env=env,
                          capture_output=True, timeout=_SECONDS)
    if done.returncode:
        raise ValueError(done.stderr.decode(errors="replace")[-500:])
    return pickle.loads(done.stdout)


def _limit():
    """No more memory than that; on Windows there is no such limit, but the notebook goes on all the same."""
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        pass


if __name__ == "__main__":
    _limit()
    sys.stdout.buffer.write(pickle.dumps(worksheet.read(*pickle.load(sys.stdin.buffer))))
