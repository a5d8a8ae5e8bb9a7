"""Public holidays of a study: dates as given, or those of a country."""

from numbers import Number

import pandas as pd

from crunch.errors import InputError, counted, listing, show


def taken(study, given):
    """The days named, and what is done with them.

    Parameters
    ----------
    study : Study
        With its rows and periods.
    given : list or Index of dates, the code of a country, or None

    Returns
    -------
    days : DatetimeIndex or None
        Each once, in order; None where none were named.
    notes : tuple of str

    Raises
    ------
    InputError
        When there is no calendar to put them in, or they are no dates and no country.
    """
    if given is None:
        return None, ()
    if study.time is None:
        raise InputError("holidays are days of a calendar, so they need time, but holidays= came without it. "
                         "Name the column of dates with time=, or leave holidays out.")
    times = study.frame[study.time]
    if not pd.api.types.is_datetime64_any_dtype(times):
        raise InputError(f"holidays are days of a calendar, so time must be dates, but {show(study.time)} holds "
                         "numbers. Give dates, or leave holidays out.")
    days = _days(given, times)
    if study.kind == "panel":
        return days, ("The mean of each period is taken out, which holds holidays constant already: holidays= adds "
                      "nothing to a panel.",)
    within = int(((days >= times.min().normalize()) & (days <= times.max())).sum())
    return days, (f"{counted(within, 'holiday')} between the first date and the last {'is' if within == 1 else 'are'} "
                  "held constant." if within else "None of the holidays given is between the first date and the last.",)


def _days(given, times):
    """The holidays given as dates, or those of a country around the years of a table."""
    if isinstance(given, str) and given.isalpha():
        return _of_country(given, range(times.min().year - 1, times.max().year + 2))
    given = list(given) if pd.api.types.is_list_like(given) else [given]
    try:
        if any(isinstance(day, Number) for day in given):
            raise TypeError("a number is no date")
        days = pd.DatetimeIndex(pd.to_datetime(given, format="ISO8601"))
    except (ValueError, TypeError) as error:
        raise InputError(f"holidays must be dates or the code of a country, but {listing(given)} was given. For "
                         "example holidays=['2024-12-25', '2025-01-01'] or holidays='DE'.") from error
    if days.tz is not None:
        days = days.tz_localize(None)
    return days.dropna().normalize().unique().sort_values()


def _of_country(code, years):
    """The public holidays of a country, from the library of that name."""
    try:
        import holidays as calendars  # here, because only countries need it
    except ImportError as error:
        raise InputError(f"The holidays of a country come from the library holidays, which is not installed, but "
                         f"holidays={show(code)} was given. Give their dates, or type: "
                         'python -m pip install "crunch-score[holidays]"') from error
    try:
        found = calendars.country_holidays(code, years=list(years))
    except NotImplementedError as error:
        known = sorted(calendars.list_supported_countries())
        raise InputError(f"holidays must be dates or the code of a country, but no holidays are known of {show(code)}. "
                         f"There are {listing(known, most=6)}; or give the dates.") from error
    return pd.DatetimeIndex(sorted(found))
