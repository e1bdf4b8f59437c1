"""What is rare at the page: calls that wait for a start, answers in another order, and a dialog left too early."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import OpenBlank
from tests.browser.hand import (
    PYTHON,
    choose,
    clear_board,
    dialog,
    draw,
    fill_dialog,
    fish,
    hold,
    house,
    middle_of,
    placed,
    settle,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.learner import worker
from tests.browser.recorder import Recorder
from tests.browser.test_candidates import candidate
from tests.browser.test_page import HOLD_CALLS, stay_idle
from web.tools.serve import Server

WELL_BEYOND_IDLE = "(start) => performance.now() > start + 1000"
# Teach a sticker with one drawing, given as points, three times over.
TEACH = """
async ([text, strokes]) => {
  const { Inkmoji } = await import("./inkmoji.js");
  const inkmoji = await Inkmoji.start();
  const along = (points, axis) => Float32Array.from(points, (point) => point[axis]);
  const drawing = { strokes: strokes.map((points) => ({ x: along(points, 0), y: along(points, 1) })) };
  const examples = Array.from({ length: 3 }, () => ({ label: text, drawing }));
  await inkmoji.update(examples, { faces: [{ label: text, text }] });
  inkmoji.close();
}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(19)


@pytest.fixture(scope="module")
def fed(shared_context: BrowserContext, server: Server) -> Page:
    """One page for the tests of this module, which knows a fish."""
    page = shared_context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    teach(page, "🐟", fish, random.Random(3))
    return page


@pytest.fixture
def board(fed: Page, shared_recorder: Recorder) -> Iterator[Page]:
    """That page with an empty board; the test leaves at most one dialog open."""
    choose(fed, "Clear board")
    settle(fed)
    yield fed
    fed.keyboard.press("Escape")
    shared_recorder.check()


@pytest.fixture
def starting(fed: Page, shared_context: BrowserContext, shared_recorder: Recorder) -> Iterator[Page]:
    """Another tab in which nothing was opened yet, and which finds no board."""
    clear_board(fed)
    page = shared_context.new_page()
    yield page
    page.close()
    shared_recorder.check()


def test_a_drawing_is_looked_at_once_the_menu_is_closed_again(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (500, 400), 240))
    board.get_by_role("button", name="Menu").click()
    board.wait_for_function(WELL_BEYOND_IDLE, arg=board.evaluate("() => performance.now()"))
    expect(stickers(board)).to_have_count(0)
    board.keyboard.press("Escape")
    expect(stickers(board)).to_have_accessible_name("🐟")


def test_the_picker_scrolls_to_the_last_emoji_and_keeps_its_search_in_sight(board: Page) -> None:
    choose(board, "New sticker")
    last = dialog(board).get_by_role("tabpanel").get_by_role("menuitem").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    expect(dialog(board).get_by_role("combobox", name="Search")).to_be_in_viewport()


def test_on_a_low_phone_the_picker_shows_more_than_a_row_of_emoji(board: Page) -> None:
    size = board.viewport_size
    assert size is not None
    board.set_viewport_size({"width": 390, "height": 664})
    choose(board, "New sticker")
    panel = dialog(board).get_by_role("tabpanel")
    expect(panel.get_by_role("menuitem").first).to_be_visible()
    assert panel.evaluate("(panel) => panel.clientHeight") > 60
    board.set_viewport_size(size)


def test_drawings_that_waited_with_a_lesson_become_one_sticker_each(
    starting: Page, server: Server, rng: random.Random
) -> None:
    """The first is not known yet when it is looked at; the second is looked at while the lesson is learned."""
    release = hold(starting)
    starting.goto(server.url)
    draw(starting, placed(sun(rng), (300, 400), 240))
    expect(starting.get_by_text("1 waiting")).to_be_visible()
    draw(starting, placed(sun(rng), (900, 400), 240))
    expect(starting.get_by_text("2 waiting")).to_be_visible()
    choose(starting, "New sticker")
    fill_dialog(starting, "☀️", sun, rng)
    starting.get_by_role("button", name="Done").click()
    release()
    expect(dialog(starting)).to_be_hidden()
    expect(stickers(starting)).to_have_count(2)
    assert sorted(round(middle_of(item)[0][0], -2) for item in stickers(starting).all()) == [300, 900]


