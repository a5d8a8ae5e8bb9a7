"""What a study accepts, what it says of it, and the sentence for each mistake."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crunch import InputError, Study
from crunch.datasets import load, study


def table(rows=30, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"score": rng.normal(size=rows), "posts": rng.normal(size=rows),
                         "shares": rng.normal(size=rows), "week": np.arange(rows),
                         "mood": np.resize(["good", "bad"], rows)})


ASKED = ("'week' holds one date a row and has no role, so the rows are taken as accounts that have nothing to do with "
         "each other. If they are one thing seen again and again, name it: Study(..., time='week').")


def says(sentence, frame, **roles):
    roles = {"score": "score", "levers": ["posts", "shares"], **roles}
    with pytest.raises(InputError) as caught:
        Study(frame, **roles)
    assert str(caught.value) == sentence


def test_kind_follows_from_the_roles():
    assert study("accounts").kind == "accounts"
    assert study("stuck_at_55").kind == "diary"
    assert study("shops").kind == "panel"


def test_the_frame_given_is_left_alone():
    given = load("stuck_at_55").sample(frac=1, random_state=1)
    before = given.copy(deep=True)
    Study(given, score="klout", levers=["followers", "posts"], time="week")
    pd.testing.assert_frame_equal(given, before)


@pytest.mark.parametrize("convert", [lambda f: f, pl.from_pandas, pa.Table.from_pandas])
def test_any_eager_frame_reads_the_same(convert):
    given = load("stuck_at_55")
    one = Study(convert(given), score="klout", levers=["followers", "posts"], time="week")
    other = Study(given, score="klout", levers=["followers", "posts"], time="week")
    pd.testing.assert_frame_equal(one.frame, other.frame, check_dtype=False)
    assert one.timeline.name == "week"


def test_nullable_and_missing_cells_are_counted():
    frame = table()
    frame["posts"] = pd.array([1, None, *range(28)], dtype="Int64")
    frame.loc[4, "score"] = np.nan
    read = Study(frame, score="score", levers=["posts", "shares"])
    assert len(read.frame) == 28
    assert read.notes == ("2 rows of 30 were left out for missing values in 'score' (1) and 'posts' (1).", ASKED)


def test_a_missing_side_effect_costs_no_row():
    frame = table().assign(hours=np.nan)
    assert len(Study(frame, score="score", levers="posts", side_effects="hours").frame) == 30


def test_unknown_column():
    says("Every column named in levers must be in the table, but 'postss' is not. Did you mean 'posts'?",
         table(), levers=["postss"])


def test_repeated_column_in_the_table():
    frame = table()
    frame.columns = ["score", "posts", "posts", "week", "mood"]
    says("Column names must be unique, but the table has 2 columns called 'posts'. Rename all but one of them.",
         frame, levers=["posts"])


def test_a_name_given_twice():
    says("Each column has one place in levers, but 'posts' is named twice. Name it once.",
         table(), levers=["posts", "posts"])


def test_the_score_is_also_a_lever():
    says("A column has one role, but 'score' is given as score and as levers. Keep it in one of the two.",
         table(), levers=["score", "posts"])


def test_no_lever():
    says("A study needs at least one lever, an input you can act on, but none was given. "
         "Name one or more, for example levers=['posts'].", table(), levers=[])


def test_text_cells_in_a_lever():
    frame = table()
    frame["posts"] = ["1,200", "n/a", *map(str, range(27)), "x"]
    says("A lever must be a number, but 'posts' has 30 cells that are not: '1,200', 'n/a' and '0'. Convert them first, "
         "for example table['posts'] = pd.to_numeric(table['posts'].str.replace(',', '')), "
         "or let crunch.read(path) do it.", frame)


def test_numbers_and_words_in_a_context():
    frame = table().assign(mood=["1", "x"] * 15)
    says("A context column must be a number, but 'mood' has 30 cells that are not: '1', 'x' and '1'. Convert them first, "
         "for example table['mood'] = pd.to_numeric(table['mood'].str.replace(',', '')), or let crunch.read(path) do it. "
         "If they are categories: table['mood'].astype('category').", frame, context="mood")
    assert Study(frame.astype({"mood": "category"}), score="score", levers="posts", context="mood").kind == "accounts"


def test_infinite_cells():
    frame = table()
    frame.loc[[3, 5], "posts"] = np.inf
    says("A lever must be finite, but 'posts' is infinite in 2 rows, first in row 3. Often a division by zero: replace "
         "those cells with a missing value or drop the rows.", frame)


@pytest.mark.parametrize("name", ["posts", "score"])
def test_cells_whose_squares_are_no_numbers(name):
    frame = table().astype({name: float})
    frame.loc[3, name] = -1e160
    says(f"Numbers must stay below 1e+75, so that squares of their squares can be added up, but '{name}' has -1e+160 in row "
         "3. Look whether that cell is what it should be; if so, divide the column by a power of ten.", frame)


def test_dates_as_a_lever():
    says("A lever must be a number, but 'posts' holds dates. Turn it into a count, such as days since the first one.",
         table().assign(posts=pd.Timestamp("2024-01-01")))


def test_too_few_rows():
    says("A study of 2 lever and context columns needs at least 4 complete rows, but 3 rows of 3 can be used. "
         "Add rows, fill the missing cells, or name fewer columns.", table(3))


def test_a_constant_lever_is_set_aside():
    read = Study(table().assign(posts=7), score="score", levers=["posts", "shares"])
    assert read.levers == ("shares",)
    assert read.constant == ("posts",)
    assert read.notes == ("'posts' is the same in every row and is set aside: a lever that never moved shows nothing.",
                          ASKED)


def test_no_lever_varies():
    says("At least one lever must vary, but 'posts' is the same in every row. A lever that was never pulled shows "
         "nothing: change it for a while first.", table().assign(posts=7), levers="posts")


def test_a_score_that_never_moved_is_kept():
    read = Study(table().assign(score=55), score="score", levers=["posts"])
    assert not read.score_moves
    assert read.notes == ("The score never moved: it is 55 in 30 rows.", ASKED)


def test_duplicate_weeks():
    frame = table()
    frame.loc[1, "week"] = 0
    says("Each period may have one row, but 2 rows share theirs, first 0.0. Name the column that tells the rows apart "
         "with unit=, or bring the table to one row a period.", frame.astype({"week": float}), time="week")


def test_duplicate_unit_weeks():
    frame = table().assign(week=0)
    says("Each unit and period may have one row, but 30 rows share theirs, first 'good', 0. Bring the table to one row "
         "per unit and period.", frame, time="week", unit="mood")


def test_unit_without_time():
    says("unit tells the rows of one moment apart, so it needs time, but unit='mood' came alone. Give time= as well, or "
         "leave unit out.", table(), unit="mood")


def test_unsorted_time_is_sorted_and_said():
    read = Study(table().iloc[::-1], score="score", levers="posts", time="week")
    assert read.frame["week"].is_monotonic_increasing
    assert "The rows were not in order of time; they were sorted." in read.notes


def test_a_gap_is_said():
    read = Study(table().drop([5, 6]), score="score", levers="posts", time="week")
    assert "2 weeks between the first and the last have no row; effects that look back over a gap skip it." in read.notes


def test_an_exact_sum_is_named():
    frame = table().assign(total=lambda t: t.posts + t.shares)
    says("A lever must be able to move while the others stay put, but 'total' is exactly the sum of 'posts' and "
         "'shares'. Leave one of the 3 out of the levers.", frame, levers=["posts", "shares", "total"])


def test_a_copy_in_another_unit_is_named():
    frame = table().assign(hundreds=lambda t: t.posts * 0.01)
    says("A lever must be able to move while the others stay put, but 'posts' is the same as 'hundreds' up to its unit. "
         "Leave one of the 2 out of the levers.", frame, levers=["posts", "shares", "hundreds"])


def test_not_a_table():
    says("A table must be a data frame, such as one of pandas, Polars, DuckDB, Dask or PySpark, or the path of Parquet "
         "files, but it was given 'int'. For other files use crunch.read(path).table.", 5)


@pytest.mark.parametrize(("roles", "sentence"), [
    ({"step": 0}, "step must be a number above 0, but 0 was given. Give one such as step=1, or leave it out."),
    ({"rounding": "up"}, "rounding must be one of 'round', 'half_even', 'floor' and 'ceil', but 'up' was given. "
                         "Choose one of these."),
    ({"scales": {"posts": "sqrt"}}, "scales['posts'] must be one of 'log' and 'linear', but 'sqrt' was given. "
                                    "Choose one of these."),
    ({"scales": {"reach": "log"}}, "scales speaks of levers and context, but 'reach' is neither. "
                                   "The levers are 'posts' and 'shares'."),
    ({"scales": {"posts": "log"}}, None),
])
def test_settings(roles, sentence):
    if sentence is None:
        low = table()["posts"].min()
        sentence = (f"A log scale needs values of 0 or more, but lever 'posts' goes down to {low:g}. "
                    "Use scales={'posts': 'linear'}.")
    says(sentence, table(), **roles)


def test_a_score_between_its_steps_is_noted():
    read = Study(table().assign(score=np.linspace(50, 55, 30)), score="score", levers="posts", step=1)
    assert read.notes[0].startswith("The score has 28 values between the steps of 1, such as 50.1724")


def test_it_shows_itself_escaped():
    frame = table().rename(columns={"posts": "<script>alert(1)</script>"})
    read = Study(frame, score="score", levers=["<script>alert(1)</script>", "shares"], context="mood")
    html = read._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "'score' in a cross-section of 30 rows." in str(read)
    for word in ("lever", "context", "linear", "it has negative values"):
        assert word in str(read)


def test_side_effects_may_say_which_way_is_better():
    table = pd.DataFrame({"s": [1.0, 2, 3, 5, 4], "x": [1.0, 2, 4, 3, 5], "h": [1.0, 2, 2, 3, 1], "k": 1.0})
    found = Study(table, score="s", levers="x", side_effects={"h": "less", "k": None})
    assert found.side_effects == ("h", "k")
    assert found.better == {"h": "less"}
    assert Study(table, score="s", levers="x", side_effects=["h"]).better == {}
    with pytest.raises(InputError) as caught:
        Study(table, score="s", levers="x", side_effects={"h": "down"})
    assert str(caught.value) == ("side_effects['h'] must be one of 'more' and 'less', but 'down' was given. Choose one of these.")
