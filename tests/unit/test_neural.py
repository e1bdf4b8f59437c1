"""Networks as heads: what they answer, what they refuse, and a class more for a classifier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    CompiledModel,
    DictFeatureProvider,
    Face,
    FeatureDescription,
    FeatureType,
    FeatureValue,
    HeadError,
    Layer,
    Model,
    ModelDescription,
    NearestNeighbors,
    Network,
    NetworkClassifier,
    NetworkRegressor,
    UpdateContext,
    UpdateTask,
)

from tests.engine import description, refused, tiny_network
from tests.updatable import KINDS, POINT, TEXT, dense, describe, regression_network, softmax_network, tail_network


def batch(network: Network, count: int = 6) -> Any:
    return np.random.default_rng(1).normal(size=(count, *network.input_shape)).astype(np.float32)


def test_a_classifier_answers_the_class_of_the_largest_output() -> None:
    network = tail_network(3)
    head = NetworkClassifier(network, ("a", "b", "c"))
    rows = batch(network)
    for row, vote in zip(network.forward(rows), head.vote(rows), strict=True):
        assert vote.label == "abc"[int(np.argmax(row))]
        assert vote.probabilities == {"abc"[index]: float(row[index]) for index in range(3)}
        assert list(vote.probabilities.values()) == sorted(vote.probabilities.values(), reverse=True)
        assert sum(vote.probabilities.values()) == pytest.approx(1.0)
        assert vote.distance == float("inf")


def test_of_equal_classes_the_first_is_the_answer() -> None:
    network = tail_network(3)
    nothing = {("out", "weight"): np.zeros((3, 6), np.float32), ("out", "bias"): np.zeros(3, np.float32)}
    level = network.with_weights(nothing)
    vote = NetworkClassifier(level, (3, 2, 1)).vote(batch(network, 1))[0]
    assert vote.label == 3
    assert list(vote.probabilities) == [3, 2, 1]


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (("a", "a"), "each once"),
        (("a", ""), "at least one character"),
        (("a", 1), "of type str, got int"),
        ((1, True), "got bool"),
        ((1, 2**63), "got a number of 65 bits"),
        ((1.0, 2.0), "got float"),
        (("a", "\ud83d"), "whole characters"),
    ],
)
def test_labels_that_are_none_are_refused(labels: Any, words: str) -> None:
    with refused(HeadError, "head-value", words):
        NetworkClassifier(tail_network(2), labels)


def test_there_is_a_class_for_each_output() -> None:
    for labels in ((), ("a",), ("a", "b", "c")):
        with refused(HeadError, "head-value" if not labels else "head-shape", "class"):
            NetworkClassifier(tail_network(2), labels)


def test_a_classifier_ends_in_a_softmax() -> None:
    with refused(HeadError, "head-value", "ends in a softmax", "'l2_normalize' ('unit')"):
        NetworkClassifier(tiny_network(), ("a", "b", "c", "d"))


@pytest.mark.parametrize("make", [lambda name: NetworkClassifier(tail_network(2), ("a", "b"), name),
                                  lambda name: NetworkRegressor(regression_network(), name)])  # fmt: skip
def test_there_are_two_optimizers(make: Any) -> None:
    assert make("adam").optimizer == "adam"
    with refused(HeadError, "head-value", "('sgd', 'adam')", "got 'lion'"):
        make("lion")


def test_a_new_class_has_the_mean_of_the_others_logits() -> None:
    network = tail_network(3)
    head = NetworkClassifier(network, ("a", "b", "c"))
    grown = head.with_class("d")
    assert grown.labels == ("a", "b", "c", "d")
    assert NetworkClassifier(network, ("a", "b", "c"), "adam").with_class("d").optimizer == "adam"
    rows = batch(network, 200)
    for before, after in zip(head.vote(rows), grown.vote(rows), strict=True):
        assert after.label == before.label
        logits = np.log([after.probabilities[label] for label in "abcd"])
        assert logits[3] == pytest.approx(logits[:3].mean(), abs=1e-5)
        odds = after.probabilities["a"] / after.probabilities["b"]
        assert odds == pytest.approx(before.probabilities["a"] / before.probabilities["b"], rel=1e-4)
    assert head.labels == ("a", "b", "c")
    assert head.network.output_shape == (3,)


def test_classes_can_be_added_to_a_layer_without_bias_and_again() -> None:
    layers = [*tail_network(2).layers]
    layers[2] = replace(layers[2], weights={"weight": layers[2].weights["weight"]})
    head = NetworkClassifier(Network(layers, "embedding", (4,), "probabilities"), (0, 1))
    grown = head.with_class(2).with_class(-5)
    assert grown.labels == (0, 1, 2, -5)
    assert grown.network.output_shape == (4,)


@pytest.mark.parametrize(
    ("label", "words"), [("a", "each once"), (3, "of type str, got int"), ("", "at least one character")]
)
def test_a_class_that_is_none_or_there_already_is_not_added(label: Any, words: str) -> None:
    with refused(HeadError, "head-value", words):
        NetworkClassifier(tail_network(2), ("a", "b")).with_class(label)


SOFTMAX = Layer("softmax", "softmax", ("logits",), "p")


@pytest.mark.parametrize(
    ("layers", "got"),
    [
        ([dense("out", "x", "logits", 2, 4, 1, updatable=False), SOFTMAX], "got inner_product 'out'"),
        ([dense("in", "x", "h", 2, 4, 1), Layer("tanh", "tanh", ("h",), "logits"), SOFTMAX], "got tanh 'tanh'"),
        ([replace(SOFTMAX, inputs=("x",))], "got none"),
        (
            [dense("out", "x", "logits", 2, 4, 1), Layer("s", "add", ("logits", "logits"), "z"), SOFTMAX],
            "got inner_product 'out'",
        ),
    ],
)
def test_a_class_needs_an_updatable_layer_of_its_own_before_the_softmax(layers: list[Layer], got: str) -> None:
    size = 2 if len(layers) == 1 else 4
    head = NetworkClassifier(Network(layers, "x", (size,), "p"), ("a", "b"))
    with refused(HeadError, "head-value", "an updatable inner_product before the softmax", got):
        head.with_class("c")


def test_a_model_grows_by_a_class_and_a_head_of_neighbors_does_not() -> None:
    model = Model(describe(POINT, TEXT, "sgd"), None, NetworkClassifier(tail_network(2, 5), ("a", "b")))
    model.add_class("c")
    assert model.labels == ("a", "b", "c")
    with refused(HeadError, "head-value", "expected a NetworkClassifier", "got NearestNeighbors"):
        Model(description(), tiny_network(), NearestNeighbors(4)).add_class("c")


def test_a_regressor_answers_its_outputs() -> None:
    kind = KINDS["arrays, squared error, SGD"]()
    head = kind.model.head
    assert isinstance(head, NetworkRegressor)
    rows = np.stack([kind.model.read(one) for one in kind.examples])  # type: ignore[misc]
    for answer, row in zip(kind.model.predict_batch(kind.batch()), head.network.forward(rows), strict=True):
        assert answer.values == tuple(row.tolist())
        assert (answer.label, answer.recognized, answer.probabilities) == (None, False, {})
        assert answer.distance == float("inf")
    assert kind.model.labels == ()


def test_a_softmax_over_channels_is_no_classifier() -> None:
    layers = [Layer("shape", "reshape", ("x",), "i", {"shape": (3, 1, 1)}), Layer("softmax", "softmax", ("i",), "p")]
    with refused(HeadError, "head-shape", "(3, 1, 1)", "got 3"):
        NetworkClassifier(Network(layers, "x", (3,), "p"), ("a", "b", "c"))


def test_a_softmax_over_an_image_is_no_classifier() -> None:
    layers = [Layer("softmax", "softmax", ("image",), "p")]
    with refused(HeadError, "head-shape", "(1, 8, 8)", "got 1"):
        NetworkClassifier(Network(layers, "image", (1, 8, 8), "p"), ("a",))


def test_the_network_of_a_classifier_is_not_changed_by_a_class_more() -> None:
    network = softmax_network(2)
    before = {place: array.tolist() for place, array in network.updatable.items()}
    NetworkClassifier(network, ("a", "b")).with_class("c")
    assert {place: array.tolist() for place, array in network.updatable.items()} == before


def test_the_values_of_a_regressor_are_a_feature_of_their_shape() -> None:
    layers = [Layer("shape", "reshape", ("point",), "values", {"shape": (1, 5, 1)})]
    output = FeatureDescription("values", FeatureType.MULTI_ARRAY, shape=(1, 5, 1))
    head = NetworkRegressor(Network(layers, "point", (5,), "values"))
    model = Model(ModelDescription((POINT,), (output,), ()), None, head)
    given = np.arange(5, dtype=np.float32)
    answer = model.predict(DictFeatureProvider({"point": FeatureValue.multi_array(given)}))
    assert answer.values == (0.0, 1.0, 2.0, 3.0, 4.0)
    value = answer.feature_value("values")
    assert value is not None
    assert np.array_equal(value.array, given.reshape(1, 5, 1))


def test_a_whole_number_is_a_feature_too() -> None:
    kind = KINDS["drawings, frozen network and softmax, Adam"]()
    answer = kind.model.predict(kind.examples[0])
    value = answer.feature_value("label")
    assert value is not None
    assert (value.type, value.label) == (FeatureType.INT64, answer.label)


def test_an_update_of_a_network_keeps_the_faces_of_its_labels() -> None:
    kind = KINDS["drawings, softmax, SGD"]()
    model = kind.model.copy()
    model.set_face("cat", Face("🐱"))
    ends: list[UpdateContext] = []
    UpdateTask(CompiledModel.of(model), kind.batch(), handlers=ends.append, faces={"dog": Face("🐶")}).resume()
    assert ends[0].candidate is not None
    assert ends[0].candidate.model().faces == {"cat": Face("🐱"), "dog": Face("🐶")}
