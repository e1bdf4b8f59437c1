"""Every change through the client, with storage and without: what the history says, what undo and redo bring back."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import OpenBlank
from tests.browser.database import contents
from tests.browser.learner import PAGE
from tests.browser.recorder import Recorder

SHAPES = ["circle", "zigzag", "cross"]

# Knows circle and zigzag, each by three drawings. `file` knows circle and cross.
SET_UP = """
async () => {
  await ink.reset();
  await teach("circle");
  window.first = ink.storage.generation;
  await teach("cross");
  window.file = await ink.exportModel();
  await ink.undo();
  await teach("zigzag");
}
"""
MODEL = """
async (shapes) => [ink.stickers, await Promise.all(shapes.map((shape) => ink.predict(draw(shape, 150))))]
"""
STATE = """
async () => {
  const { stickers, storage, undoable, redoable } = ink;
  return { stickers, storage, undoable, redoable, history: await ink.history(), kept: (await ink.kept()) ?? null };
}
"""
CIRCLE, ZIGZAG, CROSS = ({"label": label, "text": label[:2]} for label in SHAPES)


@dataclass(frozen=True)
class Call:
    """A call of the client, the change it makes, and the labels that are known then (those ready-made aside)."""

    code: str
    type: str
    labels: list[str]
    stickers: list[dict[str, str]] = field(default_factory=list)
    examples: int = 0


LAST_EXAMPLE = "for (const { id } of await ink.examples('zigzag')) await ink.forget({ example: id });"
DELETED_BEFORE = "await ink.remove({ label: 'zigzag' }); await ink.forget({ label: 'zigzag' });"
LETTER = {"label": "zigzag", "text": "Z"}
BOTH, ALL = ["circle", "zigzag"], ["circle", "zigzag", "cross"]
CALLS = {
    "update": Call("teach('cross')", "learned", ALL, [CROSS], 3),
    "update a known one": Call("teach('zigzag', {}, 2)", "learned", BOTH, [ZIGZAG], 2),
    "setFace": Call(f"ink.setFace({LETTER})", "face-changed", BOTH, [LETTER]),
    "remove a sticker": Call("ink.remove({ label: 'circle' })", "sticker-removed", ["zigzag"], [CIRCLE]),
    "remove an example": Call(
        "ink.examples('circle').then(([{ id }]) => ink.remove({ example: id }))", "example-removed", BOTH, [CIRCLE]
    ),
    "restore": Call("ink.restore(first)", "restored", ["circle"]),
    "import and merge": Call("ink.importModel(file)", "merged", ALL, [CIRCLE, CROSS], 6),
    "import and replace": Call(
        "ink.importModel(file, { replace: true })", "replaced", ["circle", "cross"], [CIRCLE, CROSS], 6
    ),
    "useStarter": Call("ink.useStarter(true)", "starter-added", BOTH),
}


@pytest.fixture(scope="module")
def forgetful(shared_context: BrowserContext, open_blank: OpenBlank) -> Iterator[Page]:
    """A page with an Inkmoji that has no storage but memory: a newer version of the database is there."""
    page = open_blank(shared_context)
    page.evaluate(PAGE, "memory")
    page.evaluate(
        """async () => {
          const newer = indexedDB.open(scope, 99);
          await new Promise((resolve) => { newer.onsuccess = resolve; });
          window.ink = await start();
        }"""
    )
    assert not page.evaluate("ink.storage.persistent")
    yield page
    page.close()


@pytest.fixture(params=["stored", "in memory"])
def set_up(request: pytest.FixtureRequest, shared_recorder: Recorder) -> Iterator[Page]:
    page: Page = request.getfixturevalue("running" if request.param == "stored" else "forgetful")
    page.evaluate(SET_UP)
    yield page
    shared_recorder.check()


@pytest.fixture
def saved(running: Page, shared_recorder: Recorder) -> Iterator[Page]:
    """The page whose Inkmoji has storage, set up the same."""
    running.evaluate(SET_UP)
    yield running
    shared_recorder.check()


def model(page: Page) -> Any:
    """The stickers, and the answers to three drawings."""
    return page.evaluate(MODEL, SHAPES)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_change_is_in_the_history_and_can_be_undone_and_redone(set_up: Page, call: Call) -> None:
    before, last = model(set_up), set_up.evaluate("ink.undoable")
    change = {"type": call.type, "stickers": call.stickers, "examples": call.examples}
    set_up.evaluate(f"async () => {{ await {call.code}; }}")
    after = model(set_up)
    assert [one["label"] for one in after[0] if one["examples"]] == call.labels
    newest, *older = set_up.evaluate("ink.history()")
    assert newest["change"] == change
    assert [newest["live"], *(one["live"] for one in older)] == [True, False, False, False]
    assert newest["number"] == set_up.evaluate("ink.storage.generation")
    assert newest["bytes"] == len(exported(set_up))
    assert set_up.evaluate("[ink.undoable, ink.redoable]") == [change, None]
    set_up.evaluate("ink.undo()")
    assert model(set_up) == before
    assert set_up.evaluate("[ink.undoable, ink.redoable]") == [last, change]
    set_up.evaluate("ink.redo()")
    assert model(set_up) == after
    assert set_up.evaluate("[ink.undoable, ink.redoable]") == [change, None]


def test_undo_leads_to_the_untaught_model_and_redo_all_the_way_back(set_up: Page) -> None:
    after = model(set_up)
    set_up.evaluate("async () => { await ink.undo(); await ink.undo(); }")
    assert set_up.evaluate("taught()") == []
    assert set_up.evaluate("guess('circle')") is None
    assert set_up.evaluate("outcome(ink.undo())") == ["InkmojiError", "update-nothing"]
    set_up.evaluate("async () => { await ink.redo(); await ink.redo(); }")
    assert model(set_up) == after
    assert set_up.evaluate("outcome(ink.redo())") == ["InkmojiError", "update-nothing"]


def test_a_change_after_an_undo_is_undone_to_where_it_began_and_the_undone_one_can_be_restored(set_up: Page) -> None:
    zigzag = set_up.evaluate("ink.storage.generation")
    set_up.evaluate("async () => { await ink.undo(); await teach('cross'); }")
    assert set_up.evaluate("[taught().join(), ink.redoable]") == ["circle,cross", None]
    set_up.evaluate("(zigzag) => ink.restore(zigzag)", zigzag)
    assert set_up.evaluate("taught()") == BOTH
    set_up.evaluate("async () => { await ink.undo(); }")
    assert set_up.evaluate("taught()") == ["circle", "cross"]


def test_what_is_forgotten_is_in_no_generation_and_in_no_words(set_up: Page) -> None:
    set_up.evaluate("async () => { await teach('cross'); await ink.setFace({ label: 'zigzag', text: 'Z' }); }")
    set_up.evaluate("async () => { await ink.undo(); await ink.forget({ label: 'zigzag' }); }")
    assert set_up.evaluate("taught()") == ["circle", "cross"]
    assert set_up.evaluate("[ink.undoable, ink.redoable]") == [None, None]
    history = set_up.evaluate("ink.history()")
    assert history[0]["change"] == {"type": "forgotten", "stickers": [], "examples": 0}
    assert "zigzag" not in str(history)
    assert_nowhere(set_up, b"zigzag")
    assert len(history) == 3, "it, and the two from before the zigzag was taught"
    assert [set_up.evaluate("guess", label) for label in ("circle", "cross")] == ["circle", "cross"]


def test_forgetting_an_example_or_the_history_leaves_no_way_back(set_up: Page) -> None:
    example = set_up.evaluate("async () => (await ink.examples('zigzag'))[1].id")
    set_up.evaluate("(example) => ink.forget({ example })", example)
    assert set_up.evaluate("ink.stickers.map(({ examples }) => examples)") == [3, 2]
    assert_nowhere(set_up, example.encode())
    before = model(set_up)
    set_up.evaluate("ink.forget('history')")
    (only,) = set_up.evaluate("ink.history()")
    assert only["live"]
    assert set_up.evaluate("[ink.undoable, ink.redoable]") == [None, None]
    assert model(set_up) == before


@pytest.mark.parametrize("way", [LAST_EXAMPLE, DELETED_BEFORE])
def test_a_stickers_name_goes_with_its_last_example_and_when_it_was_deleted_before(set_up: Page, way: str) -> None:
    set_up.evaluate(f"async () => {{ {way} }}")
    assert set_up.evaluate("[taught().join(), ink.undoable, ink.redoable]") == ["circle", None, None]
    assert "zigzag" not in str(set_up.evaluate("ink.history()"))
    assert_nowhere(set_up, b"zigzag")


def test_a_generation_is_exported_as_often_as_wanted_and_one_that_is_not_there_is_named(set_up: Page) -> None:
    first = set_up.evaluate("first")
    assert exported(set_up, first) == exported(set_up, first)
    set_up.evaluate("ink.undo()")
    assert exported(set_up) == exported(set_up, first), "what was exported can still be gone back to"
    assert set_up.evaluate("guess('circle')") == "circle"
    preview = set_up.evaluate("async () => ink.inspect(await ink.exportModel())")
    assert preview["stickers"] == set_up.evaluate("ink.stickers")
    assert preview["examples"] == 3
    assert set_up.evaluate("outcome(ink.exportModel({ generation: 999 }))") == ["InkmojiError", "storage-damaged"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("Uint8Array.of(1, 2, 3)", "archive-truncated"),
        ("file.slice(0, -1)", "archive-"),
        ("untaught", "update-nothing"),
    ],
    ids=["none", "cut short", "nothing in it"],
)
def test_a_file_of_no_use_changes_nothing(set_up: Page, file: str, code: str) -> None:
    set_up.evaluate("async () => { await ink.undo(); await ink.undo(); window.untaught = await ink.exportModel(); }")
    set_up.evaluate("async () => { await ink.redo(); await ink.redo(); }")
    before = [model(set_up), set_up.evaluate(STATE)]
    name, given = set_up.evaluate(f"outcome(ink.importModel({file}))")
    assert name == "InkmojiError"
    assert given.startswith(code)
    assert [model(set_up), set_up.evaluate(STATE)] == before
    assert set_up.evaluate("outcome(ink.importModel(file))") == "done"


def test_a_cancelled_import_changes_nothing(set_up: Page) -> None:
    before = [model(set_up), set_up.evaluate(STATE)]
    result = set_up.evaluate(
        """async () => {
          const control = new AbortController();
          const { signal } = control;
          return outcome(ink.importModel(file, { signal, onProgress: () => control.abort() }));
        }"""
    )
    assert result == ["AbortError", ""]
    assert [model(set_up), set_up.evaluate(STATE)] == before


def test_what_the_page_keeps_is_there_until_a_reset(set_up: Page) -> None:
    set_up.evaluate("ink.keep({ ink: [Float32Array.of(1, 2)] })")
    assert set_up.evaluate("async () => [...(await ink.kept()).ink[0]]") == [1, 2]
    set_up.evaluate("ink.keep(undefined)")
    assert set_up.evaluate("async () => (await ink.kept()) === undefined")
    set_up.evaluate("async () => { await ink.keep(7); await ink.reset(); }")
    assert set_up.evaluate(STATE) | {"storage": None} == {
        "stickers": [], "storage": None, "undoable": None, "redoable": None, "history": [], "kept": None
    }  # fmt: skip


def test_all_of_it_outlives_the_client(saved: Page) -> None:
    saved.evaluate(
        """async () => {
          await ink.setFace({ label: "circle", text: "O" });
          await ink.importModel(file);
          await ink.remove({ label: "zigzag" });
          await ink.useStarter(true);
          await ink.restore(first);
          await ink.undo();
          await ink.undo();
          await ink.keep({ board: [1, 2] });
        }"""
    )
    before = [saved.evaluate(STATE), model(saved)]
    assert before[0]["undoable"]["type"] == "sticker-removed"
    assert before[0]["redoable"]["type"] == "starter-added"
    restart(saved)
    assert [saved.evaluate(STATE), model(saved)] == before
    saved.evaluate("async () => { await ink.redo(); await ink.redo(); }")
    assert saved.evaluate("taught()") == ["circle"]


def test_forgetting_takes_damaged_generations_with_it_and_keeps_what_is_sound(saved: Page) -> None:
    """What cannot be read may hold it."""
    sound = saved.evaluate("first")
    saved.evaluate("teach('cross')")
    damaged = saved.evaluate("ink.storage.generation")
    saved.evaluate("async () => { await ink.undo(); await ink.undo(); }")
    damage(saved, damaged)
    assert sha256(exported(saved, damaged)).hexdigest() == contents(saved, "shared").digests[damaged]
    assert saved.evaluate(f"outcome(ink.restore({damaged}))") == ["InkmojiError", "storage-damaged"]
    saved.evaluate("ink.forget({ label: 'zigzag' })")
    found = contents(saved, "shared")
    assert damaged not in found.records
    assert sound in found.sound
    assert found.sound.keys() == found.records.keys() == found.digests.keys()
    assert_nowhere(saved, b"zigzag")


def test_forgetting_the_history_of_a_damaged_live_one_keeps_the_one_in_its_place(saved: Page) -> None:
    damage(saved, saved.evaluate("ink.storage.generation"))
    restart(saved)
    assert saved.evaluate("taught()") == ["circle", "cross"], "the newest one besides it"
    before = model(saved)
    saved.evaluate("ink.forget('history')")
    assert model(saved) == before
    found = contents(saved, "shared")
    assert list(found.sound) == [found.active]
    assert found.records.keys() == found.sound.keys()
    restart(saved)
    assert model(saved) == before


def test_the_page_keeps_and_is_told_before_python_is_up(tab: Page, store_name: str) -> None:
    tab.route("**/pyodide*.wasm*", lambda route: None)  # never answered: Python cannot be up
    tab.evaluate(PAGE, store_name)
    tab.evaluate("(name) => { window.early = new Inkmoji({ name }); }", store_name)
    tab.evaluate("early.keep({ board: [1, 2] })")
    assert tab.evaluate("early.kept()") == {"board": [1, 2]}
    assert tab.evaluate("early.history()") == []
    assert tab.evaluate("Promise.race([early.ready, 'Python is not up'])") == "Python is not up"
    tab.evaluate("(name) => { early.close(); window.early = new Inkmoji({ name }); }", store_name)
    assert tab.evaluate("early.kept()") == {"board": [1, 2]}
    tab.evaluate("early.close()")


def restart(page: Page) -> None:
    page.evaluate("async () => { ink.close(); window.ink = await start(); }")


def exported(page: Page, generation: int | None = None) -> bytes:
    address = page.evaluate(
        """async (generation) => {
          const archive = await ink.exportModel({ generation });
          const reader = new FileReader();
          reader.readAsDataURL(new Blob([archive]));
          await new Promise((resolve) => { reader.onload = resolve; });
          return reader.result;
        }""",
        generation,
    )
    return b64decode(address.split(",")[1])


def damage(page: Page, generation: int) -> None:
    """Turn over one bit in the middle of its archive."""
    page.evaluate(
        """(generation) => rows((_, archives) => {
          const get = archives.get(generation);
          get.onsuccess = () => {
            get.result[get.result.length >> 1] ^= 1;
            archives.put(get.result, generation);
          };
        })""",
        generation,
    )


def assert_nowhere(page: Page, what: bytes) -> None:
    """In no archive that is left."""
    for one in page.evaluate("ink.history()"):
        assert what not in exported(page, one["number"]), one
