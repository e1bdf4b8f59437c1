"""web/client.js, its worker and Python in a real browser: learning, cancelling, saving, and what goes wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Worker

from tests.browser.conftest import Launch, OpenBlank
from tests.browser.recorder import Recorder
from web.tools.serve import Server

STARTED = 60_000  # milliseconds that a start may take on a busy machine

# What the tests call in the page. `outcome` turns an error into its name and code.
PAGE = """
async (name) => {
  const { Inkmoji, InkmojiError } = await import("./client.js");
  const stroke = (count, at) => {
    const points = Array.from({ length: count }, (_, index) => at(index / (count - 1)));
    return { x: Float32Array.from(points, ([x]) => x), y: Float32Array.from(points, ([, y]) => y) };
  };
  const drawings = {
    circle: (size) => [stroke(40, (t) => [size * Math.cos(7 * t), size * Math.sin(7 * t)])],
    zigzag: (size) => [stroke(30, (t) => [size * 3 * t, size * (Math.floor(t * 29) % 2)])],
    cross: (size) => [stroke(9, (t) => [size * t, size * t]), stroke(9, (t) => [size * t, size * (1 - t)])],
  };
  const draw = (label, size = 90) => ({ strokes: drawings[label](size) });
  const start = (options) => Inkmoji.start({ name, ...options });
  const lesson = (label, count = 3) =>
    Array.from({ length: count }, (_, index) => ({ label, drawing: draw(label, 60 + 7 * index) }));
  const teach = (label, options, count) =>
    ink.update(lesson(label, count), { faces: [{ label, text: label.slice(0, 2) }], ...options });
  const guess = async (label, size = 150) => (await ink.predict(draw(label, size))).label;
  const outcome = (promise) =>
    promise.then((value) => value ?? "done", (error) => [error.name, error instanceof InkmojiError ? error.code : ""]);
  const taught = () => ink.stickers.map(({ label }) => label);
  const scope = `inkmoji:${new URL(".", location).pathname}:${encodeURIComponent(name)}`;
  const rows = async (change = () => {}) => {
    const request = indexedDB.open(scope);
    await new Promise((resolve) => { request.onsuccess = resolve; });
    const transaction = request.result.transaction("generations", "readwrite");
    const all = transaction.objectStore("generations").getAll();
    all.onsuccess = () => change(all.result, transaction.objectStore("generations"));
    await new Promise((resolve) => { transaction.oncomplete = resolve; });
    request.result.close();
    return all.result.map(({ state }) => state);
  };
  const holdLock = () => new Promise((granted) => {
    void navigator.locks.request(scope, () => {
      const gate = Promise.withResolvers();
      granted(gate.resolve);
      return gate.promise;
    });
  });
  const waitingForLock = async (count) =>
    (await navigator.locks.query()).pending.filter(({ name }) => name === scope).length === count;
  Object.assign(window, { Inkmoji, stroke, draw, start, lesson, teach, guess, outcome, taught, scope, rows });
  Object.assign(window, { holdLock, waitingForLock });
}
"""

# What the tests call in the worker: let the second digest (of what was staged) wait; notice a cancel.
HOLD_BEFORE_SWAP = """
() => {
  const digest = SubtleCrypto.prototype.digest;
  const gate = Promise.withResolvers();
  self.staged = Promise.withResolvers();
  let count = 0;
  SubtleCrypto.prototype.digest = async function (...values) {
    count += 1;
    if (count === 2) {
      self.staged.resolve();
      await gate.promise;
    }
    return digest.apply(this, values);
  };
  self.release = () => { SubtleCrypto.prototype.digest = digest; gate.resolve(); };
}
"""
NOTICE_CANCEL = """
() => {
  const abort = AbortController.prototype.abort;
  self.cancelled = new Promise((resolve) => {
    AbortController.prototype.abort = function (reason) {
      AbortController.prototype.abort = abort;
      abort.call(this, reason);
      resolve();
    };
  });
}
"""
FAIL_NEXT_PUT = """
() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => {
    IDBObjectStore.prototype.put = put;
    throw new DOMException("no room", "QuotaExceededError");
  };
}
"""


def prepare(page: Page, name: str) -> Page:
    """Make the page know what the tests call, and start an Inkmoji of that name as `ink`."""
    page.set_default_timeout(STARTED)
    page.evaluate(PAGE, name)
    page.evaluate("async () => { window.ink = await start(); }")
    return page


def worker(page: Page) -> Worker:
    (only,) = page.workers
    return only


@pytest.fixture(scope="module")
def running(shared_context: BrowserContext, open_blank: OpenBlank) -> Iterator[Page]:
    """A page with an Inkmoji that is started once for the tests that leave it in order."""
    page = prepare(open_blank(shared_context), "shared")
    yield page
    page.close()


@pytest.fixture
def ink(running: Page, shared_recorder: Recorder) -> Iterator[Page]:
    """A page with an Inkmoji that knows one sticker, the circle."""
    running.evaluate("async () => { await ink.reset(); await teach('circle'); }")
    yield running
    shared_recorder.check()


@pytest.fixture
def other(ink: Page, other_tab: Page) -> Page:
    """Another tab with the same Inkmoji."""
    return prepare(other_tab, "shared")


def assert_only_the_circle_is_known(page: Page) -> None:
    assert page.evaluate("taught()") == ["circle"]
    assert page.evaluate("guess('circle')") == "circle"
    assert page.evaluate("guess('zigzag')") != "zigzag"
    assert page.evaluate("rows()") == ["active"]


def assert_the_next_update_works(page: Page) -> None:
    page.evaluate("teach('zigzag')")
    assert page.evaluate("taught()") == ["circle", "zigzag"]
    assert page.evaluate("guess('zigzag')") == "zigzag"
    assert page.evaluate("guess('circle')") == "circle"


def test_a_start_reports_its_stages_and_knows_nothing(tab: Page, request: pytest.FixtureRequest) -> None:
    tab.evaluate(PAGE, request.node.name)
    stages = tab.evaluate(
        """async () => {
          const stages = [];
          window.ink = await start({ onStatus: ({ stage, loaded, total }) => stages.push([stage, loaded, total]) });
          return stages;
        }"""
    )
    assert stages == [["runtime", 0, 3], ["packages", 1, 3], ["model", 2, 3], ["ready", 3, 3]]
    assert tab.evaluate("ink.stickers") == []
    assert tab.evaluate("ink.storage") == {"persistent": True, "message": None, "generation": 0}
    assert tab.evaluate("ink.predict(draw('circle'))") == {"label": None, "confidence": 0, "candidates": []}


def test_what_is_taught_is_recognised_in_another_size(ink: Page) -> None:
    changes = ink.evaluate(
        """async () => {
          let changes = 0;
          const stop = ink.on("change", () => { changes += 1; });
          await teach("zigzag");
          stop();
          await teach("cross");
          return changes;
        }"""
    )
    assert changes == 1
    for label in ("circle", "zigzag", "cross"):
        prediction = ink.evaluate("(label) => ink.predict(draw(label, 300))", label)
        assert prediction["label"] == label
        assert prediction["candidates"][0] == {"label": label, "confidence": prediction["confidence"]}
    sticker = ink.evaluate("ink.stickers[2]")
    assert {key: sticker[key] for key in ("label", "text", "examples")} == {
        "label": "cross",
        "text": "cr",
        "examples": 3,
    }


def test_progress_counts_up_and_ends_with_saving(ink: Page) -> None:
    progress = ink.evaluate(
        "async () => { const all = []; await teach('zigzag', { onProgress: (p) => all.push(p) }); return all; }"
    )
    learning, saving = progress[:-1], progress[-1]
    assert saving["event"] == "saving"
    assert learning[0]["event"] == "training-begin"
    assert [step["done"] for step in learning] == list(range(1, len(learning) + 1))
    assert {step["total"] for step in learning} == {len(learning)}


def test_pixels_are_taught_and_recognised_too(ink: Page) -> None:
    label = ink.evaluate(
        """async () => {
          const ring = (side) => {
            const pixels = new Uint8ClampedArray(4 * side * side);
            for (let at = 0; at < side * side; at += 1) {
              const distance = Math.hypot((at % side) - side / 2, Math.floor(at / side) - side / 2);
              pixels[4 * at + 3] = Math.abs(distance - side / 3) < side / 20 ? 255 : 0;
            }
            return { pixels, width: side, height: side };
          };
          await ink.reset();
          await ink.update([{ label: "ring", drawing: ring(100) }], { faces: [{ label: "ring", text: "O" }] });
          return (await ink.predict(ring(180))).label;
        }"""
    )
    assert label == "ring"


def test_errors_of_python_and_of_packing_keep_their_codes(ink: Page) -> None:
    assert ink.evaluate("outcome(ink.predict({ strokes: [] }))") == ["InkmojiError", "drawing-empty"]
    uneven = "{ strokes: [{ x: new Float32Array(3), y: new Float32Array(2) }] }"
    assert ink.evaluate(f"outcome(ink.predict({uneven}))") == ["InkmojiError", "drawing-malformed"]
    assert ink.evaluate("outcome(ink.predict({}))") == ["InkmojiError", "drawing-malformed"]
    assert ink.evaluate("outcome(ink.update([{ label: 'a', drawing: { strokes: [] } }]))")[1] == "drawing-empty"
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_the_callers_arrays_stay_its_own(ink: Page) -> None:
    sizes = ink.evaluate(
        """async () => {
          const drawing = draw("circle");
          const pixels = new Uint8ClampedArray(400).fill(200);
          await ink.predict(drawing);
          await outcome(ink.predict({ pixels, width: 10, height: 10 }));
          return [drawing.strokes[0].x.length, pixels.length];
        }"""
    )
    assert sizes == [40, 400]


def test_a_write_that_fails_rejects_the_update_and_the_next_one_works(ink: Page) -> None:
    worker(ink).evaluate(FAIL_NEXT_PUT)
    assert ink.evaluate("outcome(teach('zigzag'))") == ["InkmojiError", "storage-full"]
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_an_update_cancelled_before_it_begins_changes_nothing(ink: Page) -> None:
    assert ink.evaluate("outcome(teach('zigzag', { signal: AbortSignal.abort() }))") == ["AbortError", ""]
    result = ink.evaluate(
        """async () => {
          const control = new AbortController();
          const steps = [];
          const update = outcome(teach("zigzag", { signal: control.signal, onProgress: (p) => steps.push(p) }));
          control.abort();
          return [await update, steps.length];
        }"""
    )
    assert result == [["AbortError", ""], 0]
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
    ink.wait_for_function("() => waitingForLock(1)")
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
          const calls = [teach("cross", { signal: control.signal }), ink.predict(draw("circle"), control)];
          control.abort();
          return Promise.all(calls.map(outcome));
        }"""
    )
    assert outcomes == [["AbortError", ""], ["AbortError", ""]]
    worker(ink).evaluate("release()")
    assert ink.evaluate("update") == "done"
    assert ink.evaluate("taught()") == ["circle", "zigzag"]


