"""A person at the page: drawings that are never twice the same, drawn with a mouse or a finger.

The browser takes in one movement of the pointer per frame: a drawing takes the longer, the more points it has.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence

from playwright.sync_api import Locator, Page, Route, expect

Point = tuple[float, float]
Stroke = list[Point]
Shape = Callable[[random.Random], list[Stroke]]

HAS_INK = """
([name, corner, size, ink]) => {
  const canvas = document.querySelector(`canvas[aria-label="${name}"]`);
  const scaled = ([x, y]) => [Math.round(x * canvas.width), Math.round(y * canvas.height)];
  const { data } = canvas.getContext("2d").getImageData(...scaled(corner), ...scaled(size));
  return data.some((value, index) => index % 4 === 3 && value > 0) === ink;
}
"""
SETTLED = """
() => document.getAnimations().every(
  ({ playState, effect }) => playState !== "running" || effect.getComputedTiming().endTime === Infinity)
"""
# In a script: what is kept for the next time the page is opened.
READ_KEPT = """
const readKept = async () => {
  const request = indexedDB.open(`inkmoji:${new URL(".", location).pathname}:inkmoji`);
  await new Promise((resolve) => { request.onsuccess = resolve; });
  const reading = request.result.transaction("kept").objectStore("kept").get("page");
  await new Promise((resolve) => { reading.onsuccess = resolve; });
  request.result.close();
  return reading.result ?? {};
};
"""
KEPT = (
    f"async ([stickers, strokes, backup]) => {{ {READ_KEPT}"
    """
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { board, backup: saved = 0 } = await readKept();
    const kept = [board?.stickers.length ?? 0, board?.strokes.length ?? 0];
    if (String(kept) === String([stickers, strokes]) && (!backup || saved > 0)) break;
    if (performance.now() > deadline) throw new Error(`kept: stickers and strokes ${kept}, backup ${saved}`);
    await new Promise(requestAnimationFrame);
  }
}
"""
)
# A pointer that there is not cannot be captured.
SKETCH = """
(strokes) => strokes.forEach((stroke, index) => {
  const canvas = document.elementFromPoint(...stroke[0]);
  const send = (type, [clientX, clientY]) => canvas.dispatchEvent(
    new PointerEvent(type, { pointerId: 1000 + index, pointerType: "mouse", button: 0, clientX, clientY }));
  canvas.setPointerCapture = () => {};
  send("pointerdown", stroke[0]);
  for (const point of stroke.slice(1)) send("pointermove", point);
  send("pointerup", stroke.at(-1));
  delete canvas.setPointerCapture;
})
"""
OUT_OF_SIGHT = """
() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
# A page that is out of sight, or about to be closed, need not come to anything later.
NOTHING_LATER = "() => { window.setTimeout = () => 0; }"
# What has moved by itself of what was seen (Layout Instability API), but for the pill: it is as wide as what it says.
SHIFTS = """
() => new Promise((resolve) => {
  const moved = new Set();
  new PerformanceObserver((list) => {
    for (const { node } of list.getEntries().flatMap(({ sources }) => sources)) moved.add(node?.id || node?.className);
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve([...moved].filter((name) => name !== "pill"))));
})
"""
PYTHON = "**/pyodide.asm.mjs"  # without it no start is ready


def sun(rng: random.Random) -> list[Stroke]:
    """A circle with six rays; in units of the drawing's size, around the origin, as all shapes here."""
    turn, radius = rng.uniform(0, 1), rng.uniform(0.25, 0.3)
    rays = [turn + math.tau * (ray + rng.uniform(-0.1, 0.1)) / 6 for ray in range(6)]
    return [
        _ellipse(0, 0, radius, radius * rng.uniform(0.92, 1.08), turn),
        *([_at(angle, radius + 0.08), _at(angle, rng.uniform(0.46, 0.5))] for angle in rays),
    ]


def fish(rng: random.Random) -> list[Stroke]:
    """An ellipse, a triangle for the tail, and a dot for the eye."""
    height, fin = rng.uniform(0.22, 0.28), rng.uniform(0.17, 0.22)
    tail = _line((0.24, 0.0), (0.5, -fin), (0.48, fin), (0.24, 0.0))
    return [_ellipse(-0.13, 0, 0.37, height, 0), tail, _ellipse(-0.32, -0.06, 0.02, 0.02, 0, steps=6)]


def house(rng: random.Random) -> list[Stroke]:
    """Walls, a roof, and a door."""
    wall, door = rng.uniform(0.34, 0.38), rng.uniform(0.08, 0.1)
    walls = _line((-wall, -0.05), (-wall, 0.5), (wall, 0.48), (wall, -0.05))
    return [
        walls,
        _line((-0.5, 0.0), (0.02, -0.5), (0.5, 0.0)),
        _line((-door, 0.5), (-door, 0.2), (door, 0.2), (door, 0.5)),
    ]


