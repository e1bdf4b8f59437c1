"""The main journey in the other engines: draw, teach, recognise, reload. Skipped where the browser is not installed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.foreign import Browser, Point, click, draw, firefox, wait, webkit
from tests.browser.hand import KEPT, fish, placed, sun
from web.tools.serve import Server

READY = "return document.documentElement.dataset.state === 'ready'"
PLACE_OF = """
  const { left, top, width, height } = document.querySelector(values[0]).getBoundingClientRect();
  return width > 0 && [left + width / 2, top + height / 2, Math.min(width, height)];
"""
TYPE = """
  const field = document.querySelector("#face");
  field.value = values[0];
  field.dispatchEvent(new Event("input", { bubbles: true }));
"""
STICKERS = "return [...document.querySelectorAll('#stickers > li')].map((one) => one.getAttribute('aria-label'))"
IS_TAUGHT = "return document.querySelector('#status').textContent.includes('Learned')"


def place_of(browser: Browser, selector: str) -> tuple[Point, float]:
    x, y, side = wait(browser, PLACE_OF, selector)
    return (x, y), side


def press(browser: Browser, selector: str) -> None:
    click(browser, place_of(browser, selector)[0])


@pytest.fixture
def packed(dist: Path, tmp_path: Path) -> Iterator[Server]:
    """A site on which Python can start from the snapshot only."""
    plain = shutil.ignore_patterns("pyodide.asm.wasm", "python_stdlib.zip", "*.whl")
    with Server(Path(shutil.copytree(dist, tmp_path / "site", ignore=plain))) as server:
        yield server


@pytest.mark.parametrize("browse", [firefox, webkit], ids=["firefox", "webkit"])
def test_a_sticker_is_taught_recognised_and_there_after_a_reload(
    browse: Callable[[Path], AbstractContextManager[Any]], packed: Server, tmp_path: Path
) -> None:
    rng = random.Random(121)
    with browse(tmp_path / "profile") as browser:
        browser.open(packed.url)
        wait(browser, READY)
        for text, shape in (("🐟", fish), ("☀️", sun)):
            press(browser, "#menu-button")
            press(browser, "[data-action=new]")
            browser.run(TYPE, text)
            for number in (1, 2, 3):
                middle, side = place_of(browser, f"[aria-label='Example {number}']")
                draw(browser, placed(shape(rng), middle, side * 0.7))
            press(browser, "[data-action=done]:not(:disabled)")
            wait(browser, "return !document.querySelector('#teach').open")
            wait(browser, IS_TAUGHT)
        draw(browser, placed(fish(rng), (400, 400), 220))
        wait(browser, f"{STICKERS}.join() === '🐟'")
        browser.run(f"await ({KEPT})(values[0])", [1, 0, False])
        browser.open(packed.url)
        wait(browser, READY)
        wait(browser, f"{STICKERS}.join() === '🐟'")
        draw(browser, placed(sun(rng), (800, 400), 220))
        wait(browser, f"{STICKERS}.join() === '🐟,☀️'")
