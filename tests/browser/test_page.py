"""The page's manners: when it asks and when it waits, what it keeps, and how it is used without a mouse."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hand import (
    Stroke,
    choose,
    dialog,
    draw,
    expect_ink,
    fill_dialog,
    fill_pad,
    fish,
    house,
    placed,
    scribble,
    settle,
    stickers,
    sun,
    teach,
    touch,
    wait_until_ready,
)
from tests.browser.recorder import Recorder
from web.tools.serve import Server

WELL_BEYOND_IDLE = "(start) => performance.now() > start + 1200"
FOCUSED_NAME = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
HOLD_CALLS = """
() => {
  const post = Worker.prototype.postMessage;
  const held = [];
  Worker.prototype.postMessage = function (...values) { held.push(() => post.apply(this, values)); };
  window.releaseCalls = () => {
    Worker.prototype.postMessage = post;
    held.forEach((send) => send());
  };
}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(7)


@pytest.fixture(scope="module")
def taught(shared_context: BrowserContext, server: Server) -> Page:
    """One page for the tests of this module, which knows a fish and a sun."""
    page = shared_context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    rng = random.Random(3)
    teach(page, "🐟", fish, rng)
    teach(page, "☀️", sun, rng)
    return page


@pytest.fixture
def board(taught: Page, shared_recorder: Recorder) -> Iterator[Page]:
    """That page with an empty board; the test leaves at most one dialog open."""
    choose(taught, "Clear board")
    settle(taught)
    yield taught
    taught.mouse.up()
    taught.keyboard.press("Escape")
    shared_recorder.check()


def stay_idle(page: Page) -> None:
    """Let much more time pass than the half second after which a drawing is submitted."""
    page.wait_for_function(WELL_BEYOND_IDLE, arg=page.evaluate("() => performance.now()"))


def test_a_new_stroke_before_the_half_second_is_over_belongs_to_the_drawing(board: Page, rng: random.Random) -> None:
    draw(board, placed(house(rng), (500, 350), 200))
    board.mouse.move(700, 300)
    board.mouse.down()
    board.mouse.move(700, 420)
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()
    board.mouse.move(690, 430)
    board.mouse.up()
    expect(dialog(board)).to_be_visible()
    expect_ink(board, "Example 1", 0, 0, 0.5, 1)
    expect_ink(board, "Example 1", 0.75, 0, 0.25, 1)
    board.get_by_role("button", name="Keep as ink").click()


def answer_while_drawing(page: Page, first: list[Stroke], next_stroke: Stroke) -> None:
    """Begin the next stroke before the answer to a drawing is there, and end it long after."""
    page.evaluate(HOLD_CALLS)
    draw(page, first)
    page.locator("html[data-state=working]").wait_for()
    page.mouse.move(*next_stroke[0])
    page.mouse.down()
    page.evaluate("() => window.releaseCalls()")
    wait_until_ready(page)
    stay_idle(page)
    expect(dialog(page)).to_be_hidden()
    for point in next_stroke[1:]:
        page.mouse.move(*point)
    page.mouse.up()
    expect(dialog(page)).to_be_visible()


def test_the_dialog_waits_for_the_pointer_and_no_stroke_is_lost(board: Page, rng: random.Random) -> None:
    """A house is followed by a flat line far away: two drawings, each with a dialog of its own."""
    answer_while_drawing(board, placed(house(rng), (350, 300), 200), [(800, 500), (900, 530), (1000, 510)])
    expect_ink(board, "Example 1", 0.3, 0.1, 0.4, 0.2)
    board.get_by_role("button", name="Keep as ink").click()
    expect_ink(board, "Example 1", 0.3, 0.1, 0.4, 0.2, ink=False)
    expect(dialog(board)).to_be_visible()
    board.get_by_role("button", name="Keep as ink").click()
    expect_ink(board, "Drawing board", 0.2, 0.25, 0.2, 0.35)
    expect_ink(board, "Drawing board", 0.62, 0.68, 0.16, 0.1)


def test_strokes_that_go_on_with_an_unknown_drawing_become_part_of_it(board: Page, rng: random.Random) -> None:
    answer_while_drawing(board, placed(house(rng), (350, 300), 200), [(400, 250), (600, 250)])
    expect_ink(board, "Example 1", 0.8, 0, 0.2, 0.5)
    board.get_by_role("button", name="Keep as ink").click()
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()


