"""The browser's storage fails in the middle of a change: what is live and what is saved stay as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.database import Contents, contents
from tests.browser.learner import FAIL_NEXT_PUT, worker

SHAPES = ["circle", "zigzag", "cross"]

# Knows circle and zigzag, each by three drawings; the circle's other face was undone. `file` knows circle and cross.
SET_UP = """
async () => {
  window.first = ink.storage.generation;
  await teach("cross");
  window.file = await ink.exportModel();
  await ink.undo();
  await teach("zigzag");
  await ink.setFace({ label: "circle", text: "O" });
  await ink.undo();
  await ink.keep({ ink: [1, 2] });
}
"""
STATE = """
async (shapes) => ({
  stickers: ink.stickers, storage: ink.storage, undoable: ink.undoable, redoable: ink.redoable,
  history: await ink.history(), kept: await ink.kept(),
  answers: await Promise.all(shapes.map((shape) => ink.predict(draw(shape, 150)))),
})
"""
# The last thing a change puts; and success of that counts for nothing if its transaction is undone.
FAIL_LAST_PUT = """
() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...values) {
    if (this.name !== "pointers" || values[1] !== "redo") return put.apply(this, values);
    IDBObjectStore.prototype.put = put;
    throw new DOMException("no room", "QuotaExceededError");
  };
}
"""
UNDO_AT_THE_END = """
() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...values) {
    const request = put.apply(this, values);
    if (this.name === "pointers" && values[1] === "redo") {
      IDBObjectStore.prototype.put = put;
      request.addEventListener("success", () => this.transaction.abort());
    }
    return request;
  };
}
"""
FAULTS = {FAIL_NEXT_PUT: "storage-full", FAIL_LAST_PUT: "storage-full", UNDO_AT_THE_END: "storage-failed"}


@dataclass(frozen=True)
class Call:
    """A call of the client, and what is true once it has worked."""

    code: str
    then: str


TEXTS = "ink.stickers.map(({ text }) => text).join()"
NAMES = "taught().join()"
CALLS = {
    "update": Call("teach('cross')", f"{NAMES} === 'circle,zigzag,cross' && await guess('cross') === 'cross'"),
    "setFace": Call("ink.setFace({ label: 'zigzag', text: 'Z' })", f"{TEXTS} === 'ci,Z'"),
    "remove a sticker": Call("ink.remove({ label: 'circle' })", f"{NAMES} === 'zigzag'"),
    "remove an example": Call(
        "ink.examples('circle').then(([{ id }]) => ink.remove({ example: id }))", "ink.stickers[0].examples === 2"
    ),
    "forget a sticker": Call("ink.forget({ label: 'zigzag' })", f"{NAMES} === 'circle' && ink.undoable === null"),
    "forget an example": Call(
        "ink.examples('zigzag').then(([{ id }]) => ink.forget({ example: id }))", "ink.stickers[1].examples === 2"
    ),
    "forget the history": Call("ink.forget('history')", "(await ink.history()).length === 1"),
    "undo": Call("ink.undo()", f"{NAMES} === 'circle' && ink.redoable.type === 'learned'"),
    "redo": Call("ink.redo()", f"{TEXTS} === 'O,zi' && ink.redoable === null"),
    "restore": Call("ink.restore(first)", f"{NAMES} === 'circle' && ink.undoable.type === 'restored'"),
    "import and merge": Call("ink.importModel(file)", f"{NAMES} === 'circle,zigzag,cross'"),
    "import and replace": Call("ink.importModel(file, { replace: true })", f"{NAMES} === 'circle,cross'"),
    "useStarter": Call("ink.useStarter(true)", "taught().length > 10 && await guess('zigzag') === 'zigzag'"),
}


@pytest.fixture
def set_up(ink: Page) -> Page:
    ink.evaluate(SET_UP)
    return ink


def state(page: Page) -> tuple[Any, Contents]:
    return page.evaluate(STATE, SHAPES), contents(page, "shared")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_change_whose_saving_fails_changes_nothing_and_then_works(set_up: Page, call: Call) -> None:
    before = state(set_up)
    for fault, code in FAULTS.items():
        worker(set_up).evaluate(fault)
        assert set_up.evaluate(f"outcome({call.code})") == ["InkmojiError", code]
        assert state(set_up) == before
    assert set_up.evaluate(f"outcome({call.code})") == "done"
    assert set_up.evaluate(f"async () => {call.then}")
    found = contents(set_up, "shared")
    assert found.active == set_up.evaluate("ink.storage.generation")
    assert found.sound.keys() == found.records.keys()


def test_a_reset_that_fails_changes_nothing_and_then_works(set_up: Page) -> None:
    before = state(set_up)
    worker(set_up).evaluate(
        """() => {
          const { clear } = IDBObjectStore.prototype;
          IDBObjectStore.prototype.clear = function () {
            if (this.name !== "pointers") return clear.call(this);
            IDBObjectStore.prototype.clear = clear;
            throw new DOMException("made to fail", "UnknownError");
          };
        }"""
    )
    assert set_up.evaluate("outcome(ink.reset())") == ["InkmojiError", "storage-failed"]
    assert state(set_up) == before
    assert set_up.evaluate("outcome(ink.reset())") == "done"
    assert contents(set_up, "shared") == Contents({}, {}, 0, [], None)


def test_what_the_page_keeps_stays_where_the_next_cannot_be_kept(set_up: Page) -> None:
    worker(set_up).evaluate(FAIL_NEXT_PUT)
    assert set_up.evaluate("outcome(ink.keep('another'))") == ["InkmojiError", "storage-full"]
    assert set_up.evaluate("ink.kept()") == {"ink": [1, 2]}
    assert set_up.evaluate("outcome(ink.keep('another'))") == "done"
    assert set_up.evaluate("ink.kept()") == "another"


def test_a_transaction_that_the_browser_undoes_before_anything_is_put_changes_nothing(set_up: Page) -> None:
    before = state(set_up)
    worker(set_up).evaluate(
        """() => {
          const { transaction } = IDBDatabase.prototype;
          IDBDatabase.prototype.transaction = function (names, mode, ...rest) {
            const made = transaction.call(this, names, mode, ...rest);
            if (mode === "readwrite") {
              IDBDatabase.prototype.transaction = transaction;
              made.abort();
            }
            return made;
          };
        }"""
    )
    assert set_up.evaluate("outcome(ink.undo())") == ["InkmojiError", "storage-failed"]
    assert state(set_up) == before
