"""What can be said of drawings before they are taught: what the model sees of them, and whether they go together.

The limits were chosen on Quick, Draw! drawings of categories that the base model was not trained on, each by another
person; ``models/evaluate.py --reviews`` measures them:

* Of three drawings of one thing, one is called odd in 4 %. People's own three drawings are more alike, so this is the
  most. Where one of three shows another thing, one is called odd in 57 %, the right one in 55 %.
* Two drawings of one thing are said to differ in 5 %, two of different things in 60 %.
* Two drawings of one thing are called alike in 0.3 %, mostly circles and the like; a drawing that is only moved or
  scaled always is, one drawn again with its points 0.5 % of its size beside in 99 %, 1 % beside in 86 %, 2 % in 47 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkmoji.features import FeatureProvider, Label
from inkmoji.image import render
from inkmoji.model import Model
from inkmoji.plda import ProbabilisticLDA

ALIKE = 0.96
"""Least cosine of the embeddings of two drawings that are nearly the same."""
ODD = 0.08
"""A drawing is odd if the head finds it less probable than this to be what the others, two or more, are."""
APART = 0.24
"""Two drawings differ wildly if it finds that less probable than this: one drawing says less than two."""
STRANGE = 0.08
"""Likewise for heads that know no such probability: the mean cosine with the others."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Review:
    """What was found of N drawings.

    Attributes:
        pictures: what the model sees of each, uint8 (height, width[, 3]), white ink on black.
        alike: pairs of drawings, as ascending indices, that are nearly the same: the second one adds nothing.
        odd: the index of the one that is wildly different from all others; of two drawings both; else none.
        claims: for each drawing the label that the model recognises it as, with its probability, unless that is the
            label that it is to be taught under; else None.
    """

    pictures: tuple[NDArray[np.uint8], ...]
    alike: tuple[tuple[int, int], ...]
    odd: tuple[int, ...]
    claims: tuple[tuple[Label, float] | None, ...]


def review(model: Model, drawings: Sequence[FeatureProvider], label: Label | None = None) -> Review:
    """Looks at drawings that are to be taught under one label; changes nothing.

    Args:
        model: of any head; one that reads drawings.
        drawings: in any number; each must hold the description's input.
        label: what they are to be taught as; None for a new label.

    Raises:
        FeatureError: when one does not hold it, cannot become a picture, or the model reads arrays.
    """
    pictures = tuple(render(model.read(drawing), model.constraint) for drawing in drawings)  # type: ignore[arg-type]
    if not pictures:
        return Review((), (), (), ())
    read = model.embed(pictures)
    cosines = _cosines(read.reshape(len(read), -1).astype(np.float64))
    pairs = zip(*np.triu_indices(len(read), 1), strict=True)
    alike = tuple((int(one), int(other)) for one, other in pairs if cosines[one, other] >= ALIKE)
    found = model.answers(read)
    claims = tuple(
        (one.label, one.probabilities[one.label])
        if one.recognized and one.label is not None and one.label != label
        else None
        for one in found
    )
    return Review(pictures, alike, _odd(model, read, cosines), claims)


def _cosines(vectors: Doubles) -> Doubles:
    """(N, N) of N vectors; of one of zeros with all others 0."""
    lengths = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    units = vectors / np.where(lengths == 0.0, 1.0, lengths)
    cosines: Doubles = units @ units.T
    return cosines


def _odd(model: Model, read: NDArray[np.float32], cosines: Doubles) -> tuple[int, ...]:
    count = len(read)
    if count < 2:
        return ()
    if isinstance(model.head, ProbabilisticLDA):
        likeness, least = _probabilities(model.head, read), APART if count == 2 else ODD
    else:
        others = ~np.eye(count, dtype=np.bool_)
        likeness, least = cosines.mean(axis=1, where=others), STRANGE
    if likeness.min() >= least:
        return ()
    return (0, 1) if count == 2 else (int(likeness.argmin()),)


def _probabilities(head: ProbabilisticLDA, read: NDArray[np.float32]) -> Doubles:
    """(N,) how probable each drawing is for a head that was taught nothing but the others, as one label."""
    label: Label = "it" if isinstance(head.default_label, str) else 0
    empty = head.copy()
    empty.remove(range(len(empty)))
    found = np.empty(len(read))
    for place in range(len(read)):
        taught = empty.copy()
        for other in np.delete(read, place, axis=0):
            taught.add(other, label)
        (vote,) = taught.vote(read[place : place + 1])
        found[place] = vote.probabilities[label]
    return found
