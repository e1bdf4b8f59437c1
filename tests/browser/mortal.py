"""A static server in a process of its own, which can be killed: then nothing answers any more, not even a connection
that the browser has kept open."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from web.tools import ROOT, serve


class MortalServer:
    """Serves the folder `root` while used as a context manager; `kill` and `start` end it and bring it back.

    Parameters
    ----------
    root
        The folder; `dist/`, or a copy of it that a test changes.
    options
        `--prefix=/some/where`, `--no-headers`: as those of `Server`. `--dies-at=FILE`: end in the middle of that file,
        when it is asked for; only the first process has these.
    """

    def __init__(self, root: Path, *options: str, prefix: str = "") -> None:
        self._root, self._options, self._prefix = root, options, prefix
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The address of the folder, with a closing slash."""
        return f"http://{serve.HOST}:{self._port}{self._prefix}/"

    def start(self, *options: str) -> None:
        """Begin to serve, on the port of the last time where there was one."""
        command = [sys.executable, "-m", "tests.browser.mortal", str(self._root), f"--port={self._port}"]
        command += [f"--prefix={self._prefix}", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """End the process at once."""
        assert self._process is not None
        self._process.kill()
        self.wait()

    def wait(self) -> None:
        """Wait until the process has ended."""
        assert self._process is not None
        self._process.communicate(timeout=60)

    def __enter__(self) -> MortalServer:
        self.start(*self._options)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--prefix")
    parser.add_argument("--no-headers", action="store_true")
    parser.add_argument("--dies-at")
    options = parser.parse_args()
    if options.dies_at:
        die_at(options.dies_at)
    with serve.Server(options.root, options.port, headers=not options.no_headers, prefix=options.prefix) as server:
        print(server.url.split(":")[2].split("/")[0], flush=True)
        server.wait()


def die_at(name: str) -> None:
    """Make the server end itself when half of the file has been sent."""
    answer = serve._Handler._answer

    def mortal_answer(self: serve._Handler, *, body: bool) -> None:
        if not self.path.endswith("/" + name):
            answer(self, body=body)
            return
        data = (self.server.root / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.wfile.flush()
        os._exit(1)

    serve._Handler._answer = mortal_answer  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
