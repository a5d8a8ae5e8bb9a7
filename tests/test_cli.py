"""The commands as a person types them: answers on stdout, mistakes in one sentence, exit codes."""

import json
import subprocess
import sys

import pytest

import crunch


def run(*words, cwd=None):
    return subprocess.run([sys.executable, "-W", "error", "-c", "from crunch.cli import main; main()", *words], cwd=cwd,
                          capture_output=True, text=True, encoding="utf-8", check=False,
                          env={**__import__("os").environ, "PYTHONUTF8": "1"})


def test_report_of_a_file(tmp_path):
    crunch.load("stuck_at_55").to_csv(tmp_path / "diary.csv", index=False, sep=";")
    done = run("report", "diary.csv", "--score", "klout", "--levers", "followers, posts", "--lever", "shares",
               "--side-effects", "hours", "--time", "week", "--step", "1", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "[1/1] Which inputs actually move it?\n")
    by_hand = crunch.drivers(crunch.Study(crunch.load("stuck_at_55"), score="klout", time="week", step=1,
                                          levers=["followers", "posts", "shares"]))
    assert done.stdout.splitlines()[0] == by_hand.sentence
    page = (tmp_path / "crunch-report" / "index.html").read_text(encoding="utf-8")
    assert "130 rows and 12 columns were read from diary.csv." in page


def test_report_of_a_table_of_ours(tmp_path):
    done = run("report", "accounts", "--output", "out", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "index.html").exists()
    again = run("report", "accounts", "--output", "out", "--quiet", "--linear", "listed", cwd=tmp_path)
    assert again.returncode == 0
    assert again.stdout != done.stdout


def test_a_column_given_a_new_role_leaves_its_old_one(tmp_path):
    done = run("report", "schools", "--levers", "income", "--quiet", cwd=tmp_path)
    assert done.returncode == 0
    assert "income goes with" in done.stdout


@pytest.mark.parametrize(("words", "sentence"), [
    (["report", "table.csv"],
     "A report needs --score and --levers, but --score and --levers are missing. The columns of 'table.csv' are score "
     "(numbers); a,b (numbers); when (dates); who (text)."),
    (["report", "table.csv", "--score", "score", "--levers", "c"],
     "Every column named in levers must be in the table, but 'c' is not. It has 'score', 'a,b', 'when' and 'who'."),
    (["report", "tabel.csv"],
     "path must name a file that exists, but 'tabel.csv' does not. Did you mean 'table.csv'?"),
    (["lab", "nowhere"],
     "crunch lab opens a folder of notebooks, but there is no folder 'nowhere' here. Name one, for example: "
     "crunch lab ."),
])
def test_mistakes_end_in_one_sentence(tmp_path, words, sentence):
    rows = "\n".join(f'{i % 5};{i * i % 7};2024-01-{i + 1:02d};x{i}' for i in range(20))
    (tmp_path / "table.csv").write_text(f'score;"a,b";when;who\n{rows}\n', encoding="utf-8")
    done = run(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {sentence}\n")


def test_a_name_with_a_comma_is_one_column(tmp_path):
    rows = "\n".join(f'{i % 5};{i * i % 7}' for i in range(20))
    (tmp_path / "table.csv").write_text(f'score;"a,b"\n{rows}\n', encoding="utf-8")
    done = run("report", "table.csv", "--score", "score", "--levers", "a,b", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_usage_errors_and_help():
    assert run("report").returncode == 2
    assert run("nonsense").returncode == 2
    help_text = run("report", "--help")
    assert help_text.returncode == 0
    for word in ("--score", "--levers", "--time", "Examples:", "Exit codes:"):
        assert word in help_text.stdout
    assert run("--version").stdout == f"crunch, version {crunch.__version__}\n"


def test_tables_lists_them_all():
    done = run("tables")
    for name in crunch.catalogue():
        assert name in done.stdout


def test_help_loads_nothing_heavy():
    code = ("import sys, json\nimport crunch.cli\nprint(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))")
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                                           check=True).stdout))
    assert not loaded & {"pandas", "numpy", "matplotlib", "statsmodels", "scipy", "jinja2"}
