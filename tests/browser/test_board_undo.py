"""Undo and redo of all that is done on the board, by keys and by buttons."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import (
    choose,
    clear_board,
    dialog,
    draw,
    expect_ink,
    expect_kept,
    fish,
    placed,
    scribble,
    settle,
    sketch,
    stickers,
    sun,
    wait_until_ready,
)
from tests.browser.learner import worker

LEFT, RIGHT = (400.0, 360.0), (850.0, 360.0)
CYRILLIC = "(keys) => void document.activeElement.dispatchEvent(new KeyboardEvent('keydown', keys))"
UNDO, REDO = "Control+z", "Control+Shift+z"
# The worker's answers wait until they are let through.
HOLD = """
() => {
  self.held = [];
  self.post = self.postMessage.bind(self);
  self.postMessage = (...reply) => self.held.push(reply);
}
"""
LET_GO = "() => { self.postMessage = self.post; self.held.forEach((reply) => self.post(...reply)); }"


@pytest.fixture
def rng() -> random.Random:
    return random.Random(81)


@pytest.fixture
def page(stocked: Page) -> Page:
    return stocked


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def expect_ink_at(page: Page, place: tuple[float, float], ink: bool = True) -> None:
    size = page.viewport_size
    assert size is not None
    width, height = size["width"], size["height"]
    expect_ink(page, "Drawing board", place[0] / width - 0.1, place[1] / height - 0.18, 0.2, 0.36, ink)


def test_a_recognised_drawing_is_ink_again_and_stays_so_and_its_strokes_go_one_by_one(
    page: Page, rng: random.Random
) -> None:
    strokes = placed(sun(rng), LEFT, 240)
    sketch(page, strokes)
    expect(stickers(page)).to_have_accessible_name("☀️")
    page.keyboard.press(UNDO)
    expect(stickers(page)).to_have_count(0)
    expect_ink_at(page, LEFT)
    expect(page.get_by_role("status")).to_have_text(f"Undone: 0 stickers, {len(strokes)} strokes")
    expect_kept(page, 0, len(strokes))
    # Another drawing is recognised meanwhile; this one was meant to be ink.
    more = placed(fish(rng), RIGHT, 240)
    sketch(page, more)
    expect(stickers(page)).to_have_accessible_name("🐟")
    page.keyboard.press(UNDO)
    expect(stickers(page)).to_have_count(0)
    for left in reversed(range(len(strokes) + len(more))):
        page.keyboard.press(UNDO)
        expect(page.get_by_role("status")).to_contain_text(f"0 stickers, {left} stroke")
        if left == len(strokes):
            expect_ink_at(page, RIGHT, ink=False)
            expect_ink_at(page, LEFT)
    expect_ink_at(page, LEFT, ink=False)
    expect(button(page, "Undo")).to_be_disabled()
    expect(button(page, "Redo")).to_be_enabled()


def test_redo_does_again_what_was_undone_until_something_new_is_done(page: Page, rng: random.Random) -> None:
    sketch(page, placed(fish(rng), LEFT, 240))
    expect(stickers(page)).to_have_accessible_name("🐟")
    sketch(page, placed(sun(rng), RIGHT, 240))
    expect(stickers(page)).to_have_count(2)
    button(page, "Undo").click()
    expect(stickers(page)).to_have_count(1)
    button(page, "Redo").click()
    expect(stickers(page)).to_have_count(2)
    expect(button(page, "Redo")).to_be_disabled()
    page.keyboard.press(UNDO)
    page.keyboard.press("Control+y")
    expect(stickers(page)).to_have_count(2)
    # Russian keys, of which the one in the place of Z types another letter.
    for shift, left in ((False, 1), (True, 2)):
        page.evaluate(CYRILLIC, {"key": "я", "code": "KeyZ", "shiftKey": shift, "ctrlKey": True, "bubbles": True})
        expect(stickers(page)).to_have_count(left)
    page.keyboard.press(UNDO)
    expect(stickers(page)).to_have_count(1)
    scrawl = [[(200.0, 600.0), (260.0, 640.0), (300.0, 600.0), (380.0, 650.0)]]
    sketch(page, scrawl)
    page.get_by_role("button", name="Keep as ink").click()
    expect(button(page, "Redo")).to_be_disabled()
    page.keyboard.press(REDO)
    expect(page.get_by_role("status")).to_have_text("Nothing to redo")


def test_clearing_and_scribbling_out_are_undone(page: Page, rng: random.Random) -> None:
    sketch(page, placed(fish(rng), LEFT, 240))
    expect(stickers(page)).to_have_accessible_name("🐟")
    sketch(page, scribble(LEFT, 240))
    expect(page.get_by_role("status")).to_have_text("Removed 🐟")
    page.keyboard.press(UNDO)  # before it has faded
    expect(stickers(page)).to_have_css("opacity", "1")
    settle(page)
    expect(stickers(page)).to_have_accessible_name("🐟")
    clear_board(page)
    expect(stickers(page)).to_have_count(0)
    page.keyboard.press(UNDO)
    expect(stickers(page)).to_have_accessible_name("🐟")
    expect_kept(page, 1, 0)
    page.reload()
    wait_until_ready(page)
    expect(stickers(page)).to_have_accessible_name("🐟")
    expect(button(page, "Undo")).to_be_hidden()


def test_what_comes_back_lies_where_it_lay_also_under_and_over_the_others(page: Page, rng: random.Random) -> None:
    sketch(page, placed(fish(rng), LEFT, 240))
    expect(stickers(page)).to_have_count(1)
    sketch(page, placed(sun(rng), (LEFT[0] + 40, LEFT[1]), 240))
    expect(stickers(page)).to_have_count(2)
    stickers(page).first.locator(".sticker-button").focus()
    page.keyboard.press("Delete")
    expect(stickers(page)).to_have_count(1)
    page.keyboard.press(UNDO)
    expect(stickers(page)).to_have_count(2)
    expect(stickers(page).first).to_have_accessible_name("🐟")
    expect(stickers(page).last).to_have_accessible_name("☀️")


def test_a_stroke_that_was_taken_back_and_given_again_belongs_to_its_drawing(page: Page, rng: random.Random) -> None:
    choose(page, "Settings")
    page.get_by_role("switch", name="Wait for Enter").click()
    page.get_by_role("dialog", name="Settings").get_by_role("button", name="Close").click()
    strokes = placed(fish(rng), LEFT, 240)
    draw(page, strokes)
    page.keyboard.press(UNDO)
    page.keyboard.press(UNDO)
    page.keyboard.press(REDO)
    page.keyboard.press(REDO)
    page.keyboard.press("Enter")
    expect(stickers(page)).to_have_accessible_name("🐟")
    expect_kept(page, 1, 0)


def test_what_is_undone_while_python_looks_at_it_does_not_come_back(page: Page, rng: random.Random) -> None:
    worker(page).evaluate(HOLD)
    strokes = placed(fish(rng), LEFT, 240)
    sketch(page, strokes)
    expect(page.locator("html")).to_have_attribute("data-state", "working")
    for _ in strokes:
        page.keyboard.press(UNDO)
    worker(page).evaluate(LET_GO)
    sketch(page, placed(sun(rng), RIGHT, 240))
    expect(stickers(page)).to_have_accessible_name("☀️")
    expect_ink_at(page, LEFT, ink=False)


def test_keys_in_a_text_field_and_over_a_dialog_leave_the_board_alone(page: Page, rng: random.Random) -> None:
    sketch(page, placed(fish(rng), LEFT, 240))
    expect(stickers(page)).to_have_accessible_name("🐟")
    choose(page, "New sticker")
    dialog(page).get_by_label("Emoji or text").fill("🐙")
    page.keyboard.press(UNDO)
    page.keyboard.press("Escape")
    choose(page, "Settings")
    page.keyboard.press(UNDO)
    page.keyboard.press("Escape")
    expect(stickers(page)).to_have_accessible_name("🐟")


def test_after_a_reset_there_is_no_way_back(page: Page, rng: random.Random) -> None:
    sketch(page, placed(fish(rng), LEFT, 240))
    expect(stickers(page)).to_have_accessible_name("🐟")
    choose(page, "Reset")
    page.get_by_role("button", name="Reset everything").click()
    expect(stickers(page)).to_have_count(0)
    expect(button(page, "Undo")).to_be_hidden()
    page.keyboard.press(UNDO)
    expect(page.get_by_role("status")).to_have_text("Nothing to undo")
    expect(stickers(page)).to_have_count(0)
