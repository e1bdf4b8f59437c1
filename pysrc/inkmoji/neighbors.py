"""k nearest neighbours over embeddings: the updatable head.

Cover and Hart, "Nearest neighbor pattern classification", 1967; votes weighted by inverse distance as in
Dudani, "The distance-weighted k-nearest-neighbor rule", 1976, in the form of scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkmoji.entries import Entries, check_choice, check_whole, contenders
from inkmoji.errors import HeadError
from inkmoji.features import Label
from inkmoji.linalg import Floats, matmul
from inkmoji.votes import Vote

WEIGHTINGS = ("uniform", "inverse-distance")
METRICS = ("squared-euclidean", "cosine")
MOST_NEIGHBORS = 1000

Doubles = NDArray[np.float64]


class NearestNeighbors(Entries):
    """Stored embeddings with labels, and the vote of the k nearest.

    Distances are computed in float64 from the embeddings as they are stored:

    * ``"squared-euclidean"``: the sum of the squared differences. A vote by inverse distance weighs
      1 / its square root, the Euclidean distance.
    * ``"cosine"``: 1 - cosine of the angle, 0 to 2, computed as half the squared Euclidean distance of the
      unit vectors: exactly 0 for equal vectors, and 0 to within rounding for those that differ in length
      only. A vector of zeros has distance 1 to every vector, another one of zeros included. A vote by
      inverse distance weighs 1 / cosine distance.

    By inverse distance, entries at distance 0 among the k nearest alone vote, one vote each, if there are any.
    Ties in distance go to the entry added first, ties in votes to the label whose entry is nearest.

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
        super().__init__(dimension, default_label, dtype)
        check_whole("k", k, 1, MOST_NEIGHBORS)
        check_choice("weighting", weighting, WEIGHTINGS)
        check_choice("metric", metric, METRICS)
        if threshold is not None and not (isinstance(threshold, float) and 0.0 <= threshold < np.inf):
            raise HeadError("head-value", f"expected threshold as a float of at least 0 or None, got {threshold!r}")
        self._k = k
        self.weighting: Final = weighting
        self.threshold: Final = threshold
        self.metric: Final = metric
        # What the rough product multiplies, and the square of its length: for cosine unit vectors, and 1.
        self._points = self._rows if metric == "squared-euclidean" else np.empty((0, dimension), np.float32)
        self._squares = np.empty(0, np.float64)

    @property
    def k(self) -> int:
        """How many neighbours vote; may be set."""
        return self._k

    @k.setter
    def k(self, k: int) -> None:
        check_whole("k", k, 1, MOST_NEIGHBORS)
        self._k = k

    def vote(self, queries: ArrayLike) -> list[Vote]:
        """Asks the k nearest entries of each query; see the class for distances, weights and ties.

        All entries are measured roughly by one matrix product, and exactly those that can be among the nearest.

        Args:
            queries: (N, dimension) float32, finite.

        Raises:
            HeadError: ``head-shape`` or ``head-value``.
        """
        exact = self._checked_queries(queries)
        count = len(self)
        if not count:
            return [Vote(self.default_label, {}, float("inf"), False) for _ in exact]
        if self.metric == "cosine":
            exact = _unit(exact)
        with np.errstate(all="ignore"):  # a query too large for float32 is measured exactly
            products = matmul(exact.astype(np.float32), self._points[:count].T)
        longest = math.sqrt(self._squares[:count].max())
        return [
            self._vote(query, self._contenders(product, float(np.linalg.norm(query)), longest))
            for query, product in zip(exact, products, strict=True)
        ]

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
        """All entries that can be among the k nearest of a query of this length."""
        rough = self._squares[: len(product)] - 2.0 * product.astype(np.float64)
        return contenders(rough, self.k, self.dimension, far, longest)

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

    def _put(self, rows: Floats) -> None:
        super()._put(rows)
        exact, cosine = rows.astype(np.float64), self.metric == "cosine"
        place = slice(len(self), len(self) + len(rows))
        if cosine:
            self._points[place] = _unit(exact)
        self._squares[place] = 1.0 if cosine else _squared(exact)

    def _change(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        """Replaces the arrays by changed ones: all of them, or none where memory runs out."""
        rows, squares = change(self._rows), change(self._squares)
        points = rows if self._points is self._rows else change(self._points)
        self._rows, self._points, self._squares = rows, points, squares


def _unit(vectors: Doubles) -> Doubles:
    """Vectors, along the last axis, divided by their length; those of zeros stay."""
    lengths = np.sqrt(_squared(vectors))[..., None]
    return vectors / np.where(lengths == 0.0, 1.0, lengths)


def _squared(vectors: Doubles) -> Doubles:
    """Squared lengths of vectors, along the last axis."""
    squares: Doubles = (vectors**2).sum(axis=-1)
    return squares