def test_kept_ink_stays_and_is_not_submitted_again(board: Page, rng: random.Random) -> None:
    draw(board, placed(house(rng), (400, 400), 240))
    board.get_by_role("button", name="Keep as ink").click()
    expect(dialog(board)).to_be_hidden()
    draw(board, placed(fish(rng), (900, 400), 240))
    expect(stickers(board)).to_have_accessible_name("🐟")
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()
    expect_ink(board, "Drawing board", 0.2, 0.3, 0.25, 0.4)
    expect_ink(board, "Drawing board", 0.55, 0.3, 0.3, 0.4, ink=False)


def test_a_scribble_removes_a_sticker_and_a_plain_stroke_does_not(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (400, 400), 240))
    expect(stickers(board)).to_have_count(1)
    settle(board)
    draw(board, [[(300, 320), (480, 480), (320, 470)]])
    expect(dialog(board)).to_be_visible()
    board.get_by_role("button", name="Keep as ink").click()
    expect(stickers(board)).to_have_count(1)
    draw(board, scribble((400, 400), 200))
    expect(stickers(board)).to_have_count(0)
    expect(board.get_by_role("status")).to_have_text("Removed 🐟")
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()


def test_a_circle_drawn_twice_over_a_sticker_is_no_scribble(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (400, 400), 240))
    expect(stickers(board)).to_have_count(1)
    circle = placed(sun(rng)[:1], (400, 400), 360)[0]
    draw(board, [[*circle, *circle, *circle]])
    expect(stickers(board)).to_have_count(1)
    expect(dialog(board).or_(stickers(board).nth(1))).to_be_visible()
    board.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("stroke", "reversals"),
    [
        ("(t) => [600 * t, 0]", 0),
        ("(t) => [100 * Math.abs(2 * t - 1), 40 * t]", 1),
        ("(t) => [100 * swing(4, t), 100 * t]", 3),
        ("(t) => [100 * t, 100 * swing(7, t)]", 6),
        ("(t) => [70 * swing(5, t) + 50 * t, 70 * swing(5, t) - 50 * t]", 4),
        ("(t) => [100 * Math.cos(20 * t) + 60 * t, 15 * Math.sin(20 * t)]", 5),
        ("(t) => [100 * Math.cos(20 * t), 100 * Math.sin(20 * t)]", 0),
        ("(t) => [(10 + 80 * t) * Math.cos(25 * t), (10 + 80 * t) * Math.sin(25 * t)]", 0),
        ("() => [50, 50]", 0),
    ],
)
def test_reversals_are_counted_in_strokes_that_go_to_and_fro(board: Page, stroke: str, reversals: int) -> None:
    """`swing(n, t)` goes to and fro between 0 and 1 in n passes while t goes from 0 to 1."""
    counted = board.evaluate(
        f"""async () => {{
          const {{ countReversals }} = await import("./scribble.js");
          const swing = (passes, t) => Math.abs(((passes * t + 1) % 2) - 1);
          const at = {stroke};
          return countReversals(Array.from({{ length: 200 }}, (_, index) => [...at(index / 199), 0.5]));
        }}"""
    )
    assert counted == reversals


def test_clear_board_takes_everything_away_that_is_drawn(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (400, 400), 240))
    expect(stickers(board)).to_have_count(1)
    draw(board, placed(house(rng), (900, 400), 240))
    choose(board, "Clear board")
    expect(stickers(board)).to_have_count(0)
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()
    expect_ink(board, "Drawing board", 0, 0, 1, 1, ink=False)


def test_done_needs_a_face_and_three_drawings_and_redo_empties_a_pad(board: Page, rng: random.Random) -> None:
    choose(board, "New sticker")
    done = board.get_by_role("button", name="Done")
    expect(board.get_by_role("button", name="Keep as ink")).to_be_hidden()
    fill_dialog(board, "🏠", house, rng, pads=(1, 2))
    expect(done).to_be_disabled()
    fill_pad(board, 3, house, rng)
    expect(done).to_be_enabled()
    board.get_by_role("textbox", name="Emoji or text").fill("  ")
    expect(done).to_be_disabled()
    board.get_by_role("textbox", name="Emoji or text").fill("Home")
    expect(done).to_be_enabled()
    board.get_by_role("button", name="Redo example 2").click()
    expect(done).to_be_disabled()
    expect_ink(board, "Example 2", 0, 0, 1, 1, ink=False)
    board.get_by_role("button", name="Cancel").click()


