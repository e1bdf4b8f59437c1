"""Training data, checked before anything is trained with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkmoji.description import FeatureDescription
from inkmoji.errors import FeatureError, UpdateError
from inkmoji.features import BatchProvider, FeatureProvider, FeatureType, FeatureValue, Label
from inkmoji.model import Model, Value
from inkmoji.neural import NetworkClassifier


@dataclass(frozen=True, eq=False)
class Sample:
    """A training example: what the model reads, and the label or the float32 array that it is to answer."""

    value: Value
    target: Label | NDArray[np.float32]


def read_samples(batch: BatchProvider, model: Model) -> tuple[Sample, ...]:
    """The training data, checked against the model's description; drawings in canonical form.

    Raises:
        UpdateError: ``update-argument`` for what is no batch, an empty one, or a model that cannot be updated.
        FeatureError: ``feature-missing``, ``feature-type`` (also for labels of different types), ``feature-shape``,
            ``feature-value``, ``feature-label`` (an empty label, or none of a network's classes), or what a drawing is
            refused for; each with the index of the example.
    """
    if not isinstance(batch, BatchProvider) or isinstance(batch, Mapping):
        raise UpdateError("update-argument", f"expected an ArrayBatch of examples, got {type(batch).__name__}")
    if not len(batch):
        raise UpdateError("update-argument", "expected at least one training example, got an empty batch")
    target = _target(model)
    providers = [batch[index] for index in range(len(batch))]
    _check_label_types(providers, target)
    samples = []
    for index, provider in enumerate(providers):
        try:
            samples.append(_read_sample(provider, model, target))
        except FeatureError as error:
            raise type(error)(error.code, f"training example {index}: {error}") from error
    return tuple(samples)


def _target(model: Model) -> FeatureDescription:
    """What the model learns to answer."""
    targets = [feature for feature in model.description.training_inputs if feature != model.input]
    if not targets:
        raise UpdateError("update-argument", "expected a model with training inputs, got one that cannot be updated")
    return targets[0]


def _check_label_types(providers: Sequence[FeatureProvider], target: FeatureDescription) -> None:
    first: dict[FeatureType, int] = {}
    for index, provider in enumerate(providers):
        value = provider.feature_value(target.name) if isinstance(provider, FeatureProvider) else None
        if isinstance(value, FeatureValue) and value.type in (FeatureType.STRING, FeatureType.INT64):
            first.setdefault(value.type, index)
    if len(first) > 1:
        got = " and ".join(f"{kind.value} in training example {index}" for kind, index in first.items())
        raise FeatureError("feature-type", f"expected labels of one type in a batch, got {got}")


def _read_sample(provider: FeatureProvider, model: Model, target: FeatureDescription) -> Sample:
    value, wanted = model.read(provider), target.value_in(provider)
    if target.type is FeatureType.MULTI_ARRAY:
        return Sample(value, wanted.array)
    if wanted.label == "":
        raise FeatureError("feature-label", "expected a label of at least one character, got an empty one")
    if isinstance(model.head, NetworkClassifier) and wanted.label not in model.head.labels:
        raise FeatureError(
            "feature-label",
            f"expected one of the model's classes {list(model.head.labels)}, got {wanted.label!r}; "
            "make room for it with Model.add_class",
        )
    return Sample(value, wanted.label)
