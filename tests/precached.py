"""The list that a built site gives to its service worker, as tests read it, and new releases of a site."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from web.tools import WEB
from web.tools.policy import parse_headers_file
from web.tools.precache import with_precache


def read_list(site: Path) -> dict[str, Any]:
    """What `precache.js` of a site says."""
    script = (site / "precache.js").read_text("utf-8")
    listed: dict[str, Any] = json.loads(script.removeprefix("const PRECACHE = ").removesuffix(";\n"))
    return listed


def copy_of(dist: Path, folder: Path) -> Path:
    """A copy of the site that a test may change."""
    return Path(shutil.copytree(dist, folder))


def release(site: Path, changes: dict[str, tuple[str, str]], drop: tuple[str, ...] = ()) -> None:
    """Make a new version of a site: in each of the files one text is replaced by another; some files are dropped."""
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    for name, (old, new) in changes.items():
        text = files[name].decode("utf-8")
        assert old in text
        files[name] = text.replace(old, new).encode()
    for name in drop:
        del files[name]
        (site / name).unlink()
    files["sw.js"] = (WEB / "sw.js").read_bytes()
    headers = parse_headers_file(files["_headers"].decode("utf-8"))
    for name, data in with_precache(files, headers).items():
        (site / name).write_bytes(data)
