"""After "Reset everything" nothing of the person's is left in the browser, whatever other tabs have open."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hand import (
    NOTHING_LATER,
    choose,
    dialog,
    draw,
    expect_ink,
    fill_pad,
    fish,
    house,
    placed,
    stickers,
    teach,
    turn_away,
    wait_until_ready,
)
from tests.browser.learner import HOLD_REPLIES
from tests.browser.starter import settings, starter, switch
from web.tools.serve import Server

# Everything that this address keeps: each object store of each database, and the other kinds of storage.
EVERYTHING = """
async () => {
  const kept = {};
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  // One that is being deleted while another tab has it open cannot be opened until that tab lets go of it.
  const late = (name) => new Promise((_, reject) => setTimeout(() => reject(new Error(`${name} is held`)), 30_000));
  for (const { name } of await indexedDB.databases()) {
    const database = await Promise.race([done(indexedDB.open(name)), late(name)]);
    for (const store of database.objectStoreNames) {
      const rows = await done(database.transaction(store).objectStore(store).getAll());
      if (rows.length > 0) kept[`${name} ${store}`] = rows.length;
    }
    database.close();
  }
  if (localStorage.length > 0) kept.localStorage = localStorage.length;
  if (sessionStorage.length > 0) kept.sessionStorage = sessionStorage.length;
  return kept;
}
"""
# The calls that the page makes from now on, by their names.
LISTEN = """
() => {
  const send = Worker.prototype.postMessage;
  window.calls = [];
  Worker.prototype.postMessage = function (message, ...rest) {
    window.calls.push(message.path.join("."));
    send.call(this, message, ...rest);
  };
}
"""
# Those calls, once all that was under way in the page has come to its end.
CALLS = """
() => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(window.calls);
  port2.postMessage(null);
})
"""
PICKED = "emoji-picker-element-en"


@pytest.fixture
def rng() -> random.Random:
    return random.Random(61)


def open_tab(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    return page


def pick_emoji(page: Page) -> None:
    """Choose from the picker, which remembers it as a favourite; the dialog stays open."""
    choose(page, "New sticker")
    dialog(page).get_by_role("tabpanel").get_by_role("menuitem").first.click()
    expect(page.get_by_role("textbox", name="Emoji or text")).not_to_have_value("")


def everything(page: Page) -> dict[str, Any]:
    kept: dict[str, Any] = page.evaluate(EVERYTHING)
    return kept


def test_nothing_personal_is_left_in_any_tab(
    untaught: Page, shared_context: BrowserContext, server: Server, rng: random.Random
) -> None:
    teach(untaught, "🐟", fish, rng)
    draw(untaught, placed(fish(rng), (300, 300), 240))
    expect(stickers(untaught)).to_have_count(1)
    pick_emoji(untaught)
    untaught.keyboard.press("Escape")
    other = open_tab(shared_context, server)
    draw(other, placed(fish(rng), (900, 300), 240))
    expect(stickers(other)).to_have_count(2)
    pick_emoji(other)
    fill_pad(other, 1, house, rng)
    before = everything(untaught)
    assert {f"{PICKED} favorites", "inkmoji:/:inkmoji generations", "inkmoji:/:inkmoji kept"} <= before.keys()

    untaught.bring_to_front()
    choose(untaught, "Reset")
    untaught.get_by_role("button", name="Reset everything").click()
    expect(untaught.get_by_role("dialog", name="Reset")).to_be_hidden()
    expect(stickers(untaught)).to_have_count(0)
    expect(dialog(other)).to_be_hidden()
    expect(stickers(other)).to_have_count(0)
    expect(other.get_by_role("status")).to_have_text("Everything was reset in another tab")
    expect_ink(other, "Drawing board", 0, 0, 1, 1, ink=False)
    for page in (untaught, other):
        page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 800))")
        assert everything(page) == {}
    both_go_on_working(untaught, other, rng)


def both_go_on_working(untaught: Page, other: Page, rng: random.Random) -> None:
    """Pickers are made anew, and what is taught now is known in both."""
    for page in (untaught, other):
        page.bring_to_front()
        pick_emoji(page)
        page.keyboard.press("Escape")
    teach(other, "🏠", house, rng)
    untaught.bring_to_front()
    draw(untaught, placed(house(rng), (600, 400), 240))
    expect(stickers(untaught)).to_have_accessible_name("🏠")


def test_the_dialog_says_what_goes(untaught: Page) -> None:
    choose(untaught, "Reset")
    box = untaught.get_by_role("dialog", name="Reset")
    for part in ("stickers you taught", "history", "board", "starter stickers", "chose lately", "every open tab"):
        expect(box).to_contain_text(part)
    expect(box).to_contain_text("cannot be undone")
    expect(box).to_contain_text("Files that you have exported stay.")


def test_starter_stickers_are_off_after_a_reset(doodles: Page) -> None:
    switch(doodles, "2 starter stickers on")
    choose(doodles, "Reset")
    doodles.get_by_role("button", name="Reset everything").click()
    expect(doodles.get_by_role("dialog", name="Reset")).to_be_hidden()
    choose(doodles, "Settings")
    expect(starter(doodles)).not_to_be_checked()
    expect(settings(doodles)).to_be_visible()


def test_a_board_that_the_page_has_not_let_go_of_is_not_saved_again(untaught: Page, rng: random.Random) -> None:
    untaught.evaluate(NOTHING_LATER)
    draw(untaught, placed(fish(rng), (300, 300), 240)[:1])
    (worker,) = untaught.workers
    worker.evaluate(HOLD_REPLIES)
    choose(untaught, "Reset")
    untaught.get_by_role("button", name="Reset everything").click()
    worker.evaluate("() => self.replied")  # all is erased, and the page has not heard of it
    untaught.evaluate(LISTEN)
    turn_away(untaught)
    assert untaught.evaluate(CALLS) == []
    worker.evaluate("() => self.release()")
    expect(untaught.get_by_role("dialog", name="Reset")).to_be_hidden()
    turn_away(untaught)
    assert untaught.evaluate(CALLS) == []
    assert everything(untaught) == {}
    untaught.reload()


def test_a_reset_that_fails_leaves_the_board_and_keeps_it(untaught: Page, rng: random.Random) -> None:
    teach(untaught, "🐟", fish, rng)
    draw(untaught, placed(fish(rng), (300, 300), 240))
    expect(stickers(untaught)).to_have_count(1)
    untaught.workers[0].evaluate(
        "() => { IDBObjectStore.prototype.clear = () => { throw new DOMException('stuck', 'UnknownError'); }; }"
    )
    choose(untaught, "Reset")
    untaught.get_by_role("button", name="Reset everything").click()
    box = untaught.get_by_role("dialog", name="Reset")
    expect(box.get_by_role("alert")).to_contain_text("Nothing was reset.")
    box.get_by_role("button", name="Cancel").click()
    expect(stickers(untaught)).to_have_count(1)
    untaught.reload()
    wait_until_ready(untaught)
    expect(stickers(untaught)).to_have_accessible_name("🐟")
