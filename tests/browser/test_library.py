"""My stickers: what is there, what can be done to it by hand, and that it can be undone."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import choose, fill_pad, fish, house, middle_of, sun, teach, wait_until_ready
from tests.browser.library import (
    close,
    examples,
    expect_recognised,
    expect_unknown,
    library,
    open_library,
    outcome,
    press,
    row,
)
from tests.browser.starter import switch

# Whether each picture of an example shows ink.
INKED = """
() => [...document.querySelectorAll("#library canvas")].every((canvas) => canvas.width > 20 &&
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(21)


def test_every_sticker_is_listed_with_its_drawings_newest_first(collected: Page) -> None:
    rows = open_library(collected).get_by_role("listitem")
    expect(rows).to_have_count(2)
    for at, text in enumerate(("☀️", "🐟")):
        expect(rows.nth(at)).to_have_accessible_name(f"{text}, 3 examples")
        names = [f"Example {number} of {text}" for number in (1, 2, 3)]
        expect(examples(collected, text)).to_have_count(3)
        for number, name in enumerate(names):
            expect(examples(collected, text).nth(number)).to_have_accessible_name(name)
            button = row(collected, text).get_by_role("button", name="Delete example").nth(number)
            expect(button).to_have_accessible_name("Delete example")
            expect(button).to_have_accessible_description(name)
            assert middle_of(button)[1] >= 44
        for name in ("Delete sticker", "Add examples", "Change emoji"):
            button = row(collected, text).get_by_role("button", name=name)
            expect(button).to_have_accessible_name(name)
            expect(button).to_have_accessible_description(text)
            assert middle_of(button)[1] >= 44
    collected.wait_for_function(INKED)


def test_a_deleted_sticker_comes_back_and_goes_again_also_after_a_reload(collected: Page, rng: random.Random) -> None:
    open_library(collected)
    press(collected, "☀️", "Delete sticker")
    expect(outcome(collected)).to_have_text("Deleted ☀️. Undo learning brings it back.")
    expect(row(collected, "☀️")).to_have_count(0)
    expect(row(collected, "🐟").get_by_role("button", name="Delete sticker")).to_be_focused()
    close(collected)
    expect_unknown(collected, sun, rng)
    expect_recognised(collected, "🐟", fish, rng)
    undo_and_redo_in_the_menu(collected, rng)
    collected.reload()
    wait_until_ready(collected)
    expect(collected.get_by_text("Knows 🐟")).to_be_visible()
    expect_unknown(collected, sun, rng)
    choose(collected, "Undo learning")
    expect(collected.get_by_role("status")).to_have_text("Undone: ☀️ deleted")
    expect_recognised(collected, "☀️", sun, rng)


def undo_and_redo_in_the_menu(page: Page, rng: random.Random) -> None:
    choose(page, "Undo learning")
    expect(page.get_by_role("status")).to_have_text("Undone: ☀️ deleted")
    expect_recognised(page, "☀️", sun, rng)
    choose(page, "Redo learning")
    expect(page.get_by_role("status")).to_have_text("Redone: ☀️ deleted")
    expect_unknown(page, sun, rng)


def test_the_menu_says_what_can_be_undone_and_redone(collected: Page) -> None:
    undo, redo = (collected.get_by_role("menuitem", name=f"{word} learning") for word in ("Undo", "Redo"))
    menu = collected.get_by_role("button", name="Menu")
    menu.click()
    for item, name in ((undo, "Undo learning"), (redo, "Redo learning")):
        expect(item).to_have_accessible_name(name)
    expect(undo).to_have_accessible_description("☀️ learned from 3 drawings")
    expect(redo).to_be_disabled()
    undo.click()
    expect(collected.get_by_role("status")).to_have_text("Undone: ☀️ learned from 3 drawings")
    menu.click()
    expect(undo).to_have_accessible_description("🐟 learned from 3 drawings")
    expect(redo).to_have_accessible_description("☀️ learned from 3 drawings")
    undo.click()
    expect(collected.get_by_role("status")).to_have_text("Undone: 🐟 learned from 3 drawings")
    menu.click()
    for _ in range(2):
        collected.keyboard.press("ArrowDown")
    expect(undo).to_be_focused()
    expect(undo).to_be_disabled()
    expect(undo).to_have_accessible_description("")
    collected.keyboard.press("Enter")
    expect(undo).to_be_focused()
    collected.keyboard.press("ArrowDown")
    expect(redo).to_be_focused()


def test_one_example_is_deleted_and_brought_back_beside_the_list(collected: Page) -> None:
    open_library(collected)
    buttons = row(collected, "☀️").get_by_role("button", name="Delete example")
    buttons.nth(1).click()
    expect(outcome(collected)).to_have_text("Deleted one example of ☀️. Undo learning brings it back.")
    expect(examples(collected, "☀️")).to_have_count(2)
    expect(row(collected, "☀️")).to_have_accessible_name("☀️, 2 examples")
    expect(buttons.nth(1)).to_be_focused()
    undo = library(collected).get_by_role("button", name="Undo", exact=True)
    undo.click()
    expect(outcome(collected)).to_have_text("Undone: One example of ☀️ deleted")
    expect(examples(collected, "☀️")).to_have_count(3)
    redo = library(collected).get_by_role("button", name="Redo", exact=True)
    expect(redo).to_be_focused()
    redo.click()
    expect(outcome(collected)).to_have_text("Redone: One example of ☀️ deleted")
    expect(examples(collected, "☀️")).to_have_count(2)


def test_with_its_last_example_a_sticker_goes(collected: Page) -> None:
    open_library(collected)
    for left in (2, 1):
        row(collected, "🐟").get_by_role("button", name="Delete example").first.click()
        expect(examples(collected, "🐟")).to_have_count(left)
        expect(outcome(collected)).to_contain_text("Deleted one example of 🐟.")
    press(collected, "🐟", "Delete example")
    expect(outcome(collected)).to_have_text("Deleted 🐟. Undo learning brings it back.")
    expect(library(collected).get_by_role("listitem")).to_have_count(1)
    expect(row(collected, "☀️").get_by_role("button", name="Delete sticker")).to_be_focused()


def test_examples_are_added_from_one_drawing_on(collected: Page, rng: random.Random) -> None:
    open_library(collected)
    press(collected, "🐟", "Add examples")
    adding = collected.get_by_role("dialog", name="Add examples")
    done = adding.get_by_role("button", name="Done")
    expect(adding).to_contain_text("🐟 was taught with 3 drawings.")
    expect(adding.get_by_role("textbox")).to_have_count(0)
    expect(library(collected)).to_have_count(0)
    expect(done).to_be_disabled()
    fill_pad(collected, 2, fish, rng)
    done.click()
    expect(adding).to_be_hidden()
    expect(outcome(collected)).to_have_text("Learned 🐟 from 1 more drawing")
    expect(examples(collected, "🐟")).to_have_count(4)
    expect(row(collected, "🐟").get_by_role("button", name="Add examples")).to_be_focused()
    press(collected, "🐟", "Add examples")
    adding.get_by_role("button", name="Cancel").click()
    expect(examples(collected, "🐟")).to_have_count(4)
    close(collected)
    teach(collected, "🏠", house, rng)


def test_what_is_taught_again_is_the_sticker_that_it_was(collected: Page, rng: random.Random) -> None:
    teach(collected, "🐟", house, rng)
    expect(open_library(collected).get_by_role("listitem")).to_have_count(2)
    expect(row(collected, "🐟")).to_have_accessible_name("🐟, 6 examples")
    close(collected)
    for shape in (fish, house):
        expect_recognised(collected, "🐟", shape, rng)


def test_the_emoji_is_changed_and_its_drawings_stay(collected: Page, rng: random.Random) -> None:
    open_library(collected)
    press(collected, "☀️", "Change emoji")
    changing = collected.get_by_role("dialog", name="Change emoji")
    face = changing.get_by_role("textbox", name="Emoji or text")
    done = changing.get_by_role("button", name="Done")
    expect(face).to_be_focused()
    expect(face).to_have_value("☀️")
    expect(changing.get_by_role("img")).to_have_count(0)
    expect(done).to_be_disabled()
    face.fill("🐟")
    done.click()
    expect(changing.get_by_role("alert")).to_have_text(
        "The emoji was not changed. 🐟 is the emoji of another sticker. "
        "Choose a different one here, or delete or change that sticker first."
    )
    face.fill("🌞")
    collected.keyboard.press("Enter")
    expect(changing).to_be_hidden()
    expect(outcome(collected)).to_have_text("☀️ became 🌞")
    expect(row(collected, "🌞")).to_have_accessible_name("🌞, 3 examples")
    expect(examples(collected, "🌞").first).to_have_accessible_name("Example 1 of 🌞")
    expect(row(collected, "🌞").get_by_role("button", name="Change emoji")).to_be_focused()
    close(collected)
    expect_recognised(collected, "🌞", sun, rng)


def test_starter_stickers_have_a_group_of_their_own(doodles: Page, rng: random.Random) -> None:
    switch(doodles, "2 starter stickers on")
    open_library(doodles)
    ready = library(doodles).get_by_role("region", name="Starter stickers (2)")
    expect(ready.get_by_role("listitem")).to_have_count(2)
    expect(ready.get_by_role("img")).to_have_count(0)
    press(doodles, "🐟", "Delete sticker")
    expect(outcome(doodles)).to_contain_text("Deleted 🐟.")
    only = library(doodles).get_by_role("region", name="Starter stickers (1)").get_by_role("listitem")
    expect(only).to_have_accessible_name("☀️, ready-made")
    press(doodles, "☀️", "Add examples")
    fill_pad(doodles, 1, sun, rng)
    doodles.get_by_role("button", name="Done").click()
    expect(outcome(doodles)).to_have_text("Learned ☀️ from 1 more drawing")
    expect(row(doodles, "☀️")).to_have_accessible_name("☀️, 1 example")
    expect(library(doodles).get_by_role("region", name="Starter stickers")).to_have_count(0)
    expect(row(doodles, "☀️").get_by_role("button", name="Add examples")).to_be_focused()
