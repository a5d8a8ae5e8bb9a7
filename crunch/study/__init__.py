"""A table and the role of each of its columns."""
