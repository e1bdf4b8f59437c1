"""The board as a picture: saved, copied and shared; and pictures of drawings that are pasted or dropped."""

from __future__ import annotations

import base64
import io
import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.hand import Shape, choose, clear_board, expect_kept, fish, placed, scribble, sketch, stickers, sun

PLACE = (500.0, 360.0)
INK = (35, 39, 59)
DROP = """
([data, x, y]) => {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "drawing.png", { type: "image/png" }));
  const options = { dataTransfer, clientX: x, clientY: y, bubbles: true, cancelable: true };
  document.querySelector("#board").dispatchEvent(new DragEvent("drop", options));
}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(101)


@pytest.fixture
def page(stocked: Page) -> Page:
    stocked.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return stocked


def saving(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Save as picture")


def scrawl(page: Page) -> None:
    """Ink that is no sticker."""
    sketch(page, [[(700.0, 200.0), (780.0, 240.0), (700.0, 320.0), (790.0, 400.0)]])
    page.get_by_role("button", name="Keep as ink").click()


def saved(page: Page, path: Path) -> Image.Image:
    with page.expect_download() as download:
        saving(page).get_by_role("button", name="Save").click()
    download.value.save_as(path)
    picture = Image.open(path)
    assert picture.format == "PNG"
    return picture.convert("RGBA")


def picture_of(shape: Shape, rng: random.Random) -> str:
    """A drawing on white paper, as a PNG in base64."""
    picture = Image.new("RGB", (300, 300), "white")
    for stroke in placed(shape(rng), (150, 150), 240):
        ImageDraw.Draw(picture).line(stroke, fill="black", width=8, joint="curve")
    packed = io.BytesIO()
    picture.save(packed, "PNG")
    return base64.b64encode(packed.getvalue()).decode()


def test_the_board_is_saved_as_it_is_seen_see_through_or_on_paper(
    page: Page, rng: random.Random, tmp_path: Path
) -> None:
    sketch(page, placed(fish(rng), PLACE, 240))
    expect(stickers(page)).to_have_accessible_name("🐟")
    scrawl(page)
    choose(page, "Save as picture")
    saving(page).get_by_role("radio", name="1×").check()
    once = saved(page, tmp_path / "once.png")
    expect(saving(page)).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("The board was downloaded as inkmoji-board-")
    assert once.getpixel((0, 0)) == (0, 0, 0, 0)
    colors = {color for _, color in once.getcolors(1 << 24) or []}
    assert (*INK, 255) in colors, "expected the ink"
    assert any(blue > red + 60 and alpha == 255 for red, _, blue, alpha in colors), "expected the blue of the fish"
    choose(page, "Save as picture")
    saving(page).get_by_role("radio", name="3×").check()
    saving(page).get_by_role("radio", name="Paper").check()
    thrice = saved(page, tmp_path / "thrice.png")
    assert thrice.size == pytest.approx((3 * once.width, 3 * once.height), abs=2)
    assert thrice.getpixel((0, 0)) == (251, 250, 248, 255)


def test_the_board_is_saved_as_an_svg_that_needs_nothing_else(page: Page, rng: random.Random, tmp_path: Path) -> None:
    sketch(page, placed(fish(rng), PLACE, 240))
    expect(stickers(page)).to_have_accessible_name("🐟")
    scrawl(page)
    choose(page, "Save as picture")
    saving(page).get_by_role("radio", name="SVG").check()
    saving(page).get_by_role("radio", name="Paper").check()
    expect(saving(page)).to_contain_text("SVG: sharp at any size")
    page.wait_for_function("() => document.querySelector('#picture img').naturalWidth > 0")
    with page.expect_download() as download:
        saving(page).get_by_role("button", name="Save").click()
    assert download.value.suggested_filename.endswith(".svg")
    download.value.save_as(tmp_path / "board.svg")
    drawn = ElementTree.parse(tmp_path / "board.svg").getroot()
    left, top, width, height = map(float, drawn.attrib["viewBox"].split())
    assert [element.tag.rpartition("}")[2] for element in drawn] == ["rect", "g", "path"]
    paper, (sticker,), ink = drawn
    assert paper.attrib["fill"] == "#fbfaf8"
    assert [text.text for text in sticker] == ["🐟"]
    assert (float(sticker.attrib["width"]), float(sticker.attrib["x"])) == pytest.approx((240, PLACE[0] - 120), abs=20)
    places = [float(number) for number in re.findall(r"-?[\d.]+", ink.attrib["d"])]
    assert left < min(places[::2]) < max(places[::2]) < left + width
    assert top < min(places[1::2]) < max(places[1::2]) < top + height
    assert "href" not in (tmp_path / "board.svg").read_text("utf-8")


def test_a_board_without_anything_is_not_saved(page: Page) -> None:
    choose(page, "Save as picture")
    expect(saving(page)).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("There is nothing on the board yet")


@pytest.mark.parametrize("kind", ["1×", "SVG"])
def test_a_copied_drawing_is_pasted_and_becomes_its_sticker(page: Page, rng: random.Random, kind: str) -> None:
    sketch(page, placed(sun(rng), PLACE, 240))
    expect(stickers(page)).to_have_accessible_name("☀️")
    page.keyboard.press("Control+z")
    choose(page, "Save as picture")
    saving(page).get_by_role("radio", name=kind).check()
    saving(page).get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("The board was copied as a picture")
    clear_board(page)
    page.keyboard.press("Control+v")
    expect(stickers(page)).to_have_accessible_name("☀️")
    expect(page.get_by_role("status")).to_contain_text("Recognised ☀️")
    expect_kept(page, 1, 0)
    page.keyboard.press("Control+z")
    expect(stickers(page)).to_have_count(0)


def test_a_dropped_drawing_becomes_its_sticker_where_it_was_dropped(page: Page, rng: random.Random) -> None:
    page.evaluate(DROP, [picture_of(fish, rng), 300, 250])
    expect(stickers(page)).to_have_accessible_name("🐟")
    box = stickers(page).bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    assert middle == pytest.approx((300, 250), abs=1)


def test_a_picture_that_is_nothing_known_and_one_that_is_none_change_nothing(page: Page) -> None:
    def zigzag(_: random.Random) -> list[list[tuple[float, float]]]:
        return scribble((0, 0), 1)

    page.evaluate(DROP, [picture_of(zigzag, random.Random(1)), 300, 250])
    expect(page.get_by_role("status")).to_contain_text("does not know what this picture shows")
    page.evaluate(DROP, [base64.b64encode(b"nothing to see").decode(), 300, 250])
    expect(page.get_by_role("status")).to_contain_text("This file is no picture that the browser can show")
    expect(stickers(page)).to_have_count(0)


def test_a_picture_is_shared_where_there_is_a_share_sheet(page: Page, rng: random.Random) -> None:
    page.evaluate("""
      () => {
        window.shared = [];
        navigator.canShare = () => true;
        navigator.share = async ({ files }) => {
          window.shared.push(files[0].type);
          if (window.shared.length === 1) throw new DOMException("cancelled", "AbortError");
        };
        document.querySelector("#picture [data-action=share]").hidden = false;
      }""")
    sketch(page, placed(fish(rng), PLACE, 240))
    expect(stickers(page)).to_have_count(1)
    choose(page, "Save as picture")
    share = saving(page).get_by_role("button", name="Share")
    saving(page).get_by_role("radio", name="SVG").check()
    share.click()
    expect(saving(page)).to_be_visible()
    saving(page).get_by_role("radio", name="2×").check()
    share.click()
    expect(saving(page)).to_be_hidden()
    assert page.evaluate("window.shared") == ["image/svg+xml", "image/png"]


@pytest.mark.parametrize("device", SIZES)
def test_the_dialog_is_seen_and_free_of_barriers(page: Page, root: Path, device: str, rng: random.Random) -> None:
    page.set_viewport_size(SIZES[device])
    sketch(page, placed(fish(rng), (200, 300), 200))
    expect(stickers(page)).to_have_count(1)
    choose(page, "Save as picture")
    expect(saving(page).get_by_role("button", name="Save")).to_be_enabled()
    barriers.show(page, root, device, "x-picture")
