"""Files at the page: saving the stickers as one, choosing one to import."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from pathlib import Path

from inkmoji import CompiledModel, Face, Strokes, dumps
from inkmoji.image import canonical
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.hand import Shape, choose


def importing(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Import")


def exporting(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Export")


def export(page: Page) -> None:
    """Export the stickers from the menu, as a file of ours."""
    choose(page, "Export")
    exporting(page).get_by_role("button", name="Export").click()


def save(page: Page, path: Path) -> Path:
    """Do so, as a download."""
    with page.expect_download() as downloading:
        export(page)
    downloading.value.save_as(path)
    return path


def collection(dist: Path, shapes: Mapping[str, tuple[Shape, int]], rng: random.Random) -> FilePayload:
    """A file of stickers for the base model that ships: of each text so many drawings, the last one taught just now.

    Each was taught a day after the one before. The fish has a name.
    """
    model = CompiledModel((dist / "models" / "base.inkmoji").read_bytes()).model().copy()
    for age, (text, (shape, count)) in zip(reversed(range(len(shapes))), shapes.items(), strict=True):
        for _ in range(count):
            model.add_example(f"label of {text}", canonical(Strokes.of(shape(rng))))
        created = int((time.time() - age * 86_400) * 1000)
        model.set_face(f"label of {text}", Face(text, "Wet friend" if text == "🐟" else "", created))
    return {"name": "many.inkmoji", "mimeType": "application/octet-stream", "buffer": dumps(model)}


def choose_file(page: Page, file: Path | FilePayload) -> None:
    """Choose a file to import."""
    with page.expect_file_chooser() as choosing:
        choose(page, "Import")
    choosing.value.set_files(file)
    expect(importing(page)).to_be_visible()


def import_file(page: Page, file: Path | FilePayload, how: str) -> None:
    """Import a file and wait until it is learned."""
    choose_file(page, file)
    importing(page).get_by_role("radio", name=how).check()
    importing(page).get_by_role("button", name="Import").click()
    expect(importing(page)).to_be_hidden()


def known(page: Page) -> Locator:
    """The line of the stickers that are known, on an empty board."""
    return page.locator("#known")
