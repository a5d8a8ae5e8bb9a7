"""The commands as a person types them: answers on stdout, mistakes in one sentence, exit codes."""

import json
import os
import subprocess
import sys

import pytest

import crunch
from crunch.cli import _read, main


def typed(*words, cwd=None):
    """A command in a process of its own."""
    return subprocess.run([sys.executable, "-W", "error", "-c", "from crunch.cli import main; main()", *words], cwd=cwd,
                          capture_output=True, text=True, encoding="utf-8", check=False,
                          env={**os.environ, "PYTHONUTF8": "1"})


@pytest.fixture
def run(monkeypatch, capsys):
    """A command in this process, which has loaded all of crunch already."""
    def run(*words, cwd):
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["crunch", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, ended.value.code, said.out, said.err)
    return run


@pytest.mark.slow
def test_report_of_a_file(tmp_path):
    crunch.load("stuck_at_55").to_csv(tmp_path / "diary.csv", index=False, sep=";")
    done = typed("report", "diary.csv", "--score", "klout", "--levers", "followers, posts", "--lever", "shares",
                 "--side-effects", "hours", "--time", "week", "--step", "1", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "[1/3] Why is it stuck, and how far is the next point?\n"
                                                "[2/3] Which inputs actually move it?\n"
                                                "[3/3] What else moves when I pull a lever?\n")
    by_hand = crunch.drivers(crunch.Study(crunch.load("stuck_at_55"), score="klout", time="week", step=1,
                                          levers=["followers", "posts", "shares"]))
    assert by_hand.sentence in done.stdout.splitlines()
    page = (tmp_path / "crunch-report" / "index.html").read_text(encoding="utf-8")
    assert "130 rows and 12 columns were read from diary.csv." in page


def test_report_of_a_table_of_ours(run, tmp_path):
    done = run("report", "accounts", "--output", "out", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "index.html").exists()
    again = run("report", "accounts", "--output", "out", "--quiet", "--linear", "listed", cwd=tmp_path)
    assert again.returncode == 0
    assert again.stdout != done.stdout


def test_a_column_given_a_new_role_leaves_its_old_one(run, tmp_path):
    done = run("report", "schools", "--levers", "income", "--quiet", cwd=tmp_path)
    assert done.returncode == 0
    assert "income goes with" in done.stdout


