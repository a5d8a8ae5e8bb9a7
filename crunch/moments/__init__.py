"""Sums of squares and products of a table of any size, per block of its rows: all that many answers need."""

from crunch.moments.table import Moments

__all__ = ["Moments"]
