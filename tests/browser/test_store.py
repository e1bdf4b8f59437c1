"""web/worker/store.js in a real browser: what is saved is live and stays, and tabs do not get in each other's way."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Launch
from tests.browser.recorder import Recorder
from tests.browser.shelf import PRELUDE, assert_nothing_changed, commit, live
from web.tools.serve import Server


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
          await save(bytes(4));
          return [...seen];
        }"""
    )
    assert seen == ["strict"]


def test_a_commit_on_top_of_another_generation_than_the_live_one_is_a_conflict(store: Page) -> None:
    assert store.evaluate("outcome(save(bytes(4), { from: 0 }))") == "update-conflict"
    assert_nothing_changed(store)


def test_of_two_tabs_that_save_at_once_one_wins_and_one_conflicts(store: Page, other_store: Page) -> None:
    store.evaluate("() => { window.hold1 = hold(SubtleCrypto.prototype, 'digest', 2); }")
    store.evaluate("() => { window.first = outcome(save(bytes(4), { from: 1 })); }")
    store.evaluate("hold1.reached")
    other_store.evaluate("() => { window.second = outcome(save(bytes(5), { from: 1 })); }")
    other_store.evaluate("until(async () => (await navigator.locks.query()).pending.length === 1)")
    store.evaluate("hold1.release()")
    number = store.evaluate("first")
    assert other_store.evaluate("second") == "update-conflict"
    assert live(other_store) == [number, [4]]


def test_a_cancelled_signal_is_heeded_before_anything_is_written(store: Page) -> None:
    assert store.evaluate("outcome(save(bytes(4), {}, AbortSignal.abort({ code: 'mine' })))") == "mine"
    assert store.evaluate("rows()") == ["1 active"]


def test_waiting_for_another_tab_to_finish_can_be_cancelled(store: Page, other_store: Page) -> None:
    other_store.evaluate(
        """async () => {
          window.gate = Promise.withResolvers();
          await new Promise((granted) => {
            navigator.locks.request(scope, () => { granted(); return gate.promise; });
          });
        }"""
    )
    store.evaluate("() => { window.control = new AbortController(); }")
    store.evaluate("() => { window.saving = outcome(save(bytes(4), {}, control.signal)); }")
    store.evaluate("until(async () => (await navigator.locks.query()).pending.length === 1)")
    store.evaluate("control.abort({ code: 'mine' })")
    assert store.evaluate("saving") == "mine"
    assert store.evaluate("rows()") == ["1 active"]
    other_store.evaluate("gate.resolve()")
    assert commit(store) == 2


def test_a_tab_that_is_closed_while_it_holds_the_lock_keeps_no_other_waiting(store: Page, other_store: Page) -> None:
    other_store.evaluate(
        "() => new Promise((granted) => void navigator.locks.request(scope, () => (granted(), new Promise(() => {}))))"
    )
    store.evaluate("() => { window.saving = save(bytes(4, 5, 6)); }")
    store.evaluate("until(async () => (await navigator.locks.query()).pending.length === 1)")
    other_store.close()
    assert store.evaluate("saving") == 2
    assert live(store) == [2, [4, 5, 6]]


