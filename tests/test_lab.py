"""A newcomer's first minute, in a real JupyterLab and a real browser: open, run all, see a chart."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
TINY = """\
from base64 import b64encode
from io import BytesIO
from IPython.display import HTML
from matplotlib.figure import Figure
picture = BytesIO()
Figure().savefig(picture)
HTML(f'<img alt="An empty chart" src="data:image/png;base64,{b64encode(picture.getvalue()).decode()}">')
"""
SETTINGS = {
    # The question whether to fetch news would lie over the page.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Cells out of view would not be in the page at all.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
# Prompts are "[ ]:" before a run, "[*]:" while waiting, "[3]:" after it. An error ends the wait as well.
NOTHING_WAITS = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(p => p.innerText);
    return prompts.some(text => /\\d/.test(text)) && !prompts.some(text => text.includes("*"));
}"""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab on a copy of the notebooks, with nothing of this user's settings."""
    folder = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    first = folder / "00_start_here.ipynb"
    notebook = nbformat.read(first, as_version=4) if first.exists() else new_notebook(
        cells=[new_code_cell(TINY)], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for cell in notebook.cells:
        if cell.cell_type == "code":  # so that what is seen later was made here
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, first)
    kept = {name: tmp_path / name.lower() for name in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}
    for name, settings in SETTINGS.items():
        file = kept["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(settings))
    token, port, log = secrets.token_hex(16), free_port(), tmp_path / "log.txt"
    env = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "JUPYTER_PATH", "JUPYTER_TOKEN")}
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", str(folder), "--ip=127.0.0.1", f"--port={port}",
             "--no-browser", "--allow-root", "--ServerApp.port_retries=0",
             f"--IdentityProvider.token={token}"],
            env=env | {name: str(path) for name, path in kept.items()} | {"JUPYTER_PREFER_ENV_PATH": "1"},
            stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token={token}", server, log)
        yield f"http://127.0.0.1:{port}/lab/tree/00_start_here.ipynb?token={token}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def wait_for(address, server, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


def test_the_first_notebook_runs_in_a_browser_and_asks_nobody_outside(lab, page):
    page.set_default_timeout(60_000)
    page.goto(lab)
    # Run All before the kernel is idle would open the dialog that asks which kernel to use.
    page.wait_for_selector("text=| Idle")
    page.click(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")
    page.click("text=Run >> nth=0")
    page.click("text=Run All Cells")
    page.wait_for_function(NOTHING_WAITS)
    for kind in ("error", "stderr"):
        assert page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").all_inner_texts() == []
    assert page.console_errors == []
    assert page.outside_requests == []
    page.wait_for_selector(".jp-OutputArea-output img")
    described = page.locator(".jp-OutputArea-output img[alt]:not([alt=''])").count()
    assert described, "No chart has a description for those who cannot see it: show it as <img alt=…>."


def test_the_page_notices_errors_and_whom_it_asks(page):
    page.set_content("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><script>"
                     "console.error('first'); fetch('http://outside.invalid/x').catch(() => {});"
                     "setTimeout(() => { document.title = 'done'; throw new Error('second') })</script>")
    page.wait_for_function("document.title == 'done'")
    assert page.outside_requests == ["http://outside.invalid/x"]
    assert page.console_errors[0].startswith("first")
    assert any("second" in error for error in page.console_errors)
