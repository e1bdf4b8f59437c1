"""A static server for `dist/` on this machine only."""

from __future__ import annotations

import errno
import os
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from web.tools import BuildError
from web.tools.policy import parse_headers_file

HOST = "127.0.0.1"
TYPES = {
    "": "text/plain; charset=utf-8",  # LICENSE
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}
OTHER_TYPE = "application/octet-stream"


class Server:
    """Serves the folder `root` from a thread while used as a context manager.

    Parameters
    ----------
    root
        The folder; `dist/` as a rule.
    port
        The port on 127.0.0.1, or 0 for any free one. A taken port raises `OSError`.
    headers
        Whether to send the headers of `root/_headers`; without them it is a plain static server.
    prefix
        The path under which the folder is served, such as "/some/where"; all else is not found.
    """

    def __init__(self, root: Path, port: int = 0, *, headers: bool = True, prefix: str = "") -> None:
        self._http = _HTTPServer((HOST, port), _Handler)
        self._http.root = root.resolve()
        self._http.prefix = prefix.rstrip("/") + "/"
        listed = root / "_headers"
        self._http.headers = parse_headers_file(listed.read_text("utf-8")) if headers else {}
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the folder, with a closing slash."""
        return f"http://{HOST}:{self._http.server_port}{self._http.prefix}"

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def wait(self) -> None:
        """Block until the server ends or the person interrupts."""
        self._thread.join()


def open_server(root: Path, port: int | None, default: int = 8000) -> Server:
    """Return a server on `port`, or where none is asked for on the first free one from `default`."""
    candidates = range(default, default + 100) if port is None else [port]
    for candidate in candidates:
        try:
            return Server(root, candidate)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    span = f"{candidates[0]}" if port is not None else f"{candidates[0]} to {candidates[-1]}"
    raise BuildError(f"expected a free port, but {span} cannot be had; choose one with --port")


class _HTTPServer(ThreadingHTTPServer):
    # On Windows the option would let two servers share one port.
    allow_reuse_address = os.name != "nt"
    daemon_threads = True
    root: Path
    prefix: str
    headers: dict[str, str]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong, unless it is only a browser that hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _HTTPServer

    def do_GET(self) -> None:
        """Answer with the file."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Answer with the file's headers."""
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the person wants the address, not the traffic."""

    def end_headers(self) -> None:
        """Close the head of any answer, errors too, with the site's own headers."""
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def _answer(self, *, body: bool) -> None:
        path = self._path()
        if path is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        status, data = path.stat(), path.read_bytes()
        tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        fresh = self.headers.get("If-None-Match") == tag
        self.send_response(HTTPStatus.NOT_MODIFIED if fresh else HTTPStatus.OK)
        self.send_header("ETag", tag)
        self.send_header("Last-Modified", self.date_time_string(status.st_mtime))
        self.send_header("Cache-Control", "no-cache")
        if not fresh:
            self.send_header("Content-Type", TYPES.get(path.suffix, OTHER_TYPE))
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body and not fresh:
            self.wfile.write(data)

    def _path(self) -> Path | None:
        """Return the file that the request means, or None; never one outside of the root."""
        asked = unquote(urlsplit(self.path).path)
        prefix = self.server.prefix
        if not asked.startswith(prefix) or "\0" in asked:
            return None
        path = (self.server.root / asked[len(prefix) :].lstrip("/")).resolve()
        if path.is_dir() and asked.endswith("/"):
            path /= "index.html"
        inside = path.is_relative_to(self.server.root)
        return path if inside and path.is_file() else None
