"""A new version: it is offered, and takes over only when it is asked to and no other page runs on the old files."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.barriers import show_on_devices
from tests.browser.conftest import Launch
from tests.browser.hand import draw, fish, placed, stickers, teach, wait_until_ready
from tests.browser.kept import expected, kept, precached, wait_until_controlled
from tests.browser.recorder import Recorder
from tests.browser.standin import without_python
from tests.precached import copy_of, release
from web.tools.serve import Server

READY = "A new version is ready"
BLOCKED = "To update, close the other Inkmoji tabs"
CHANGES = {
    "index.html": ("Draw something", "Draw anything"),
    "languages/en.js": ("Board cleared", "The board is cleared"),
}
WITH_PYTHON = "with Python"

# Turns to the page so many milliseconds later; how often it has looked for a new version since the first time.
TURN_TO = """
(later) => {
  const { update } = ServiceWorkerRegistration.prototype;
  const { now } = performance;
  window.looked ??= (ServiceWorkerRegistration.prototype.update = function () {
    window.looked += 1;
    return update.call(this);
  }, 0);
  performance.now = () => now.call(performance) + later;
  document.dispatchEvent(new Event("visibilitychange"));
  return window.looked;
}
"""
HOUR = 3_600_000


@pytest.fixture
def site(dist: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A site of which a test makes new versions: with a stand-in for Python, unless Python is asked for."""
    make = copy_of if getattr(request, "param", None) == WITH_PYTHON else without_python
    return make(dist, tmp_path / "site")


@pytest.fixture(scope="module")
def servers() -> Iterator[ExitStack]:
    """They go on to the end: a browser may look for a new version of what no page shows any more."""
    with ExitStack() as running:
        yield running


@pytest.fixture
def address(site: Path, servers: ExitStack) -> str:
    """Of an origin of the test's own."""
    return servers.enter_context(Server(site)).url


@pytest.fixture(scope="module")
def allowing(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BrowserContext, Recorder]]:
    """A browser that allows service workers."""
    recorder = Recorder("http://127.0.0.1:")
    context = launch(tmp_path_factory.mktemp("allowing") / "profile", recorder, service_workers="allow")
    yield context, recorder
    context.close()


@pytest.fixture
def allowed(allowing: tuple[BrowserContext, Recorder], address: str) -> Iterator[BrowserContext]:
    context, recorder = allowing
    recorder.origin = address
    yield context
    for page in context.pages[1:]:  # without any the browser would end
        page.close()
    recorder.check()


@pytest.fixture
def installed(allowed: BrowserContext, address: str) -> Page:
    """A page that has been visited before."""
    page = visit(allowed, address)
    wait_until_ready(page)
    wait_until_controlled(page)
    return page


def visit(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def offer(page: Page) -> Locator:
    return page.get_by_role("region", name="Update")


def title(page: Page) -> Locator:
    return page.locator(".welcome-title")


def update(page: Page) -> None:
    """Take the offer, and wait for the new version."""
    with page.expect_navigation():
        offer(page).get_by_role("button", name="Update").click()
    expect(title(page)).to_have_text("Draw anything")


def test_a_new_version_is_offered_and_takes_over_only_when_asked(installed: Page, site: Path, address: str) -> None:
    installed.evaluate("() => navigator.serviceWorker.ready")
    expect(offer(installed)).to_be_hidden()  # of a first visit

    before = expected(address, site)
    release(site, CHANGES, drop=("icons/icon-192.png",))
    after = expected(address, site)
    installed.reload()
    expect(offer(installed)).to_contain_text(READY)
    expect(title(installed)).to_have_text("Draw something")
    # A part that is loaded only now is still of the old version, though the new one is there.
    assert "Board cleared" in installed.evaluate("async () => (await fetch('languages/en.js')).text()")
    name, entries = precached(installed)
    assert {tuple(entry) for entry in entries} == {tuple(entry) for entry in [*before[name], *after[name]]}

    installed.reload()
    expect(offer(installed)).to_contain_text(READY)
    expect(title(installed)).to_have_text("Draw something")

    update(installed)
    wait_until_ready(installed)
    expect(offer(installed)).to_be_hidden()
    assert kept(installed) == after


@pytest.mark.parametrize("site", [WITH_PYTHON], indirect=True)
def test_a_page_that_stays_open_looks_for_it_once_an_hour_and_what_was_taught_is_known_to_it(
    installed: Page, site: Path
) -> None:
    teach(installed, "🐟", fish, random.Random(5))
    release(site, CHANGES)
    for later, looked in ((0, 0), (HOUR, 1), (0, 1)):
        assert installed.evaluate(TURN_TO, later) == looked
    expect(offer(installed)).to_contain_text(READY)
    update(installed)
    wait_until_ready(installed)
    expect(offer(installed)).to_be_hidden()
    draw(installed, placed(fish(random.Random(6)), (300, 400), 240))
    expect(stickers(installed)).to_have_accessible_name("🐟")


def test_while_other_tabs_are_open_the_offer_says_to_close_them_in_sight_and_free_of_barriers(
    allowed: BrowserContext, installed: Page, site: Path, address: str, root: Path
) -> None:
    other = visit(allowed, address)
    release(site, CHANGES)
    installed.evaluate("async () => void (await navigator.serviceWorker.getRegistration()).update()")
    for page in (installed, other):
        expect(offer(page)).to_contain_text(BLOCKED)
        expect(offer(page).get_by_role("button", name="Update")).to_be_disabled()
    show_on_devices(installed, root, "j-update-blocked")
    other.close()
    expect(offer(installed)).to_contain_text(READY)
    show_on_devices(installed, root, "k-update")
    expect_large_enough(offer(installed).get_by_role("button"))
    late = visit(allowed, address)
    expect(title(late)).to_have_text("Draw something")
    offer(installed).get_by_role("button", name="Update").click()
    expect(offer(installed)).to_contain_text(BLOCKED)
    late.close()
    expect(offer(installed)).to_contain_text(READY)
    update(installed)


def expect_large_enough(buttons: Locator) -> None:
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_an_offer_that_is_put_off_is_made_again_with_the_next_visit_and_when_the_files_were_swapped_all_the_same(
    installed: Page, site: Path
) -> None:
    release(site, CHANGES)
    for _ in range(2):
        installed.reload()
        expect(offer(installed)).to_be_visible()
        offer(installed).get_by_role("button", name="Later").click()
        expect(offer(installed)).to_be_hidden()
    installed.evaluate("async () => (await navigator.serviceWorker.getRegistration()).waiting.postMessage('take over')")
    expect(offer(installed)).to_contain_text(READY)
    expect(title(installed)).to_have_text("Draw something")
    update(installed)
