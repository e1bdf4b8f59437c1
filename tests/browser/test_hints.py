"""Hints at the drawings that are to be taught: what the model sees of them, and whether they go together."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.barriers import SIZES, show
from tests.browser.database import live_model
from tests.browser.hand import (
    Shape,
    choose,
    dialog,
    draw,
    fill_pad,
    fish,
    hold,
    house,
    middle_of,
    settle,
    sun,
    teach,
    touch,
)
from tests.browser.library import open_library, row

Pen = Callable[..., None]
# The pictures in the corners of the pads, none where it is not shown: the size, and whether a fair part of it is ink.
PICTURES = """
() => [...document.querySelectorAll("#teach .seen")].map((canvas) => {
  if (canvas.dataset.shown === "false") return null;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const ink = data.filter((_, index) => index % 4 === 3 && data[index] > 127).length;
  return [canvas.width, canvas.height, ink > 60 && ink < 500];
})
"""
SEEN = [32, 32, True]
LISTEN = """
() => {
  window.listening?.disconnect(); // the page is the tests' in common
  window.heard = [];
  const region = document.querySelector("#teach [aria-live=polite]");
  window.listening = new MutationObserver(() => window.heard.push(region.textContent));
  window.listening.observe(region, { childList: true });
}
"""
# What the worker says of the drawings waits until it is let go.
HOLD_REVIEW = """
() => {
  const held = [];
  const send = self.postMessage;
  self.reviewed = new Promise((resolve) => {
    self.postMessage = (...reply) => {
      if (!Object(reply[0].value).pictures) return send.call(self, ...reply);
      held.push(reply);
      resolve();
    };
  });
  self.release = () => { self.postMessage = send; held.forEach((reply) => send.call(self, ...reply)); };
}
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(8)


def same(shape: Shape) -> Shape:
    """The shape as it is drawn by somebody who always draws it alike."""
    return lambda _: shape(random.Random(3))


def hint(page: Page) -> Locator:
    return dialog(page).locator(".review-hint")


def join(page: Page) -> Locator:
    return dialog(page).get_by_role("button", name="Add to")


def about(page: Page) -> Locator:
    return dialog(page).get_by_text("In the corners: what Inkmoji sees")


def pads(page: Page) -> Locator:
    return dialog(page).locator(".pad")


def expect_hint(page: Page, words: str, *numbers: int) -> None:
    """See that hint, and the pads marked that it is about."""
    expect(hint(page)).to_have_text(words)
    for number, pad in enumerate(pads(page).all(), 1):
        expect(pad).to_have_attribute("data-marked", str(number in numbers).lower())


def redo(page: Page, number: int, shape: Shape, rng: random.Random, pen: Pen) -> None:
    """Draw one of the examples again; what was said of the last one is gone at once."""
    page.get_by_role("button", name=f"Redo example {number}").click()
    expect_hint(page, "")
    assert page.evaluate(PICTURES)[number - 1] is None
    fill_pad(page, number, shape, rng, pen)


