"""Stored embeddings with labels: what a head that learns by remembering has in common with another."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import compress
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkmoji.errors import HeadError
from inkmoji.features import Label
from inkmoji.votes import check_label, check_taught

DTYPES = ("float16", "float32")


class Entries:
    """Embeddings with labels, numbered from 0 in the order in which they were added; removing moves later ones down.

    Embeddings are rounded to the stored type when they are added, so that a model answers the same before and after
    it was saved. All labels have the type of the default label: str, not empty unless it is the default, or int of
    64 bits; a bool is no label. After any edits a head answers to the bit as one to which only the entries that are
    left were added. Adding an entry costs amortised O(1), removing or relabelling O(entries).

    Args:
        dimension: length of an embedding, 1 to 65536.
        default_label: the answer where nothing is recognised.
        dtype: the stored type of embeddings, ``"float16"`` or ``"float32"``; fixed.

    Raises:
        HeadError: ``head-value`` for a setting outside its range.
    """

    def __init__(self, dimension: int, default_label: Label, dtype: str) -> None:
        check_whole("dimension", dimension, 1, 65536)
        check_choice("dtype", dtype, DTYPES)
        check_label(default_label, "a default label", (str, int))
        self.dimension: Final = dimension
        self.default_label: Final = default_label
        self.dtype: Final = dtype
        self._labels: list[Label] = []
        self._owners: list[str] = []
        self._rows = np.empty((0, dimension), np.float32)
        self._edits = 0  # tells whether what was made of the entries is still true

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The label of each entry, in the order in which they were added."""
        return tuple(self._labels)

    @property
    def owners(self) -> tuple[str, ...]:
        """The example that each entry belongs to, "" for none."""
        return tuple(self._owners)

    @property
    def embeddings(self) -> NDArray[np.float16] | NDArray[np.float32]:
        """(entries, dimension) of the stored type, a copy."""
        return self._rows[: len(self)].astype(self.dtype)

    def entries_of(self, label: Label) -> list[int]:
        """The entries with a label, ascending; none for a label that no entry has."""
        return [entry for entry, own in enumerate(self._labels) if own == label]

    def entries_owned_by(self, owner: str) -> list[int]:
        """The entries that belong to an example, ascending; for "" those that belong to none."""
        return [entry for entry, own in enumerate(self._owners) if own == owner]

    def add(self, embedding: ArrayLike, label: Label, owner: str = "") -> None:
        """Adds one entry, behind all others.

        Args:
            embedding: (dimension,), finite and within the stored type.
            label: of the default label's type; a text is not empty.
            owner: the example it belongs to.

        Raises:
            HeadError: ``head-shape`` or ``head-value``; the head is left as it was.
        """
        given = real("an embedding", embedding)
        if given.shape != (self.dimension,):
            raise HeadError("head-shape", f"expected an embedding of shape ({self.dimension},), got {given.shape}")
        self.add_all(given[None], [label], [owner])

    def add_all(self, embeddings: ArrayLike, labels: Sequence[Label], owners: Sequence[str]) -> None:
        """Adds entries in order, as ``add`` does one.

        Args:
            embeddings: (entries, dimension), finite and within the stored type.
            labels, owners: one for each.

        Raises:
            HeadError: ``head-shape`` or ``head-value``; the head is left as it was.
        """
        given = real("embeddings", embeddings)
        if given.shape != (len(labels), self.dimension) or len(owners) != len(labels):
            expected = f"embeddings of shape ({len(labels)}, {self.dimension}) and as many owners"
            raise HeadError("head-shape", f"expected {expected}, got {given.shape} and {len(owners)}")
        for label in dict.fromkeys(labels):
            self._check_label(label)
        with np.errstate(over="ignore"):
            rows = given.astype(self.dtype).astype(np.float32)
        if not np.isfinite(rows).all():
            raise HeadError("head-value", f"expected embeddings of finite numbers within {self.dtype}, got others")
        count = len(self)
        if count + len(rows) > len(self._rows):
            self._change(partial(_grown, count=count, least=count + len(rows)))
        self._put(rows)
        self._labels += labels
        self._owners += owners
        self._edits += 1

    def remove(self, entries: Iterable[int]) -> None:
        """Removes entries; the others keep their order.

        Args:
            entries: each 0 to entries - 1 and only once, in any order.

        Raises:
            HeadError: ``head-value``; the head is left as it was.
        """
        keep = np.ones(len(self), np.bool_)
        keep[self._checked(entries)] = False
        self._change(lambda array: array[: len(keep)][keep])
        self._labels = list(compress(self._labels, keep))
        self._owners = list(compress(self._owners, keep))
        self._edits += 1

    def relabel(self, entries: Iterable[int], label: Label) -> None:
        """Gives entries another label.

        Args:
            entries: each 0 to entries - 1 and only once, in any order.
            label: as for ``add``.

        Raises:
            HeadError: ``head-value``; the head is left as it was.
        """
        self._check_label(label)
        for entry in self._checked(entries):
            self._labels[entry] = label
        self._edits += 1

    def copy(self) -> Self:
        """An independent head with the same entries."""
        other = copy.copy(self)
        other._labels, other._owners = list(self._labels), list(self._owners)
        other._change(np.copy)
        return other

    def _checked_queries(self, queries: ArrayLike) -> NDArray[np.float64]:
        given = real("queries", queries)
        if given.ndim != 2 or given.shape[1] != self.dimension:
            raise HeadError("head-shape", f"expected queries of shape (N, {self.dimension}), got {given.shape}")
        if not np.isfinite(given).all():
            raise HeadError("head-value", "expected queries of finite numbers, got NaN or infinity")
        return given.astype(np.float64, order="C")  # a sum's rounding depends on the order in memory

    def _put(self, rows: NDArray[np.float32]) -> None:
        """Keeps rows behind the others; there is room for them."""
        self._rows[len(self) : len(self) + len(rows)] = rows

    def _change(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        """Replaces every array of entries by a changed one: all of them, or none where memory runs out."""
        self._rows = change(self._rows)

    def _check_label(self, label: Label) -> None:
        check_taught(label, "a label", (str,) if isinstance(self.default_label, str) else (int,))

    def _checked(self, entries: Iterable[int]) -> list[int]:
        """The entries as a list, if each is there and comes once."""
        chosen: set[int] = set()
        for entry in entries:
            known = isinstance(entry, int | np.integer) and not isinstance(entry, bool)
            if not known or not 0 <= entry < len(self):
                raise HeadError("head-value", f"expected entries as numbers from 0, below {len(self)}, got {entry!r}")
            if entry in chosen:
                raise HeadError("head-value", f"expected each entry once, got {entry} twice")
            chosen.add(entry)
        return list(chosen)


def check_whole(name: str, value: int, least: int, most: int) -> None:
    """HeadError ``head-value`` for what is no whole number in this range."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise HeadError("head-value", f"expected {name} as a whole number from {least} to {most}, got {value!r}")


def real(what: str, values: ArrayLike) -> NDArray[np.floating | np.integer]:
    """The values as an array of real numbers; HeadError ``head-shape`` or ``head-value`` for others."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # nested lists of different lengths
        raise HeadError("head-shape", f"expected {what} as an array, got {error}") from error
    if array.dtype.kind not in "fiu":
        raise HeadError("head-value", f"expected {what} of real numbers, got {array.dtype}")
    return array


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """HeadError ``head-value`` for what is none of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise HeadError("head-value", f"expected {name} to be one of {choices}, got {value!r}")


def contenders(rough: NDArray[np.float64], k: int, dimension: int, far: float, longest: float) -> NDArray[np.intp]:
    """All entries that can be among the k nearest of a query, however a matrix product in float32 was rounded.

    The bound is that of Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1, for
    either of two entries, with room for what is rounded to float32 or lost to underflow, and for the
    rounding of the exact distances.

    Args:
        rough: of each entry, the square of its length less twice its product with the query.
        k: how many are wanted.
        dimension: length of an entry.
        far: length of the query.
        longest: length of the longest entry.
    """
    if len(rough) <= k or not np.isfinite(rough).all():
        return np.arange(len(rough))
    single, double = np.finfo(np.float32), np.finfo(np.float64)
    rounding = float(single.eps) * far * longest + float(double.eps) * (far + longest) ** 2
    slack = 4.0 * (dimension + 4) * (rounding + 4.0 * float(single.tiny))
    kth = float(rough.min() if k == 1 else np.partition(rough, k - 1)[k - 1])
    return np.flatnonzero(rough <= kth + slack)


def _grown(array: NDArray[Any], count: int, least: int) -> NDArray[Any]:
    """At least doubled, so that adding costs amortised O(1)."""
    bigger = np.empty((max(2 * count, least, 16), *array.shape[1:]), array.dtype)
    bigger[:count] = array[:count]
    return bigger
