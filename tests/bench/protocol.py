"""The protocol of the developer tools, for what a page cannot say of itself: the memory of its worker and process."""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from web.tools import BuildError

LONGEST = 60  # seconds that a worker may take to answer
Ask = Callable[..., dict[str, Any]]


def attached(page: Page) -> Ask:
    """What asks the worker that the page has started last: `ask(method, **parameters)`."""
    session = page.context.new_cdp_session(page)
    numbers = itertools.count(1)
    workers: list[str] = []
    answers: dict[int, dict[str, Any]] = {}

    def hear(event: dict[str, Any]) -> None:
        answer = json.loads(event["message"])
        if "id" in answer:
            answers[answer["id"]] = answer

    session.on("Target.attachedToTarget", lambda event: workers.append(event["sessionId"]))
    session.on("Target.receivedMessageFromTarget", hear)
    session.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False})

    def ask(method: str, **parameters: Any) -> dict[str, Any]:
        number = next(numbers)
        message = json.dumps({"id": number, "method": method, "params": parameters})
        session.send("Target.sendMessageToTarget", {"sessionId": workers[-1], "message": message})
        deadline = time.monotonic() + LONGEST
        while number not in answers:
            if time.monotonic() > deadline:
                raise BuildError(f"expected the worker's answer to {method} within {LONGEST} s, got none")
            page.wait_for_timeout(10)  # which lets events in
        return answers.pop(number)["result"]

    return ask


def held(ask: Ask) -> float:
    """Bytes that a worker with `watch.js` holds, after garbage is collected: heap, buffers, WebAssembly's memories."""
    ask("HeapProfiler.collectGarbage")
    usage = ask("Runtime.getHeapUsage")
    wasm = ask("Runtime.evaluate", expression="wasmBytes()", returnByValue=True)["result"]["value"]
    return usage["usedSize"] + usage["backingStorageSize"] + wasm


def peak(page: Page) -> float:
    """The most memory that any process of the browser's pages has had, in bytes; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0.0
    session = page.context.browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    found = [Path(f"/proc/{one['id']}/status").read_text("utf-8") for one in processes if one["type"] == "renderer"]
    lines = [line.split() for status in found for line in status.splitlines() if line.startswith("VmHWM")]
    return max(1024.0 * float(line[1]) for line in lines)
