"""web/worker/store.js in a real browser: whatever fails or is cut short, the old generation stays live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Launch
from tests.browser.recorder import Recorder
from web.tools.serve import Server

# What the tests below call in the page. `outcome` turns an error into its code. `rows` looks past the store.
PRELUDE = """
async (name) => {
  const { Store } = await import("./worker/store.js");
  const scope = `inkmoji:/:${encodeURIComponent(name)}`;
  const open = (path = "/", which = name) => Store.open(path, which);
  const bytes = (...values) => Uint8Array.from(values);
  const outcome = (promise) => promise.then((value) => value, (error) => error.code ?? error.name);
  const never = () => new AbortController().signal;
  const rows = async () => {
    const request = indexedDB.open(scope);
    await new Promise((resolve) => { request.onsuccess = resolve; });
    const all = request.result.transaction("generations").objectStore("generations").getAll();
    await new Promise((resolve) => { all.onsuccess = resolve; });
    request.result.close();
    return all.result.map(({ number, state }) => `${number} ${state}`);
  };
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
  Object.assign(window, { Store, name, scope, openStore: open, bytes, outcome, never, rows, hold });
}
"""


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Of a store that no other test uses."""
    return str(request.node.name)


@pytest.fixture
def store(tab: Page, name: str) -> Page:
    """A page with an open store that holds one live generation, 1, with the bytes 1 2 3."""
    tab.evaluate(PRELUDE, name)
    tab.evaluate("async () => { window.store = await openStore(); await store.commit(bytes(1, 2, 3), 0, never()); }")
    return tab


@pytest.fixture
def other(store: Page, other_tab: Page, name: str) -> Page:
    """Another tab with the same store open."""
    other_tab.evaluate(PRELUDE, name)
    other_tab.evaluate("async () => { window.store = await openStore(); }")
    return other_tab


def live(page: Page) -> Any:
    """The live generation and its bytes, as a store that is opened anew sees them."""
    return page.evaluate(
        """async () => {
          const store = await openStore();
          const number = await store.active();
          return [number, Array.from((await store.read(number)).archive)];
        }"""
    )


def assert_nothing_changed(page: Page) -> None:
    assert page.evaluate("rows()") == ["1 active"], "looked at before a store is opened, which sweeps"
    assert live(page) == [1, [1, 2, 3]]


def commit(page: Page) -> Any:
    """Save the bytes 4 5 6 on top of what is live; return the generation, or the error's code."""
    return page.evaluate("async () => outcome(store.commit(bytes(4, 5, 6), await store.active(), never()))")


def test_what_was_committed_is_live_and_read_back_unchanged(store: Page) -> None:
    assert live(store) == [1, [1, 2, 3]]
    assert commit(store) == 2
    assert live(store) == [2, [4, 5, 6]]
    assert store.evaluate("rows()") == ["1 active", "2 active"]


def test_every_write_is_strictly_durable(store: Page) -> None:
    seen = store.evaluate(
        """async () => {
          const original = IDBObjectStore.prototype.put;
          const seen = new Set();
          IDBObjectStore.prototype.put = function (...values) {
            seen.add(this.transaction.durability);
            return original.apply(this, values);
          };
          await store.commit(bytes(4), 1, never());
          return [...seen];
        }"""
    )
    assert seen == ["strict"]


@pytest.mark.parametrize("failing", [1, 2, 3], ids=["stage", "mark", "pointer"])
def test_a_write_that_fails_leaves_the_old_generation_live_and_the_next_save_works(store: Page, failing: int) -> None:
    code = store.evaluate(
        """async (failing) => {
          const original = IDBObjectStore.prototype.put;
          let count = 0;
          IDBObjectStore.prototype.put = function (...values) {
            count += 1;
            if (count === failing) throw new DOMException("no room", "QuotaExceededError");
            return original.apply(this, values);
          };
          const code = await outcome(store.commit(bytes(4), 1, never()));
          IDBObjectStore.prototype.put = original;
          return code;
        }""",
        failing,
    )
    assert code == "storage-full"
    assert_nothing_changed(store)
    assert isinstance(commit(store), int)
    assert live(store)[1] == [4, 5, 6]


def test_a_swap_that_fails_is_undone_as_a_whole_even_if_cleaning_up_fails_too(store: Page) -> None:
    code = store.evaluate(
        """async () => {
          const { put, delete: remove } = IDBObjectStore.prototype;
          const fail = () => { throw new DOMException("no room", "QuotaExceededError"); };
          IDBObjectStore.prototype.put = function (...values) {
            return this.name === "pointers" ? fail() : put.apply(this, values);
          };
          IDBObjectStore.prototype.delete = fail;
          const code = await outcome(store.commit(bytes(4), 1, never()));
          Object.assign(IDBObjectStore.prototype, { put, delete: remove });
          return code;
        }"""
    )
    assert code == "storage-full"
    assert store.evaluate("rows()") == ["1 active", "2 staged"]
    assert live(store) == [1, [1, 2, 3]]


