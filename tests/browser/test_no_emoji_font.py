"""A system without any font for emoji: they are seen all the same, and nobody else fetches the font."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.browser.barriers import show
from tests.browser.conftest import Launch
from tests.browser.filing import import_file
from tests.browser.hand import choose, dialog, settle, wait_until_ready
from tests.browser.kept import wait_until_controlled
from tests.browser.library import close, open_library, row
from tests.browser.recorder import Recorder
from web.tools.serve import Server

FONT = "vendor/twemoji/twemoji.woff2"
WITHOUT_EMOJI = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <selectfont><rejectfont><glob>*Emoji*</glob></rejectfont></selectfont>
</fontconfig>
"""
# A character that no font can have is written in place of a face.
MISSING = "(face) => { face.querySelector('text').textContent = String.fromCodePoint(0x10fffe); }"
# How many of the pixels that a face is made of for the canvas have a colour: what stands for a missing one is black.
COLOURED = """
async (text) => {
  const { rasterise } = await import("./face.js");
  const { data } = await rasterise({ text, image: null }, 32, "#000");
  return data.filter((value, index) => index % 4 !== 3 && value > 64).length;
}
"""


OpenBare = Callable[[], AbstractContextManager[tuple[BrowserContext, Recorder]]]


@pytest.fixture
def open_bare(launch: Launch, tmp_path: Path) -> OpenBare:
    """Start a browser on such a system, each time on the same profile."""
    config = tmp_path / "fonts.conf"
    config.write_text(WITHOUT_EMOJI, encoding="utf-8")
    env: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(config)}

    @contextmanager
    def start() -> Iterator[tuple[BrowserContext, Recorder]]:
        recorder = Recorder("http://127.0.0.1:")
        context = launch(tmp_path / "profile", recorder, service_workers="allow", env=env)
        yield context, recorder
        context.close()
        recorder.check()

    return start


def face(page: Page, text: str) -> Locator:
    return row(page, text).locator(".face").first


def expect_faces(page: Page) -> None:
    """See three faces in the library: each is another one, and none stands for a missing one."""
    settle(page)
    seen = [face(page, text).screenshot() for text in ("🐟", "☀️", "🏠")]
    face(page, "🐟").evaluate(MISSING)
    seen.append(face(page, "🐟").screenshot())
    assert all(one != other for one, other in combinations(seen, 2))


def test_stickers_and_the_picker_are_seen_where_the_system_has_no_emoji(
    open_bare: OpenBare, server: Server, root: Path, stock: FilePayload
) -> None:
    with open_bare() as (context, recorder):
        page = context.new_page()
        page.goto(server.url)
        wait_until_ready(page)
        assert f"{server.url}{FONT}" in recorder.requests
        show(page, root, "desktop", "y-no-emoji-font-welcome")
        import_file(page, stock, "Merge")
        open_library(page)
        expect(face(page, "🐟")).to_be_visible()
        show(page, root, "desktop", "y-no-emoji-font-library")
        expect_faces(page)
        close(page)
        choose(page, "New sticker")
        picked = dialog(page).locator("emoji-picker").get_by_role("menuitem")
        expect(picked.first).to_be_visible()
        show(page, root, "desktop", "y-no-emoji-font-picker")
        assert picked.nth(0).screenshot() != picked.nth(9).screenshot()


def test_one_visit_is_enough_to_see_them_without_a_network(open_bare: OpenBare, dist: Path) -> None:
    with Server(dist) as server, open_bare() as (context, _):
        page = context.new_page()
        page.goto(server.url)
        wait_until_ready(page)
        assert page.evaluate(COLOURED, "🐟") > 100
        wait_until_controlled(page)
        context.new_cdp_session(page).send("Network.clearBrowserCache")  # a browser may forget it at any time
    with open_bare() as (context, _):
        page = context.new_page()
        page.goto(server.url)
        wait_until_ready(page)
        assert page.evaluate(COLOURED, "🐟") > 100


def test_where_the_system_has_emoji_no_font_is_fetched(
    untaught: Page, shared_recorder: Recorder, server: Server
) -> None:
    choose(untaught, "New sticker")
    expect(untaught.get_by_role("menuitem", name="grinning face").first).to_be_visible()
    assert server.url in shared_recorder.requests
    assert [address for address in shared_recorder.requests if "woff" in address] == []
