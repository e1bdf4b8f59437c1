"""What is ready at once in place of Python: it knows at most one sticker, and takes every drawing for that one.

For tests of what the page and the service worker do, whatever Python knows: a start with Python takes seconds, and such
a test makes several. That Python does run, also from what was kept, other tests say.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from playwright.sync_api import Page

from tests.precached import release

SESSION = """
const KNOWN = null;

export async function startSession(onStage) {
  onStage("runtime");
  onStage("packages");
  const stickers = KNOWN ? [{ label: KNOWN, text: KNOWN, name: "", image: null, created: 0, examples: 3 }] : [];
  const candidates = KNOWN ? [{ label: KNOWN, confidence: 1 }] : [];
  return {
    load: () => ({ stickers, bytes: 0 }),
    predict: () => ({ label: KNOWN, confidence: candidates.length, candidates }),
    review: (drawings) => ({
      pictures: drawings.map(() => ({ pixels: new Uint8Array(1), width: 1, height: 1 })),
      alike: [], odd: [], claims: drawings.map(() => null),
    }),
  };
}
"""


def without_python(dist: Path, folder: Path) -> Path:
    """A copy of the site that a test may change, with the stand-in and without the files that make up Python."""
    site = Path(shutil.copytree(dist, folder, ignore=shutil.ignore_patterns("pyodide")))
    (site / "worker" / "python.js").write_text(SESSION, encoding="utf-8")
    release(site, {})
    return site


def replace_python(page: Page, known: str | None = None) -> None:
    """Let the stand-in take the place of Python in what a page opens from now on."""
    session = SESSION.replace("KNOWN = null", f"KNOWN = {json.dumps(known)}")
    page.route("**/worker/python.js", lambda route: route.fulfill(body=session, content_type="text/javascript"))
