"""Arrays in, arrays out: designs, fits, moments, shares and draws."""
