"""Changes of a header's JSON values, that the tests of archives share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Change = Callable[[Any], Any]


def at(header: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for key in path:
        header = header[key]
    return header


def assigned(*path: Any, to: Any) -> Change:
    """A change of the value at a path; a last key that is not there is added."""

    def change(header: Any) -> None:
        at(header, path[:-1])[path[-1]] = to

    return change


def removed(*path: Any) -> Change:
    """A change that takes the value at a path away."""

    def change(header: Any) -> None:
        del at(header, path[:-1])[path[-1]]

    return change


def both(*changes: Change) -> Change:
    """One change after the other."""
    return lambda header: [change(header) for change in changes]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*path, key)
        yield from places(item, (*path, key))
