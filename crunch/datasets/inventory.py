"""One order desk, day by day: what it orders, stocks, delivers and writes off, and what that does to its cash.

`goods` moves units, `money` follows them with invoices, `weekly` adds both up. All are pure functions of
given demand and given decisions, so that one decision can be changed while everything else stays as it was.
"""

from dataclasses import dataclass, fields

import numpy as np

WEEK = 5  # working days; day 0 is a Monday


@dataclass(frozen=True)
class Desk:
    """What an order desk is like, whatever its manager decides.

    Attributes
    ----------
    demand : float
        Units a day and article on average, by which the manager turns days of stock into units.
    lead_days : int
        Working days from Monday's order to its arrival, in the morning.
    backorders : bool
        Whether customers wait for what is short; otherwise the sale is lost.
    ageing : float
        Share of an article's stock that is written off each Friday, for every week that it would last.
    price, cost, surcharge : float
        Euros a unit: what customers pay, what suppliers ask, and what a rushed unit costs on top.
    holding : float
        Share of the stock's value paid every Friday for rent and insurance.
    fixed : float
        Euros a week for wages and the rest.
    customers_pay, suppliers_paid : int
        Working days from delivery to payment.
    opening : float
        Euros on the account before the first day.
    draw_weeks : int
        Weeks between the Fridays on which the owner takes out the profit made so far.
    """

    demand: float = 2.0
    lead_days: int = 1
    backorders: bool = True
    ageing: float = 0.004
    price: float = 20.0
    cost: float = 13.0
    surcharge: float = 8.0
    holding: float = 0.004
    fixed: float = 4800.0
    customers_pay: int = 10
    suppliers_paid: int = 3
    opening: float = 57000.0
    draw_weeks: int = 4


@dataclass(frozen=True)
class Goods:
    """Units of all articles together, by day; `stock` and `owed` in the evening.

    Attributes
    ----------
    asked, arrived, rushed, at_once, late, written_off, stock, owed : array, shape (days,) or (days, worlds)
        Ordered by customers, arrived from suppliers in the ordinary way, rushed in, delivered on the
        day (rushed ones included), delivered to those who waited, written off, in stock, owed to those
        who wait.
    """

    asked: np.ndarray
    arrived: np.ndarray
    rushed: np.ndarray
    at_once: np.ndarray
    late: np.ndarray
    written_off: np.ndarray
    stock: np.ndarray
    owed: np.ndarray


