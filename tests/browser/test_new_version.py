"""A new version: it is offered, and takes over only when it is asked to and no other page runs on the old files."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.barriers import SIZES, show
from tests.browser.conftest import Launch
from tests.browser.hand import draw, fish, placed, stickers, teach, wait_until_ready
from tests.browser.kept import expected, kept, wait_until_controlled
from tests.browser.recorder import Recorder
from tests.precached import copy_of, release
from web.tools.serve import Server

READY = "A new version is ready"
BLOCKED = "To update, close the other Inkmoji tabs"
CHANGES = {"index.html": ("Draw something", "Draw anything"), "languages/en.js": ("Board cleared", "The board is cleared")}

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
def site(dist: Path, tmp_path: Path) -> Path:
    """A copy of the site, of which a test makes new versions."""
    return copy_of(dist, tmp_path / "site")


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with Server(site) as server:
        yield server.url


@pytest.fixture
def allowed(launch: Launch, profile: Path, address: str) -> Iterator[BrowserContext]:
    """A browser that allows service workers."""
    recorder = Recorder(address)
    context = launch(profile, recorder, service_workers="allow")
    yield context
    context.close()
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


def test_a_first_visit_offers_nothing(installed: Page) -> None:
    installed.evaluate("() => navigator.serviceWorker.ready")
    expect(offer(installed)).to_be_hidden()


def test_a_new_version_is_offered_and_takes_over_only_when_asked(installed: Page, site: Path, address: str) -> None:
    teach(installed, "🐟", fish, random.Random(5))
    before = expected(address, site)
    release(site, CHANGES, drop=("icons/icon-192.png",))
    after = expected(address, site)
    installed.reload()
    expect(offer(installed)).to_contain_text(READY)
    expect(title(installed)).to_have_text("Draw something")
    # A part that is loaded only now is still of the old version, though the new one is there.
    assert "Board cleared" in installed.evaluate("async () => (await fetch('languages/en.js')).text()")
    ((name, entries),) = kept(installed).items()
    assert {tuple(entry) for entry in entries} == {tuple(entry) for entry in [*before[name], *after[name]]}

    installed.reload()
    expect(offer(installed)).to_contain_text(READY)
    expect(title(installed)).to_have_text("Draw something")

    with installed.expect_navigation():
        offer(installed).get_by_role("button", name="Update").click()
    expect(title(installed)).to_have_text("Draw anything")
    wait_until_ready(installed)
    expect(offer(installed)).to_be_hidden()
    assert kept(installed) == after
    draw(installed, placed(fish(random.Random(6)), (300, 400), 240))
    expect(stickers(installed)).to_have_accessible_name("🐟")


def test_a_page_that_stays_open_looks_for_it_when_it_is_turned_to_once_an_hour(installed: Page, site: Path) -> None:
    release(site, CHANGES)
    for later, looked in ((0, 0), (HOUR, 1), (0, 1)):
        assert installed.evaluate(TURN_TO, later) == looked
    expect(offer(installed)).to_contain_text(READY)


def test_while_other_tabs_are_open_the_offer_says_to_close_them(
    allowed: BrowserContext, installed: Page, site: Path, address: str
) -> None:
    other = visit(allowed, address)
    release(site, CHANGES)
    installed.evaluate("async () => void (await navigator.serviceWorker.getRegistration()).update()")
    for page in (installed, other):
        expect(offer(page)).to_contain_text(BLOCKED)
        expect(offer(page).get_by_role("button", name="Update")).to_be_disabled()
    other.close()
    expect(offer(installed)).to_contain_text(READY)
    late = visit(allowed, address)
    expect(title(late)).to_have_text("Draw something")
    offer(installed).get_by_role("button", name="Update").click()
    expect(offer(installed)).to_contain_text(BLOCKED)
    late.close()
    expect(offer(installed)).to_contain_text(READY)
    with installed.expect_navigation():
        offer(installed).get_by_role("button", name="Update").click()
    expect(title(installed)).to_have_text("Draw anything")


def test_an_offer_that_is_put_off_is_made_again_with_the_next_visit(installed: Page, site: Path) -> None:
    release(site, CHANGES)
    installed.reload()
    expect(offer(installed)).to_be_visible()
    offer(installed).get_by_role("button", name="Later").click()
    expect(offer(installed)).to_be_hidden()
    installed.reload()
    expect(offer(installed)).to_be_visible()


def test_a_tab_under_which_the_files_were_swapped_all_the_same_offers_to_reload(installed: Page, site: Path) -> None:
    release(site, CHANGES)
    installed.reload()
    expect(offer(installed)).to_be_visible()
    offer(installed).get_by_role("button", name="Later").click()
    installed.evaluate("async () => (await navigator.serviceWorker.getRegistration()).waiting.postMessage('take over')")
    expect(offer(installed)).to_contain_text(READY)
    expect(title(installed)).to_have_text("Draw something")
    with installed.expect_navigation():
        offer(installed).get_by_role("button", name="Update").click()
    expect(title(installed)).to_have_text("Draw anything")


def test_the_offer_is_seen_and_free_of_barriers(
    allowed: BrowserContext, installed: Page, site: Path, address: str, root: Path
) -> None:
    other = visit(allowed, address)
    release(site, CHANGES)
    installed.reload()
    expect(offer(installed)).to_contain_text(BLOCKED)
    show_on_devices(installed, root, "j-update-blocked")
    other.close()
    expect(offer(installed)).to_contain_text(READY)
    show_on_devices(installed, root, "k-update")
    for button in offer(installed).get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def show_on_devices(page: Page, root: Path, state: str) -> None:
    for device, size in SIZES.items():
        page.set_viewport_size(size)
        show(page, root, device, state)
