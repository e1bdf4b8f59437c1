"""Versions of Core ML's specification, and what each brought of what is used here."""

from __future__ import annotations

from inkmoji.coreml.problems import Problems
from inkmoji.coreml.schema import Proto
from inkmoji.coreml.weights import Weights

NEWEST = 10
HALF, QUANTIZED, UPDATABLE = 2, 3, 4


def needed(spec: Proto, weights: Weights) -> dict[str, int]:
    """What a model has that not every version knows, and since which it is known."""
    kind = spec.WhichOneof("Type")
    network = getattr(spec, kind) if kind in ("neuralNetwork", "neuralNetworkClassifier") else None
    found = {
        "weights in half precision": HALF if weights.half else 1,
        "quantised weights": QUANTIZED if weights.quantized else 1,
        "updatable models": UPDATABLE if spec.isUpdatable else 1,
        "nearest neighbours": UPDATABLE if kind == "kNearestNeighborsClassifier" else 1,
    }
    if network is not None and (network.arrayInputShapeMapping or network.imageInputShapeMapping):
        found["exact shapes of inputs"] = UPDATABLE
    return found


def check_version(spec: Proto, problems: Problems, where: str, weights: Weights) -> None:
    """Notes a version that does not know what the model has, or that is not known here."""
    version = spec.specificationVersion
    if version < 1:
        problems.invalid(where, f"expected a specificationVersion of at least 1, got {version}")
        return
    if version > NEWEST:
        problems.unsupported(where, f"expected a specificationVersion of at most {NEWEST}, got {version}")
    for what, least in needed(spec, weights).items():
        if version < least:
            problems.invalid(where, f"expected a specificationVersion of at least {least} for {what}, got {version}")
