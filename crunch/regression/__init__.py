"""Arrays in, arrays out: fits, errors, draws and bands; it knows no Study."""
