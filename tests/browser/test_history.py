"""The history in "My stickers", the way back to each state of it, and forgetting for good, which has no way back."""

from __future__ import annotations

import base64
import random
import re
from pathlib import Path
from typing import Any

import pytest
from inkmoji import CompiledModel, Model
from playwright.sync_api import Locator, Page, expect

from tests.browser.barriers import SIZES, show
from tests.browser.hand import (
    choose,
    expect_kept,
    fill_pad,
    fish,
    house,
    middle_of,
    placed,
    sketch,
    stickers,
    sun,
    teach,
    turn_away,
    wait_until_ready,
)
from tests.browser.library import close, examples, expect_recognised, library, open_library, outcome, press, row
from tests.browser.starter import switch
from tests.browser.test_journey import FAIL_WRITES, MEND_WRITES
from tests.browser.test_reset_everything import CALLS, LISTEN
from web.tools.serve import Server

# The archives in IndexedDB, and all that is written down about them.
SAVED = """
async () => {
  const request = indexedDB.open(`inkmoji:${new URL(".", location).pathname}:inkmoji`);
  await new Promise((resolve) => { request.onsuccess = resolve; });
  const transaction = request.result.transaction(["archives", "generations"]);
  const [archives, records] = ["archives", "generations"].map((name) => transaction.objectStore(name).getAll());
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
  request.result.close();
  return [archives.result.map((bytes) => bytes.toBase64()), JSON.stringify(records.result)];
}
"""
DESCRIBE = "([change, former]) => import('./history.js').then(({ describe }) => describe(change, former))"
AGO = "(before) => import('./formats.js').then(({ ago }) => ago(Date.now() - 1000 * before))"
CAT = {"label": "1", "text": "🐱"}


@pytest.fixture
def rng() -> random.Random:
    return random.Random(23)


def open_history(page: Page) -> Locator:
    """The states, newest first."""
    open_library(page).get_by_role("tab", name="History").click()
    return library(page).get_by_role("list", name="History").get_by_role("listitem")


def saved(page: Page) -> tuple[list[Model], str]:
    """The models in IndexedDB, and what is written down about them."""
    archives, records = page.evaluate(SAVED)
    return [CompiledModel(base64.b64decode(archive)).model() for archive in archives], records


def texts(model: Model) -> set[str]:
    return {model.faces[label].text for label in model.labels}


def forget(page: Page, button: str, says: str) -> None:
    """Choose to forget, read what that means, refuse once, and do it."""
    asking = page.get_by_role("dialog", name="Forget for good")
    for answer in ("Cancel", "Forget for good"):
        library(page).get_by_role("button", name=button).click()
        expect(asking).to_have_accessible_description(re.compile(f"{says}.*This cannot be undone\\.$"))
        asking.get_by_role("button", name=answer).click()
        expect(asking).to_be_hidden()
    expect(outcome(page)).to_have_text("Forgotten for good")
    expect(library(page).get_by_role("button", name="Undo", exact=True)).to_be_hidden()


def expect_no_way_back(page: Page) -> None:
    close(page)
    page.get_by_role("button", name="Menu").click()
    for word in ("Undo", "Redo"):
        expect(page.get_by_role("menuitem", name=f"{word} learning")).to_be_disabled()
    page.keyboard.press("Escape")