@pytest.mark.parametrize("failing", [1, 2, 3], ids=["stage", "mark", "pointer"])
def test_success_of_a_request_counts_for_nothing_when_its_transaction_is_undone(store: Page, failing: int) -> None:
    code = store.evaluate(
        """async (failing) => {
          const original = IDBObjectStore.prototype.put;
          let count = 0;
          IDBObjectStore.prototype.put = function (...values) {
            const request = original.apply(this, values);
            count += 1;
            if (count === failing) request.addEventListener("success", () => this.transaction.abort());
            return request;
          };
          const code = await outcome(store.commit(bytes(4), 1, never()));
          IDBObjectStore.prototype.put = original;
          return code;
        }""",
        failing,
    )
    assert code == "storage-failed"
    assert_nothing_changed(store)


def test_bytes_that_come_back_altered_are_not_made_live(store: Page) -> None:
    code = store.evaluate(
        """async () => {
          const original = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (value, ...key) {
            return original.call(this, { ...value, archive: bytes(4, 5, 7) }, ...key);
          };
          const code = await outcome(store.commit(bytes(4, 5, 6), 1, never()));
          IDBObjectStore.prototype.put = original;
          return code;
        }"""
    )
    assert code == "storage-damaged"
    assert_nothing_changed(store)


def test_a_commit_on_top_of_another_generation_than_the_live_one_is_a_conflict(store: Page) -> None:
    assert store.evaluate("outcome(store.commit(bytes(4), 0, never()))") == "update-conflict"
    assert_nothing_changed(store)


def test_of_two_tabs_that_save_at_once_one_wins_and_one_conflicts(store: Page, other: Page) -> None:
    store.evaluate("() => { window.hold1 = hold(SubtleCrypto.prototype, 'digest', 2); }")
    store.evaluate("() => { window.first = outcome(store.commit(bytes(4), 1, never())); }")
    store.evaluate("hold1.reached")
    other.evaluate("() => { window.second = outcome(store.commit(bytes(5), 1, never())); }")
    other.wait_for_function("async () => (await navigator.locks.query()).pending.length === 1")
    store.evaluate("hold1.release()")
    number = store.evaluate("first")
    assert other.evaluate("second") == "update-conflict"
    assert live(other) == [number, [4]]


def test_a_cancelled_signal_is_heeded_before_anything_is_written(store: Page) -> None:
    code = store.evaluate("outcome(store.commit(bytes(4), 1, AbortSignal.abort({ code: 'mine' })))")
    assert code == "mine"
    assert store.evaluate("rows()") == ["1 active"]


def test_waiting_for_another_tab_to_finish_can_be_cancelled(store: Page, other: Page) -> None:
    other.evaluate(
        """async () => {
          window.gate = Promise.withResolvers();
          await new Promise((granted) => {
            navigator.locks.request(scope, () => { granted(); return gate.promise; });
          });
        }"""
    )
    store.evaluate("() => { window.control = new AbortController(); }")
    store.evaluate("() => { window.saving = outcome(store.commit(bytes(4), 1, control.signal)); }")
    store.wait_for_function("async () => (await navigator.locks.query()).pending.length === 1")
    store.evaluate("control.abort({ code: 'mine' })")
    assert store.evaluate("saving") == "mine"
    assert store.evaluate("rows()") == ["1 active"]
    other.evaluate("gate.resolve()")
    assert commit(store) == 2


def test_a_save_can_be_cancelled_between_stage_and_swap(store: Page) -> None:
    code, during = store.evaluate(
        """async () => {
          const control = new AbortController();
          const held = hold(SubtleCrypto.prototype, "digest", 2);
          const saving = outcome(store.commit(bytes(4), 1, control.signal));
          await held.reached;
          const during = await rows();
          control.abort({ code: "mine" });
          held.release();
          return [await saving, during];
        }"""
    )
    assert code == "mine"
    assert during == ["1 active", "2 staged"]
    assert_nothing_changed(store)


def test_the_next_start_sweeps_what_a_closed_tab_has_left_staged(store: Page, other_tab: Page, name: str) -> None:
    other_tab.evaluate(PRELUDE, name)
    other_tab.evaluate(
        """async () => {
          const held = hold(SubtleCrypto.prototype, "digest", 2);
          void (await openStore()).commit(bytes(4), 1, never());
          await held.reached;
        }"""
    )
    assert store.evaluate("rows()") == ["1 active", "2 staged"]
    other_tab.close()
    store.wait_for_function("async () => (await navigator.locks.query()).held.length === 0")
    assert live(store) == [1, [1, 2, 3]]
    assert store.evaluate("rows()") == ["1 active"]


