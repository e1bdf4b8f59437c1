"""Training data, checked before anything is trained with it."""

from __future__ import annotations

from dataclasses import dataclass

from inkmoji.description import ModelDescription
from inkmoji.errors import FeatureError, UpdateError
from inkmoji.features import BatchProvider, Drawing, FeatureProvider, FeatureType
from inkmoji.image import canonical


@dataclass(frozen=True, eq=False)
class Sample:
    """A training example: its label and its drawing in canonical form."""

    label: str
    drawing: Drawing


def read_samples(batch: BatchProvider, description: ModelDescription) -> tuple[Sample, ...]:
    """The training data, checked against the description and canonical."""
    if not isinstance(batch, BatchProvider):
        raise UpdateError("update-argument", f"expected an ArrayBatch of examples, got {type(batch).__name__}")
    if not len(batch):
        raise UpdateError("update-argument", "expected at least one training example, got an empty batch")
    types = sorted(feature.type.value for feature in description.training_inputs)
    if types != ["image", "string"]:
        raise UpdateError("update-argument", f"expected a model that learns from an image and a string, got {types}")
    samples = []
    for index in range(len(batch)):
        try:
            samples.append(_read_sample(batch[index], description))
        except FeatureError as error:
            raise type(error)(error.code, f"training example {index}: {error}") from error
    return tuple(samples)


def _read_sample(features: FeatureProvider, description: ModelDescription) -> Sample:
    values = {feature.type: feature.value_in(features) for feature in description.training_inputs}
    label = values[FeatureType.STRING].text
    if not label:
        raise FeatureError("feature-shape", "expected a label of at least one character, got an empty one")
    return Sample(label, canonical(values[FeatureType.IMAGE].drawing))
