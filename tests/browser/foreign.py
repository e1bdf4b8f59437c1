"""Other browsers than Chromium, driven by what they offer: Firefox by WebDriver BiDi, WebKit by WebDriver."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
import websocket

Point = tuple[float, float]
LONGEST = 60  # seconds for anything, also for a start
DISPLAY = ":87"
MINI_BROWSERS = (
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
)
MOUSE = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}


class Browser(Protocol):
    """One page of a browser. Scripts are bodies of functions that give what JSON can hold."""

    def open(self, address: str) -> None: ...

    def run(self, script: str, *values: Any) -> Any: ...

    def act(self, actions: list[dict[str, Any]]) -> None: ...


def draw(browser: Browser, strokes: Sequence[Sequence[Point]]) -> None:
    """With a mouse that moves; in one command: between two a busy machine may pause as if the drawing were finished."""
    actions: list[dict[str, Any]] = []
    for stroke in strokes:
        steps = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 8} for x, y in stroke]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        actions += [steps[0], down, *steps[1:], up]
    browser.act([{**MOUSE, "actions": actions}])


def click(browser: Browser, place: Point) -> None:
    draw(browser, [[place]])


def wait(browser: Browser, script: str, *values: Any) -> Any:
    """Until the script gives something true."""
    deadline = time.monotonic() + LONGEST
    while not (value := browser.run(script, *values)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {LONGEST} seconds for {script}")
        time.sleep(0.05)
    return value


class Firefox:
    """A page of Firefox."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(f"{address}/session", timeout=LONGEST, suppress_origin=True)
        self._number = 0
        self._send("session.new", {"capabilities": {}})
        self._context = self._send("browsingContext.getTree", {})["contexts"][0]["context"]

    def _send(self, method: str, params: dict[str, Any]) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._number:
            pass
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address: str) -> None:
        self._send("browsingContext.navigate", {"context": self._context, "url": address, "wait": "complete"})

    def run(self, script: str, *values: Any) -> Any:
        function = (
            f"async () => JSON.stringify(await (async (...values) => {{ {script} }})(...{json.dumps(values)}) ?? null)"
        )
        answer = self._send(
            "script.callFunction",
            {"functionDeclaration": function, "awaitPromise": True, "target": {"context": self._context}},
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._send("input.performActions", {"context": self._context, "actions": actions})

    def close(self) -> None:
        self._socket.close()


class WebKit:
    """A page of WebKitGTK's small browser."""

    def __init__(self, driver: str, browser: Path) -> None:
        self._address = driver
        options = {"binary": str(browser), "args": ["--automation"]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._send("POST", "session", {"capabilities": capabilities})["sessionId"]
        self._address = f"{driver}/session/{session}"
        self._send("POST", "timeouts", {"script": 1000 * LONGEST})

    def _send(self, method: str, command: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._address}/{command}".rstrip("/"), data, method=method)
        with urllib.request.urlopen(request, timeout=LONGEST) as answer:
            return json.load(answer)["value"]

    def open(self, address: str) -> None:
        self._send("POST", "url", {"url": address})

    def run(self, script: str, *values: Any) -> Any:
        whole = f"return (async (...values) => {{ {script} }})(...arguments)"
        return self._send("POST", "execute/sync", {"script": whole, "args": values})

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._send("POST", "actions", {"actions": actions})

    def close(self) -> None:
        self._send("DELETE", "")


@contextlib.contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("Firefox is not installed")
    profile.mkdir()
    command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    given = {**os.environ, "HOME": str(profile)}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=given) as running:
        try:
            with contextlib.closing(Firefox(_address(profile / "WebDriverBiDiServer.json"))) as page:
                yield page
        finally:
            running.terminate()


def _address(file: Path) -> str:
    """Where Firefox listens, as it writes down."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):  # it is not there yet, or not whole
            told = json.loads(file.read_text(encoding="utf-8"))
            return f"ws://{told['ws_host']}:{told['ws_port']}"
        time.sleep(0.05)
    raise TimeoutError(f"expected Firefox to listen within {LONGEST} seconds")


@contextlib.contextmanager
def webkit(profile: Path) -> Iterator[WebKit]:
    browser = next((path for path in map(Path, MINI_BROWSERS) if path.exists()), None)
    if browser is None or not shutil.which("WebKitWebDriver") or not shutil.which("Xvfb"):
        pytest.skip("WebKit needs MiniBrowser, WebKitWebDriver and Xvfb")
    profile.mkdir()
    # Its own sandbox needs rights that containers do not give.
    safe = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
    given = {**os.environ, "DISPLAY": DISPLAY, "HOME": str(profile), "XDG_DATA_HOME": str(profile), **safe}
    port = free_port()
    with (
        subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1280x900x24"], stderr=subprocess.DEVNULL) as screen,
        subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=given) as driver,
    ):
        try:
            wait_for_port(port)
            with contextlib.closing(WebKit(f"http://127.0.0.1:{port}", browser)) as page:
                yield page
        finally:
            driver.terminate()
            screen.terminate()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
