"""The worlds behind the simulated tables: every number in them is decided here.

Each generator takes a seed and returns a table; the coefficients it used are module constants, and
`crunch.catalogue` repeats them as the truth. The order desk has no coefficients: what its levers do was
found by changing them. Nothing here describes a real person or firm.
"""

import numpy as np
import pandas as pd

from crunch.datasets.inventory import WEEK, Desk, weekly

# --- one account's weekly diary -------------------------------------------------------------------

WEEKS, STUCK_WEEKS, WINDOW = 130, 22, 13
DIARY = {"followers": 5.0, "shares": 4.0}  # points per unit of ln(followers) and of ln(1 + shares in 13 weeks)


def stuck_at_55(seed=1):
    """One account's weekly diary whose shown score stands still while its followers grow.

    The hidden score is 5 ln(followers) + 4 ln(1 + shares of the last 13 weeks) + AR(1) noise, set to
    55 at the middle of the last 22 weeks; what is shown is rounded to whole points. Posts, replies,
    following and quality hours do not enter it. A busy mood raises posts, replies, shares and hours
    together; followers grow in bursts. In the last 22 weeks followers keep growing while shares
    come in a little more slowly than those that roll out of the window.

    Parameters
    ----------
    seed : int

    Returns
    -------
    DataFrame
        130 rows, one a week; counts per week, hours per week, `talked_with` in percent of followers.
    """
    rng = np.random.default_rng(seed)
    total, calm = WEEKS + WINDOW - 1, np.arange(WEEKS + WINDOW - 1) >= WEEKS + WINDOW - 1 - STUCK_WEEKS
    mood = _ar1(rng, total, 0.8, 0.25)
    bursts = rng.exponential(0.06, total) * (rng.random(total) < 0.28)
    growth = np.where(calm, 0.35, 1.0) * bursts + 0.004
    log_followers = np.log(260) + np.cumsum(growth)
    habit = np.convolve(log_followers, np.ones(8) / 8)[:total] - log_followers[-1]  # she follows back in time
    habit[:8] = habit[8]
    followers = np.round(np.exp(log_followers)).astype(int)
    following = np.round(900 * np.exp(0.45 * habit + _ar1(rng, total, 0.9, 0.01))).astype(int)
    posts = rng.poisson(np.exp(2.2 + 0.003 * np.arange(total) + 0.5 * mood))
    replies = rng.poisson(np.exp(2.9 + 0.003 * np.arange(total) + 0.6 * mood + _ar1(rng, total, 0.5, 0.15)))
    quality = np.round(np.exp(1.3 + 0.3 * mood + _ar1(rng, total, 0.6, 0.2)), 1)
    level = 2.2 + 2.6 * np.minimum(np.arange(total) / (total - STUCK_WEEKS - 8), 1) - 0.012 * np.cumsum(calm)
    shares = rng.poisson(np.exp(level + 0.3 * mood * ~calm + rng.normal(0, np.where(calm, 0.15, 0.4), total)))
    window = np.convolve(shares, np.ones(WINDOW), mode="valid")
    keep = slice(WINDOW - 1, None)
    hidden = (DIARY["followers"] * np.log(followers[keep]) + DIARY["shares"] * np.log1p(window)
              + _ar1(rng, total, 0.5, 0.13)[keep])
    hidden += 55 - np.median(hidden[-STUCK_WEEKS:])
    mentions = rng.poisson(0.012 * followers[keep] + 0.8 * replies[keep])
    return pd.DataFrame({
        "week": pd.date_range("2012-12-31", periods=WEEKS, freq="7D"),
        "klout": np.floor(hidden + 0.5).astype(int),
        "followers": followers[keep], "following": following[keep], "posts": posts[keep],
        "replies": replies[keep], "shares": shares[keep], "quality_hours": quality[keep],
        "hours": np.round(0.25 * posts[keep] + 0.08 * replies[keep] + quality[keep]
                          + rng.normal(0, 0.5, WEEKS).clip(-1, 1), 1),
        "unanswered": np.maximum(mentions - replies[keep], 0),
        "unfollows": rng.poisson(0.001 * followers[keep] + 0.08 * posts[keep]),
        "talked_with": np.round(100 * np.minimum(0.7 * replies[keep] / followers[keep], 1), 2),
    })


def _ar1(rng, size, persistence, spread):
    """A stationary AR(1) path whose innovations have standard deviation `spread`."""
    path = np.empty(size)
    path[0] = rng.normal(0, spread / np.sqrt(1 - persistence**2))
    for t, shock in enumerate(rng.normal(0, spread, size - 1), start=1):
        path[t] = persistence * path[t - 1] + shock
    return path