def test_a_text_is_cut_at_twelve_characters_as_people_count_them(board: Page) -> None:
    choose(board, "New sticker")
    box = board.get_by_role("textbox", name="Emoji or text")
    box.fill("👩‍👩‍👧‍👦" * 14)
    expect(box).to_have_value("👩‍👩‍👧‍👦" * 12)
    board.get_by_role("button", name="Cancel").click()


def test_the_menu_follows_the_keyboard(board: Page) -> None:
    board.get_by_role("button", name="Menu").focus()
    names = ["New sticker", "My stickers", "Undo learning", "Redo learning"]
    names += ["Export", "Import", "Settings", "Clear board", "Reset"]
    for keys, name in [
        ("Enter", names[0]),
        ("ArrowDown", names[1]),
        ("End", names[-1]),
        ("ArrowDown", names[0]),
        ("ArrowUp", names[-1]),
        ("Home", names[0]),
        ("c", "Clear board"),
    ]:
        board.keyboard.press(keys)
        assert board.evaluate(FOCUSED_NAME) == name
    board.keyboard.press("Escape")
    expect(board.get_by_role("menu")).to_be_hidden()
    assert board.evaluate(FOCUSED_NAME) == "Menu"


def test_a_press_beside_the_open_menu_only_closes_it(board: Page) -> None:
    board.get_by_role("button", name="Menu").click()
    draw(board, [[(600, 500), (650, 550), (700, 500)]])
    expect(board.get_by_role("menu")).to_be_hidden()
    expect_ink(board, "Drawing board", 0, 0, 1, 1, ink=False)


def test_the_dialog_is_used_by_keyboard_and_gives_the_focus_back(board: Page, rng: random.Random) -> None:
    board.get_by_role("button", name="Menu").focus()
    board.keyboard.press("ArrowDown")
    board.keyboard.press("Enter")
    expect(dialog(board)).to_be_visible()
    expect(board.get_by_role("textbox", name="Emoji or text")).to_be_focused()
    board.keyboard.type("Star")
    for number in (1, 2, 3):
        fill_pad(board, number, house, rng)
    board.get_by_role("textbox", name="Emoji or text").focus()
    board.keyboard.press("Escape")
    expect(dialog(board)).to_be_hidden()
    assert board.evaluate(FOCUSED_NAME) == "Menu"


def test_the_picker_is_searched_by_keyboard_and_fills_the_text_box(board: Page) -> None:
    choose(board, "New sticker")
    search = dialog(board).get_by_role("combobox", name="Search")
    search.focus()
    board.keyboard.type("octopus")
    expect(dialog(board).get_by_role("option").first).to_have_accessible_name("🐙, octopus")  # the search is over
    board.keyboard.press("ArrowDown")
    board.keyboard.press("Enter")
    expect(board.get_by_role("textbox", name="Emoji or text")).to_have_value("🐙")
    board.get_by_role("button", name="Cancel").click()


def test_with_reduced_motion_the_sticker_appears_without_flowing_ink(board: Page, rng: random.Random) -> None:
    board.emulate_media(reduced_motion="reduce")
    board.evaluate(
        """() => {
          window.morphs = 0;
          new MutationObserver(() => { window.morphs += document.querySelectorAll(".morph").length; })
            .observe(document.querySelector("#app"), { childList: true });
        }"""
    )
    draw(board, placed(fish(rng), (400, 400), 240))
    expect(stickers(board)).to_have_count(1)
    settle(board)
    assert board.evaluate("() => window.morphs") == 0
    board.emulate_media(reduced_motion="no-preference")
    draw(board, placed(fish(rng), (900, 400), 240))
    expect(stickers(board)).to_have_count(2)
    settle(board)
    assert board.evaluate("() => window.morphs") > 0


def test_a_finger_on_a_phone_draws_and_teaches(board: Page, rng: random.Random) -> None:
    size = board.viewport_size
    board.set_viewport_size({"width": 390, "height": 844})
    touch(board, placed(fish(rng), (195, 300), 200))
    expect(stickers(board)).to_have_accessible_name("🐟")
    touch(board, placed(house(rng), (195, 600), 180))
    expect(dialog(board)).to_be_visible()
    board.get_by_role("textbox", name="Emoji or text").fill("🏠")
    for number in (2, 3):
        fill_pad(board, number, house, rng, touch)
    expect(board.get_by_role("button", name="Done")).to_be_enabled()
    board.get_by_role("button", name="Keep as ink").click()
    assert size is not None
    board.set_viewport_size(size)