def placed(strokes: list[Stroke], middle: Point, size: float) -> list[Stroke]:
    """The strokes moved and scaled to CSS pixels of the window."""
    return [[(middle[0] + x * size, middle[1] + y * size) for x, y in stroke] for stroke in strokes]


def draw(page: Page, strokes: Sequence[Stroke]) -> None:
    """Draw with the mouse."""
    for stroke in strokes:
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def sketch(page: Page, strokes: Sequence[Stroke]) -> None:
    """Draw at once, by events that the page takes for a mouse's: for what a test only needs to be there."""
    page.evaluate(SKETCH, strokes)


def touch(page: Page, strokes: Sequence[Stroke]) -> None:
    """Draw with a finger."""
    session = page.context.new_cdp_session(page)
    for stroke in strokes:
        for index, (x, y) in enumerate(stroke):
            kind = "touchMove" if index else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def scribble(middle: Point, size: float) -> list[Stroke]:
    """To and fro five times, from the top to the bottom of a square."""
    ends = [(middle[0] + size * (0.5 if turn % 2 else -0.5), middle[1] + size * (turn / 5 - 0.5)) for turn in range(6)]
    return [_line(*ends, steps=3)]


def middle_of(box: Locator) -> tuple[Point, float]:
    """The middle of an element and the length of its shorter side, in CSS pixels."""
    bounds = None
    while bounds is None:  # it was drawn anew meanwhile
        box.wait_for()
        bounds = box.bounding_box()
    middle = bounds["x"] + bounds["width"] / 2, bounds["y"] + bounds["height"] / 2
    return middle, min(bounds["width"], bounds["height"])


def stickers(page: Page) -> Locator:
    return page.get_by_role("list", name="Stickers on the board").get_by_role("listitem")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="New sticker")


def choose(page: Page, action: str) -> None:
    """Choose from the menu."""
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("menuitem", name=action).click()


def fill_pad(page: Page, number: int, shape: Shape, rng: random.Random, pen: Callable[..., None] = draw) -> None:
    middle, side = middle_of(page.get_by_role("img", name=f"Example {number}", exact=True))
    pen(page, placed(shape(rng), middle, side * rng.uniform(0.6, 0.8)))


def fill_dialog(
    page: Page,
    text: str,
    shape: Shape,
    rng: random.Random,
    pads: Sequence[int] = (1, 2, 3),
    pen: Callable[..., None] = draw,
) -> None:
    page.get_by_role("textbox", name="Emoji or text").fill(text)
    for number in pads:
        fill_pad(page, number, shape, rng, pen)


def teach(page: Page, text: str, shape: Shape, rng: random.Random, pen: Callable[..., None] = sketch) -> None:
    """Teach a sticker by way of the menu; journeys do so with a pen that moves."""
    choose(page, "New sticker")
    fill_dialog(page, text, shape, rng, pen=pen)
    page.get_by_role("button", name="Done").click()
    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text(f"Learned {text}")


def wait_until_ready(page: Page) -> None:
    page.locator("html[data-state=ready]").wait_for()


def hold(page: Page, pattern: str = PYTHON) -> Callable[[], None]:
    """Let all that ask for a file wait; return what lets them go on, and any that ask later."""
    held: list[Route] = []
    handle: Callable[[Route], None] = held.append
    page.route(pattern, lambda route: handle(route))

    def release() -> None:
        nonlocal handle
        handle = Route.fallback
        for route in held:
            route.fallback()

    return release


def turn_away(page: Page) -> None:
    """Let the page go out of sight, as behind another window."""
    page.evaluate(OUT_OF_SIGHT)


def settle(page: Page) -> None:
    """Wait until no ink is on its way to becoming a sticker, and nothing fades; what turns for ever may turn."""
    page.wait_for_function(SETTLED)


def expect_ink(page: Page, name: str, left: float, top: float, width: float, height: float, ink: bool = True) -> None:
    """Wait until a canvas shows ink, or none, in a part of it that is given in shares of its width and height."""
    page.wait_for_function(HAS_INK, arg=[name, [left, top], [width, height], ink])


def expect_kept(page: Page, stickers: int, strokes: int, backup: bool = False) -> None:
    """Wait until a board of so many stickers and strokes is kept for the next time, or also that there is a backup."""
    page.evaluate(KEPT, [stickers, strokes, backup])


def clear_board(page: Page) -> None:
    """Clear the board, and wait until no other tab finds anything of it."""
    choose(page, "Clear board")
    settle(page)
    expect_kept(page, 0, 0)


def _at(angle: float, radius: float) -> Point:
    return radius * math.cos(angle), radius * math.sin(angle)


def _ellipse(x: float, y: float, width: float, height: float, start: float, steps: int = 12) -> Stroke:
    angles = [start + math.tau * step / steps for step in range(steps + 1)]
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


def _line(*corners: Point, steps: int = 2) -> Stroke:
    inner = [_between(a, b, step / steps) for a, b in itertools.pairwise(corners) for step in range(steps)]
    return [*inner, corners[-1]]


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
