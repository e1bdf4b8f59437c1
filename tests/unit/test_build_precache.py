"""What the service worker is given: every built file with the hash of its bytes, and the headers of the site."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from tests.precached import read_list
from web.tools import BuildError
from web.tools.policy import parse_headers_file
from web.tools.precache import with_precache

EXAMPLES = ("micropip.html", "micropip.js", "minimal.html", "minimal.js")
NAMES = [f"vendor/emoji-picker-element-data/{data}/data.json" for data in ("de/cldr", "en/emojibase")]
SITE = {"sw.js": b'const VERSION = "{precache}";', "b/c.js": b"two", "a.html": b"one", "_headers": b"/*"}


def version_of(site: dict[str, bytes]) -> str:
    (found,) = re.findall(r'"version": "(\w+)"', site["precache.js"].decode())
    return str(found)


def test_the_list_names_exactly_the_built_files_but_what_few_need_with_the_hash_of_each(dist: Path) -> None:
    built = {path.relative_to(dist).as_posix(): path for path in dist.rglob("*") if path.is_file()}
    for name in ("_headers", "sw.js", "precache.js", "vendor/twemoji/twemoji.woff2", "THIRD_PARTY.md", *NAMES):
        del built[name]
    plain = ("pyodide.asm.wasm", "python_stdlib.zip", *(path.name for path in (dist / "pyodide").glob("*.whl")))
    for name in plain:
        del built[f"pyodide/{name}"]
    # For those who build pages of their own.
    for name in ("inkmoji.d.ts", *(f"examples/{name}" for name in EXAMPLES)):
        del built[name]
    entries = read_list(dist)["files"]
    assert [entry["url"] for entry in entries] == sorted(built)
    for entry in entries:
        digest = hashlib.sha256(built[entry["url"]].read_bytes())
        assert entry["integrity"] == f"sha256-{base64.b64encode(digest.digest()).decode()}"
        assert digest.hexdigest().startswith(entry["revision"])
        assert len(entry["revision"]) == 16


def test_the_headers_are_those_that_hosts_are_given(dist: Path) -> None:
    assert read_list(dist)["headers"] == parse_headers_file((dist / "_headers").read_text("utf-8"))


def test_list_and_worker_of_a_build_say_one_version(dist: Path) -> None:
    assert f'const VERSION = "{read_list(dist)["version"]}";' in (dist / "sw.js").read_text("utf-8")


def test_any_change_of_a_file_or_header_makes_another_worker() -> None:
    first = with_precache(SITE, {"A": "b"})
    assert first == with_precache(dict(reversed(SITE.items())), {"A": "b"})
    changed = [
        with_precache({**SITE, "a.html": b"One"}, {"A": "b"}),
        with_precache({**SITE, "d.js": b""}, {"A": "b"}),
        with_precache(SITE, {"A": "c"}),
    ]
    versions = {version_of(site) for site in (first, *changed)}
    assert len(versions) == 4
    assert len({site["sw.js"] for site in (first, *changed)}) == 4


def test_a_worker_without_a_place_for_the_version_stops_the_build() -> None:
    with pytest.raises(BuildError, match=r"\{precache\} once in sw\.js"):
        with_precache({**SITE, "sw.js": b""}, {})


def test_everything_that_the_worker_imports_is_shipped_and_is_no_development_build(dist: Path) -> None:
    script = (dist / "sw.js").read_text("utf-8")
    imported = re.findall(r'^  "([\w./-]+\.js)",$', script, re.MULTILINE)
    assert len(imported) == 5
    for name in imported:
        text = (dist / name).read_text("utf-8")
        assert "sourceMappingURL" not in text
        assert name == "precache.js" or ".prod." in name
