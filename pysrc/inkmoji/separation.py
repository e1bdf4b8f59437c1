"""How well what was taught is told apart: each label by its own examples, and all labels on a plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkmoji.entries import Entries
from inkmoji.errors import HeadError
from inkmoji.features import Label
from inkmoji.model import Model

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Separation:
    """What a label's examples say of it, each asked as if it had not been taught: leave-one-out.

    Attributes:
        margin: the label's share of the votes for it and for the strongest other label, 0 to 1, the mean over its
            examples: 0.5 is a coin's toss. None with fewer than two examples: without its only one it is unknown.
        recognized: the share of its examples that are recognised as what they are, 0 to 1; None as above.
        nearest: the other label that gets most of the votes, or where none gets any, the one with the nearest entry,
            of those that were taught if there are any. None where there is no other.
    """

    margin: float | None
    recognized: float | None
    nearest: Label | None


@dataclass(frozen=True)
class Position:
    """A label's place on the plane.

    Attributes:
        label: that was taught.
        x, y: the middle of its examples, -1 to 1.
        spread: how far its examples lie from there: root mean square, in the same unit.
    """

    label: Label
    x: float
    y: float
    spread: float


def separation(model: Model, label: Label) -> Separation:
    """How well a label is told apart from the others, by leave-one-out over its examples.

    Args:
        model: whose head keeps entries; it is not changed.
        label: with examples.

    Raises:
        HeadError: ``head-value`` for another head, or a label that was not taught.
    """
    head = model.entries
    examples = [example.id for example in model.examples if example.label == label]
    if not examples:
        raise HeadError("head-value", f"expected a label with examples, got {label!r}; see the model's examples")
    rows = head.embeddings
    margins, right = [], []
    rivals: dict[Label, float] = {}
    for example in examples:
        own = head.entries_owned_by(example)
        rest = head.copy()
        rest.remove(own)
        for vote in rest.vote(rows[own]):
            votes = dict(vote.probabilities)
            mine = votes.pop(label, 0.0)
            strongest = max(votes.values(), default=0.0)
            for rival, share in votes.items():
                rivals[rival] = rivals.get(rival, 0.0) + share
            margins.append(mine / (mine + strongest) if mine + strongest > 0.0 else 0.5)
            right.append(vote.recognized and vote.label == label)
    nearest = max(rivals, key=lambda rival: rivals[rival], default=None)
    if nearest is None or not rivals[nearest]:
        nearest = _nearest(head, label)
    if len(examples) < 2 or not margins:
        return Separation(None, None, nearest)
    return Separation(float(np.mean(margins)), float(np.mean(right)), nearest)


def _nearest(head: Entries, label: Label) -> Label | None:
    """The other label with the entry that is nearest to one of the label's."""
    others = [entry for entry, own in enumerate(head.labels) if own != label]
    others = [entry for entry in others if head.owners[entry]] or others
    if not others:
        return None
    rows = head.embeddings.astype(np.float64)
    differences = rows[others][:, None] - rows[head.entries_of(label)]
    distances = (differences**2).sum(axis=2).min(axis=1)
    return head.labels[others[int(distances.argmin())]]


def projection(model: Model) -> list[Position]:
    """The labels that were taught on the plane that shows most of how their middles differ, in the order of teaching.

    The axes are the first two principal components of the labels' mean embeddings (Pearson, "On lines and planes of
    closest fit to systems of points in space", 1901), each turned so that its largest coefficient is positive. The
    farthest label is at distance 1; with one label alone it is in the middle.

    Raises:
        HeadError: ``head-value`` for a head that keeps no entries.
    """
    head = model.entries
    taught = [entry for entry, owner in enumerate(head.owners) if owner]
    rows = head.embeddings[taught].astype(np.float64)
    given = [head.labels[entry] for entry in taught]
    labels = list(dict.fromkeys(given))
    if not labels:
        return []
    owner = np.array([labels.index(label) for label in given])
    middles = np.stack([rows[owner == index].mean(axis=0) for index in range(len(labels))])
    axes = _principal_axes(middles)
    places = (rows - middles.mean(axis=0)) @ axes
    centres = np.stack([places[owner == index].mean(axis=0) for index in range(len(labels))])
    farthest = float(np.sqrt((centres**2).sum(axis=1).max())) or 1.0
    away = ((places - centres[owner]) ** 2).sum(axis=1)
    spreads = [float(np.sqrt(away[owner == index].mean())) / farthest for index in range(len(labels))]
    return [
        Position(label, float(x), float(y), spread)
        for label, (x, y), spread in zip(labels, centres / farthest, spreads, strict=True)
    ]


def _principal_axes(points: Doubles) -> Doubles:
    """(D, 2) of points (N, D); zeros where they do not differ any more."""
    _, sizes, axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    axes = axes[:2] * (sizes[:2, None] > 1e-9 * max(float(sizes[0]), 1e-300))
    signs = [1.0 if axis[np.abs(axis).argmax()] >= 0.0 else -1.0 for axis in axes]
    turned = np.zeros((2, points.shape[1]))
    turned[: len(axes)] = axes * np.array(signs)[:, None]
    flat: Doubles = turned.T
    return flat
