"""Python starts from the snapshot that the build made, or without it where that cannot be used."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.browser.learner import PAGE, worker
from tests.browser.recorder import Recorder

STARTER = "**/worker/boot.js"
SNAPSHOT = "**/pyodide/snapshot.bin"
HEAD = 16  # bytes, of which the first four are a checksum
# Python runs: what comes next is that its packages are loaded, which is none of the snapshot's.
START_PYTHON = """
() => new Promise((resolve, reject) => {
  const onStatus = ({ stage }) => { if (stage === "packages") resolve(); };
  window.ink = new Inkmoji({ name: "unsound", onStatus });
  ink.ready.catch(reject);
}).then(() => ink.close())
"""
LOADED = "python.runPython('import sys; str.join(\\',\\', sys.modules)').split(',')"
# Everything that the page has of Python, so that whatever it imports late is imported.
USE = """
async () => {
  await teach("circle");
  await teach("zigzag");
  await ink.undo();
  await ink.redo();
  await ink.useStarter(true);
  await ink.review([draw("circle"), draw("cross")]);
  await ink.separation("circle");
  await ink.projection();
  const archive = await ink.exportModel();
  await ink.inspect(archive.slice());
  await ink.importModel(archive.slice(), { replace: true });
  await ink.forget({ label: "zigzag" });
}
"""


@pytest.fixture
def watched(tab: Page) -> Page:
    """A page whose next worker keeps its Python, and the modules that were loaded when it had started."""

    def show(route: Route) -> None:
        code = route.fetch().text()
        before = '  onStage("packages");'
        assert code.count(before) == 1
        kept = f"  self.python = pyodide;\n  self.loaded = {LOADED.replace('python', 'pyodide')};\n"
        route.fulfill(body=code.replace(before, kept + before), content_type="text/javascript")

    tab.route(STARTER, show)
    return tab


def modules(page: Page, name: str) -> tuple[set[str], set[str]]:
    """Start; return what was loaded when Python had started, and what was when it was ready."""
    page.evaluate(PAGE, name)
    page.evaluate("async () => { window.ink = await start(); }")
    first, then = worker(page).evaluate(f"() => [self.loaded, {LOADED}]")
    return set(first), set(then)


def test_the_snapshot_holds_all_that_a_start_needs_and_no_start_draws_the_random_numbers_of_another(
    watched: Page, shared_recorder: Recorder, request: pytest.FixtureRequest
) -> None:
    before = len(shared_recorder.requests)
    draw = "() => python.runPython('import random, uuid; (random.random(), str(uuid.uuid4()))').toJs()"
    drawn = []
    for turn in range(2):
        first, then = modules(watched, f"{request.node.name} {turn}")
        assert {"numpy", "PIL", "inkmoji"} <= first
        assert then == first
        drawn.append(worker(watched).evaluate(draw))
        watched.evaluate("ink.close()")
    assert not set(drawn[0]) & set(drawn[1])
    asked = {address.rpartition("/")[2] for address in shared_recorder.requests[before:]}
    assert "snapshot.bin" in asked
    assert not {"pyodide.asm.wasm", "python_stdlib.zip"} & asked


def test_nothing_that_the_page_asks_of_python_needs_a_module_that_does_not_ship(
    watched: Page, request: pytest.FixtureRequest
) -> None:
    first, _ = modules(watched, request.node.name)
    watched.evaluate(USE)
    later = set(worker(watched).evaluate(f"() => {LOADED}")) - first
    assert later == set()


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "is of another build": lambda memory: memory[: HEAD + 16] + bytes(32) + memory[HEAD + 48 :],
    "was made with other libraries": lambda memory: bytes(4) + memory[4:],
}


def test_without_a_sound_snapshot_python_starts_all_the_same(tab: Page, dist: Path) -> None:
    data = (dist / "pyodide" / "snapshot.bin").read_bytes()
    memory = gzip.decompress(data)
    tab.evaluate(PAGE, "unsound")
    for damage in (None, memory[:99], data[:-99]):  # none is there, it is no gzip, it is cut off
        asked = serve_snapshot(tab, damage)
        tab.evaluate(START_PYTHON)
        assert len(asked) == 1
    # With these Python begins to start before they are found unsound.
    for spoil in SPOILT.values():
        asked = serve_snapshot(tab, gzip.compress(spoil(memory), 1))
        tab.evaluate("async () => { window.ink = await start(); }")
        assert tab.evaluate("guess('circle')") is None
        assert len(asked) == 1
        tab.evaluate("ink.close()")


@pytest.mark.parametrize("part", ["libraries.bin", "pyodide.asm.wasm.bin"])
def test_without_another_packed_part_python_starts_all_the_same(tab: Page, part: str) -> None:
    tab.evaluate(PAGE, "unsound")
    tab.route(f"**/pyodide/{part}", lambda route: route.fulfill(status=404))
    tab.evaluate(START_PYTHON)


def serve_snapshot(page: Page, body: bytes | None) -> list[Route]:
    """Answer with that for the snapshot from now on; return what asks for it."""
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        route.fulfill(body=body, status=404 if body is None else 200)

    page.unroute_all()
    page.route(SNAPSHOT, answer)
    return asked


def test_what_python_starts_from_is_let_go_of(tab: Page) -> None:
    tab.evaluate("async () => { window.python = await (await import('./worker/boot.js')).boot(() => {}); }")
    session = tab.context.new_cdp_session(tab)
    session.send("HeapProfiler.collectGarbage")
    memory = tab.evaluate("() => python._module.HEAP8.length")
    held = session.send("Runtime.getHeapUsage")["backingStorageSize"]
    assert held < memory / 4  # which is not among it, and as large as the snapshot