def test_a_drawing_that_waits_is_looked_at_again_after_a_correction(
    board: Page, shared_context: BrowserContext, open_blank: OpenBlank, rng: random.Random
) -> None:
    """Nobody was asked about the second when the first is corrected; another tab has taught meanwhile what it is."""
    second = placed(house(rng), (950, 400), 240)
    board.evaluate(HOLD_CALLS)
    draw(board, placed(house(rng), (350, 400), 240))
    board.locator("html[data-state=working]").wait_for()
    draw(board, second)
    stay_idle(board)
    board.evaluate("() => window.releaseCalls()")
    expect(candidate(board, "🐟")).to_be_visible()
    other = open_blank(shared_context)
    other.evaluate(TEACH, ["🏠", second])
    other.close()
    board.bring_to_front()
    candidate(board, "🐟").click()
    expect(stickers(board)).to_have_count(2)
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()
    assert sorted(round(middle_of(item)[0][0], -1) for item in stickers(board).all()) == [350, 950]


def test_a_reset_that_was_cancelled_while_python_starts_resets_nothing(
    starting: Page, server: Server, rng: random.Random
) -> None:
    release = hold(starting)
    starting.goto(server.url)
    choose(starting, "Reset")
    starting.get_by_role("button", name="Reset everything").click()
    starting.get_by_role("button", name="Cancel").click()
    release()
    wait_until_ready(starting)
    draw(starting, placed(fish(rng), (500, 400), 240))
    expect(stickers(starting)).to_have_accessible_name("🐟")
    expect(dialog(starting)).to_be_hidden()


def test_a_lesson_that_waits_for_a_failing_start_hears_of_it_and_done_tries_again(
    starting: Page, server: Server, shared_recorder: Recorder, rng: random.Random
) -> None:
    held: list[Route] = []
    starting.route(PYTHON, lambda route: held.append(route))
    with starting.expect_request(PYTHON):
        starting.goto(server.url)
    choose(starting, "New sticker")
    fill_dialog(starting, "🐟", fish, rng)
    done = starting.get_by_role("button", name="Done")
    done.click()
    expect(done).to_be_disabled()
    starting.route(PYTHON, lambda route: route.fulfill(status=404))
    for route in held:
        route.fulfill(status=404)
    expect(dialog(starting).get_by_role("alert")).to_contain_text("Nothing was learned")
    starting.unroute(PYTHON)
    done.click()
    expect(dialog(starting)).to_be_hidden()
    expect(starting.get_by_role("status")).to_have_text("Learned 🐟")
    expect(starting.get_by_role("button", name="Try again")).to_be_hidden()
    shared_recorder.take("pyodide.asm.mjs")


def open_and_break_python(page: Page, server: Server) -> None:
    """Open the page, ready, but let every further answer of its Python fail."""
    page.goto(server.url)
    wait_until_ready(page)
    worker(page).evaluate("() => { Object.fromEntries = () => { throw new Error('unforeseen'); }; }")


def test_a_start_after_python_failed_leaves_one_worker(
    starting: Page, server: Server, shared_recorder: Recorder, rng: random.Random
) -> None:
    open_and_break_python(starting, server)
    draw(starting, placed(fish(rng), (500, 400), 240))
    starting.get_by_role("button", name="Try again").click()
    expect(stickers(starting)).to_have_accessible_name("🐟")
    assert len(starting.workers) == 1
    shared_recorder.take("unforeseen")


def test_a_face_that_cannot_be_seen_is_none(board: Page, rng: random.Random) -> None:
    choose(board, "New sticker")
    fill_dialog(board, "\u200b\u200d", sun, rng)
    done = dialog(board).get_by_role("button", name="Done")
    expect(done).to_be_disabled()
    board.get_by_role("textbox", name="Emoji or text").fill("1️⃣")
    expect(done).to_be_enabled()


def test_done_starts_a_python_anew_that_failed_in_a_lesson(
    starting: Page, server: Server, shared_recorder: Recorder, rng: random.Random
) -> None:
    open_and_break_python(starting, server)
    choose(starting, "New sticker")
    fill_dialog(starting, "☀️", sun, rng)
    done = dialog(starting).get_by_role("button", name="Done")
    done.click()
    expect(dialog(starting).get_by_role("alert")).to_contain_text("Nothing was learned")
    expect(starting.locator("html")).to_have_attribute("data-state", "failed")
    done.click()
    expect(starting.get_by_role("status")).to_have_text("Learned ☀️")
    assert len(starting.workers) == 1
    shared_recorder.take("unforeseen")
