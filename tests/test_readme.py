"""What the README promises is there and runs."""

import re
import subprocess
import sys

import pytest
from places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_ten_lines_run_and_answer(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) == 10
    done = subprocess.run([sys.executable, "-W", "error", "-X", "utf8", "-c", code], cwd=tmp_path, check=True,
                          capture_output=True, text=True, encoding="utf-8")
    assert "goes with" in done.stdout
    assert (tmp_path / "what_moves_it.png").stat().st_size > 5000


def test_every_link_and_picture_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", README) + re.findall(r'src="([^"]+)"', README)
    assert links
    for link in links:
        assert "://" in link or (ROOT / link).exists(), link


def test_every_make_target_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for target in re.findall(r"(?m)^make ([a-z-]+)|`make ([a-z-]+)`", README):
        assert set(target) - {""} <= targets, target


def test_every_notebook_is_in_the_table():
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"(notebooks/{notebook.name})" in README


@pytest.mark.slow
def test_the_code_about_charts_runs(tmp_path):
    text = (ROOT / "docs" / "charts.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(code) == 2
    done = subprocess.run([sys.executable, "-W", "error", "-X", "utf8", "-c", "\n".join(code)], check=True, cwd=tmp_path,
                          capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.startswith("16 files in charts: open what-moves-klout.html")
    assert len(list((tmp_path / "charts").iterdir())) == 16


@pytest.mark.slow
def test_the_code_about_panels_runs():
    text = (ROOT / "docs" / "panels.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(code) == 3
    code.append("panel = widgets.explore(line, slope=(0, 2, 0.1))\npanel.set(slope=1.5)\nprint(panel.values)")
    done = subprocess.run([sys.executable, "-W", "error", "-X", "utf8", "-c", "\n".join(code)], check=True,
                          capture_output=True, text=True, encoding="utf-8")
    assert done.stdout == "{'slope': 1.5}\n"
