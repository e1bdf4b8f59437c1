"""Values of a header's JSON and of the tensors with it, each checked for its type and range before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkmoji.errors import ArchiveError
from inkmoji.features import Label

Json = dict[str, Any]
Tensors = dict[str, NDArray[Any]]

DTYPES = ("float32", "float16", "int32", "uint16", "uint8", "int8")
"""Types of tensors."""
_NAMES = {np.dtype(name): name for name in DTYPES}
_LEAST, _MOST = -(2**63), 2**63 - 1


def table(source: Mapping[str, Any], key: str) -> Json:
    """An object."""
    value: Json = _typed(source, key, dict, "an object")
    return value


def items(source: Mapping[str, Any], key: str) -> list[Json]:
    """A list of objects."""
    values: list[Json] = _typed(source, key, list, "a list")
    if not all(type(value) is dict for value in values):
        raise ArchiveError("archive-header", f"expected {key!r} as a list of objects, got other values in it")
    return values


def text(source: Mapping[str, Any], key: str) -> str:
    """A text."""
    value: str = _typed(source, key, str, "a text")
    return value


def texts(source: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts."""
    values = _typed(source, key, list, "a list")
    if not all(type(value) is str for value in values):
        raise ArchiveError("archive-header", f"expected {key!r} as a list of texts, got other values in it")
    return tuple(values)


def flag(source: Mapping[str, Any], key: str) -> bool:
    """True or false."""
    value: bool = _typed(source, key, bool, "true or false")
    return value


def real(source: Mapping[str, Any], key: str) -> float:
    """A number with a fraction or an exponent; it may be NaN or infinite."""
    value: float = _typed(source, key, float, "a number")
    return value


def whole(source: Mapping[str, Any], key: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    value: int = _typed(source, key, int, "a whole number")
    if not least <= value <= most:
        raise ArchiveError("archive-header", f"expected {key!r} from {least} to {most}, got {value}")
    return value


def wholes(source: Mapping[str, Any], key: str, least: int = _LEAST, most: int = _MOST) -> tuple[int, ...]:
    """A list of whole numbers within bounds, those of 64 bits if none are given."""
    values = _typed(source, key, list, "a list")
    if not all(type(value) is int and least <= value <= most for value in values):
        raise ArchiveError("archive-header", f"expected {key!r} as whole numbers from {least} to {most}, got others")
    return tuple(values)


def label(source: Mapping[str, Any], key: str) -> Label:
    """A text or a whole number of 64 bits."""
    value = source.get(key)
    if type(value) is int:
        return whole(source, key, _LEAST, _MOST)
    found: str = _typed(source, key, str, "a text or a whole number")
    return found


def labels(source: Mapping[str, Any], key: str) -> tuple[Label, ...]:
    """A list of texts or one of whole numbers of 64 bits."""
    values = _typed(source, key, list, "a list")
    if all(type(value) is int for value in values):
        return wholes(source, key)
    if not all(type(value) is str for value in values):
        raise ArchiveError("archive-header", f"expected {key!r} as a list of texts or of whole numbers, got others")
    return tuple(values)


def _typed(source: Mapping[str, Any], key: str, kind: type, words: str) -> Any:
    value = source.get(key)
    if type(value) is not kind:  # exactly: JSON's true is no whole number
        raise ArchiveError("archive-header", f"expected {words} as {key!r}, got {type(value).__name__}")
    return value


def name_of(dtype: np.dtype[Any]) -> str:
    """The name of a type; NumPy puts it together anew each time."""
    return _NAMES.get(dtype) or str(dtype)


def array(
    tensors: Mapping[str, NDArray[Any]], name: str, dtypes: tuple[str, ...], axes: int | None = None
) -> NDArray[Any]:
    """A tensor of one of the types; of any number of axes if none is given."""
    found = tensors.get(name)
    if found is None or name_of(found.dtype) not in dtypes or found.ndim != (found.ndim if axes is None else axes):
        got = "none" if found is None else f"{found.dtype} with {found.ndim} axes"
        expected = f"{dtypes}" if axes is None else f"{dtypes} with {axes} axes"
        raise ArchiveError("archive-tensor", f"expected a tensor {name!r} of {expected}, got {got}")
    return found


def check_range(name: str, values: NDArray[Any], least: int, most: int) -> None:
    """Checks that all whole numbers of a tensor are within bounds."""
    if values.size and not least <= int(values.min()) <= int(values.max()) <= most:
        raise ArchiveError("archive-tensor", f"expected {name} from {least} to {most}, got others")


class Reader:
    """Takes a tensor from front to back.

    Args:
        name: of the tensor, for words.
        values: what is taken, along the first axis.
    """

    def __init__(self, name: str, values: NDArray[Any]) -> None:
        self.name, self.values, self._next = name, values, 0

    def take(self, count: int) -> NDArray[Any]:
        """The next ones; ArchiveError where fewer are left."""
        part = self.values[self._next : self._next + count]
        if len(part) != count:
            raise ArchiveError("archive-tensor", f"expected {count} more in {self.name!r}, got {len(part)}")
        self._next += count
        return part
