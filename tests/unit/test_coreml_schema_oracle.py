"""Every field of our messages is in coremltools' messages, with its number and type."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from inkmoji.coreml import schema
from inkmoji.coreml.schema import MESSAGES, ModelProto

from tests.coreml_tools import coremltools

THEIRS = coremltools.proto.Model_pb2.Model.DESCRIPTOR.file.pool
OURS = ModelProto.DESCRIPTOR.file.pool


def kind(field: Any) -> int:
    """The type on the wire; an enumeration is written as a whole number."""
    return FieldDescriptor.TYPE_INT32 if field.type == FieldDescriptor.TYPE_ENUM else field.type


@pytest.mark.parametrize("name", [name for name in MESSAGES if name != "Other"])
def test_a_message_has_the_fields_of_the_format(name: str) -> None:
    ours = OURS.FindMessageTypeByName(f"inkmoji.coreml.{name}")
    theirs = THEIRS.FindMessageTypeByName(f"CoreML.Specification.{name}")
    for field in ours.fields:
        same = theirs.fields_by_number[field.number]
        assert (field.name, kind(field), field.is_repeated) == (same.name, kind(same), same.is_repeated)
        choices = [one.containing_oneof and one.containing_oneof.name for one in (field, same)]
        assert choices[0] == choices[1]
        if field.message_type is not None and field.message_type.name != "Other":
            assert same.message_type.name == field.message_type.name
    assert ours.GetOptions().map_entry == theirs.GetOptions().map_entry


@pytest.mark.parametrize("name", ["Model", "NeuralNetworkLayer", "ActivationParams"])
def test_every_kind_of_model_layer_and_activation_is_known_by_name(name: str) -> None:
    ours = OURS.FindMessageTypeByName(f"inkmoji.coreml.{name}")
    theirs = THEIRS.FindMessageTypeByName(f"CoreML.Specification.{name}")
    for choice in theirs.oneofs:
        assert {f.number for f in choice.fields} == {f.number for f in ours.oneofs_by_name[choice.name].fields}


def test_the_numbers_of_colour_spaces_and_types_are_those_of_the_format() -> None:
    image, array = (getattr(coremltools.proto.FeatureTypes_pb2, f"{kind}FeatureType") for kind in ("Image", "Array"))
    assert (schema.GRAYSCALE, schema.RGB, schema.BGR) == (image.GRAYSCALE, image.RGB, image.BGR)
    assert (schema.FLOAT32, schema.DOUBLE, schema.INT32) == (array.FLOAT32, array.DOUBLE, array.INT32)
