"""Worlds whose truth is known: `KINDS` has all of them by name, a file each kind."""

from worlds import accounts, calendars, diaries, forgotten, panels, questions, rows, switches  # noqa: F401
from worlds.world import KINDS, Kind, World

__all__ = ["KINDS", "Kind", "World"]
