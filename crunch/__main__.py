"""``python -m crunch`` is the command, also where scripts are not on the path."""

from crunch.cli import main

if __name__ == "__main__":
    main()
