"""The longest tasks of the page's main thread, from its start to the board, in a trace that Chromium takes.

python tests/bench/page.py            after build.py build; with --runs N, --tasks N

What a person does is done in parts, and each part is traced: how many tasks it took, the longest of them, and what
that one spent its time on. A task over 50 ms is what a person can feel (Long Tasks, W3C).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.conftest import ARGUMENTS
from tests.browser.hand import draw, fish, house, placed, sun, teach
from web.tools import DIST
from web.tools.chromium import provide
from web.tools.serve import Server

READY = "document.documentElement.dataset.state === 'ready'"
MIDDLE = """
(selector) => {
  const { left, top, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
"""
CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-v8.compile", "v8.execute", "v8"]
Event = dict[str, Any]


class Tracer:
    """Traces parts of what happens in a page."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self.browser, self.page = browser, page
        self.parts: dict[str, list[Event]] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self.browser.start_tracing(page=self.page, categories=CATEGORIES)
        yield
        self.parts[name] = json.loads(self.browser.stop_tracing())["traceEvents"]


def main_thread(events: list[Event]) -> list[Event]:
    """Complete events of the thread that runs the page's scripts."""
    names = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    mine = [event for event in events if event.get("ph") == "X" and (event["pid"], event["tid"]) in names]
    busy: dict[int, float] = defaultdict(float)
    for event in mine:
        if event["name"] == "FunctionCall":
            busy[event["pid"]] += event["dur"]
    page = max(busy, key=lambda pid: busy[pid]) if busy else None
    return [event for event in mine if event["pid"] == page]


def longest(events: list[Event], count: int) -> list[tuple[float, str]]:
    mine = main_thread(events)
    tasks = sorted((event for event in mine if event["name"].endswith("RunTask")), key=lambda task: -task["dur"])
    return [
        (task["dur"] / 1000, f"{task.get('tdur', 0) / 1000:5.1f} of it computing; {inside(task, mine)}")
        for task in tasks[:count]
    ]


def inside(task: Event, events: list[Event]) -> str:
    """Names of the longest events in a task, with milliseconds."""
    start, end = task["ts"], task["ts"] + task["dur"]
    found = [
        event for event in events if event is not task and start <= event["ts"] and event["ts"] + event["dur"] <= end
    ]
    found.sort(key=lambda event: -event["dur"])
    return ", ".join(f"{described(event)} {event['dur'] / 1000:.0f}" for event in found[:6] if event["dur"] > 3000)


def described(event: Event) -> str:
    data = event.get("args", {}).get("data") or {}
    name, place = data.get("functionName"), str(data.get("url", "")).rpartition("/")[2]
    return f"{event['name']}({name or ''} {place})" if place else str(event["name"])


def seen(page: Page, condition: str) -> None:
    """Wait for a condition that costs the page next to nothing, unlike Playwright's own search for what is seen."""
    page.wait_for_function(f"() => {condition}")


def press(page: Page, selector: str) -> None:
    """Click where an element is."""
    x, y = page.evaluate(MIDDLE, selector)
    page.mouse.click(x, y)


Part = Callable[[str], Any]


def begin(page: Page, address: str, part: Part) -> None:
    """Open the page, and the dialog of a new sticker."""
    with part("first visit, until ready"):
        page.goto(address)
        seen(page, READY)
    press(page, "#menu-button")
    with part("open the dialog, with the emoji"):
        press(page, "#menu [data-action=new]")
        seen(page, "document.querySelector('emoji-picker')?.shadowRoot.querySelector('.emoji')")


def learn_first(page: Page, part: Part, rng: random.Random) -> None:
    """Draw three fishes in the dialog, and teach them."""
    page.locator("#face").fill("🐟")
    examples = [placed(fish(rng), page.evaluate(MIDDLE, f".pad:nth-child({pad}) .paper"), 100) for pad in (1, 2, 3)]
    with part("draw three examples, and learn"):
        for example in examples:
            draw(page, example)
        seen(page, "!document.querySelector('#teach [data-action=done]').disabled")
        press(page, "#teach [data-action=done]")
        seen(page, "!document.querySelector('#teach').open")


def journey(page: Page, address: str, part: Part) -> None:
    rng = random.Random(3)
    begin(page, address, part)
    learn_first(page, part, rng)
    with part("draw, and it becomes a sticker"):
        draw(page, placed(fish(rng), (1050, 600), 200))
        seen(page, "document.querySelector('#stickers li')")
    for face, shape in (("☀️", sun), ("🏠", house)):
        teach(page, face, shape, rng)
    with part("a drawing of a thousand points"):
        draw(page, [[(300 + 0.5 * at, 300 + 40 * ((at * 7) % 11)) for at in range(1000)]])
    seen(page, "document.querySelector('#teach').open || document.querySelectorAll('#stickers li').length > 1")
    page.keyboard.press("Escape")
    press(page, "#menu-button")
    with part("the library"):
        press(page, "#menu [data-action=library]")
        for panel in ("map", "history"):
            press(page, f"#tab-{panel}")
            seen(page, f"!document.querySelector('#library-{panel}').hidden")
        page.keyboard.press("Escape")
    with part("second visit, until ready"):
        page.reload()
        seen(page, READY)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=3, help="of each part, the longest ones")
    options = parser.parse_args()
    parts: dict[str, list[tuple[float, str]]] = defaultdict(list)
    chromium = provide()
    with Server(DIST) as server, sync_playwright() as playwright:
        for _ in range(options.runs):
            arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            page = browser.new_page(viewport={"width": 1280, "height": 800}, service_workers="block")
            tracer = Tracer(browser, page)
            journey(page, server.url, tracer.part)
            browser.close()
            for name, events in tracer.parts.items():
                parts[name] += longest(events, options.tasks)
    print(f"longest tasks of the main thread in {options.runs} runs, in milliseconds")
    for name, tasks in parts.items():
        print(f"\n{name}")
        for duration, what in sorted(tasks, reverse=True)[: options.tasks]:
            print(f"  {duration:6.1f}  {what}")


if __name__ == "__main__":
    main()
