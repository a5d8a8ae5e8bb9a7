"""The order desk: the textbook's fill rate, nothing gained or lost on the way, and the truth its entry states."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import crunch
from crunch import drivers
from crunch.datasets import simulate, study
from crunch.datasets.inventory import WEEK, Desk, goods, money, weekly

PLAIN = Desk(demand=20, ageing=0)
NO_BUDGET = np.zeros(simulate.DESK_WEEKS + simulate.WARM_UP)


def loss(spread, distance):
    """Units by which a normal exceeds its mean + distance, on average: spread × G(distance / spread)."""
    if spread == 0:
        return max(-distance, 0)
    k = distance / spread
    return spread * (stats.norm.pdf(k) - k * stats.norm.sf(k))


@pytest.mark.parametrize("lead", [0, 1, 2, 5, 7])
@pytest.mark.parametrize("k", [-5, -2, 0, 1])
def test_the_fill_rate_is_the_textbook_s(k, lead):
    """Periodic review, order up to S, back-orders: Silver, Pyke & Thomas (2017), Inventory and Production
    Management in Supply Chains, with those owed at the start of a cycle taken off, which makes it exact
    (Silver & Bischak 2011, Omega 39:346-349).

    Monday's order arrives in the morning `lead` days on and is the last to arrive for R = 5 days. Stock and orders
    were S on Monday, so stock is S less `lead` days of demand after the arrival, and S less R + lead days of it in the
    last evening. With lead 7 and k = -5 what was owed at the start is a point of the fill rate; elsewhere it is less.
    """
    mean, sd, worlds, weeks = 20, 5, 1000, 100
    demand = np.random.default_rng(lead).normal(mean, sd, (weeks * WEEK, worlds, 1)).clip(0)
    level = (WEEK + lead) * mean + k * sd * np.sqrt(WEEK + lead)
    flow = goods(demand, np.full(weeks, level / mean), np.zeros(weeks), replace(PLAIN, lead_days=lead))
    settled = slice(4 * WEEK + lead, (weeks - 2) * WEEK + lead)  # whole cycles, from arrival to arrival
    filled = flow.at_once[settled].sum(axis=0) / flow.asked[settled].sum(axis=0)
    start = loss(sd * np.sqrt(lead), level - lead * mean)
    end = loss(sd * np.sqrt(WEEK + lead), level - (WEEK + lead) * mean)
    error = filled.std(ddof=1) / np.sqrt(worlds)
    assert error < 0.001
    assert abs(filled.mean() - (1 - (end - start) / (WEEK * mean))) < 3.5 * error + 1e-5  # demand is clipped at 0


DESKS = {"as it comes": Desk(), "lost sales": Desk(backorders=False), "long lead": Desk(lead_days=7, customers_pay=0),
         "slow to pay": Desk(suppliers_paid=30, customers_pay=40, draw_weeks=13)}


@pytest.mark.parametrize("desk", DESKS.values(), ids=DESKS)
def test_no_unit_is_gained_or_lost(desk):
    demand, target, budget, luck = simulate.desk_inputs(3)
    flow = goods(demand, target, budget, desk, luck)
    moved = {name: getattr(flow, name) for name in flow.__dataclass_fields__}
    assert all((units >= 0).all() and (units == np.round(units)).all() for units in moved.values())
    delivered = flow.at_once + flow.late
    kept = np.diff(flow.stock, prepend=0)
    np.testing.assert_array_equal(flow.arrived + flow.rushed, delivered + flow.written_off + kept)
    np.testing.assert_array_equal(flow.asked, demand.sum(axis=1))
    waiting = np.diff(flow.owed, prepend=0) + flow.late
    if desk.backorders:
        np.testing.assert_array_equal(flow.asked - flow.at_once, waiting)
    else:
        assert not flow.owed.any()
        assert not flow.late.any()
        assert (flow.asked >= flow.at_once).all()
    spent = desk.surcharge * flow.rushed.reshape(-1, WEEK).sum(axis=1)
    assert (spent <= budget).all()
    assert (spent > budget - desk.surcharge).any()
    assert not flow.written_off.reshape(-1, WEEK)[:, :-1].any()


@pytest.mark.parametrize("desk", DESKS.values(), ids=DESKS)
def test_no_euro_is_gained_or_lost(desk):
    demand, target, budget, luck = simulate.desk_inputs(4)
    flow = goods(demand, target, budget, desk, luck)
    account = money(flow, desk)
    paid, asked = np.zeros(len(demand)), np.zeros(len(demand))
    open_sales, open_bills = np.zeros(len(demand)), np.zeros(len(demand))
    for day in range(len(demand)):
        sale = desk.price * (flow.at_once[day] + flow.late[day])
        bill = desk.cost * flow.arrived[day] + (desk.cost + desk.surcharge) * flow.rushed[day]
        for amounts, unpaid, amount, wait in ((paid, open_sales, sale, desk.customers_pay),
                                              (asked, open_bills, bill, desk.suppliers_paid)):
            amounts[day + wait: day + wait + 1] += amount
            unpaid[day: day + wait] += amount
    np.testing.assert_allclose(account.receipts, paid)
    np.testing.assert_allclose(account.bills, asked)
    change = np.diff(account.cash, prepend=desk.opening)
    np.testing.assert_allclose(change, paid - asked - account.running - account.drawn, atol=1e-6)
    untaken = np.cumsum(account.profit - account.drawn)
    balance = desk.opening + untaken - desk.cost * flow.stock - open_sales + open_bills
    np.testing.assert_allclose(account.cash, balance, atol=1e-6)
    fridays = account.running.reshape(-1, WEEK)
    assert not fridays[:, :-1].any()
    np.testing.assert_allclose(fridays[:, -1], desk.fixed + desk.holding * desk.cost * flow.stock[WEEK - 1:: WEEK])
    # The owner takes profits and never more, and leaves none behind on a payday.
    assert (account.drawn >= 0).all()
    payday = (np.arange(len(demand)) + 1) % (WEEK * desk.draw_weeks) == 0
    assert not account.drawn[~payday].any()
    assert (untaken[payday] < 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), more=st.floats(0, 6), lead=st.integers(0, 3), backorders=st.booleans(),
       ageing=st.sampled_from([0.0, 0.004]), rush=st.booleans(), low=st.integers(2, 16))
def test_more_stock_never_fills_less(seed, more, lead, backorders, ageing, rush, low):
    """Common demand, in every single week, for a level that is kept."""
    demand, _, budget, luck = simulate.desk_inputs(seed)
    weeks = 40
    desk = Desk(lead_days=lead, backorders=backorders, ageing=ageing)
    more = np.round(more * desk.demand) / desk.demand  # whole units
    target = np.full((weeks, 2), [low, low + more])
    budget = np.repeat(budget[:weeks, None] * rush, 2, axis=1)
    filled = weekly(demand[:weeks * WEEK, None], target, budget, desk, luck[:weeks, None])["filled"]
    assert (filled[:, 1] >= filled[:, 0] - 1e-9).all()


@pytest.mark.parametrize("lead", [0, 1, 3])
def test_customers_who_wait_take_stock_from_the_next(lead):
    demand, target, _, luck = simulate.desk_inputs(5)
    kept = np.full(len(target), 9.0)
    waits, goes = (weekly(demand, kept, NO_BUDGET, Desk(lead_days=lead, ageing=0, backorders=b), luck)["filled"]
                   for b in (True, False))
    assert (goes >= waits - 1e-9).all()
    # When the order is there at once, every week begins at the same level, whoever waited.
    assert goes.mean() == pytest.approx(waits.mean()) if lead == 0 else goes.mean() > waits.mean() + 0.5


def test_worlds_side_by_side_are_worlds_one_by_one():
    inputs = [simulate.desk_inputs(seed) for seed in (6, 7)]
    together = weekly(*(np.stack([i[n] for i in inputs], axis=1) for n in range(3)), Desk(),
                      np.stack([i[3] for i in inputs], axis=1))
    for world, (demand, target, budget, luck) in enumerate(inputs):
        for name, path in weekly(demand, target, budget, Desk(), luck).items():
            np.testing.assert_allclose(together[name][:, world], path, err_msg=name)


def test_a_week_without_orders_is_filled():
    seen = weekly(np.zeros((WEEK, 3)), [8.0], [0.0], Desk())
    assert seen["filled"].tolist() == [100]
    assert seen["stock_value"].tolist() == [3 * 8 * 2 * 13]


def test_four_years_take_no_time():
    took = []
    for _ in range(3):
        start = perf_counter()
        simulate.order_desk(1)
        took.append(perf_counter() - start)
    assert min(took) < 0.3


def test_the_numbers_are_those_of_a_small_firm():
    tables = [simulate.order_desk(seed) for seed in range(20)]
    all_of_them = pd.concat(tables)
    assert abs(all_of_them["filled"].mean() - 92) < 1
    low, high = all_of_them["filled"].quantile([0.01, 0.9])
    assert 72 < low < 80
    assert 98 < high < 99.95
    assert all_of_them["stock_target"].between(6, 16).all()
    assert (all_of_them["stock_target"] % 0.5 == 0).all()
    assert (all_of_them["rush_budget"] >= 10).all()
    assert all_of_them["cash"].between(-10_000, 30_000).all()
    drift = [table["cash"].iloc[-52:].mean() - table["cash"].iloc[:52].mean() for table in tables]
    assert abs(np.mean(drift)) < 4 * np.std(drift) / np.sqrt(len(drift))
    assert np.std(drift) < 4000
    assert all_of_them["filled"].corr(all_of_them["calls"]) < -0.1
    assert all_of_them["cash"].corr(all_of_them["stock_target"]) < -0.8
    whole = tables[0].drop(columns=["week", "filled", "stock_target"])
    assert (whole.dtypes == np.int64).all()


def one_week_changed(seed, every, days=0.0, factor=1.0):
    """What a change about the manager's decision does in its own week, mean over every few weeks."""
    demand, target, budget, luck = simulate.desk_inputs(seed)
    weeks = np.arange(simulate.WARM_UP + seed % every, len(target), every)
    worlds = np.arange(len(weeks))
    seen = []
    for sign in (-0.5, 0.5):
        targets, budgets = (np.repeat(path[:, None].astype(float), len(weeks), axis=1) for path in (target, budget))
        targets[weeks, worlds] += sign * days
        budgets[weeks, worlds] *= factor**sign
        seen.append(weekly(demand[:, None], targets, budgets, simulate.DESK, luck[:, None])["filled"][weeks, worlds])
    return (seen[1] - seen[0]).mean()


