"""Scores whose formulas were published, and one that is a guess and says so."""

from crunch import checks
from crunch.rounding import Rounding
from crunch.scoring.composed import Capped, Chain, Piecewise, goalposts
from crunch.scoring.curves import Log, LogNormal
from crunch.scoring.score import Score
from crunch.scoring.tree import Group, Part

# Median and 10th percentile of each metric's log-normal curve, and its weight in percent
# (Lighthouse 13.4: core/audits/metrics/*.js and core/config/default-config.js; milliseconds, layout
# shift without a unit).
_LIGHTHOUSE = {
    "first-contentful-paint": (10, {"mobile": (3000, 1800), "desktop": (1600, 934)}),
    "speed-index": (10, {"mobile": (5800, 3387), "desktop": (2300, 1311)}),
    "largest-contentful-paint": (25, {"mobile": (4000, 2500), "desktop": (2400, 1200)}),
    "total-blocking-time": (30, {"mobile": (600, 200), "desktop": (350, 150)}),
    "cumulative-layout-shift": (25, {"mobile": (0.25, 0.1), "desktop": (0.25, 0.1)}),
}
# Above 0.9 a metric gains another twentieth of what it is above 0.9.
_BOOST = Piecewise((0, 0.9, 1), (0, 0.9, 1.005))


def hdi():
    """The Human Development Index.

    Life expectancy in years (20 to 85), expected and mean years of schooling (0 to 18 and 0 to 15,
    averaged), and gross national income per head in 2017 PPP dollars (100 to 75 000, in logarithms),
    each capped to 0 to 1; their geometric mean, shown to three decimals.

    Returns
    -------
    Score

    References
    ----------
    United Nations Development Programme, Human Development Report 2023/24, technical note 1.

    Examples
    --------
    >>> norway_2022 = {"life_expectancy": 83.393, "expected_schooling": 18.638, "mean_schooling": 13.062,
    ...                "gni_per_head": 69190}
    >>> hdi().shown(norway_2022)
    0.966
    """
    schooling = Group([Part("expected_schooling", goalposts(0, 18)), Part("mean_schooling", goalposts(0, 15))],
                      name="schooling")
    return Score([Part("life_expectancy", goalposts(20, 85)), schooling,
                  Part("gni_per_head", Capped(Log(100, 75_000)))],
                 mean="geometric", step=0.001, name="Human Development Index")


def lighthouse(device="mobile"):
    """The performance score of Google Lighthouse 13.

    Each metric is worth the share of a reference population of pages that does worse (a log-normal
    curve), plus a twentieth of what it is above 0.9, **floored** to hundredths; their weighted mean is
    rounded to hundredths and shown in whole points of 100. Columns are named as in Lighthouse's own
    reports.

    Where the weighted mean is exactly halfway between two points (one report in twenty), it goes up
    here. Lighthouse goes by how its binary sum happens to come out, which is down in one report in
    three hundred.

    Parameters
    ----------
    device : {"mobile", "desktop"}
        Whose reference population.

    Returns
    -------
    Score

    Raises
    ------
    InputError
        When the device is neither of the two.

    References
    ----------
    GoogleChrome/lighthouse, version 13.4, core/audits/audit.js and core/scoring.js.

    Examples
    --------
    >>> page = {"first-contentful-paint": 1800, "speed-index": 3387, "largest-contentful-paint": 2500,
    ...         "total-blocking-time": 200, "cumulative-layout-shift": 0.1}
    >>> lighthouse().shown(page)
    90.0
    """
    device = checks.choice(device, ("mobile", "desktop"), "device")
    floor = Rounding(0.01, "floor")
    parts = [Part(metric, Chain(LogNormal(*curves[device]), _BOOST), weight=weight, rounding=floor)
             for metric, (weight, curves) in _LIGHTHOUSE.items()]
    return Score(parts, scale=(0, 100), step=1, name=f"Lighthouse performance ({device})")


def klout_like():
    """A guess at a score of the kind that Klout was: nobody outside the firm knew the formula.

    What was said of it in public: a number from 1 to 100 from many signals of the last 90 days, most
    of all from how many people one reaches, how often they pass something on, and how much those who
    do count themselves; hard to raise at the upper end. Here: followers (50 %, log from 10 to
    1 000 000), shares of the last 13 weeks (35 %, log of 1 + shares, to 100 000) and public lists
    (15 %, log of 1 + lists, to 10 000), in whole points. **The weights and curves are invented**; use it
    to see how such a score behaves, never to say what Klout was.

    Returns
    -------
    Score

    Examples
    --------
    >>> klout_like().shown({"followers": 900, "shares_in_13_weeks": 60, "listed": 12})
    36.0
    """
    return Score([Part("followers", Capped(Log(10, 1_000_000)), weight=50),
                  Part("shares_in_13_weeks", Capped(Log(0, 100_000, plus=1)), weight=35),
                  Part("listed", Capped(Log(0, 10_000, plus=1)), weight=15)],
                 scale=(0, 100), step=1, name="a Klout-like score (a guess)")
