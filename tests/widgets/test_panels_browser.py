"""Panels under a real hand: JupyterLab, Notebook 7 and Voilà in a real browser."""

import shutil

import nbformat
import pytest
from lab import NODELAY, run_all, server, what_panels_need
from nbformat.v4 import new_code_cell, new_notebook
from places import NOTEBOOKS

ALL_PANELS = "panels.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
PANEL = ".crunch-panel:visible"
EXPLORE = """\
from crunch import widgets
def line(ax, slope=1.0, kind="-", thick=False):
    ax.axline((0, 0), slope=slope, ls=kind, lw=4 if thick else 1)
    if slope > 1.9:
        raise ValueError("too steep to draw")
panel = widgets.explore(line, slope=(0, 2, 0.1), kind=["-", ":"], thick=False)
panel"""
WHAT_IF = """\
from crunch import widgets
from crunch.datasets import study
panel = widgets.what_if(study("stuck_at_55"), limits={"hours": "<= 12"})
panel"""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]


def with_panels():
    """One notebook with all panels of ours, and (long) each of ours as a whole."""
    yield ALL_PANELS
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if what_panels_need(nbformat.read(path, as_version=4)):
            yield pytest.param(path.name, marks=pytest.mark.long)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab as `crunch lab` starts it, on the notebooks without outputs, their panels in one, and two small ones."""
    kept = tmp_path_factory.mktemp("lab")
    folder = kept / "notebooks"
    folder.mkdir()
    panels = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":  # so that what is seen later was made here
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, folder / path.name)
        panels += [new_code_cell(cell.source) for cell in what_panels_need(notebook)]
    nbformat.write(new_notebook(cells=panels, metadata=KERNEL), folder / ALL_PANELS)
    for name, code in (("explore", EXPLORE), ("what_if", WHAT_IF)):
        nbformat.write(new_notebook(cells=[new_code_cell(code)], metadata=KERNEL), folder / f"{name}.ipynb")
    with server(folder, kept, NODELAY) as address:
        yield address
    assert "crunch.nodelay | extension was successfully loaded" in (kept / "log.txt").read_text()
    shutil.rmtree(folder)


def opened(lab, page, name):
    """All panels of a notebook that has been run in a workspace of its own."""
    page.set_default_timeout(60_000)
    run_all(page, lab.format(f"lab/workspaces/{name.split('.')[0]}/tree/{name}"))
    page.wait_for_selector(PANEL)
    return [page.locator(PANEL).nth(i) for i in range(page.locator(PANEL).count())]


def frame(panel):
    return int(panel.get_attribute("data-frame") or 0)


def moved(page, panel, act):
    """Whether the picture in the page is another one after an act."""
    canvas = panel.locator("canvas")
    canvas.scroll_into_view_if_needed()
    before, seen = canvas.evaluate("c => c.toDataURL()"), frame(panel)
    act()
    for _ in range(100):
        page.wait_for_timeout(50)
        if frame(panel) > seen and canvas.evaluate("c => c.toDataURL()") != before:
            return True
    return False


def clean(page):
    for kind in ("error", "stderr"):
        assert page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").all_inner_texts() == []
    assert page.console_errors == []
    assert page.outside_requests == []


@pytest.mark.parametrize("name", [*with_panels()])
def test_every_panel_of_a_notebook_answers_keys_and_mouse(lab, page, name):
    for panel in opened(lab, page, name):
        panel.scroll_into_view_if_needed()
        assert panel.get_attribute("aria-label")
        for place, slider in enumerate(panel.get_by_role("slider").all()):
            label = slider.evaluate("s => s.labels[0].textContent")
            assert label.strip()
            said = slider.get_attribute("aria-valuetext")
            slider.focus()
            away, back = ("Home", "End") if slider.input_value() != "0" else ("End", "Home")
            page.keyboard.press(away)
            assert slider.get_attribute("aria-valuetext") != said
            assert slider.input_value() == (slider.get_attribute("min") if away == "Home" else slider.get_attribute("max"))
            page.keyboard.press(back)
            # Sliders are all of one kind: every key on the first of a panel, two on the others.
            for key in ("PageDown", "ArrowLeft", *(("ArrowRight", "ArrowDown", "ArrowUp", "PageUp") if place == 0 else ())):
                before = slider.input_value()
                page.keyboard.press(key)
                page.wait_for_timeout(20)
                assert slider.evaluate("s => s === document.activeElement"), f"{key} took the focus away"
                assert slider.input_value() != before or before in (slider.get_attribute("max"), "0"), f"{label}: {key}"
        panel.get_by_role("button", name="Reset").click()
        page.wait_for_timeout(300)
        slider = panel.get_by_role("slider").first
        slider.focus()
        assert moved(page, panel, lambda: page.keyboard.press("End" if slider.input_value() != slider.get_attribute("max") else "Home"))  # noqa: B023
        box = slider.bounding_box()
        assert moved(page, panel, lambda: page.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + box["height"] / 2))  # noqa: B023
        assert panel.locator(".crunch-trouble").is_hidden()
    clean(page)


def test_choices_switches_undo_errors_and_export(lab, page, tmp_path):
    panel, = opened(lab, page, "explore.ipynb")
    kind, thick = panel.get_by_label("kind", exact=True), panel.get_by_label("thick", exact=True)
    assert moved(page, panel, lambda: kind.select_option(":"))
    assert moved(page, panel, lambda: thick.press("Space"))
    assert thick.is_checked()
    page.wait_for_timeout(400)  # what is at rest is what undo goes back to
    assert moved(page, panel, panel.get_by_role("button", name="Undo").click)
    assert not thick.is_checked()
    slider = panel.get_by_role("slider", name="slope")
    slider.press("End")
    panel.get_by_text("ValueError: too steep to draw (line 5 of line)").wait_for()
    slider.press("ArrowLeft")
    panel.locator(".crunch-trouble").wait_for(state="hidden")
    panel.get_by_text("Export this chart").click()
    panel.get_by_label("File name").fill("my chart")
    panel.get_by_label("SVG").check()
    panel.get_by_role("button", name="Save").click()
    panel.get_by_text("Saved charts/my-chart.png, charts/my-chart.svg").wait_for()
    panel.get_by_text("The code for this").click()
    assert "line(ax, slope=1.9, kind=':', thick=False)" in panel.locator("pre code").inner_text()
    clean(page)


@pytest.mark.parametrize("wide", [1280, 640])
def test_the_cheapest_way_is_found_walked_and_undone(lab, page, wide):
    page.set_viewport_size({"width": wide, "height": 1200})
    panel, = opened(lab, page, "what_if.ipynb")
    followers = panel.get_by_role("slider", name="followers")
    start = followers.get_attribute("aria-valuetext")
    assert start.startswith("now · ")
    assert moved(page, panel, panel.get_by_role("button", name="Find the cheapest way").click)
    panel.locator("output", has_text="+").first.wait_for()
    panel.get_by_text("The cheapest way found").wait_for()
    page.wait_for_timeout(900)
    assert panel.evaluate("p => p.scrollWidth <= p.clientWidth + 1")
    assert panel.locator("canvas").bounding_box()["width"] <= wide
    panel.get_by_role("button", name="Undo").click()
    panel.get_by_text("Nothing is changed").first.wait_for()
    assert followers.get_attribute("aria-valuetext") == start
    clean(page)


def test_notebook_7_shows_the_same_panel(tmp_path, page):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell(EXPLORE)], metadata=KERNEL), folder / "explore.ipynb")
    page.set_default_timeout(60_000)
    with server(folder, tmp_path, module="notebook") as address:
        page.goto(address.format("notebooks/explore.ipynb"))
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.wait_for_function("document.querySelector('.jp-NotebookKernelStatus, .jp-Notebook-ExecutionIndicator') !== null")
        page.wait_for_timeout(2000)
        page.click(".jp-Notebook .jp-CodeCell .cm-content")
        its_own = list(page.console_errors)
        page.keyboard.press("Shift+Enter")
        panel = page.locator(PANEL).first
        panel.wait_for()
        slider = panel.get_by_role("slider", name="slope")
        assert moved(page, panel, lambda: slider.press("Home"))
        assert page.console_errors == its_own


def test_voila_shows_the_same_panel(lab, page):
    page.set_default_timeout(60_000)
    page.goto(lab.format("voila/render/explore.ipynb"))
    panel = page.locator(PANEL).first
    panel.wait_for()
    slider = panel.get_by_role("slider", name="slope")
    assert moved(page, panel, lambda: slider.press("Home"))
