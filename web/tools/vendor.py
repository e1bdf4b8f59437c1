"""Which files of the npm parts ship, and under which names the page imports them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from web.tools import BuildError
from web.tools.npm import MODULES

SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*\Z")


@dataclass(frozen=True)
class Part:
    """One npm package: where it goes, its runtime files and type files (their path → our name)."""

    name: str
    folder: str
    files: dict[str, str]
    types: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        """The folder that npm installed it into."""
        return MODULES / self.name

    @property
    def about(self) -> dict[str, Any]:
        """Its package.json."""
        about: dict[str, Any] = json.loads((self.source / "package.json").read_text("utf-8"))
        return about


def _same(*names: str, folder: str = "") -> dict[str, str]:
    return {folder + name: name for name in names}


PARTS = (
    Part(
        "pyodide",
        "pyodide",
        _same("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"),
        {"pyodide.d.ts": "pyodide.d.mts", "ffi.d.ts": "ffi.d.ts"},
    ),
    Part(
        "comlink",
        "vendor/comlink",
        _same("comlink.mjs", folder="dist/esm/"),
        {"dist/esm/comlink.d.ts": "comlink.d.mts", "dist/esm/protocol.d.ts": "protocol.d.ts"},
    ),
    Part(
        "idb",
        "vendor/idb",
        _same("index.js", folder="build/"),
        {"build/*.d.ts": "*"},
    ),
    Part(
        "perfect-freehand",
        "vendor/perfect-freehand",
        _same("index.mjs", folder="dist/esm/"),
        {"dist/types/index.d.ts": "index.d.mts", "dist/types/*.d.ts": "*"},
    ),
    Part(
        "emoji-picker-element",
        "vendor/emoji-picker-element",
        _same("index.js", "picker.js", "database.js"),
        {"*.d.ts": "*", "i18n/*.d.ts": "i18n/*"},
    ),
    Part("emoji-picker-element-data", "vendor/emoji-picker-element-data", {}),
    Part("twemoji-colr-font", "vendor/twemoji", _same("twemoji.woff2")),
    *(
        Part(f"workbox-{name}", "vendor/workbox", _same(f"workbox-{name}.prod.js", folder="build/"))
        for name in ("core", "routing", "strategies", "precaching")
    ),
)


def runtime_files() -> dict[str, bytes]:
    """Return the files that ship: path in `dist/` → bytes, without comments that name source maps."""
    return {
        f"{part.folder}/{ours}": _without_source_map(_read(part, theirs))
        for part in PARTS
        for theirs, ours in part.files.items()
    }


def files_of(name: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Return more files of the npm part `name`: path in `dist/` → bytes."""
    [part] = (part for part in PARTS if part.name == name)
    return {f"{part.folder}/{path}": _read(part, path) for path in sorted(paths)}


def type_files() -> dict[str, bytes]:
    """Return what tsc reads instead: the same paths, with `.d.ts` (or `.d.mts`) files."""
    return {f"{part.folder}/{ours}": path.read_bytes() for part in PARTS for path, ours in _matches(part)}


def _matches(part: Part) -> Iterator[tuple[Path, str]]:
    for pattern, ours in part.types.items():
        for path in sorted(part.source.glob(pattern)):
            yield path, ours.replace("*", path.name)


def _read(part: Part, name: str) -> bytes:
    try:
        return (part.source / name).read_bytes()
    except FileNotFoundError:
        raise BuildError(
            f"expected {name} in the npm part {part.name} {part.about['version']}, it is not there; "
            "delete web/node_modules and build again"
        ) from None


def _without_source_map(data: bytes) -> bytes:
    return SOURCE_MAP.sub(b"\n", data) if b"sourceMappingURL" in data[-200:] else data
