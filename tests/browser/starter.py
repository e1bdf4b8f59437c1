"""Starter packs of the tests' own, so that what the shipped one knows does not matter; and the switch for them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

from inkmoji import CompiledModel, Face, Strokes, dumps
from inkmoji.image import canonical
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import Shape, choose

PACK = "**/starter.inkmoji"
DRAWINGS = 5


def starter_pack(dist: Path, shapes: Mapping[str, Shape]) -> bytes:
    """A pack for the base model that ships: stickers of these texts for shapes as the tests' person draws them."""
    rng = random.Random(1)
    model = CompiledModel((dist / "models" / "base.inkmoji").read_bytes()).model().copy()
    for text, shape in shapes.items():
        drawings = [canonical(Strokes.of(shape(rng))) for _ in range(DRAWINGS)]
        for embedding in model.embed_values(drawings):
            model.entries.add(embedding, f"ready {text}")
        model.set_face(f"ready {text}", Face(text))
    return dumps(model)


def shipped_faces(dist: Path) -> list[str]:
    """What the stickers of the pack that ships look like, in their order."""
    pack = CompiledModel((dist / "models" / "starter.inkmoji").read_bytes()).model()
    return [pack.faces[label].text for label in pack.labels]


def settings(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Settings")


def starter(page: Page) -> Locator:
    return settings(page).get_by_role("switch", name="Starter stickers")


def outcome(page: Page) -> Locator:
    return settings(page).get_by_role("status")


def switch(page: Page, says: str | re.Pattern[str]) -> None:
    """Open the settings, press the switch, hear that, and close them."""
    choose(page, "Settings")
    starter(page).click()
    expect(outcome(page)).to_have_text(says)
    page.keyboard.press("Escape")
    expect(settings(page)).to_be_hidden()