def test_a_start_does_not_sweep_what_another_tab_is_saving(store: Page, other_tab: Page, name: str) -> None:
    store.evaluate("() => { window.held = hold(SubtleCrypto.prototype, 'digest', 2); }")
    store.evaluate("() => { window.saving = outcome(store.commit(bytes(4), 1, never())); }")
    store.evaluate("held.reached")
    other_tab.evaluate(PRELUDE, name)
    assert live(other_tab) == [1, [1, 2, 3]]
    store.evaluate("held.release()")
    assert store.evaluate("saving") == 2
    assert live(other_tab) == [2, [4]]


def test_a_view_of_a_larger_memory_is_refused(store: Page) -> None:
    code = store.evaluate("outcome(store.commit(new Uint8Array(new ArrayBuffer(8), 0, 4), 1, never()))")
    assert code == "storage-view"
    assert store.evaluate("rows()") == ["1 active"]


def test_a_generation_that_was_altered_on_disk_is_not_read(store: Page) -> None:
    store.evaluate(
        """async () => {
          const request = indexedDB.open(scope);
          await new Promise((resolve) => { request.onsuccess = resolve; });
          const transaction = request.result.transaction("generations", "readwrite");
          const generations = transaction.objectStore("generations");
          const get = generations.get(1);
          get.onsuccess = () => generations.put({ ...get.result, archive: bytes(1, 2, 4) });
          await new Promise((resolve) => { transaction.oncomplete = resolve; });
          request.result.close();
        }"""
    )
    assert store.evaluate("outcome(store.read(1))") == "storage-damaged"
    assert store.evaluate("outcome(store.read(7))") == "storage-damaged"


def test_ten_older_generations_are_kept_newest_first(store: Page) -> None:
    numbers = [commit(store) for _ in range(12)]
    assert numbers == list(range(2, 14))
    assert store.evaluate("store.before(13)") == list(range(12, 2, -1))


def test_reset_removes_all_generations_and_no_number_is_used_twice(store: Page) -> None:
    store.evaluate("store.reset()")
    assert store.evaluate("store.active()") == 0
    assert store.evaluate("rows()") == []
    assert commit(store) == 2


def test_path_and_name_keep_stores_apart(store: Page) -> None:
    pairs = [["/a/", "b"], ["/", "a/b"], ["/", "a"], ["/a/b/", ""], ["/a/:b/", "c"], ["/a/", "b/:c"]]
    found = store.evaluate(
        """async (pairs) => {
          const before = new Set((await indexedDB.databases()).map(({ name }) => name));
          for (const [path, name] of pairs) {
            await (await Store.open(path, name)).commit(bytes(9), 0, never());
          }
          return (await indexedDB.databases()).map(({ name }) => name).filter((name) => !before.has(name)).length;
        }""",
        pairs,
    )
    assert found == len(pairs)


def test_other_tabs_of_the_same_store_hear_an_announcement(store: Page, other: Page) -> None:
    heard = other.evaluate_handle(
        """async () => {
          const heard = [];
          store.onAnnounce(() => heard.push("same"));
          (await openStore("/elsewhere/")).onAnnounce(() => heard.push("another path"));
          return heard;
        }"""
    )
    store.evaluate("store.announce()")
    other.wait_for_function("(heard) => heard.length > 0", arg=heard)
    assert heard.json_value() == ["same"]


def test_a_connection_that_the_browser_has_ended_is_opened_anew(store: Page, shared_context: BrowserContext) -> None:
    origin = store.evaluate("location.origin")
    session = shared_context.new_cdp_session(store)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})
    store.wait_for_function("async () => (await outcome(store.active())) === 0")
    assert isinstance(commit(store), int)


def test_a_browser_without_indexeddb_is_named_as_such(tab: Page, name: str) -> None:
    tab.evaluate(PRELUDE, name)
    tab.evaluate("() => { Object.defineProperty(window, 'indexedDB', { value: undefined }); }")
    assert tab.evaluate("outcome(openStore())") == "storage-failed"


def test_an_address_that_is_not_secure_is_named_as_such(launch: Launch, server: Server, tmp_path: Path) -> None:
    recorder = Recorder(server.url.replace("127.0.0.1", "inkmoji.test"))
    context = launch(tmp_path / "profile", recorder, "--host-resolver-rules=MAP inkmoji.test 127.0.0.1")
    page = context.new_page()
    page.goto(f"{recorder.origin}client.js")  # shown as text: a page without interface
    page.evaluate(PRELUDE, "insecure")
    assert page.evaluate("outcome(openStore())") == "storage-insecure"
    context.close()
    recorder.take("favicon")
    recorder.check()
