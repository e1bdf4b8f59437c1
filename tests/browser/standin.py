"""A site whose Python is a stand-in that is ready at once, knows no sticker and recognises nothing.

For tests of what the service worker and the page do with the files of a site, whatever these hold: a start with Python
takes seconds, and half a dozen visits are made in such a test. That Python does run from what is kept, other tests say.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.precached import release

SESSION = """
export async function startSession(onStage) {
  onStage("runtime");
  onStage("packages");
  return {
    load: () => ({ stickers: [], bytes: 0 }),
    predict: () => ({ label: null, confidence: 0, candidates: [] }),
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
