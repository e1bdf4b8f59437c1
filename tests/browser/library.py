"""The dialog "My stickers", and the board that shows what it did."""

from __future__ import annotations

import random
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import Shape, choose, dialog, placed, sketch, stickers


def library(page: Page) -> Locator:
    return page.get_by_role("dialog", name="My stickers")


def open_library(page: Page) -> Locator:
    choose(page, "My stickers")
    return library(page)


def row(page: Page, text: str) -> Locator:
    """A sticker in the dialog."""
    return library(page).get_by_role("listitem", name=re.compile(f"^{text}"))


def press(page: Page, text: str, name: str) -> None:
    row(page, text).get_by_role("button", name=name).click()


def examples(page: Page, text: str) -> Locator:
    return row(page, text).get_by_role("img")


def outcome(page: Page) -> Locator:
    return library(page).get_by_role("status")


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(library(page)).to_be_hidden()


def expect_recognised(page: Page, text: str, shape: Shape, rng: random.Random) -> None:
    """A drawing of it becomes that sticker; the board is empty before and after."""
    sketch(page, placed(shape(rng), (640, 400), 260))
    expect(stickers(page)).to_have_count(1)
    expect(stickers(page)).to_have_accessible_name(text)
    choose(page, "Clear board")
    expect(stickers(page)).to_have_count(0)


def expect_unknown(page: Page, shape: Shape, rng: random.Random) -> None:
    sketch(page, placed(shape(rng), (640, 400), 260))
    expect(dialog(page)).to_be_visible()
    page.get_by_role("button", name="Keep as ink").click()
    choose(page, "Clear board")
