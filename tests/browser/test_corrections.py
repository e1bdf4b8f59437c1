"""A sticker that is not what was meant: another one, a new one, ink again or nothing; by tap and by keyboard."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.hand import (
    READ_KEPT,
    choose,
    dialog,
    draw,
    expect_ink,
    expect_kept,
    fill_dialog,
    fish,
    placed,
    stickers,
    sun,
    touch,
    wait_until_ready,
)
from tests.browser.learner import worker
from tests.browser.library import close, library, open_library, outcome, press, row
from tests.browser.test_journey import FAIL_WRITES, MEND_WRITES
from tests.browser.test_page import stay_idle

PLACE = (640.0, 400.0)
# How many points of stickers' drawings are kept with the board.
KEPT_POINTS = (
    f"async () => {{ {READ_KEPT}"
    """
  const drawings = (await readKept()).board.stickers.flatMap(({ drawing }) => drawing);
  return drawings.reduce((sum, { points }) => sum + points.length, 0);
}
"""
)
UNTIL_NO_POINTS = f"""
async () => {{
  const count = {KEPT_POINTS};
  const deadline = performance.now() + 30_000;
  while (await count() > 0) if (performance.now() > deadline) throw new Error("drawings are still kept");
}}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(71)


@pytest.fixture
def fooled(stocked: Page, rng: random.Random) -> Page:
    """The page with a drawing of a fish on it that became a fish."""
    draw(stocked, placed(fish(rng), PLACE, 240))
    expect(stickers(stocked)).to_have_accessible_name("🐟")
    return stocked


def correcting(page: Page, text: str = "🐟") -> Locator:
    return page.get_by_role("dialog", name=f"Not {text}?")


def tap(page: Page, x: float = PLACE[0], y: float = PLACE[1]) -> None:
    page.mouse.click(x, y)
    ask(page)


def ask(page: Page) -> None:
    page.get_by_role("toolbar", name="Sticker").get_by_role("button", name="Not this?").click()


def choices(page: Page) -> Locator:
    return page.get_by_role("group", name="Other stickers").get_by_role("button")


def test_a_tap_asks_and_another_sticker_learns_the_drawing(fooled: Page) -> None:
    page = fooled
    tap(page)
    expect(correcting(page)).to_be_visible()
    expect(choices(page)).to_have_count(2)
    choices(page).filter(has=page.locator("text=☀️")).click()
    expect(correcting(page)).to_be_hidden()
    expect(stickers(page)).to_have_accessible_name("☀️")
    expect(stickers(page).locator("text")).to_have_text("☀️")
    said = "🐟 became ☀️, and was learned. “Undo learning” takes it back."
    expect(page.get_by_role("status")).to_have_text(said)
    open_library(page)
    expect(row(page, "☀️")).to_have_accessible_name("☀️, 4 examples")
    expect(row(page, "🐟")).to_have_accessible_name("🐟, 3 examples")
    close(page)
    choose(page, "Undo learning")
    expect(stickers(page)).to_have_accessible_name("🐟")
    choose(page, "Redo learning")
    expect(stickers(page)).to_have_accessible_name("☀️")


def test_what_comes_nearest_is_first(fooled: Page, rng: random.Random) -> None:
    page = fooled
    draw(page, placed(sun(rng), (240, 300), 220))
    expect(stickers(page)).to_have_count(2)
    worker(page).evaluate("""
      () => {
        self.send = self.postMessage;
        self.postMessage = (...reply) => {
          reply[0].value?.candidates?.sort((a, b) => a.confidence - b.confidence);
          self.send(...reply);
        };
      }""")
    tap(page)
    expect(choices(page)).to_have_count(2)
    least_likely_first = [one.get_attribute("aria-label") for one in choices(page).all()]
    page.keyboard.press("Escape")
    worker(page).evaluate("() => { self.postMessage = self.send; }")
    tap(page)
    expect(choices(page).first).to_have_accessible_name(str(least_likely_first[1]))


def test_it_is_taught_as_a_new_sticker(fooled: Page, rng: random.Random) -> None:
    page = fooled
    tap(page)
    correcting(page).get_by_role("button", name="Teach a new sticker").click()
    expect_ink(page, "Example 1", 0, 0, 1, 1)
    expect(dialog(page).get_by_role("button", name="Keep as ink")).to_be_hidden()
    fill_dialog(page, "🐋", fish, rng, pads=(2, 3))
    dialog(page).get_by_role("button", name="Done").click()
    expect(stickers(page)).to_have_accessible_name("🐋")
    expect(stickers(page)).to_have_count(1)


