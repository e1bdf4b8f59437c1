"""The page as the person wants it: pause, Enter, how sure a guess must be, pressure, theme; and the live guess."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import barriers
from tests.browser.barriers import SIZES
from tests.browser.hand import choose, dialog, draw, fish, hold, placed, stickers, sun, wait_until_ready
from tests.browser.learner import worker
from tests.browser.starter import settings
from tests.browser.test_page import stay_idle
from web.tools.serve import Server

MIDDLE = (640.0, 400.0)
INK = "getComputedStyle(document.querySelector('#board')).color"
LIGHT, DARK = "rgb(35, 39, 59)", "rgb(236, 238, 246)"
# Answers of the worker are counted, and may be made less sure.
PREDICTIONS = """
() => {
  self.asked = 0;
  const send = self.postMessage;
  self.postMessage = (...reply) => {
    if (reply[0].value?.candidates) self.asked += 1;
    send.call(self, ...reply);
  };
}
"""
# The guess is beside the pen and above it.
NEAR = """
([x, y]) => {
  const { left, bottom } = document.querySelector("#guess").getBoundingClientRect();
  return Math.abs(left - x) < 60 && bottom < y && y - bottom < 280;
}
"""
# All of a stroke, so that the widths of its ink can be compared: pressed hard at its end.
PRESSED = """
([x, y, id]) => {
  const canvas = document.querySelector("#board");
  canvas.setPointerCapture = () => {};
  const send = (type, at) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: id, pointerType: "pen", button: 0, clientX: x + at, clientY: y, pressure: at < 60 ? 0.05 : 1 }));
  send("pointerdown", 0);
  for (let at = 4; at <= 120; at += 4) send("pointermove", at);
  send("pointerup", 120);
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}
"""
THICKNESS = """
([x, y]) => {
  const canvas = document.querySelector("#board");
  const { data } = canvas.getContext("2d").getImageData(x * devicePixelRatio, (y - 20) * devicePixelRatio, 1, 40);
  return data.filter((value, at) => at % 4 === 3 && value > 127).length;
}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(61)


def open_settings(page: Page) -> None:
    choose(page, "Settings")
    expect(settings(page)).to_be_visible()


