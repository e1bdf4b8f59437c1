"""Many stickers in "My stickers": found, put in order, how well each is told apart, and the map of them all."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.filing import collection, import_file
from tests.browser.hand import fish, house, middle_of, sun
from tests.browser.library import close, library, open_library, outcome, press, row
from tests.browser.recorder import Recorder

EMOJI = "**/emojibase/data.json"


@pytest.fixture(scope="module")
def many(dist: Path) -> FilePayload:
    """Two suns, of which one lies among the other's drawings; a fish, a house, and a word with one drawing only."""
    return collection(
        dist,
        {"☀️": (sun, 3), "🐟": (fish, 4), "🏠": (house, 4), "👩🏽": (sun, 3), "Anchor": (house, 1)},
        random.Random(5),
    )


@pytest.fixture
def shelf(untaught: Page, many: FilePayload) -> Page:
    """The dialog with these five, all that it loads being there."""
    import_file(untaught, many, "Merge")
    open_library(untaught)
    expect(apart(untaught, "☀️")).to_be_visible()
    return untaught


def apart(page: Page, text: str) -> Locator:
    """What is said of how well a sticker is told apart."""
    return row(page, text).get_by_text(re.compile("mixed up|told apart|mix it up", re.IGNORECASE))


def search(page: Page) -> Locator:
    return library(page).get_by_role("searchbox", name="Search stickers")


def shown(page: Page) -> list[str]:
    rows = library(page).get_by_role("listitem").all()
    return [(one.get_attribute("aria-label") or "").split(",")[0] for one in rows]


def expect_shown(page: Page, *texts: str) -> None:
    rows = library(page).get_by_role("listitem")
    expect(rows).to_have_count(len(texts))
    for at, text in enumerate(texts):
        expect(rows.nth(at)).to_have_accessible_name(re.compile(f"^{text},"))


def on_map(page: Page, text: str) -> Locator:
    places = library(page).get_by_role("list", name="Map of your stickers")
    return places.get_by_role("button", name=text, exact=True)


def open_map(page: Page) -> None:
    library(page).get_by_role("tab", name="Map").click()
    expect(on_map(page, "🐟")).to_be_visible()


def distance(page: Page, one: str, other: str) -> float:
    (x, y), (u, v) = (middle_of(on_map(page, text))[0] for text in (one, other))
    return float(((x - u) ** 2 + (y - v) ** 2) ** 0.5)


def test_it_is_said_how_well_each_sticker_is_told_apart(shelf: Page) -> None:
    expect(apart(shelf, "🐟")).to_have_text(re.compile("^Told apart well, also from "))
    expect(apart(shelf, "☀️")).to_have_text("Easily mixed up with 👩🏽")
    expect(apart(shelf, "👩🏽")).to_have_text("Easily mixed up with ☀️")
    expect(apart(shelf, "🏠")).to_have_text("Now and then mixed up with Anchor")
    expect(apart(shelf, "Anchor")).to_have_text("One more drawing shows how well it is told apart")
    press(shelf, "👩🏽", "Delete sticker")
    expect(apart(shelf, "☀️")).to_have_text(re.compile("^Told apart well, also from "))
    library(shelf).get_by_role("button", name="Undo", exact=True).click()
    expect(apart(shelf, "☀️")).to_have_text("Easily mixed up with 👩🏽")
    for text in ("👩🏽", "🐟", "🏠", "Anchor"):
        press(shelf, text, "Delete sticker")
        expect(outcome(shelf)).to_contain_text(f"Deleted {text}.")
    expect(apart(shelf, "☀️")).to_have_text("Nothing to mix it up with yet")


def test_a_sticker_is_found_by_what_it_says_by_its_name_and_by_what_its_emoji_is_called(shelf: Page) -> None:
    found = library(shelf).get_by_text(re.compile("of 5 stickers|is called"))
    for words, texts in (
        ("anch", ["Anchor"]),
        ("  ANCHOR ", ["Anchor"]),
        ("wet friend", ["🐟"]),
        ("sun", ["☀️"]),
        ("woman", ["👩🏽"]),
        ("🐟", ["🐟"]),
    ):
        search(shelf).fill(words)
        expect_shown(shelf, *texts)
        expect(found).to_have_text(f"{len(texts)} of 5 stickers")
    search(shelf).fill("unicorn")
    expect_shown(shelf)
    expect(found).to_have_text("No sticker is called “unicorn”")
    search(shelf).press("Escape")
    expect(search(shelf)).to_have_value("")
    expect(library(shelf).get_by_role("listitem")).to_have_count(5)
    expect(found).to_have_count(0)
    search(shelf).fill("sun")
    expect_shown(shelf, "☀️")
    close_twice_and_open(shelf)
    expect(library(shelf).get_by_role("listitem")).to_have_count(5)


