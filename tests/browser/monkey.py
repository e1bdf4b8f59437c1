"""Does to the page whatever comes to its mind, and looks at what is left: python -m tests.browser.monkey --seeds 1-20

A walk is a number of actions, each chosen at random: drawing, scribbling, dragging, clicking, pressing what can be
pressed, keys, the wheel, teaching. It is the same for the same seed, but for what depends on how fast the page is.
At its end the page must be at rest without an error, and know and show the same after it was opened anew.
"""

from __future__ import annotations

import argparse
import base64
import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.browser.filing import save
from tests.browser.hand import (
    READ_KEPT,
    Point,
    Stroke,
    draw,
    fish,
    house,
    placed,
    scribble,
    settle,
    sketch,
    sun,
    wait_until_ready,
)
from tests.browser.recorder import Recorder
from web.tools import DIST, chromium
from web.tools.serve import Server

SHAPES = (fish, sun, house)
FACES = ("🐟", "☀️", "🏠", "🐙", "hi", "🎈")
KEYS = (
    *("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Shift+ArrowRight", "Home", "End", "Tab", "Tab", "Shift+Tab"),
    *("Enter", "Space", "Escape", "Escape", "Delete", "Backspace", "+", "-", "?", "a", "Control+z", "Control+Shift+z"),
    *("r", "Shift+Enter", "Control+a", "Control+d"),
)
# What can be pressed now and is in sight, and where: not what leads out of the page, or opens it anew.
PRESSABLE = """
() => {
  const all = [...document.querySelectorAll(
    "button, [role=menuitem], [role=tab], [role=switch], input:not([type=file]), select, summary, canvas")];
  return all.flatMap((element) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.dataset.preference === "language") return [];
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const hit = document.elementFromPoint(x, y);
    if (!hit || !element.contains(hit)) return [];
    return [[element.ariaLabel ?? element.textContent.trim(), x, y]];
  });
}
"""
MIDDLES = """
(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
})
"""
IS_CANVAS = "([x, y]) => document.elementFromPoint(x, y)?.localName === 'canvas'"
OPEN = "() => document.querySelector('dialog[open]')?.id ?? (document.querySelector('#menu').hidden ? '' : 'menu')"
# How the page is, what is kept of the board, and what is seen of it.
STATE = (
    f"async () => {{ {READ_KEPT}"
    """
  const { stickers = [], strokes = [], unanswered = [] } = (await readKept()).board ?? {};
  const lefts = [...document.querySelectorAll("#stickers > li")].map(({ style }) => style.getPropertyValue("--left"));
  const ink = parseInt(document.querySelector("#board").getAttribute("aria-description")) || 0;
  return {
    state: document.documentElement.dataset.state,
    unanswered: unanswered.length,
    kept: [strokes.length, ...stickers.map(({ left }) => left)],
    seen: [ink, ...lefts.map(Number)],
  };
}
"""
)
# What is on the board, and how much ink there is at each pixel.
BOARD = """
() => {
  const { width, height } = document.querySelector("#board");
  const { data } = document.querySelector("#board").getContext("2d").getImageData(0, 0, width, height);
  const look = (each) => [each.querySelector("[aria-label]")?.getAttribute("aria-label"), each.getAttribute("style")];
  return {
    stickers: [...document.querySelectorAll("#stickers > li")].map(look),
    ink: document.querySelector("#board").getAttribute("aria-description"),
    pixels: Uint8Array.from(data.filter((_, at) => at % 4 === 3)).toBase64(),
    seen: document.querySelector("#app").getAttribute("style"),
  };
}
"""
FRAME = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
MOST_ESCAPES = 200


