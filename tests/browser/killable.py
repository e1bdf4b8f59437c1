"""A Chromium that can be killed as a whole: a process group of its own, driven over its debugging port."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from playwright.sync_api import BrowserContext, Error, Playwright

from tests.browser.conftest import ARGUMENTS

STARTED = 120  # seconds that a start may take on a busy machine


class Killable:
    """A running Chromium on a profile folder, which keeps what it stores. For POSIX systems."""

    def __init__(self, playwright: Playwright, executable: str, profile: Path) -> None:
        port_file = profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        arguments = ["--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", *ARGUMENTS, *sandbox]
        self._process = subprocess.Popen(
            [executable, *arguments, "about:blank"],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            port = _port(port_file, self._process)
            self._browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        except BaseException:
            self._end()
            raise

    @property
    def context(self) -> BrowserContext:
        return self._browser.contexts[0]

    def kill(self) -> None:
        """Kill every process of it at once, then take in all that it had said before."""
        self._end()
        page = self.context.pages[-1]
        while self._browser.is_connected():
            try:
                page.wait_for_timeout(5)
            except Error:
                break

    def __enter__(self) -> Killable:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        # Once it is known to have ended, its number may be that of another process.
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            _wait_until_gone(self._process.pid)


def _wait_until_gone(group: int) -> None:
    """A process of the group that is killed may take a moment to let go of its files."""
    deadline = time.monotonic() + STARTED
    while _is_alive(group):
        if time.monotonic() > deadline:
            raise RuntimeError(f"expected the killed processes of group {group} to end within {STARTED} s")
        time.sleep(0.005)


def _is_alive(group: int) -> bool:
    for path in Path("/proc").glob("[0-9]*/stat"):  # where there is none, this is not known
        try:
            state, _, its_group = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
        except OSError:
            continue  # it has ended
        if int(its_group) == group and state != "Z":
            return True
    return False


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    """The port that Chromium writes down once it listens."""
    deadline = time.monotonic() + STARTED
    while time.monotonic() < deadline and process.poll() is None:
        lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
        if len(lines) == 2:
            return int(lines[0])
        time.sleep(0.02)
    raise RuntimeError(f"expected Chromium to listen within {STARTED} s, got none: {process.args!r}")
