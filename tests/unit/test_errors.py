"""The hierarchy of errors and its codes, as the module's docstring draws them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from inkmoji import errors
from inkmoji.errors import DrawingError, FeatureError, InkmojiError

PACKAGE = Path(errors.__file__).parent
TESTS = Path(__file__).resolve().parents[1]
CODE = re.compile(r"(feature|drawing|parameter|network|head|archive|update|coreml)(-[a-z]+)+")
DRAWN = {match.group() for match in CODE.finditer(errors.__doc__ or "")}
CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)
]  # fmt: skip


def strings(path: Path) -> set[str]:
    """Every string constant of a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def raised(path: Path) -> set[str]:
    """Every code that an error is made with in a file: ``SomeError("code", ...)`` or ``layer.error("code", ...)``."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    made = (call for call in calls if re.search(r"(Error|\.error)$", ast.unparse(call.func)) and call.args)
    first = (call.args[0] for call in made)
    values = (node.value for node in first if isinstance(node, ast.Constant))
    return {value for value in values if isinstance(value, str) and CODE.fullmatch(value)}


def test_every_code_that_the_engine_raises_is_drawn_and_every_drawn_code_is_raised() -> None:
    assert set().union(*(raised(path) for path in PACKAGE.rglob("*.py"))) == DRAWN


def test_every_code_is_reached_by_a_test() -> None:
    assert set().union(*(strings(path) for path in TESTS.rglob("test_*.py"))) >= DRAWN


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_is_drawn_under_its_base_and_explains_itself(kind: type[Exception]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")
    assert kind.__doc__
    assert kind is InkmojiError or issubclass(kind, InkmojiError)


def test_an_error_has_a_code_for_programs_and_a_message_for_people() -> None:
    error = DrawingError("drawing-empty", "expected ink, got none")
    assert error.code == "drawing-empty"
    assert str(error) == "expected ink, got none"
    assert isinstance(error, FeatureError)
