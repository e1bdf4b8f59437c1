"""Files at the page: saving the stickers as one, choosing one to import."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.hand import choose


def importing(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Import")


def save(page: Page, path: Path) -> Path:
    """Export from the menu, as a download."""
    with page.expect_download() as downloading:
        choose(page, "Export")
    downloading.value.save_as(path)
    return path


def choose_file(page: Page, file: Path | FilePayload) -> None:
    """Choose a file to import."""
    with page.expect_file_chooser() as choosing:
        choose(page, "Import")
    choosing.value.set_files(file)
    expect(importing(page)).to_be_visible()


def import_file(page: Page, file: Path, how: str) -> None:
    """Import a file and wait until it is learned."""
    choose_file(page, file)
    importing(page).get_by_role("radio", name=how).check()
    importing(page).get_by_role("button", name="Import").click()
    expect(importing(page)).to_be_hidden()


def known(page: Page) -> Locator:
    """The line of the stickers that are known, on an empty board."""
    return page.locator("#known")