class Monkey:
    """At a page that is ready."""

    def __init__(self, page: Page, rng: random.Random, log: Callable[[str], None]) -> None:
        self.page, self.rng, self.log = page, rng, log
        size = page.viewport_size
        assert size is not None
        self.width, self.height = size["width"], size["height"]
        self.acts: list[tuple[int, Callable[[], str]]] = [
            *((22, self._draw), (4, self._scribble), (8, self._drag), (8, self._click)),
            *((22, self._press), (20, self._key), (4, self._wheel), (12, self._teach)),
        ]

    def walk(self, actions: int) -> None:
        weights, acts = zip(*self.acts, strict=True)
        for number in range(actions):
            [act] = self.rng.choices(acts, weights)
            self.log(f"{number}: {act()}")
            self.page.evaluate(FRAME)

    def rest(self) -> None:
        """Close what is open, and let the page answer and keep what was drawn."""
        for _ in range(MOST_ESCAPES):
            if self.page.evaluate(OPEN):
                self.page.keyboard.press("Escape")
            elif self._is_at_rest:
                return
            else:
                # What waits for Enter is looked at.
                self.page.locator("#board").focus()
                self.page.keyboard.press("Enter")
            self.page.evaluate(FRAME)
        raise AssertionError(f"expected the page to come to rest, it is {self.page.evaluate(STATE)}")

    def _sketch(self, strokes: list[Stroke]) -> None:
        """Draw, but not beyond the window's edge."""
        sketch(self.page, [[self._within(point) for point in stroke] for stroke in strokes])

    def _within(self, point: Point) -> Point:
        return min(max(point[0], 1), self.width - 1), min(max(point[1], 1), self.height - 1)

    @property
    def _is_at_rest(self) -> bool:
        """Whether all that was drawn has its answer, and is kept with it as it is seen."""
        found = self.page.evaluate(STATE)
        return bool(found["state"] == "ready" and found["unanswered"] == 0 and found["kept"] == found["seen"])

    def _point(self) -> Point:
        return self.rng.uniform(8, self.width - 8), self.rng.uniform(8, self.height - 8)

    def _draw(self) -> str:
        shape, middle, size = self.rng.choice(SHAPES), self._point(), self.rng.uniform(60, 200)
        self._sketch(placed(shape(self.rng), middle, size))
        return f"{shape.__name__} at {middle}"

    def _scribble(self) -> str:
        places = self.page.evaluate(MIDDLES, "#stickers > li")
        x, y = self.rng.choice(places) if places else self._point()
        draw(self.page, scribble((x, y), 150))
        return f"scribble at {x, y}"

    def _drag(self) -> str:
        places = self.page.evaluate(MIDDLES, "#stickers > li, .selection-handle, .selection-turner")
        start = self.rng.choice([*places, self._point()])
        end = self._point()
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=self.rng.randint(1, 6))
        if self.rng.random() < 0.1:
            self.page.keyboard.press("Escape")
        self.page.mouse.up()
        return f"drag from {start} to {end}"

    def _click(self) -> str:
        places = self.page.evaluate(MIDDLES, "#stickers > li")
        x, y = self.rng.choice([*places, self._point()])
        self.page.mouse.click(x, y)
        return f"click at {x, y}"

    def _press(self) -> str:
        what = self.page.evaluate(PRESSABLE)
        if not what:
            return "nothing to press"
        name, x, y = self.rng.choice(what)
        self.page.mouse.click(x, y)
        return f"press {name!r}"

    def _key(self) -> str:
        key = self.rng.choice(KEYS)
        self.page.keyboard.press(key)
        return f"key {key}"

    def _wheel(self) -> str:
        x, y = self.rng.uniform(-200, 200), self.rng.uniform(-200, 200)
        zooming = self.rng.random() < 0.5
        if zooming:
            self.page.keyboard.down("Control")
        self.page.mouse.wheel(x, y)
        if zooming:
            self.page.keyboard.up("Control")
        return f"wheel by {x, y}{', zooming' if zooming else ''}"

    def _teach(self) -> str:
        """Fill in the dialog, if it is open or can be opened, as far as the mood goes."""
        if not self.page.evaluate(OPEN):
            for selector in ("#menu-button", "#menu [data-action=new]"):
                self.page.mouse.click(*self.page.evaluate(MIDDLES, selector)[0])
        if self.page.evaluate(OPEN) != "teach" or not self.page.locator("#face").is_editable():
            return "something else is open"
        face, shape = self.rng.choice(FACES), self.rng.choice(SHAPES)
        if self.page.locator("#face").is_visible():
            self.page.locator("#face").fill(face)
        for middle in self.page.evaluate(MIDDLES, "#teach .paper"):
            if self.rng.random() < 0.9 and self.page.evaluate(IS_CANVAS, middle):
                self._sketch(placed(shape(self.rng), middle, 60))
        if self.rng.random() < 0.9:
            self.page.mouse.click(*self.page.evaluate(MIDDLES, "#teach [data-action=done]")[0])
        return f"teach {face} by {shape.__name__}"


def observed(page: Page, file: Path) -> dict[str, Any]:
    """What is seen of the board, and what is known."""
    settle(page)
    # All of it is painted anew: where parts were, edges of lines are not the same to the last bit.
    page.evaluate("() => dispatchEvent(new Event('schemechange'))")
    page.evaluate(FRAME)
    board: dict[str, Any] = page.evaluate(BOARD)
    return {**board, "model": save(page, file).read_bytes()}


def walk(page: Page, seed: int, actions: int, folder: Path, log: Callable[[str], None]) -> None:
    """Walk on a page that is ready, and expect the same after it was opened anew."""
    monkey = Monkey(page, random.Random(seed), log)
    # What opens beside the page is closed.
    page.context.on("page", lambda other: other.close())
    monkey.walk(actions)
    monkey.rest()
    before = observed(page, folder / "before.inkmoji")
    page.reload()
    wait_until_ready(page)
    monkey.rest()
    after = observed(page, folder / "after.inkmoji")
    # Points are kept with 32 bits, which may make the edge of a line a little lighter or darker.
    ink = [np.frombuffer(base64.b64decode(each.pop("pixels")), np.uint8).astype(int) for each in (before, after)]
    differing = int(np.sum(np.abs(ink[0] - ink[1]) > 64))
    assert differing < 20, f"expected the same ink after the page was opened anew, got other ink at {differing} pixels"
    changed = {name: (value, after[name]) for name, value in before.items() if value != after[name]}
    assert not changed, f"expected the same after the page was opened anew, got another {str(changed)[:2000]}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.monkey", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", default="1-10", help="the first and the last one")
    parser.add_argument("--actions", type=int, default=300)
    parser.add_argument("--verbose", action="store_true", help="say every action")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    executable = chromium.provide()
    arguments = ["--no-sandbox"] if os.name != "nt" and os.geteuid() == 0 else []
    with Server(DIST) as server, sync_playwright() as playwright:
        for seed in range(int(first), int(last or first) + 1):
            actions: list[str] = []
            recorder = Recorder(server.url)
            with tempfile.TemporaryDirectory() as folder:
                context = playwright.chromium.launch_persistent_context(
                    Path(folder) / "profile", executable_path=executable, args=arguments, service_workers="block"
                )
                recorder.watch(context)
                page = context.new_page()
                page.goto(server.url)
                wait_until_ready(page)
                try:
                    walk(page, seed, options.actions, Path(folder), actions.append)
                    recorder.check()
                    print(f"seed {seed}: {options.actions} actions, nothing lost", flush=True)
                except Exception as error:
                    print(f"seed {seed}: {error}\n" + "\n".join(recorder.problems), flush=True)
                    print("\n".join(actions if options.verbose else actions[-15:]), flush=True)
                context.close()


if __name__ == "__main__":
    main()
