"""What the head of the base model knows of things in general: estimated from embeddings, calibrated on episodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from inkmoji.plda import ProbabilisticLDA
from numpy.typing import NDArray

from models.episodes import Floats, Labels, OpenEpisode, Values

_RIDGE = 1e-4  # added to the variance within classes, so that no direction is taken for exact
_LEAST = 1e-3  # directions along which classes differ less, in units of the variance within, say nothing


@dataclass(frozen=True, eq=False)
class Space:
    """Mean (D,), projection (D, P) and variances (P,) of ``inkmoji.plda``."""

    mean: NDArray[np.float16]
    projection: NDArray[np.float16]
    between: NDArray[np.float32]

    def head(self, scale: float = 1.0, offset: float = 0.0) -> ProbabilisticLDA:
        """An empty head."""
        return ProbabilisticLDA(self.mean, self.projection, self.between, scale, offset)


@dataclass(frozen=True, eq=False)
class Scatter:
    """Of one kind of things: their mean (D,), covariances (D, D) within things and between their middles."""

    mean: Values
    within: Values
    between: Values

    @classmethod
    def of(cls, embeddings: Floats, labels: Labels) -> Scatter:
        """The means of classes scatter more than their middles do, by the scatter within over the number of drawings.

        Args:
            embeddings: (N, D).
            labels: (N,), of about as many drawings each, so that large classes do not decide alone.
        """
        values = embeddings.astype(np.float64)
        members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
        means = np.stack([values[mine].mean(axis=0) for mine in members])
        apart = np.concatenate([values[mine] - middle for mine, middle in zip(members, means, strict=True)])
        within = apart.T @ apart / (len(apart) - len(members))
        between = np.cov(means.T) - within * np.mean([1.0 / len(mine) for mine in members])
        return cls(values.mean(axis=0), within, between)

    def with_some_of(self, other: Scatter, share: float) -> Scatter:
        """This mean, and covariances of which a share is another's, brought to this one's size."""

        def mixed(own: Values, foreign: Values) -> Values:
            sum_of_both: Values = (1.0 - share) * own + share * foreign * np.trace(own) / np.trace(foreign)
            return sum_of_both

        return Scatter(self.mean, mixed(self.within, other.within), mixed(self.between, other.between))

    def space(self, evenness: float) -> Space:
        """The directions that diagonalise both covariances, that within things first evened out.

        Source: regularisation towards a multiple of the identity, Friedman, "Regularized discriminant analysis", 1989.

        Args:
            evenness: 0 as measured, 1 the same in all directions.
        """
        size = len(self.mean)
        within = (1.0 - evenness) * self.within + (evenness * np.trace(self.within) / size + _RIDGE) * np.eye(size)
        variances, axes = np.linalg.eigh(within)
        whitening = axes / np.sqrt(variances)
        spread, turns = np.linalg.eigh(whitening.T @ self.between @ whitening)
        kept = spread > _LEAST
        return Space(
            self.mean.astype(np.float16),
            (whitening @ turns[:, kept]).astype(np.float16),
            spread[kept].astype(np.float32),
        )


def calibrate(space: Space, episodes: Sequence[OpenEpisode]) -> tuple[float, float]:
    """Scale and offset under which what is true in the episodes is likeliest.

    Source: linear logistic regression of log-likelihood ratios, Brümmer and du Preez, "Application-independent
    evaluation of speaker detection", 2006.
    """
    logits = [torch.from_numpy(_evidence(space.head(), episode)) for episode in episodes]
    truths = [torch.from_numpy(episode.truth) for episode in episodes]
    values = torch.tensor([0.5, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([values], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        total = torch.stack([_surprise(values, *pair) for pair in zip(logits, truths, strict=True)]).mean()
        total.backward()
        return total

    optimizer.step(loss)
    scale, offset = values.tolist()
    return round(scale, 4), round(offset, 4)


def _evidence(head: ProbabilisticLDA, episode: OpenEpisode) -> NDArray[np.float64]:
    for embedding, label in zip(episode.taught, episode.labels, strict=True):
        head.add(embedding, str(label))
    return head.evidence(episode.asked)[1]


def _surprise(values: torch.Tensor, evidence: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Mean negative logarithm of the probability of what is true: a label's index, or their number for none."""
    known = values[0] * evidence + values[1] - np.log(evidence.shape[1])
    odds = torch.cat([known, torch.zeros(len(known), 1, dtype=known.dtype)], dim=1)
    return torch.nn.functional.cross_entropy(odds, truth)
