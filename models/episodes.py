"""Few-shot episodes: classes are drawn at random, some of each one's drawings are taught, others are asked.

Embeddings are float32 (N, D) of unit length, labels (N,) ascending; no drawing is both taught and asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]
Classifier = Callable[[Floats, Labels, Floats], Labels]
"""Taught embeddings (T, D), their labels (T,) and asked embeddings (Q, D) → predicted labels (Q,)."""


@dataclass(frozen=True)
class Score:
    """A mean over episodes and the half-width of its 95 % interval, in percent."""

    mean: float
    interval: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Score:
        """From one value of 0 to 1 per episode."""
        sample = np.asarray(values)
        return cls(100.0 * float(sample.mean()), 196.0 * float(sample.std(ddof=1)) / len(sample) ** 0.5)

    def __str__(self) -> str:
        return f"{self.mean:.1f} ± {self.interval:.2f}"


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


def distances_to_taught(
    embeddings: Floats, labels: Labels, task: Task, episodes: int, seed: int
) -> list[tuple[Floats, Floats]]:
    """For each episode the squared distance from drawings to the nearest taught one.

    Returns:
        Pairs of distances of drawings of taught classes, and of as many of classes that were not taught.
    """
    rng, members, pairs = np.random.default_rng(seed), _members(labels), []
    for _ in range(episodes):
        taught, asked = _episode(members, task, rng)
        others = np.flatnonzero(~np.isin(labels, labels[taught]))
        strangers = _one_of_each(labels, others, rng, len(asked))
        near = squared_distances(embeddings[np.concatenate([asked, strangers])], embeddings[taught]).min(axis=1)
        pairs.append((near[: len(asked)], near[len(asked) :]))
    return pairs


def area_under_curve(known: Floats, unknown: Floats) -> float:
    """How often a known drawing is nearer than an unknown one, ties half: the area under the ROC curve."""
    nearer = (known[:, None] < unknown).mean()
    return float(nearer + 0.5 * (known[:, None] == unknown).mean())


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
