"""A stored model that was taught on another base model: its drawings are learned anew when Inkmoji starts."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inkmoji import CompiledModel, Model, Network, dumps
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import OpenBlank
from tests.browser.database import contents
from tests.browser.dump import BASE, STORED, put_back, serve_models
from tests.browser.hand import hold
from tests.browser.learner import FAIL_NEXT_PUT, PAGE, prepare, worker
from tests.browser.recorder import Recorder
from tests.browser.starter import PACK
from tests.library import base, with_ready

LABELS = ["circle", "zigzag", "cross"]
# Taught on a small base model: circle, zigzag and cross, and a ready-made star; two steps are undone.
DUMP = json.loads((STORED / "database-version-2.json").read_text(encoding="utf-8"))
BEGIN = """
() => {
  window.stages = [];
  window.notices = [];
  window.ink = new Inkmoji({ name, onStatus: ({ stage, loaded, total }) => stages.push([stage, loaded / total]) });
  ink.on("notice", (notice) => notices.push(notice));
}
"""
GUESSES = "async (labels) => Promise.all(labels.map((label) => guess(label)))"


def altered(model: Model) -> Model:
    """The model with slightly other weights, which knows nothing that was taught."""
    layers = [
        replace(item, weights={key: _shifted(array) for key, array in item.weights.items()})
        for item in model.network.layers
    ]
    old = model.network
    return Model(model.description, Network(layers, old.input, old.input_shape, old.output), model.entries.copy())


def _shifted(array: Any) -> Any:
    return array if array.dtype.kind != "f" else (array * 1.01).astype(array.dtype)


def newer_models() -> tuple[bytes, bytes]:
    """A newer small base model and its starter pack."""
    model = altered(base())
    return dumps(model), dumps(with_ready(model, star="⭐"))


@pytest.fixture
def stored(tab: Page, store_name: str) -> Page:
    """A page, not started yet, with a stored model, whose site has a newer base model and a pack for that."""
    put_back(tab, DUMP, store_name)
    tab.evaluate("(name) => { window.name = name; }", store_name)
    serve_models(tab, *newer_models())
    return tab


@pytest.fixture
def second(stored: Page, shared_context: BrowserContext, open_blank: OpenBlank, store_name: str) -> Iterator[Page]:
    """Another tab of the same."""
    page = open_blank(shared_context)
    page.evaluate(PAGE, store_name)
    page.evaluate("(name) => { window.name = name; }", store_name)
    serve_models(page, *newer_models())
    yield page
    page.close()


def types(page: Page) -> list[str]:
    return [one["change"]["type"] for one in page.evaluate("ink.history()")]


def by_label(stickers: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What came ready-made goes to the end when it is renewed; when it was stored, no sticker had a picture."""
    return {sticker["label"]: {"image": None, **sticker} for sticker in stickers}


def assert_as_taught(page: Page) -> None:
    assert by_label(page.evaluate("ink.stickers")) == by_label(DUMP["told"]["stickers"])
    assert page.evaluate(GUESSES, LABELS) == LABELS


def test_it_is_renewed_as_the_start_says_and_the_old_one_stays_in_the_history(stored: Page) -> None:
    before = len(DUMP["told"]["history"])
    stored.evaluate(BEGIN)
    stored.evaluate("ink.ready")
    assert_as_taught(stored)
    assert types(stored)[0] == "renewed"
    assert len(types(stored)) == before + 1
    stages = stored.evaluate("stages")
    assert [stage for stage, _ in stages if stage == "renewal"], "a person who waits is told why"
    shares = [share for _, share in stages]
    assert shares == sorted(shares)
    assert stages[-1] == ["ready", 1]
    (notice,) = stored.evaluate("notices")
    assert notice["level"] == "info"
    assert "learned anew" in notice["message"]
    shown = stored.evaluate("async () => (await ink.examples('circle')).map(({ id }) => id)")
    assert shown == [example["id"] for example in DUMP["told"]["examples"]["circle"]]
    stored.evaluate("ink.undo()")
    assert_as_taught(stored)
    assert stored.evaluate("ink.storage.generation") == DUMP["told"]["generation"]


def test_the_base_model_that_ships_is_followed_by_one_with_other_weights(
    tab: Page, store_name: str, dist: Path
) -> None:
    prepare(tab, store_name).evaluate("async () => { await teach('circle'); await teach('zigzag'); ink.close(); }")
    stickers = tab.evaluate("ink.stickers")
    newer = dumps(altered(CompiledModel((dist / "models" / "base.inkmoji").read_bytes()).model()))
    tab.route(BASE, lambda route: route.fulfill(body=newer))
    prepare(tab, store_name)
    assert types(tab) == ["renewed", "learned", "learned"]
    assert tab.evaluate("ink.stickers") == stickers
    assert tab.evaluate(GUESSES, LABELS)[:2] == ["circle", "zigzag"]
    archive = base64.b64decode(tab.evaluate("async () => (await ink.exportModel()).toBase64()"))
    exported = CompiledModel(archive).model()
    first, expected = exported.network.layers[0], CompiledModel(newer).model().network.layers[0]
    assert all(np.array_equal(first.weights[key], expected.weights[key]) for key in expected.weights)


@pytest.mark.parametrize("fault", ["put", "no base", "damaged base", "no pack"])
def test_a_renewal_that_fails_leaves_the_old_model_in_use_and_says_so(
    stored: Page, shared_recorder: Recorder, store_name: str, fault: str
) -> None:
    model, pack = newer_models()
    if fault in ("no base", "no pack"):
        stored.route(BASE if fault == "no base" else PACK, lambda route: route.fulfill(status=404))
    elif fault == "damaged base":
        stored.route(BASE, lambda route: route.fulfill(body=b"no model"))
    release = hold(stored, BASE)
    before = contents(stored, store_name)
    with stored.expect_event("worker"):
        stored.evaluate(BEGIN)
    stored.wait_for_function("() => stages.length > 0")
    if fault == "put":
        worker(stored).evaluate(FAIL_NEXT_PUT)
    release()
    stored.evaluate("ink.ready")
    assert_as_taught(stored)
    (notice,) = stored.evaluate("notices")
    assert notice["level"] == "warning"
    assert "go on with the model they were taught on" in notice["message"]
    assert contents(stored, store_name) == before
    stored.evaluate("ink.close()")
    stored.unroute_all()
    serve_models(stored, model, pack)
    shared_recorder.take("404")
    prepare(stored, store_name)
    assert types(stored)[0] == "renewed", "the next start does it"
    assert_as_taught(stored)


def test_two_tabs_that_start_at_once_renew_it_once(stored: Page, second: Page) -> None:
    stored.evaluate("async () => { window.unlock = await holdLock(); }")
    for page in (stored, second):
        page.evaluate(BEGIN)
    stored.evaluate("waitingForLock(2)")
    stored.evaluate("() => { unlock(); }")
    for page in (stored, second):
        page.evaluate("ink.ready")
    for page in (stored, second):
        page.wait_for_function(f"() => ink.storage.generation === {DUMP['told']['history'][0]['number'] + 1}")
        assert types(page).count("renewed") == 1
        assert_as_taught(page)
    second.evaluate("teach('cross')")
    stored.wait_for_function("() => ink.stickers.find(({ label }) => label === 'cross').examples === 6")
