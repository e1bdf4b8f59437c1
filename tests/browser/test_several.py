"""Several stickers of the board that are chosen together: gathered by mouse, finger and keys, and changed as one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.hand import expect_ink, fish, house, middle_of, placed, sketch, stickers, sun, touch

PLACES = ((300.0, 360.0), (600.0, 300.0), (900.0, 460.0))


@pytest.fixture
def page(stocked: Page) -> Page:
    """A board with a fish, a sun and a house on it."""
    rng = random.Random(92)
    for number, (shape, place) in enumerate(zip((fish, sun, house), PLACES, strict=True), start=1):
        sketch(stocked, placed(shape(rng), place, 160))
        expect(stickers(stocked)).to_have_count(number)
    return stocked


def tools(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Sticker")


def squares(page: Page) -> list[list[float]]:
    """Left, top and side of each on the board."""
    read = "({ style }) => ['--left', '--top', '--side'].map((name) => Number(style.getPropertyValue(name)))"
    return [sticker.evaluate(read) for sticker in stickers(page).all()]


def chosen(page: Page) -> list[bool]:
    return [bool(sticker.get_attribute("data-selected")) for sticker in stickers(page).all()]


def drag(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=3)
    page.mouse.up()


def test_with_shift_more_are_chosen_and_all_of_them_are_moved_resized_and_undone_as_one(page: Page) -> None:
    before = squares(page)
    page.mouse.click(*PLACES[0])
    page.keyboard.down("Shift")
    page.mouse.click(*PLACES[1])
    page.keyboard.up("Shift")
    assert chosen(page) == [True, True, False]
    expect(page.get_by_role("status")).to_have_text("☀️ chosen, 2 in all")
    expect(tools(page).get_by_role("button", name="Not this?")).to_be_hidden()
    # Between them, within their frame.
    drag(page, (450, 330), (50, 80))
    expected = [[left + 50, top + 80, side] for left, top, side in before[:2]]
    assert squares(page) == [*(pytest.approx(each) for each in expected), before[2]]
    page.keyboard.press("ArrowLeft")
    assert squares(page)[0] == pytest.approx([expected[0][0] - 10, *expected[0][1:]])
    expect(page.get_by_role("status")).to_contain_text("2 stickers: ")
    page.keyboard.press("+")
    grown = squares(page)
    assert [each[2] for each in grown] == pytest.approx([before[0][2] * 1.1, before[1][2] * 1.1, before[2][2]])
    assert grown[1][0] - grown[0][0] == pytest.approx((before[1][0] - before[0][0]) * 1.1)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert squares(page) == [pytest.approx(each) for each in before]
    # Out of sight they do not go.
    for _ in range(20):
        page.keyboard.press("Shift+ArrowLeft")
    (left, *_), (right, _, side), _ = squares(page)
    assert left + right + side == pytest.approx(0)


def test_none_of_a_group_becomes_too_small_or_too_large(page: Page) -> None:
    page.keyboard.press("Control+a")
    before = [each[2] for each in squares(page)]
    for key, end, most in (("-", min, 32), ("+", max, 2000)):
        for _ in range(50):
            page.keyboard.press(key)
        sides = [each[2] for each in squares(page)]
        assert end(sides) == pytest.approx(most)
        assert [side / sides[0] for side in sides] == pytest.approx([side / before[0] for side in before])


def test_a_group_turns_about_its_middle(page: Page) -> None:
    before = squares(page)
    page.keyboard.press("Control+a")
    assert chosen(page) == [True, True, True]
    for _ in range(6):
        page.keyboard.press("r")
    after = squares(page)
    middles = [[(left + side / 2, top + side / 2) for left, top, side in each] for each in (before, after)]
    (fish_x, fish_y), (sun_x, sun_y) = [
        (now[0] - middles[1][2][0], now[1] - middles[1][2][1]) for now in middles[1][:2]
    ]
    was = [(each[0] - middles[0][2][0], each[1] - middles[0][2][1]) for each in middles[0][:2]]
    assert (fish_x, fish_y) == pytest.approx((-was[0][1], was[0][0]))
    assert (sun_x, sun_y) == pytest.approx((-was[1][1], was[1][0]))
    assert [each[2] for each in after] == pytest.approx([each[2] for each in before])
    expect(page.get_by_role("status")).to_have_text("3 stickers turned")


def test_the_frame_of_a_group_turns_with_the_hand_and_is_upright_afterwards(page: Page) -> None:
    page.keyboard.press("Control+a")
    frame = page.locator(".selection-frame")
    box = frame.bounding_box()
    assert box is not None
    corner = (box["x"] + 6, box["y"] + box["height"] - 6)
    read = "({ style }) => ['--width', '--turn'].map((name) => parseFloat(style.getPropertyValue(name)))"
    width, turn = frame.evaluate(read)
    assert turn == 0
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] - 200, steps=3)
    turned = frame.evaluate(read)
    assert turned[0] == width
    assert turned[1] > 10
    page.mouse.up()
    after = frame.evaluate(read)
    assert after[1] == 0
    assert after[0] != width, "it is around them as they lie now"


def test_all_are_duplicated_and_the_copies_are_removed_together(page: Page) -> None:
    before = squares(page)
    page.mouse.click(*PLACES[0])
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+d")
    expect(stickers(page)).to_have_count(6)
    expect(page.get_by_role("status")).to_have_text("🐟 ☀️ 🏠 duplicated")
    assert chosen(page) == [False, False, False, True, True, True]
    assert squares(page)[3:] == [pytest.approx([left + 24, top + 24, side]) for left, top, side in before]
    page.keyboard.press("Delete")
    expect(stickers(page)).to_have_count(3)
    assert squares(page) == before
    assert chosen(page).count(True) == 1
    page.keyboard.press("Control+a")
    tools(page).get_by_role("button", name="Remove").click()
    expect(stickers(page)).to_have_count(0)
    expect(page.get_by_label("Drawing board")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(stickers(page)).to_have_count(3)


def test_copies_are_made_up_to_a_thousand_stickers(page: Page) -> None:
    page.keyboard.press("Control+a")
    for doubled in range(1, 9):
        page.keyboard.press("Control+a")
        page.keyboard.press("Control+d")
        expect(stickers(page)).to_have_count(3 * 2**doubled)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+d")
    expect(page.get_by_role("status")).to_have_text(
        "No copies were made: the board holds at most 1,000 stickers. Remove some of them first."
    )
    expect(stickers(page)).to_have_count(768)


def test_keys_alone_choose_several(page: Page) -> None:
    buttons = [sticker.locator(".sticker-button") for sticker in stickers(page).all()]
    buttons[0].focus()
    page.keyboard.press("Shift+Enter")
    # Past the tools of the first one, and past the second one.
    while not buttons[2].evaluate("(button) => button === document.activeElement"):
        page.keyboard.press("Tab")
        assert chosen(page) == [True, False, False]
    page.keyboard.press("Space")
    assert chosen(page) == [True, False, True]
    expect(buttons[1]).to_have_attribute("aria-pressed", "false")
    expect(buttons[2]).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    assert chosen(page) == [True, False, False]
    expect(page.get_by_role("status")).to_have_text("🏠 not chosen any more, 1 in all")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert chosen(page) == [False, False, True]
    expect(buttons[2]).not_to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Not 🏠?")).to_be_visible()


def test_a_finger_chooses_several_by_the_button_and_lets_go_beside_them(page: Page) -> None:
    touch(page, [[PLACES[0]]])
    touch(page, [[middle_of(tools(page).get_by_role("button", name="Choose several"))[0]]])
    for place in (PLACES[1], PLACES[2]):
        touch(page, [[place]])
    assert chosen(page) == [True, True, True]
    # A finger is never quite still.
    touch(page, [[PLACES[1], (PLACES[1][0] + 1, PLACES[1][1] + 1)]])
    assert chosen(page) == [True, False, True]
    before = squares(page)
    touch(page, [[(600, 420), (620, 440), (640, 460)]])
    expect(stickers(page).first).to_have_css("--left", str(before[0][0] + 40))
    assert squares(page)[1] == before[1]
    touch(page, [[(1100, 640)]])
    expect(tools(page)).to_have_count(0)
    assert chosen(page) == [False, False, False]
    expect_ink(page, "Drawing board", 0, 0, 1, 1, ink=False)


def test_a_stroke_lets_go_of_them(page: Page) -> None:
    page.keyboard.press("Control+a")
    drag(page, (1000, 600), (120, 40))
    assert chosen(page) == [False, False, False]
    expect_ink(page, "Drawing board", 0.7, 0.7, 0.3, 0.3)
    page.get_by_role("button", name="Keep as ink").click()
    page.keyboard.press("Control+z")
    expect_ink(page, "Drawing board", 0, 0, 1, 1, ink=False)


def test_what_is_undone_is_not_chosen_any_more(page: Page) -> None:
    page.mouse.click(*PLACES[2])
    page.keyboard.down("Shift")
    page.mouse.click(*PLACES[0])
    page.keyboard.up("Shift")
    assert chosen(page) == [True, False, True]
    page.keyboard.press("Control+z")
    expect(stickers(page)).to_have_count(2)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("status")).to_contain_text("🐟: ")
    page.keyboard.press("Control+z")
    page.mouse.click(*PLACES[1])
    page.mouse.click(*PLACES[0])
    assert chosen(page) == [False, True]
    # The house is ink, of three strokes, and then the sun is.
    for _ in range(4):
        page.keyboard.press("Control+z")
    assert chosen(page) == [True]
    for _ in range(4):
        page.keyboard.press("Control+Shift+z")
    expect(stickers(page)).to_have_count(2)
    assert chosen(page) == [True, False]
    # The one that goes, and comes back, is not shown as chosen.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.mouse.click(*PLACES[1])
    assert chosen(page) == [False, True]
    for key in ("Control+z", "Control+Shift+z"):
        for _ in range(4):
            page.keyboard.press(key)
    expect(stickers(page)).to_have_count(2)
    assert chosen(page) == [False, False]


@pytest.mark.parametrize("device", SIZES)
def test_they_are_seen_and_free_of_barriers(stocked: Page, root: Path, device: str) -> None:
    page = stocked
    size = SIZES[device]
    page.set_viewport_size(size)
    for number, (shape, x, y) in enumerate(((sun, 0.3, 0.4), (fish, 0.65, 0.6)), start=1):
        sketch(page, placed(shape(random.Random(7)), (size["width"] * x, size["height"] * y), 130))
        expect(stickers(page)).to_have_count(number)
    page.keyboard.press("Control+a")
    page.keyboard.press("r")
    assert all(middle_of(one)[1] >= 44 for one in tools(page).get_by_role("button").all() if one.is_visible())
    barriers.show(page, root, device, "x-several")
