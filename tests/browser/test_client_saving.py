"""Updates in a real browser: cancelled, failing, at once in two tabs, cut short; the model in use is never harmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Launch, OpenBlank
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
from web.tools.serve import Server


def test_a_write_that_fails_rejects_the_update_and_the_next_one_works(ink: Page) -> None:
    worker(ink).evaluate(FAIL_NEXT_PUT)
    assert ink.evaluate("outcome(teach('zigzag'))") == ["InkmojiError", "storage-full"]
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_an_update_cancelled_before_it_begins_changes_nothing(ink: Page) -> None:
    before, at_once = ink.evaluate(
        """async () => {
          const steps = [];
          const onProgress = (progress) => steps.push(progress);
          const before = await outcome(teach("zigzag", { signal: AbortSignal.abort(), onProgress }));
          const control = new AbortController();
          // How far the worker is before it hears of the cancel is the scheduler's choice.
          const update = outcome(teach("zigzag", { signal: control.signal }));
          control.abort();
          return [[before, steps], await update];
        }"""
    )
    assert before == [["AbortError", ""], []]
    assert at_once == ["AbortError", ""]
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_an_update_cancelled_between_its_steps_stops_there(ink: Page) -> None:
    result, last = ink.evaluate(
        """async () => {
          const control = new AbortController();
          let last = null;
          const onProgress = (progress) => { last = progress; control.abort(); };
          return [await outcome(teach("zigzag", { signal: control.signal, onProgress }, 200)), last];
        }"""
    )
    assert result == ["AbortError", ""]
    assert 0 < last["done"] < last["total"]
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_an_update_that_waits_for_the_lock_can_be_cancelled(ink: Page) -> None:
    ink.evaluate(
        """async () => {
          window.unlock = await holdLock();
          window.control = new AbortController();
          window.update = outcome(teach("zigzag", { signal: control.signal }));
        }"""
    )
    ink.evaluate("waitingForLock(1)")
    ink.evaluate("() => { control.abort(); }")
    assert ink.evaluate("update") == ["AbortError", ""]
    ink.evaluate("() => { unlock(); }")
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_an_update_cancelled_between_stage_and_swap_leaves_nothing_behind(ink: Page) -> None:
    worker(ink).evaluate(HOLD_BEFORE_SWAP)
    worker(ink).evaluate(NOTICE_CANCEL)
    ink.evaluate(
        """() => {
          window.control = new AbortController();
          window.update = outcome(teach("zigzag", { signal: control.signal }));
        }"""
    )
    worker(ink).evaluate("staged.promise")
    assert ink.evaluate("rows()") == ["active", "staged"]
    ink.evaluate("() => { control.abort(); }")
    worker(ink).evaluate("async () => { await cancelled; release(); }")
    assert ink.evaluate("update") == ["AbortError", ""]
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_once_the_swap_has_begun_a_cancel_is_too_late(ink: Page) -> None:
    worker(ink).evaluate(NOTICE_CANCEL)
    worker(ink).evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          let waiting = true;
          self.cancelled.then(() => { waiting = false; });
          self.swapping = new Promise((resolve) => {
            IDBObjectStore.prototype.put = function (...values) {
              if (this.name === "pointers") {
                // One request after the other keeps the transaction open until the cancel is there.
                const prolong = () => { if (waiting) this.get("none").onsuccess = prolong; };
                prolong();
                IDBObjectStore.prototype.put = put;
                resolve();
              }
              return put.apply(this, values);
            };
          });
        }"""
    )
    ink.evaluate(
        """() => {
          window.control = new AbortController();
          window.update = outcome(teach("zigzag", { signal: control.signal }));
        }"""
    )
    worker(ink).evaluate("swapping")
    ink.evaluate("() => { control.abort(); }")
    assert ink.evaluate("update") == "done"
    assert ink.evaluate("taught()") == ["circle", "zigzag"]
    assert ink.evaluate("guess('zigzag')") == "zigzag"


def test_a_call_that_waits_behind_another_is_cancelled_at_once(ink: Page) -> None:
    worker(ink).evaluate(HOLD_BEFORE_SWAP)
    ink.evaluate("() => { window.update = outcome(teach('zigzag')); }")
    worker(ink).evaluate("staged.promise")
    outcomes = ink.evaluate(
        """async () => {
          const control = new AbortController();
          window.steps = [];
          const options = { signal: control.signal, onProgress: (progress) => steps.push(progress) };
          const calls = [teach("cross", options), ink.predict(draw("circle"), control)];
          control.abort();
          return Promise.all(calls.map(outcome));
        }"""
    )
    assert outcomes == [["AbortError", ""], ["AbortError", ""]]
    worker(ink).evaluate("release()")
    assert ink.evaluate("update") == "done"
    assert ink.evaluate("guess('circle')") == "circle"  # asked after them: nothing of theirs is still to come
    assert ink.evaluate("steps") == []
    assert ink.evaluate("taught()") == ["circle", "zigzag"]


def test_two_tabs_that_teach_at_once_both_end_with_both_stickers(ink: Page, other: Page) -> None:
    ink.evaluate("async () => { window.unlock = await holdLock(); window.update = teach('zigzag'); }")
    other.evaluate("() => { window.update = teach('cross'); }")
    ink.evaluate("waitingForLock(2)")
    ink.evaluate("() => { unlock(); }")
    for page in (ink, other):
        page.evaluate("update")
    for page in (ink, other):
        page.wait_for_function("() => taught().length === 3")
        assert sorted(page.evaluate("taught()")) == ["circle", "cross", "zigzag"]
        assert [page.evaluate("guess", label) for label in ("cross", "zigzag")] == ["cross", "zigzag"]


