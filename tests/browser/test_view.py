"""Another part of the board, larger or smaller: by two fingers, by a wheel; and fingers where a pen draws."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.hand import (
    draw,
    expect_ink,
    expect_kept,
    fish,
    placed,
    sketch,
    stickers,
    sun,
    touch,
    wait_until_ready,
)

PLACE = (500.0, 360.0)
Point = tuple[float, float]


@pytest.fixture
def page(stocked: Page) -> Page:
    """A board with a fish on it."""
    sketch(stocked, placed(fish(random.Random(111)), PLACE, 200))
    expect(stickers(stocked)).to_have_accessible_name("🐟")
    return stocked


def box(page: Page) -> tuple[float, float, float]:
    """Left, top and side of the sticker in the window."""
    bounds = stickers(page).first.bounding_box()
    assert bounds is not None
    return bounds["x"], bounds["y"], bounds["width"]


def fingers(page: Page, *steps: list[Point], between: Callable[[], None] = lambda: None) -> None:
    """Fingers that come down at the first places, move to the others and are lifted."""
    session = page.context.new_cdp_session(page)
    for index, places in enumerate(steps):
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        kind = "touchMove" if index else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        between()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def pen(page: Page, points: list[Point]) -> None:
    session = page.context.new_cdp_session(page)
    kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 2), "mouseReleased"]
    for kind, (x, y) in zip(kinds, points, strict=True):
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
        session.send("Input.dispatchMouseEvent", event)
    session.detach()


def test_a_wheel_moves_the_board_and_with_control_it_zooms_to_the_pointer(page: Page) -> None:
    left, top, side = box(page)
    page.mouse.move(*PLACE)
    page.mouse.wheel(30, 120)
    expect(page.get_by_role("button", name="100%: back")).to_be_visible()
    assert box(page) == pytest.approx((left - 30, top - 120, side), abs=0.5)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -70)
    page.keyboard.up("Control")
    back = page.get_by_role("button", name="201%: back to where the board began")
    expect(back).to_be_visible()
    x, y, larger = box(page)
    zoom = larger / side
    assert zoom == pytest.approx(2.01, abs=0.01)
    # What was under the pointer is there still.
    assert (x - PLACE[0], y - PLACE[1]) == pytest.approx(
        ((left - 30 - PLACE[0]) * zoom, (top - 120 - PLACE[1]) * zoom), abs=1
    )
    back.click()
    assert box(page) == pytest.approx((left, top, side), abs=0.5)
    expect(page.get_by_role("button", name="back to where the board began")).to_be_hidden()


def test_two_fingers_move_and_zoom_and_leave_no_ink(page: Page) -> None:
    left, top, side = box(page)
    fingers(page, [(400, 600)], [(400, 600), (600, 600)], [(400, 600), (650, 600)], [(350, 620), (750, 620)])
    expect(page.get_by_role("button", name="200%: back")).to_be_visible()
    x, y, larger = box(page)
    assert larger == pytest.approx(2 * side, abs=1)
    assert (x, y) == pytest.approx((550 + 2 * (left - 500), 620 + 2 * (top - 600)), abs=2)
    expect_ink(page, "Drawing board", 0, 0, 1, 1, ink=False)
    # Whoever draws for long has not begun to zoom: the other finger is a palm.
    before = box(page)
    fingers(page, [(800, 400)], [(900, 500)], [(900, 500), (1000, 500)], [(950, 520), (1100, 600)])
    expect_ink(page, "Drawing board", 0, 0, 1, 1)
    assert box(page) == before
    page.get_by_role("button", name="Keep as ink").click()


def test_two_fingers_that_move_the_board_do_not_keep_a_drawing_from_being_looked_at(page: Page) -> None:
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    sketch(page, placed(sun(random.Random(3)), (900, 300), 200))
    steps = [[(400.0, 600.0)], [(400.0, 600.0), (600.0, 600.0)], [(420.0, 600.0), (620.0, 600.0)]]
    fingers(page, *steps, between=lambda: page.clock.run_for(1000))
    page.clock.run_for(1000)
    expect(stickers(page)).to_have_count(2)
    page.clock.resume()


def test_what_is_drawn_in_another_view_is_recognised_where_it_was_drawn_and_is_there_after_a_reload(
    page: Page,
) -> None:
    page.mouse.move(*PLACE)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 60)
    page.keyboard.up("Control")
    page.mouse.wheel(-80, 40)
    draw(page, placed(sun(random.Random(3)), (900, 300), 180))
    expect(stickers(page)).to_have_count(2)
    bounds = stickers(page).last.bounding_box()
    assert bounds is not None
    assert (bounds["x"] + bounds["width"] / 2, bounds["y"] + bounds["height"] / 2) == pytest.approx((900, 300), abs=8)
    assert bounds["width"] == pytest.approx(180, abs=25)
    page.keyboard.press("Control+z")
    expect_ink(page, "Drawing board", 900 / 1280 - 0.08, 300 / 720 - 0.15, 0.16, 0.3)
    page.keyboard.press("Control+Shift+z")
    expect_kept(page, 2, 0)
    before = [one.bounding_box() for one in stickers(page).all()]
    page.reload()
    wait_until_ready(page)
    expect(stickers(page)).to_have_count(2)
    assert [one.bounding_box() for one in stickers(page).all()] == before


def test_what_is_drawn_small_on_an_enlarged_board_is_small_and_no_slip_of_the_pen(page: Page) -> None:
    page.mouse.move(*PLACE)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(page.get_by_role("button", name="400%: back")).to_be_visible()
    sketch(page, placed(sun(random.Random(3)), (150, 150), 36))
    expect(stickers(page)).to_have_count(2)
    bounds = stickers(page).last.bounding_box()
    assert bounds is not None
    assert bounds["width"] == pytest.approx(44, abs=1)


def test_a_sticker_is_dragged_as_far_as_the_pointer_goes_in_every_view(page: Page) -> None:
    page.mouse.move(*PLACE)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -50)
    page.keyboard.up("Control")
    left, top, side = box(page)
    page.mouse.click(*PLACE)
    page.mouse.move(*PLACE)
    page.mouse.down()
    page.mouse.move(PLACE[0] + 90, PLACE[1] + 30, steps=3)
    page.mouse.up()
    assert box(page) == pytest.approx((left + 90, top + 30, side), abs=0.5)
    frame = page.locator(".selection-frame").bounding_box()
    assert frame is not None
    assert frame["width"] == pytest.approx(side + 12, abs=0.5), "the frame is as thin as ever"


def test_a_sticker_out_of_sight_is_brought_into_sight_by_the_keyboard(page: Page) -> None:
    page.mouse.move(*PLACE)
    page.mouse.wheel(3000, 0)
    expect(stickers(page)).not_to_be_in_viewport()
    stickers(page).locator(".sticker-button").focus()
    expect(stickers(page)).to_be_in_viewport(ratio=1)


def test_where_a_pen_was_used_a_finger_moves_the_board_and_draws_no_more(page: Page) -> None:
    left, top, side = box(page)
    pen(page, [(800.0, 500.0), (840.0, 540.0), (900.0, 500.0), (940.0, 560.0)])
    expect(page.get_by_role("status")).to_have_text("A pen is in use: fingers move the board now")
    expect_ink(page, "Drawing board", 0.5, 0.5, 0.5, 0.5)
    page.get_by_role("button", name="Keep as ink").click()
    touch(page, [[(300.0, 600.0), (340.0, 600.0), (360.0, 620.0)]])
    expect(page.get_by_role("button", name="100%: back")).to_be_visible()
    assert box(page) == pytest.approx((left + 60, top + 20, side), abs=0.5)
    expect_kept(page, 1, 1)
    page.reload()
    wait_until_ready(page)


@pytest.mark.parametrize("device", SIZES)
def test_a_moved_board_is_seen_and_free_of_barriers(stocked: Page, root: Path, device: str) -> None:
    page = stocked
    page.set_viewport_size(SIZES[device])
    sketch(page, placed(fish(random.Random(3)), (200, 300), 160))
    expect(stickers(page)).to_have_count(1)
    fingers(page, [(150, 400)], [(150, 400), (250, 400)], [(150, 460), (290, 460)])
    stickers(page).locator(".sticker-button").focus()
    barriers.show(page, root, device, "x-view")