@pytest.mark.simulation
@pytest.mark.parametrize(("lever", "change"), [("stock_target", {"days": 1}), ("rush_budget", {"factor": 1.1})])
def test_the_truth_is_what_changing_a_lever_does(lever, change):
    worlds = [one_week_changed(seed, 8, **change) for seed in range(24)]
    error = np.std(worlds, ddof=1) / np.sqrt(len(worlds))
    truth = crunch.catalogue()["order_desk"].truth[lever]
    assert error < truth / 20
    assert abs(np.mean(worlds) - truth) < 3 * error


@pytest.mark.simulation
def test_what_a_day_of_stock_does_when_it_is_kept_up():
    """The story's figures, each within three standard errors of 30 worlds and half its last digit."""
    runs = []
    for seed in range(30):
        demand, target, budget, luck = simulate.desk_inputs(seed)
        targets = np.column_stack([target - 0.5, target + 0.5, *(np.full(len(target), x) for x in (8, 9, 14, 15))])
        inputs = demand[:, None], targets, np.repeat(budget[:, None], 6, axis=1), simulate.DESK, luck[:, None]
        seen = weekly(*inputs)
        account = money(goods(*inputs), simulate.DESK)
        means = {name: path[simulate.WARM_UP:].mean(axis=0) for name, path in seen.items()}
        means["earned"] = WEEK * account.profit[simulate.WARM_UP * WEEK:].mean(axis=0)
        runs.append({name: np.diff(mean)[::2] for name, mean in means.items()})
    story = crunch.catalogue()["order_desk"].story
    for name, comparison, told, digit, words in (
            ("filled", 0, 2.5, 0.05, "kept up it fills 2.5 points more"),
            ("stock_value", 0, 1850, 5, "ties up 1 850 euros more in stock"),
            ("cash", 0, -1950, 5, "leaves 1 950 euros less in cash"),
            ("write_offs", 0, 21, 0.5, "writes off 21 euros a week more"),
            ("earned", 0, -26, 0.5, "costs the owner 26 euros a week"),
            ("filled", 1, 4.3, 0.05, "from 8 to 9 days 4.3 points for 1 800 euros of cash"),
            ("cash", 1, -1800, 50, "for 1 800 euros of cash"),
            ("filled", 2, 0.8, 0.05, "from 14 to 15 days 0.8 points for 2 100"),
            ("cash", 2, -2100, 50, "0.8 points for 2 100")):
        assert words in story
        found = np.array([run[name][comparison] for run in runs])
        assert abs(found.mean() - told) < digit + 3 * found.std(ddof=1) / np.sqrt(len(found)), (words, found.mean())


def test_the_embedded_table_shows_its_truth():
    answer = drivers(study("order_desk"), draws=0).table.set_index("lever")
    for lever, truth in crunch.catalogue()["order_desk"].truth.items():
        assert answer.loc[lever, "low"] < truth < answer.loc[lever, "high"]
        assert (answer.loc[lever, "verdict"] == "moves it") == (truth != 0)
