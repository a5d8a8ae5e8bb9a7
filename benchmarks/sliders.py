"""Sliders in a real JupyterLab: crunch against plain `interact` and ipympl, on the same chart, in one run.

For each of them: one key press on the slider until the new picture is in the page; then a fast drag with the
mouse: pictures a second, pages without a picture, and how long after the release the last state lands.
crunch is measured twice: on a stock server, and on one as `crunch lab` starts it (TCP_NODELAY).
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from lab import NODELAY, run_all, server

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PAUSE = 350  # ms between two steps: no picture of the one before is still on its way, whoever draws it
# Two charts: a curve among others, and what crunch mostly draws, named rows with intervals and numbers, all moving.
CHARTS = {
    "curve": """
import numpy as np
x = np.linspace(0, 10, 400)

def picture(ax, n):
    for k in range(3):
        ax.plot(x, np.sin(x * (k + 1)) / 2, lw=1, color="0.7")
    ax.set(ylim=(-3, 3), xlabel="x", ylabel="y")
    return move([*ax.plot(x, x, lw=2), ax.set_title("")], n)

def move(artists, n):
    line, title = artists
    line.set_ydata(2.5 * n / 100 * np.sin(x))
    title.set_text(f"n = {n}")
    return artists
""",
    "rows": """
import numpy as np
at = np.linspace(-0.8, 0.8, 8)

def picture(ax, n):
    ax.set(xlim=(-1, 1), ylim=(-1, 8), xlabel="points for a usual move of each lever")
    ax.set_yticks(range(8), [f"a lever with a name {i}" for i in range(8)])
    ax.axvline(0, color="0.7")
    artists = [ax.set_title("")]
    for i in range(8):
        artists += [*ax.plot([0, 1], [i, i], lw=5, alpha=0.4), *ax.plot(0, i, "o"),
                    ax.text(1.02, i, "", va="center", transform=ax.get_yaxis_transform())]
    return move(artists, n)

def move(artists, n):
    artists[0].set_text(f"n = {n}")
    for i in range(8):
        line, mark, text = artists[1 + 3 * i:4 + 3 * i]
        middle = at[i] * n / 100
        line.set_xdata([middle - 0.1, middle + 0.1])
        mark.set_xdata([middle])
        text.set_text(f"{middle:+.2f} ({middle - 0.1:+.2f} to {middle + 0.1:+.2f})")
    return artists
"""}
WAYS = {
    "interact": """
import ipywidgets, matplotlib.pyplot as plt
def draw(n=50):
    figure, ax = plt.subplots(figsize=(8, 4.5), dpi=100, layout="constrained")
    picture(ax, n)
    plt.show()
ipywidgets.interact(draw, n=(0, 100));
""",
    "ipympl": """
%matplotlib widget
import ipywidgets, matplotlib.pyplot as plt
with plt.ioff():
    figure, ax = plt.subplots(figsize=(8, 4.5), dpi=100, layout="constrained")
figure.canvas.header_visible = False
artists = picture(ax, 50)
slider = ipywidgets.IntSlider(50, 0, 100)
def follow(change):
    move(artists, change.new)
    figure.canvas.draw_idle()
slider.observe(follow, "value")
ipywidgets.VBox([figure.canvas, slider])
""",
    "crunch": """
from crunch import widgets
def draw(ax, n=50):
    artists = picture(ax, n)
    return lambda n: move(artists, n)
