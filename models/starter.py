"""The starter pack: stickers that come ready-made, for common doodles among the categories that were trained on.

A sticker has no drawings, only prototypes: the mean embeddings of a few equal parts of its category's drawings, so
that the head takes it for something it has seen so many times.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from inkmoji.examples import Face
from inkmoji.features import Label
from inkmoji.model import Model
from inkmoji.plda import ProbabilisticLDA

from models.emoji import EMOJI
from models.episodes import Score
from models.export import starter_model
from models.scores import Embedded, Row

PROTOTYPES = 3


def starter_pack(head: ProbabilisticLDA, known: Embedded, names: Sequence[str]) -> Model:
    """The stickers of the categories that have an emoji.

    Args:
        head: of the base model, without entries.
        known: embeddings of the drawings that were trained on.
        names: their categories, by class.
    """
    own = head.copy()
    faces: dict[Label, Face] = {}
    for index, name in enumerate(names):
        vectors = known.vectors[known.labels == index]
        if name in EMOJI and len(vectors) >= PROTOTYPES:
            for part in np.array_split(vectors, PROTOTYPES):
                own.add(part.mean(axis=0), name)
            faces[name] = Face(EMOJI[name], name)
    return starter_model(own, faces)


def starter_rows(pack: Model, known: Embedded, names: Sequence[str], unseen: Embedded) -> list[Row]:
    """How the pack answers to drawings of its own categories, and to those of none of them.

    Args:
        pack: the starter pack.
        known: drawings that were trained on and that the prototypes are made of.
        names: their categories, by class.
        unseen: drawings of categories that were not trained on.
    """
    if not pack.labels:  # other categories were trained on than those that have an emoji
        return []
    head, right, wrong = pack.entries, [], []
    for index, name in enumerate(names):
        if name in pack.labels:
            votes = head.vote(known.vectors[known.labels == index])
            right += [float(vote.label == name) for vote in votes]
            wrong += [float(vote.recognized and vote.label != name) for vote in votes]
    others = [float(vote.recognized) for vote in head.vote(unseen.vectors)]
    what = f"Starter pack of {len(pack.labels)}"
    return [
        Row(f"{what}: drawings of its categories (seen in training) recognised, rightly", Score.of(right)),
        Row(f"{what}: drawings of its categories (seen in training) taken for another", Score.of(wrong)),
        Row(f"{what}: drawings of other categories (not trained on) taken for one of them", Score.of(others)),
    ]
