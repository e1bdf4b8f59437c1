"""Few-shot episodes: classes are drawn at random, some of each one's drawings are taught, others are asked.

Embeddings are float32 (N, D) of unit length, labels (N,) ascending; no drawing is both taught and asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]
Values = NDArray[np.float64]
Classifier = Callable[[Floats, Labels, Floats], Labels]
"""Taught embeddings (T, D), their labels (T,) and asked embeddings (Q, D) → predicted labels (Q,)."""


@dataclass(frozen=True)
class Score:
    """A mean over episodes and the half-width of its 95 % interval, in percent; one figure of all of them has none."""

    mean: float
    interval: float | None = None

    @classmethod
    def of(cls, values: Sequence[float]) -> Score:
        """From one value of 0 to 1 per episode."""
        sample = np.asarray(values)
        return cls(100.0 * float(sample.mean()), 196.0 * float(sample.std(ddof=1)) / len(sample) ** 0.5)

    def __str__(self) -> str:
        return f"{self.mean:.1f}" if self.interval is None else f"{self.mean:.1f} ± {self.interval:.2f}"


@dataclass(frozen=True)
class Task:
    """The shape of an episode: classes, taught and asked drawings of each."""

    ways: int
    shots: int
    queries: int = 5


def nearest_class_mean(taught: Floats, labels: Labels, asked: Floats) -> Labels:
    """The label whose mean embedding is nearest."""
    names = np.unique(labels)
    means = np.stack([taught[labels == name].mean(axis=0) for name in names])
    nearest: Labels = names[squared_distances(asked, means).argmin(axis=1)]
    return nearest


def squared_distances(a: Floats, b: Floats) -> Floats:
    """Squared Euclidean distances (len(a), len(b))."""
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)
    distances: Floats = np.maximum(squares - np.float32(2.0) * (a @ b.T), np.float32(0.0))
    return distances


def accuracies(
    embeddings: Floats, labels: Labels, task: Task, classify: Classifier, episodes: int, seed: int
) -> list[float]:
    """The share of the asked drawings that get the right label, of each episode."""
    rng, members, values = np.random.default_rng(seed), _members(labels), []
    for _ in range(episodes):
        taught, asked = _episode(members, task, rng)
        right = classify(embeddings[taught], labels[taught], embeddings[asked]) == labels[asked]
        values.append(float(right.mean()))
    return values


@dataclass(frozen=True, eq=False)
class OpenEpisode:
    """Some classes taught, their drawings and as many of other classes asked.

    Attributes:
        taught: embeddings (T, D), class by class.
        labels: (T,) class of each.
        asked: embeddings (Q, D).
        truth: (Q,) which of the taught classes, counted from 0, or their number for a class that was not taught.
    """

    taught: Floats
    labels: Labels
    asked: Floats
    truth: Labels

    @property
    def known(self) -> NDArray[np.bool_]:
        """(Q,) whether the class was taught."""
        return self.truth < len(np.unique(self.labels))


def open_episodes(embeddings: Floats, labels: Labels, task: Task, episodes: int, seed: int) -> Iterator[OpenEpisode]:
    """Episodes in which half of what is asked was never taught, each class as likely as another."""
    rng, members = np.random.default_rng(seed), _members(labels)
    for _ in range(episodes):
        taught, asked = _episode(members, task, rng)
        others = np.flatnonzero(~np.isin(labels, labels[taught]))
        strangers = _one_of_each(labels, others, rng, len(asked))
        ways = np.repeat(np.arange(task.ways), task.queries)
        yield OpenEpisode(
            embeddings[taught],
            labels[taught],
            embeddings[np.concatenate([asked, strangers])],
            np.concatenate([ways, np.full(len(strangers), task.ways)]),
        )


def area_under_curve(known: Values, unknown: Values) -> float:
    """How often the confidence in a known drawing is above that in an unknown one, ties half: area under the ROC."""
    above = (known[:, None] > unknown).mean()
    return float(above + 0.5 * (known[:, None] == unknown).mean())


def false_accepts(known: Values, unknown: Values, accepted: float) -> float:
    """The share of unknown drawings let through by the threshold that lets a share of the known ones through."""
    return float((unknown >= np.quantile(known, 1.0 - accepted)).mean())


@dataclass(frozen=True)
class Bin:
    """Answers of like confidence: the mean of it, how many were right, and their number."""

    confidence: float
    right: float
    count: int


def reliability(confidences: Values, right: NDArray[np.bool_], bins: int = 10) -> list[Bin]:
    """Answers in bins of equal width of confidence, 0 to 1, without the empty ones."""
    place = np.minimum((confidences * bins).astype(np.intp), bins - 1)
    groups = [place == index for index in range(bins)]
    return [
        Bin(float(confidences[mine].mean()), float(right[mine].mean()), int(mine.sum()))
        for mine in groups
        if mine.any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: how far confidence is from what is right, weighed by the number of answers.

    Source: Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", 2015.
    """
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total


def _members(labels: Labels) -> list[Labels]:
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _episode(members: list[Labels], task: Task, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Indices of the taught and of the asked drawings."""
    size = task.shots + task.queries
    picks = [
        rng.choice(members[way], size, replace=False) for way in rng.choice(len(members), task.ways, replace=False)
    ]
    taught = np.concatenate([pick[: task.shots] for pick in picks])
    return taught, np.concatenate([pick[task.shots :] for pick in picks])


def _one_of_each(labels: Labels, indices: Labels, rng: np.random.Generator, count: int) -> Labels:
    """``count`` of the indices, each class as likely as another."""
    sizes = np.bincount(labels[indices])
    weights = 1.0 / sizes[labels[indices]]
    return rng.choice(indices, count, p=weights / weights.sum())
