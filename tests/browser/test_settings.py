"""The settings: the switch of the starter stickers, what it says when something fails, and "About"."""

from __future__ import annotations

import random
from pathlib import Path

import inkmoji
import pytest
from inkmoji import dumps
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hand import PYTHON, choose, dialog, draw, hold, house, placed, wait_until_ready
from tests.browser.recorder import Recorder
from tests.browser.starter import PACK, outcome, settings, shipped_faces, starter
from tests.browser.test_journey import FAIL_WRITES, HOLD_LOCK, MEND_WRITES
from tests.browser.test_page import FOCUSED_NAME, stay_idle
from tests.updatable import KINDS
from web.tools.serve import Server


@pytest.fixture
def rng() -> random.Random:
    return random.Random(12)


def test_starter_stickers_are_off_at_first_and_stay_as_they_were_switched(untaught: Page, dist: Path) -> None:
    faces = shipped_faces(dist)
    known = untaught.get_by_text(f"Knows {' '.join(faces[:12])}")
    choose(untaught, "Settings")
    expect(starter(untaught)).not_to_be_checked()
    expect(starter(untaught)).to_have_accessible_description("Recognise common doodles before you have taught any")
    starter(untaught).click()
    expect(outcome(untaught)).to_have_text(f"{len(faces)} starter stickers on")
    expect(starter(untaught)).to_be_checked()
    offer = f"Recognise {len(faces)} common doodles before you have taught any"
    expect(starter(untaught)).to_have_accessible_description(offer)
    settings(untaught).get_by_role("button", name="Close").click()
    expect(known).to_be_visible()

    untaught.reload()
    wait_until_ready(untaught)
    expect(known).to_be_visible()
    choose(untaught, "Settings")
    expect(starter(untaught)).to_be_checked()
    starter(untaught).click()
    expect(outcome(untaught)).to_have_text("Starter stickers off")
    expect(starter(untaught)).not_to_be_checked()
    untaught.keyboard.press("Escape")
    expect(untaught.get_by_text("Knows")).to_be_hidden()

    untaught.reload()
    wait_until_ready(untaught)
    choose(untaught, "Settings")
    expect(starter(untaught)).not_to_be_checked()


def test_a_drawing_waits_while_the_settings_are_open(untaught: Page, rng: random.Random) -> None:
    draw(untaught, placed(house(rng), (250, 400), 240))
    choose(untaught, "Settings")
    stay_idle(untaught)
    expect(dialog(untaught)).to_be_hidden()
    untaught.keyboard.press("Escape")
    untaught.get_by_role("button", name="Keep as ink").click()


