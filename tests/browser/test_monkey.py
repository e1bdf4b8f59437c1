"""Three hundred actions that nobody planned lose nothing; tests/browser/monkey.py says how, and does it by hand."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.monkey import walk
from tests.browser.recorder import Recorder

ACTIONS = 300


def test_300_actions_end_without_an_error_and_with_the_same_model_and_board_after_a_reload(
    opened: Page, recorder: Recorder, tmp_path: Path
) -> None:
    walk(opened, 5, ACTIONS, tmp_path, print)
    recorder.check()
