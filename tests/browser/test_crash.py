"""A browser killed in the middle of saving has lost nothing; tests/browser/crash.py says how, and does it by hand."""

from __future__ import annotations

import random
from pathlib import Path

from playwright.sync_api import Playwright

from tests.browser.crash import NEW, OLD, Crash, table
from tests.browser.killable import Killable
from web.tools.serve import Server

ROUNDS = 10


def test_a_killed_browser_leaves_the_old_model_or_the_new_one_and_what_was_reported(
    playwright: Playwright, chromium_path: str, server: Server, profile: Path
) -> None:
    profile.mkdir()
    crash = Crash(lambda: Killable(playwright, chromium_path, profile), server.url, random.Random(7), print)
    crash.run(ROUNDS)
    print(table(crash.counts))
    assert crash.counts.total() == ROUNDS
    assert {ended for _, _, ended in crash.counts} == {OLD, NEW}, "expected kills before and after the pointer moved"
