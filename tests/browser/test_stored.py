"""Databases that earlier versions have stored, opened by today's Inkmoji: nothing that was taught or kept is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.database import contents
from tests.browser.dump import STORED, TELL, put_back, serve_models_of
from tests.browser.learner import prepare
from tests.browser.shelf import PRELUDE

DUMPS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(STORED.glob("database-version-*.json"))
}
FIRST = "database-version-1"
DAMAGED_AND_SOUND = (2, 3)


def tell(page: Page) -> Any:
    return page.evaluate(f"async () => plain(await ({TELL})())")


def rows(dump: dict[str, Any], store: str) -> list[Any]:
    found: list[Any] = dump["stores"][store]["rows"]
    return found


def without_pictures(stickers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stickers as they are told today: when these were stored, none had a picture."""
    return [{"image": None, **sticker} for sticker in stickers]


def as_told(now: Any, told: Any) -> Any:
    """What is said now, without what was not said then."""
    if isinstance(told, dict):
        return {key: as_told(now[key], value) for key, value in told.items()}
    if isinstance(told, list) and len(now) == len(told):
        return [as_told(one, former) for one, former in zip(now, told, strict=True)]
    return now


@pytest.mark.parametrize("stored", DUMPS)
def test_what_an_earlier_version_has_stored_is_there_as_it_was_and_can_be_undone_and_redone(
    tab: Page, stored: str, store_name: str
) -> None:
    dump, told = DUMPS[stored], DUMPS[stored]["told"]
    put_back(tab, dump, store_name)
    serve_models_of(tab, dump)
    now = tell(prepare(tab, store_name))
    assert as_told(now, told) == told
    assert {label: len(shown) for label, shown in now["examples"].items()} == {
        sticker["label"]: sticker["examples"] for sticker in told["stickers"]
    }
    numbers = [number for number, _ in rows(dump, "generations")]
    assert [one["number"] for one in now["history"]] == numbers[::-1]
    assert sorted(contents(tab, store_name).sound) == numbers, "every archive is what was saved"
    undo_and_redo(tab)


def undo_and_redo(page: Page) -> None:
    """Undo all that can be undone, and redo it to what it was."""
    before = page.evaluate("ink.stickers")
    steps = page.evaluate(
        """async () => {
          let steps = 0;
          for (; ink.undoable; steps += 1) await ink.undo();
          return steps;
        }"""
    )
    assert page.evaluate("taught()") == [], "undone to the base model"
    page.evaluate("async (steps) => { for (; steps > 0; steps -= 1) await ink.redo(); }", steps)
    assert page.evaluate("ink.stickers") == before


@pytest.mark.parametrize("stored", DUMPS)
def test_on_the_base_model_that_ships_it_is_learned_anew(tab: Page, stored: str, store_name: str) -> None:
    dump, told = DUMPS[stored], DUMPS[stored]["told"]
    put_back(tab, dump, store_name)
    now = tell(prepare(tab, store_name))
    own = [sticker for sticker in told["stickers"] if sticker["examples"]]
    assert [sticker for sticker in now["stickers"] if sticker["examples"]] == without_pictures(own)
    assert now["answers"] == told["answers"]
    assert [(one["change"]["type"], one["live"]) for one in now["history"][:1]] == [("renewed", True)]
    assert len(now["history"]) == len(rows(dump, "generations")) + 1
    assert now["kept"] == told.get("kept")
    if "examples" in told:
        drawings = {label: told["examples"][label] for label in (sticker["label"] for sticker in own)}
        assert {label: now["examples"][label] for label in drawings} == drawings
    tab.evaluate("ink.undo()")
    assert tab.evaluate("ink.stickers") == without_pictures(told["stickers"])


def test_an_upgrade_that_fails_halfway_is_undone_and_works_the_next_time(tab: Page, store_name: str) -> None:
    put_back(tab, DUMPS[FIRST], store_name)
    tab.evaluate(PRELUDE, store_name)
    outcome, version = tab.evaluate(
        """async () => {
          const fail = () => { throw new DOMException("no room", "QuotaExceededError"); };
          const restore = replaceCall(IDBObjectStore.prototype, "put", 2, fail);
          const code = await outcome(openStore());
          restore();
          const [{ version }] = (await indexedDB.databases()).filter(({ name }) => name === scope);
          return [code, version];
        }"""
    )
    assert [outcome, version] == ["storage-failed", 1]
    serve_models_of(tab, DUMPS[FIRST])
    now = tell(prepare(tab, store_name))
    assert now["stickers"] == without_pictures(DUMPS[FIRST]["told"]["stickers"])
    assert now["answers"] == DUMPS[FIRST]["told"]["answers"]


def test_a_generation_of_version_1_without_its_archive_harms_no_other(tab: Page, store_name: str) -> None:
    dump = copy.deepcopy(DUMPS[FIRST])
    damaged, sound = DAMAGED_AND_SOUND
    del dict(rows(dump, "generations"))[damaged]["archive"]
    put_back(tab, dump, store_name)
    serve_models_of(tab, dump)
    prepare(tab, store_name)
    assert tab.evaluate("[ink.storage.persistent, ink.storage.message, ink.storage.generation]") == [True, None, sound]
    assert tab.evaluate("ink.stickers") == without_pictures(dump["told"]["stickers"])
    assert tab.evaluate("outcome(ink.undo())") == ["InkmojiError", "storage-damaged"]
    assert tab.evaluate("outcome(ink.restore(1))") == "done"
