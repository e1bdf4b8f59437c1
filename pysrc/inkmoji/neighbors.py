"""k nearest neighbours over embeddings: the updatable head.

Cover and Hart, "Nearest neighbor pattern classification", 1967; votes weighted by inverse distance as in
Dudani, "The distance-weighted k-nearest-neighbor rule", 1976, in the form of scikit-learn.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from functools import partial
from itertools import compress
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkmoji.errors import HeadError
from inkmoji.features import Label
from inkmoji.linalg import Floats, matmul
from inkmoji.votes import Vote, check_label, check_taught

WEIGHTINGS = ("uniform", "inverse-distance")
METRICS = ("squared-euclidean", "cosine")
DTYPES = ("float16", "float32")
MOST_NEIGHBORS = 1000

Doubles = NDArray[np.float64]


class NearestNeighbors:
    """Stored embeddings with labels, and the vote of the k nearest.

    Embeddings are rounded to the stored type when they are added, so that a model answers the same before
    and after it was saved. Distances are computed in float64 from the rounded embeddings:

    * ``"squared-euclidean"``: the sum of the squared differences. A vote by inverse distance weighs
      1 / its square root, the Euclidean distance.
    * ``"cosine"``: 1 - cosine of the angle, 0 to 2, computed as half the squared Euclidean distance of the
      unit vectors: exactly 0 for equal vectors, and 0 to within rounding for those that differ in length
      only. A vector of zeros has distance 1 to every vector, another one of zeros included. A vote by
      inverse distance weighs 1 / cosine distance.

    By inverse distance, entries at distance 0 among the k nearest alone vote, one vote each, if there are any.
    Ties in distance go to the entry added first, ties in votes to the label whose entry is nearest.

    All labels have the type of the default label: str, not empty unless it is the default, or int of 64 bits;
    a bool is no label. Entries are numbered from 0 in the order in which they were added; removing some moves
    the later ones down. After any edits a head answers to the bit as one to which only the entries that are
    left were added. Adding an entry costs amortised O(1), removing or relabelling O(entries).

    Args:
        dimension: length of an embedding, 1 to 65536.
        k: how many neighbours vote, 1 to 1000; all there are if fewer.
        weighting: ``"uniform"`` or ``"inverse-distance"``.
        default_label: the answer where nothing is near.
        threshold: largest distance of the nearest entry, by the metric, that is still recognised; None: any.
        metric: ``"squared-euclidean"`` or ``"cosine"``; fixed.
        dtype: the stored type of embeddings, ``"float16"`` or ``"float32"``; fixed.

    Raises:
        HeadError: ``head-value`` for a setting outside its range.
    """

    def __init__(
        self,
        dimension: int,
        k: int = 3,
        weighting: str = "inverse-distance",
        default_label: Label = "",
        threshold: float | None = None,
        metric: str = "squared-euclidean",
        dtype: str = "float16",
    ) -> None:
        _check_whole("dimension", dimension, 1, 65536)
        _check_whole("k", k, 1, MOST_NEIGHBORS)
        _check_choice("weighting", weighting, WEIGHTINGS)
        _check_choice("metric", metric, METRICS)
        _check_choice("dtype", dtype, DTYPES)
        if threshold is not None and not (isinstance(threshold, float) and 0.0 <= threshold < np.inf):
            raise HeadError("head-value", f"expected threshold as a float of at least 0 or None, got {threshold!r}")
        check_label(default_label, "a default label", (str, int))
        self.dimension: Final = dimension
        self._k = k
        self.weighting: Final = weighting
        self.default_label: Final = default_label
        self.threshold: Final = threshold
        self.metric: Final = metric
        self.dtype: Final = dtype
        self._labels: list[Label] = []
        self._owners: list[str] = []
        self._rows = np.empty((0, dimension), np.float32)
        # What the rough product multiplies, and the square of its length: for cosine unit vectors, and 1.
        self._points = self._rows if metric == "squared-euclidean" else np.empty((0, dimension), np.float32)
        self._squares = np.empty(0, np.float64)

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def k(self) -> int:
        """How many neighbours vote; may be set."""
        return self._k

    @k.setter
    def k(self, k: int) -> None:
        _check_whole("k", k, 1, MOST_NEIGHBORS)
        self._k = k

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
        self._check_label(label)
        given = _real("an embedding", embedding)
        if given.shape != (self.dimension,):
            raise HeadError("head-shape", f"expected an embedding of shape ({self.dimension},), got {given.shape}")
        with np.errstate(over="ignore"):
            row = given.astype(self.dtype).astype(np.float32)
        if not np.isfinite(row).all():
            raise HeadError("head-value", f"expected an embedding of finite numbers within {self.dtype}, got others")
        count = len(self)
        if count == len(self._rows):  # double: amortised O(1)
            self._change(partial(_grown, count=count))
        exact = row.astype(np.float64)
        self._rows[count] = row
        if self.metric == "cosine":
            self._points[count] = _unit(exact)
        self._squares[count] = 1.0 if self.metric == "cosine" else exact @ exact
        self._labels.append(label)
        self._owners.append(owner)

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

    def vote(self, queries: ArrayLike) -> list[Vote]:
        """Asks the k nearest entries of each query; see the class for distances, weights and ties.

        All entries are measured roughly by one matrix product, and exactly those that can be among the nearest.

        Args:
            queries: (N, dimension) float32, finite.

        Raises:
            HeadError: ``head-shape`` or ``head-value``.
        """
        given = _real("queries", queries)
        if given.ndim != 2 or given.shape[1] != self.dimension:
            raise HeadError("head-shape", f"expected queries of shape (N, {self.dimension}), got {given.shape}")
        if not np.isfinite(given).all():
            raise HeadError("head-value", "expected queries of finite numbers, got NaN or infinity")
        count = len(self)
        if not count:
            return [Vote(self.default_label, {}, float("inf"), False) for _ in given]
        exact = given.astype(np.float64, order="C")  # a sum's rounding depends on the order in memory
        if self.metric == "cosine":
            exact = _unit(exact)
        with np.errstate(all="ignore"):  # a query too large for float32 is measured exactly
            products = matmul(exact.astype(np.float32), self._points[:count].T)
        longest = math.sqrt(self._squares[:count].max())
        return [
            self._vote(query, self._contenders(product, float(np.linalg.norm(query)), longest))
            for query, product in zip(exact, products, strict=True)
        ]

    def copy(self) -> NearestNeighbors:
        """An independent head with the same entries."""
        other = copy.copy(self)
        other._labels, other._owners = list(self._labels), list(self._owners)
        other._change(np.copy)
        return other

    def _vote(self, query: Doubles, contenders: NDArray[np.intp]) -> Vote:
        """The vote by exact distances; of a query that is a unit vector for cosine."""
        exact = self._distances(query, contenders)
        order = np.lexsort((contenders, exact))[: self.k]
        distances = exact[order]
        shares: dict[Label, float] = {}
        for entry, weight in zip(contenders[order], self._weights(distances), strict=True):
            label = self._labels[entry]
            shares[label] = shares.get(label, 0.0) + float(weight)
        total = sum(shares.values())
        ranked = sorted(shares.items(), key=lambda item: -item[1])
        near = self.threshold is None or float(distances[0]) <= self.threshold
        label = ranked[0][0] if near else self.default_label
        return Vote(label, {name: share / total for name, share in ranked if share > 0.0}, float(distances[0]), near)

    def _contenders(self, product: Floats, far: float, longest: float) -> NDArray[np.intp]:
        """All entries that can be among the k nearest, however the matrix product was rounded.

        The bound is that of Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1, for
        either of two entries, with room for what is rounded to float32 or lost to underflow, and for the
        rounding of the exact distances.

        Args:
            product: of the query with each entry.
            far: length of the query.
            longest: length of the longest entry.
        """
        rough = self._squares[: len(product)] - 2.0 * product.astype(np.float64)
        if len(rough) <= self.k or not np.isfinite(rough).all():
            return np.arange(len(rough))
        single, double = np.finfo(np.float32), np.finfo(np.float64)
        rounding = float(single.eps) * far * longest + float(double.eps) * (far + longest) ** 2
        slack = 4.0 * (self.dimension + 4) * (rounding + 4.0 * float(single.tiny))
        kth = float(np.partition(rough, self.k - 1)[self.k - 1])
        return np.flatnonzero(rough <= kth + slack)

    def _distances(self, query: Doubles, entries: NDArray[np.intp]) -> Doubles:
        rows = self._rows[entries].astype(np.float64)
        if self.metric == "squared-euclidean":
            return _squared(rows - query)
        halves = np.minimum(_squared(_unit(rows) - query) / 2.0, 2.0)
        angled = rows.any(axis=1) & query.any()  # zeros have no angle
        return np.where(angled, halves, 1.0)

    def _weights(self, distances: Doubles) -> Doubles:
        if self.weighting == "uniform":
            return np.ones_like(distances)
        if distances[0] == 0.0:
            return np.where(distances == 0.0, 1.0, 0.0)
        return np.reciprocal(distances if self.metric == "cosine" else np.sqrt(distances))

    def _change(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        """Replaces the arrays by changed ones: all of them, or none where memory runs out."""
        rows, squares = change(self._rows), change(self._squares)
        points = rows if self._points is self._rows else change(self._points)
        self._rows, self._points, self._squares = rows, points, squares

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


def _check_whole(name: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise HeadError("head-value", f"expected {name} as a whole number from {least} to {most}, got {value!r}")


def _real(what: str, values: ArrayLike) -> NDArray[np.floating | np.integer]:
    """The values as an array of real numbers."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # nested lists of different lengths
        raise HeadError("head-shape", f"expected {what} as an array, got {error}") from error
    if array.dtype.kind not in "fiu":
        raise HeadError("head-value", f"expected {what} of real numbers, got {array.dtype}")
    return array


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in choices:
        raise HeadError("head-value", f"expected {name} to be one of {choices}, got {value!r}")


def _unit(vectors: Doubles) -> Doubles:
    """Vectors, along the last axis, divided by their length; those of zeros stay."""
    lengths = np.sqrt(_squared(vectors))[..., None]
    return vectors / np.where(lengths == 0.0, 1.0, lengths)


def _squared(vectors: Doubles) -> Doubles:
    """Squared lengths of vectors, along the last axis."""
    squares: Doubles = (vectors**2).sum(axis=-1)
    return squares


def _grown(array: NDArray[Any], count: int) -> NDArray[Any]:
    bigger = np.empty((max(2 * count, 16), *array.shape[1:]), array.dtype)
    bigger[:count] = array[:count]
    return bigger
