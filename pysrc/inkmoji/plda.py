"""Probabilistic linear discriminant analysis: the head that knows when it does not know.

Ioffe, "Probabilistic linear discriminant analysis", 2006, in the two-covariance form of speaker recognition
(Brümmer and de Villiers, "The speaker partitioning problem", 2010): drawings of one thing scatter around a middle,
and the middles of things scatter around a common mean, both as normal distributions that were estimated once from
many things. What is taught moves the belief about one thing's middle, the more the more drawings there are, so that
one drawing and twenty are weighed by the same formula; and a drawing of a thing that was never taught has a
likelihood too, with which every label's is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkmoji.entries import Entries, contenders, real
from inkmoji.errors import HeadError
from inkmoji.features import Label
from inkmoji.linalg import matmul
from inkmoji.votes import Vote

Doubles = NDArray[np.float64]
Weights = NDArray[np.float16] | NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class _Taught:
    """What the entries amount to.

    Attributes:
        edits: when this was true.
        names: labels by first use, L of them.
        own: (L,) whether each has an entry that belongs to an example.
        middles, variances: (L, P) of what a new drawing of each is expected to be.
        spread: (L,) the sum of the logarithms of the variances.
        squares: (entries,) of their lengths.
        longest: length of the longest.
    """

    edits: int
    names: list[Label]
    own: NDArray[np.bool_]
    middles: Doubles
    variances: Doubles
    spread: Doubles
    squares: Doubles
    longest: float


class ProbabilisticLDA(Entries):
    """Stored embeddings with labels, and how likely each label is for a query, "none of them" included.

    With x = ``projection``ᵀ (embedding - ``mean``), a thing's drawings are normally distributed around its middle with
    unit variance, the middles around 0 with the variances b = ``between``. Of n entries with mean m, the middle is
    then expected at m b / (b + 1/n), with the variance b / (n b + 1) left; a new drawing's likelihood follows, and its
    ratio to that of a drawing of any thing, of variance b + 1, is the evidence for a label. Before the drawing is
    seen, "none of them" is as likely as all labels together, and each label as another. The posterior probabilities of
    the labels and of "none" sum to 1.

    Labels with an entry that belongs to an example are asked alone first; the others, prototypes that came with a
    model, are asked too only where none of those is recognised. So nothing that a person has taught is ever outvoted
    by what came ready-made.

    Args:
        mean: (dimension,) of embeddings of all things.
        projection: (dimension, P): directions along which drawings of one thing have unit variance and the middles
            of things are uncorrelated.
        between: (P,) variance of the middles of things along each, more than 0.
        scale, offset: calibration: the logarithm of the evidence is multiplied by ``scale``, more than 0, then
            ``offset`` is added.
        threshold: least posterior probability that is recognised, 0 to 1.
        default_label: the answer where nothing is recognised.
        dtype: see ``Entries``.

    Raises:
        HeadError: ``head-shape`` or ``head-value``.
    """

    def __init__(
        self,
        mean: Weights,
        projection: Weights,
        between: Weights,
        scale: float = 1.0,
        offset: float = 0.0,
        threshold: float = 0.5,
        default_label: Label = "",
        dtype: str = "float16",
    ) -> None:
        mean, projection, between = (
            _frozen(name, array) for name, array in (("mean", mean), ("projection", projection), ("between", between))
        )
        if projection.ndim != 2 or mean.shape != projection.shape[:1] or between.shape != projection.shape[1:]:
            raise HeadError(
                "head-shape",
                "expected a projection (dimension, P), a mean (dimension,) and variances (P,), "
                f"got {projection.shape}, {mean.shape} and {between.shape}",
            )
        super().__init__(len(mean), default_label, dtype)
        if not all(np.isfinite(array).all() for array in (mean, projection, between)) or not (between > 0).all():
            raise HeadError("head-value", "expected finite means and projections and variances above 0, got others")
        self.mean: Final = mean
        self.projection: Final = projection
        self.between: Final = between
        self.scale: Final = _checked("scale", scale, 1e-6, 1e6)
        self.offset: Final = _checked("offset", offset, -1e6, 1e6)
        self.threshold: Final = _checked("threshold", threshold, 0.0, 1.0)
        self._mean, self._between = mean.astype(np.float64), between.astype(np.float64)
        self._directions = np.ascontiguousarray(projection.T, np.float64)
        self._known: _Taught | None = None

    def vote(self, queries: ArrayLike) -> list[Vote]:
        """The posterior probabilities of each query; see the class. A vote's distance is squared Euclidean.

        Args:
            queries: (N, dimension), finite.

        Raises:
            HeadError: ``head-shape`` or ``head-value``.
        """
        given = self._checked_queries(queries)
        if not len(self):
            return [Vote(self.default_label, {}, float("inf"), False) for _ in given]
        taught = self._taught()
        return [
            self._vote(taught, row, self._distance(taught, query))
            for row, query in zip(self._evidence(taught, given), given, strict=True)
        ]

    def evidence(self, queries: ArrayLike) -> tuple[tuple[Label, ...], Doubles]:
        """The labels by first use and, for each query, the logarithm of the calibrated evidence for each, (N, labels).

        Raises:
            HeadError: as ``vote``.
        """
        given = self._checked_queries(queries)
        if not len(self):
            return (), np.empty((len(given), 0))
        taught = self._taught()
        return tuple(taught.names), self._evidence(taught, given)

    def _vote(self, taught: _Taught, evidence: Doubles, distance: float) -> Vote:
        names = taught.names
        for asked in (taught.own, np.ones_like(taught.own)):
            chosen = np.flatnonzero(asked)
            if len(chosen):
                posterior = _posterior(evidence[chosen])
                best = int(posterior.argmax())
                if posterior[best] >= self.threshold:
                    break
        order = np.argsort(-posterior, kind="stable")
        probabilities = {names[chosen[index]]: float(posterior[index]) for index in order}
        recognized = bool(posterior[best] >= self.threshold)
        label = names[chosen[best]] if recognized else self.default_label
        return Vote(label, probabilities, distance, recognized)

    def _distance(self, taught: _Taught, query: Doubles) -> float:
        """Of a query (dimension,) to the nearest entry: exact for those that a rough product leaves."""
        rows = self._rows[: len(self)]
        with np.errstate(all="ignore"):  # of a query far beyond all embeddings
            product = matmul(query.astype(np.float32)[None], rows.T)[0]
            rough = taught.squares - 2.0 * product.astype(np.float64)
            near = contenders(rough, 1, self.dimension, float(np.sqrt(query @ query)), taught.longest)
            return float(((rows[near] - query) ** 2).sum(axis=1).min())

    def _taught(self) -> _Taught:
        """What the entries amount to, made anew only when they have changed."""
        if self._known is None or self._known.edits != self._edits:
            names = list(dict.fromkeys(self._labels))
            place = {name: index for index, name in enumerate(names)}
            owner = np.array([place[label] for label in self._labels])
            rows = self._rows[: len(self)].astype(np.float64)
            counts = np.bincount(owner).astype(np.float64)[:, None]
            order = np.argsort(owner, kind="stable")
            sums = np.add.reduceat(rows[order], np.searchsorted(owner[order], np.arange(len(names))))
            own = np.zeros(len(names), np.bool_)
            own[owner[np.array(self._owners) != ""]] = True
            between = self._between
            middles = self._project(sums / counts) * (between / (between + 1.0 / counts))
            variances = between / (counts * between + 1.0) + 1.0
            squares = (rows**2).sum(axis=1)
            spread = np.log(variances).sum(axis=1)
            self._known = _Taught(
                self._edits, names, own, middles, variances, spread, squares, float(np.sqrt(squares.max()))
            )
        return self._known

    def _project(self, embeddings: Doubles) -> Doubles:
        projected: Doubles = np.einsum("ij,kj->ik", embeddings - self._mean, self._directions)
        return projected

    def _evidence(self, taught: _Taught, queries: Doubles) -> Doubles:
        """(Q, L) of queries (Q, dimension)."""
        whole = self._between + 1.0
        ratios = np.empty((len(queries), len(taught.names)))
        with np.errstate(over="ignore", invalid="ignore"):  # of a query far beyond all embeddings
            for row, point in zip(ratios, self._project(queries), strict=True):
                anything = float((point**2 / whole + np.log(whole)).sum())
                here = ((point - taught.middles) ** 2 / taught.variances).sum(axis=1) + taught.spread
                row[:] = (anything - here) / 2.0
        return np.where(np.isfinite(ratios), self.scale * ratios + self.offset, -np.inf)


def _posterior(evidence: Doubles) -> Doubles:
    """Probabilities of labels (L,) that, before, share a half; the other half is "none of them"."""
    odds = np.append(evidence - np.log(len(evidence)), 0.0)
    weights = np.exp(odds - odds.max())
    posterior: Doubles = weights[:-1] / weights.sum()
    return posterior


def _frozen(name: str, values: ArrayLike) -> Weights:
    """A copy that cannot be changed, of the type in which it is stored: float16 where it was, else float32."""
    given = real(name, values)
    own: Weights = given.astype(np.float16) if given.dtype == np.float16 else given.astype(np.float32)
    own.flags.writeable = False
    return own


def _checked(name: str, value: float, least: float, most: float) -> float:
    if not isinstance(value, float) or not least <= value <= most:
        raise HeadError("head-value", f"expected {name} as a float from {least:g} to {most:g}, got {value!r}")
    return value
