"""A real browser on the built site, which fails a test for what a person would never see.

* `server` serves `dist/` with its own headers; `launch` starts a browser on a profile folder; `context` is one on a
  profile of the test's own, `page` an empty page in it.
* `opened` is the page with Inkmoji ready; `open_blank` makes a page of the same origin and policy without interface.
* `home` is one such page for the tests of a module, `untaught` the same with nothing taught and nothing drawn, and
  `doodles` that with a starter pack which knows what the tests draw, `collected` that with two stickers, taught there,
  and `stocked` that with three from a file. What a test that has failed left behind does not reach the next one: the
  page is opened anew.
* `other_page` is another tab of its browser, in which nothing was opened yet.
* `tab` and `other_tab` are pages without interface in `shared_context`, a browser that the tests of a module share.
* `store` is one with an open store that holds one live generation, `other_store` another tab with the same.
* `ink` is a page of that kind with an Inkmoji that knows one sticker, `other` another tab with the same.
* Every context has a `Recorder`: a request to another origin, with a body or with a query, a violation of the content
  security policy, a console error or an uncaught exception fails the test, unless the test has taken it as expected.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol

import pytest
from playwright.sync_api import (
    BrowserContext,
    BrowserType,
    FilePayload,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.filing import collection, import_file
from tests.browser.hand import choose, fish, house, sun, teach, wait_until_ready
from tests.browser.learner import STARTED, prepare
from tests.browser.recorder import Recorder
from tests.browser.shelf import FIRST, PRELUDE
from tests.browser.starter import PACK, starter_pack
from web.tools.policy import parse_headers_file
from web.tools.serve import Server

ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Its icon is none: a browser would otherwise ask for one.
BLANK = '<!doctype html><meta charset="utf-8"><title>Blank</title><link rel="icon" href="data:,">'

# How fast the machine is says nothing of the page: what is expected may take as long as a start.
expect.set_options(timeout=STARTED)

ServiceWorkers = Literal["allow", "block"]


class Launch(Protocol):
    def __call__(
        self,
        profile: Path,
        recorder: Recorder,
        *more: str,
        service_workers: ServiceWorkers = ...,
        env: dict[str, str | float | bool] | None = ...,
    ) -> BrowserContext: ...


class OpenBlank(Protocol):
    def __call__(self, context: BrowserContext, folder: str = ...) -> Page: ...


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
    """Start a browser on a profile folder, which keeps what the browser stores; the caller closes it.

    More arguments are Chromium's own. A service worker would answer before the answers that a test makes up: only
    tests about it allow it.
    """
    root = os.name != "nt" and os.geteuid() == 0

    def start(
        profile: Path,
        recorder: Recorder,
        *more: str,
        service_workers: ServiceWorkers = "block",
        env: dict[str, str | float | bool] | None = None,
    ) -> BrowserContext:
        # Chromium's sandbox refuses to work for root, as whom containers run.
        arguments = [*ARGUMENTS, *(["--no-sandbox"] if root else []), *more]
        context = browser_type.launch_persistent_context(
            profile, executable_path=chromium_path, args=arguments, service_workers=service_workers, env=env
        )
        context.set_default_timeout(STARTED)
        recorder.watch(context)
        return context

    return start


@pytest.fixture(scope="module")
def shared_recorder(server: Server) -> Recorder:
    return Recorder(server.url)


@pytest.fixture(scope="module")
def shared_context(
    launch: Launch, shared_recorder: Recorder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One browser for the tests of a module that keep apart by names of their own."""
    running = launch(tmp_path_factory.mktemp("shared") / "profile", shared_recorder)
    yield running
    running.close()


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
    wait_until_ready(page)
    return page


@pytest.fixture(scope="module")
def home(shared_context: BrowserContext, server: Server) -> Page:
    """One page for the tests of a module."""
    page = shared_context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    return page


