"""Panels as pages without a kernel: small, self-contained, escaped, and alive in a browser."""

import json
import re

import numpy as np
import pytest
from amounts import some_and_all

from crunch import widgets
from crunch.datasets import study
from crunch.errors import InputError
from crunch.widgets import page as pages
from crunch.widgets.panel import Panel

SEEN = "document.querySelector('.crunch-panel').dataset.frame"


def line(ax, slope=1.0, up=0):
    ax.axline((0, up), slope=slope)
    ax.set(xlim=(0, 1), ylim=(-3, 3), title=f"slope {slope:g}, up {up}")


@pytest.fixture
def panel():
    made = widgets.explore(line, slope=(0, 2, 0.25), up=(0, 2))
    yield made
    made.close()


def data(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.slow
def test_every_position_there_is_room_for_has_a_picture(panel):
    page = data(widgets.to_html(panel))
    assert page["varied"] == {"slope": list(range(9)), "up": [0, 1, 2]}
    assert len(page["frames"]) == 27
    assert page["frames"]["4,0"].get("data") is None  # where it stands: the picture itself


@pytest.mark.slow
@some_and_all("room", 48, pages._FRAMES)
def test_a_slider_with_many_positions_gets_some_of_them_and_always_where_it_stands(room, monkeypatch):
    monkeypatch.setattr(pages, "_FRAMES", room)
    panel = widgets.explore(line, slope=(0, 1, 0.001), up=(0, 100))
    panel.set(slope=0.234, up=77)
    page = data(widgets.to_html(panel))
    assert panel.controls["slope"].position(0.234) in page["varied"]["slope"]
    assert 77 in page["varied"]["up"]
    assert 0.42 * room <= len(page["frames"]) <= room
    assert panel.values == {"slope": 0.234, "up": 77}
    panel.close()


def test_what_is_not_varied_stays_and_is_said(panel):
    panel.set(up=2)
    page = data(widgets.to_html(panel, vary="slope"))
    assert page["spec"]["held"] == "Not moved here: up: 2"
    assert [control["name"] for control in page["spec"]["controls"]] == ["slope"]


@pytest.mark.slow
@pytest.mark.parametrize("make", [
    lambda: widgets.what_if(study("stuck_at_55"), limits={"hours": "<= 12"}), lambda: widgets.stuck(study("stuck_at_55")),
    lambda: widgets.drivers(study("accounts")), lambda: widgets.side_effects(study("order_desk"), draws=200),
    lambda: widgets.frontier(study("order_desk"), "stock_value", points=6)])
def test_ready_panels_become_pages_that_ask_nobody(make, monkeypatch):
    monkeypatch.setattr(pages, "_FRAMES", 12)
    panel = make()
    page = widgets.to_html(panel)
    assert len(data(page)["frames"]) >= 6
    assert not re.findall(r"https?://|\bsrc=\"(?!data:)|\bimport\b\s*[({\"']", page)
    panel.close()


@pytest.mark.slow
def test_a_page_is_the_same_again(panel):
    assert widgets.to_html(panel, vary="slope") == widgets.to_html(panel, vary="slope")


def noisy(ax, n=0, part=1.0):
    wide, high = (100 * ax.figure.get_size_inches()).round().astype(int)
    pixels = np.ones((high, wide, 3))
    pixels[:int(high * part)] = np.random.default_rng(n).uniform(size=(int(high * part), wide, 3))
    ax.set_position([0, 0, 1, 1])
    ax.imshow(pixels, interpolation="nearest", aspect="auto")


@pytest.mark.slow
def test_large_pictures_are_drawn_at_as_many_positions_as_two_megabytes_hold():
    panel = widgets.explore(noisy, n=(0, 500), part=widgets.slider(0.1, 0.2, 0.1))
    page = widgets.to_html(panel, vary="n")
    assert 1_400_000 < len(page.encode()) <= 2_000_000
    assert 10 <= len(data(page)["frames"]) < 240
    panel.close()


@pytest.mark.slow
def test_pictures_that_are_too_large_are_told():
    panel = widgets.explore(noisy, n=(0, 500), size=(11, 11))
    with pytest.raises(InputError, match="A page holds up to 2 MB, but these pictures are larger even at a few positions"):
        widgets.to_html(panel)
    panel.close()


@pytest.mark.parametrize(("vary", "sentence"), [
    ("x", "vary names controls of the panel, 'slope' and 'up', but 'x' was given. Check the spelling."),
    ([], "vary names controls of the panel, 'slope' and 'up', but none was given. Check the spelling."),
])
def test_what_cannot_be_varied_is_told(panel, vary, sentence):
    with pytest.raises(InputError) as caught:
        widgets.to_html(panel, vary=vary)
    assert str(caught.value) == sentence


def test_five_sliders_are_too_many():
    def draw(ax, **values):
        ax.plot(list(values.values()))

    panel = widgets.explore(draw, **dict.fromkeys("abcde", (0, 5)))
    with pytest.raises(InputError, match=r"A page has room for 240 pictures, so up to 4 controls can be varied, but 5 were "
                                         r"given\. Leave some out\."):
        widgets.to_html(panel, vary=list("abcde"))
    panel.close()


def test_a_page_is_written_once(panel, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    with pytest.raises(InputError) as caught:
        widgets.to_html(panel, path)
    assert str(caught.value) == f"Nothing is overwritten, but '{path}' is there already. Name another file, or remove it first."
    assert path.read_text() == "mine"
    page = widgets.to_html(panel, tmp_path / "other.html", vary="up")
    assert (tmp_path / "other.html").read_text(encoding="utf-8") == page
    with pytest.raises(InputError, match="cannot be: No such file or directory"):
        widgets.to_html(panel, tmp_path / "no" / "page.html", vary="up")


@pytest.mark.browser
@pytest.mark.parametrize("wide", [1280, 640])
def test_a_page_follows_the_hand_in_a_browser_without_any_server(page, tmp_path, wide, monkeypatch):
    monkeypatch.setattr(pages, "_FRAMES", 20)
    panel = widgets.what_if(study("stuck_at_55"), limits={"hours": "<= 12"})
    path = tmp_path / "page.html"
    widgets.to_html(panel, path, vary=["followers"])
    page.set_viewport_size({"width": wide, "height": 900})
    page.goto(path.as_uri())
    page.wait_for_function(f"{SEEN} > 0")
    slider = page.get_by_role("slider", name="followers")
    text, alt = page.locator(".crunch-said").inner_text(), page.get_by_role("img").get_attribute("aria-label")
    assert text in alt
    seen, before = page.evaluate(SEEN), page.locator("canvas").screenshot()
    slider.press("End")
    page.wait_for_function(f"{SEEN} !== '{seen}'")
    assert page.locator("canvas").screenshot() != before
    assert page.locator(".crunch-said").inner_text() != text
    assert slider.get_attribute("aria-valuetext") == page.locator("output").inner_text() == panel.controls["followers"].said[-1]
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(f"document.querySelector('.crunch-said').innerText === {json.dumps(text)}", timeout=5000)
    page.wait_for_timeout(200)
    assert page.locator("canvas").screenshot() == before
    page.get_by_text("The code for this").click()
    assert page.locator(".crunch-extras pre").inner_text() == panel.code
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.console_errors == []
    assert page.outside_requests == []
    panel.close()


@pytest.mark.browser
def test_a_panel_whose_kernel_is_silent_says_so_and_takes_it_back(page, panel):
    view = Panel._esm.replace("export default {", "const view = {")
    page.goto("about:blank")
    page.set_content(f"""<main></main><script type="module">{view}
        const model = {{ get: () => ({json.dumps(panel.spec)}), on: (_, hear) => {{ window.hear = hear; }}, off() {{}},
            send: (message) => {{ window.view = message.view; window.n = message.n; }} }};
        view.render({{ model, el: document.querySelector("main") }});</script>""")
    slider = page.get_by_role("slider", name="slope")
    slider.press("ArrowRight")
    page.get_by_text("No answer from Python: it is busy, or it has been restarted. Wait, or run the cell again.").wait_for(timeout=8000)
    frame = 'hear({kind: "frame", view: %s, n: window.n, places: [], at: {}, said_at: {}, error: "", undo: false})'
    page.evaluate(frame % "'another page'")
    assert page.get_by_text("No answer").is_visible()
    page.evaluate(frame % "window.view")
    page.get_by_text("No answer").wait_for(state="hidden", timeout=2000)
    assert slider.input_value() == str(panel._at["slope"] + 1)
    assert page.console_errors == []
