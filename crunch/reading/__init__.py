"""From a file that somebody exported to a clean table."""
