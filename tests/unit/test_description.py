"""What a model says of its features and parameters, and how it refuses others."""

from __future__ import annotations

from typing import Any

import pytest
from inkmoji import (
    DictFeatureProvider,
    FeatureDescription,
    FeatureError,
    FeatureType,
    FeatureValue,
    ImageConstraint,
    ModelDescription,
)

from tests.engine import line, refused

VALUES = {
    FeatureType.IMAGE: FeatureValue.image(line((0, 0))),
    FeatureType.STRING: FeatureValue.string("a"),
    FeatureType.INT64: FeatureValue.int64(1),
    FeatureType.DOUBLE: FeatureValue.double(1.0),
    FeatureType.MULTI_ARRAY: FeatureValue.multi_array([[1.0, 2.0]]),
}
DESCRIPTIONS = {
    kind: FeatureDescription(
        "f",
        kind,
        ImageConstraint(8, 8) if kind is FeatureType.IMAGE else None,
        (1, 2) if kind is FeatureType.MULTI_ARRAY else None,
    )
    for kind in FeatureType
}


@pytest.mark.parametrize("described", FeatureType)
@pytest.mark.parametrize("given", FeatureType)
def test_a_feature_of_the_described_type_is_taken_and_any_other_refused(
    described: FeatureType, given: FeatureType
) -> None:
    features = DictFeatureProvider({"f": VALUES[given]})
    if described is given:
        assert DESCRIPTIONS[described].value_in(features) is VALUES[given]
    else:
        with refused(FeatureError, "feature-type", f"'f' to be of type {described.value}", f"got {given.value}"):
            DESCRIPTIONS[described].value_in(features)


def test_a_missing_feature_is_named_together_with_what_came() -> None:
    features = DictFeatureProvider({"z": VALUES[FeatureType.INT64], "a": VALUES[FeatureType.INT64]})
    with refused(FeatureError, "feature-missing", "expects a feature 'f' of type string", "'a', 'z'"):
        DESCRIPTIONS[FeatureType.STRING].value_in(features)
    with refused(FeatureError, "feature-missing", "got these features: none"):
        DESCRIPTIONS[FeatureType.STRING].value_in(DictFeatureProvider({}))


@pytest.mark.parametrize("array", [[1.0, 2.0], [[1.0], [2.0]], [[[1.0, 2.0]]], 1.0, []])
def test_a_multi_array_of_another_shape_is_refused(array: Any) -> None:
    features = DictFeatureProvider({"f": FeatureValue.multi_array(array)})
    with refused(FeatureError, "feature-shape", "'f' of shape (1, 2)"):
        DESCRIPTIONS[FeatureType.MULTI_ARRAY].value_in(features)


def test_a_plain_dictionary_is_no_feature_provider() -> None:
    with refused(FeatureError, "feature-type", "expected a feature provider", "got dict", "DictFeatureProvider"):
        DESCRIPTIONS[FeatureType.STRING].value_in({"f": "a"})  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(7, 8, 1), (8, 7, 1), (1025, 8, 1), (8, 1025, 3), (8, 8, 2), (8, 8, 0), (8, 8, 4)])
def test_an_image_constraint_outside_its_bounds_is_refused(size: tuple[int, int, int]) -> None:
    with refused(FeatureError, "feature-shape", "8 to 1024 pixels", "{} x {} x {}".format(*size)):
        ImageConstraint(*size)


@pytest.mark.parametrize("size", [(8, 1024, 1), (1024, 8, 3)])
def test_an_image_constraint_at_its_bounds_is_taken(size: tuple[int, int, int]) -> None:
    constraint = ImageConstraint(*size)
    assert (constraint.width, constraint.height, constraint.channels) == size


@pytest.mark.parametrize(
    ("kind", "image", "shape", "words"),
    [
        (FeatureType.IMAGE, None, None, "an image constraint for image features only"),
        (FeatureType.STRING, ImageConstraint(8, 8), None, "an image constraint for image features only"),
        (FeatureType.MULTI_ARRAY, None, None, "a shape for multi-array features only"),
        (FeatureType.DOUBLE, None, (2,), "a shape for multi-array features only"),
    ],
)
def test_a_constraint_and_a_shape_belong_to_their_types(
    kind: FeatureType, image: ImageConstraint | None, shape: tuple[int, ...] | None, words: str
) -> None:
    with refused(FeatureError, "feature-type", words, "'f'"):
        FeatureDescription("f", kind, image, shape)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e39])
def test_an_array_that_is_not_finite_is_refused(number: float) -> None:
    feature = DictFeatureProvider({"f": FeatureValue.multi_array([[1.0, number]])})
    with refused(FeatureError, "feature-value", "finite 'f'", "got NaN or infinity"):
        DESCRIPTIONS[FeatureType.MULTI_ARRAY].value_in(feature)


@pytest.mark.parametrize("shape", [[5], (5,), (1, 2, 3), ()])
def test_a_shape_is_kept_as_a_tuple(shape: Any) -> None:
    assert FeatureDescription("f", FeatureType.MULTI_ARRAY, shape=shape).shape == tuple(shape)


@pytest.mark.parametrize("shape", [5, (0,), (-1,), (2.0,), (True,), "ab"])
def test_a_shape_that_is_none_is_refused(shape: Any) -> None:
    with refused(FeatureError, "feature-shape", "whole numbers from 1 at 'f'", f"got {shape!r}"):
        FeatureDescription("f", FeatureType.MULTI_ARRAY, shape=shape)


@pytest.mark.parametrize(("name", "kind"), [(5, FeatureType.STRING), ("f", "string")])
def test_a_feature_has_a_name_and_a_type(name: Any, kind: Any) -> None:
    with refused(FeatureError, "feature-type", "a name and a FeatureType", repr(name)):
        FeatureDescription(name, kind)


@pytest.mark.parametrize("size", [(8.0, 8, 1), ("8", 8, 1), (8, 8, True)])
def test_an_image_constraint_is_of_whole_numbers(size: Any) -> None:
    with refused(FeatureError, "feature-shape", "8 to 1024 pixels", repr(size[0])):
        ImageConstraint(*size)


def test_a_description_does_not_change_with_what_it_was_made_of() -> None:
    metadata, inputs = {"a": "b"}, [FeatureDescription("f", FeatureType.STRING)]
    made = ModelDescription(inputs, inputs, (), metadata=metadata)  # type: ignore[arg-type]
    metadata.clear()
    inputs.clear()
    assert made.metadata == {"a": "b"}
    assert len(made.inputs) == len(made.outputs) == 1
    with pytest.raises(TypeError):
        made.metadata["a"] = "c"  # type: ignore[index]
