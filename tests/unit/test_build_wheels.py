"""Runtime wheels: the right bytes from the first source that has them, or one message that says why not."""

from __future__ import annotations

import hashlib
import io
import random
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from web.tools import BuildError
from web.tools.serve import Server
from web.tools.wheels import (
    Source,
    SourceDownError,
    SourceError,
    Wheel,
    fetch,
    folder_source,
    index_source,
    pypi_source,
    url_source,
)

RIGHT, CORRUPT = b"the right bytes", b"the Right bytes"
WHEEL = Wheel("numpy-1.whl", hashlib.sha256(RIGHT).hexdigest())
OTHER = Wheel("pillow-1.whl", hashlib.sha256(RIGHT).hexdigest())


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache folder that does not exist yet."""
    return tmp_path / "new" / "cache"


def folder_with(folder: Path, data: bytes) -> Path:
    folder.mkdir(parents=True)
    for wheel in (WHEEL, OTHER):
        (folder / wheel.file_name).write_bytes(data)
    return folder


@pytest.fixture
def corrupt(tmp_path: Path) -> Iterator[Source]:
    """An HTTP server whose files have one wrong bit."""
    with Server(folder_with(tmp_path / "corrupt", CORRUPT), headers=False) as server:
        yield url_source(server.url)


@pytest.fixture
def right(tmp_path: Path) -> Iterator[Source]:
    """An HTTP server with the right files."""
    with Server(folder_with(tmp_path / "right", RIGHT), headers=False) as server:
        yield url_source(server.url)


def no_source(_: str) -> bytes:
    raise AssertionError("a cached file needs no source")


def test_a_file_comes_from_the_first_source_that_has_it(cache: Path, right: Source, corrupt: Source) -> None:
    paths = fetch([WHEEL, OTHER], cache, [right, corrupt])
    assert [path.name for path in paths] == [WHEEL.file_name, OTHER.file_name]
    assert [path.read_bytes() for path in paths] == [RIGHT, RIGHT]


def test_a_corrupted_file_is_refused_and_the_next_source_tried(cache: Path, right: Source, corrupt: Source) -> None:
    (path,) = fetch([WHEEL], cache, [corrupt, right])
    assert path.read_bytes() == RIGHT


def test_a_corrupted_file_is_never_kept(cache: Path, corrupt: Source) -> None:
    with pytest.raises(BuildError, match="refused"):
        fetch([WHEEL], cache, [corrupt])
    assert not cache.exists()


def test_a_cached_file_needs_no_source(cache: Path, right: Source) -> None:
    fetch([WHEEL], cache, [right])
    assert fetch([WHEEL], cache, [Source("none", no_source)])[0].read_bytes() == RIGHT


def test_a_cached_file_is_verified_again_and_replaced_when_corrupted(cache: Path, right: Source) -> None:
    folder_with(cache, CORRUPT)
    (path,) = fetch([WHEEL], cache, [right])
    assert path.read_bytes() == RIGHT


def test_when_all_sources_fail_one_message_names_each_and_its_reason(cache: Path, corrupt: Source) -> None:
    with Server(cache.parents[1], headers=False) as server:
        empty, closed = url_source(server.url), url_source("http://127.0.0.1:9/")
        with pytest.raises(BuildError) as caught:
            fetch([WHEEL], cache, [corrupt, empty, closed])
    text = str(caught.value)
    found = hashlib.sha256(CORRUPT).hexdigest()
    assert f"{WHEEL.file_name} with SHA-256 {WHEEL.sha256}" in text
    assert f"cache folder {cache}: the file is not there" in text
    assert f"{corrupt.name}: refused: its SHA-256 is {found}" in text
    assert f"{empty.name}: HTTP 404" in text
    assert re.search(re.escape(closed.name) + ": .*refused", text)
    assert f"put the file into {cache}" in text


def test_a_source_that_cannot_be_reached_is_asked_only_once(cache: Path, right: Source) -> None:
    asked = []

    def read(file_name: str) -> bytes:
        asked.append(file_name)
        raise SourceDownError("no route")

    fetch([WHEEL, OTHER], cache, [Source("far away", read), right])
    assert asked == [WHEEL.file_name]


def test_a_source_that_lacks_one_file_is_asked_for_the_next(cache: Path, right: Source) -> None:
    asked = []

    def read(file_name: str) -> bytes:
        asked.append(file_name)
        raise SourceError("not this one")

    fetch([WHEEL, OTHER], cache, [Source("partial", read), right])
    assert asked == [WHEEL.file_name, OTHER.file_name]


def test_a_folder_source_reads_only_its_folder(tmp_path: Path) -> None:
    source = folder_source(folder_with(tmp_path / "a", RIGHT))
    assert source.read(WHEEL.file_name) == RIGHT
    with pytest.raises(SourceError, match="not there"):
        source.read("absent.whl")


class RangeHandler(BaseHTTPRequestHandler):
    """Answers ranges of one large zip file, as PyPI does, and counts the bytes that it sends."""

    data = b""
    sent = 0

    def do_GET(self) -> None:
        first, last = self.headers["Range"].removeprefix("bytes=").split("-")
        size = len(self.data)
        start = int(first) if first else max(0, size - int(last))
        stop = min(int(last), size - 1) if first and last else size - 1
        part = self.data[start : stop + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{stop}/{size}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)
        type(self).sent += len(part)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def carrier() -> Iterator[str]:
    """The address of a 2 MB wheel that holds the right file among much else."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("open_webui/large.bin", random.Random(1).randbytes(2_000_000))
        archive.writestr(f"open_webui/frontend/pyodide/{WHEEL.file_name}", RIGHT)
    RangeHandler.data, RangeHandler.sent = stream.getvalue(), 0
    with HTTPServer(("127.0.0.1", 0), RangeHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/carrier.whl"
        server.shutdown()
        thread.join()


def test_the_pypi_source_reads_one_member_and_not_the_whole_wheel(carrier: str, cache: Path) -> None:
    source = pypi_source(lambda _: carrier)
    assert fetch([WHEEL], cache, [source])[0].read_bytes() == RIGHT
    assert 0 < RangeHandler.sent < 200_000


def test_the_pypi_source_says_when_the_wheel_lacks_the_file(carrier: str) -> None:
    with pytest.raises(SourceError, match="not in that distribution"):
        pypi_source(lambda _: carrier).read("absent.whl")


def test_the_index_source_asks_where_the_very_version_is_and_downloads_it(right: Source, tmp_path: Path) -> None:
    asked: list[str] = []
    with Server(folder_with(tmp_path / "index", RIGHT), headers=False) as server:

        def address_of(requirement: str) -> str:
            asked.append(requirement)
            return f"{server.url}other-name.whl"

        assert index_source(address_of).read(WHEEL.file_name) == RIGHT
        with pytest.raises(SourceError, match="404"):
            index_source(address_of).read("absent-2-py3-none-any.whl")
    assert asked == ["numpy==1.whl", "absent==2"]


def test_the_pypi_source_says_when_it_cannot_be_reached() -> None:
    with pytest.raises(SourceDownError, match=r"127\.0\.0\.1"):
        pypi_source(lambda _: "http://127.0.0.1:9/carrier.whl").read(WHEEL.file_name)
