"""What somebody meets before the first import: the Makefile, the environment files and the metadata."""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml
from places import ROOT

import crunch

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def kept_files():
    """The files in git and those about to be."""
    asked = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                           cwd=ROOT, capture_output=True, text=True)
    if asked.returncode:
        pytest.skip("This copy of the project is not a git repository, so nothing says which files are kept.")
    return [ROOT / name for name in asked.stdout.splitlines() if (ROOT / name).is_file()]


def bounds(requirements):
    """Lower-case name -> bound, such as ``>=2.0.0``."""
    return dict(re.fullmatch(r"([\w.-]+)(.*)", requirement.lower()).groups() for requirement in requirements)


def test_conda_gets_the_same_packages_with_the_same_bounds_and_no_others():
    *packages, pip = ENVIRONMENT["dependencies"]
    found = bounds(packages)
    assert found.pop("python") == "=3.12", "Binder reads the Python version in this exact form only"
    assert found.pop("pip") == ""
    found["arch"] = found.pop("arch-py")  # its name on conda-forge
    assert found == bounds(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"])
    assert pip == {"pip": ["-e ."]}
    assert (ENVIRONMENT["name"], ENVIRONMENT["channels"]) == ("crunch", ["conda-forge"])


def test_no_folder_makes_binder_ignore_the_environment_file():
    assert not [name for name in ("binder", ".binder") if (ROOT / name).exists()]


def test_the_version_is_the_same_everywhere():
    assert "version" not in PROJECT  # it is read where the package says it; tests/test_wheel.py looks at what is built
    assert crunch.__version__ == CITATION["version"]
    assert f"## {crunch.__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license", "date-released"} <= set(CITATION)


def test_every_dependency_has_a_lower_bound():
    for requirement in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"]:
        assert re.fullmatch(r"[\w.-]+>=[\d.]+", requirement)


def test_no_lock_file_with_download_addresses_is_kept():
    locks = re.compile(r"pylock.*\.toml|conda-lock\.yml|package-lock\.json|.*\.lock")
    assert not [path for path in kept_files() if locks.fullmatch(path.name)]


def test_no_file_names_a_machine_or_a_package_registry():
    # Written in parts, so that this file does not find itself.
    hosts = ["pypi" + ".org", "python" + "hosted.org", "anaconda" + ".org", "npm" + "js.org"]
    places = ["/home" + "/[a-z]", "/Us" + "ers/[A-Za-z]", "/ro" + "ot/", "/wo" + "rk/", r"[A-Z]:\\Us" + "ers"]
    forbidden = re.compile("|".join([*map(re.escape, hosts), *places]))
    found = []
    for path in kept_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{i}: {forbidden.search(line)[0]}"
                  for i, line in enumerate(lines, 1) if forbidden.search(line)]
    assert not found, "\n".join(found)


def test_continuous_integration_runs_every_check():
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert "CRUNCH_REQUIRE_BROWSER=1 make lint test test-long test-lowest" in text
    assert subprocess.run(["bash", "-n", script], capture_output=True).returncode == 0


@pytest.mark.xdist_group("a group")
def test_what_is_made_once_for_a_group_is_made_once(request):
    """Workers are told the group by the name of a test; else each of them would start a server and a cluster of its own."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("Tests run one by one here: there are no workers to deal groups to.")
    assert request.node.nodeid.endswith("@a group")


# make, in a copy of the files it reads


@pytest.fixture
def copy(tmp_path):
    """A copy of what the set-up reads, in a folder with a blank in its name."""
    folder = tmp_path / "a copy"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "crunch").mkdir()
    return folder


def make(folder, *arguments):
    """Run make as a person would: outside of any other make."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    done = subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True)
    done.said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make: **")]
    return done


def stand_in(folder, before):
    """A command that is this Python with something changed before a script is run."""
    program = (f"import sys, runpy\n{before}\nsys.argv = sys.argv[1:]\n"
               "runpy.run_path(sys.argv[0], run_name='__main__')\n")
    (folder / "stand_in.py").write_text(program)
    command = folder / "python3"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder}/stand_in.py" "$@"\n')
    command.chmod(0o755)
    return command