# --- a cross-section of accounts --------------------------------------------------------------------

ACCOUNTS = {"followers": 3.84, "following": -1.30, "listed": 2.28, "posts": 0.07, "favourites": 0.63}
ACCOUNTS_INTERCEPT, ACCOUNTS_SD = 17.4, 7.3
_COMMON = {"followers": 0.85, "following": 0.62, "listed": 0.80, "posts": 0.62, "favourites": 0.50}
_LOG = {"followers": (6.3, 1.97), "following": (5.75, 1.15), "listed": (1.18, 1.72), "posts": (7.2, 1.7),
        "favourites": (5.0, 2.0)}  # mean and standard deviation of the logarithm


def accounts(seed=1, size=400):
    """Accounts as one would have found them on one day.

    score = 17.4 + 3.84 ln(1 + followers) − 1.30 ln(1 + following) + 2.28 ln(1 + listed)
    + 0.07 ln(1 + posts) + 0.63 ln(1 + favourites) + noise with standard deviation 7.3, shown as whole
    points between 10 and 80. The inputs share one common factor, popularity; a third is on no list.

    Parameters
    ----------
    seed : int
    size : int
        Number of accounts.

    Returns
    -------
    DataFrame
        One row per account; all inputs are counts.
    """
    rng = np.random.default_rng(seed)
    popularity = rng.normal(size=size)
    table = {}
    for name, (middle, spread) in _LOG.items():
        own = rng.normal(size=size)
        z = _COMMON[name] * popularity + np.sqrt(1 - _COMMON[name] ** 2) * own
        table[name] = np.maximum(np.round(np.exp(middle + spread * z) - 1), 0).astype(int)
    table = pd.DataFrame(table)
    score = ACCOUNTS_INTERCEPT + rng.normal(0, ACCOUNTS_SD, size)
    score += sum(weight * np.log1p(table[name].to_numpy()) for name, weight in ACCOUNTS.items())
    table.insert(0, "score", np.floor(np.clip(score, 10, 80) + 0.5).astype(int))
    table.insert(0, "account", [f"account {i:03d}" for i in range(1, size + 1)])
    return table


# --- a panel of shops ---------------------------------------------------------------------------------

SHOPS, SHOP_WEEKS = 40, 60
FULFILMENT = {"stock_cover": 0.55, "staff_hours": 9.0, "promotions": 0.0}  # per day, per unit of ln, per promotion


def shops(seed=1):
    """Shops over weeks, where shops that struggle hold more stock and busy seasons hurt everyone.

    fulfilment = shop + week + 0.55 × days of stock cover + 9 ln(staff hours) + 0 × promotions + AR(1)
    noise, in percent of orders shipped on time. Shops with unreliable suppliers fulfil less and hold
    more stock; before Christmas everyone promotes more and fulfils less. A regression that ignores
    both finds that stock hurts and that promotions hurt.

    Parameters
    ----------
    seed : int

    Returns
    -------
    DataFrame
        2 400 rows, one per shop and week.
    """
    rng = np.random.default_rng(seed)
    weeks = pd.date_range("2023-10-02", periods=SHOP_WEEKS, freq="7D")
    season = np.exp(-0.5 * ((weeks.day_of_year.to_numpy() - 345) / 18.0) ** 2)
    trouble = rng.normal(size=SHOPS)[:, None]
    size = rng.normal(5.3, 0.25, SHOPS)[:, None]
    shape = (SHOPS, SHOP_WEEKS)
    cover = np.maximum(12 + 2.2 * trouble - 1.5 * season + _paths(rng, shape, 0.7, 0.9), 2)
    staff = np.exp(size + 0.12 * season + _paths(rng, shape, 0.6, 0.06))
    promotions = rng.poisson(np.exp(0.4 + 1.1 * season + 0.1 * trouble))
    noise = _paths(rng, shape, 0.5, 1.1)
    fulfilment = (83.5 - 3.2 * trouble - 5.0 * season + FULFILMENT["stock_cover"] * (cover - 12)
                  + FULFILMENT["staff_hours"] * (np.log(staff) - 5.3) + FULFILMENT["promotions"] * promotions + noise)
    value = 1000 * np.exp(size - 5.3) * cover * (1 + 0.05 * rng.normal(size=shape))
    spoilt = value * 0.004 * np.exp(0.06 * (cover - 12) + rng.normal(0, 0.3, shape))
    overtime = np.maximum(0.06 * staff * (1 + 1.5 * season) + rng.normal(0, 2, shape) - 4, 0)
    return pd.DataFrame({
        "shop": np.repeat([f"shop {i:02d}" for i in range(1, SHOPS + 1)], SHOP_WEEKS),
        "week": np.tile(weeks, SHOPS),
        "fulfilment": np.round(np.clip(fulfilment, 0, 100), 1).ravel(),
        "stock_cover": np.round(cover, 1).ravel(),
        "staff_hours": np.round(staff).astype(int).ravel(),
        "promotions": promotions.ravel(),
        "cash_tied_up": np.round(value, -1).astype(int).ravel(),
        "write_offs": np.round(spoilt).astype(int).ravel(),
        "overtime": np.round(overtime, 1).ravel(),
    })


