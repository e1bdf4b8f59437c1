"""Nothing leaves the device: what a person does is in no address and no place that others read, and no request
reaches another origin once the service worker serves the page, whatever headers its host sends."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Worker, expect

from tests.browser.conftest import Launch
from tests.browser.hand import draw, fish, placed, stickers, teach, wait_until_ready
from tests.browser.kept import expected, kept, wait_until_controlled
from tests.browser.recorder import Recorder
from tests.browser.standin import replace_python, without_python
from web.tools.policy import parse_headers_file
from web.tools.serve import Server

Allow = Callable[[Recorder], BrowserContext]

POLICY = "Content.Security.Policy"
REPORT = "Content-Security-Policy: connect-src refused"
ASK = "(address) => fetch(address, { mode: 'no-cors' }).then(() => 'answered', () => 'refused')"
HEADERS_OF = "(address) => fetch(address).then(({ headers }) => Object.fromEntries(headers))"
STORED = "() => [localStorage.length, sessionStorage.length, document.cookie, location.search, location.hash]"


@pytest.fixture
def elsewhere(dist: Path) -> Iterator[str]:
    """A file of another origin."""
    with Server(dist) as server:
        yield f"{server.url}LICENSE"


@pytest.fixture
def allow(launch: Launch, profile: Path) -> Iterator[Allow]:
    """Start a browser that allows service workers, once."""
    running: list[tuple[BrowserContext, Recorder]] = []

    def start(recorder: Recorder) -> BrowserContext:
        running.append((launch(profile, recorder, service_workers="allow"), recorder))
        return running[0][0]

    yield start
    for context, recorder in running:
        context.close()
        recorder.check()


def python(page: Page) -> Worker:
    (worker,) = page.workers
    return worker


def assert_refused(page: Page, asking: Page | Worker, address: str) -> None:
    """The policy does not let it ask; the report of that comes late."""
    with page.context.expect_console_message(lambda message: REPORT in message.text):
        assert asking.evaluate(ASK, address) == "refused"
    # A page under two policies, its own and the header's, reports twice.
    asking.evaluate("() => new Promise((resolve) => setTimeout(resolve))")


def test_a_drawing_and_a_sticker_are_in_no_address_and_in_no_open_store(
    allow: Allow, server: Server, recorder: Recorder, dist: Path
) -> None:
    rng = random.Random(3)
    context = allow(recorder)
    page = context.new_page()
    page.goto(server.url)
    wait_until_ready(page)
    teach(page, "my secret", fish, rng)
    draw(page, placed(fish(rng), (300, 400), 240))
    expect(stickers(page)).to_have_accessible_name("my secret")
    wait_until_controlled(page)
    assert page.url == server.url
    assert page.evaluate(STORED) == [0, 0, "", "", ""]
    assert context.cookies() == []
    assert kept(page) == expected(server.url, dist)
    listed = {server.url, f"{server.url}sw.js", f"{server.url}precache.js"}
    listed |= {server.url + path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()}
    asked = {address for address in recorder.requests if not address.startswith(("blob:", "data:"))}
    assert asked <= listed


@pytest.fixture(params=["with Python", "under a path"])
def plain(request: pytest.FixtureRequest, dist: Path, tmp_path: Path) -> tuple[Path, Server]:
    """A site and a host of it that sends no headers; under a path the worker runs a stand-in for Python."""
    if request.param == "with Python":
        return dist, Server(dist, headers=False)
    site = without_python(dist, tmp_path / "site")
    return site, Server(site, headers=False, prefix="/some/where")


def test_behind_a_host_without_headers_the_service_worker_puts_page_and_python_under_the_policy(
    allow: Allow, plain: tuple[Path, Server], elsewhere: str
) -> None:
    site, server = plain
    sent = parse_headers_file((site / "_headers").read_text("utf-8"))
    with server as host:
        recorder = Recorder(host.url)
        page = allow(recorder).new_page()
        page.goto(host.url)
        wait_until_ready(page)
        # The page's own <meta> binds the page, but not the worker that it started.
        assert_refused(page, page, elsewhere)
        assert python(page).evaluate(ASK, elsewhere) == "answered"
        assert recorder.take(f"request to another origin: {elsewhere}")

        wait_until_controlled(page)
        page.reload()
        wait_until_ready(page)
        recorder.take(POLICY)
        recorder.requests.clear()
        assert_refused(page, page, elsewhere)
        assert_refused(page, python(page), elsewhere)
        assert elsewhere not in recorder.requests
        recorder.take(POLICY)
        for name in ("", "index.html", "worker/main.js", "worker/python.js", "LICENSE", *wasm_of(site)):
            headers = page.evaluate(HEADERS_OF, host.url + name)
            assert {key: headers.get(key.lower()) for key in sent} == sent, name


def wasm_of(site: Path) -> list[str]:
    return [path.relative_to(site).as_posix() for path in site.rglob("*.wasm.bin")]


def test_a_host_with_headers_binds_python_from_the_first_visit(
    page: Page, server: Server, elsewhere: str, recorder: Recorder
) -> None:
    replace_python(page)
    page.goto(server.url)
    wait_until_ready(page)
    assert_refused(page, python(page), elsewhere)
    assert elsewhere not in recorder.requests
    recorder.take(POLICY)


def test_the_browser_takes_the_page_for_an_application_of_its_folder(allow: Allow, dist: Path) -> None:
    with Server(dist, prefix="/some/where") as host:
        page = allow(Recorder(host.url)).new_page()
        page.goto(host.url)
        session = page.context.new_cdp_session(page)
        manifest = session.send("Page.getAppManifest")
        assert manifest["url"] == f"{host.url}manifest.webmanifest"
        assert manifest["errors"] == []
        assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        # Two Inkmojis of one origin are two applications.
        assert session.send("Page.getAppId")["appId"] == host.url
