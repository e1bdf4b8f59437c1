"""Every kind of model is given back to the bit by the file it was written to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArchiveError,
    CompiledModel,
    Face,
    HeadError,
    Layer,
    Model,
    NearestNeighbors,
    Network,
    NetworkClassifier,
    ParameterDescription,
    ParameterKey,
    dumps,
    loads,
)
from inkmoji.examples import Example

from tests.archived import KINDS, PARAMETERS, classifier, extractor, inputs_of, numbers, pixel_classifier, regressor
from tests.engine import description, least_network, parts, refused


@pytest.mark.parametrize("model", KINDS.values(), ids=KINDS)
def test_what_was_read_is_written_again_to_the_byte(model: Model) -> None:
    data = dumps(model)
    again = loads(data)
    assert dumps(again) == data
    assert dumps(again.copy()) == data
    assert CompiledModel.of(model).data == data


@pytest.mark.parametrize("model", KINDS.values(), ids=KINDS)
def test_predictions_are_equal_to_the_bit_wherever_in_the_file_the_weights_lie(model: Model) -> None:
    for length in range(8):
        given = replace(model.description, metadata={"": "." * length})
        again = loads(dumps(Model(given, model.network, model.head, model.examples, model.faces)))
        for features in inputs_of(model):
            assert again.predict(features) == model.predict(features)
        for _, array in networks_weights(again):
            assert array.flags.aligned
            assert not array.flags.writeable


def networks_weights(model: Model) -> list[tuple[str, Any]]:
    networks = [model.network, getattr(model.head, "network", None)]
    layers = [layer for network in networks if network is not None for layer in network.layers]
    return [(f"{layer.name}.{name}", layer.weights[name]) for layer in layers for name in layer.weights]


@pytest.mark.parametrize("model", KINDS.values(), ids=KINDS)
def test_every_part_is_read_back(model: Model) -> None:
    again = loads(dumps(model))
    assert again.description == model.description
    assert again.faces == model.faces
    assert [type(label) for label in again.labels] == [type(label) for label in model.labels]
    assert again.labels == model.labels
    assert [(one.id, one.label, type(one.drawing)) for one in again.examples] == [
        (one.id, one.label, type(one.drawing)) for one in model.examples
    ]
    for got, network in ((again.network, model.network), (again.head, model.head)):
        same_network(getattr(got, "network", got), getattr(network, "network", network))
    keys = ("optimizer", "dimension", "k", "metric", "dtype", "weighting", "default_label", "threshold", "owners")
    for key in keys:
        assert getattr(again.head, key, None) == getattr(model.head, key, None)
    if isinstance(model.head, NearestNeighbors):
        assert again.head.embeddings.dtype == model.head.embeddings.dtype
        assert np.array_equal(again.head.embeddings, model.head.embeddings)


def same_network(got: Any, expected: Any) -> None:
    assert type(got) is type(expected)
    if not isinstance(expected, Network):
        return
    assert (got.input, got.input_shape, got.output) == (expected.input, expected.input_shape, expected.output)
    for one, other in zip(got.layers, expected.layers, strict=True):
        assert vars(replace(one, weights={})) == vars(replace(other, weights={}))
        assert {key: type(value) for key, value in one.settings.items()} == {
            key: type(value) for key, value in other.settings.items()
        }
        assert list(one.weights) == sorted(other.weights)
        for name, array in other.weights.items():
            assert one.weights[name].dtype == array.dtype
            assert np.array_equal(one.weights[name], array)


def test_the_header_says_what_kind_of_head_there_is() -> None:
    header, _ = parts(dumps(classifier()))
    assert set(header["head"]) == {"kind", "labels", "network", "optimizer"}
    assert (header["head"]["kind"], header["head"]["optimizer"]) == ("network-classifier", "adam")
    assert header["head"]["labels"] == ["cat", "Zoë", "👩‍🚀"]
    assert [layer["updatable"] for layer in header["head"]["network"]["layers"]] == [True, False, False, True, False]
    assert [(entry["name"], entry["dtype"]) for entry in header["tensors"]] == [
        ("network.1.bias", "float16"), ("network.1.weight", "float16"),
        ("head.0.bias", "float32"), ("head.0.weight", "float32"),
        ("head.3.bias", "float32"), ("head.3.weight", "float32"),
        ("examples.points", "uint16"), ("examples.lengths", "uint16"), ("examples.pixels", "uint8"),
        ("faces.images", "uint8"),
    ]  # fmt: skip
    header, _ = parts(dumps(regressor()))
    assert header["network"] is None
    assert set(header["head"]) == {"kind", "network", "optimizer"}
    assert header["head"]["kind"] == "network-regressor"
    assert header["head"]["network"]["layers"][0]["settings"] == {"shape": [1, 2, 3]}
    header, _ = parts(dumps(numbers()))
    assert (header["head"]["kind"], header["head"]["metric"]) == ("nearest-neighbors", "cosine")
    assert header["head"]["labels"] == [-(2**63), 9, 2**63 - 1, -7]
    assert [set(example) for example in header["examples"]] == [{"id", "label"}] * 5
    assert [face["label"] for face in header["faces"]] == [-7, 9, 10]
    assert {entry["name"]: entry["dtype"] for entry in header["tensors"]}["head.embeddings"] == "float32"


def test_a_parameter_is_written_in_its_own_type() -> None:
    header, _ = parts(dumps(pixel_classifier()))
    rate, batch, _, shuffle, seed, momentum = header["description"]["parameters"]
    assert rate == {"allowed": None, "default": 0.01, "key": "learning-rate", "maximum": 1.0, "minimum": 0.0}
    assert [type(rate[key]) for key in ("default", "maximum", "minimum")] == [float] * 3  # though given as whole ones
    assert [type(momentum[key]) for key in ("default", "maximum", "minimum")] == [float] * 3
    assert batch == {"allowed": [4, 1, 16], "default": 4, "key": "mini-batch-size", "maximum": None, "minimum": None}
    assert shuffle == {"allowed": None, "default": False, "key": "shuffle", "maximum": None, "minimum": None}
    assert seed == {"allowed": None, "default": 2**53, "key": "seed", "maximum": 2**53, "minimum": 0}


def test_numbers_of_numpy_in_a_parameter_are_written_as_all_others() -> None:
    key = ParameterKey.NUMBER_OF_NEIGHBORS
    own = ParameterDescription(key, np.int64(3), np.int64(1), np.int64(9))  # type: ignore[arg-type]
    rate = ParameterDescription(ParameterKey.LEARNING_RATE, np.float32(0.5), np.float64(0.0), 1.0)
    model = Model(description(parameters=(own,)), least_network(), NearestNeighbors(2))
    assert parts(dumps(model))[0]["description"]["parameters"][0]["maximum"] == 9
    head = classifier().head
    model = Model(description(parameters=(rate,)), least_network(), head)
    assert parts(dumps(model))[0]["description"]["parameters"][0]["default"] == 0.5
    assert loads(dumps(model)).description.parameters == (rate,)


def test_labels_of_two_types_are_not_written_or_not_read_again() -> None:
    with refused(HeadError, "head-value", "the label of a face of type int, got str"):
        numbers().set_face("ten", Face("x"))
    model = Model(description(), least_network(), NearestNeighbors(2), [Example("x", 5, None), Example("y", "a", None)])
    with refused(ArchiveError, "archive-content", "all texts or all whole numbers"):
        CompiledModel.of(model)


def test_a_setting_that_json_cannot_hold_or_a_file_may_not_is_not_compiled() -> None:
    def scaled(**settings: Any) -> Model:
        layers = [*least_network().layers, Layer("last", "leaky_relu", ("e",), "l", settings)]
        return Model(description(), Network(layers, "image", (1, 8, 8), "l"), NearestNeighbors(2))

    assert loads(dumps(scaled(alpha=0.5))).network is not None
    model = scaled(alpha=np.float64(0.5))  # a float for JSON too
    assert CompiledModel.of(model).data == dumps(scaled(alpha=0.5))
    flat = least_network().layers[0]
    odd = [replace(flat, settings={"order": np.str_("channel-first")}), *least_network().layers[1:]]
    model = Model(description(), Network(odd, "image", (1, 8, 8), "e"), NearestNeighbors(2))
    assert type(loads(dumps(model)).network.layers[0].settings["order"]) is str


def test_a_network_without_anything_to_train_is_a_head_all_the_same() -> None:
    model = extractor()
    again = loads(dumps(model))
    assert not again.head.network.updatable
    assert again.head.optimizer == "adam"
    frozen = [replace(layer, updatable=False) for layer in classifier().head.network.layers]
    head = NetworkClassifier(Network(frozen, "embedding", (2,), "p"), ("a", "b", "c"))
    data = dumps(Model(description(parameters=PARAMETERS), least_network(), head))
    assert dumps(loads(data)) == data
