"""What the service worker keeps, compared with what it should."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.precached import read_list

CONTROLLED = "() => navigator.serviceWorker.controller !== null"
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
    """Wait until the service worker has every file, and serves the page."""
    page.wait_for_function(CONTROLLED)


def kept(page: Page) -> dict[str, list[list[str]]]:
    """What the caches of the page's origin hold: by name of the cache, the path and the integrity of each entry."""
    found: dict[str, list[list[str]]] = page.evaluate(KEPT)
    return {name: sorted(entries) for name, entries in found.items()}


def expected(address: str, site: Path) -> dict[str, list[list[str]]]:
    """What they should hold, of nothing but the site at that address."""
    path = urlsplit(address).path
    entries = [[path + entry["url"], entry["integrity"]] for entry in read_list(site)["files"]]
    return {f"inkmoji:{path}:precache": sorted(entries)}