def test_two_tabs_that_teach_at_once_both_end_with_both_stickers(ink: Page, other: Page) -> None:
    ink.evaluate("async () => { window.unlock = await holdLock(); window.update = teach('zigzag'); }")
    other.evaluate("() => { window.update = teach('cross'); }")
    ink.wait_for_function("() => waitingForLock(2)")
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
            if (this.name === "pointers" && this.transaction.mode === "readwrite") {
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
            if (value.archive) sizes.push([value.archive.byteLength, value.archive.buffer.byteLength]);
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
    assert len(sizes) == 2
    assert all(used == behind > 1000 for used, behind in sizes)
    assert buffers == 0


def test_a_listener_that_throws_does_not_break_the_update(ink: Page, shared_recorder: Recorder) -> None:
    result = ink.evaluate(
        "outcome(teach('zigzag', { onProgress: () => { throw new Error('the listener has a fault'); } }))"
    )
    assert result == "done"
    assert shared_recorder.take("the listener has a fault")


def test_a_page_that_is_left_in_the_middle_of_saving_keeps_the_old_model(
    tab: Page, server: Server, shared_recorder: Recorder, request: pytest.FixtureRequest
) -> None:
    prepare(tab, request.node.name).evaluate("teach('circle')")
    worker(tab).evaluate(HOLD_BEFORE_SWAP)
    tab.evaluate("() => { void teach('zigzag'); }")
    worker(tab).evaluate("staged.promise")
    assert tab.evaluate("rows()") == ["active", "staged"]
    tab.goto(f"{server.url}client.js")  # shown as text: a page without interface, but for its icon
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
        """(damaged) => rows((all, generations) => {
          for (const generation of all.slice(-damaged)) {
            generation.archive[generation.archive.length >> 1] ^= 1;
            generations.put(generation);
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


def test_two_names_learn_for_themselves(tab: Page, request: pytest.FixtureRequest) -> None:
    prepare(tab, request.node.name)
    taught = tab.evaluate(
        """async () => {
          await teach("circle");
          const second = await Inkmoji.start({ name: "second" });
          return [ink.stickers.length, second.stickers.length, (await second.predict(draw("circle"))).label];
        }"""
    )
    assert taught == [1, 0, None]


def test_without_storage_it_learns_in_memory_and_says_so(tab: Page, request: pytest.FixtureRequest) -> None:
    tab.evaluate(PAGE, request.node.name)
    tab.evaluate(
        """async () => {
          const newer = indexedDB.open(scope, 99);
          await new Promise((resolve) => { newer.onsuccess = resolve; });
          window.ink = await start();
        }"""
    )
    storage = tab.evaluate("ink.storage")
    assert not storage["persistent"]
    assert "lost" in storage["message"]
    assert tab.evaluate("new Promise((resolve) => ink.on('notice', resolve))")["message"] == storage["message"]
    tab.evaluate("async () => { await teach('circle'); await teach('zigzag'); }")
    assert tab.evaluate("taught()") == ["circle", "zigzag"]
    assert tab.evaluate("guess('zigzag')") == "zigzag"
    tab.evaluate("ink.reset()")
    assert tab.evaluate("taught()") == []


def test_at_an_address_that_is_not_secure_it_learns_in_memory_and_says_so(
    launch: Launch, server: Server, profile: Path
) -> None:
    recorder = Recorder(server.url.replace("127.0.0.1", "inkmoji.test"))
    context = launch(profile, recorder, "--host-resolver-rules=MAP inkmoji.test 127.0.0.1")
    page = context.new_page()
    page.goto(f"{recorder.origin}client.js")
    prepare(page, "insecure").evaluate("teach('circle')")
    assert page.evaluate("guess('circle')") == "circle"
    storage = page.evaluate("ink.storage")
    assert not storage["persistent"]
    assert "https" in storage["message"]
    context.close()
    recorder.take("favicon")
    recorder.check()


def test_under_a_path_without_our_headers_it_starts_and_stores_under_that_path(
    launch: Launch, dist: Path, profile: Path
) -> None:
    with Server(dist, headers=False, prefix="/some/where") as plain:
        recorder = Recorder(plain.url)
        context = launch(profile, recorder)
        page = context.new_page()
        page.goto(f"{plain.url}client.js")
        prepare(page, "moved").evaluate("teach('circle')")
        names = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
        assert names == ["inkmoji:/some/where/:moved"]
        assert any("pyodide.asm.wasm" in address for address in recorder.requests)
        context.close()
        recorder.take("favicon")
        recorder.check()


def test_another_origin_is_refused_in_words(tab: Page) -> None:
    tab.evaluate(PAGE, "elsewhere")
    for option in ("base", "model"):
        assert tab.evaluate(
            """async (option) => {
              const error = await start({ [option]: "https://example.org/inkmoji/" }).catch((error) => error);
              return [error.code, error.message.includes("https://example.org")];
            }""",
            option,
        ) == ["worker-origin", True]


@pytest.mark.parametrize(
    ("option", "code"), [("base", "worker-failed"), ("model", "worker-model")], ids=["worker", "model"]
)
def test_a_part_that_is_missing_is_named(tab: Page, shared_recorder: Recorder, option: str, code: str) -> None:
    tab.evaluate(PAGE, f"missing {option}")
    assert tab.evaluate("(option) => outcome(start({ [option]: 'missing/' }))", option) == ["InkmojiError", code]
    shared_recorder.take("404")


def test_a_runtime_that_is_incomplete_is_named(
    launch: Launch, open_blank: OpenBlank, dist: Path, tmp_path: Path, profile: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(dist, site)
    for wheel in site.glob("pyodide/numpy-*.whl"):
        wheel.unlink()
    with Server(site) as incomplete:
        recorder = Recorder(incomplete.url)
        context = launch(profile, recorder)
        page = open_blank(context, incomplete.url)
        page.evaluate(PAGE, "incomplete")
        code, message = page.evaluate("start().catch((error) => [error.code, error.message])")
        assert code == "worker-python"
        assert "numpy" in message
        context.close()
        recorder.take("404")
        recorder.check()


def test_an_error_nobody_foresaw_is_named_and_the_next_call_works(ink: Page, shared_recorder: Recorder) -> None:
    worker(ink).evaluate(
        """() => {
          const { fromEntries } = Object;
          Object.fromEntries = () => { Object.fromEntries = fromEntries; throw new Error("unforeseen"); };
        }"""
    )
    code, message = ink.evaluate("guess('circle').catch((error) => [error.code, error.message])")
    assert code == "worker-python"
    assert re.fullmatch("Python failed: .+", message), "expected one line, without the traceback"
    assert ink.evaluate("guess('circle')") == "circle"
    assert shared_recorder.take("unforeseen")


def test_when_the_worker_fails_all_calls_are_rejected_and_the_person_is_told(
    tab: Page, shared_recorder: Recorder, request: pytest.FixtureRequest
) -> None:
    prepare(tab, request.node.name)
    worker(tab).evaluate(HOLD_BEFORE_SWAP)
    tab.evaluate(
        """() => {
          window.notice = new Promise((resolve) => ink.on("notice", resolve));
          window.update = outcome(teach("circle"));
        }"""
    )
    worker(tab).evaluate("staged.promise")
    worker(tab).evaluate("() => { setTimeout(() => { throw new Error('out of order'); }); }")
    assert tab.evaluate("update") == ["InkmojiError", "worker-failed"]
    assert tab.evaluate("outcome(ink.predict(draw('circle')))") == ["InkmojiError", "worker-failed"]
    assert "out of order" in tab.evaluate("notice")["message"]
    shared_recorder.take("out of order")


def test_close_rejects_what_runs_and_what_comes_after(tab: Page, request: pytest.FixtureRequest) -> None:
    prepare(tab, request.node.name)
    outcomes = tab.evaluate(
        """async () => {
          const update = outcome(teach("circle"));
          ink.close();
          return [await update, await outcome(ink.reset())];
        }"""
    )
    assert outcomes == [["InkmojiError", "worker-closed"]] * 2