@pytest.mark.setup
def test_make_alone_lists_what_it_can_do(copy):
    done = make(copy)
    assert done.returncode == 0
    listed = [line.split()[1] for line in done.said]
    assert listed == ["help", "lab", "test", "test-fast", "test-long", "test-lowest", "lint", "report", "notebooks", "gallery",
                      "bench", "truth", "clean"]
    assert all(len(line.split()) > 3 and len(line) <= 100 for line in done.said)


@pytest.mark.setup
def test_an_old_python_gets_one_sentence_with_the_cure(copy):
    python = stand_in(copy, "sys.version_info = (3, 9, 2, 'final', 0)")
    done = make(copy, "lab", f"PYTHON={python}")
    assert done.returncode
    assert done.said == [f"crunch needs Python 3.11 or newer, but {python} is 3.9.2. "
                         "Install a newer one and name it: make lab PYTHON=python3.12"]
    assert not (copy / ".venv").exists()


@pytest.mark.setup
@pytest.mark.parametrize("module", ["ensurepip", "venv"])
def test_a_python_without_venv_gets_one_sentence_with_the_cure(copy, module):
    python = stand_in(copy, f"sys.modules[{module!r}] = None")
    done = make(copy, "test", f"PYTHON={python}")
    assert done.returncode
    assert len(done.said) == 1
    assert str(python) in done.said[0]
    assert done.said[0].endswith("sudo apt install python3-venv")
    assert not (copy / ".venv").exists()


@pytest.mark.setup
def test_no_python_at_all_gets_one_sentence_with_the_cure(copy):
    done = make(copy, "lab", "PYTHON=python3-that-is-nowhere")
    assert done.returncode
    assert len(done.said) == 1
    assert "there is no python3-that-is-nowhere here. Install one" in done.said[0]
    assert done.said[0].endswith("make lab PYTHON=/path/to/python3")


@pytest.mark.setup
def test_a_half_made_environment_is_removed(copy):
    python = copy / "python3"
    python.write_text('#!/bin/sh\n[ "$1" = "-m" ] || exit 0\nmkdir -p .venv/bin && exit 1\n')
    python.chmod(0o755)
    done = make(copy, "lab", f"PYTHON={python}")
    assert done.returncode
    assert done.said[0].startswith("Setting up .venv")
    assert done.said[1].startswith("Making .venv failed, and what was made is removed.")
    assert not (copy / ".venv").exists()


@pytest.mark.setup
@pytest.mark.parametrize(("home", "anew"), [(None, False), ("here", False), ("/elsewhere", True)])
def test_an_environment_that_was_moved_here_is_made_anew(copy, home, anew):
    (copy / ".venv" / "bin").mkdir(parents=True)
    (copy / ".venv" / "bin" / "python").touch()
    (copy / ".venv" / ".lab").touch()
    if home:
        (copy / ".venv" / ".home").write_text(f"{copy if home == 'here' else home}\n")
    done = make(copy, "-n", "lab")
    assert ("-m venv .venv" in done.stdout) == anew


@pytest.mark.setup
def test_the_laboratory_is_open_to_this_computer_only_and_asks_for_its_token(copy):
    command = make(copy, "-n", "lab", "LAB_ARGS=--no-browser").stdout.splitlines()[-1]
    assert ".venv/bin/jupyter lab notebooks --ip=127.0.0.1" in command
    assert command.endswith("--no-browser")
    assert not re.search("token|password|0\\.0\\.0\\.0", command)


@pytest.mark.setup
def test_a_report_that_is_up_to_date_is_not_written_again(copy):
    (copy / ".venv" / "bin").mkdir(parents=True)
    (copy / "build" / "report").mkdir(parents=True)
    for name in (".venv/bin/python", ".venv/.lab", "crunch/code.py", "build/report/index.html"):
        (copy / name).touch()
    assert make(copy, "report").said == ["The report is up to date: build/report/index.html"]
    os.utime(copy / "crunch" / "code.py", (2e9, 2e9))
    assert ".venv/bin/crunch report schools --output build/report" in make(copy, "-n", "report").stdout
