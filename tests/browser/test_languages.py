"""The page in other languages: German, and one that is made up here, in which nothing English may be seen.

That one runs from right to left, and puts marks around every text that it has: what is seen without them stands
somewhere else than in `web/languages/`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.barriers import SIZES
from tests.browser.conftest import Launch
from tests.browser.filing import import_file
from tests.browser.hand import (
    SHIFTS,
    choose,
    expect_kept,
    fish,
    middle_of,
    placed,
    settle,
    sketch,
    stickers,
    sun,
    wait_until_ready,
)
from tests.browser.recorder import Recorder
from web.tools.serve import Server

GERMAN = "**/languages/de.js"
STRANGE = """
import * as english from "./en.js";
const marked = (value) => {
  if (typeof value === "string") return value && `‹${value}›`;
  if (typeof value === "function") return (...given) => marked(value(...given));
  if (Array.isArray(value)) return value.map(marked);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, marked(each)]));
};
export const about = { ...english.about, direction: "rtl" };
export const strings = marked(english.strings);
export const page = marked(english.page);
"""
CHOSEN = """
localStorage.setItem(`inkmoji:${location.pathname}:preferences`, '{ "language": "de" }');
"""
# Words that are seen, or read out, and have no marks; names of languages are in these languages.
UNMARKED = r"""
() => {
  const seen = [...document.body.querySelectorAll("*")].filter(
    (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest("[lang]:not(html), kbd, .picker"));
  const texts = seen.flatMap((element) => [
    ...[...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data),
    ...["aria-label", "alt", "placeholder", "title", "aria-valuetext"].map((name) => element.getAttribute(name) ?? ""),
  ]);
  return texts.filter((text) => text !== "Inkmoji" && /\p{L}{2,}/u.test(text.replace(/‹.*›/s, "")));
}
"""
# What can be pressed and is not all within the window's width, and faces that are not within their square.
OUTSIDE = """
() => [...document.querySelectorAll(".face text")].filter((text) => {
  const [inner, outer] = [text, text.ownerSVGElement].map((each) => each.getBoundingClientRect());
  return Math.abs(inner.left + inner.right - outer.left - outer.right) > outer.width;
}).concat([...document.querySelectorAll(":is(button, input, select, a, [role=status]), dialog[open]")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".visually-hidden"))
  .filter((each) => {
    const { left, right, width } = each.getBoundingClientRect();
    return width > 0 && (left < -0.5 || right > innerWidth + 0.5);
  }))
  .map(({ outerHTML }) => outerHTML.slice(0, 200))
