"""The pages that show how to use Inkmoji in one's own: each as it ships, used as a person would."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Launch
from tests.browser.hand import wait_until_ready
from tests.browser.kept import expected, kept, precached, wait_until_controlled
from tests.browser.recorder import Recorder
from tests.browser.standin import without_python
from web.tools.serve import Server

Point = tuple[float, float]

SURE = re.compile(r"🍃 \d+ %")


def leaf(variant: int) -> list[list[Point]]:
    """An ellipse and the line through it, in a square of 1, a little different each time."""
    angles = [step * math.tau / 24 for step in range(25)]
    outline = [(0.5 + 0.35 * math.cos(angle), 0.5 + (0.2 + variant / 100) * math.sin(angle)) for angle in angles]
    return [outline, [(0.1 + step / 10, 0.5 + variant / 100) for step in range(9)]]


def zigzag() -> list[list[Point]]:
    return [[(0.1 + step / 10, 0.2 if step % 2 else 0.8) for step in range(9)]]


def draw(page: Page, drawing: list[list[Point]]) -> None:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for stroke in drawing:
        points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def touch(page: Page, drawing: list[list[Point]]) -> None:
    """Draw with a finger, as the browser hears of one."""
    session = page.context.new_cdp_session(page)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for stroke in drawing:
        for index, (x, y) in enumerate(stroke):
            point = {"x": box["x"] + box["width"] * x, "y": box["y"] + box["height"] * y}
            kind = "touchMove" if index else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("output")).to_have_text(words)


def teach(page: Page, emoji: str, drawings: list[list[list[Point]]]) -> None:
    page.get_by_role("textbox", name="Emoji").fill(emoji)
    for count, drawing in enumerate(drawings, start=1):
        draw(page, drawing)
        page.get_by_role("button", name="Teach").click()
        if count < len(drawings):
            says(page, f"{count} of 3")


@pytest.fixture
def minimal(page: Page, server: Server, recorder: Recorder) -> Page:
    page.goto(f"{server.url}examples/minimal.html")
    says(page, "I know: nothing yet")
    recorder.take("favicon")
    return page


def test_the_minimal_page_learns_a_sticker_from_three_drawings_and_keeps_it(
    minimal: Page, server: Server, recorder: Recorder
) -> None:
    draw(minimal, leaf(0))
    says(minimal, "I do not know it: teach me three")
    minimal.get_by_role("button", name="Clear").click()
    teach(minimal, "🍃", [leaf(variant) for variant in range(3)])
    says(minimal, "I know: 🍃")
    draw(minimal, leaf(3))
    says(minimal, SURE)
    minimal.get_by_role("button", name="Clear").click()
    draw(minimal, zigzag())
    says(minimal, "I do not know it: teach me three")

    minimal.reload()
    says(minimal, "I know: 🍃")
    recorder.take("favicon")
    draw(minimal, leaf(4))
    says(minimal, SURE)
    names = minimal.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    assert names == ["inkmoji:/:minimal"]
    # What our own page knows is its own.
    minimal.goto(server.url)
    wait_until_ready(minimal)
    assert minimal.locator("#known").text_content() == ""


def test_the_minimal_page_takes_a_tap_and_a_press_of_teach_without_ink_for_what_they_are(minimal: Page) -> None:
    minimal.get_by_role("button", name="Teach").click()
    says(minimal, "0 of 3")
    draw(minimal, [[(0.5, 0.5)]])
    says(minimal, "I do not know it: teach me three")


def test_the_minimal_page_is_drawn_on_by_a_finger(minimal: Page) -> None:
    minimal.set_viewport_size({"width": 390, "height": 600})
    touch(minimal, leaf(0))
    says(minimal, "I do not know it: teach me three")
    inked = minimal.evaluate(
        """() => {
          const { data } = document.querySelector("canvas").getContext("2d").getImageData(0, 0, 632, 632);
          const rows = Array.from({ length: 632 }, (_, y) => y);
          const has = (y) => data.subarray(4 * 632 * y, 4 * 632 * (y + 1)).some((value) => value > 0);
          return rows.filter(has).length;
        }"""
    )
    assert inked > 200, "it is drawn from the top to the bottom, and the page is not scrolled"


def test_python_alone_installs_the_wheel_by_its_address_teaches_and_predicts(
    page: Page, server: Server, recorder: Recorder, dist: Path
) -> None:
    page.goto(f"{server.url}examples/micropip.html")
    says(page, "It is a 🏠")
    recorder.take("favicon")
    asked = {address.removeprefix(server.url) for address in recorder.requests}
    (wheel,) = dist.glob("pyodide/inkmoji-*.whl")
    assert f"pyodide/{wheel.name}" in asked
    scripts = {name for name in asked if name.endswith((".js", ".mjs"))}
    assert scripts == {"examples/micropip.js", "pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs"}
    assert all(address.startswith(server.url) for address in recorder.requests), "PyPI is not asked for anything"


@pytest.fixture
def visited(launch: Launch, dist: Path, tmp_path: Path) -> Iterator[tuple[BrowserContext, str]]:
    """A browser with the service worker of a site that has a stand-in for Python, and the site's address."""
    site = without_python(dist, tmp_path / "site")
    with Server(site, headers=False, prefix="/some/where") as server:
        recorder = Recorder(server.url)
        context = launch(tmp_path / "profile", recorder, service_workers="allow")
        page = context.new_page()
        page.goto(server.url)
        wait_until_ready(page)
        wait_until_controlled(page)
        assert kept(page) == expected(server.url, site)
        yield context, server.url
        context.close()
        recorder.take("favicon")
        recorder.check()


def test_visitors_of_the_page_keep_no_example_and_the_service_worker_lets_it_through(
    visited: tuple[BrowserContext, str],
) -> None:
    context, address = visited
    page = context.new_page()
    page.goto(f"{address}examples/minimal.html")
    says(page, "I know: nothing yet")
    assert page.evaluate("() => navigator.serviceWorker.controller !== null")
    _, entries = precached(page)
    assert not [path for path, _ in entries if "examples" in path or path.endswith(".d.ts")]
    status = page.evaluate("async () => (await fetch('../inkmoji.d.ts')).status")
    assert status == 200
