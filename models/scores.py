"""What the base model is measured by, with the engine itself, on the validation split only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from inkmoji.image import render
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors

from models.drawings import DrawingSet, read_omniglot, read_quickdraw
from models.episodes import (
    Classifier,
    Floats,
    Labels,
    Score,
    Task,
    accuracies,
    area_under_curve,
    distances_to_taught,
    nearest_class_mean,
)

ACCEPTED = 0.875
"""Share of the drawings of taught stickers that the threshold lets through."""
TAUGHT = Task(ways=5, shots=3)
"""How much is taught where the threshold is chosen."""
_NOBODY = -1  # what a rejected drawing is taken for
_CHUNK = 256


@dataclass(frozen=True)
class Row:
    """One figure: what was measured and, in percent, the result."""

    test: str
    score: Score


@dataclass(frozen=True, eq=False)
class Validation:
    """The validation drawings as the model sees them; embeddings (N, D) and classes (N,) of both sets."""

    quickdraw: tuple[Floats, Labels]
    omniglot: tuple[Floats, Labels]
    alphabets: Labels

    @classmethod
    def of(cls, model: Model, data: Path) -> Validation:
        """Reads, renders and embeds the validation split; unrecognised drawings are in it."""
        drawings, characters = read_quickdraw(data, "validation"), read_omniglot(data, "validation")
        names = [characters.names[label].split("/")[0] for label in characters.labels]
        return cls(
            (embeddings(model, drawings), drawings.labels),
            (embeddings(model, characters), characters.labels),
            np.unique(names, return_inverse=True)[1],
        )


def embeddings(model: Model, drawings: DrawingSet) -> Floats:
    """Embeddings (N, D) by the engine."""
    pictures = [render(drawing, model.constraint) for drawing in drawings.drawings]
    chunks = [model.embed(pictures[first : first + _CHUNK]) for first in range(0, len(pictures), _CHUNK)]
    return np.concatenate(chunks)


def choose_threshold(validation: Validation, episodes: int, seed: int) -> float:
    """The squared distance to the nearest of the taught drawings that ``ACCEPTED`` of the true ones stay within."""
    pairs = distances_to_taught(*validation.quickdraw, TAUGHT, episodes, seed)
    return round(float(np.quantile(np.concatenate([known for known, _ in pairs]), ACCEPTED)), 4)


def measure(head: NearestNeighbors, validation: Validation, episodes: int, seed: int) -> list[Row]:
    """All figures of the card.

    Args:
        head: the shipped one; its settings count, it is not changed.
        validation: from the shipped model.
        episodes: of each test.
        seed: of the episodes.
    """
    return [
        *_few_shot(head, validation, episodes, seed),
        Row("Omniglot: 20-way 1-shot within one alphabet", _within_alphabets(validation, episodes, seed)),
        *_known_or_unknown(head, validation, episodes, seed),
    ]


def twenty_way(validation: Validation, episodes: int, seed: int) -> Score:
    """20-way 3-shot, nearest class mean, over the Quick, Draw! validation categories."""
    return Score.of(accuracies(*validation.quickdraw, Task(20, 3), nearest_class_mean, episodes, seed))


def _few_shot(head: NearestNeighbors, validation: Validation, episodes: int, seed: int) -> list[Row]:
    open_head = NearestNeighbors(head.dimension, head.k, head.weighting, head.default_label)
    classifiers = {
        "nearest class mean": nearest_class_mean,
        "k-NN head without threshold": _votes_of(open_head),
        "k-NN head as shipped, a rejection is an error": _votes_of(head),
    }
    most = len(np.unique(validation.quickdraw[1]))
    return [
        Row(
            f"Quick, Draw!: {task.ways}-way {task.shots}-shot, {name}",
            Score.of(accuracies(*validation.quickdraw, task, classify, episodes, seed)),
        )
        for task in (Task(5, 3), Task(20, 3), Task(most, 3), Task(20, 1))
        for name, classify in classifiers.items()
    ]


def _votes_of(head: NearestNeighbors) -> Classifier:
    """The engine's head with the settings of this one as a classifier of episodes."""

    def classify(taught: Floats, labels: Labels, asked: Floats) -> Labels:
        fresh = NearestNeighbors(head.dimension, head.k, head.weighting, str(_NOBODY), head.threshold)
        for embedding, label in zip(taught, labels, strict=True):
            fresh.add(embedding, str(label))
        return np.array([int(vote.label) for vote in fresh.vote(asked)])

    return classify


def _within_alphabets(validation: Validation, episodes: int, seed: int) -> Score:
    """20-way 1-shot, nearest neighbour, each alphabet as often as another; taught and asked by different people."""
    vectors, labels = validation.omniglot
    rows = [validation.alphabets == alphabet for alphabet in np.unique(validation.alphabets)]
    large = [mine for mine in rows if len(np.unique(labels[mine])) >= 20]
    values: list[float] = []
    for mine in large:
        count = -(-episodes // len(large))
        values += accuracies(vectors[mine], labels[mine], Task(20, 1), nearest_class_mean, count, seed)
    return Score.of(values)


def _known_or_unknown(head: NearestNeighbors, validation: Validation, episodes: int, seed: int) -> list[Row]:
    rows = []
    for ways in (1, 5, 20):
        pairs = distances_to_taught(*validation.quickdraw, Task(ways, 3), episodes, seed)
        areas = Score.of([area_under_curve(known, unknown) for known, unknown in pairs])
        rows.append(Row(f"Quick, Draw!: known/unknown AUROC, {ways} taught with 3 drawings each", areas))
        if head.threshold is not None:
            for index, name in enumerate(("taught", "other")):
                accepted = Score.of([float((pair[index] <= head.threshold).mean()) for pair in pairs])
                rows.append(Row(f"Quick, Draw!: {name} drawings accepted, {ways} taught", accepted))
    return rows