"""


def choose_language(page: Page, name: str) -> None:
    choose(page, "Settings")
    page.get_by_role("combobox", name="Language").select_option(name)


@pytest.fixture(params=SIZES)
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_language_from_right_to_left_leaves_no_english_and_nothing_outside(
    page: Page, server: Server, stock: FilePayload, device: str, root: Path
) -> None:
    page.set_viewport_size(SIZES[device])
    page.route(GERMAN, lambda route: route.fulfill(body=STRANGE, content_type="text/javascript"))
    page.add_init_script(CHOSEN)
    page.goto(server.url)
    page.locator("html[dir=rtl][data-state=ready]").wait_for()
    import_file(page, stock, "Merge")
    middle = SIZES[device]["width"] / 2, SIZES[device]["height"] / 2
    sketch(page, placed(fish(random.Random(61)), middle, 140))
    expect(stickers(page)).to_have_count(1)
    menu, _ = middle_of(page.get_by_role("button", name="Menu"))
    assert menu[0] > middle[0]
    pictures = root / "screenshots"
    visit(page, middle, lambda state: see(page, pictures / f"{device}-light-rtl-{state}.png", marked=True))


def see(page: Page, picture: Path, *, marked: bool) -> None:
    settle(page)
    page.screenshot(path=picture)
    if marked:
        assert page.evaluate(UNMARKED) == []
    assert page.evaluate(OUTSIDE) == []


def visit(page: Page, sticker: tuple[float, float], see: Callable[[str], None]) -> None:
    """Every dialog and panel of the page, whatever they are called."""
    see("board")
    page.mouse.click(*sticker)
    see("sticker")
    page.locator("#selection [data-action=correct]").click()
    see("not-this")
    page.keyboard.press("Escape")
    page.locator("#menu-button").click()
    see("menu")
    page.keyboard.press("Escape")
    for action in ("new", "picture", "settings", "shortcuts", "reset", "library"):
        page.locator("#menu-button").click()
        page.locator(f"#menu [data-action={action}]").click()
        see(action)
        if action != "library":
            page.keyboard.press("Escape")
    towards_the_end = "ArrowLeft" if page.locator("html[dir=rtl]").count() else "ArrowRight"
    page.locator("#tab-stickers").focus()
    for panel in ("map", "history"):
        page.keyboard.press(towards_the_end)
        expect(page.locator(f"#library-{panel}")).to_be_visible()
        see(panel)
    page.keyboard.press("Escape")


@pytest.fixture
def german(launch: Launch, profile: Path, recorder: Recorder) -> BrowserContext:
    """A browser of someone who reads German."""
    return launch(profile, recorder, "--lang=de-DE", "--accept-lang=de-DE")


def test_who_reads_german_finds_the_page_in_german_and_may_choose_english(
    german: BrowserContext, server: Server, recorder: Recorder, root: Path
) -> None:
    page = german.new_page()
    page.set_viewport_size(SIZES["phone"])
    page.goto(server.url)
    expect(page.get_by_text("Zeichne etwas")).to_be_visible()
    wait_until_ready(page)
    assert page.evaluate(SHIFTS) == []
    teach_sun(page)
    middle = (195.0, 422.0)
    sketch(page, placed(sun(random.Random(8)), middle, 140))
    on_board = page.get_by_role("list", name="Sticker auf der Tafel").get_by_role("listitem")
    expect(on_board).to_have_count(1)
    expect_kept(page, 1, 0)
    pictures = root / "screenshots"
    visit(page, middle, lambda state: see(page, pictures / f"phone-light-de-{state}.png", marked=False))
    page.get_by_role("button", name="Menü").click()
    page.get_by_role("menuitem", name="Einstellungen").click()
    expect(page.get_by_role("slider", name="Pause vor dem Erkennen")).to_have_attribute(
        "aria-valuetext", "0,5 Sekunden"
    )
    page.get_by_role("combobox", name="Sprache").select_option("English")
    page.locator("html[lang=en][data-state=ready]").wait_for()
    expect(stickers(page)).to_have_count(1)
    page.reload()
    expect(page.get_by_role("button", name="Menu")).to_be_visible()
    german.close()
    recorder.check()


def teach_sun(page: Page) -> None:
    """Choose the emoji by its German name and draw it."""
    page.get_by_role("button", name="Menü").click()
    page.get_by_role("menuitem", name="Neuer Sticker").click()
    dialog = page.get_by_role("dialog", name="Neuer Sticker")
    dialog.get_by_role("combobox", name="Suchen").fill("Sonne")
    dialog.get_by_role("option", name="☀️").click()
    expect(dialog.get_by_role("textbox", name="Emoji oder Text")).to_have_value("☀️")
    rng = random.Random(7)
    for number in (1, 2, 3):
        middle, side = middle_of(dialog.get_by_role("img", name=f"Beispiel {number}", exact=True))
        sketch(page, placed(sun(rng), middle, side * 0.7))
    dialog.get_by_role("button", name="Fertig").click()
    expect(page.get_by_role("status")).to_have_text("☀️ gelernt")


def test_a_language_that_cannot_be_loaded_leaves_the_page_english(untaught: Page, shared_recorder: Recorder) -> None:
    untaught.route(GERMAN, lambda route: route.fulfill(status=404))
    choose_language(untaught, "Deutsch")
    expect(untaught.locator("html")).to_have_attribute("lang", "en")
    expect(untaught.get_by_text("Draw something")).to_be_visible()
    wait_until_ready(untaught)
    assert shared_recorder.take(r"languages/de\.js")