def close_settings(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(settings(page)).to_be_hidden()


def switch(page: Page, name: str) -> Locator:
    return settings(page).get_by_role("switch", name=name)


def guess(page: Page) -> Locator:
    return page.locator("#guess")


def test_a_guess_is_shown_while_drawing_and_gone_once_it_is_a_sticker(stocked: Page, rng: random.Random) -> None:
    page = stocked
    open_settings(page)
    switch(page, "Wait for Enter").check()  # a slow machine may take longer between two strokes than the pause
    close_settings(page)
    strokes = placed(sun(rng), MIDDLE, 260)
    page.mouse.move(*strokes[0][0])
    page.mouse.down()
    for point in strokes[0][1:]:
        page.mouse.move(*point)
    page.mouse.up()
    for stroke in strokes[1:-1]:
        draw(page, [stroke])
    page.mouse.move(*strokes[-1][0])
    page.mouse.down()
    page.mouse.move(*strokes[-1][1])
    expect(guess(page)).to_be_visible()
    expect(guess(page).locator("text")).to_have_text("☀️")
    expect(guess(page)).to_have_attribute("data-level", "sure")
    page.wait_for_function(NEAR, arg=strokes[-1][1])
    page.mouse.up()
    page.locator("#board").focus()
    page.keyboard.press("Enter")
    expect(stickers(page)).to_have_count(1)
    expect(guess(page)).to_be_hidden()


def test_no_guess_is_asked_for_where_none_is_wanted(stocked: Page, rng: random.Random) -> None:
    page = stocked
    open_settings(page)
    switch(page, "Guess while you draw").uncheck()
    close_settings(page)
    worker(page).evaluate(PREDICTIONS)
    draw(page, placed(sun(rng), MIDDLE, 260))
    expect(stickers(page)).to_have_count(1)
    assert worker(page).evaluate("self.asked") == 1
    draw(page, placed(fish(rng), (240, 400), 200))
    expect(stickers(page)).to_have_count(2)
    assert worker(page).evaluate("self.asked") == 2
    expect(guess(page)).to_be_hidden()


def test_a_drawing_waits_for_enter_where_that_is_wanted(stocked: Page, rng: random.Random) -> None:
    page = stocked
    open_settings(page)
    pause = settings(page).get_by_role("slider", name="Pause before recognising")
    expect(pause).to_be_enabled()
    switch(page, "Wait for Enter").check()
    expect(pause).to_be_disabled()
    close_settings(page)
    draw(page, placed(sun(rng), MIDDLE, 260))
    stay_idle(page)
    expect(stickers(page)).to_have_count(0)
    page.locator("#board").focus()
    page.keyboard.press("Enter")
    expect(stickers(page)).to_have_count(1)


def test_the_pause_is_as_long_as_it_is_set_and_kept(stocked: Page, rng: random.Random) -> None:
    page = stocked
    open_settings(page)
    pause = settings(page).get_by_role("slider", name="Pause before recognising")
    expect(pause).to_have_attribute("aria-valuetext", "0.5 seconds")
    pause.fill("3")
    expect(settings(page).get_by_text("3.0 seconds")).to_be_visible()
    page.reload()
    wait_until_ready(page)
    open_settings(page)
    expect(pause).to_have_value("3")
    close_settings(page)
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    draw(page, placed(sun(rng), MIDDLE, 260))
    page.clock.run_for(2900)
    assert page.evaluate("document.querySelectorAll('#stickers li').length") == 0
    page.clock.run_for(200)
    expect(stickers(page)).to_have_count(1)
    page.clock.resume()


def test_less_sure_than_wanted_is_not_recognised(stocked: Page, rng: random.Random) -> None:
    page = stocked
    open_settings(page)
    settings(page).get_by_role("combobox", name="Becomes a sticker").select_option("only if sure")
    close_settings(page)
    worker(page).evaluate("""
      () => {
        const send = self.postMessage;
        self.postMessage = (...reply) => {
          const { value } = reply[0];
          if (value?.candidates) Object.assign(value, { confidence: 0.85 });
          send.call(self, ...reply);
        };
      }""")
    draw(page, placed(sun(rng), MIDDLE, 260))
    expect(dialog(page)).to_be_visible()
    expect(dialog(page).get_by_role("group", name="Is it one of these?").get_by_role("button").first).to_have_text("☀️")


def test_the_pressure_of_a_pen_counts_unless_it_is_switched_off(untaught: Page) -> None:
    page = untaught
    open_settings(page)
    switch(page, "Wait for Enter").check()  # so that nobody asks what the strokes are
    close_settings(page)
    page.evaluate(PRESSED, [300, 200, 41])
    widths = [page.evaluate(THICKNESS, [x, 200]) for x in (330, 400)]
    assert widths[1] > widths[0] + 2, widths
    open_settings(page)
    switch(page, "Pen pressure").uncheck()
    close_settings(page)
    page.evaluate(PRESSED, [300, 300, 42])
    widths = [page.evaluate(THICKNESS, [x, 300]) for x in (330, 400)]
    assert abs(widths[1] - widths[0]) <= 2, widths


def test_the_theme_is_chosen_and_there_from_the_first_paint(untaught: Page, other_page: Page, server: Server) -> None:
    page = untaught
    assert page.evaluate(INK) == LIGHT
    open_settings(page)
    theme = settings(page).get_by_role("combobox", name="Theme")
    theme.select_option("dark")
    assert page.evaluate(INK) == DARK
    assert page.evaluate("document.querySelector('meta[name=theme-color]').content") == "#17181d"
    release = hold(other_page, "**/app.js")
    other_page.goto(server.url, wait_until="commit")
    other_page.wait_for_function("() => document.querySelector('#board')")
    assert other_page.evaluate(INK) == DARK, "before any module runs"
    release()
    wait_until_ready(other_page)
    theme.select_option("light")
    other_page.wait_for_function(f"() => {INK} === '{LIGHT}'")
    theme.select_option("system")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {INK} === '{DARK}'")
    close_settings(page)
    theme_gone_with_a_reset(page, theme)


def theme_gone_with_a_reset(page: Page, theme: Locator) -> None:
    open_settings(page)
    theme.select_option("light")
    close_settings(page)
    choose(page, "Reset")
    page.get_by_role("button", name="Reset everything").click()
    page.wait_for_function(f"() => {INK} === '{DARK}'")
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("kept", ["nonsense", "null", "[]", '{"pause": 99, "theme": "pink", "onEnter": "yes"}'])
def test_what_is_kept_and_not_sound_is_not_taken(untaught: Page, kept: str) -> None:
    page = untaught
    page.evaluate("(kept) => localStorage.setItem(`inkmoji:${location.pathname}:preferences`, kept)", kept)
    page.reload()
    wait_until_ready(page)
    open_settings(page)
    expect(settings(page).get_by_role("slider", name="Pause before recognising")).to_have_value("0.5")
    expect(settings(page).get_by_role("combobox", name="Theme")).to_have_value("system")
    expect(switch(page, "Wait for Enter")).not_to_be_checked()


@pytest.mark.parametrize("device", SIZES)
def test_the_guess_and_the_settings_are_seen_and_free_of_barriers(
    stocked: Page, root: Path, device: str, rng: random.Random
) -> None:
    page = stocked
    width, height = SIZES[device]["width"], SIZES[device]["height"]
    page.set_viewport_size(SIZES[device])
    strokes = placed(fish(rng), (width / 2, height / 2), min(width, height) * 0.4)
    draw(page, strokes[:-1])
    page.mouse.move(*strokes[-1][0])
    page.mouse.down()
    for point in strokes[-1]:
        page.mouse.move(*point)
    expect(guess(page)).to_be_visible()
    barriers.show(page, root, device, "v-guess")
    page.mouse.up()
    expect(stickers(page)).to_have_count(1)
    open_settings(page)
    barriers.show(page, root, device, "w-settings")
