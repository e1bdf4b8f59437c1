"""Python starts from the snapshot that the build made, or without it where that cannot be used."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.browser.learner import PAGE, worker

STARTER = "**/worker/boot.js"
SNAPSHOT = "**/pyodide/snapshot.bin"
# Python runs: what comes next is that its packages are loaded, which is none of the snapshot's.
START_PYTHON = """
() => new Promise((resolve, reject) => {
  const onStatus = ({ stage }) => { if (stage === "packages") resolve(); };
  window.ink = new Inkmoji({ name: "unsound", onStatus });
  ink.ready.catch(reject);
}).then(() => ink.close())
"""
LOADED = "python.runPython('import sys; str.join(\\',\\', sys.modules)').split(',')"


@pytest.fixture
def watched(tab: Page) -> Page:
    """A page whose next worker keeps its Python, and the modules that were loaded when it had started."""

    def show(route: Route) -> None:
        code = route.fetch().text()
        before = "  await loadPackages(pyodide);"
        assert code.count(before) == 1
        kept = f"  self.python = pyodide;\n  self.loaded = {LOADED.replace('python', 'pyodide')};\n"
        route.fulfill(body=code.replace(before, kept + before), content_type="text/javascript")

    tab.route(STARTER, show)
    return tab


def of_another_build(memory: bytes) -> bytes:
    """The memory with another digest of its build, which lies at 16 and has 32 bytes."""
    return memory[:16] + bytes(32) + memory[48:]


def modules(page: Page, name: str) -> tuple[set[str], set[str]]:
    """Start; return what was loaded when Python had started, and what was when it was ready."""
    page.evaluate(PAGE, name)
    page.evaluate("async () => { window.ink = await start(); }")
    first, then = worker(page).evaluate(f"() => [self.loaded, {LOADED}]")
    return set(first), set(then)


def test_the_snapshot_holds_all_that_a_start_needs_and_no_start_draws_the_random_numbers_of_another(
    watched: Page, request: pytest.FixtureRequest
) -> None:
    draw = "() => python.runPython('import random, numpy; (random.random(), numpy.random.random())').toJs()"
    drawn = []
    for turn in range(2):
        first, then = modules(watched, f"{request.node.name} {turn}")
        brought = {"numpy", "PIL", "inkmoji"}
        assert {name for name in then - first if name.partition(".")[0] not in brought} == set()
        assert brought <= then
        assert not brought & first
        assert "uuid" in first, "expected a start from the snapshot: without it Python does not load this"
        drawn.append(worker(watched).evaluate(draw))
        watched.evaluate("ink.close()")
    assert not set(drawn[0]) & set(drawn[1])


def test_without_a_sound_snapshot_python_starts_all_the_same(tab: Page, dist: Path) -> None:
    data = (dist / "pyodide" / "snapshot.bin").read_bytes()
    memory = gzip.decompress(data)
    tab.evaluate(PAGE, "unsound")
    for damage in (None, memory[:99], data[:-99]):  # none is there, it is no gzip, it is cut off
        asked = serve_snapshot(tab, damage)
        tab.evaluate(START_PYTHON)
        assert len(asked) == 1
    # With this one Python begins to start before it is found unsound.
    asked = serve_snapshot(tab, gzip.compress(of_another_build(memory), 1))
    tab.evaluate("async () => { window.ink = await start(); }")
    assert tab.evaluate("guess('circle')") is None
    assert len(asked) == 1


def serve_snapshot(page: Page, body: bytes | None) -> list[Route]:
    """Answer with that for the snapshot from now on; return what asks for it."""
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        route.fulfill(body=body, status=404 if body is None else 200)

    page.unroute_all()
    page.route(SNAPSHOT, answer)
    return asked
