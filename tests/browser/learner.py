"""Inkmoji in a page without interface, and what tests do to it there and in its worker."""

from __future__ import annotations

from playwright.sync_api import Page, Worker

STARTED = 60_000  # milliseconds that a start may take on a busy machine

# What the tests call in the page. `outcome` turns an error into its name and code.
PAGE = """
async (name) => {
  const { Inkmoji, InkmojiError } = await import("./inkmoji.js");
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
    const transaction = request.result.transaction(["generations", "archives"], "readwrite");
    const all = transaction.objectStore("generations").getAll();
    all.onsuccess = () => change(all.result, transaction.objectStore("archives"));
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
  /** A predicate that is async: `wait_for_function` takes its promise for true. */
  const until = async (met) => {
    for (const end = performance.now() + 60_000; !(await met());) {
      if (performance.now() > end) throw new Error(`expected within a minute: ${met}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const waitingForLock = (count) => until(async () =>
    (await navigator.locks.query()).pending.filter(({ name }) => name === scope).length === count);
  Object.assign(window, { Inkmoji, stroke, draw, start, lesson, teach, guess, outcome, taught, scope, rows });
  Object.assign(window, { holdLock, waitingForLock });
}
"""

# What the tests call in the worker: let the second digest (of what was staged) wait; notice a cancel;
# keep back what it answers.
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
# `replied` is so with the answer to a change or a prediction: that the board is kept, and what is seen of drawings on
# pads, may be answered at any time.
HOLD_REPLIES = """
() => {
  const held = [];
  const send = self.postMessage;
  self.replied = new Promise((resolve) => {
    self.postMessage = (...reply) => {
      held.push(reply);
      if (["stickers", "candidates"].some((part) => part in Object(reply[0].value))) resolve();
    };
  });
  self.release = () => { self.postMessage = send; held.forEach((reply) => send.call(self, ...reply)); };
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
    page.evaluate(PAGE, name)
    page.evaluate("async () => { window.ink = await start(); }")
    return page


def worker(page: Page) -> Worker:
    (only,) = page.workers
    return only


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
