"""`Inkmoji.useStarter` in a real browser: saved before it resolves, cancelled, refused, and at once with a lesson."""

from __future__ import annotations

from pathlib import Path

import pytest
from inkmoji import dumps
from playwright.sync_api import Page

from tests.browser.hand import sun
from tests.browser.learner import (
    FAIL_NEXT_PUT,
    HOLD_BEFORE_SWAP,
    NOTICE_CANCEL,
    assert_only_the_circle_is_known,
    assert_the_next_update_works,
    prepare,
    worker,
)
from tests.browser.recorder import Recorder
from tests.browser.starter import PACK, starter_pack
from tests.updatable import KINDS

READY_MADE = "ink.stickers.filter(({ examples }) => examples === 0).map(({ text }) => text)"
CANCEL_LATER = """
() => {
  window.control = new AbortController();
  window.change = outcome(ink.useStarter(true, control));
}
"""


@pytest.fixture
def packed(ink: Page, dist: Path) -> Page:
    """The page whose Inkmoji knows the circle, with a starter pack of one sun."""
    pack = starter_pack(dist, {"☀️": sun})
    ink.route(PACK, lambda route: route.fulfill(body=pack))
    return ink


@pytest.fixture(autouse=True)
def no_routes_left(running: Page) -> None:
    running.unroute_all()


def test_the_pack_that_ships_is_for_the_base_model_that_ships(ink: Page) -> None:
    assert ink.evaluate("outcome(ink.useStarter(true))") == "done"
    assert ink.evaluate(f"{READY_MADE}.length") >= 10
    assert ink.evaluate("guess('circle')") == "circle"


def test_it_resolves_when_the_stickers_are_saved_and_every_tab_follows(packed: Page, other: Page) -> None:
    packed.evaluate("() => { window.changes = 0; window.stop = ink.on('change', () => { changes += 1; }); }")
    assert packed.evaluate("outcome(ink.useStarter(true))") == "done"
    assert packed.evaluate("rows()") == ["active", "active"]
    assert packed.evaluate(READY_MADE) == ["☀️"]
    assert packed.evaluate("taught()") == ["circle", "ready ☀️"]
    other.wait_for_function(f"() => {READY_MADE}.length === 1")
    assert packed.evaluate("outcome(ink.useStarter(false))") == "done"
    assert packed.evaluate("() => { stop(); return changes; }") == 2
    assert packed.evaluate("taught()") == ["circle"]
    assert packed.evaluate("guess('circle')") == "circle"
    other.wait_for_function(f"() => {READY_MADE}.length === 0")


def test_what_is_on_is_still_on_after_a_new_start_and_off_after_a_reset(packed: Page, other_tab: Page) -> None:
    packed.evaluate("ink.useStarter(true)")
    prepare(other_tab, "shared")
    assert other_tab.evaluate(READY_MADE) == ["☀️"]
    packed.evaluate("ink.reset()")
    assert packed.evaluate("taught()") == []


def test_a_change_cancelled_before_it_begins_changes_nothing(packed: Page) -> None:
    assert packed.evaluate("outcome(ink.useStarter(true, { signal: AbortSignal.abort() }))") == ["AbortError", ""]
    assert_only_the_circle_is_known(packed)
    assert_the_next_update_works(packed)


def test_a_change_cancelled_between_stage_and_swap_leaves_nothing_behind(packed: Page) -> None:
    worker(packed).evaluate(HOLD_BEFORE_SWAP)
    worker(packed).evaluate(NOTICE_CANCEL)
    packed.evaluate(CANCEL_LATER)
    worker(packed).evaluate("staged.promise")
    assert packed.evaluate("rows()") == ["active", "staged"]
    packed.evaluate("() => { control.abort(); }")
    worker(packed).evaluate("async () => { await cancelled; release(); }")
    assert packed.evaluate("change") == ["AbortError", ""]
    assert_only_the_circle_is_known(packed)
    assert_the_next_update_works(packed)


def test_a_write_that_fails_rejects_the_change_and_the_next_one_works(packed: Page) -> None:
    worker(packed).evaluate(FAIL_NEXT_PUT)
    assert packed.evaluate("outcome(ink.useStarter(true))") == ["InkmojiError", "storage-full"]
    assert_only_the_circle_is_known(packed)
    assert packed.evaluate("outcome(ink.useStarter(true))") == "done"
    assert packed.evaluate(READY_MADE) == ["☀️"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "worker-model"),
        (b"not a pack", "archive-"),
        (dumps(KINDS["drawings, PLDA"]().model), "head-value"),
        (dumps(KINDS["drawings, k nearest neighbours"]().model), "head-value"),
    ],
    ids=["missing", "damaged", "for another base model", "with another head"],
)
def test_a_pack_of_no_use_is_refused(ink: Page, shared_recorder: Recorder, body: bytes | None, code: str) -> None:
    ink.route(PACK, lambda route: route.fulfill(status=200 if body else 404, body=body or b""), times=1)
    name, given = ink.evaluate("outcome(ink.useStarter(true))")
    assert name == "InkmojiError"
    assert given.startswith(code)
    assert_only_the_circle_is_known(ink)
    assert ink.evaluate("outcome(ink.useStarter(true))") == "done"
    shared_recorder.take("starter.inkmoji")


def test_a_lesson_in_another_tab_at_the_same_time_is_kept(packed: Page, other: Page) -> None:
    packed.evaluate("async () => { window.unlock = await holdLock(); window.change = ink.useStarter(true); }")
    other.evaluate("() => { window.update = teach('zigzag'); }")
    packed.evaluate("waitingForLock(2)")
    packed.evaluate("() => { unlock(); }")
    packed.evaluate("change")
    other.evaluate("update")
    for page in (packed, other):
        page.wait_for_function("() => taught().length === 3")
        assert sorted(page.evaluate("taught()")) == ["circle", "ready ☀️", "zigzag"]
        assert page.evaluate("guess('zigzag')") == "zigzag"
