"""A real browser on the built site, which fails a test for what a person would never see.

* `server` serves `dist/` with its own headers; `launch` starts a browser on a profile folder; `context` is one on a
  profile of the test's own, `page` an empty page in it.
* `opened` is the page with Inkmoji ready; `open_blank` makes a page of the same origin and policy without interface.
* Every context has a `Recorder`: a request to another origin, a violation of the content security policy, a console
  error or an uncaught exception fails the test, unless the test has taken it as expected.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    WebError,
    sync_playwright,
)

from web.tools.policy import parse_headers_file
from web.tools.serve import Server

ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LOCAL_SCHEMES = ("blob:", "data:")
# Its icon is none: a browser would otherwise ask for one.
BLANK = '<!doctype html><meta charset="utf-8"><title>Blank</title><link rel="icon" href="data:,">'
# A worker logs its violations only to itself; the page's event is the same in all browsers.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content-Security-Policy: ${event.violatedDirective} refused ${event.blockedURI}`));
"""


class Recorder:
    """What a context asked for, and what went wrong in it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.requests: list[str] = []
        self.problems: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._exception)
        context.add_init_script(REPORT_VIOLATIONS)

    def take(self, pattern: str) -> list[str]:
        """Remove and return the problems that match: the test has caused them."""
        taken = [problem for problem in self.problems if re.search(pattern, problem)]
        self.problems = [problem for problem in self.problems if problem not in taken]
        return taken

    def check(self) -> None:
        assert not self.problems, "\n".join(self.problems)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((self.origin, *LOCAL_SCHEMES)):
            self.problems.append(f"request to another origin: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console error: {message.text} ({message.location.get('url')})")

    def _exception(self, error: WebError) -> None:
        self.problems.append(f"uncaught exception: {error.error}")


Launch = Callable[[Path, Recorder], BrowserContext]


@pytest.fixture(scope="session")
def server(dist: Path) -> Iterator[Server]:
    with Server(dist) as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser_type(playwright: Playwright) -> BrowserType:
    return playwright.chromium


@pytest.fixture(scope="session")
def launch(browser_type: BrowserType, chromium_path: str) -> Launch:
    """Start a browser on a profile folder, which keeps what the browser stores; the caller closes it."""
    root = os.name != "nt" and os.geteuid() == 0

    def start(profile: Path, recorder: Recorder) -> BrowserContext:
        # Chromium's sandbox refuses to work for root, as whom containers run.
        arguments = [*ARGUMENTS, *(["--no-sandbox"] if root else [])]
        context = browser_type.launch_persistent_context(profile, executable_path=chromium_path, args=arguments)
        recorder.watch(context)
        return context

    return start


@pytest.fixture
def recorder(server: Server) -> Recorder:
    return Recorder(server.url)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def context(launch: Launch, profile: Path, recorder: Recorder) -> Iterator[BrowserContext]:
    running = launch(profile, recorder)
    yield running
    running.close()
    recorder.check()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def opened(page: Page, server: Server) -> Page:
    """The page with Inkmoji ready."""
    page.goto(server.url)
    page.locator("html[data-state=ready]").wait_for(timeout=60_000)
    return page


@pytest.fixture(scope="session")
def open_blank(server: Server, dist: Path) -> Callable[[BrowserContext], Page]:
    """Make a page without interface, in which tests import modules of the site."""
    headers = parse_headers_file((dist / "_headers").read_text(encoding="utf-8"))
    address = f"{server.url}blank.html"

    def make(context: BrowserContext) -> Page:
        page = context.new_page()
        page.route(address, lambda route: route.fulfill(body=BLANK, content_type="text/html", headers=headers))
        page.goto(address)
        page.unroute(address)
        return page

    return make
