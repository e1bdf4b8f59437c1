"""The board is kept: its stickers and its ink outlive the page, and what is damaged does no harm."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Launch
from tests.browser.hand import (
    STARTED,
    choose,
    dialog,
    draw,
    expect_ink,
    expect_kept,
    fish,
    house,
    middle_of,
    placed,
    scribble,
    settle,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.recorder import Recorder
from tests.browser.test_page import stay_idle
from web.tools.serve import Server

KEEP = """
async (change) => {
  const { Inkmoji } = await import("./client.js");
  const inkmoji = new Inkmoji();
  inkmoji.ready.catch(() => {});
  await inkmoji.keep(change(await inkmoji.kept()));
  inkmoji.close();
}
"""
RENAME = """
async () => {
  const { Inkmoji } = await import("./client.js");
  const inkmoji = await Inkmoji.start();
  await inkmoji.setFace({ label: inkmoji.stickers[0].label, text: "🐠" });
  inkmoji.close();
}
"""
RESTORED = """
async () => {
  const { fromKept } = await import("./kept.js");
  const { Inkmoji } = await import("./client.js");
  const inkmoji = await Inkmoji.start();
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


def reload(page: Page) -> None:
    page.reload()
    wait_until_ready(page)


def test_stickers_and_ink_are_there_again_before_python_is_up(opened: Page, rng: random.Random) -> None:
    teach(opened, "🐟", fish, rng)
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(stickers(opened)).to_have_count(1)
    draw(opened, placed(house(rng), (900, 500), 240))
    opened.get_by_role("button", name="Keep as ink").click()
    settle(opened)
    before = middle_of(stickers(opened).first)
    expect_kept(opened, 1, 3)

    held: list[Route] = []
    opened.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    opened.reload()
    expect(stickers(opened)).to_have_accessible_name("🐟", timeout=STARTED)
    expect(opened.locator("html")).to_have_attribute("data-state", "starting")
    expect(opened.get_by_text("Draw something")).to_be_hidden()
    expect_ink(opened, "Drawing board", 0.6, 0.45, 0.25, 0.35)
    assert middle_of(stickers(opened).first)[0] == pytest.approx(before[0])
    for route in held:
        route.continue_()
    wait_until_ready(opened)
    stay_idle(opened)
    expect(dialog(opened)).to_be_hidden()
    expect(stickers(opened)).to_have_count(1)
    draw(opened, scribble((300, 300), 200))
    expect(stickers(opened)).to_have_count(0)


def test_the_board_outlives_the_browser(
    launch: Launch, profile: Path, recorder: Recorder, server: Server, rng: random.Random
) -> None:
    context = launch(profile, recorder)
    page = context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    teach(page, "🐟", fish, rng)
    draw(page, placed(fish(rng), (300, 300), 240))
    expect(stickers(page)).to_have_count(1)
    draw(page, [[(800, 300), (803, 303)]])
    expect_kept(page, 1, 1)
    context.close()

    context = launch(profile, recorder)
    page = context.new_page()
    page.goto(server.url)
    expect(stickers(page)).to_have_accessible_name("🐟", timeout=STARTED)
    expect_ink(page, "Drawing board", 0.6, 0.38, 0.05, 0.08)
    context.close()
    recorder.check()


def test_what_was_drawn_last_is_kept_when_the_page_is_left_at_once(opened: Page, rng: random.Random) -> None:
    teach(opened, "🐟", fish, rng)
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(stickers(opened)).to_have_count(1)
    reload(opened)
    expect(stickers(opened)).to_have_accessible_name("🐟")


def test_a_cleared_board_stays_clear(opened: Page, rng: random.Random) -> None:
    teach(opened, "🐟", fish, rng)
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(stickers(opened)).to_have_count(1)
    expect_kept(opened, 1, 0)
    choose(opened, "Clear board")
    expect_kept(opened, 0, 0)
    reload(opened)
    expect(stickers(opened)).to_have_count(0)
    expect(opened.get_by_text("Draw something")).to_be_visible()


def test_a_drawing_without_an_answer_is_looked_at_after_the_reload(
    opened: Page, server: Server, rng: random.Random
) -> None:
    teach(opened, "🐟", fish, rng)
    held: list[Route] = []
    opened.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    opened.goto(server.url)
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(opened.get_by_text("1 waiting")).to_be_visible()
    expect_kept(opened, 0, 3)
    opened.unroute_all()
    opened.reload()
    expect(stickers(opened)).to_have_accessible_name("🐟", timeout=STARTED)
    expect_ink(opened, "Drawing board", 0, 0, 1, 1, ink=False)


def test_what_is_drawn_before_the_board_is_back_stays_too(opened: Page, server: Server, rng: random.Random) -> None:
    teach(opened, "🐟", fish, rng)
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(stickers(opened)).to_have_count(1)
    expect_kept(opened, 1, 0)
    held: list[Route] = []
    opened.route("**/worker/main.js", lambda route: held.append(route))
    opened.goto(server.url)
    draw(opened, placed(fish(rng), (900, 400), 240))
    expect(opened.get_by_text("1 waiting")).to_be_visible()
    for route in held:
        route.continue_()
    expect(stickers(opened)).to_have_count(2, timeout=STARTED)
    expect_kept(opened, 2, 0)


def test_in_a_smaller_window_everything_can_be_reached(opened: Page, rng: random.Random) -> None:
    teach(opened, "🐟", fish, rng)
    for count, middle in enumerate([(200, 200), (1100, 600)], start=1):
        draw(opened, placed(fish(rng), middle, 200))
        expect(stickers(opened)).to_have_count(count)
    expect_kept(opened, 2, 0)
    opened.set_viewport_size({"width": 390, "height": 700})
    reload(opened)
    for sticker in stickers(opened).all():
        box = sticker.bounding_box()
        assert box is not None
        assert -1 <= box["x"] <= 391 - box["width"]
        assert -1 <= box["y"] <= 701 - box["height"]
    opened.set_viewport_size({"width": 1280, "height": 720})
    reload(opened)
    assert middle_of(stickers(opened).nth(1))[0] == pytest.approx((1100, 600), abs=12)


def test_what_a_window_had_left_behind_comes_back_into_sight(tab: Page) -> None:
    """The window became narrow while the page was open: kept is its size now, and a place beyond it."""
    left, right = tab.evaluate(
        """async () => {
          const { fromKept } = await import("./kept.js");
          const sticker = (left) => ({ label: null, text: "x", left, top: 100, side: 200 });
          const stickers = [sticker(-20), sticker(1000)];
          const board = { version: 1, width: 390, height: 700, stickers, strokes: [], unanswered: [] };
          return fromKept(board, { width: 390, height: 700 }).stickers.map(({ square }) => square);
        }"""
    )
    assert right["left"] + right["side"] <= 390.001
    assert left["left"] + left["side"] > 40


def test_stickers_on_the_board_follow_their_emoji(opened: Page, rng: random.Random) -> None:
    teach(opened, "🐟", fish, rng)
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(stickers(opened)).to_have_accessible_name("🐟")
    opened.evaluate(RENAME)
    expect(stickers(opened)).to_have_accessible_name("🐠")
    expect(stickers(opened).locator("text")).to_have_text("🐠")
    choose(opened, "Reset")
    opened.get_by_role("button", name="Cancel").click()
    reload(opened)
    expect(stickers(opened)).to_have_accessible_name("🐠")


def test_a_damaged_board_is_an_empty_one(opened: Page, rng: random.Random) -> None:
    teach(opened, "🐟", fish, rng)
    draw(opened, placed(sun(rng), (900, 400), 240))
    opened.get_by_role("button", name="Keep as ink").click()
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(stickers(opened)).to_have_count(1)
    expect_kept(opened, 1, 7)
    sound, results = opened.evaluate(RESTORED.replace("DAMAGES", f"[{', '.join(DAMAGES.values())}]"))
    assert sound == 1
    assert dict(zip(DAMAGES, results, strict=True)) == dict.fromkeys(DAMAGES)
    opened.evaluate(f"async () => ({KEEP})({DAMAGES['a place that is none']})")
    reload(opened)
    expect(stickers(opened)).to_have_count(0)
    expect_ink(opened, "Drawing board", 0, 0, 1, 1, ink=False)
    draw(opened, placed(fish(rng), (300, 300), 240))
    expect(stickers(opened)).to_have_accessible_name("🐟")