@pytest.mark.parametrize("device", SIZES)
def test_hints_are_seen_one_at_a_time_and_go_when_the_drawing_is_redone(
    untaught: Page, root: Path, device: str, rng: random.Random
) -> None:
    page, pen = untaught, touch if device == "phone" else draw
    page.set_viewport_size(SIZES[device])
    teach(page, "🐶", fish, rng)
    page.locator("#status:empty").wait_for(state="attached")
    choose(page, "New sticker")
    page.evaluate(LISTEN)
    face, cancel = page.get_by_role("textbox", name="Emoji or text"), page.get_by_role("button", name="Cancel")
    settle(page)
    place = middle_of(cancel)
    fill_pad(page, 1, same(sun), rng, pen)
    expect(about(page)).to_be_visible()
    assert page.evaluate(PICTURES) == [SEEN, None, None]
    expect_hint(page, "")
    show(page, root, device, "n-seen")
    fill_pad(page, 2, house, rng, pen)
    expect_hint(page, "Examples 1 and 2 look quite different. Are they the same thing?", 1, 2)
    expect(about(page)).to_be_hidden()
    redo(page, 2, same(sun), rng, pen)
    expect_hint(page, "Examples 1 and 2 are nearly the same. A little variety helps.", 1, 2)
    show(page, root, device, "o-alike")
    fill_pad(page, 3, house, rng, pen)
    expect_hint(page, "Example 3 looks quite different from the others. Is it the same thing?", 3)
    show(page, root, device, "p-odd")
    redo(page, 3, fish, rng, pen)
    expect_hint(page, "Example 3 looks like your 🐶.", 3)
    expect(join(page)).to_be_hidden()
    face.fill("🐺")  # is no reason to say it again
    face.fill("🐶")  # then it is what they are taught as anyway
    expect_hint(page, "Examples 1 and 2 are nearly the same. A little variety helps.", 1, 2)
    expect(page.get_by_role("button", name="Done")).to_be_enabled()
    face.fill("")
    for number in (1, 2):
        redo(page, number, fish, rng, pen)
    expect_hint(page, "Examples 1, 2, and 3 look like your 🐶.", 1, 2, 3)
    expect(join(page)).to_have_text("Add to 🐶")
    assert middle_of(join(page))[1] >= 44
    show(page, root, device, "q-claimed")
    assert page.evaluate(PICTURES) == [SEEN] * 3
    assert middle_of(cancel) == place
    heard = page.evaluate("heard")
    assert all(one != other for one, other in pairwise(heard))
    join(page).click()
    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("Learned 🐶")
    assert [example.label for example in live_model(page).examples] == [live_model(page).labels[0]] * 6


def test_a_sticker_that_is_given_more_is_warned_of_others_only(collected: Page, rng: random.Random) -> None:
    page = collected
    open_library(page)
    row(page, "🐟").get_by_role("button", name="Add examples").click()
    more = page.get_by_role("dialog", name="Add examples")
    expect(more).to_be_visible()
    fill_pad(page, 1, fish, rng)
    expect(more.locator(".review-about")).to_be_visible()
    expect(more.locator(".review-hint")).to_be_empty()
    fill_pad(page, 2, sun, rng)
    expect(more.locator(".review-hint")).to_have_text("Example 2 looks like your ☀️.")
    expect(more.get_by_role("button", name="Add to")).to_be_hidden()
    page.keyboard.press("Escape")


def test_until_python_is_up_nothing_is_said_and_then_it_is(untaught: Page, rng: random.Random) -> None:
    page = untaught
    release = hold(page)
    page.reload()
    choose(page, "New sticker")
    fill_pad(page, 1, sun, rng)
    fill_pad(page, 2, house, rng)
    assert page.evaluate(PICTURES) == [None] * 3
    release()
    expect_hint(page, "Examples 1 and 2 look quite different. Are they the same thing?", 1, 2)
    assert page.evaluate(PICTURES) == [SEEN, SEEN, None]
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"."))).to_have_count(0)


def test_an_answer_that_comes_late_is_dropped(untaught: Page, rng: random.Random) -> None:
    """The first drawings are looked at while the worker's answers are held, and one is redone meanwhile."""
    page = untaught
    choose(page, "New sticker")
    fill_pad(page, 1, sun, rng)
    expect(about(page)).to_be_visible()
    (worker,) = page.workers
    worker.evaluate(HOLD_REVIEW)
    fill_pad(page, 2, house, rng)
    worker.evaluate("() => self.reviewed")
    page.get_by_role("button", name="Redo example 2").click()
    worker.evaluate("() => self.release()")
    page.evaluate(LISTEN)
    fill_pad(page, 2, sun, rng)
    expect(about(page)).to_be_visible()
    assert page.evaluate("heard") == []
    expect_hint(page, "")
    assert page.evaluate(PICTURES) == [SEEN, SEEN, None]
