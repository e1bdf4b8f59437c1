"""`dist/`: every file that ships, gathered in memory, then written where it differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.tools import DIST, ROOT, WEB, WORK, BuildError, npm, policy, vendor
from web.tools.kernel import kernel_files
from web.tools.languages import FOLDER, Language, emoji_files, filled, languages, options
from web.tools.notices import third_party
from web.tools.package import own_wheel
from web.tools.precache import integrity, with_precache
from web.tools.warm import warm
from web.tools.wheels import PROTOBUF, PROTOBUF_SHA256, Source, Wheel, fetch, index_source

NEEDED_PACKAGES = ("numpy", "pillow")
RUNTIME_PACKAGES = (*NEEDED_PACKAGES, "micropip", "packaging")
STANDARD_LIBRARY = "python_stdlib.zip"
NOT_SHIPPED_FOLDERS = {"node_modules", "tools", "media"}
NOT_SHIPPED_FILES = (
    "package.json",
    "package-lock.json",
    "tsconfig*.json",
    "protocol.d.ts",
    "precache.d.ts",
    "*.wat",
    ".*",
    "*.md",
)


@dataclass(frozen=True)
class Summary:
    """What a build did: the files that ship, how many of them changed, their size in bytes."""

    files: int
    changed: int
    size: int


def assemble(cache: Path, sources: list[Source]) -> Summary:
    """Bring `dist/` up to date; each costly step looks first whether it has been done already."""
    npm.install()
    types = vendor.type_files()
    synchronise(WORK / "types", types)
    return brought_up_to_date(DIST, _site(cache, sources))


def _site(cache: Path, sources: list[Source]) -> dict[str, bytes]:
    official = json.loads((vendor.PARTS[0].source / "pyodide-lock.json").read_text("utf-8"))
    wheels = fetch(_wanted(official), cache, sources)
    own = own_wheel()
    quick = warm([*wheels[: len(NEEDED_PACKAGES)], own])  # they come in the order of RUNTIME_PACKAGES
    files = vendor.runtime_files()
    style_hash = policy.picker_style_hash(files["vendor/emoji-picker-element/picker.js"].decode("utf-8"))
    known = languages()
    files |= emoji_files(known)
    files |= kernel_files()
    files |= _pages(style_hash, own, known)
    files |= {f"models/{path.name}": path.read_bytes() for path in ROOT.glob("models/*.inkmoji")}
    [protobuf] = fetch([Wheel(PROTOBUF, PROTOBUF_SHA256)], cache, [index_source()])
    files |= {f"pyodide/{path.name}": path.read_bytes() for path in (*wheels, protobuf, own, *quick)}
    files["pyodide/coreml.json"] = coreml_parts([STANDARD_LIBRARY, protobuf.name, own.name], files)
    files["pyodide/pyodide-lock.json"] = cut_lock(official, own.name, protobuf.name, files)
    files["_headers"] = policy.headers_file(style_hash).encode()
    files["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    files["THIRD_PARTY.md"] = third_party([*wheels, protobuf]).encode()
    return with_precache(files, policy.headers(style_hash))


def cut_lock(official: Mapping[str, Any], own: str, protobuf: str, files: Mapping[str, bytes]) -> bytes:
    """Return Pyodide's lock file with only the packages that ship as `files`, and the wheels that it does not know."""
    packages = {key: official["packages"][key] for key in RUNTIME_PACKAGES}
    packages |= _locked(own, [*NEEDED_PACKAGES], ["inkmoji"]) | _locked(protobuf, [], ["google.protobuf"])
    for key, entry in packages.items():
        digest = hashlib.sha256(files[f"pyodide/{entry['file_name']}"]).hexdigest()
        packages[key] = {**entry, "sha256": digest}
    cut = {"info": official["info"], "packages": packages}
    return json.dumps(cut, indent=1).encode()


def _locked(wheel: str, depends: list[str], imports: list[str]) -> dict[str, dict[str, Any]]:
    name, version = wheel.split("-")[:2]
    entry = {
        "depends": depends,
        "file_name": wheel,
        "imports": imports,
        "install_dir": "site",
        "name": name,
        "package_type": "package",
        "unvendored_tests": False,
        "version": version,
    }
    return {name: entry}


def coreml_parts(names: Sequence[str], files: Mapping[str, bytes]) -> bytes:
    """Return which of Pyodide's `files` the worker fetches to read and write Core ML's, and their integrity."""
    parts = [{"file": name, "integrity": integrity(files[f"pyodide/{name}"])} for name in names]
    return json.dumps(parts, indent=1).encode()


def _wanted(official: Mapping[str, Any]) -> list[Wheel]:
    entries = [official["packages"][key] for key in RUNTIME_PACKAGES]
    missing = {name for entry in entries for name in entry["depends"]} - {*RUNTIME_PACKAGES}
    if missing:
        raise BuildError(f"the runtime packages also need {sorted(missing)}: name them in assemble.py")
    return [Wheel(entry["file_name"], entry["sha256"]) for entry in entries]


def _pages(style_hash: str, own: Path, known: dict[str, Language]) -> dict[str, bytes]:
    """Return our own files of `web/`, as written but for what pages and languages are given.

    Each page gets its policy and the English texts, and both the facts that they name.
    """
    pages = {}
    facts = {
        "{languages}": " ".join(known),
        "{language-options}": options(known),
        "{version}": own.name.split("-")[1],
        "{starters}": str(_starters()),
    }
    for path in sorted(WEB.rglob("*")):
        name = path.relative_to(WEB)
        shipped = NOT_SHIPPED_FOLDERS.isdisjoint(name.parts)
        if not path.is_file() or not shipped or any(map(path.match, NOT_SHIPPED_FILES)):
            continue
        data = path.read_bytes()
        if path.suffix == ".html":
            html = filled(data.decode("utf-8"), known["en"].texts)
            data = policy.with_meta(html, style_hash, name.as_posix()).encode()
        if path.suffix == ".html" or path.parent == FOLDER:
            for place, fact in facts.items():
                data = data.replace(place.encode(), fact.encode())
        pages[name.as_posix()] = data
    return pages


def _starters() -> int:
    """Count the stickers of the starter pack, from the header of its file; the format is that of `inkmoji.archive`."""
    data = (ROOT / "models" / "starter.inkmoji").read_bytes()
    length = int.from_bytes(data[12:16], "little")
    return len(json.loads(data[16 : 16 + length])["head"]["labels"])


def brought_up_to_date(folder: Path, files: Mapping[str, bytes]) -> Summary:
    """Make `folder` hold exactly `files`; return what was done."""
    return Summary(len(files), synchronise(folder, files), sum(map(len, files.values())))


def synchronise(folder: Path, files: Mapping[str, bytes]) -> int:
    """Make `folder` hold exactly `files`, touching only what differs; return how many it changed."""
    changed = 0
    for name, data in files.items():
        path = folder / name
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        changed += 1
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
            changed += 1
    return changed
