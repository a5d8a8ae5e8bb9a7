"""One regression, where a test needs no more than that."""

from crunch.regression.fit import factored


def least_squares(y, X, **errors):
    """The regression of one outcome on a matrix; errors as for `factored`."""
    return factored(X, **errors).fit(y)
