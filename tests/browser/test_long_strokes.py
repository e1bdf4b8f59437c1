"""Ink of long strokes: while it grows only its end is painted anew, and it looks as when it is done."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page

from tests.browser.hand import Point

NEXT_FRAMES = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
# How dark each pixel is, before and after: of those that have ink in both, in the first, in the second.
REMEMBER = """
() => {
  const { width, height } = document.querySelector("#board");
  const { data } = document.querySelector("#board").getContext("2d").getImageData(0, 0, width, height);
  const before = window.pixels;
  window.pixels = data.filter((_, at) => at % 4 === 3);
  if (!before) return null;
  const count = (isInk) => window.pixels.reduce((sum, alpha, at) => sum + isInk(before[at], alpha), 0);
  return [count((a, b) => a > 127 && b > 127), count((a) => a > 127), count((_, b) => b > 127)];
}
"""
# What is cleared to be painted anew, in square pixels.
WATCH = """
() => {
  window.painted = [];
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...rect) {
    if (this.canvas.id === "board") window.painted.push(rect[2] * rect[3]);
    return clearRect.apply(this, rect);
  };
}
"""
# A surface is given 40 lines at once, or all of them as one stroke, with a clock on which each outline takes 5 ms.
FULL_BOARD = """
async (isOne) => {
  const { InkSurface } = await import("./canvas.js");
  const { Stroke } = await import("./strokes.js");
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "width: 400px; height: 100px; display: block";
  document.body.append(canvas);
  const surface = new InkSurface(canvas, { penWidth: 4 });
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  let time = 0;
  performance.now = () => (time += 5);
  const y = (at, step) => 20 + 2 * (at % 2 ? 32 - step : step);
  const line = (_, at) => Array.from({ length: 33 }, (_, step) => [10 * at + 5, y(at, step), 0.5]);
  const lines = Array.from({ length: 40 }, line);
  surface.draw(...(isOne ? [lines.flat()] : lines).map((points) => new Stroke(4, false, points)));
  const seen = () => {
    const { data } = canvas.getContext("2d").getImageData(0, 50, 400, 1);
    const inked = lines.filter((_, at) => data[4 * (10 * at + 5) + 3] > 0).length;
    return [inked, inked === 40];
  };
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await frame();
  const first = seen();
  for (let frames = 0; frames < 100 && !seen()[1]; frames++) await frame();
  return [first, seen()];
}
"""


def wave(points: int) -> list[Point]:
    """Up and down across the board, as a pen goes that is never lifted."""
    return [(60 + 1100 * step / points, 380 + 120 * math.sin(step / 9)) for step in range(points)]


def test_a_stroke_of_500_points_grows_in_small_parts_and_looks_as_when_it_is_done(untaught: Page) -> None:
    stroke = wave(500)
    untaught.mouse.move(*stroke[0])
    untaught.mouse.down()
    for point in stroke[1:-20]:
        untaught.mouse.move(*point)
    untaught.evaluate(WATCH)
    for point in stroke[-20:]:
        untaught.mouse.move(*point)
    untaught.evaluate(NEXT_FRAMES)
    painted = untaught.evaluate("() => window.painted")
    assert painted
    assert max(painted) < 1100 * 240 / 2
    untaught.evaluate(REMEMBER)
    untaught.mouse.up()
    untaught.evaluate(NEXT_FRAMES)
    both, growing, done = untaught.evaluate(REMEMBER)
    assert both > 10_000
    assert both > 0.995 * growing
    assert both > 0.995 * done
    untaught.keyboard.press("Escape")


@pytest.mark.parametrize(("is_one", "at_first"), [(False, 2), (True, 4)], ids=["many strokes", "one long stroke"])
def test_outlines_that_take_long_come_frame_by_frame_until_all_ink_is_there(
    tab: Page, is_one: bool, at_first: int
) -> None:
    assert tab.evaluate(FULL_BOARD, is_one) == [[at_first, False], [40, True]]
