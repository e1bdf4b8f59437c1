"""A page that opens: what is drawn meanwhile, a start that fails, other tabs, and browsers that cannot run it."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import PYTHON, draw, fish, hold, placed, stickers, sun, teach, wait_until_ready
from tests.browser.recorder import Recorder
from web.tools.serve import Server


@pytest.fixture
def rng() -> random.Random:
    return random.Random(7)


def test_what_is_drawn_while_python_starts_is_recognised_later_and_what_is_taught_then_is_told_in_other_tabs(
    collected: Page, other_page: Page, server: Server, rng: random.Random
) -> None:
    release = hold(other_page)
    other_page.goto(server.url)
    draw(other_page, placed(fish(rng), (300, 400), 240))
    expect(other_page.get_by_text("1 waiting")).to_be_visible()
    draw(other_page, placed(sun(rng), (900, 400), 240))
    expect(other_page.get_by_text("2 waiting")).to_be_visible()
    expect(other_page.locator("html")).to_have_attribute("data-state", "starting")
    release()
    expect(stickers(other_page).first).to_have_accessible_name("🐟")
    expect(stickers(other_page).nth(1)).to_have_accessible_name("☀️")
    teach(other_page, "📬", lambda rng: [[(-0.4, 0.5), (-0.4, -0.5), (0.4, 0.5), (0.4, -0.5)]], rng)
    expect(collected.get_by_role("status")).to_have_text("Your stickers changed in another tab")


@pytest.mark.usefixtures("collected")
def test_a_start_that_fails_is_told_and_can_be_tried_again(
    other_page: Page, server: Server, shared_recorder: Recorder, rng: random.Random
) -> None:
    other_page.route(PYTHON, lambda route: route.fulfill(status=404))
    other_page.goto(server.url)
    expect(other_page.get_by_role("alert").first).to_contain_text("could not start")
    expect(other_page.locator("html")).to_have_attribute("data-state", "failed")
    draw(other_page, placed(fish(rng), (300, 400), 240))
    other_page.unroute(PYTHON)
    other_page.get_by_role("button", name="Try again").click()
    wait_until_ready(other_page)
    expect(stickers(other_page)).to_have_accessible_name("🐟")
    expect(other_page.get_by_role("button", name="Try again")).to_be_hidden()
    shared_recorder.take("pyodide.asm.mjs")


def test_an_old_browser_is_told_what_inkmoji_needs(other_page: Page, server: Server) -> None:
    other_page.add_init_script("delete Promise.withResolvers; delete Intl.Segmenter")
    other_page.goto(server.url)
    expect(other_page.get_by_role("heading", name="Inkmoji needs a newer browser")).to_be_visible()
    expect(other_page.get_by_text("What is missing: text segmentation, current JavaScript.")).to_be_visible()
    expect(other_page.get_by_role("img", name="Drawing board")).to_be_hidden()
    assert other_page.workers == []


def test_without_javascript_the_page_says_so(other_page: Page, server: Server) -> None:
    session = other_page.context.new_cdp_session(other_page)
    session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    other_page.goto(server.url)
    assert "Inkmoji needs JavaScript" in other_page.locator("noscript").inner_text()
