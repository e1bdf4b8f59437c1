"""A sticker of the board that is turned: by its handle, by keys, in pictures, after a reload, and as ink again."""

from __future__ import annotations

import math
import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import (
    READ_KEPT,
    choose,
    expect_ink,
    fish,
    placed,
    sketch,
    stickers,
    touch,
    wait_until_ready,
)

PLACE = (500.0, 360.0)
KEPT_TURN = f"async (turn) => {{ {READ_KEPT} return (await readKept()).board?.stickers[0]?.turn === turn; }}"


@pytest.fixture
def page(stocked: Page) -> Page:
    """A board with a fish on it, which is chosen."""
    sketch(stocked, placed(fish(random.Random(91)), PLACE, 200))
    expect(stickers(stocked)).to_have_accessible_name("🐟")
    stocked.mouse.click(*PLACE)
    return stocked


def pose(sticker: Locator) -> tuple[float, float, float, float]:
    """Left, top, side and turn on the board."""
    left, top, side, turn = sticker.evaluate(
        "({ style }) => ['--left', '--top', '--side', '--turn'].map((name) => Number(style.getPropertyValue(name)))"
    )
    return left, top, side, turn


def around(sticker: Locator, degrees: float) -> tuple[float, float]:
    """The place of the handle that turns, once the sticker is turned so far."""
    left, top, side, _ = pose(sticker)
    reach = math.hypot(side / 2 + 6, side / 2 + 6)
    angle = math.radians(225 + degrees)
    return left + side / 2 + reach * math.sin(angle), top + side / 2 - reach * math.cos(angle)


def turn_by_hand(page: Page, degrees: float) -> None:
    sticker = stickers(page)
    before = pose(sticker)[3]
    ends = [around(sticker, before + degrees * share) for share in (0, 0.5, 1)]
    page.mouse.move(*ends[0])
    page.mouse.down()
    page.mouse.move(*ends[1])
    page.mouse.move(*ends[2])
    page.mouse.up()


def test_its_handle_turns_it_about_its_middle_and_it_stays_so_until_it_is_undone(page: Page) -> None:
    before = pose(stickers(page))
    turn_by_hand(page, 50)
    assert pose(stickers(page)) == pytest.approx((*before[:3], 50), abs=0.02)
    expect(page.get_by_role("status")).to_have_text("🐟: turned by 50 degrees")
    turn_by_hand(page, 120)
    assert pose(stickers(page)) == pytest.approx((*before[:3], 170), abs=0.02)
    page.keyboard.press("Control+z")
    assert pose(stickers(page))[3] == pytest.approx(50, abs=0.02)
    page.wait_for_function(KEPT_TURN, arg=pose(stickers(page))[3])
    page.reload()
    wait_until_ready(page)
    assert pose(stickers(page)) == pytest.approx((*before[:3], 50), abs=0.02)


def test_near_to_upright_it_becomes_upright_and_with_shift_it_goes_in_steps(page: Page) -> None:
    turn_by_hand(page, 92)
    assert pose(stickers(page))[3] == 90
    page.keyboard.down("Shift")
    turn_by_hand(page, 71)
    page.keyboard.up("Shift")
    assert pose(stickers(page))[3] == 165


def test_a_finger_turns_it(page: Page) -> None:
    touch(page, [[around(stickers(page), degrees) for degrees in (0, 20, 40)]])
    expect(stickers(page)).to_have_css("--turn", re.compile(r"^(40|39\.9|40\.0)"))


def test_keys_turn_it_and_a_turned_one_is_resized_from_its_corner(page: Page) -> None:
    before = pose(stickers(page))
    for key in ("r", "r", "r", "Shift+R"):
        page.keyboard.press(key)
    assert pose(stickers(page)) == pytest.approx((*before[:3], 30))
    for _ in range(4):
        page.keyboard.press("r")
    assert pose(stickers(page))[3] == 90
    expect(page.get_by_role("status")).to_have_text("🐟: turned by 90 degrees")
    # Its first corner is above on the right now, and stays there; what is to the right of the frame is down.
    left, top, side, _ = pose(stickers(page))
    page.mouse.move(left - 5, top + side + 5)
    page.mouse.down()
    page.mouse.move(left - 55, top + side + 25, steps=3)
    page.mouse.up()
    assert pose(stickers(page)) == pytest.approx((left - 50, top, side + 50, 90))
    for _ in range(7):
        page.keyboard.press("r")
    assert pose(stickers(page))[3] == -165
    page.wait_for_function(KEPT_TURN, arg=-165)
    page.reload()
    wait_until_ready(page)
    assert pose(stickers(page))[3] == -165


def test_it_is_pressed_where_it_is_seen(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("r")
    left, top, side, turn = pose(stickers(page))
    assert turn == 45
    page.keyboard.press("Escape")
    tools = page.get_by_role("toolbar", name="Sticker")
    page.mouse.click(left + side / 2, top - side / 10)
    expect(tools).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.click(left + 4, top + 4)
    expect(tools).to_have_count(0)
    expect_ink(page, "Drawing board", 0, 0, 1, 1)


def test_it_is_turned_in_pictures_and_its_drawing_is_when_it_is_ink_again(page: Page, tmp_path: Path) -> None:
    for _ in range(6):
        page.keyboard.press("r")
    left, top, side, turn = pose(stickers(page))
    choose(page, "Save as picture")
    saving = page.get_by_role("dialog", name="Save as picture")
    for kind, name in (("1×", "board.png"), ("SVG", "board.svg")):
        if not saving.is_visible():
            choose(page, "Save as picture")
        saving.get_by_role("radio", name=kind).check()
        saving.get_by_role("radio", name="Transparent").check()
        with page.expect_download() as download:
            saving.get_by_role("button", name="Save").click()
        download.value.save_as(tmp_path / name)
    box = Image.open(tmp_path / "board.png").getchannel("A").getbbox()
    assert box is not None
    assert box[3] - box[1] > 1.2 * (box[2] - box[0]), "a fish is wide, and this one stands on its head"
    group = ElementTree.parse(tmp_path / "board.svg").getroot().find("{*}g")
    assert group is not None
    match = re.fullmatch(r"rotate\((\S+) (\S+) (\S+)\)", group.get("transform", ""))
    assert match is not None
    assert [float(value) for value in match.groups()] == pytest.approx([turn, left + side / 2, top + side / 2])
    page.mouse.click(*PLACE)
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Not 🐟?").get_by_role("button", name="Keep as ink").click()
    expect(stickers(page)).to_have_count(0)
    width, height = 1280, 720
    middle = (left + side / 2, top + side / 2)
    expect_ink(page, "Drawing board", 0, 0, 1, 1)
    expect_ink(page, "Drawing board", (middle[0] - 5) / width, (middle[1] + 60) / height, 40 / width, 40 / height)
    expect_ink(page, "Drawing board", 0, 0, (middle[0] - 75) / width, 1, ink=False)
