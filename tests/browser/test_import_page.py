"""Import: what the dialog shows of a file, merge and replace, undo, and every file that must do no harm."""

from __future__ import annotations

import base64
import random
import re
from pathlib import Path

import pytest
from inkmoji import CompiledModel
from playwright.sync_api import Page, expect

from tests.browser.barriers import SIZES, barriers
from tests.browser.filing import choose_file, import_file, importing, known, save
from tests.browser.hand import choose, dialog, draw, fish, house, placed, stickers, sun, teach
from tests.browser.learner import worker
from tests.browser.test_journey import FAIL_WRITES, HOLD_LOCK, MEND_WRITES
from tests.browser.test_page import FOCUSED_NAME

HOSTILE = Path(__file__).parents[1] / "hostile"
# Refused by what stands in the file, and not because Python came to an end over it.
REFUSED = re.compile(r"^This (file|is no) .*Nothing was changed\. What was found: expected ")
DROP = """
([name, base64]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.fromBase64(base64)], name));
  const target = document.querySelector("#board");
  const options = { dataTransfer: data, bubbles: true, cancelable: true };
  const over = new DragEvent("dragover", options);
  target.dispatchEvent(over);
  target.dispatchEvent(new DragEvent("drop", options));
  return over.defaultPrevented;
}
"""
FAIL_READING = """
() => {
  window.read = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = () => { throw new Error("was read"); };
}
"""
UNDO_ELSEWHERE = """
async () => {
  const { Inkmoji } = await import("./inkmoji.js");
  const inkmoji = await Inkmoji.start();
  await inkmoji.undo();
  inkmoji.close();
}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(41)


@pytest.fixture(scope="module")
def backup(home: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a fish, called 🐟, and a sun."""
    rng = random.Random(42)
    teach(home, "🐟", fish, rng)
    teach(home, "☀️", sun, rng)
    return save(home, tmp_path_factory.mktemp("files") / "backup.inkmoji")


@pytest.fixture
def page_with_house(backup: Path, untaught: Page, rng: random.Random) -> Page:
    """The page that knows a house only."""
    assert backup.exists()
    teach(untaught, "🏠", house, rng)
    expect(known(untaught)).to_have_text("Knows 🏠")
    return untaught


def test_the_dialog_says_what_the_file_holds_before_anything_happens(page_with_house: Page, backup: Path) -> None:
    choose_file(page_with_house, backup)
    box = importing(page_with_house)
    expect(box.get_by_role("button", name="Import")).to_be_focused()
    items = box.get_by_role("list", name="Stickers in the file").get_by_role("listitem")
    expect(items.nth(0)).to_have_accessible_name("🐟, 3 examples")
    expect(items.nth(1)).to_have_accessible_name("☀️, 3 examples")
    size = backup.stat().st_size
    expect(box).to_contain_text(f"2 stickers · 6 examples · {round(size / 1000)} kB")
    expect(box).to_contain_text("Last taught on")
    expect(box).to_have_accessible_description("backup.inkmoji")
    expect(box.get_by_role("radio", name="Merge")).to_be_checked()
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_be_hidden()
    expect(known(page_with_house)).to_have_text("Knows 🏠")
    assert page_with_house.evaluate(FOCUSED_NAME) == "Menu"


def test_merging_keeps_what_was_known_and_adds_the_rest(
    page_with_house: Page, backup: Path, rng: random.Random
) -> None:
    page = page_with_house
    import_file(page, backup, "Merge")
    expect(page.get_by_role("status")).to_have_text("2 stickers imported. “Undo learning” takes it back.")
    expect(known(page)).to_have_text("Knows 🏠 🐟 ☀️")
    for at, (shape, text) in enumerate([(house, "🏠"), (fish, "🐟"), (sun, "☀️")]):
        draw(page, placed(shape(rng), (250 + 380 * at, 400), 220))
        expect(stickers(page).nth(at)).to_have_accessible_name(text)


def test_what_is_merged_twice_counts_once(page_with_house: Page, backup: Path, tmp_path: Path) -> None:
    import_file(page_with_house, backup, "Merge")
    once = save(page_with_house, tmp_path / "once.inkmoji")
    choose_file(page_with_house, backup)
    importing(page_with_house).get_by_role("button", name="Import").click()
    expect(importing(page_with_house).get_by_role("alert")).to_contain_text("Nothing was imported")
    page_with_house.keyboard.press("Escape")
    twice = save(page_with_house, tmp_path / "twice.inkmoji")
    assert len(CompiledModel(twice.read_bytes()).model().examples) == 9
    assert once.read_bytes() == twice.read_bytes()


def test_replacing_forgets_what_was_known_and_can_be_undone(
    page_with_house: Page, backup: Path, other_tab: Page
) -> None:
    page = page_with_house
    import_file(page, backup, "Replace")
    expect(page.get_by_role("status")).to_have_text("2 stickers in place of yours. “Undo learning” takes it back.")
    expect(known(page)).to_have_text("Knows 🐟 ☀️")
    other_tab.evaluate(UNDO_ELSEWHERE)
    expect(known(page)).to_have_text("Knows 🏠")


