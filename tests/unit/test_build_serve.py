"""The static server: types, headers, freshness, and nothing outside of its folder."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from web.tools import BuildError
from web.tools.policy import headers, headers_file
from web.tools.serve import Server, open_server

HEADERS = headers("sha256-AAAA")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small site, and a secret beside it."""
    site = tmp_path / "site"
    (site / "worker").mkdir(parents=True)
    (site / "_headers").write_text(headers_file("sha256-AAAA"), encoding="utf-8")
    (site / "index.html").write_text("<title>Home</title>", encoding="utf-8")
    for name in ("app.js", "worker/main.mjs", "a.wasm", "a.json", "a.css", "a.svg", "a.png", "a.whl", "base.inkmoji"):
        (site / name).write_bytes(b"x")
    (site / "LICENSE").write_text("free", encoding="utf-8")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    return site


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with Server(folder) as running:
        yield running


def get(server: Server, path: str, method: str = "GET", **sent: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for exactly `path`, which a client that tidies addresses would not."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in sent.items()})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), data


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/app.js", "text/javascript; charset=utf-8"),
        ("/worker/main.mjs", "text/javascript; charset=utf-8"),
        ("/a.wasm", "application/wasm"),
        ("/a.json", "application/json"),
        ("/a.css", "text/css; charset=utf-8"),
        ("/a.svg", "image/svg+xml"),
        ("/a.png", "image/png"),
        ("/a.whl", "application/octet-stream"),
        ("/base.inkmoji", "application/octet-stream"),
        ("/LICENSE", "text/plain; charset=utf-8"),
    ],
)
def test_each_file_has_its_type(server: Server, path: str, kind: str) -> None:
    status, sent, data = get(server, path)
    assert (status, sent["Content-Type"]) == (200, kind)
    assert data


@pytest.mark.parametrize("path", ["/", "/worker/main.mjs", "/absent.js"])
def test_every_answer_carries_the_headers_of_the_site(server: Server, path: str) -> None:
    _, sent, _ = get(server, path)
    assert {name: sent[name] for name in HEADERS} == HEADERS
    assert len(HEADERS) == 3


def test_a_plain_server_sends_none_of_them(folder: Path) -> None:
    with Server(folder, headers=False) as server:
        status, sent, _ = get(server, "/")
    assert status == 200
    assert not HEADERS.keys() & sent.keys()


def test_a_known_file_is_not_sent_again_until_it_changes(server: Server, folder: Path) -> None:
    _, sent, _ = get(server, "/app.js")
    assert sent["Cache-Control"] == "no-cache"
    status, _, data = get(server, "/app.js", If_None_Match=sent["ETag"])
    assert (status, data) == (304, b"")
    (folder / "app.js").write_bytes(b"other")
    status, _, data = get(server, "/app.js", If_None_Match=sent["ETag"])
    assert (status, data) == (200, b"other")


def test_head_is_get_without_the_body(server: Server) -> None:
    _, of_get, _ = get(server, "/app.js")
    status, of_head, data = get(server, "/app.js", "HEAD")
    assert (status, data) == (200, b"")
    assert of_head["Content-Length"] == of_get["Content-Length"] == "1"


@pytest.mark.parametrize(
    "path", ["/worker/", "/worker", "/absent", "/../secret", "/%2e%2e/secret", "//etc/passwd", "/%00"]
)
def test_no_folder_is_listed_and_nothing_outside_is_served(server: Server, path: str) -> None:
    status, _, data = get(server, path)
    assert status == 404
    assert b"secret" not in data.lower()
    assert b"main.mjs" not in data


def test_a_folder_without_its_slash_is_not_found_since_relative_addresses_would_break(
    server: Server, folder: Path
) -> None:
    (folder / "worker" / "index.html").write_text("<title>Inside</title>", encoding="utf-8")
    assert get(server, "/worker/")[0] == 200
    assert get(server, "/worker")[0] == 404


def test_under_a_prefix_only_the_prefix_is_served(folder: Path) -> None:
    with Server(folder, prefix="/some/where") as server:
        assert server.url.endswith("/some/where/")
        assert get(server, "/some/where/")[2] == b"<title>Home</title>"
        assert get(server, "/some/where/app.js")[0] == 200
        assert get(server, "/app.js")[0] == 404
        assert get(server, "/some/other/app.js")[0] == 404


def test_without_a_port_the_next_free_one_is_taken(folder: Path, server: Server) -> None:
    taken = urlsplit(server.url).port
    assert taken is not None
    with open_server(folder, None, default=taken) as other:
        port = urlsplit(other.url).port
        assert port is not None
        assert port > taken


def test_a_port_that_was_asked_for_and_is_taken_is_refused(folder: Path, server: Server) -> None:
    taken = urlsplit(server.url).port
    with pytest.raises(BuildError, match=f"{taken} cannot be had; choose one with --port"):
        open_server(folder, taken)


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert urlsplit(server.url).hostname == "127.0.0.1"
