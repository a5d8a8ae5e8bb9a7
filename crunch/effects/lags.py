"""How many past periods a diary must hold constant."""

from crunch.effects.design import design
from crunch.errors import FEW_ROWS, InputError
from crunch.regression.echoes import MOST, echo, is_noise

ALPHA = 0.01  # strict: a lag added by mistake costs power, and this test is asked up to four times


def lags_needed(study):
    """The fewest lags, 1 to 4, after which the residuals no longer echo.

    Lag-augmented local projections are valid when the lags cover the memory of the series
    (Montiel Olea & Plagborg-Møller 2021); the check is the Breusch-Godfrey test on four lags.

    Parameters
    ----------
    study : Study
        A diary.

    Returns
    -------
    lags : int
    echo : bool
        Whether the residuals still echo with the most lags that the rows allow.
    """
    for lags in range(1, MOST + 1):
        try:
            plan = design(study, lags=lags)
        except InputError as error:
            if lags == 1 or error.code != FEW_ROWS:
                raise
            return lags - 1, True
        if plan.matrix.shape[1] == 0 or _quiet(plan):
            return lags, False
    return MOST, True


def _quiet(plan):
    """Whether the residuals pass the test, or are none."""
    residuals = plan.factored.residuals(plan.y)
    return not is_noise(residuals, plan.y) or echo(plan.matrix, residuals) >= ALPHA
