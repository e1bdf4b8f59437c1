"""A store in a page without interface, and what tests do to it there."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# What the tests call in the page. `outcome` turns an error into its code. `rows` and `alter` go past the store.
PRELUDE = """
async (name) => {
  const { Store } = await import("./worker/store.js");
  const scope = `inkmoji:/:${encodeURIComponent(name)}`;
  const open = (path = "/", which = name) => Store.open(path, which, () => { window.superseded = true; });
  const bytes = (...values) => Uint8Array.from(values);
  const outcome = (promise) => promise.then((value) => value, (error) => error.code ?? error.name);
  const never = () => new AbortController().signal;
  const change = (type = "learned", ...labels) =>
    ({ type, stickers: labels.map((label) => ({ label, text: label.toUpperCase() })), examples: 3 });
  /** Save on top of what is live. */
  const save = async (archive, more = {}, signal = never()) => {
    const { active } = await store.pointer();
    return store.commit(archive, { from: active, parent: Math.max(active, 0), change: change(), ...more }, signal);
  };
  const transact = async (mode, work) => {
    const request = indexedDB.open(scope);
    await new Promise((resolve) => { request.onsuccess = resolve; });
    const transaction = request.result.transaction([...request.result.objectStoreNames], mode);
    const result = work((which) => transaction.objectStore(which));
    await new Promise((resolve) => { transaction.oncomplete = resolve; });
    request.result.close();
    return result;
  };
  const rows = async () => {
    const { result } = await transact("readonly", (of) => of("generations").getAll());
    return result.map(({ number, state }) => `${number} ${state}`);
  };
  const archives = async () => (await transact("readonly", (of) => of("archives").getAllKeys())).result;
  const alter = (work) => transact("readwrite", work);
  /** Calls of a method wait, from the given one on, until `release` is called. */
  const hold = (prototype, method, from) => {
    const original = prototype[method];
    const gate = Promise.withResolvers();
    const reached = Promise.withResolvers();
    let count = 0;
    prototype[method] = function (...values) {
      count += 1;
      if (count < from) return original.apply(this, values);
      reached.resolve();
      return gate.promise.then(() => original.apply(this, values));
    };
    return { reached: reached.promise, release() { prototype[method] = original; gate.resolve(); } };
  };
  /** The given call of a method is replaced. */
  const replaceCall = (prototype, method, which, replacement) => {
    const original = prototype[method];
    let count = 0;
    prototype[method] = function (...values) {
      count += 1;
      return count === which ? replacement.call(this, original, values) : original.apply(this, values);
    };
    return () => { prototype[method] = original; return count; };
  };
  Object.assign(window, { Store, name, scope, openStore: open, bytes, outcome, never, change, save, rows, archives });
  /** A predicate that is async: `wait_for_function` takes its promise for true. */
  const until = async (met) => {
    for (const end = performance.now() + 60_000; !(await met());) {
      if (performance.now() > end) throw new Error(`expected within a minute: ${met}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  Object.assign(window, { alter, hold, replaceCall, until });
}
"""
FIRST = """
async () => {
  window.store = await openStore();
  await save(bytes(1, 2, 3));
}
"""


def live(page: Page) -> Any:
    """The live generation and its bytes, as a store that is opened anew sees them."""
    return page.evaluate(
        """async () => {
          const store = await openStore();
          const { active } = await store.pointer();
          return [active, Array.from(await store.read(active))];
        }"""
    )


def assert_nothing_changed(page: Page) -> None:
    assert page.evaluate("rows()") == ["1 active"], "looked at before a store is opened, which sweeps"
    assert page.evaluate("archives()") == [1]
    assert live(page) == [1, [1, 2, 3]]


def commit(page: Page) -> Any:
    """Save the bytes 4 5 6 on top of what is live; return the generation, or the error's code."""
    return page.evaluate("outcome(save(bytes(4, 5, 6)))")
