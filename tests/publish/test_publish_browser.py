"""Posts and exported charts in a real browser: sharp, dark on dark pages, read aloud, and without a violation of axe-core."""

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import crunch
from crunch.datasets import study
from crunch.post.export import export

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages of a post")]
PAGES = ("chart", "post")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    path = folder / "post.ipynb"
    nbformat.write(new_notebook(cells=[
        new_markdown_cell("# A post\n\nSome `code`, a [link](https://example.org), a list:\n\n- one\n- two\n\n> a quote"),
        new_code_cell("import crunch\nfrom crunch.datasets import study\nanswer = crunch.drivers(study('stuck_at_55'), draws=20)"),
        new_code_cell("crunch.charts.drivers(answer);"),
        new_code_cell("answer"), new_code_cell("answer.table"),
        new_code_cell("print('a very long line of code that goes on and on', 'and on, and on, and on', '" + "x" * 150 + "')"),
        new_code_cell("def draw(ax, n=1):\n    ax.plot([0, n])\ncrunch.widgets.explore(draw, n=(1, 3), title='Lines')"),
    ]), path)
    post = export(path, folder / "post", sliders=True).page
    done = crunch.export(crunch.drivers(study("stuck_at_55"), draws=20), "chart", folder=folder, source="a diary", dark=True)
    return {"post": post, "chart": next(path for path in done.files if path.suffix == ".html")}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (640, "light"), (1280, "dark"), (640, "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_all(pages, page, name, width, scheme):
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    page.goto(pages[name].as_uri())
    for picture in page.query_selector_all("img, iframe"):
        picture.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator("picture img").first.evaluate("(image) => image.currentSrc")
    assert ("-dark" in shown) == (scheme == "dark")
    found = Axe().run(page.page)
    assert found.violations_count == 0, found.generate_report()
    assert page.console_errors == []
    assert page.outside_requests == []


@pytest.mark.parametrize("width", [1280, 640])
def test_the_sliders_of_a_post_can_be_used_by_all(pages, page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(next(pages["post"].parent.glob("*-sliders.html")).as_uri())
    page.get_by_role("slider").first.press("ArrowRight")
    found = Axe().run(page.page)
    assert found.violations_count == 0, found.generate_report()
    assert page.console_errors == []


def test_screens_with_more_pixels_get_them(pages, page):
    sharp = page.page.context.browser.new_page(device_scale_factor=2)
    sharp.goto(pages["chart"].as_uri())
    assert sharp.locator("picture img").first.evaluate("(image) => image.currentSrc").endswith("chart-2x.png")


def test_a_snippet_is_copied_by_its_button(pages, page):
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(pages["chart"].as_uri())
    page.get_by_role("button", name="Copy: Markdown").click()
    page.wait_for_function("[...document.querySelectorAll('button')].some((button) => button.textContent != 'Copy')")
    said = page.get_by_role("button", name="Copy: Markdown").inner_text()
    assert said in ("Copied", "Selected: press Ctrl+C")
    if said == "Copied":
        assert page.evaluate("navigator.clipboard.readText()").startswith("![Dot chart of what goes with klout")
    else:
        assert page.evaluate("getSelection().toString()").startswith("![Dot chart of what goes with klout")


def test_an_svg_is_a_picture_with_a_name_and_real_text(pages, page):
    page.goto(pages["chart"].with_suffix(".svg").as_uri())
    assert page.locator("svg").get_attribute("role") == "img"
    assert page.evaluate("[...document.querySelectorAll('text')].some((text) => text.textContent == 'followers')")
    box = page.locator("svg").bounding_box()
    assert round(box["width"]) == 800
