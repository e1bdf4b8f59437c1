"""Export: as a download, or where the person says; what reminds of it; and what the storage promises."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from inkmoji import CompiledModel
from playwright.sync_api import BrowserContext, Download, Locator, Page, Route, expect

from tests.browser.conftest import Launch
from tests.browser.filing import export, import_file, save
from tests.browser.hand import choose, dialog, draw, expect_kept, fish, placed, stickers, sun, teach, wait_until_ready
from tests.browser.recorder import Recorder
from tests.browser.starter import settings
from tests.browser.test_page import FOCUSED_NAME
from web.tools.serve import Server

# A dialog for saving that gives what the test says; what is written ends up in `window.written`.
SAVE_DIALOG = """
(answer) => {
  window.written = null;
  window.cancelled = false;
  window.asked = [];
  const stream = (chunks) => ({
    write: async (bytes) => {
      if (answer === "full") throw new DOMException("no room", "QuotaExceededError");
      chunks.push(bytes);
    },
    close: async () => { window.written = chunks.map((chunk) => [...chunk]).flat(); },
    abort: async () => { window.aborted = true; },
  });
  window.showSaveFilePicker = async (options) => {
    window.asked.push(options.suggestedName);
    if (answer !== "cancelled") return { name: "mine.inkmoji", createWritable: async () => stream([]) };
    await new Promise((resolve) => setTimeout(resolve, 500));
    setTimeout(() => { window.cancelled = true; });
    throw new DOMException("The user aborted a request.", "AbortError");
  };
}
"""
PERSISTENCE = """
(() => {
  let granted = %s;
  window.asks = 0;
  StorageManager.prototype.persisted = async () => granted;
  StorageManager.prototype.persist = async () => { window.asks += 1; return granted ||= %s; };
  StorageManager.prototype.estimate = async () => ({ usage: 2500000, quota: 10700000000 });
})();
"""
BROKEN = "IDBFactory.prototype.open = () => { throw new DOMException('out of order', 'UnknownError'); };\n"

Promised = Callable[[bool, bool], Page]


@pytest.fixture
def rng() -> random.Random:
    return random.Random(31)


def open_page(page: Page, server: Server, before: bool, when_asked: bool) -> Page:
    """Open the page, ready, in a browser that has made its promise or not, and that makes it when asked or not."""
    page.add_init_script(PERSISTENCE % (str(before).lower(), str(when_asked).lower()))
    page.goto(server.url)
    wait_until_ready(page)
    return page


@pytest.fixture
def promised(page: Page, server: Server) -> Promised:
    return lambda before, when_asked: open_page(page, server, before, when_asked)


@pytest.fixture(scope="module")
def home(shared_context: BrowserContext, server: Server) -> Page:
    """One page for the tests of this module, in a browser that makes no promise."""
    return open_page(shared_context.new_page(), server, False, False)


@pytest.fixture
def untaught(untaught: Page) -> Page:
    """That page, with nothing taught and with the browser's own dialog for saving, which shows none here."""
    untaught.evaluate("() => { window.showSaveFilePicker = window.ownPicker ??= window.showSaveFilePicker; }")
    return untaught


@pytest.fixture
def forgetful(launch: Launch, tmp_path: Path, recorder: Recorder, server: Server) -> Iterator[Page]:
    """The page in a browser whose IndexedDB is broken, for the page as for its worker."""
    context = launch(tmp_path / "forgetful", recorder)
    context.add_init_script(BROKEN)

    def broken(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=BROKEN + response.text())

    page = context.new_page()
    page.route("**/worker/main.js", broken)
    page.goto(server.url)
    wait_until_ready(page)
    yield page
    context.close()


def reminder(page: Page) -> Locator:
    return page.get_by_role("region", name="Backup")


def storage(page: Page) -> Locator:
    return settings(page).get_by_role("region", name="Storage")


def taught_in(file: Path) -> list[str]:
    model = CompiledModel(file.read_bytes()).model()
    return [face.text for face in model.faces.values()]