def test_it_is_ink_again_and_stays_so(fooled: Page) -> None:
    page = fooled
    tap(page)
    correcting(page).get_by_role("button", name="Keep as ink").click()
    expect(stickers(page)).to_have_count(0)
    expect_ink(page, "Drawing board", 0.4, 0.4, 0.2, 0.2)
    stay_idle(page)
    expect(stickers(page)).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_kept(page, 0, 3)


def test_it_is_removed_or_left_alone(fooled: Page) -> None:
    page = fooled
    for leave in ("Escape", "Cancel", "beside"):
        tap(page)
        expect(correcting(page)).to_be_visible()
        if leave == "Escape":
            page.keyboard.press("Escape")
        elif leave == "Cancel":
            correcting(page).get_by_role("button", name="Cancel").click()
        else:
            page.mouse.click(60, 600)
        expect(correcting(page)).to_be_hidden()
        expect(stickers(page)).to_have_accessible_name("🐟")
    tap(page)
    correcting(page).get_by_role("button", name="Remove").click()
    expect(stickers(page)).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("Removed 🐟")


def test_it_is_corrected_by_keyboard_also_after_a_reload(fooled: Page) -> None:
    page = fooled
    expect_kept(page, 1, 0)
    page.reload()
    wait_until_ready(page)
    button = stickers(page).get_by_role("button", name="🐟: not this?")
    button.focus()
    page.keyboard.press("Enter")
    expect(choices(page).first).to_be_focused()
    first = choices(page).first.get_attribute("aria-label")
    page.keyboard.press("Enter")
    expect(stickers(page)).to_have_accessible_name(str(first))
    expect(stickers(page).locator(".sticker-button")).to_be_focused()


def test_a_correction_that_cannot_be_saved_changes_nothing(fooled: Page) -> None:
    page = fooled
    worker(page).evaluate(FAIL_WRITES)
    tap(page)
    expect(choices(page)).to_have_count(2)
    choices(page).first.click()
    expect(correcting(page).get_by_role("alert")).to_contain_text("Nothing was learned")
    expect(stickers(page)).to_have_accessible_name("🐟")
    worker(page).evaluate(MEND_WRITES)
    choices(page).first.click()
    expect(correcting(page)).to_be_hidden()
    expect(stickers(page)).not_to_have_accessible_name("🐟")


def test_a_dot_of_a_drawing_is_no_tap(fooled: Page) -> None:
    """The eye of a face that is drawn over a sticker."""
    page = fooled
    page.evaluate("localStorage.clear()")
    page.mouse.move(400, 400)
    page.mouse.down()
    page.mouse.move(480, 300, steps=3)
    page.mouse.up()
    page.mouse.click(*PLACE)
    expect(page.get_by_role("dialog", name="New sticker")).to_be_visible()
    page.get_by_role("button", name="Keep as ink").click()
    expect_kept(page, 1, 2)


def test_what_is_forgotten_for_good_is_not_kept_as_a_drawing_of_the_board(fooled: Page) -> None:
    page = fooled
    expect_kept(page, 1, 0)
    assert page.evaluate(KEPT_POINTS) > 0
    open_library(page)
    press(page, "🐟", "Delete sticker")
    library(page).get_by_role("button", name="Forget for good").click()
    page.get_by_role("dialog", name="Forget for good").get_by_role("button", name="Forget for good").click()
    expect(outcome(page)).to_have_text("Forgotten for good")
    close(page)
    page.evaluate(UNTIL_NO_POINTS)
    tap(page)
    expect(correcting(page)).to_contain_text("The drawing that it was is not known any more.")
    expect(correcting(page).get_by_role("button")).to_have_text(["Remove", "Cancel"])


@pytest.mark.parametrize("device", SIZES)
def test_the_question_is_seen_and_free_of_barriers(stocked: Page, root: Path, device: str, rng: random.Random) -> None:
    page = stocked
    width, height = SIZES[device]["width"], SIZES[device]["height"]
    page.set_viewport_size(SIZES[device])
    touch(page, placed(sun(rng), (width * 0.6, height * 0.4), 150))
    expect(stickers(page)).to_have_count(1)
    touch(page, [[(width * 0.6, height * 0.4)]])
    ask(page)
    expect(correcting(page, "☀️")).to_be_visible()
    expect(choices(page)).to_have_count(2)
    box = correcting(page, "☀️").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= width - box["width"]
    assert 0 <= box["y"] <= height - box["height"]
    assert is_beside(box, (width * 0.6, height * 0.4)), "the sticker is seen"
    assert all(one.bounding_box()["height"] >= 44 for one in choices(page).all())  # type: ignore[index]
    barriers.show(page, root, device, "x-correct")


def is_beside(box: FloatRect, place: tuple[float, float]) -> bool:
    x, y = place
    across = box["x"] <= x <= box["x"] + box["width"]
    down = box["y"] <= y <= box["y"] + box["height"]
    return not (across and down)
