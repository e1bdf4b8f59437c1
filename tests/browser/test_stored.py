"""Databases that earlier versions have stored, opened by today's Inkmoji: nothing that was taught or kept is lost."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.database import contents
from tests.browser.dump import CODEC, NAME, STORED, TELL, serve_models
from tests.browser.learner import PAGE, STARTED, prepare
from tests.browser.shelf import PRELUDE

DUMPS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(STORED.glob("database-version-*.json"))
}
FIRST = "database-version-1"
DAMAGED_AND_SOUND = (2, 3)


def put_back(page: Page, dump: dict[str, Any], name: str = NAME) -> None:
    """Make the page's browser have that database, with nothing but the browser's own calls."""
    page.set_default_timeout(STARTED)
    page.evaluate(PAGE, name)
    page.evaluate(CODEC)
    page.evaluate("({ version, stores }) => fill(scope, { version, stores })", dump)


def tell(page: Page) -> Any:
    return page.evaluate(f"async () => plain(await ({TELL})())")


def taught_on(page: Page, dump: dict[str, Any]) -> None:
    serve_models(page, base64.b64decode(dump["base"]), base64.b64decode(dump["pack"]))


@pytest.fixture
def vacant(tab: Page, request: pytest.FixtureRequest) -> Page:
    """A page that may use the dumps' name: what is under it goes."""
    tab.evaluate(
        """(name) => new Promise((resolve) => {
          indexedDB.deleteDatabase(`inkmoji:/:${name}`).onsuccess = () => resolve();
        })""",
        NAME,
    )
    request.addfinalizer(tab.unroute_all)
    return tab


@pytest.mark.parametrize("stored", DUMPS)
def test_what_an_earlier_version_has_stored_is_there_as_it_was(vacant: Page, stored: str) -> None:
    dump, told = DUMPS[stored], DUMPS[stored]["told"]
    put_back(vacant, dump)
    taught_on(vacant, dump)
    now = tell(prepare(vacant, NAME))
    assert {key: now[key] for key in told} == told
    assert {label: len(shown) for label, shown in now["examples"].items()} == {
        sticker["label"]: sticker["examples"] for sticker in told["stickers"]
    }
    numbers = [number for number, _ in rows(dump, "generations")]
    assert [one["number"] for one in now["history"]] == numbers[::-1]
    assert sorted(contents(vacant, NAME).sound) == numbers, "every archive is what was saved"


@pytest.mark.parametrize("stored", DUMPS)
def test_it_can_be_undone_and_redone_to_all_that_it_was(vacant: Page, stored: str) -> None:
    put_back(vacant, DUMPS[stored])
    taught_on(vacant, DUMPS[stored])
    prepare(vacant, NAME)
    before = vacant.evaluate("ink.stickers")
    steps = vacant.evaluate(
        """async () => {
          let steps = 0;
          for (; ink.undoable; steps += 1) await ink.undo();
          return steps;
        }"""
    )
    assert vacant.evaluate("taught()") == [], "undone to the base model"
    vacant.evaluate("async (steps) => { for (; steps > 0; steps -= 1) await ink.redo(); }", steps)
    assert vacant.evaluate("ink.stickers") == before


@pytest.mark.parametrize("stored", DUMPS)
def test_on_the_base_model_that_ships_it_is_learned_anew_and_the_old_one_stays(vacant: Page, stored: str) -> None:
    dump, told = DUMPS[stored], DUMPS[stored]["told"]
    put_back(vacant, dump)
    now = tell(prepare(vacant, NAME))
    own = [sticker for sticker in told["stickers"] if sticker["examples"]]
    assert [sticker for sticker in now["stickers"] if sticker["examples"]] == own
    assert now["answers"] == told["answers"]
    assert [(one["change"]["type"], one["live"]) for one in now["history"][:1]] == [("renewed", True)]
    assert len(now["history"]) == len(rows(dump, "generations")) + 1
    assert now["kept"] == told.get("kept")
    if "examples" in told:
        drawings = {label: told["examples"][label] for label in (sticker["label"] for sticker in own)}
        assert {label: now["examples"][label] for label in drawings} == drawings
    vacant.evaluate("ink.undo()")
    assert vacant.evaluate("ink.stickers") == told["stickers"]


def test_an_upgrade_that_fails_halfway_is_undone_and_works_the_next_time(vacant: Page) -> None:
    put_back(vacant, DUMPS[FIRST])
    vacant.evaluate(PRELUDE, NAME)
    outcome, version = vacant.evaluate(
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
    taught_on(vacant, DUMPS[FIRST])
    now = tell(prepare(vacant, NAME))
    assert now["stickers"] == DUMPS[FIRST]["told"]["stickers"]
    assert now["answers"] == DUMPS[FIRST]["told"]["answers"]


def test_a_generation_of_version_1_without_its_archive_does_not_keep_the_others_away(vacant: Page) -> None:
    dump = copy.deepcopy(DUMPS[FIRST])
    damaged, sound = DAMAGED_AND_SOUND
    del dict(rows(dump, "generations"))[damaged]["archive"]
    put_back(vacant, dump)
    taught_on(vacant, dump)
    prepare(vacant, NAME)
    assert vacant.evaluate("ink.storage") == {"persistent": True, "message": None, "generation": sound}
    assert vacant.evaluate("ink.stickers") == dump["told"]["stickers"]
    assert vacant.evaluate("outcome(ink.undo())") == ["InkmojiError", "storage-damaged"]
    assert vacant.evaluate("outcome(ink.restore(1))") == "done"


def rows(dump: dict[str, Any], store: str) -> list[Any]:
    found: list[Any] = dump["stores"][store]["rows"]
    return found
