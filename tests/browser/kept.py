"""What the service worker keeps, compared with what it should."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.precached import read_list
from web.tools.precache import integrity

NAMES = "vendor/emoji-picker-element-data/en/emojibase/data.json"

CONTROLLED = "() => navigator.serviceWorker.controller !== null"
UNTIL_NAMES_ARE_KEPT = """
async () => {
  const { NAMES } = await import("./emoji.js");
  while (!(await caches.match(NAMES))) await new Promise((resolve) => setTimeout(resolve, 20));
}
"""
# Each cache's entries: the path in the folder and the SHA-256 of the bytes, written as in the integrity of the list.
KEPT = """
async () => {
  const digest = async (response) => {
    const hash = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
    return `sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
  };
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const entry = async (key) => [new URL(key.url).pathname, await digest(await cache.match(key))];
    kept[name] = await Promise.all((await cache.keys()).map(entry));
  }
  return kept;
}
"""


def wait_until_controlled(page: Page) -> None:
    """Wait until the service worker has every file and serves the page, and the page has kept the names of emoji."""
    page.wait_for_function(CONTROLLED)
    page.evaluate(UNTIL_NAMES_ARE_KEPT)


def kept(page: Page) -> dict[str, list[list[str]]]:
    """What the caches of the page's origin hold: by name of the cache, the path and the integrity of each entry."""
    found: dict[str, list[list[str]]] = page.evaluate(KEPT)
    return {name: sorted(entries) for name, entries in found.items()}


def precached(page: Page) -> tuple[str, list[list[str]]]:
    """The name of the one cache of the service worker's own, and its entries."""
    ((name, entries),) = ((name, entries) for name, entries in kept(page).items() if name.endswith(":precache"))
    return name, entries


def expected(address: str, site: Path) -> dict[str, list[list[str]]]:
    """What they should hold, of nothing but the site at that address."""
    path = urlsplit(address).path
    entries = [[path + entry["url"], entry["integrity"]] for entry in read_list(site)["files"]]
    names = [path + NAMES, integrity((site / NAMES).read_bytes())]
    return {f"inkmoji:{path}:emoji": [names], f"inkmoji:{path}:precache": sorted(entries)}
