"""Core ML's files through the client: what one is, one in place of the live model, and the live model as one."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from inkmoji.coreml import compile_model
from inkmoji.coreml.wire import write
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import OpenBlank
from tests.browser.learner import prepare
from tests.browser.recorder import Recorder
from tests.coreml import classifier, extractor, learner, neighbors, piped

PUT = "(text) => { window.source = Uint8Array.fromBase64(text); }"
STATE = "() => [ink.origin, taught(), ink.undoable?.type ?? null, ink.storage.generation]"


def put(page: Page, spec: Any, change: bytes = b"") -> bytes:
    """Let the page have a model as `source`."""
    data = write(spec) + change
    page.evaluate(PUT, base64.b64encode(data).decode())
    return data


def test_what_a_model_is_is_said_and_nothing_changes(ink: Page) -> None:
    before = ink.evaluate(STATE)
    data = put(ink, learner())
    assert ink.evaluate("ink.inspectCoreML(source)") == {
        "inputs": [{"name": "drawing", "type": "image", "shape": [8, 8, 1]}],
        "outputs": [{"name": "label", "type": "string", "shape": []}],
        "head": "neighbors",
        "updatable": True,
        "labels": ["cat", "dog", "owl"],
        "samples": 6,
        "bytes": len(data),
        "metadata": {"author": "Ada", "license": "CC0"},
        "unsuitable": None,
    }
    assert ink.evaluate("source.length") == len(data)  # it is still the page's
    assert ink.evaluate(STATE) == before


def test_a_model_takes_the_place_of_the_live_one_learns_is_kept_and_undone(
    ink: Page, shared_context: BrowserContext, open_blank: OpenBlank
) -> None:
    put(ink, learner())
    ink.evaluate("ink.importCoreML(source)")
    origin, labels, change, _ = ink.evaluate(STATE)
    assert (origin, labels, change) == ("coreml", ["cat", "dog", "owl"], "model-imported")
    assert [sticker["examples"] for sticker in ink.evaluate("ink.stickers")] == [0, 0, 0]
    assert ink.evaluate("guess('zigzag')") in ("cat", "dog", "owl")
    ink.evaluate("teach('zigzag')")
    assert ink.evaluate("guess('zigzag')") == "zigzag"
    assert ink.evaluate("async () => (await ink.examples('zigzag')).length") == 3
    again = prepare(open_blank(shared_context), "shared")  # it is not renewed, as an older base model would be
    assert again.evaluate(STATE)[:2] == ["coreml", ["cat", "dog", "owl", "zigzag"]]
    assert again.evaluate("guess('zigzag')") == "zigzag"
    again.close()
    assert ink.evaluate("outcome(ink.useStarter(true))") == ["InkmojiError", "head-value"]
    ink.evaluate("async () => { await ink.undo(); await ink.undo(); }")
    assert ink.evaluate(STATE)[:2] == ["base", ["circle"]]
    ink.evaluate("async () => { await ink.redo(); await ink.redo(); await ink.reset(); }")
    assert ink.evaluate(STATE)[:2] == ["base", []]


def test_the_live_model_is_a_model_of_core_ml(ink: Page) -> None:
    answer = ink.evaluate(
        """async () => {
          const { file, notes } = await ink.exportCoreML();
          return [file.toBase64(), Object.keys(notes)];
        }"""
    )
    assert answer[1] == ["discriminant", "drawings"]
    model = compile_model(base64.b64decode(answer[0])).model()
    assert model.labels == ("circle",)
    assert model.description.training_inputs
    ink.evaluate(PUT, answer[0])
    ink.evaluate("ink.importCoreML(source)")
    assert ink.evaluate("ink.stickers[0]")["text"] == "ci"
    assert ink.evaluate("guess('circle')") == "circle"


@pytest.mark.parametrize(
    ("spec", "unsuitable"),
    [(neighbors(), "image"), (piped(extractor(), classifier(False)), "network")],
    ids=["reads numbers", "keeps no examples"],
)
def test_a_model_that_cannot_be_the_live_one_is_described_and_refused(ink: Page, spec: Any, unsuitable: str) -> None:
    before = ink.evaluate(STATE)
    put(ink, spec)
    assert ink.evaluate("async () => (await ink.inspectCoreML(source)).unsuitable") == unsuitable
    assert ink.evaluate("outcome(ink.importCoreML(source))") == ["InkmojiError", "coreml-unsuitable"]
    assert ink.evaluate(STATE) == before


def test_a_file_that_is_no_model_is_refused_with_what_is_wrong(ink: Page) -> None:
    before = ink.evaluate(STATE)
    put(ink, learner(), b"\xff" * 9)
    for call in ("inspectCoreML", "importCoreML"):
        assert ink.evaluate(f"outcome(ink.{call}(source))") == ["InkmojiError", "coreml-bytes"]
    assert ink.evaluate(STATE) == before


def test_what_reading_needs_is_fetched_at_the_first_time_and_kept_for_when_there_is_no_network(
    shared_context: BrowserContext, open_blank: OpenBlank, shared_recorder: Recorder
) -> None:
    page = prepare(open_blank(shared_context), "apart")
    asked: list[str] = []
    shared_context.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.evaluate("async () => { for (const key of await caches.keys()) await caches.delete(key); }")
    put(page, learner())
    shared_context.route("**/pyodide/*.whl", lambda route: route.abort())
    error = page.evaluate("ink.inspectCoreML(source).catch(({ code, message }) => [code, message])")
    assert error[0] == "worker-part"
    assert "Once they were fetched no network is needed" in error[1]
    shared_recorder.take("net::ERR_FAILED")
    shared_context.unroute("**/pyodide/*.whl")
    assert page.evaluate("async () => (await ink.inspectCoreML(source)).head") == "neighbors"
    page.close()
    again = prepare(open_blank(shared_context), "apart")
    put(again, learner())
    asked.clear()
    assert again.evaluate("async () => (await ink.inspectCoreML(source)).head") == "neighbors"
    assert asked == ["coreml.json"]
    again.close()


def test_where_the_snapshot_is_not_used_it_is_the_same(
    shared_context: BrowserContext, open_blank: OpenBlank, shared_recorder: Recorder
) -> None:
    shared_context.route("**/snapshot.bin", lambda route: route.abort())
    page = prepare(open_blank(shared_context), "plain")
    shared_context.unroute("**/snapshot.bin")
    put(page, learner())
    page.evaluate("ink.importCoreML(source)")
    assert page.evaluate(STATE)[:2] == ["coreml", ["cat", "dog", "owl"]]
    assert page.evaluate("async () => Object.keys((await ink.exportCoreML()).notes)") == []
    page.close()
    shared_recorder.take("net::ERR_FAILED")
