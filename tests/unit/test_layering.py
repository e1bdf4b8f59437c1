"""The engine's order of dependency: each module imports only from those before it, and only three know of Pillow."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "pysrc" / "inkmoji"
ORDER = (
    "errors", "png", "features", "pictures", "parameters", "description", "image", "kernel", "linalg", "layer",
    "windows", "convolution", "pooling", "affine", "activations", "shaping", "layers", "losses", "optim", "fusion",
    "program", "plan", "network", "votes", "entries", "neighbors", "plda", "neural", "examples", "parts",
    "prediction", "model", "prototypes", "pipeline", "fields", "schema_description", "schema_examples", "schema_head",
    "schema", "upgrade", "archive", "training", "progress", "trainers", "update", "coreml", "transfer", "adoption",
    "separation", "review", "plain", "session", "wording", "disk", "__main__",
)  # fmt: skip
HOST_ONLY = {"js", "pyodide", "pyodide_js", "asyncio"}
FOREIGN = {"numpy": set(ORDER), "PIL": {"png", "pictures", "image"}, "google": {"coreml"}}


def layer_of(path: Path) -> str:
    """The module's name in ORDER; a package's files count as the package, the engine's own __init__ as the last."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return ORDER[-1] if first == "__init__" else first


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, anywhere in it, as an absolute dotted name."""
    inside = ("inkmoji", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*inside[: len(inside) - node.level + 1], node.module or ""] if node.level else [node.module or ""]
            module = ".".join(filter(None, base))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def violations(path: Path) -> Iterator[str]:
    """What the file imports although its place in the order does not let it."""
    own = layer_of(path)
    for name in imports(path):
        first, *rest = name.split(".")
        if first == "inkmoji":
            target = rest[0] if rest else ""
            inside = target == own and path.parent != PACKAGE
            if target in ORDER and not inside and ORDER.index(target) >= ORDER.index(own):
                yield f"{own} imports {target}, which is not before it"
            if target not in ORDER and not (target == "__version__" and own == "__main__"):
                yield f"{own} imports {name}, which is no module of the order"
        elif first in HOST_ONLY and own != "__main__":
            yield f"{own} imports {first}, which only a host has"
        elif first not in HOST_ONLY | sys.stdlib_module_names and own not in FOREIGN.get(first, set()):
            yield f"{own} imports {first}, which is not its business"


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_has_its_place_and_imports_only_what_is_before_it(path: Path) -> None:
    assert layer_of(path) in ORDER, f"{path.name} is not in the order of the design"
    assert list(violations(path)) == []


@pytest.mark.parametrize(
    ("name", "source", "complaint"),
    [
        ("image.py", "from inkmoji.model import Model", "image imports model, which is not before it"),
        ("image.py", "from .model import Model", "image imports model, which is not before it"),
        ("image.py", "from inkmoji import session", "image imports session, which is not before it"),
        ("image.py", "from inkmoji import Model", "image imports inkmoji.Model, which is no module of the order"),
        ("model.py", "def f():\n    from PIL import Image", "model imports PIL, which is not its business"),
        ("session.py", "import pyodide.ffi", "session imports pyodide, which only a host has"),
        ("update.py", "import asyncio", "update imports asyncio, which only a host has"),
        ("coreml/reader.py", "from ..session import Session", "coreml imports session, which is not before it"),
        ("network.py", "import scipy.signal", "network imports scipy, which is not its business"),
    ],
)
def test_a_wrong_import_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str, complaint: str
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    assert list(violations(path)) == [complaint]


def test_right_imports_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / "coreml" / "reader.py"
    path.parent.mkdir()
    path.write_text("import struct, numpy\nfrom . import schema\nfrom ..model import Model\n", encoding="utf-8")
    assert list(violations(path)) == []
