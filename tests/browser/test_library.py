"""My stickers: what is there, what can be done to it by hand, and that everything but forgetting can be undone."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.hand import (
    STARTED,
    Shape,
    choose,
    dialog,
    draw,
    fill_pad,
    fish,
    house,
    middle_of,
    placed,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.recorder import Recorder
from tests.browser.starter import switch
from tests.browser.test_journey import FAIL_WRITES, HOLD_LOCK, MEND_WRITES
from tests.browser.test_page import FOCUSED_NAME, stay_idle
from web.tools.serve import Server

# Whether each picture of an example shows ink.
INKED = """
() => [...document.querySelectorAll("#library canvas")].every((canvas) => canvas.width > 20 &&
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(21)


@pytest.fixture
def taught(untaught: Page, rng: random.Random) -> Page:
    """The page with a fish and, taught after it, a sun."""
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


def library(page: Page) -> Locator:
    return page.get_by_role("dialog", name="My stickers")


def open_library(page: Page) -> Locator:
    choose(page, "My stickers")
    return library(page)


def row(page: Page, text: str) -> Locator:
    """A sticker in the dialog."""
    return library(page).get_by_role("listitem", name=re.compile(f"^{text}"))


def press(page: Page, text: str, name: str) -> None:
    row(page, text).get_by_role("button", name=name).click()


def examples(page: Page, text: str) -> Locator:
    return row(page, text).get_by_role("img")


def outcome(page: Page) -> Locator:
    return library(page).get_by_role("status")


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(library(page)).to_be_hidden()


def expect_recognised(page: Page, text: str, shape: Shape, rng: random.Random) -> None:
    """A drawing of it becomes that sticker; the board is empty before and after."""
    draw(page, placed(shape(rng), (640, 400), 260))
    expect(stickers(page)).to_have_count(1, timeout=STARTED)
    expect(stickers(page)).to_have_accessible_name(text)
    choose(page, "Clear board")
    expect(stickers(page)).to_have_count(0)


def expect_unknown(page: Page, shape: Shape, rng: random.Random) -> None:
    draw(page, placed(shape(rng), (640, 400), 260))
    expect(dialog(page)).to_be_visible(timeout=STARTED)
    page.get_by_role("button", name="Keep as ink").click()
    choose(page, "Clear board")


def test_every_sticker_is_listed_with_its_drawings_newest_first(taught: Page) -> None:
    rows = open_library(taught).get_by_role("listitem")
    expect(rows).to_have_count(2)
    for at, text in enumerate(("☀️", "🐟")):
        expect(rows.nth(at)).to_have_accessible_name(f"{text}, 3 examples")
        names = [f"Example {number} of {text}" for number in (1, 2, 3)]
        expect(examples(taught, text)).to_have_count(3)
        for number, name in enumerate(names):
            expect(examples(taught, text).nth(number)).to_have_accessible_name(name)
            button = row(taught, text).get_by_role("button", name="Delete example").nth(number)
            expect(button).to_have_accessible_name("Delete example")
            expect(button).to_have_accessible_description(name)
            assert middle_of(button)[1] >= 44
        for name in ("Delete sticker", "Add examples", "Change emoji"):
            button = row(taught, text).get_by_role("button", name=name)
            expect(button).to_have_accessible_name(name)
            expect(button).to_have_accessible_description(text)
            assert middle_of(button)[1] >= 44
    taught.wait_for_function(INKED)


def test_a_deleted_sticker_comes_back_and_goes_again_also_after_a_reload(taught: Page, rng: random.Random) -> None:
    open_library(taught)
    press(taught, "☀️", "Delete sticker")
    expect(outcome(taught)).to_have_text("Deleted ☀️. Undo learning brings it back.")
    expect(row(taught, "☀️")).to_have_count(0)
    expect(row(taught, "🐟").get_by_role("button", name="Delete sticker")).to_be_focused()
    close(taught)
    expect_unknown(taught, sun, rng)
    expect_recognised(taught, "🐟", fish, rng)
    undo_and_redo_in_the_menu(taught, rng)
    taught.reload()
    wait_until_ready(taught)
    expect(taught.get_by_text("Knows 🐟")).to_be_visible()
    expect_unknown(taught, sun, rng)
    choose(taught, "Undo learning")
    expect(taught.get_by_role("status")).to_have_text("Undone: ☀️ deleted")
    expect_recognised(taught, "☀️", sun, rng)


def undo_and_redo_in_the_menu(page: Page, rng: random.Random) -> None:
    choose(page, "Undo learning")
    expect(page.get_by_role("status")).to_have_text("Undone: ☀️ deleted")
    expect_recognised(page, "☀️", sun, rng)
    choose(page, "Redo learning")
    expect(page.get_by_role("status")).to_have_text("Redone: ☀️ deleted")
    expect_unknown(page, sun, rng)


def test_the_menu_says_what_can_be_undone_and_redone(taught: Page) -> None:
    undo, redo = (taught.get_by_role("menuitem", name=f"{word} learning") for word in ("Undo", "Redo"))
    menu = taught.get_by_role("button", name="Menu")
    menu.click()
    for item, name in ((undo, "Undo learning"), (redo, "Redo learning")):
        expect(item).to_have_accessible_name(name)
    expect(undo).to_have_accessible_description("☀️ learned from 3 drawings")
    expect(redo).to_be_disabled()
    undo.click()
    expect(taught.get_by_role("status")).to_have_text("Undone: ☀️ learned from 3 drawings")
    menu.click()
    expect(undo).to_have_accessible_description("🐟 learned from 3 drawings")
    expect(redo).to_have_accessible_description("☀️ learned from 3 drawings")
    undo.click()
    expect(taught.get_by_role("status")).to_have_text("Undone: 🐟 learned from 3 drawings")
    menu.click()
    for _ in range(2):
        taught.keyboard.press("ArrowDown")
    expect(undo).to_be_focused()
    expect(undo).to_be_disabled()
    expect(undo).to_have_accessible_description("")
    taught.keyboard.press("Enter")
    expect(undo).to_be_focused()
    taught.keyboard.press("ArrowDown")
    expect(redo).to_be_focused()


def test_one_example_is_deleted_and_brought_back_beside_the_list(taught: Page) -> None:
    open_library(taught)
    buttons = row(taught, "☀️").get_by_role("button", name="Delete example")
    buttons.nth(1).click()
    expect(outcome(taught)).to_have_text("Deleted one example of ☀️. Undo learning brings it back.")
    expect(examples(taught, "☀️")).to_have_count(2)
    expect(row(taught, "☀️")).to_have_accessible_name("☀️, 2 examples")
    expect(buttons.nth(1)).to_be_focused()
    undo = library(taught).get_by_role("button", name="Undo", exact=True)
    undo.click()
    expect(outcome(taught)).to_have_text("Undone: One example of ☀️ deleted")
    expect(examples(taught, "☀️")).to_have_count(3)
    redo = library(taught).get_by_role("button", name="Redo", exact=True)
    expect(redo).to_be_focused()
    redo.click()
    expect(outcome(taught)).to_have_text("Redone: One example of ☀️ deleted")
    expect(examples(taught, "☀️")).to_have_count(2)


def test_with_its_last_example_a_sticker_goes(taught: Page) -> None:
    open_library(taught)
    for left in (2, 1):
        row(taught, "🐟").get_by_role("button", name="Delete example").first.click()
        expect(examples(taught, "🐟")).to_have_count(left)
        expect(outcome(taught)).to_contain_text("Deleted one example of 🐟.")
    press(taught, "🐟", "Delete example")
    expect(outcome(taught)).to_have_text("Deleted 🐟. Undo learning brings it back.")
    expect(library(taught).get_by_role("listitem")).to_have_count(1)
    expect(row(taught, "☀️").get_by_role("button", name="Delete sticker")).to_be_focused()


def test_examples_are_added_from_one_drawing_on(taught: Page, rng: random.Random) -> None:
    open_library(taught)
    press(taught, "🐟", "Add examples")
    adding = taught.get_by_role("dialog", name="Add examples")
    done = adding.get_by_role("button", name="Done")
    expect(adding).to_contain_text("🐟 was taught with 3 drawings.")
    expect(adding.get_by_role("textbox")).to_have_count(0)
    expect(library(taught)).to_have_count(0)
    expect(done).to_be_disabled()
    fill_pad(taught, 2, fish, rng)
    done.click()
    expect(adding).to_be_hidden(timeout=STARTED)
    expect(outcome(taught)).to_have_text("Learned 🐟 from 1 more drawing")
    expect(examples(taught, "🐟")).to_have_count(4)
    expect(row(taught, "🐟").get_by_role("button", name="Add examples")).to_be_focused()
    press(taught, "🐟", "Add examples")
    adding.get_by_role("button", name="Cancel").click()
    expect(examples(taught, "🐟")).to_have_count(4)
    close(taught)
    teach(taught, "🏠", house, rng)


def test_the_emoji_is_changed_and_its_drawings_stay(taught: Page, rng: random.Random) -> None:
    open_library(taught)
    press(taught, "☀️", "Change emoji")
    changing = taught.get_by_role("dialog", name="Change emoji")
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
    taught.keyboard.press("Enter")
    expect(changing).to_be_hidden()
    expect(outcome(taught)).to_have_text("☀️ became 🌞")
    expect(row(taught, "🌞")).to_have_accessible_name("🌞, 3 examples")
    expect(examples(taught, "🌞").first).to_have_accessible_name("Example 1 of 🌞")
    expect(row(taught, "🌞").get_by_role("button", name="Change emoji")).to_be_focused()
    close(taught)
    expect_recognised(taught, "🌞", sun, rng)


def test_a_save_that_fails_is_told_and_loses_nothing(taught: Page, rng: random.Random) -> None:
    open_library(taught)
    alert = library(taught).get_by_role("alert")
    taught.workers[0].evaluate(FAIL_WRITES)
    for name in ("Delete sticker", "Delete example"):
        row(taught, "☀️").get_by_role("button", name=name).first.click()
        expect(alert).to_contain_text("Nothing was changed. The browser's storage is full")
        expect(row(taught, "☀️").get_by_role("button", name=name).first).to_be_focused()
        expect(outcome(taught)).to_be_empty()
        expect(examples(taught, "☀️")).to_have_count(3)
    press(taught, "☀️", "Change emoji")
    taught.get_by_role("textbox", name="Emoji or text").fill("🌞")
    taught.keyboard.press("Enter")
    changing = taught.get_by_role("dialog", name="Change emoji")
    expect(changing.get_by_role("alert")).to_contain_text("The emoji was not changed. The browser's storage is full")
    taught.keyboard.press("Escape")
    taught.workers[0].evaluate(MEND_WRITES)
    press(taught, "☀️", "Delete sticker")
    expect(outcome(taught)).to_contain_text("Deleted ☀️.")
    expect(alert).to_be_empty()
    library(taught).get_by_role("button", name="Undo", exact=True).click()
    expect(examples(taught, "☀️")).to_have_count(3)
    close(taught)
    expect_recognised(taught, "☀️", sun, rng)


def test_the_buttons_are_locked_while_a_change_runs_and_closing_does_not_stop_it(taught: Page) -> None:
    open_library(taught)
    taught.evaluate(HOLD_LOCK)
    press(taught, "🐟", "Delete sticker")
    expect(outcome(taught)).to_have_text("Deleting…")
    for name in ("Delete sticker", "Add examples", "Change emoji"):
        expect(row(taught, "☀️").get_by_role("button", name=name)).to_be_disabled()
    expect(row(taught, "🐟").get_by_role("button", name="Delete sticker")).to_be_focused()
    row(taught, "☀️").get_by_role("button", name="Delete sticker").click(force=True)
    row(taught, "☀️").get_by_role("button", name="Add examples").click(force=True)
    expect(taught.get_by_role("dialog")).to_have_count(1)
    close(taught)
    taught.evaluate("() => window.releaseLock()")
    expect(taught.get_by_role("status")).to_have_text("Deleted 🐟. Undo learning brings it back.")
    open_library(taught)
    expect(library(taught).get_by_role("listitem")).to_have_count(1)
    expect(row(taught, "☀️").get_by_role("button", name="Delete sticker")).to_be_enabled()


def test_whoever_has_taught_nothing_is_invited_to(untaught: Page, rng: random.Random) -> None:
    open_library(untaught).get_by_role("button", name="Teach a sticker").click()
    untaught.get_by_role("textbox", name="Emoji or text").fill("☀️")
    for number in (1, 2, 3):
        fill_pad(untaught, number, sun, rng)
    untaught.get_by_role("button", name="Done").click()
    expect(outcome(untaught)).to_have_text("Learned ☀️", timeout=STARTED)
    expect(examples(untaught, "☀️")).to_have_count(3)
    expect(library(untaught).get_by_role("tab", name="Stickers")).to_be_focused()
    press(untaught, "☀️", "Delete sticker")
    expect(library(untaught).get_by_role("button", name="Teach a sticker")).to_be_visible()
    expect(library(untaught).get_by_role("tab", name="Stickers")).to_be_focused()


def test_starter_stickers_have_a_group_of_their_own(doodles: Page, rng: random.Random) -> None:
    switch(doodles, "2 starter stickers on")
    open_library(doodles)
    ready = library(doodles).get_by_role("region", name="Starter stickers (2)")
    expect(ready.get_by_role("listitem")).to_have_count(2)
    expect(ready.get_by_role("img")).to_have_count(0)
    press(doodles, "🐟", "Delete sticker")
    expect(outcome(doodles)).to_contain_text("Deleted 🐟.")
    only = library(doodles).get_by_role("region", name="Starter stickers (1)").get_by_role("listitem")
    expect(only).to_have_accessible_name("☀️, starter sticker")
    press(doodles, "☀️", "Add examples")
    fill_pad(doodles, 1, sun, rng)
    doodles.get_by_role("button", name="Done").click()
    expect(outcome(doodles)).to_have_text("Learned ☀️ from 1 more drawing", timeout=STARTED)
    expect(row(doodles, "☀️")).to_have_accessible_name("☀️, 1 example")
    expect(library(doodles).get_by_role("region", name="Starter stickers")).to_have_count(0)
    expect(row(doodles, "☀️").get_by_role("button", name="Add examples")).to_be_focused()


def test_a_change_in_another_tab_is_shown_and_leaves_the_focus_where_it_can(
    taught: Page, other_page: Page, server: Server
) -> None:
    other_page.goto(server.url)
    wait_until_ready(other_page)
    open_library(taught)
    kept = row(taught, "☀️").get_by_role("button", name="Change emoji")
    kept.focus()
    open_library(other_page)
    press(other_page, "🐟", "Delete sticker")
    expect(library(taught).get_by_role("listitem")).to_have_count(1)
    expect(outcome(taught)).to_have_text("Your stickers changed in another tab")
    expect(kept).to_be_focused()
    library(other_page).get_by_role("button", name="Undo", exact=True).click()
    expect(examples(taught, "🐟")).to_have_count(3)
    expect(kept).to_be_focused()
    press(other_page, "☀️", "Delete sticker")
    expect(row(taught, "🐟").get_by_role("button", name="Delete sticker")).to_be_focused()


def test_the_stickers_wait_for_python(taught: Page, other_page: Page, server: Server) -> None:
    held: list[Route] = []
    other_page.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    other_page.goto(server.url)
    other_page.get_by_role("button", name="Menu").click()
    for word in ("Undo", "Redo"):
        expect(other_page.get_by_role("menuitem", name=f"{word} learning")).to_be_disabled()
    other_page.keyboard.press("Escape")
    open_library(other_page)
    expect(outcome(other_page)).to_have_text("Waiting for Python…")
    expect(library(other_page).get_by_role("button", name="Teach a sticker")).to_be_hidden()
    for route in held:
        route.continue_()
    expect(examples(other_page, "🐟")).to_have_count(3, timeout=STARTED)
    expect(outcome(other_page)).to_be_empty()
    assert taught.url == other_page.url


@pytest.mark.usefixtures("untaught")
def test_a_start_that_fails_is_told_there(other_page: Page, server: Server, shared_recorder: Recorder) -> None:
    other_page.route("**/inkmoji-*.whl", lambda route: route.fulfill(status=404), times=1)
    other_page.goto(server.url)
    open_library(other_page)
    alert = library(other_page).get_by_role("alert")
    expect(alert).to_contain_text("Your stickers cannot be shown yet.", timeout=STARTED)
    close(other_page)
    open_library(other_page)
    expect(library(other_page).get_by_role("button", name="Teach a sticker")).to_be_visible(timeout=STARTED)
    expect(alert).to_be_empty()
    shared_recorder.take("inkmoji-.*whl")


def test_everything_is_done_by_keyboard(taught: Page) -> None:
    taught.get_by_role("button", name="Menu").focus()
    for key in ("Enter", "m", "Enter"):
        taught.keyboard.press(key)
    stickers_tab = library(taught).get_by_role("tab", name="Stickers")
    expect(stickers_tab).to_be_focused()
    expect(examples(taught, "🐟")).to_have_count(3)
    for name in ("Add examples", "Change emoji", "Delete sticker", *["Delete example"] * 3, "Add examples"):
        taught.keyboard.press("Tab")
        assert taught.evaluate(FOCUSED_NAME) == name
    for name in ("Change emoji", "Delete sticker"):
        taught.keyboard.press("Tab")
        assert taught.evaluate(FOCUSED_NAME) == name
    taught.keyboard.press("Enter")
    expect(outcome(taught)).to_contain_text("Deleted 🐟.")
    expect(row(taught, "☀️").get_by_role("button", name="Delete sticker")).to_be_focused()
    undo = library(taught).get_by_role("button", name="Undo", exact=True)
    while not undo.evaluate("(button) => button === document.activeElement"):
        taught.keyboard.press("Tab")
    taught.keyboard.press("Space")
    expect(row(taught, "🐟")).to_have_count(1)
    taught.keyboard.press("Escape")
    expect(library(taught)).to_be_hidden()
    assert taught.evaluate(FOCUSED_NAME) == "Menu"


def test_a_drawing_waits_while_the_stickers_are_open(untaught: Page, rng: random.Random) -> None:
    draw(untaught, placed(house(rng), (250, 400), 240))
    open_library(untaught)
    stay_idle(untaught)
    expect(dialog(untaught)).to_be_hidden()
    close(untaught)
    untaught.get_by_role("button", name="Keep as ink").click()
