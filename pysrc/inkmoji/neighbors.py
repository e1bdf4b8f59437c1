"""k nearest neighbours over embeddings: the updatable head.

Cover and Hart, "Nearest neighbor pattern classification", 1967; votes weighted by inverse distance as in
Dudani, "The distance-weighted k-nearest-neighbor rule", 1976, in the form of scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkmoji.errors import HeadError
from inkmoji.linalg import Floats, matmul

WEIGHTINGS = ("uniform", "inverse-distance")


@dataclass(frozen=True)
class Vote:
    """What the neighbours of one query say.

    Attributes:
        label: the most voted label, or the default label: when there is no entry, or the nearest is
            farther than the threshold.
        probabilities: each neighbouring label's share of the votes, the largest first, summing to 1; empty
            where there is no entry. Not thresholded, so that near misses can be offered.
        distance: squared Euclidean distance to the nearest entry, infinite where there is none.
    """

    label: str
    probabilities: Mapping[str, float]
    distance: float


class NearestNeighbors:
    """Stored embeddings with labels, and the vote of the k nearest.

    Embeddings are rounded to float16, the stored type, when they are added, so that a model answers the
    same before and after it was saved. Adding one costs amortised O(1).

    Args:
        dimension: length of an embedding.
        k: how many neighbours vote, 1 to 1000; all there are if fewer.
        weighting: ``"uniform"``, or ``"inverse-distance"``: 1 / Euclidean distance; exact hits alone vote if any.
        default_label: the answer where nothing is near.
        threshold: largest squared Euclidean distance of the nearest entry that is still recognised; None: any.

    Raises:
        HeadError: ``head-value`` for a setting outside its range.
    """

    def __init__(
        self,
        dimension: int,
        k: int = 3,
        weighting: str = "inverse-distance",
        default_label: str = "",
        threshold: float | None = None,
    ) -> None:
        _check_whole("dimension", dimension, 1, 65536)
        _check_whole("k", k, 1, 1000)
        if weighting not in WEIGHTINGS:
            raise HeadError("head-value", f"expected weighting to be one of {WEIGHTINGS}, got {weighting!r}")
        if threshold is not None and not (isinstance(threshold, float) and 0.0 <= threshold < np.inf):
            raise HeadError("head-value", f"expected threshold as a float of at least 0 or None, got {threshold!r}")
        self.dimension = dimension
        self.k = k
        self.weighting = weighting
        self.default_label = default_label
        self.threshold = threshold
        self._labels: list[str] = []
        self._owners: list[str] = []
        self._rows = np.empty((0, dimension), np.float32)
        self._squares = np.empty(0, np.float32)

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each entry, in the order in which they were added."""
        return tuple(self._labels)

    @property
    def owners(self) -> tuple[str, ...]:
        """The example that each entry belongs to, "" for none."""
        return tuple(self._owners)

    @property
    def embeddings(self) -> NDArray[np.float16]:
        """(entries, dimension), as stored."""
        return self._rows[: len(self)].astype(np.float16)

    def add(self, embedding: NDArray[np.floating], label: str, owner: str = "") -> None:
        """Adds one entry.

        Args:
            embedding: (dimension,), finite and within float16.
            label: its label, not empty.
            owner: the example it belongs to.

        Raises:
            HeadError: ``head-shape`` or ``head-value``.
        """
        if not label:
            raise HeadError("head-value", "expected a label of at least one character, got an empty one")
        if embedding.shape != (self.dimension,):
            raise HeadError("head-shape", f"expected an embedding of shape ({self.dimension},), got {embedding.shape}")
        with np.errstate(over="ignore"):
            row = embedding.astype(np.float16).astype(np.float32)
        if not np.isfinite(row).all():
            raise HeadError("head-value", "expected an embedding of finite numbers within float16, got others")
        count = len(self)
        if count == len(self._rows):  # double: amortised O(1)
            self._rows = _grown(self._rows, count)
            self._squares = _grown(self._squares, count)
        self._rows[count] = row
        self._squares[count] = row @ row
        self._labels.append(label)
        self._owners.append(owner)

    def vote(self, queries: Floats) -> list[Vote]:
        """Asks the k nearest entries of each query.

        Args:
            queries: (N, dimension) float32.

        Ties in distance go to the entry added first, ties in votes to the label whose entry is nearest.
        """
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise HeadError("head-shape", f"expected queries of shape (N, {self.dimension}), got {queries.shape}")
        if not len(self):
            return [Vote(self.default_label, {}, float("inf")) for _ in queries]
        with np.errstate(all="ignore"):  # a query too large for float32 is measured exactly
            rough = self._squares[: len(self)] - 2.0 * matmul(queries, self._rows[: len(self)].T)
        return [self._vote(query, distances) for query, distances in zip(queries, rough, strict=True)]

    def copy(self) -> NearestNeighbors:
        """An independent head with the same entries."""
        other = NearestNeighbors(self.dimension, self.k, self.weighting, self.default_label, self.threshold)
        other._labels, other._owners = list(self._labels), list(self._owners)
        other._rows, other._squares = self._rows.copy(), self._squares.copy()
        return other

    def _vote(self, query: Floats, rough: Floats) -> Vote:
        """The vote by exact distances to the entries that are nearest by the rough ones."""
        nearest = self._contenders(query, rough)
        exact = ((self._rows[nearest].astype(np.float64) - query) ** 2).sum(axis=1)
        order = np.lexsort((nearest, exact))[: self.k]
        distances = exact[order]
        weights = self._weights(np.sqrt(distances))
        shares: dict[str, float] = {}
        for entry, weight in zip(nearest[order], weights, strict=True):
            label = self._labels[entry]
            shares[label] = shares.get(label, 0.0) + float(weight)
        total = sum(shares.values())
        ranked = sorted(shares.items(), key=lambda item: -item[1])
        near = self.threshold is None or float(distances[0]) <= self.threshold
        label = ranked[0][0] if near else self.default_label
        return Vote(label, {name: share / total for name, share in ranked if share > 0.0}, float(distances[0]))

    def _contenders(self, query: Floats, rough: Floats) -> NDArray[np.intp]:
        """All entries that can be among the k nearest, however the matrix product was rounded.

        The bound is that of Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1.
        """
        if len(rough) <= self.k:
            return np.arange(len(rough))
        far, longest = float(np.linalg.norm(query.astype(np.float64))), math.sqrt(self._squares[: len(rough)].max())
        slack = (self.dimension + 4) * float(np.finfo(np.float32).eps) * longest * (longest + 2.0 * far)
        kth = np.partition(rough, self.k - 1)[self.k - 1]
        return np.flatnonzero(~(rough.astype(np.float64) > float(kth) + slack))  # NaN may be among them

    def _weights(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.weighting == "uniform":
            return np.ones_like(distances)
        if distances[0] == 0.0:
            return np.where(distances == 0.0, 1.0, 0.0)
        return np.reciprocal(distances)


def _check_whole(name: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise HeadError("head-value", f"expected {name} as a whole number from {least} to {most}, got {value!r}")


def _grown(array: Floats, count: int) -> Floats:
    bigger = np.empty((max(2 * count, 16), *array.shape[1:]), np.float32)
    bigger[:count] = array[:count]
    return bigger
