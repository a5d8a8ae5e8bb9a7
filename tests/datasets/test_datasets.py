"""The embedded tables: what they hold, that they are what their generators make, and their facts."""

import importlib.util

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from places import ROOT

import crunch
from crunch.datasets import simulate, study, worlds

SIMULATED = ("stuck_at_55", "accounts", "shops", "order_desk")


@pytest.mark.parametrize("name", ["schools", *SIMULATED])
def test_every_column_is_described_and_every_role_is_a_column(name):
    entry, frame = crunch.catalogue()[name], crunch.load(name)
    assert [column for column, *_ in entry.columns] == frame.columns.tolist()
    assert len(frame) == entry.rows
    assert entry.source
    assert entry.licence
    assert all(meaning for *_, meaning in entry.columns)
    assert study(name).score == entry.roles["score"]
    assert entry.simulated == (name in SIMULATED)


@pytest.mark.parametrize("name", SIMULATED)
def test_a_simulated_table_is_what_its_generator_makes(name):
    entry = crunch.catalogue()[name]
    made = getattr(simulate, name)(entry.seed)
    pd.testing.assert_frame_equal(crunch.load(name), made, check_dtype=False, check_exact=False, rtol=1e-9)
    assert set(entry.truth) == set(entry.roles["levers"])
    assert "simulated" in entry.about
    assert entry.reveal().sentence == entry.story != ""
    assert dict(entry.reveal().table.itertuples(index=False, name=None)) == dict(entry.truth)


def test_worlds_have_rates_in_per_cent_and_say_what_is_missed():
    table = worlds()
    assert table["world"].is_unique
    assert (table["tables"] > 0).all()
    rates = table[["refused", "wrong", "coverage", "power", "ols_wrong"]]
    assert ((rates >= 0) & (rates <= 100) | rates.isna()).all(axis=None)
    assert (table.loc[table["wrong"].notna(), "wrong_of"].isin(["tables", "what is said"])).all()
    assert table.loc[table["wrong_of"] == "tables", "power"].isna().all()
    assert (table["met"] == (table["missed"] == "")).all()
    assert "worlds" not in crunch.catalogue()


def test_schools_is_the_package_s_table():
    spec = importlib.util.spec_from_file_location(
        "make_datasets", ROOT / "scripts" / "make_datasets.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = script.schools().reset_index(drop=True)
    pd.testing.assert_frame_equal(crunch.load("schools"), made, check_dtype=False, rtol=1e-9)


def test_the_diary_is_stuck_at_55_while_followers_grow():
    for seed in range(1, crunch.catalogue()["stuck_at_55"].seed + 1):
        stuck = (simulate.stuck_at_55(seed)["klout"].tail(22) == 55).all()
        assert stuck == (seed == crunch.catalogue()["stuck_at_55"].seed)
    diary = crunch.load("stuck_at_55")
    assert len(diary) == 130
    assert diary["followers"].tail(22).is_monotonic_increasing
    assert diary["followers"].iloc[-1] > 1.2 * diary["followers"].iloc[-22]


def test_the_accounts_match_the_published_figures():
    """R² 0.64, residual sd 7.3, mean 41, range 10–80, listed 0 for a third: on average over worlds."""
    facts = []
    for seed in range(40):
        world = simulate.accounts(seed)
        X = sm.add_constant(np.log1p(world[list(simulate.ACCOUNTS)]))
        fit = sm.OLS(world["score"], X).fit()
        facts.append([fit.rsquared, fit.mse_resid**0.5, world["score"].mean(), (world["listed"] == 0).mean()])
        assert world["score"].between(10, 80).all()
    off = np.mean(facts, axis=0) - [0.64, 7.3, 41, 1 / 3]
    assert (np.abs(off) < [0.02, 0.15, 0.7, 0.03]).all(), off


def test_pooling_the_shops_misleads_as_their_story_says():
    shops = crunch.load("shops")
    X = pd.DataFrame({"one": 1.0, "cover": shops["stock_cover"], "staff": np.log(shops["staff_hours"]),
                      "promotions": shops["promotions"]})
    pooled = sm.OLS(shops["fulfilment"], X).fit().conf_int()
    assert pooled.loc["cover", 1] < -0.3
    assert pooled.loc["promotions", 1] < -0.4


def test_a_new_frame_every_time():
    frame = crunch.load("schools")
    frame["test_score"] = 0
    assert crunch.load("schools")["test_score"].min() > 600


def test_unknown_name():
    with pytest.raises(crunch.InputError) as caught:
        crunch.load("school")
    assert str(caught.value) == (
        "name must be one of 'schools', 'stuck_at_55', 'accounts', 'shops' and 'order_desk', but 'school' was given. Choose one of "
        "these. For a file of your own use crunch.read('school').")


def test_the_catalogue_shows_itself():
    catalogue = crunch.catalogue()
    assert catalogue.table["name"].tolist() == list(catalogue)
    assert "simulated" in repr(catalogue)
    assert "<table>" in catalogue._repr_html_()
    for entry in catalogue.values():
        assert entry.source in str(entry)
        assert entry.licence in entry._repr_html_()
