"""What stands against using a Core ML model, gathered so that a person sees all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inkmoji.errors import FormatError, InkmojiError

_LONGEST_NAME = 60
_MOST_SHOWN = 1000


class Refusal(Exception):
    """One thing that stands against a model, raised where it is found and noted where the place is known.

    Args:
        text: "expected X, got Y".
        invalid: whether Core ML itself refuses it; else it is something that is not supported here.
    """

    def __init__(self, text: str, invalid: bool = False) -> None:
        super().__init__(text)
        self.invalid = invalid


class Problems:
    """The problems of one file."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._invalid = False

    def __len__(self) -> int:
        return len(self._lines)

    def invalid(self, where: str, text: str) -> None:
        """Notes what Core ML itself refuses."""
        self._lines.append(f"{where}: {text}")
        self._invalid = True

    def unsupported(self, where: str, text: str) -> None:
        """Notes what is sound and not supported here."""
        self._lines.append(f"{where}: {text}")

    @contextmanager
    def noting(self, where: str) -> Iterator[None]:
        """Notes a refusal, or an error of the engine, of what is done in it, and goes on behind it."""
        try:
            yield
        except Refusal as refusal:
            (self.invalid if refusal.invalid else self.unsupported)(where, str(refusal))
        except InkmojiError as error:
            self.unsupported(where, str(error))

    def error(self) -> FormatError:
        """All that was noted, a thousand lines at most, as one error.

        Its code is ``coreml-invalid`` if Core ML itself refuses anything, else ``coreml-unsupported``.
        """
        more = [f"and {len(self._lines) - _MOST_SHOWN} more"] if len(self._lines) > _MOST_SHOWN else []
        lines = "\n".join(f"- {line}" for line in (*self._lines[:_MOST_SHOWN], *more))
        if self._invalid:
            return FormatError("coreml-invalid", f"expected a valid Core ML model, got one with\n{lines}")
        return FormatError("coreml-unsupported", f"expected a Core ML model that is supported, got one with\n{lines}")


def shown(name: str) -> str:
    """A name as messages show it."""
    return repr(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…")