def test_a_pack_that_cannot_be_loaded_is_told_and_can_be_tried_again(
    untaught: Page, shared_recorder: Recorder, dist: Path
) -> None:
    untaught.route(PACK, lambda route: route.fulfill(status=404), times=1)
    choose(untaught, "Settings")
    starter(untaught).click()
    expect(settings(untaught).get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(settings(untaught).get_by_role("alert")).to_contain_text("starter.inkmoji, got status 404")
    expect(starter(untaught)).not_to_be_checked()
    expect(outcome(untaught)).to_be_empty()
    expect(untaught.locator("html")).to_have_attribute("data-state", "ready")
    shared_recorder.take("starter.inkmoji")
    starter(untaught).click()
    expect(outcome(untaught)).to_have_text(f"{len(shipped_faces(dist))} starter stickers on")
    expect(settings(untaught).get_by_role("alert")).to_be_empty()
    expect(starter(untaught)).to_be_checked()


def test_a_save_that_fails_keeps_the_old_state_and_can_be_tried_again(doodles: Page) -> None:
    choose(doodles, "Settings")
    for before, says in ((False, "2 starter stickers on"), (True, "Starter stickers off")):
        doodles.workers[0].evaluate(FAIL_WRITES)
        starter(doodles).click()
        expect(settings(doodles).get_by_role("alert")).to_contain_text(
            "Nothing was changed. The browser's storage is full"
        )
        expect(starter(doodles)).to_be_checked(checked=before)
        doodles.workers[0].evaluate(MEND_WRITES)
        starter(doodles).click()
        expect(outcome(doodles)).to_have_text(says)
        expect(settings(doodles).get_by_role("alert")).to_be_empty()
        expect(starter(doodles)).to_be_checked(checked=not before)


def test_a_pack_for_another_base_model_is_refused_in_words(untaught: Page) -> None:
    untaught.route(PACK, lambda route: route.fulfill(body=dumps(KINDS["drawings, PLDA"]().model)))
    choose(untaught, "Settings")
    starter(untaught).click()
    expect(settings(untaught).get_by_role("alert")).to_contain_text("made for another base model")
    expect(starter(untaught)).not_to_be_checked()


def test_the_switch_shows_that_it_works_and_settings_that_are_closed_do_not_stop_it(doodles: Page) -> None:
    doodles.evaluate(HOLD_LOCK)
    choose(doodles, "Settings")
    starter(doodles).click()
    expect(outcome(doodles)).to_have_text("Adding starter stickers…")
    expect(starter(doodles)).to_be_checked()
    expect(starter(doodles)).to_be_disabled()
    starter(doodles).click(force=True)
    expect(starter(doodles)).to_be_checked()
    doodles.keyboard.press("Escape")
    doodles.evaluate("() => window.releaseLock()")
    expect(doodles.get_by_role("status")).to_have_text("2 starter stickers on")
    doodles.workers[0].evaluate(FAIL_WRITES)
    doodles.evaluate(HOLD_LOCK)
    choose(doodles, "Settings")
    expect(outcome(doodles)).to_be_empty()
    starter(doodles).click()
    expect(outcome(doodles)).to_have_text("Removing starter stickers…")
    doodles.keyboard.press("Escape")
    doodles.evaluate("() => window.releaseLock()")
    expect(doodles.get_by_role("status")).to_contain_text("Nothing was changed. The browser's storage is full")
    doodles.workers[0].evaluate(MEND_WRITES)
    choose(doodles, "Settings")
    expect(settings(doodles).get_by_role("alert")).to_be_empty()
    expect(starter(doodles)).to_be_checked()
    expect(starter(doodles)).to_be_enabled()


def test_the_switch_waits_for_python(untaught: Page, other_page: Page, server: Server) -> None:
    release = hold(other_page)
    other_page.goto(server.url)
    choose(other_page, "Settings")
    expect(outcome(other_page)).to_have_text("Waiting for Python…")
    expect(starter(other_page)).to_be_disabled()
    starter(other_page).click(force=True)
    expect(starter(other_page)).not_to_be_checked()
    other_page.keyboard.press("Escape")
    release()
    wait_until_ready(other_page)
    choose(other_page, "Settings")
    expect(starter(other_page)).to_be_enabled()
    expect(outcome(other_page)).to_be_empty()
    switch_elsewhere(other_page, untaught)


def switch_elsewhere(page: Page, untaught: Page) -> None:
    """A switch that is pressed in another tab moves here too."""
    choose(untaught, "Settings")
    expect(starter(untaught)).not_to_be_checked()
    starter(page).click()
    expect(starter(untaught)).to_be_checked()


@pytest.mark.usefixtures("untaught")
def test_a_start_that_fails_is_told_and_the_switch_tries_it_again(
    other_page: Page, server: Server, shared_recorder: Recorder, dist: Path
) -> None:
    """Settings that are closed while Python is still waited for take the wish with them."""
    other_page.route(PYTHON, lambda route: route.fulfill(status=404))
    other_page.goto(server.url)
    choose(other_page, "Settings")
    alert = settings(other_page).get_by_role("alert")
    expect(alert).to_contain_text("Starter stickers cannot be changed yet.")
    other_page.unroute_all()
    release = hold(other_page)
    starter(other_page).click()
    expect(outcome(other_page)).to_have_text("Adding starter stickers…")
    expect(alert).to_be_empty()
    other_page.keyboard.press("Escape")
    choose(other_page, "Settings")
    expect(outcome(other_page)).to_have_text("Waiting for Python…")
    release()
    expect(starter(other_page)).to_be_enabled()
    expect(starter(other_page)).not_to_be_checked()
    starter(other_page).click()
    expect(outcome(other_page)).to_have_text(f"{len(shipped_faces(dist))} starter stickers on")
    shared_recorder.take("pyodide.asm.mjs")


def test_the_settings_are_used_by_keyboard_and_give_the_focus_back(doodles: Page) -> None:
    doodles.get_by_role("button", name="Menu").focus()
    for key in ("Enter", "s", "s", "Enter"):  # past "Save as picture"
        doodles.keyboard.press(key)
    expect(starter(doodles)).to_be_focused()
    doodles.keyboard.press("Space")
    expect(outcome(doodles)).to_have_text("2 starter stickers on")
    expect(starter(doodles)).to_be_focused()
    choices = (
        ("slider", "Pause before recognising"),
        ("switch", "Wait for Enter"),
        ("combobox", "Becomes a sticker"),
        ("switch", "Guess while you draw"),
        ("switch", "Pen pressure"),
        ("switch", "Key for help"),
        ("combobox", "Language"),
        ("combobox", "Theme"),
    )
    for role, name in choices:
        doodles.keyboard.press("Tab")
        expect(settings(doodles).get_by_role(role, name=name)).to_be_focused()  # type: ignore[arg-type]
    for name in ("Export", "Ask to keep them"):
        doodles.keyboard.press("Tab")
        expect(settings(doodles).get_by_role("button", name=name)).to_be_focused()
    for name in ("MIT licence", "Third-party parts"):
        doodles.keyboard.press("Tab")
        expect(settings(doodles).get_by_role("link", name=name)).to_be_focused()
    doodles.keyboard.press("Tab")
    expect(settings(doodles).get_by_role("button", name="Close")).to_be_focused()
    doodles.keyboard.press("Enter")
    expect(settings(doodles)).to_be_hidden()
    assert doodles.evaluate(FOCUSED_NAME) == "Menu"


def test_a_press_on_the_backdrop_closes_the_settings_and_one_inside_does_not(untaught: Page) -> None:
    choose(untaught, "Settings")
    settings(untaught).get_by_role("heading", name="About").click()
    untaught.mouse.down()
    untaught.mouse.move(40, 400)
    untaught.mouse.up()
    settings(untaught).click(position={"x": 4, "y": 4})
    expect(settings(untaught)).to_be_visible()
    untaught.mouse.click(40, 400)
    expect(settings(untaught)).to_be_hidden()
    assert untaught.evaluate(FOCUSED_NAME) == "Menu"


def test_about_names_the_version_the_licences_and_the_drawings_it_was_made_from(
    untaught: Page, server: Server, shared_context: BrowserContext, shared_recorder: Recorder
) -> None:
    choose(untaught, "Settings")
    about = settings(untaught).get_by_role("region", name="About")
    expect(about).to_contain_text(f"Inkmoji {inkmoji.__version__}")
    expect(about).to_contain_text("Everything stays on this device.")
    expect(about).to_contain_text(
        "The base model and the starter stickers were made from the Quick, Draw! dataset by Google, CC BY 4.0, "
        "and Omniglot by Brenden Lake, MIT."
    )
    links = {
        "MIT licence": ("LICENSE", "Permission is hereby granted, free of charge"),
        "Third-party parts": ("THIRD_PARTY.md", "`models/starter.inkmoji` is made"),
    }
    # A page of plain text names no icon: the browser asks for one, once.
    with shared_context.expect_console_message(lambda message: "favicon" in message.location["url"]):
        for name, (file, text) in links.items():
            with shared_context.expect_page() as opening:
                about.get_by_role("link", name=name).click()
            opening.value.wait_for_load_state()
            assert opening.value.url == server.url + file
            assert text in opening.value.locator("body").inner_text()
            opening.value.close()
    shared_recorder.take("favicon")
    expect(settings(untaught)).to_be_visible()