def test_the_history_tells_what_was_done_and_when_and_leads_back(collected: Page, rng: random.Random) -> None:
    open_library(collected)
    press(collected, "☀️", "Delete sticker")
    close(collected)
    states = open_history(collected)
    expect(states).to_have_count(3)
    for at, change in enumerate(("☀️ deleted", "☀️ learned from 3 drawings", "🐟 learned from 3 drawings")):
        expect(states.nth(at)).to_contain_text(change)
        expect(states.nth(at).locator("time")).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\dT"))
        expect(states.nth(at).locator("time")).to_have_text(re.compile(r"(just now|minutes? ago) · .*\d{4}"))
    expect(states.nth(0)).to_have_attribute("aria-current", "true")
    expect(states.nth(0).get_by_role("button")).to_have_count(0)
    restore = states.nth(1).get_by_role("button", name="Restore")
    expect(restore).to_have_accessible_description("☀️ learned from 3 drawings")
    restore.click()
    expect(outcome(collected)).to_have_text("Restored the state after: ☀️ learned from 3 drawings")
    expect(states).to_have_count(4)
    expect(states.nth(0)).to_contain_text("Restored an earlier state")
    expect(states.nth(0)).to_have_attribute("aria-current", "true")
    expect(states.nth(2).get_by_role("button", name="Restore")).to_be_focused()
    library(collected).get_by_role("tab", name="Stickers").click()
    expect(examples(collected, "☀️")).to_have_count(3)
    close(collected)
    expect_recognised(collected, "☀️", sun, rng)
    choose(collected, "Undo learning")
    expect(collected.get_by_role("status")).to_have_text("Undone: Restored an earlier state")
    expect(collected.get_by_text("Knows 🐟")).to_be_visible()


def test_tabs_are_chosen_by_keyboard(collected: Page) -> None:
    open_library(collected)
    expect(library(collected).get_by_role("tab", name="Stickers")).to_be_focused()
    for key, name in (("ArrowRight", "Map"), ("ArrowRight", "History"), ("ArrowRight", "Stickers"), ("End", "History"),
                      ("Home", "Stickers"), ("ArrowLeft", "History"), ("ArrowLeft", "Map")):  # fmt: skip
        tab = library(collected).get_by_role("tab", name=name)
        collected.keyboard.press(key)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(library(collected).get_by_role("tabpanel", name=name)).to_be_visible()
        expect(library(collected).get_by_role("tabpanel")).to_have_count(1)


def test_a_sticker_is_forgotten_for_good(collected: Page) -> None:
    (label,) = {model.labels[-1] for model in saved(collected)[0] if len(model.labels) == 2}
    open_library(collected)
    press(collected, "☀️", "Delete sticker")
    expect(outcome(collected)).to_contain_text("Deleted ☀️.")
    forget(collected, "Forget for good", "^☀️ and all its drawings are erased from this device")
    expect(library(collected).get_by_role("listitem")).to_have_count(1)
    models, records = saved(collected)
    assert [texts(model) for model in models if texts(model)] == [{"🐟"}] * len(models)
    assert str(label) not in records
    assert "☀️" not in records
    expect_no_way_back(collected)
    collected.reload()
    wait_until_ready(collected)
    expect(open_history(collected).first).to_contain_text("Something was forgotten for good")


def test_what_is_forgotten_for_good_is_gone_from_the_boards_of_other_tabs_too(
    collected: Page, other_page: Page, server: Server, rng: random.Random
) -> None:
    other_page.goto(server.url)
    wait_until_ready(other_page)
    sketch(other_page, placed(sun(rng), (640, 360), 260))
    expect(stickers(other_page)).to_have_accessible_name("☀️")
    expect_kept(other_page, 1, 0)
    sketch(collected, placed(house(rng), (640, 360), 260)[:1])
    collected.get_by_role("button", name="Keep as ink").click()
    expect_kept(collected, 0, 1)
    other_page.evaluate(LISTEN)
    open_library(collected)
    row(collected, "☀️").get_by_role("button", name="Delete example").first.click()
    forget(collected, "Forget for good", "^This example of ☀️ is erased from this device")
    expect(other_page.get_by_role("button", name="Undo", exact=True)).to_be_hidden()
    stickers(other_page).locator(".sticker-button").press("Enter")
    asking = other_page.get_by_role("dialog", name="Not ☀️?")
    expect(asking.get_by_role("button", name="Remove")).to_be_visible()
    expect(asking.get_by_role("button", name="Keep as ink")).to_be_hidden()
    # Its board is not saved in place of the one that the person worked on last.
    turn_away(other_page)
    assert "keep" not in other_page.evaluate(CALLS)
    expect_kept(collected, 0, 1)


