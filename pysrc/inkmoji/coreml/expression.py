"""What of a model Core ML's format can say, what is transformed so that it can, and what is lost.

Core ML has no cosine distance, but of vectors of length one the Euclidean distance puts the neighbours in the same
order: with u and v of length 1, |u - v|² = 2 (1 - cos). It has no threshold below which nothing is recognised. It has
no probabilistic discriminant analysis; its projection, in which drawings of one thing scatter by 1 in every direction,
is where its nearest neighbours are the likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkmoji.layer import Layer
from inkmoji.linalg import Floats
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network
from inkmoji.parts import Remembering
from inkmoji.plda import ProbabilisticLDA

NOTES = {
    "discriminant": (
        "Core ML has no probabilistic discriminant analysis: the 3 nearest neighbours in its projection answer "
        "instead. Most answers stay the same; how sure they are does not, and a drawing of something new is given the "
        "nearest label."
    ),
    "cosine": (
        "Core ML has no cosine distance: embeddings are made as long as 1, so that the nearest neighbours are the same."
    ),
    "votes": "Votes by inverse distance count the Euclidean distance then, so that probabilities differ.",
    "threshold": ("Core ML always answers with a label: it does not know that farther than {} nothing is recognised."),
    "drawings": (
        "The drawings that taught it and pictures on stickers are not in the file: export a backup to keep them."
    ),
}
"""What may be lost, in sentences; of a threshold with its value."""


@dataclass(frozen=True, eq=False)
class Neighbors:
    """A head that keeps entries, as Core ML can say it.

    Attributes:
        network: from the model's input to what the neighbours read; None where that is the input.
        rows: (entries, dimension) float32.
        own: what the file says besides, so that the model comes back as it was.
    """

    network: Network | None
    rows: Floats
    own: dict[str, str]


def expressed(model: Model, head: Remembering) -> Neighbors:
    """The head with as much of the model before it as it takes."""
    rows = head.embeddings.astype(np.float32)
    if isinstance(head, ProbabilisticLDA):
        weight = head.projection.astype(np.float64)
        shift = -(head.mean.astype(np.float64) @ weight)
        arrays = {"weight": weight.T.astype(np.float32), "bias": shift.astype(np.float32)}
        projected = (rows.astype(np.float64) @ weight + shift).astype(np.float32)
        return Neighbors(_extended(model, "inner_product", head.dimension, arrays), projected, {})
    own = {} if head.dtype == "float32" else {"dtype": head.dtype}
    if head.threshold is not None:
        own["threshold"] = repr(head.threshold)
    network = model.network
    if head.metric == "cosine":
        wide = rows.astype(np.float64)
        lengths = np.sqrt((wide**2).sum(axis=1, keepdims=True))
        rows = (wide / np.where(lengths == 0.0, 1.0, lengths)).astype(np.float32)
        own = {key: text for key, text in own.items() if key != "dtype"} | {"metric": "cosine"}
        network = _extended(model, "l2_normalize", head.dimension, {})
    return Neighbors(network, rows, own)


def notes(model: Model) -> dict[str, str]:
    """What Core ML's format cannot say of a model: those of ``NOTES`` that hold, filled in."""
    head, told = model.head, []
    if isinstance(head, ProbabilisticLDA):
        told.append("discriminant")
    if isinstance(head, NearestNeighbors) and head.metric == "cosine":
        told += ["cosine"] if head.weighting == "uniform" else ["cosine", "votes"]
    if isinstance(head, NearestNeighbors) and head.threshold is not None:
        told.append("threshold")
    if any(example.drawing is not None for example in model.examples) or any(f.image for f in model.faces.values()):
        told.append("drawings")
    threshold = f"{head.threshold:g}" if "threshold" in told else ""  # type: ignore[union-attr]
    return {code: NOTES[code].format(threshold) for code in told}


def _extended(model: Model, kind: str, dimension: int, weights: dict[str, Floats]) -> Network:
    """The model's network, or an empty one, with a layer more at its end."""
    before = model.network
    layers, source, shape, end = (
        ((), "input", (dimension,), "input")
        if before is None
        else (before.layers, before.input, before.input_shape, before.output)
    )
    taken = {source, *(name for layer in layers for name in (layer.name, layer.output))}
    name = next(name for name in (f"{kind} {number}" for number in range(len(taken) + 1)) if name not in taken)
    return Network((*layers, Layer(name, kind, (end,), name, {}, weights)), source, shape, name)
