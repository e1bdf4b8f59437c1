"""Training data that does not fit: each fault has its own message, and nothing has run when it comes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    FeatureError,
    FeatureValue,
    Model,
    NetworkClassifier,
    NetworkRegressor,
    Strokes,
    UpdateError,
    UpdateTask,
)
from inkmoji.training import read_samples

from tests.engine import provider, refused, scribble
from tests.updatable import KINDS, POINT, TEXT, describe, tail_network

TEXTS, WHOLES = KINDS["drawings, softmax, SGD"](), KINDS["drawings, frozen network and softmax, Adam"]()
NEIGHBORS = KINDS["drawings, k nearest neighbours"]()


def drawn(label: FeatureValue, seed: int = 1) -> DictFeatureProvider:
    return DictFeatureProvider({"drawing": FeatureValue.image(scribble(seed)), "label": label})


CAT, FIVE = drawn(FeatureValue.string("cat")), drawn(FeatureValue.int64(5))


@pytest.mark.parametrize("kind", [TEXTS, WHOLES, NEIGHBORS])
def test_labels_of_different_types_in_one_batch_are_refused(kind: Any) -> None:
    words = ("labels of one type", "string in training example 0 and int64 in training example 2")
    with refused(FeatureError, "feature-type", *words):
        UpdateTask(CompiledModel.of(kind.model), ArrayBatch([CAT, CAT, FIVE]), handlers=pytest.fail)


@pytest.mark.parametrize(
    ("kind", "example", "words"),
    [
        (TEXTS, FIVE, ("'label' to be of type string", "got int64")),
        (WHOLES, CAT, ("'label' to be of type int64", "got string")),
        (NEIGHBORS, FIVE, ("'label' to be of type string", "got int64")),
    ],
)
def test_labels_of_the_other_type_are_refused(kind: Any, example: Any, words: tuple[str, ...]) -> None:
    with refused(FeatureError, "feature-type", "training example 0", *words):
        UpdateTask(CompiledModel.of(kind.model), ArrayBatch([example]), handlers=pytest.fail)


@pytest.mark.parametrize("kind", [TEXTS, WHOLES, NEIGHBORS])
def test_what_is_no_label_at_all_is_refused_by_its_own_example(kind: Any) -> None:
    right = drawn(FeatureValue.string("cat")) if kind is not WHOLES else drawn(FeatureValue.int64(7))
    batch = ArrayBatch([right, drawn(FeatureValue.double(1.0))])
    with refused(FeatureError, "feature-type", "training example 1", "'label' to be of type", "got double"):
        UpdateTask(CompiledModel.of(kind.model), batch, handlers=pytest.fail)


def test_a_class_that_a_network_does_not_know_is_refused_until_it_is_added() -> None:
    batch = ArrayBatch([CAT, drawn(FeatureValue.string("cow"))])
    words = ("training example 1", "classes ['cat', 'dog', 'owl']", "got 'cow'", "Model.add_class")
    with refused(FeatureError, "feature-label", *words):
        UpdateTask(CompiledModel.of(TEXTS.model), batch, handlers=pytest.fail)
    model = TEXTS.model.copy()
    model.add_class("cow")
    task = UpdateTask(CompiledModel.of(model), batch)
    task.resume()
    assert task.error is None
    assert TEXTS.model.labels == ("cat", "dog", "owl")


def test_an_empty_label_is_refused_and_zero_is_none() -> None:
    with refused(FeatureError, "feature-label", "training example 0", "at least one character"):
        read_samples(ArrayBatch([drawn(FeatureValue.string(""))]), NEIGHBORS.model)
    whole = KINDS["drawings, cosine, whole numbers"]().model
    assert read_samples(ArrayBatch([drawn(FeatureValue.int64(0))]), whole)[0].target == 0


def test_an_empty_batch_and_what_is_no_batch_are_refused() -> None:
    for kind in KINDS.values():
        compiled = CompiledModel.of(kind().model)
        with refused(UpdateError, "update-argument", "at least one training example", "an empty batch"):
            UpdateTask(compiled, ArrayBatch([]), handlers=pytest.fail)
        with refused(UpdateError, "update-argument", "expected an ArrayBatch", "got dict"):
            UpdateTask(compiled, {0: kind().examples[0]}, handlers=pytest.fail)  # type: ignore[arg-type]


def test_a_network_that_is_frozen_cannot_be_updated() -> None:
    network = tail_network(2, 5)
    frozen = type(network)(
        [type(layer)(layer.name, layer.kind, layer.inputs, layer.output, layer.settings, layer.weights)
         for layer in network.layers],
        network.input, network.input_shape, network.output,
    )  # fmt: skip
    model = Model(describe(POINT, TEXT, "sgd"), None, NetworkClassifier(frozen, ("a", "b")))
    batch = ArrayBatch([DictFeatureProvider({"point": FeatureValue.multi_array(np.zeros(5)),
                                             "label": FeatureValue.string("a")})])  # fmt: skip
    with refused(UpdateError, "update-argument", "updatable layers", "frozen"):
        UpdateTask(CompiledModel.of(model), batch, handlers=pytest.fail)


def test_what_is_no_provider_is_named_as_such() -> None:
    with refused(FeatureError, "feature-type", "training example 1", "got str"):
        read_samples(ArrayBatch([CAT, "cat"]), TEXTS.model)  # type: ignore[list-item]


def test_samples_are_canonical_drawings_and_arrays_as_given() -> None:
    (sample,) = read_samples(ArrayBatch([provider(scribble(1), "cat")]), NEIGHBORS.model)
    assert isinstance(sample.value, Strokes)
    assert sample.value.points.dtype == np.uint16
    kind = KINDS["arrays, squared error, SGD"]()
    assert isinstance(kind.model.head, NetworkRegressor)
    for one, read in zip(kind.examples, read_samples(kind.batch(), kind.model), strict=True):
        given, wanted = one.feature_value("point"), one.feature_value("values")
        assert given is not None
        assert wanted is not None
        assert np.array_equal(read.value, given.array)  # type: ignore[arg-type]
        assert np.array_equal(read.target, wanted.array)
