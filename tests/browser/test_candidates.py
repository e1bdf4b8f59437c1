"""What the recogniser says: "Is it one of these?" of a drawing that it does not know, and how sure it is of others."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.barriers import SIZES, show
from tests.browser.conftest import OpenBlank
from tests.browser.database import live_model
from tests.browser.hand import (
    choose,
    dialog,
    draw,
    expect_ink,
    fill_dialog,
    fish,
    house,
    middle_of,
    placed,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.library import open_library, row
from tests.browser.test_journey import FAIL_WRITES, HOLD_LOCK, HOLD_REPLIES, MEND_WRITES
from tests.browser.test_page import HOLD_CALLS, stay_idle

FORGET = """
async () => {
  const { Inkmoji } = await import("./inkmoji.js");
  const inkmoji = await Inkmoji.start();
  await inkmoji.remove({ label: inkmoji.stickers[0].label });
  inkmoji.close();
}
"""
SURENESS = "(confidence) => import('./sureness.js').then(({ surenessOf }) => surenessOf(confidence))"
# The caption as it is seen for most of its time, for as long as the test looks at it.
HOLD_CAPTION = """
(caption) => {
  const [shown] = caption.getAnimations();
  shown.pause();
  shown.currentTime = 1500;
}
"""
RELEASE_CAPTION = "(caption) => caption.getAnimations()[0].play()"
# What a person who scrolled nowhere sees at a point.
ON_TOP = "([x, y]) => document.elementFromPoint(x, y).role"
LEVELS = re.compile("^(sure|fairly sure|a guess)$")


@pytest.fixture
def rng() -> random.Random:
    return random.Random(5)


@pytest.fixture
def board(untaught: Page, rng: random.Random) -> Page:
    """The page with one sticker that was taught."""
    teach(untaught, "🐟", fish, rng)
    return untaught


def examples(page: Page) -> Counter[str]:
    """How many drawings taught each sticker, as it is stored."""
    model = live_model(page)
    return Counter(model.faces[example.label].text for example in model.examples)


def question(page: Page) -> Locator:
    return dialog(page).get_by_role("group", name="Is it one of these?")


def candidate(page: Page, text: str) -> Locator:
    return question(page).get_by_role("button", name=text)


def caption(page: Page) -> Locator:
    return stickers(page).locator(".sureness")


def draw_unknown(page: Page, rng: random.Random) -> None:
    """Draw what nobody taught, and be asked about it."""
    draw(page, placed(house(rng), (640, 400), 240))
    expect(dialog(page)).to_be_visible()


def expect_learned(page: Page, text: str) -> None:
    """The dialog is gone, and the drawing has become the sticker."""
    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text(f"Learned {text}")
    expect(stickers(page)).to_have_accessible_name(text)
    assert middle_of(stickers(page))[0] == pytest.approx((640, 400), abs=12)
    expect_ink(page, "Drawing board", 0, 0, 1, 1, ink=False)


def test_a_drawing_is_added_to_the_sticker_that_it_is_said_to_be(board: Page, rng: random.Random) -> None:
    teach(board, "☀️", sun, rng)
    draw_unknown(board, rng)
    expect(question(board).get_by_role("button")).to_have_count(2)
    candidate(board, "🐟").click()
    expect_learned(board, "🐟")
    assert examples(board) == {"🐟": 4, "☀️": 3}
    board.reload()
    wait_until_ready(board)
    open_library(board)
    expect(row(board, "🐟")).to_have_accessible_name("🐟, 4 examples")
    expect(row(board, "☀️")).to_have_accessible_name("☀️, 3 examples")
    assert examples(board) == {"🐟": 4, "☀️": 3}


def test_the_question_is_answered_by_keyboard_alone(board: Page, rng: random.Random) -> None:
    draw_unknown(board, rng)
    expect(candidate(board, "🐟")).to_be_focused()
    board.keyboard.press("Tab")
    expect(board.get_by_role("textbox", name="Emoji or text")).to_be_focused()
    board.keyboard.press("Shift+Tab")
    expect(candidate(board, "🐟")).to_be_focused()
    board.keyboard.press("Enter")
    expect_learned(board, "🐟")
    assert examples(board) == {"🐟": 4}


def test_a_failed_save_is_told_and_the_same_sticker_can_be_chosen_again(board: Page, rng: random.Random) -> None:
    draw_unknown(board, rng)
    board.workers[0].evaluate(FAIL_WRITES)
    candidate(board, "🐟").click()
    expect(dialog(board).get_by_role("alert")).to_contain_text("Nothing was learned")
    expect(candidate(board, "🐟")).to_be_focused()
    expect_ink(board, "Drawing board", 0.3, 0.3, 0.4, 0.4)
    expect_ink(board, "Example 1", 0, 0, 1, 1)
    assert examples(board) == {"🐟": 3}
    board.workers[0].evaluate(MEND_WRITES)
    candidate(board, "🐟").click()
    expect_learned(board, "🐟")
    assert examples(board) == {"🐟": 4}


def test_a_correction_that_is_cancelled_leaves_the_ink_and_the_sticker_as_they_were(
    board: Page, rng: random.Random
) -> None:
    draw_unknown(board, rng)
    board.evaluate(HOLD_LOCK)
    candidate(board, "🐟").click()
    expect(dialog(board).get_by_role("progressbar", name="Learning")).to_be_visible()
    expect(dialog(board).get_by_text("Saving")).to_be_visible()
    expect(candidate(board, "🐟")).to_be_disabled()
    board.get_by_role("button", name="Cancel").click()
    expect(dialog(board)).to_be_hidden()
    board.evaluate("() => window.releaseLock()")
    expect_ink(board, "Drawing board", 0.3, 0.3, 0.4, 0.4)
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()
    expect(stickers(board)).to_have_count(0)
    assert examples(board) == {"🐟": 3}


def test_cancelling_a_correction_after_the_save_says_that_it_was_too_late(board: Page, rng: random.Random) -> None:
    draw_unknown(board, rng)
    worker = board.workers[0]
    worker.evaluate(HOLD_REPLIES)
    candidate(board, "🐟").click()
    worker.evaluate("() => self.replied")
    board.get_by_role("button", name="Cancel").click()
    worker.evaluate("() => self.release()")
    expect(board.get_by_role("status")).to_have_text("🐟 was learned and saved before you cancelled")
    expect_ink(board, "Drawing board", 0.3, 0.3, 0.4, 0.4)
    assert examples(board) == {"🐟": 4}


def test_a_drawing_that_is_none_of_these_is_taught_as_a_new_sticker(board: Page, rng: random.Random) -> None:
    draw_unknown(board, rng)
    expect(candidate(board, "🐟")).to_be_visible()
    fill_dialog(board, "🏠", house, rng, pads=(2, 3))
    board.get_by_role("button", name="Done").click()
    expect_learned(board, "🏠")
    assert examples(board) == {"🐟": 3, "🏠": 3}


def test_nothing_is_asked_from_the_menu_and_while_no_sticker_is_known(untaught: Page, rng: random.Random) -> None:
    draw_unknown(untaught, rng)
    expect(question(untaught)).to_be_hidden()
    expect(untaught.get_by_role("textbox", name="Emoji or text")).to_be_focused()
    untaught.keyboard.press("Escape")
    teach(untaught, "🐟", fish, rng)
    draw(untaught, placed(sun(rng), (300, 400), 240))
    expect(question(untaught)).to_be_visible()
    untaught.keyboard.press("Escape")
    choose(untaught, "New sticker")
    expect(dialog(untaught)).to_be_visible()
    expect(question(untaught)).to_be_hidden()
    expect(untaught.get_by_role("textbox", name="Emoji or text")).to_be_focused()


def test_a_sticker_that_was_forgotten_while_the_drawing_waited_is_not_offered(
    board: Page, shared_context: BrowserContext, open_blank: OpenBlank, rng: random.Random
) -> None:
    """The answer comes while the menu is open, so that the question has to wait; another tab removes the sticker."""
    board.evaluate(HOLD_CALLS)
    draw(board, placed(house(rng), (640, 400), 240))
    board.locator("html[data-state=working]").wait_for()
    board.get_by_role("button", name="Menu").click()
    board.evaluate("() => window.releaseCalls()")
    wait_until_ready(board)
    other = open_blank(shared_context)
    other.evaluate(FORGET)
    other.close()
    board.bring_to_front()  # drawing in a tab that is hidden is slow
    expect(board.get_by_role("status")).to_have_text("Your stickers changed in another tab")
    board.keyboard.press("Escape")
    expect(dialog(board)).to_be_visible()
    expect(question(board)).to_be_hidden()


def test_the_four_nearest_stickers_are_offered_the_best_first(untaught: Page) -> None:
    offered = untaught.evaluate(
        """async () => {
          const { offered } = await import("./candidates.js");
          const candidates = [..."cxabfde"].map((label) => ({ label, confidence: 0.1 }));
          const stickers = [..."abcdef"].map((label) => ({ label, text: label, name: "", created: 0, examples: 3 }));
          return offered(candidates, stickers).map(({ label }) => label).join("");
        }"""
    )
    assert offered == "cabf"


def test_how_sure_it_was_is_shown_for_a_while_and_said(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (640, 400), 240))
    expect(caption(board)).to_have_text(LEVELS)
    caption(board).evaluate(HOLD_CAPTION)
    expect(stickers(board)).to_have_accessible_name("🐟")
    words = caption(board).inner_text()
    expect(board.get_by_role("status")).to_have_text(f"Recognised 🐟, {words}")
    caption(board).evaluate(RELEASE_CAPTION)
    expect(caption(board)).to_have_count(0)
    expect(stickers(board)).to_have_accessible_name("🐟")
    expect(stickers(board)).to_have_accessible_description(words)


def test_how_sure_it_was_does_not_move_where_motion_is_reduced(board: Page, rng: random.Random) -> None:
    board.emulate_media(reduced_motion="reduce")
    draw(board, placed(fish(rng), (640, 400), 240))
    expect(caption(board)).to_have_text(LEVELS)
    frames = caption(board).evaluate("(caption) => caption.getAnimations()[0].effect.getKeyframes()")
    board.emulate_media(reduced_motion="no-preference")
    assert {frame["opacity"] for frame in frames} == {"1"}
    assert not any("transform" in frame for frame in frames)
    expect(caption(board)).to_have_count(0)


def test_what_is_drawn_over_the_caption_is_drawn(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (640, 400), 240))
    caption(board).evaluate(HOLD_CAPTION)
    (x, y), _ = middle_of(caption(board))
    draw(board, [[(x - 40, y), (x, y + 4), (x + 40, y)]])
    size = board.viewport_size
    assert size is not None
    expect_ink(board, "Drawing board", 0, y / size["height"] - 0.02, 1, 0.04)


@pytest.mark.parametrize("corner", [(40, 760), (1240, 760)])
def test_the_caption_stays_in_the_window(board: Page, rng: random.Random, corner: tuple[float, float]) -> None:
    board.set_viewport_size(SIZES["desktop"])
    draw(board, placed(fish(rng), corner, 70))
    caption(board).evaluate(HOLD_CAPTION)
    expect(caption(board)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(
    ("confidence", "sureness"),
    [(1.0, "sure"), (0.9, "sure"), (0.89, "fairly"), (0.7, "fairly"), (0.69, "guess"), (0.5, "guess")],
)
def test_confidence_is_put_in_three_words(untaught: Page, confidence: float, sureness: str) -> None:
    assert untaught.evaluate(SURENESS, confidence) == sureness


@pytest.mark.parametrize("device", SIZES)
def test_the_caption_and_the_question_are_seen_and_free_of_barriers(
    untaught: Page, root: Path, device: str, rng: random.Random
) -> None:
    page = untaught
    page.set_viewport_size(SIZES[device])
    teach(page, "🐟", fish, rng)
    teach(page, "Sunny day", sun, rng)
    page.locator("#status:empty").wait_for(state="attached")
    draw(page, placed(fish(rng), (195, 250), 200))
    caption(page).evaluate(HOLD_CAPTION)
    show(page, root, device, "j-sureness")
    caption(page).evaluate(RELEASE_CAPTION)
    draw(page, placed(house(rng), (195, 560), 200))
    expect(question(page)).to_be_visible()
    for button in question(page).get_by_role("button").all():
        assert middle_of(button)[1] >= 44
    show(page, root, device, "k-candidates")
    page.evaluate(HOLD_LOCK)
    page.workers[0].evaluate(FAIL_WRITES)
    candidate(page, "🐟").click()
    expect(dialog(page).get_by_text("Saving")).to_be_visible()
    show(page, root, device, "l-candidate-learning")
    page.evaluate("() => window.releaseLock()")
    expect(dialog(page).get_by_role("alert")).not_to_be_empty()
    assert page.evaluate(ON_TOP, middle_of(dialog(page).get_by_role("alert"))[0]) == "alert"
    show(page, root, device, "m-candidate-failed")
    page.workers[0].evaluate(MEND_WRITES)
