"""The figures of the model card, measured with the engine's own code on the validation split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from inkmoji.image import render
from inkmoji.model import Model
from inkmoji.plda import ProbabilisticLDA
from numpy.typing import NDArray

from models.drawings import DrawingSet, read_omniglot, read_quickdraw
from models.episodes import (
    Bin,
    Classifier,
    Floats,
    Labels,
    OpenEpisode,
    Score,
    Task,
    Values,
    accuracies,
    area_under_curve,
    calibration_error,
    false_accepts,
    nearest_class_mean,
    open_episodes,
    reliability,
)
from models.pictures import redrawn

PENS = ((4.0, 256, True), (10.0, 256, True), (20.0, 256, False))
"""Width in pixels, side of the picture in pixels, and whether ink is dark, of drawings measured as pictures."""
ACCEPTED = 0.95
_CHUNK = 256
_ASKED_IN_ALL = 40  # most classes taught where as many others as are asked must be left


@dataclass(frozen=True)
class Row:
    """One figure: what was measured and, in percent, the result."""

    test: str
    score: Score


@dataclass(frozen=True, eq=False)
class Embedded:
    """Drawings as a model sees them: embeddings (N, D), classes (N,), and the group that each class belongs to.

    Episodes are made within one group.
    """

    name: str
    vectors: Floats
    labels: Labels
    groups: Labels

    @classmethod
    def of(cls, name: str, model: Model, drawings: DrawingSet) -> Embedded:
        """Renders and embeds; the group of ``alphabet/character`` is the alphabet, of other names there is one."""
        owners = [label.split("/")[0] if "/" in label else "" for label in drawings.names]
        groups = np.unique(owners, return_inverse=True)[1][drawings.labels]
        return cls(name, embeddings(model, drawings), drawings.labels, groups)

    def parts(self, ways: int) -> list[tuple[Floats, Labels]]:
        """Embeddings and classes of each group with so many classes."""
        masks = [self.groups == group for group in np.unique(self.groups)]
        return [(self.vectors[mine], self.labels[mine]) for mine in masks if len(np.unique(self.labels[mine])) >= ways]


def embeddings(model: Model, drawings: DrawingSet) -> Floats:
    """Embeddings (N, D) by the engine."""
    pictures = [render(drawing, model.constraint) for drawing in drawings.drawings]
    chunks = [model.embed(pictures[first : first + _CHUNK]) for first in range(0, len(pictures), _CHUNK)]
    return np.concatenate(chunks)


def validation(data: Path) -> tuple[DrawingSet, DrawingSet]:
    """Quick, Draw! categories and Omniglot characters that were not trained on; unrecognised drawings are in it."""
    return read_quickdraw(data, "validation"), read_omniglot(data, "validation")


def measure(model: Model, data: Path, episodes: int, seed: int) -> tuple[list[Row], list[Bin]]:
    """All figures of the card and the reliability of the shipped head's confidence.

    Args:
        model: the shipped one; its head's settings count, it is not changed.
        data: the data folder.
        episodes: of each test.
        seed: of the episodes.
    """
    drawings, characters = validation(data)
    categories = Embedded.of("Quick, Draw!", model, drawings)
    open_rows, bins = known_or_unknown(head_of(model), categories, episodes, seed)
    rows = [
        *few_shot(head_of(model), categories, episodes, seed),
        *_as_pictures(model, drawings, episodes, seed),
        *few_shot(head_of(model), Embedded.of("Omniglot", model, characters), episodes, seed, (Task(20, 1),)),
        *open_rows,
    ]
    return rows, bins


def in_float32(model: Model, drawings: DrawingSet, characters: DrawingSet, episodes: int, seed: int) -> list[Row]:
    """What whole numbers of 8 bits cost: the same figures of the network that was not brought to them.

    Args:
        model: with that network.
        drawings: categories that were not trained on.
        characters: likewise.
        episodes: of each test.
        seed: of the episodes.
    """
    categories = Embedded.of("Quick, Draw! in float32", model, drawings)
    letters = Embedded.of("Omniglot in float32", model, characters)
    return [
        *few_shot(head_of(model), categories, episodes, seed),
        *few_shot(head_of(model), letters, episodes, seed, (Task(20, 1),)),
        *(row for row in known_or_unknown(head_of(model), categories, episodes, seed)[0] if "AUROC" in row.test),
    ]


def head_of(model: Model) -> ProbabilisticLDA:
    """The head, if it is of the kind that these figures are about."""
    if not isinstance(model.head, ProbabilisticLDA):
        raise ValueError(f"expected a model with a ProbabilisticLDA as head, got a {type(model.head).__name__}")
    return model.head


def tasks_for(classes: int) -> tuple[Task, ...]:
    """The closed tests for so many classes."""
    shapes = [(5, 3), (20, 3), (classes, 3), (20, 1)]
    return tuple(Task(*shape) for shape in dict.fromkeys(shapes) if shape[0] <= classes)


def few_shot(
    head: ProbabilisticLDA, drawings: Embedded, episodes: int, seed: int, tasks: Sequence[Task] | None = None
) -> list[Row]:
    """How often what is asked gets the right taught label; episodes within a group, each as often as another."""
    most = max(len(np.unique(labels)) for _, labels in drawings.parts(1))
    within = " within one group" if len(drawings.parts(1)) > 1 else ""
    classifiers = {"nearest class mean": nearest_class_mean, "shipped head": _answers_of(head)}
    rows = []
    for task in tasks_for(most) if tasks is None else tasks:
        parts = drawings.parts(task.ways)
        for name, classify in classifiers.items():
            values: list[float] = []
            for vectors, labels in parts:
                values += accuracies(vectors, labels, task, classify, -(-episodes // len(parts)), seed)
            rows.append(Row(f"{drawings.name}: {_words(task)}{within}, {name}", Score.of(values)))
    return rows


def twenty_way(vectors: Floats, labels: Labels, episodes: int, seed: int) -> Score:
    """20-way 3-shot, nearest class mean."""
    return Score.of(accuracies(vectors, labels, Task(20, 3), nearest_class_mean, episodes, seed))


def known_or_unknown(
    head: ProbabilisticLDA, drawings: Embedded, episodes: int, seed: int
) -> tuple[list[Row], list[Bin]]:
    """Whether the head tells drawings of taught classes from others, and whether its confidence is right."""
    rows, confidences, right = [], [], []
    for ways in (1, 5, 20, _ASKED_IN_ALL):
        for vectors, labels in drawings.parts(ways + 5)[:1]:
            asked = [_Asked.of(head, one) for one in open_episodes(vectors, labels, Task(ways, 3), episodes, seed)]
            rows += list(_open_rows(drawings.name, head.threshold, ways, asked))
            confidences += [one.confidence for one in asked]
            right += [one.right for one in asked]
    return rows, reliability(np.concatenate(confidences), np.concatenate(right))


@dataclass(frozen=True, eq=False)
class _Asked:
    """What the head says of an episode's drawings.

    Attributes:
        confidence: (Q,) in the best label.
        taught: (Q,) probability that it is any of the labels, that is, not "none of them".
        right: (Q,) whether the best label is.
        known: (Q,) whether the class was taught.
    """

    confidence: Values
    taught: Values
    right: NDArray[np.bool_]
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, head: ProbabilisticLDA, episode: OpenEpisode) -> _Asked:
        asked = [vote.probabilities for vote in _taught(head, episode).vote(episode.asked)]
        votes = [next(iter(probabilities.items())) for probabilities in asked]
        taught = np.array([sum(probabilities.values()) for probabilities in asked])
        names = [str(label) for label in dict.fromkeys(episode.labels)] + [""]
        right = np.array([names[truth] == label for truth, (label, _) in zip(episode.truth, votes, strict=True)])
        return cls(np.array([share for _, share in votes]), taught, right, episode.known)


def _open_rows(name: str, threshold: float, ways: int, asked: Sequence[_Asked]) -> Iterator[Row]:
    def row(test: str, values: Sequence[float]) -> Row:
        return Row(f"{name}, {ways} taught with 3 drawings each: {test}", Score.of(values))

    pairs = [(one.confidence[one.known], one.confidence[~one.known]) for one in asked]
    yield row("known/unknown AUROC", [area_under_curve(*pair) for pair in pairs])
    sums = [(one.taught[one.known], one.taught[~one.known]) for one in asked]
    yield row("known/unknown AUROC, all labels together", [area_under_curve(*pair) for pair in sums])
    accepted = [(one.confidence >= threshold, one) for one in asked]
    yield row(
        "taught drawings recognised, rightly", [float((let & one.right)[one.known].mean()) for let, one in accepted]
    )
    yield row("other drawings taken for a sticker", [float(let[~one.known].mean()) for let, one in accepted])
    known, unknown = (np.concatenate([pair[index] for pair in pairs]) for index in (0, 1))
    bins = reliability(np.concatenate([one.confidence for one in asked]), np.concatenate([one.right for one in asked]))
    wholes = {
        f"other drawings let through where {ACCEPTED:.0%} of the taught are": false_accepts(known, unknown, ACCEPTED),
        "expected calibration error": calibration_error(bins),
    }
    for test, value in wholes.items():
        yield Row(f"{name}, {ways} taught with 3 drawings each: {test}", Score(100.0 * value))


def _as_pictures(model: Model, drawings: DrawingSet, episodes: int, seed: int) -> list[Row]:
    """The same drawings with pens of three widths, as RGBA pictures."""
    rows = []
    for width, side, dark in PENS:
        pictures = redrawn(drawings, width, side, dark)
        score = twenty_way(embeddings(model, pictures), pictures.labels, episodes, seed)
        rows.append(
            Row(
                f"Quick, Draw! as pictures, pen {width / side:.1%} of the side: 20-way 3-shot, nearest class mean",
                score,
            )
        )
    return rows


def _answers_of(head: ProbabilisticLDA) -> Classifier:
    """The engine's head with the settings of this one as a classifier that always answers with a label."""

    def classify(taught: Floats, labels: Labels, asked: Floats) -> Labels:
        fresh = _fresh(head)
        for embedding, label in zip(taught, labels, strict=True):
            fresh.add(embedding, str(label))
        names, evidence = fresh.evidence(asked)
        answers: Labels = np.array([int(name) for name in names], np.intp)[evidence.argmax(axis=1)]
        return answers

    return classify


def _taught(head: ProbabilisticLDA, episode: OpenEpisode) -> ProbabilisticLDA:
    fresh = _fresh(head)
    for index, (embedding, label) in enumerate(zip(episode.taught, episode.labels, strict=True)):
        fresh.add(embedding, str(label), f"example {index}")
    return fresh


def _fresh(head: ProbabilisticLDA) -> ProbabilisticLDA:
    """A head with the same settings that was taught nothing."""
    return ProbabilisticLDA(head.mean, head.projection, head.between, head.scale, head.offset, head.threshold)


def _words(task: Task) -> str:
    return f"{task.ways}-way {task.shots}-shot"
