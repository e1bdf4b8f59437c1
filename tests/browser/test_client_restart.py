"""The worker dies: its calls are rejected, one new worker is started, and what was saved is there."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import draw, placed, stickers, sun, wait_until_ready
from tests.browser.learner import HOLD_BEFORE_SWAP, HOLD_REPLIES, assert_only_the_circle_is_known, prepare, worker
from tests.browser.recorder import Recorder
from tests.browser.standin import replace_python
from web.tools.serve import Server

THROW = "() => { setTimeout(() => { throw new Error('out of order'); }); }"
# Where Python asks for random numbers, as every update does: an error that is none of Python's leaves it of no use.
FATAL = "() => { Crypto.prototype.getRandomValues = () => { throw new Error('out of order'); }; }"
CLOSE = "() => { setTimeout(() => self.close()); }"
LISTEN = """
() => {
  window.notices = [];
  ink.on("notice", ({ message }) => notices.push(message));
  window.changed = new Promise((resolve) => ink.on("change", resolve));
}
"""


@pytest.fixture
def known(tab: Page, request: pytest.FixtureRequest) -> Page:
    """A page with an Inkmoji of its own that knows the circle."""
    prepare(tab, request.node.name)
    tab.evaluate("teach('circle')")
    tab.evaluate(LISTEN)
    return tab


@pytest.mark.parametrize(("death", "why"), [(THROW, "out of order"), (CLOSE, "want of memory")], ids=["throws", "ends"])
def test_calls_that_run_are_rejected_another_worker_knows_what_was_saved_and_its_death_ends_it_in_words(
    known: Page, shared_recorder: Recorder, death: str, why: str
) -> None:
    worker(known).evaluate(HOLD_BEFORE_SWAP)
    known.evaluate("() => { window.update = outcome(teach('zigzag')); window.after = outcome(guess('circle')); }")
    worker(known).evaluate("staged.promise")
    worker(known).evaluate(death)
    for call in ("update", "after"):
        assert known.evaluate(call) == ["InkmojiError", "worker-died"]
    known.evaluate("changed")
    assert why in known.evaluate("notices[0]")
    assert_only_the_circle_is_known(known)
    known.evaluate("teach('zigzag')")
    assert known.evaluate("guess('zigzag')") == "zigzag"
    worker(known).evaluate(THROW)
    known.wait_for_function("() => notices.some((message) => message.includes('Reload the page'))")
    assert known.evaluate("outcome(ink.predict(draw('circle')))") == ["InkmojiError", "worker-failed"]
    shared_recorder.take("out of order")


def test_python_that_is_beyond_help_is_started_again(known: Page, shared_recorder: Recorder) -> None:
    worker(known).evaluate(FATAL)
    assert known.evaluate("outcome(teach('zigzag'))") == ["InkmojiError", "worker-died"]
    known.evaluate("changed")
    assert_only_the_circle_is_known(known)
    shared_recorder.take("fatal|out of order|GIL")  # Pyodide says much of it on the console


def test_a_drawing_in_flight_is_asked_again(page: Page, server: Server) -> None:
    rng = random.Random(8)
    replace_python(page, known="☀️")
    page.goto(server.url)
    wait_until_ready(page)
    worker(page).evaluate(HOLD_REPLIES)
    draw(page, placed(sun(rng), (400, 400), 220))
    worker(page).evaluate("replied")
    expect(page.get_by_text("Looking at your drawing")).to_be_visible()  # and not only guessing while it is drawn
    worker(page).evaluate(CLOSE)
    expect(page.get_by_role("status")).to_contain_text("want of memory")
    wait_until_ready(page)
    expect(stickers(page)).to_have_accessible_name("☀️")
