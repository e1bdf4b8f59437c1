"""Descriptions of features: Core ML's as the engine's, and back."""

from __future__ import annotations

from inkmoji.coreml.problems import Refusal, shown
from inkmoji.coreml.schema import BGR, DOUBLE, FLOAT32, GRAYSCALE, INT32, RGB, Proto
from inkmoji.description import FeatureDescription, ImageConstraint
from inkmoji.features import FeatureType
from inkmoji.layer import Shape

_CHANNELS = {GRAYSCALE: 1, RGB: 3, BGR: 3}
_LABELS = {"stringType": FeatureType.STRING, "int64Type": FeatureType.INT64}


def read(feature: Proto) -> FeatureDescription:
    """A drawing, an array or a label.

    Raises:
        Refusal: for other types, and for sizes and shapes that are not fixed.
        FeatureError: for an image of a size that is not supported.
    """
    kind, name = feature.type.WhichOneof("Type"), feature.name
    if not name or kind is None:
        raise Refusal(f"expected features with a name and a type, got {shown(name)} of {kind or 'no type'}", True)
    if kind in _LABELS:
        return FeatureDescription(name, _LABELS[kind])
    if kind == "imageType":
        return FeatureDescription(name, FeatureType.IMAGE, _constraint(name, feature.type.imageType))
    if kind == "multiArrayType":
        return FeatureDescription(name, FeatureType.MULTI_ARRAY, shape=_shape(name, feature.type.multiArrayType))
    raise Refusal(f"expected images, multi-arrays, strings and int64, got {shown(name)} of {kind}")


def read_input(description: Proto) -> FeatureDescription:
    """The one feature that a model reads.

    Raises:
        Refusal: where there is none, or another number; and as ``read``.
    """
    if len(description.input) != 1:
        raise Refusal(f"expected one input, got {len(description.input)}", not len(description.input))
    found = read(description.input[0])
    if found.type not in (FeatureType.IMAGE, FeatureType.MULTI_ARRAY):
        raise Refusal(f"expected an input that is an image or a multi-array, got a {found.type.value}")
    return found


def read_label(description: Proto, whole: bool) -> FeatureDescription:
    """The label that a classifier predicts.

    Raises:
        Refusal: where no output of that name and type is described.
    """
    name, kind = description.predictedFeatureName, "int64Type" if whole else "stringType"
    kinds = [feature.type.WhichOneof("Type") for feature in description.output if feature.name == name]
    if kinds != [kind]:
        raise Refusal(f"expected one output {shown(name)}, which is predicted, of {kind}, got {kinds or 'none'}", True)
    probabilities = description.predictedProbabilitiesName
    described = {feature.name: feature.type for feature in description.output}
    if probabilities:
        keys = described[probabilities].dictionaryType if probabilities in described else None
        if keys is None or keys.WhichOneof("KeyType") != f"{kind.removesuffix('Type')}KeyType":
            raise Refusal(f"expected an output {shown(probabilities)}, a dictionary by label, got none", True)
    return FeatureDescription(name, _LABELS[kind])


def shape_of(feature: FeatureDescription) -> Shape:
    """The shape of an input as a blob, without the batch."""
    if feature.image is not None:
        return (feature.image.channels, feature.image.height, feature.image.width)
    return feature.shape or ()


def write(place: Proto, feature: FeatureDescription, words: str = "") -> None:
    """Describes a feature."""
    place.name, place.shortDescription = feature.name, words
    if feature.image is not None:
        image = place.type.imageType
        image.width, image.height = feature.image.width, feature.image.height
        image.colorSpace = GRAYSCALE if feature.image.channels == 1 else RGB
    elif feature.shape is not None:
        place.type.multiArrayType.shape.extend(feature.shape)
        place.type.multiArrayType.dataType = FLOAT32
    elif feature.type is FeatureType.STRING:
        place.type.stringType.SetInParent()
    else:
        place.type.int64Type.SetInParent()


def _constraint(name: str, image: Proto) -> ImageConstraint:
    if image.WhichOneof("SizeFlexibility"):
        raise Refusal(f"expected an image {shown(name)} of one size, got one of many")
    if image.colorSpace not in _CHANNELS:
        raise Refusal(f"expected an image {shown(name)} in grey, RGB or BGR, got colour space {image.colorSpace}")
    return ImageConstraint(image.width, image.height, _CHANNELS[image.colorSpace])


def _shape(name: str, array: Proto) -> Shape:
    if array.WhichOneof("ShapeFlexibility"):
        raise Refusal(f"expected a multi-array {shown(name)} of one shape, got one of many")
    if array.dataType not in (DOUBLE, FLOAT32, INT32):
        expected = f"a multi-array {shown(name)} of DOUBLE, FLOAT32 or INT32"
        raise Refusal(f"expected {expected}, got dataType {array.dataType}", not array.dataType)
    if not len(array.shape):
        raise Refusal(f"expected a multi-array {shown(name)} with a shape, got none", True)
    return tuple(array.shape[:8])