def _paths(rng, shape, persistence, spread):
    """Independent stationary AR(1) paths, one a row."""
    return np.stack([_ar1(rng, shape[1], persistence, spread) for _ in range(shape[0])])


# --- one order desk -------------------------------------------------------------------------------------

DESK, DESK_WEEKS, WARM_UP = Desk(), 208, 26  # before the table begins, stock and invoices come to normal
ARTICLES, LUMPS, WAVE = 80, 7.0, 0.12  # articles; variance over mean of a day's demand; height of the yearly wave
# Points of `filled` in the week itself, for one more day of stock and for a tenth more to rush with, both
# about where the manager stood: means over 700 worlds, each week changed by itself, standard errors 0.007 and
# 0.001. In one world of 208 weeks they come out between about 1.3 and 2.0, and 0.17 and 0.25.
DESK_TRUTH = {"stock_target": 1.62, "rush_budget": 0.209, "calls": 0.0}


def order_desk(seed=1):
    """One order desk that can always fill more orders by ordering more stock, until the cash is gone.

    80 articles are ordered every Monday up to `stock_target` days of average demand, and arrive on
    Tuesday; `crunch.datasets.inventory` moves every unit and every invoice. Customers order seldom and
    in lots, more before Christmas. Target and rush budget wander as the manager likes. Calls rise in
    the busy season and change nothing.

    Parameters
    ----------
    seed : int

    Returns
    -------
    DataFrame
        208 rows, one a week.
    """
    demand, target, budget, luck = desk_inputs(seed)
    seen = weekly(demand, target, budget, DESK, luck)
    filled = np.round(seen["filled"], 1)
    calls = np.random.default_rng([seed, 1]).poisson(40 * np.exp(3 * _season(_desk_weeks())))
    return pd.DataFrame({
        "week": _desk_weeks(), "filled": filled, "stock_target": target, "rush_budget": budget, "calls": calls,
        "stock_value": np.round(seen["stock_value"]).astype(int), "cash": np.round(seen["cash"]).astype(int),
        "write_offs": np.round(seen["write_offs"]).astype(int)}).iloc[WARM_UP:].reset_index(drop=True)


def desk_inputs(seed):
    """What befalls the order desk and what its manager decides, the weeks of warming up first.

    Parameters
    ----------
    seed : int

    Returns
    -------
    demand : array of int, shape (1170, 80)
        Units by day and article, negative binomial.
    target, budget : array, shape (234,)
        Days of stock, in halves; euros a week, in tens.
    luck : array, shape (234, 80)
        See `crunch.datasets.inventory.goods`.
    """
    rng = np.random.default_rng(seed)
    weeks = DESK_WEEKS + WARM_UP
    mean = DESK.demand * (1 + np.repeat(_season(_desk_weeks()), WEEK))[:, None]
    demand = rng.negative_binomial(mean / (LUMPS - 1), 1 / LUMPS, (weeks * WEEK, ARTICLES))
    target = np.clip(np.round(2 * (11 + _ar1(rng, weeks, 0.8, 1.0))) / 2, 6, 16)
    budget = 10 * np.round(np.exp(np.log(110) + _ar1(rng, weeks, 0.6, 0.5)) / 10).clip(1)
    return demand, target, budget.astype(int), rng.random((weeks, ARTICLES))


def _desk_weeks():
    """Mondays, those of warming up included."""
    return pd.date_range("2021-01-04", periods=DESK_WEEKS + WARM_UP, freq="7D") - pd.Timedelta(weeks=WARM_UP)


def _season(weeks):
    """The yearly wave of demand, about 0 and highest in early December."""
    return WAVE * np.cos(2 * np.pi * (weeks.day_of_year.to_numpy() - 340) / 365.25)