def test_another_tab_hears_of_learning_and_of_a_reset(ink: Page, other: Page) -> None:
    other.evaluate("() => { window.changes = []; ink.on('change', () => changes.push(taught())); }")
    ink.evaluate("teach('zigzag')")
    other.wait_for_function("() => changes.length === 1")
    ink.evaluate("ink.reset()")
    other.wait_for_function("() => changes.length === 2")
    assert other.evaluate("changes") == [["circle", "zigzag"], []]
    assert other.evaluate("guess('circle')") is None


def test_an_update_gives_up_when_others_are_faster_every_time(ink: Page) -> None:
    worker(ink).evaluate(
        """() => {
          const get = IDBObjectStore.prototype.get;
          self.swaps = 0;
          IDBObjectStore.prototype.get = function (key) {
            if (key === "active" && this.transaction.mode === "readwrite") {
              self.swaps += 1;
              this.put(1000 + self.swaps, key);
            }
            return get.call(this, key);
          };
          self.restore = () => { IDBObjectStore.prototype.get = get; };
        }"""
    )
    assert ink.evaluate("outcome(teach('zigzag'))") == ["InkmojiError", "update-conflict"]
    assert worker(ink).evaluate("swaps") == 5
    worker(ink).evaluate("restore()")
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_what_is_stored_has_a_buffer_of_its_own_and_does_not_pass_the_page(ink: Page) -> None:
    worker(ink).evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          self.sizes = [];
          IDBObjectStore.prototype.put = function (value, ...key) {
            if (this.name === "archives") sizes.push([value.byteLength, value.buffer.byteLength]);
            return put.call(this, value, ...key);
          };
          const post = self.postMessage;
          self.buffers = 0;
          self.postMessage = (message, transfer) => {
            JSON.stringify(message, (_, value) => {
              if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) self.buffers += 1;
              return value;
            });
            post.call(self, message, transfer);
          };
          self.restore = () => { IDBObjectStore.prototype.put = put; self.postMessage = post; };
        }"""
    )
    ink.evaluate("async () => { await teach('zigzag'); await guess('zigzag'); }")
    sizes, buffers = worker(ink).evaluate("() => { restore(); return [sizes, buffers]; }")
    assert len(sizes) == 1
    assert all(used == behind > 1000 for used, behind in sizes)
    assert buffers == 0


def test_a_page_that_is_left_in_the_middle_of_saving_keeps_the_old_model(
    tab: Page, server: Server, shared_recorder: Recorder, request: pytest.FixtureRequest
) -> None:
    prepare(tab, request.node.name).evaluate("teach('circle')")
    worker(tab).evaluate(HOLD_BEFORE_SWAP)
    tab.evaluate("() => { void teach('zigzag'); }")
    worker(tab).evaluate("staged.promise")
    assert tab.evaluate("rows()") == ["active", "staged"]
    tab.goto(f"{server.url}inkmoji.js")  # shown as text: a page without interface, but for its icon
    assert_only_the_circle_is_known(prepare(tab, request.node.name))
    shared_recorder.take("favicon")


def test_what_was_taught_outlives_the_browser(
    launch: Launch, recorder: Recorder, profile: Path, open_blank: OpenBlank
) -> None:
    for visit in range(2):
        context = launch(profile, recorder)
        page = prepare(open_blank(context), "kept")
        if visit == 0:
            page.evaluate("async () => { await teach('circle'); await teach('zigzag'); }")
        assert page.evaluate("taught()") == ["circle", "zigzag"]
        assert page.evaluate("guess('zigzag')") == "zigzag"
        assert page.evaluate("ink.storage.generation") == 2
        context.close()
    recorder.check()


@pytest.mark.parametrize(
    ("damaged", "level", "known"), [(1, "warning", ["circle"]), (2, "error", [])], ids=["the last", "all"]
)
def test_a_damaged_generation_is_told_and_the_sound_one_before_it_is_used(
    tab: Page, other_tab: Page, request: pytest.FixtureRequest, damaged: int, level: str, known: list[str]
) -> None:
    name = request.node.name
    prepare(tab, name).evaluate("async () => { await teach('circle'); await teach('zigzag'); }")
    tab.evaluate(
        """(damaged) => rows((all, archives) => {
          for (const { number } of all.slice(-damaged)) {
            const get = archives.get(number);
            get.onsuccess = () => {
              get.result[get.result.length >> 1] ^= 1;
              archives.put(get.result, number);
            };
          }
        })""",
        damaged,
    )
    prepare(other_tab, name)
    assert other_tab.evaluate("taught()") == known
    assert other_tab.evaluate("ink.storage.generation") == len(known)
    notice = other_tab.evaluate("new Promise((resolve) => ink.on('notice', resolve))")
    assert notice["level"] == level
    assert "Nothing was deleted" in notice["message"]
    assert other_tab.evaluate("rows()") == ["active", "active"]
    other_tab.evaluate("teach('cross')")
    assert other_tab.evaluate("taught()") == [*known, "cross"]
    tab.wait_for_function("() => taught().includes('cross')")