def close_twice_and_open(page: Page) -> None:
    """What is searched for goes first, then the dialog."""
    page.keyboard.press("Escape")
    expect(library(page)).to_be_visible()
    close(page)
    open_library(page)


def test_what_is_found_can_be_deleted_and_the_search_goes_on(shelf: Page) -> None:
    search(shelf).fill("sun")
    expect_shown(shelf, "☀️")
    press(shelf, "☀️", "Delete sticker")
    expect_shown(shelf)
    library(shelf).get_by_role("button", name="Undo", exact=True).click()
    expect_shown(shelf, "☀️")


def test_without_the_emojis_names_stickers_are_found_by_their_own(shelf: Page, shared_recorder: Recorder) -> None:
    shelf.evaluate("() => { IDBFactory.prototype.open = () => { throw new Error('not now'); }; }")
    search(shelf).fill("wet")
    expect_shown(shelf, "🐟")
    search(shelf).fill("woman")
    expect_shown(shelf)
    shelf.reload()
    shared_recorder.check()


def test_stickers_are_put_in_the_order_that_is_chosen(shelf: Page) -> None:
    order = library(shelf).get_by_role("combobox", name="Order of stickers")
    expect_shown(shelf, "Anchor", "👩🏽", "🏠", "🐟", "☀️")
    order.select_option("Oldest first")
    expect_shown(shelf, "☀️", "🐟", "🏠", "👩🏽", "Anchor")
    order.select_option("Most drawings")
    expect_shown(shelf, "🏠", "🐟", "👩🏽", "☀️", "Anchor")
    order.select_option("Mixed up first")
    assert set(shown(shelf)[:2]) == {"☀️", "👩🏽"}
    assert shown(shelf)[-1] == "Anchor"


def test_the_map_shows_what_is_alike_and_leads_to_each_sticker(shelf: Page) -> None:
    open_map(shelf)
    assert 28 < distance(shelf, "☀️", "👩🏽") < min(distance(shelf, "☀️", "🐟"), distance(shelf, "☀️", "🏠")) / 2
    expect(library(shelf).get_by_text("A line joins stickers that are easily mixed up.")).to_be_visible()
    expect(on_map(shelf, "☀️")).to_have_accessible_description("Easily mixed up with 👩🏽")
    on_map(shelf, "🐟").focus()
    shelf.keyboard.press("Enter")
    expect(library(shelf).get_by_role("tab", name="Stickers")).to_have_attribute("aria-selected", "true")
    expect(row(shelf, "🐟")).to_be_focused()
    open_map(shelf)
    for text in ("👩🏽", "🏠", "Anchor", "🐟"):
        library(shelf).get_by_role("tab", name="Stickers").click()
        press(shelf, text, "Delete sticker")
        expect(outcome(shelf)).to_contain_text(f"Deleted {text}.")
    library(shelf).get_by_role("tab", name="Map").click()
    expect(library(shelf).get_by_text("Teach two stickers, and this map shows how far apart they are.")).to_be_visible()
    expect(library(shelf).get_by_role("list", name="Map of your stickers")).to_be_hidden()


@pytest.mark.parametrize("device", SIZES)
def test_many_stickers_are_seen_and_free_of_barriers(shelf: Page, root: Path, device: str) -> None:
    shelf.set_viewport_size(SIZES[device])
    barriers.show(shelf, root, device, "t-library-many")
    search(shelf).fill("sun")
    expect_shown(shelf, "☀️")
    barriers.show(shelf, root, device, "t-library-found")
    search(shelf).fill("")
    open_map(shelf)
    barriers.show(shelf, root, device, "t-library-map")
