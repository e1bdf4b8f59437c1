"""Drawing on the pads with the keys: a sticker can be taught without any pointer."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.barriers import SIZES, show
from tests.browser.hand import choose, dialog, expect_ink, hold, house, middle_of, settle, wait_until_ready
from tests.browser.library import close, expect_recognised, row

LISTEN = """
() => {
  window.heard = [];
  const region = document.querySelector("#teach .pad-said");
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) heard.push(...[...addedNodes].map(({ textContent }) => textContent));
  }).observe(region, { childList: true, subtree: true });
}
"""
MOST_STOPS = 12


def pad(page: Page, number: int) -> Locator:
    return dialog(page).get_by_role("application", name=f"Drawing pad {number}", exact=True)


def state(page: Page) -> Locator:
    return dialog(page).locator("#teach-hint")


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_STOPS):
        if place.evaluate("(element) => element.matches(':focus')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"expected Tab to reach {place}")


def skip(page: Page) -> None:
    """Go past the emoji of the picker."""
    tab_to(page, dialog(page).get_by_role("button", name="Skip to the drawings"))
    page.keyboard.press("Enter")
    expect(pad(page, 1)).to_be_focused()


def choose_by_keys(page: Page, name: str) -> None:
    tab_to(page, page.get_by_role("button", name="Menu"))
    page.keyboard.press("Enter")
    page.keyboard.type(name[0])
    expect(page.get_by_role("menuitem", name=name)).to_be_focused()
    page.keyboard.press("Enter")


def walk(page: Page, *ways: tuple[str, int]) -> None:
    """Press arrows so many times; with both hands where two are given, of which the first is pressed once."""
    for way, times in ways:
        *first, last = (f"Arrow{name}" for name in way.split("+"))
        for key in first:
            page.keyboard.down(key)
        for _ in range(times):
            page.keyboard.down(last)
        for key in (last, *first):
            page.keyboard.up(key)


def stroke(page: Page, *ways: tuple[str, int]) -> None:
    page.keyboard.press("Space")
    walk(page, *ways)
    page.keyboard.press("Space")


def draw_house(page: Page, size: int) -> None:
    """Walls, a roof and a door, in long steps; the door is as wide as ever."""
    page.keyboard.down("Shift")
    walk(page, ("Left", 3))
    stroke(page, ("Down", size), ("Right", 6), ("Up", size))
    walk(page, ("Right", 1))
    stroke(page, ("Up+Left", 4), ("Down+Left", 4))
    walk(page, ("Right", 3), ("Down", size))
    stroke(page, ("Up", 2), ("Right", 2), ("Down", 2))
    page.keyboard.up("Shift")


def tab_away(page: Page) -> None:
    page.keyboard.press("Tab")


def click_beside(page: Page) -> None:
    """Press the mouse in the dialog where there is nothing."""
    dialog(page).click(position={"x": 4, "y": 4})


@pytest.fixture
def open_pad(untaught: Page) -> Page:
    """The page with the first pad in the focus."""
    choose(untaught, "New sticker")
    skip(untaught)
    return untaught


def test_a_sticker_is_taught_by_keyboard_alone(untaught: Page) -> None:
    page = untaught
    choose_by_keys(page, "New sticker")
    expect(dialog(page).get_by_role("textbox", name="Emoji or text")).to_be_focused()
    page.keyboard.insert_text("🏠")
    skip(page)
    for number, size in enumerate((4, 3, 4), 1):
        tab_to(page, pad(page, number))
        draw_house(page, size)
    expect(state(page)).to_have_text("All set")
    tab_to(page, dialog(page).get_by_role("button", name="Done"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Learned 🏠")
    choose_by_keys(page, "My stickers")
    expect(row(page, "🏠")).to_have_accessible_name("🏠, 3 examples")
    close(page)
    expect_recognised(page, "🏠", house, random.Random(5))


def test_two_arrows_at_once_draw_a_diagonal_until_one_is_let_go(open_pad: Page) -> None:
    page = open_pad
    page.keyboard.press("Space")
    page.keyboard.down("Shift")
    for key in ("Right", "Down", "Down"):
        page.keyboard.down(f"Arrow{key}")
    page.keyboard.up("ArrowRight")
    page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.up("Shift")
    # From the middle 20 to the right, 40 down the diagonal, and 20 straight down, of 200.
    expect_ink(page, "Example 1", 0.52, 0.48, 0.06, 0.04)
    expect_ink(page, "Example 1", 0.68, 0.58, 0.04, 0.04)
    expect_ink(page, "Example 1", 0.78, 0.72, 0.04, 0.06)
    expect_ink(page, "Example 1", 0.7, 0.4, 0.3, 0.14, ink=False)
    expect_ink(page, "Example 1", 0.85, 0.4, 0.15, 0.6, ink=False)
    expect_ink(page, "Example 1", 0.4, 0.6, 0.2, 0.4, ink=False)


def test_the_pen_stays_on_the_paper_and_shift_makes_longer_steps(open_pad: Page) -> None:
    page = open_pad
    stroke(page, ("Right", 4))
    expect_ink(page, "Example 1", 0.5, 0.45, 0.1, 0.1)
    expect_ink(page, "Example 1", 0.65, 0.4, 0.35, 0.2, ink=False)
    page.keyboard.down("Shift")
    walk(page, ("Up", 9))
    stroke(page, ("Right", 9))
    page.keyboard.up("Shift")
    expect_ink(page, "Example 1", 0.8, 0, 0.2, 0.06)
    walk(page, ("Left", 1))
    stroke(page, ("Down", 6))
    expect_ink(page, "Example 1", 0.94, 0.1, 0.02, 0.06)


def test_backspace_takes_the_last_stroke_away_and_delete_all(open_pad: Page) -> None:
    page = open_pad
    stroke(page, ("Right", 8))
    stroke(page, ("Up", 8))
    page.keyboard.press("Space")
    walk(page, ("Left", 8))
    page.keyboard.press("Backspace")  # also the one that is being drawn
    walk(page, ("Left", 2))
    expect_ink(page, "Example 1", 0.4, 0.2, 0.26, 0.15, ink=False)
    expect_ink(page, "Example 1", 0.68, 0.35, 0.04, 0.1)
    page.keyboard.press("Backspace")
    expect_ink(page, "Example 1", 0.68, 0.3, 0.04, 0.15, ink=False)
    expect_ink(page, "Example 1", 0.55, 0.45, 0.1, 0.1)
    stroke(page, ("Right", 4))
    expect(state(page)).to_have_text("2 drawings to go")
    page.keyboard.press("Delete")
    expect_ink(page, "Example 1", 0, 0, 1, 1, ink=False)
    expect(state(page)).to_have_text("3 drawings to go")


def test_a_drawing_is_redone_by_keyboard(open_pad: Page) -> None:
    page = open_pad
    stroke(page, ("Right", 8))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Redo example 1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(pad(page, 1)).to_be_focused()
    expect_ink(page, "Example 1", 0, 0, 1, 1, ink=False)
    stroke(page, ("Down", 4))  # from the middle again
    expect_ink(page, "Example 1", 0.48, 0.5, 0.04, 0.1)


def test_escape_lifts_the_pen_before_it_closes_the_dialog(open_pad: Page) -> None:
    page = open_pad
    page.keyboard.press("Space")
    walk(page, ("Right", 4))
    page.keyboard.press("Enter")
    expect(state(page)).to_have_text("3 drawings to go")
    page.keyboard.press("Escape")
    expect(state(page)).to_have_text("2 drawings to go")
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()


@pytest.mark.parametrize("leave", [tab_away, click_beside])
def test_whoever_leaves_the_pad_ends_the_stroke(open_pad: Page, leave: Callable[[Page], None]) -> None:
    page = open_pad
    page.keyboard.press("Space")
    page.keyboard.down("ArrowRight")
    leave(page)
    page.keyboard.up("ArrowRight")
    expect(state(page)).to_have_text("2 drawings to go")
    dialog(page).get_by_role("button", name="Redo example 1").focus()
    page.keyboard.press("Shift+Tab")
    walk(page, ("Down", 8))
    expect_ink(page, "Example 1", 0.4, 0.6, 0.2, 0.4, ink=False)


def test_what_happened_is_said_once(open_pad: Page) -> None:
    page = open_pad
    page.evaluate(LISTEN)
    page.keyboard.press("Space")
    page.keyboard.down("Shift")
    walk(page, ("Up", 3), ("Left", 3))
    page.keyboard.up("Shift")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(pad(page, 1)).to_be_focused()
    for key in ("Backspace", "Backspace", "Delete"):
        page.keyboard.press(key)
    assert page.evaluate("heard") == [
        "Pen down, middle",
        "Pen up, top left. 1 stroke",
        "Pen down, top left",
        "Pen up, top left. 2 strokes",
        "Pen down, top left",
        "Pen up, top left. 3 strokes",
        "2 strokes left",
        "1 stroke left",
        "No strokes left",
    ]


def test_nothing_is_drawn_while_it_is_learned(untaught: Page) -> None:
    page = untaught
    release = hold(page)
    page.reload()
    choose(page, "New sticker")
    page.keyboard.insert_text("🏠")
    skip(page)
    for number in (1, 2, 3):
        tab_to(page, pad(page, number))
        draw_house(page, 3)
    dialog(page).get_by_role("button", name="Done").click()
    expect(dialog(page).get_by_role("progressbar")).to_be_visible()
    pad(page, 1).focus()
    page.evaluate(LISTEN)
    page.keyboard.press("Delete")
    stroke(page, ("Up", 12))
    expect_ink(page, "Example 1", 0.17, 0.55, 0.06, 0.1)
    expect_ink(page, "Example 1", 0.55, 0.47, 0.1, 0.08, ink=False)
    assert page.evaluate("heard") == []
    release()
    expect(page.get_by_role("status")).to_have_text("Learned 🏠")
    wait_until_ready(page)


@pytest.mark.parametrize("device", SIZES)
def test_the_pen_is_seen_where_the_keys_draw_and_nothing_moves(untaught: Page, root: Path, device: str) -> None:
    page = untaught
    page.set_viewport_size(SIZES[device])
    choose(page, "New sticker")
    tab_to(page, dialog(page).get_by_role("button", name="Skip to the drawings"))
    show(page, root, device, "x-keyboard-skip")
    help_line, cancel = dialog(page).locator(".pad-help"), page.get_by_role("button", name="Cancel")
    page.get_by_role("img", name="Example 1", exact=True).click()
    settle(page)
    expect(help_line).to_be_hidden()
    place = middle_of(cancel)
    page.keyboard.press("Backspace")
    expect(help_line).to_be_visible()
    draw_house(page, 3)
    expect(dialog(page).locator(".review-about")).to_be_visible()
    show(page, root, device, "x-keyboard")
    assert middle_of(cancel) == place
    assert help_line.evaluate("(line) => line.offsetWidth < line.parentElement.clientWidth")
    page.keyboard.press("Space")
    page.emulate_media(forced_colors="active", color_scheme="light")
    walk(page, ("Left", 4), ("Up", 12))
    settle(page)
    page.screenshot(path=root / "screenshots" / f"{device}-forced-x-keyboard.png")
    page.emulate_media(forced_colors="none")
    show(page, root, device, "x-keyboard-down")
    page.keyboard.press("Escape")
