"""Stickers with pictures wherever they are seen, on a desktop and a phone, in light and dark, free of barriers."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.drawer import choose_picture, file_of, png_of, recent, robot
from tests.browser.filing import choose_file, importing, save
from tests.browser.hand import (
    Stroke,
    choose,
    clear_board,
    dialog,
    draw,
    fill_pad,
    fish,
    house,
    placed,
    stickers,
    sun,
    teach,
)
from tests.browser.library import close, open_library, row


def spiral(rng: random.Random) -> list[Stroke]:
    """Three turns from the middle outwards."""
    turn = rng.uniform(0, 1)
    return [
        [(0.02 * step * math.cos(turn + step * 0.75), 0.02 * step * math.sin(turn + step * 0.75)) for step in range(25)]
    ]


@pytest.mark.parametrize("device", SIZES)
def test_pictures_are_seen_wherever_stickers_are_and_free_of_barriers(
    untaught: Page, root: Path, device: str, tmp_path: Path
) -> None:
    page, rng, size = untaught, random.Random(31), SIZES[device]
    middle, side = (size["width"] / 2, size["height"] / 2), min(size["width"], size["height"]) * 0.5
    page.set_viewport_size(size)
    for text, shape in (("👋🏽", sun), ("hello world", fish)):
        teach(page, text, shape, rng)
    choose(page, "New sticker")
    expect(dialog(page).get_by_role("menuitem").first).to_be_visible()
    choose_picture(page, file_of(b"no picture"))
    expect(dialog(page).get_by_role("alert")).not_to_be_empty()
    barriers.show(page, root, device, "p1-picture-refused")
    choose_picture(page, file_of(robot()))
    expect(dialog(page).get_by_role("button", name="Remove picture")).to_be_focused()
    for number in (1, 2, 3):
        fill_pad(page, number, spiral, rng)
    barriers.show(page, root, device, "p2-picture")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_have_text("Learned your picture")
    barriers.show(page, root, device, "p3-welcome")
    draw(page, placed(spiral(rng), middle, side))
    expect(stickers(page)).to_have_accessible_name("your picture")
    barriers.show(page, root, device, "p4-board")
    open_library(page)
    expect(row(page, "Your picture")).to_be_visible()
    barriers.show(page, root, device, "p5-library")
    row(page, "Your picture").get_by_role("button", name="Change emoji").click()
    changing = page.get_by_role("dialog", name="Change emoji")
    expect(changing.get_by_role("menuitem").first).to_be_visible()
    changing.get_by_role("textbox", name="Name of the picture").fill("Robot")
    barriers.show(page, root, device, "p6-change")
    page.keyboard.press("Escape")
    close(page)
    file = save(page, tmp_path / "mine.inkmoji")
    choose_file(page, file)
    expect(importing(page).get_by_role("listitem", name="your picture, 3 examples")).to_be_visible()
    barriers.show(page, root, device, "p7-import")
    page.keyboard.press("Escape")
    clear_board(page)
    draw(page, placed(house(rng), middle, side))
    candidate = dialog(page).get_by_role("group", name="Is it one of these?").get_by_role("button", name="your picture")
    assert png_of(candidate)
    expect(recent(page).first).to_have_accessible_name("your picture")
    barriers.show(page, root, device, "p8-candidates")
    page.get_by_role("button", name="Keep as ink").click()
