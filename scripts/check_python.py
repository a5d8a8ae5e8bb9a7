"""Say in one sentence why this Python cannot make the environment, and exit 1; say nothing when it can.

It must run on any Python, 2.7 too, so it is written in what they all share.

    python3 scripts/check_python.py COMMAND GOALS     as `make GOALS PYTHON=COMMAND` would need it
"""

import os
import sys

NEEDED = (3, 11)


def fault(version, command, goals):
    """The sentence, or an empty one."""
    if tuple(version[:2]) < NEEDED:
        have = ".".join(str(part) for part in version[:3])
        return ("crunch needs Python 3.11 or newer, but " + command + " is " + have
                + ". Install a newer one and name it: make " + goals + " PYTHON=python3.12")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        name = os.path.basename(command)
        package = (name if name.startswith("python3") else "python3") + "-venv"
        return ("crunch keeps its packages in a folder of their own, .venv, and " + command + " lacks"
                " the module to make one; on Debian and Ubuntu, get it with: sudo apt install " + package)
    return ""


if __name__ == "__main__":
    sentence = fault(sys.version_info, sys.argv[1], " ".join(sys.argv[2:]) or "lab")
    if sentence:
        print(sentence)
        sys.exit(1)
