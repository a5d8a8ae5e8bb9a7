"""A real Jupyter server on a copy of some notebooks, with nothing of this user's settings, and how to drive its page."""

import ast
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

SETTINGS = {
    # The question whether to fetch news would lie over the page.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Cells out of view would not be in the page at all.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
NODELAY = "--ServerApp.jpserver_extensions=crunch.nodelay=True"
# Prompts are "[ ]:" before a run, "[*]:" while waiting, "[3]:" after it. An error ends the wait as well.
NOTHING_WAITS = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(p => p.innerText);
    return prompts.some(text => /\\d/.test(text)) && !prompts.some(text => text.includes("*"));
}"""


@contextmanager
def server(folder, kept, *options, module="jupyterlab"):
    """Start a server on a folder; yields its address with `{}` in place of a path below it."""
    places = {name: kept / name.lower() for name in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}
    for name, settings in SETTINGS.items():
        file = places["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    token, port, log = secrets.token_hex(16), free_port(), kept / "log.txt"
    env = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "JUPYTER_PATH", "JUPYTER_TOKEN")}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder), "--ip=127.0.0.1", f"--port={port}", "--no-browser",
             "--allow-root", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", *options],
            env=env | {name: str(path) for name, path in places.items()} | {"JUPYTER_PREFER_ENV_PATH": "1"},
            stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token={token}", process, log)
        yield f"http://127.0.0.1:{port}/{{}}?token={token}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def wait_for(address, process, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")


def what_panels_need(notebook):
    """The code cells of a notebook that show a panel, and those before them that set what they read."""
    kept, wanted = [], set()
    for cell in reversed([cell for cell in notebook.cells if cell.cell_type == "code"]):
        nodes = list(ast.walk(ast.parse(cell.source)))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        sets = {name.id for name in names if isinstance(name.ctx, ast.Store)}
        sets |= {(alias.asname or alias.name).split(".")[0] for node in nodes
                 if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
        if "widget" in cell.metadata.get("tags", []) or sets & wanted:
            kept.insert(0, cell)
            wanted = wanted - sets | {name.id for name in names if isinstance(name.ctx, ast.Load)}
    return kept


def run_all(page, address):
    """Open a notebook in JupyterLab and run all its cells, until none waits."""
    page.goto(address)
    # Run All before the kernel is idle would open the dialog that asks which kernel to use.
    page.wait_for_selector("text=| Idle")
    page.click(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")
    page.click("text=Run >> nth=0")
    page.click("text=Run All Cells")
    page.wait_for_function(NOTHING_WAITS)
