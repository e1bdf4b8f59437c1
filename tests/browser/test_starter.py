"""Stickers that came ready-made, on the board: recognised while they are on, and never before what was taught."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import Shape, choose, dialog, draw, fish, house, placed, stickers, sun, teach, wait_until_ready
from tests.browser.starter import shipped_faces, starter, switch
from tests.browser.test_page import HOLD_CALLS, stay_idle


@pytest.fixture
def rng() -> random.Random:
    return random.Random(12)


def expect_answers(page: Page, answers: dict[str, Shape], rng: random.Random) -> None:
    """Clear the board, then draw each shape and see it become the sticker."""
    choose(page, "Clear board")
    expect(stickers(page)).to_have_count(0)
    for place, (text, shape) in enumerate(answers.items()):
        draw(page, placed(shape(rng), (300 + 400 * place, 400), 240))
        expect(stickers(page)).to_have_count(place + 1)
        expect(stickers(page).last).to_have_accessible_name(text)


def expect_question(page: Page, shape: Shape, rng: random.Random) -> None:
    """Draw a shape that no sticker is like."""
    choose(page, "Clear board")
    draw(page, placed(shape(rng), (600, 400), 240))
    page.get_by_role("button", name="Keep as ink").click()
    expect(dialog(page)).to_be_hidden()


def test_a_doodle_that_nobody_taught_is_recognised_with_the_pack_that_ships(
    untaught: Page, dist: Path, rng: random.Random
) -> None:
    switch(untaught, f"{len(shipped_faces(dist))} starter stickers on")
    draw(untaught, placed(fish(rng), (600, 400), 240))
    expect(stickers(untaught)).to_have_accessible_name("🐟")


def test_starter_stickers_are_recognised_until_they_are_switched_off(doodles: Page, rng: random.Random) -> None:
    expect_question(doodles, fish, rng)
    switch(doodles, "2 starter stickers on")
    expect_answers(doodles, {"🐟": fish, "☀️": sun}, rng)
    switch(doodles, "Starter stickers off")
    expect_question(doodles, fish, rng)


def test_what_was_taught_goes_before_a_starter_sticker_that_is_like_it(doodles: Page, rng: random.Random) -> None:
    """Both know the very same shape; the pack has five drawings of it, the person has drawn three."""
    teach(doodles, "⭐", sun, rng)
    for state in ("2 starter stickers on", "Starter stickers off"):
        switch(doodles, state)
        expect_answers(doodles, {"⭐": sun}, rng)
    switch(doodles, "2 starter stickers on")
    expect_answers(doodles, {"🐟": fish, "⭐": sun}, rng)
    choose(doodles, "Clear board")
    expect(doodles.get_by_text("Knows ⭐ 🐟 ☀️")).to_be_visible()


def test_a_starter_sticker_that_is_taught_becomes_ones_own(doodles: Page, rng: random.Random) -> None:
    switch(doodles, "2 starter stickers on")
    teach(doodles, "☀️", house, rng)
    expect(doodles.get_by_text("Knows ☀️ 🐟")).to_be_visible()
    expect_answers(doodles, {"☀️": house, "🐟": fish}, rng)
    switch(doodles, "Starter stickers off")
    expect_answers(doodles, {"☀️": house}, rng)
    expect_question(doodles, fish, rng)
    choose(doodles, "Clear board")
    expect(doodles.get_by_text("Knows ☀️")).to_have_text("Knows ☀️")
    switch(doodles, "1 starter sticker on")
    expect_answers(doodles, {"☀️": house, "🐟": fish}, rng)


def test_drawings_that_were_not_recognised_are_looked_at_again(doodles: Page, rng: random.Random) -> None:
    """The answer comes while the settings are open, so that nobody was asked about the drawing yet."""
    doodles.evaluate(HOLD_CALLS)
    draw(doodles, placed(fish(rng), (250, 400), 240))
    doodles.locator("html[data-state=working]").wait_for()
    choose(doodles, "Settings")
    doodles.evaluate("() => window.releaseCalls()")
    wait_until_ready(doodles)
    expect(stickers(doodles)).to_have_count(0)
    starter(doodles).click()
    expect(stickers(doodles)).to_have_accessible_name("🐟")
    doodles.keyboard.press("Escape")
    stay_idle(doodles)
    expect(dialog(doodles)).to_be_hidden()
