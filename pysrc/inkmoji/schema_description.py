"""A model's description as plain JSON values, and back."""

from __future__ import annotations

from typing import Any

from inkmoji.description import FeatureDescription, ImageConstraint, ModelDescription
from inkmoji.errors import ArchiveError
from inkmoji.features import FeatureType
from inkmoji.fields import Json, flag, items, real, table, text, whole, wholes
from inkmoji.parameters import SCALAR_KEYS, ParameterDescription, ParameterKey

_GROUPS = ("inputs", "outputs", "training_inputs")
_KEYS = {key.name: key for key in SCALAR_KEYS}
_REAL = {
    ParameterKey.LEARNING_RATE,
    ParameterKey.MOMENTUM,
    ParameterKey.BETA1,
    ParameterKey.BETA2,
    ParameterKey.EPS,
}
_MOST_VALUE = 2**53  # every whole number up to it is one in JavaScript too
_MOST_AXIS = 1 << 26


def encode(description: ModelDescription) -> Json:
    """The "description" of a header."""
    features = {key: [_feature(feature) for feature in getattr(description, key)] for key in _GROUPS}
    parameters = [_parameter(parameter) for parameter in description.parameters]
    return {**features, "metadata": dict(description.metadata), "parameters": parameters}


def decode(source: Json) -> ModelDescription:
    """The description of a header.

    Raises:
        ArchiveError: ``archive-header``.
        FeatureError, ParameterError: for what does not fit together.
    """
    metadata = table(source, "metadata")
    inputs, outputs, training_inputs = (tuple(map(_read_feature, items(source, key))) for key in _GROUPS)
    parameters = tuple(map(_read_parameter, items(source, "parameters")))
    words = {key: text(metadata, key) for key in metadata}
    return ModelDescription(inputs, outputs, training_inputs, parameters, words)


def _feature(feature: FeatureDescription) -> Json:
    image = feature.image
    return {
        "image": None if image is None else [image.width, image.height, image.channels],
        "name": feature.name,
        "shape": None if feature.shape is None else list(feature.shape),
        "type": feature.type.value,
    }


def _read_feature(source: Json) -> FeatureDescription:
    image = None if source.get("image") is None else wholes(source, "image", 1, 1024)
    if image is not None and len(image) != 3:
        raise ArchiveError("archive-header", f"expected 'image' as three numbers, got {len(image)}")
    shape = None if source.get("shape") is None else wholes(source, "shape", 1, _MOST_AXIS)
    constraint = None if image is None else ImageConstraint(*image)
    try:
        kind = FeatureType(text(source, "type"))
    except ValueError as error:
        raise ArchiveError("archive-header", f"expected a known FeatureType, got {source['type']!r}") from error
    return FeatureDescription(text(source, "name"), kind, constraint, shape)


def _parameter(parameter: ParameterDescription) -> Json:
    """Numbers in the parameter's own type: a learning rate of 1 is written as 1.0."""
    kind = float if parameter.key in _REAL else int

    def number(bound: Any) -> int | float | None:
        return None if bound is None else kind(bound)

    return {
        "allowed": list(map(int, parameter.allowed)) or None,
        "default": parameter.check(parameter.default),
        "key": parameter.key.name,
        "maximum": number(parameter.maximum),
        "minimum": number(parameter.minimum),
    }


def _read_parameter(source: Json) -> ParameterDescription:
    """Of a parameter's values those that its type has; others that are there are not written again."""
    key = _KEYS.get(text(source, "key"))
    if key is None:
        raise ArchiveError("archive-header", f"expected a known ParameterKey, got {source['key']!r}")
    if key == ParameterKey.SHUFFLE:
        return ParameterDescription(key, flag(source, "default"))
    if key in _REAL:
        return ParameterDescription(key, real(source, "default"), real(source, "minimum"), real(source, "maximum"))
    if source.get("allowed") is not None:
        allowed = wholes(source, "allowed", -_MOST_VALUE, _MOST_VALUE)
        return ParameterDescription(key, _number(source, "default"), allowed=allowed)
    return ParameterDescription(key, _number(source, "default"), _number(source, "minimum"), _number(source, "maximum"))


def _number(source: Json, key: str) -> int:
    return whole(source, key, -_MOST_VALUE, _MOST_VALUE)
