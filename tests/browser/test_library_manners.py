"""The manners of "My stickers": what it does while Python is not there, in two tabs, when saving fails, by keyboard."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import PYTHON, choose, dialog, draw, fill_pad, hold, house, placed, sun, wait_until_ready
from tests.browser.library import close, examples, expect_recognised, library, open_library, outcome, press, row
from tests.browser.recorder import Recorder
from tests.browser.test_journey import FAIL_WRITES, HOLD_LOCK, MEND_WRITES
from tests.browser.test_page import FOCUSED_NAME, stay_idle
from web.tools.serve import Server


@pytest.fixture
def rng() -> random.Random:
    return random.Random(22)


def test_the_buttons_are_locked_while_a_change_runs_and_closing_does_not_stop_it(collected: Page) -> None:
    open_library(collected)
    collected.evaluate(HOLD_LOCK)
    press(collected, "🐟", "Delete sticker")
    expect(outcome(collected)).to_have_text("Deleting…")
    for name in ("Delete sticker", "Add examples", "Change emoji"):
        expect(row(collected, "☀️").get_by_role("button", name=name)).to_be_disabled()
    expect(row(collected, "🐟").get_by_role("button", name="Delete sticker")).to_be_focused()
    row(collected, "☀️").get_by_role("button", name="Delete sticker").click(force=True)
    row(collected, "☀️").get_by_role("button", name="Add examples").click(force=True)
    expect(collected.get_by_role("dialog")).to_have_count(1)
    close(collected)
    collected.get_by_role("button", name="Menu").click()
    expect(collected.get_by_role("menuitem", name="Undo learning")).to_be_disabled()
    collected.keyboard.press("Escape")
    collected.evaluate("() => window.releaseLock()")
    expect(collected.get_by_role("status")).to_have_text("Deleted 🐟. Undo learning brings it back.")
    open_library(collected)
    expect(library(collected).get_by_role("listitem")).to_have_count(1)
    expect(row(collected, "☀️").get_by_role("button", name="Delete sticker")).to_be_enabled()


def test_a_change_in_another_tab_is_shown_and_leaves_the_focus_where_it_can(
    collected: Page, other_page: Page, server: Server
) -> None:
    other_page.goto(server.url)
    wait_until_ready(other_page)
    open_library(collected)
    kept = row(collected, "☀️").get_by_role("button", name="Change emoji")
    kept.focus()
    open_library(other_page)
    press(other_page, "🐟", "Delete sticker")
    expect(library(collected).get_by_role("listitem")).to_have_count(1)
    expect(outcome(collected)).to_have_text("Your stickers changed in another tab")
    expect(kept).to_be_focused()
    library(other_page).get_by_role("button", name="Undo", exact=True).click()
    expect(examples(collected, "🐟")).to_have_count(3)
    expect(kept).to_be_focused()
    press(other_page, "☀️", "Delete sticker")
    expect(row(collected, "🐟").get_by_role("button", name="Delete sticker")).to_be_focused()


def test_the_stickers_wait_for_python(collected: Page, other_page: Page, server: Server) -> None:
    release = hold(other_page)
    other_page.goto(server.url)
    other_page.get_by_role("button", name="Menu").click()
    for word in ("Undo", "Redo"):
        expect(other_page.get_by_role("menuitem", name=f"{word} learning")).to_be_disabled()
    other_page.keyboard.press("Escape")
    open_library(other_page)
    expect(outcome(other_page)).to_have_text("Waiting for Python…")
    expect(library(other_page).get_by_role("button", name="Teach a sticker")).to_be_hidden()
    release()
    expect(examples(other_page, "🐟")).to_have_count(3)
    expect(outcome(other_page)).to_be_empty()
    assert collected.url == other_page.url


@pytest.mark.usefixtures("untaught")
def test_a_start_that_fails_is_told_there(other_page: Page, server: Server, shared_recorder: Recorder) -> None:
    other_page.route(PYTHON, lambda route: route.fulfill(status=404))
    other_page.goto(server.url)
    open_library(other_page)
    alert = library(other_page).get_by_role("alert")
    expect(alert).to_contain_text("Your stickers cannot be shown yet.")
    other_page.unroute(PYTHON)
    close(other_page)
    open_library(other_page)
    expect(library(other_page).get_by_role("button", name="Teach a sticker")).to_be_visible()
    expect(alert).to_be_empty()
    shared_recorder.take("pyodide.asm.mjs")


def test_everything_is_done_by_keyboard(collected: Page) -> None:
    collected.get_by_role("button", name="Menu").focus()
    for key in ("Enter", "m", "Enter"):
        collected.keyboard.press(key)
    stickers_tab = library(collected).get_by_role("tab", name="Stickers")
    expect(stickers_tab).to_be_focused()
    expect(examples(collected, "🐟")).to_have_count(3)
    for name in ("Add examples", "Change emoji", "Delete sticker", *["Delete example"] * 3, "Add examples"):
        collected.keyboard.press("Tab")
        assert collected.evaluate(FOCUSED_NAME) == name
    for name in ("Change emoji", "Delete sticker"):
        collected.keyboard.press("Tab")
        assert collected.evaluate(FOCUSED_NAME) == name
    collected.keyboard.press("Enter")
    expect(outcome(collected)).to_contain_text("Deleted 🐟.")
    expect(row(collected, "☀️").get_by_role("button", name="Delete sticker")).to_be_focused()
    undo = library(collected).get_by_role("button", name="Undo", exact=True)
    while not undo.evaluate("(button) => button === document.activeElement"):
        collected.keyboard.press("Tab")
    collected.keyboard.press("Space")
    expect(row(collected, "🐟")).to_have_count(1)
    collected.keyboard.press("Escape")
    expect(library(collected)).to_be_hidden()
    assert collected.evaluate(FOCUSED_NAME) == "Menu"


def test_a_drawing_waits_while_the_stickers_are_open(untaught: Page, rng: random.Random) -> None:
    draw(untaught, placed(house(rng), (250, 400), 240))
    open_library(untaught)
    stay_idle(untaught)
    expect(dialog(untaught)).to_be_hidden()
    close(untaught)
    untaught.get_by_role("button", name="Keep as ink").click()


def test_whoever_has_taught_nothing_is_invited_to(untaught: Page, rng: random.Random) -> None:
    open_library(untaught).get_by_role("button", name="Teach a sticker").click()
    untaught.get_by_role("textbox", name="Emoji or text").fill("☀️")
    for number in (1, 2, 3):
        fill_pad(untaught, number, sun, rng)
    untaught.get_by_role("button", name="Done").click()
    expect(outcome(untaught)).to_have_text("Learned ☀️")
    expect(examples(untaught, "☀️")).to_have_count(3)
    expect(library(untaught).get_by_role("tab", name="Stickers")).to_be_focused()
    press(untaught, "☀️", "Delete sticker")
    expect(library(untaught).get_by_role("button", name="Teach a sticker")).to_be_visible()
    expect(library(untaught).get_by_role("tab", name="Stickers")).to_be_focused()


def test_a_save_that_fails_is_told_and_loses_nothing(collected: Page, rng: random.Random) -> None:
    open_library(collected)
    alert = library(collected).get_by_role("alert")
    collected.workers[0].evaluate(FAIL_WRITES)
    for name in ("Delete sticker", "Delete example"):
        row(collected, "☀️").get_by_role("button", name=name).first.click()
        expect(alert).to_contain_text("Nothing was changed. The browser's storage is full")
        expect(row(collected, "☀️").get_by_role("button", name=name).first).to_be_focused()
        expect(outcome(collected)).to_be_empty()
        expect(examples(collected, "☀️")).to_have_count(3)
    press(collected, "☀️", "Change emoji")
    collected.get_by_role("textbox", name="Emoji or text").fill("🌞")
    collected.keyboard.press("Enter")
    changing = collected.get_by_role("dialog", name="Change emoji")
    expect(changing.get_by_role("alert")).to_contain_text("The emoji was not changed. The browser's storage is full")
    collected.keyboard.press("Escape")
    collected.workers[0].evaluate(MEND_WRITES)
    press(collected, "☀️", "Delete sticker")
    expect(outcome(collected)).to_contain_text("Deleted ☀️.")
    expect(alert).to_be_empty()
    library(collected).get_by_role("button", name="Undo", exact=True).click()
    expect(examples(collected, "☀️")).to_have_count(3)
    close(collected)
    expect_recognised(collected, "☀️", sun, rng)


def test_an_undo_that_fails_is_told_and_can_be_tried_again(collected: Page) -> None:
    status = collected.get_by_role("status")
    for word in ("Undo", "Redo"):
        collected.workers[0].evaluate(FAIL_WRITES)
        choose(collected, f"{word} learning")
        expect(status).to_contain_text(f"Nothing was {word.lower()}ne. The browser's storage is full")
        collected.workers[0].evaluate(MEND_WRITES)
        choose(collected, f"{word} learning")
        expect(status).to_have_text(f"{word}ne: ☀️ learned from 3 drawings")


def test_what_has_begun_to_be_forgotten_is_waited_for(collected: Page) -> None:
    open_library(collected)
    press(collected, "☀️", "Delete sticker")
    library(collected).get_by_role("button", name="Forget for good").click()
    collected.evaluate(HOLD_LOCK)
    asking = collected.get_by_role("dialog", name="Forget for good")
    asking.get_by_role("button", name="Forget for good").click()
    cancel = asking.get_by_role("button", name="Cancel")
    expect(cancel).to_be_disabled()
    cancel.click(force=True)
    collected.keyboard.press("Escape")
    expect(asking).to_be_visible()
    collected.evaluate("() => window.releaseLock()")
    expect(asking).to_be_hidden()
    expect(outcome(collected)).to_have_text("Forgotten for good")
