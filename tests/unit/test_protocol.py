"""web/protocol.d.ts says of the Python session what the Python session says of itself."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from inkmoji.session import Session

ROOT = Path(__file__).resolve().parents[2]
Methods = dict[str, list[str]]


def declared(source: str) -> Methods:
    """Method → parameter names of the interface `Session` in TypeScript; one method a line."""
    (body,) = re.findall(r"^export interface Session \{\n(.*?)^\}", source, re.MULTILINE | re.DOTALL)
    methods = {}
    for line in body.splitlines():
        name, parameters = re.fullmatch(r"  (\w+)\(([^()]*)\): .+;", line).groups()  # type: ignore[union-attr]
        methods[name] = re.findall(r"(\w+)\??:", parameters)
    return methods


def defined(session: type) -> Methods:
    """Method → parameter names of a class, public ones only and without self."""
    return {
        name: list(inspect.signature(method).parameters)[1:]
        for name, method in inspect.getmembers(session, inspect.isfunction)
        if not name.startswith("_")
    }


@pytest.fixture
def protocol() -> str:
    return (ROOT / "web" / "protocol.d.ts").read_text(encoding="utf-8")


def test_both_sides_have_the_same_methods_with_the_same_parameters(protocol: str) -> None:
    assert declared(protocol) == defined(Session)


def test_a_method_that_only_python_has_is_noticed(protocol: str) -> None:
    class Grown(Session):
        def forget(self, label: str) -> None: ...

    assert declared(protocol) != defined(Grown)


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("  adopt(): Summary;\n", ""),
        ("  adopt(): Summary;\n", "  adopt(): Summary;\n  forget(label: string): void;\n"),
        ("  predict(drawing: PyDrawing)", "  predict(picture: PyDrawing)"),
        ("  load(archive: Uint8Array)", "  load(archive: Uint8Array, force: boolean)"),
    ],
    ids=["one missing", "one more", "a parameter renamed", "a parameter more"],
)
def test_a_difference_on_the_side_of_typescript_is_noticed(protocol: str, line: str, changed: str) -> None:
    assert line in protocol
    assert declared(protocol.replace(line, changed)) != defined(Session)
