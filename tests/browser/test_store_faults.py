"""web/worker/store.js where a step of a save fails, a connection is dead, or what was saved is damaged."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.shelf import PRELUDE, assert_nothing_changed, commit, live

# Of one save: the record and the archive are staged; then the record is marked, and the two pointers are put.
PUTS = ["record", "archive", "mark", "pointer", "redo"]
NUMBERED_PUTS = pytest.mark.parametrize("failing", range(1, 6), ids=PUTS)


def test_one_save_is_made_of_the_puts_that_are_made_to_fail_below(store: Page) -> None:
    count = store.evaluate(
        """async () => {
          const restore = replaceCall(IDBObjectStore.prototype, "put", 0, () => {});
          await save(bytes(4));
          return restore();
        }"""
    )
    assert count == len(PUTS)


@NUMBERED_PUTS
@pytest.mark.parametrize(
    ("error", "code"),
    [("QuotaExceededError", "storage-full"), ("UnknownError", "storage-failed"), ("DataError", "storage-failed")],
)
def test_a_put_that_throws_leaves_the_old_generation_live_and_the_next_save_works(
    store: Page, failing: int, error: str, code: str
) -> None:
    got = store.evaluate(
        """async ([failing, error]) => {
          const fail = () => { throw new DOMException("made to fail", error); };
          const restore = replaceCall(IDBObjectStore.prototype, "put", failing, fail);
          const code = await outcome(save(bytes(4)));
          restore();
          return code;
        }""",
        [failing, error],
    )
    assert got == code
    assert_nothing_changed(store)
    assert isinstance(commit(store), int)
    assert live(store)[1] == [4, 5, 6]


@NUMBERED_PUTS
def test_success_of_a_request_counts_for_nothing_when_its_transaction_is_undone(store: Page, failing: int) -> None:
    code = store.evaluate(
        """async (failing) => {
          const restore = replaceCall(IDBObjectStore.prototype, "put", failing, function (original, values) {
            const request = original.apply(this, values);
            request.addEventListener("success", () => this.transaction.abort());
            return request;
          });
          const code = await outcome(save(bytes(4)));
          restore();
          return code;
        }""",
        failing,
    )
    assert code == "storage-failed"
    assert_nothing_changed(store)
    assert isinstance(commit(store), int)
    assert live(store)[1] == [4, 5, 6]


@pytest.mark.parametrize("method", ["get", "getAll"])
@pytest.mark.parametrize("failing", range(1, 7))
def test_a_read_that_fails_during_a_save_leaves_the_old_generation_live(store: Page, method: str, failing: int) -> None:
    code = store.evaluate(
        """async ([method, failing]) => {
          const fail = () => { throw new DOMException("made to fail", "UnknownError"); };
          const { active } = await store.pointer();
          const restore = replaceCall(IDBObjectStore.prototype, method, failing, fail);
          const making = { from: active, parent: active, change: change() };
          const code = await outcome(store.commit(bytes(4), making));
          return [code, restore() >= failing];
        }""",
        [method, failing],
    )
    if code[1]:
        assert code[0] == "storage-failed"
        assert_nothing_changed(store)
    else:
        assert code == [2, False], "the save makes fewer reads than that"
    assert isinstance(commit(store), int)
    assert live(store)[1] == [4, 5, 6]


@pytest.mark.parametrize("which", range(1, 4), ids=["stage", "check", "swap"])
def test_a_transaction_that_is_undone_before_its_end_leaves_the_old_generation_live(store: Page, which: int) -> None:
    code = store.evaluate(
        """async (which) => {
          const restore = replaceCall(IDBDatabase.prototype, "transaction", which, function (original, values) {
            const transaction = original.apply(this, values);
            queueMicrotask(() => transaction.abort());
            return transaction;
          });
          const code = await outcome(store.commit(bytes(4), { from: 1, parent: 1, change: change() }));
          restore();
          return code;
        }""",
        which,
    )
    assert code == "storage-failed"
    assert_nothing_changed(store)
    assert commit(store) in (2, 3)


def test_a_swap_that_fails_is_undone_as_a_whole_even_if_cleaning_up_fails_too(store: Page) -> None:
    code = store.evaluate(
        """async () => {
          const { put, delete: remove } = IDBObjectStore.prototype;
          const fail = () => { throw new DOMException("no room", "QuotaExceededError"); };
          IDBObjectStore.prototype.put = function (...values) {
            return this.name === "pointers" ? fail() : put.apply(this, values);
          };
          IDBObjectStore.prototype.delete = fail;
          const code = await outcome(save(bytes(4)));
          Object.assign(IDBObjectStore.prototype, { put, delete: remove });
          return code;
        }"""
    )
    assert code == "storage-full"
    assert store.evaluate("rows()") == ["1 active", "2 staged"]
    assert live(store) == [1, [1, 2, 3]]
    assert store.evaluate("rows()") == ["1 active"], "the next start swept"


def test_bytes_that_come_back_altered_are_not_made_live(store: Page) -> None:
    code = store.evaluate(
        """async () => {
          const altered = function (original, [, ...key]) { return original.call(this, bytes(4, 5, 7), ...key); };
          const restore = replaceCall(IDBObjectStore.prototype, "put", 2, altered);
          const code = await outcome(save(bytes(4, 5, 6)));
          restore();
          return code;
        }"""
    )
    assert code == "storage-damaged"
    assert_nothing_changed(store)


def test_a_connection_that_is_dead_without_a_word_is_opened_anew_once(store: Page) -> None:
    tries = store.evaluate(
        """async () => {
          const dead = () => { throw new DOMException("The connection was lost.", "InvalidStateError"); };
          const restore = replaceCall(IDBDatabase.prototype, "transaction", 1, dead);
          await save(bytes(4, 5, 6), { from: 1 });
          restore();
          const original = IDBDatabase.prototype.transaction;
          let tries = 0;
          IDBDatabase.prototype.transaction = () => { tries += 1; dead(); };
          const code = await outcome(store.pointer());
          IDBDatabase.prototype.transaction = original;
          return [code, tries];
        }"""
    )
    assert tries == ["storage-failed", 2]
    assert live(store) == [2, [4, 5, 6]]


def test_a_newer_page_that_changes_the_schema_is_let_through_and_nothing_is_saved_here_any_more(store: Page) -> None:
    code = store.evaluate(
        """async () => {
          const request = indexedDB.open(scope, 99);
          await new Promise((resolve) => { request.onsuccess = resolve; });
          request.result.close();
          return outcome(save(bytes(4)));
        }"""
    )
    assert code == "storage-newer"
    assert store.evaluate("superseded") is True


def test_an_older_page_that_does_not_let_go_of_the_storage_is_named_as_such(tab: Page, store_name: str) -> None:
    tab.evaluate(PRELUDE, store_name)
    code = tab.evaluate(
        """async () => {
          const request = indexedDB.open(scope, 1);
          request.onupgradeneeded = () => {
            request.result.createObjectStore("generations", { keyPath: "number", autoIncrement: true });
            request.result.createObjectStore("pointers");
          };
          await new Promise((resolve) => { request.onsuccess = resolve; });
          const code = await outcome(openStore());
          request.result.close();
          return code;
        }"""
    )
    assert code == "storage-blocked"
    tab.evaluate("until(async () => (await outcome(openStore())) instanceof Store)")


def test_a_generation_that_was_altered_on_disk_is_not_read_but_can_be_salvaged(store: Page) -> None:
    store.evaluate("alter((of) => of('archives').put(bytes(1, 2, 4), 1))")
    assert store.evaluate("outcome(store.read(1))") == "storage-damaged"
    assert store.evaluate("async () => Array.from(await store.salvage(1))") == [1, 2, 4]
    assert store.evaluate("outcome(store.read(7))") == "storage-damaged"
    assert store.evaluate("outcome(store.salvage(7))") == "storage-damaged"


@pytest.mark.parametrize("damage", ["put('nonsense', 'active')", "put(-3, 'active')", "delete('active')"])
def test_a_damaged_pointer_is_told_from_an_empty_store_and_the_next_save_mends_it(store: Page, damage: str) -> None:
    store.evaluate(f"alter((of) => of('pointers').{damage})")
    assert store.evaluate("store.pointer()") == {"active": -1, "redo": []}
    assert store.evaluate("store.besides(-1)") == [1]
    assert commit(store) == 2
    assert live(store) == [2, [4, 5, 6]]