def test_a_save_can_be_cancelled_between_stage_and_swap(store: Page) -> None:
    code, during = store.evaluate(
        """async () => {
          const control = new AbortController();
          const held = hold(SubtleCrypto.prototype, "digest", 2);
          const saving = outcome(save(bytes(4), {}, control.signal));
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


def test_the_next_start_sweeps_what_a_closed_tab_has_left_staged(store: Page, other_store: Page) -> None:
    other_store.evaluate(
        """async () => {
          const held = hold(SubtleCrypto.prototype, "digest", 2);
          void save(bytes(4));
          await held.reached;
        }"""
    )
    assert store.evaluate("rows()") == ["1 active", "2 staged"]
    other_store.close()
    store.evaluate("until(async () => (await navigator.locks.query()).held.length === 0)")
    assert live(store) == [1, [1, 2, 3]]
    assert store.evaluate("rows()") == ["1 active"]
    assert store.evaluate("archives()") == [1]


def test_a_start_does_not_sweep_what_another_tab_is_saving(store: Page, other_store: Page) -> None:
    store.evaluate("() => { window.held = hold(SubtleCrypto.prototype, 'digest', 2); }")
    store.evaluate("() => { window.saving = outcome(save(bytes(4))); }")
    store.evaluate("held.reached")
    assert live(other_store) == [1, [1, 2, 3]]
    store.evaluate("held.release()")
    assert store.evaluate("saving") == 2
    assert live(other_store) == [2, [4]]


def test_a_view_of_a_larger_memory_is_refused(store: Page) -> None:
    assert store.evaluate("outcome(save(new Uint8Array(new ArrayBuffer(8), 0, 4)))") == "storage-view"
    assert store.evaluate("rows()") == ["1 active"]


def test_reset_erases_everything_and_no_number_is_used_twice(store: Page) -> None:
    store.evaluate("store.keep({ ink: [1, 2] })")
    store.evaluate("store.reset()")
    assert store.evaluate("store.pointer()") == {"active": 0, "redo": []}
    assert store.evaluate("rows()") == []
    assert store.evaluate("archives()") == []
    assert store.evaluate("store.kept()") is None
    assert commit(store) == 2


def test_what_the_page_keeps_is_kept_beside_the_generations(store: Page, other_store: Page) -> None:
    assert store.evaluate("store.kept()") is None
    store.evaluate("store.keep({ ink: [1, 2] })")
    assert other_store.evaluate("store.kept()") == {"ink": [1, 2]}
    assert_nothing_changed(store)
    store.evaluate("store.keep(undefined)")
    assert other_store.evaluate("store.kept()") is None


def test_path_and_name_keep_stores_apart(store: Page) -> None:
    pairs = [["/a/", "b"], ["/", "a/b"], ["/", "a"], ["/a/b/", ""], ["/a/:b/", "c"], ["/a/", "b/:c"]]
    found = store.evaluate(
        """async (pairs) => {
          const before = new Set((await indexedDB.databases()).map(({ name }) => name));
          for (const [path, name] of pairs) {
            const other = await Store.open(path, name);
            await other.commit(bytes(9), { from: 0, parent: 0, change: change() });
          }
          return (await indexedDB.databases()).map(({ name }) => name).filter((name) => !before.has(name)).length;
        }""",
        pairs,
    )
    assert found == len(pairs)


def test_other_tabs_of_the_same_store_hear_an_announcement(store: Page, other_store: Page) -> None:
    heard = other_store.evaluate_handle(
        """async () => {
          const heard = [];
          store.onAnnounce((what) => heard.push(what));
          (await openStore("/elsewhere/")).onAnnounce(() => heard.push("another path"));
          return heard;
        }"""
    )
    store.evaluate("() => { store.announce('moved'); store.announce('reset'); }")
    other_store.wait_for_function("(heard) => heard.length > 1", arg=heard)
    assert heard.json_value() == ["moved", "reset"]


def test_a_connection_that_the_browser_has_ended_is_opened_anew(store: Page, shared_context: BrowserContext) -> None:
    origin = store.evaluate("location.origin")
    session = shared_context.new_cdp_session(store)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})
    store.evaluate("until(async () => (await outcome(store.pointer())).active === 0)")
    assert isinstance(commit(store), int)


def test_a_browser_without_indexeddb_is_named_as_such(tab: Page, store_name: str) -> None:
    tab.evaluate(PRELUDE, store_name)
    tab.evaluate("() => { Object.defineProperty(window, 'indexedDB', { value: undefined }); }")
    assert tab.evaluate("outcome(openStore())") == "storage-failed"


def test_an_address_that_is_not_secure_is_named_as_such(launch: Launch, server: Server, tmp_path: Path) -> None:
    recorder = Recorder(server.url.replace("127.0.0.1", "inkmoji.test"))
    context = launch(tmp_path / "profile", recorder, "--host-resolver-rules=MAP inkmoji.test 127.0.0.1")
    page = context.new_page()
    page.goto(f"{recorder.origin}inkmoji.js")  # shown as text: a page without interface
    page.evaluate(PRELUDE, "insecure")
    assert page.evaluate("outcome(openStore())") == "storage-insecure"
    context.close()
    recorder.take("favicon")
    recorder.check()
