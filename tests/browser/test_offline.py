"""Without a network: the first visit is all that Inkmoji needs, and nothing but whole files of one build is kept."""

from __future__ import annotations

import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from inkmoji import CompiledModel
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Launch
from tests.browser.filing import save
from tests.browser.hand import dialog, draw, expect_kept, fish, house, placed, stickers, sun, teach, wait_until_ready
from tests.browser.kept import expected, kept, precached, wait_until_controlled
from tests.browser.mortal import MortalServer
from tests.browser.recorder import Recorder
from tests.browser.standin import without_python
from web.tools.serve import Server

HALF_WAY = "models/starter.inkmoji"  # is asked for by the service worker alone
# `firstInstall` tells how the installation of the service worker has ended.
FOLLOW_INSTALL = """
window.firstInstall = "ServiceWorkerContainer" in window && new Promise((ended) => {
  const { register } = ServiceWorkerContainer.prototype;
  ServiceWorkerContainer.prototype.register = async function (...given) {
    try {
      const registration = await register.apply(this, given);
      const { installing } = registration;
      installing?.addEventListener("statechange", () => ended(installing.state), { once: true });
      return registration;
    } catch (error) {
      ended(error.name);
      throw error;
    }
  };
})
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(8)


@pytest.fixture
def site(dist: Path, tmp_path: Path) -> Path:
    """A site with a stand-in for Python, which a test may change."""
    return without_python(dist, tmp_path / "site")


@pytest.fixture
def allowed(launch: Launch, tmp_path: Path) -> Iterator[tuple[BrowserContext, Recorder]]:
    """A browser that allows service workers."""
    recorder = Recorder("http://127.0.0.1:")
    context = launch(tmp_path / "profile", recorder, service_workers="allow")
    context.add_init_script(FOLLOW_INSTALL)
    yield context, recorder
    context.close()
    recorder.check()


def open_at(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    wait_until_ready(page)
    return page


def assert_nothing_answers(address: str) -> None:
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(address, timeout=10)


@pytest.mark.smoke
def test_after_one_visit_everything_works_without_a_server_and_beyond_the_browsers_end(
    launch: Launch, profile: Path, dist: Path, tmp_path: Path, rng: random.Random
) -> None:
    with MortalServer(dist, prefix="/some/where") as server:
        recorder = Recorder(server.url)
        context = launch(profile, recorder, service_workers="allow")
        page = open_at(context, server.url)
        wait_until_controlled(page)
        assert kept(page) == expected(server.url, dist)
        teach(page, "🐟", fish, rng)
        draw(page, placed(fish(rng), (300, 400), 240))
        expect(stickers(page)).to_have_accessible_name("🐟")
        expect_kept(page, 1, 0)
        context.close()
        server.kill()
        assert_nothing_answers(server.url)

        context = launch(profile, recorder, service_workers="allow")
        page = open_at(context, server.url)
        expect(stickers(page)).to_have_accessible_name("🐟")
        draw(page, placed(fish(rng), (300, 400), 240))
        expect(stickers(page)).to_have_count(2)
        teach(page, "☀️", sun, rng)
        draw(page, placed(sun(rng), (640, 400), 240))
        expect(stickers(page).nth(2)).to_have_accessible_name("☀️")
        exported = CompiledModel(save(page, tmp_path / "two.inkmoji").read_bytes()).model()
        assert sorted(face.text for face in exported.faces.values()) == ["☀️", "🐟"]
        draw(page, placed(house(rng), (900, 300), 220))
        expect(dialog(page).locator("emoji-picker").get_by_role("menuitem").first).to_be_visible()
        context.close()
        # What asks for the worker script itself is the browser, and it is told in vain.
        recorder.take("net::ERR_CONNECTION_REFUSED.*sw.js")
        recorder.check()


def test_an_address_with_a_name_or_parameters_opens_offline_too(
    allowed: tuple[BrowserContext, Recorder], site: Path
) -> None:
    context, recorder = allowed
    with MortalServer(site) as server:
        page = open_at(context, server.url)
        wait_until_controlled(page)
        server.kill()
        for address in ("index.html", "?from=a-friend"):
            page.goto(server.url + address)
            wait_until_ready(page)
            assert "MIT License" in page.evaluate("async () => (await fetch('LICENSE')).text()")
    recorder.take("with a query.*from=a-friend|net::ERR_CONNECTION_REFUSED.*sw.js")


def test_a_first_visit_that_loses_its_server_works_on_and_is_made_whole_later(
    allowed: tuple[BrowserContext, Recorder], site: Path, rng: random.Random
) -> None:
    context, recorder = allowed
    with MortalServer(site, f"--dies-at={HALF_WAY}") as server:
        page = open_at(context, server.url)
        server.wait()
        assert page.evaluate("() => window.firstInstall") == "redundant"
        assert_nothing_answers(server.url)
        whole = expected(server.url, site)
        name, entries = precached(page)
        assert 0 < len(entries) < len(whole[name])
        assert all(entry in whole[name] for entry in entries)

        draw(page, placed(sun(rng), (640, 400), 280))
        expect(dialog(page)).to_be_visible()
        page.get_by_role("button", name="Keep as ink").click()
        recorder.take("net::ERR")

        server.start()
        page.reload()
        wait_until_ready(page)
        wait_until_controlled(page)
        assert kept(page) == whole
        server.kill()
        page.reload()
        wait_until_ready(page)
    recorder.take("net::ERR_CONNECTION_REFUSED.*sw.js")


def test_a_file_with_other_bytes_than_the_builds_is_never_kept(
    allowed: tuple[BrowserContext, Recorder], site: Path
) -> None:
    context, _ = allowed
    with (site / "pen.js").open("a", encoding="utf-8") as file:
        file.write("// one more line\n")
    with Server(site) as server:
        page = open_at(context, server.url)
        assert page.evaluate("() => window.firstInstall") == "redundant"
        _, entries = precached(page)
        paths = [path for path, _ in entries]
        assert "/pad.js" in paths
        assert "/pen.js" not in paths


def test_a_worker_with_the_list_of_another_build_is_not_installed(
    allowed: tuple[BrowserContext, Recorder], site: Path
) -> None:
    context, recorder = allowed
    listed = (site / "precache.js").read_text("utf-8")
    (site / "precache.js").write_text(listed.replace('"version": "', '"version": "0'), encoding="utf-8")
    with Server(site) as server:
        page = open_at(context, server.url)
        assert page.evaluate("() => window.firstInstall") == "TypeError"
        assert kept(page) == {}
    recorder.take("Expected the list")


def test_without_a_server_emoji_are_found_by_the_names_of_the_language_that_was_in_use(
    launch: Launch, site: Path, profile: Path
) -> None:
    recorder = Recorder("http://127.0.0.1:")
    context = launch(profile, recorder, "--lang=de-DE", "--accept-lang=de-DE", service_workers="allow")
    with MortalServer(site) as server:
        page = open_at(context, server.url)
        wait_until_controlled(page)
        server.kill()
        page.reload()
        wait_until_ready(page)
        assert "🐠" in page.evaluate("async () => (await import('./picker.js')).findEmoji('Fisch')")
    context.close()
    recorder.take("net::ERR_CONNECTION_REFUSED")
    recorder.check()


def test_two_inkmojis_of_one_origin_do_not_touch_each_others_files(
    allowed: tuple[BrowserContext, Recorder], site: Path, dist: Path
) -> None:
    context, recorder = allowed
    inside = without_python(dist, site / "inner")
    with MortalServer(site) as server:
        inner = open_at(context, server.url + "inner/")
        wait_until_controlled(inner)
        outer = open_at(context, server.url)
        wait_until_controlled(outer)
        both = expected(server.url, site) | expected(server.url + "inner/", inside)
        assert kept(inner) == both
        server.kill()
        for page in (outer, inner):
            page.reload()
            wait_until_ready(page)
            assert page.evaluate("() => navigator.serviceWorker.controller.scriptURL") == page.url + "sw.js"
    recorder.take("net::ERR_CONNECTION_REFUSED.*sw.js")


def test_without_service_workers_the_page_is_as_ever_and_recognises_on_without_its_server(
    page: Page, recorder: Recorder, dist: Path, rng: random.Random
) -> None:
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    with MortalServer(dist) as server:
        recorder.origin = server.url
        page.goto(server.url)
        wait_until_ready(page)
        assert page.evaluate("() => 'serviceWorker' in navigator") is False
        teach(page, "🐟", fish, rng)
        server.kill()
        assert_nothing_answers(server.url)
        draw(page, placed(fish(rng), (300, 400), 240))
        expect(stickers(page)).to_have_accessible_name("🐟")
        draw(page, placed(house(rng), (900, 300), 220))
        expect(dialog(page)).to_be_visible()
