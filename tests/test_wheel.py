"""What somebody gets who installs the package: built, put into an empty environment, and asked from another folder."""

import email
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile

import pytest
from places import ROOT

import crunch

pytestmark = [pytest.mark.setup, pytest.mark.slow, pytest.mark.xdist_group("wheel")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def ran(*command, **how):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, **how)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    path, = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as file:
        name = next(name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(file.read(name))


@pytest.fixture(scope="module")
def programs(wheel, tmp_path_factory):
    """The programs of an environment with nothing in it but the wheel; what it depends on is lent by this one."""
    folder = tmp_path_factory.mktemp("empty") / "environment"
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    ran(sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", wheel)
    # A path that comes from a .pth file is only looked up, last of all: an editable crunch in there is not found.
    site = next(path for path in folder.rglob("site-packages"))
    (site / "lent.pth").write_text("\n".join({sysconfig.get_paths()[kind] for kind in ("purelib", "platlib")}))
    return programs


def test_the_name_is_ours_and_the_rest_as_the_project_says(wheel, metadata):
    assert wheel.name == f"crunch_score-{crunch.__version__}-py3-none-any.whl"
    assert (metadata["Name"], metadata["Version"]) == ("crunch-score", crunch.__version__)
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    assert set(metadata.get_all("Provides-Extra")) == set(PROJECT["optional-dependencies"])
    needed = {re.match(r"[\w.-]+", line)[0].lower() for line in metadata.get_all("Requires-Dist") if "extra ==" not in line}
    assert needed == {re.match(r"[\w.-]+", line)[0].lower() for line in PROJECT["dependencies"]}
    with zipfile.ZipFile(wheel) as file:
        points = next(name for name in file.namelist() if name.endswith("entry_points.txt"))
        assert file.read(points).decode().split() == ["[console_scripts]", "crunch", "=", "crunch.cli:main"]


def test_nothing_asks_for_a_package_of_the_other_project(metadata):
    for line in metadata.get_all("Requires-Dist"):
        assert not re.match(r"crunch(?!-score)\b", line), line
    engines = {line for line in metadata.get_all("Requires-Dist") if "extra == 'engines'" in line}
    if not any(line.startswith("crunch-score[") for line in engines):  # a builder may write out what that stands for
        for name in ("numba", "duckdb", "dask", "distributed", "pyspark"):
            assert any(line.startswith(name) for line in engines), name


def test_no_cure_installs_a_package_of_the_other_project():
    found = []
    for path in [*ROOT.glob("*.*"), *(path for folder in ("crunch", "docs", "scripts", "tests", "notebooks", "benchmarks")
                                      for path in (ROOT / folder).rglob("*.*"))]:
        if path.suffix in (".py", ".md", ".toml", ".yml", ".cff", ".ipynb", ".html", ".js"):
            text = path.read_text(encoding="utf-8")
            found += [f"{path.name}: {said}" for said in re.findall(r"\bcrunch\[[a-z,]+\]|pip install (?:-\w+ )*\"?crunch\b(?!-score)", text)]
    assert not found


def test_the_wheel_holds_the_package_whole_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as file:
        held = {name for name in file.namelist() if ".dist-info/" not in name}
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "crunch").rglob("*")
             if path.is_file() and "__pycache__" not in path.parts}
    assert held == there
    assert {".csv", ".mplstyle", ".html", ".js", ".css", ".py"} <= {os.path.splitext(name)[1] for name in held}


def test_the_source_distribution_can_be_built_from(built):
    path, = built.glob("*.tar.gz")
    assert path.name == f"crunch_score-{crunch.__version__}.tar.gz"
    with tarfile.open(path) as file:
        held = {name.partition("/")[2] for name in file.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO", "crunch/__init__.py"} <= held


def test_an_environment_with_the_wheel_alone_answers_from_another_folder(programs, tmp_path):
    where = ran(programs / "python", "-c", "import crunch; print(crunch.__file__)", cwd=tmp_path, env=OUTSIDE).strip()
    assert where.startswith(str(programs.parent))
    said = ran(programs / "crunch", "report", "accounts", "--quiet", cwd=tmp_path, env=OUTSIDE)
    assert "Written: crunch-report/index.html" in said.replace(os.sep, "/")
    page = (tmp_path / "crunch-report" / "index.html").read_text(encoding="utf-8")
    assert f"crunch {crunch.__version__}" in page
    assert "<svg" in page or "<img" in page


def test_the_package_is_the_command_as_well(programs, tmp_path):
    assert ran(programs / "python", "-m", "crunch", "--help", cwd=tmp_path, env=OUTSIDE) == ran(programs / "crunch", "--help", cwd=tmp_path, env=OUTSIDE)
    assert ran(programs / "python", "-m", "crunch", "--version", cwd=tmp_path, env=OUTSIDE) == f"crunch, version {crunch.__version__}\n"


def test_panels_and_posts_find_their_files(programs, tmp_path):
    code = ("import crunch; from crunch.datasets import study\n"
            "panel = crunch.widgets.drivers(study('accounts'), draws=0)\n"
            "print(len(panel._esm) > 1000, len(panel._css) > 100, len(crunch.widgets.to_html(panel, vary='show')) > 10000)\n"
            "from crunch.pages import page; print('</html>' in page('post.html', title='t', body='b', tags='').decode())")
    assert ran(programs / "python", "-c", code, cwd=tmp_path, env=OUTSIDE).split() == ["True"] * 4
