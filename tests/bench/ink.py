"""How long ink takes from the pointer to the paint, in a long stroke, without and with the live guess, side by side.

INKMOJI_CHROMIUM=/usr/bin/chromium .venv/bin/python -m tests.bench.ink      after build.py build

A stroke of 1,000 points is drawn with the mouse in the built page, in turns with "Guess while you draw" off and on. Of
every movement of the pointer the browser says when its frame was presented (Event Timing API, in steps of 8 ms), of
every frame whether a task held it up for more than 50 ms (Long Tasks API).
"""

from __future__ import annotations

import math
import os
import random
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.hand import Stroke, choose, draw, fish, sun, teach, wait_until_ready
from web.tools.serve import Server

DIST = Path(__file__).resolve().parents[2] / "dist"
POINTS, ROUNDS = 1000, 3
WATCH = """
() => {
  window.moves = [];
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === "pointermove") window.moves.push(duration);
  }).observe({ type: "event", durationThreshold: 16 });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.tasks.push(duration);
  }).observe({ type: "longtask" });
}
"""
TAKE = """
() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
  resolve([window.moves.splice(0), window.tasks.splice(0)]);
}, 200)))
"""


def spiral(width: int, height: int) -> Stroke:
    """One stroke of 1,000 points."""
    turns = [index / POINTS for index in range(POINTS)]
    middle, reach = (width / 2, height / 2), min(width, height) * 0.4
    return [(middle[0] + reach * t * math.cos(40 * t), middle[1] + reach * t * math.sin(40 * t)) for t in turns]


def stroke_of(page: Page, guessing: bool) -> tuple[list[float], list[float]]:
    """The slow movements of a stroke, in milliseconds until the paint, and the long tasks."""
    choose(page, "Settings")
    page.get_by_role("switch", name="Guess while you draw").set_checked(guessing)
    page.keyboard.press("Escape")
    page.evaluate(TAKE)
    draw(page, [spiral(1280, 800)])
    moves, tasks = page.evaluate(TAKE)
    if page.get_by_role("button", name="Keep as ink").count():
        page.get_by_role("button", name="Keep as ink").click()
    choose(page, "Clear board")
    return moves, tasks


def main() -> None:
    """Print the table."""
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with Server(DIST) as server, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=os.environ.get("INKMOJI_CHROMIUM"), args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(server.url)
        wait_until_ready(page)
        rng = random.Random(1)
        for text, shape in (("☀️", sun), ("🐟", fish)):
            teach(page, text, shape, rng)
        page.evaluate(WATCH)
        print(f"{browser.version} on {sys.platform}, {ROUNDS} strokes of {POINTS} points each")
        print(f"{'guess':>6} {'later than 16 ms':>17} {'later than 24 ms':>17} {'worst, ms':>10} {'long tasks':>11}")
        found: dict[bool, list[float]] = {False: [], True: []}
        tasks: dict[bool, list[float]] = {False: [], True: []}
        for _ in range(ROUNDS):
            for guessing in (False, True):
                moves, long = stroke_of(page, guessing)
                found[guessing] += moves
                tasks[guessing] += long
        for guessing, moves in found.items():
            late = [sum(one > limit for one in moves) for limit in (16, 24)]
            name, worst = "on" if guessing else "off", max(moves, default=0.0)
            print(f"{name:>6} {late[0]:>17} {late[1]:>17} {worst:>10.0f} {len(tasks[guessing]):>11}")
        browser.close()


if __name__ == "__main__":
    main()
