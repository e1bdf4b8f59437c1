"""A sticker on the board that is chosen: moved, resized and removed, by mouse, by finger and by keys."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.hand import (
    READ_KEPT,
    choose,
    expect_ink,
    fish,
    middle_of,
    placed,
    sketch,
    stickers,
    sun,
    touch,
    wait_until_ready,
)

PLACE = (500.0, 360.0)
# Whether a sticker is kept that lies there and is so large.
IS_KEPT = (
    f"async ([left, side]) => {{ {READ_KEPT}"
    """
  const [sticker] = (await readKept()).board?.stickers ?? [];
  return Math.abs(sticker?.left - left) < 0.01 && Math.abs(sticker.side - side) < 0.01;
}
"""
)


@pytest.fixture
def page(stocked: Page) -> Page:
    """A board with a fish on it."""
    rng = random.Random(91)
    sketch(stocked, placed(fish(rng), PLACE, 200))
    expect(stickers(stocked)).to_have_accessible_name("🐟")
    return stocked


def tools(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Sticker")


def square(sticker: Locator) -> tuple[float, float, float]:
    """Left, top and side on the board."""
    left, top, side = sticker.evaluate(
        "({ style }) => ['--left', '--top', '--side'].map((name) => Number(style.getPropertyValue(name)))"
    )
    return left, top, side


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def corner_of(sticker: Locator) -> tuple[float, float]:
    left, top, side = square(sticker)
    return left + side + 5, top + side + 5


def test_a_tap_chooses_and_the_frame_moves_and_resizes(page: Page) -> None:
    page.mouse.click(*PLACE)
    expect(tools(page)).to_be_visible()
    left, top, side = square(stickers(page))
    drag(page, PLACE, (PLACE[0] + 120, PLACE[1] - 60))
    assert square(stickers(page)) == pytest.approx((left + 120, top - 60, side))
    page.wait_for_function(IS_KEPT, arg=[left + 120, side])
    expect(page.get_by_role("status")).to_have_text("🐟: 48% from the left, 42% from the top")
    x, y = corner_of(stickers(page))
    drag(page, (x, y), (x + 80, y + 30))
    assert square(stickers(page)) == pytest.approx((left + 120, top - 60, side + 80))
    page.keyboard.press("Control+z")
    assert square(stickers(page)) == pytest.approx((left + 120, top - 60, side))
    page.keyboard.press("Control+z")
    assert square(stickers(page)) == pytest.approx((left, top, side))
    page.wait_for_function(IS_KEPT, arg=[left, side])
    page.keyboard.press("Control+Shift+z")
    page.wait_for_function(IS_KEPT, arg=[left + 120, side])
    page.reload()
    wait_until_ready(page)
    assert square(stickers(page)) == pytest.approx((left + 120, top - 60, side))


def test_it_is_duplicated_by_button_and_by_key_and_each_copy_is_one_of_its_own(page: Page) -> None:
    page.mouse.click(*PLACE)
    left, top, side = square(stickers(page))
    tools(page).get_by_role("button", name="Duplicate").click()
    expect(stickers(page)).to_have_count(2)
    assert square(stickers(page).nth(1)) == pytest.approx((left + 24, top + 24, side))
    page.keyboard.press("Control+d")
    expect(page.get_by_role("status")).to_have_text("🐟 duplicated")
    page.keyboard.press("ArrowRight")
    assert [square(sticker) for sticker in stickers(page).all()] == [
        pytest.approx((left + aside, top + min(aside, 48), side)) for aside in (0, 24, 58)
    ]
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Not 🐟?").get_by_role("button", name="Keep as ink").click()
    expect(stickers(page)).to_have_count(2)
    expect_ink(page, "Drawing board", 0.3, 0.3, 0.4, 0.4)
    for left_over in (3, 3, 2, 1):
        page.keyboard.press("Control+z")
        expect(stickers(page)).to_have_count(left_over)


def test_a_tap_beside_it_lets_go_and_leaves_no_ink_and_another_drawing_may_begin(page: Page) -> None:
    page.mouse.click(*PLACE)
    expect(tools(page)).to_be_visible()
    page.mouse.click(900, 600)
    expect(tools(page)).to_have_count(0)
    expect_ink(page, "Drawing board", 0, 0, 1, 1, ink=False)
    page.mouse.click(900, 600)
    expect_ink(page, "Drawing board", 0, 0, 1, 1)
    page.keyboard.press("Control+z")
    page.mouse.click(*PLACE)
    expect(tools(page)).to_be_visible()
    drag(page, (900, 600), (980, 660))
    expect(tools(page)).to_have_count(0)
    expect_ink(page, "Drawing board", 0, 0, 1, 1)
    page.get_by_role("button", name="Keep as ink").click()


def test_what_is_drawn_over_a_sticker_that_is_not_chosen_is_ink(page: Page) -> None:
    before = square(stickers(page))
    drag(page, PLACE, (PLACE[0] + 60, PLACE[1] + 20))
    expect_ink(page, "Drawing board", 0, 0, 1, 1)
    assert square(stickers(page)) == before
    page.get_by_role("button", name="Keep as ink").click()


def test_keys_move_resize_and_remove_it_and_the_focus_goes_on(page: Page) -> None:
    sketch(page, placed(sun(random.Random(5)), (900, 360), 200))
    expect(stickers(page)).to_have_count(2)
    first, second = stickers(page).first, stickers(page).last
    first.locator(".sticker-button").focus()
    expect(tools(page)).to_be_visible()
    left, top, side = square(first)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert square(first) == pytest.approx((left + 10, top + 50, side))
    expect(page.get_by_role("status")).to_contain_text("🐟: 40% from the left")
    page.keyboard.press("+")
    assert square(first) == pytest.approx((left + 10 - side / 20, top + 50 - side / 20, side * 1.1))
    expect(page.get_by_role("status")).to_have_text(f"🐟: {round(side * 1.1)} pixels wide")
    page.keyboard.press("-")
    assert square(first) == pytest.approx((left + 10, top + 50, side))
    page.keyboard.press("Delete")
    expect(stickers(page)).to_have_count(1)
    expect(second).to_have_accessible_name("☀️")
    expect(second.locator(".sticker-button")).to_be_focused()
    page.keyboard.press("Backspace")
    expect(stickers(page)).to_have_count(0)
    expect(page.get_by_label("Drawing board")).to_be_focused()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(stickers(page)).to_have_count(2)


def test_keys_that_follow_each_other_are_undone_together(page: Page) -> None:
    button = stickers(page).locator(".sticker-button")
    button.focus()
    before = square(stickers(page))
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.clock.run_for(1000)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+z")
    assert square(stickers(page)) == pytest.approx((before[0] - 50, before[1], before[2]))
    page.keyboard.press("Control+z")
    assert square(stickers(page)) == pytest.approx(before)
    page.clock.resume()


def test_escape_lets_go_and_no_key_moves_it_out_of_sight(page: Page) -> None:
    stickers(page).locator(".sticker-button").focus()
    for _ in range(30):
        page.keyboard.press("Shift+ArrowLeft")
    left, _, side = square(stickers(page))
    assert left == pytest.approx(-side / 2)
    page.keyboard.press("Escape")
    expect(tools(page)).to_have_count(0)
    expect(page.get_by_label("Drawing board")).to_be_focused()


def test_a_large_one_does_not_lie_over_the_menu(page: Page) -> None:
    stickers(page).locator(".sticker-button").focus()
    for _ in range(20):
        page.keyboard.press("+")
    left, top, side = square(stickers(page))
    assert left < 0 < left + side
    assert top < 0 < top + side
    choose(page, "Settings")
    expect(page.get_by_role("dialog", name="Settings")).to_be_visible()


def test_on_a_phone_the_reminder_of_a_backup_does_not_lie_over_the_menu(page: Page) -> None:
    page.set_viewport_size(SIZES["phone"])
    expect(page.get_by_role("region", name="Backup")).to_be_visible()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    choose(page, "New sticker")
    expect(page.get_by_role("dialog", name="New sticker")).to_be_visible()


def test_it_is_removed_by_its_button_and_the_drawing_of_a_moved_one_is_where_it_lies(page: Page) -> None:
    page.mouse.click(*PLACE)
    drag(page, PLACE, (PLACE[0] + 400, PLACE[1]))
    tools(page).get_by_role("button", name="Not this?").click()
    page.get_by_role("button", name="Keep as ink").click()
    expect(stickers(page)).to_have_count(0)
    expect_ink(page, "Drawing board", 0.6, 0.2, 0.2, 0.6)
    expect_ink(page, "Drawing board", 0, 0, 0.55, 1, ink=False)
    page.keyboard.press("Control+z")
    expect(stickers(page)).to_have_count(1)
    page.mouse.click(PLACE[0] + 400, PLACE[1])
    tools(page).get_by_role("button", name="Remove").click()
    expect(stickers(page)).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("Removed 🐟")


def test_a_finger_chooses_and_moves(page: Page) -> None:
    left, top, side = square(stickers(page))
    touch(page, [[PLACE]])
    expect(tools(page)).to_be_visible()
    touch(page, [[PLACE, (PLACE[0] + 30, PLACE[1] + 40), (PLACE[0] + 60, PLACE[1] + 80)]])
    expect(stickers(page)).to_have_css("left", f"{left + 60}px")
    assert square(stickers(page)) == pytest.approx((left + 60, top + 80, side))


def test_the_question_mark_shows_the_shortcuts_unless_it_is_switched_off(page: Page) -> None:
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("?")
    expect(shortcuts).to_be_visible()
    page.keyboard.press("Escape")
    choose(page, "Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    shortcuts.get_by_role("button", name="Close").click()
    choose(page, "Settings")
    page.get_by_role("switch", name="Key for help").click()
    page.get_by_role("dialog", name="Settings").get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(shortcuts).to_be_hidden()
    choose(page, "New sticker")
    page.get_by_label("Emoji or text").press("?")
    expect(shortcuts).to_be_hidden()


@pytest.mark.parametrize("device", SIZES)
def test_both_are_seen_and_free_of_barriers(stocked: Page, root: Path, device: str) -> None:
    page = stocked
    size = SIZES[device]
    page.set_viewport_size(size)
    place = (size["width"] * 0.5, size["height"] * 0.45)
    sketch(page, placed(sun(random.Random(7)), place, 180))
    expect(stickers(page)).to_have_count(1)
    touch(page, [[place]])
    expect(tools(page)).to_be_visible()
    assert all(middle_of(one)[1] >= 44 for one in tools(page).get_by_role("button").all())
    barriers.show(page, root, device, "x-selection")
    page.keyboard.press("?")
    barriers.show(page, root, device, "x-shortcuts")
