"""The two hosts that the bench measures from, and how many bytes they send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from web.tools.serve import HOST, Server


@dataclass
class Host:
    """A running server.

    Attributes:
        url: of the folder, with a closing slash.
        sent: bytes of all answers, heads included.
    """

    url: str
    sent: int = 0


@contextmanager
def served(site: Path, *, keep: bool = False) -> Iterator[Host]:
    """As `build.py serve` does; with `keep` browsers may keep every file and need not ask again, as from a CDN."""
    with Server(site) as server:
        host = Host(server.url)
        http = server._http  # what it answers with is its own business, and only counted here
        http.RequestHandlerClass = _measured(http.RequestHandlerClass, host, keep)
        yield host


@contextmanager
def plain(site: Path) -> Iterator[Host]:
    """As a host does that sends no headers of ours and compresses nothing."""
    host = Host("")
    handler = _measured(_Plain, host, False)
    http = ThreadingHTTPServer((HOST, 0), partial(handler, directory=str(site)))
    host.url = f"http://{HOST}:{http.server_port}/"
    Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield host
    finally:
        http.shutdown()
        http.server_close()


class _Plain(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, format: str, *args: object) -> None:
        pass


def _measured(handler: type[Any], host: Host, keep: bool) -> type[Any]:
    """The handler, but that it counts what it sends."""
    lock = Lock()

    class Measured(handler):
        def setup(self) -> None:
            super().setup()
            self.wfile = _Counted(self.wfile, host, lock)

        def send_header(self, keyword: str, value: str) -> None:
            kept = keep and keyword.lower() == "cache-control"
            super().send_header(keyword, "max-age=31536000" if kept else value)

    return Measured


class _Counted:
    """A file that is written to, of which every byte is counted."""

    def __init__(self, file: Any, host: Host, lock: Lock) -> None:
        self._file, self._host, self._lock = file, host, lock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: Any) -> int:
        with self._lock:
            self._host.sent += len(data)
        return self._file.write(data)
