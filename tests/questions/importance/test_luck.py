"""Levers that do nothing: their shares, what noise would explain, and nobody crowned for it."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from amounts import some_and_all

import crunch
from crunch import Moments, Study, importance
from crunch.charts.importance import leaders
from crunch.datasets import study

NAMES = ["big", "small", "none"]
EFFECTS, TRUTH = np.array([0.6, 0.3, 0]), np.array([0.36, 0.09, 0]) / 1.45


def remembered(rng, *shape):
    """Half of what was, and something new."""
    out = rng.normal(size=shape)
    for i in range(1, len(out)):
        out[i] += 0.5 * out[i - 1]
    return out[20:]


def accounts(rng, rows=60, effects=EFFECTS):
    X = rng.normal(size=(rows, len(effects)))
    frame = pd.DataFrame(X, columns=NAMES if len(effects) == 3 else None).rename(columns=str)
    return frame.assign(score=X @ effects + rng.normal(size=rows))


def bare(rng, effects=EFFECTS):
    return {"X": accounts(rng, effects=effects), "y": "score"}


def diary(rng, effects=EFFECTS):
    X, noise = remembered(rng, 124, 3), remembered(rng, 124)
    frame = pd.DataFrame(X, columns=NAMES).assign(score=X @ effects + noise)
    frame["week"] = pd.date_range("2020-01-06", periods=104, freq="7D")
    return {"X": Study(frame, score="score", levers=NAMES, time="week", scales=dict.fromkeys(NAMES, "linear"))}


def panel(rng, effects=EFFECTS):
    X, noise = remembered(rng, 46, 20, 3), remembered(rng, 46, 20)
    frame = pd.DataFrame(X.reshape(-1, 3), columns=NAMES).assign(score=(X @ effects + noise).ravel())
    frame["week"], frame["shop"] = np.divmod(np.arange(520), 20)
    frame["week"] = pd.Timestamp("2020-01-06") + pd.to_timedelta(7 * frame["week"], unit="D")
    return {"X": Study(frame, score="score", levers=NAMES, time="week", unit="shop",
                       scales=dict.fromkeys(NAMES, "linear"))}


def moments(rng, effects=EFFECTS):
    return {"X": Moments.of(accounts(rng, 600, effects), blocks=60), "y": "score"}


@pytest.mark.simulation
@some_and_all("worlds", 40, 600)
@pytest.mark.parametrize("kind", [bare, diary, panel, moments])
def test_intervals_of_shares_hold_the_truth_also_where_it_is_nothing(kind, worlds):
    """Nothing is held in nearly all tables, what is something in nine of ten (four binomial errors off at most)."""
    held, width = np.zeros(3), np.zeros(3)
    for seed in range(worlds):
        table = importance(**kind(np.random.default_rng(seed)), draws=200 * (kind is not moments), rng=seed).table
        table = table.set_index("lever").loc[NAMES]
        assert (table["share_low"] >= 0).all()
        assert table["share"].between(table["share_low"], table["share_high"]).all()
        low, high = table[["share_low", "share_high"]].to_numpy().T
        held += (low <= TRUTH) & (high >= TRUTH)
        width += (high - low) / worlds
    print(f"\n{kind.__name__}: intervals of {NAMES} hold the truth in {(held / worlds).round(3)}, widths {width.round(3)}")
    assert held[2] / worlds >= 0.97 - 4 * np.sqrt(0.97 * 0.03 / worlds)
    assert (held[:2] / worlds >= 0.91 - 4 * np.sqrt(0.91 * 0.09 / worlds)).all()


@pytest.mark.simulation
@some_and_all("worlds", 60, 1000)
@pytest.mark.parametrize(("draws", "most"), [(0, 0.05), (100, 0.01)])
def test_noise_crowns_nobody(worlds, draws, most):
    """Thirty rows and five levers of pure noise: one that stands alone in the title, one that the sentence names."""
    titled = named = 0
    for seed in range(worlds):
        answer = importance(accounts(np.random.default_rng(seed), 30, np.zeros(5)), "score", draws=draws, rng=seed)
        titled += len(leaders(answer)) == 1
        named += "pure noise in place of the levers may go with as much" not in answer.sentence
    print(f"\n{draws} draws: crowned by the title {titled / worlds:.3f}, named by the sentence {named / worlds:.3f}")
    slack = 3 * np.sqrt(0.05 * 0.95 / worlds)
    assert titled / worlds <= most + slack * (most > 0.01)
    assert named / worlds <= 0.05 + slack


@pytest.mark.simulation
@some_and_all("worlds", 60, 1000)
def test_noise_that_units_remember_is_no_finding(worlds):
    """An F test that takes every row of a shop for news would find something three times as often as it says."""
    found = np.mean([importance(**panel(np.random.default_rng(seed), np.zeros(3))).p_value < 0.05
                     for seed in range(worlds)])
    print(f"\nnoise with a memory in 20 shops: something found in {found:.3f}")
    assert found <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / worlds)


def test_clusters_are_flipped_whole():
    """A table whose rows are written down ten times: copies are no news."""
    few = accounts(np.random.default_rng(3), 12)
    many = few.loc[np.repeat(few.index, 10)].assign(who=np.repeat(few.index, 10))
    by_rows, by_whom = importance(many.drop(columns="who"), "score"), importance(many, "score", cluster="who")
    assert by_rows.p_value < 1e-4 < 0.02 < by_whom.p_value


def test_the_first_is_said_to_be_that_in_these_rows_unless_it_is_ahead():
    rng = np.random.default_rng(4)
    close = accounts(rng, 200).assign(score=lambda f: f["big"] + 0.9 * f["small"] + rng.normal(size=200))
    assert ", and in these rows " in importance(close, "score").sentence
    assert ", and in these rows " in importance(close, "score", draws=200).sentence
    clear = importance(close.assign(score=lambda f: f["score"] + 2 * f["big"]), "score", draws=200)
    assert ", and big has the largest part, " in clear.sentence
    noise = importance(accounts(rng, 30, np.zeros(5)), "score", draws=50)
    said = f"Of the variation of score, all levers together go with {100 * noise.explained:.0f}\u202f%; "
    assert noise.sentence == (f"{said}pure noise in place of the levers may go with as much, so it can't be told which "
                              "lever comes first.")
    assert crunch.charts.importance(noise).get_title().replace("\n", " ") == "Any of 5 levers may have the largest share"


@pytest.mark.parametrize("name", ["accounts", "shops", "stuck_at_55", "order_desk", "schools"])
def test_drivers_and_importance_say_the_same_of_noise(name):
    ours, theirs = ([note for note in answer.notes if "pure noise would be expected" in note]
                    for answer in (crunch.drivers(study(name), draws=0), importance(study(name))))
    assert ours == theirs
    assert len(ours) == (name in ("stuck_at_55", "order_desk"))


def test_sums_say_of_noise_what_rows_say():
    rng = np.random.default_rng(5)
    table = accounts(rng, 60, np.zeros(5)).assign(group=lambda f: rng.normal(size=60))
    roles = {"score": "score", "levers": list("01234"), "context": "group", "scales": dict.fromkeys([*"01234", "group"], "linear")}
    sums = Moments.of(table)
    by_rows, by_sums = crunch.drivers(Study(table, **roles), draws=0), crunch.drivers(Study(pl.from_pandas(table).lazy(), **roles))
    context = importance(table, "score", always="group").context_share
    said = (f"On 60 rows, 5 columns of pure noise would be expected to go with a further {100 * (1 - context) * 5 / 58:.0f}"
            "\u202f% of the variation.")
    answers = (by_rows, by_sums, importance(table, "score", always="group"), importance(sums, "score", always="group"))
    assert [said in answer.notes for answer in answers] == [True] * 4