def test_what_was_exported_is_recognised_again_after_a_reset_and_an_import(
    untaught: Page, tmp_path: Path, rng: random.Random
) -> None:
    teach(untaught, "🐟", fish, rng)
    teach(untaught, "☀️", sun, rng)
    file = save(untaught, tmp_path / "mine.inkmoji")
    expect(untaught.get_by_role("status")).to_have_text(
        re.compile(r"^2 stickers downloaded as inkmoji-\d{4}-\d\d-\d\d\.inkmoji$")
    )
    assert sorted(taught_in(file)) == sorted(["🐟", "☀️"])

    choose(untaught, "Reset")
    untaught.get_by_role("button", name="Reset everything").click()
    expect(untaught.get_by_role("status")).to_have_text("Everything is gone. Inkmoji starts afresh.")
    draw(untaught, placed(fish(rng), (400, 400), 240))
    expect(dialog(untaught)).to_be_visible()
    untaught.get_by_role("button", name="Cancel").click()
    choose(untaught, "Clear board")

    import_file(untaught, file, "Merge")
    draw(untaught, placed(fish(rng), (400, 400), 240))
    expect(stickers(untaught)).to_have_accessible_name("🐟")
    draw(untaught, placed(sun(rng), (900, 400), 240))
    expect(stickers(untaught).nth(1)).to_have_accessible_name("☀️")


def test_the_file_is_saved_where_the_person_says(untaught: Page, rng: random.Random) -> None:
    teach(untaught, "🐟", fish, rng)
    untaught.evaluate(SAVE_DIALOG, "given")
    export(untaught)
    expect(untaught.get_by_role("status")).to_have_text("1 sticker saved as mine.inkmoji")
    written = base64.b64decode(untaught.evaluate("() => Uint8Array.from(window.written).toBase64()"))
    assert [face.text for face in CompiledModel(written).model().faces.values()] == ["🐟"]
    assert re.fullmatch(r"inkmoji-\d{4}-\d\d-\d\d\.inkmoji", untaught.evaluate("() => window.asked[0]"))


def test_who_does_not_want_the_file_after_all_gets_none(untaught: Page) -> None:
    downloads: list[Download] = []
    untaught.on("download", lambda download: downloads.append(download))
    untaught.evaluate(SAVE_DIALOG, "cancelled")
    export(untaught)
    untaught.wait_for_function("() => window.cancelled")
    expect(untaught.get_by_role("status")).not_to_contain_text("saved")
    expect(untaught.get_by_role("status")).not_to_contain_text("export")
    assert untaught.evaluate("() => window.written") is None
    untaught.evaluate(SAVE_DIALOG, "given")
    export(untaught)
    expect(untaught.get_by_role("status")).to_have_text("0 stickers saved as mine.inkmoji")
    assert downloads == []


def test_a_file_that_cannot_be_written_is_told(untaught: Page) -> None:
    untaught.evaluate(SAVE_DIALOG, "full")
    export(untaught)
    expect(untaught.get_by_role("status")).to_have_text(
        "Nothing was exported. The file mine.inkmoji could not be written: no room. "
        "Choose another place, then try again."
    )
    assert untaught.evaluate("() => [window.aborted, window.written]") == [True, None]


def test_without_storage_the_page_says_so_teaches_and_exports(
    forgetful: Page, tmp_path: Path, recorder: Recorder, rng: random.Random
) -> None:
    expect(forgetful.get_by_role("status")).to_contain_text("What you teach is lost with this page.")
    teach(forgetful, "Fish", fish, rng)
    expect(reminder(forgetful)).to_contain_text("Your stickers are lost with this page")
    draw(forgetful, placed(fish(rng), (400, 400), 240))
    expect(stickers(forgetful)).to_have_accessible_name("Fish")
    with forgetful.expect_download() as downloading:
        reminder(forgetful).get_by_role("button", name="Export").click()
    downloading.value.save_as(tmp_path / "saved.inkmoji")
    assert taught_in(tmp_path / "saved.inkmoji") == ["Fish"]
    choose(forgetful, "Settings")
    expect(storage(forgetful)).to_contain_text("Nothing is kept. What you teach is lost with this page.")
    expect(storage(forgetful)).to_contain_text("1 sticker, ")
    expect(storage(forgetful).get_by_role("button", name="Ask to keep them")).to_be_hidden()
    forgetful.keyboard.press("Escape")
    choose(forgetful, "Reset")
    forgetful.get_by_role("button", name="Reset everything").click()
    expect(stickers(forgetful)).to_have_count(0)
    expect(reminder(forgetful)).to_be_hidden()
    recorder.take("out of order")
    recorder.check()


def test_the_browser_is_asked_once_and_with_its_promise_nothing_is_reminded_of(
    promised: Promised, rng: random.Random
) -> None:
    page = promised(False, True)
    choose(page, "Settings")
    expect(storage(page)).to_contain_text("The browser may remove your stickers when it runs out of space.")
    page.keyboard.press("Escape")
    assert page.evaluate("() => window.asks") == 0
    teach(page, "🐟", fish, rng)
    teach(page, "☀️", sun, rng)
    assert page.evaluate("() => window.asks") == 1
    expect(reminder(page)).to_be_hidden()
    choose(page, "Settings")
    expect(storage(page)).to_contain_text("The browser has promised to keep your stickers until you remove them.")
    expect(storage(page)).to_contain_text("2.5 MB of 10.7 GB")
    expect(storage(page)).to_contain_text(re.compile(r"2 stickers, \d{3} kB"))
    expect(storage(page).get_by_role("button", name="Ask to keep them")).to_be_hidden()