def test_an_example_is_forgotten_for_good(collected: Page) -> None:
    open_library(collected)
    row(collected, "☀️").get_by_role("button", name="Delete example").nth(1).click()
    expect(outcome(collected)).to_contain_text("Deleted one example of ☀️.")
    suns = [example for model in saved(collected)[0] for example in model.examples if is_sun(model, example)]
    once = [example.id for example in suns if [each.id for each in suns].count(example.id) == 1]
    assert len(once) == 1, "the deleted one is in the state before alone"
    forget(collected, "Forget for good", "^This example of ☀️ is erased from this device")
    expect(examples(collected, "☀️")).to_have_count(2)
    left = {example.id for model in saved(collected)[0] for example in model.examples}
    assert left
    assert left.isdisjoint(once)
    expect_no_way_back(collected)


def is_sun(model: Model, example: Any) -> bool:
    return model.faces[example.label].text == "☀️"


def test_the_history_is_forgotten_for_good(collected: Page, rng: random.Random) -> None:
    open_library(collected)
    press(collected, "🐟", "Delete sticker")
    expect(outcome(collected)).to_contain_text("Deleted 🐟.")
    close(collected)
    states = open_history(collected)
    expect(states).to_have_count(3)
    forget(collected, "Forget history for good", "^Every earlier state is erased from this device")
    expect(states).to_have_count(1)
    models, _ = saved(collected)
    assert [texts(model) for model in models] == [{"☀️"}]
    expect_no_way_back(collected)
    expect_recognised(collected, "☀️", sun, rng)


def test_what_cannot_be_forgotten_is_told_and_can_be_tried_again(collected: Page) -> None:
    open_library(collected)
    press(collected, "☀️", "Delete sticker")
    library(collected).get_by_role("button", name="Forget for good").click()
    asking = collected.get_by_role("dialog", name="Forget for good")
    collected.workers[0].evaluate(FAIL_WRITES)
    asking.get_by_role("button", name="Forget for good").click()
    expect(asking.get_by_role("alert")).to_contain_text("Nothing was forgotten. The browser's storage is full")
    assert any("☀️" in texts(model) for model in saved(collected)[0])
    collected.workers[0].evaluate(MEND_WRITES)
    asking.get_by_role("button", name="Forget for good").click()
    expect(outcome(collected)).to_have_text("Forgotten for good")
    assert not any("☀️" in texts(model) for model in saved(collected)[0])


@pytest.mark.parametrize(
    ("kind", "stickers", "count", "former", "says"),
    [
        ("learned", [CAT], 3, None, "🐱 learned from 3 drawings"),
        ("learned", [CAT], 1, None, "🐱 learned from 1 drawing"),
        ("face-changed", [CAT], 0, None, "Emoji changed to 🐱"),
        ("face-changed", [CAT], 0, "🐈", "🐈 became 🐱"),
        ("sticker-removed", [CAT], 0, None, "🐱 deleted"),
        ("example-removed", [CAT], 0, None, "One example of 🐱 deleted"),
        ("starter-added", [], 0, None, "Starter stickers added"),
        ("starter-removed", [], 0, None, "Starter stickers removed"),
        ("merged", [CAT] * 4, 12, None, "Merged a file: 4 stickers, 12 examples"),
        ("replaced", [CAT], 1, None, "Replaced by a file: 1 sticker, 1 example"),
        ("renewed", [], 0, None, "All drawings learned anew on a newer base model"),
        ("restored", [], 0, None, "Restored an earlier state"),
        ("forgotten", [], 0, None, "Something was forgotten for good"),
        ("unknown", [], 0, None, "Saved by an earlier version of Inkmoji"),
    ],
)
def test_every_change_has_words(
    home: Page, kind: str, stickers: list[dict[str, str]], count: int, former: str | None, says: str
) -> None:
    assert home.evaluate(DESCRIBE, [{"type": kind, "stickers": stickers, "examples": count}, former]) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0, None), (59, None), (61, "1 minute ago"), (3 * 3600 + 9, "3 hours ago"),
     (86_500, "yesterday"), (9 * 86_400, "last week"), (70 * 86_400, "2 months ago"), (800 * 86_400, "2 years ago")],
)  # fmt: skip
def test_moments_are_told_in_the_longest_unit_that_they_fill(home: Page, seconds: int, says: str | None) -> None:
    assert home.evaluate(AGO, seconds) == says


