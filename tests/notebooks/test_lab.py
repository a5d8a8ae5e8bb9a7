"""A newcomer's first minute, in a real JupyterLab and a real browser: open, run all, see a chart."""

import shutil

import nbformat
import pytest
from lab import run_all, server
from places import NOTEBOOKS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab on a copy of the notebooks, the first without outputs."""
    folder = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    first = folder / "00_start_here.ipynb"
    notebook = nbformat.read(first, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":  # so that what is seen later was made here
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, first)
    with server(folder, tmp_path) as address:
        yield address.format("lab/tree/00_start_here.ipynb")


def test_the_first_notebook_runs_in_a_browser_and_asks_nobody_outside(lab, page):
    page.set_default_timeout(60_000)
    run_all(page, lab)
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
