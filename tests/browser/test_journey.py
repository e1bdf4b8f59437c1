"""The whole loop as a person goes through it: draw, teach, keep; and what must not be lost on the way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Launch
from tests.browser.hand import (
    choose,
    dialog,
    draw,
    expect_ink,
    expect_kept,
    fill_dialog,
    fish,
    house,
    placed,
    settle,
    stickers,
    sun,
    teach,
    wait_until_ready,
)
from tests.browser.learner import HOLD_REPLIES
from tests.browser.recorder import Recorder
from web.tools.serve import Server

HOLD_LOCK = """
() => new Promise((held) => {
  const scope = `inkmoji:${new URL(".", location).pathname}:inkmoji`;
  navigator.locks.request(scope, () => {
    held();
    return new Promise((release) => { window.releaseLock = release; });
  });
})
"""
FAIL_WRITES = """
() => {
  self.originalPut = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
}
"""
MEND_WRITES = "() => { IDBObjectStore.prototype.put = self.originalPut; }"


@pytest.fixture
def rng() -> random.Random:
    return random.Random(20)


def begin_update(page: Page, text: str, rng: random.Random) -> None:
    """Teach a house, up to the point where the update waits for the lock that the page itself holds."""
    page.evaluate(HOLD_LOCK)
    choose(page, "New sticker")
    fill_dialog(page, text, house, rng)
    page.get_by_role("button", name="Done").click()
    expect(dialog(page).get_by_text("Saving")).to_be_visible()


def knows_the_fish_but_not_the_house(page: Page, rng: random.Random) -> None:
    choose(page, "Clear board")
    draw(page, placed(fish(rng), (400, 300), 220))
    expect(stickers(page).last).to_have_accessible_name("🐟")
    draw(page, placed(house(rng), (900, 300), 220))
    expect(dialog(page)).to_be_visible()
    page.get_by_role("button", name="Keep as ink").click()


@pytest.mark.smoke
def test_two_stickers_are_learned_recognised_and_kept_beyond_the_browsers_end(
    launch: Launch, profile: Path, recorder: Recorder, server: Server, rng: random.Random
) -> None:
    context = launch(profile, recorder)
    page = context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    draw(page, placed(sun(rng), (640, 400), 280))
    expect(dialog(page)).to_be_visible()
    fill_dialog(page, "☀️", sun, rng, pads=(2, 3))
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_have_text("Learned ☀️")
    expect(stickers(page)).to_have_accessible_name("☀️")
    teach(page, "🐟", fish, rng, draw)
    draw(page, placed(house(rng), (1100, 550), 220))
    page.get_by_role("button", name="Keep as ink").click()
    draw(page, placed(fish(rng), (250, 200), 260))
    expect(stickers(page).nth(1)).to_have_accessible_name("🐟")
    expect_kept(page, 2, 3)  # with the fish, and so with what was answered before it
    context.close()

    context = launch(profile, recorder)
    page = context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    expect(stickers(page)).to_have_count(2)
    expect_ink(page, "Drawing board", 0.78, 0.6, 0.17, 0.35)
    draw(page, placed(sun(rng), (1000, 250), 200))
    expect(stickers(page).nth(2)).to_have_accessible_name("☀️")
    draw(page, placed(fish(rng), (300, 600), 320))
    expect(stickers(page).nth(3)).to_have_accessible_name("🐟")
    context.close()
    recorder.check()


def test_a_drawing_in_its_stickers_square_is_where_the_emoji_is_put(untaught: Page, rng: random.Random) -> None:
    teach(untaught, "🐟", fish, rng)
    draw(untaught, placed(fish(rng), (300, 400), 240))
    expect(stickers(untaught)).to_have_count(1)
    box = stickers(untaught).bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(240, abs=12)
    assert box["width"] == pytest.approx(box["height"])
    assert box["x"] + box["width"] / 2 == pytest.approx(300, abs=6)
    assert box["y"] + box["height"] / 2 == pytest.approx(400, abs=6)


def test_cancelling_an_update_leaves_the_old_model(untaught: Page, rng: random.Random) -> None:
    teach(untaught, "🐟", fish, rng)
    begin_update(untaught, "🏠", rng)
    untaught.get_by_role("button", name="Cancel").click()
    expect(dialog(untaught)).to_be_hidden()
    untaught.evaluate("() => window.releaseLock()")
    knows_the_fish_but_not_the_house(untaught, rng)
    untaught.reload()
    wait_until_ready(untaught)
    knows_the_fish_but_not_the_house(untaught, rng)


def test_cancelling_after_the_save_says_that_it_was_too_late(untaught: Page, rng: random.Random) -> None:
    worker = untaught.workers[0]
    choose(untaught, "New sticker")
    fill_dialog(untaught, "🏠", house, rng)
    worker.evaluate(HOLD_REPLIES)
    untaught.get_by_role("button", name="Done").click()
    worker.evaluate("() => self.replied")
    untaught.get_by_role("button", name="Cancel").click()
    worker.evaluate("() => self.release()")
    expect(untaught.get_by_role("status")).to_have_text("🏠 was learned and saved before you cancelled")
    draw(untaught, placed(house(rng), (900, 300), 220))
    expect(stickers(untaught)).to_have_accessible_name("🏠")


def test_reloading_in_the_middle_of_an_update_leaves_the_old_model(untaught: Page, rng: random.Random) -> None:
    teach(untaught, "🐟", fish, rng)
    begin_update(untaught, "🏠", rng)
    untaught.reload()
    wait_until_ready(untaught)
    knows_the_fish_but_not_the_house(untaught, rng)


def test_a_failed_save_is_told_in_words_and_can_be_tried_again(untaught: Page, rng: random.Random) -> None:
    teach(untaught, "🐟", fish, rng)
    untaught.workers[0].evaluate(FAIL_WRITES)
    choose(untaught, "New sticker")
    fill_dialog(untaught, "🏠", house, rng)
    untaught.get_by_role("button", name="Done").click()
    expect(dialog(untaught).get_by_role("alert")).to_contain_text("Nothing was learned")
    expect(untaught.get_by_role("status")).not_to_contain_text("Learned 🏠")
    untaught.get_by_role("button", name="Cancel").click()
    knows_the_fish_but_not_the_house(untaught, rng)

    choose(untaught, "New sticker")
    fill_dialog(untaught, "🏠", house, rng)
    untaught.get_by_role("button", name="Done").click()
    expect(dialog(untaught).get_by_role("alert")).to_contain_text("Nothing was learned")
    untaught.workers[0].evaluate(MEND_WRITES)
    untaught.get_by_role("button", name="Done").click()
    expect(untaught.get_by_role("status")).to_have_text("Learned 🏠")


def test_reset_asks_first_and_then_forgets_everything(untaught: Page, rng: random.Random) -> None:
    teach(untaught, "🐟", fish, rng)
    draw(untaught, placed(fish(rng), (300, 400), 240))
    expect(stickers(untaught)).to_have_count(1)
    choose(untaught, "Reset")
    question = untaught.get_by_role("dialog", name="Reset")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_be_hidden()
    expect(stickers(untaught)).to_have_count(1)

    choose(untaught, "Reset")
    question.get_by_role("button", name="Reset everything").click()
    expect(question).to_be_hidden()
    expect(stickers(untaught)).to_have_count(0)
    untaught.reload()
    wait_until_ready(untaught)
    draw(untaught, placed(fish(rng), (300, 400), 240))
    expect(dialog(untaught)).to_be_visible()


@pytest.fixture
def plain(launch: Launch, tmp_path: Path, dist: Path) -> Iterator[tuple[BrowserContext, str]]:
    """A plain static server that knows nothing of headers, with the site under a sub-path."""
    with Server(dist, headers=False, prefix="/some/where") as server:
        recorder = Recorder(server.url)
        context = launch(tmp_path / "plain", recorder)
        yield context, server.url
        context.close()
        recorder.check()


def test_the_journey_passes_under_a_sub_path_of_a_plain_static_server(
    plain: tuple[BrowserContext, str], rng: random.Random
) -> None:
    context, address = plain
    page = context.new_page()
    page.goto(address)
    wait_until_ready(page)
    draw(page, placed(sun(rng), (640, 400), 280))
    expect(dialog(page).locator("emoji-picker")).to_be_visible()
    fill_dialog(page, "☀️", sun, rng, pads=(2, 3))
    page.get_by_role("button", name="Done").click()
    expect(stickers(page)).to_have_accessible_name("☀️")
    settle(page)
    page.reload()
    wait_until_ready(page)
    expect(stickers(page)).to_have_accessible_name("☀️")
    draw(page, placed(sun(rng), (300, 200), 200))
    expect(stickers(page).nth(1)).to_have_accessible_name("☀️")