def goods(demand, target, budget, desk, luck=0.5):
    """Units through a desk that orders every Monday up to a target.

    In the morning what was ordered `lead_days` ago arrives (on Mondays the new order is written
    first: the target, less what is in stock and on its way, plus what is owed), and those who waited
    are served. Then customers order. What stock cannot serve is rushed in as far as the week's budget
    goes, and the rest waits or is lost. On Friday evening what has aged is written off. The desk
    starts empty.

    Parameters
    ----------
    demand : array, shape (days, articles) or (days, worlds, articles)
        Units ordered by customers; whole weeks.
    target, budget : array, shape (weeks,) or (weeks, worlds)
        Days of average demand to order up to; euros of surcharges.
    desk : Desk
    luck : float or array, shape (weeks, articles) or (weeks, worlds, articles)
        Between 0 and 1; from where on a part of a unit that has aged counts as a whole one.

    Returns
    -------
    Goods

    Examples
    --------
    >>> import numpy as np
    >>> flow = goods(np.full((5, 1), 2), [4.0], [8.0], Desk(lead_days=0))  # 8 in stock, one more rushed
    >>> flow.at_once
    array([2., 2., 2., 2., 1.])
    """
    demand = np.asarray(demand, dtype=float)
    target, budget = (np.asarray(path, dtype=float)[..., None] for path in (target, budget))
    luck = np.broadcast_to(luck, (len(demand) // WEEK, *demand.shape[1:]))
    days, shape = len(demand), np.broadcast_shapes(demand.shape[1:], target.shape[1:], budget.shape[1:])
    coming = np.zeros((days + desk.lead_days + 1, *shape))  # by day of arrival
    stock, owed, ordered = (np.zeros(shape) for _ in range(3))
    out = {field.name: np.zeros((days, *shape[:-1])) for field in fields(Goods)}
    for day in range(days):
        week, weekday = divmod(day, WEEK)
        if weekday == 0:
            order = np.maximum(target[week] * desk.demand - (stock + ordered - owed), 0)
            coming[day + desk.lead_days] += order
            ordered = ordered + order
            left = np.floor(budget[week] / desk.surcharge)
        arrived = coming[day]
        stock, ordered = stock + arrived, ordered - arrived
        late = np.minimum(stock, owed)
        stock, owed = stock - late, owed - late
        sold = np.minimum(stock, demand[day])
        stock, short = stock - sold, demand[day] - sold
        # Articles are rushed in the order of the list until the week's budget is spent.
        rushed = np.clip(left - (np.cumsum(short, axis=-1) - short), 0, short)
        left = left - rushed.sum(axis=-1, keepdims=True)
        if desk.backorders:
            owed = owed + short - rushed
        aged = np.zeros(shape)
        if weekday == WEEK - 1:
            # Whole units, and never fewer left of more: the same luck rounds every world's stock.
            aged = np.minimum(np.floor(desk.ageing * stock * stock / (WEEK * desk.demand) + luck[week]), stock)
            stock = stock - aged
        units = {"asked": np.broadcast_to(demand[day], shape), "arrived": arrived, "rushed": rushed,
                 "at_once": sold + rushed, "late": late, "written_off": aged, "stock": stock, "owed": owed}
        for name, moved in units.items():
            out[name][day] = moved.sum(axis=-1)
    return Goods(**out)


@dataclass(frozen=True)
class Money:
    """Euros by day; `cash` in the evening.

    Attributes
    ----------
    receipts, bills, running, drawn : array, shape (days,) or (days, worlds)
        Paid by customers; paid to suppliers; paid for holding and fixed costs; taken out by the owner.
    cash : array
        On the account.
    profit : array
        Earned on the day, whenever it is paid: sales, less the cost of what was delivered, rushed and
        written off, less running costs.
    """

    receipts: np.ndarray
    bills: np.ndarray
    running: np.ndarray
    drawn: np.ndarray
    cash: np.ndarray
    profit: np.ndarray


def money(flow, desk):
    """The desk's account: everybody pays in time, and the owner takes out what was earned and no more.

    Parameters
    ----------
    flow : Goods
    desk : Desk

    Returns
    -------
    Money

    Notes
    -----
    By the balance sheet the account holds the opening cash and profits not taken yet, less what is
    tied up in stock and in customers' unpaid invoices, plus what suppliers have not been paid. It does
    not drift: losses wait for later profits, and what stock costs every week is the owner's loss.
    """
    days = np.arange(len(flow.stock)).reshape(-1, *[1] * (flow.stock.ndim - 1))
    friday, payday = ((days + 1) % (WEEK * weeks) == 0 for weeks in (1, desk.draw_weeks))
    sales = desk.price * (flow.at_once + flow.late)
    bought = desk.cost * (flow.arrived + flow.rushed) + desk.surcharge * flow.rushed
    used = desk.cost * (flow.at_once + flow.late + flow.written_off) + desk.surcharge * flow.rushed
    running = friday * (desk.fixed + desk.holding * desk.cost * flow.stock)
    profit = sales - used - running
    # Taken out so far: the most that had been earned by any payday.
    taken = np.maximum.accumulate(np.where(payday, np.cumsum(profit, axis=0), 0), axis=0)
    drawn = np.diff(taken, axis=0, prepend=0)
    receipts, bills = _later(sales, desk.customers_pay), _later(bought, desk.suppliers_paid)
    cash = desk.opening + np.cumsum(receipts - bills - running - drawn, axis=0)
    return Money(receipts=receipts, bills=bills, running=running, drawn=drawn, cash=cash, profit=profit)


def _later(amounts, days):
    """The same amounts that many days later; what falls beyond the last day is not there yet."""
    return np.concatenate([np.zeros_like(amounts[:days]), amounts[: max(len(amounts) - days, 0)]])


def weekly(demand, target, budget, desk, luck=0.5):
    """What a desk sees of itself each week, unrounded.

    Parameters
    ----------
    demand, target, budget, desk, luck
        As for `goods`.

    Returns
    -------
    dict of array, shape (weeks,) or (weeks, worlds)
        filled (percent of the units ordered in the week that were delivered at once; 100 of none),
        stock_value and cash (euros on Friday evening), write_offs (euros).
    """
    flow = goods(demand, target, budget, desk, luck)
    asked, at_once, aged = (_weeks(daily).sum(axis=1) for daily in (flow.asked, flow.at_once, flow.written_off))
    return {"filled": 100 * np.divide(at_once, asked, out=np.ones_like(asked), where=asked > 0),
            "stock_value": desk.cost * _weeks(flow.stock)[:, -1], "cash": _weeks(money(flow, desk).cash)[:, -1],
            "write_offs": desk.cost * aged}


def _weeks(daily):
    """Daily figures by week and weekday."""
    return daily.reshape(-1, WEEK, *daily.shape[1:])
