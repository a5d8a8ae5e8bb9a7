"""What the calendar of a diary holds constant, in words."""

from crunch.effects.dates import moments
from crunch.errors import counted, show
from crunch.wording import series

_MONTH_DAYS = ("", "the first and the last day of the month", "the first, the 15th and the last day of the month",
               "the days of the month")
_HOURS = ("", "hours of the day", "hours of the day (others on weekends)", "hours of the week")
_TREND = {1: "a linear trend", 2: "a curved trend (quadratic)"}
_FOR_WANT = {"dates": "for the times are numbers (give dates)", "their dates": "for want of their dates (holidays=)"}


def notes(study, held, least=None):
    """What is held and what cannot be, in one note, and a note on dates that whoever knows them should explain.

    Parameters
    ----------
    study : Study
    held : Calendar
    least : Calendar, optional
        Of which dates are told elsewhere: a side effect takes them over from the score.

    Returns
    -------
    tuple of str
    """
    out = [f"Held constant: {series(_held(held, study.timeline))}."]
    if held.unseen:
        out.append(f"Looked for and not seen: {series(held.unseen)}.")
    out += [f"Not held, {_FOR_WANT.get(want, f'for want of {want} of dates')}: {what}." for what, want in held.short]
    steps, outlying = (tuple(one for one in getattr(held, part) if least is None or one not in getattr(least, part))
                       for part in ("steps", "outlying"))
    return (" ".join(out), *_steps(study, steps), *_outlying(study, outlying))


def not_held(held):
    """What the table is too short to hold, or nobody named, as a phrase to follow what is held; "" where it holds all.

    Examples
    --------
    >>> from crunch.effects.calendar import Calendar
    >>> not_held(Calendar(short=(("a yearly season", "two years"), ("public holidays", "their dates"))))
    ', but not a yearly season and public holidays'
    """
    return f", but not {series(what for what, _ in held.short)}" if held.short else ""


def _held(held, timeline):
    what = [_TREND[held.powers]]
    what += [_HOURS[held.hours]] if held.hours else []
    what += ["weekdays"] if held.weekdays else []
    if held.waves:
        each = 2 * held.waves == timeline.per_year  # then each period of the year has its own level
        what += [f"{timeline.name}s of the year" if each else f"a yearly season ({counted(held.waves, 'wave')})"]
    what += [_MONTH_DAYS[held.month_days]] if held.month_days else []
    return [*what, *(["holidays"] if held.holidays else [])]


def _steps(study, steps):
    if not steps:
        return []
    dated = [f"{series([show(study.score), *map(show, levers)])} from {_when(study, period)} on"
             for period, levers in steps]
    them = "the step is" if len(steps) == 1 else "these steps are"
    return [f"On another level together: {'; '.join(dated)}. Whoever knows what happened then should say: {them} held "
            "constant, and of a lever that did nothing else the table can't tell."]


def _outlying(study, outlying):
    if not outlying:
        return []
    dated = [f"{_when(study, period)} ({series([show(study.score), *map(show, levers)])})"
             for period, levers in outlying]
    period = study.timeline.name
    them = f"it, and this {period} is" if len(outlying) == 1 else f"them, and these {period}s are"
    return [f"Far from all other surprises together: {'; '.join(dated)}. What the levers did at other times does not "
            f"explain {them} set aside. Whoever knows what happened then should say."]


def _when(study, period):
    """The date of a period, or its number as the table has it."""
    moment = study.frame[study.time].iloc[int((study.timeline.index == period).argmax())]
    if moments(study) is None and not hasattr(moment, "strftime"):
        return f"{study.timeline.name} {moment:.12g}"
    return f"{moment:%Y-%m-%d %H:%M}" if moment.hour or moment.minute else f"{moment:%Y-%m-%d}"
