"""An update with parameters, on a base model of k nearest neighbours in place of the one that ships; and its start."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest
from inkmoji import (
    CompiledModel,
    Model,
    ModelDescription,
    NearestNeighbors,
    ParameterDescription,
    ParameterKey,
    dumps,
)
from playwright.sync_api import Page

from tests.browser.filing import collection
from tests.browser.hand import fish, sun
from tests.browser.learner import PAGE, assert_only_the_circle_is_known, assert_the_next_update_works
from tests.browser.recorder import Recorder

MODEL = "models/of-mine.inkmoji"
EXPORT = """
async () => {
  const bytes = await ink.exportModel();
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
"""


@pytest.fixture(scope="module")
def neighbors(dist: Path) -> bytes:
    """The network that ships, with three nearest neighbours that vote."""
    base = CompiledModel((dist / "models" / "base.inkmoji").read_bytes()).model()
    parameters = (
        ParameterDescription(ParameterKey.NUMBER_OF_NEIGHBORS, 3, 1, 50),
        ParameterDescription(ParameterKey.MINI_BATCH_SIZE, 1, 1, 64),
    )
    given = base.description
    description = ModelDescription(given.inputs, given.outputs, given.training_inputs, parameters)
    return dumps(Model(description, base.network, NearestNeighbors(base.head.dimension)))


def start_on(page: Page, archive: bytes, name: str) -> Page:
    page.route(f"**/{MODEL}", lambda route: route.fulfill(body=archive))
    page.evaluate(PAGE, name)
    page.evaluate("async (model) => { window.ink = await start({ model }); }", MODEL)
    return page


def neighbors_of(page: Page) -> int:
    head = CompiledModel(base64.b64decode(page.evaluate(EXPORT))).model().head
    assert isinstance(head, NearestNeighbors)
    return head.k


def test_neighbours_are_set_by_an_update_and_kept_by_the_model(tab: Page, neighbors: bytes, store_name: str) -> None:
    start_on(tab, neighbors, store_name)
    tab.evaluate("teach('circle')")
    assert neighbors_of(tab) == 3
    tab.evaluate("teach('zigzag', { parameters: { numberOfNeighbors: 5 } })")
    assert neighbors_of(tab) == 5
    assert [tab.evaluate("guess", label) for label in ("circle", "zigzag")] == ["circle", "zigzag"]
    tab.evaluate("teach('cross', { parameters: { numberOfNeighbors: undefined } })")
    assert neighbors_of(tab) == 5
    # A start on the same base model takes it for what it is.
    tab.evaluate("async (model) => { ink.close(); ink = await start({ model }); }", MODEL)
    assert neighbors_of(tab) == 5
    assert tab.evaluate("async () => (await ink.history()).length") == 3
    tab.evaluate("async () => { await ink.undo(); await ink.undo(); }")
    assert neighbors_of(tab) == 3


def test_the_model_that_ships_takes_more_drawings_in_one_step(ink: Page) -> None:
    events = ink.evaluate(
        """async () => {
          const events = [];
          await teach("zigzag", { parameters: { miniBatchSize: 3 }, onProgress: ({ event }) => events.push(event) });
          return events;
        }"""
    )
    assert events.count("mini-batch-end") == 1
    assert ink.evaluate("guess('zigzag')") == "zigzag"


@pytest.mark.parametrize(
    ("parameters", "code", "words"),
    [
        ("{ miniBatchSize: 0 }", "parameter-value", "from 1 to 1024, got 0"),
        ("{ miniBatchSize: 1025 }", "parameter-value", "from 1 to 1024, got 1025"),
        ("{ miniBatchSize: 1.5 }", "parameter-value", "a whole number"),
        ("{ miniBatchSize: NaN }", "parameter-value", "a whole number"),
        ("{ miniBatchSize: null }", "parameter-value", "a whole number"),
        ("{ miniBatchSize: '3' }", "parameter-value", "a whole number"),
        ("{ miniBatchSize: () => 3 }", "worker-failed", "could not be cloned"),
        ("{ numberOfNeighbors: 5 }", "parameter-unknown", "these parameters: miniBatchSize; got 'numberOfNeighbors'"),
        ("[3]", "parameter-value", "a dictionary"),
        ("null", "parameter-value", "a dictionary"),
    ],
)
def test_what_the_model_does_not_allow_is_refused_and_nothing_is_lost(
    ink: Page, parameters: str, code: str, words: str
) -> None:
    refused = ink.evaluate(
        f"teach('zigzag', {{ parameters: {parameters} }}).catch(({{ code, message }}) => [code, message])"
    )
    assert refused[0] == code
    assert words in refused[1]
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_what_another_tab_overtook_is_learned_again_with_the_same_parameters(
    tab: Page, other_tab: Page, neighbors: bytes, store_name: str
) -> None:
    for page in (tab, other_tab):
        start_on(page, neighbors, store_name)
    tab.evaluate("async () => { window.unlock = await holdLock(); }")
    other_tab.evaluate("() => { window.change = outcome(teach('zigzag')); }")
    tab.evaluate("waitingForLock(1)")
    tab.evaluate("() => { window.change = outcome(teach('circle', { parameters: { numberOfNeighbors: 7 } })); }")
    tab.evaluate("waitingForLock(2)")
    tab.evaluate("() => { unlock(); }")
    assert [page.evaluate("change") for page in (tab, other_tab)] == ["done", "done"]
    assert sorted(tab.evaluate("taught()")) == ["circle", "zigzag"]
    assert neighbors_of(tab) == 7
    other_tab.wait_for_function("() => taught().length === 2")
    assert neighbors_of(other_tab) == 7


def test_a_file_of_stickers_can_be_what_it_starts_from(tab: Page, dist: Path, store_name: str) -> None:
    file = collection(dist, {"🐟": (fish, 3), "☀️": (sun, 3)}, random.Random(4))
    start_on(tab, file["buffer"], store_name)
    assert tab.evaluate("ink.stickers.map(({ text }) => text)") == ["🐟", "☀️"]
    assert tab.evaluate("ink.storage.generation") == 0
    strokes = [{"x": [x for x, _ in stroke], "y": [y for _, y in stroke]} for stroke in sun(random.Random(5))]
    assert tab.evaluate("async (strokes) => (await ink.predict({ strokes })).label", strokes) == "label of ☀️"
    tab.evaluate("teach('zigzag')")
    tab.evaluate("ink.reset()")
    assert tab.evaluate("ink.stickers.map(({ text }) => text)") == ["🐟", "☀️"]


def test_a_model_of_another_kind_is_refused_in_words(tab: Page, shared_recorder: Recorder, store_name: str) -> None:
    tab.route(f"**/{MODEL}", lambda route: route.fulfill(body=b"no model"))
    tab.evaluate(PAGE, store_name)
    code = tab.evaluate("(model) => start({ model }).catch(({ code }) => code)", MODEL)
    assert code.startswith("archive-")
    assert not shared_recorder.problems
