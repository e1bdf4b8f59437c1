"""A header is believed in nothing: each of its values is checked, one test for each."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from inkmoji import ArchiveError, dumps, loads, schema

from tests.engine import parts, refused, reseal, rich_model, tiny_model
from tests.headers import Change, assigned, both, removed

SOUND, BODY = parts(dumps(rich_model()))


def changed(*changes: Change) -> bytes:
    header = copy.deepcopy(SOUND)
    for change in changes:
        change(header)
    return reseal(header, BODY)


INPUT = ("description", "inputs", 0)
PARAMETER = ("description", "parameters", 0)
LAYER = ("network", "layers", 1)
DRAWN, PIXELS = ("examples", 0), ("examples", 1)
PLACES = {entry["name"]: index for index, entry in enumerate(SOUND["tensors"])}


def tensor(name: str) -> tuple[Any, ...]:
    return ("tensors", PLACES[name])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (removed("description"), ("an object as 'description'", "NoneType")),
        (assigned("network", to=[]), ("an object as 'network'", "list")),
        (removed("head"), ("an object as 'head'",)),
        (assigned("tensors", to={}), ("a list as 'tensors'", "dict")),
        (assigned("tensors", 0, to=5), ("'tensors' as a list of objects",)),
        (assigned("examples", to=None), ("a list as 'examples'",)),
        (assigned("examples", 0, to="x"), ("'examples' as a list of objects",)),
        (assigned("faces", to=1), ("a list as 'faces'", "int")),
        (removed("description", "metadata"), ("an object as 'metadata'",)),
        (assigned("description", "metadata", "licence", to=5), ("a text as 'licence'", "int")),
        (assigned("description", "outputs", to="x"), ("a list as 'outputs'", "str")),
        (assigned(*INPUT, "name", to=None), ("a text as 'name'",)),
        (assigned(*INPUT, "type", to=3), ("a text as 'type'",)),
        (assigned(*INPUT, "type", to="video"), ("a known FeatureType", "'video'")),
        (assigned(*INPUT, "image", to=8), ("a list as 'image'", "int")),
        (assigned(*INPUT, "image", to=[8, 8]), ("'image' as three numbers", "got 2")),
        (assigned(*INPUT, "image", to=[8, 8, 0]), ("'image' as whole numbers from 1 to 1024",)),
        (assigned(*INPUT, "image", to=[8, 8, True]), ("'image' as whole numbers",)),
        (assigned(*INPUT, "image", to=[8.0, 8, 1]), ("'image' as whole numbers",)),
        (assigned(*INPUT, "shape", to=[0]), ("'shape' as whole numbers from 1",)),
        (assigned(*PARAMETER, "key", to="weights"), ("a known ParameterKey", "'weights'")),
        (assigned(*PARAMETER, "default", to="3"), ("a whole number as 'default'", "str")),
        (assigned(*PARAMETER, "maximum", to=2**53 + 1), ("'maximum' from -9007199254740992 to 9007199254740992",)),
        (removed(*PARAMETER, "minimum"), ("a whole number as 'minimum'",)),
        (assigned("network", "layers", to={}), ("a list as 'layers'",)),
        (assigned(*LAYER, "settings", to=[]), ("an object as 'settings'",)),
        (assigned(*LAYER, "settings", "a", to=None), ("a number or text", "as 'a'", "NoneType")),
        (assigned(*LAYER, "settings", "a", to={}), ("a number or text", "as 'a'", "dict")),
        (assigned(*LAYER, "settings", "a", to=[True]), ("'a' as whole numbers from -9223372036854775808 to",)),
        (assigned(*LAYER, "settings", "a", to=[2**63]), ("'a' as whole numbers", "to 9223372036854775807")),
        (assigned(*LAYER, "weights", to="weight"), ("a list as 'weights'",)),
        (assigned(*LAYER, "weights", to=[1]), ("'weights' as a list of texts",)),
        (assigned(*LAYER, "inputs", to=[None]), ("'inputs' as a list of texts",)),
        (removed(*LAYER, "output"), ("a text as 'output'",)),
        (assigned(*LAYER, "kind", to=[]), ("a text as 'kind'",)),
        (assigned("network", "input", to=0), ("a text as 'input'",)),
        (assigned("network", "input_shape", to=[1, 8, 65537]), ("'input_shape' as whole numbers from 1 to 65536",)),
        (assigned("head", "labels", to=["cat", 5]), ("'labels' as a list of texts",)),
        (assigned("head", "threshold", to=1), ("a number as 'threshold'", "int")),
        (assigned("head", "threshold", to="1"), ("a number as 'threshold'", "str")),
        (assigned("head", "dimension", to=0), ("'dimension' from 1 to 65536", "got 0")),
        (assigned("head", "k", to=1001), ("'k' from 1 to 1000", "got 1001")),
        (assigned("head", "weighting", to=1), ("a text as 'weighting'",)),
        (removed("head", "default_label"), ("a text or a whole number as 'default_label'", "NoneType")),
        (removed(*DRAWN, "id"), ("a text as 'id'",)),
        (assigned(*DRAWN, "label", to=5.0), ("a text or a whole number as 'label'", "float")),
        (removed(*DRAWN, "strokes"), ("a whole number as 'strokes'",)),
        (assigned(*DRAWN, "strokes", to=0), ("'strokes' from 1 to 512",)),
        (assigned(*DRAWN, "strokes", to=513), ("'strokes' from 1 to 512", "got 513")),
        (assigned(*DRAWN, "points", to=0), ("'points' from 1",)),
        (assigned(*DRAWN, "points", to=2049), ("'points' from 1 to 2048",)),
        (assigned(*DRAWN, "points", to=12.0), ("a whole number as 'points'", "float")),
        (assigned(*PIXELS, "side", to=0), ("'side' from 1 to 128",)),
        (assigned(*PIXELS, "side", to=129), ("'side' from 1 to 128", "got 129")),
        (assigned("faces", 0, "created", to=-1), ("'created' from 0",)),
        (assigned("faces", 0, "created", to=0.5), ("a whole number as 'created'",)),
        (assigned("faces", 0, "image", to=65537), ("'image' from 0 to 65536",)),
        (assigned("faces", 0, "text", to=None), ("a text as 'text'",)),
        (assigned("faces", 0, "name", to=0), ("a text as 'name'",)),
        (removed("faces", 0, "label"), ("a text or a whole number as 'label'",)),
        (assigned("tensors", 0, "name", to=0), ("a text as 'name'",)),
        (assigned("tensors", 0, "dtype", to=None), ("a text as 'dtype'",)),
        (assigned("tensors", 0, "shape", to=2), ("a list as 'shape'",)),
        (assigned("tensors", 0, "shape", to=[2.0]), ("'shape' as whole numbers from 0 to 67108864",)),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(change: Change, words: tuple[str, ...]) -> None:
    with refused(ArchiveError, "archive-header", *words):
        loads(changed(change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (assigned(*tensor("network.1.bias"), "name", to="bias"), ("'network.1.bias'", "got none")),
        (assigned(*tensor("network.1.bias"), "dtype", to="uint16"), ("'network.1.bias'", "uint16 with 1 axes")),
        (assigned(*tensor("head.embeddings"), "shape", to=[8]), ("'head.embeddings'", "2 axes", "float16 with 1 axes")),
        (assigned(*tensor("head.embeddings"), "dtype", to="uint16"), ("'head.embeddings'", "uint16 with 2 axes")),
        (assigned(*tensor("head.labels"), "dtype", to="float32"), ("'head.labels'", "float32 with 1 axes")),
        (assigned(*tensor("head.owners"), "shape", to=[4, 1]), ("'head.owners'", "int32 with 2 axes")),
        (assigned(*tensor("examples.points"), "dtype", to="float16"), ("'examples.points'", "float16 with 2")),
        (assigned(*tensor("examples.lengths"), "name", to="x"), ("'examples.lengths'", "got none")),
        (assigned(*tensor("examples.pixels"), "shape", to=[4, 4]), ("'examples.pixels'", "uint8 with 2 axes")),
        (assigned(*tensor("faces.images"), "name", to="images"), ("'faces.images'", "got none")),
        (
            both(assigned(*tensor("head.labels"), "shape", to=[3]), assigned(*tensor("head.owners"), "shape", to=[5])),
            ("as many labels and owners as embeddings",),
        ),
        (assigned("faces", 1, "image", to=1), ("1 more in 'faces.images'", "got 0")),
        (
            assigned(*tensor("head.labels"), "dtype", to="float64"),
            ("float32, float16, int32,", "'float64'"),
        ),
        (assigned(*tensor("head.labels"), "shape", to=[5]), ("bytes in all", "got more")),
        (assigned(*tensor("head.labels"), "shape", to=[4, 1, 1, 1, 1]), ("at most 4 axes",)),
        (assigned(*tensor("head.labels"), "shape", to=[4, 1, 1, 1]), ("int32 with 4 axes",)),
        (assigned(*tensor("faces.images"), "shape", to=[12]), ("bytes in all",)),
    ],
)
def test_a_tensor_of_another_kind_is_named(change: Change, words: tuple[str, ...]) -> None:
    with refused(ArchiveError, "archive-tensor", *words):
        loads(changed(change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (assigned(*INPUT, "image", to=None), ("an image constraint for image features only",)),
        (assigned(*INPUT, "image", to=[8, 8, 2]), ("1 or 3 channels",)),
        (assigned(*PARAMETER, "minimum", to=0), ("from 1 to 1000", "got 0")),
        (assigned(*PARAMETER, "maximum", to=2**31 + 1), ("from 1 to 1000", "got 2147483649")),
        (assigned(*PARAMETER, "key", to="epochs"), ("parameters that the model has a use for", "got epochs")),
        (assigned(*LAYER, "settings", "a", to=True), ("['a']",)),
        (assigned(*PARAMETER, "default", to=51), ("from 1 to 50",)),
        (assigned("description", "inputs", to=[]), ("first input is an image",)),
        (assigned("network", "input_shape", to=[1, 8, 9]), ("expected weight",)),
        (assigned("network", "output", to="nowhere"), ("'nowhere'",)),
        (assigned(*LAYER, "settings", "a", to=1e999), ("['a']",)),
        (assigned("head", "weighting", to="mine"), ("weighting", "'mine'")),
        (assigned("head", "threshold", to=-1.0), ("threshold", "-1.0")),
        (assigned("head", "dimension", to=3), ("(4, 3)", "(4, 2)")),
        (assigned("faces", 0, "created", to=2**53), ("milliseconds",)),
        (assigned("faces", 1, "text", to=""), ("a text or an image",)),
        (assigned("faces", 1, "name", to="x" * 65), ("64 characters",)),
        (assigned(*DRAWN, "points", to=11), ("sum to 11",)),
        (assigned("faces", 1, "label", to="Zoë"), ("the one way",)),
        (assigned(*DRAWN, "label", to=5), ("every entry's example among them under its label",)),
    ],
)
def test_values_that_do_not_fit_together_are_refused(change: Change, words: tuple[str, ...]) -> None:
    with refused(ArchiveError, "archive-content", *words):
        loads(changed(change))


def test_a_tensor_may_span_as_many_numbers_as_a_file_has_bytes_and_no_more() -> None:
    for shape, words in (([0, 2**26], "bytes in all"), ([0, 2**26, 2], "at most 4 axes")):
        with refused(ArchiveError, "archive-tensor", words):
            loads(changed(assigned(*tensor("examples.points"), "shape", to=shape)))


def test_what_was_encoded_is_decoded() -> None:
    for model in (tiny_model(), rich_model()):
        header, tensors = schema.encode(model)
        again, arrays = schema.encode(schema.decode(header, tensors))
        assert again == header
        assert list(arrays) == list(tensors)
        for name, array in tensors.items():
            assert arrays[name].dtype == array.dtype
            assert np.array_equal(arrays[name], array)