@pytest.mark.parametrize("device", SIZES)
def test_every_state_of_the_dialog_is_seen_and_free_of_barriers(
    untaught: Page, root: Path, device: str, rng: random.Random
) -> None:
    page = untaught
    page.set_viewport_size(SIZES[device])
    open_library(page)
    show(page, root, device, "n-library-empty")
    close(page)
    teach(page, "🐟", fish, rng)
    teach(page, "Sunny day", sun, rng)
    page.get_by_role("button", name="Menu").click()
    show(page, root, device, "o-menu-undo")
    page.keyboard.press("Escape")
    switch(page, re.compile(r"starter stickers on$"))
    open_library(page)
    expect(examples(page, "🐟")).to_have_count(3)
    show(page, root, device, "p-library")
    show_teaching(root, page, device, rng)
    press(page, "Sunny day", "Delete sticker")
    expect(outcome(page)).to_contain_text("Deleted Sunny day.")
    show(page, root, device, "s-library-deleted")
    library(page).get_by_role("button", name="Forget for good").click()
    show(page, root, device, "t-forget")
    page.keyboard.press("Escape")
    library(page).get_by_role("tab", name="History").click()
    expect(library(page).get_by_role("button", name="Restore").first).to_be_visible()
    assert middle_of(library(page).get_by_role("button", name="Restore").first)[1] >= 44
    show(page, root, device, "u-history")


def show_teaching(root: Path, page: Page, device: str, rng: random.Random) -> None:
    press(page, "🐟", "Add examples")
    fill_pad(page, 1, fish, rng)
    show(page, root, device, "q-add-examples")
    page.keyboard.press("Escape")
    press(page, "🐟", "Change emoji")
    changing = page.get_by_role("dialog", name="Change emoji")
    expect(changing.get_by_role("menuitem").first).to_be_visible()
    changing.get_by_role("textbox", name="Emoji or text").fill("Sunny day")
    changing.get_by_role("button", name="Done").click()
    expect(changing.get_by_role("alert")).not_to_be_empty()
    show(page, root, device, "r-change-emoji-taken")
    page.keyboard.press("Escape")


DAMAGE_NEWEST = """
async () => {
  const request = indexedDB.open(`inkmoji:${new URL(".", location).pathname}:inkmoji`);
  await new Promise((resolve) => { request.onsuccess = resolve; });
  const transaction = request.result.transaction("archives", "readwrite");
  const archives = transaction.objectStore("archives");
  const numbers = archives.getAllKeys();
  numbers.onsuccess = () => {
    const get = archives.get(numbers.result.at(-1));
    get.onsuccess = () => {
      get.result[1000] ^= 1;
      archives.put(get.result, numbers.result.at(-1));
    };
  };
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
  request.result.close();
}
"""


def test_a_damaged_state_is_marked_and_its_bytes_can_be_exported_while_the_one_before_is_in_use(
    untaught: Page, rng: random.Random
) -> None:
    teach(untaught, "☀️", sun, rng)
    teach(untaught, "🐟", fish, rng)
    untaught.evaluate(DAMAGE_NEWEST)
    untaught.reload()
    wait_until_ready(untaught)
    expect(untaught.get_by_role("status").first).to_contain_text("An earlier state is in use. Nothing was deleted")
    states = open_history(untaught)
    expect(states.nth(0)).to_contain_text("Damaged: 🐟 learned from 3 drawings")
    expect(states.nth(0).get_by_role("button", name="Restore")).to_have_count(0)
    expect(states.nth(1)).to_have_attribute("aria-current", "true")
    with untaught.expect_download() as download:
        states.nth(0).get_by_role("button", name="Export").click()
    exported = download.value.path().read_bytes()
    untaught.keyboard.press("Escape")
    assert untaught.evaluate(SAVED)[0][-1] == base64.b64encode(exported).decode()
    expect_recognised(untaught, "☀️", sun, rng)