widgets.explore(draw, n=(0, 100))
""",
}
HANDLE = {"interact": ".jp-OutputArea .noUi-handle", "ipympl": ".jp-OutputArea .noUi-handle",
          "crunch": ".crunch-panel input[type=range]"}
# The page notes when a picture is there to be painted, decoded, and, frame by frame, whether there is one.
WATCH = """(way) => {
    const seen = window.seen = {painted: [], frames: 0, blank: 0};
    const now = () => performance.now();
    if (way === "interact") {
        const root = document.querySelector(".jp-Notebook");
        let last = root.querySelector("img")?.src;
        new MutationObserver(() => {
            const image = root.querySelector("img");
            if (!image || image.src === last) return;
            last = image.src;
            image.decode().then(() => seen.painted.push(now())).catch(() => {});
        }).observe(root, {childList: true, subtree: true, attributes: true, attributeFilter: ["src"]});
        seen.has = () => { const i = root.querySelector("img"); return i && i.complete && i.naturalWidth > 0; };
    } else {
        const draw = CanvasRenderingContext2D.prototype.drawImage;
        CanvasRenderingContext2D.prototype.drawImage = function (...given) {
            const out = draw.apply(this, given);
            if (this.canvas.isConnected) seen.painted.push(now());
            return out;
        };
        const canvas = document.querySelector(
            way === "crunch" ? ".crunch-picture" : ".jupyter-matplotlib-canvas-container canvas");
        seen.has = () => {
            const c = document.contains(canvas) ? canvas : null;
            if (!c || !c.width) return false;
            const pixel = c.getContext("2d").getImageData(c.width >> 1, c.height >> 1, 1, 1).data;
            return pixel[3] > 0;
        };
    }
    const look = () => {
        seen.frames += 1;
        if (!seen.has()) seen.blank += 1;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    document.addEventListener("keydown", () => { seen.keydown = now(); }, true);
}"""
# A hand that moves the slider once in each frame of the page, sixty times a second: faster than a driver outside
# the page can. Sliders made of elements get mouse events; a native one, which only trusts a real mouse, gets
# its value and the event that a mouse would cause.
DRAG = """([way, selector, seconds]) => new Promise((done) => {
    const slider = document.querySelector(selector);
    const box = (slider.closest(".noUi-base") ?? slider).getBoundingClientRect();
    const at = (part) => ({clientX: box.left + part * box.width, clientY: box.top + box.height / 2,
        bubbles: true, cancelable: true, button: 0, buttons: 1});
    const move = (part, kind) => {
        if (way !== "crunch") {
            const target = kind === "mousedown" ? slider.firstElementChild : document.documentElement;
            return target.dispatchEvent(new MouseEvent(kind, at(part)));
        }
        slider.value = String(Math.round(part * slider.max));
        slider.dispatchEvent(new Event(kind === "mouseup" ? "change" : "input", {bubbles: true}));
    };
    const start = performance.now();
    move(0.5, "mousedown");
    [seen.painted, seen.frames, seen.blank, seen.from] = [[], 0, 0, start];
    const step = () => {
        const passed = (performance.now() - start) / 1000;
        const part = 0.5 + 0.4 * Math.sin(2.5 * passed);
        if (passed < seconds) { move(part, "mousemove"); return requestAnimationFrame(step); }
        seen.up = performance.now();
        move(part, "mouseup");
        done();
    };
    requestAnimationFrame(step);
})"""


def measure(browser, address, way, presses, seconds):
    """One way in one page: milliseconds of single steps, and what a fast drag was like."""
    page = browser.new_page(viewport={"width": 1280, "height": 1200})
    page.set_default_timeout(60_000)
    run_all(page, address)
    handle = page.locator(HANDLE[way]).first
    handle.wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(WATCH, way)
    handle.focus()
    steps = []
    for i in range(presses):
        page.evaluate("seen.painted.length = 0")
        page.keyboard.press("ArrowRight" if i % 20 < 10 else "ArrowLeft")
        try:
            page.wait_for_function("seen.painted.length > 0", polling=10, timeout=5000)
            steps.append(page.evaluate("seen.painted[0] - seen.keydown"))
        except PlaywrightTimeout:
            steps.append(np.inf)  # the picture never came, or was gone before it could be seen
        page.wait_for_timeout(PAUSE + 7 * (i % 5))
    page.evaluate(DRAG, [way, HANDLE[way], seconds])
    page.wait_for_timeout(900)
    found = page.evaluate("({painted: seen.painted, frames: seen.frames, blank: seen.blank, from: seen.from, "
                          "up: seen.up})")
    page.close()
    painted = np.array(found["painted"])
    during = painted[painted <= found["up"]]
    return {"median": float(np.median(steps)), "p95": float(np.quantile(steps, 0.95)),
            "fps": 1000 * len(during) / (found["up"] - found["from"]),
            "lag": max(0.0, float(painted.max() - found["up"])) if len(painted) else np.nan,
            "blank": found["blank"], "frames": found["frames"]}


def notebook(folder, chart, way):
    cells = [new_code_cell(CHARTS[chart].strip()), new_code_cell(WAYS[way].strip())]
    kernel = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / f"{way}.ipynb")


def compare(playwright, place, chart, given):
    """All ways with one chart, each on a stock server and ours on its own as well; figures by way and server."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    folder, found = place / "notebooks", {}
    folder.mkdir(parents=True)
    for way in given.only:
        notebook(folder, chart, way)
    for kind, options in (("stock server", ()), ("crunch lab", (NODELAY,))):
        kept = place / kind.split()[0]
        kept.mkdir()
        with server(folder, kept, *options) as address:
            browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
            for way in given.only if kind == "stock server" else [w for w in given.only if w == "crunch"]:
                where = address.format(f"lab/workspaces/{way}/tree/{way}.ipynb")
                found[way, kind] = measure(browser, where, way, given.presses, given.seconds)
            browser.close()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", choices=WAYS, nargs="*", default=list(WAYS))
    parser.add_argument("--charts", choices=CHARTS, nargs="*", default=list(CHARTS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        for chart in given.charts:
            found = compare(playwright, Path(place) / chart, chart, given)
            print(f"{chart:24}{'step, median':>14}{'p95':>8}{'blank frames':>16}{'fast drag':>12}{'last state':>12}")
            for (way, kind), r in found.items():
                print(f"{f'{way}, {kind}':24}{r['median']:11.0f} ms{r['p95']:5.0f} ms{r['blank']:9} of {r['frames']:<4}"
                      f"{r['fps']:8.0f} fps{r['lag']:9.0f} ms")
            if len(given.only) == len(WAYS):
                ratio = found["interact", "stock server"]["median"] / found["crunch", "stock server"]["median"]
                print(f"crunch is {ratio:.1f} times as fast as interact, one step on a stock server", flush=True)


if __name__ == "__main__":
    main()
