"""The board is kept: its stickers and its ink outlive the page, and what is damaged does no harm."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import (
    NOTHING_LATER,
    choose,
    dialog,
    draw,
    expect_ink,
    expect_kept,
    fish,
    hold,
    house,
    middle_of,
    placed,
    scribble,
    settle,
    stickers,
    sun,
    teach,
    turn_away,
    wait_until_ready,
)
from tests.browser.test_page import stay_idle
from web.tools.serve import Server

KEEP = """
async (change) => {
  const { Inkmoji } = await import("./inkmoji.js");
  const inkmoji = new Inkmoji();
  inkmoji.ready.catch(() => {});
  await inkmoji.keep(change(await inkmoji.kept()));
  inkmoji.close();
}
"""
BUSY = "() => void setTimeout(() => { for (;;); })"
RENAME = """
async () => {
  const { Inkmoji } = await import("./inkmoji.js");
  const inkmoji = await Inkmoji.start();
  await inkmoji.setFace({ label: inkmoji.stickers[0].label, text: "🐠" });
  inkmoji.close();
}
"""
RESTORED = """
async () => {
  const { fromKept } = await import("./kept.js");
  const { Inkmoji } = await import("./inkmoji.js");
  const inkmoji = new Inkmoji();
  inkmoji.ready.catch(() => {});
  const size = { width: 1280, height: 800 };
  const restored = async (damage) => fromKept(damage(await inkmoji.kept())?.board, size);
  const { stickers } = await restored((kept) => kept);
  const results = [];
  for (const damage of DAMAGES) results.push(await restored(damage));
  inkmoji.close();
  return [stickers.length, results];
}
"""
# What may stand where the board is kept: nothing like it, parts of it, and it with one thing wrong.
DAMAGES = {
    "a text": "() => 'nonsense'",
    "a number": "() => 7",
    "a list": "() => [1, 2, 3]",
    "no board": "() => ({ board: null, backup: 'x' })",
    "another version": "(kept) => ({ ...kept, board: { ...kept.board, version: 99 } })",
    "no size": "(kept) => ({ ...kept, board: { ...kept.board, width: NaN } })",
    "a sticker that is none": "(kept) => ({ ...kept, board: { ...kept.board, stickers: [null] } })",
    "a place that is none": "(kept) => (kept.board.stickers[0].left = Infinity, kept)",
    "a text that is none": "(kept) => (kept.board.stickers[0].text = { html: '<b>' }, kept)",
    "a turn that is none": "(kept) => (kept.board.stickers[0].turn = NaN, kept)",
    "a side below nothing": "(kept) => (kept.board.stickers[0].side = -5, kept)",
    "points that are none": "(kept) => (kept.board.strokes[0].points = [1, 2, 3], kept)",
    "half a point": "(kept) => (kept.board.strokes[0].points = new Float32Array(4), kept)",
    "a point nowhere": "(kept) => (kept.board.strokes[0].points.fill(NaN), kept)",
    "a pen without width": "(kept) => (kept.board.strokes[0].width = 0, kept)",
    "a drawing of no stroke": "(kept) => (kept.board.unanswered = [[99]], kept)",
    "an endless list": "(kept) => (kept.board.stickers = Array(20000).fill(kept.board.stickers[0]), kept)",
}


@pytest.fixture
def rng() -> random.Random:
    return random.Random(51)


@pytest.fixture
def board(untaught: Page, rng: random.Random) -> Page:
    """The page with one sticker that was taught."""
    teach(untaught, "🐟", fish, rng)
    return untaught


def reload(page: Page) -> None:
    page.reload()
    wait_until_ready(page)


def test_stickers_and_ink_are_there_again_before_python_is_up(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_count(1)
    draw(board, placed(house(rng), (900, 500), 240))
    board.get_by_role("button", name="Keep as ink").click()
    settle(board)
    before = middle_of(stickers(board).first)
    expect_kept(board, 1, 3)

    release = hold(board)
    board.reload()
    expect(stickers(board)).to_have_accessible_name("🐟")
    expect(board.locator("html")).to_have_attribute("data-state", "starting")
    expect(board.get_by_text("Draw something")).to_be_hidden()
    expect_ink(board, "Drawing board", 0.6, 0.45, 0.25, 0.35)
    assert middle_of(stickers(board).first)[0] == pytest.approx(before[0])
    release()
    wait_until_ready(board)
    stay_idle(board)
    expect(dialog(board)).to_be_hidden()
    expect(stickers(board)).to_have_count(1)
    draw(board, scribble((300, 300), 200))
    expect(stickers(board)).to_have_count(0)


def test_what_was_drawn_last_is_kept_when_the_page_is_left_at_once(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_count(1)
    reload(board)
    expect(stickers(board)).to_have_accessible_name("🐟")


def test_what_was_done_last_is_kept_though_the_worker_has_no_time_for_it(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_count(1)
    expect_kept(board, 1, 0)
    board.workers[0].evaluate(BUSY)
    board.keyboard.press("Control+a")
    board.keyboard.press("ArrowRight")
    moved = stickers(board).get_attribute("style")
    reload(board)
    assert stickers(board).get_attribute("style") == moved


def test_a_cleared_board_stays_clear_and_what_was_drawn_last_is_kept_when_the_page_goes_out_of_sight(
    board: Page, rng: random.Random
) -> None:
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_count(1)
    expect_kept(board, 1, 0)
    choose(board, "Clear board")
    expect_kept(board, 0, 0)
    board.evaluate(NOTHING_LATER)
    draw(board, placed(fish(rng), (300, 300), 240)[:1])
    turn_away(board)
    expect_kept(board, 0, 1)
    choose(board, "Clear board")
    turn_away(board)
    expect_kept(board, 0, 0)
    reload(board)
    expect(stickers(board)).to_have_count(0)
    expect(board.get_by_text("Draw something")).to_be_visible()


def test_a_drawing_without_an_answer_is_looked_at_after_the_reload(
    board: Page, server: Server, rng: random.Random
) -> None:
    release = hold(board)
    board.goto(server.url)
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(board.get_by_text("1 waiting")).to_be_visible()
    expect_kept(board, 0, 3)
    release()
    board.reload()
    expect(stickers(board)).to_have_accessible_name("🐟")
    expect_ink(board, "Drawing board", 0, 0, 1, 1, ink=False)


def test_what_is_drawn_before_the_board_is_back_stays_too(board: Page, server: Server, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_count(1)
    expect_kept(board, 1, 0)
    release = hold(board, "**/worker/main.js")
    board.goto(server.url)
    draw(board, placed(fish(rng), (900, 400), 240))
    expect(board.get_by_text("1 waiting")).to_be_visible()
    release()
    expect(stickers(board)).to_have_count(2)
    expect_kept(board, 2, 0)


def expect_all_within(page: Page, width: float, height: float) -> None:
    for sticker in stickers(page).all():
        box = sticker.bounding_box()
        assert box is not None
        assert -1 <= box["x"] <= width + 1 - box["width"]
        assert -1 <= box["y"] <= height + 1 - box["height"]


def test_in_a_smaller_window_everything_can_be_reached(board: Page, rng: random.Random) -> None:
    for count, middle in enumerate([(200, 200), (1100, 600)], start=1):
        draw(board, placed(fish(rng), middle, 200))
        expect(stickers(board)).to_have_count(count)
    expect_kept(board, 2, 0)
    board.set_viewport_size({"width": 390, "height": 700})
    release = hold(board)
    board.reload()
    expect(stickers(board)).to_have_count(2)
    expect_all_within(board, 390, 700)
    board.set_viewport_size({"width": 1280, "height": 720})
    board.reload()
    expect(stickers(board)).to_have_count(2)
    assert middle_of(stickers(board).nth(1))[0] == pytest.approx((1100, 600), abs=12)
    release()


def test_what_a_window_had_left_behind_comes_back_into_sight(board: Page, rng: random.Random) -> None:
    """The window became narrow while the page was open, and the board was kept after that."""
    draw(board, placed(fish(rng), (1100, 600), 200))
    expect(stickers(board)).to_have_count(1)
    board.set_viewport_size({"width": 390, "height": 700})
    draw(board, placed(fish(rng), (150, 300), 160))
    expect(stickers(board)).to_have_count(2)
    expect_kept(board, 2, 0)
    release = hold(board)
    board.reload()
    expect(stickers(board)).to_have_count(2)
    expect_all_within(board, 390, 700)
    release()


def test_in_the_same_window_what_is_out_of_sight_stays_where_it_is(tab: Page) -> None:
    left = tab.evaluate(
        """async () => {
          const { fromKept } = await import("./kept.js");
          const stickers = [{ label: null, text: "x", left: 1000, top: 100, side: 200 }];
          const board = { version: 1, width: 390, height: 700, stickers, strokes: [], unanswered: [] };
          return fromKept(board, { width: 390, height: 700 }).stickers[0].square.left;
        }"""
    )
    assert left == 1000


def test_stickers_on_the_board_follow_their_emoji(board: Page, rng: random.Random) -> None:
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_accessible_name("🐟")
    board.evaluate(RENAME)
    expect(stickers(board)).to_have_accessible_name("🐠")
    expect(stickers(board).locator("text")).to_have_text("🐠")
    choose(board, "Reset")
    board.get_by_role("button", name="Cancel").click()
    reload(board)
    expect(stickers(board)).to_have_accessible_name("🐠")


def test_a_damaged_board_is_an_empty_one(board: Page, rng: random.Random) -> None:
    draw(board, placed(sun(rng), (900, 400), 240))
    board.get_by_role("button", name="Keep as ink").click()
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_count(1)
    expect_kept(board, 1, 7)
    sound, results = board.evaluate(RESTORED.replace("DAMAGES", f"[{', '.join(DAMAGES.values())}]"))
    assert sound == 1
    assert dict(zip(DAMAGES, results, strict=True)) == dict.fromkeys(DAMAGES)
    board.evaluate(f"async () => ({KEEP})({DAMAGES['a place that is none']})")
    reload(board)
    expect(stickers(board)).to_have_count(0)
    expect_ink(board, "Drawing board", 0, 0, 1, 1, ink=False)
    draw(board, placed(fish(rng), (300, 300), 240))
    expect(stickers(board)).to_have_accessible_name("🐟")
