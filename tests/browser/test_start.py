"""Python starts from the snapshot that the build made, or without it where that cannot be used."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.browser.learner import PAGE, worker

STARTER = "**/worker/python.js"
SNAPSHOT = "**/pyodide/snapshot.bin"
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


def test_the_snapshot_holds_all_of_the_standard_library_that_a_start_needs(
    watched: Page, request: pytest.FixtureRequest
) -> None:
    first, then = modules(watched, request.node.name)
    brought = {"numpy", "PIL", "inkmoji"}
    assert {name for name in then - first if name.partition(".")[0] not in brought} == set()
    assert brought <= then
    assert not brought & first
    assert "uuid" in first, "expected a start from the snapshot: without it Python does not load this"


def test_every_start_draws_random_numbers_of_its_own(watched: Page, request: pytest.FixtureRequest) -> None:
    draw = "() => python.runPython('import random, numpy; (random.random(), numpy.random.random())').toJs()"
    drawn = []
    for turn in range(2):
        modules(watched, f"{request.node.name} {turn}")
        drawn.append(worker(watched).evaluate(draw))
        watched.evaluate("ink.close()")
    assert not set(drawn[0]) & set(drawn[1])


@pytest.mark.parametrize("damage", ["missing", "no gzip", "cut off", "of another build"])
def test_without_a_sound_snapshot_python_starts_all_the_same(damage: str, tab: Page, dist: Path) -> None:
    data = (dist / "pyodide" / "snapshot.bin").read_bytes()
    memory = gzip.decompress(data)
    bodies = {
        "no gzip": memory[:99],
        "cut off": data[:-99],
        "of another build": gzip.compress(of_another_build(memory), 1),
    }
    status = 200 if damage in bodies else 404
    asked = []
    tab.route(SNAPSHOT, lambda route: (asked.append(route), route.fulfill(body=bodies.get(damage), status=status)))
    tab.evaluate(PAGE, damage)
    tab.evaluate("async () => { window.ink = await start(); }")
    assert tab.evaluate("guess('circle')") is None
    assert len(asked) == 1
