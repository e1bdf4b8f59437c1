"""web/worker/store.js as a history: undo, redo, forgetting for good, and what is kept of it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.shelf import live

# Three generations: learned a, learned b, removed a.
THREE = """
async () => {
  await save(bytes(2), { change: change("learned", "b") });
  await save(bytes(3), { change: change("sticker-removed", "a") });
}
"""


def steps(page: Page) -> Any:
    """The generations that undo and redo would lead to."""
    return page.evaluate(
        "async () => { const { undo, redo } = await store.steps(); return [undo?.to ?? null, redo?.to ?? null]; }"
    )


def move(page: Page, direction: str) -> None:
    page.evaluate(
        """async (direction) => {
          const { active } = await store.pointer();
          await store.move(active, (await store.steps())[direction].to, direction);
        }""",
        direction,
    )


def test_undo_and_redo_move_the_pointer_and_destroy_nothing(store: Page, other_store: Page) -> None:
    store.evaluate(THREE)
    for undone in (2, 1, 0):
        move(store, "undo")
        assert other_store.evaluate("async () => (await store.pointer()).active") == undone
    assert steps(store) == [None, 1]
    for again in (1, 2, 3):
        move(other_store, "redo")
        assert store.evaluate("async () => (await store.pointer()).active") == again
    assert steps(other_store) == [2, None]
    assert store.evaluate("rows()") == ["1 active", "2 active", "3 active"]


def test_a_save_after_an_undo_begins_a_branch_that_is_undone_to_where_it_began(store: Page) -> None:
    store.evaluate(THREE)
    move(store, "undo")
    assert store.evaluate("save(bytes(4))") == 4
    assert steps(store) == [2, None]
    assert store.evaluate("rows()") == ["1 active", "2 active", "3 active", "4 active"]


def test_a_move_from_another_generation_than_the_live_one_is_a_conflict(store: Page) -> None:
    store.evaluate(THREE)
    assert store.evaluate("outcome(store.move(2, 1, 'undo'))") == "update-conflict"
    assert store.evaluate("outcome(store.move(3, 9, 'undo'))") == "storage-damaged"
    assert live(store) == [3, [3]]


def test_the_history_says_what_and_when_newest_first(store: Page) -> None:
    before = store.evaluate("Date.now()")
    store.evaluate(THREE)
    history = store.evaluate("store.history()")
    assert [one["number"] for one in history] == [3, 2, 1]
    assert [one["live"] for one in history] == [True, False, False]
    assert [one["bytes"] for one in history] == [1, 1, 3]
    assert all(before - 10_000 <= one["created"] <= store.evaluate("Date.now()") for one in history)
    assert history[1]["change"] == {"type": "learned", "stickers": [{"label": "b", "text": "B"}], "examples": 3}


def test_the_history_says_which_generation_is_damaged(store: Page) -> None:
    store.evaluate(THREE)
    store.evaluate("alter((of) => of('archives').put(bytes(7), 2))")
    store.evaluate("alter((of) => of('archives').delete(1))")
    assert [one["damaged"] for one in store.evaluate("store.history()")] == [False, True, True]


def test_forgetting_erases_with_the_stroke_that_saves_and_leaves_no_way_back(store: Page) -> None:
    store.evaluate(THREE)
    store.evaluate("save(bytes(4), { parent: null, erased: [1, 2], untold: 'a', change: change('forgotten') })")
    assert store.evaluate("rows()") == ["3 active", "4 active"]
    assert store.evaluate("archives()") == [3, 4]
    assert [one["change"]["stickers"] for one in store.evaluate("store.history()")] == [[], []]
    assert steps(store) == [None, None]


def test_a_forgetting_that_fails_has_erased_nothing(store: Page) -> None:
    store.evaluate(THREE)
    code = store.evaluate(
        """async () => {
          const fail = () => { throw new DOMException("no room", "QuotaExceededError"); };
          const restore = replaceCall(IDBObjectStore.prototype, "delete", 3, fail);
          const code = await outcome(save(bytes(4), { parent: null, erased: [1, 2] }));
          restore();
          return code;
        }"""
    )
    assert code == "storage-full"
    assert store.evaluate("rows()") == ["1 active", "2 active", "3 active"]
    assert store.evaluate("archives()") == [1, 2, 3]
    assert live(store) == [3, [3]]


def test_forgetting_the_history_leaves_the_live_generation_alone_and_says_nothing_of_it(store: Page) -> None:
    store.evaluate(THREE)
    move(store, "undo")
    assert store.evaluate("outcome(store.forgetHistory(3))") == "update-conflict"
    store.evaluate("store.forgetHistory(2)")
    assert store.evaluate("rows()") == ["2 active"]
    assert store.evaluate("archives()") == [2]
    assert live(store) == [2, [2]]
    assert steps(store) == [None, None]
    (only,) = store.evaluate("store.history()")
    assert only["change"] == {"type": "forgotten", "stickers": [], "examples": 0}


def test_thirty_generations_are_kept_and_the_oldest_go_first(store: Page) -> None:
    numbers = store.evaluate(
        """async () => {
          const numbers = [];
          for (let count = 0; count < 33; count += 1) numbers.push(await save(bytes(4)));
          return numbers;
        }"""
    )
    assert numbers == list(range(2, 35))
    assert store.evaluate("store.besides(34)") == list(range(33, 4, -1))
    assert store.evaluate("archives()") == list(range(5, 35))


def test_generations_are_bounded_in_bytes_but_the_live_one_always_stays(store: Page) -> None:
    store.evaluate(
        """async () => {
          await save(new Uint8Array(40 << 20));
          await save(new Uint8Array(40 << 20));
        }"""
    )
    assert store.evaluate("archives()") == [3]
    assert store.evaluate("store.besides(3)") == []
    assert steps(store) == [None, None], "what it was made from is gone"
