"""States of the page as they are seen, and the search for what keeps people from using them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize

from tests.browser.hand import settle

SIZES: dict[str, ViewportSize] = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
# Colours begin to change with the frame that follows.
NEXT_FRAMES = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
# Each is searched in one colour scheme: what keeps people out is in the page, in its layout or in its colours.
SEARCHED = {"desktop": "light", "phone": "dark"}
FIND = """
async () => (await axe.run()).violations.map(
  ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.flat().join(" ")).join(", ")}`)
"""


def barriers(page: Page, root: Path) -> list[str]:
    """What axe finds once nothing fades any more: what fades has little contrast."""
    settle(page)
    if not page.evaluate("() => 'axe' in window"):
        axe = (root / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
        page.evaluate(f"() => {{ {axe} }}")
    found: list[str] = page.evaluate(FIND)
    return found


def show(page: Page, root: Path, device: str, state: str) -> None:
    """Take a picture of a state in both colour schemes, and expect no barriers in it."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(NEXT_FRAMES)
        settle(page)
        page.screenshot(path=root / "screenshots" / f"{device}-{scheme}-{state}.png")
        if scheme == SEARCHED[device]:
            assert barriers(page, root) == [], f"{device}, {scheme}, {state}"


def show_on_devices(page: Page, root: Path, state: str) -> None:
    """Do so on all of them, one after the other; for a state that does not depend on the size of the window."""
    for device, size in SIZES.items():
        page.set_viewport_size(size)
        show(page, root, device, state)
