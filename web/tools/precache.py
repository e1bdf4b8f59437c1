"""What the service worker is given: the list of the files that work offline, and the headers that it serves them with.

The list, `precache.js`, is a classic script with one constant. The digest of that constant goes into `sw.js`, so that
a new list is a new worker in every browser, and a worker that meets the list of another build refuses to install.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping

from web.tools import BuildError

LIST = "precache.js"
WORKER = "sw.js"
FONT = "vendor/twemoji/twemoji.woff2"  # is kept where the system has no emoji, by the page: `web/emoji.js`
NOTICES = "THIRD_PARTY.md"  # is kept once somebody has read it
NOT_LISTED = {LIST, WORKER, "_headers", FONT, NOTICES}
PLAIN = re.compile(r"pyodide/(pyodide\.asm\.wasm|python_stdlib\.zip|.*\.whl)")
"""Python's parts as they were published, for developers and for a start that the packed ones are of no use for."""
DEVELOPERS = re.compile(r"inkmoji\.d\.ts|examples/.*")
"""What only those who build pages of their own look at."""
NAMES = re.compile(r"vendor/emoji-picker-element-data/.*")
"""Of emoji in every language: those of the page's own are kept by the page, as the font is where it is needed."""
VERSION = "{precache}"


def with_precache(site: Mapping[str, bytes], headers: Mapping[str, str]) -> dict[str, bytes]:
    """Return `site` with the list of its files, and with the version of that list in its service worker.

    Raises
    ------
    BuildError
        The worker has no one place for the version.
    """
    worker = site[WORKER].decode("utf-8")
    if worker.count(VERSION) != 1:
        raise BuildError(f"expected {VERSION} once in {WORKER}, where the version of the list goes")
    listed = {"headers": dict(headers), "files": _entries(site)}
    version = hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16]
    text = json.dumps({"version": version, **listed}, indent=1)
    return {**site, LIST: f"const PRECACHE = {text};\n".encode(), WORKER: worker.replace(VERSION, version).encode()}


def integrity(data: bytes) -> str:
    """Return the subresource integrity of `data`."""
    return f"sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}"


def _entries(site: Mapping[str, bytes]) -> list[dict[str, str]]:
    return [
        {"url": name, "revision": hashlib.sha256(data).hexdigest()[:16], "integrity": integrity(data)}
        for name, data in sorted(site.items())
        if name not in NOT_LISTED and not any(kind.fullmatch(name) for kind in (PLAIN, DEVELOPERS, NAMES))
    ]
