"""What was chosen for stickers lately is offered first; and an emoji comes in the tone of skin that was chosen."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import SIZES
from tests.browser.drawer import choose_picture, file_of, names_of, recent, robot
from tests.browser.hand import (
    choose,
    clear_board,
    dialog,
    draw,
    expect_kept,
    fill_pad,
    fish,
    placed,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.library import close, open_library, outcome, press

PLACES = """
(buttons) => buttons.map((button) => button.getBoundingClientRect())
  .map(({ top, right, width, height }) => [Math.round(top), right, Math.round(100 * Math.min(width, height)) / 100])
"""
KEEP = """
async (texts) => {
  const { Inkmoji } = await import("./inkmoji.js");
  const inkmoji = new Inkmoji();
  inkmoji.ready.catch(() => {});
  await inkmoji.keep({ recent: texts.map((text) => ({ text, image: null })) });
  inkmoji.close();
}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(51)


def test_an_emoji_has_the_tone_of_skin_that_was_chosen(untaught: Page, rng: random.Random) -> None:
    page = untaught
    choose(page, "New sticker")
    picker = dialog(page).locator("emoji-picker")
    picker.get_by_role("button", name=re.compile("skin tone", re.IGNORECASE)).click()
    picker.get_by_role("option", name="Medium-Dark").click()
    picker.get_by_role("combobox", name="Search").fill("waving hand")
    picker.get_by_role("option", name=re.compile("waving hand")).first.click()
    expect(page.get_by_role("textbox", name="Emoji or text")).to_have_value("👋🏾")
    for number in (1, 2, 3):
        fill_pad(page, number, sun, rng)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_have_text("Learned 👋🏾")
    draw(page, placed(sun(rng), (640, 360), 260))
    expect(stickers(page)).to_have_accessible_name("👋🏾")
    expect(stickers(page).locator("text")).to_have_text("👋🏾")


def test_what_was_chosen_lately_comes_first_and_is_gone_after_a_reset(untaught: Page, rng: random.Random) -> None:
    page = untaught
    choose(page, "New sticker")
    expect(recent(page)).to_have_count(0)
    page.keyboard.press("Escape")
    for text in ("🐟", "hello world", "☀️", "🐟"):
        teach(page, text, sun, rng)
    choose(page, "New sticker")
    assert names_of(recent(page)) == ["🐟", "☀️", "hello world"]
    choose_picture(page, file_of(robot()))
    recent(page).nth(1).click()
    expect(page.get_by_role("textbox", name="Emoji or text")).to_have_value("☀️")
    choose_picture(page, file_of(robot()))
    page.get_by_role("textbox", name="Name of the picture").fill("Robot")
    for number in (1, 2, 3):
        fill_pad(page, number, fish, rng)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_have_text("Learned Robot")
    draw(page, placed(fish(rng), (640, 360), 260))
    expect_kept(page, 1, 0)
    page.reload()
    wait_until_ready(page)
    open_library(page)
    press(page, "Robot", "Change emoji")
    assert names_of(recent(page)) == ["Robot", "🐟", "☀️", "hello world"]
    page.keyboard.press("Escape")
    press(page, "Robot", "Delete sticker")
    page.get_by_role("button", name="Forget for good").click()
    page.get_by_role("dialog", name="Forget for good").get_by_role("button", name="Forget for good").click()
    expect(outcome(page)).to_have_text("Forgotten for good")
    close(page)
    choose(page, "New sticker")
    assert names_of(recent(page)) == ["🐟", "☀️", "hello world"]
    page.keyboard.press("Escape")
    clear_board(page)
    choose(page, "Reset")
    page.get_by_role("button", name="Reset everything").click()
    choose(page, "New sticker")
    expect(dialog(page).get_by_role("menuitem").first).to_be_visible()
    expect(recent(page)).to_have_count(0)
    page.keyboard.press("Escape")


def test_there_is_one_row_of_at_most_eight(untaught: Page) -> None:
    page = untaught
    page.evaluate(KEEP, ["a long word", "words again", *"🐟🌵🍎🍐🍊🍋", "no more"])
    page.reload()
    wait_until_ready(page)
    for width, count in ((1280, 8), (SIZES["phone"]["width"], 8), (360, 7), (320, 6)):
        page.set_viewport_size({"width": width, "height": 844})
        choose(page, "New sticker")
        expect(dialog(page).get_by_role("menuitem").first).to_be_visible()
        expect(recent(page)).to_have_count(count)
        places = recent(page).evaluate_all(PLACES)
        room = (
            dialog(page).locator(".teach-face > .picker").evaluate("(picker) => picker.getBoundingClientRect().right")
        )
        assert len({top for top, _, _ in places}) == 1
        assert max(right for _, right, _ in places) <= room
        assert min(size for _, _, size in places) >= (40 if width == 1280 else 44)
        page.keyboard.press("Escape")
