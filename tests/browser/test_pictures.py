"""A sticker with a picture of the person's own: taught, drawn, kept, taken along in a file; and what is no picture."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.drawer import choose_picture, file_of, name_field, paste, png_of, robot
from tests.browser.filing import choose_file, importing, known, save
from tests.browser.hand import (
    choose,
    clear_board,
    dialog,
    draw,
    expect_kept,
    fill_pad,
    fish,
    house,
    placed,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.library import close, library, open_library, outcome, press, row

NOISE = "noise.png"


@pytest.fixture
def rng() -> random.Random:
    return random.Random(41)


def noise() -> bytes:
    """Of nothing that a PNG could make smaller, 90 kB at 150 pixels a side."""
    file = io.BytesIO()
    Image.frombytes("RGBA", (150, 150), random.Random(1).randbytes(150 * 150 * 4)).save(file, "PNG")
    return file.getvalue()


def teach_picture(page: Page, data: bytes, rng: random.Random, name: str = "") -> None:
    choose(page, "New sticker")
    choose_picture(page, file_of(data))
    name_field(page).fill(name)
    for number in (1, 2, 3):
        fill_pad(page, number, fish, rng)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_have_text(f"Learned {name or 'your picture'}")


def test_a_picture_is_taught_drawn_kept_and_taken_along_in_a_file(
    opened: Page, rng: random.Random, tmp_path: Path
) -> None:
    """The picture is the file's without margins, in its own shape, and without what the file said besides."""
    page, where = opened, ((640, 400), 260)
    teach_picture(page, robot(600, 200), rng)
    draw(page, placed(fish(rng), *where))
    expect(stickers(page)).to_have_accessible_name("your picture")
    png = png_of(stickers(page))
    assert png is not None
    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.mode, max(image.size)) == ("PNG", "RGBA", 128)
        assert min(image.size) > 120
        assert "Comment" not in image.info
        assert image.getpixel((64, 8)) == (0, 128, 128, 255)
        assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert b"taken at home" not in png
    expect_kept(page, 1, 0)
    page.reload()
    expect(stickers(page)).to_have_accessible_name("your picture")  # before Python is up
    assert png_of(stickers(page)) == png
    wait_until_ready(page)
    clear_board(page)
    expect(known(page)).to_have_text("Knows ")
    expect(known(page).get_by_role("img")).to_have_accessible_name("your picture")

    file = save(page, tmp_path / "mine.inkmoji")
    choose(page, "Reset")
    page.get_by_role("button", name="Reset everything").click()
    expect(known(page)).to_be_empty()
    choose_file(page, file)
    item = importing(page).get_by_role("listitem", name="your picture, 3 examples")
    expect(item).to_be_visible()
    assert png_of(item) == png
    importing(page).get_by_role("button", name="Import").click()
    expect(importing(page)).to_be_hidden()
    draw(page, placed(fish(rng), *where))
    expect(stickers(page)).to_have_accessible_name("your picture")
    assert png_of(stickers(page)) == png


def test_an_emoji_becomes_a_picture_with_a_name_and_an_undo_brings_the_emoji_back(
    untaught: Page, rng: random.Random
) -> None:
    page = untaught
    teach(page, "🐟", fish, rng)
    draw(page, placed(fish(rng), (640, 400), 260))
    expect(stickers(page)).to_have_accessible_name("🐟")
    open_library(page)
    press(page, "🐟", "Change emoji")
    choose_picture(page, file_of(robot()))
    page.get_by_role("textbox", name="Name of the picture").fill("Robbie the robot")
    page.get_by_role("button", name="Done").click()
    expect(outcome(page)).to_contain_text("🐟 became Robbie the robot")
    assert png_of(row(page, "Robbie the robot, 3 examples"))
    assert png_of(stickers(page))
    expect(stickers(page)).to_have_accessible_name("Robbie the robot")
    library(page).get_by_role("button", name="Undo", exact=True).click()
    expect(row(page, "🐟")).to_be_visible()
    expect(stickers(page)).to_have_accessible_name("🐟")
    assert png_of(stickers(page)) is None
    library(page).get_by_role("button", name="Redo", exact=True).click()
    expect(row(page, "Robbie the robot")).to_be_visible()
    assert png_of(stickers(page))
    close(page)


def test_two_pictures_without_a_name_are_two_stickers_and_the_same_one_is_taken_once(
    untaught: Page, rng: random.Random
) -> None:
    page = untaught
    teach_picture(page, robot(), rng)
    teach_picture(page, robot(color="crimson"), rng)
    teach_picture(page, robot(), rng)
    open_library(page)
    expect(page.get_by_role("listitem", name="Your picture, 6 examples")).to_have_count(1)
    expect(page.get_by_role("listitem", name="Your picture, 3 examples")).to_have_count(1)
    press(page, "Your picture, 3", "Change emoji")
    page.get_by_role("button", name="Remove picture").click()
    choose_picture(page, file_of(robot()))
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("dialog", name="Change emoji").get_by_role("alert")).to_contain_text(
        "Your picture is the emoji of another sticker."
    )
    page.keyboard.press("Escape")
    close(page)


def test_what_is_no_picture_is_said_and_changes_nothing(untaught: Page, rng: random.Random) -> None:
    page = untaught
    choose(page, "New sticker")
    field, alert = page.get_by_role("textbox", name="Emoji or text"), dialog(page).get_by_role("alert")
    expect(dialog(page).get_by_role("menuitem").first).to_be_visible()  # the list says that it is loading
    field.fill("me")
    choose_picture(page, file_of(robot()[:200]))
    expect(alert).to_contain_text("no picture that the browser can show. Choose a PNG, JPEG, WebP or GIF")
    choose_picture(page, file_of(b"words", "words.txt", "text/plain"))
    expect(alert).to_contain_text("no picture that the browser can show")
    file = io.BytesIO()
    Image.new("RGBA", (30, 30)).save(file, "PNG")
    choose_picture(page, file_of(file.getvalue()))
    expect(alert).to_contain_text("see-through everywhere")
    assert not paste(page, robot(), padding=33 << 20)
    expect(alert).to_contain_text("Expected a picture of at most 33.6 MB, got a file of 34.6 MB")
    expect(field).to_have_value("me")
    page.keyboard.press("Escape")


def test_a_picture_is_made_small_enough_pasted_removed_and_replaced(untaught: Page, rng: random.Random) -> None:
    page = untaught
    choose(page, "New sticker")
    shown, text = dialog(page).locator(".face-shown"), page.get_by_role("textbox", name="Emoji or text")
    choose_picture(page, file_of(noise(), NOISE))
    expect(dialog(page).get_by_role("button", name="Remove picture")).to_be_focused()
    png = png_of(shown)
    assert png is not None
    assert 20_000 < len(png) <= 65_536
    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    expect(page.get_by_role("button", name="Picture…")).to_be_focused()
    assert paste(page, robot(), "words that an office program copied with it")
    expect(text).to_be_visible()
    assert not paste(page, robot(color="crimson"))
    expect(name_field(page)).to_be_visible()
    assert png_of(dialog(page).locator(".becomes-face")) == png_of(shown)
    dialog(page).get_by_role("tabpanel").get_by_role("menuitem").first.click()
    expect(text).to_have_value("😀")
    for number in (1, 2, 3):
        fill_pad(page, number, house, rng)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_have_text("Learned 😀")
    teach(page, "☀️", sun, rng)
