"""The one error for users, and the words its sentences are made of; light enough for `crunch --help`."""


FEW_ROWS = "few rows"  # too little is left to estimate anything from
UNDEFINED = "undefined"  # a formula has no value there
NO_TIME = "no time"  # a column cannot be the time of a table
NO_CHOICE = "no choice"  # what was given is none of the values that a control has


class InputError(ValueError):
    """What was given breaks a rule; the message says the rule, what was given and the cure.

    Attributes
    ----------
    code : str
        Which rule, where somebody may want to answer for it otherwise, such as `FEW_ROWS`; else "".
    """

    def __init__(self, message, code=""):
        super().__init__(message)
        self.code = code


def show(value, limit=40):
    """One value as it may stand in a message: quoted when text, on one line, cut when long."""
    text = repr(value.item() if hasattr(value, "item") else value)  # a NumPy number without its type
    return text if len(text) <= limit else text[: limit - 2] + "…" + text[-1]


def listing(values, most=3):
    """Values as a readable list: ``'a', 'b' and 4 more``."""
    values = list(values)
    shown = [show(v) for v in values[:most]]
    if len(values) > most:
        return f"{', '.join(shown)} and {len(values) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def counted(number, noun, plural=None):
    """``1 row``, ``2 rows``, ``1 280 rows``: a number and its noun in agreement."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}".replace(",", "\u202f")