@pytest.mark.slow
def test_no_hostile_file_changes_anything_and_the_page_goes_on_working(
    page_with_house: Page, backup: Path, tmp_path: Path
) -> None:
    page, box = page_with_house, importing(page_with_house)
    before = save(page, tmp_path / "before.inkmoji").read_bytes()
    files = sorted(HOSTILE.glob("*.inkmoji"))
    assert len(files) > 100
    choose_file(page, files[0])
    for file in files:
        box.locator("input[type=file]").set_input_files(file)
        expect(box).to_have_accessible_description(file.name)
        expect(box.get_by_role("alert")).to_have_text(REFUSED)
        expect(box.get_by_role("button", name="Import")).to_be_hidden()
        assert len(box.get_by_role("alert").inner_text()) < 450, file.name
    page.keyboard.press("Escape")
    assert save(page, tmp_path / "after.inkmoji").read_bytes() == before
    import_file(page, backup, "Merge")
    expect(known(page)).to_have_text("Knows 🏠 🐟 ☀️")


def test_a_file_of_text_is_refused_in_words_and_another_can_be_chosen(
    page_with_house: Page, backup: Path, tmp_path: Path
) -> None:
    text = tmp_path / "letter.inkmoji"
    text.write_text("<img src=x onerror=alert(1)> " * 10, encoding="utf-8")
    choose_file(page_with_house, text)
    box = importing(page_with_house)
    expect(box.get_by_role("alert")).to_contain_text("This is no Inkmoji file. Nothing was changed.")
    expect(box.locator("img")).to_have_count(0)
    other = box.get_by_role("button", name="Choose another file")
    expect(other).to_be_focused()
    with page_with_house.expect_file_chooser() as choosing:
        other.click()
    choosing.value.set_files(backup)
    expect(box.get_by_role("button", name="Import")).to_be_enabled()
    expect(box.get_by_role("alert")).to_be_empty()


def test_a_file_that_is_too_large_is_not_even_read(page_with_house: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.inkmoji"
    with large.open("wb") as file:
        file.truncate((64 << 20) + 1)
    page_with_house.evaluate(FAIL_READING)
    choose_file(page_with_house, large)
    expect(importing(page_with_house).get_by_role("alert")).to_have_text(
        "This file is too large. Nothing was changed. What was found: Expected at most 67.1 MB, got a file of 67.1 MB. "
        "Choose a file that was exported from Inkmoji."
    )
    page_with_house.evaluate("() => { Blob.prototype.arrayBuffer = window.read; }")


def test_an_import_that_is_cancelled_changes_nothing(page_with_house: Page, backup: Path) -> None:
    page, box = page_with_house, importing(page_with_house)
    page.evaluate(HOLD_LOCK)
    choose_file(page, backup)
    box.get_by_role("button", name="Import").click()
    expect(box.get_by_role("progressbar", name="Importing")).to_be_visible()
    expect(box.get_by_text("Saving")).to_be_visible()
    expect(box.get_by_role("radio", name="Replace")).to_be_disabled()
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_be_hidden()
    page.evaluate("() => window.releaseLock()")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(known(page)).to_have_text("Knows 🏠")


def test_an_import_that_cannot_be_saved_is_told_and_can_be_tried_again(page_with_house: Page, backup: Path) -> None:
    page, box = page_with_house, importing(page_with_house)
    worker(page).evaluate(FAIL_WRITES)
    choose_file(page, backup)
    box.get_by_role("button", name="Import").click()
    expect(box.get_by_role("alert")).to_contain_text("Nothing was imported, and your stickers are unchanged.")
    expect(box.get_by_role("button", name="Import")).to_be_focused()
    worker(page).evaluate(MEND_WRITES)
    page.keyboard.press("Enter")
    expect(box).to_be_hidden()
    expect(known(page)).to_have_text("Knows 🏠 🐟 ☀️")


def test_a_file_that_is_dropped_on_the_page_is_offered(page_with_house: Page, backup: Path) -> None:
    file = ["dropped.inkmoji", base64.b64encode(backup.read_bytes()).decode()]
    assert page_with_house.evaluate(DROP, file)
    expect(importing(page_with_house)).to_have_accessible_description("dropped.inkmoji")
    expect(importing(page_with_house).get_by_role("button", name="Import")).to_be_enabled()
    page_with_house.keyboard.press("Escape")
    choose(page_with_house, "New sticker")
    page_with_house.evaluate(DROP, file)
    expect(importing(page_with_house)).to_be_hidden()
    expect(dialog(page_with_house)).to_be_visible()


def test_the_dialog_is_used_by_keyboard(page_with_house: Page, backup: Path) -> None:
    page, box = page_with_house, importing(page_with_house)
    choose_file(page, backup)
    expect(box.get_by_role("button", name="Import")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(box.get_by_role("radio", name="Merge")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box.get_by_role("radio", name="Replace")).to_be_checked()
    page.keyboard.press("Enter")
    expect(known(page)).to_have_text("Knows 🐟 ☀️")


@pytest.mark.parametrize("device", SIZES)
def test_the_dialog_is_free_of_barriers(
    page_with_house: Page, backup: Path, tmp_path: Path, root: Path, device: str
) -> None:
    page, box = page_with_house, importing(page_with_house)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(SIZES[device])
    choose_file(page, backup)
    expect(box.get_by_role("button", name="Import")).to_be_enabled()
    assert barriers(page, root) == []
    (tmp_path / "no.inkmoji").write_bytes(b"no")
    box.locator("input[type=file]").set_input_files(tmp_path / "no.inkmoji")
    expect(box.get_by_role("alert")).to_contain_text("This file is incomplete.")
    assert barriers(page, root) == []
    page.keyboard.press("Escape")
    page.set_viewport_size(size)