@pytest.fixture
def untaught(home: Page, server: Server, shared_recorder: Recorder, request: pytest.FixtureRequest) -> Iterator[Page]:
    """That page, with nothing taught and nothing drawn; the test leaves at most one dialog open."""
    home.set_viewport_size({"width": 1280, "height": 720})
    home.emulate_media(color_scheme="light", reduced_motion="no-preference")
    wait_until_ready(home)
    choose(home, "Reset")
    home.get_by_role("button", name="Reset everything").click()
    home.get_by_role("dialog", name="Reset").wait_for(state="hidden")
    failed = request.session.testsfailed
    yield home
    home.unroute_all()
    home.keyboard.press("Escape")
    if request.session.testsfailed > failed:
        home.goto(server.url)
    shared_recorder.check()


@pytest.fixture
def doodles(untaught: Page, dist: Path) -> Page:
    """The page with a starter pack of its own: a fish and a sun as they are drawn here, switched off."""
    pack = starter_pack(dist, {"🐟": fish, "☀️": sun})
    untaught.route(PACK, lambda route: route.fulfill(body=pack))
    return untaught


@pytest.fixture(scope="session")
def stock(dist: Path) -> FilePayload:
    """A file of a fish, a sun and a house."""
    return collection(dist, {"🐟": (fish, 3), "☀️": (sun, 3), "🏠": (house, 3)}, random.Random(23))


@pytest.fixture
def stocked(untaught: Page, stock: FilePayload) -> Page:
    """The page with these three, imported at once: for tests of what comes after teaching."""
    import_file(untaught, stock, "Merge")
    return untaught


@pytest.fixture
def collected(untaught: Page) -> Page:
    """The page with a fish and, taught after it, a sun."""
    rng = random.Random(21)
    teach(untaught, "🐟", fish, rng)
    teach(untaught, "☀️", sun, rng)
    return untaught


@pytest.fixture
def other_page(shared_context: BrowserContext, shared_recorder: Recorder) -> Iterator[Page]:
    """Another tab in which nothing was opened yet."""
    page = shared_context.new_page()
    yield page
    page.close()
    shared_recorder.check()


@pytest.fixture(scope="session")
def open_blank(server: Server, dist: Path) -> OpenBlank:
    """Make a page without interface, in which tests import modules of the site."""
    headers = parse_headers_file((dist / "_headers").read_text(encoding="utf-8"))

    def make(context: BrowserContext, folder: str = server.url) -> Page:
        page, address = context.new_page(), f"{folder}blank.html"
        page.route(address, lambda route: route.fulfill(body=BLANK, content_type="text/html", headers=headers))
        page.goto(address)
        page.unroute(address)
        return page

    return make


@pytest.fixture
def tab(shared_context: BrowserContext, shared_recorder: Recorder, open_blank: OpenBlank) -> Iterator[Page]:
    page = open_blank(shared_context)
    yield page
    page.close()
    shared_recorder.check()


@pytest.fixture
def other_tab(tab: Page, shared_context: BrowserContext, open_blank: OpenBlank) -> Iterator[Page]:
    page = open_blank(shared_context)
    yield page
    page.close()


@pytest.fixture
def store_name(request: pytest.FixtureRequest) -> str:
    """Of a store that no other test uses."""
    return str(request.node.name)


@pytest.fixture
def store(tab: Page, store_name: str) -> Page:
    """A page with an open store that holds one live generation, 1, with the bytes 1 2 3."""
    tab.evaluate(PRELUDE, store_name)
    tab.evaluate(FIRST)
    return tab


@pytest.fixture
def other_store(store: Page, other_tab: Page, store_name: str) -> Page:
    """Another tab with the same store open."""
    other_tab.evaluate(PRELUDE, store_name)
    other_tab.evaluate("async () => { window.store = await openStore(); }")
    return other_tab


@pytest.fixture(scope="module")
def running(shared_context: BrowserContext, open_blank: OpenBlank) -> Iterator[Page]:
    """A page with an Inkmoji that is started once for the tests that leave it in order."""
    page = prepare(open_blank(shared_context), "shared")
    yield page
    page.close()


@pytest.fixture
def ink(running: Page, shared_recorder: Recorder) -> Iterator[Page]:
    """A page with an Inkmoji that knows one sticker, the circle."""
    running.evaluate("async () => { await ink.reset(); await teach('circle'); }")
    yield running
    shared_recorder.check()


@pytest.fixture
def other(ink: Page, other_tab: Page) -> Page:
    """Another tab with the same Inkmoji."""
    return prepare(other_tab, "shared")