@pytest.mark.parametrize(("words", "sentence"), [
    (["report", "table.csv"],
     "A report needs --score and --levers, but --score and --levers are missing. The columns of 'table.csv' are 'score' "
     "(numbers); 'a,b' (numbers); 'when' (dates); 'who' (text)."),
    (["report", "diary.csv", "--score", "the score"],
     "A report needs --score and --levers, but --levers is missing. The columns of 'diary.csv' are 'the score' (numbers); "
     "'posts' (numbers). For example: crunch report diary.csv --score 'the score' --levers posts"),
    (["report", "scools"],
     "TABLE must be a file or one of 'schools', 'stuck_at_55', 'accounts', 'shops' and 'order_desk', but 'scools' is neither. "
     "Did you mean 'schools'?"),
    (["report", "table.csv", "--score", "score", "--levers", "c"],
     "Every column named in levers must be in the table, but 'c' is not. It has 'score', 'a,b', 'when' and 'who'."),
    (["report", "tabel.csv"],
     "path must name a file that exists, but 'tabel.csv' does not. Did you mean 'table.csv'?"),
    (["lab", "nowhere"],
     "crunch lab opens a folder of notebooks, but there is no folder 'nowhere' here. Name one, for example: "
     "crunch lab ."),
])
def test_mistakes_end_in_one_sentence(run, tmp_path, words, sentence):
    rows = "\n".join(f'{i % 5};{i * i % 7};2024-01-{i + 1:02d};x{i}' for i in range(20))
    (tmp_path / "table.csv").write_text(f'score;"a,b";when;who\n{rows}\n', encoding="utf-8")
    (tmp_path / "diary.csv").write_text("the score;posts\n1;2\n2;3\n", encoding="utf-8")
    done = run(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {sentence}\n")


def test_a_name_with_a_comma_is_one_column(run, tmp_path):
    rows = "\n".join(f'{i % 5};{i * i % 7}' for i in range(20))
    (tmp_path / "table.csv").write_text(f'score;"a,b"\n{rows}\n', encoding="utf-8")
    done = run("report", "table.csv", "--score", "score", "--levers", "a,b", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_file_goes_before_a_table_of_ours(run, tmp_path):
    (tmp_path / "schools").write_text("a,b\n1,2\n", encoding="utf-8")
    done = run("report", "schools", cwd=tmp_path)
    assert done.returncode == 2
    assert "A file must end in one of .csv" in done.stderr


def test_a_number_is_the_name_of_a_sheet_before_it_is_its_place(monkeypatch, tmp_path):
    def read(path, *, sheet, **_):
        if sheet not in ("2024", 0):
            raise crunch.InputError("no such sheet")
        return sheet
    monkeypatch.setattr(crunch, "read", read, raising=False)
    (tmp_path / "book.xlsx").touch()
    assert _read(tmp_path / "book.xlsx", [], sheet="2024") == "2024"
    assert _read(tmp_path / "book.xlsx", [], sheet="0") == 0
    with pytest.raises(crunch.InputError, match="no such sheet"):
        _read(tmp_path / "book.xlsx", [], sheet="other")


def test_dates_that_the_file_does_not_settle(run, tmp_path):
    weeks = [f"{1 + i % 12:02d}/{1 + i % 12:02d}/{2000 + i // 12}" for i in range(40)]
    weeks[0] = "01/02/2000"
    rows = "\n".join(f"{week},{i % 5},{i * i % 7}" for i, week in enumerate(weeks))
    (tmp_path / "diary.csv").write_text(f"when,score,posts\n{rows}\n", encoding="utf-8")
    words = ["report", "diary.csv", "--score", "score", "--levers", "posts", "--time", "when", "--quiet"]
    assert run(*words, cwd=tmp_path).returncode == 2
    done = run(*words, "--monthfirst", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_role_can_be_emptied(run, tmp_path):
    done = run("report", "stuck_at_55", "--time", "", "--side-effects", "", "--quiet", cwd=tmp_path)
    assert done.returncode == 0
    page = (tmp_path / "crunch-report" / "index.html").read_text(encoding="utf-8")
    assert "in a cross-section of 130 rows" in page
    assert "side effect</td>" not in page
    none = run("report", "stuck_at_55", "--levers", "", cwd=tmp_path)
    assert none.returncode == 2
    assert none.stderr.startswith("Error: A report needs --score and --levers, but --levers is missing. The columns of ")


def test_names_cannot_steer_the_terminal(run, tmp_path):
    rows = "\n".join(f"{i % 5},{i * i % 7}" for i in range(20))
    (tmp_path / "table.csv").write_text(f'score,"\u202e\u009b31mred"\n{rows}\n', encoding="utf-8")
    done = run("report", "table.csv", "--score", "score", "--levers", "\u202e\u009b31mred", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "31mred" in done.stdout
    assert not {"\u202e", "\u009b"} & set(done.stdout)


def inside(change, *words):
    """The commands with something in them replaced first, in a process of their own."""
    code = f"import crunch.cli\n{change}\ncrunch.cli.main()"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False,
                          encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"})


def test_exit_codes_of_an_interrupt_and_of_a_fault(tmp_path):
    raising = ("import sys, types\ndef no(*_, **__): raise {}\n"
               "sys.modules['crunch.report.report'] = types.SimpleNamespace(report=no)")
    stopped = inside(raising.format("KeyboardInterrupt"), "report", "accounts", "--output", str(tmp_path))
    assert (stopped.returncode, stopped.stdout, stopped.stderr.strip()) == (130, "", "Interrupted.")
    fault = inside(raising.format("ZeroDivisionError('a bug')"), "report", "accounts", "--output", str(tmp_path))
    assert fault.returncode == 1
    assert "Traceback (most recent call last)" in fault.stderr
    assert "ZeroDivisionError: a bug" in fault.stderr


def test_open_shows_the_page_or_says_why_not(run, tmp_path, monkeypatch):
    words = ["report", "accounts", "--quiet", "--open", "--output", str(tmp_path)]
    monkeypatch.setattr("click.launch", lambda page: print("opened", page) or 0)
    opened = run(*words, cwd=tmp_path)
    assert f"opened {tmp_path / 'index.html'}" in opened.stdout
    monkeypatch.setattr("click.launch", lambda page: 1)
    failed = run(*words, cwd=tmp_path)
    assert (failed.returncode, failed.stderr) == (0, "No browser could be started; open that file in one.\n")


@pytest.mark.parametrize(("words", "folder", "options"), [
    ([], ".", []), (["--no-browser"], ".", ["--no-browser"]), (["DIR", "--port=9"], "DIR", ["--port=9"])])
def test_lab_opens_a_folder_behind_a_token(tmp_path, words, folder, options):
    class_ = ("class Server:\n    def __init__(self, command, env): print(command[1:], 'JUPYTER_TOKEN' in env)\n"
              "    def wait(self): return 7\ncrunch.cli.subprocess.Popen = Server\ncrunch.cli.find_spec = lambda name: 1")
    place = {"DIR": str(tmp_path)}
    done = inside(f"import os; os.chdir({str(tmp_path)!r}); os.environ['JUPYTER_TOKEN'] = ''\n{class_}", "lab", *(place.get(w, w) for w in words))
    command = ["-m", "jupyterlab", place.get(folder, folder), "--ip=127.0.0.1",
               "--ServerApp.jpserver_extensions=crunch.nodelay=True", *options]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.append("--allow-root")
    assert (done.returncode, done.stdout) == (7, f"{command} False\n")


def test_lab_without_jupyterlab_says_what_to_type():
    done = inside("crunch.cli.find_spec = lambda name: None", "lab")
    assert (done.returncode, done.stderr) == (
        2, 'Error: crunch lab needs JupyterLab, but it is not installed here. Type: python -m pip install "crunch-score[lab]"\n')


def test_usage_errors_and_help():
    assert typed("report").returncode == 2
    assert typed("nonsense").returncode == 2
    help_text = typed("report", "--help")
    assert help_text.returncode == 0
    for word in ("--score", "--levers", "--time", "Examples:", "Exit codes:"):
        assert word in help_text.stdout
    assert typed("--version").stdout == f"crunch, version {crunch.__version__}\n"


def test_tables_lists_them_all():
    done = typed("tables")
    for name in crunch.catalogue():
        assert name in done.stdout


def test_help_loads_nothing_heavy():
    code = ("import sys, json\nimport crunch.cli\nprint(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))")
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                                           check=True).stdout))
    assert not loaded & {"pandas", "numpy", "matplotlib", "statsmodels", "scipy", "jinja2"}


def test_which_way_a_side_effect_should_go(run, tmp_path):
    from crunch.cli import _directions, _without
    columns = ["hours", "a:less", "cash"]
    assert _directions(("hours:less", "cash:more"), columns) == {"hours": "less", "cash": "more"}
    assert _directions(("a:less", "hours"), columns) == {"a:less": None, "hours": None}
    assert _without({"side_effects": {"hours": "less", "cash": "more"}, "levers": ("a", "b")}, {"score": "cash", "context": ("b",)}) == {
        "side_effects": {"hours": "less"}, "levers": ("a",)}
    done = run("report", "stuck_at_55", "--side-effects", "hours:less,unfollows", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