def test_a_browser_that_promised_long_ago_is_not_asked(promised: Promised, rng: random.Random) -> None:
    page = promised(True, True)
    teach(page, "🐟", fish, rng)
    expect(reminder(page)).to_be_hidden()
    assert page.evaluate("() => window.asks") == 0


def test_without_the_promise_a_backup_is_reminded_of_until_there_is_one(
    untaught: Page, tmp_path: Path, rng: random.Random
) -> None:
    page = untaught
    expect(reminder(page)).to_be_hidden()
    teach(page, "🐟", fish, rng)
    expect(reminder(page)).to_contain_text("Your stickers are in this browser only")
    with page.expect_download() as downloading:
        reminder(page).get_by_role("button", name="Export").click()
    downloading.value.save_as(tmp_path / "backup.inkmoji")
    assert taught_in(tmp_path / "backup.inkmoji") == ["🐟"]
    expect(reminder(page)).to_be_hidden()
    assert page.evaluate(FOCUSED_NAME) == "Menu"

    expect_kept(page, 0, 0, backup=True)
    reload(page)
    expect(reminder(page)).to_be_hidden()
    teach(page, "☀️", sun, rng)
    expect(reminder(page)).to_be_visible()
    reminder(page).get_by_role("button", name="Dismiss").click()
    expect(reminder(page)).to_be_hidden()
    teach(page, "☀️", sun, rng)
    expect(reminder(page)).to_be_hidden()
    reload(page)
    expect(reminder(page)).to_be_visible()


def reload(page: Page) -> None:
    page.reload()
    wait_until_ready(page)


def test_the_promise_can_be_asked_for_again(promised: Promised, page: Page, rng: random.Random) -> None:
    promised(False, False)
    teach(page, "🐟", fish, rng)
    choose(page, "Settings")
    ask = storage(page).get_by_role("button", name="Ask to keep them")
    ask.click()
    expect(storage(page)).to_contain_text("The browser makes no promise now.")
    page.evaluate("() => { StorageManager.prototype.persisted = async () => true; }")
    ask.click()
    expect(storage(page)).to_contain_text("The browser has promised")
    expect(storage(page).get_by_role("button", name="Export")).to_be_focused()
    page.keyboard.press("Escape")
    expect(reminder(page)).to_be_hidden()


# Once the reminder is seen, the pill is at least fading.
ALONE = """
() => new Promise((resolve) => {
  const [pill, backup] = ["pill", "backup"].map((id) => document.getElementById(id));
  const seen = (part) => {
    const { visibility, opacity } = getComputedStyle(part);
    return part.hidden || visibility === "hidden" ? 0 : Number(opacity);
  };
  const look = () => {
    if (seen(backup) > 0.5) resolve(seen(pill) < 1);
    else requestAnimationFrame(look);
  };
  look();
})
"""


def test_the_reminder_waits_until_the_pill_of_the_start_goes(untaught: Page, rng: random.Random) -> None:
    page = untaught
    teach(page, "🐟", fish, rng)
    page.reload()
    assert page.evaluate(ALONE)


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_the_reminder_holds_all_of_its_words(untaught: Page, rng: random.Random, width: int) -> None:
    page = untaught
    teach(page, "🐟", fish, rng)
    page.set_viewport_size({"width": width, "height": 844})
    page.reload()
    text = reminder(page).get_by_text("Your stickers are in this browser only")
    expect(text).to_be_visible()
    inner, outer = text.bounding_box(), reminder(page).bounding_box()
    assert inner is not None
    assert outer is not None
    assert inner["y"] >= outer["y"] >= 0.0
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]
    assert outer["x"] + outer["width"] <= width


def test_one_can_draw_through_the_reminder(untaught: Page, rng: random.Random) -> None:
    page = untaught
    teach(page, "🐟", fish, rng)
    text = reminder(page).get_by_text("Your stickers are in this browser only")
    expect(text).to_be_visible()
    box = text.bounding_box()
    assert box is not None
    hit = page.evaluate("([x, y]) => document.elementFromPoint(x, y).id", [box["x"] + 20, box["y"] + box["height"] / 2])
    assert hit == "board"
