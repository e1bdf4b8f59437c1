"""Every main state of the page, on a desktop and a phone, in light and dark: seen, and free of barriers.

Each state is written as a picture into `screenshots/`, which git ignores, and searched for violations by axe.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES, show_on_devices
from tests.browser.hand import (
    choose,
    clear_board,
    dialog,
    draw,
    fill_dialog,
    fish,
    hold,
    house,
    placed,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.recorder import Recorder
from tests.browser.standin import replace_python
from tests.browser.test_journey import FAIL_WRITES, HOLD_LOCK, MEND_WRITES
from web.tools.serve import Server

Show = Callable[[str], None]


@pytest.fixture
def rng() -> random.Random:
    return random.Random(4)


@pytest.fixture(params=SIZES)
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def show(root: Path, page: Page, device: str) -> Show:
    """Take pictures of the state of that name, and search it for barriers."""
    page.set_viewport_size(SIZES[device])
    return lambda state: barriers.show(page, root, device, state)


def test_every_state_is_seen_and_free_of_barriers(
    page: Page, show: Show, device: str, server: Server, rng: random.Random
) -> None:
    width, height = SIZES[device]["width"], SIZES[device]["height"]
    middle, size = (width / 2, height / 2), min(width, height) * 0.4
    release = hold(page)
    page.goto(server.url)
    expect(page.get_by_text("Starting Python")).to_be_visible()
    show("1-start")
    draw(page, placed(sun(rng), middle, size))
    expect(page.get_by_text("1 waiting")).to_be_visible()
    show("2-drawing")
    release()
    expect(dialog(page)).to_be_visible()
    expect(dialog(page).get_by_role("menuitem").first).to_be_visible()
    show("3-dialog")
    fill_dialog(page, "☀️", sun, rng, pads=(2, 3))
    show("4-dialog-filled")
    show_learning(page, show)
    show_failed_save(page, show)
    expect(page.get_by_role("status")).to_have_text("Learned ☀️")
    show("7-learned")
    show_board(page, show, (width, height), rng)


def show_learning(page: Page, show: Show) -> None:
    page.evaluate(HOLD_LOCK)
    page.workers[0].evaluate(FAIL_WRITES)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("progressbar", name="Learning")).to_be_visible()
    expect(dialog(page).get_by_text("Saving")).to_be_visible()
    show("5-learning")


def show_failed_save(page: Page, show: Show) -> None:
    page.evaluate("() => window.releaseLock()")
    expect(dialog(page).get_by_role("alert")).not_to_be_empty()
    show("6-save-failed")
    page.workers[0].evaluate(MEND_WRITES)
    page.get_by_role("button", name="Done").click()


def show_board(page: Page, show: Show, size: tuple[int, int], rng: random.Random) -> None:
    width, height = size
    teach(page, "🐟", fish, rng)
    draw(page, placed(fish(rng), (width * 0.24, height * 0.78), min(size) * 0.26))
    expect(stickers(page)).to_have_count(2)
    draw(page, placed(fish(rng), (width * 0.76, height * 0.2), min(size) * 0.3))
    expect(stickers(page)).to_have_count(3)
    draw(page, placed(sun(rng), (width * 0.26, height * 0.26), min(size) * 0.26))
    expect(stickers(page)).to_have_count(4)
    draw(page, placed(house(rng), (width * 0.76, height * 0.76), min(size) * 0.32))
    page.get_by_role("button", name="Keep as ink").click()
    page.locator("#status:empty").wait_for(state="attached")
    show("8-board")
    page.get_by_role("button", name="Menu").click()
    show("9-menu")
    page.keyboard.press("Escape")
    choose(page, "Reset")
    show("a-reset")
    page.keyboard.press("Escape")
    clear_board(page)
    page.reload()
    wait_until_ready(page)
    expect(page.get_by_text("Knows ☀️ 🐟")).to_be_visible()
    show("b-welcome-back")


def test_a_failed_start_is_seen_and_free_of_barriers(
    page: Page, root: Path, server: Server, recorder: Recorder
) -> None:
    replace_python(page)
    page.route("**/base.inkmoji", lambda route: route.fulfill(status=404))
    page.goto(server.url)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    show_on_devices(page, root, "c-failed")
    recorder.take("base.inkmoji")


def test_the_page_for_old_browsers_is_seen_and_free_of_barriers(page: Page, root: Path, server: Server) -> None:
    page.add_init_script("delete Promise.withResolvers")
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Inkmoji needs a newer browser")).to_be_visible()
    show_on_devices(page, root, "d-old-browser")


def test_the_settings_are_seen_and_free_of_barriers(page: Page, root: Path, server: Server, recorder: Recorder) -> None:
    release = hold(page)
    page.goto(server.url)
    choose(page, "Settings")
    settings = page.get_by_role("dialog", name="Settings")
    expect(settings.get_by_role("status")).to_have_text("Waiting for Python…")
    show_on_devices(page, root, "e-settings-waiting")
    release()
    expect(settings.get_by_role("status")).to_be_empty()
    show_on_devices(page, root, "f-settings")
    page.route("**/starter.inkmoji", lambda route: route.fulfill(status=404), times=1)
    settings.get_by_role("switch", name="Starter stickers").click()
    expect(settings.get_by_role("alert")).not_to_be_empty()
    recorder.take("starter.inkmoji")
    show_on_devices(page, root, "g-settings-failed")
    settings.get_by_role("switch", name="Starter stickers").click()
    expect(settings.get_by_role("status")).to_have_text(re.compile(r"^\d+ starter stickers on$"))
    show_on_devices(page, root, "h-settings-on")
    page.keyboard.press("Escape")
    show_on_devices(page, root, "i-welcome-with-starter-stickers")
