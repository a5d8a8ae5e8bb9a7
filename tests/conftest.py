"""What tests share: no window ever opens, and a real browser where there is one."""

import math
import os
import shutil
from dataclasses import dataclass, field
from itertools import combinations
from urllib.parse import urlsplit

import numpy as np
import pytest

os.environ["MPLBACKEND"] = "Agg"

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
HERE = ("127.0.0.1", "localhost", "::1", None)  # None: data:, blob: and about: have no host


@dataclass
class Page:
    """A browser page that remembers what it complained of and whom it asked; everything else is Playwright's.

    Attributes
    ----------
    console_errors : list of str
        Messages at level error and uncaught exceptions.
    outside_requests : list of str
        Addresses asked for that are not on this computer.
    """

    page: object
    console_errors: list = field(default_factory=list)
    outside_requests: list = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        self.page.context.on("request", lambda request: self._ask(request.url))
        self.page.on("websocket", lambda socket: self._ask(socket.url))

    def _note(self, message):
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _ask(self, url):
        if urlsplit(url).hostname not in HERE:
            self.outside_requests.append(url)

    def __getattr__(self, name):
        return getattr(self.page, name)


@pytest.fixture(scope="session")
def chromium():
    """The path of a browser. Without one a test is skipped, or fails when CRUNCH_REQUIRE_BROWSER is set."""
    path = os.environ.get("CRUNCH_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = (f"This test needs a browser, but none of {', '.join(BROWSERS)} is installed. Install "
                  "Chromium, or set CRUNCH_CHROMIUM to the path of one.")
        if os.environ.get("CRUNCH_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="module")  # not longer: while Playwright is at work, nobody else can run an event loop
def browser(chromium):
    """A headless browser for the tests of one file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
        try:
            yield started
        finally:
            started.close()


@pytest.fixture
def page(browser):
    """A page that knows nothing of those before it."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    try:
        yield Page(context.new_page())
    finally:
        context.close()


@pytest.fixture
def brute_force():
    """Shapley shares of R² by their definition: every subset fitted by lstsq; groups as lists of columns."""
    def shares(X, y, groups=None, always=()):
        groups = [[j] for j in range(X.shape[1])] if groups is None else groups

        def r_squared(subset):
            columns = [*always, *(j for g in subset for j in groups[g])]
            design = np.column_stack([np.ones(len(X)), X[:, columns]])
            residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
            return 1 - residual @ residual / ((y - y.mean()) ** 2).sum()

        p = len(groups)
        out = np.zeros(p)
        for j in range(p):
            others = [i for i in range(p) if i != j]
            for k in range(p):
                weight = math.factorial(k) * math.factorial(p - k - 1) / math.factorial(p)
                out[j] += weight * sum(r_squared((*s, j)) - r_squared(s) for s in combinations(others, k))
        return out
    return shares
