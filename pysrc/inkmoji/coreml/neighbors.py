"""Nearest neighbours of Core ML as models of the engine, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkmoji.coreml import features, metadata, parameters, training
from inkmoji.coreml.problems import Problems, Refusal, shown
from inkmoji.coreml.schema import Proto
from inkmoji.coreml.versions import check_version
from inkmoji.coreml.weights import Budget, Weights
from inkmoji.description import FeatureDescription, ModelDescription
from inkmoji.entries import Entries
from inkmoji.features import FeatureType, Label
from inkmoji.linalg import Floats
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.parameters import ParameterKey

_MOST_DIMENSIONS = 65536  # as of any head; in a browser NumPy makes no array with far longer sides
_WEIGHTINGS = {"uniformWeighting": "uniform", "inverseDistanceWeighting": "inverse-distance"}


def read_neighbors(spec: Proto, budget: Budget, problems: Problems, where: str) -> Model | None:
    """The model of a ``kNearestNeighborsClassifier``; None, and problems noted, where it has any.

    Its samples become entries that belong to no example: a file has no drawings.
    """
    before = len(problems)
    knn = spec.kNearestNeighborsClassifier
    check_version(spec, problems, where, Weights(budget))
    samples: Floats | None = None
    labels: tuple[Label, ...] = ()
    default: Label | None = None
    with problems.noting(where):
        _check_index(knn)
    with problems.noting(where):
        labels, default = _labels(knn)
        samples = _samples(knn.nearestNeighborsIndex, len(labels), budget)
    with problems.noting(where):
        source = features.read_input(spec.description)
        k = parameters.read(ParameterKey.NUMBER_OF_NEIGHBORS, knn, "numberOfNeighbors")
        label = features.read_label(spec.description, isinstance(default, int))
        if len(problems) > before or samples is None or default is None:
            return None
        if source.shape != (knn.nearestNeighborsIndex.numberOfDimensions,):
            got = source.shape or source.type.value
            raise Refusal(f"expected an input of numberOfDimensions {samples.shape[1]}, got {got}", True)
        weighting = _WEIGHTINGS[knn.WhichOneof("WeightingScheme")]
        head = NearestNeighbors(samples.shape[1], int(k.default), weighting, default, **_own_settings(spec))
        head.add_all(samples, labels, [""] * len(labels))
        given = (source, training.read_target(spec.description, source, label.name)) if spec.isUpdatable else ()
        return Model(ModelDescription((source,), (label,), given, (k,) if given else ()), None, head)
    return None


def _own_settings(spec: Proto) -> dict[str, Any]:
    """What the format has no place for, where this library has written the file."""
    own = metadata.own(spec.description.metadata)
    settings: dict[str, Any] = {key: own[key] for key in ("dtype", "metric") if key in own}
    try:
        settings |= {"threshold": float(own["threshold"])} if "threshold" in own else {}
    except ValueError as error:
        raise Refusal(f"expected a threshold as a number, got {shown(own['threshold'])}") from error
    return {"dtype": "float32"} | settings


def _check_index(knn: Proto) -> None:
    index = knn.nearestNeighborsIndex
    if knn.WhichOneof("WeightingScheme") not in _WEIGHTINGS:
        raise Refusal("expected a weighting scheme, uniform or by inverse distance, got none", True)
    if index.WhichOneof("IndexType") is None:
        raise Refusal("expected an index, linear or a kd-tree, got none", True)
    if index.WhichOneof("IndexType") == "singleKdTreeIndex" and index.singleKdTreeIndex.leafSize < 1:
        raise Refusal(f"expected a kd-tree's leafSize of at least 1, got {index.singleKdTreeIndex.leafSize}", True)
    if index.WhichOneof("DistanceFunction") is None:
        raise Refusal("expected a distance function, squaredEuclideanDistance, got none", True)


def _labels(knn: Proto) -> tuple[tuple[Label, ...], Label]:
    """The label of each sample, and the default label."""
    kind, default = knn.WhichOneof("ClassLabels"), knn.WhichOneof("DefaultClassLabel")
    labels = tuple(getattr(knn, kind).vector) if kind else ()
    if not labels and default is None:
        raise Refusal("expected a default label where there are no samples, got none", True)
    whole = kind == "int64ClassLabels" if kind else default == "defaultInt64Label"
    if default is None:
        return labels, 0 if whole else ""
    if whole != (default == "defaultInt64Label"):
        raise Refusal(f"expected class labels and a default label of one type, got {kind} and {default}", True)
    return labels, getattr(knn, default)


def _samples(index: Proto, count: int, budget: Budget) -> Floats:
    """(samples, dimensions) float32."""
    dimensions = index.numberOfDimensions
    if dimensions < 1:
        raise Refusal(f"expected numberOfDimensions of at least 1, got {dimensions}", True)
    if dimensions > _MOST_DIMENSIONS:
        raise Refusal(f"expected numberOfDimensions of at most {_MOST_DIMENSIONS}, got {dimensions}")
    if len(index.floatSamples) != count:
        raise Refusal(f"expected a label for each sample, got {count} for {len(index.floatSamples)}", True)
    wrong = [len(sample.vector) for sample in index.floatSamples if len(sample.vector) != dimensions]
    if wrong:
        raise Refusal(f"expected samples of numberOfDimensions {dimensions}, got one of {wrong[0]}", True)
    budget.take(count * dimensions * 4)
    rows = np.empty((count, dimensions), np.float32)
    for row, sample in zip(rows, index.floatSamples, strict=True):
        row[:] = sample.vector
    if not np.isfinite(rows).all():
        raise Refusal("expected samples of finite numbers, got NaN or infinity")
    return rows


def write_neighbors(spec: Proto, head: Entries, rows: Floats, source: FeatureDescription, model: Model) -> None:
    """Fills in a ``kNearestNeighborsClassifier`` with the rows as samples of the head's labels."""
    knn, label = spec.kNearestNeighborsClassifier, model.description.outputs[0]
    index = knn.nearestNeighborsIndex
    index.numberOfDimensions = rows.shape[1]
    for row in rows:
        index.floatSamples.add().vector.extend(row.tolist())
    index.linearIndex.SetInParent()
    index.squaredEuclideanDistance.SetInParent()
    labels = knn.stringClassLabels if label.type is FeatureType.STRING else knn.int64ClassLabels
    labels.SetInParent()
    labels.vector.extend(head.labels)
    setattr(knn, "defaultStringLabel" if label.type is FeatureType.STRING else "defaultInt64Label", head.default_label)
    uniform = isinstance(head, NearestNeighbors) and head.weighting == "uniform"
    (knn.uniformWeighting if uniform else knn.inverseDistanceWeighting).SetInParent()
    neighbors = head.k if isinstance(head, NearestNeighbors) else 3
    number = parameters.described(ParameterKey.NUMBER_OF_NEIGHBORS, model.description.parameters, neighbors)
    parameters.write(knn, "numberOfNeighbors", number)
    knn.numberOfNeighbors.defaultValue = neighbors
    features.write(spec.description.input.add(), source)
